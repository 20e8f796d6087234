"""Attacker model: the smallest and largest integer that each suppressed figure can have, given all published data.

Two integer programs for each figure (HiGHS through ``scipy.optimize.milp``) over non-negative whole numbers. Three
things make that fast without making it inexact: bounds are propagated first, unknowns that do not meet are solved
apart, and every solution found is kept as a witness for all other figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tillsammans_stats.checks import Floats
from tillsammans_stats.disclosure.figures import Cell, Figure, Key, regions
from tillsammans_stats.result import StatisticsError


@dataclass(frozen=True, slots=True)
class Published:
    """A figure as it left the house: the sum over ``cells`` was said to lie in ``low``..``high`` (equal if exact)."""

    key: Key
    cells: frozenset[Cell]
    low: int
    high: int
    release: str = ""

    def __post_init__(self) -> None:
        if not self.cells or not 0 <= self.low <= self.high:
            raise StatisticsError(
                f"published {self.key}: needs cells and 0 <= low <= high, got {self.low}, {self.high}"
            )


@dataclass(frozen=True, slots=True)
class Interval:
    """What an attacker knows of one figure: ``low`` to ``high``; ``high`` is infinite where nothing bounds it."""

    key: Key
    low: float
    high: float

    @property
    def width(self) -> float:
        """How much the attacker does not know, in persons or events; 0 means disclosed."""
        return self.high - self.low


def attack(targets: Sequence[Figure], published: Sequence[Published]) -> tuple[Interval, ...]:
    """The exact interval of every target figure for a reader who has kept everything in ``published``.

    :class:`StatisticsError` if the published figures contradict each other (a revised base table needs a new ledger).
    """
    if not targets:
        return ()
    matrix, _ = regions([*(item.cells for item in targets), *(item.cells for item in published)])
    low = np.array([item.low for item in published], dtype=float)
    high = np.array([item.high for item in published], dtype=float)
    seen, _ = solve(matrix[: len(targets)], Constraints(matrix[len(targets) :], low, high))
    return tuple(Interval(figure.key, lo, hi) for figure, (lo, hi) in zip(targets, seen.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Constraints:
    """Published sums as rows: ``low <= matrix @ x <= high`` for non-negative whole numbers ``x``, one per region."""

    matrix: sparse.csr_array
    low: Floats
    high: Floats

    def hold(self, points: Floats) -> NDArray[np.bool_]:
        """Which of ``points`` (points x regions) fit everything published."""
        sums = (self.matrix @ points.T).T
        return np.asarray(((sums >= self.low) & (sums <= self.high)).all(axis=1))


def solve(
    targets: sparse.csr_array,
    constraints: Constraints,
    points: Floats | None = None,
    enough: float = np.inf,
    all_or_nothing: bool = False,
) -> tuple[Floats, Floats]:
    """Intervals of ``targets`` (figures x regions) under ``constraints``, as rows of low, high.

    ``points`` (points x regions) are known solutions, for instance the truth. A target is left as soon as its
    interval is known to be at least ``enough`` wide; otherwise it is exact. Returns the intervals and all points found.
    With ``all_or_nothing`` it stops at the first target narrower than ``enough``; those after it are then inner bounds.
    """
    lower, upper = _bounds(constraints)
    parts = _parts(constraints, lower < upper)
    if points is None:
        points = _integer_point(constraints, np.zeros(lower.size), lower, upper)[None, :]
    result = [points]
    sums = targets @ points.T
    low, high = sums.min(axis=1), sums.max(axis=1)
    with np.errstate(invalid="ignore"):
        least, most = targets @ lower, targets @ upper
    for number in range(targets.shape[0]):
        members = targets.indices[targets.indptr[number] : targets.indptr[number + 1]]
        inside = np.isin(parts, parts[members[lower[members] < upper[members]]]) & (parts >= 0)
        for sign in (-1, 1):
            wide = high[number] - low[number] >= enough
            if wide or (high[number] >= most[number] if sign > 0 else low[number] <= least[number]):
                continue
            if sign > 0 and np.isinf(most[number]):
                high[number] = np.inf  # a region in no bounded sum can be raised without end
                continue
            point = _extreme(constraints, members, sign, lower, upper, inside, points[0])
            result.append(point[None, :])
            value = targets @ point
            low, high = np.minimum(low, value), np.maximum(high, value)
        if all_or_nothing and high[number] - low[number] < enough:
            break
    return np.column_stack([low, high]), np.vstack(result)


def _extreme(
    constraints: Constraints,
    members: NDArray[Any],
    sign: int,
    lower: Floats,
    upper: Floats,
    inside: NDArray[np.bool_],
    known: Floats,
) -> Floats:
    """A point where the sum over ``members`` is largest (``sign`` 1) or smallest (-1); ``known`` outside ``inside``."""
    objective = np.zeros(lower.size)
    objective[members] = -sign
    touching = np.flatnonzero(constraints.matrix @ inside.astype(float))
    rows = constraints.matrix[touching]
    rest = rows @ np.where(inside, 0.0, known)
    sub = Constraints(
        rows[:, np.flatnonzero(inside)], constraints.low[touching] - rest, constraints.high[touching] - rest
    )
    point = known.copy()
    point[inside] = _integer_point(sub, objective[inside], lower[inside], upper[inside])
    return point


def _integer_point(constraints: Constraints, objective: Floats, lower: Floats, upper: Floats) -> Floats:
    from scipy import optimize  # late: loading it costs more than the rest of the package

    rows = optimize.LinearConstraint(constraints.matrix, constraints.low, constraints.high)
    result = optimize.milp(
        objective,
        integrality=np.ones(objective.size),
        bounds=optimize.Bounds(lower, upper),
        constraints=rows if constraints.matrix.shape[0] else (),
        options={"mip_rel_gap": 0.0},
    )
    if result.status == 2:
        raise StatisticsError("published: the figures contradict each other; a revised base table needs a new ledger")
    if result.x is None:
        raise StatisticsError(f"published: the integer program was not solved ({result.message})")
    return np.asarray(np.round(result.x), dtype=float)


def _bounds(constraints: Constraints) -> tuple[Floats, Floats]:
    """Bounds of every unknown from repeated single-row reasoning (exact consequences, so nothing is lost)."""
    matrix = constraints.matrix.tocsr()
    lower, upper = np.zeros(matrix.shape[1]), np.full(matrix.shape[1], np.inf)
    row, column = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)), matrix.indices
    for _ in range(25):  # more sweeps only sharpen what the programs find anyway
        before = lower.copy(), upper.copy()
        least = np.bincount(row, lower[column], minlength=matrix.shape[0])
        np.minimum.at(upper, column, constraints.high[row] - (least[row] - lower[column]))
        most = np.bincount(row, upper[column], minlength=matrix.shape[0])
        bounded = np.isfinite(most[row])
        implied = constraints.low[row[bounded]] - (most[row[bounded]] - upper[column[bounded]])
        np.maximum.at(lower, column[bounded], implied)
        if (lower > upper).any():
            raise StatisticsError(
                "published: the figures contradict each other; a revised base table needs a new ledger"
            )
        if np.array_equal(lower, before[0]) and np.array_equal(upper, before[1]):
            break
    return lower, upper


def _parts(constraints: Constraints, free: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The number of the independent part each free unknown belongs to; -1 for unknowns that are already known."""
    matrix = constraints.matrix[:, np.flatnonzero(free)]
    links = sparse.block_array([[None, matrix], [matrix.T, None]], format="csr")
    _, label = sparse.csgraph.connected_components(links, directed=False)
    parts = np.full(free.size, -1, dtype=np.int64)
    parts[free] = label[matrix.shape[0] :]
    return parts
