"""Questions about collaborations, packages and approvals."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.collaboration.kinds import kind_of
from tillsammans.collaboration.models import (
    Approval,
    Collaboration,
    Comment,
    Opening,
    Package,
    Party,
    PartyAnswer,
    Receiver,
)
from tillsammans.collaboration.rules import Answered, missing_approvals
from tillsammans.kernel.access import Actor
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.components import Step
from tillsammans.kernel.content import schemas
from tillsammans.kernel.scope import everywhere
from tillsammans.kernel.verify import Fault, unreadable
from tillsammans.parties.models import Organisation
from tillsammans.parties.queries import may_sign

SHARED_SHOWN = 20  # how many of the newest a list of what others have shared shows; all are among what was received


def collaborations_of(actor: Actor) -> QuerySet[Collaboration]:
    """The collaborations that the actor's organisation hosts or has a part in."""
    return Collaboration.objects.select_related("area", "organisation").order_by("name")


def parties_of(collaboration: Collaboration) -> list[Organisation]:
    """The host and every invited organisation that has accepted, the host first."""
    answered = {}
    for answer in PartyAnswer.objects.filter(party__collaboration=collaboration).select_related("party"):
        answered[answer.party.member_id] = answer.answer
    members = Party.objects.filter(collaboration=collaboration, left_on=None).select_related("member")
    accepted = [
        party.member
        for party in members
        if answered.get(party.member_id) in (PartyAnswer.Answer.ACCEPTED, PartyAnswer.Answer.ADAPTED)
    ]
    return [collaboration.organisation, *sorted(accepted, key=lambda member: member.sort_key)]


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """Where one party stands on one text."""

    organisation: Organisation
    answer: str  # "", "approved", "declined", "withdrawn" or "outdated" (approved an earlier wording)
    words: str = ""
    person: str = ""
    title: str = ""
    at: datetime | None = None
    valid: bool = False


def latest_package(kind: str, subject: UUID) -> Package | None:
    """The package last sent to parties of a subject, recalled or not; what is public came after it."""
    return Package.objects.filter(kind=kind, subject=subject, public=False).order_by("-pk").first()


def approvals_of(package: Package) -> list[ApprovalLine]:
    """Where every party that was asked stands on the text of ``package``, by the order in which they were asked."""
    asked = Receiver.objects.filter(package=package, approves=True).select_related("receiver").order_by("pk")
    organisations = [line.receiver for line in asked]
    latest = {
        approval.organisation_id: approval
        for approval in Approval.objects.filter(package__kind=package.kind, package__subject=package.subject)
        .select_related("person")
        .order_by("pk")
    }
    missing = set(_missing(package, [organisation.pk for organisation in organisations], list(latest.values())))
    lines = []
    for organisation in organisations:
        given = latest.get(organisation.pk)
        if given is None:
            lines.append(ApprovalLine(organisation, ""))
            continue
        outdated = given.hash != package.hash and given.answer == Approval.Answer.APPROVED
        lines.append(
            ApprovalLine(
                organisation,
                "outdated" if outdated else given.answer,
                given.words,
                given.person.name,
                given.title,
                given.recorded_at,
                organisation.pk not in missing,
            )
        )
    return lines


def still_missing(package: Package) -> list[Organisation]:
    """The parties whose valid approval of this very text is missing."""
    return [line.organisation for line in approvals_of(package) if not line.valid]


def _missing(package: Package, asked: Sequence[int], latest: Iterable[Approval]) -> list[int]:
    answers = [
        Answered(
            approval.organisation_id,
            approval.person_id,
            approval.hash,
            approval.answer == Approval.Answer.APPROVED,
            may_sign(approval.person_id, approval.organisation_id),
        )
        for approval in latest
    ]
    return missing_approvals(package.hash, asked, answers)


def comments_on(kind: str, subject: UUID) -> QuerySet[Comment]:
    """What the parties have said of a subject's packages, oldest first."""
    return (
        Comment.objects.filter(package__kind=kind, package__subject=subject)
        .select_related("organisation", "person", "package")
        .order_by("pk")
    )


def received_by(actor: Actor) -> QuerySet[Package]:
    """Packages that others have sent to the actor's organisation and not recalled, newest first."""
    return (
        Package.objects.filter(receivers__receiver_id=actor.organisation_id, recalled_at=None)
        .exclude(organisation_id=actor.organisation_id)
        .select_related("organisation", "sent_by")
        .order_by("-sent_at", "-pk")
    )


