"""Questions about promises."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.collaboration.models import Approval, Package, Receiver
from tillsammans.collaboration.queries import still_missing
from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.components import Knot, Step
from tillsammans.kernel.content import freeze, thaw
from tillsammans.kernel.scope import everywhere
from tillsammans.kernel.verify import Fault
from tillsammans.parties.models import Role
from tillsammans.parties.rules import holds
from tillsammans.picture.models import Problem
from tillsammans.plans.models import Activity, Measure
from tillsammans.plans.queries import activity_content, progress
from tillsammans.promises.content import PartyContent, PromiseContent
from tillsammans.promises.models import Promise
from tillsammans.promises.rules import WAITED_LONG, Check, missing_kinds, quality

State = Promise.State


def promise_content(promise: Promise) -> PromiseContent:
    """The promise as it stands now."""
    return PromiseContent(
        uuid=str(promise.uuid),
        organisation=promise.organisation.name,
        title=promise.title,
        text=promise.text,
        benefit=promise.benefit,
        basis=promise.basis,
        area=promise.area.name,
        problem=promise.problem.title,
        starts_on=promise.starts_on.isoformat(),
        ends_on=promise.ends_on.isoformat(),
        report_by=promise.report_by.isoformat(),
        parties=tuple(
            PartyContent(str(party.uuid), party.name, party.kind)
            # The host first, the others by name.
            for party in sorted(
                promise.parties.all(), key=lambda party: (party.pk != promise.organisation_id, party.sort_key)
            )
        ),
        activities=tuple(
            activity_content(activity)
            for activity in promise.activities.filter(removed_on=None).select_related("actor").order_by("due_on", "pk")
        ),
    )


def shown_content(promise: Promise) -> tuple[PromiseContent, str]:
    """What the promise's page shows, and its hash: the text that was offered, or the draft as it stands now."""
    if promise.offered:
        return thaw(promise.offered.content, PromiseContent, promise.offered), promise.offered.hash
    content = promise_content(promise)
    return content, content_hash(freeze(content))


def quality_of(promise: Promise, content: PromiseContent) -> tuple[Check, ...]:
    """The quality check of a promise."""
    causes = Measure.causes.through.objects.filter(measure__activities__in=promise.activities.all())
    return quality(
        content,
        prioritised=promise.problem.priority == Problem.Priority.CHOSEN,
        causes=causes.values("cause").distinct().count(),
    )


def progress_rows(content: PromiseContent, done: dict[str, int]) -> list[tuple[Any, Any]]:
    """Each activity of the content with how far it has come today. ``done``: how much was logged, by identity."""
    today = clock.today()
    return [
        (
            activity,
            progress(
                done.get(activity.uuid, 0), activity.number, activity.unit, date.fromisoformat(activity.due_on), today
            ),
        )
        for activity in content.activities
    ]


def possible_activities(problem: Problem) -> QuerySet[Activity]:
    """The activities that a promise against the problem may choose among."""
    return (
        Activity.objects.filter(measure__problem=problem, measure__removed_on=None, removed_on=None)
        .select_related("actor", "measure")
        .order_by("measure__position", "due_on", "pk")
    )


def promises_of(actor: Actor) -> QuerySet[Promise]:
    """The organisation's promises, the newest first."""
    return (
        Promise.objects.filter(organisation_id=actor.organisation_id)
        .select_related("problem", "area", "offered", "published")
        .defer("offered__content", "published__content", "area__geometry")
        .order_by("-starts_on", "-pk")
    )


def problems_without_promise(actor: Actor) -> QuerySet[Problem]:
    """The organisation's prioritised problems that no promise is given or written about, by title."""
    promised = Promise.objects.filter(problem=OuterRef("pk")).exclude(state=State.WITHDRAWN)
    return Problem.objects.filter(
        ~Exists(promised), organisation_id=actor.organisation_id, closed_on=None, priority=Problem.Priority.CHOSEN
    ).order_by("title")


def promise_knot(ids: Sequence[int]) -> dict[int, Knot]:
    """The knot "Löfte" of each problem: how many promises are published, or else how many are being written."""
    standing = Promise.objects.filter(problem=OuterRef("pk")).exclude(state=State.WITHDRAWN)
    per_problem = standing.order_by().values("problem")
    rows = Problem.objects.filter(pk__in=ids).annotate(
        standing=Coalesce(Subquery(per_problem.annotate(n=Count("pk")).values("n")), 0),
        published=Coalesce(
            Subquery(per_problem.annotate(n=Count("pk", filter=Q(state=State.PUBLISHED))).values("n")), 0
        ),
        newest=Subquery(standing.order_by("-pk").values("uuid")[:1]),
    )
    knots = {}
    for row in rows.values("pk", "uuid", "standing", "published", "newest"):
        # The knot knows nobody's abilities; the section that it leads to shows its button to those who may write.
        section = reverse("picture:problem", args=[row["uuid"]]) + "#loften"
        if not row["standing"]:
            knots[row["pk"]] = Knot(_("Löfte"), _("ge ett löfte"), section, "gap")
            continue
        if row["published"]:
            text = ngettext("{n} löfte", "{n} löften", row["published"]).format(n=row["published"])
        else:
            text = ngettext("{n} utkast", "{n} utkast", row["standing"]).format(n=row["standing"])
        url = reverse("promises:promise", args=[row["newest"]]) if row["standing"] == 1 else section
        knots[row["pk"]] = Knot(_("Löfte"), text, url)
    return knots


