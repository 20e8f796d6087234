"""Clean input; never writes."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tillsammans.geo.reference import counties, municipalities
from tillsammans.kernel.forms import Day, Files, FilesForm
from tillsammans.kernel.text import swedish_key


@cache
def places() -> dict[str, str]:
    """Name by code of today's municipalities and counties, in Swedish order."""
    rows = [row for row in (*municipalities(), *counties()) if row.valid_to is None]
    return {row.code: row.name for row in sorted(rows, key=lambda row: swedish_key(row.name))}


class EventFilter(forms.Form):
    """Which events are shown. Wrong input narrows nothing."""

    q = forms.CharField(label=_("Sök i texten"), required=False, max_length=100)
    omrade = forms.ChoiceField(label=_("Område"), required=False)
    typ = forms.ChoiceField(label=_("Typ"), required=False)
    till = Day(label=_("Till och med"), required=False)
    lan = forms.BooleanField(label=_("Visa även händelser där bara länet är känt"), required=False)

    def __init__(self, data: Any, types: Iterable[str]):
        super().__init__(data)
        for name in ("q", "omrade", "typ", "till"):
            self.fields[name].widget.attrs["class"] = "ds-input"
        self.fields["omrade"].choices = [("hela", _("Hela landet")), *places().items()]  # type: ignore[attr-defined]
        self.fields["typ"].choices = [("", _("Alla typer")), *((one, one) for one in types)]  # type: ignore[attr-defined]


class EventUpload(FilesForm):
    """Lists of events as polisen.se gives them."""

    chosen = Files(
        label=_("Filer med händelser"),
        help_text=_(
            "Svaret från polisens API precis som det kom (json), eller ett arkiv med en händelse per rad "
            "(jsonl). De får vara packade (gz)."
        ),
        error_messages={
            "empty": _("Filen är tom. Polisens API svarar ibland utan innehåll: hämta listan på nytt."),
        },
    )
