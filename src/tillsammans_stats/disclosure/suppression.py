"""Secondary suppression: the cheapest set of figures to hide so that no sensitive one can be worked out.

A cutting-plane method in the spirit of Fischetti & Salazar (2001). A small master program chooses what to hide; the
attack of :mod:`attack` is then run against the choice and everything published before; each sensitive figure that
is still too narrow gives, from the dual of the attacker's linear program, an inequality that every safe choice obeys;
and the master is solved again. It ends when the integer attack finds nothing, so safety never rests on the heuristics.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tillsammans_stats.checks import Floats
from tillsammans_stats.disclosure.attack import Constraints, Interval, solve
from tillsammans_stats.disclosure.figures import Base, Figure, Key, regions
from tillsammans_stats.disclosure.release import Ledger, Release, Shown
from tillsammans_stats.disclosure.rounding import Rounding
from tillsammans_stats.disclosure.rules import LEAST_COUNT, small_counts
from tillsammans_stats.result import PublicationStatus, StatisticsError

Flags = NDArray[np.bool_]
# Rounds in which the master may take back earlier choices; after them, or with many targets, the hidden set only grows.
_EXACT_ROUNDS, _EXACT_TARGETS = 20, 150
_CUTS_A_ROUND = 60


def protect(
    base: Base,
    figures: Sequence[Figure],
    *,
    threshold: int = LEAST_COUNT,
    sensitive: Collection[Key] = (),
    importance: Mapping[Key, float] | None = None,
    ledger: Ledger | None = None,
    rounding: Rounding | None = None,
) -> Release:
    """The figures with as little hidden as keeps every sensitive figure at least ``threshold`` wide for an attacker.

    Sensitive are figures of 1 to ``threshold`` - 1, those named in ``sensitive``, and every piece between
    figures (also against the ``ledger`` of earlier releases) that holds 1 to ``threshold`` - 1: the ring between two
    overlapping areas, the month that two cumulated figures differ by. ``importance`` makes figures dearer to hide
    (1 by default). With ``rounding`` all shown values are rounded and the width asked for is that of the rounding.

    :class:`StatisticsError` for repeated keys, cells that are missing in ``base``, or a ledger from another base table.
    """
    problem = _problem(base, figures, threshold, frozenset(sensitive), importance or {}, ledger or Ledger(), rounding)
    hidden, bound, proof = _search(problem)
    shown = tuple(
        _shown(figure, int(value), hide, small, rounding)
        for figure, value, hide, small in zip(figures, problem.values, hidden, problem.primary, strict=False)
    )
    cost = float(problem.cost[hidden & ~problem.primary].sum())
    return Release(
        shown=shown,
        proof=tuple(Interval(key, low, high) for key, (low, high) in zip(problem.keys, proof.tolist(), strict=True)),
        exposed=problem.exposed,
        least_width=problem.width,
        cost=cost,
        lower_bound=bound,
        optimal=cost <= bound * (1 + 1e-6) + 1e-9,
    )


@dataclass(frozen=True, slots=True)
class _Problem:
    """Rows: the new figures, then the ledger. Columns: regions. ``low``/``high`` are what publishing a row says."""

    matrix: sparse.csr_array
    low: Floats
    high: Floats
    values: Floats
    truth: Floats
    cost: Floats  # 0 for the ledger, whose rows are not ours to hide
    hideable: Flags
    primary: Flags
    targets: sparse.csr_array
    keys: tuple[Key, ...]
    exposed: tuple[Interval, ...]
    width: int

    def published(self, hidden: Flags) -> Constraints:
        shown = np.flatnonzero(~hidden)
        return Constraints(self.matrix[shown], self.low[shown], self.high[shown])


def _problem(
    base: Base,
    figures: Sequence[Figure],
    threshold: int,
    sensitive: frozenset[Key],
    importance: Mapping[Key, float],
    ledger: Ledger,
    rounding: Rounding | None,
) -> _Problem:
    keys = [figure.key for figure in figures]
    if len(set(keys)) != len(keys) or not keys:
        raise StatisticsError("figures: needs at least one, and every key once")
    if strangers := (sensitive | set(importance)) - set(keys):
        raise StatisticsError(f"sensitive and importance: no figure {sorted(strangers)[0]}")
    number = len(keys)
    values = np.array([figure.value(base) for figure in figures], dtype=float)
    matrix, pieces = regions([*(item.cells for item in figures), *(item.cells for item in ledger.entries)])
    truth = np.array([Figure(("region",), piece).value(base) for piece in pieces], dtype=float)
    limits = [
        (value, value) if rounding is None else rounding.bounds(rounding.value(int(value), figure.cells))
        for figure, value in zip(figures, values, strict=True)
    ] + [(entry.low, entry.high) for entry in ledger.entries]
    low, high = np.array(limits, dtype=float).T
    sums = matrix @ truth
    if (sums < low).any() or (sums > high).any():
        wrong = ledger.entries[int(np.flatnonzero((sums < low) | (sums > high))[0]) - number]
        raise StatisticsError(f"ledger: {wrong.key} was published with another value; revised counts need a new ledger")
    small = small_counts(values, threshold) | np.array([key in sensitive for key in keys])
    named = {figure.cells for figure, hide in zip(figures, small, strict=True) if hide}
    primary = np.array([figure.cells in named for figure in figures] + [False] * len(ledger.entries))
    seen = {figure.cells for figure in figures}
    between = [i for i in np.flatnonzero(small_counts(truth, threshold)) if pieces[i] not in seen]
    targets = sparse.vstack(
        [matrix[np.flatnonzero(primary)], sparse.eye_array(len(pieces), format="csr")[between]], "csr"
    )
    names = [keys[i] for i in np.flatnonzero(primary)] + [("between figures", *min(pieces[i])) for i in between]
    hideable = np.arange(matrix.shape[0]) < number
    several = np.diff(matrix.indptr)[:number] > 1
    cost = np.zeros(matrix.shape[0])
    cost[:number] = np.log1p(np.maximum(values, 1)) * (1 + several) * [importance.get(key, 1.0) for key in keys]
    if (cost[:number] <= 0).any():
        raise StatisticsError("importance: every value must be above 0")
    width = threshold if rounding is None else rounding.base - 1
    problem = _Problem(matrix, low, high, values, truth, cost, hideable, primary, targets, tuple(names), (), width)
    return _without_exposed(problem)


def _without_exposed(problem: _Problem) -> _Problem:
    """Exclude figures that the ledger alone discloses: suppressing every new figure would not help."""
    seen, _ = solve(problem.targets, problem.published(problem.hideable), problem.truth[None, :], problem.width)
    lost = seen[:, 1] - seen[:, 0] < problem.width
    return replace(
        problem,
        targets=problem.targets[np.flatnonzero(~lost)],
        keys=tuple(key for key, gone in zip(problem.keys, lost, strict=True) if not gone),
        exposed=tuple(Interval(problem.keys[i], *seen[i].tolist()) for i in np.flatnonzero(lost)),
    )


def _search(problem: _Problem) -> tuple[Flags, float, Floats]:
    """The hidden rows, a proven lower bound of their cost and the attacker's interval of every target."""
    hidden, bound, points = problem.primary.copy(), 0.0, problem.truth[None, :]
    cuts: list[tuple[Floats, float]] = []
    rounds, last = 0, _EXACT_ROUNDS if problem.targets.shape[0] <= _EXACT_TARGETS else 0
    while True:
        constraints = problem.published(hidden)
        intervals, points = solve(problem.targets, constraints, points[constraints.hold(points)], problem.width)
        narrow = np.flatnonzero(intervals[:, 1] - intervals[:, 0] < problem.width)
        if not narrow.size:
            break
        rounds += 1
        cuts.extend(_cut(problem, hidden, target) for target in narrow[:_CUTS_A_ROUND])
        exact = rounds <= last
        hidden, total = _cheapest(problem, cuts, problem.primary if exact else hidden, 0.0 if exact else 0.05)
        if exact:
            bound = total
    if rounds > last:
        hidden, intervals = _without_redundant(problem, hidden, intervals, points)
    return hidden, bound, intervals


