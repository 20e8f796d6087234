"""Detection of the columns of a file with points, by their content, and by their names where content is ambiguous."""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tillsammans.formats.guards import Cell, cell_text, encoding_of, is_workbook
from tillsammans.formats.point_rows import delimiter_of, is_empty, month_of, number_of
from tillsammans.formats.workbooks import peek
from tillsammans.geo import land
from tillsammans.geo.projections import PROJECTIONS, SWEREF99_TM
from tillsammans.kernel.problems import FileErrors, ImportProblem
from tillsammans.kernel.text import folded

Floats = NDArray[np.float64]
WGS84 = 4326
SAMPLE = 2000

_EAST = re.compile(r"(lon|lng|long|longitude|longitud|easting|east|ost|ostkoordinat|e|x)(?=$|[ _(-])")
_NORTH = re.compile(r"(lat|latitude|latitud|northing|north|nord|nordkoordinat|n|y)(?=$|[ _(-])")
_TIME = ("brottsdatum", "garningsdatum", "handelsedatum", "occur", "date", "datum", "dag", "month", "manad", "tid")
_TYPE = (
    "crime type",
    "brottstyp",
    "handelsetyp",
    "brottskod klartext",
    "crime_type",
    "offence",
    "offense",
    "type",
    "typ",
    "brott",
    "kategori",
    "category",
    "klartext",
)
_IDENTITY = ("crime id", "crime_id", "incident_key", "incident id", "id", "handelse-id", "diarienummer")
_ZONE = re.compile(r"sweref ?99 ?(tm|\d\d ?\d\d)|(?<!\d)(30(?:0[6-9]|1[0-8]))(?!\d)")
_MOST_COLUMNS = 60
_MARGIN = 3000.0  # metres around a municipality's land


@dataclass(frozen=True, slots=True)
class Columns:
    """Numbers (from 0) of the columns, the coordinate system (EPSG), and the interpretation, as sentences."""

    east: int
    north: int
    epsg: int
    time: int
    type: int | None
    identity: int | None
    notes: tuple[str, ...]


def has_points(head: bytes, path: Path) -> bool:
    """Whether a file has two columns of coordinates by name and content, and a column with days or months."""
    if is_workbook(head):
        return any(_looks(rows) for _sheet, rows in peek(head, path))
    if head.startswith(b"\x1f\x8b"):
        try:
            head = zlib.decompressobj(31).decompress(head, 30_000)
        except zlib.error:
            return False
    if b"\0" in head or head[:1] in (b"{", b"[", b"<"):
        return False
    start = b"\n".join(head[:30_000].split(b"\n")[:20])
    text = start.decode("utf-8-sig" if encoding_of(start) == "utf-8" else "cp1252", "replace")
    sign = delimiter_of(text)
    rows = [[cell.strip().strip('"') for cell in line.split(sign)] for line in text.split("\n") if line.strip()]
    return _looks(rows)


def _looks(rows: Sequence[Sequence[Cell]]) -> bool:
    if len(rows) < 2:
        return False
    heads, body = [folded(cell_text(cell)) for cell in rows[0]], rows[1:]
    named = [column for column, head in enumerate(heads[:_MOST_COLUMNS]) if _EAST.match(head) or _NORTH.match(head)]
    numbers = {column: values for column in named if (values := _numbers(body, column)) is not None}
    try:
        _pair(heads, numbers, None, FileErrors(""))
    except ImportProblem:
        return False
    return any(_is_time(body, column) for column in range(min(len(heads), _MOST_COLUMNS)))


