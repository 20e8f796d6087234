"""Who may record follow-ups and publish outcomes."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tillsammans.evaluation.models import FollowUp
from tillsammans.kernel.access import Actor, can, owns, predicate
from tillsammans.promises.models import Promise


@predicate(_("löftet är publicerat"))
def promise_is_public(actor: Actor, subject: Any) -> bool:
    promise = subject.promise if isinstance(subject, FollowUp) else subject
    return isinstance(promise, Promise) and promise.state == Promise.State.PUBLISHED


@predicate(_("uppföljningen är inte publicerad"))
def unpublished(actor: Actor, follow_up: Any) -> bool:
    return follow_up.published is None or follow_up.published.recalled_at is not None


@predicate(_("uppföljningen är publicerad"))
def is_published(actor: Actor, follow_up: Any) -> bool:
    return not unpublished(actor, follow_up)


may_follow_up_promise = can("edit") & owns & promise_is_public
may_follow_up_measure = can("edit") & owns
may_publish = can("publish") & owns & promise_is_public & unpublished
may_withdraw = can("publish") & owns & is_published
