"""Who may change geography."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tillsammans.kernel.access import Actor, can, owns, predicate


@predicate(_("du arbetar i de gemensamma uppgifterna"))
def in_common_space(actor: Actor, subject: Any) -> bool:
    """The actor acts for the organisation that holds what all may read."""
    return actor.organisation_kind == "common"


may_read = can("read")
may_add_own = can("edit") | (can("operate") & in_common_space)
may_change_own = may_add_own & owns
may_operate = can("operate") & in_common_space
may_change_police = can("operate") & owns
