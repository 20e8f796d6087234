"""Clean input; never writes."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.indicators.models import Indicator
from tillsammans.indicators.readers.guards import SIZE_LIMIT
from tillsammans.indicators.series import spoken_name
from tillsammans.kernel.forms import Form

FILES_LIMIT = 20


class IndicatorField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One indicator, by the name it has when it stands alone."""

    def label_from_instance(self, obj: Any) -> str:
        return spoken_name(obj.name)


class IndicatorsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several indicators, as a list of boxes."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return spoken_name(obj.name)


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
            raise forms.ValidationError(_("Välj högst {limit} filer åt gången.").format(limit=FILES_LIMIT))
        for file in files:
            if file.size > SIZE_LIMIT:
                too_large = _("{file} är större än {limit} MB. Kontrollera att det är rätt fil.")
                raise forms.ValidationError(too_large.format(file=file.name, limit=SIZE_LIMIT // 2**20))
        return files


class UploadForm(Form):
    """Files with statistics, of any kind that is known or can be explained."""

    chosen = Files(
        label=gettext_lazy("Filer med statistik"),
        help_text=gettext_lazy(
            "Välj en eller flera filer av samma slag, precis som de kom. Innehållet avgör vad det är för filer, och du "
            "får se vad som händer innan något läses in."
        ),
        error_messages={
            "required": gettext_lazy("Välj minst en fil."),
            "missing": gettext_lazy("Välj minst en fil."),
            "empty": gettext_lazy("Filen är tom. Hämta den på nytt."),
        },
    )


class ConsentForm(Form):
    """The yes to replacing final values."""

    consent = forms.BooleanField(required=False)


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


def uploaded(files: Iterable[UploadedFile[bytes]]) -> Iterable[tuple[str, Iterable[bytes]]]:
    """Name and pieces of content of each file."""
    return ((file.name or "", file.chunks()) for file in files)
