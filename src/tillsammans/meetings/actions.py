"""Decisions are recorded inside the deeds that need them: an adoption and its decision are one transaction."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor, RuleBroken
from tillsammans.meetings.models import Decision
from tillsammans.parties.models import Body


def new_decision(actor: Actor, body: Body, decided_on: date, minutes_reference: str, subject: str) -> Decision:
    """Record what ``body``, of the actor's own organisation, decided. Called inside a deed; not a deed by itself.

    Raises ``RuleBroken``, naming the field, for another organisation's body, a future day or an empty reference.
    """
    if body.organisation_id != actor.organisation_id:
        raise RuleBroken(_("Välj ett organ i din egen organisation."), "body")
    if decided_on > clock.today():
        raise RuleBroken(_("Beslutsdatumet kan inte ligga i framtiden."), "decided_on")
    if not minutes_reference.strip():
        raise RuleBroken(_("Skriv paragraf eller diarienummer, till exempel § 14."), "minutes_reference")
    return Decision.objects.create(
        organisation_id=actor.organisation_id,
        body=body,
        decided_on=decided_on,
        minutes_reference=minutes_reference.strip(),
        subject=subject[:250],
        recorded_by_id=actor.person_id,
    )
