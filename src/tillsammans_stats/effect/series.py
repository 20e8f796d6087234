"""Interrupted time series: one long series with trend, season and a break, alone or beside a comparison series.

Segmented quasi-Poisson regression (Bernal et al. 2017); the error is the larger of the quasi-Poisson one and that of
Newey & West, because month follows month.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.effect.poisson import fit_poisson, newey_west
from tillsammans_stats.result import StatisticsError

LEAST_BEFORE, LEAST_AFTER = 36, 6  # months


@dataclass(frozen=True, slots=True)
class Interruption:
    """The break at the start, as log rate ratios against the series' own continuation (less a comparison's, if any).

    ``level`` is the jump at the start, ``slope`` the change of trend a month, ``average`` the mean over the follow-up
    with ``low``..``high`` (rate ratios). ``expected`` is the count without the break. ``error_quasi`` and ``error_nw``
    belong to ``level``; ``standard_error`` to ``average`` and is the larger kind. ``enough`` is false under 36 + 6
    months.
    """

    level: float
    slope: float
    average: float
    standard_error: float
    low: float
    high: float
    p_value: float
    error_quasi: float
    error_nw: float
    dispersion: float
    expected: float
    degrees_of_freedom: int
    enough: bool


def interrupted_series(
    counts: ArrayLike,
    start: int,
    *,
    comparison: ArrayLike | None = None,
    exposure: ArrayLike | None = None,
    slope: bool = True,
    harmonics: int = 2,
    season: int = 12,
    lag: int = 12,
    confidence: float = 0.95,
) -> Interruption:
    """``counts`` (n,) in time order, the measure beginning at position ``start`` (0-based).

    ``exposure`` (n,), for instance days of each month. With a ``comparison`` series (n,) the result is the
    difference of the two breaks; their common shocks cancel in the error as well, as both series' influence is
    subtracted month by month.
    """
    y = checks.vector(checks.counts(counts, "counts"), "counts")
    if not 2 <= start <= y.size - 2:
        raise StatisticsError(f"start: needs at least two periods before and after, got {start} of {y.size}")
    offset = None
    if exposure is not None:
        offset = np.log(checks.vector(checks.positive(exposure, "exposure"), "exposure", length=y.size))
    design = _design(y.size, start, slope, harmonics, season)
    after = np.arange(y.size) >= start
    weights = np.zeros(design.shape[1])
    weights[2] = 1.0
    if slope:
        weights[3] = design[after, 3].mean()
    fits = [fit_poisson(y, design, offset)]
    if comparison is not None:
        fits.append(
            fit_poisson(
                checks.vector(checks.counts(comparison, "comparison"), "comparison", length=y.size), design, offset
            )
        )
    signs = [1.0, -1.0][: len(fits)]
    beta = np.sum([sign * fit.coefficients for sign, fit in zip(signs, fits, strict=True)], axis=0)
    influence = np.sum([sign * fit.influence(design) for sign, fit in zip(signs, fits, strict=True)], axis=0)
    quasi = np.sum([max(fit.dispersion, 1.0) * fit.unscaled for fit in fits], axis=0)
    robust = newey_west(influence, min(lag, y.size - 1))
    average = float(weights @ beta)
    error = math.sqrt(max(float(weights @ quasi @ weights), float(weights @ robust @ weights)))
    df = fits[0].degrees_of_freedom
    half = error * float(special.stdtrit(df, (1 + checks.level(confidence)) / 2))
    return Interruption(
        level=float(beta[2]),
        slope=float(beta[3]) if slope else 0.0,
        average=average,
        standard_error=error,
        low=math.exp(average - half),
        high=math.exp(average + half),
        p_value=2 * float(special.stdtr(df, -abs(average) / error)),
        error_quasi=math.sqrt(float(quasi[2, 2])),
        error_nw=math.sqrt(float(robust[2, 2])),
        dispersion=fits[0].dispersion,
        expected=float(
            (fits[0].mean * np.exp(-(design[:, 2:4] if slope else design[:, 2:3]) @ beta[2 : 4 if slope else 3]))[
                after
            ].sum()
        ),
        degrees_of_freedom=df,
        enough=start >= LEAST_BEFORE and y.size - start >= LEAST_AFTER,
    )


def _design(size: int, start: int, slope: bool, harmonics: int, season: int) -> Floats:
    """Columns: constant, trend, level after, slope after (if asked), then sine and cosine of each harmonic."""
    t = np.arange(size, dtype=float)
    columns = [np.ones(size), (t - t.mean()) / 12, (t >= start).astype(float)]
    if slope:
        columns.append(np.maximum(t - start, 0.0))
    for k in range(1, harmonics + 1):
        columns += [np.sin(2 * np.pi * k * (t + 1) / season), np.cos(2 * np.pi * k * (t + 1) / season)]
    return np.column_stack(columns)
