"""How many live in each area: the series of the indicator ``population``, of years, by age and sex where known.

The own organisation's figures go before the common ones, and of one owner's those of the import that came into force
last.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from tillsammans.formats.population import CODE, EVERYONE, Group, disjoint, partition
from tillsammans.indicators.models import Import, Series, Value
from tillsammans.indicators.series import Inhabitants


@dataclass(frozen=True, slots=True)
class Margins:
    """Inhabitants of one area on the last day of a year by age and sex, as one source says.

    ``counts``: of groups that do not overlap, the finest there are. ``complete``: together they are everyone, each
    once. ``total``: everyone, as the source says or as the complete parts sum to; ``None`` if neither is known.
    """

    year: int
    source: str
    counts: dict[Group, int]
    complete: bool
    total: int | None


def population(area_ids: Iterable[int], year: int | None = None) -> dict[int, tuple[Inhabitants, ...]]:
    """The population of each area by year, or of one year, with its source; areas without any are left out."""
    rows = _values(Series.objects.filter(area_id__in=set(area_ids), breakdown=""))
    if year is not None:
        rows = rows.filter(period=str(year))
    by_year: dict[int, dict[int, Inhabitants]] = {}
    for area, period, value, source in rows.values_list("series__area_id", "period", "value", "series__source"):
        by_year.setdefault(area, {})[int(period)] = Inhabitants(int(period), int(value or 0), source)
    return {area: tuple(years[year] for year in sorted(years)) for area, years in by_year.items()}


def population_margins(area_ids: Iterable[int], year: int) -> dict[int, Margins]:
    """The population of each area by age and sex at the end of a year; areas without any parts are left out.

    All parts of an area come from one source, so that two divisions by age are never mixed. One query.
    """
    rows = _values(Series.objects.filter(area_id__in=set(area_ids))).filter(period=str(year))
    sources: dict[int, tuple[int, str]] = {}
    counts: dict[tuple[int, int, str], dict[Group, int]] = {}
    for area, owner, source, breakdown, value in rows.values_list(
        "series__area_id", "organisation_id", "series__source", "series__breakdown", "value"
    ):
        group = Group.parse(breakdown)
        if group is None:
            continue
        counts.setdefault((area, owner, source), {})[group] = int(value or 0)
        if group != EVERYONE:
            sources[area] = (owner, source)
    return {area: _margins(year, source, counts[area, owner, source]) for area, (owner, source) in sources.items()}


def _margins(year: int, source: str, counts: dict[Group, int]) -> Margins:
    total = counts.pop(EVERYONE, None)
    complete = partition(counts) is not None
    parts = disjoint(counts)
    return Margins(year, source, parts, complete, sum(parts.values()) if total is None and complete else total)


def imports_with_population(owners: Q) -> list[int]:
    """The imports in force that brought the population of ``owners`` (a condition on values), in order."""
    values = _values(Series.objects.filter(breakdown="")).filter(owners)
    return sorted(values.order_by().values_list("imported_id", flat=True).distinct())


def _values(series: QuerySet[Series]) -> QuerySet[Value]:
    """The known values in force of the population's series among these, so that the last of several is the one."""
    chosen = series.filter(indicator__code=CODE, period_kind=Series.PeriodKind.YEAR).order_by()
    return Value.objects.filter(
        series_id__in=chosen.values("pk"), imported__state=Import.State.IN_FORCE, value__isnull=False
    ).order_by("-organisation__common", "imported__in_force_at", "imported_id")
