"""Every crime type of one area."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.areas.models import Area
from tillsammans.indicators import figures, queries
from tillsammans.indicators.breaks import breaks_of
from tillsammans.indicators.models import Indicator, Series
from tillsammans.kernel.access import can
from tillsammans.kernel.doors import Request, door, find
from tillsammans.patterns import figures as pattern_figures
from tillsammans.patterns.single_series import newest_of

PER_SHEET = 12


@door(can("read"), "GET")
def area(request: Request, uuid: UUID) -> HttpResponse:
    """Every crime type of an area in small plots over the same months."""
    area: Area = find(Area, uuid)
    rows = queries.own_before_common(
        queries.known_series().filter(
            area=area, period_kind=Series.PeriodKind.MONTH, breakdown="", indicator__unit=Indicator.Unit.COUNT
        )
    )
    listed = Paginator(rows, PER_SHEET).get_page(request.GET.get("sida"))
    data = queries.series_data(list(listed))
    breaks = breaks_of(data.values())
    many = [(data[row.pk], [each.period for each in breaks[row.source, row.indicator.code]]) for row in listed]
    looked = [(row, data[row.pk], one) for row, one in zip(listed, newest_of(many), strict=True) if one]
    source = ", ".join(dict.fromkeys(row.source for row, _data, _one in looked)) or _("ingen källa")
    figure = pattern_figures.multiples(
        area.name, [(of, one) for _row, of, one in looked], source, figures.month_unit(source)
    )
    return render(
        request,
        "patterns/area.html",
        {
            "title": _("Alla brottstyper i {area}").format(area=area.name),
            "area": area,
            "figure": figure,
            "series": [
                (row, name)
                for (row, _data, _one), name in zip(
                    looked, pattern_figures.panel_names([of for _row, of, _one in looked]), strict=True
                )
            ],
            "paginator_page": listed,
            "crumbs": [(_("Underlag"), reverse("indicators:evidence")), (area.name, "")],
        },
    )
