"""Who may plan, adopt and log."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tillsammans.kernel.access import Actor, can, owns, predicate
from tillsammans.plans.models import ActionPlan, Activity, Measure


@predicate(_("åtgärdsplanen är inte antagen än"))
def plan_is_draft(actor: Actor, subject: Any) -> bool:
    plan = subject if isinstance(subject, ActionPlan) else getattr(subject, "plan", None)
    return plan is None or plan.state == ActionPlan.State.DRAFT


@predicate(_("det är din organisation som gör aktiviteten"))
def does_it(actor: Actor, activity: Any) -> bool:
    return isinstance(activity, Activity) and activity.actor_id == actor.organisation_id


@predicate(_("åtgärden är inte borttagen"))
def stands(actor: Actor, measure: Any) -> bool:
    return isinstance(measure, Measure) and measure.removed_on is None


may_plan = can("edit")
may_edit = can("edit") & owns
may_edit_plan = can("edit") & owns & plan_is_draft
may_add_activity = can("edit") & owns & stands
may_adopt = can("decide") & owns & plan_is_draft
may_log = can("edit") & (does_it | owns)
may_log_shared = can("edit")
may_strike = can("edit") & owns
