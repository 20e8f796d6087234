"""Modelled figures for areas too small for a direct estimate: Fay-Herriot with REML.

Fay & Herriot 1979, JASA 74:269-277; mean squared error g1 + g2 + 2 g3 of Datta & Lahiri 2000, Statistica Sinica
10:613-627. Label it "modelled", draw it with another symbol, and never use it for a verdict on an effort.
"""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.result import StatisticsError


@dataclass(frozen=True, slots=True, eq=False)
class SmallAreas:
    """Modelled values of m areas in the unit of the direct ones."""

    value: Floats  # (m,)
    standard_error: Floats  # (m,) square root of the mean squared error
    low: Floats
    high: Floats
    level: float
    weight_of_direct: Floats  # (m,) gamma: how much of the figure is the area's own answers; 0 with none
    coefficients: Floats  # (p,)
    between_variance: float  # of the areas around the regression
    method: str = "Fay-Herriot, REML (modelled)"


def fay_herriot(direct: ArrayLike, standard_error: ArrayLike, x: ArrayLike, level: float = 0.95) -> SmallAreas:
    """Shrink ``direct`` estimates (m,) towards their regression on register variables ``x`` (m, p), constant included.

    ``standard_error`` (m,) of the direct estimates; NaN in both for an area without answers, which gets the
    regression's value. At least p + 3 areas with answers are needed.
    """
    y, se, matrix = (
        checks.numbers(values, name)
        for values, name in ((direct, "direct"), (standard_error, "standard_error"), (x, "x"))
    )
    matrix = matrix[:, None] if matrix.ndim == 1 else matrix
    if matrix.ndim != 2:
        raise StatisticsError(f"x: expected areas x variables, got shape {matrix.shape}")
    m, p = matrix.shape
    if y.shape != (m,) or se.shape != (m,) or not np.isfinite(matrix).all():
        raise StatisticsError(
            f"direct, standard_error, x: {y.shape}, {se.shape}, {matrix.shape} or x has missing values"
        )
    held = np.isfinite(y) & np.isfinite(se)
    if (se[held] <= 0).any():
        raise StatisticsError("standard_error: each must be above 0; leave out areas where all answered alike")
    if held.sum() < p + 3:
        raise StatisticsError(f"direct: {int(held.sum())} areas cannot carry a model with {p} coefficients")
    if np.linalg.matrix_rank(matrix[held]) < p:
        raise StatisticsError("x: the columns depend on each other")
    d, X, Y = se[held] ** 2, matrix[held], y[held]
    s2 = _reml(Y, d, X)
    v = s2 + d
    cover = np.linalg.inv((X / v[:, None]).T @ X)
    beta = cover @ (X.T @ (Y / v))
    gamma = np.zeros(m)
    gamma[held] = s2 / v
    value = matrix @ beta
    value[held] += gamma[held] * (Y - value[held])
    own = np.where(held, se, np.inf) ** 2
    g1 = np.where(held, gamma * np.where(held, own, 0.0), s2)
    g2 = (1 - gamma) ** 2 * np.einsum("ij,jk,ik->i", matrix, cover, matrix)
    g3 = np.zeros(m)
    g3[held] = d**2 / v**3 * 2 / (1 / v**2).sum()
    error = np.sqrt(g1 + g2 + 2 * g3)
    z = float(scipy.special.ndtri((1 + level) / 2))
    return SmallAreas(value, error, value - z * error, value + z * error, level, gamma, beta, s2)


def _reml(y: Floats, d: Floats, x: Floats) -> float:
    """Between-area variance at least 0 that maximises the restricted likelihood, by Fisher scoring."""
    s2 = max(float(np.var(y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) - d.mean()), 0.1 * float(d.mean()))
    for _ in range(200):
        v_inv = 1 / (s2 + d)
        P = np.diag(v_inv) - v_inv[:, None] * x @ np.linalg.inv((x * v_inv[:, None]).T @ x) @ (x.T * v_inv)
        Py = P @ y
        step = float((Py @ Py - np.trace(P)) / (P * P).sum())
        new = max(s2 + step, 0.0)
        if abs(new - s2) <= 1e-10 * (s2 + float(d.mean())):
            return new
        s2 = new
    raise StatisticsError("direct: the between-area variance did not settle; the areas differ too little or too oddly")
