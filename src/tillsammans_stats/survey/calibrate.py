"""Weights that add up to known register totals: calibration, of which post-stratification and raking are kinds.

Deville & Särndal 1992, JASA 87:376-382: ``w_i = d_i F(x_i' lambda)`` with ``sum(w x) = totals``. F is linear (the
regression estimator), exponential (raking) or a logit that keeps w/d within bounds.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.result import StatisticsError
from tillsammans_stats.survey.design import Auxiliary, Design

CalibrationMethod = Literal["linear", "raking", "logit"]


@dataclass(frozen=True, slots=True, eq=False)
class Margin:
    """One register variable: the label of each row and the population's size in each category."""

    name: str
    labels: ArrayLike  # (n,)
    totals: Mapping[Any, float]


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The calibrated design, and what calibrating did to the weights."""

    design: Design
    ratio: Floats  # (n,) calibrated weight / weight before
    method: str
    iterations: int
    collapsed: tuple[str, ...] = ()  # which categories were joined, in words

    @property
    def weight_effect(self) -> float:
        """Kish's design effect of the weights alone, ``n sum(w^2) / sum(w)^2``."""
        w = self.design.weights[self.design.weights > 0]
        return float(len(w) * (w**2).sum() / w.sum() ** 2)


def calibrate(
    design: Design,
    x: ArrayLike,
    totals: ArrayLike,
    method: CalibrationMethod = "raking",
    bounds: tuple[float, float] = (0.3, 3.0),
    iterations: int = 100,
) -> Calibration:
    """Move the weights as little as possible so that ``sum(w x) = totals``.

    ``x`` (n, p) register variables of the respondents, ``totals`` (p,) their sums in the population; columns may
    depend linearly on each other if the totals agree. ``bounds`` hold the ratio of new weight to old for "logit".
    Raises StatisticsError if the totals contradict each other or cannot be reached within the bounds, or if "linear"
    would make a weight negative.
    """
    matrix, target = checks.numbers(x, "x"), checks.numbers(totals, "totals")
    matrix = matrix[:, None] if matrix.ndim == 1 else matrix
    if matrix.ndim != 2 or len(matrix) != design.n or target.shape != (matrix.shape[1],):
        raise StatisticsError(f"x, totals: shapes {matrix.shape} and {target.shape} do not fit {design.n} rows")
    if not (np.isfinite(matrix).all() and np.isfinite(target).all()):
        raise StatisticsError("x, totals: missing or infinite values; every row needs its register variables")
    if design.auxiliary is not None:
        raise StatisticsError("design: it is calibrated already; calibrate once, to all margins together")
    d = design.weights
    # each column is measured in its own total, so that a margin of 40 and one of 40 000 count alike
    size = np.maximum(np.abs(matrix).T @ d, 1e-300)
    scaled, goal = matrix / size, target / size
    lam = np.zeros(len(goal))
    ratio, slope = _F[method](scaled @ lam, bounds) if method in _F else _no_such(method)
    steps = 0
    gap = goal - scaled.T @ (d * ratio)
    while steps < iterations and np.abs(gap).max() >= 1e-12:
        step = np.linalg.lstsq((scaled * (d * slope)[:, None]).T @ scaled, gap, rcond=1e-12)[0]
        size_of_step = 1.0
        while size_of_step > 1e-6:  # half the step until the gap shrinks
            trial = lam + size_of_step * step
            new_ratio, new_slope = _F[method](scaled @ trial, bounds)
            new_gap = goal - scaled.T @ (d * new_ratio)
            if np.isfinite(new_gap).all() and np.abs(new_gap).max() < np.abs(gap).max():
                break
            size_of_step /= 2
        else:
            break
        lam, ratio, slope, gap = trial, new_ratio, new_slope, new_gap
        steps += 1
    if not np.abs(gap).max() < 1e-7:
        worst = int(np.abs(gap).argmax())
        raise StatisticsError(
            f"totals: column {worst + 1} cannot be reached (wanted {target[worst]:g}, got "
            f"{target[worst] - gap[worst] * size[worst]:g}); do the margins have the same sum, does every category "
            f"hold respondents, and do the bounds leave room?"
        )
    if (ratio < 0).any():
        raise StatisticsError("method: 'linear' makes weights negative here; use 'raking' or 'logit'")
    information = (matrix * d[:, None]).T @ matrix
    inverse = np.asarray(np.linalg.pinv(information, rcond=1e-12, hermitian=True), dtype=float)
    calibrated = replace(design, weights=d * ratio, auxiliary=Auxiliary(matrix, d.copy(), inverse))
    return Calibration(calibrated, ratio, method, steps)


