"""Tables in files that people send: CSV of any common kind, and XLSX within limits, as rows of cells."""

import csv
import io
import re
import zipfile
import zlib
from contextlib import suppress

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from tillsammans.kernel.problems import FileErrors

Cell = str | float | int
SIZE_LIMIT = 10 * 1024 * 1024
UNPACKED_LIMIT = 100 * 1024 * 1024
RATIO_LIMIT = 100
PARTS_LIMIT = 200
CELLS_LIMIT = 2_000_000
COLUMNS_LIMIT = 500

_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    CalamineError,
    IndexError,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
_CELL = re.compile(rb'<c\b[^>]{0,200}?\br="([A-Z]{1,3})(\d{1,7})"')


def rows_of(content: bytes, errors: FileErrors) -> list[list[Cell]]:
    """The rows of a CSV file or of the first sheet of an XLSX file, as text or numbers; raises ``ImportProblem``."""
    if len(content) > SIZE_LIMIT:
        raise errors.refuse(
            _("Filen är större än {limit} MB.").format(limit=SIZE_LIMIT // 2**20),
            _("Ta bara ut de rader och kolumner som behövs."),
        )
    if not content.strip():
        raise errors.refuse(_("Filen är tom."), _("Hämta den på nytt."))
    if content.startswith(b"PK"):
        return _xlsx(content, errors)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise errors.refuse(
            _("Filen är i Excels gamla format (xls) eller skyddad med lösenord."),
            _("Spara den som xlsx eller csv, utan lösenord."),
        )
    return _csv(content, errors)


def _csv(content: bytes, errors: FileErrors) -> list[list[Cell]]:
    if b"\0" in content:
        raise errors.refuse(_("Filen är ingen vanlig textfil."), _("Spara den som csv (UTF-8) eller xlsx."))
    text = content.decode("cp1252", "replace")
    with suppress(UnicodeDecodeError):
        text = content.decode("utf-8-sig")
    if "\ufffd" in text:
        raise errors.refuse(
            _("Filen har tecken som inte går att läsa; å, ä och ö kan ha gått sönder."),
            _("Spara den på nytt som csv (UTF-8)."),
        )
    first = text.lstrip().split("\n", 1)[0]
    separator = max(";,\t", key=first.count)
    try:
        return [list[Cell](row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    except csv.Error as error:
        raise errors.refuse(_("Filen går inte att dela i kolumner."), _("Spara den på nytt som csv.")) from error


def _xlsx(content: bytes, errors: FileErrors) -> list[list[Cell]]:
    again = _("Öppna den i ett kalkylprogram och spara den som en ny xlsx-fil med bara det blad som behövs.")
    try:
        _refuse_bomb(content, errors, again)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except _UNREADABLE as error:
        raise errors.refuse(_("Filen går inte att öppna som ett kalkylark."), again) from error
    return [[_plain(cell) for cell in row] for row in rows]


def _refuse_bomb(content: bytes, errors: FileErrors, again: str) -> None:
    """Refuse decompression bombs before unpacking, and sheets whose farthest cell would take too much memory."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > PARTS_LIMIT or unpacked > UNPACKED_LIMIT or unpacked > RATIO_LIMIT * len(content):
            raise errors.refuse(_("Kalkylarket är mycket större än det ser ut och öppnas inte."), again)
        if any(part.filename.lower().endswith(("vbaproject.bin", ".exe", ".dll")) for part in parts):
            raise errors.refuse(_("Filen innehåller makron och öppnas inte."), again)
        for part in parts:
            if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                width = height = 0
                for column, row in _CELL.findall(archive.read(part)):
                    width, height = max(width, _column_number(column)), max(height, int(row))
                if width > COLUMNS_LIMIT or width * height > CELLS_LIMIT:
                    raise errors.refuse(_("Kalkylarket har för många rader eller kolumner."), again)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _plain(cell: object) -> Cell:
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return str(cell)
    return cell