def due(actor: Actor, today: date) -> list[Step]:
    """Promises that every party has signed and that wait to be published, and those that have waited long for it."""
    if not actor.abilities & {"publish", "edit"}:
        return []
    offered = list(promises_of(actor).filter(state=State.OFFERED))
    keys = [promise.offered_id for promise in offered]
    asked: dict[int, int] = dict(
        Receiver.objects.filter(package__in=keys, approves=True)
        .values("package")
        .annotate(n=Count("pk"))
        .order_by()
        .values_list("package", "n")
    )
    approved: dict[int, set[int]] = defaultdict(set)
    for answer in Approval.objects.filter(package__in=keys, answer=Approval.Answer.APPROVED).only(
        "package", "organisation"
    ):
        approved[answer.package_id].add(answer.organisation_id)
    steps = []
    for promise in offered:
        package = promise.offered
        if package is None:
            continue
        # Whether the answers hold is looked at only where everyone has answered.
        all_answered = len(approved[package.pk]) == asked.get(package.pk)
        url = reverse("promises:promise", args=[promise.uuid])
        if all_answered and "publish" in actor.abilities and not still_missing(package):
            steps.append(
                Step(
                    key=f"publish-{promise.uuid}",
                    title=_("Publicera löftet ”{title}”").format(title=promise.title),
                    why=_("Alla parter har skrivit under. Invånarna ser löftet först när det är publicerat."),
                    minutes=5,
                    deadline=promise.starts_on,
                    url=url,
                    button=_("Till löftet"),
                )
            )
        elif today - package.sent_at.astimezone(clock.STOCKHOLM).date() > WAITED_LONG:
            steps.append(
                Step(
                    key=f"offered-{promise.uuid}",
                    title=_("Påminn om underskriften av ”{title}”").format(title=promise.title),
                    why=_("Löftet lades fram {day} och alla har inte skrivit under.").format(
                        day=package.sent_at.astimezone(clock.STOCKHOLM).date().isoformat()
                    ),
                    minutes=5,
                    url=url,
                    button=_("Se vem som saknas"),
                )
            )
    return steps


def faults() -> Iterator[Fault]:
    """A public promise is the very text that a municipality and the police signed before, each by its own person."""
    with everywhere("every published promise is checked"):
        for promise in Promise.objects.filter(state=State.PUBLISHED).select_related("offered", "published"):
            name = f"{promise.title} ({promise.uuid})"
            if promise.offered is None or promise.published is None:
                yield Fault("promise", name, _("löftet är publicerat utan en text som parterna har skrivit under"))
                continue
            if promise.published.recalled_at:
                yield Fault("promise", name, _("löftet står som publicerat, men den offentliga texten är återkallad"))
            if promise.offered.hash != promise.published.hash:
                yield Fault("promise", name, _("den publicerade texten är en annan än den som parterna skrev under"))
            yield from (
                Fault("promise", name, message) for message in _faults_of_signatures(promise.offered, promise.published)
            )


def _faults_of_signatures(signed: Package, public: Package) -> Iterator[str]:
    """What is wrong with the signatures under ``signed`` as they stood when ``public`` was published."""
    asked = {
        line.receiver_id: line.receiver for line in signed.receivers.filter(approves=True).select_related("receiver")
    }
    before = Approval.objects.filter(
        package__kind=signed.kind, package__subject=signed.subject, recorded_at__lte=public.sent_at
    ).order_by("pk")
    latest = {approval.organisation_id: approval for approval in before}
    valid = {
        key: approval
        for key, approval in latest.items()
        if approval.hash == signed.hash and approval.answer == Approval.Answer.APPROVED
    }
    if unsigned := [asked[key].name for key in asked if key not in valid]:
        yield _("publicerat utan underskrift från {names}").format(names=", ".join(unsigned))
    if len({approval.person_id for approval in valid.values()}) < len(valid):
        yield _("samma person har skrivit under för två parter")
    if missing_kinds(organisation.kind for organisation in asked.values()):
        yield _("publicerat utan både en kommun och polisen")
    day = public.sent_at.astimezone(clock.STOCKHOLM).date()
    for key, approval in valid.items():
        roles = Role.objects.filter(person_id=approval.person_id, organisation_id=key, signs=True)
        if not any(holds(role, day) for role in roles):
            yield _("{name} skrev under utan mandat den dag då löftet publicerades").format(name=asked[key].name)
