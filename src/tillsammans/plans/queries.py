"""Questions about goals, measures and activities."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.collaboration.models import Package
from tillsammans.collaboration.queries import newest_received, received_by
from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.components import Knot, StatusKind, Step
from tillsammans.kernel.content import Readable, UnreadableContent, schemas, thaw, thaw_each
from tillsammans.kernel.scope import everywhere
from tillsammans.kernel.verify import Fault, unreadable
from tillsammans.plans.content import ActivityContent, GoalContent, MeasureContent, PlanContent
from tillsammans.plans.models import ActionPlan, Activity, ActivityLog, Goal, Measure
from tillsammans.plans.rules import activity_state

# Content is frozen text, so what others ask is found by reading it: the newest promises only, however many there are.
PROMISES_LOOKED_THROUGH = 50
LATE_SHOWN = 10  # late activities that are a step each; the week shows five steps


def amounts(activities: Iterable[int]) -> dict[int, int]:
    """How much of each activity has been logged and not struck, in one query."""
    rows = ActivityLog.objects.filter(activity__in=list(activities), struck_at=None)
    return {row["activity"]: row["done"] for row in rows.values("activity").annotate(done=Sum("amount")).order_by()}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an activity has come."""

    done: int
    number: int
    state: StatusKind
    words: str

    @property
    def label(self) -> str:
        """The state in a word, where the amount stands beside it."""
        labels = {"ok": _("klar"), "bad": _("försenad"), "warn": _("pågår")}
        return labels.get(self.state, _("inte börjad"))


def progress(done: int, number: int | None, unit: str, due_on: date, today: date) -> Progress:
    """The progress of one activity."""
    state = activity_state(done, number, due_on, today)
    if number:
        words = _("{done} av {number} {unit}").format(done=done, number=number, unit=unit).strip()
    else:
        words = _("klart") if done else _("inte gjort än")
    if state == "bad":
        words += _(", försenad")
    return Progress(min(done, number or 1), number or 1, state, words)


def standing_measures() -> QuerySet[Measure]:
    """Measures that have not been removed, with what a page shows of them."""
    return (
        Measure.objects.filter(removed_on=None)
        .select_related("problem", "responsible", "plan", "snapshot")
        .prefetch_related("causes", "goals")
    )


def activities_of(measures: Iterable[Measure]) -> dict[int, list[Activity]]:
    """The activities of several measures, in one query."""
    activities: dict[int, list[Activity]] = defaultdict(list)
    for activity in Activity.objects.filter(measure__in=list(measures), removed_on=None).select_related("actor"):
        activities[activity.measure_id].append(activity)
    return activities


def activity_content(activity: Activity) -> ActivityContent:
    """An activity as content."""
    return ActivityContent(
        uuid=str(activity.uuid),
        actor=activity.actor.name,
        actor_uuid=str(activity.actor.uuid),
        verb=activity.verb,
        place=activity.place,
        number=activity.number,
        unit=activity.unit,
        due_on=activity.due_on.isoformat(),
    )


def plan_content(plan: ActionPlan) -> PlanContent:
    """The plan as it stands: what the page shows, and what is frozen when it is adopted."""
    measures = list(standing_measures().filter(plan=plan))
    activities = activities_of(measures)
    problems = {measure.problem_id for measure in measures}
    goals = Goal.objects.filter(problem__in=problems, removed_on=None).select_related("problem")
    return PlanContent(
        uuid=str(plan.uuid),
        title=plan.title,
        organisation=plan.organisation.name,
        collaboration=plan.collaboration.name,
        starts_on=plan.starts_on.isoformat(),
        ends_on=plan.ends_on.isoformat(),
        decision=str(plan.decision) if plan.decision else "",
        goals=tuple(
            GoalContent(
                str(goal.uuid), goal.problem.title, goal.text, goal.baseline, goal.target, goal.due_on.isoformat()
            )
            for goal in goals
        ),
        measures=tuple(
            MeasureContent(
                uuid=str(measure.uuid),
                problem=measure.problem.title,
                problem_uuid=str(measure.problem.uuid),
                causes=tuple(cause.text for cause in measure.causes.all()),
                goals=tuple(goal.text for goal in measure.goals.all()),
                title=measure.title,
                description=measure.description,
                operative_goal=measure.operative_goal,
                kind=measure.kind,
                reach=measure.reach,
                responsible=measure.responsible.name,
                responsible_role=measure.responsible_role,
                starts_on=measure.starts_on.isoformat(),
                ends_on=measure.ends_on.isoformat(),
                hours=measure.hours,
                cost=measure.cost,
                follow_up=measure.follow_up,
                activities=tuple(activity_content(activity) for activity in activities[measure.pk]),
                snapshot=measure.snapshot.hash if measure.snapshot else "",
            )
            for measure in measures
        ),
    )


