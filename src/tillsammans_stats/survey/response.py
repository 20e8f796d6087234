"""Who answered: response rates, how like the frame the respondents are, and weights for response classes.

Schouten, Cobben & Bethlehem 2009, Survey Methodology 35:101-113 (R-indicator); Särndal & Lundström 2005, *Estimation
in Surveys with Nonresponse*. No weighting repairs what differs inside the groups that are weighted by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.result import StatisticsError

UNLIKE_FRAME = 0.05  # a group's share among respondents that far from the frame's is pointed out
LOW_RATE = 0.5


@dataclass(frozen=True, slots=True)
class GroupResponse:
    """Response in one category of one register variable; shares and rates in 0..1, weighted."""

    variable: str
    category: Any
    sampled: int
    answered: int
    rate: float
    share_of_frame: float
    share_of_respondents: float

    @property
    def difference(self) -> float:
        """Respondents' share minus the frame's: positive where the group is over-represented."""
        return self.share_of_respondents - self.share_of_frame


@dataclass(frozen=True, slots=True)
class ResponseWarning:
    """What a reader must be told; ``group`` and ``amount`` (a share, or its distance from the frame) where they apply.

    "within groups": those who did not answer may differ from those who did inside every group, which no weighting shows
    or mends; it stands in every report unless all answered.
    """

    kind: Literal["within groups", "low rate", "unlike frame"]
    group: GroupResponse | None = None
    amount: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ResponseReport:
    """The response of a sample. ``r_indicator`` is 1 when everybody was equally likely to answer, lower otherwise."""

    sampled: int  # without over-coverage
    over_coverage: int
    answered: int
    rate: float  # answered / (sampled without over-coverage), weighted
    gross_rate: float  # answered / all that were sent, unweighted
    groups: tuple[GroupResponse, ...]
    r_indicator: float
    maximal_bias: float  # largest standardised bias the seen differences allow, (1 - R) / (2 rate)
    propensity: Floats  # (n,) estimated, NaN for over-coverage
    warnings: tuple[ResponseWarning, ...]


def response(
    answered: ArrayLike,
    frame: Mapping[str, ArrayLike],
    weights: ArrayLike | None = None,
    over_coverage: ArrayLike | None = None,
) -> ResponseReport:
    """Report on ``answered`` (n, 0/1) for a sample whose register variables ``frame`` (name -> labels (n,)) are known.

    ``weights`` (n,): design weights, else 1. ``over_coverage`` (n, 0/1): sampled but not in the population (moved,
    dead). The propensity is a weighted logistic regression on all variables.
    """
    y = checks.numbers(answered, "answered")
    n = len(y)
    if n == 0 or not np.isin(y, (0, 1)).all():
        raise StatisticsError("answered: one 0 or 1 for each person in the sample is needed")
    w = np.ones(n) if weights is None else checks.numbers(weights, "weights")
    if w.shape != (n,) or (w < 0).any() or not np.isfinite(w).all():
        raise StatisticsError("weights: one finite number of at least 0 per person is needed")
    over = np.zeros(n, bool) if over_coverage is None else np.asarray(over_coverage, dtype=bool)
    if over.shape != (n,):
        raise StatisticsError("over_coverage: one 0 or 1 per person is needed")
    if (over & (y == 1)).any():
        raise StatisticsError("over_coverage: some who are outside the population have answered")
    inside = ~over & (w > 0)
    if not inside.any():
        raise StatisticsError("over_coverage: nobody in the sample belongs to the population")
    base, held = w * inside, w * inside * y
    rate = float(held.sum() / base.sum())
    groups, columns = [], [np.ones((n, 1))]
    for name, labels in frame.items():
        values = np.asarray(labels)
        if values.shape != (n,):
            raise StatisticsError(f"frame: {name} has {values.shape} labels for {n} persons")
        categories = np.unique(values[inside])
        for category in categories.tolist():
            here = values == category
            groups.append(_group(name, category, here & inside, y, base, held))
        columns.append((values[:, None] == categories[1:]).astype(float))
    propensity = np.full(n, np.nan)
    propensity[inside] = _logistic(np.hstack(columns)[inside], y[inside], w[inside])
    spread = np.sqrt(np.average((propensity[inside] - rate) ** 2, weights=w[inside]))
    indicator = float(1 - 2 * spread)
    warnings = [ResponseWarning("within groups")] if rate < 1 else []
    if rate < LOW_RATE:
        warnings.append(ResponseWarning("low rate", amount=rate))
    unlike = [g for g in groups if abs(g.difference) > UNLIKE_FRAME]
    warnings += [ResponseWarning("unlike frame", g, g.difference) for g in unlike]
    return ResponseReport(
        int((~over).sum()),
        int(over.sum()),
        int(y.sum()),
        rate,
        float(y.sum() / n),
        tuple(groups),
        indicator,
        (1 - indicator) / (2 * rate) if rate > 0 else float("inf"),
        propensity,
        tuple(warnings),
    )


def _group(name: str, category: Any, here: Any, y: Floats, base: Floats, held: Floats) -> GroupResponse:
    sampled, answers = float(base[here].sum()), float(held[here].sum())
    return GroupResponse(
        name,
        category,
        int(here.sum()),
        int(y[here].sum()),
        answers / sampled,
        sampled / float(base.sum()),
        answers / float(held.sum()) if held.any() else 0.0,
    )


def _logistic(x: Floats, y: Floats, w: Floats) -> Floats:
    """Fitted probabilities of a weighted logistic regression; a small ridge keeps groups where all answered finite."""
    beta = np.zeros(x.shape[1])
    ridge = 1e-6 * w.sum() * np.eye(x.shape[1])
    for _ in range(50):
        p = scipy.special.expit(x @ beta)
        step = np.linalg.solve((x * (w * p * (1 - p))[:, None]).T @ x + ridge, x.T @ (w * (y - p)) - ridge @ beta)
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    fitted: Floats = scipy.special.expit(x @ beta)
    return fitted


def response_classes(
    weights: ArrayLike, answered: ArrayLike, classes: ArrayLike, fewest: int = 20
) -> tuple[Floats, tuple[str, ...]]:
    """Weights of the respondents, raised so that each class of the sample keeps its weight; 0 for the others.

    ``classes`` (n,) labels in a sensible order: a class with fewer than ``fewest`` respondents is joined with the next
    (the last with the one before), and the second value says which.
    """
    w = checks.vector(checks.finite(weights, "weights"), "weights")
    if (w < 0).any():
        raise StatisticsError("weights: none may be negative")
    y = checks.per_row(answered, "answered", w.size) != 0
    labels, code = checks.groups(classes, "classes", w.size)
    checks.whole(fewest, "fewest", least=1)
    if y.sum() < fewest:
        raise StatisticsError(f"answered: {int(y.sum())} respondents in all; at least {fewest} are needed in a class")
    counts = np.bincount(code[y], minlength=len(labels))
    groups = _join(counts.tolist(), fewest)
    of_code = np.empty(len(labels), dtype=int)
    for number, group in enumerate(groups):
        of_code[group] = number
    new = of_code[code]
    factor = np.bincount(new, w, len(groups)) / np.bincount(new[y], w[y], len(groups))
    notes = tuple(" + ".join(str(labels[i]) for i in group) for group in groups if len(group) > 1)
    return np.where(y, w * factor[new], 0.0), notes


def _join(counts: Sequence[int], fewest: int) -> list[list[int]]:
    """Consecutive classes, joined until each holds enough."""
    groups: list[list[int]] = []
    current: list[int] = []
    for i in range(len(counts)):
        current.append(i)
        if sum(counts[j] for j in current) >= fewest:
            groups.append(current)
            current = []
    if current:
        groups[-1].extend(current)
    return groups
