"""Counts and rates: exact intervals, standardised rates, the ratio of two rates and change between periods.

Sources: Garwood 1936 (exact Poisson limits), Fay & Feuer 1997 (weighted sums of counts), Clopper & Pearson 1934 and
Przyborowski & Wilenski 1940 (ratio of two Poisson rates given their sum). Golden values: base R and epitools.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.distributions import weighted_sum_limits
from tillsammans_stats.result import Estimate, PublicationStatus, StatisticsError

LEAST_EVENTS = 5  # below this many (expected) events a rate or a change says more about chance than about the place
_WIDEST_EXACT_TEST = 1_000_000  # events; above, the two-sided exact p and the doubled tail agree to all shown digits


class Change(StrEnum):
    """What can be said of a count against another."""

    INCREASE = "increase"
    DECREASE = "decrease"
    NO_CLEAR_CHANGE = "no_clear_change"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A count against a reference count.

    ``ratio`` is the ratio of the two rates; ``expected`` is what the count would have been at the reference's rate;
    ``p_value`` is two-sided for "the two rates are equal"; ``change`` is what may be said in words.
    """

    count: int
    reference_count: int
    expected: float
    ratio: Estimate
    p_value: float
    dispersion: float
    change: Change


def poisson_interval(count: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Exact (Garwood) limits of the expected number of events when ``count`` were seen.

    ``count``: whole numbers of any shape. Returns ``(low, high)`` of the same shape (plain floats for a plain number),
    in events; each tail holds at most ``(1 - level) / 2``. Raises :class:`StatisticsError` for anything but counts.
    """
    return _garwood(checks.counts(count, "count"), checks.level(level))


def _garwood(count: Floats, level: float) -> tuple[Floats, Floats]:
    tail = (1 - level) / 2
    low = np.where(count > 0, special.gammaincinv(np.where(count > 0, count, 1.0), tail), 0.0)
    return low[()], special.gammainccinv(count + 1, tail)


def rate(count: float, population: float, *, per: float = 100_000, level: float = 0.95) -> Estimate:
    """Events per ``per`` inhabitants with the exact Poisson interval.

    ``count`` events among ``population`` inhabitants (or person-years, visitors, households). ``n`` of the result is
    the count: never show the rate without it. With fewer than 5 events the status is ``TOO_LITTLE``: show the count
    and the interval only.
    """
    return rates([count], [population], per=per, level=level)[0]


def rates(
    counts: ArrayLike, populations: ArrayLike, *, per: float = 100_000, level: float = 0.95
) -> tuple[Estimate, ...]:
    """:func:`rate` of many places in one pass: ``counts`` and ``populations`` have shape (places,)."""
    count = checks.vector(checks.counts(counts, "counts"), "counts")
    population = checks.vector(checks.positive(populations, "populations"), "populations", length=count.size)
    low, high = _garwood(count, checks.level(level))
    value, low, high, error = (quantity / population * per for quantity in (count, low, high, np.sqrt(count)))
    return tuple(
        Estimate(
            value=float(value[i]),
            low=float(low[i]),
            high=float(high[i]),
            level=level,
            method="exact Poisson (Garwood)",
            standard_error=float(error[i]),
            n=int(count[i]),
            status=PublicationStatus.SHOWN if count[i] >= LEAST_EVENTS else PublicationStatus.TOO_LITTLE,
            reason="" if count[i] >= LEAST_EVENTS else f"fewer than {LEAST_EVENTS} events",
        )
        for i in range(count.size)
    )


def weighted_sum(counts: ArrayLike, weights: ArrayLike, *, level: float = 0.95) -> Estimate:
    """A weighted sum of Poisson counts with the gamma interval of Fay & Feuer (1997).

    ``counts`` and ``weights`` (zero or more) have shape (groups,). The sum of ``weights * counts`` is the value; the
    upper limit allows for one more event in the group with the largest weight, so it holds at zero events too.
    """
    count = checks.vector(checks.counts(counts, "counts"), "counts")
    weight = checks.vector(checks.finite(weights, "weights"), "weights", length=count.size)
    if (weight < 0).any() or not weight.any():
        raise StatisticsError("weights: none may be negative and at least one must be above 0")
    total, variance, low, high = weighted_sum_limits(count, weight, 1.0, checks.level(level))
    few = count.sum() < LEAST_EVENTS
    return Estimate(
        value=total,
        low=low,
        high=high,
        level=level,
        method="gamma (Fay & Feuer 1997)",
        standard_error=variance**0.5,
        n=int(count.sum()),
        effective_n=total**2 / variance if variance > 0 else 0.0,
        status=PublicationStatus.TOO_LITTLE if few else PublicationStatus.SHOWN,
        reason=f"fewer than {LEAST_EVENTS} events" if few else "",
    )


def standardised_rate(
    counts: ArrayLike, populations: ArrayLike, standard: ArrayLike, *, per: float = 100_000, level: float = 0.95
) -> Estimate:
    """A directly standardised rate: what the rate would be with the age mix of ``standard``.

    ``counts``, ``populations`` and ``standard`` (the standard population) have shape (groups,) in the same order. The
    interval is Fay & Feuer's. Every group needs inhabitants; merge groups that have none.
    """
    population = checks.vector(checks.positive(populations, "populations"), "populations")
    share = checks.vector(checks.finite(standard, "standard"), "standard", length=population.size)
    if share.sum() <= 0:
        raise StatisticsError("standard: the standard population is empty")
    return weighted_sum(counts, per * share / share.sum() / population, level=level)


def rate_ratio(
    count: float,
    exposure: float,
    reference_count: float,
    reference_exposure: float,
    *,
    level: float = 0.95,
    dispersion: float = 1.0,
) -> Comparison:
    """The ratio of two rates, ``count / exposure`` to ``reference_count / reference_exposure``.

    Exposures are inhabitants, days or both multiplied, in one unit. Given the sum of the two counts, the first is
    binomial, so its Clopper-Pearson limits give exact limits of the ratio, and the exact binomial test its p value.
    ``dispersion`` is variance over mean (see :func:`dispersion`); above 1, both counts are divided by it before the
    limits are taken, which keeps the ratio and widens the interval.

    ``TOO_FEW`` when fewer than 5 events would be expected on either side if the rates were equal: two against four
    cannot be interpreted. When the reference is zero the ratio has no value, only a lower limit.
    """
    seen, base = (float(checks.counts(c, name)) for c, name in ((count, "count"), (reference_count, "reference_count")))
    time, base_time = (
        float(checks.positive(e, name))
        for e, name in ((exposure, "exposure"), (reference_exposure, "reference_exposure"))
    )
    checks.spread(dispersion)
    tail = (1 - checks.level(level)) / 2
    total, share = seen + base, time / (time + base_time)
    a, b = seen / dispersion, base / dispersion
    low = float(special.betaincinv(a, b + 1, tail)) if a > 0 else 0.0
    # from the other side's share, which keeps its digits where the own share rounds to 1
    rest = float(special.betaincinv(b, a + 1, tail)) if b > 0 else 0.0
    odds = base_time / time
    low, top = low / (1 - low) * odds, (1 - rest) / rest * odds if rest > 0 else None
    if total * min(share, 1 - share) < LEAST_EVENTS:
        change = Change.TOO_FEW
    elif low > 1:
        change = Change.INCREASE
    elif top is not None and top < 1:
        change = Change.DECREASE
    else:
        change = Change.NO_CLEAR_CHANGE
    too_few = change is Change.TOO_FEW
    exact = dispersion == 1 and total <= _WIDEST_EXACT_TEST
    return Comparison(
        count=int(seen),
        reference_count=int(base),
        expected=base / base_time * time,
        ratio=Estimate(
            value=seen / base * odds if base else None,
            low=low,
            high=top,
            level=level,
            method="exact conditional (Clopper-Pearson)"
            if dispersion == 1
            else "conditional, counts divided by dispersion",
            n=int(total),
            effective_n=total / dispersion,
            design_effect=dispersion,
            status=PublicationStatus.TOO_LITTLE if too_few else PublicationStatus.SHOWN,
            reason=f"fewer than {LEAST_EVENTS} events expected on one side"
            if too_few
            else "no events to compare with: the ratio has no upper limit"
            if not base
            else "",
        ),
        p_value=_binomial_p(seen, base, share) if exact else _tail_p(a, b, share),
        dispersion=dispersion,
        change=change,
    )


def _binomial_p(seen: float, base: float, share: float) -> float:
    """Two-sided exact binomial p: the chance of every split at most as likely as the one seen."""
    total = seen + base
    splits = np.arange(total + 1)
    log_chance = (
        special.gammaln(total + 1)
        - special.gammaln(splits + 1)
        - special.gammaln(total - splits + 1)
        + special.xlogy(splits, share)
        + special.xlog1py(total - splits, -share)
    )
    # the tolerance makes equal chances equal in floating point, as in R's poisson.test
    return float(min(1.0, np.exp(log_chance[log_chance <= log_chance[int(seen)] + 1e-7]).sum()))


def _tail_p(seen: float, base: float, share: float) -> float:
    """Twice the smaller binomial tail, continued to counts that are not whole."""
    at_least = special.betainc(seen, base + 1, share) if seen > 0 else 1.0
    at_most = special.betaincc(seen + 1, base, share) if base > 0 else 1.0
    return float(min(1.0, 2 * min(at_least, at_most)))


def compare_periods(
    before: float,
    after: float,
    *,
    before_exposure: float = 1.0,
    after_exposure: float = 1.0,
    level: float = 0.95,
    dispersion: float = 1.0,
) -> Comparison:
    """How a count changed from one period to another: the ratio after / before with its exact interval.

    ``before`` and ``after`` are events; the exposures are days, or inhabitants times days, in one unit. Compare with
    the same calendar months of one or more earlier years (``before_exposure=3`` for three of them), never with the
    month before. Crime counts vary more than chance alone, so pass ``dispersion(history)`` where there is a history.
    ``change`` is ``TOO_FEW`` for 2 against 4. A comparison of two periods cannot say *why* something changed.
    """
    return rate_ratio(after, after_exposure, before, before_exposure, level=level, dispersion=dispersion)


def dispersion(counts: ArrayLike, exposure: ArrayLike | None = None, seasons: ArrayLike | None = None) -> float:
    """Variance over mean of a history of counts: Pearson's chi-square over its degrees of freedom, at least 1.

    ``counts`` have shape (periods,); ``exposure`` (same shape) the days of each period; ``seasons`` (same shape) a
    label, such as the month, whose own mean each count is measured against. Seasons without an event are left out.
    """
    count = checks.vector(checks.counts(counts, "counts"), "counts", least=2)
    time = np.ones_like(count) if exposure is None else checks.positive(exposure, "exposure")
    checks.vector(time, "exposure", length=count.size)
    labels = np.zeros(count.size, dtype=int) if seasons is None else np.asarray(seasons)
    if labels.shape != count.shape:
        raise StatisticsError(f"seasons: expected {count.size} labels, got shape {labels.shape}")
    _, season = np.unique(labels, return_inverse=True)
    events = np.bincount(season, weights=count)
    expected = (events / np.bincount(season, weights=time))[season] * time
    used = expected > 0
    freedom = int(used.sum()) - int((events > 0).sum())
    if freedom < 1:
        raise StatisticsError("counts: no repeated season with events, so the spread cannot be measured")
    return max(1.0, float(((count - expected)[used] ** 2 / expected[used]).sum()) / freedom)
