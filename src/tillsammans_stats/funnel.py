"""Funnel plots: which places differ more from the common rate than places of their size do (Spiegelhalter 2005).

Instead of a league table. Counts are compared on the square-root scale, where chance has the same width everywhere,
and differences that all places share ("over-dispersion") widen the funnel before anyone is pointed out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.rates import LEAST_EVENTS
from tillsammans_stats.result import StatisticsError

LEVELS = (0.95, 0.998)


@dataclass(frozen=True, slots=True)
class Funnel:
    """Places against what was expected of them.

    Shape (places,): ``ratio`` observed / expected, ``z`` its distance from 1 in standard errors that include the
    differences between places, ``naive_z`` by chance alone, ``outside`` (-1 below, 0 inside, 1 above the outer
    limits), ``readable`` (at least 5 expected). Shape (levels, places): ``low`` and ``high`` limits of the ratio for
    each of ``levels``. ``dispersion`` is phi of the winsorised z; ``between_variance`` tau squared on the
    square-root scale, 0 when chance explains the differences.
    """

    observed: Floats
    expected: Floats
    ratio: Floats
    naive_z: Floats
    z: Floats
    low: Floats
    high: Floats
    outside: NDArray[np.int_]
    readable: NDArray[np.bool_]
    levels: tuple[float, ...]
    dispersion: float
    between_variance: float

    def limits(self, expected: ArrayLike) -> tuple[Floats, Floats]:
        """The limits at other expected counts, to draw smooth curves: two arrays of shape (levels, points)."""
        points = checks.vector(checks.positive(expected, "expected"), "expected")
        return _limits(points, self.between_variance, self.levels)


def _limits(expected: Floats, between_variance: float, levels: tuple[float, ...]) -> tuple[Floats, Floats]:
    z = special.ndtri(0.5 + np.array(levels) / 2)[:, None]
    half = z * np.sqrt(0.25 / expected + between_variance)
    return np.maximum(1 - half, 0.0) ** 2, (1 + half) ** 2


def funnel(
    counts: ArrayLike, populations: ArrayLike, *, levels: tuple[float, ...] = LEVELS, winsorise: float = 0.1
) -> Funnel:
    """Compare ``counts`` of places with what the rate of all places gives for ``populations`` (both (places,)).

    ``populations`` may be expected counts from an age-standardised model: only their proportions matter.
    ``winsorise`` is the share of z in each tail drawn in before the over-dispersion is measured, so that the places
    sought do not hide themselves; it also makes the measured over-dispersion somewhat too small. Needs at least 5
    places. The outer level decides ``outside``, and a place with fewer than 5 expected events is never pointed out.
    """
    observed = checks.vector(checks.counts(counts, "counts"), "counts", least=5)
    population = checks.vector(checks.positive(populations, "populations"), "populations", length=observed.size)
    if not 0 <= winsorise < 0.5:
        raise StatisticsError(f"winsorise: the share of each tail lies between 0 and 0.5, got {winsorise!r}")
    wanted = checks.vector(checks.finite(levels, "levels"), "levels")
    levels = tuple(sorted(checks.level(each) for each in wanted.tolist()))
    if observed.sum() == 0:
        raise StatisticsError("counts: no event in any place")
    expected = observed.sum() / population.sum() * population
    naive_z = 2 * (np.sqrt(observed) - np.sqrt(expected))
    drawn_in = np.clip(naive_z, *np.quantile(naive_z, [winsorise, 1 - winsorise]))
    places, weight = observed.size, 4 * expected
    phi = float((drawn_in**2).mean())
    tau2 = max(0.0, (places * phi - (places - 1)) / float(weight.sum() - (weight**2).sum() / weight.sum()))
    z = (np.sqrt(observed / expected) - 1) / np.sqrt(1 / weight + tau2)
    low, high = _limits(expected, tau2, levels)
    ratio, readable = observed / expected, expected >= LEAST_EVENTS
    return Funnel(
        observed=observed,
        expected=expected,
        ratio=ratio,
        naive_z=naive_z,
        z=z,
        low=low,
        high=high,
        outside=np.where(readable, (ratio > high[-1]).astype(int) - (ratio < low[-1]), 0),
        readable=readable,
        levels=levels,
        dispersion=phi,
        between_variance=tau2,
    )
