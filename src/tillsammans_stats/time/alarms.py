"""Unusual counts: the improved Farrington algorithm for many series at once, and EARS C1 for short ones.

Noufaily et al. 2013, Statistics in Medicine 32; Farrington et al. 1996, JRSS A 159. Golden values: R
``surveillance::farringtonFlexible`` with ``bound="plug-in"``, except that its releases up to 1.26.0 overwrite the
working weights before the p value of the trend is taken, which keeps trends far too often; that is not copied. C1:
Hutwagner et al. 2003.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from tillsammans_stats import checks
from tillsammans_stats.checks import Bools, Floats
from tillsammans_stats.multiplicity import benjamini_hochberg
from tillsammans_stats.result import StatisticsError
from tillsammans_stats.time import quasi_poisson

_MONTHS = 12
_LEAST_MEAN = 0.2  # events a period; below, the model has nothing to hold on to
_EVENTS_FOR_OWN_LEVEL = 10  # in each part of the year over the baseline, for every part to have a level of its own
_OUTLIER = 2.58  # Anscombe residual beyond which an earlier outbreak loses weight


@dataclass(frozen=True, slots=True)
class Alarms:
    """What was seen against what was expected; arrays of shape (series, periods judged).

    ``lower`` and ``upper`` are the smallest and the largest count that are still usual at level ``alpha`` on each side;
    ``alarm`` says that ``upper`` was exceeded and that enough happened lately to care. ``exceedance`` is (observed -
    expected) / (upper - expected), to rank by. ``p_value`` is the chance of at least the observed count,
    ``p_adjusted`` the same after Benjamini-Hochberg over everything judged here. ``judged`` is false where there are
    too few events or too short a history to say anything: then the limits, ``exceedance`` and the p values are NaN and
    there is no alarm. ``dispersion`` is variance over mean in the baseline, ``spread`` that of the next count, which is
    uncertain for more reasons.
    """

    periods: NDArray[np.intp]
    observed: Floats
    expected: Floats
    lower: Floats
    upper: Floats
    dispersion: Floats
    spread: Floats
    trend_kept: Bools
    alarm: Bools
    exceedance: Floats
    p_value: Floats
    p_adjusted: Floats
    judged: Bools
    alpha: float


@dataclass(frozen=True, slots=True)
class _Bound:
    expected: Floats
    dispersion: Floats
    centre: Floats
    spread: Floats
    trend: Bools


def farrington(
    counts: ArrayLike,
    periods: ArrayLike | None = None,
    *,
    per_year: int = 12,
    years: int = 5,
    window: int | None = None,
    seasons: int | None = None,
    left_out: int = 3,
    alpha: float = 0.01,
    trend_level: float = 0.05,
    exposure: ArrayLike | None = None,
    recent: tuple[int, int] = (5, 4),
    bound: Literal["predictive", "plug-in"] = "predictive",
) -> Alarms:
    """Judge the counts of ``periods`` (0-based columns; the last one by default) of many series.

    ``counts`` (series, periods) or (periods,), oldest first, all series on the same calendar. The baseline is the
    ``years`` years before, split into the weeks or months within ``window`` of the same time of year and
    ``seasons - 1`` other parts; ``seasons=1`` uses the windows only. Left out, they are 1 and 4 for months and 3 and 10
    for weeks as published, except that with months every part of the year gets a level of its own in series where each
    has at least 10 events: a window takes a steep season for chance and then sees nothing. The last ``left_out``
    periods are not part of it, so that a rise under way does not hide itself. ``exposure`` (periods,) is population or
    days. A trend is kept when it is significant at ``trend_level``, three years are there and it does not predict more
    than has been seen. ``bound``: "predictive" counts in that the expected number and the dispersion are estimates,
    "plug-in" is the published bound that does not. ``recent=(5, 4)``: no alarm unless 5 events fell in the last 4
    periods. Fewer years are used where the series is shorter; with less than two years nothing is judged. Many series
    give false alarms in proportion to ``alpha``: read ``p_adjusted`` and rank by ``exceedance``.
    """
    table = _table(counts)
    when = _columns(periods, table.shape[1], 0)
    own_levels = window is None and seasons is None and per_year <= _MONTHS
    window = (1 if per_year <= _MONTHS else 3) if window is None else window
    seasons = min(4 if per_year <= _MONTHS else 10, per_year - 2 * window) if seasons is None else seasons
    for name, value, least in (("per_year", per_year, 2), ("years", years, 1), ("seasons", seasons, 1)):
        checks.whole(value, name, least=least)
    if bound not in ("predictive", "plug-in"):
        raise StatisticsError(f"bound: predictive or plug-in, got {bound!r}")
    if window < 0 or left_out < 0 or 2 * window + seasons > per_year:
        raise StatisticsError("window, left_out, seasons: the window and the other seasons must fit into a year")
    if not 0 < alpha < 0.5:
        raise StatisticsError(f"alpha: between 0 and 0.5, got {alpha!r}")
    size = np.ones(table.shape[1]) if exposure is None else checks.positive(exposure, "exposure")
    checks.vector(size, "exposure", length=table.shape[1])
    shape = (table.shape[0], when.size)
    expected, dispersion, centre, spread = (np.full(shape, np.nan) for _ in range(4))
    kept, judged = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    enough = np.zeros(shape, dtype=bool)
    for column, t in enumerate(when):
        reach = min(years, (int(t) - window) // per_year)
        enough[:, column] = table[:, max(0, t - recent[1] + 1) : t + 1].sum(axis=1) >= recent[0]
        if reach < 2:
            continue
        levels = [(window, seasons, np.ones(len(table), dtype=bool))]
        if own_levels:
            month = _baseline(int(t), per_year, reach, 0, per_year, left_out)
            events = table[:, : int(t) + 1] @ (month[:, None] == np.arange(1, per_year + 1))
            own = (events >= _EVENTS_FOR_OWN_LEVEL).all(axis=1)
            levels = [(0, per_year, own), (window, seasons, ~own)]
        for width, parts, rows in levels:
            if rows.any():
                season = _baseline(int(t), per_year, reach, width, parts, left_out)
                got = _expected(table[rows], size, season, int(t), parts, trend_level if reach >= 3 else 0.0)
                expected[rows, column], dispersion[rows, column] = got.expected, got.dispersion
                predictive = bound == "predictive"
                centre[rows, column] = got.centre if predictive else got.expected
                spread[rows, column] = got.spread if predictive else got.dispersion
                kept[rows, column] = got.trend
                judged[rows, column] = table[rows][:, np.flatnonzero(season)].mean(axis=1) >= _LEAST_MEAN
    upper = np.where(judged, _quantile(1 - alpha, centre, spread), np.nan)
    lower = np.where(judged, np.maximum(_quantile(alpha, centre, spread), 0.0), np.nan)
    p_value = _at_least(table[:, when], *(np.where(judged, values, 1.0) for values in (centre, spread)))
    observed = table[:, when]
    return _alarms(when, observed, expected, lower, upper, dispersion, spread, kept, judged, enough, alpha, p_value)


def _table(counts: ArrayLike) -> Floats:
    table = np.atleast_2d(checks.counts(counts, "counts"))
    if table.ndim != 2 or table.size == 0:
        raise StatisticsError(f"counts: expected series x periods, got shape {table.shape}")
    return table


def _columns(periods: ArrayLike | None, length: int, first: int) -> NDArray[np.intp]:
    """The columns to judge, the last one by default; ``first`` is the earliest that has a baseline."""
    when = np.array([length - 1.0]) if periods is None else np.atleast_1d(checks.counts(periods, "periods"))
    if when.ndim != 1 or (when < first).any() or (when >= length).any():
        raise StatisticsError(f"periods: column numbers lie between {first} and {length - 1}")
    return when.astype(np.intp)


def _baseline(t: int, per_year: int, years: int, window: int, seasons: int, left_out: int) -> NDArray[np.intp]:
    """The season (1..seasons, the last being the window) of every period up to ``t``; 0 outside the baseline."""
    season = np.zeros(t + 1, dtype=np.intp)
    season[t - window :] = seasons
    for year in range(1, years + 1):
        centre = t - year * per_year
        season[max(0, centre - window) : centre + window + 1] = seasons
        if seasons > 1:
            between = np.arange(centre + window + 1, centre + per_year - window)
            parts = np.array_split(between, seasons - 1)  # the longer parts come first, as in R
            for number, part in enumerate(parts, start=1):
                season[part] = number
    season[t - left_out :] = 0
    return season


def _expected(
    table: Floats, exposure: Floats, season: NDArray[np.intp], t: int, seasons: int, trend_level: float
) -> _Bound:
    used = np.flatnonzero(season)
    y, offset = table[:, used], np.log(exposure[used])
    others = (season[used][:, None] == np.arange(1, seasons)).astype(float)
    flat = np.column_stack([np.ones(used.size), others])
    scale = float(used[-1] - used[0]) or 1.0
    trended = np.column_stack([flat, (used - used[0]) / scale])
    now = np.zeros(trended.shape[1])
    now[0], now[-1] = 1.0, (t - used[0]) / scale
    expected, dispersion, centre, spread = (np.empty(len(table)) for _ in range(4))
    keep = np.zeros(len(table), dtype=bool)
    if trend_level > 0:
        fitted = _reweighted(trended, y, offset)
        error = np.sqrt(fitted.dispersion * fitted.unscaled[:, -1, -1])
        statistic = np.abs(fitted.coefficients[:, -1]) / error
        significant = 2 * special.stdtr(fitted.freedom, -statistic) < trend_level
        predicted = np.exp(np.clip(fitted.coefficients @ now, -50, 50)) * exposure[t]
        keep = significant & (predicted <= y.max(axis=1))
        expected[keep], dispersion[keep] = predicted[keep], fitted.dispersion[keep]
        middle, wide = _predictive(fitted, now, predicted)
        centre[keep], spread[keep] = middle[keep], wide[keep]
    if not keep.all():
        rest = _reweighted(flat, y[~keep], offset)
        expected[~keep] = np.exp(np.clip(rest.coefficients[:, 0], -50, 50)) * exposure[t]
        dispersion[~keep] = rest.dispersion
        centre[~keep], spread[~keep] = _predictive(rest, np.eye(flat.shape[1])[0], expected[~keep])
    return _Bound(expected, dispersion, centre, spread, keep)


def _predictive(fitted: quasi_poisson.QuasiPoisson, now: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Mean of the next count, and its variance over mean, when the fitted mean and the dispersion are estimates.

    The mean of a log-normal lies above its median: by half an event over the whole baseline of that time of year, so
    that a time without any event has not the expected number nought. The variance is the count's own, that of the
    fitted mean, and of a dispersion that is known to few degrees of freedom.
    """
    of_log_mean = fitted.unscaled @ now @ now
    freedom = max(fitted.freedom, 3)
    centre = expected * (1 + fitted.dispersion * of_log_mean / 2)
    return centre, np.asarray(fitted.dispersion * (1 + expected * of_log_mean) * freedom / (freedom - 2), dtype=float)


