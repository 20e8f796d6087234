"""Guarded opening of untrusted files: text, JSON and workbooks within limits, in full or not at all.

Truncated files, invalid encodings, decompression bombs, deep nesting and NaN or infinite numbers are refused before
they use memory. Functions raise ``ImportProblem`` and nothing else.
"""

import csv
import io
import json
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar
from xml.parsers import expat

import numpy as np
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from tillsammans.formats.databasfil import GARBLED
from tillsammans.kernel import archives
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.uploads import SIZE_LIMIT

T = TypeVar("T")
Cell = str | int | float | bool | date | datetime | time | timedelta

LINE_LIMIT = 100_000  # characters in one line of a text file
FIELDS_LIMIT = 2_000
DEPTH_LIMIT = 40
UNPACKED_LIMIT = 150 * 1024 * 1024
PARTS_LIMIT = 500
CELLS_LIMIT = 3_000_000
COLUMNS_LIMIT = 2_000
_DIGITS_LIMIT = 30

# A string, or the rest of the file if it is unterminated, so that matching takes linear time.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\Z)', re.DOTALL)
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_PLACE = re.compile(r"([A-Za-z]{1,40})(\d{1,40})", re.ASCII)
_FORMULA_ALONE = re.compile(
    rb"<(?:\w+:)?c\b([^>]{0,300})>\s{0,50}<(?:\w+:)?f\b(?:[^>]{0,500}/>|[^>]{0,500}>[^<]{0,10000}</(?:\w+:)?f>)\s{0,50}"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s{0,50}</(?:\w+:)?c>"
)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3}\d{1,7})"')
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    CalamineError,
    IndexError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
_ENCODINGS = {"utf-8": "UTF-8", "cp1252": "Windows-1252", "iso-8859-1": "ISO-8859-1", "utf-16": "UTF-16"}


def head_of(path: Path, size: int = 64 * 1024) -> bytes:
    """The first bytes of a file, for ``looks_like``."""
    with path.open("rb") as file:
        return file.read(size)


