"""Regression to the mean: how far a place chosen because it was bad would fall if nothing were done.

Empirical Bayes for counts (Hauer 1997; Robbins 1956): a place's long-run level is drawn towards that of all
places it was chosen among, the more the fewer events it has.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tillsammans_stats import checks
from tillsammans_stats.result import StatisticsError


@dataclass(frozen=True, slots=True)
class Regression:
    """The level to expect next period at each place without any measure, and the change that alone gives.

    ``expected`` (places,) in events; ``change`` (places,) as a share, -0.2 for a fall of 20 %; ``reliability``
    (places,) is how much of the difference between places would remain (0: all chance, 1: all real).
    """

    expected: tuple[float, ...]
    change: tuple[float, ...]
    reliability: tuple[float, ...]


def regression_to_the_mean(counts: ArrayLike, exposure: ArrayLike | None = None) -> Regression:
    """``counts`` (places,) in the period the choice was made from, of ALL places it was made among, at least five.

    ``exposure`` (places,) is residents, visitors or days; equal if left out. Gamma-Poisson shrinkage with moments.
    """
    y = checks.vector(checks.counts(counts, "counts"), "counts", least=5)
    e = (
        np.ones(y.size)
        if exposure is None
        else checks.vector(checks.positive(exposure, "exposure"), "exposure", length=y.size)
    )
    if not y.any():
        raise StatisticsError("counts: every count is 0")
    rate = y.sum() / e.sum()
    mean = rate * e
    # var(y_i) = mean_i + (mean_i)^2 a: moments for the relative variance between places
    relative = max(0.0, float(((y - mean) ** 2 - mean).sum() / (mean**2).sum()) * y.size / (y.size - 1))
    reliability = relative * mean / (1 + relative * mean)
    expected = mean + reliability * (y - mean)
    change = np.where(y > 0, expected / np.where(y > 0, y, 1.0) - 1, 0.0)
    return Regression(tuple(expected.tolist()), tuple(change.tolist()), tuple(reliability.tolist()))
