"""Forms for uploads, and for consent to changes of final values."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.kernel.forms import Files, Form


class UploadForm(Form):
    """Files with statistics: of a known format, or tables whose columns a person can map."""

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


class PopulationForm(UploadForm):
    """Files with population, whatever their content says that it counts."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["chosen"].label = _("Filer med folkmängd")
        self.fields["chosen"].help_text = _(
            "Välj en eller flera filer, precis som de kom. Du får se vad som händer innan något läses in."
        )


class ConsentForm(Form):
    """Consent to replace final values."""

    consent = forms.BooleanField(required=False)
