"""Distributions that several families need: Student's t down to the normal, the gamma of a weighted sum of counts."""

import math

from scipy import special

from tillsammans_stats.checks import Floats


def student_quantile(tail: float, degrees_of_freedom: float = math.inf) -> float:
    """The value that Student's t stays below with probability ``tail``; the normal's at infinitely many degrees."""
    normal = math.isinf(degrees_of_freedom)
    return float(special.ndtri(tail) if normal else special.stdtrit(degrees_of_freedom, tail))


def two_sided_p(statistic: float, degrees_of_freedom: float = math.inf) -> float:
    """The chance of a Student's t at least so far from 0."""
    z, normal = -abs(statistic), math.isinf(degrees_of_freedom)
    return 2 * float(special.ndtr(z) if normal else special.stdtr(degrees_of_freedom, z))


def weighted_sum_limits(counts: Floats, weights: Floats, dispersion: float, level: float) -> tuple[float, ...]:
    """Sum, variance and limits of ``weights * counts``: the gamma interval of Fay & Feuer (1997).

    The upper limit allows for one more event of the largest weight, so it holds at zero events too.
    """
    tail = (1 - level) / 2
    total, variance = float(weights @ counts), dispersion * float(weights**2 @ counts)
    most = dispersion * float(weights.max(initial=0.0))
    low = variance / total * float(special.gammaincinv(total**2 / variance, tail)) if variance > 0 else 0.0
    above, spread = total + most, variance + most**2
    high = spread / above * float(special.gammainccinv(above**2 / spread, tail)) if above > 0 else 0.0
    return total, variance, low, high
