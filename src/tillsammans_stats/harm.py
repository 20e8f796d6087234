"""Harm and cost: counts weighted by a loaded table, and what was avoided, always with an interval.

Harm index: sum of count x days (Kärrholm, Neyroud & Smaaland 2020); the weights are a versioned table that the user
loads, never ours. Interval: Fay & Feuer 1997. Sums of intervals: Zou & Donner 2008 (MOVER). Sarnecki 2021: fit for
short-term local planning, not for long series. Always show it beside the plain counts.
"""

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.distributions import weighted_sum_limits
from tillsammans_stats.result import Estimate, StatisticsError


@dataclass(frozen=True, slots=True)
class Price:
    """What one event weighs (days, kronor): the ``value`` used and the range ``low``..``high`` its source gives."""

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.value <= self.high < math.inf:
            raise StatisticsError(f"price: needs 0 <= low <= value <= high, got {self.low}, {self.value}, {self.high}")


@dataclass(frozen=True, slots=True)
class PriceList:
    """A stated list of weights or prices: where it comes from, which version, in what ``unit``."""

    source: str
    version: str
    unit: str
    prices: Mapping[str, Price]

    def __post_init__(self) -> None:
        if not (self.source and self.version and self.unit and self.prices):
            raise StatisticsError("price list: state its source, version and unit, and at least one class")

    def price(self, kind: str) -> Price:
        """The price of one class; :class:`StatisticsError` where the list has none."""
        if kind not in self.prices:
            raise StatisticsError(f"price list {self.source} {self.version}: no class {kind!r}")
        return self.prices[kind]


def load_prices(text: str, *, source: str, version: str, unit: str) -> PriceList:
    """A price list from CSV with a header and the columns ``class, value`` and optionally ``low, high``.

    Decimal point or comma; columns separated by semicolon, tab or comma (then with decimal point).
    """
    header = text.lstrip("\ufeff").splitlines()[:1]
    separator = next((mark for mark in (";", "\t") if header and mark in header[0]), ",")
    prices: dict[str, Price] = {}
    for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=separator):
        try:
            kind = row["class"].strip()
            value = _number(row["value"])
            low, high = _number(row.get("low") or row["value"]), _number(row.get("high") or row["value"])
        except (KeyError, ValueError, AttributeError) as error:
            raise StatisticsError(f"price list: row {len(prices) + 2} lacks a class or a number ({error})") from error
        if kind in prices:
            raise StatisticsError(f"price list: the class {kind!r} stands twice")
        prices[kind] = Price(value, low, high)
    return PriceList(source, version, unit, prices)


@dataclass(frozen=True, slots=True)
class HarmIndex:
    """The index with its interval; the same without the rarest class, which may weigh more than all others."""

    index: Estimate
    without_rarest: Estimate
    rarest: str
    events: int


def harm_index(
    counts: Mapping[str, int], weights: PriceList, *, dispersion: float = 1.0, level: float = 0.95
) -> HarmIndex:
    """Sum of count x weight over the classes in ``counts``, with the gamma interval of a weighted Poisson sum.

    ``dispersion`` at or above 1 widens the interval for counts that vary more than chance. The rarest class is the one
    with fewest events above 0. :class:`StatisticsError` for a class without weight.
    """
    if not counts:
        raise StatisticsError("harm index: needs at least one class")
    checks.spread(dispersion)
    kinds = list(counts)
    number = checks.counts([counts[kind] for kind in kinds], "counts")
    days = np.array([weights.price(kind).value for kind in kinds])
    present = np.flatnonzero(number > 0).tolist() or [0]
    rarest = min(present, key=lambda position: (number[position], -days[position]))

    def total(positions: NDArray[np.intp]) -> Estimate:
        return _weighted_sum(number[positions], days[positions], dispersion, level)

    everything = np.arange(len(kinds))
    return HarmIndex(total(everything), total(np.delete(everything, rarest)), kinds[rarest], int(number.sum()))


def _weighted_sum(number: Floats, weight: Floats, dispersion: float, level: float) -> Estimate:
    value, variance, low, high = weighted_sum_limits(number, weight, dispersion, checks.level(level))
    error = math.sqrt(variance)
    return Estimate(value, low, high, level, "Fay-Feuer gamma", standard_error=error, n=int(number.sum()))


@dataclass(frozen=True, slots=True)
class Effect:
    """One class of events: ``observed`` in the follow-up, and its log rate ratio with ``low``..``high`` as ratios."""

    observed: float
    ratio: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not (self.observed >= 0 and 0 < self.low <= self.ratio <= self.high < math.inf):
            raise StatisticsError("effect: needs an observed count from 0 up and 0 < low <= ratio <= high")


@dataclass(frozen=True, slots=True)
class Avoided:
    """What did not happen, in the price list's unit: ``avoided`` (below 0: it became more) and ``net`` of ``spent``.

    ``by_class`` holds events avoided with their interval; ``source`` names the price list.
    """

    avoided: Estimate
    net: Estimate
    by_class: Mapping[str, Estimate]
    unit: str
    source: str


def avoided(effects: Mapping[str, Effect], prices: PriceList, *, spent: float = 0.0, level: float = 0.95) -> Avoided:
    """Events avoided = observed x (1 / ratio - 1), times price, summed over classes.

    The intervals of ``effects`` and the ranges of ``prices`` must both be at ``level``. Effects are taken as
    independent between classes, prices as well. Say it of an effect that passed its checks only: the interval does
    not know whether the comparison was sound.
    """
    if not effects or not math.isfinite(spent):
        raise StatisticsError("avoided: needs at least one class of events and a finite cost")
    total, below, above = 0.0, 0.0, 0.0
    by_class: dict[str, Estimate] = {}
    for kind, effect in effects.items():
        price = prices.price(kind)
        events, low, high = (effect.observed * (1 / ratio - 1) for ratio in (effect.ratio, effect.high, effect.low))
        by_class[kind] = Estimate(events, low, high, level, "transformed rate ratio")
        total += price.value * events
        cheap, dear = sorted((price.low * events, price.high * events))
        below += (price.value * (events - low)) ** 2 + (price.value * events - cheap) ** 2
        above += (price.value * (high - events)) ** 2 + (dear - price.value * events) ** 2
    low, high = total - math.sqrt(below), total + math.sqrt(above)
    name = f"{prices.source} {prices.version}"
    return Avoided(
        avoided=Estimate(total, low, high, level, "MOVER"),
        net=Estimate(total - spent, low - spent, high - spent, level, "MOVER"),
        by_class=by_class,
        unit=prices.unit,
        source=name,
    )


def _number(text: str) -> float:
    return float(text.replace("\u00a0", "").replace(" ", "").replace(",", "."))
