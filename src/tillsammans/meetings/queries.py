"""Queries of decisions."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor
from tillsammans.meetings.models import Decision
from tillsammans.meetings.rules import is_late


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One row of the list of decisions, with when it was entered."""

    subject: str
    body: str
    decided_on: date
    minutes_reference: str
    recorded_on: date
    recorded_by: str
    late: bool


def decisions_of(actor: Actor) -> QuerySet[Decision]:
    """The decisions of the actor's organisation, the latest first."""
    return (
        Decision.objects.filter(organisation_id=actor.organisation_id)
        .select_related("body", "recorded_by")
        .order_by("-decided_on", "-pk")
    )


def line(decision: Decision) -> DecisionLine:
    """A decision as the list shows it; days are Swedish days."""
    recorded_on = decision.recorded_at.astimezone(clock.STOCKHOLM).date()
    return DecisionLine(
        decision.subject,
        decision.body.name,
        decision.decided_on,
        decision.minutes_reference,
        recorded_on,
        decision.recorded_by.name,
        is_late(decision.decided_on, recorded_on),
    )
