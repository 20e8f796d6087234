"""Deeds of collaboration: invite, answer, send, recall, comment, approve."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from tillsammans.areas.models import Area
from tillsammans.collaboration import notices, policies
from tillsammans.collaboration.models import (
    Approval,
    Collaboration,
    Comment,
    Group,
    Opening,
    Package,
    Party,
    PartyAnswer,
    Receiver,
    Seat,
    StandingShare,
)
from tillsammans.collaboration.queries import latest_package
from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor, RuleBroken
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.editing import save_edit
from tillsammans.parties.models import Organisation, Role


@deed(_("Startar en samverkan"), policies.may_host)
def start_collaboration(
    actor: Actor, _none: None, *, name: str, level: str, area: Area, purpose: str, started_on: date
) -> Collaboration:
    """Start a collaboration with the actor's organisation as host."""
    return Collaboration.objects.create(
        organisation_id=actor.organisation_id, name=name, level=level, area=area, purpose=purpose, started_on=started_on
    )


@deed(_("Ändrar en samverkan"), policies.may_edit)
def edit_collaboration(
    actor: Actor, collaboration: Collaboration, *, version: int | None, **changes: Any
) -> Collaboration:
    """Change name, level, area, purpose or dates."""
    return save_edit(collaboration, version, changes)


@deed(
    _("Bjuder in en part"),
    policies.may_edit,
    concerns=lambda party: [party.member_id],
)
def invite_party(actor: Actor, collaboration: Collaboration, *, member: Organisation, message: str = "") -> Party:
    """Invite an organisation. Participation is by its acceptance only."""
    if member.pk == actor.organisation_id:
        raise RuleBroken(_("Din egen organisation är redan med som värd."), "member")
    if Party.objects.filter(collaboration=collaboration, member=member, left_on=None).exists():
        raise RuleBroken(_("{name} är redan inbjuden."), "member", name=member.name)
    party = Party.objects.create(
        organisation_id=actor.organisation_id,
        collaboration=collaboration,
        member=member,
        message=message,
        invited_on=clock.today(),
    )
    notices.invited(actor, party)
    return party


@deed(
    _("Svarar på en inbjudan"),
    policies.may_answer_invitation,
    concerns=lambda answer: [answer.party.organisation_id],
)
def answer_invitation(actor: Actor, party: Party, *, answer: str, words: str = "") -> PartyAnswer:
    """Accept, accept on own terms (``words`` say which), or decline. A later answer replaces an earlier one."""
    if answer == PartyAnswer.Answer.ADAPTED and not words:
        raise RuleBroken(_("Skriv vilka villkor ni vill ha."), "words")
    given = PartyAnswer.objects.create(
        organisation_id=actor.organisation_id, party=party, answer=answer, words=words, person_id=actor.person_id
    )
    notices.invitation_answered(actor, given)
    return given


@deed(_("Öppnar en grupp"), policies.may_edit)
def open_group(
    actor: Actor, collaboration: Collaboration, *, name: str, kind: str, task: str, opened_on: date
) -> Group:
    """Open a group in the collaboration."""
    return Group.objects.create(
        organisation_id=actor.organisation_id,
        collaboration=collaboration,
        name=name,
        kind=kind,
        task=task,
        opened_on=opened_on,
    )


@deed(_("Ändrar en grupp"), policies.may_edit)
def edit_group(actor: Actor, group: Group, *, version: int | None, **changes: Any) -> Group:
    """Change a group; closing it is giving it a last day."""
    return save_edit(group, version, changes)


@deed(_("Ger någon en plats i en grupp"), policies.may_edit)
def give_seat(actor: Actor, group: Group, **values: Any) -> Seat:
    """Give a person a seat in the group for a party."""
    return Seat.objects.create(organisation_id=actor.organisation_id, group=group, **values)


@deed(_("Avslutar en plats i en grupp"), policies.may_edit)
def end_seat(actor: Actor, seat: Seat, *, valid_to: date | None) -> Seat:
    """End a seat on its last day; ``None`` opens it again."""
    return save_edit(seat, None, {"valid_to": valid_to})


@deed(
    _("Delar ett paket med andra parter"),
    policies.may_send,
    concerns=lambda package: [line.receiver_id for line in package.receivers.all()],
)
def send_package(
    actor: Actor,
    _none: None,
    *,
    kind: str,
    title: str,
    subject: UUID,
    content: str,
    purpose: str,
    ground: str,
    receivers: Iterable[Organisation],
    collaboration: Collaboration | None = None,
    approvers: Iterable[Organisation] = (),
) -> Package:
    """Freeze ``content`` (canonical text) and send it. ``approvers`` are asked to approve it; the sender may be one."""
    return freeze_package(
        actor,
        kind=kind,
        title=title,
        subject=subject,
        content=content,
        purpose=purpose,
        ground=ground,
        receivers=receivers,
        collaboration=collaboration,
        approvers=approvers,
    )