def _reweighted(design: Floats, y: Floats, offset: Floats) -> quasi_poisson.QuasiPoisson:
    """Fit, take weight from earlier outbreaks by their Anscombe residuals, and fit again."""
    first = quasi_poisson.fit(design, y, offset=offset)
    free = first.dispersion[:, None] * (1 - quasi_poisson.leverage(design, first))
    residual = 1.5 * (y ** (2 / 3) * first.fitted ** (-1 / 6) - np.sqrt(first.fitted)) / np.sqrt(free)
    weight = np.where(residual > _OUTLIER, np.maximum(residual, 1e-9) ** -2.0, 1.0)
    weight *= y.shape[1] / weight.sum(axis=1, keepdims=True)
    return quasi_poisson.fit(design, y, offset=offset, weights=weight, start=first.fitted)


def _at_least(observed: Floats, mean: Floats, dispersion: Floats) -> Floats:
    """P(Y >= observed) for a negative binomial (Poisson at dispersion 1) with this mean and variance / mean."""
    size = mean / np.maximum(dispersion - 1, 1e-12)
    k = np.maximum(observed, 1e-300)
    tail = np.where(dispersion > 1, special.betainc(k, size, 1 - 1 / dispersion), special.gammainc(k, mean))
    return np.where(observed <= 0, 1.0, tail)