def shown_content(plan: ActionPlan) -> PlanContent:
    """What the plan's page and document show: the text that was adopted, or the draft as it stands now."""
    return thaw(plan.content, PlanContent, plan) if plan.content else plan_content(plan)


@dataclass(frozen=True, slots=True)
class OwnActivity:
    """An activity that the actor's organisation does: its own, or one in a promise that was shared with it."""

    content: ActivityContent
    progress: Progress
    log_url: str
    where_from: str
    due_on: date


def own_activities(actor: Actor) -> QuerySet[Any]:
    """What the actor's organisation does in its own plans: what is left to do first, then by day.

    Each has how much was ``logged`` and how much is ``needed``.
    """
    logs = ActivityLog.objects.filter(activity=OuterRef("pk"), struck_at=None).order_by().values("activity")
    return (
        Activity.objects.filter(
            organisation_id=actor.organisation_id,
            actor_id=actor.organisation_id,
            removed_on=None,
            measure__removed_on=None,
        )
        .annotate(
            logged=Coalesce(Subquery(logs.annotate(total=Sum("amount")).values("total")), 0),
            needed=Coalesce(NullIf("number", 0), 1),
        )
        .annotate(done=Case(When(logged__gte=F("needed"), then=True), default=False))
        .select_related("actor", "measure")
        .order_by("done", "due_on", "verb", "pk")
    )


def activity_lines(activities: Iterable[Any], today: date) -> list[OwnActivity]:
    """Rows of ``own_activities`` as a page and the week show them."""
    return [
        OwnActivity(
            activity_content(row),
            progress(row.logged, row.number, row.unit, row.due_on, today),
            reverse("plans:log", args=[row.uuid]),
            row.measure.title,
            row.due_on,
        )
        for row in activities
    ]


@dataclass(frozen=True, slots=True)
class _Asked:
    """An activity that a received promise asks of the actor's organisation, and how much of it is logged."""

    content: ActivityContent
    package: Package
    due_on: date
    logged: int

    def state(self, today: date) -> StatusKind:
        return activity_state(self.logged, self.content.number, self.due_on, today)

    def line(self, today: date) -> OwnActivity:
        how = progress(self.logged, self.content.number, self.content.unit, self.due_on, today)
        url = reverse("plans:log_shared", args=[self.package.uuid, self.content.uuid])
        return OwnActivity(self.content, how, url, self.package.title, self.due_on)


def _asked(actor: Actor) -> tuple[list[_Asked], list[UnreadableContent]]:
    newest = newest_received(actor, "promise").select_related(None).only("uuid", "title", "content")
    received = shared_activities(actor, newest[:PROMISES_LOOKED_THROUGH])
    asked: dict[str, tuple[ActivityContent, Package]] = {}
    for package, content in received.rows:
        asked.setdefault(content.uuid, (content, package))
    logged = _amounts_by_uuid(asked)
    rows = [
        _Asked(content, package, date.fromisoformat(content.due_on), logged.get(uuid, 0))
        for uuid, (content, package) in asked.items()
    ]
    return rows, received.unreadable