def freeze_package(
    actor: Actor,
    *,
    kind: str,
    title: str | LazyText,
    subject: UUID,
    content: str,
    purpose: str | LazyText,
    ground: str,
    receivers: Iterable[Organisation] = (),
    collaboration: Collaboration | None = None,
    approvers: Iterable[Organisation] = (),
    public: bool = False,
    slug: str = "",
) -> Package:
    """Make a package. Called inside a deed that has checked who may share what."""
    package = Package.objects.create(
        organisation_id=actor.organisation_id,
        kind=kind,
        title=str(title),
        subject=subject,
        content=content,
        hash=content_hash(content),
        purpose=str(purpose),
        ground=ground,
        collaboration=collaboration,
        public=public,
        slug=slug,
        asks_approval=bool(list(approvers)),
        sent_by_id=actor.person_id,
        sent_at=clock.now(),
    )
    approving = {organisation.pk for organisation in approvers}
    everyone = {organisation.pk: organisation for organisation in [*receivers, *approvers]}
    for key in everyone:
        Receiver.objects.create(
            organisation_id=actor.organisation_id, package=package, receiver_id=key, approves=key in approving
        )
    notices.package_sent(actor, package)
    return package


@deed(
    _("Återkallar ett paket"),
    policies.may_recall,
    concerns=lambda package: [line.receiver_id for line in package.receivers.all()],
)
def recall_package(actor: Actor, package: Package, *, reason: str) -> Package:
    """End the access to a package. What a receiver already holds may be a public record there; the page says so."""
    return save_edit(package, None, {"recalled_at": clock.now(), "recall_reason": reason})


@deed(
    _("Öppnar ett mottaget paket första gången"),
    policies.may_open,
    concerns=lambda opening: [opening.package.organisation_id],
)
def open_package(actor: Actor, package: Package) -> Opening:
    """Record the first opening by the receiver, in the audit logs of both organisations."""
    opening, _made = Opening.objects.get_or_create(
        organisation_id=actor.organisation_id, package=package, defaults={"person_id": actor.person_id}
    )
    return opening


@deed(
    _("Kommenterar ett mottaget paket"),
    policies.may_comment,
    concerns=lambda comment: [comment.package.organisation_id],
)
def comment_package(actor: Actor, package: Package, *, text: str) -> Comment:
    """Comment on a received package; the sender can read it."""
    comment = Comment.objects.create(
        organisation_id=actor.organisation_id, package=package, text=text, person_id=actor.person_id
    )
    notices.commented(actor, comment)
    return comment


@deed(
    _("Skriver under eller avböjer en text"),
    policies.may_approve,
    concerns=lambda approval: [approval.package.organisation_id],
)
def answer_approval(actor: Actor, package: Package, *, answer: str, hash: str, words: str = "") -> Approval:
    """Approve, decline, or withdraw an approval of the text with that ``hash``, which the person was shown."""
    if hash != package.hash:
        raise RuleBroken(_("Texten har ändrats sedan du öppnade den. Läs den nya texten och svara igen."))
    newest = latest_package(package.kind, package.subject)
    if newest is not None and newest.pk != package.pk:
        raise RuleBroken(_("Det finns en nyare text än den här. Öppna den nya och svara på den."))
    if answer == Approval.Answer.DECLINED and not words:
        raise RuleBroken(_("Skriv varför ni avböjer, så att texten kan ändras."), "words")
    mandate = Role.objects.filter(person_id=actor.person_id, organisation_id=actor.organisation_id, signs=True).first()
    approval = Approval.objects.create(
        organisation_id=actor.organisation_id,
        package=package,
        hash=hash,
        answer=answer,
        words=words,
        person_id=actor.person_id,
        title=str(mandate) if mandate else "",
    )
    notices.approval_answered(actor, approval)
    return approval


@deed(_("Ställer in stående delning"), policies.may_send)
def set_standing_share(
    actor: Actor, _none: None, *, kind: str, receiver: Organisation, purpose: str, ground: str
) -> StandingShare:
    """Create a rule: every item of the kind that is adopted from now on is sent to the receiver as a package."""
    if StandingShare.objects.filter(
        organisation_id=actor.organisation_id, kind=kind, receiver=receiver, ended_on=None
    ).exists():
        raise RuleBroken(_("Det finns redan en sådan stående delning till {name}."), "receiver", name=receiver.name)
    return StandingShare.objects.create(
        organisation_id=actor.organisation_id, kind=kind, receiver=receiver, purpose=purpose, ground=ground
    )


@deed(_("Avslutar en stående delning"), policies.may_edit)
def end_standing_share(actor: Actor, share: StandingShare) -> StandingShare:
    """End the rule; packages already sent remain until they are recalled."""
    return save_edit(share, None, {"ended_on": clock.today()})


def send_by_standing_shares(
    actor: Actor, *, kind: str, title: str, subject: UUID, content: str, collaboration: Collaboration | None
) -> list[Package]:
    """Create the packages that standing shares require. Called inside the deed that adopted the item."""
    shares = StandingShare.objects.filter(organisation_id=actor.organisation_id, kind=kind, ended_on=None)
    return [
        freeze_package(
            actor,
            kind=kind,
            title=title,
            subject=subject,
            content=content,
            purpose=share.purpose,
            ground=share.ground,
            receivers=[share.receiver],
            collaboration=collaboration,
        )
        for share in shares.select_related("receiver")
    ]
