"""Difference in differences for counts: the change in the treated areas against the change in comparable ones.

With few treated areas a cluster-robust error is useless (Conley & Taber 2011), so the variance between areas comes from
the untreated: log ratio of each area, method-of-moments variance, Knapp-Hartung scale, t with n_C - 1 degrees of
freedom.
"""

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.distributions import student_quantile, two_sided_p
from tillsammans_stats.effect.multiple import moment_variance
from tillsammans_stats.result import StatisticsError

LEAST_COMPARISONS = 3  # with two areas the interval has one degree of freedom and says nothing
_MOST_PERMUTATIONS = 5_000
_FEWEST_PERMUTATIONS = 200


@dataclass(frozen=True, slots=True)
class Contrast:
    """A treated/comparison contrast of log rate ratios; ``ratio`` below 1 means fewer events than expected.

    ``expected`` is what the treated areas would have had with the change of the comparison areas, ``observed`` what
    they had. ``robust`` is the log ratio against the median comparison area. ``between`` is tau squared,
    ``permutation_p`` the share of all choices of treated areas that differ as much (``None`` when there are too few).
    """

    log_ratio: float
    standard_error: float
    degrees_of_freedom: float
    level: float
    low: float
    high: float
    p_value: float
    observed: float
    expected: float
    between: float
    robust: float
    permutation_p: float | None

    @property
    def ratio(self) -> float:
        """The rate ratio, treated against comparison."""
        return math.exp(self.log_ratio)

    @property
    def t(self) -> float:
        """The log ratio in standard errors."""
        return self.log_ratio / self.standard_error


def two_by_two(
    treated_before: int, treated_after: int, comparison_before: int, comparison_after: int, *, level: float = 0.95
) -> Contrast:
    """One treated and one comparison area: Poisson, so it holds only when counts vary no more than chance.

    All four counts above 0. SE^2 is the sum of the inverted counts.
    """
    four = [treated_before, treated_after, comparison_before, comparison_after]
    a, b, c, d = checks.positive(checks.counts(four, "counts"), "counts")
    value = float(np.log(b / a) - np.log(d / c))
    error = float(np.sqrt(1 / a + 1 / b + 1 / c + 1 / d))
    return _contrast(value, error, math.inf, level, float(b), float(a * d / c), 0.0, value, None)


def area_contrast(
    treated_before: ArrayLike,
    treated_after: ArrayLike,
    comparison_before: ArrayLike,
    comparison_after: ArrayLike,
    *,
    exposure_ratio: float = 1.0,
    level: float = 0.95,
    seed: int = 0,
) -> Contrast:
    """Treated against comparison areas, one count before and after for each area (shapes (n_T,) and (n_C,)).

    ``exposure_ratio`` is days before / days after. Needs at least three comparison areas. Each area's log ratio is
    r = log((after + .5) / (before + .5) x exposure_ratio).
    """
    T0, T1 = _pair(treated_before, treated_after, "treated", 1)
    C0, C1 = _pair(comparison_before, comparison_after, "comparison", LEAST_COMPARISONS)
    if not exposure_ratio > 0:
        raise StatisticsError(f"exposure_ratio: must be above 0, got {exposure_ratio}")
    if C0.sum() == 0 or C1.sum() == 0:
        raise StatisticsError("comparison: no events before or after, so there is nothing to compare with")
    r_T, r_C = _log_ratios(T0, T1, exposure_ratio), _log_ratios(C0, C1, exposure_ratio)
    share = float(C1.sum() / (C0.sum() + C1.sum()))
    # weights from the total of each area, not from its counts after: else areas that fell by chance weigh too little
    v_T, v_C = _null_variance(T0 + T1, share), _null_variance(C0 + C1, share)
    between = moment_variance(r_C, v_C)
    w_T, w_C = 1 / (v_T + between), 1 / (v_C + between)
    m_T, m_C = float(w_T @ r_T / w_T.sum()), float(w_C @ r_C / w_C.sum())
    scale = max(1.0, float(w_C @ (r_C - m_C) ** 2 / (r_C.size - 1)))
    seen = 1 / (T0 + 0.5) + 1 / (T1 + 0.5) + between
    variance = scale * (float(w_T**2 @ np.maximum(seen, 1 / w_T)) / w_T.sum() ** 2 + 1 / float(w_C.sum()))
    expected = float((T0 + 0.5).sum() / exposure_ratio * math.exp(m_C))
    robust = m_T - float(np.median(r_C))
    chance = _permutation(np.concatenate([r_T, r_C]), r_T.size, seed)
    return _contrast(
        m_T - m_C, math.sqrt(variance), r_C.size - 1, level, float(T1.sum()), expected, between, robust, chance
    )


def _contrast(
    value: float,
    error: float,
    df: float,
    level: float,
    observed: float,
    expected: float,
    between: float,
    robust: float,
    permutation_p: float | None,
) -> Contrast:
    tail = (1 + checks.level(level)) / 2
    half = error * student_quantile(tail, df)
    return Contrast(
        log_ratio=value,
        standard_error=error,
        degrees_of_freedom=df,
        level=level,
        low=math.exp(value - half),
        high=math.exp(value + half),
        p_value=two_sided_p(value / error, df),
        observed=observed,
        expected=expected,
        between=between,
        robust=robust,
        permutation_p=permutation_p,
    )


def _pair(before: ArrayLike, after: ArrayLike, name: str, least: int) -> tuple[Floats, Floats]:
    first = checks.vector(checks.counts(before, f"{name}_before"), f"{name}_before", least=least)
    return first, checks.vector(checks.counts(after, f"{name}_after"), f"{name}_after", length=first.size)


def _log_ratios(before: Floats, after: Floats, exposure_ratio: float) -> Floats:
    return np.asarray(np.log((after + 0.5) / (before + 0.5) * exposure_ratio))


def _null_variance(total: Floats, share: float) -> Floats:
    return np.asarray(1 / (total * share + 0.5) + 1 / (total * (1 - share) + 0.5))


def _permutation(values: Floats, treated: int, seed: int) -> float | None:
    """How often a choice of areas differs at least as much as the real one, the first ``treated`` values."""
    choices = math.comb(values.size, treated)
    if choices < _FEWEST_PERMUTATIONS:
        return None
    total = values.sum()

    def difference(inside: Floats) -> Floats:
        return np.asarray(np.abs(inside / treated - (total - inside) / (values.size - treated)))

    actual = difference(values[:treated].sum()) - 1e-12
    if choices <= _MOST_PERMUTATIONS:
        sums = np.array([values[list(chosen)].sum() for chosen in combinations(range(values.size), treated)])
        return float((difference(sums) >= actual).mean())
    draws = checks.generator(seed).random((_MOST_PERMUTATIONS - 1, values.size)).argpartition(treated - 1, axis=1)
    sums = values[draws[:, :treated]].sum(axis=1)
    return float((1 + (difference(sums) >= actual).sum()) / _MOST_PERMUTATIONS)
