"""Input that is checked the same way everywhere: arrays of counts, exposures and levels, with errors that name them."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tillsammans_stats.result import StatisticsError

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]


def numbers(values: ArrayLike, name: str) -> Floats:
    """``values`` as a new float array, NaN where missing; :class:`StatisticsError` names ``name`` if one is a word."""
    try:
        return np.array(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise StatisticsError(f"{name}: expected numbers, got {values!r:.80}") from error


def finite(values: ArrayLike, name: str) -> Floats:
    """:func:`numbers` of which none is missing or infinite."""
    array = numbers(values, name)
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


def per_row(values: ArrayLike, name: str, rows: int) -> Floats:
    """One finite number for each of ``rows`` rows."""
    return vector(finite(values, name), name, length=rows)


def groups(labels: ArrayLike, name: str, rows: int | None = None) -> tuple[NDArray[np.generic], Ints]:
    """The distinct ``labels`` (rows,), sorted, and the code of each row; every row needs one."""
    values = np.asarray(labels)
    if values.ndim != 1 or values.size == 0 or (rows is not None and values.size != rows):
        raise StatisticsError(f"{name}: one label for each row is needed, got shape {values.shape}")
    try:
        distinct, codes = np.unique(values, return_inverse=True)
    except TypeError as error:
        raise StatisticsError(f"{name}: some labels are missing, or words and numbers are mixed") from error
    return distinct, codes


def before_after(values: ArrayLike, name: str) -> Floats:
    """A pair of counts: before and after."""
    return vector(counts(values, name), name, length=2)


def whole(value: float, name: str, *, least: int = 0, most: int | None = None) -> int:
    """A whole number from ``least`` up to ``most``: a number of periods, permutations, neighbours."""
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise StatisticsError(f"{name}: a whole number is needed, got {value!r}") from error
    if number != value or number < least or (most is not None and number > most):
        limits = f"from {least} up" if most is None else f"between {least} and {most}"
        raise StatisticsError(f"{name}: a whole number {limits} is needed, got {value!r}")
    return number


def generator(seed: int) -> np.random.Generator:
    """The random numbers of a ``seed``, the same every time."""
    return np.random.default_rng(whole(seed, "seed"))


def spread(value: float) -> float:
    """A dispersion: variance over mean, 1 where counts vary as chance alone makes them."""
    if not 1 <= value < np.inf:
        raise StatisticsError(f"dispersion: variance over mean, at least 1; got {value!r}")
    return value


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
    p = numbers(values, "p_values")
    if ((p < 0) | (p > 1)).any():
        raise StatisticsError("p_values: a p value lies between 0 and 1")
    if p.size and np.isnan(p).all():
        raise StatisticsError("p_values: every p value is missing, so no test was made")
    return p
