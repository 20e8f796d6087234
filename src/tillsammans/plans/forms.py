"""Forms of planning."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tillsammans.collaboration.models import Collaboration
from tillsammans.collaboration.queries import parties_of
from tillsammans.indicators.forms import IndicatorField
from tillsammans.indicators.models import Indicator
from tillsammans.kernel.forms import Day, Form, LongText
from tillsammans.meetings.forms import DecisionFields
from tillsammans.parties.models import Organisation
from tillsammans.picture.models import Cause, Problem
from tillsammans.plans.models import Goal, Measure


def _parties(collaboration: Collaboration) -> Any:
    return Organisation.objects.filter(pk__in=[party.pk for party in parties_of(collaboration)]).defer("logo")


class GoalForm(Form):
    text = forms.CharField(
        label=_("Målet"),
        max_length=250,
        help_text=_(
            "Börja med ett verb som säger vad som ska röra sig: minska, öka. Till exempel ”Minska inbrotten i bostad”."
        ),
    )
    indicator = IndicatorField(label=_("Indikator"), queryset=None, required=False)
    baseline = forms.CharField(
        label=_("Utgångsläge"), max_length=120, required=False, help_text=_("Till exempel 61 inbrott 2025.")
    )
    target = forms.CharField(
        label=_("Målnivå"), max_length=120, required=False, help_text=_("Till exempel högst 45 inbrott.")
    )
    due_on = Day(label=_("Senast"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = Indicator.objects.order_by("name")  # type: ignore[attr-defined]


class PlanForm(Form):
    collaboration = forms.ModelChoiceField(label=_("Samverkan"), queryset=None, empty_label=None)
    title = forms.CharField(label=_("Rubrik"), max_length=200)
    starts_on = Day(label=_("Börjar"))
    ends_on = Day(label=_("Slutar"))

    def __init__(self, *args: Any, organisation_id: int, **kwargs: Any):
        super().__init__(*args, **kwargs)
        own = Collaboration.objects.filter(organisation_id=organisation_id, ended_on=None)
        self.fields["collaboration"].queryset = own  # type: ignore[attr-defined]


class EditPlanForm(Form):
    title = forms.CharField(label=_("Rubrik"), max_length=200)
    starts_on = Day(label=_("Börjar"))
    ends_on = Day(label=_("Slutar"))


class MeasureForm(Form):
    causes = forms.ModelMultipleChoiceField(
        label=_("Orsaker som åtgärden påverkar"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Välj minst en orsak. Utan orsak går det inte att veta varför åtgärden skulle hjälpa.")
        },
    )
    goals = forms.ModelMultipleChoiceField(
        label=_("Mål som åtgärden bidrar till"), queryset=None, widget=forms.CheckboxSelectMultiple, required=False
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
    responsible = forms.ModelChoiceField(label=_("Ansvarig part"), queryset=None, empty_label=None)
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

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any):
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["causes"].queryset = Cause.objects.filter(problem=problem, removed_on=None)
        fields["goals"].queryset = Goal.objects.filter(problem=problem, removed_on=None)
        fields["responsible"].queryset = _parties(problem.collaboration)


class ActivityForm(Form):
    actor = forms.ModelChoiceField(label=_("Vem"), queryset=None, empty_label=None)
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

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["actor"].queryset = _parties(collaboration)  # type: ignore[attr-defined]


class LogForm(Form):
    done_on = Day(label=_("När"))
    amount = forms.IntegerField(label=_("Antal"), min_value=1, max_value=1_000_000, initial=1)
    hours = forms.DecimalField(
        label=_("Timmar"), min_value=0, max_value=99_999, max_digits=6, decimal_places=1, required=False, localize=True
    )
    note = LongText(label=_("Anteckning"), required=False, rows=3, help_text=_("Inga namn på enskilda personer."))


class AdoptForm(DecisionFields):
    pass
