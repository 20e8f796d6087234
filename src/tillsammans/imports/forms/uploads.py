"""Forms for uploads, and for consent to changes of final values."""

from django import forms
from django.utils.translation import gettext_lazy

from tillsammans.kernel.forms import Files, FilesForm, Form


class UploadForm(FilesForm):
    """Files with statistics: of a known format, or tables whose columns a person can map."""

    chosen = Files(
        label=gettext_lazy("Filer med statistik"),
        help_text=gettext_lazy(
            "Välj en eller flera filer av samma slag, precis som de kom. Innehållet avgör vad det är för filer, och du "
            "får se vad som händer innan något läses in."
        ),
    )


class PopulationForm(FilesForm):
    """Files with population, whatever their content says that it counts."""

    chosen = Files(
        label=gettext_lazy("Filer med folkmängd"),
        help_text=gettext_lazy(
            "Välj en eller flera filer, precis som de kom. Du får se vad som händer innan något läses in."
        ),
    )


class ConsentForm(Form):
    """Consent to replace final values."""

    consent = forms.BooleanField(required=False)
