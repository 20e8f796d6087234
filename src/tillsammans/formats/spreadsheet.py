"""Reads xlsx workbooks with calamine; to be called in the sandbox (``guards.open_workbook``).

Every part of the archive is unpacked and counted before the library opens it, whatever the zip directory says.
"""

import re
import zipfile
from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar
from xml.parsers import expat

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from tillsammans.formats.cells import column_letters, column_number
from tillsammans.kernel import archives, limits
from tillsammans.kernel.problems import FileErrors

T = TypeVar("T")

_PLACE = re.compile(r"([A-Za-z]{1,40})(\d{1,40})", re.ASCII)
_FORMULA_ALONE = re.compile(
    rb"<(?:\w+:)?c\b([^>]{0,300})>\s{0,50}<(?:\w+:)?f\b(?:[^>]{0,500}/>|[^>]{0,500}>[^<]{0,10000}</(?:\w+:)?f>)\s{0,50}"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s{0,50}</(?:\w+:)?c>"
)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3}\d{1,7})"')
_UNREADABLE = (*archives.UNREADABLE, CalamineError)


def read(errors: FileErrors, files: dict[str, str], head: int | None) -> list[dict[str, Any]]:
    """Every sheet: its name, whether it is shown, its rows from A1 (empty cells are ``""``), and what is wrong with it.

    ``head``: only so many rows, of the first ``limits.SHEETS_LOOKED_AT`` sheets that are shown. Raises
    ``ImportProblem`` for what is no workbook or passes a limit; a fault in one sheet is said of that sheet alone, since
    it may not be needed.
    """
    path = Path(files["book"])
    try:
        if "xl/workbook.xml" not in _measured(path, errors):
            raise errors.refuse(
                _("Filen är en zip-fil men inget kalkylark (xlsx)."), _("Packa upp den och lämna in filerna i den.")
            )
        book = panic_to_exception(lambda: CalamineWorkbook.from_path(str(path)))
        shown = {sheet.name: sheet.visible == SheetVisibleEnum.Visible for sheet in book.sheets_metadata}
    except _UNREADABLE as error:
        raise errors.refuse(
            _("Filen går inte att öppna som ett kalkylark; den kan vara avhuggen."), _again()
        ) from error
    wanted = [name for name, visible in shown.items() if visible]
    if head is not None:
        wanted = wanted[: limits.SHEETS_LOOKED_AT]
    return [
        {
            "name": name,
            "shown": visible,
            **(_sheet(book, name, head) if name in wanted else {"rows": [], "problem": None}),
        }
        for name, visible in shown.items()
    ]


def _sheet(book: CalamineWorkbook, name: str, head: int | None) -> dict[str, Any]:
    try:
        sheet = panic_to_exception(lambda: book.get_sheet_by_name(name))
        rows = panic_to_exception(lambda: sheet.to_python(skip_empty_area=False, nrows=head))
    except _UNREADABLE:
        return _problem(_("Bladet {sheet} går inte att öppna.").format(sheet=name), _again())
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, float) and not isfinite(cell):
                place = f"{column_letters(column)}{number}"
                message = _("Rutan {cell} i bladet {sheet} har inget ändligt tal.").format(cell=place, sheet=name)
                return _problem(message, _("Rätta rutan."), number)
    return {"rows": rows, "problem": None}


def _problem(message: str, advice: str, row: int | None = None) -> dict[str, Any]:
    return {"rows": [], "problem": [message, advice, row]}


def _measured(path: Path, errors: FileErrors) -> set[str]:
    """Unpack and count every part before a library does; the names of the parts."""
    names = set()
    for name, content in archives.parts_of(path, errors):
        names.add(name)
        if name.lower().endswith(("vbaproject.bin", ".exe", ".dll")):
            raise errors.refuse(_("Filen innehåller makron och öppnas inte."), _again())
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            _look_at_cells(content, errors)
    return names


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
                    numbers[letters] = column_number(letters.upper())
                column, row = numbers[letters], int(place[2])
            else:
                column += 1
            cells += 1
        elif name == "row":
            stated = attributes.get("r", "")
            row, column = int(stated) if stated.isdecimal() and len(stated) < 40 else row + 1, 0
        elif elements < limits.CELLS * 3:
            return
        width, height = max(width, column), max(height, row)
        if (
            cells > limits.CELLS
            or elements >= limits.CELLS * 3
            or width > limits.COLUMNS
            or width * height > limits.CELLS * 10
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