def find_columns(
    heads: Sequence[str],
    sample: Sequence[Sequence[Cell]],
    errors: FileErrors,
    *,
    epsg: int | None = None,
    municipality: str = "",
) -> Columns:
    """The columns of a file whose head and first rows these are.

    ``epsg``: the coordinate system, where a person said it; ``municipality``: a code, where the points should lie.
    Raises ``ImportProblem`` where the content allows none or several readings.
    """
    names = [folded(head) for head in heads]
    width = min(max((len(row) for row in sample), default=0), _MOST_COLUMNS)
    numbers = {column: values for column in range(width) if (values := _numbers(sample, column)) is not None}
    east, north, notes = _pair(names, numbers, epsg, errors)
    stated = epsg or _stated(names)
    if np.nanmedian(np.abs(numbers[north])) <= 90:
        stated = WGS84
    elif stated not in PROJECTIONS:
        stated, *more = _plane(numbers[east], numbers[north], municipality, errors)
        notes = (*notes, *more)
    time = _named_column(names, _TIME, [column for column in range(width) if _is_time(sample, column)])
    if time is None:
        raise errors.refuse(
            _("Ingen kolumn har dagar eller månader."),
            _("Filen behöver en kolumn med datum, till exempel 2026-03-31 eller 2026-03."),
        )
    others = [column for column in range(width) if column not in (east, north, time)]
    kind = _named_column(names, _TYPE, [column for column in others if column not in numbers], must_be_named=True)
    identity = _named_column(names, _IDENTITY, others, must_be_named=True)
    said = [
        _("{name} är koordinaten österut och {other} norrut, i {system}.").format(
            name=_shown(heads, east), other=_shown(heads, north), system=system_name(stated)
        ),
        _("Månaden tas ur {name}.").format(name=_shown(heads, time)),
    ]
    said.append(
        _("Slaget tas ur {name}.").format(name=_shown(heads, kind))
        if kind is not None
        else _("Filen har ingen kolumn för slag: alla händelser räknas som ett.")
    )
    return Columns(east, north, stated, time, kind, identity, (*said, *notes))


def system_name(epsg: int) -> str:
    """The common name of the coordinate system."""
    return "WGS 84" if epsg == WGS84 else PROJECTIONS[epsg].name


def _shown(heads: Sequence[str], column: int) -> str:
    return (
        _("kolumnen {name}").format(name=heads[column])
        if column < len(heads) and heads[column]
        else _("kolumn {number}").format(number=column + 1)
    )


def _cells(sample: Sequence[Sequence[Cell]], column: int) -> list[Cell]:
    return [row[column] for row in sample if column < len(row) and not is_empty(row[column])]


def _numbers(sample: Sequence[Sequence[Cell]], column: int) -> Floats | None:
    """The numbers of a column with NaN where there is none; ``None`` if it holds anything else, or hardly any."""
    values = np.full(len(sample), np.nan)
    for number, row in enumerate(sample):
        if column < len(row) and not is_empty(row[column]):
            coordinate = number_of(row[column])
            if coordinate is None:
                return None
            values[number] = coordinate
    return values if np.isfinite(values).sum() > 0 else None


def _is_time(sample: Sequence[Sequence[Cell]], column: int) -> bool:
    cells = _cells(sample, column)
    return bool(cells) and sum(month_of(cell) is not None for cell in cells) >= 0.95 * len(cells)


def _named_column(
    names: Sequence[str], wanted: Sequence[str], candidates: Sequence[int], *, must_be_named: bool = False
) -> int | None:
    """The candidate with the first of the wanted names, whole or as its beginning; else the first if that will do."""
    for word in wanted:
        for whole in (True, False):
            for column in candidates:
                name = names[column] if column < len(names) else ""
                if name == word or (not whole and name.startswith(word)):
                    return column
    return candidates[0] if candidates and not must_be_named else None


