"""Streams the rows of a file with points: text with any delimiter, gzipped or not, or a workbook."""

import csv
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from tillsammans.formats.guards import FIELDS_LIMIT, Cell, check_size, head_of, is_workbook, open_text, open_workbook
from tillsammans.kernel import clock
from tillsammans.kernel.problems import FileErrors

UNPACKED_LIMIT = 200 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_NUMBER = re.compile(r"[+-]?\d{1,10}(?:[.,]\d{1,30})?", re.ASCII)
_DAY = re.compile(r"(\d{4})[-/](\d\d)(?:[-/](\d\d))?(?:[ T]\d\d?:\d\d.*)?|(\d{4})(\d\d)(\d\d)", re.ASCII)
_FIRST_YEAR = 1975
_NOTHING = {"", "na", "n/a", "null", "none", "-", "–", "saknas", "uppgift saknas", "värde saknas"}


@dataclass(frozen=True, slots=True)
class Rows:
    """The sheet or text: its encoding, its rows with their numbers from 1, and its name if it is a sheet."""

    encoding: str
    cells: Iterable[Sequence[Cell]]
    sheet: str = ""

    def numbered(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Row numbers from 1, and the cells of the rows that are not empty."""
        return ((number, row) for number, row in enumerate(self.cells, start=1) if any(cell != "" for cell in row))


def open_rows(path: Path, errors: FileErrors) -> list[Rows]:
    """The text, or every sheet of the workbook that is shown. Raises ``ImportProblem`` for what cannot be read."""
    head = head_of(path, 8)
    if is_workbook(head) or head.startswith(b"\xd0\xcf\x11\xe0"):
        book = open_workbook(path, errors)
        return [Rows("xlsx", book.rows(sheet), sheet) for sheet in book.sheets]
    if head.startswith(_GZIP):
        with TemporaryDirectory() as folder:
            unpacked = Path(folder) / "unpacked"
            unpacked.write_bytes(_unpacked(path, errors))
            return [_text(unpacked, errors)]
    return [_text(path, errors)]


def _unpacked(path: Path, errors: FileErrors) -> bytes:
    check_size(path, errors)
    unpack = zlib.decompressobj(31)
    try:
        content = unpack.decompress(path.read_bytes(), UNPACKED_LIMIT)
    except zlib.error as error:
        raise errors.refuse(_("Filen går inte att packa upp."), _("Hämta den på nytt.")) from error
    if unpack.unconsumed_tail:
        raise errors.refuse(_("Filen är mycket större än det ser ut och öppnas inte."), _("Dela den i flera."))
    if not unpack.eof or content.startswith(_GZIP):
        raise errors.refuse(_("Filen är avhuggen eller packad flera gånger."), _("Hämta den på nytt."))
    return content


def _text(path: Path, errors: FileErrors) -> Rows:
    text, encoding = open_text(path, errors)
    return Rows(encoding, _split(text, delimiter_of(text), errors))


def delimiter_of(text: str) -> str:
    """The column delimiter: the most frequent candidate in the first line."""
    line = text.lstrip("\n").split("\n", 1)[0]
    return max("\t;,", key=line.count)


def _split(text: str, delimiter: str, errors: FileErrors) -> Iterator[Sequence[Cell]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if len(row) > FIELDS_LIMIT:
                raise errors.refuse(
                    _("Filen har för många rader eller kolumner."),
                    _("Ta bara ut de rader och kolumner som behövs."),
                    row=reader.line_num,
                )
            yield row
    except csv.Error as error:
        raise errors.refuse(
            _("Raden går inte att dela i kolumner: ett citattecken står fel eller saknas."),
            _("Spara filen på nytt som csv."),
            row=reader.line_num,
        ) from error


def is_empty(cell: Cell) -> bool:
    """Whether a cell is empty or a marker of a missing value."""
    return isinstance(cell, str) and cell.strip().casefold() in _NOTHING


def number_of(cell: Cell) -> float | None:
    """The coordinate that a cell is, with decimal point or comma; ``None`` if it is none."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell)
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def month_of(cell: Cell) -> str | None:
    """The month, ``2018-10``, of a day or month in a cell; ``None`` if it is not a plausible date."""
    if isinstance(cell, date):
        day = cell.date() if isinstance(cell, datetime) else cell
        return _month(day.year, day.month, day.day)
    return _month_of_text(cell.strip()) if isinstance(cell, str) else None


@lru_cache(maxsize=10_000)
def _month_of_text(text: str) -> str | None:
    match = _DAY.fullmatch(text)
    if not match:
        return None
    year, month, day = match[1] or match[4], match[2] or match[5], match[3] or match[6] or "1"
    return _month(int(year), int(month), int(day))


def _month(year: int, month: int, day: int) -> str | None:
    try:
        moment = date(year, month, day)
    except ValueError:
        return None
    return f"{year}-{month:02}" if year >= _FIRST_YEAR and moment <= clock.today() else None
