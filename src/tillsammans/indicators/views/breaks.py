"""Pages of breaks in series: which are known, a new one, and taking one away."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.indicators import breaks
from tillsammans.indicators.forms import IndicatorField, indicators_with_numbers
from tillsammans.indicators.models import Indicator, Series, SeriesBreak
from tillsammans.indicators.series import spoken_name
from tillsammans.kernel import intake
from tillsammans.kernel.access import can
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.forms import Form
from tillsammans.kernel.pages import act_and_return, form_page


class BreakForm(Form):
    """What changed, from when, and where that is stated."""

    source = forms.ChoiceField(label=gettext_lazy("Källa"))
    indicator = IndicatorField(
        lambda: indicators_with_numbers(Indicator.Unit.COUNT).order_by("sort_key", "code"),
        label=gettext_lazy("Uppgift"),
        required=False,
        empty_label=gettext_lazy("alla uppgifter från källan"),
    )
    period = forms.CharField(
        label=gettext_lazy("Från och med månad"),
        max_length=7,
        help_text=gettext_lazy("Den första månaden som räknas på det nya sättet, till exempel 2019-01."),
    )
    reason = forms.CharField(label=gettext_lazy("Vad som ändrades"), max_length=200)
    reference = forms.CharField(
        label=gettext_lazy("Var det står"),
        max_length=250,
        help_text=gettext_lazy("Källans egen beskrivning: rapport, sida eller adress."),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        sources = Series.objects.order_by("source").values_list("source", flat=True).distinct()
        self.fields["source"].choices = [(one, one) for one in sources]  # type: ignore[attr-defined]


@door(can("read"), "GET")
def known(request: Request) -> HttpResponse:
    """The breaks that are known, the own organisation's and the common ones."""
    rows = SeriesBreak.objects.select_related("indicator", "organisation")
    return render(
        request,
        "indicators/breaks.html",
        {
            "title": _("Brott i tidsserier"),
            "may_import": intake.may_import(request.actor),
            "rows": [(row, spoken_name(row.indicator.name) if row.indicator else "") for row in rows],
            "own": request.actor.organisation_id,
            "crumbs": [(_("Underlag"), reverse("indicators:evidence")), (_("Brott i tidsserier"), "")],
        },
    )


@door(intake.may_import)
def add(request: Request) -> HttpResponse:
    """A new break."""
    return form_page(
        request,
        BreakForm,
        lambda data: breaks.add_break(request.actor, None, **data),
        title=_("Nytt brott i en tidsserie"),
        then=reverse("indicators:breaks"),
        receipt=_("Sparat. Inget jämförs längre över brottet."),
        initial={"source": request.GET.get("kalla", "")},
        context={
            "cancel": reverse("indicators:breaks"),
            "crumbs": [
                (_("Underlag"), reverse("indicators:evidence")),
                (_("Brott i tidsserier"), reverse("indicators:breaks")),
                (_("Nytt"), ""),
            ],
        },
    )


@door(intake.may_import, "POST")
def remove(request: Request, uuid: UUID) -> HttpResponse:
    """Take a break away."""
    row: SeriesBreak = find(SeriesBreak, uuid)
    return act_and_return(
        request,
        lambda: breaks.remove_break(request.actor, row),
        reverse("indicators:breaks"),
        _("Borttaget. Du kan lägga tillbaka det."),
    )


@door(intake.may_import, "POST")
def restore(request: Request, uuid: UUID) -> HttpResponse:
    """Put a removed break back."""
    row: SeriesBreak = find(SeriesBreak, uuid)
    return act_and_return(
        request, lambda: breaks.restore_break(request.actor, row), reverse("indicators:breaks"), _("Tillbakalagt.")
    )
