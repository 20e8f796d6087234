"""The same measure in several places: a mean effect, and what the next place may expect.

Many judgements at once are corrected in :mod:`tillsammans_stats.multiplicity`.
Sources: DerSimonian & Laird 1986; Hartung & Knapp 2001; Higgins et al. 2009.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.result import StatisticsError


@dataclass(frozen=True, slots=True)
class Combined:
    """One measure in several places: the mean log ratio, its interval, and what the next place may expect."""

    mean: float
    standard_error: float
    low: float
    high: float
    between: float  # tau squared
    prediction_low: float | None  # None with fewer than three places
    prediction_high: float | None
    places: int


def combine(
    effects: ArrayLike, variances: ArrayLike, *, method: str = "REML", knapp_hartung: bool = True, level: float = 0.95
) -> Combined:
    """Random-effects mean of ``effects`` (k,) with sampling ``variances`` (k,), on the log scale for ratios.

    ``method``: ``"REML"`` or ``"DL"``. With ``knapp_hartung`` the error follows the spread seen and t with k - 1
    degrees of freedom, never narrower than the plain error.
    """
    y = checks.vector(checks.finite(effects, "effects"), "effects", least=2)
    v = checks.vector(checks.positive(variances, "variances"), "variances", length=y.size)
    tail = (1 + checks.level(level)) / 2
    if method not in ("REML", "DL"):
        raise StatisticsError(f"method: REML or DL, got {method!r}")
    between = moment_variance(y, v)
    for _ in range(200 if method == "REML" else 0):
        w = 1 / (v + between)
        mean = w @ y / w.sum()
        update = max(0.0, float((w**2 @ ((y - mean) ** 2 - v)) / (w**2).sum() + 1 / w.sum()))
        if abs(update - between) < 1e-12:
            break
        between = update
    w = 1 / (v + between)
    mean = float(w @ y / w.sum())
    error = float(1 / np.sqrt(w.sum()))
    if knapp_hartung:
        error *= max(1.0, float(np.sqrt(w @ (y - mean) ** 2 / (y.size - 1))))
    half = error * float(special.stdtrit(y.size - 1, tail) if knapp_hartung else special.ndtri(tail))
    reach = float(special.stdtrit(y.size - 2, tail)) * np.sqrt(between + error**2) if y.size > 2 else None
    return Combined(
        mean=mean,
        standard_error=error,
        low=mean - half,
        high=mean + half,
        between=between,
        prediction_low=None if reach is None else float(mean - reach),
        prediction_high=None if reach is None else float(mean + reach),
        places=y.size,
    )


def moment_variance(effects: Floats, variances: Floats) -> float:
    """DerSimonian and Laird's variance between places, 0 when the spread is no larger than chance."""
    w = 1 / variances
    mean = w @ effects / w.sum()
    surplus = w @ (effects - mean) ** 2 - (effects.size - 1)
    return max(0.0, float(surplus / (w.sum() - (w**2).sum() / w.sum())))