def newest_received(actor: Actor, kind: str) -> QuerySet[Package]:
    """What others have shared of one kind: the newest text of each subject, newest first."""
    received = received_by(actor).filter(kind=kind)
    newest = received.order_by().values("subject").annotate(newest=Max("pk")).values("newest")
    return received.filter(pk__in=newest)


def sent_by(actor: Actor) -> QuerySet[Package]:
    """Packages that the actor's organisation has sent or published, newest first, with how many receivers."""
    return (
        Package.objects.filter(organisation_id=actor.organisation_id)
        .annotate(receiver_count=Count("receivers", distinct=True))
        .order_by("-sent_at", "-pk")
    )


def awaiting_approval(actor: Actor) -> QuerySet[Package]:
    """Texts that the actor's organisation is asked to approve and has not answered in their present wording."""
    asked = Package.objects.filter(
        receivers__receiver_id=actor.organisation_id, receivers__approves=True, recalled_at=None
    )
    newest = asked.order_by().values("kind", "subject").annotate(newest=Max("pk")).values("newest")
    answered = Approval.objects.filter(organisation_id=actor.organisation_id).order_by().values("hash")
    return (
        Package.objects.filter(pk__in=newest)
        .exclude(hash__in=answered)
        .select_related("organisation")
        .defer("content")
        .order_by("pk")
    )


def due(actor: Actor, today: date) -> list[Step]:
    """Texts that wait for the organisation's approval, packages that nobody has opened, invitations to answer."""
    signs = "sign" in actor.abilities
    asked = signs or "edit" in actor.abilities  # the others can neither answer nor be expected to remind
    steps = [
        Step(
            key=f"approve-{package.uuid}",
            title=(
                _("”{title}” väntar på er underskrift")
                if kind_of(package.kind).signed
                else _("”{title}” väntar på ert godkännande")
            ).format(title=package.title),
            why=_("Texten gäller först när alla parter har svarat ja.")
            if signs
            else _("Be den som svarar för er att öppna texten. Den gäller först när alla parter har svarat ja."),
            minutes=5,
            url=reverse("collaboration:package", args=[package.uuid]),
            button=_("Läs och svara") if signs else _("Läs"),
        )
        for package in (awaiting_approval(actor) if asked else [])
    ]
    opened = Opening.objects.filter(organisation_id=actor.organisation_id).values("package")
    unread = received_by(actor).filter(asks_approval=False).exclude(pk__in=opened).count()
    if unread:
        steps.append(
            Step(
                key="packages-unread",
                title=ngettext(
                    "Ni har fått {number} nytt underlag", "Ni har fått {number} nya underlag", unread
                ).format(number=unread),
                why=_("En annan part har delat det med er."),
                minutes=10,
                url=reverse("collaboration:received"),
                button=_("Öppna"),
            )
        )
    answers = PartyAnswer.objects.filter(organisation_id=actor.organisation_id).values("party")
    invitations = Party.objects.filter(member_id=actor.organisation_id, left_on=None).exclude(pk__in=answers)
    for party in invitations.select_related("collaboration", "organisation"):
        steps.append(
            Step(
                key=f"invitation-{party.uuid}",
                title=_("Ni är inbjudna till ”{name}”").format(name=party.collaboration.name),
                why=_("{host} bjuder in er. Ni kan tacka ja, anpassa eller avstå.").format(
                    host=party.organisation.name
                ),
                minutes=5,
                url=reverse("collaboration:collaboration", args=[party.collaboration.uuid]),
                button=_("Svara"),
            )
        )
    return steps


def faults() -> Iterator[Fault]:
    """Every package can be read and is what its hash says; an approval is of a text that was shown to that party."""
    known = schemas()
    with everywhere("every package is checked"):
        for package in Package.objects.only("pk", "uuid", "kind", "title", "content", "hash").iterator():
            name = f"{package.title} ({package.uuid})"
            if content_hash(package.content) != package.hash:
                yield Fault("package", name, _("innehållet har ändrats efter att det skickades"))
            if package.kind not in known:
                yield Fault("package", name, _("slaget {kind} är okänt").format(kind=package.kind))
                continue
            yield from unreadable("package", name, package.content, known[package.kind].type)
        strangers = Approval.objects.exclude(
            Q(package__receivers__receiver_id=F("organisation_id"), package__receivers__approves=True)
        )
        for approval in strangers.select_related("package"):
            yield Fault("approval", str(approval.uuid), _("godkänd av en part som inte var tillfrågad"))