def check_size(path: Path, errors: FileErrors, limit: int = SIZE_LIMIT) -> None:
    """Refuse a file that is empty or larger than any that a publisher makes."""
    size = path.stat().st_size
    if size > limit:
        raise errors.refuse(
            _("Filen är {size} MB; gränsen är {limit} MB.").format(size=size // 2**20, limit=limit // 2**20),
            _("Kontrollera att det är rätt fil, eller dela den i flera."),
        )
    if not size:
        raise errors.refuse(_("Filen är tom."), _("Hämta den på nytt."))


def open_text(
    path: Path, errors: FileErrors, *, encoding: str = "", line_limit: int | None = LINE_LIMIT, head: int | None = None
) -> tuple[str, str]:
    """The file as text, and the name of the encoding that the whole of it is in, to be shown.

    ``encoding`` is ``utf-8``, ``cp1252``, ``iso-8859-1`` or ``utf-16`` if a person chose it. Otherwise a byte order
    mark decides, then whether all of it is UTF-8; what is neither is Windows-1252, as Swedish publishers write it.
    ``head``: only the whole lines among the first so many bytes, to be looked at.
    """
    check_size(path, errors)
    content = path.read_bytes() if head is None else _whole_lines(path, head)
    decided = encoding or encoding_of(content)
    if decided != "utf-16" and b"\0" in content:
        row = content[: content.index(b"\0")].count(b"\n") + 1
        raise errors.refuse(
            _("Filen innehåller nolltecken och är ingen vanlig textfil."),
            _("Spara den på nytt som csv (UTF-8) eller xlsx."),
            row=row,
        )
    try:
        text = content.decode({"utf-8": "utf-8-sig"}.get(decided, decided))
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        raise errors.refuse(
            _("Filen är inte {encoding}: den har tecken som inte går att läsa.").format(
                encoding=_ENCODINGS.get(decided, decided)
            ),
            _("Spara den på nytt som csv (UTF-8)."),
            row=content[:start].count(b"\n") + 1,
        ) from error
    _refuse_strange(text, errors)
    if line_limit is not None and len(text) > line_limit:
        for number, line in enumerate(io.StringIO(text), start=1):
            if len(line) > line_limit:
                raise errors.refuse(
                    _("Raden är längre än {limit} tecken.").format(limit=line_limit),
                    _("Kontrollera att det är rätt fil."),
                    row=number,
                )
    return text, _ENCODINGS.get(decided, decided)


def _whole_lines(path: Path, size: int) -> bytes:
    content = head_of(path, size)
    return content if len(content) < size else content[: content.rfind(b"\n") + 1] or content


def encoding_of(content: bytes) -> str:
    """The encoding that the content can be in: one name of ``open_text``."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        # The five bytes that Windows-1252 lacks are control signs in ISO-8859-1, and refused as such.
        return "cp1252" if not any(byte in content for byte in b"\x81\x8d\x8f\x90\x9d") else "iso-8859-1"
    return "utf-8"


def _refuse_strange(text: str, errors: FileErrors) -> None:
    """Refuse what a text read or saved in the wrong encoding leaves: control and replacement signs, and "Ã¤" for ä."""
    strange = {
        sign for sign in set(text) if sign == "\ufffd" or (unicodedata.category(sign) == "Cc" and sign not in "\n\r\t")
    }
    garbled = GARBLED.search(text)
    if strange or garbled:
        place = min([text.index(sign) for sign in strange] + ([garbled.start()] if garbled else []))
        line = text[text.rfind("\n", 0, place) + 1 : place + 30].split("\n", 1)[0]
        raise errors.refuse(
            _("Filen har tecken som inte går att läsa; å, ä och ö kan ha gått sönder."),
            _("Hämta den på nytt och spara den utan att öppna den i ett annat program."),
            row=text.count("\n", 0, place) + 1,
            value="".join(sign if sign.isprintable() else "?" for sign in line),
        )


def rows_of_text(text: str, delimiter: str, errors: FileErrors) -> list[list[str]]:
    """The cells of a delimited text, row by row; rows may differ in length. A quote that never ends is refused."""
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    cells = 0
    try:
        for row in reader:
            cells += len(row)
            if len(row) > FIELDS_LIMIT or cells > CELLS_LIMIT:
                raise errors.refuse(
                    _("Filen har för många rader eller kolumner."),
                    _("Ta bara ut de rader och kolumner som behövs."),
                    row=reader.line_num,
                )
            rows.append(row)
    except csv.Error as error:
        raise errors.refuse(
            _("Raden går inte att dela i kolumner: ett citattecken står fel eller saknas."),
            _("Spara filen på nytt som csv."),
            row=reader.line_num,
        ) from error
    return rows


def open_json(path: Path, errors: FileErrors) -> Any:
    """The file as parsed JSON in UTF-8, with decimal numbers as ``Decimal``; NaN, infinity and deep nesting refused."""
    text, _encoding = open_text(path, errors, encoding="utf-8", line_limit=None)
    return parse_json(text, errors)


def parse_json(text: str, errors: FileErrors) -> Any:
    """The same for a text, for instance a response from the network."""
    brackets = np.frombuffer(_STRING.sub(b"", text.encode()).translate(None, _NO_BRACKETS), dtype=np.uint8)
    steps = np.where((brackets == ord("[")) | (brackets == ord("{")), 1, -1)
    if brackets.size and int(np.cumsum(steps).max()) > DEPTH_LIMIT:
        raise errors.refuse(_("Filen är nästlad djupare än statistik är."), _("Kontrollera att det är rätt fil."))
    try:
        return json.loads(text, parse_constant=_not_a_number, parse_float=_decimal, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        row = getattr(error, "lineno", None)
        raise errors.refuse(
            _("Filen är ingen giltig JSON: den är avhuggen eller har ett tal som inte är ett tal."),
            _("Hämta den på nytt."),
            row=row,
        ) from error


def _not_a_number(text: str) -> Any:
    raise ValueError(text)


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if len(text) > _DIGITS_LIMIT or abs(number.adjusted()) > _DIGITS_LIMIT:
        raise ValueError(text[:_DIGITS_LIMIT])
    return number


def _integer(text: str) -> int:
    if len(text) > _DIGITS_LIMIT:
        raise ValueError(text[:_DIGITS_LIMIT])
    return int(text)


@dataclass(frozen=True, slots=True)
class Workbook:
    """An opened workbook: the names of its sheets that are shown, of those that are hidden, and each one's rows."""

    sheets: tuple[str, ...]
    hidden: tuple[str, ...]
    _book: CalamineWorkbook
    _findings: FileErrors

    def rows(self, sheet: str) -> list[list[Cell]]:
        """The cells from A1; empty ones are ``""``. NaN and infinity are refused."""
        try:
            rows = panic_to_exception(lambda: self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False))
        except _UNREADABLE as error:
            message = _("Bladet {sheet} går inte att öppna.").format(sheet=sheet)
            raise self._findings.refuse(message, _again()) from error
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, float) and not isfinite(cell):
                    raise self._findings.refuse(
                        _("Rutan {cell} i bladet {sheet} har inget ändligt tal.").format(
                            cell=f"{column_letters(column)}{number}", sheet=sheet
                        ),
                        _("Rätta rutan."),
                        row=number,
                    )
        return rows


def is_workbook(head: bytes) -> bool:
    """Whether the file that begins so may be an xlsx workbook (any zip file may)."""
    return archives.is_archive(head)


def is_old_workbook(head: bytes) -> bool:
    """Whether the file that begins so is in Excel's old binary format, or an encrypted workbook."""
    return head.startswith(b"\xd0\xcf\x11\xe0")


