"""Did it move round the corner? The ring around the place, against the place and the comparison.

Sources: Bowers & Johnson 2003 (weighted displacement quotient), Wheeler & Ratcliffe 2018 (weighted displacement
difference). WDQ above 0: the ring gained too (diffusion); below 0: displacement; below -1: more moved than was gained.
"""

import math
from dataclasses import dataclass

from scipy import special

from tillsammans_stats import checks
from tillsammans_stats.result import StatisticsError


@dataclass(frozen=True, slots=True)
class Quotient:
    """``success``: change of target/comparison (below 0: the target fell); ``quotient``: ``None`` unless it fell."""

    quotient: float | None
    success: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Events more (above 0) or fewer than expected from the comparison, target and ring together."""

    difference: float
    standard_error: float
    z: float


@dataclass(frozen=True, slots=True)
class Moved:
    """Events ``gained`` in the target and ``moved`` to the ring, both against the comparison areas.

    ``low`` and ``high`` bound ``moved``. ``may_have_moved``: more than half the gain lies within that interval;
    ``undone``: as much has come in the ring as went from the target.
    """

    gained: float
    moved: float
    low: float
    high: float
    may_have_moved: bool
    undone: bool


def displacement_quotient(
    target: tuple[float, float], ring: tuple[float, float], comparison: tuple[float, float]
) -> Quotient:
    """The weighted displacement quotient; each pair is (before, after), the comparison above 0."""
    (a0, a1), (b0, b1), (c0, c1) = _pairs(target, ring, comparison)
    if c0 == 0 or c1 == 0:
        raise StatisticsError("comparison: no events to compare with")
    success = float(a1 / c1 - a0 / c0)
    return Quotient(float((b1 / c1 - b0 / c0) / success) if success < 0 else None, success)


def displacement_difference(
    target: tuple[float, float],
    comparison: tuple[float, float],
    ring: tuple[float, float] = (0, 0),
    ring_comparison: tuple[float, float] = (0, 0),
    *,
    dispersion: float = 1.0,
) -> Difference:
    """The weighted displacement difference of pairs (before, after) in areas of like size and periods of like length.

    SE = sqrt(dispersion x sum of all counts). Below 0: fewer events in target and ring than the comparison led to
    expect.
    """
    pairs = [checks.before_after(pair, "counts") for pair in (target, ring, comparison, ring_comparison)]
    change = [float(after - before) for before, after in pairs]
    error = math.sqrt(checks.spread(dispersion) * sum(float(pair.sum()) for pair in pairs))
    if error == 0:
        raise StatisticsError("counts: every count is 0")
    value = change[0] + change[1] - change[2] - change[3]
    return Difference(value, error, value / error)


def moved_events(
    target: tuple[float, float],
    ring: tuple[float, float],
    comparison: tuple[float, float],
    *,
    dispersion: float = 1.0,
    level: float = 0.90,
) -> Moved:
    """How much of the gain may have gone to the ring; pairs are (before, after) of any size and length.

    Each ``before`` is scaled by the comparison's change to what was to be expected after. The variance of an expected
    count E is dispersion x E^2 (1/before + 1/C0 + 1/C1).
    """
    (a0, a1), (b0, b1), (c0, c1) = _pairs(target, ring, comparison)
    if min(a0, b0, c0, c1) == 0:
        raise StatisticsError("target, ring and comparison: need events before, and after in the comparison")
    trend = c1 / c0
    gained, moved = float(a0 * trend - a1), float(b1 - b0 * trend)
    spread = math.sqrt(checks.spread(dispersion) * (b1 + (b0 * trend) ** 2 * (1 / b0 + 1 / c0 + 1 / c1)))
    half = float(special.ndtri((1 + checks.level(level)) / 2)) * spread
    return Moved(
        gained=gained,
        moved=moved,
        low=moved - half,
        high=moved + half,
        may_have_moved=gained > 0 and moved + half > gained / 2,
        undone=gained > 0 and moved >= gained,
    )


def _pairs(*given: tuple[float, float]) -> list[tuple[float, float]]:
    """Target, ring and comparison, each as (before, after)."""
    names = ("target", "ring", "comparison")
    pairs = [checks.before_after(pair, name) for pair, name in zip(given, names, strict=True)]
    return [(float(before), float(after)) for before, after in pairs]
