"""Near repeats: do events follow each other in place and time? Knox's test (Knox 1964; Townsley et al. 2003).

Golden values: R ``surveillance::knox``. Pairs are found with a tree, so only events near in space are ever paired.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.multiplicity import benjamini_hochberg
from tillsammans_stats.result import StatisticsError

_MOST_PAIRS = 20_000_000


@dataclass(frozen=True, slots=True)
class Knox:
    """Pairs of events by distance and time; arrays of shape (distances, days).

    Band ``i`` holds pairs farther apart than ``distances[i-1]`` and at most ``distances[i]`` metres, the same for
    ``days``. ``expected`` is what independence of place and time gives, ``ratio`` the observed over it, ``p_value``
    the permutation p of at least so many pairs (dates dealt out anew among the places), ``p_adjusted`` after
    Benjamini-Hochberg. ``p_poisson`` is Knox's approximation as R gives it, the chance of *more* pairs than observed;
    it is too small, since pairs share events. ``left_out`` events lay in piles too large to be places.
    """

    distances: tuple[float, ...]
    days: tuple[float, ...]
    observed: Floats
    expected: Floats
    ratio: Floats
    p_value: Floats
    p_adjusted: Floats
    p_poisson: Floats
    events: int
    left_out: int
    permutations: int


def knox(
    x: ArrayLike,
    y: ArrayLike,
    day: ArrayLike,
    *,
    distances: Sequence[float] = (100, 200, 400),
    days: Sequence[float] = (7, 14, 28),
    permutations: int = 999,
    seed: int = 1,
    largest_pile: int = 20,
) -> Knox:
    """Knox's test on events at ``x``, ``y`` (metres) on ``day`` (number of days), all of shape (events,).

    Points with more than ``largest_pile`` events are left out and counted: they are usually geocodes of "the centre".
    A place that is hot all the time gives no near repeats, but a season that differs between places does; test one
    season or one kind of place at a time.
    """
    east = checks.vector(checks.finite(x, "x"), "x", least=3)
    north = checks.vector(checks.finite(y, "y"), "y", length=east.size)
    time = checks.vector(checks.finite(day, "day"), "day", length=east.size)
    near, soon = _bands(distances, "distances"), _bands(days, "days")
    checks.whole(permutations, "permutations", least=99)
    checks.whole(largest_pile, "largest_pile", least=1)
    _, pile, size = np.unique(np.column_stack([east, north]), axis=0, return_inverse=True, return_counts=True)
    kept = size[pile.ravel()] <= largest_pile
    east, north, time = east[kept], north[kept], time[kept]
    if east.size < 3:
        raise StatisticsError(f"x, y: {int((~kept).sum())} of {kept.size} events lie in piles; too few are left")
    first, second, band = _pairs(east, north, near)
    shape = (near.size, soon.size)
    observed = _table(time, first, second, band, soon, shape)
    all_pairs = east.size * (east.size - 1) / 2
    close_in_space = np.bincount(band, minlength=near.size).astype(float)
    expected = close_in_space[:, None] * _pairs_in_time(time, soon) / all_pairs
    rng = checks.generator(seed)
    as_many = np.zeros(shape, dtype=int)
    for _ in range(permutations):
        as_many += _table(rng.permutation(time), first, second, band, soon, shape) >= observed
    p = (as_many + 1) / (permutations + 1)
    return Knox(
        distances=tuple(near.tolist()),
        days=tuple(soon.tolist()),
        observed=observed,
        expected=expected,
        ratio=observed / np.where(expected > 0, expected, np.nan),
        p_value=p,
        p_adjusted=benjamini_hochberg(p),
        p_poisson=special.gammainc(observed + 1, expected),
        events=int(east.size),
        left_out=int((~kept).sum()),
        permutations=permutations,
    )


def _bands(limits: Sequence[float], name: str) -> Floats:
    array = checks.vector(checks.finite(limits, name), name)
    if (array < 0).any() or (np.diff(array) <= 0).any():
        raise StatisticsError(f"{name}: upper limits of bands, rising from 0 up, got {list(limits)}")
    return array


def _pairs(x: Floats, y: Floats, near: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    from scipy.spatial import cKDTree

    place = np.column_stack([x, y])
    tree = cKDTree(place)
    if (tree.count_neighbors(tree, near[-1]) - len(place)) // 2 > _MOST_PAIRS:
        raise StatisticsError(f"distances: over {_MOST_PAIRS} pairs within {near[-1]:g} m; take shorter distances")
    first, second = tree.query_pairs(near[-1], output_type="ndarray").T
    distance = np.hypot(x[first] - x[second], y[first] - y[second])
    return first, second, np.minimum(np.searchsorted(near, distance), near.size - 1)


def _table(
    time: Floats,
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    band: NDArray[np.intp],
    soon: Floats,
    shape: tuple[int, int],
) -> Floats:
    """Pairs by distance band and time band; those too far apart in time are left out."""
    gap = np.abs(time[first] - time[second])
    close = gap <= soon[-1]
    cell = band[close] * shape[1] + np.searchsorted(soon, gap[close])
    return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(float)


def _pairs_in_time(time: Floats, soon: Floats) -> Floats:
    """The number of all pairs in each time band."""
    ordered = np.sort(time)
    here = np.arange(ordered.size)
    within = []
    for limit in soon:
        last = np.searchsorted(ordered, ordered + limit, side="right")
        within.append(float((last - here - 1).sum()))
    return np.diff(np.array(within), prepend=0.0)
