"""Many tests at once: the false discovery rate, the family-wise error, and a primary outcome as gate.

Sources: Benjamini & Hochberg 1995, JRSS B 57:289-300; Holm 1979, Scand J Statist 6:65-70.
"""

import numpy as np
from numpy.typing import ArrayLike

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """Adjusted p values of the same shape, computed over all ``p_values`` together; NaN where no test was made.

    Calling everything with an adjusted p of at most 0.05 keeps the expected share of false calls among the calls at
    5 per cent, for tests that are independent or positively dependent. Equals R's ``p.adjust(method="BH")``.
    """
    p = checks.p_values(p_values)
    flat = p.ravel()
    made = np.flatnonzero(~np.isnan(flat))
    falling = made[np.argsort(flat[made], kind="stable")[::-1]]
    scaled = flat[falling] * made.size / np.arange(made.size, 0, -1)
    adjusted = np.full(flat.shape, np.nan)
    adjusted[falling] = np.minimum(1.0, np.minimum.accumulate(scaled))
    return adjusted.reshape(p.shape)


def holm(p_values: ArrayLike) -> Floats:
    """Adjusted p values (k,) that keep the chance of any false finding in the family at the level; NaN as above."""
    p = checks.vector(checks.p_values(p_values), "p_values")
    made = np.flatnonzero(~np.isnan(p))
    rising = made[np.argsort(p[made], kind="stable")]
    adjusted = np.full(p.shape, np.nan)
    adjusted[rising] = np.minimum(1.0, np.maximum.accumulate(p[rising] * np.arange(made.size, 0, -1)))
    return adjusted


def gatekept(primary: float, secondary: ArrayLike) -> tuple[float, Floats]:
    """The primary outcome at its own p value; secondary outcomes by Holm and never below the primary."""
    first = float(checks.p_values([primary])[0])
    return first, np.maximum(holm(secondary), first)
