"""Forms clean input; they never write. Every free text is screened for personal identity numbers."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from stdnum import luhn

from tillsammans.kernel import clock, limits
from tillsammans.kernel.text import folded, normal

PICK = _("Skriv namnet eller början av det, och välj bland förslagen.")
SUGGESTED = 5  # of the choices that may have been meant

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


class _Scoped:
    """A choice among rows that are asked for when the form is made, in the scope of the request.

    ``rows`` is a model, or gives the rows; with ``of`` it is given what the form is about (``Form(about=...)``).
    """

    queryset: Any

    def __init__(
        self,
        rows: type[models.Model] | Callable[[], Any] | None = None,
        *,
        of: Callable[[Any], Any] | None = None,
        **kwargs: Any,
    ):
        if (rows is None) == (of is None):
            raise TypeError("a scoped choice needs either `rows` or `of`")
        self._rows, self.needs = rows, of
        super().__init__(queryset=None, **kwargs)  # type: ignore[call-arg]

    def ask(self, about: Any) -> None:
        """Ask for the rows; from now on they are the choices."""
        if self.needs is not None:
            self.queryset = self.needs(about)
        elif isinstance(self._rows, type) and issubclass(self._rows, models.Model):
            self.queryset = self._rows._default_manager.all()
        elif self._rows is not None:
            self.queryset = self._rows()

    def keep(self, value: Any) -> None:
        """Also offer what the row has, though it could not be chosen anew: saving untouched changes nothing."""
        rows = value if isinstance(value, list | tuple) else [value]
        keys = [row.pk if isinstance(row, models.Model) else row for row in rows if row is not None]
        if keys:
            self.queryset = self.queryset | self.queryset.model._default_manager.filter(pk__in=keys)


class ScopedChoiceField(_Scoped, forms.ModelChoiceField):  # type: ignore[type-arg]
    """One row. See ``_Scoped``."""


class ScopedMultipleChoiceField(_Scoped, forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several rows, as a list of boxes. See ``_Scoped``."""

    widget = forms.CheckboxSelectMultiple


class Suggesting(forms.TextInput):
    """A text input that suggests its choices while one writes; the browser's own, so it works without a script."""

    template_name = "kernel/widgets/suggesting.html"
    choices: Iterable[tuple[Any, Any]] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        attrs = {**(attrs or {}), "list": f"id_{name}_suggestions", "autocomplete": "off"}
        context = super().get_context(name, value, attrs)
        context["widget"]["suggestions"] = [label for key, label in self.choices if key != ""]
        return context


def _meant(written: str, labels: Sequence[str]) -> int:
    """Which of the labels is meant: the whole label, or what stands before its bracket, or else its beginning.

    Without regard to case, and to marks over letters where that leaves no doubt. Raises ``ValidationError``, which
    names what may have been meant.
    """
    for simplified in (str.casefold, folded):
        start, plain = simplified(normal(written)), [simplified(label) for label in labels]
        for fits in (start.__eq__, lambda label, start=f"{start} (": label.startswith(start)):
            fitting = [number for number, label in enumerate(plain) if fits(label)]
            if len(fitting) == 1:
                return fitting[0]
    fitting = [number for number, label in enumerate(plain) if label.startswith(start)]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise forms.ValidationError(gettext("Inget i listan börjar så. Skriv början av namnet och välj i listan."))
    names = ", ".join(labels[number] for number in fitting[:SUGGESTED])
    raise forms.ValidationError(gettext("Flera börjar så, till exempel: {names}. Välj en.").format(names=names))


