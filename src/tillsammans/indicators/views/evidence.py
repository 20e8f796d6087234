"""The page of all that is known in numbers."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tillsammans.formats.periods import words
from tillsammans.indicators import forms, queries
from tillsammans.indicators.models import Indicator
from tillsammans.indicators.series import spoken_name
from tillsammans.kernel import intake
from tillsammans.kernel.access import can
from tillsammans.kernel.doors import Request, door

PER_PAGE = 50


@door(can("read"), "GET")
def evidence(request: Request) -> HttpResponse:
    """All that is known in numbers: indicators by area, with the latest value."""
    form = forms.SearchForm(request.GET, queries.areas_with_series())
    form.is_valid()
    asked = form.cleaned_data
    unit = asked.get("enhet") or Indicator.Unit.COUNT
    rows = queries.evidence(asked.get("q", ""), asked.get("omrade", ""), unit)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("sida"))
    return render(
        request,
        "indicators/evidence.html",
        {
            "title": _("Underlag"),
            "form": form,
            "lines": [_shown(line) for line in queries.lines(list(page))],
            "paginator_page": page,
            "narrowed": bool(asked.get("q") or asked.get("omrade") or request.GET.get("enhet")),
            "may_import": intake.may_import(request.actor),
            "fresh": queries.last_import(),
        },
    )


def _shown(line: queries.Line) -> dict[str, Any]:
    return {
        "series": line.series,
        "name": spoken_name(queries.full_name(line.series)),
        "point": line.latest.point if line.latest else None,
        "period": words(line.latest.point.period) if line.latest else "",
    }