def open_workbook(path: Path, errors: FileErrors) -> Workbook:
    """Open an xlsx file, after its parts were unpacked and measured without trusting the sizes in the zip directory.

    Refused: parts that are larger than the limits or than stated, macros, a formula whose value was never
    saved (it would read as empty), and a cell so far out that the sheet would fill the memory.
    """
    check_size(path, errors)
    head = head_of(path, 8)
    if is_old_workbook(head):
        raise errors.refuse(
            _("Filen är i Excels gamla format (xls) eller skyddad med lösenord."),
            _("Spara den som xlsx eller csv, utan lösenord."),
        )
    try:
        names = _measure(path, errors)
        if "xl/workbook.xml" not in names:
            raise errors.refuse(
                _("Filen är en zip-fil men inget kalkylark (xlsx)."), _("Packa upp den och lämna in filerna i den.")
            )
        book = panic_to_exception(lambda: CalamineWorkbook.from_path(str(path)))
        shown = {sheet.name: sheet.visible == SheetVisibleEnum.Visible for sheet in book.sheets_metadata}
    except _UNREADABLE as error:
        raise errors.refuse(
            _("Filen går inte att öppna som ett kalkylark; den kan vara avhuggen."), _again()
        ) from error
    return Workbook(
        tuple(name for name, visible in shown.items() if visible),
        tuple(name for name, visible in shown.items() if not visible),
        book,
        errors,
    )


def panic_to_exception(work: Callable[[], T]) -> T:
    """The library's fatal error (a panic, which is no ``Exception``) as an ordinary one."""
    try:
        return work()
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise RuntimeError(str(error)) from error
        raise


def _again() -> str:
    return _("Öppna den i ett kalkylprogram och spara den som en ny xlsx-fil med bara de blad som behövs.")


def _measure(path: Path, errors: FileErrors) -> frozenset[str]:
    """Unpack every part in chunks and count its bytes before a library does; returns the names of the parts."""
    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if len(parts) > PARTS_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
            raise _too_large(errors)
        total = 0
        for part in parts:
            if part.filename.lower().endswith(("vbaproject.bin", ".exe", ".dll")):
                raise errors.refuse(_("Filen innehåller makron och öppnas inte."), _again())
            sheet = part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
            kept = bytearray()
            size = 0
            for piece in archives.pieces(file, part):
                size += len(piece)
                if total + size > UNPACKED_LIMIT or size > part.file_size:
                    raise _too_large(errors)
                if sheet:
                    kept += piece
            if size < part.file_size:
                raise zipfile.BadZipFile(part.filename)
            total += size
            if sheet:
                _look_at_cells(bytes(kept), errors)
    return frozenset(part.filename for part in parts)


def _too_large(errors: FileErrors) -> Exception:
    return errors.refuse(_("Kalkylarket är mycket större än det ser ut och öppnas inte."), _again())


def _look_at_cells(sheet: bytes, errors: FileErrors) -> None:
    """Refuse a sheet with a row or column too far out, however the reference is written, or a formula without value.

    A cell may lack a reference, and a library may accept lower-case columns: so this parses.
    """
    width = height = column = row = cells = elements = 0
    numbers: dict[str, int] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal width, height, column, row, cells, elements
        elements += 1
        name = name.rpartition(":")[2]
        if name == "c":
            place = _PLACE.fullmatch(attributes["r"]) if "r" in attributes else None
            if place:
                letters = place[1]
                if letters not in numbers:
                    numbers[letters] = _column_number(letters.upper())
                column, row = numbers[letters], int(place[2])
            else:
                column += 1
            cells += 1
        elif name == "row":
            stated = attributes.get("r", "")
            row, column = int(stated) if stated.isdecimal() and len(stated) < 40 else row + 1, 0
        elif elements < CELLS_LIMIT * 3:
            return
        width, height = max(width, column), max(height, row)
        if (
            cells > CELLS_LIMIT
            or elements >= CELLS_LIMIT * 3
            or width > COLUMNS_LIMIT
            or width * height > CELLS_LIMIT * 10
        ):
            raise errors.refuse(_("Kalkylarket har för många rader eller kolumner."), _again())

    def refuse(*_declaration: object) -> None:
        raise zipfile.BadZipFile("a sheet declares no entities")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = start, refuse
    try:
        parser.Parse(sheet, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # also an unknown encoding
        raise zipfile.BadZipFile(str(error)) from error  # refused as cut or broken, as every part is
    if alone := _FORMULA_ALONE.search(sheet):
        cell = _REFERENCE.search(alone[1])
        raise errors.refuse(
            _("Rutan {cell} har en formel utan uträknat värde.").format(cell=cell[1].decode() if cell else "?"),
            _("Öppna filen i ett kalkylprogram, spara den och lämna in den igen."),
        )


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(column: int) -> str:
    """A column's name in a spreadsheet: 0 is A, 27 is AB."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_text(cell: Cell | None) -> str:
    """A cell as text: whole numbers without a point, days as 2026-03-31, blanks at the ends removed."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).replace("\u00a0", " ").strip()


def number_of(text: str, *, comma: bool = True) -> Decimal | None:
    """The number that a text is, with blanks between thousands and a comma (or a point) before decimals, else ``None``.

    Neither NaN nor infinity nor an exponent nor more than 30 digits is a number here. ``comma``: a comma is allowed.
    """
    plain = re.sub(r"(?<=\d)[ \u00a0\u202f\u2009](?=\d{3}(?!\d))", "", text.strip()).replace("\u2212", "-")
    if comma and plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    if not re.fullmatch(r"[+-]?(?:\d{1,30}(?:\.\d{1,30})?|\.\d{1,30})", plain, re.ASCII):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None