class OneOfMany(ScopedChoiceField):
    """One row of so many that a list of them is long to read: its label is written, or picked among suggestions.

    A primary key is taken too. See ``_Scoped``.
    """

    widget = Suggesting

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.help_text = self.help_text or PICK

    def prepare_value(self, value: Any) -> Any:
        """What stands in the input: the label of a row or of its key, or the text that was written."""
        if value in self.empty_values:
            return value
        row = value if hasattr(value, "_meta") else self._by_key(value)
        return value if row is None else self.label_from_instance(row)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if (row := self._by_key(value)) is not None:
            return row
        rows = list(self.queryset if self.queryset is not None else ())
        return rows[_meant(str(value), [self.label_from_instance(row) for row in rows])]

    def _by_key(self, value: Any) -> Any:
        return (
            self.queryset.filter(pk=int(value)).first()
            if self.queryset is not None and str(value).isdecimal()
            else None
        )


class OneOfManyChoices(forms.ChoiceField):
    """As ``OneOfMany``, for choices that are no rows. Cleans to the key of a choice, which is taken too."""

    widget = Suggesting

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.help_text = self.help_text or PICK

    def prepare_value(self, value: Any) -> Any:
        """What stands in the input: the label of a key, or the text that was written."""
        return self._labels().get(value, value)

    def to_python(self, value: Any) -> str:
        choices = self._labels()
        if value in self.empty_values or value in choices:
            return value or ""
        return list(choices)[_meant(str(value), list(choices.values()))]

    def _labels(self) -> dict[str, str]:
        choices: Any = self.choices
        return {str(key): str(label) for key, label in choices}


class Form(forms.Form):
    """A form whose free texts may hold no personal identity number. ``about``: what its scoped choices depend on."""

    def __init__(self, *args: Any, about: Any = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, _Scoped):
                field.ask(about)
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == BLANK_CHOICE_DASH[0][1]:
                field.empty_label = _("Välj")

    def begin_from(self, row: models.Model, differing: Mapping[str, Any]) -> None:
        """Show ``row`` as it stands: every field begins with the attribute of its own name, or as ``differing`` says.

        A field that is in neither raises ``LookupError``: it would be shown empty, and empty the row when it is saved.
        """
        self.initial = {name: differing[name] if name in differing else _value(row, name) for name in self.fields}
        for name, field in self.fields.items():
            if isinstance(field, _Scoped):
                field.keep(self.initial[name])

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


def _value(row: models.Model, name: str) -> Any:
    """A row's value for a form field: a key for a foreign key, rows for many-to-many, else the attribute."""
    try:
        return row._meta.get_field(name).value_from_object(row)  # type: ignore[union-attr]
    except FieldDoesNotExist:
        raise LookupError(f"{row._meta.label} has no {name}: say what the field begins with in `initial`") from None


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
    """One or several files, at most ``most`` of at most ``limit`` bytes each; cleans to a list."""

    default_error_messages = {
        "required": _("Välj minst en fil."),
        "missing": _("Välj minst en fil."),
        "empty": _("Filen är tom. Hämta den på nytt."),
    }

    def __init__(self, *, limit: int = limits.FILE, most: int = limits.FILES, **kwargs: Any):
        self.limit, self.most = limit, most
        super().__init__(widget=forms.ClearableFileInput if most == 1 else SeveralFiles, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = list(data) if isinstance(data, list | tuple) and data else [data or None]
        files = [super(Files, self).clean(one, initial) for one in given]
        if len(files) > self.most:
            words = ngettext("Välj högst {limit} fil åt gången.", "Välj högst {limit} filer åt gången.", self.most)
            raise forms.ValidationError(words.format(limit=self.most))
        for file in files:
            if file.size > self.limit:
                too_large = gettext("{file} är större än {limit} MB. Kontrollera att det är rätt fil.")
                raise forms.ValidationError(too_large.format(file=file.name, limit=self.limit // limits.MEGABYTE))
        return files


class FilesForm(Form):
    """Files that a person hands in; each kind says in ``chosen`` what they hold."""

    chosen = Files()


def uploaded(files: Iterable[UploadedFile[bytes]]) -> Iterable[tuple[str, Iterable[bytes]]]:
    """Name and pieces of content of each file."""
    return ((file.name or "", file.chunks()) for file in files)
