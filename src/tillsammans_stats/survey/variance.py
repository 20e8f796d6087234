"""Linearised variance of any smooth estimate, from the design and the estimate's linearised values.

``V = sum_h (1 - f_h) n_h / (n_h - 1) sum_c (z_hc - mean_h)^2`` with z_hc the sum over a cluster, plus the same inside
clusters at the second stage (Särndal, Swensson & Wretman 1992, ch. 4-5; Woodruff 1971). After calibration the values
are replaced by their residuals on the register variables (Deville & Särndal 1992, JASA 87:376-382).
"""

from dataclasses import dataclass

import numpy as np

from tillsammans_stats.checks import Floats, Ints
from tillsammans_stats.result import StatisticsError
from tillsammans_stats.survey.design import Auxiliary, Design, Stage


def sums(values: Floats, group: Ints, groups: int) -> Floats:
    """Sum of (n,) or (n, k) values in each group: (groups,) or (groups, k)."""
    if values.ndim == 1:
        if groups <= 2 and not group.any():  # everybody in one group: a plain sum is five times faster
            return np.append(values.sum(), np.zeros(groups - 1))
        return np.bincount(group, values, groups).astype(float, copy=False)
    return np.stack([np.bincount(group, column, groups) for column in values.T], axis=1)


def covariance(design: Design, z: Floats) -> Floats:
    """(k, k) covariance of k estimates with linearised values ``z`` (n, k)."""
    if design.auxiliary is not None:
        a = design.weights[:, None] * design.auxiliary.x
        z = z - a @ _slopes(design, design.auxiliary, z)
    total = np.zeros((z.shape[1], z.shape[1]))
    for stage in design.stages:
        deviation = _deviations(stage, sums(z, stage.unit, stage.units))
        total += deviation.T @ (stage.factor[:, None] * deviation)
    return total * design.inflation


def _slopes(design: Design, auxiliary: Auxiliary, z: Floats) -> Floats:
    """(p, k) regression of each estimate's residual z / w on x, weighted by the weights before calibration."""
    with np.errstate(divide="ignore", invalid="ignore"):
        g = np.where(auxiliary.base_weights > 0, design.weights / auxiliary.base_weights, 1.0)
    return auxiliary.inverse @ (auxiliary.x.T @ (z / g[:, None]))


def _deviations(stage: Stage, totals: Floats) -> Floats:
    """Each unit's total minus the mean of its sisters, or of all units for the lonely ones that are centred so."""
    mean = sums(totals, stage.parent, stage.parents) / np.bincount(stage.parent)[:, None]
    deviation = totals - mean[stage.parent]
    deviation[stage.centred] = totals[stage.centred] - totals.mean(axis=0)
    return deviation


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """The pairs (domain, unit) that occur at one stage, so that a unit may be split between domains."""

    of_row: Ints | None  # (n,); None where every row is a cell of its own
    unit: Ints  # (cells,)
    domain: Ints  # (cells,)
    group: Ints  # (cells,) number of the pair (domain, parent)
    factor: Floats  # (parents,) the factor of the parent's units, 0 for those that are centred at the mean of all
    per_parent: Floats  # (parents,) the factor divided by the number of units

    def totals(self, z: Floats) -> Floats:
        """Sum of (n,) or (n, k) linearised values in each cell."""
        return z if self.of_row is None else sums(z, self.of_row, len(self.unit))


