"""Differences between waves and between areas, and trends over waves.

Many comparisons at once are corrected in :mod:`tillsammans_stats.multiplicity`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy
from numpy.typing import ArrayLike

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.result import Estimate, PublicationStatus, StatisticsError
from tillsammans_stats.survey.design import Design
from tillsammans_stats.survey.estimate import domain_codes, means, shares
from tillsammans_stats.survey.interval import square_and_add, t_quantile
from tillsammans_stats.survey.rao_scott import TestResult
from tillsammans_stats.survey.variance import covariance


def difference(first: Estimate, second: Estimate, correlation: float = 0.0) -> Estimate:
    """``second - first`` with an interval that keeps the shape of the two (MOVER, Newcombe 1998).

    Shares, means or rates of one unit; ``correlation`` of the two estimates is 0 for independent samples (waves drawn
    anew, areas that are strata). Publishable only if both are. Raises StatisticsError if one has no interval or the
    levels differ.
    """
    values = [_triple(name, e) for name, e in (("first", first), ("second", second))]
    if first.level != second.level:
        raise StatisticsError(f"first, second: their levels differ ({first.level} and {second.level})")
    if not -1 <= correlation <= 1:
        raise StatisticsError(f"correlation: {correlation} is not between -1 and 1")
    low, high = square_and_add(values[0], values[1], correlation)
    se1, se2 = first.standard_error or 0.0, second.standard_error or 0.0
    variance = max(se1**2 + se2**2 - 2 * correlation * se1 * se2, 0.0)
    status, reason = _worst(first, second)
    return Estimate(
        value=values[1][0] - values[0][0],
        low=low,
        high=high,
        level=first.level,
        method="MOVER",
        standard_error=variance**0.5,
        degrees_of_freedom=_satterthwaite([(se1, first.degrees_of_freedom), (se2, second.degrees_of_freedom)]),
        n=None if first.n is None or second.n is None else first.n + second.n,
        status=status,
        reason=reason,
    )


def _triple(name: str, e: Estimate) -> tuple[float, float, float]:
    if e.value is None or e.low is None or e.high is None:
        raise StatisticsError(f"{name}: it has no value with an interval to compare")
    return e.value, e.low, e.high


def _worst(*estimates: Estimate) -> tuple[PublicationStatus, str]:
    order = list(PublicationStatus)
    worst = max(estimates, key=lambda e: order.index(e.status))
    return worst.status, worst.reason


def _satterthwaite(parts: Sequence[tuple[float, float | None]]) -> float | None:
    """Degrees of freedom of a sum of independent variances (Welch 1947)."""
    if any(df is None or df <= 0 for _, df in parts):
        return None
    top = sum(se**2 for se, _ in parts) ** 2
    bottom = sum(se**4 / df for se, df in parts if df)
    return top / bottom if bottom > 0 else min(df for _, df in parts if df)


def domain_difference(
    design: Design,
    answers: ArrayLike,
    domain: ArrayLike,
    first: Any,
    second: Any,
    *,
    share: bool = True,
    level: float = 0.95,
) -> Estimate:
    """Difference ``second - first`` between two domains of one survey, with the covariance their clusters share.

    ``answers``, ``domain`` (n,); ``share`` when the answers are 0 and 1.
    """
    estimates = (shares if share else means)(design, answers, domain, level=level)
    a, b = estimates.at(first), estimates.at(second)
    return difference(a, b, _domain_correlation(design, checks.numbers(answers, "answers"), domain, (first, second)))


def _domain_correlation(design: Design, y: Floats, domain: ArrayLike, pair: tuple[Any, Any]) -> float:
    labels, code = domain_codes(domain, design.n)
    z = np.zeros((design.n, 2))
    for column, label in enumerate(pair):
        inside = (code == labels.index(label)) & ~np.isnan(y)
        w = design.weights[inside]
        z[inside, column] = w * (y[inside] - (w @ y[inside]) / w.sum()) / w.sum()
    v = covariance(design, z)
    spread = float(np.sqrt(v[0, 0] * v[1, 1]))
    return float(np.clip(v[0, 1] / spread, -1, 1)) if spread > 0 else 0.0


def trend(waves: Sequence[Estimate], times: Sequence[float] | None = None, level: float = 0.95) -> Estimate:
    """Linear change per unit of time over three or more independent waves, as an orthogonal contrast.

    Equal weight to each wave (the slope of a straight line through the points), Welch's degrees of freedom.
    """
    if len(waves) < 3:
        raise StatisticsError(f"waves: {len(waves)} are too few for a trend; use difference for two")
    t = np.arange(len(waves), dtype=float) if times is None else checks.finite(times, "times")
    if t.shape != (len(waves),) or len(np.unique(t)) != len(t):
        raise StatisticsError("times: one distinct time per wave is needed")
    contrast = (t - t.mean()) / ((t - t.mean()) ** 2).sum()
    triples = [_triple(f"wave {i + 1}", e) for i, e in enumerate(waves)]
    if any(e.standard_error is None for e in waves):
        raise StatisticsError("waves: each needs a standard error")
    errors = [abs(c) * (e.standard_error or 0.0) for c, e in zip(contrast, waves, strict=True)]
    se = float(np.sqrt(sum(x**2 for x in errors)))
    df = _satterthwaite(list(zip(errors, [e.degrees_of_freedom for e in waves], strict=True)))
    value = float(contrast @ [triple[0] for triple in triples])
    half = float(t_quantile(np.array(df if df else np.nan), level)) * se
    status, reason = _worst(*waves)
    return Estimate(
        value=value,
        low=value - half,
        high=value + half,
        level=level,
        method="linear contrast, t",
        standard_error=se,
        degrees_of_freedom=df,
        status=status,
        reason=reason,
    )


def difference_test(change: Estimate) -> TestResult:
    """Two-sided t test that a difference or trend is zero, as F(1, df)."""
    if change.value is None or not change.standard_error or not change.degrees_of_freedom:
        raise StatisticsError("change: it needs a value, a standard error above 0 and degrees of freedom")
    t = change.value / change.standard_error
    p = 2 * float(scipy.special.stdtr(change.degrees_of_freedom, -abs(t)))
    return TestResult(t**2, 1.0, change.degrees_of_freedom, p, "t")
