"""Deeds of follow-up. A follow-up is immutable; a later assessment is a new one."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tillsammans.collaboration.actions import freeze_package
from tillsammans.collaboration.models import Package
from tillsammans.evaluation import policies
from tillsammans.evaluation.models import FollowUp
from tillsammans.evaluation.queries import outcome_content
from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor, RuleBroken
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.content import freeze
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.editing import save_edit
from tillsammans.plans.models import Measure
from tillsammans.promises.models import Promise


@deed(_("Följer upp ett medborgarlöfte"), policies.may_follow_up_promise)
def follow_up_promise(actor: Actor, promise: Promise, **values: Any) -> FollowUp:
    """Record a follow-up of a published promise: colour, whether it was kept, observations, and what next."""
    if not values.get("kept"):
        raise RuleBroken(_("Svara på om löftet är hållet."), "kept")
    return _write(actor, promise=promise, **values)


@deed(_("Följer upp en åtgärd"), policies.may_follow_up_measure)
def follow_up_measure(actor: Actor, measure: Measure, **values: Any) -> FollowUp:
    """Record a follow-up of a measure."""
    return _write(actor, measure=measure, **values)


def _write(actor: Actor, **values: Any) -> FollowUp:
    if values["followed_on"] > clock.today():
        raise RuleBroken(_("Datumet kan inte ligga i framtiden."), "followed_on")
    return FollowUp.objects.create(organisation_id=actor.organisation_id, person_id=actor.person_id, **values)


@deed(
    _("Redovisar ett medborgarlöfte för invånarna"),
    policies.may_publish,
    concerns=lambda follow_up: list(follow_up.promise.parties.values_list("pk", flat=True)),
)
def publish_outcome(actor: Actor, follow_up: FollowUp, *, shown: str) -> FollowUp:
    """Publish the outcome with the hash that the person was shown, on the promise's public page."""
    if not follow_up.public_text.strip():
        raise RuleBroken(_("Det finns ingen text till invånarna. Gör en ny uppföljning och skriv den."))
    # A withdrawal of the promise waits for this lock, so no outcome stays public without its promise.
    promise = Promise.objects.select_for_update(of=("self",)).get(pk=follow_up.promise_id)
    content = freeze(outcome_content(follow_up))
    if content_hash(content) != shown:
        raise RuleBroken(_("Det har loggats mer sedan du öppnade sidan. Läs igenom redovisningen igen."))
    package = freeze_package(
        actor,
        kind="promise_outcome",
        title=format_lazy(_("Så gick det: {title}"), title=promise.title),
        subject=promise.uuid,
        content=content,
        purpose=_("Invånarna får veta hur det gick med löftet."),
        ground=Package.Ground.PUBLIC,
        collaboration=promise.collaboration,
        public=True,
        slug=promise.published.slug if promise.published else "",
    )
    return save_edit(follow_up, None, {"published": package})


@deed(
    _("Drar tillbaka en redovisning"),
    policies.may_withdraw,
    concerns=lambda follow_up: list(follow_up.promise.parties.values_list("pk", flat=True)),
)
def withdraw_outcome(actor: Actor, follow_up: FollowUp, *, reason: str) -> FollowUp:
    """Withdraw a published outcome."""
    if follow_up.published:
        save_edit(follow_up.published, None, {"recalled_at": clock.now(), "recall_reason": reason})
    return follow_up
