"""When in the week and when in the year: profiles with uncertainty, also for events known only to an interval.

An event between two times is spread evenly over the hours between them (aoristic weights, Ratcliffe 2000). Limits
are gamma limits of weighted counts (Fay & Feuer 1997), peaks are tested with Benjamini-Hochberg over the cells.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from tillsammans_stats import checks, rates
from tillsammans_stats.checks import Floats
from tillsammans_stats.multiplicity import benjamini_hochberg
from tillsammans_stats.result import StatisticsError


@dataclass(frozen=True, slots=True)
class Profile:
    """Events over the cells of a cycle: shape (7, 24) for the week (Monday first), (12,) for the year.

    ``events`` is the (aoristic) number of events in a cell; ``index`` its ratio to the average cell, with limits
    ``low`` and ``high``; ``peak`` marks cells above the average at a false discovery rate of 1 - ``level``.
    ``total`` events were placed; ``left_out`` had too wide an interval to say when.
    """

    events: Floats
    index: Floats
    low: Floats
    high: Floats
    p_adjusted: Floats
    peak: NDArray[np.bool_]
    total: int
    left_out: int
    dispersion: float
    level: float


def weekday_hour(
    start: ArrayLike, end: ArrayLike | None = None, *, widest: int = 24, dispersion: float = 1.0, level: float = 0.95
) -> Profile:
    """The week's profile of events at local time ``start``, or somewhere between ``start`` and ``end``.

    Arrays of ``datetime64``, shape (events,). Events with an interval over ``widest`` hours are left out and counted.
    ``dispersion``: variance over mean where events come in series by the same hand.
    """
    first = _moments(start, "start")
    last = first if end is None else _moments(end, "end")
    if last.shape != first.shape:
        raise StatisticsError(f"end: expected {first.size} times, got {last.size}")
    if (last < first).any():
        raise StatisticsError(f"end: event {int(np.argmax(last < first))} ends before it starts")
    checks.spread(dispersion)
    seconds = (last - first).astype(float)
    known = seconds <= widest * 3600
    if not known.any():
        raise StatisticsError(f"start, end: no event is known to within {widest} hours")
    # 1970-01-05 was a Monday
    begin = (first - np.datetime64("1970-01-05", "s"))[known].astype(np.int64)
    length = seconds[known]
    hours = ((begin + length.astype(np.int64)) // 3600 - begin // 3600 + 1).astype(int)
    event = np.repeat(np.arange(begin.size), hours)
    step = np.arange(event.size) - np.repeat(hours.cumsum() - hours, hours)
    cell_start = (begin[event] // 3600 + step) * 3600
    overlap = np.minimum(cell_start + 3600, begin[event] + length[event]) - np.maximum(cell_start, begin[event])
    exact = length[event] == 0
    weight = np.where(exact, 1.0, overlap / np.where(exact, 1.0, length[event]))
    # one interval may pass the same hour of the week twice only if it is over a week long; then its weights add
    hour_of_week = (cell_start // 3600) % 168
    total = np.bincount(hour_of_week, weight, 168).astype(float)
    squares = np.bincount(hour_of_week, weight**2, 168).astype(float)
    shape = (7, 24)
    return _profile(
        total.reshape(shape),
        squares.reshape(shape),
        np.ones(shape),
        int(known.sum()),
        int((~known).sum()),
        dispersion,
        level,
    )


def _moments(values: ArrayLike, name: str) -> NDArray[np.datetime64]:
    array = np.asarray(values)
    if array.dtype.kind != "M" or array.ndim != 1 or array.size == 0:
        raise StatisticsError(f"{name}: expected one row of datetime64 values, got {array.dtype} of {array.shape}")
    if np.isnat(array).any():
        raise StatisticsError(f"{name}: event {int(np.argmax(np.isnat(array)))} has no time")
    return array.astype("datetime64[s]")


def months(counts: ArrayLike, first_month: str, *, level: float = 0.95) -> Profile:
    """The year's profile of monthly ``counts`` (months,), oldest first, from ``first_month`` such as ``"2022-01"``.

    At least one whole year. Months are compared by the day, so February is not low for being short. With two years or
    more, the spread between the years widens the limits, and a peak must also stand without its highest year; with
    one year they hold only if events are independent.
    """
    count = checks.vector(checks.counts(counts, "counts"), "counts", least=12)
    try:
        first = np.datetime64(first_month, "M")
    except ValueError as error:
        raise StatisticsError(f"first_month: expected year and month as 2022-01, got {first_month!r}") from error
    if np.isnat(first):
        raise StatisticsError("first_month: is missing")
    if not count.any():
        raise StatisticsError("counts: no event in any month")
    month = first + np.arange(count.size + 1)
    days = np.diff(month.astype("datetime64[D]")).astype(float)
    part = month[:-1].astype(int) % 12
    repeats = count.size >= 24
    spread = rates.dispersion(count, days, seasons=part) if repeats else 1.0
    events = np.bincount(part, count, 12).astype(float)
    exposure = np.bincount(part, days, 12).astype(float)
    got = _profile(events, events, exposure, int(count.sum()), 0, spread, level)
    return replace(got, peak=got.peak & _without_its_best(count, days, part)) if repeats else got


def _without_its_best(count: Floats, days: Floats, part: NDArray[np.int_]) -> NDArray[np.bool_]:
    """Whether a month is above the average also without its highest year: one outbreak is not a season."""
    average = count.sum() / days.sum()
    kept = np.ones(count.size, dtype=bool)
    for month in range(12):
        mine = np.flatnonzero(part == month)
        kept[mine[np.argmax(count[mine] / days[mine])]] = False
    expected = average * np.bincount(part[kept], days[kept], 12)
    return np.asarray(np.bincount(part[kept], count[kept], 12) > expected, dtype=bool)


def _profile(
    events: Floats, squares: Floats, exposure: Floats, total: int, left_out: int, dispersion: float, level: float
) -> Profile:
    """``squares``: the sums of squared weights, which are the variances of the weighted counts."""
    tail = (1 - checks.level(level)) / 2
    average = exposure * events.sum() / exposure.sum()
    some = events > 0
    scale = np.where(some, squares / np.where(some, events, 1.0), 1.0) * dispersion
    low = np.where(some, scale * special.gammaincinv(np.where(some, events / scale, 1.0), tail), 0.0)
    above = (squares + 1) / (events + 1) * dispersion
    high = above * special.gammainccinv((events + 1) / above, tail)
    p = np.where(some, special.gammainc(np.where(some, events / scale, 1.0), average / scale), 1.0)
    adjusted = benjamini_hochberg(p)
    return Profile(
        events=events,
        index=events / average,
        low=low / average,
        high=high / average,
        p_adjusted=adjusted,
        peak=adjusted <= 1 - level,
        total=total,
        left_out=left_out,
        dispersion=dispersion,
        level=level,
    )
