"""Deeds that start a job to fetch from a source. The result is an upload with a preview; nothing is activated."""

from collections.abc import Sequence
from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.kernel import intake, jobs
from tillsammans.kernel.access import Actor
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.models import Job


@deed(gettext_lazy("Hämtar nyckeltal från Kolada för kontroll"), intake.may_import)
def fetch_kolada(actor: Actor, _none: None, *, kpis: Sequence[str], places: Sequence[str]) -> Job:
    """Let a job fetch the key figures (ids) for the places (codes as Kolada has them)."""
    return jobs.start(
        actor,
        "imports.fetch_kolada",
        _("Hämtar nyckeltal från Kolada"),
        {"address": str(uuid4()), "kpis": list(kpis), "places": list(places)},
    )


@deed(gettext_lazy("Hämtar en tabell från SCB för kontroll"), intake.may_import)
def fetch_scb(actor: Actor, _none: None, *, table: str, places: Sequence[str], periods: int) -> Job:
    """Let a job fetch the latest periods of a table for the places (codes as SCB has them)."""
    return jobs.start(
        actor,
        "imports.fetch_scb",
        _("Hämtar en tabell från SCB"),
        {"address": str(uuid4()), "table": table, "places": list(places), "periods": periods},
    )