Curve = tuple[Floats, Floats]


def _linear(u: Floats, bounds: tuple[float, float]) -> Curve:
    return 1 + u, np.ones_like(u)


def _exponential(u: Floats, bounds: tuple[float, float]) -> Curve:
    e = np.exp(np.minimum(u, 700))
    return e, e


def _logit(u: Floats, bounds: tuple[float, float]) -> Curve:
    low, high = bounds
    if not low < 1 < high:
        raise StatisticsError(f"bounds: {bounds} must hold 1 between them")
    a = (high - low) / ((1 - low) * (high - 1))
    s = scipy.special.expit(a * u + np.log((1 - low) / (high - 1)))
    return low + (high - low) * s, a * (high - low) * s * (1 - s)


_F = {"linear": _linear, "raking": _exponential, "logit": _logit}


def _no_such(method: str) -> Curve:
    raise StatisticsError(f"method: {method!r} is not one of {', '.join(_F)}")


def post_stratify(design: Design, margin: Margin) -> Calibration:
    """Scale the weights inside each category of one margin to its total."""
    return calibrate(design, *_indicators([margin], design.n), method="linear")


def calibrate_to_margins(
    design: Design,
    margins: Sequence[Margin],
    method: CalibrationMethod = "raking",
    bounds: tuple[float, float] = (0.3, 3.0),
    fewest: int = 20,
    largest_ratio: float = 5.0,
) -> Calibration:
    """Calibrate to several margins; raking by default.

    A category with fewer than ``fewest`` respondents, or whose weights would have to grow more than ``largest_ratio``
    times, is joined with the smallest of its neighbours in the margin's order first, and ``collapsed`` says so.
    """
    if len(margins) == 0:
        raise StatisticsError("margins: at least one is needed")
    joined: list[str] = []
    kept = []
    for margin in margins:
        collapsed, notes = collapse(design, margin, fewest, largest_ratio)
        kept.append(collapsed)
        joined.extend(notes)
    result = calibrate(design, *_indicators(kept, design.n), method=method, bounds=bounds)
    return replace(result, collapsed=tuple(joined))


