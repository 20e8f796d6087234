"""How concentrated crime is, how stable the places are, and how well a map foretells the next period.

Weisburd 2015 (law of crime concentration); Bernasco & Steenbeek 2017 (fewer events than places); Chainey, Tompson &
Uhlig 2008 (prediction accuracy index); Hunt 2016 (PEI); Levine 2008 (recapture rate).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.result import StatisticsError


@dataclass(frozen=True, slots=True)
class Concentration:
    """The smallest share of places that holds each of ``shares`` of the events: ``places`` (shares,), with
    ``chance_low`` and ``chance_high``, the range when the same events fall on the places by chance (by exposure where
    given). ``curve`` (places + 1,) is the cumulative share of events from the most affected place down. ``gini`` is 0
    when events are as even as whole numbers allow, 1 when one place has all."""

    shares: tuple[float, ...]
    places: Floats
    chance_low: Floats
    chance_high: Floats
    curve: Floats
    gini: float
    events: int


def concentration(
    counts: ArrayLike,
    exposure: ArrayLike | None = None,
    *,
    shares: Sequence[float] = (0.25, 0.5),
    level: float = 0.95,
    draws: int = 499,
    seed: int = 1,
) -> Concentration:
    """How few of the places hold ``shares`` of the events.

    ``counts`` (places,) includes the places without events. With few events most places are empty by chance alone,
    so a share is read against its chance range, never on its own.
    """
    count = checks.vector(checks.counts(counts, "counts"), "counts", least=2)
    people = np.ones_like(count) if exposure is None else checks.positive(exposure, "exposure")
    checks.vector(people, "exposure", length=count.size)
    wanted = checks.vector(checks.finite(shares, "shares"), "shares")
    if (wanted <= 0).any() or (wanted > 1).any():
        raise StatisticsError(f"shares: above 0 and at most 1, got {list(shares)}")
    checks.whole(draws, "draws", least=99)
    total = int(count.sum())
    if total == 0:
        raise StatisticsError("counts: no event in any place")
    tail = (1 - checks.level(level)) / 2
    rng = checks.generator(seed)
    chance = np.array([_holding(rng.multinomial(total, people / people.sum()), wanted) for _ in range(draws)])
    low, high = np.quantile(chance, [tail, 1 - tail], axis=0)
    falling = np.sort(count)[::-1]
    curve = np.append(0.0, falling.cumsum() / total)
    return Concentration(
        shares=tuple(wanted.tolist()),
        places=_holding(count, wanted),
        chance_low=low,
        chance_high=high,
        curve=curve,
        gini=_gini(curve, total, count.size),
        events=total,
    )


def _holding(count: NDArray[np.generic], wanted: Floats) -> Floats:
    held = np.sort(np.asarray(count, dtype=float))[::-1].cumsum()
    return np.asarray((np.searchsorted(held, wanted * held[-1] - 1e-9) + 1) / held.size, dtype=float)


def _gini(curve: Floats, total: int, places: int) -> float:
    """Twice the area between the curve and the most even one, over what one place with everything would give."""
    even = np.minimum(np.arange(places + 1) / min(places, total), 1.0)

    def area(heights: Floats) -> float:
        return float((heights[1:] + heights[:-1]).sum()) / (2 * places)

    most = area(np.append(0.0, np.ones(places))) - area(even)
    return max(0.0, (area(curve) - area(even)) / most) if most > 1e-12 else 0.0


@dataclass(frozen=True, slots=True)
class Prediction:
    """How a map did in the next period. ``hit_rate``: share of the next events in the chosen places; ``area_share``:
    share of the area they cover. ``pai`` = hit_rate / area_share, 1 is no better than chance; ``pei`` = PAI over the
    best possible PAI for as many places, at most 1; ``recapture`` = next events over earlier events in the chosen
    places, both as shares of their totals: 1 means that the concentration stayed."""

    hit_rate: float
    area_share: float
    pai: float
    pei: float
    recapture: float
    chosen: NDArray[np.bool_]


def prediction(
    score: ArrayLike, before: ArrayLike, after: ArrayLike, *, share: float = 0.05, area: ArrayLike | None = None
) -> Prediction:
    """Judge a map: choose the places with the highest ``score``, ``share`` of all, and see where events fell next.

    All arrays have shape (places,): ``before`` and ``after`` are counts, ``area`` square metres (equal where not
    given). Print it beside every map that claims to foretell. Equal scores are taken in the order of the places.
    """
    value = checks.vector(checks.finite(score, "score"), "score", least=2)
    earlier = checks.vector(checks.counts(before, "before"), "before", length=value.size)
    later = checks.vector(checks.counts(after, "after"), "after", length=value.size)
    size = np.ones_like(value) if area is None else checks.positive(area, "area")
    checks.vector(size, "area", length=value.size)
    if not earlier.any() or not later.any():
        raise StatisticsError("before, after: both periods need events")
    chosen = _top(value, share)
    best = _top(later / size, share)
    hit, part = float(later[chosen].sum() / later.sum()), float(size[chosen].sum() / size.sum())
    best_pai = float(later[best].sum() / later.sum() / (size[best].sum() / size.sum()))
    was = float(earlier[chosen].sum() / earlier.sum())
    return Prediction(
        hit_rate=hit,
        area_share=part,
        pai=hit / part,
        pei=min(1.0, hit / part / best_pai),
        recapture=hit / was if was > 0 else float("nan"),
        chosen=chosen,
    )


def stability(first: ArrayLike, second: ArrayLike, *, share: float = 0.05) -> float:
    """The share of the top places of the ``first`` half of a period that are top places in the ``second`` half too.

    ``first`` and ``second`` are counts (places,). Chance gives about ``share``.
    """
    one = checks.vector(checks.counts(first, "first"), "first", least=2)
    other = checks.vector(checks.counts(second, "second"), "second", length=one.size)
    top = _top(one, share)
    return float((top & _top(other, share)).sum() / top.sum())


def _top(score: Floats, share: float) -> NDArray[np.bool_]:
    checks.share(share, "share")
    chosen = np.zeros(score.size, dtype=bool)
    chosen[np.argsort(-score, kind="stable")[: max(1, round(share * score.size))]] = True
    return chosen
