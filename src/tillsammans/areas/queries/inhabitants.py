"""How many live in an area, and what an import of population would change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tillsammans.areas.models import Area, Population, PopulationImport
from tillsammans.areas.queries.geography import SMALL_KINDS, municipalities_of


def population(area_ids: Iterable[int], years: Iterable[int] | None = None) -> dict[tuple[int, int], int]:
    """How many lived in each area on the last day of each year, by (area id, year); what is not known is left out.

    Where several imports in force say something, the one that came into force last holds.
    """
    rows = Population.objects.filter(area_id__in=list(area_ids), imported__state=PopulationImport.State.IN_FORCE)
    if years is not None:
        rows = rows.filter(year__in=list(years))
    ordered = rows.order_by("imported__in_force_at", "pk").values_list("area_id", "year", "value")
    return {(area_id, year): value for area_id, year, value in ordered}


def population_of(area: Area, year: int) -> int | None:
    """How many lived in the area on the last day of the year: its own figure, else the sum of its municipalities.

    ``None`` if a part is not known, and for areas smaller than a municipality without a figure of their own.
    """
    own = population([area.pk], [year]).get((area.pk, year))
    if own is not None or area.kind in SMALL_KINDS:
        return own
    parts = municipalities_of(area, date(year, 12, 31))
    known = population([part.pk for part in parts], [year])
    return sum(known.values()) if parts and len(known) == len(parts) else None


@dataclass(frozen=True, slots=True)
class PopulationChange:
    """What an import would change: figures that are new, that differ from what holds now, and that are the same."""

    new: int
    changed: tuple[tuple[Area, int, int, int], ...]  # area, year, value now, value in the import
    same: int


def population_change(imported: PopulationImport) -> PopulationChange:
    """Compare the rows of an import with what holds now."""
    rows: Sequence[Population] = list(imported.rows.select_related("area").defer("area__geometry"))
    now = population({row.area_id for row in rows}, {row.year for row in rows})
    changed = [
        (row.area, row.year, now[row.area_id, row.year], row.value)
        for row in rows
        if now.get((row.area_id, row.year), row.value) != row.value
    ]
    new = sum((row.area_id, row.year) not in now for row in rows)
    changed.sort(key=lambda change: (change[0].sort_key, change[1]))
    return PopulationChange(new, tuple(changed), len(rows) - new - len(changed))
