"""Problem index: each indicator's share is read as a level 0-6 through a table of cuts that the analyst loads.

No table is built in, because the police's own is not published. :func:`propose_cuts` makes one from base shares in the
spirit of what is known; it is a reconstruction and says so wherever it is used.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from tillsammans_stats.result import Estimate, StatisticsError
from tillsammans_stats.survey.interval import clopper_pearson

Direction = Literal["higher_is_worse", "lower_is_worse"]
LEVELS = 7  # 0 = next to no problem, 6 = alarmingly tangible
NORMAL = 2  # the level that a usual value gets
RECONSTRUCTION = "rekonstruerad modell, inte Polismyndighetens"


@dataclass(frozen=True, slots=True)
class Cuts:
    """The six shares (0..1), each nearer the bad end than the one before, where an indicator's level goes up by one."""

    indicator: str
    points: tuple[float, ...]
    direction: Direction = "higher_is_worse"

    def __post_init__(self) -> None:
        p = np.array(self.points)
        if len(p) != LEVELS - 1 or not np.isfinite(p).all() or (p < 0).any() or (p > 1).any():
            raise StatisticsError(f"{self.indicator}: six cuts between 0 and 1 are needed, got {self.points}")
        if self.direction not in ("higher_is_worse", "lower_is_worse"):
            raise StatisticsError(f"{self.indicator}: the direction {self.direction!r} is unknown")
        steps = np.diff(p) if self.direction == "higher_is_worse" else -np.diff(p)
        if (steps <= 0).any():
            raise StatisticsError(
                f"{self.indicator}: the cuts must go in one direction, towards the worse: {self.points}"
            )

    def level(self, share: float) -> int:
        """0-6; a share that lies on a cut has passed it."""
        if not 0 <= share <= 1:
            raise StatisticsError(f"{self.indicator}: {share} is not a share between 0 and 1")
        if self.direction == "higher_is_worse":
            return sum(share >= point for point in self.points)
        return sum(share <= point for point in self.points)


@dataclass(frozen=True, slots=True)
class CutTable:
    """Cuts of every indicator that is part of one version of an index, and where they come from."""

    cuts: tuple[Cuts, ...]
    version: str
    source: str
    reconstruction: bool = False

    def __post_init__(self) -> None:
        names = [c.indicator for c in self.cuts]
        if not names or len(set(names)) < len(names):
            raise StatisticsError("cuts: at least one indicator is needed, and each only once")
        if not self.version.strip() or not self.source.strip():
            raise StatisticsError("version, source: a table of cuts must say which version it is and where it is from")

    @property
    def label(self) -> str:
        """What must stand beside every figure made with the table."""
        return f"{self.version}, {RECONSTRUCTION}" if self.reconstruction else f"{self.version}, {self.source}"


@dataclass(frozen=True, slots=True)
class Level:
    """One indicator's level, and the levels that its confidence interval reaches."""

    indicator: str
    share: float
    level: int
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class ProblemIndex:
    """The unweighted mean of the levels; ``low``..``high`` is what the levels reach if every interval's end were true.

    That range is not a confidence interval: it is wider, since all indicators are not wrong in the same direction.
    """

    value: float
    low: float
    high: float
    levels: tuple[Level, ...]
    missing: tuple[str, ...]  # indicators of the table without a readable value
    label: str
    version: str


