"""Forms of promises."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tillsammans.collaboration.forms import AreaField, areas_to_choose, party_choices
from tillsammans.kernel import clock
from tillsammans.kernel.forms import Day, Form, LongText, ScopedMultipleChoiceField
from tillsammans.plans.models import Activity
from tillsammans.promises.queries import possible_activities
from tillsammans.promises.rules import USUALLY_REPORTED_AFTER, coming_periods

OWN_DAYS = "own"


class ActivityChoices(ScopedMultipleChoiceField):
    """Activities, each in one line that says who does what, where, how many and by when."""

    def label_from_instance(self, obj: Any) -> str:
        activity: Activity = obj
        amount = f"{activity.number} {activity.unit}".strip() if activity.number else ""
        said = ", ".join(part for part in (f"{activity.actor.name} {activity.verb}", activity.place, amount) if part)
        return gettext("{said}, senast {day}").format(said=said, day=activity.due_on.isoformat())


class PromiseForm(Form):
    """A promise; ``about`` the problem."""

    title = forms.CharField(
        label=_("Rubrik"),
        max_length=150,
        help_text=_("Vad som ska bli bättre, och var. Till exempel ”Färre inbrott i Gimo”."),
    )
    text = LongText(
        label=_("Vad vi lovar"),
        rows=3,
        max_length=2000,
        help_text=_("En eller två meningar till den som bor där. Lova det ni gör, inte det ni hoppas."),
    )
    benefit = LongText(
        label=_("Vad du som bor här märker"),
        rows=2,
        max_length=2000,
        required=False,
        help_text=_("Vad invånaren ser eller märker när löftet är hållet."),
    )
    basis = LongText(
        label=_("Varför just det här"),
        rows=3,
        max_length=4000,
        required=False,
        help_text=_(
            "Dialogen, trygghetsmätningen eller kunskapen om platsen som löftet bygger på. Inga enskilda personer."
        ),
    )
    area = AreaField(areas_to_choose, label=_("Område"))
    period = forms.ChoiceField(
        label=_("Period"), help_text=_("Välj en period, eller egna datum och fyll i dem här under.")
    )
    starts_on = Day(label=_("Börjar"), required=False)
    ends_on = Day(label=_("Slutar"), required=False)
    report_by = Day(
        label=_("Redovisas senast"),
        required=False,
        help_text=_(
            "Dagen då invånarna senast får veta hur det gick. Lämnar du det tomt blir det 30 dagar efter slutet."
        ),
    )
    parties = ScopedMultipleChoiceField(
        of=lambda problem: party_choices(problem.collaboration),
        label=_("Vilka som lovar"),
        help_text=_("Alla skriver under samma text. Minst en kommun och polisen."),
        error_messages={"required": _("Välj vilka som lovar.")},
    )
    activities = ActivityChoices(
        of=possible_activities,
        label=_("Det här ska göras"),
        error_messages={"required": _("Välj minst en aktivitet. Ett löfte är det ni gör.")},
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.periods = {period.key: period for period in coming_periods(clock.today())}
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            (OWN_DAYS, gettext("Egna datum, som jag fyller i nedan")),
            *((key, f"{p.name} ({p.starts_on}–{p.ends_on})") for key, p in self.periods.items()),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        chosen = self.periods.get(cleaned.pop("period", ""))
        if chosen:
            cleaned |= {"starts_on": chosen.starts_on, "ends_on": chosen.ends_on}
        else:
            for name in ("starts_on", "ends_on"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, gettext("Fyll i datumet, eller välj en period ovanför."))
        if not cleaned.get("report_by") and cleaned.get("ends_on"):
            cleaned["report_by"] = cleaned["ends_on"] + USUALLY_REPORTED_AFTER
        return cleaned


class ShownForm(Form):
    """No fields: the page shows what will happen, and the hash of what was shown goes with the answer."""


class WithdrawForm(Form):
    reason = LongText(
        label=_("Varför dras löftet tillbaka?"), rows=3, max_length=1000, help_text=_("Det här blir offentligt.")
    )
