"""Comparison groups: the places most like a place, and its rate against theirs.

Nearest neighbours by standardised distance. The list is shown to the reader, who may change it; the numbers never
choose peers by the outcome.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.rates import Comparison, dispersion, rate_ratio
from tillsammans_stats.result import StatisticsError


@dataclass(frozen=True, slots=True)
class Peers:
    """The nearest places of every place: ``index`` and ``distance`` of shape (places, size), nearest first.

    Distance is the root of the mean squared difference in standard deviations, over the features: 1 means one
    standard deviation apart on average, and a list where the last is beyond 1 is a poor match.
    """

    index: NDArray[np.intp]
    distance: Floats


def nearest_peers(features: ArrayLike, *, size: int = 7) -> Peers:
    """The ``size`` most similar places of each place.

    ``features`` has shape (places, features): for municipalities log population, share of young, income, density and
    share born abroad. Each column is divided by its standard deviation; a column without spread is an error.
    """
    table = checks.finite(features, "features")
    if table.ndim != 2 or table.shape[0] < 2 or table.shape[1] < 1:
        raise StatisticsError(f"features: expected places x features with two places or more, got {table.shape}")
    if not 1 <= size < table.shape[0]:
        raise StatisticsError(f"size: between 1 and {table.shape[0] - 1} peers are possible, got {size}")
    spread = table.std(axis=0)
    if (spread == 0).any():
        raise StatisticsError(f"features: column {int(np.argmin(spread))} is the same everywhere; leave it out")
    scaled = (table - table.mean(axis=0)) / spread
    squares = (scaled**2).sum(axis=1)
    distance = np.sqrt(np.maximum(squares[:, None] + squares - 2 * scaled @ scaled.T, 0.0) / table.shape[1])
    np.fill_diagonal(distance, np.inf)
    index = np.argsort(distance, axis=1, kind="stable")[:, :size]
    return Peers(index=index, distance=np.take_along_axis(distance, index, axis=1))


def compare_with_peers(
    count: float, population: float, peer_counts: ArrayLike, peer_populations: ArrayLike, *, level: float = 0.95
) -> Comparison:
    """A place's rate against the pooled rate of its peers.

    The spread between the peers themselves (Pearson's dispersion around their common rate) widens the interval, so a
    place is called different only when it differs more than the peers do from each other. At least 3 peers.
    """
    counts = checks.vector(checks.counts(peer_counts, "peer_counts"), "peer_counts", least=3)
    people = checks.vector(checks.positive(peer_populations, "peer_populations"), "peer_populations")
    if people.size != counts.size:
        raise StatisticsError(f"peer_populations: expected {counts.size} values, got {people.size}")
    spread = dispersion(counts, people) if counts.any() else 1.0
    return rate_ratio(count, population, float(counts.sum()), float(people.sum()), level=level, dispersion=spread)
