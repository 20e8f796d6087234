"""Are like values next to each other? Moran's I for the whole map, local Moran and Getis-Ord G* for each place.

Cliff & Ord 1981; Anselin 1995; Getis & Ord 1992; Ord & Getis 1995; Sokal, Oden & Thomson 1998 (conditional variance).
Golden values: R spdep (``esda.G_Local`` with row-standardised weights has a wrong analytic z and is not followed).
The p values come from conditional permutation, corrected by Benjamini-Hochberg. Labelled clustering, not hot spots:
use :mod:`tillsammans_stats.space.hot_spots` for risk, and map empirical Bayes rates, never raw counts or raw rates.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from tillsammans_stats.checks import Floats
from tillsammans_stats.multiplicity import benjamini_hochberg
from tillsammans_stats.result import StatisticsError
from tillsammans_stats.space.neighbours import Neighbours, matching
from tillsammans_stats.space.permutation import conditional_tails


@dataclass(frozen=True, slots=True)
class Moran:
    """Moran's I with its moments under randomisation; ``p_value`` is one-sided for like beside like."""

    value: float
    expected: float
    variance: float
    z: float
    p_value: float


@dataclass(frozen=True, slots=True)
class LocalClusters:
    """A statistic for each place; arrays of shape (places,).

    ``p_high`` and ``p_low`` are one-sided pseudo p values of a large and of a small statistic;
    ``adjusted_high``/``adjusted_low`` the same after Benjamini-Hochberg. ``cluster``: 1 high among high, -1 low among
    low, 2 high among low, -2 low among high (the last two from local Moran only), 0 nothing to be said at ``alpha``.
    """

    value: Floats
    expected: Floats
    variance: Floats
    z: Floats
    p_high: Floats
    p_low: Floats
    adjusted_high: Floats
    adjusted_low: Floats
    cluster: NDArray[np.int_]
    permutations: int
    alpha: float


def _centred(values: ArrayLike, neighbours: Neighbours) -> Floats:
    x = matching(values, neighbours, "values")
    if x.size < 5 or np.ptp(x) == 0:
        raise StatisticsError("values: at least 5 places that are not all alike are needed")
    if neighbours.place.size == 0:
        raise StatisticsError("neighbours: no place has a neighbour")
    centred: Floats = x - x.mean()
    return centred


def moran(values: ArrayLike, neighbours: Neighbours) -> Moran:
    """Moran's I with row-standardised weights and the randomisation variance; ``values`` (places,)."""
    z = _centred(values, neighbours)
    n, degree = neighbours.size, neighbours.degree
    row_weight = 1 / np.maximum(degree, 1)
    s0 = float((degree > 0).sum())
    w, back = row_weight[neighbours.place], row_weight[neighbours.neighbour]
    s1 = float(((w + back) ** 2).sum()) / 2  # neighbours are mutual
    column = np.bincount(neighbours.neighbour, weights=w, minlength=n)
    s2 = float((((degree > 0) + column) ** 2).sum())
    m2, m4 = float((z**2).sum()) / n, float((z**4).sum()) / n
    value = n / s0 * float(z @ (row_weight * neighbours.total(z))) / float(z @ z)
    expected, b2 = -1 / (n - 1), m4 / m2**2
    second = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2) - b2 * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    variance = second / ((n - 1) * (n - 2) * (n - 3) * s0**2) - expected**2
    score = (value - expected) / variance**0.5
    return Moran(value, expected, variance, score, float(special.ndtr(-score)))


def local_moran(
    values: ArrayLike, neighbours: Neighbours, *, permutations: int = 999, seed: int = 1, alpha: float = 0.05
) -> LocalClusters:
    """Local Moran: each place's deviation times the mean deviation of its neighbours (row-standardised).

    ``values`` (places,). The variance is conditional on the place's own value. Places without neighbours get 0.
    """
    z = _centred(values, neighbours)
    n, degree = neighbours.size, neighbours.degree
    weight = 1 / np.maximum(degree, 1)
    m2 = float(z @ z) / n
    around = neighbours.total(z)
    has = degree > 0
    lower, upper = conditional_tails(z, degree, around, permutations, seed)
    # a large statistic means large neighbour sums at a high place and small ones at a low place
    p_high, p_low = np.where(z > 0, upper, lower), np.where(z > 0, lower, upper)
    value = z * weight * around / m2
    expected = np.where(has, -(z**2) / ((n - 1) * m2), 0.0)
    variance = (z / m2) ** 2 * (n / (n - 2)) * (weight - has / (n - 1)) * (m2 - z**2 / (n - 1)) * has
    high, low = benjamini_hochberg(p_high), benjamini_hochberg(p_low)
    side = np.where(z > 0, 1, -1)
    cluster = np.where(high <= alpha, side, np.where(low <= alpha, 2 * side, 0))
    return _local(value, expected, variance, p_high, p_low, high, low, cluster, permutations, alpha)


def getis_ord(
    values: ArrayLike, neighbours: Neighbours, *, permutations: int = 999, seed: int = 1, alpha: float = 0.05
) -> LocalClusters:
    """G* with binary weights, the place itself included: whether the sum over place and neighbours is large.

    ``values`` (places,). ``value`` is the sum, ``z`` the standardised statistic that is usually mapped.
    """
    z = _centred(values, neighbours)
    x = matching(values, neighbours, "values")
    n, within = neighbours.size, neighbours.degree + 1.0
    around = neighbours.total(z)
    lower, upper = conditional_tails(z, neighbours.degree, around, permutations, seed)
    high, low = benjamini_hochberg(upper), benjamini_hochberg(lower)
    variance = float(z @ z) / n * (n * within - within**2) / (n - 1)
    cluster = (high <= alpha).astype(int) - (low <= alpha)
    return _local(
        x + neighbours.total(x), within * x.mean(), variance, upper, lower, high, low, cluster, permutations, alpha
    )


def _local(
    value: Floats,
    expected: Floats,
    variance: Floats,
    p_high: Floats,
    p_low: Floats,
    high: Floats,
    low: Floats,
    cluster: NDArray[np.int_],
    permutations: int,
    alpha: float,
) -> LocalClusters:
    spread = np.sqrt(np.where(variance > 0, variance, 1.0))
    return LocalClusters(
        value=value,
        expected=expected,
        variance=variance,
        z=np.where(variance > 0, (value - expected) / spread, 0.0),
        p_high=p_high,
        p_low=p_low,
        adjusted_high=high,
        adjusted_low=low,
        cluster=cluster,
        permutations=permutations,
        alpha=alpha,
    )
