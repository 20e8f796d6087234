"""Deeds of planning, and of logging what was done."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillsammans.collaboration.actions import send_by_standing_shares
from tillsammans.collaboration.models import Package
from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor, RuleBroken
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.content import freeze
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.editing import save_edit
from tillsammans.kernel.scope import everywhere
from tillsammans.meetings.actions import new_decision
from tillsammans.parties.models import Body
from tillsammans.picture.models import Cause, Problem, Snapshot
from tillsammans.plans import policies
from tillsammans.plans.models import ActionPlan, Activity, ActivityLog, Goal, Measure
from tillsammans.plans.queries import asked_in, plan_content
from tillsammans.plans.rules import causes_of_another_problem


@deed(_("Sätter ett mål"), policies.may_edit)
def set_goal(actor: Actor, problem: Problem, **values: Any) -> Goal:
    """Set an effect goal under a problem."""
    return Goal.objects.create(organisation_id=actor.organisation_id, problem=problem, **values)


@deed(_("Ändrar ett mål"), policies.may_edit)
def edit_goal(actor: Actor, goal: Goal, *, version: int | None, **changes: Any) -> Goal:
    """Change an effect goal."""
    return save_edit(goal, version, changes)


@deed(_("Tar bort eller ångrar borttagning av ett mål"), policies.may_edit)
def remove_goal(actor: Actor, goal: Goal, *, removed: bool) -> Goal:
    """Remove a goal, or take it back."""
    return save_edit(goal, None, {"removed_on": clock.today() if removed else None})


@deed(_("Börjar en åtgärdsplan"), policies.may_plan)
def start_plan(actor: Actor, _none: None, **values: Any) -> ActionPlan:
    """Start a draft of an action plan."""
    _in_order(values["starts_on"], values["ends_on"])
    return ActionPlan.objects.create(organisation_id=actor.organisation_id, **values)


@deed(_("Ändrar en åtgärdsplan"), policies.may_edit_plan)
def edit_plan(actor: Actor, plan: ActionPlan, *, version: int | None, **changes: Any) -> ActionPlan:
    """Change title or period of a draft."""
    _in_order(changes["starts_on"], changes["ends_on"])
    return save_edit(plan, version, changes)


@deed(_("Väljer en åtgärd"), policies.may_edit_plan)
def choose_measure(
    actor: Actor,
    plan: ActionPlan,
    *,
    problem: Problem,
    causes: Iterable[Cause],
    goals: Iterable[Goal] = (),
    **values: Any,
) -> Measure:
    """Add a measure to a draft plan. It needs at least one cause of its own problem."""
    _in_order(values["starts_on"], values["ends_on"])
    measure = Measure(
        organisation_id=actor.organisation_id,
        plan=plan,
        problem=problem,
        snapshot=Snapshot.objects.filter(problem=problem).order_by("-pk").first(),
        position=Measure.objects.filter(plan=plan).count(),
        **values,
    )
    measure.save()
    _aim(measure, causes, goals)
    return measure


@deed(_("Ändrar en åtgärd"), policies.may_edit_plan)
def edit_measure(
    actor: Actor,
    measure: Measure,
    *,
    version: int | None,
    causes: Iterable[Cause],
    goals: Iterable[Goal] = (),
    **changes: Any,
) -> Measure:
    """Change a measure in a draft plan."""
    _in_order(changes["starts_on"], changes["ends_on"])
    save_edit(measure, version, changes)
    _aim(measure, causes, goals)
    return measure


def _aim(measure: Measure, causes: Iterable[Cause], goals: Iterable[Goal]) -> None:
    chosen = list(causes)
    if not chosen:
        raise RuleBroken(
            _("Välj minst en orsak. Utan orsak går det inte att veta varför åtgärden skulle hjälpa."), "causes"
        )
    if causes_of_another_problem(measure.problem_id, [cause.problem_id for cause in chosen]):
        raise RuleBroken(_("Orsaken hör till ett annat problem."), "causes")
    measure.causes.set(chosen)
    measure.goals.set(list(goals))


@deed(_("Tar bort eller ångrar borttagning av en åtgärd"), policies.may_edit_plan)
def remove_measure(actor: Actor, measure: Measure, *, removed: bool) -> Measure:
    """Remove a measure from a draft plan, or take it back."""
    return save_edit(measure, None, {"removed_on": clock.today() if removed else None})


@deed(_("Planerar en aktivitet"), policies.may_add_activity)
def plan_activity(actor: Actor, measure: Measure, /, **values: Any) -> Activity:
    """Add an activity under a measure: who does what, where, how many, by when."""
    return Activity.objects.create(organisation_id=actor.organisation_id, measure=measure, **values)


@deed(_("Ändrar en aktivitet"), policies.may_edit)
def edit_activity(actor: Actor, activity: Activity, /, *, version: int | None, **changes: Any) -> Activity:
    """Change an activity that nobody has logged anything on yet."""
    _untouched(activity)
    return save_edit(activity, version, changes)


@deed(_("Tar bort eller ångrar borttagning av en aktivitet"), policies.may_edit)
def remove_activity(actor: Actor, activity: Activity, *, removed: bool) -> Activity:
    """Remove an activity that nobody has logged anything on, or take it back."""
    if removed:
        _untouched(activity)
    return save_edit(activity, None, {"removed_on": clock.today() if removed else None})


def _untouched(activity: Activity) -> None:
    if ActivityLog.objects.filter(activity=activity, struck_at=None).exists():
        raise RuleBroken(_("Det finns loggat arbete på aktiviteten. Stryk det först, eller planera en ny aktivitet."))


@deed(_("Antar en åtgärdsplan"), policies.may_adopt)
def adopt_plan(
    actor: Actor, plan: ActionPlan, *, version: int | None = None, body: Body, decided_on: date, minutes_reference: str
) -> ActionPlan:
    """Adopt the plan by a decision: from now on its content is frozen."""
    if not Measure.objects.filter(plan=plan, removed_on=None).exists():
        raise RuleBroken(_("Planen har inga åtgärder. Välj minst en åtgärd innan den antas."))
    decision = new_decision(
        actor, body, decided_on, minutes_reference, _("Åtgärdsplanen ”{title}”").format(title=plan.title)
    )
    plan.decision = decision
    content = freeze(plan_content(plan))
    save_edit(
        plan,
        version,
        {
            "state": ActionPlan.State.ADOPTED,
            "decision": decision,
            "content": content,
            "hash": content_hash(content),
        },
    )
    send_by_standing_shares(
        actor, kind="plan", title=plan.title, subject=plan.uuid, content=content, collaboration=plan.collaboration
    )
    return plan


@deed(
    _("Loggar vad som gjorts"),
    policies.may_log,
    concerns=lambda log: [log.activity.organisation_id],
)
def log_activity(actor: Actor, activity: Activity, **values: Any) -> ActivityLog:
    """Log what was done of an own activity."""
    return _log(actor, activity, values)


@deed(_("Loggar vad som gjorts i ett delat löfte"), policies.may_log_shared)
def log_shared_activity(actor: Actor, package: Package, *, activity: UUID, **values: Any) -> ActivityLog:
    """Log what was done of an activity that another organisation's promise, shared with us, asks of us."""
    asked = asked_in(actor, package)
    if str(activity) not in asked:
        raise RuleBroken(_("Aktiviteten är inte er, eller löftet delas inte längre med er."))
    with everywhere("the shared package shows that the activity is asked of the actor's organisation"):
        row = Activity.objects.get(uuid=activity)
    return _log(actor, row, values)


def _log(actor: Actor, activity: Activity, values: dict[str, Any]) -> ActivityLog:
    if values["done_on"] > clock.today():
        raise RuleBroken(_("Datumet kan inte ligga i framtiden. Logga när det är gjort."), "done_on")
    if values["amount"] < 1:
        raise RuleBroken(_("Skriv minst 1. Blev det fel förut kan du stryka den raden."), "amount")
    return ActivityLog.objects.create(
        organisation_id=actor.organisation_id, activity=activity, person_id=actor.person_id, **values
    )


@deed(_("Stryker en loggad rad, eller tar tillbaka den"), policies.may_strike)
def strike_log(actor: Actor, log: ActivityLog, *, struck: bool) -> ActivityLog:
    """Strike a line that was wrong; it stays, struck. Or take it back."""
    return save_edit(log, None, {"struck_at": clock.now() if struck else None})


def _in_order(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise RuleBroken(_("Slutdatumet ligger före startdatumet."), "ends_on")