def collapse(
    design: Design, margin: Margin, fewest: int = 20, largest_ratio: float = 5.0
) -> tuple[Margin, tuple[str, ...]]:
    """Join categories that are too thin to weight by with a neighbour, in the order in which the totals are given."""
    labels = np.asarray(margin.labels)
    if labels.shape != (design.n,):
        raise StatisticsError(f"{margin.name}: {labels.shape} labels for {design.n} rows")
    checks.whole(fewest, "fewest")
    if not largest_ratio > 0:
        raise StatisticsError(f"largest_ratio: above 0, got {largest_ratio!r}")
    groups: list[list[Hashable]] = [[category] for category in margin.totals]
    notes: list[str] = []

    def figures(group: list[Hashable]) -> tuple[int, float, float]:
        inside = np.isin(labels, np.array(group, dtype=labels.dtype)) & (design.weights > 0)
        return int(inside.sum()), float(design.weights[inside].sum()), sum(margin.totals[c] for c in group)

    def thin(group: list[Hashable]) -> bool:
        n, weight, total = figures(group)
        return n < fewest or total > largest_ratio * weight

    while len(groups) > 1:
        weak = [i for i, group in enumerate(groups) if thin(group)]
        if not weak:
            break
        i = min(weak, key=lambda j: figures(groups[j])[0])
        neighbours = [j for j in (i - 1, i + 1) if 0 <= j < len(groups)]
        j = min(neighbours, key=lambda k: figures(groups[k])[0])
        first, second = min(i, j), max(i, j)
        notes.append(f"{margin.name}: {_words(groups[first])} + {_words(groups[second])}")
        groups[first : second + 1] = [groups[first] + groups[second]]
    if len(groups) == len(margin.totals):
        return margin, ()
    known = {category: index for index, group in enumerate(groups) for category in group}
    codes = np.array([known.get(label, -1) for label in labels.tolist()])
    if (codes < 0).any():
        stray = labels[int(np.flatnonzero(codes < 0)[0])]
        raise StatisticsError(f"{margin.name}: no population total for category {stray!r}")
    sizes = {index: float(sum(margin.totals[c] for c in group)) for index, group in enumerate(groups)}
    return Margin(margin.name, codes, sizes), tuple(notes)


def _words(group: list[Hashable]) -> str:
    return "/".join(str(category) for category in group)


def _indicators(margins: Sequence[Margin], n: int) -> tuple[Floats, Floats]:
    """(n, categories) of 0 and 1, and the totals."""
    columns, totals = [], []
    for margin in margins:
        labels = np.asarray(margin.labels)
        if labels.shape != (n,):
            raise StatisticsError(f"{margin.name}: {labels.shape} labels for {n} rows")
        block = np.stack([labels == category for category in margin.totals], axis=1).astype(float)
        if (block.sum(axis=1) != 1).any():
            stray = labels[int(np.flatnonzero(block.sum(axis=1) != 1)[0])]
            raise StatisticsError(f"{margin.name}: no population total for category {stray!r}")
        answers = block.sum(axis=0)
        empty = [c for c, held in zip(margin.totals, answers, strict=True) if not held and margin.totals[c]]
        if empty:
            raise StatisticsError(f"{margin.name}: nobody answered in category {empty[0]!r}; join it with another")
        columns.append(block)
        totals.append(np.array([float(total) for total in margin.totals.values()]))
    if len({round(float(t.sum()), 6) for t in totals}) > 1:
        sums = ", ".join(f"{m.name} {t.sum():g}" for m, t in zip(margins, totals, strict=True))
        raise StatisticsError(f"margins: they describe populations of different size ({sums})")
    return np.hstack(columns), np.concatenate(totals)


def trim(weights: ArrayLike, largest: float = 5.0, groups: ArrayLike | None = None) -> Floats:
    """Cut weights at ``largest`` times the median and give the rest what was cut, keeping the sum in each group.

    ``weights`` (n,), ``groups`` (n,) or everyone. Narrower intervals are bought with some bias, so show what was cut.
    """
    w = checks.vector(checks.finite(weights, "weights"), "weights")
    if (w < 0).any():
        raise StatisticsError("weights: they must be finite and not negative")
    if not largest > 1:
        raise StatisticsError(f"largest: {largest} times the median would cut ordinary weights")
    codes = np.zeros(w.size, dtype=np.intp) if groups is None else checks.groups(groups, "groups", w.size)[1]
    for group in range(int(codes.max()) + 1):
        inside = codes == group
        part = w[inside]
        held = part > 0
        if not held.any():
            continue
        cap = largest * float(np.median(part[held]))
        total = part.sum()
        for _ in range(100):  # what is given to the rest may lift some of them over the cap
            part = np.minimum(part, cap)
            free = (part < cap) & held
            lacking = total - part.sum()
            if lacking <= 1e-12 * total or not free.any():
                break
            part[free] *= 1 + lacking / part[free].sum()
        w[inside] = part
    return w