def asked_activities(actor: Actor, today: date) -> tuple[list[OwnActivity], list[UnreadableContent]]:
    """What the newest received promises ask of the actor's organisation: what is left to do first, then by day.

    Beside it, the promises that cannot be read.
    """
    asked, unreadable = _asked(actor)
    lines = [row.line(today) for row in asked]
    return sorted(lines, key=lambda line: (line.progress.state == "ok", line.due_on, line.content.verb)), unreadable


def late_activities(actor: Actor, today: date, most: int) -> tuple[list[OwnActivity], int, list[UnreadableContent]]:
    """What the actor's organisation is late with, the oldest first: at most ``most``, and how many there are.

    Beside it, the received promises that cannot be read.
    """
    keys = list(own_activities(actor).filter(done=False, due_on__lt=today).values_list("pk", flat=True))
    own = activity_lines(own_activities(actor).filter(pk__in=keys[:most]), today)
    asked, unreadable = _asked(actor)
    late_asked = sorted((row for row in asked if row.state(today) == "bad"), key=lambda row: row.due_on)
    lines = sorted([*own, *(row.line(today) for row in late_asked[:most])], key=lambda line: line.due_on)
    return lines[:most], len(keys) + len(late_asked), unreadable


def shared_activities(actor: Actor, packages: QuerySet[Package]) -> Readable[Package, ActivityContent]:
    """What received promises (``packages``) ask of the actor's organisation, each with its package, in their order."""
    promises = thaw_each(packages, schemas()["promise"].type, lambda package: package.content)
    asked = [
        (package, activity)
        for package, promise in promises.rows
        for activity in promise.activities
        if activity.actor_uuid == str(actor.organisation)
    ]
    return Readable(asked, promises.unreadable)


def asked_in(actor: Actor, package: Package) -> dict[str, ActivityContent]:
    """What one received promise asks of the actor's organisation, by identity; nothing if it was not received."""
    received = received_by(actor).filter(kind="promise", pk=package.pk)
    return {activity.uuid: activity for _package, activity in shared_activities(actor, received).rows}


def _amounts_by_uuid(uuids: Iterable[str]) -> dict[str, int]:
    rows = ActivityLog.objects.filter(activity__uuid__in=list(uuids), struck_at=None)
    return {
        str(row["activity__uuid"]): row["done"]
        for row in rows.values("activity__uuid").annotate(done=Sum("amount")).order_by()
    }


def goal_knot(ids: Sequence[int]) -> dict[int, Knot]:
    """The knot "Mål" of each problem."""
    counts = _counted(Goal.objects.filter(problem__in=ids, removed_on=None))
    return {
        key: _knot(_("Mål"), counts.get(key, 0), lambda n: ngettext("{n} mål", "{n} mål", n), _("sätt ett mål"), "mal")
        for key in ids
    }


def measure_knot(ids: Sequence[int]) -> dict[int, Knot]:
    """The knot "Åtgärd" of each problem."""
    counts = _counted(Measure.objects.filter(problem__in=ids, removed_on=None))
    return {
        key: _knot(
            _("Åtgärd"),
            counts.get(key, 0),
            lambda n: ngettext("{n} åtgärd", "{n} åtgärder", n),
            _("välj en åtgärd"),
            "atgarder",
        )
        for key in ids
    }


def activity_knot(ids: Sequence[int]) -> dict[int, Knot]:
    """The knot "Aktivitet" of each problem: how many are done of how many."""
    rows = list(
        Activity.objects.filter(measure__problem__in=ids, removed_on=None, measure__removed_on=None)
        .annotate(done=Sum("logs__amount", filter=Q(logs__struck_at=None)))
        .values_list("measure__problem", "number", "done")
    )
    total: dict[int, int] = defaultdict(int)
    ready: dict[int, int] = defaultdict(int)
    for problem, number, done in rows:
        total[problem] += 1
        ready[problem] += (done or 0) >= (number or 1)
    knots = {}
    for key in ids:
        words = _("{done} av {total} klara").format(done=ready[key], total=total[key])
        knots[key] = (
            Knot(_("Aktivitet"), words, reverse("plans:activities"), "filled")
            if total[key]
            else Knot(_("Aktivitet"), _("planera en aktivitet"), "", "gap")
        )
    return knots


