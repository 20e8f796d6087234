"""The fields by which a decision is recorded, for every form that adopts something."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.kernel import clock
from tillsammans.kernel.forms import Day, Form, ScopedChoiceField
from tillsammans.parties.queries import bodies_of


class DecisionFields(Form):
    """Who decided, when, and where it stands in the minutes; ``about`` the actor, whose own bodies can be chosen."""

    body = ScopedChoiceField(
        of=lambda actor: bodies_of(actor.organisation_id),
        label=gettext_lazy("Vem som beslutade"),
        empty_label=gettext_lazy("Välj"),
    )
    decided_on = Day(label=gettext_lazy("Beslutsdatum"), help_text=gettext_lazy("Dagen då beslutet togs."))
    minutes_reference = forms.CharField(
        label=gettext_lazy("Paragraf eller diarienummer"),
        max_length=60,
        help_text=gettext_lazy("Till exempel § 14 eller KS-2026-112."),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        bodies = self.fields["body"].queryset  # type: ignore[attr-defined]
        if len(bodies) == 1:
            self.fields["body"].initial = bodies[0].pk

    def clean_decided_on(self) -> date:
        day: date = self.cleaned_data["decided_on"]
        if day > clock.today():
            raise forms.ValidationError(_("Beslutsdatumet kan inte ligga i framtiden."))
        return day
