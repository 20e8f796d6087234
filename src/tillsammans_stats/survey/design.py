"""How the answers were drawn: strata, clusters, weights and finite population, kept apart from the answers.

A design knows nothing of questions. It turns the linearised values of an estimate into a variance, so the same design
serves every question, domain and test. Särndal, Swensson & Wretman 1992, *Model Assisted Survey Sampling*.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats, Ints
from tillsammans_stats.result import StatisticsError

LonelyRule = Literal["refuse", "certainty", "average", "centre"]


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One stage of sampling: ``units`` drawn inside ``parents`` (clusters inside strata, or persons inside clusters).

    The variance the stage adds is ``sum over units of factor * (z_unit - mean of z over the parent's units)**2``.
    """

    unit: Ints  # (n,) which unit each row belongs to
    parent: Ints  # (units,) which parent each unit was drawn from
    size: Ints  # (units,) how many units were drawn from that parent
    factor: Floats  # (units,) (1 - sampled share) * size / (size - 1), times the share sampled at the stage above
    centred: Ints  # lonely units that are compared with the mean of all units, having no sisters

    @property
    def units(self) -> int:
        """Number of units drawn."""
        return len(self.parent)

    @property
    def parents(self) -> int:
        """Number of parents drawn from."""
        return int(self.parent.max()) + 1


@dataclass(frozen=True, slots=True, eq=False)
class Auxiliary:
    """What calibration leaves behind for the variance: register variables and the weights before calibration."""

    x: Floats  # (n, p)
    base_weights: Floats  # (n,)
    inverse: Floats  # (p, p) pseudo-inverse of x' diag(base_weights) x


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """A sampling design of ``n`` rows. Make one with :func:`design`; calibration returns a new one."""

    weights: Floats  # (n,) persons in the population that each row stands for
    stages: tuple[Stage, ...]
    strata: tuple[Any, ...]  # labels, in the order of the first stage's parents
    inflation: float = 1.0  # >1 when lonely clusters are given the average variance of the others
    auxiliary: Auxiliary | None = None

    @property
    def n(self) -> int:
        """Number of rows, answers or not."""
        return len(self.weights)

    @property
    def degrees_of_freedom(self) -> int:
        """Clusters that carry weight minus strata that hold them."""
        first = self.stages[0]
        held = np.unique(first.unit[self.weights > 0])
        return len(held) - len(np.unique(first.parent[held]))


def design(
    *,
    weights: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    population: ArrayLike | Mapping[Any, float] | None = None,
    second_units: ArrayLike | None = None,
    second_population: ArrayLike | None = None,
    lonely: LonelyRule = "refuse",
) -> Design:
    """Describe how ``n`` rows were sampled.

    ``weights`` (n,): inverse inclusion probabilities, at least 0; when left out they follow from ``population``.
    ``strata``, ``clusters`` (n,): labels; a cluster label counts inside its stratum, so it may repeat in another.
    ``population``: units of the first stage (clusters, or persons when there are none) in each row's stratum, as (n,),
    one number, or a mapping from stratum label; leave it out when the target is the process and not this year's people.
    ``second_units``, ``second_population`` (n,): the units drawn inside a cluster, and how many the cluster holds.
    ``lonely`` says what a stratum with one cluster contributes: an error, nothing (it was certain to be drawn), the
    average of the other strata, or its distance from the overall mean; inside a cluster only the first two apply.
    Raises StatisticsError for lengths that differ, negative or non-finite weights, or more sampled than exist.
    """
    given = [
        (name, value)
        for name, value in (("weights", weights), ("strata", strata), ("clusters", clusters))
        if value is not None
    ]
    if not given and (population is None or isinstance(population, Mapping) or np.ndim(population) == 0):
        raise StatisticsError("design: give at least one of weights, strata, clusters or population by row")
    n = len(np.asarray(given[0][1] if given else population))
    if n == 0:
        raise StatisticsError("design: there are no rows")
    labels, stratum = _codes("strata", strata, n, default=np.zeros(n, dtype=int))
    _, cluster = _codes("clusters", clusters, n, default=np.arange(n))
    _, psu = np.unique(stratum * (cluster.max() + 1) + cluster, return_inverse=True)
    first, share = _stage("strata", labels, psu, stratum, _population(population, labels, stratum), lonely)
    alone = np.flatnonzero(first.size == 1)
    inflation = 1.0
    if lonely == "average" and len(alone):
        if len(alone) == first.parents:
            raise StatisticsError("lonely='average': every stratum has a single cluster, so there is none to average")
        inflation = first.parents / (first.parents - len(alone))
    stages = [first]
    sampled = share[stratum]
    if second_units is not None:
        if clusters is None:
            raise StatisticsError("second_units: a second stage needs clusters at the first")
        _, inner = _codes("second_units", second_units, n, default=np.arange(n))
        _, ssu = np.unique(psu * (inner.max() + 1) + inner, return_inverse=True)
        counts = None if second_population is None else _numbers("second_population", second_population, n)
        # the second stage counts for nothing unless the first has a known population
        inner_rule: LonelyRule = "refuse" if lonely == "refuse" and share.any() else "certainty"
        second, second_share = _stage("clusters", tuple(range(first.units)), ssu, psu, counts, inner_rule)
        sampled = sampled * second_share[psu]
        above = share[first.parent[second.parent]]
        stages.append(Stage(second.unit, second.parent, second.size, second.factor * above, second.centred))
    if weights is None:
        if not sampled.all():
            raise StatisticsError("weights: give them, or the population of every stage that they follow from")
        w = 1 / sampled
    else:
        w = _numbers("weights", weights, n)
    if (w < 0).any():
        raise StatisticsError(
            f"weights: {int((w < 0).sum())} are negative; a person cannot stand for fewer than nobody"
        )
    if not w.any():
        raise StatisticsError("weights: all are zero, so the rows stand for nobody")
    return Design(w, tuple(stages), labels, inflation)