def _quantile(probability: float, mean: Floats, dispersion: Floats) -> Floats:
    """The smallest count whose distribution function reaches ``probability``; NaN where the mean is NaN."""
    known = np.isfinite(mean)
    m, phi = np.where(known, mean, 1.0), np.where(known, dispersion, 1.0)
    below, above = np.full(m.shape, -1.0), np.ceil(m + 4 * np.sqrt(phi * m)) + 2
    while (short := _at_least(above + 1, m, phi) > 1 - probability).any():
        below, above = np.where(short, above, below), np.where(short, 2 * above, above)
    while (above - below > 1).any():
        middle = np.floor((below + above) / 2)
        reached = _at_least(middle + 1, m, phi) <= 1 - probability
        below, above = np.where(reached, below, middle), np.where(reached, middle, above)
    return np.where(known, above, np.nan)


def ears_c1(counts: ArrayLike, periods: ArrayLike | None = None, *, baseline: int = 7, alpha: float = 0.001) -> Alarms:
    """EARS C1: the mean of the ``baseline`` periods before plus a normal quantile of their standard deviation.

    For weekly series too short for :func:`farrington`. It knows neither season nor trend, and a quiet baseline with
    standard deviation 0 makes any event an alarm; then nothing is judged. Arguments as for :func:`farrington`.
    """
    table = _table(counts)
    checks.whole(baseline, "baseline", least=3)
    if not 0 < alpha < 0.5:
        raise StatisticsError(f"alpha: between 0 and 0.5, got {alpha!r}")
    when = _columns(periods, table.shape[1], baseline)
    past = np.stack([table[:, when - lag] for lag in range(1, baseline + 1)])
    mean, deviation = past.mean(axis=0), past.std(axis=0, ddof=1)
    judged = deviation > 0
    reach = special.ndtri(1 - alpha) * deviation
    ratio = np.where(judged, deviation**2 / np.where(mean > 0, mean, 1.0), np.nan)
    lower = np.where(judged, np.maximum(mean - reach, 0.0), np.nan)
    upper = np.where(judged, mean + reach, np.nan)
    observed = table[:, when]
    normal = special.ndtr(-(observed - mean) / np.where(judged, deviation, 1.0))
    none = np.zeros(judged.shape, dtype=bool)
    return _alarms(when, observed, mean, lower, upper, ratio, ratio, none, judged, ~none, alpha, normal)


def _alarms(
    when: NDArray[np.intp],
    observed: Floats,
    expected: Floats,
    lower: Floats,
    upper: Floats,
    dispersion: Floats,
    spread: Floats,
    kept: Bools,
    judged: Bools,
    enough: Bools,
    alpha: float,
    p_value: Floats,
) -> Alarms:
    p = np.where(judged, p_value, np.nan)
    adjusted = benjamini_hochberg(p) if judged.any() else p
    room = np.where(judged, np.maximum(upper - expected, 1e-9), np.nan)
    return Alarms(
        periods=when,
        observed=observed,
        expected=expected,
        lower=lower,
        upper=upper,
        dispersion=dispersion,
        spread=spread,
        trend_kept=kept,
        alarm=judged & enough & (observed > np.where(judged, upper, np.inf)),
        exceedance=(observed - expected) / room,
        p_value=p,
        p_adjusted=adjusted,
        judged=judged,
        alpha=alpha,
    )
