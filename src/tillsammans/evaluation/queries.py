"""Queries of follow-ups."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.evaluation.content import ActivityOutcome, OutcomeContent
from tillsammans.evaluation.models import FollowUp
from tillsammans.evaluation.rules import FOLLOW_UP_MONTHS, colour_status, kept_status
from tillsammans.kernel.access import Actor
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.components import Knot, StatusKind, Step
from tillsammans.kernel.content import UnreadableContent, thaw
from tillsammans.kernel.scope import everywhere
from tillsammans.kernel.verify import Fault
from tillsammans.picture.models import Problem
from tillsammans.plans.models import ActionPlan, ActivityLog, Measure
from tillsammans.plans.queries import Progress
from tillsammans.promises.content import PromiseContent
from tillsammans.promises.models import Promise
from tillsammans.promises.queries import shown_content


def follow_ups_of(**of: Any) -> QuerySet[FollowUp]:
    """The follow-ups of one promise or measure, the latest first."""
    return (
        FollowUp.objects.filter(**of)
        .select_related("person", "published", "promise", "measure")
        .defer("published__content")
        .order_by("-followed_on", "-pk")
    )


def measure_status(ids: Sequence[int]) -> dict[int, tuple[StatusKind, str]]:
    """The status of each measure by its latest follow-up; measures without one are left out."""
    rows = FollowUp.objects.filter(measure__in=ids).order_by("followed_on", "pk").values_list("measure", "colour")
    return {measure: colour_status(colour) for measure, colour in dict(rows).items()}


def promise_status(ids: Sequence[int]) -> dict[int, tuple[StatusKind, str]]:
    """Whether each promise was kept, by its latest follow-up; promises without one are left out."""
    rows = FollowUp.objects.filter(promise__in=ids).order_by("followed_on", "pk").values_list("promise", "kept")
    return {promise: kept_status(kept) for promise, kept in dict(rows).items()}


def outcome_content(follow_up: FollowUp) -> OutcomeContent:
    """The outcome to publish: the signed promise's activities, with what was done by the day of the follow-up."""
    promise = follow_up.promise
    if promise is None:
        raise TypeError("a measure has no outcome of its own")
    content, _hash = shown_content(promise)
    logged = (
        ActivityLog.objects.filter(
            activity__in=promise.activities.all(), struck_at=None, done_on__lte=follow_up.followed_on
        )
        .values("activity__uuid")
        .annotate(done=Sum("amount"))
        .order_by()
    )
    done = {str(row["activity__uuid"]): row["done"] for row in logged}
    return OutcomeContent(
        uuid=str(follow_up.uuid),
        promise_uuid=str(promise.uuid),
        promise_title=content.title,
        slug=promise.published.slug if promise.published else "",
        organisation=content.organisation,
        followed_on=follow_up.followed_on.isoformat(),
        kept=follow_up.kept,
        activities=tuple(
            ActivityOutcome(one.uuid, one.actor, one.verb, one.unit, one.number, done.get(one.uuid, 0))
            for one in content.activities
        ),
        public_text=follow_up.public_text,
        lesson=follow_up.lesson,
        next=follow_up.next,
        next_words=follow_up.next_words,
    )


def outcome_progress(outcome: OutcomeContent) -> dict[str, Progress]:
    """The progress of each activity, by its uuid, as a progress bar shows it."""
    return {one.uuid: _progress(one) for one in outcome.activities}


def _progress(one: ActivityOutcome) -> Progress:
    number = one.number or 1
    state: StatusKind = "ok" if one.done >= number else "warn" if one.done else "bad"
    if one.number:
        words = _("{done} av {number} {unit}").format(done=one.done, number=one.number, unit=one.unit).strip()
    else:
        words = _("gjort") if one.done else _("inte gjort")
    return Progress(min(one.done, number), number, state, words)


def outcome_rows(promise: PromiseContent, outcome: OutcomeContent | None) -> list[tuple[Any, Progress | None]]:
    """The promise's activities, each with its outcome if there is one."""
    progress = outcome_progress(outcome) if outcome else {}
    return [(activity, progress.get(activity.uuid)) for activity in promise.activities]


def effect_knot(ids: Sequence[int]) -> dict[int, Knot]:
    """The knot "Effekt" of each problem: the latest follow-up, or when there will be one."""
    rows = (
        FollowUp.objects.filter(Q(promise__problem__in=ids) | Q(measure__problem__in=ids))
        .order_by("followed_on", "pk")
        .values("uuid", "kept", "colour", promise_problem=F("promise__problem"), measure_problem=F("measure__problem"))
    )
    latest = {row["promise_problem"] or row["measure_problem"]: row for row in rows}
    ahead = dict(
        Promise.objects.filter(problem__in=ids, state=Promise.State.PUBLISHED)
        .values("problem")
        .annotate(last=Max("report_by"))
        .order_by()
        .values_list("problem", "last")
    )
    knots = {}
    for key in ids:
        if follow_up := latest.get(key):
            _kind, words = kept_status(follow_up["kept"]) if follow_up["kept"] else colour_status(follow_up["colour"])
            url = reverse("evaluation:follow_up", args=[follow_up["uuid"]])
            knots[key] = Knot(_("Effekt"), words, url)
        elif key in ahead:
            knots[key] = Knot(_("Effekt"), _("följs upp {day}").format(day=ahead[key].isoformat()), "", "gap")
        else:
            knots[key] = Knot(_("Effekt"), _("följ upp"), "", "gap")
    return knots


