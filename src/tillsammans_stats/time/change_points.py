"""Change points: when did the level of a series of counts shift?

Optimal segmentation of a (quasi-)Poisson series by dynamic programming (Jackson et al. 2005). Each change has to pay
a penalty: the critical value of the maximally selected chi-square (Miller & Siegmund 1982) times the over-dispersion,
so that a series without a change is left whole in about 1 - ``alpha`` of all cases.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from tillsammans_stats import checks, rates
from tillsammans_stats.checks import Floats
from tillsammans_stats.rates import Comparison
from tillsammans_stats.result import StatisticsError

_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A shift of level. ``position`` is the first period of the new level, ``low`` to ``high`` the positions that the
    series cannot tell from it; ``change`` compares the level after with the level before. The dates were chosen
    because the difference was large, so the interval of the ratio is somewhat too narrow."""

    position: int
    low: int
    high: int
    change: Comparison


@dataclass(frozen=True, slots=True)
class Segmentation:
    """All shifts of a series, oldest first, with ``fitted`` (periods,) levels, ``dispersion`` around them and the
    ``penalty`` (in units of deviance) that each shift had to pay."""

    changes: tuple[ChangePoint, ...]
    fitted: Floats
    dispersion: float
    penalty: float


def change_points(
    counts: ArrayLike,
    baseline: ArrayLike | None = None,
    *,
    shortest: int = 6,
    alpha: float = 0.05,
    level: float = 0.95,
) -> Segmentation:
    """Find where the level of ``counts`` (periods,) shifts against ``baseline`` (periods,).

    ``baseline`` carries what is known to vary: days, inhabitants, the season (take the season of
    :func:`~tillsammans_stats.time.trend.seasonal_trend` repeated). ``shortest`` is the least number of periods
    between shifts. A slow trend is described as stairs; serial correlation and changes in recording give shifts that
    are real in the register and not in the world.
    """
    y = checks.vector(checks.counts(counts, "counts"), "counts")
    base = np.ones_like(y) if baseline is None else checks.positive(baseline, "baseline")
    checks.vector(base, "baseline", length=y.size)
    if y.size < 2 * checks.whole(shortest, "shortest", least=2):
        raise StatisticsError(f"counts: a shift needs {shortest} periods on each side, got {y.size} in all")
    checks.share(alpha, "alpha")
    critical = _critical_value(alpha, shortest / y.size)
    events, size = np.append(0.0, y.cumsum()), np.append(0.0, base.cumsum())
    bounds, dispersion = [0, y.size], _dispersion(y, base, [0, y.size])
    # from no shift and thus the largest spread: shifts that are found lower it, which may reveal further ones
    for _ in range(_MOST_ROUNDS):
        segments = _segment(events, size, shortest, dispersion * critical)
        dispersion = _dispersion(y, base, segments)
        if segments == bounds:
            break
        bounds = segments
    limit = -2 * np.log(1 - np.sqrt(checks.level(level))) * dispersion
    changes = tuple(
        _describe(events, size, left, middle, right, shortest, limit, dispersion, level)
        for left, middle, right in zip(bounds, bounds[1:-1], bounds[2:], strict=False)
    )
    return Segmentation(
        changes=changes, fitted=_levels(y, base, bounds), dispersion=dispersion, penalty=dispersion * critical
    )


def _critical_value(alpha: float, edge: float) -> float:
    """The chi-square value that the largest of all single shifts exceeds by chance with probability ``alpha``."""
    b = np.linspace(1.5, 8, 6501)
    density = np.exp(-(b**2) / 2) / np.sqrt(2 * np.pi)
    chance = b * density * ((1 - 1 / b**2) * 2 * np.log((1 - edge) / edge) + 4 / b**2)
    exceeds = np.flatnonzero(chance > alpha)
    return float(b[exceeds[-1] + 1 if exceeds.size else 0] ** 2)


def _segment(events: Floats, size: Floats, shortest: int, penalty: float) -> list[int]:
    periods = events.size - 1
    best = np.full(periods + 1, np.inf)
    best[0] = -penalty
    origin = np.zeros(periods + 1, dtype=int)
    for end in range(shortest, periods + 1):
        start = np.arange(0, end - shortest + 1)
        cost = best[start] + penalty - _twice_loglik(events[end] - events[start], size[end] - size[start])
        origin[end] = int(np.argmin(cost))
        best[end] = cost[origin[end]]
    bounds = [periods]
    while bounds[-1] > 0:
        bounds.append(int(origin[bounds[-1]]))
    return bounds[::-1]


def _twice_loglik(events: Floats, size: Floats) -> Floats:
    """Twice the log likelihood at the segment's own level, up to terms that no segmentation changes."""
    likelihood: Floats = 2 * special.xlogy(events, events / size)
    return likelihood


def _levels(y: Floats, base: Floats, bounds: list[int]) -> Floats:
    segment = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    level = np.bincount(segment, weights=y) / np.bincount(segment, weights=base)
    return np.asarray(level[segment] * base, dtype=float)


def _dispersion(y: Floats, base: Floats, bounds: list[int]) -> float:
    mean = _levels(y, base, bounds)
    used = mean > 0
    freedom = y.size - (len(bounds) - 1)
    return max(1.0, float(((y - mean)[used] ** 2 / mean[used]).sum()) / freedom)


def _describe(
    events: Floats,
    size: Floats,
    left: int,
    middle: int,
    right: int,
    shortest: int,
    limit: float,
    dispersion: float,
    level: float,
) -> ChangePoint:
    """The two-sided likelihood set: by Ville's inequality the likelihood ratio to the true position, on each side,
    exceeds 1 / (1 - sqrt(level)) with a chance of at most 1 - sqrt(level)."""
    places = np.arange(left + shortest, right - shortest + 1)
    fit = _twice_loglik(events[places] - events[left], size[places] - size[left]) + _twice_loglik(
        events[right] - events[places], size[right] - size[places]
    )
    alike = places[fit >= fit.max() - limit]
    change = rates.compare_periods(
        float(events[middle] - events[left]),
        float(events[right] - events[middle]),
        before_exposure=float(size[middle] - size[left]),
        after_exposure=float(size[right] - size[middle]),
        level=level,
        dispersion=dispersion,
    )
    return ChangePoint(position=middle, low=int(alike.min()), high=int(alike.max()), change=change)
