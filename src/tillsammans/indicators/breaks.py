"""Breaks in time series (changed definition or method): deeds to add and remove them, and queries."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from tillsammans.indicators.models import Indicator, SeriesBreak
from tillsammans.indicators.series import SeriesData
from tillsammans.kernel import clock, intake
from tillsammans.kernel.access import Actor, RuleBroken, owns
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.figures import Break

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
may_change = intake.may_import & owns


@deed(_("Noterar ett brott i en tidsserie"), intake.may_import)
def add_break(
    actor: Actor,
    _none: None,
    *,
    source: str,
    period: str,
    reason: str,
    reference: str,
    indicator: Indicator | None = None,
) -> SeriesBreak:
    """Record that a source counts otherwise from ``period`` on; values on the two sides are not compared."""
    if not _MONTH.fullmatch(period):
        raise RuleBroken(_("Skriv månaden som år och månad, till exempel 2019-01."), "period")
    return SeriesBreak.objects.create(
        organisation_id=actor.organisation_id,
        source=source,
        indicator=indicator,
        period=period,
        reason=reason,
        reference=reference,
    )


@deed(_("Tar bort ett brott i en tidsserie"), may_change)
def remove_break(actor: Actor, row: SeriesBreak) -> SeriesBreak:
    """Remove a break; it can be restored."""
    row.removed_at = clock.now()
    row.save(update_fields=["removed_at"])
    return row


@deed(_("Lägger tillbaka ett brott i en tidsserie"), may_change)
def restore_break(actor: Actor, row: SeriesBreak) -> SeriesBreak:
    """Restore a removed break."""
    row.removed_at = None
    row.save(update_fields=["removed_at"])
    return row


def breaks_of(series: Iterable[SeriesData]) -> dict[tuple[str, str], tuple[Break, ...]]:
    """The breaks of each series, by source and indicator code. One query for any number of series."""
    wanted = {(one.source, one.indicator) for one in series}
    rows = SeriesBreak.objects.filter(removed_at=None, source__in={source for source, _code in wanted})
    known = list(rows.values_list("source", "indicator__code", "period", "reason"))
    return {
        (source, code): tuple(
            Break(period, reason) for of, about, period, reason in known if of == source and about in (None, code)
        )
        for source, code in wanted
    }
