"""Deeds about promises: write, offer for signature, publish, withdraw."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from tillsammans.collaboration.actions import freeze_package, send_by_standing_shares
from tillsammans.collaboration.models import Package
from tillsammans.collaboration.queries import parties_of, still_missing
from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor, RuleBroken
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.content import freeze
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.editing import save_edit
from tillsammans.kernel.language import telling
from tillsammans.kernel.text import slug
from tillsammans.parties.models import Organisation
from tillsammans.picture.models import Problem
from tillsammans.plans.models import Activity
from tillsammans.promises import policies
from tillsammans.promises.models import Promise
from tillsammans.promises.queries import promise_content
from tillsammans.promises.rules import USUALLY_REPORTED_AFTER, check_days, missing_kinds


def _those_who_promise(promise: Promise) -> list[int]:
    return list(promise.parties.values_list("pk", flat=True))


@deed(_("Skriver ett medborgarlöfte"), policies.may_write)
def write_promise(
    actor: Actor,
    problem: Problem,
    *,
    parties: Iterable[Organisation],
    activities: Iterable[Activity],
    report_by: date | None = None,
    previous: Promise | None = None,
    **values: Any,
) -> Promise:
    """Start a draft against a problem. ``report_by`` is 30 days after the end if it is not given."""
    promise = Promise(
        organisation_id=actor.organisation_id,
        collaboration=problem.collaboration,
        problem=problem,
        previous=previous,
        report_by=report_by or values["ends_on"] + USUALLY_REPORTED_AFTER,
        **values,
    )
    check_days(promise.starts_on, promise.ends_on, promise.report_by)
    promise.save()
    _choose(promise, list(parties), list(activities))
    return promise


@deed(_("Ändrar ett utkast till medborgarlöfte"), policies.may_edit)
def edit_promise(
    actor: Actor,
    promise: Promise,
    *,
    version: int | None,
    parties: Iterable[Organisation],
    activities: Iterable[Activity],
    **changes: Any,
) -> Promise:
    """Change a draft."""
    check_days(changes["starts_on"], changes["ends_on"], changes["report_by"])
    save_edit(promise, version, changes)
    _choose(promise, list(parties), list(activities))
    return promise


def _choose(promise: Promise, parties: Sequence[Organisation], activities: Sequence[Activity]) -> None:
    """Set who promises and what. The host always does, and nobody promises what another organisation shall do."""
    standing = {party.pk for party in parties_of(promise.collaboration)}
    chosen = {promise.organisation_id, *(party.pk for party in parties)}
    if strangers := [party.name for party in parties if party.pk not in standing]:
        raise RuleBroken(_("{names} är inte med i samverkan. Bjud in först."), "parties", names=", ".join(strangers))
    if not activities:
        raise RuleBroken(_("Välj minst en aktivitet. Ett löfte är det ni gör."), "activities")
    for activity in activities:
        if activity.measure.problem_id != promise.problem_id:
            raise RuleBroken(_("”{verb}” hör till ett annat problem."), "activities", verb=activity.verb)
        if activity.actor_id not in chosen:
            raise RuleBroken(
                _(
                    "”{verb}” görs av {name}, som inte står bland dem som lovar. Lägg till parten eller välj bort "
                    "aktiviteten."
                ),
                "activities",
                verb=activity.verb,
                name=activity.actor.name,
            )
    promise.parties.set(chosen)
    promise.activities.set(activities)


@deed(_("Lägger fram ett medborgarlöfte för underskrift"), policies.may_offer, concerns=_those_who_promise)
def offer_promise(actor: Actor, promise: Promise, *, shown: str) -> Promise:
    """Freeze the text whose hash the person was shown, and ask every party to sign that very text."""
    parties = list(promise.parties.all())
    _choose(promise, parties, list(promise.activities.filter(removed_on=None).select_related("measure", "actor")))
    _require_kinds(parties)
    text = freeze(promise_content(promise))
    if content_hash(text) != shown:
        raise RuleBroken(_("Löftet har ändrats sedan du öppnade sidan. Läs igenom det igen."))
    package = freeze_package(
        actor,
        kind="promise",
        title=promise.title,
        subject=promise.uuid,
        content=text,
        purpose=_("Parterna skriver under medborgarlöftet innan det publiceras."),
        ground=Package.Ground.AGREEMENT,
        receivers=parties,
        approvers=parties,
        collaboration=promise.collaboration,
    )
    return save_edit(promise, None, {"state": Promise.State.OFFERED, "offered": package})


def _require_kinds(parties: Iterable[Organisation]) -> None:
    with telling():
        if missing := missing_kinds(party.kind for party in parties):
            raise RuleBroken(
                _("Ett medborgarlöfte ges av minst en kommun och polisen. Det saknas: {kinds}."),
                kinds=", ".join(missing),
            )


@deed(_("Tar tillbaka ett medborgarlöfte till utkast"), policies.may_take_back, concerns=_those_who_promise)
def take_back_promise(actor: Actor, promise: Promise) -> Promise:
    """Make the promise a draft again, so that its text can be changed. Signatures given so far are left behind."""
    if promise.offered and promise.offered.recalled_at is None:
        _recall(promise.offered, str(_("Texten ändras. Den nya texten kommer för underskrift.")))
    return save_edit(promise, None, {"state": Promise.State.DRAFT, "offered": None})


@deed(_("Publicerar ett medborgarlöfte"), policies.may_publish, concerns=_those_who_promise)
def publish_promise(actor: Actor, promise: Promise) -> Promise:
    """Publish the text that every party has signed: two persons, two organisations, mandates valid at this moment."""
    # Answers to the text wait for this lock, so nobody takes a signature back between the check and the publication.
    signed = Package.objects.select_for_update(of=("self",)).get(pk=promise.offered_id)
    if signed.recalled_at:
        raise RuleBroken(
            _("Texten som lades fram är återkallad. Ta tillbaka löftet till utkast och lägg fram det igen.")
        )
    if missing := still_missing(signed):
        raise RuleBroken(
            _("Alla har inte skrivit under den här texten med ett mandat som gäller nu. Det saknas: {names}."),
            names=", ".join(party.name for party in missing),
        )
    _require_kinds(line.receiver for line in signed.receivers.filter(approves=True).select_related("receiver"))
    earlier = promise.published
    public = freeze_package(
        actor,
        kind="promise",
        title=promise.title,
        subject=promise.uuid,
        content=signed.content,
        purpose=_("Invånarna får veta vad parterna lovar, och kan följa om det hålls."),
        ground=Package.Ground.PUBLIC,
        collaboration=promise.collaboration,
        public=True,
        # The address is permanent: a corrected promise is published where the first one was.
        slug=earlier.slug if earlier else f"{slug(promise.title)[:100]}-{promise.uuid.hex[:6]}",
    )
    send_by_standing_shares(
        actor,
        kind="promise",
        title=promise.title,
        subject=promise.uuid,
        content=signed.content,
        collaboration=promise.collaboration,
    )
    return save_edit(promise, None, {"state": Promise.State.PUBLISHED, "published": public})


@deed(_("Drar tillbaka ett publicerat medborgarlöfte"), policies.may_withdraw, concerns=_those_who_promise)
def withdraw_promise(actor: Actor, promise: Promise, *, reason: str) -> Promise:
    """Take the promise and everything published about it off the public pages; its address says when and why."""
    for package in Package.objects.filter(
        organisation_id=actor.organisation_id, subject=promise.uuid, public=True, recalled_at=None
    ):
        _recall(package, reason)
    return save_edit(promise, None, {"state": Promise.State.WITHDRAWN})


def _recall(package: Package, reason: str) -> None:
    save_edit(package, None, {"recalled_at": clock.now(), "recall_reason": reason})


@deed(_("Lägger undan ett utkast till medborgarlöfte"), policies.may_set_aside)
def set_aside_promise(actor: Actor, promise: Promise) -> Promise:
    """Put a draft away; it can be taken back."""
    return save_edit(promise, None, {"state": Promise.State.WITHDRAWN})