def due(actor: Actor, today: date) -> list[Step]:
    """Promises and measures that have ended, and old plans, without a follow-up; follow-ups not published."""
    if "edit" not in actor.abilities:
        return []
    own = {"organisation_id": actor.organisation_id}
    after = FollowUp.objects.filter(promise=OuterRef("pk"), followed_on__gt=OuterRef("ends_on"))
    ended = Promise.objects.filter(**own, state=Promise.State.PUBLISHED, ends_on__lt=today).annotate(
        followed=Exists(after), told=Exists(after.exclude(published=None).filter(published__recalled_at=None))
    )
    steps = []
    for promise in ended.filter(told=False):
        if promise.followed:
            newest = (
                FollowUp.objects.filter(promise=promise).order_by("-followed_on", "-pk").values_list("uuid", flat=True)
            )
            steps.append(
                Step(
                    key=f"tell-{promise.uuid}",
                    title=_("Berätta för invånarna hur det gick: ”{title}”").format(title=promise.title),
                    why=_("Löftet är uppföljt men inte redovisat. På den offentliga sidan syns det när det blir sent."),
                    minutes=15,
                    deadline=promise.report_by,
                    url=reverse("evaluation:follow_up", args=[newest[0]]),
                    button=_("Redovisa"),
                )
            )
        else:
            steps.append(
                Step(
                    key=f"follow-up-{promise.uuid}",
                    title=_("Följ upp löftet ”{title}”").format(title=promise.title),
                    why=_("Löftet tog slut {day}. Invånarna väntar på att få veta hur det gick.").format(
                        day=promise.ends_on.isoformat()
                    ),
                    minutes=30,
                    deadline=promise.report_by,
                    url=reverse("evaluation:of_promise", args=[promise.uuid]),
                    button=_("Följ upp"),
                )
            )
    measures = (
        Measure.objects.filter(**own, removed_on=None, plan__state=ActionPlan.State.ADOPTED, ends_on__lt=today)
        .filter(follow_ups=None)
        .order_by("ends_on", "pk")
    )
    steps += [
        Step(
            key=f"follow-up-{measure.uuid}",
            title=_("Följ upp åtgärden ”{title}”").format(title=measure.title),
            why=_("Den skulle vara klar {day}. Blev den gjord, och vad såg ni?").format(
                day=measure.ends_on.isoformat()
            ),
            minutes=20,
            url=reverse("evaluation:of_measure", args=[measure.uuid]),
            button=_("Följ upp"),
        )
        for measure in measures
    ]
    followed = FollowUp.objects.filter(measure__plan=OuterRef("pk"), measure__removed_on=None)
    plans = ActionPlan.objects.filter(
        ~Exists(followed),
        state=ActionPlan.State.ADOPTED,
        decision__decided_on__lt=today - timedelta(days=FOLLOW_UP_MONTHS * 30),
    )
    steps += [
        Step(
            key=f"plan-{plan.uuid}",
            title=_("Följ upp åtgärdsplanen ”{title}”").format(title=plan.title),
            why=_("Lagen säger minst vartannat år. Planen antogs för mer än två år sedan."),
            minutes=60,
            url=reverse("plans:plan", args=[plan.uuid]),
            button=_("Öppna planen"),
        )
        for plan in plans.only("uuid", "title")
    ]
    return steps


def faults() -> Iterator[Fault]:
    """Invariant: a published outcome is of a public promise, says whether it was kept, and matches its hash."""
    with everywhere("every published follow-up is checked"):
        told = FollowUp.objects.exclude(published=None).filter(published__recalled_at=None)
        for row in told.select_related("promise", "published"):
            name = f"{row.followed_on} ({row.uuid})"
            package = row.published
            if package is None or row.promise is None or row.promise.state != Promise.State.PUBLISHED:
                yield Fault("follow-up", name, _("redovisningen är offentlig, men löftet är det inte"))
                continue
            try:
                content = thaw(package.content, OutcomeContent, package)
            except UnreadableContent as error:
                yield Fault("follow-up", name, str(error))
                continue
            if content_hash(package.content) != package.hash or content.uuid != str(row.uuid):
                yield Fault("follow-up", name, _("det som redovisats är inte den här uppföljningen"))
            if content.kept != row.kept or not row.kept:
                yield Fault(
                    "follow-up", name, _("redovisningen säger inte detsamma som uppföljningen om löftet är hållet")
                )


def problem_of(follow_up: FollowUp) -> Problem:
    """The problem that the followed promise or measure is about."""
    followed = follow_up.promise or follow_up.measure
    assert followed is not None  # noqa: S101 - held by a constraint of the table
    return followed.problem
