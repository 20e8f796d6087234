"""All methods for one series, for its page: the usual range of the last year, unusual months, trend and season."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tillsammans.formats.periods import ordinal, period_at
from tillsammans.formats.units import COUNT
from tillsammans.indicators.series import SeriesData
from tillsammans.patterns import methods
from tillsammans.patterns.results import Counts, Season, Trend, Unusual
from tillsammans.patterns.series_matrix import Bools, Floats, SeriesMatrix


@dataclass(frozen=True, slots=True)
class OneSeries:
    """The results for one series of monthly counts.

    ``counts`` are the months that may be used together: without gaps, after the newest break. ``lower`` and ``upper``
    are the usual range of the last twelve of them, ``None`` where nothing is known. ``unusual`` are the newest months
    that alarm, before any correction for multiple testing. ``too_few``: time enough, but not events.
    """

    counts: Counts
    lower: tuple[int | None, ...]
    upper: tuple[int | None, ...]
    unusual: tuple[Unusual, ...]
    trend: Trend | None
    season: Season | None
    left_out: int

    @property
    def months(self) -> int:
        """How many months may be used together."""
        return len(self.counts.values)

    @property
    def too_short(self) -> bool:
        """Whether there is too little time before the newest month to call it unusual."""
        return self.months <= methods.LEAST_FOR_ALARM

    @property
    def too_few(self) -> bool:
        """Whether there is time enough, but too few events to say anything."""
        judged = any(value is not None for value in self.upper)
        return not self.too_short and not (judged or self.trend or self.season)


@dataclass(frozen=True, slots=True)
class _Run:
    """The months of a series that may be used together: counts, which are preliminary, the ordinal of the first."""

    values: Floats
    preliminary: Bools
    first: int

    def counts(self) -> Counts:
        late = tuple(period_at("month", self.first + int(at)) for at in np.flatnonzero(self.preliminary))
        return Counts(period_at("month", self.first), tuple(int(value) for value in self.values), late)


def of_series(series: SeriesData, breaks: Sequence[str] = ()) -> OneSeries | None:
    """Analyse a series of monthly counts; ``None`` for another kind of series, and where no month is known.

    ``breaks``: months from which the series means something else.
    """
    run = _run(series, breaks)
    if run is None:
        return None
    values, flags, width = run.values[None], run.preliminary[None], run.values.size
    left_out = methods.too_new(run.preliminary)
    unusual, _p = methods.unusual(values, flags, run.first)
    columns = methods.usual_columns(width)
    lower, upper = (
        methods.usual_range(methods.alarms(values, columns), 0, width)
        if columns
        else ((None,) * min(methods.YEAR, width),) * 2
    )
    return OneSeries(
        run.counts(),
        lower,
        upper,
        tuple(one for one in unusual[0] if one is not None),
        methods.trends(values, run.first, left_out)[0],
        methods.season(run.values, run.first, left_out),
        left_out,
    )


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest months of a series against what is usual for them; ``None`` where that is not known."""

    counts: Counts
    lower: tuple[int | None, ...]
    upper: tuple[int | None, ...]


def newest_of(many: Sequence[tuple[SeriesData, Sequence[str]]]) -> list[Newest | None]:
    """The three newest months of many series at once, each with its breaks; ``None`` as for :func:`of_series`."""
    runs = [_run(series, breaks) for series, breaks in many]
    newest: list[Newest | None] = [None] * len(runs)
    for width in {run.values.size for run in runs if run}:
        rows = [at for at, run in enumerate(runs) if run and run.values.size == width]
        columns = list(range(max(methods.LEAST_FOR_ALARM, width - methods.RECENT), width))
        usual = methods.alarms(np.stack([runs[at].values for at in rows]), columns) if columns else None  # type: ignore[union-attr]
        for place, at in enumerate(rows):
            ends = methods.usual_range(usual, place, width) if usual else ((), ())
            run = runs[at]
            if run is not None:
                newest[at] = Newest(run.counts(), *ends)
    return newest


def _run(series: SeriesData, breaks: Sequence[str]) -> _Run | None:
    known = [point for point in series.points if point.value is not None]
    if series.period_kind != "month" or series.unit != COUNT or not known:
        return None
    if any(point.value is None or point.value < 0 or point.value != int(point.value) for point in known):
        return None
    first = ordinal(known[0].period)
    width = ordinal(known[-1].period) - first + 1
    values, flags = np.full((1, width), np.nan), np.zeros((1, width), dtype=bool)
    for point in known:
        at = ordinal(point.period) - first
        values[0, at], flags[0, at] = float(point.value or 0), point.preliminary
    begin = max([0, *(ordinal(period) - first for period in breaks if ordinal(period) - first < width)])
    start, end = (int(column[0]) for column in SeriesMatrix((), values, flags, first, np.array([begin])).usable())
    start = max(start, end - methods.HISTORY)
    return _Run(values[0, start:end], flags[0, start:end], first + start)
