"""Shared by readers of workbooks: the first rows of sheets, and headings with years."""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from tillsammans.formats.databasfil import year_in
from tillsammans.formats.guards import Cell, cell_text, is_workbook, open_workbook
from tillsammans.kernel import limits
from tillsammans.kernel.problems import FileErrors, ImportProblem
from tillsammans.kernel.text import normal

Sheets = tuple[tuple[str, list[list[Cell]]], ...]
_LOOK = 15
# "20201)": the note's raised figure comes with the year.
_NOTE = re.compile(r"((?:19|20)\d\d)(?: ?\*+| ?\d\)|[¹²³])")
_TWO_YEARS = re.compile(r"((?:19|20)\d\d) ?[/–-] ?((?:19|20)?\d\d)")


def peek(head: bytes, path: Path) -> Sheets:
    """The first rows of each sheet that is shown; nothing if the file is no workbook that can be opened."""
    if not is_workbook(head):
        return ()
    try:
        state = path.stat()
        return _peek(path, state.st_mtime_ns, state.st_size)
    except OSError:
        return ()


@lru_cache(maxsize=4)
def _peek(path: Path, changed: int, size: int) -> Sheets:
    try:
        book = open_workbook(path, FileErrors(path.name), head=_LOOK)
        return tuple((sheet, book.rows(sheet)) for sheet in book.sheets[: limits.SHEETS_LOOKED_AT])
    except ImportProblem:
        return ()


def texts(row: Sequence[Cell]) -> list[str]:
    """A row's cells as text."""
    return [normal(cell_text(cell)) for cell in row]


def filled(row: Sequence[str]) -> list[str]:
    """A head row with merged cells filled: an empty cell takes the value to its left."""
    result: list[str] = []
    for text in row:
        result.append(text or (result[-1] if result else ""))
    return result


def year_heading(text: str) -> tuple[str, bool] | None:
    """The period of a heading and whether it is preliminary: "2020", "2025 prel.", "20201)", "2022/2023"."""
    text = normal(text)
    if year := year_in(text):
        return year
    if (note := _NOTE.fullmatch(text)) and (year := year_in(note[1])):
        return year
    if two := _TWO_YEARS.fullmatch(text):
        first, second = year_in(two[1]), year_in(two[1][: 4 - len(two[2])] + two[2])
        if first and second and int(second[0]) == int(first[0]) + 1:
            return f"{first[0]}/{second[0][2:]}", False
    return None


def hidden_note(hidden: Sequence[str]) -> str:
    """The note about hidden sheets."""
    return _("Dolda blad är inte lästa: {sheets}.").format(sheets=", ".join(hidden)[:200])


def unread_note(sheets: Sequence[str]) -> str:
    """The note about sheets without a table."""
    return _("Blad utan tabell är inte lästa: {sheets}.").format(sheets=", ".join(sheets)[:200])
