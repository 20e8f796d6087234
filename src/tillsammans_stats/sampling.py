"""Drawing a sample: how many in each stratum, who, how precise it will be, and whether it was drawn as ordered.

Cochran 1977, *Sampling Techniques*, ch. 5; Neyman 1934, JRSS 97:558-625. A sample that does not match its frame is
found here, before it is sent.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats, Ints
from tillsammans_stats.result import StatisticsError

AllocationMethod = Literal["proportional", "neyman", "equal"]


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum's part of an allocation: ``sampled`` of ``population`` persons."""

    label: Hashable
    population: int
    sampled: int

    @property
    def weight(self) -> float:
        """Persons each sampled person stands for, before anyone fails to answer."""
        return self.population / self.sampled if self.sampled else float("nan")


def allocate(
    population: Mapping[Hashable, int],
    size: int,
    method: AllocationMethod = "proportional",
    *,
    spread: Mapping[Hashable, float] | None = None,
    minimum: int = 0,
) -> tuple[Stratum, ...]:
    """Divide ``size`` between strata of the given ``population``, in the same order and summing to ``size`` exactly.

    "proportional" to the population, "equal", or "neyman" to population times ``spread`` (standard deviation of the
    answer in the stratum), which gives the smallest variance of the whole. Every stratum gets at least ``minimum`` or
    all its people if they are fewer. Raises StatisticsError if that does not fit.
    """
    labels = list(population)
    N = np.array([population[label] for label in labels], dtype=float)
    if len(labels) == 0 or not np.isfinite(N).all() or (N < 1).any() or (np.floor(N) != N).any():
        raise StatisticsError("population: every stratum needs a whole number of at least one person")
    if method == "neyman":
        if spread is None or set(spread) != set(labels) or min(spread.values()) < 0 or not any(spread.values()):
            raise StatisticsError("spread: Neyman allocation needs one standard deviation of at least 0 per stratum")
        share = N * np.array([spread[label] for label in labels])
    elif method in ("proportional", "equal"):
        share = N if method == "proportional" else np.ones(len(labels))
    else:
        raise StatisticsError(f"method: {method!r} is not proportional, neyman or equal")
    floor = np.minimum(N, checks.whole(minimum, "minimum"))
    if not floor.sum() <= size <= N.sum():
        raise StatisticsError(
            f"size: {size} does not fit: the strata need {int(floor.sum())} at least and hold {int(N.sum())} persons"
        )
    exact = _fill(share, floor, N, float(size))
    whole = np.floor(exact + 1e-9)
    rest = exact - whole
    for i in np.argsort(-rest, kind="stable")[: round(size - whole.sum())]:
        whole[i] += 1
    return tuple(Stratum(label, int(n), int(k)) for label, n, k in zip(labels, N, whole, strict=True))