class PartitionVariance:
    """Variances of one question in every domain of a partition in one pass over the rows.

    The domains do not overlap, so a row's linearised value belongs to one domain and is zero in the others: sums of
    squares by (domain, stratum) are enough, and no (n, domains) matrix is made. Equals the diagonal of the covariance.
    """

    def __init__(self, design: Design, domain: Ints, domains: int) -> None:
        """``domain`` (n,) holds 0..domains-1, or ``domains`` for a row outside all of them."""
        self.design, self.domain, self.domains = design, domain, domains
        self.cells = [self._make_cells(stage) for stage in design.stages]
        self.auxiliary = design.auxiliary
        if self.auxiliary is not None:
            a = design.weights[:, None] * self.auxiliary.x
            spread = [_deviations(stage, sums(a, stage.unit, stage.units)) for stage in design.stages]
            weighted = [s * stage.factor[:, None] for s, stage in zip(spread, design.stages, strict=True)]
            self._aa = sum((s.T @ f for s, f in zip(spread, weighted, strict=True)), np.zeros((a.shape[1],) * 2))
            self._weighted = weighted

    def _make_cells(self, stage: Stage) -> _Cells:
        of_row, unit, domain = None, stage.unit, self.domain
        if stage.units < self.design.n:
            keys, of_row = np.unique(self.domain * stage.units + stage.unit, return_inverse=True)
            unit, domain = keys % stage.units, keys // stage.units
        factor, size = np.zeros(stage.parents), np.ones(stage.parents)
        factor[stage.parent], size[stage.parent] = stage.factor, stage.size
        factor[stage.parent[stage.centred]] = 0.0
        return _Cells(of_row, unit, domain, domain * stage.parents + stage.parent[unit], factor, factor / size)

    def degrees_of_freedom(self, answered: Ints) -> Floats:
        """(domains,) clusters minus strata among the rows (index array) that hold an answer and carry weight."""
        stage, cells, outside = self.design.stages[0], self.cells[0], self.domains
        held = answered if cells.of_row is None else np.unique(cells.of_row[answered])
        domain, parent = cells.domain[held], stage.parent[cells.unit[held]]
        strata = np.bincount(domain * stage.parents + parent, minlength=(outside + 1) * stage.parents) > 0
        clusters = np.bincount(domain, minlength=outside + 1)
        strata_held = strata.reshape(outside + 1, -1).sum(axis=1)
        return np.asarray(clusters - strata_held, dtype=float)[:outside]

    def variances(self, z: Floats, third: bool = False) -> tuple[Floats, Floats]:
        """(domains,) variances before calibration of the estimates with linearised values ``z`` (n,), and, if asked
        for, their third central moments (:meth:`_third_moments`), else zeros."""
        total, cubes = np.zeros(self.domains), np.zeros(self.domains)
        for number, (stage, cells) in enumerate(zip(self.design.stages, self.cells, strict=True)):
            totals = cells.totals(z)
            squares = totals * totals
            first, second = self._by_parent(stage, cells, totals), self._by_parent(stage, cells, squares)
            total += second @ cells.factor - first**2 @ cells.per_parent
            if len(stage.centred):
                total += stage.factor[stage.centred] @ self._centred(stage, cells, totals) ** 2
            if third and number == 0:
                # a power of 3 is taken by logarithms, which is ten times slower than a product
                cubes = self._third_moments(stage, first, second, self._by_parent(stage, cells, squares * totals))
        return total, cubes

    def _by_parent(self, stage: Stage, cells: _Cells, values: Floats) -> Floats:
        """(domains, parents) sums over cells."""
        groups = (self.domains + 1) * stage.parents
        return sums(values, cells.group, groups).reshape(-1, stage.parents)[: self.domains]

    def _third_moments(self, stage: Stage, first: Floats, second: Floats, third: Floats) -> Floats:
        """(domains,) third central moments from the first stage's clusters, given their sums of powers by stratum.

        ``sum_h (1 - f_h)^2 n_h^2 / ((n_h - 1)(n_h - 2)) sum_c (z_hc - mean_h)^3``: the finite population enters as in
        the covariance of mean and variance, which is what makes t lopsided. Strata of one or two clusters tell nothing.
        """
        n = np.bincount(stage.parent, minlength=stage.parents).astype(float)
        mean = first / n
        cubes = third - 3 * mean * second + 2 * n * mean**3
        open_share = np.zeros(stage.parents)
        open_share[stage.parent] = stage.factor * (stage.size - 1) / stage.size
        scale = np.where(n > 2, open_share**2 * n**2 / np.maximum((n - 1) * (n - 2), 1), 0.0)
        return np.asarray(cubes @ scale, dtype=float)

    def _centred(self, stage: Stage, cells: _Cells, totals: Floats) -> Floats:
        """(lonely units, domains) distance of each lonely unit's total from the mean over all units."""
        deviation = np.zeros((len(stage.centred), self.domains + 1))
        deviation -= np.bincount(cells.domain, totals, self.domains + 1) / stage.units
        place = np.full(stage.units, -1)
        place[stage.centred] = np.arange(len(stage.centred))
        lonely = np.flatnonzero(place[cells.unit] >= 0)
        np.add.at(deviation, (place[cells.unit[lonely]], cells.domain[lonely]), totals[lonely])
        return deviation[:, : self.domains]

    def calibration_terms(self, z: Floats) -> Floats:
        """(domains, k) to add to the variances of k estimates, ``z`` (n, k), when the design is calibrated.

        The residual is ``z - (w x) slopes``, so its squares are those of z, minus twice the products, plus the squares
        of the fitted part: p x p sums instead of an (n, domains) matrix of residuals.
        """
        auxiliary = self.auxiliary
        if auxiliary is None:
            raise StatisticsError("design: it is not calibrated")
        with np.errstate(divide="ignore", invalid="ignore"):
            g = np.where(auxiliary.base_weights > 0, self.design.weights / auxiliary.base_weights, 1.0)
        products = self._by_domain(auxiliary.x / g[:, None], z, self.domain)  # (domains, p, k)
        slopes = auxiliary.inverse @ products
        cross = np.zeros_like(slopes)
        for stage, cells, weighted in zip(self.design.stages, self.cells, self._weighted, strict=True):
            totals = cells.totals(z)
            cross += self._by_domain(weighted[cells.unit], totals, cells.domain)
            if len(stage.centred):
                # a lonely unit is centred at the mean of all units, which has a part from every domain
                overall = sums(totals, cells.domain, self.domains + 1)[: self.domains] / stage.units
                cross -= weighted[stage.centred].sum(axis=0)[:, None] * overall[:, None, :]
        fitted: Floats = np.einsum("dpk,pq,dqk->dk", slopes, self._aa, slopes, optimize=True)
        return np.asarray(fitted - 2 * (slopes * cross).sum(axis=1), dtype=float)

    def _by_domain(self, left: Floats, right: Floats, domain: Ints) -> Floats:
        """(domains, p, k): left' right over the rows of each domain."""
        order = np.argsort(domain, kind="stable")
        ends = np.cumsum(np.bincount(domain, minlength=self.domains + 1))[:-1]
        parts = np.split(order, ends)[: self.domains]
        return np.stack([left[rows].T @ right[rows] for rows in parts])
