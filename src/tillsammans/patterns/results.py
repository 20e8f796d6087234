"""Results of detection as frozen values. They are canonical content: six significant digits, nothing translated.

Rounding to six digits removes bits that differ between processors, so the same data give the same bytes everywhere.
"""

import math
from dataclasses import dataclass
from decimal import Decimal

from tillsammans.kernel.content import content

DIGITS = 6
UNUSUAL, TREND, SEASON, COMPARED = "unusual", "trend", "season", "compared"
KINDS = (UNUSUAL, TREND, COMPARED, SEASON)


def exact(value: float) -> Decimal:
    """``value`` with six significant digits."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number")
    return Decimal(f"{value:.{DIGITS - 1}e}").normalize()


@dataclass(frozen=True, slots=True)
class Unusual:
    """A month with more than is usual for it. ``p`` is the chance of at least ``observed``; ``lower`` to ``upper`` is
    the usual range at level ``alpha`` on each side; ``spread`` is variance over mean of the next count. ``band_lower``
    and ``band_upper`` are the usual ranges of the year that ends with the newest month, ``None`` where unknown."""

    month: str
    observed: int
    expected: Decimal
    lower: int
    upper: int
    alpha: Decimal
    p: Decimal
    exceedance: Decimal
    spread: Decimal
    trend_kept: bool
    months: int  # of history behind it
    preliminary: bool
    band_lower: tuple[int | None, ...]
    band_upper: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """The change per year as a ratio with its 95 per cent interval; ``left_out`` newest months were too new."""

    first: str
    last: str
    change: Decimal
    low: Decimal
    high: Decimal
    p: Decimal
    n: int
    dispersion: Decimal
    serial_correlation: Decimal
    left_out: int


@dataclass(frozen=True, slots=True)
class Season:
    """Each calendar month's ratio to the average month, by the day, January first; ``peaks`` are months (1-12) clearly
    above it. ``p`` is the smallest p value of a month, corrected for the twelve."""

    first: str
    last: str
    index: tuple[Decimal, ...]
    low: tuple[Decimal, ...]
    high: tuple[Decimal, ...]
    peaks: tuple[int, ...]
    p: Decimal
    n: int
    years: Decimal

    def index_of(self, month: int) -> Decimal:
        """The ratio of a calendar month (1-12) to the average month."""
        return self.index[month - 1]


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a comparison: its count and its person-years."""

    code: str
    name: str
    count: int
    person_years: Decimal


@dataclass(frozen=True, slots=True)
class Compared:
    """A place in the funnel of a set of places.

    ``ratio`` is count / expected at the common rate of the set, ``lower`` and ``upper`` the outer limits of the ratio
    (``funnel.LEVELS``) for a place of this size, widened by how the places differ anyway (``between_variance``, on the
    square-root scale). ``rate`` with its exact interval is per 100 000 inhabitants and year; ``population`` names who
    was counted.
    """

    first: str
    last: str
    set_key: str
    set_name: str
    place: str
    count: int
    person_years: Decimal
    population: str
    rate: Decimal
    rate_low: Decimal
    rate_high: Decimal
    expected: Decimal
    ratio: Decimal
    lower: Decimal
    upper: Decimal
    z: Decimal
    p: Decimal
    outside: int
    readable: bool
    dispersion: Decimal
    between_variance: Decimal
    places: tuple[Place, ...]


Result = Unusual | Trend | Season | Compared
TYPES: dict[str, type[Unusual] | type[Trend] | type[Season] | type[Compared]] = {
    UNUSUAL: Unusual,
    TREND: Trend,
    SEASON: Season,
    COMPARED: Compared,
}


def kind_of_result(result: Result) -> str:
    """``unusual``, ``trend``, ``season`` or ``compared``."""
    return next(kind for kind, made in TYPES.items() if isinstance(result, made))


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts that a result rests on: one a month from ``first``, ``None`` where nothing is known."""

    first: str
    values: tuple[int | None, ...]
    preliminary: tuple[str, ...] = ()


@content("finding", version=2)
@dataclass(frozen=True, slots=True)
class FindingContent:
    """A finding with what it rests on: the series, its counts, the result, and the correction for multiple testing.

    ``p`` is that of the result; ``q`` the same after Benjamini-Hochberg over the ``tests`` made in the area, ``q_wide``
    over the ``tests_wide`` made in all areas of its county.
    """

    kind: str
    indicator: str
    name: str
    area: str
    area_name: str
    source: str
    counts: Counts
    result: Result
    q: Decimal
    tests: int
    q_wide: Decimal
    tests_wide: int
