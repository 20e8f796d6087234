"""The rows of a police register extract, of each column set that is known: only the columns that are needed.

Identities, persons' and case columns are never read. A head may come back in the middle, where files were pasted
together; a workbook may have several sheets; what is not known is empty or says "Värde saknas".
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.utils.translation import gettext as _

from tillsammans.formats.collecting import Collector, number_in, refuse_cut, refuse_number
from tillsammans.formats.guards import Cell, encoding_of, is_workbook, open_text, open_workbook, rows_of_text
from tillsammans.formats.workbooks import hidden_note, peek, texts, unread_note
from tillsammans.kernel import clock
from tillsammans.kernel.text import folded, normal

CODE, TEXT, CRIME_DAY, REGISTERED, MUNICIPALITY, DISTRICT, DESO, COUNT = (
    "code",
    "text",
    "crime_day",
    "registered",
    "municipality",
    "district",
    "deso",
    "count",
)

_HEADS = {
    CODE: {"brottskod", "huvudbrottskod", "hr-kod", "hr-kod beskrivning slutlig", "brottskod slutlig"},
    TEXT: {"brottskod.klartext", "brottskod klartext", "brottskod-klartext", "klartext", "brottskodstext"},
    CRIME_DAY: {"brottsdatum", "datum", "garningsdatum", "brottsdatum from", "brottsdatum fr.o.m."},
    REGISTERED: {"inskrivningsdatum", "anmalningsdatum", "registreringsdatum", "anmalan inskriven"},
    MUNICIPALITY: {"kommun", "kommunnamn", "brottsplats kommun", "brottsplatskommun"},
    DISTRICT: {"lokalpolisomrade", "lpo", "lpo/sektion"},
    DESO: {"deso", "deso.omrade", "deso-omrade", "deso omrade", "desokod", "deso-kod"},
    COUNT: {"antal", "antal hr", "antal brott"},
}
_NOTHING = {"", "varde saknas", "uppgift saknas", "saknas", "okand", "okant", "na", "n/a", "null", "-", "–"}
_CODE = re.compile(r"(\d{3,4})(?:\.0)?(?:[ :–-]+(\D.*))?", re.ASCII | re.DOTALL)
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[ T]\d\d:?\d\d.*)?", re.ASCII)
_FIRST_YEAR = 1975
_EXCEL_START = date(1899, 12, 30)
_LOOK = 10


@dataclass(frozen=True, slots=True)
class Crime:
    """One row: a crime, or ``count`` of them. ``place`` is a municipality or a local police district, or empty."""

    code: str
    text: str
    month: str
    day: date
    registered: date | None
    place: str
    deso: str
    count: int
    row: int
    sheet: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A sheet, or a text file, with its head's row (from 0) and what its columns are."""

    sheet: str
    rows: Sequence[Sequence[Cell]]
    head: int
    columns: Mapping[str, int]


def is_extract(head: bytes, path: Path) -> bool:
    """Whether the file has a head with crime code, date and place."""
    if is_workbook(head):
        return any(_head(rows) for _sheet, rows in peek(head, path))
    if not head or b"\0" in head or head[:1] in (b"{", b"[", b"<"):
        return False
    start = b"\n".join(head[:30_000].split(b"\n")[:_LOOK])
    text = start.decode("utf-8-sig" if encoding_of(start) == "utf-8" else "cp1252", "replace")
    lines = text.split("\n")
    head_at = _head([_split(line) for line in lines])
    if head_at is None or head_at[0] + 1 >= len(lines):
        return False
    # A sentence may name the columns too; rows under a head have as many.
    line, after = lines[head_at[0]].strip("\r"), lines[head_at[0] + 1].strip("\r")
    try:
        rows = list(csv.reader([line, after], delimiter=max(";,\t", key=line.count)))
    except csv.Error:
        return False
    return len(rows) == 2 and len(rows[0]) == len(rows[1])


def _split(line: str) -> list[Cell]:
    return [cell.strip().strip('"') for cell in line.split(max(";,\t", key=line.count))]


def _columns(row: Sequence[Cell]) -> dict[str, int] | None:
    """What the columns under a head are; ``None`` if the row is no head of an extract."""
    words = [folded(text) for text in texts(row)]
    result = {
        role: next((index for index, word in enumerate(words) if word in heads), -1) for role, heads in _HEADS.items()
    }
    result = {role: index for role, index in result.items() if index >= 0}
    known = (
        CODE in result
        and (CRIME_DAY in result or REGISTERED in result)
        and (MUNICIPALITY in result or DISTRICT in result)
    )
    return result if known else None


def _head(rows: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int]] | None:
    for number, row in enumerate(rows[:_LOOK]):
        if columns := _columns(row):
            return number, columns
    return None