def _fill(share: Floats, floor: Floats, ceiling: Floats, size: float) -> Floats:
    """Numbers in proportion to ``share`` between floor and ceiling, with the given sum: bisection of the scale."""

    def at(scale: float) -> Floats:
        return np.clip(scale * share, floor, ceiling)

    if at(np.inf if (share > 0).all() else 1e300).sum() < size:  # strata without spread take what is left over
        left = size - np.where(share > 0, ceiling, floor).sum()
        room = np.where(share > 0, 0.0, ceiling - floor)
        return np.asarray(np.where(share > 0, ceiling, floor) + room * left / room.sum())
    low, high = 0.0, 1.0
    while at(high).sum() < size:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if at(middle).sum() < size else (low, middle)
    return at(high)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Who was drawn: row numbers in the frame, in random order, with their strata and weights."""

    rows: Ints  # (size,)
    strata: tuple[Any, ...]  # (size,)
    weights: Floats  # (size,)
    seed: int


def draw(strata: ArrayLike, allocation: Sequence[Stratum], seed: int) -> Sample:
    """Stratified simple random sample without replacement from a frame with one stratum label per row.

    The same frame, allocation and seed give the same sample. Raises StatisticsError if the frame and the allocation
    disagree about which strata there are or how many people they hold.
    """
    labels = np.asarray(strata)
    if labels.ndim != 1 or len(labels) == 0:
        raise StatisticsError("strata: one label per person in the frame is needed")
    wanted = [s.label for s in allocation]
    if len(set(wanted)) != len(wanted):
        raise StatisticsError("allocation: a stratum occurs twice")
    stray = set(labels.tolist()) - set(wanted)
    if stray:
        raise StatisticsError(f"strata: {sorted(map(str, stray))[0]!r} is in the frame but not in the allocation")
    rng = checks.generator(seed)
    rows, weights = [], []
    for stratum in allocation:
        people = np.flatnonzero(labels == stratum.label)
        if len(people) != stratum.population:
            raise StatisticsError(
                f"strata: {stratum.label!r} holds {len(people)} persons, but the allocation was made for "
                f"{stratum.population}"
            )
        rows.append(rng.choice(people, stratum.sampled, replace=False))
        weights.append(np.full(stratum.sampled, stratum.weight))
    order = rng.permutation(sum(len(r) for r in rows))
    chosen = np.concatenate(rows)[order]
    return Sample(chosen, tuple(labels[chosen].tolist()), np.concatenate(weights)[order], seed)


@dataclass(frozen=True, slots=True)
class Precision:
    """What a sample can show: half the width of the interval of a share, and the change it can see."""

    sent: int
    answers: float  # expected
    effective_answers: float  # answers / design effect
    half_width: float  # in shares of 1
    detectable_change: float  # between two such waves, seen with the given power
    level: float
    power: float


def precision(
    sent: int,
    population: int,
    *,
    share: float = 0.5,
    response_rate: float = 0.5,
    design_effect: float = 1.0,
    level: float = 0.95,
    power: float = 0.8,
) -> Precision:
    """Expected precision of a ``share`` when ``sent`` of ``population`` people are asked.

    ``SE^2 = deff p (1 - p) / m (1 - m / N)`` with m the answers; the change ignores the finite population, since two
    waves compare processes and not two closed lists. The weaker the response, the less the formula says about bias.
    """
    _check(population, share, response_rate, design_effect, level, power)
    if not 1 <= sent <= population:
        raise StatisticsError(f"sent: {sent} is not between 1 and the population's {population}")
    answers = sent * response_rate
    spread = design_effect * share * (1 - share) / answers
    z = float(scipy.special.ndtri((1 + level) / 2))
    half = z * float(np.sqrt(spread * (1 - answers / population)))
    change = (z + float(scipy.special.ndtri(power))) * float(np.sqrt(2 * spread))
    return Precision(sent, answers, answers / design_effect, half, change, level, power)


def size_for(
    half_width: float,
    population: int,
    *,
    share: float = 0.5,
    response_rate: float = 0.5,
    design_effect: float = 1.0,
    level: float = 0.95,
    power: float = 0.8,
) -> Precision:
    """The smallest number to send for an interval no wider than +- ``half_width`` (in shares of 1).

    Raises StatisticsError if even asking everybody would not reach it at this response rate.
    """
    _check(population, share, response_rate, design_effect, level, power)
    checks.share(half_width, "half_width")
    z = float(scipy.special.ndtri((1 + level) / 2))
    spread = design_effect * share * (1 - share) * z**2 / half_width**2
    answers = spread / (1 + spread / population)
    sent = max(int(np.ceil(answers / response_rate - 1e-9)), 1)
    if sent > population:
        raise StatisticsError(
            f"half_width: {half_width:g} needs {answers:.0f} answers, but {population} persons at a response of "
            f"{response_rate:.0%} give {population * response_rate:.0f}"
        )
    return precision(
        sent,
        population,
        share=share,
        response_rate=response_rate,
        design_effect=design_effect,
        level=level,
        power=power,
    )


def _check(population: int, share: float, response: float, effect: float, level: float, power: float) -> None:
    checks.whole(population, "population", least=1)
    for name, value in (("share", share), ("level", level), ("power", power)):
        checks.share(value, name)
    if not 0 < response <= 1:
        raise StatisticsError(f"response_rate: {response} is not above 0 and at most 1")
    if not effect > 0:
        raise StatisticsError(f"design_effect: {effect} is not above 0")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a sample; a ``fatal`` one means that it must not be sent."""

    kind: Literal["duplicate", "stranger", "wrong stratum", "wrong size", "missing stratum", "skewed"]
    where: str
    found: float
    expected: float
    fatal: bool


@dataclass(frozen=True, slots=True)
class SampleCheck:
    """Whether a sample is the one that was ordered."""

    findings: tuple[Finding, ...]
    comparisons: int  # register variables tested

    @property
    def may_be_sent(self) -> bool:
        """False if any finding is fatal."""
        return not any(finding.fatal for finding in self.findings)


