"""Deeds that let a picture out of the house: sharing it with the parties, and adopting it."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from tillsammans.collaboration.actions import freeze_package, send_by_standing_shares
from tillsammans.collaboration.models import Package, Receiver
from tillsammans.kernel.access import Actor, RuleBroken
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.content import freeze
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.editing import save_edit
from tillsammans.meetings.actions import new_decision
from tillsammans.parties.models import Body, Organisation
from tillsammans.picture import policies
from tillsammans.picture.models import AdoptedPicture, Picture, Problem, Snapshot
from tillsammans.picture.queries import decided, picture_content, picture_text


@deed(
    _("Delar lägesbilden med samverkans parter"),
    policies.may_share,
    concerns=lambda package: [line.receiver_id for line in package.receivers.all()],
)
def share_picture(
    actor: Actor,
    picture: Picture,
    *,
    shown: str,
    purpose: str,
    ground: str,
    receivers: Iterable[Organisation],
    approvers: Iterable[Organisation] = (),
) -> Package:
    """Send the picture, frozen as it is, to ``receivers``; ``approvers`` are asked to approve it.

    ``shown`` is the hash of the content that the person was shown; another content is refused with ``RuleBroken``.
    A draft stays editable; approvals are bound to the content that was sent. An adopted picture can be sent too.
    """
    text = picture_text(picture)
    _require_shown(text, shown)
    package = freeze_package(
        actor,
        kind="picture",
        title=picture.title,
        subject=picture.uuid,
        content=text,
        purpose=purpose,
        ground=ground,
        receivers=receivers,
        approvers=approvers,
        collaboration=picture.collaboration,
    )
    if picture.state == Picture.State.DRAFT:
        save_edit(picture, None, {"state": Picture.State.SHARED})
    return package


def _sent_to(adopted: AdoptedPicture) -> Iterable[int]:
    sent = Receiver.objects.filter(package__subject=adopted.picture.uuid, package__hash=adopted.hash)
    return sent.values_list("receiver_id", flat=True)


@deed(_("Antar lägesbilden"), policies.may_adopt, concerns=_sent_to)
def adopt_picture(
    actor: Actor,
    picture: Picture,
    *,
    shown: str,
    body: Body,
    decided_on: date,
    minutes_reference: str,
) -> AdoptedPicture:
    """Adopt the picture as ``body`` decided: freeze its content with all numbers, and a snapshot of every problem.

    ``shown`` is the hash of the content that the person was shown; another content is refused with ``RuleBroken``.
    Standing shares make their packages in the same transaction.
    """
    draft = picture_content(picture)
    _require_shown(picture_text(picture, draft), shown)
    # Not translated: what was decided stands in the minutes in Swedish.
    decision = new_decision(actor, body, decided_on, minutes_reference, f"Lägesbild: {picture.title}")
    content = decided(draft, decision)
    text = freeze(content)
    adopted = AdoptedPicture.objects.create(
        organisation_id=actor.organisation_id, picture=picture, decision=decision, content=text, hash=content_hash(text)
    )
    problems = {problem.uuid: problem for problem in Problem.objects.filter(picture_links__picture=picture)}
    for frozen in content.problems:
        text_of_problem = freeze(frozen)
        Snapshot.objects.create(
            organisation_id=actor.organisation_id,
            adopted=adopted,
            problem=problems[frozen.uuid],
            content=text_of_problem,
            hash=content_hash(text_of_problem),
        )
    save_edit(picture, None, {"state": Picture.State.ADOPTED})
    send_by_standing_shares(
        actor,
        kind="picture",
        title=picture.title,
        subject=picture.uuid,
        content=text,
        collaboration=picture.collaboration,
    )
    return adopted


def _require_shown(text: str, shown: str) -> None:
    if content_hash(text) != shown:
        raise RuleBroken(_("Lägesbilden har ändrats sedan du öppnade sidan. Läs igenom den och bekräfta igen."))
