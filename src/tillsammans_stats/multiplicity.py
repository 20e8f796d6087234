"""Many tests at once: the false discovery rate of Benjamini & Hochberg 1995."""

import numpy as np
from numpy.typing import ArrayLike

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.result import StatisticsError


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """Adjusted p values of the same shape, computed over all ``p_values`` together.

    Calling everything with an adjusted p of at most 0.05 keeps the expected share of false calls among the calls at
    5 per cent, for tests that are independent or positively dependent. Equals R's ``p.adjust(method="BH")``.
    """
    p = checks.finite(p_values, "p_values")
    if ((p < 0) | (p > 1)).any():
        raise StatisticsError("p_values: a p value lies between 0 and 1")
    flat = p.ravel()
    falling = np.argsort(flat)[::-1]
    scaled = flat[falling] * flat.size / np.arange(flat.size, 0, -1)
    adjusted = np.empty_like(flat)
    adjusted[falling] = np.minimum(1.0, np.minimum.accumulate(scaled))
    return adjusted.reshape(p.shape)
