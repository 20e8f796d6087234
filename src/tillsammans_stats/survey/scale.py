"""Scales of several questions (trust, problem, safety): one score per respondent, and whether the items belong."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.result import Estimate, StatisticsError
from tillsammans_stats.survey.design import Design
from tillsammans_stats.survey.estimate import EVERYONE, means
from tillsammans_stats.survey.interval import t_quantile
from tillsammans_stats.survey.variance import covariance


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """A score per respondent (the mean of the items answered) with what a reader must know about it."""

    score: Floats  # (n,), NaN for those who answered too few items
    alpha: float  # Cronbach's alpha over those who answered every item
    missing: float  # weighted share of respondents with at least one item missing
    dropped: float  # weighted share without a score


def scale(design: Design, items: ArrayLike, fewest: int | None = None) -> Scale:
    """Mean of ``items`` (n, k), all on one scale and in one direction; ``fewest`` answered, by default more than half.

    Cronbach 1951, Psychometrika 16:297-334, with weighted variances. Estimate the mean by ``means(design, score)``.
    """
    y = checks.numbers(items, "items")
    if y.ndim != 2 or len(y) != design.n or y.shape[1] < 2:
        raise StatisticsError(f"items: shape {y.shape}; {design.n} rows and at least two items are needed")
    k = y.shape[1]
    fewest = k // 2 + 1 if fewest is None else fewest
    if not 1 <= fewest <= k:
        raise StatisticsError(f"fewest: {fewest} is not between 1 and {k} items")
    answered = (~np.isnan(y)).sum(axis=1)
    if not (answered >= fewest).any():
        raise StatisticsError(f"items: nobody answered at least {fewest} of {k}")
    total = np.nansum(y, axis=1)
    score = np.full(design.n, np.nan)
    enough = answered >= fewest
    score[enough] = total[enough] / answered[enough]
    complete = (answered == k) & (design.weights > 0)
    alpha = float("nan")
    if complete.sum() >= 2:
        spread = np.cov(y[complete].T, aweights=design.weights[complete])
        whole = float(spread.sum())
        alpha = k / (k - 1) * (1 - float(np.trace(spread)) / whole) if whole > 0 else float("nan")
    w = design.weights / design.weights.sum()
    return Scale(score, alpha, float(w[answered < k].sum()), float(w[~enough].sum()))


def combination(design: Design, answers: ArrayLike, coefficients: Sequence[float], level: float = 0.95) -> Estimate:
    """An index of indices: the weighted sum of several means of one survey, with the covariance between them.

    ``answers`` (n, k), NaN where missing; ``coefficients`` (k,), for instance 1/k each for their average.
    """
    y, c = checks.numbers(answers, "answers"), checks.finite(coefficients, "coefficients")
    if y.ndim != 2 or c.shape != (y.shape[1],):
        raise StatisticsError(f"coefficients: {c.shape} do not fit answers of shape {y.shape}")
    parts = means(design, y, level=level)
    if np.isnan(parts.value).any():
        raise StatisticsError("answers: a question has no answer at all")
    w = np.where(np.isnan(y), 0.0, design.weights[:, None])
    z = w * (np.nan_to_num(y) - parts.value) / w.sum(axis=0)
    variance = float(c @ covariance(design, z) @ c)
    value, se = float(parts.value[0] @ c), variance**0.5
    df = float(parts.degrees_of_freedom.min())
    half = float(t_quantile(np.array(df), level)) * se
    first = parts.at(EVERYONE, int(parts.n[0].argmin()))
    return Estimate(
        value, value - half, value + half, level, "t", se, df, first.n, status=first.status, reason=first.reason
    )
