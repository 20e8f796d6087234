"""Who may write, offer, publish and withdraw a promise."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tillsammans.kernel.access import Policy, can, owns
from tillsammans.promises.models import Promise
from tillsammans.promises.rules import FOLLOWS


def _leads_to(state: str, words: Any) -> Policy:
    """The table of states allows the transition to ``state``."""
    return Policy(words, lambda actor, promise: state in FOLLOWS[promise.state])


State = Promise.State
may_write = can("edit") & owns
may_edit = can("edit") & owns & Policy(_("löftet är ett utkast"), lambda actor, promise: promise.state == State.DRAFT)
may_offer = can("share") & owns & _leads_to(State.OFFERED, _("löftet är ett utkast"))
may_take_back = can("share") & owns & _leads_to(State.DRAFT, _("löftet väntar på underskrift eller är tillbakadraget"))
may_publish = can("publish") & owns & _leads_to(State.PUBLISHED, _("löftet väntar på underskrift"))
may_withdraw = (
    can("publish") & owns & Policy(_("löftet är publicerat"), lambda actor, promise: promise.state == State.PUBLISHED)
)
may_set_aside = may_edit