def _cut(problem: _Problem, hidden: Flags, target: int) -> tuple[Floats, float]:
    """An inequality ``gain @ hide >= missing`` that every choice protecting ``target`` obeys and ``hidden`` does not.

    For any choice the attacker's largest value is at most ``w @ b`` and the smallest at least ``v @ b``, with ``w, v``
    dual solutions for the present choice and ``b`` the published sums. Hiding row j can relax that by what
    ``w_j`` and ``v_j`` give it; nothing needs to count for more than what is missing.
    """
    goal = problem.targets[[target]].toarray()[0]
    most, least = _dual(problem, hidden, goal, 1), _dual(problem, hidden, goal, -1)
    width = _bound(problem, most) - _bound(problem, least, lowest=True)
    missing = problem.width - width
    if missing <= 1e-6:  # protected in the linear relaxation but disclosed in integers: suppress one more, any
        return (problem.hideable & ~hidden).astype(float), 1.0
    # suppressing a row that bounds the sum from above (below) releases all (its value)
    gain = np.where(most > 0, np.inf, -most * problem.low) + np.where(least < 0, np.inf, least * problem.low)
    gain = np.minimum(np.where(problem.hideable & ~hidden, gain, 0.0), missing)
    return gain / missing, 1.0


def _bound(problem: _Problem, dual: Floats, lowest: bool = False) -> float:
    upper, lower = (problem.low, problem.high) if lowest else (problem.high, problem.low)
    return float(np.where(dual > 0, dual * upper, dual * lower).sum())


