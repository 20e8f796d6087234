"""Clean input; never writes."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.indicators.models import Indicator
from tillsammans.indicators.series import spoken_name


class IndicatorField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One indicator, by the name it has when it stands alone."""

    def label_from_instance(self, obj: Any) -> str:
        return spoken_name(obj.name)


class IndicatorsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several indicators, as a list of boxes."""

    widget = forms.CheckboxSelectMultiple

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