def parts_of(path: Path, head: bytes, out: Collector) -> tuple[list[_Part], str]:
    """The file's sheets, or the text, that have a head; and the encoding. Raises ``ImportProblem``."""
    errors = out.errors
    parts = []
    if is_workbook(head) or head.startswith(b"\xd0\xcf\x11\xe0"):
        encoding = "xlsx"
        book = open_workbook(path, errors)
        unread = []
        for sheet in book.sheets:
            rows = book.rows(sheet)
            if result := _head(rows):
                parts.append(_Part(sheet, rows, *result))
            else:
                unread.append(sheet)
        if unread:
            out.understand(unread_note(unread))
        if book.hidden:
            out.understand(hidden_note(book.hidden))
    else:
        text, encoding = open_text(path, errors)
        refuse_cut(text, errors)
        start = text.split("\n", _LOOK)[:_LOOK]
        line = next((line for line in start if _columns(_split(line))), "")
        cells: list[list[Cell]] = (
            [list[Cell](row) for row in rows_of_text(text, max(";,\t", key=line.count), errors)] if line else []
        )
        if result := _head(cells):
            parts.append(_Part("", cells, *result))
    if not parts:
        raise errors.refuse(
            _("Filen har inte kolumner för brottskod, datum och kommun eller lokalpolisområde."),
            _("Be om ett uttag med brottskod, brottsdatum, inskrivningsdatum, kommun och gärna DeSO."),
            row=1,
        )
    return parts, encoding


def crimes(part: _Part, out: Collector) -> Iterator[Crime]:
    """The rows of a part that can be counted; the others are left out and said, or noted as faults."""
    columns = part.columns
    wide = len(part.rows[part.head])
    names: dict[Cell, str] = {}
    days: dict[Cell, date | None] = {}
    total = len(part.rows)
    for number, row in enumerate(part.rows[part.head + 1 :], start=part.head + 2):
        out.step(number, total)
        if not any(cell != "" for cell in row):
            continue
        code = row[columns[CODE]] if columns[CODE] < len(row) else ""
        if not str(code)[:1].isdigit() and (again := _columns(row)):
            columns = again
            out.leave(_("Rubrikrader mitt i filen."))
            continue
        if len(row) != wide:
            out.errors.add(
                _("Raden har {number} kolumner men rubrikraden {heads}.").format(number=len(row), heads=wide),
                _advice(),
                row=number,
                column=part.sheet,
            )
            continue
        out.rows += 1
        if crime := _crime(part, number, row, columns, names, days, out):
            yield crime


def _crime(
    part: _Part,
    number: int,
    row: Sequence[Cell],
    columns: Mapping[str, int],
    names: dict[Cell, str],
    days: dict[Cell, date | None],
    out: Collector,
) -> Crime | None:
    def word(role: str) -> str:
        if role not in columns:
            return ""
        cell = row[columns[role]]
        if cell not in names:
            text = texts([cell])[0]
            names[cell] = "" if folded(text) in _NOTHING else text
        return names[cell]

    def day(role: str) -> date | None:
        if role not in columns or not word(role):
            return None
        cell = row[columns[role]]
        if cell not in days:
            days[cell] = _day(cell)
        if days[cell] is None:
            out.errors.add(
                _("”{value}” är inget datum.").format(value=word(role)[:30]),
                _advice(),
                row=number,
                column=texts(part.rows[part.head])[columns[role]] or role,
                value=word(role),
            )
        return days[cell]

    stated = word(CODE)
    match = _CODE.fullmatch(stated)
    if stated and not match:
        out.errors.add(
            _("”{value}” är ingen brottskod med fyra siffror.").format(value=stated[:30]),
            _advice(),
            row=number,
            column=part.sheet,
            value=stated,
        )
        return None
    faults = out.errors.total
    registered, crime_day = day(REGISTERED), day(CRIME_DAY)
    role = CRIME_DAY if CRIME_DAY in columns else REGISTERED
    when = crime_day if role == CRIME_DAY else registered
    count = number_in(row[columns[COUNT]]) if COUNT in columns else None
    if COUNT in columns and (count is None or count < 0 or count != count.to_integral()):
        refuse_number(out.errors, row[columns[COUNT]], number, texts(part.rows[part.head])[columns[COUNT]])
    if out.errors.total > faults:
        return None
    if not match or when is None:
        out.leave(_("Rader utan brottskod.") if not match else _("Rader utan datum."))
        return None
    if len(match[1]) == 3:
        out.understand(
            _("Brottskoder utan inledande nolla är kompletterade, till exempel {code}.").format(code=match[1].zfill(4))
        )
    place = word(MUNICIPALITY if MUNICIPALITY in columns else DISTRICT)
    return Crime(
        match[1].zfill(4),
        normal(match[2] or "") or word(TEXT),
        f"{when:%Y-%m}",
        when,
        registered,
        place,
        word(DESO),
        1 if count is None else int(count),
        number,
        part.sheet,
    )


def _advice() -> str:
    return _("Rätta raden eller be om uttaget på nytt.")


def _day(cell: Cell) -> date | None:
    """The day in a cell: an Excel date, its serial number, or ISO text with or without hyphens and time."""
    day: date | None = None
    if isinstance(cell, datetime):
        day = cell.date()
    elif isinstance(cell, date):
        day = cell
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and 20_000 < cell < 80_000:
        day = _EXCEL_START + timedelta(days=int(cell))
    elif match := _DAY.fullmatch(texts([cell])[0]):
        try:
            day = date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return None
    return day if day and _FIRST_YEAR <= day.year <= clock.today().year + 1 else None


def shown(part: _Part) -> list[list[str]]:
    """The first rows of the needed columns, with days truncated to months: place and day can identify a person."""
    order = sorted(part.columns.values())
    days = {part.columns[role] for role in (CRIME_DAY, REGISTERED) if role in part.columns}
    head = [texts(part.rows[part.head])[index] for index in order]
    return [
        head,
        *(
            [texts(row)[index][:7] if index in days else texts(row)[index] for index in order]
            for row in part.rows[part.head + 1 : part.head + 8]
            if len(row) > max(order)
        ),
    ]
