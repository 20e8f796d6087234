"""Letters about what another party has done: an invitation, a package, an approval, a comment."""

from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.collaboration.kinds import kind_of
from tillsammans.collaboration.models import Approval, Comment, Package, Party, PartyAnswer
from tillsammans.collaboration.queries import still_missing
from tillsammans.kernel.access import Actor
from tillsammans.kernel.scope import Scope, within
from tillsammans.parties.notices import tell


def invited(actor: Actor, party: Party) -> None:
    """Tell the invited organisation."""
    tell(
        party.member_id,
        "decide",
        _("Inbjudan att samverka"),
        _("{host} bjuder in er till en samverkan. Läs vad den gäller och svara:").format(host=actor.organisation_name),
        reverse("collaboration:collaboration", args=[party.collaboration.uuid]),
        key=f"invited-{party.uuid}",
    )


def invitation_answered(actor: Actor, answer: PartyAnswer) -> None:
    """Tell the host."""
    words = {
        PartyAnswer.Answer.ACCEPTED: _("{name} har tackat ja till samverkan:"),
        PartyAnswer.Answer.ADAPTED: _("{name} vill samverka på egna villkor. Läs dem:"),
        PartyAnswer.Answer.DECLINED: _("{name} har tackat nej till samverkan:"),
    }[PartyAnswer.Answer(answer.answer)]
    tell(
        answer.party.organisation_id,
        "decide",
        _("Svar på er inbjudan"),
        words.format(name=actor.organisation_name),
        reverse("collaboration:collaboration", args=[answer.party.collaboration.uuid]),
        key=f"answered-{answer.uuid}",
    )


def package_sent(actor: Actor, package: Package) -> None:
    """Tell each receiver; those who are asked to approve that they are."""
    signed = kind_of(package.kind).signed
    for line in package.receivers.all():
        mine = line.receiver_id == actor.organisation_id
        if line.approves:
            subject = _("En text väntar på er underskrift") if signed else _("En text väntar på ert godkännande")
            sentence = _("{sender} ber er läsa en text och svara:")
        elif mine:
            continue
        else:
            subject, sentence = _("Ni har fått ett underlag"), _("{sender} har delat ett underlag med er:")
        tell(
            line.receiver_id,
            "sign" if line.approves else "edit",
            subject,
            sentence.format(sender=actor.organisation_name),
            reverse("collaboration:package", args=[package.uuid]),
            key=f"package-{package.uuid}",
            but=[actor.person_id],
        )


def approval_answered(actor: Actor, approval: Approval) -> None:
    """Tell the sender: of what was declined or taken back, and when nobody is missing any more."""
    package = approval.package
    signed = kind_of(package.kind).signed
    if approval.answer == Approval.Answer.DECLINED:
        subject = _("En part har avböjt")
        sentence = _("{name} har avböjt en text och skrivit varför:")
    elif approval.answer == Approval.Answer.WITHDRAWN:
        subject = _("En underskrift är tillbakatagen") if signed else _("Ett godkännande är tillbakataget")
        sentence = _("{name} har tagit tillbaka sitt svar:")
    elif _everyone_has_answered(package):
        subject = _("Alla har skrivit under") if signed else _("Alla har godkänt")
        sentence = _("{name} var den sista som svarade. Nu kan ni gå vidare:")
    else:
        return
    tell(
        package.organisation_id,
        "share",
        subject,
        sentence.format(name=actor.organisation_name),
        reverse("collaboration:package", args=[package.uuid]),
        key=f"approval-{approval.uuid}",
        but=[actor.person_id],
    )


def _everyone_has_answered(package: Package) -> bool:
    with within(Scope(package.organisation_id)):  # the sender sees every answer, a party perhaps its own only
        return not still_missing(package)


def commented(actor: Actor, comment: Comment) -> None:
    """Tell the sender of the package."""
    tell(
        comment.package.organisation_id,
        "share",
        _("En kommentar till det ni delade"),
        _("{name} har kommenterat:").format(name=actor.organisation_name),
        reverse("collaboration:package", args=[comment.package.uuid]),
        key=f"comment-{comment.uuid}",
        but=[actor.person_id],
    )
