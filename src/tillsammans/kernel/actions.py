"""The kernel's own deeds."""

from typing import Any

from django.utils.translation import gettext_lazy

from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor, can, owns, predicate
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.editing import save_edit
from tillsammans.kernel.models import Link


@predicate(gettext_lazy("du har själv gjort länken"))
def made_it(actor: Actor, link: Any) -> bool:
    """The actor is who made the link."""
    return bool(actor.person_id and link.created_by_id == actor.person_id)


may_revoke_link = owns & (can("administer") | made_it)


@deed(gettext_lazy("Tar tillbaka en länk"), may_revoke_link)
def revoke_link(actor: Actor, link: Link) -> Link:
    """The link stops working at once."""
    return save_edit(link, None, {"revoked_at": clock.now()})
