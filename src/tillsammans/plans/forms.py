"""Forms of planning."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tillsammans.collaboration.forms import party_choices
from tillsammans.collaboration.models import Collaboration
from tillsammans.indicators.forms import IndicatorField, indicators_with_numbers
from tillsammans.kernel.forms import Day, Form, LongText, ScopedChoiceField, ScopedMultipleChoiceField
from tillsammans.meetings.forms import DecisionFields
from tillsammans.picture.models import Cause
from tillsammans.plans.models import Goal, Measure


class GoalForm(Form):
    text = forms.CharField(
        label=_("Målet"),
        max_length=250,
        help_text=_(
            "Börja med ett verb som säger vad som ska röra sig: minska, öka. Till exempel ”Minska inbrotten i bostad”."
        ),
    )
    indicator = IndicatorField(indicators_with_numbers, label=_("Indikator"), required=False)
    baseline = forms.CharField(
        label=_("Utgångsläge"), max_length=120, required=False, help_text=_("Till exempel 61 inbrott 2025.")
    )
    target = forms.CharField(
        label=_("Målnivå"), max_length=120, required=False, help_text=_("Till exempel högst 45 inbrott.")
    )
    due_on = Day(label=_("Senast"))


class PlanForm(Form):
    """A new plan; ``about`` the actor."""

    collaboration = ScopedChoiceField(
        of=lambda actor: Collaboration.objects.filter(organisation_id=actor.organisation_id, ended_on=None),
        label=_("Samverkan"),
        empty_label=None,
    )
    title = forms.CharField(label=_("Rubrik"), max_length=200)
    starts_on = Day(label=_("Börjar"))
    ends_on = Day(label=_("Slutar"))


class EditPlanForm(Form):
    title = forms.CharField(label=_("Rubrik"), max_length=200)
    starts_on = Day(label=_("Börjar"))
    ends_on = Day(label=_("Slutar"))


class MeasureForm(Form):
    """A measure; ``about`` the problem."""

    causes = ScopedMultipleChoiceField(
        of=lambda problem: Cause.objects.filter(problem=problem, removed_on=None),
        label=_("Orsaker som åtgärden påverkar"),
        error_messages={
            "required": _("Välj minst en orsak. Utan orsak går det inte att veta varför åtgärden skulle hjälpa.")
        },
    )
    goals = ScopedMultipleChoiceField(
        of=lambda problem: Goal.objects.filter(problem=problem, removed_on=None),
        label=_("Mål som åtgärden bidrar till"),
        required=False,
    )
    title = forms.CharField(label=_("Åtgärden"), max_length=200)
    description = LongText(
        label=_("Så går det till"), required=False, rows=4, help_text=_("Så utförligt att någon annan kan göra det.")
    )
    operative_goal = forms.CharField(
        label=_("Operativt mål"),
        max_length=250,
        help_text=_("Vad som ska vara gjort, till exempel ”34 kvällar med fotpatrull”."),
    )
    kind = forms.ChoiceField(
        label=_("Slag"),
        choices=Measure.Kind.choices,
        widget=forms.RadioSelect,
        help_text=_("Situationell ändrar platsen eller tillfället. Social ändrar viljan eller utsattheten."),
    )
    reach = forms.ChoiceField(
        label=_("Nivå"),
        choices=Measure.Reach.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Universell når alla, selektiv grupper med större risk, indikerad dem som redan är utsatta eller "
            "begår brott."
        ),
    )
    responsible = ScopedChoiceField(
        of=lambda problem: party_choices(problem.collaboration), label=_("Ansvarig part"), empty_label=None
    )
    responsible_role = forms.CharField(
        label=_("Ansvarig funktion"),
        max_length=150,
        help_text=_("En funktion, inte ett namn. Till exempel gatuchefen."),
    )
    starts_on = Day(label=_("Börjar"))
    ends_on = Day(label=_("Klart senast"))
    hours = forms.IntegerField(label=_("Timmar"), min_value=0, max_value=1_000_000, required=False)
    cost = forms.IntegerField(label=_("Kostnad i kronor"), min_value=0, max_value=2_000_000_000, required=False)
    follow_up = forms.CharField(label=_("Så följer vi upp"), max_length=250, required=False)


class ActivityForm(Form):
    """An activity; ``about`` the collaboration."""

    actor = ScopedChoiceField(of=party_choices, label=_("Vem"), empty_label=None)
    verb = forms.CharField(
        label=_("Gör vad"),
        max_length=200,
        help_text=_("Ett verb som går att se, till exempel ”går fotpatrull fredag och lördag kväll”."),
    )
    place = forms.CharField(label=_("Var"), max_length=200, required=False)
    number = forms.IntegerField(
        label=_("Hur många"),
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text=_("Lämna tomt om det görs en gång."),
    )
    unit = forms.CharField(label=_("Enhet"), max_length=60, required=False, help_text=_("Till exempel kvällar."))
    due_on = Day(label=_("Senast"))


class LogForm(Form):
    done_on = Day(label=_("När"))
    amount = forms.IntegerField(label=_("Antal"), min_value=1, max_value=1_000_000, initial=1)
    hours = forms.DecimalField(
        label=_("Timmar"), min_value=0, max_value=99_999, max_digits=6, decimal_places=1, required=False, localize=True
    )
    note = LongText(label=_("Anteckning"), required=False, rows=3, help_text=_("Inga namn på enskilda personer."))


class AdoptForm(DecisionFields):
    pass
