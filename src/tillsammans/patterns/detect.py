"""Detection over all series of a matrix, with correction for multiple testing (Benjamini-Hochberg)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tillsammans.formats.periods import period_at
from tillsammans.kernel.content import content, upgrade
from tillsammans.patterns import methods
from tillsammans.patterns.results import (
    COMPARED,
    SEASON,
    TREND,
    UNUSUAL,
    Counts,
    FindingContent,
    Place,
    Result,
    Trend,
    exact,
)
from tillsammans.patterns.series_matrix import Floats, SeriesMatrix
from tillsammans_stats.multiplicity import benjamini_hochberg

LEVEL = 0.05  # the false discovery rate
STALE = 12  # months behind the newest values; a series that ended is not tested


@dataclass(frozen=True, slots=True)
class People:
    """The population of an area per year, in order, with its source."""

    by_year: Mapping[int, int]
    source: str


@dataclass(frozen=True, slots=True)
class Set:
    """Areas that may be compared: of one kind and disjoint."""

    key: str
    name: str
    areas: frozenset[int]


@dataclass(frozen=True, slots=True)
class TooFew:
    """A series with too little data: the events of its last year, and whether its length is what is insufficient."""

    indicator: str
    name: str
    last_year: int
    months: int


@content("too_few", version=2)
@dataclass(frozen=True, slots=True)
class TooFewSeries:
    """The series of an area with too little data."""

    series: tuple[TooFew, ...]


@upgrade("too_few", from_version=1)
def _named(plain: Any) -> Any:
    """0.1.0 stored the list alone."""
    return {"series": plain}


@dataclass(slots=True)
class AreaSummary:
    """Summary of detection in one area: the number of tests, and the series that could not be tested."""

    series: int = 0
    tests: int = 0
    longest: int = 0  # months of the longest series that may be judged
    last: str = ""
    too_few: list[TooFew] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Detection:
    """All findings, each with its matrix row, and the summary per area id."""

    found: tuple[tuple[int, FindingContent], ...]
    areas: Mapping[int, AreaSummary]
    series: int


@dataclass(frozen=True, slots=True)
class _Test:
    row: int
    p: float
    kind: str
    result: Result | None  # None: tested without finding


def detect(matrix: SeriesMatrix, people: Mapping[int, People], sets: Mapping[int, Set]) -> Detection:
    """Every finding of the matrix at the level after correction.

    ``people`` by area id; ``sets`` by area id: with whom an area is compared. Numbers of series that overlap, as a
    crime type and its part do, are tested each for itself and never added.
    """
    start, end = matrix.usable()
    start = np.maximum(start, end - methods.HISTORY)
    current = (end > start) & (end > _newest(matrix, end) - STALE)
    areas: dict[int, AreaSummary] = {}
    tests: list[_Test] = []
    for rows in _alike(start, end, current):
        tests += _in_time(matrix, rows, int(start[rows[0]]), int(end[rows[0]]), areas)
    tests += _between_places(matrix, start, end, current, people, sets)
    return Detection(tuple(_standing_out(matrix, start, end, tests, areas)), areas, int(current.sum()))


def _newest(matrix: SeriesMatrix, end: np.ndarray) -> np.ndarray:
    """How far the source's figures go in the county of each row; another county's may have been read in later."""
    by_county: dict[tuple[int, str], int] = {}
    keys = [(subject.county, subject.source) for subject in matrix.subjects]
    for key, last in zip(keys, end.tolist(), strict=True):
        by_county[key] = max(last, by_county.get(key, 0))
    return np.array([by_county[key] for key in keys], dtype=np.intp)


def _alike(start: np.ndarray, end: np.ndarray, current: np.ndarray) -> Iterator[np.ndarray]:
    """Groups of rows with the same first and last month, which are fitted together."""
    rows = np.flatnonzero(current)
    order = rows[np.lexsort((end[rows], start[rows]))]
    if order.size:
        changes = np.flatnonzero(np.diff(start[order]) | np.diff(end[order])) + 1
        yield from np.split(order, changes)


def _in_time(
    matrix: SeriesMatrix, rows: np.ndarray, start: int, end: int, areas: dict[int, AreaSummary]
) -> Iterator[_Test]:
    counts, preliminary = matrix.counts[rows, start:end], matrix.preliminary[rows, start:end]
    first, months = matrix.first + start, end - start
    alarms, chances = methods.unusual(counts, preliminary, first)
    late = np.array([methods.too_new(flags) for flags in preliminary])
    trends: dict[int, Trend | None] = {}
    for left_out in np.unique(late):
        mine = np.flatnonzero(late == left_out)
        trends |= dict(zip(mine.tolist(), methods.trends(counts[mine], first, int(left_out)), strict=True))
    for at, row in enumerate(rows):
        subject = matrix.subjects[row]
        area = areas.setdefault(subject.area_id, AreaSummary())
        area.series += 1
        area.longest = max(area.longest, months)
        area.last = max(area.last, period_at("month", matrix.first + end - 1))
        judged = bool((~np.isnan(chances[at])).any())
        season = methods.season(counts[at], first, int(late[at]))
        if not (judged or trends[at] or season):
            area.too_few.append(TooFew(subject.indicator, subject.name, int(counts[at, -methods.YEAR :].sum()), months))
            continue
        for result, p in zip(alarms[at], chances[at], strict=True):
            if not np.isnan(p):
                yield _Test(int(row), float(p), UNUSUAL, result)
        if trend := trends[at]:
            yield _Test(int(row), float(trend.p), TREND, trend)
        if season:
            yield _Test(int(row), float(season.p), SEASON, season if season.peaks else None)


def _between_places(
    matrix: SeriesMatrix,
    start: np.ndarray,
    end: np.ndarray,
    current: np.ndarray,
    people: Mapping[int, People],
    sets: Mapping[int, Set],
) -> Iterator[_Test]:
    """The last whole year of each place against its set, one funnel for each set and crime type."""
    rows = np.flatnonzero(current & (end - start >= methods.YEAR))
    late = {int(row): methods.too_new(matrix.preliminary[row, start[row] : end[row]]) for row in rows}
    groups: dict[tuple[str, str, str, int], dict[int, int]] = {}
    for row in rows:
        subject = matrix.subjects[row]
        last = int(end[row]) - late[int(row)]
        if last - methods.YEAR < start[row] or subject.area_id not in people:
            continue
        # Places are compared over the same months, so only with those whose values end in the same month.
        groups.setdefault((subject.indicator, subject.source, subject.area_kind, last), {})[subject.area_id] = int(row)
    for (_indicator, _source, _kind, last), by_area in groups.items():
        window = range(matrix.first + last - methods.YEAR, matrix.first + last)
        placed = {
            area: place
            for area, row in by_area.items()
            if (place := _place(matrix, row, last, window, people[area])) is not None
        }
        wanted: dict[Set, list[int]] = {}
        for area in placed:
            if (chosen := sets.get(area)) is not None:
                wanted.setdefault(chosen, []).append(area)
        for chosen, own in wanted.items():
            members = sorted(chosen.areas & placed.keys(), key=lambda area: placed[area].code)
            done = methods.compare(
                [placed[area] for area in members],
                [people[area].source for area in members],
                period_at("month", window[0]),
                period_at("month", window[-1]),
                chosen.key,
                chosen.name,
            )
            results = dict(zip(members, done.compared, strict=True)) if done else {}
            for area in own:
                if (result := results.get(area)) is not None and result.readable:
                    yield _Test(by_area[area], float(result.p), COMPARED, result if result.outside else None)


def _place(matrix: SeriesMatrix, row: int, last: int, window: range, people: People) -> Place | None:
    years = [person_count(people, month // methods.YEAR) for month in window]
    if any(count is None for count in years):
        return None
    subject = matrix.subjects[row]
    count = int(matrix.counts[row, last - methods.YEAR : last].sum())
    return Place(
        subject.area, subject.area_name, count, exact(sum(count for count in years if count is not None) / methods.YEAR)
    )


def person_count(people: People, year: int) -> int | None:
    """The population of the year, or else of the nearest within two; an earlier year before a later one."""
    near = [known for known in people.by_year if abs(known - year) <= 2]
    chosen = min(near, key=lambda known: (abs(known - year), known > year), default=None)
    return None if chosen is None else people.by_year[chosen]


def _standing_out(
    matrix: SeriesMatrix, start: np.ndarray, end: np.ndarray, tests: Sequence[_Test], areas: dict[int, AreaSummary]
) -> Iterator[tuple[int, FindingContent]]:
    p = np.array([test.p for test in tests])
    q, tests_made = _corrected(p, [matrix.subjects[test.row].area_id for test in tests])
    q_wide, tests_wide = _corrected(p, [matrix.subjects[test.row].county for test in tests])
    strongest: dict[tuple[int, str], float] = {}
    for test in tests:
        if test.result is not None:
            strongest[test.row, test.kind] = min(test.p, strongest.get((test.row, test.kind), 1.0))
    for at, test in enumerate(tests):
        subject = matrix.subjects[test.row]
        areas[subject.area_id].tests = int(tests_made[at])
        if test.result is None or min(q[at], q_wide[at]) > LEVEL or test.p > strongest[test.row, test.kind]:
            continue
        strongest[test.row, test.kind] = -1.0  # of several unusual months only the strongest is reported
        yield (
            test.row,
            FindingContent(
                kind=test.kind,
                indicator=subject.indicator,
                name=subject.name,
                area=subject.area,
                area_name=subject.area_name,
                source=subject.source,
                counts=_counts(matrix, test.row, int(start[test.row]), int(end[test.row])),
                result=test.result,
                q=exact(q[at]),
                tests=int(tests_made[at]),
                q_wide=exact(q_wide[at]),
                tests_wide=int(tests_wide[at]),
            ),
        )


def _corrected(p: Floats, families: Sequence[int]) -> tuple[Floats, np.ndarray]:
    """The p values after Benjamini-Hochberg within each family, and how many tests its family has."""
    q, size = np.empty(p.size), np.empty(p.size, dtype=int)
    _names, family = np.unique(np.array(families, dtype=np.intp), return_inverse=True)
    order = np.argsort(family, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(family[order])) + 1) if p.size else ():
        q[members], size[members] = benjamini_hochberg(p[members]), members.size
    return q, size


def _counts(matrix: SeriesMatrix, row: int, start: int, end: int) -> Counts:
    values = tuple(int(value) for value in matrix.counts[row, start:end])
    preliminary = tuple(
        period_at("month", matrix.first + start + int(at)) for at in np.flatnonzero(matrix.preliminary[row, start:end])
    )
    return Counts(period_at("month", matrix.first + start), values, preliminary)
