"""Due steps for pictures and problems, and invariants of adopted content."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.collaboration.queries import latest_package, still_missing
from tillsammans.kernel.access import Actor
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.components import Step
from tillsammans.kernel.content import UnreadableContent, thaw, thaw_each
from tillsammans.kernel.scope import everywhere
from tillsammans.kernel.verify import Fault, unreadable
from tillsammans.picture.content import PictureContent, ProblemContent
from tillsammans.picture.findings import KeptFinding
from tillsammans.picture.models import AdoptedPicture, Cause, Picture, Problem, Snapshot, Statement
from tillsammans.picture.rules import UPDATE_WITHIN_MONTHS, update_due

# How long before the Act's two years have passed the update becomes a step of the week.
_AHEAD = timedelta(days=120)


def due(actor: Actor, today: date) -> list[Step]:
    """Prioritised problems without a cause, pictures that wait for approvals, and pictures that need an update."""
    if "edit" not in actor.abilities:
        return []
    return [*_without_cause(actor), *_waiting(actor), *_to_update(actor, today)]


def _without_cause(actor: Actor) -> Iterator[Step]:
    causes = Cause.objects.filter(problem=OuterRef("pk"), removed_on=None)
    problems = Problem.objects.filter(
        ~Exists(causes), organisation_id=actor.organisation_id, priority=Problem.Priority.CHOSEN, closed_on=None
    )
    for problem in problems.order_by("pk"):
        yield Step(
            key=f"cause-{problem.uuid}",
            title=_("Skriv varför det händer: {title}").format(title=problem.title),
            why=_("Problemet är prioriterat men har ingen orsak. Utan orsak går det inte att välja rätt åtgärd."),
            minutes=20,
            url=reverse("picture:add_cause", args=[problem.uuid]),
            button=_("Lägg till en orsak"),
        )


def _waiting(actor: Actor) -> Iterator[Step]:
    shared = Picture.objects.filter(organisation_id=actor.organisation_id, state=Picture.State.SHARED)
    for picture in shared.order_by("pk"):
        package = latest_package("picture", picture.uuid)
        missing = still_missing(package) if package is not None and package.asks_approval else []
        if missing:
            yield Step(
                key=f"picture-approval-{picture.uuid}",
                title=ngettext(
                    "”{title}” väntar på {number} godkännande",
                    "”{title}” väntar på {number} godkännanden",
                    len(missing),
                ).format(title=picture.title, number=len(missing)),
                why=_("{names} har inte svarat än.").format(names=", ".join(party.name for party in missing)),
                minutes=5,
                url=reverse("picture:picture", args=[picture.uuid]),
                button=_("Se läget"),
            )


def _to_update(actor: Actor, today: date) -> Iterator[Step]:
    newer = Picture.objects.filter(previous=OuterRef("picture"))
    latest: dict[tuple[int, int], AdoptedPicture] = {}
    adopted = AdoptedPicture.objects.filter(~Exists(newer), organisation_id=actor.organisation_id)
    for row in adopted.select_related("picture", "decision").defer("content").order_by("decision__decided_on", "pk"):
        latest[row.picture.collaboration_id, row.picture.area_id] = row
    for row in latest.values():
        deadline = update_due(row.decision.decided_on)
        if today < deadline - _AHEAD:
            continue
        yield Step(
            key=f"picture-update-{row.picture.uuid}",
            title=_("Uppdatera ”{title}”").format(title=row.picture.title),
            why=_("Lagen kräver en ny lägesbild minst var {months}:e månad. Den förra antogs {day}.").format(
                months=UPDATE_WITHIN_MONTHS, day=row.decision.decided_on
            ),
            minutes=60,
            deadline=deadline,
            url=f"{reverse('picture:create')}?fran={row.picture.uuid}",
            button=_("Börja på nästa"),
        )


def faults() -> Iterator[Fault]:
    """What was adopted is what its hash stands for, has its decision, and agrees with its problems' snapshots."""
    with everywhere("every adopted picture is checked"):
        for adopted in AdoptedPicture.objects.select_related("picture", "decision__body").iterator(chunk_size=20):
            yield from _faults_of(adopted)
        for snapshot in Snapshot.objects.only("uuid", "content", "hash").iterator(chunk_size=200):
            if content_hash(snapshot.content) != snapshot.hash:
                yield Fault("snapshot", str(snapshot.uuid), _("ögonblicksbilden av problemet har ändrats"))
            yield from unreadable("snapshot", str(snapshot.uuid), snapshot.content, ProblemContent)
        for row in Statement.objects.exclude(finding="").only("uuid", "finding", "finding_sha256").iterator(200):
            if content_hash(row.finding) != row.finding_sha256:
                yield Fault("statement", str(row.uuid), _("fyndet i uppgiften har ändrats sedan det lades till"))
            yield from unreadable("statement", str(row.uuid), row.finding, KeptFinding)
        half = Picture.objects.filter(
            Q(state=Picture.State.ADOPTED, adopted=None) | (~Q(state=Picture.State.ADOPTED) & Q(adopted__isnull=False))
        )
        for picture in half:
            yield Fault(
                "picture", f"{picture.title} ({picture.uuid})", _("tillståndet stämmer inte med om den är antagen")
            )


def _faults_of(adopted: AdoptedPicture) -> Iterator[Fault]:
    name = f"{adopted.picture.title} ({adopted.picture.uuid})"
    changed = content_hash(adopted.content) != adopted.hash
    if changed:
        yield Fault("adopted picture", name, _("innehållet har ändrats efter att lägesbilden antogs"))
    try:
        content = thaw(adopted.content, PictureContent)
    except UnreadableContent as error:
        yield Fault("adopted picture", name, str(error))
        return
    if changed:
        return
    decision = content.decision
    if decision is None or decision.decided_on != adopted.decision.decided_on:
        yield Fault("adopted picture", name, _("beslutet i innehållet är inte det som är infört"))
    snapshots = Snapshot.objects.filter(adopted=adopted).select_related("problem")
    kept = thaw_each(snapshots, ProblemContent, lambda row: row.content)
    # Compared as content: the version of a schema may differ between the two.
    seen = {row.problem.uuid: problem for row, problem in kept.rows}
    if not kept.unreadable and seen != {one.uuid: one for one in content.problems}:
        yield Fault("adopted picture", name, _("ögonblicksbilderna av problemen stämmer inte med innehållet"))
