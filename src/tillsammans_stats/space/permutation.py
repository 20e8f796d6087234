"""Conditional permutation of a map, for all places at once.

The value of a place stays and the others are dealt out to its neighbours (Anselin 1995). Every place can use the same
random draws; then the sums over the first k drawn values are shared by all places with k neighbours, and only the
draws that would give a place its own value are corrected. The cost is permutations x largest number of neighbours,
whatever the number of places, where a loop over places pays for every place.
"""

import numpy as np
from numpy.typing import NDArray

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats


def conditional_tails(
    z: Floats, degree: NDArray[np.intp], observed: Floats, permutations: int, seed: int
) -> tuple[Floats, Floats]:
    """Pseudo p values (r + 1) / (permutations + 1) of ``observed`` neighbour sums being so small, and so large.

    ``z`` (places,) the values; ``degree`` (places,) the number of neighbours; ``observed`` (places,) the sums over
    them. Places without neighbours get 1.
    """
    checks.whole(permutations, "permutations", least=99)
    n, most = z.size, int(degree.max())
    draws = _draw(checks.generator(seed), n - 1, most, permutations)
    sums = np.zeros((permutations, most + 1))
    np.cumsum(z[draws], axis=1, out=sums[:, 1:])
    close = 1e-9 * max(1.0, float(np.abs(z).max()))  # sums that differ by rounding only are equal
    at_most, at_least = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for k in np.unique(degree[degree > 0]):
        places = np.flatnonzero(degree == k)
        ordered = np.sort(sums[:, k])
        at_most[places] = np.searchsorted(ordered, observed[places] + close, side="right")
        at_least[places] = permutations - np.searchsorted(ordered, observed[places] - close, side="left")
    # draws are numbers 0..n-2; where place i has drawn itself it gets the last place's value instead
    row, column = np.nonzero(np.arange(most) < degree[draws])
    place = draws[row, column]
    before = sums[row, degree[place]]
    after = before + z[-1] - z[place]
    for count, sign in ((at_most, 1), (at_least, -1)):
        limit = sign * observed[place] + close
        change = (sign * after <= limit).astype(np.int64) - (sign * before <= limit)
        np.add.at(count, place, change)
    at_most[degree == 0] = at_least[degree == 0] = permutations
    return (at_most + 1) / (permutations + 1), (at_least + 1) / (permutations + 1)


def _draw(rng: np.random.Generator, size: int, most: int, permutations: int) -> NDArray[np.intp]:
    """``permutations`` rows of ``most`` different numbers below ``size``, in random order."""
    if size <= 4 * most:
        return np.argsort(rng.random((permutations, size)), axis=1)[:, :most]
    draws = rng.integers(0, size, (permutations, most))
    while (again := np.flatnonzero((np.diff(np.sort(draws, axis=1), axis=1) == 0).any(axis=1))).size:
        draws[again] = rng.integers(0, size, (again.size, most))
    return draws