def check(
    frame_ids: ArrayLike,
    frame_strata: ArrayLike,
    sample_ids: ArrayLike,
    sample_strata: ArrayLike,
    allocation: Sequence[Stratum],
    register: Mapping[str, ArrayLike] | None = None,
    level: float = 0.001,
) -> SampleCheck:
    """Compare a sample file with the frame and the allocation, before dispatch.

    Looks for people drawn twice, people outside the frame, people filed under another stratum than the frame's, and
    strata with the wrong number. ``register`` holds variables of the frame (name -> labels, one per frame row): the
    sample's composition is tested against the frame's inside strata (chi-square, Bonferroni over the variables at
    ``level``), which finds a draw that was not random, such as the first names in a list or one age group only.
    """
    ids, strata = np.asarray(frame_ids), np.asarray(frame_strata)
    drawn, filed = np.asarray(sample_ids), np.asarray(sample_strata)
    if len(checks.groups(ids, "frame_ids")[0]) != len(ids):
        raise StatisticsError("frame_ids: a person is in the frame twice")
    checks.groups(strata, "frame_strata", len(ids))
    if drawn.size == 0:
        raise StatisticsError("sample_ids: the sample is empty")
    checks.groups(drawn, "sample_ids")
    checks.groups(filed, "sample_strata", len(drawn))
    findings: list[Finding] = []
    distinct = np.unique(drawn)
    if len(distinct) < len(drawn):
        findings.append(Finding("duplicate", "sample", len(drawn) - len(distinct), 0, True))
    place = {identity: row for row, identity in enumerate(ids.tolist())}
    rows = np.array([place.get(identity, -1) for identity in drawn.tolist()])
    if (rows < 0).any():
        findings.append(Finding("stranger", "sample", int((rows < 0).sum()), 0, True))
    known = rows >= 0
    misfiled = strata[rows[known]] != filed[known]
    for label in np.unique(filed[known][misfiled]).tolist():
        count = int((misfiled & (filed[known] == label)).sum())
        findings.append(Finding("wrong stratum", str(label), count, 0, True))
    counts = dict(zip(*np.unique(strata[np.unique(rows[known])], return_counts=True), strict=True))
    ordered = {s.label: s.sampled for s in allocation}
    for label in dict.fromkeys([*ordered, *counts]):
        got, wanted = int(counts.get(label, 0)), ordered.get(label, 0)
        if got != wanted:
            kind: Literal["missing stratum", "wrong size"] = "missing stratum" if got == 0 else "wrong size"
            findings.append(Finding(kind, str(label), got, wanted, True))
    variables = dict(register or {})
    for name, labels in variables.items():
        values = np.asarray(labels)
        if values.shape != ids.shape:
            raise StatisticsError(f"register: {name} has {values.shape} labels for {len(ids)} persons in the frame")
        p = _composition(values, strata, np.unique(rows[known]))
        if p < level / len(variables):
            findings.append(Finding("skewed", name, p, level / len(variables), True))
    return SampleCheck(tuple(findings), len(variables))


def _composition(values: NDArray[Any], strata: NDArray[Any], rows: Ints) -> float:
    """p-value that the sample's categories came from the frame at random within strata (hypergeometric moments)."""
    categories, code = np.unique(values, return_inverse=True)
    k = len(categories) - 1
    if k == 0:
        return 1.0
    deviation, cov = np.zeros(k), np.zeros((k, k))
    chosen = np.zeros(len(values), dtype=bool)
    chosen[rows] = True
    for label in np.unique(strata):
        inside = strata == label
        N, n = int(inside.sum()), int((chosen & inside).sum())
        if N < 2 or n in (0, N):
            continue
        share = np.bincount(code[inside], minlength=k + 1)[:k] / N
        deviation += np.bincount(code[chosen & inside], minlength=k + 1)[:k] - n * share
        cov += n * (N - n) / (N - 1) * (np.diag(share) - np.outer(share, share))
    rank = int(np.linalg.matrix_rank(cov))
    if rank == 0:
        return 1.0
    statistic = float(deviation @ np.linalg.pinv(cov, hermitian=True) @ deviation)
    return float(scipy.special.chdtrc(rank, statistic))