def _dual(problem: _Problem, hidden: Flags, goal: Floats, sign: int) -> Floats:
    """Multipliers of all rows that bound the sum ``goal`` from above (``sign`` 1) or below (-1); 0 for hidden rows.

    Regions published on their own are eliminated first, so the program has only the unknowns.
    """
    from scipy import optimize

    alone = np.flatnonzero(~hidden & (np.diff(problem.matrix.indptr) == 1) & (problem.low == problem.high))
    known = np.zeros(goal.size, dtype=bool)
    known[problem.matrix[alone].indices] = True
    near = _meeting(problem, np.flatnonzero(~hidden), np.flatnonzero(~known & (goal > 0)), known)
    dual = np.zeros(hidden.size)
    if near.rows.size:
        exact = problem.low[near.rows] == problem.high[near.rows]
        part = problem.matrix[near.rows][:, near.columns]
        rest = problem.matrix[near.rows] @ np.where(known, problem.truth, 0.0)
        low, high = problem.low[near.rows] - rest, problem.high[near.rows] - rest
        loose = np.flatnonzero(~exact)
        result = optimize.linprog(
            -sign * goal[near.columns],
            A_eq=part[np.flatnonzero(exact)],
            b_eq=low[exact],
            A_ub=sparse.vstack([part[loose], -part[loose]], "csr") if loose.size else None,
            b_ub=np.concatenate([high[loose], -low[loose]]) if loose.size else None,
            method="highs",
        )
        if result.status != 0:
            raise StatisticsError(f"suppression: the attacker's linear program was not solved ({result.message})")
        dual[near.rows[exact]] = -sign * result.eqlin.marginals
        if loose.size:
            above, below = np.split(result.ineqlin.marginals, 2)
            dual[near.rows[loose]] = -sign * (above - below)
    # a region known on its own takes up what the sums leave of it
    first = {int(column): int(row) for column, row in zip(problem.matrix[alone].indices, alone, strict=True)}
    left = goal - problem.matrix.T @ dual
    for column, row in first.items():
        dual[row] += left[column]
    return dual


@dataclass(frozen=True, slots=True)
class _Near:
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]


def _meeting(problem: _Problem, rows: NDArray[np.int64], start: NDArray[np.int64], known: Flags) -> _Near:
    """The published rows and unknown regions that are linked, directly or in steps, with the regions in ``start``."""
    matrix = problem.matrix[rows]
    inside = np.zeros(known.size)
    inside[start] = 1
    while True:
        touched = (matrix @ inside) > 0
        grown = (((matrix.T @ touched.astype(float)) > 0) | (inside > 0)) & ~known
        if int(grown.sum()) == int(inside.sum()):
            return _Near(rows[np.flatnonzero(touched)], np.flatnonzero(grown))
        inside = grown.astype(float)


def _cheapest(
    problem: _Problem, cuts: Sequence[tuple[Floats, float]], locked: Flags, gap: float
) -> tuple[Flags, float]:
    """The cheapest rows to hide that obey all cuts, with those in ``locked``; and the cost of the secondary ones."""
    from scipy import optimize

    choice = problem.hideable & ~problem.primary
    result = optimize.milp(
        problem.cost[choice],
        integrality=np.ones(int(choice.sum())),
        bounds=optimize.Bounds(locked[choice].astype(float), 1.0),
        constraints=optimize.LinearConstraint(
            sparse.csr_array(np.array([gain[choice] for gain, _ in cuts])), [need for _, need in cuts], np.inf
        ),
        options={"mip_rel_gap": gap},
    )
    if result.x is None:
        raise StatisticsError(
            f"suppression: nothing left to hide would protect the sensitive figures ({result.message})"
        )
    hidden = problem.primary.copy()
    hidden[choice] = result.x > 0.5
    return hidden, float(result.fun)


def _without_redundant(problem: _Problem, hidden: Flags, proof: Floats, points: Floats) -> tuple[Flags, Floats]:
    """Show again, dearest first, what turned out not to be needed."""
    extra = np.flatnonzero(hidden & ~problem.primary)
    for row in extra[np.argsort(-problem.cost[extra])]:
        trial = hidden.copy()
        trial[row] = False
        constraints = problem.published(trial)
        known = points[constraints.hold(points)]
        intervals, witnesses = solve(problem.targets, constraints, known, problem.width, all_or_nothing=True)
        points = np.vstack([points, witnesses[known.shape[0] :]])
        if (intervals[:, 1] - intervals[:, 0] >= problem.width).all():
            hidden, proof = trial, intervals
    return hidden, proof


def _shown(figure: Figure, value: int, hide: bool, small: bool, rounding: Rounding | None) -> Shown:
    if hide:
        reason = "small" if small else "protects_others"
        return Shown(figure.key, figure.cells, None, None, None, PublicationStatus.SUPPRESSED, reason)
    if rounding is None:
        return Shown(figure.key, figure.cells, value, value, value, PublicationStatus.SHOWN)
    rounded = rounding.value(value, figure.cells)
    return Shown(figure.key, figure.cells, rounded, *rounding.bounds(rounded), PublicationStatus.SHOWN)
