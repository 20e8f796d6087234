"""Suggests the meaning of a table's columns; a person confirms it before it is used."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from tillsammans.formats.collecting import number_in
from tillsammans.formats.columns import Columns, Sheet, headings
from tillsammans.formats.guards import Cell, cell_text
from tillsammans.formats.periods import read_period
from tillsammans.geo import reference
from tillsammans.kernel.text import folded

_LOOKED_AT = 200
_MARKS = {"..": "missing", ".": "missing", "varde saknas": "missing", "uppgift saknas": "missing", "x": "suppressed"}
_CODE = re.compile(r"\d{2}|\d{3,4}")
_BOTH = re.compile(r"\d{2,4} \D.*")


def suggest(rows: Sequence[Sequence[Cell]], table: Sheet, owner: str) -> Columns:
    """Suggest the mapping of columns from the first rows."""
    heads = headings(rows, table)
    first = table.header - 1 + table.header_rows
    texts = [
        [cell_text(row[column]) if column < len(row) else "" for row in rows[first : first + _LOOKED_AT]]
        for column in range(len(heads))
    ]
    filled = [[text for text in column if text] for column in texts]
    periods_above = [
        column for column, head in enumerate(heads) if any(read_period(text) for text in (" ".join(head), *head))
    ]
    place, place_by = _place(heads, filled)
    period = next((column for column, cells in enumerate(filled) if column != place and _all(cells, _is_period)), None)
    month = next(
        (
            column
            for column, cells in enumerate(filled)
            if period is not None
            and column not in (place, period)
            and _all(cells, lambda text: not _is_number(text) and read_period("2020", text) is not None)
        ),
        None,
    )
    wide = len(periods_above) > 1 or (len(periods_above) == 1 and period is None)
    numbers = [
        column
        for column, cells in enumerate(filled)
        if column not in (place, period, month) and _all(cells, _is_number_or_mark)
    ]
    values = [column for column in periods_above if column != place] if wide else numbers
    marks = {text: _MARKS[folded(text)] for column in values for text in filled[column] if folded(text) in _MARKS}
    points = any(
        re.fullmatch(r"\d+\.\d+", text)
        for column in values
        for text in filled[column]
        if isinstance(_cell(rows, first, column), str)
    )
    return Columns(
        source="",
        owner=owner,
        table=table,
        wide=wide,
        place=place,
        place_by=place_by,
        period=None if wide else period,
        month=None if wide else month,
        values=tuple(values),
        marks=marks,
        comma=not points,
    )


def _place(heads: Sequence[Sequence[str]], filled: Sequence[Sequence[str]]) -> tuple[int | None, str]:
    """The leftmost column whose cells are known areas, codes before names, and how they are written."""
    for by, known in (("code", _is_code), ("both", _is_both), ("name", _is_name)):
        for column, cells in enumerate(filled):
            if _all(cells, known) and not (by == "code" and _all(cells, _is_period) and not _headed(heads[column])):
                return column, by
    return next((column for column, head in enumerate(heads) if _headed(head)), None), "name"


def _headed(head: Sequence[str]) -> bool:
    return bool(re.search(r"kommun|region|omrade|lan\b|kod", folded(" ".join(head))))


def _all(cells: Sequence[str], known: Callable[[str], bool]) -> bool:
    """Whether nearly all of the cells fulfil the condition, and there is at least one."""
    return bool(cells) and sum(map(known, cells)) >= 0.8 * len(cells)


def _is_code(text: str) -> bool:
    return bool(_CODE.fullmatch(text)) and reference.code_of(text) is not None


def _is_both(text: str) -> bool:
    return bool(_BOTH.fullmatch(text)) and reference.code_of(text.split(" ")[0]) is not None


def _is_name(text: str) -> bool:
    today = date(2020, 1, 1)
    return bool(reference.municipality_named(text, today) or reference.county_named(text, today))


def _is_period(text: str) -> bool:
    return read_period(text) is not None


def _is_number(text: str) -> bool:
    return number_in(text) is not None


def _is_number_or_mark(text: str) -> bool:
    return _is_number(text) or folded(text) in _MARKS or text in ("-", "–")


def _cell(rows: Sequence[Sequence[Cell]], first: int, column: int) -> Cell:
    return next((row[column] for row in rows[first:] if column < len(row)), "")
