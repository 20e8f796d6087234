"""Forms in which a person says where a table stands in a file, and what its columns mean."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.areas.models import Area
from tillsammans.formats.cells import column_letters
from tillsammans.formats.columns import DELIMITERS, Columns, Sheet
from tillsammans.formats.periods import read_period
from tillsammans.indicators.models import Indicator
from tillsammans.kernel.forms import Form
from tillsammans.kernel.text import normal

_MARK_FIELDS = {
    "zero": "marks_zero",
    "missing": "marks_missing",
    "suppressed": "marks_suppressed",
    "not_applicable": "marks_not_applicable",
}


_COLUMN_FIELDS = ("place", "period", "month", "indicator", "breakdown", "low", "high", "n")


class TableForm(forms.Form):
    """Where the table stands. Answered by GET, since it changes nothing."""

    sheet = forms.ChoiceField(label=gettext_lazy("Blad"))
    encoding = forms.ChoiceField(
        label=gettext_lazy("Teckenkodning"),
        choices=[("utf-8", "UTF-8"), ("cp1252", "Windows-1252"), ("iso-8859-1", "ISO-8859-1"), ("utf-16", "UTF-16")],
        help_text=gettext_lazy("Rätt vald syns å, ä och ö som de ska i raderna här nedanför."),
    )
    delimiter = forms.ChoiceField(
        label=gettext_lazy("Tecken mellan kolumnerna"),
        choices=[
            (";", gettext_lazy("semikolon")),
            (",", gettext_lazy("komma")),
            ("tab", gettext_lazy("tabb")),
            ("|", gettext_lazy("lodstreck")),
        ],
    )
    header = forms.IntegerField(label=gettext_lazy("Första raden med rubriker"), min_value=1, max_value=1000)
    header_rows = forms.IntegerField(label=gettext_lazy("Antal rubrikrader"), min_value=1, max_value=6)

    def __init__(self, data: Any, sheets: Sequence[str], suggestion: Sheet):
        asked = {name: data[name] for name in self.base_fields if name in data}
        super().__init__({**_plain(suggestion), **asked})
        unused = ("encoding", "delimiter") if sheets else ("sheet",)
        for name in unused:
            del self.fields[name]
        if sheets:
            self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "ds-input"

    def table(self) -> Sheet:
        """The answer; the form is valid."""
        given = dict(self.cleaned_data)
        if given.get("delimiter") == "tab":
            given["delimiter"] = "\t"
        return Sheet(**given)

    def query(self) -> Mapping[str, str]:
        """The answer as the query of an address."""
        return {name: str(value) for name, value in self.cleaned_data.items()}


def _plain(table: Sheet) -> dict[str, Any]:
    return {
        "sheet": table.sheet,
        "encoding": table.encoding,
        "header": table.header,
        "header_rows": table.header_rows,
        "delimiter": "tab" if table.delimiter == "\t" else table.delimiter or DELIMITERS[0],
    }


class ColumnsForm(Form):
    """What the columns mean."""

    source = forms.CharField(
        label=gettext_lazy("Källa"),
        max_length=120,
        help_text=gettext_lazy(
            "Vem siffrorna kommer från, till exempel ”Räddningstjänsten Uppsala, bränder”. "
            "Källan står vid varje siffra."
        ),
    )
    layout = forms.ChoiceField(
        label=gettext_lazy("Så ligger perioderna"),
        widget=forms.RadioSelect,
        choices=[
            ("long", gettext_lazy("Varje rad har sin period i en kolumn")),
            ("wide", gettext_lazy("Varje period har en egen kolumn")),
        ],
    )
    place = forms.ChoiceField(label=gettext_lazy("Kolumn med område"), required=False)
    place_by = forms.ChoiceField(
        label=gettext_lazy("Området skrivs med"),
        choices=[
            ("name", gettext_lazy("namn, till exempel Östhammar")),
            ("code", gettext_lazy("kod, till exempel 0382")),
            ("both", gettext_lazy("kod och namn i samma ruta")),
        ],
    )
    place_kind = forms.ChoiceField(label=gettext_lazy("Slag av område"), required=False)
    place_text = forms.CharField(
        label=gettext_lazy("Hela filens område"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Fyll i namn eller kod om filen inte har någon kolumn med område."),
    )
    period = forms.ChoiceField(label=gettext_lazy("Kolumn med period eller år"), required=False)
    month = forms.ChoiceField(
        label=gettext_lazy("Kolumn med månad eller kvartal"),
        required=False,
        help_text=gettext_lazy("Bara om den inte står i samma kolumn som året."),
    )
    values = forms.MultipleChoiceField(
        label=gettext_lazy("Kolumner med värden"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Välj minst en kolumn med värden.")},
    )
    indicator = forms.ChoiceField(label=gettext_lazy("Kolumn som säger vad värdet mäter"), required=False)
    indicator_text = forms.CharField(
        label=gettext_lazy("Vad värdet mäter"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Till exempel ”Anlagda bränder”. Tomt: kolumnens rubrik används."),
    )
    unit = forms.ChoiceField(label=gettext_lazy("Enhet"), choices=Indicator.Unit.choices)
    breakdown = forms.ChoiceField(label=gettext_lazy("Kolumn med uppdelning"), required=False)
    breakdown_text = forms.CharField(
        label=gettext_lazy("Uppdelat efter"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Till exempel ”kön” eller ”ålder”."),
    )
    low = forms.ChoiceField(label=gettext_lazy("Kolumn med intervallets nedre gräns"), required=False)
    high = forms.ChoiceField(label=gettext_lazy("Kolumn med intervallets övre gräns"), required=False)
    level = forms.DecimalField(
        label=gettext_lazy("Intervallets säkerhet i procent"),
        required=False,
        min_value=50,
        max_value=Decimal("99.9"),
        help_text=gettext_lazy("Oftast 95. Tomt om källan inte säger det."),
    )
    n = forms.ChoiceField(label=gettext_lazy("Kolumn med antal svar (n)"), required=False)
    comma = forms.ChoiceField(
        label=gettext_lazy("Decimaltecken i text"),
        choices=[("1", gettext_lazy("komma: 12,5")), ("0", gettext_lazy("punkt: 12.5"))],
    )
    marks_zero = forms.CharField(label=gettext_lazy("Betyder noll"), required=False, max_length=100)
    marks_missing = forms.CharField(
        label=gettext_lazy("Betyder att uppgiften saknas"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Skriv tecknen som de står i filen, med semikolon emellan: .. ; Värde saknas"),
    )
    marks_suppressed = forms.CharField(
        label=gettext_lazy("Betyder att uppgiften är skyddad"), required=False, max_length=100
    )
    marks_not_applicable = forms.CharField(label=gettext_lazy("Betyder ej tillämpligt"), required=False, max_length=100)
    remember = forms.BooleanField(
        label=gettext_lazy("Kom ihåg kolumnerna till nästa fil från samma källa"), required=False
    )

    def __init__(self, *args: Any, heads: Sequence[Sequence[str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.heads = heads
        columns = [
            (str(number), f"{column_letters(number)}: {' '.join(head) or '–'}"[:90])
            for number, head in enumerate(heads)
        ]
        for name in _COLUMN_FIELDS:
            self.fields[name].choices = [("", _("ingen")), *columns]  # type: ignore[attr-defined]
        self.fields["values"].choices = columns  # type: ignore[attr-defined]
        kinds = [("", _("framgår av namn eller kod")), *Area.Kind.choices]
        self.fields["place_kind"].choices = kinds  # type: ignore[attr-defined]

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under headings, in the order in which one thinks of them."""
        return [
            (heading, [self[name] for name in names])
            for heading, names in (
                (_("Källa"), ["source"]),
                (_("Var"), ["place", "place_by", "place_kind", "place_text"]),
                (_("När"), ["layout", "period", "month"]),
                (_("Vad"), ["values", "indicator", "indicator_text", "unit", "breakdown", "breakdown_text"]),
                (_("Hur säkert värdet är"), ["low", "high", "level", "n"]),
                (_("Så är talen skrivna"), ["comma", *_MARK_FIELDS.values()]),
                (_("Nästa gång"), ["remember"]),
            )
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("place") and not cleaned.get("place_text"):
            self.add_error("place", _("Välj en kolumn med område, eller skriv hela filens område."))
        if cleaned.get("layout") == "long" and not cleaned.get("period"):
            self.add_error("period", _("Välj kolumnen med period eller år."))
        if cleaned.get("layout") == "wide":
            for column in cleaned.get("values", ()):
                head = self.heads[int(column)]
                if not any(read_period(text) for text in (" ".join(head), *head)):
                    self.add_error(
                        "values",
                        _("Kolumnen {column} har ingen period i rubriken.").format(
                            column=" ".join(head) or column_letters(int(column))
                        ),
                    )
        stated = [name for name in ("low", "high", "n") if cleaned.get(name)]
        if stated and (cleaned.get("layout") == "wide" or len(cleaned.get("values", ())) > 1):
            self.add_error(stated[0], _("Intervall och antal svar kräver en kolumn med värden, en rad per period."))
        if bool(cleaned.get("low")) != bool(cleaned.get("high")):
            self.add_error("high", _("Ett intervall har två gränser: välj båda kolumnerna, eller ingen."))
        given = [mark for name in _MARK_FIELDS.values() for mark in _split(cleaned.get(name, ""))]
        for mark in {mark for mark in given if given.count(mark) > 1}:
            self.add_error("marks_missing", _("”{mark}” kan bara betyda en sak.").format(mark=mark))
        return cleaned

    def columns(self, table: Sheet, owner: str) -> Columns:
        """The answer; the form is valid. ``owner`` is the organisation's short name."""
        given = self.cleaned_data
        by_row = given["layout"] == "long"
        return Columns(
            source=normal(given["source"]),
            owner=owner,
            table=table,
            wide=not by_row,
            place=_number(given["place"]),
            place_by=given["place_by"],
            place_kind=given["place_kind"],
            period=_number(given["period"]) if by_row else None,
            month=_number(given["month"]) if by_row else None,
            indicator=_number(given["indicator"]),
            indicator_text=given["indicator_text"],
            unit=given["unit"],
            breakdown=_number(given["breakdown"]),
            breakdown_text=given["breakdown_text"],
            place_text="" if given["place"] else given["place_text"],
            values=tuple(map(int, given["values"])),
            comma=given["comma"] == "1",
            low=_number(given["low"]),
            high=_number(given["high"]),
            n=_number(given["n"]),
            level="" if given["level"] is None else f"{given['level'].normalize():f}",
            marks={text: mark for mark, name in _MARK_FIELDS.items() for text in _split(given[name])},
        )


def answers(columns: Columns) -> dict[str, Any]:
    """The answers that give the columns: the inverse of ``ColumnsForm.columns``."""
    chosen = {name: "" if (column := getattr(columns, name)) is None else str(column) for name in _COLUMN_FIELDS}
    plain = {
        name: getattr(columns, name)
        for name in (
            "source",
            "place_by",
            "place_kind",
            "place_text",
            "indicator_text",
            "unit",
            "breakdown_text",
            "level",
        )
    }
    marks = {
        field: " ; ".join(text for text, mark in columns.marks.items() if mark == kind)
        for kind, field in _MARK_FIELDS.items()
    }
    return {
        **chosen,
        **plain,
        **marks,
        "layout": "wide" if columns.wide else "long",
        "comma": "1" if columns.comma else "0",
        "values": [str(column) for column in columns.values],
        "remember": True,
    }


def _number(text: str) -> int | None:
    return int(text) if text else None


def _split(text: str) -> list[str]:
    return [mark for part in text.split(";") if (mark := normal(part))]


class MappingForm(Form):
    """What a remembered source is called."""

    name = forms.CharField(label=gettext_lazy("Källans namn"), max_length=120)
