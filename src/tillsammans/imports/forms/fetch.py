"""Clean input; never writes."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.geo.reference import municipalities
from tillsammans.imports.clients import kolada, scb
from tillsammans.kernel.forms import Form, OneOfManyChoices
from tillsammans.kernel.text import swedish_key

_KPI = re.compile(r"[NUA]\d{5}", re.ASCII)
MOST_KPIS = 50


class PlacesForm(Form):
    """Which municipalities are fetched: one, those of its county, or all."""

    kommun = OneOfManyChoices(label=gettext_lazy("Kommun"))
    omfattning = forms.ChoiceField(
        label=gettext_lazy("Vilka kommuner"),
        widget=forms.RadioSelect,
        initial="lan",
        choices=[
            ("kommun", gettext_lazy("Bara kommunen, och landet")),
            ("lan", gettext_lazy("Alla kommuner i länet, och landet")),
            ("alla", gettext_lazy("Alla kommuner, länet och landet (tar flera minuter)")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        today = [row for row in municipalities() if row.valid_to is None]
        self.fields["kommun"].choices = [  # type: ignore[attr-defined]
            (row.code, row.name) for row in sorted(today, key=lambda row: swedish_key(row.name))
        ]

    def codes(self) -> list[str]:
        """The chosen municipalities' codes."""
        own, which = self.cleaned_data["kommun"], self.cleaned_data["omfattning"]
        today = [row.code for row in municipalities() if row.valid_to is None]
        return [code for code in today if which == "alla" or code == own or (which == "lan" and code[:2] == own[:2])]


class KoladaForm(PlacesForm):
    """Key figures of Kolada."""

    nyckeltal = forms.MultipleChoiceField(
        label=gettext_lazy("Nyckeltal"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=list(kolada.KEY_FIGURES.items()),
        initial=["N07540", "N07403", "U07417", "U07452"],
    )
    andra = forms.CharField(
        label=gettext_lazy("Andra nyckeltal"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Skriv deras id med blank eller komma emellan, till exempel N07542 N00623."),
    )
    field_order = ["nyckeltal", "andra", "kommun", "omfattning"]

    def clean_andra(self) -> list[str]:
        """The ids that were typed."""
        typed = [word.upper() for word in re.split(r"[\s,;]+", self.cleaned_data["andra"]) if word]
        strange = [word for word in typed if not _KPI.fullmatch(word)]
        if strange:
            raise forms.ValidationError(
                _("{words} är inget nyckeltal i Kolada: en bokstav och fem siffror.").format(
                    words=", ".join(strange)[:100]
                )
            )
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        chosen = self.kpis()
        if not chosen and "andra" in cleaned:
            self.add_error("nyckeltal", _("Välj minst ett nyckeltal."))
        if len(chosen) > MOST_KPIS:
            self.add_error("nyckeltal", _("Välj högst {limit} nyckeltal åt gången.").format(limit=MOST_KPIS))
        return cleaned

    def kpis(self) -> list[str]:
        """The chosen key figures, each once."""
        return list(dict.fromkeys([*self.cleaned_data.get("nyckeltal", []), *self.cleaned_data.get("andra", [])]))

    def places(self) -> list[str]:
        """The chosen places as Kolada has them: the county is a region, the nation 0000."""
        return [kolada.NATION, f"00{self.cleaned_data['kommun'][:2]}", *self.codes()]


class ScbForm(PlacesForm):
    """A table of SCB's statistical database."""

    tabell = forms.CharField(
        label=gettext_lazy("Tabellens id"),
        max_length=150,
        help_text=gettext_lazy(
            "Till exempel TAB638. Id:t står vid tabellen i SCB:s statistikdatabas. Äldre vägar som "
            "BE/BE0101/BE0101A/BefolkningNy går också."
        ),
    )
    perioder = forms.IntegerField(
        label=gettext_lazy("Antal perioder"),
        min_value=1,
        max_value=120,
        initial=10,
        help_text=gettext_lazy("De senaste: år, kvartal eller månader, som tabellen har."),
    )
    field_order = ["tabell", "perioder", "kommun", "omfattning"]

    def clean_tabell(self) -> str:
        """The id, if it can be one."""
        table: str = self.cleaned_data["tabell"].strip().strip("/")
        if not scb.TABLE.fullmatch(table):
            raise forms.ValidationError(_("Det är inget id för en tabell hos SCB."))
        return table

    def places(self) -> list[str]:
        """The chosen places as SCB has them."""
        return [scb.NATION, self.cleaned_data["kommun"][:2], *self.codes()]
