"""Forms clean input; they never write. Every free text is screened for personal identity numbers."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum import luhn

from tillsammans.kernel import clock
from tillsammans.kernel.uploads import SIZE_LIMIT

FILES_LIMIT = 20  # files at a time

# The date is written together, or with the same sign twice; "0701-23 45 67" is therefore a telephone number. A run of
# dates, "2026-01-12–2026-03-31", goes on after the four digits and is no number either.
_CANDIDATE = re.compile(
    r"(?<!\d)(?P<century>18|19|20)?[ ]?(?P<year>\d\d)(?P<sign>[ ./-]?)(?P<month>\d\d)(?P=sign)(?P<day>\d\d)"
    r"[ ]?[-+./]?[ ]?(?P<last>\d\d[ .]?\d\d)(?![-./:]?\d)"
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


def holds_personal_number(text: str) -> bool:
    """Whether the text holds a Swedish personal identity number or coordination number, however it is written.

    Twelve or ten digits with a date of birth that has been (a coordination number has 60 added to the day) and the
    right check digit, as Skatteverket builds them. One in ten telephone numbers that look like a date is taken too.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())
    start = 0
    while match := _CANDIDATE.search(plain, start):
        if _is_personal_number(match):
            return True
        start = match.start() + 1
    return False


def _is_personal_number(candidate: re.Match[str]) -> bool:
    century, year, month, day, last = candidate.group("century", "year", "month", "day", "last")
    digits = f"{year}{month}{day}{re.sub(r'[^0-9]', '', last)}"
    born = int(day) - 60 if int(day) > 60 else int(day)
    centuries = [century] if century else ["19", "20"]
    return bool(luhn.is_valid(digits)) and any(_has_been(int(c + year), int(month), born) for c in centuries)


def _has_been(year: int, month: int, day: int) -> bool:
    try:
        return date(year, month, day) <= clock.today()
    except ValueError:
        return False


class Form(forms.Form):
    """A form whose free texts may hold no personal identity number."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == BLANK_CHOICE_DASH[0][1]:
                field.empty_label = _("Välj")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and holds_personal_number(value):
                self.add_error(
                    name,
                    _(
                        "Texten ser ut att innehålla ett personnummer. Ta bort det: här beskrivs platser och "
                        "händelser, aldrig enskilda personer."
                    ),
                )
        return cleaned


class LongText(forms.CharField):
    """A text of several lines."""

    def __init__(self, *, rows: int = 5, **kwargs: Any):
        kwargs.setdefault("max_length", 10_000)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class Day(forms.DateField):
    """A date, typed 2026-03-31."""

    def __init__(self, **kwargs: Any):
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"], **kwargs
        )
        self.error_messages["invalid"] = _("Skriv datumet som år-månad-dag, till exempel 2026-03-31.")


class SeveralFiles(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """One or several files; cleans to a list."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = list(data) if isinstance(data, list | tuple) and data else [data or None]
        files = [super(Files, self).clean(one, initial) for one in given]
        if len(files) > FILES_LIMIT:
            raise forms.ValidationError(gettext("Välj högst {limit} filer åt gången.").format(limit=FILES_LIMIT))
        for file in files:
            if file.size > SIZE_LIMIT:
                too_large = gettext("{file} är större än {limit} MB. Kontrollera att det är rätt fil.")
                raise forms.ValidationError(too_large.format(file=file.name, limit=SIZE_LIMIT // 2**20))
        return files


def uploaded(files: Iterable[UploadedFile[bytes]]) -> Iterable[tuple[str, Iterable[bytes]]]:
    """Name and pieces of content of each file."""
    return ((file.name or "", file.chunks()) for file in files)
