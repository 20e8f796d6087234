"""Who may share, answer and approve."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tillsammans.collaboration.models import Package, Party, Receiver
from tillsammans.kernel.access import Actor, can, owns, predicate


@predicate(_("paketet är skickat till din organisation"))
def received(actor: Actor, package: Any) -> bool:
    return Receiver.objects.filter(package=package, receiver_id=actor.organisation_id).exists()


@predicate(_("din organisation är ombedd att godkänna texten"))
def asked_to_approve(actor: Actor, package: Any) -> bool:
    return Receiver.objects.filter(package=package, receiver_id=actor.organisation_id, approves=True).exists()


@predicate(_("det är delat och inte återkallat"))
def stands(actor: Actor, package: Any) -> bool:
    return isinstance(package, Package) and package.recalled_at is None


@predicate(_("det är delat mellan parter; det som är offentligt dras tillbaka där det publicerades"))
def between_parties(actor: Actor, package: Any) -> bool:
    return isinstance(package, Package) and not package.public


@predicate(_("inbjudan är ställd till din organisation"))
def invited(actor: Actor, party: Any) -> bool:
    return isinstance(party, Party) and party.member_id == actor.organisation_id and party.left_on is None


may_host = can("edit")
may_edit = can("edit") & owns
may_answer_invitation = can("decide") & invited
may_send = can("share")
may_publish = can("publish")
may_recall = can("share") & owns & stands & between_parties
may_open = can("read") & (owns | received) & stands
may_comment = can("edit") & received & stands
may_approve = can("sign") & (asked_to_approve | owns) & stands
