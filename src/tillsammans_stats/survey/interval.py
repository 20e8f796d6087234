"""Confidence intervals of shares, means and totals, for arrays of estimates at once.

Korn & Graubard 1998, Survey Methodology 24:193-201; Newcombe 1998, Statistics in Medicine 17:873-890;
Zou & Donner 2008, Statistics in Medicine 27:1693-1702; Hall 1992, JRSS B 54:221-228.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from tillsammans_stats import checks
from tillsammans_stats.checks import Bools, Floats
from tillsammans_stats.result import StatisticsError

ShareMethod = Literal["auto", "logit", "beta", "wilson", "asin", "mean"]
LOPSIDED = 0.1  # skewness of an estimate from which its t interval is replaced
SHARE_METHODS = ("auto", "logit", "beta", "wilson", "asin", "mean")


def t_quantile(df: Floats, level: float) -> Floats:
    """Two-sided quantile of Student's t; NaN where no degree of freedom is left."""
    df = np.asarray(df, dtype=float)
    quantile: Floats = np.where(
        df > 0, scipy.special.stdtrit(np.maximum(df, 1e-9), (1 + checks.level(level)) / 2), np.nan
    )
    return quantile


def share_interval(
    share: Floats,
    standard_error: Floats,
    n: Floats,
    kish_n: Floats,
    df: Floats,
    level: float = 0.95,
    method: ShareMethod = "auto",
) -> tuple[Floats, Floats, Floats]:
    """Low, high and the method used (array of names) for shares of any shape.

    ``n`` answers; ``kish_n`` is ``sum(w)^2 / sum(w^2)``, the effective number used where the share is exactly 0 or 1
    and the standard error says nothing. "auto" is the logit interval when at least 10 effective answers say yes and 10
    say no, otherwise Korn and Graubard's ("beta").
    """
    if method not in SHARE_METHODS:
        raise StatisticsError(f"method: {method!r} is not one of {', '.join(SHARE_METHODS)}")
    t = t_quantile(df, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = share * (1 - share)
        effective = np.where(standard_error > 0, spread / standard_error**2, kish_n)
        if method == "auto":
            enough = (effective * np.minimum(share, 1 - share) >= 10) & (standard_error > 0)
            used = np.where(enough, "logit", "beta")
        else:
            edge = (spread <= 0) | (standard_error <= 0)
            used = np.where(edge & (method != "wilson"), "beta", method)
        low, high = np.full_like(share, np.nan), np.full_like(share, np.nan)
        for name in np.unique(used):
            at = used == name
            parts = _Parts(share[at], standard_error[at], n[at], effective[at], df[at], t[at], level)
            low[at], high[at] = _INTERVALS[str(name)](parts)
    return low, high, used


class _Parts(NamedTuple):
    """What an interval for a share is made of; arrays of one shape, and the level."""

    p: Floats
    se: Floats
    n: Floats
    m: Floats  # effective n: p (1 - p) / se^2
    df: Floats
    t: Floats
    level: float


Pair = tuple[Floats, Floats]


def _logit(a: _Parts) -> Pair:
    centre, half = scipy.special.logit(a.p), a.t * a.se / (a.p * (1 - a.p))
    return scipy.special.expit(centre - half), scipy.special.expit(centre + half)


def _beta(a: _Parts) -> Pair:
    """Korn and Graubard: Clopper-Pearson with the effective n, cut for the degrees of freedom of the design."""
    m = np.minimum(a.n, a.m) * (t_quantile(a.n - 1, a.level) / a.t) ** 2
    m = np.minimum(a.n, m)
    return clopper_pearson(a.p * m, m, a.level)


def clopper_pearson(successes: Floats, n: Floats, level: float = 0.95) -> Pair:
    """Exact binomial limits, also for the fractional counts of an effective n."""
    x, n, tail = np.asarray(successes, float), np.asarray(n, float), (1 - level) / 2
    none, every = x <= 0, x >= n
    low = np.where(none, 0.0, scipy.special.betaincinv(np.where(none, 1.0, x), n - x + 1, tail))
    high = np.where(every, 1.0, scipy.special.betaincinv(x + 1, np.where(every, 1.0, n - x), 1 - tail))
    return np.where(np.isnan(n), np.nan, low), np.where(np.isnan(n), np.nan, high)


def _wilson(a: _Parts) -> Pair:
    spread = a.t**2 / a.m
    centre = (a.p + spread / 2) / (1 + spread)
    half = np.sqrt(a.p * (1 - a.p) * spread + spread**2 / 4) / (1 + spread)
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def _asin(a: _Parts) -> Pair:
    centre, half = np.arcsin(np.sqrt(a.p)), a.t * a.se / (2 * np.sqrt(a.p * (1 - a.p)))
    return np.sin(np.maximum(centre - half, 0)) ** 2, np.sin(np.minimum(centre + half, np.pi / 2)) ** 2


def _mean(a: _Parts) -> Pair:
    return a.p - a.t * a.se, a.p + a.t * a.se


_INTERVALS: dict[str, Callable[[_Parts], Pair]] = {
    "logit": _logit,
    "beta": _beta,
    "wilson": _wilson,
    "asin": _asin,
    "mean": _mean,
}


def total_interval(total: Floats, standard_error: Floats, df: Floats, level: float = 0.95) -> Pair:
    """Log-t limits of a positive total, which cannot fall below zero; plain t limits of any other."""
    t = t_quantile(df, level)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.exp(t * standard_error / np.where(total > 0, total, np.nan))
        low = np.where(total > 0, total / ratio, total - t * standard_error)
        high = np.where(total > 0, total * ratio, total + t * standard_error)
    return low, high


def skewed_interval(
    value: Floats, standard_error: Floats, df: Floats, skewness: Floats, level: float, never_negative: Bools
) -> tuple[Floats, Floats, NDArray[np.object_]]:
    """Low, high and method of means whose estimates are lopsided: ``skewness`` is that of the estimate itself.

    t limits up to a skewness of 0.1, beyond which they miss too often on one side. Then Hall's (1992, JRSS B
    54:221-228) cubic transformation of t, which takes out the skewness to second order; and, since the skewness of a
    sample from a long tail is itself too small, the wider of those and of the log-t limits at either end where the
    answers are ``never_negative`` and the tail is to the right.
    """
    t = t_quantile(df, level)
    lopsided = np.abs(skewness) > LOPSIDED
    g = np.where(lopsided, skewness, 1.0)

    def bent(x: Floats) -> Floats:
        return np.asarray(3 * (np.cbrt(1 + g * (x - g / 6)) - 1) / g)

    low = value - standard_error * np.where(lopsided, bent(t), t)
    high = value - standard_error * np.where(lopsided, bent(-t), -t)
    long_tail = never_negative & (skewness > LOPSIDED) & (value > 0)
    log_low, log_high = total_interval(value, standard_error, df, level)
    low = np.where(long_tail, np.minimum(np.maximum(low, 0.0), log_low), low)
    high = np.where(long_tail, np.fmax(high, log_high), high)
    method = np.where(long_tail, "Hall or log-t, the wider", np.where(lopsided, "Hall", "t")).astype(object)
    return low, high, method


def square_and_add(
    first: tuple[float, float, float], second: tuple[float, float, float], correlation: float = 0.0
) -> tuple[float, float]:
    """Limits of ``second - first`` from their (value, low, high): MOVER, Newcombe's square-and-add.

    ``correlation`` of the two estimates, 0 for independent samples (Zou & Donner 2008).
    """
    (p1, l1, u1), (p2, l2, u2) = first, second
    down = (p2 - l2) ** 2 + (u1 - p1) ** 2 - 2 * correlation * (p2 - l2) * (u1 - p1)
    up = (u2 - p2) ** 2 + (p1 - l1) ** 2 - 2 * correlation * (u2 - p2) * (p1 - l1)
    difference = p2 - p1
    return difference - float(np.sqrt(max(down, 0.0))), difference + float(np.sqrt(max(up, 0.0)))
