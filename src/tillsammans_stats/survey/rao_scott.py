"""Is there an association in a table of survey answers? Rao & Scott 1984, Annals of Statistics 12:46-60."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from tillsammans_stats.result import StatisticsError
from tillsammans_stats.survey.design import Design
from tillsammans_stats.survey.estimate import domain_codes
from tillsammans_stats.survey.variance import covariance


@dataclass(frozen=True, slots=True)
class TestResult:
    """A test of a null hypothesis; ``statistic`` follows F(numerator, denominator) if the hypothesis holds."""

    __test__ = False  # not a test case, though pytest would think so

    statistic: float
    numerator_df: float
    denominator_df: float
    p_value: float
    method: str


def rao_scott(design: Design, rows: ArrayLike, columns: ArrayLike) -> TestResult:
    """Second-order corrected F test that ``rows`` and ``columns`` (n,) are independent; None or NaN where missing."""
    row_labels, r = domain_codes(rows, design.n)
    column_labels, c = domain_codes(columns, design.n)
    nr, nc = len(row_labels), len(column_labels)
    if nr < 2 or nc < 2:
        raise StatisticsError(f"rows, columns: a table of {nr} x {nc} has nothing to compare")
    inside = (r < nr) & (c < nc) & (design.weights > 0)
    n = int(inside.sum())
    if n == 0:
        raise StatisticsError("rows, columns: nobody answered both")
    cell = np.where(inside, r * nc + c, nr * nc)
    share = np.bincount(cell, design.weights, nr * nc + 1)[:-1]
    share = share / share.sum()
    table = share.reshape(nr, nc)
    if (table.sum(axis=0) == 0).any() or (table.sum(axis=1) == 0).any():
        raise StatisticsError("rows, columns: a category holds no weight")
    held = np.where(inside, design.weights, 0.0)
    z = held[:, None] / held.sum() * ((cell[:, None] == np.arange(nr * nc)) - share)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    pearson = n * float(((table - expected) ** 2 / expected).sum())
    # contrasts of the interaction, free of rows and columns
    ones_r, ones_c = np.eye(nr)[:, 1:], np.eye(nc)[:, 1:]
    main = np.hstack([np.ones((nr * nc, 1)), np.kron(ones_r, np.ones((nc, 1))), np.kron(np.ones((nr, 1)), ones_c)])
    interaction = np.kron(ones_r, ones_c)
    contrast = interaction - main @ np.linalg.lstsq(main, interaction, rcond=None)[0]
    with np.errstate(divide="ignore"):
        inverse = np.where(share > 0, 1 / share, 0.0)
    weighted = inverse[:, None] * contrast
    under_srs = contrast.T @ weighted / n
    under_design = weighted.T @ covariance(design, z) @ weighted
    delta = np.linalg.solve(under_srs, under_design)
    trace = float(np.trace(delta))
    if trace <= 0:
        raise StatisticsError("design: the table has no sampling variance, so nothing can be tested")
    df = trace**2 / float(np.trace(delta @ delta))
    freedom = design.degrees_of_freedom  # of the whole design, as R's svychisq counts
    if freedom < 1:
        raise StatisticsError("design: no degree of freedom is left (one cluster per stratum)")
    statistic = pearson / trace
    p = float(scipy.special.fdtrc(df, df * freedom, statistic))
    return TestResult(statistic, df, df * freedom, p, "Rao-Scott F, second order")
