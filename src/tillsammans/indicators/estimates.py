"""Estimates from stored series: change over time of a series, and rates of areas with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tillsammans.formats.periods import PER_YEAR, kind_of, ordinal, period_at, span, year_of
from tillsammans.indicators.series import Inhabitants, SeriesData
from tillsammans.kernel.text import swedish_key
from tillsammans_stats import rates
from tillsammans_stats.result import Estimate

# How many whole years back the spread of the counts is measured, and how far from its own year a population may be.
_YEARS_BACK = 5
_NEAREST_YEAR = 2
# An implied population is used if rounding of the published rates can move it by at most this share.
_ROUNDING = 0.01


@dataclass(frozen=True, slots=True)
class Development:
    """The last twelve months (four quarters, one year) against those before.

    ``comparison`` is ``None`` where the two cannot be compared: ``missing`` then names the periods without a value
    that stand in the way, and is empty where there is simply no earlier year.
    """

    before: tuple[str, str]
    after: tuple[str, str]
    before_count: int | None
    after_count: int | None
    comparison: rates.Comparison | None
    missing: tuple[str, ...]
    preliminary: bool


def development(series: SeriesData) -> Development | None:
    """How a series of counts has developed; ``None`` for a series without values or of another unit.

    The interval is exact (Clopper-Pearson, given the sum). Where there are months or quarters, both counts are first
    divided by the spread of the history over what a year's total and the season explain, so that chance alone is not
    made too small.
    """
    last = series.last_period
    if not last or series.unit != "count":
        return None
    kind = kind_of(last)
    year = PER_YEAR[kind]
    end = ordinal(last)
    by_place = {ordinal(point.period): point for point in series.points}
    blocks = [
        [by_place.get(place) for place in range(end - year * (back + 1) + 1, end - year * back + 1)]
        for back in range(_YEARS_BACK)
    ]
    sums = [_sum([point.value if point else None for point in block]) for block in blocks]
    before = (period_at(kind, end - 2 * year + 1), period_at(kind, end - year))
    after = (period_at(kind, end - year + 1), last)
    earlier = any(point is not None and point.value is not None for point in blocks[1])
    missing = tuple(
        period
        for period in span(before[0] if earlier else after[0], last)
        if (point := by_place.get(ordinal(period))) is None or point.value is None
    )
    comparison = None
    if sums[0] is not None and sums[1] is not None:
        comparison = rates.compare_periods(sums[1], sums[0], dispersion=_spread(blocks, sums))
    preliminary = any(point.preliminary for block in blocks[:2] for point in block if point)
    return Development(before, after, sums[1], sums[0], comparison, missing, preliminary)


def _sum(values: Sequence[Decimal | None]) -> int | None:
    known = [value for value in values if value is not None]
    return int(sum(known)) if len(known) == len(values) else None


def _spread(blocks: Sequence[Sequence[object]], sums: Sequence[int | None]) -> float:
    """Variance over mean of the counts around "this season's share of this year's total", at least 1."""
    whole = [(block, total) for block, total in zip(blocks, sums, strict=True) if total]
    seasons = len(blocks[0])
    if seasons == 1 or len(whole) < 2:
        return 1.0
    counts = [float(point.value) for block, _total in whole for point in block]  # type: ignore[attr-defined]
    totals = [total for block, total in whole for _point in block]
    spread = rates.dispersion(counts, exposure=totals, seasons=[*range(seasons)] * len(whole))
    # The years' totals were estimated too, which costs a degree of freedom for each year after the first.
    freedom = len(counts) - seasons
    return spread * freedom / (freedom - (len(whole) - 1)) if spread > 1 else 1.0


@dataclass(frozen=True, slots=True)
class AreaRate:
    """One area's count in a window of periods and its rate per 100 000 inhabitants and year.

    ``rate`` is ``None`` where a count or the population is missing; ``person_years`` is what the count was divided by.
    """

    area: str
    area_name: str
    count: int | None
    person_years: float | None
    inhabitants: tuple[Inhabitants, ...]
    rate: Estimate | None
    preliminary: bool


def area_rates(series: Sequence[SeriesData], first: str, last: str) -> tuple[AreaRate, ...]:
    """The rate of each area from ``first`` to ``last``, with the exact Poisson interval, ordered by name.

    The areas' series are counts of the same indicator and period kind.
    """
    window = span(first, last)
    result = []
    for one in sorted(series, key=lambda one: swedish_key(one.area_name)):
        points = {point.period: point for point in one.points}
        count = _sum([points[period].value if period in points else None for period in window])
        people = [inhabitants_of(one.inhabitants, year_of(period)) for period in window]
        known = [person for person in people if person is not None]
        years = sum(person.count for person in known) / PER_YEAR[one.period_kind] if len(known) == len(window) else None
        rate = rates.rate(count, years) if count is not None and years else None
        preliminary = any(points[period].preliminary for period in window if period in points)
        result.append(AreaRate(one.area, one.area_name, count, years, tuple(dict.fromkeys(known)), rate, preliminary))
    return tuple(result)


def against_the_others(areas: Sequence[AreaRate], code: str) -> rates.Comparison | None:
    """One area's rate against all the others' together; ``None`` if either side lacks a rate."""
    own = next((area for area in areas if area.area == code), None)
    others = [area for area in areas if area.area != code and area.rate is not None]
    if own is None or own.rate is None or not others:
        return None
    return rates.rate_ratio(
        own.count or 0,
        own.person_years or 0.0,
        sum(area.count or 0 for area in others),
        sum(area.person_years or 0.0 for area in others),
    )


def inhabitants_of(known: Sequence[Inhabitants], year: int) -> Inhabitants | None:
    """The population of the year, or else of the nearest year within two; an earlier year before a later one."""
    near = [row for row in known if abs(row.year - year) <= _NEAREST_YEAR]
    return min(near, key=lambda row: (abs(row.year - year), row.year > year), default=None)


def implied_inhabitants(
    counts: Sequence[SeriesData], published: Sequence[SeriesData], source: str
) -> tuple[Inhabitants, ...]:
    """The population of one area that published counts and rates per 100 000 imply, per year.

    Takes the area's counts and the rates that belong to them. Every year's answer comes from the crime type with the
    largest rates, where rounding to whole numbers matters least; a year where rounding could move the answer by more
    than one per cent is left out.
    """
    best: dict[int, tuple[float, int]] = {}
    by_key = {(one.indicator, one.period_kind, one.source): one for one in counts}
    for rate in published:
        count = by_key.get((rate.indicator.removesuffix(".per-100k"), rate.period_kind, rate.source))
        if count is None:
            continue
        values = {point.period: point.value for point in count.points}
        sums: dict[int, list[Decimal]] = {}
        for point in rate.points:
            value = values.get(point.period)
            if point.value and value:
                row = sums.setdefault(year_of(point.period), [Decimal(0), Decimal(0), Decimal(0)])
                row[0] += value
                row[1] += point.value
                row[2] += 1
        for year, (events, per_100k, terms) in sums.items():
            bound = float(terms / 2 / per_100k)
            if bound <= _ROUNDING and (year not in best or bound < best[year][0]):
                best[year] = (bound, round(events * 100_000 / per_100k))
    return tuple(Inhabitants(year, people, source) for year, (_bound, people) in sorted(best.items()))
