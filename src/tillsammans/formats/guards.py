"""Guarded opening of untrusted files: text, JSON and workbooks within limits, in full or not at all.

Truncated files, invalid encodings, decompression bombs, deep nesting and NaN or infinite numbers are refused before
they use memory. Functions raise ``ImportProblem`` and nothing else.
"""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tillsammans.formats.databasfil import GARBLED
from tillsammans.kernel import archives, limits, sandbox
from tillsammans.kernel.problems import FileErrors, ImportProblem
from tillsammans.kernel.uploads import SIZE_LIMIT

Cell = str | int | float | bool | date | datetime | time | timedelta

LINE_LIMIT = 100_000  # characters in one line of a text file
FIELDS_LIMIT = 2_000
DEPTH_LIMIT = 40
_DIGITS_LIMIT = 30

# A string, or the rest of the file if it is unterminated, so that matching takes linear time.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\Z)', re.DOTALL)
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
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
            if len(row) > FIELDS_LIMIT or cells > limits.CELLS:
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
    """A workbook that was read: the names of its sheets that are shown, of those that are hidden, and their rows."""

    sheets: tuple[str, ...]
    hidden: tuple[str, ...]
    _read: Mapping[str, Any]
    _errors: FileErrors

    def rows(self, sheet: str) -> list[list[Cell]]:
        """The cells from A1; empty ones are ``""``. A sheet with NaN or infinity, or that is broken, is refused."""
        read = self._read[sheet]
        if read["problem"]:
            message, advice, row = read["problem"]
            raise self._errors.refuse(message, advice, row=row)
        return [row.copy() for row in read["rows"]]


def is_workbook(head: bytes) -> bool:
    """Whether the file that begins so may be an xlsx workbook (any zip file may)."""
    return archives.is_archive(head)


def is_old_workbook(head: bytes) -> bool:
    """Whether the file that begins so is in Excel's old binary format, or an encrypted workbook."""
    return head.startswith(b"\xd0\xcf\x11\xe0")


def _read(path: Path, _changed: int, file: str, head: int | None, _language: str | None) -> dict[str, dict[str, Any]]:
    book = {"book": path.read_bytes()}
    read = sandbox.call("tillsammans.formats.spreadsheet.read", FileErrors(file), head, files=book)
    return {sheet["name"]: sheet for sheet in read}


# The pages on which a person says what columns mean open the same file again and again.
_read_before = lru_cache(maxsize=4)(_read)


def open_workbook(path: Path, errors: FileErrors, *, head: int | None = None) -> Workbook:
    """Read an xlsx file in a child process with limits (``spreadsheet.read``); its formulas stand for their values.

    Refused: parts that are larger than the limits or than stated, macros, a formula whose value was never
    saved (it would read as empty), and a cell so far out that the sheet would fill the memory. ``head``: only so many
    rows of the first ``limits.SHEETS_LOOKED_AT`` sheets, to be looked at.
    """
    check_size(path, errors)
    if is_old_workbook(head_of(path, 8)):
        raise errors.refuse(
            _("Filen är i Excels gamla format (xls) eller skyddad med lösenord."),
            _("Spara den som xlsx eller csv, utan lösenord."),
        )
    state = path.stat()
    read = _read_before if state.st_size <= limits.REMEMBERED_BOOK else _read
    try:
        sheets = read(path, state.st_mtime_ns, errors.file, head, get_language())
    except ImportProblem as problem:
        errors.kept += problem.errors
        errors.total += problem.total
        raise ImportProblem(errors.kept, errors.total) from problem
    return Workbook(
        tuple(name for name, sheet in sheets.items() if sheet["shown"]),
        tuple(name for name, sheet in sheets.items() if not sheet["shown"]),
        sheets,
        errors,
    )


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
