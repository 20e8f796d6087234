"""The kernel's own deeds."""

from typing import Any

from django.utils.translation import gettext, gettext_lazy

from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor, RuleBroken, can, owns, predicate
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.editing import save_edit
from tillsammans.kernel.models import Link, OutgoingMail


@predicate(gettext_lazy("du har själv gjort länken"))
def made_it(actor: Actor, link: Any) -> bool:
    """The actor is who made the link."""
    return bool(actor.person_id and link.created_by_id == actor.person_id)


may_revoke_link = owns & (can("administer") | made_it)
may_send_again = owns & can("administer")


@deed(gettext_lazy("Tar tillbaka en länk"), may_revoke_link)
def revoke_link(actor: Actor, link: Link) -> Link:
    """The link stops working at once."""
    return save_edit(link, None, {"revoked_at": clock.now()})


@deed(gettext_lazy("Försöker skicka ett brev igen"), may_send_again)
def send_again(actor: Actor, mail: OutgoingMail) -> OutgoingMail:
    """Let a mail that was given up be tried from the beginning."""
    if mail.state != OutgoingMail.State.FAILED:
        raise RuleBroken(gettext("Brevet är redan skickat eller på väg."))
    again = {"state": OutgoingMail.State.WAITING, "attempts": 0, "next_try_at": clock.now(), "error": ""}
    return save_edit(mail, None, again)
