"""Quantiles of survey answers, such as the median number of minutes it takes for the police to come."""

import numpy as np
from numpy.typing import ArrayLike

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.result import Estimate, StatisticsError
from tillsammans_stats.survey.design import Design
from tillsammans_stats.survey.estimate import EVERYONE, shares


def quantile(design: Design, answers: ArrayLike, probability: float = 0.5, level: float = 0.95) -> Estimate:
    """Smallest answer with at least ``probability`` of the weight at or below it; Woodruff interval.

    ``answers`` (n,), NaN where missing or outside the domain. The interval of the share at or below the quantile is
    read back through the distribution (Woodruff 1952, JASA 47:635-646), so its ends are answers that occur.
    """
    y = checks.numbers(answers, "answers")
    if y.shape != (design.n,):
        raise StatisticsError(f"answers: shape {y.shape} does not fit a design of {design.n} rows")
    checks.share(probability, "probability")
    held = ~np.isnan(y) & (design.weights > 0)
    if not held.any():
        raise StatisticsError("answers: every answer is missing")
    order = np.flatnonzero(held)[np.argsort(y[held], kind="stable")]
    cumulative = np.cumsum(design.weights[order])
    cumulative /= cumulative[-1]
    value = _read(y[order], cumulative, probability)
    below = np.where(np.isnan(y), np.nan, (y <= value).astype(float))
    share = shares(design, below, level=level, method="beta").at(EVERYONE)
    if share.value is None or share.low is None or share.high is None:
        raise StatisticsError("design: no degree of freedom is left for an interval")
    # the interval of the share, moved to the probability asked for: answers come in lumps
    low = _read(y[order], cumulative, min(max(probability + share.low - share.value, 0.0), 1.0))
    high = _read(y[order], cumulative, min(max(probability + share.high - share.value, 0.0), 1.0))
    return Estimate(
        value=value,
        low=low,
        high=high,
        level=level,
        method="Woodruff",
        degrees_of_freedom=share.degrees_of_freedom,
        n=share.n,
        effective_n=share.effective_n,
        design_effect=share.design_effect,
        status=share.status,
        reason=share.reason,
    )


def _read(y: Floats, cumulative: Floats, probability: float) -> float:
    # a hair's breadth below, so that rounding in the sums does not skip an answer that is reached exactly
    return float(y[min(int(np.searchsorted(cumulative, probability - 1e-12)), len(y) - 1)])
