"""Input that is checked the same way everywhere: arrays of counts, exposures and levels, with errors that name them."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tillsammans_stats.result import StatisticsError

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]


def finite(values: ArrayLike, name: str) -> Floats:
    """``values`` as a new float array; :class:`StatisticsError` names ``name`` if one is missing or not a number."""
    try:
        array = np.array(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise StatisticsError(f"{name}: expected numbers, got {values!r:.80}") from error
    if not np.isfinite(array).all():
        where = np.argwhere(~np.isfinite(np.atleast_1d(array)))[0].tolist()
        raise StatisticsError(f"{name}: missing or infinite value at position {where}; leave it out or fill it first")
    return array


def counts(values: ArrayLike, name: str) -> Floats:
    """``values`` as an array of whole numbers, none below zero."""
    array = finite(values, name)
    if (array < 0).any() or (array != np.floor(array)).any():
        raise StatisticsError(f"{name}: counts must be whole numbers from 0 up, got {array.ravel()[:5].tolist()}")
    return array


def positive(values: ArrayLike, name: str) -> Floats:
    """``values`` as an array of numbers above zero: populations, days, weights that divide."""
    array = finite(values, name)
    if (array <= 0).any():
        raise StatisticsError(f"{name}: every value must be above 0, got {float(array.min()):g}")
    return array


def vector(values: Floats, name: str, *, length: int | None = None, least: int = 1) -> Floats:
    """``values`` if it is one row of at least ``least`` numbers (exactly ``length`` where given)."""
    if values.ndim != 1 or values.size < least:
        raise StatisticsError(f"{name}: expected one row of at least {least} values, got shape {values.shape}")
    if length is not None and values.size != length:
        raise StatisticsError(f"{name}: expected {length} values, got {values.size}")
    return values


def share(value: float, name: str) -> float:
    """A number strictly between 0 and 1: a confidence level, a power, a significance level."""
    if not 0 < value < 1:
        raise StatisticsError(f"{name}: lies between 0 and 1, got {value!r}")
    return value


def level(value: float) -> float:
    """A confidence level strictly between 0 and 1."""
    return share(value, "level")


def p_values(values: ArrayLike) -> Floats:
    """P values of any shape, NaN where no test was made."""
    try:
        p = np.array(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise StatisticsError(f"p_values: expected numbers, got {values!r:.80}") from error
    if ((p < 0) | (p > 1)).any():
        raise StatisticsError("p_values: a p value lies between 0 and 1")
    if p.size and np.isnan(p).all():
        raise StatisticsError("p_values: every p value is missing, so no test was made")
    return p