def _pair(
    names: Sequence[str], numbers: dict[int, Floats], epsg: int | None, errors: FileErrors
) -> tuple[int, int, tuple[str, ...]]:
    """Easting (or longitude) and northing (or latitude); the content decides in Sweden, the names elsewhere."""
    east = [column for column in numbers if column < len(names) and _EAST.match(names[column])]
    north = [column for column in numbers if column < len(names) and _NORTH.match(names[column])]
    for among in (sorted({*east, *north}), sorted(numbers)):
        fits = [
            (one, other)
            for one in among
            for other in among
            if one != other and _swedish(numbers[one], numbers[other], epsg)
        ]
        # Where a file has both degrees and metres they say the same.
        fits = [(x, y) for x, y in fits if np.nanmedian(numbers[y]) <= 90] or fits
        if len(fits) == 1:
            (x, y) = fits[0]
            exchanged = x in north and y in east and np.nanmedian(numbers[y]) <= 90
            return (
                x,
                y,
                (_("Kolumnernas namn säger tvärtom, men bara så ligger punkterna i Sverige."),) if exchanged else (),
            )
        if fits:
            raise errors.refuse(
                _("Flera kolumner kan vara koordinater."), _("Ta bara med ett par koordinater i filen.")
            )
    if len(east) == 1 and len(north) == 1 and _degrees(numbers[east[0]], numbers[north[0]]):
        return east[0], north[0], (_("Punkterna ligger inte i Sverige."),)
    raise errors.refuse(
        _("Inga två kolumner är koordinater."),
        _("Filen behöver longitud och latitud i grader, eller SWEREF 99 i meter."),
    )


def _share(inside: NDArray[np.bool_], both: NDArray[np.bool_]) -> bool:
    return bool(both.any()) and bool(inside[both].mean() >= 0.95)


def _swedish(x: Floats, y: Floats, epsg: int | None) -> bool:
    both = np.isfinite(x) & np.isfinite(y) & ~((x == 0) & (y == 0))
    with np.errstate(invalid="ignore"):
        degrees = (x > 10) & (x < 25) & (y > 55) & (y < 69.5)
        metres = (x > -100_000) & (x < 1_000_000) & (y > 6_000_000) & (y < 7_800_000)
    return (epsg in (None, WGS84) and _share(degrees, both)) or (epsg != WGS84 and _share(metres, both))


def _degrees(x: Floats, y: Floats) -> bool:
    both = np.isfinite(x) & np.isfinite(y)
    with np.errstate(invalid="ignore"):
        return _share((np.abs(x) <= 180) & (np.abs(y) <= 90), both)


def _stated(names: Sequence[str]) -> int | None:
    """The coordinate system that the heads name."""
    codes: set[int] = set()
    for name in names:
        for match in _ZONE.finditer(name):
            if match[2]:
                codes.add(int(match[2]))
            else:
                wanted = "TM" if match[1] == "tm" else f"{match[1][:2]} {match[1].strip()[-2:]}"
                codes |= {epsg for epsg, plane in PROJECTIONS.items() if plane.name.endswith(wanted)}
    return codes.pop() if len(codes) == 1 else None


def _plane(x: Floats, y: Floats, municipality: str, errors: FileErrors) -> tuple[Any, ...]:
    """The projection that the numbers fit, and a note if it was inferred from the location of the points."""
    both = np.isfinite(x) & np.isfinite(y) & ~((x == 0) & (y == 0))
    x, y = x[both], y[both]
    if np.median(x) > 250_000:  # no local zone is used so far from its meridian
        return (SWEREF99_TM.epsg,)
    if not municipality:
        raise errors.refuse(
            _("Koordinaterna är i meter i en lokal zon av SWEREF 99, men filen säger inte vilken."),
            _("Skriv zonen i kolumnernas namn, till exempel E (SWEREF 99 18 00), eller välj kommunen."),
        )
    home = shapely.buffer(land.of(municipality), _MARGIN)
    fits = []
    for epsg, plane in PROJECTIONS.items():
        if epsg == SWEREF99_TM.epsg:
            continue
        there = SWEREF99_TM.to_plane(*plane.to_degrees(x, y))
        if shapely.contains_xy(home, *there).mean() >= 0.8:
            fits.append(epsg)
    if len(fits) != 1:
        raise errors.refuse(
            _("Koordinaterna stämmer inte med kommunen i någon zon av SWEREF 99, eller med flera."),
            _("Skriv zonen i kolumnernas namn, till exempel E (SWEREF 99 18 00)."),
        )
    return fits[0], _("Filen säger inte sin zon; bara i {system} ligger punkterna i kommunen.").format(
        system=system_name(fits[0])
    )
