"""Due fetches of statistics, and the sources with an API."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.imports.clients import kolada, scb
from tillsammans.indicators.queries import last_import
from tillsammans.kernel.access import Actor
from tillsammans.kernel.components import Step
from tillsammans.kernel.outgoing import Source
from tillsammans.parties.models import Organisation

# Brå publishes every month; older than this, the picture rests on last season's figures.
DAYS_FRESH = 60


def due(actor: Actor, today: date) -> list[Step]:
    """Statistics to fetch, for those who write in municipalities and the police."""
    if "edit" not in actor.abilities or actor.organisation_kind not in (
        Organisation.Kind.MUNICIPALITY,
        Organisation.Kind.POLICE,
    ):
        return []
    last = last_import()
    if last is None:
        return [
            Step(
                key="statistics-first",
                title=_("Läs in ny statistik"),
                why=_("Utan siffror går det inte att se vilka problem som är störst, eller om något blir bättre."),
                url=reverse("imports:upload"),
                button=_("Läs in"),
                minutes=10,
            )
        ]
    fresh_until = last.date() + timedelta(days=DAYS_FRESH)
    if today <= fresh_until:
        return []
    return [
        Step(
            key="statistics-update",
            title=_("Hämta ny brottsstatistik"),
            why=_("Den senaste statistiken lästes in {day}. Brå publicerar ny varje månad.").format(day=last.date()),
            url=reverse("imports:upload"),
            button=_("Läs in"),
            minutes=10,
            deadline=fresh_until,
        )
    ]


def sources() -> list[Source]:
    """Kolada and SCB."""
    return [
        Source(
            _("Nyckeltal från Kolada"),
            _("Anmälda brott per invånare, trygghet och förtroende; år för år."),
            reverse("imports:fetch_kolada"),
            kolada.HOST,
        ),
        Source(
            _("Tabeller från SCB"),
            _("Till exempel folkmängd, inkomster och boende."),
            reverse("imports:fetch_scb"),
            scb.HOST_2,
        ),
    ]