def problem_index(
    table: CutTable, values: Mapping[str, Estimate | float | None], fewest: int | None = None
) -> ProblemIndex:
    """Levels and their mean. ``values``: each indicator's share, as a number or as an estimate with its interval.

    A figure that may not be shown counts as missing. At least ``fewest`` indicators (by default four in five of the
    table) must have a value, otherwise StatisticsError: a mean over other indicators would be another index.
    """
    strangers = set(values) - {c.indicator for c in table.cuts}
    if strangers:
        raise StatisticsError(f"values: {sorted(strangers)[0]!r} has no cuts in {table.version}")
    levels, missing = [], []
    for cuts in table.cuts:
        given = values.get(cuts.indicator)
        if isinstance(given, Estimate):
            given = given if given.readable else None
        if given is None:
            missing.append(cuts.indicator)
        else:
            levels.append(_level(cuts, given))
    fewest = -(-4 * len(table.cuts) // 5) if fewest is None else fewest
    if len(levels) < max(fewest, 1):
        raise StatisticsError(
            f"values: {len(levels)} of {len(table.cuts)} indicators have a value; {fewest} are needed"
        )
    n = len(levels)
    return ProblemIndex(
        sum(x.level for x in levels) / n,
        sum(x.lowest for x in levels) / n,
        sum(x.highest for x in levels) / n,
        tuple(levels),
        tuple(missing),
        table.label,
        table.version,
    )


def _level(cuts: Cuts, given: Estimate | float) -> Level:
    if not isinstance(given, Estimate):
        level = cuts.level(given)
        return Level(cuts.indicator, given, level, level, level)
    if given.value is None:
        raise StatisticsError(f"{cuts.indicator}: the estimate has no value")
    ends = [given.value if end is None else min(max(end, 0.0), 1.0) for end in (given.low, given.high)]
    reached = [cuts.level(end) for end in ends]
    return Level(cuts.indicator, given.value, cuts.level(given.value), min(reached), max(reached))


def change(before: ProblemIndex, after: ProblemIndex) -> float:
    """``after - before``, over the indicators that both hold. Raises StatisticsError across versions of the table."""
    if before.version != after.version:
        raise StatisticsError(
            f"before, after: versions {before.version!r} and {after.version!r} are different scales; no trend exists"
        )
    first = {x.indicator: x.level for x in before.levels}
    second = {x.indicator: x.level for x in after.levels}
    both = first.keys() & second.keys()
    if not both:
        raise StatisticsError("before, after: they have no indicator in common")
    return sum(second[name] - first[name] for name in both) / len(both)


def read_cuts(text: str, source: str = "") -> CutTable:
    """A cut table from CSV with the columns indicator, direction, version, source, cut1 ... cut6 (shares 0..1).

    Comma or semicolon between columns, decimal point or comma. All rows must share one version; ``source`` fills an
    empty column. Raises StatisticsError with the line that is wrong.
    """
    text = text.lstrip("\ufeff")
    separator = ";" if ";" in text.partition("\n")[0] else ","
    rows = list(csv.DictReader(io.StringIO(text), delimiter=separator))
    needed = ["indicator", "direction", "version", *(f"cut{i}" for i in range(1, LEVELS))]
    absent = [name for name in needed if not rows or name not in rows[0]]
    if absent:
        raise StatisticsError(f"cut table: the column {absent[0]} is missing, or there are no rows")
    cuts, versions, sources = [], set(), set()
    for number, row in enumerate(rows, start=2):
        try:
            points = tuple(float((row[f"cut{i}"] or "").replace(",", ".")) for i in range(1, LEVELS))
        except ValueError as error:
            raise StatisticsError(f"cut table, line {number}: a cut is not a number") from error
        direction = (row["direction"] or "").strip()
        if direction not in ("higher_is_worse", "lower_is_worse"):
            raise StatisticsError(f"cut table, line {number}: direction is higher_is_worse or lower_is_worse")
        try:
            cuts.append(Cuts((row["indicator"] or "").strip(), points, direction))  # type: ignore[arg-type]
        except StatisticsError as error:
            raise StatisticsError(f"cut table, line {number}: {error}") from error
        versions.add((row["version"] or "").strip())
        sources.add((row.get("source") or source).strip())
    if len(versions) > 1:
        raise StatisticsError(f"cut table: it mixes the versions {', '.join(sorted(versions))}")
    return CutTable(tuple(cuts), versions.pop(), "; ".join(sorted(sources)), any(RECONSTRUCTION in s for s in sources))


def propose_cuts(
    base: Mapping[str, float],
    *,
    version: str,
    directions: Mapping[str, Direction] | None = None,
    n: int = 360,
    normal_width: float = 1.5,
    step: float = 1.0,
    level: float = 0.95,
) -> CutTable:
    """Cuts around each indicator's ``base`` share, labelled as a reconstruction.

    With h half the Clopper-Pearson interval of the base share at ``n`` answers, level 2 is ``base +- normal_width h``
    and each further level is ``step`` h wide. Cuts that would leave 0..1 are squeezed evenly into the room there is.
    """
    if n < 1 or normal_width <= 0 or step <= 0:
        raise StatisticsError("n, normal_width, step: each must be above 0")
    cuts = []
    for indicator, share in base.items():
        if not 0 < share < 1:
            raise StatisticsError(f"{indicator}: the base share {share} is not between 0 and 1")
        low, high = clopper_pearson(np.array(share * n), np.array(float(n)), level)
        half = float(high - low) / 2
        worse_up = (directions or {}).get(indicator, "higher_is_worse") == "higher_is_worse"
        room = (share, 1 - share) if worse_up else (1 - share, share)
        better = _distances(normal_width * half, step * half, NORMAL, room[0])
        worse = _distances(normal_width * half, step * half, LEVELS - 1 - NORMAL, room[1])
        sign = 1 if worse_up else -1
        offsets = [-d for d in reversed(better)] + worse
        points = tuple(share + sign * d for d in offsets)
        cuts.append(Cuts(indicator, points, "higher_is_worse" if worse_up else "lower_is_worse"))
    source = f"{RECONSTRUCTION}: level 2 = base +- {normal_width:g} h, steps of {step:g} h, h at n = {n}"
    return replace(CutTable(tuple(cuts), version, source), reconstruction=True)


def _distances(first: float, step: float, count: int, room: float) -> list[float]:
    """Distances of ``count`` cuts from the base, shrunk together if the last would pass the end of the scale."""
    distances = [first + i * step for i in range(count)]
    shrink = room * count / (count + 1) / distances[-1] if distances[-1] >= room else 1.0
    return [d * shrink for d in distances]
