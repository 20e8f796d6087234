"""Aggregates points to monthly counts per area and type; coordinates are never stored.

A file has one event a row: a coordinate pair, a day or month, and mostly a type. What its columns are is found by
their content and said; where two readings are possible the file is refused until a person chooses. The coordinates are
degrees (WGS 84, in either order) or metres (SWEREF 99 TM or a local zone). Points are never stored nor shown: what
leaves this module are counts.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tillsammans.formats.collecting import FIRST_ROWS, Collector
from tillsammans.formats.guards import Cell, cell_text
from tillsammans.formats.observations import Observation, Place, Table
from tillsammans.formats.point_areas import Areas, Floats, municipality_areas
from tillsammans.formats.point_columns import SAMPLE, WGS84, Columns, find_columns, has_points
from tillsammans.formats.point_rows import Rows, is_empty, month_of, number_of, open_rows
from tillsammans.formats.units import COUNT
from tillsammans.geo.projections import PROJECTIONS
from tillsammans.kernel.problems import FileErrors, ImportProblem
from tillsammans.kernel.progress import Progress
from tillsammans.kernel.text import normal, slug

KIND = "points"
NAME = gettext_lazy("Händelser med koordinater")
SOURCE, ALL = "Händelsepunkter", "Händelser"  # stored, so Swedish whatever the reader's language
CHUNK = 20_000
OBSERVATIONS_LIMIT = 1_000_000

Numbered = tuple[int, Sequence[Cell]]


@dataclass(slots=True)
class Counted:
    """How many rows there were, and how many were not counted and why. ``piled``: rows at the most used point."""

    rows: int = 0
    without_coordinates: int = 0
    without_month: int = 0
    without_id: int = 0
    repeated_ids: int = 0
    outside: int = 0
    left_small: int = 0
    piled: int = 0


def looks_like(head: bytes, name: str, path: Path) -> bool:
    """Whether the file has coordinates and days, by the names of its columns and what stands in them."""
    return has_points(head, path)


def read(path: Path, name: str, progress: Progress | None = None) -> Table:
    """The events per municipality, month and type. Raises ``ImportProblem`` and nothing else."""
    return count(path, name, municipality_areas(), progress=progress)[0]


def count(
    path: Path,
    name: str,
    areas: Areas,
    *,
    source: str = "",
    epsg: int | None = None,
    municipality: str = "",
    progress: Progress | None = None,
) -> tuple[Table, Counted]:
    """The events per area, month and type, and what was not counted.

    ``source`` names the series; ``epsg``: the coordinate system, where a person said it; ``municipality``: the code of
    where the points should lie. Raises ``ImportProblem`` and nothing else.
    """
    out = Collector(FileErrors(name), KIND, source or SOURCE, progress)
    counting = _Counting(out, areas)
    encoding, refused = "", []
    first: list[Sequence[Cell]] = []
    for rows in open_rows(path, out.errors):
        numbered = rows.numbered()
        start = list(islice(numbered, SAMPLE))
        if not start:
            continue
        heads = [] if _is_data(start[0][1]) else [normal(cell_text(cell)) for cell in start[0][1]]
        body = start[1:] if heads else start
        try:
            columns = find_columns(
                heads, [row for _number, row in body], FileErrors(name), epsg=epsg, municipality=municipality
            )
        except ImportProblem as problem:
            refused.append((rows.sheet, problem))
            continue
        encoding, first = (
            encoding or rows.encoding,
            first or [heads, *(_hidden(row, columns) for _number, row in body[: FIRST_ROWS - 1])],
        )
        out.understand(*columns.notes)
        counting.take(rows, columns, chain(body, numbered))
    if not encoding:
        raise refused[0][1] if refused else out.errors.refuse(_("Filen har inga rader."), _("Hämta den på nytt."))
    for sheet, _problem in refused:
        out.understand(_("Bladet {sheet} har inga koordinater och är inte läst.").format(sheet=sheet))
    return counting.table(encoding, first), counting.counted


def _hidden(row: Sequence[Cell], columns: Columns) -> list[Cell]:
    """A row for the preview, with month and type only; all else could identify a person."""
    return [cell if column in (columns.time, columns.type) else "…" for column, cell in enumerate(row)]


@lru_cache(maxsize=10_000)
def _type(text: str) -> str:
    return "" if is_empty(text) else normal(text)


def _is_data(row: Sequence[Cell]) -> bool:
    """Whether a first row holds an event already, and no names."""
    return sum(number_of(cell) is not None for cell in row if not is_empty(cell)) >= 2


@dataclass(slots=True)
class _Counting:
    """Counts in chunks; only one chunk's points are in memory at a time."""

    out: Collector
    areas: Areas
    counted: Counted = field(default_factory=Counted)
    counts: Counter[tuple[int, str, str]] = field(default_factory=Counter)  # area, month, type
    row_of: dict[tuple[int, str, str], tuple[int, str]] = field(default_factory=dict)
    piles: Counter[tuple[float, float]] = field(default_factory=Counter)
    months: set[str] = field(default_factory=set)
    _ids: set[int] = field(default_factory=set)

    def take(self, rows: Rows, columns: Columns, numbered: Iterator[Numbered]) -> None:
        """Count the rows of a text or sheet."""
        while chunk := list(islice(numbered, CHUNK)):
            self._chunk(chunk, columns, rows.sheet)
            self.out.step(self.counted.rows, self.counted.rows)
            self.out.errors.stop_if_any()

    def _chunk(self, chunk: Sequence[Numbered], columns: Columns, sheet: str) -> None:
        x, y, what = [], [], []
        for number, row in chunk:
            if (event := self._event(number, row, columns)) is not None:
                x.append(event[0])
                y.append(event[1])
                what.append((event[2], event[3], number))
        if not x:
            return
        longitude, latitude = self._degrees(np.array(x), np.array(y), columns.epsg)
        self.piles.update(zip(longitude.round(5).tolist(), latitude.round(5).tolist(), strict=True))
        for area, (month, kind, number) in zip(self.areas.numbers(longitude, latitude).tolist(), what, strict=True):
            self.months.add(month)
            if area < 0:
                self.counted.outside += 1
                continue
            key = (area, month, kind)
            self.counts[key] += 1
            self.row_of.setdefault(key, (number, sheet))

    def _event(self, number: int, row: Sequence[Cell], columns: Columns) -> tuple[float, float, str, str] | None:
        """Coordinates, month and type of a row; ``None`` if it has none, which is counted, or is wrong."""
        counted, errors = self.counted, self.out.errors
        counted.rows += 1
        cells = [
            row[column] if column is not None and column < len(row) else ""
            for column in (columns.east, columns.north, columns.time, columns.type, columns.identity)
        ]
        if columns.identity is not None:
            if is_empty(cells[4]):
                counted.without_id += 1
            else:
                known, identity = len(self._ids), hash(cells[4])
                self._ids.add(identity)
                counted.repeated_ids += len(self._ids) == known
        if is_empty(cells[0]) or is_empty(cells[1]):
            counted.without_coordinates += 1
            return None
        x, y = number_of(cells[0]), number_of(cells[1])
        if x is None or y is None or (columns.epsg == WGS84 and (abs(x) > 180 or abs(y) > 90)):
            errors.add(
                _("Koordinaten går inte att läsa."),
                _("Rätta raden, eller lämna den tom."),
                row=number,
                value=f"{cell_text(cells[0])} {cell_text(cells[1])}",
            )
            return None
        if x == 0 and y == 0:  # coordinates that programs write for an unknown position
            counted.without_coordinates += 1
            return None
        if is_empty(cells[2]):
            counted.without_month += 1
            return None
        month = month_of(cells[2])
        if month is None:
            errors.add(
                _("”{value}” är ingen dag eller månad som har varit.").format(value=cell_text(cells[2])[:30]),
                _("Skriv 2026-03-31 eller 2026-03."),
                row=number,
            )
            return None
        return x, y, month, _type(cell_text(cells[3]))

    @staticmethod
    def _degrees(x: Floats, y: Floats, epsg: int) -> tuple[Floats, Floats]:
        return (x, y) if epsg == WGS84 else PROJECTIONS[epsg].to_degrees(x, y)

    def table(self, encoding: str, first: Sequence[Sequence[Cell]]) -> Table:
        """The counts as a table, with zeros for the months of the file in which an area had none of a type."""
        out, counted = self.out, self.counted
        out.rows = counted.rows
        totals: Counter[int] = Counter()
        for (area, _month, _kind), number in self.counts.items():
            totals[area] += number
        places = self.areas.final(totals)
        counted.left_small = sum(number for area, number in totals.items() if area not in places)
        counted.piled = max(self.piles.values(), default=0)
        self._say()
        sums: Counter[tuple[Place, str, str]] = Counter()
        rows: dict[tuple[Place, str, str], tuple[int, str]] = {}
        for (area, month, kind), number in self.counts.items():
            if area in places:
                key = (places[area], kind, month)
                sums[key] += number
                rows.setdefault(key, self.row_of[area, month, kind])
        pairs = dict.fromkeys((place, kind) for place, kind, _month in sums)
        if len(pairs) * len(self.months) > OBSERVATIONS_LIMIT:
            raise out.errors.refuse(
                _("Det blir för många siffror: områden gånger slag gånger månader."),
                _("Välj större områden, eller dela filen."),
            )
        for place, kind in pairs:
            name = kind or ALL
            thing = out.measure(f"punkter.{slug(out.source)}.{slug(kind) or 'alla'}", name, COUNT)
            where = out.place(place.name, place.code, place.kind)
            for month in sorted(self.months):
                row, sheet = rows.get((place, kind, month), (1, ""))
                out.add(Observation(thing, where, month, Decimal(sums[place, kind, month]), row, sheet=sheet))
        return out.table(encoding, first, _("Kontrollera koordinaterna och datumen."))

    def _say(self) -> None:
        out, counted = self.out, self.counted
        out.understand(_("Punkterna räknas per område och månad och sparas inte."))
        if counted.without_id:
            out.understand(
                ngettext("{number} rad saknar id.", "{number} rader saknar id.", counted.without_id).format(
                    number=counted.without_id
                )
            )
        if counted.repeated_ids:
            out.understand(
                ngettext(
                    "{number} rad har ett id som redan har stått; den räknas ändå.",
                    "{number} rader har ett id som redan har stått; de räknas ändå.",
                    counted.repeated_ids,
                ).format(number=counted.repeated_ids)
            )
        if counted.piled > 1:
            out.understand(
                _("Flest rader i en och samma punkt: {number}. En punkt kan stå för en hel gata.").format(
                    number=counted.piled
                )
            )
        out.leave(_("Rader utan koordinater."), counted.without_coordinates)
        out.leave(_("Rader utan dag eller månad."), counted.without_month)
        out.leave(_("Rader utanför områdena."), counted.outside)
        out.leave(_("Rader i områden med för få händelser."), counted.left_small)