def label_codes(name: str, labels: ArrayLike, n: int) -> tuple[tuple[Any, ...], Ints]:
    """Distinct labels, sorted, and the (n,) code of each row; a row with None or NaN gets the number of labels."""
    # a list that mixes words and None must not become an array of words first, or a missing value turns into "nan"
    values = labels if isinstance(labels, np.ndarray) else np.array(labels, dtype=object)
    if values.shape != (n,):
        raise StatisticsError(f"{name}: {values.shape} labels for {n} rows; one per row is needed")
    present = np.ones(n, dtype=bool)
    if values.dtype.kind == "f":
        present = ~np.isnan(values)
    elif values.dtype.kind == "O":
        present = np.array([v is not None and v == v for v in values], dtype=bool)  # NaN differs from itself
    held = np.array(values[present].tolist()) if values.dtype.kind == "O" else values[present]
    distinct, of_present = np.unique(held, return_inverse=True)
    codes = np.full(n, len(distinct), dtype=np.intp)
    codes[present] = of_present
    return tuple(distinct.tolist()), codes


def _codes(name: str, labels: ArrayLike | None, n: int, default: Ints) -> tuple[tuple[Any, ...], Ints]:
    """Labels and codes of rows that all must have one."""
    distinct, codes = label_codes(name, default if labels is None else labels, n)
    missing = int((codes == len(distinct)).sum())
    if missing:
        raise StatisticsError(f"{name}: {missing} rows have no value")
    return distinct, codes


def _numbers(name: str, values: ArrayLike, n: int) -> Floats:
    """(n,) finite floats, one number repeated if that is what was given."""
    numbers = (
        np.broadcast_to(checks.numbers(values, name), (n,)) if np.ndim(values) == 0 else checks.numbers(values, name)
    )
    if numbers.shape != (n,):
        raise StatisticsError(f"{name}: {numbers.shape} values for {n} rows; one per row is needed")
    if not np.isfinite(numbers).all():
        raise StatisticsError(f"{name}: {int((~np.isfinite(numbers)).sum())} values are missing or infinite")
    return numbers


def _population(given: ArrayLike | Mapping[Any, float] | None, labels: tuple[Any, ...], stratum: Ints) -> Any:
    if given is None:
        return None
    if isinstance(given, Mapping):
        absent = [label for label in labels if label not in given]
        if absent:
            raise StatisticsError(f"population: no size given for stratum {absent[0]!r} ({len(absent)} missing)")
        return _numbers("population", np.array([given[label] for label in labels])[stratum], len(stratum))
    return _numbers("population", given, len(stratum))


def _stage(
    name: str, labels: tuple[Any, ...], unit: Ints, parent_of_row: Ints, population: Any, lonely: LonelyRule
) -> tuple[Stage, Floats]:
    """The stage, and the share of each parent's units that was sampled (0 where the population is not given)."""
    units = int(unit.max()) + 1
    parents = int(parent_of_row.max()) + 1
    parent = np.zeros(units, dtype=np.intp)
    parent[unit] = parent_of_row
    drawn = np.bincount(parent, minlength=parents)
    share = np.zeros(parents)
    if population is not None:
        total = np.zeros(parents)
        total[parent_of_row] = population
        if (total[parent_of_row] != population).any():
            bad = labels[int(parent_of_row[total[parent_of_row] != population][0])]
            raise StatisticsError(f"population: differs between rows of the same unit {bad!r} of {name}")
        if (drawn > total).any():
            bad = int(np.flatnonzero(drawn > total)[0])
            raise StatisticsError(
                f"population: {drawn[bad]} were sampled in {labels[bad]!r} of {name}, but only {total[bad]:g} exist"
            )
        share = drawn / total
    size = drawn[parent]
    alone = np.flatnonzero(size == 1)
    open_share = (1 - share)[parent]
    if len(alone) and lonely == "refuse" and (open_share[alone] > 0).any():
        where = ", ".join(repr(labels[int(parent[u])]) for u in alone[:5])
        raise StatisticsError(
            f"{name}: {len(alone)} hold a single cluster ({where}), so their variance is unknown; "
            "join them with a neighbour or choose lonely='certainty', 'average' or 'centre'"
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(size > 1, open_share * size / (size - 1), 0.0)
    centred = alone if lonely == "centre" else np.zeros(0, dtype=np.intp)
    factor[centred] = open_share[centred]
    return Stage(unit, parent, size, factor, centred), share
