"""Forms clean input; they never write. Every free text is screened for personal identity numbers."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from stdnum.se import personnummer

_CANDIDATE = re.compile(
    r"(?<!\d)(?:\d{2}[ ]?)?\d{6}[-+ –]?\d{4}(?!\d)|(?<!\d)(?:\d{2}[ ]?)?\d{2}[ .-]\d{2}[ .-]\d{2}[ .–-]?\d{4}(?!\d)"
)


def holds_personal_number(text: str) -> bool:
    """Whether the text holds a Swedish personal identity number or coordination number (checked by its check digit)."""
    return any(_is_personal_number(match.group()) for match in _CANDIDATE.finditer(text))


def _is_personal_number(candidate: str) -> bool:
    digits = re.sub(r"\D", "", candidate)[-10:]
    day = int(digits[4:6])
    if day > 60:  # a coordination number has 60 added to the day
        digits = f"{digits[:4]}{day - 60:02d}{digits[6:]}"
        # The check digit of a coordination number covers the day as written.
        return _luhn(re.sub(r"\D", "", candidate)[-10:]) and 1 <= day - 60 <= 31 and 1 <= int(digits[2:4]) <= 12
    return bool(personnummer.is_valid(f"{digits[:6]}-{digits[6:]}"))


def _luhn(digits: str) -> bool:
    total = 0
    for position, digit in enumerate(digits):
        product = int(digit) * (2 - position % 2)
        total += product - 9 if product > 9 else product
    return total % 10 == 0


class Form(forms.Form):
    """A form whose free texts may hold no personal identity number."""

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
