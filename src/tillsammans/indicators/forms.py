"""Clean input; never writes."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.indicators.models import Indicator
from tillsammans.indicators.queries import known_series
from tillsammans.indicators.series import spoken_name
from tillsammans.kernel.forms import ScopedChoiceField, ScopedMultipleChoiceField


def indicators_with_numbers(*units: str) -> Any:
    """The indicators of these units (all, if none is named) of which the organisation may read a number, by name."""
    rows = Indicator.objects.filter(pk__in=known_series().order_by().values("indicator_id")).order_by("name")
    return rows.filter(unit__in=units) if units else rows


class IndicatorField(ScopedChoiceField):
    """One indicator, by the name it has when it stands alone."""

    def label_from_instance(self, obj: Any) -> str:
        return spoken_name(obj.name)


class IndicatorsField(ScopedMultipleChoiceField):
    """Several indicators, as a list of boxes."""

    def label_from_instance(self, obj: Any) -> str:
        return spoken_name(obj.name)


class SearchForm(forms.Form):
    """What the list of series is narrowed by. Wrong input narrows nothing."""

    q = forms.CharField(label=gettext_lazy("Sök uppgift eller område"), required=False, max_length=100)
    omrade = forms.ChoiceField(label=gettext_lazy("Område"), required=False)
    enhet = forms.ChoiceField(label=gettext_lazy("Enhet"), required=False)

    def __init__(self, data: Any, areas: Iterable[tuple[str, str]]):
        super().__init__(data)
        for field in self.fields.values():
            field.widget.attrs["class"] = "ds-input"
        self.fields["omrade"].choices = [("", _("Alla områden")), *areas]  # type: ignore[attr-defined]
        self.fields["enhet"].choices = Indicator.Unit.choices  # type: ignore[attr-defined]