def _counted(rows: QuerySet[Any]) -> dict[int, int]:
    return {row["problem"]: row["n"] for row in rows.values("problem").annotate(n=Count("pk")).order_by()}


def _knot(label: str, count: int, words: Any, gap: str, anchor: str) -> Knot:
    if count:
        return Knot(label, words(count).format(n=count), f"#{anchor}", "filled")
    return Knot(label, gap, f"#{anchor}", "gap")


def due(actor: Actor, today: date) -> list[Step]:
    """Activities that are late, and received promises that cannot be read."""
    if "edit" not in actor.abilities:
        return []
    late, count, damaged = late_activities(actor, today, LATE_SHOWN)
    steps = [
        Step(
            key=f"activity-{line.content.uuid}",
            title=_("Berätta hur det gick: {verb}").format(verb=line.content.verb),
            why=_("Skulle vara klart {day}. {progress}.").format(
                day=line.due_on.isoformat(), progress=line.progress.words.capitalize()
            ),
            minutes=5,
            deadline=line.due_on,
            url=line.log_url,
            button=_("Logga"),
        )
        for line in late
    ]
    if rest := count - len(late):
        steps.append(
            Step(
                key="activities-late",
                title=ngettext(
                    "Berätta hur det gick med {n} aktivitet till", "Berätta hur det gick med {n} aktiviteter till", rest
                ).format(n=rest),
                why=_("De skulle också vara klara nu. De äldsta står var för sig."),
                minutes=30,
                deadline=late[-1].due_on,
                url=reverse("plans:activities"),
                button=_("Visa aktiviteterna"),
            )
        )
    steps += [
        Step(
            key=f"unreadable-{error.subject.uuid}",
            title=_("”{title}” går inte att läsa").format(title=error.subject.title),
            why=_("Texten är skadad. Be {sender} dela löftet igen.").format(sender=error.subject.organisation.name),
            minutes=5,
            url=reverse("collaboration:package", args=[error.subject.uuid]),
            button=_("Visa"),
        )
        for error in damaged
    ]
    return steps


def faults() -> Iterator[Fault]:
    """Every measure has a cause of its own problem; an adopted plan is what its hash says; logs are of who did it."""
    with everywhere("every plan is checked"):
        for plan in ActionPlan.objects.filter(state=ActionPlan.State.ADOPTED):
            name = f"{plan.title} ({plan.uuid})"
            if content_hash(plan.content) != plan.hash:
                yield Fault("plan", name, _("innehållet har ändrats efter att planen antogs"))
            yield from unreadable("plan", name, plan.content, PlanContent)
        for measure in Measure.objects.filter(causes=None):
            yield Fault("measure", f"{measure.title} ({measure.uuid})", _("åtgärden har ingen orsak"))
        for measure in Measure.objects.exclude(causes__problem=F("problem")).exclude(causes=None).distinct():
            yield Fault("measure", f"{measure.title} ({measure.uuid})", _("orsaken hör till ett annat problem"))
        strangers = ActivityLog.objects.exclude(
            Q(organisation=F("activity__actor")) | Q(organisation=F("activity__organisation"))
        )
        for log in strangers:
            yield Fault("activity log", str(log.uuid), _("loggad av en organisation som inte gör aktiviteten"))


def today_progress(activities: Iterable[Activity]) -> dict[int, Progress]:
    """The progress of several activities today, in one query."""
    rows = list(activities)
    done = amounts([activity.pk for activity in rows])
    today = clock.today()
    return {row.pk: progress(done.get(row.pk, 0), row.number, row.unit, row.due_on, today) for row in rows}
