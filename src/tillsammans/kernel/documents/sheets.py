"""Rows as Excel: one tidy table per sheet, and a sheet that says where the numbers come from."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import xlsxwriter
from django.utils.translation import gettext as _

from tillsammans.kernel.documents.model import writable
from tillsammans.kernel.typesetting import DocumentError

Value = str | int | float | Decimal | date | None
MOST_ROWS = 1_048_575  # Excel's own limit, less the header
MOST_LETTERS = 32_767  # in one cell


@dataclass(frozen=True)
class Sheet:
    """One tidy table: a header row and one observation per row."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def to_xlsx(sheets: Sequence[Sheet], provenance: Sequence[tuple[str, str]], *, made: date | None = None) -> bytes:
    """An Excel file with the sheets and, last, "Om uppgifterna" with the pairs of provenance.

    Text stays text, also when it looks like a formula, a number or a link. made: the date in the file's properties.
    Raises DocumentError when a row does not fit the headers or a sheet is larger than Excel allows.
    """
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        day = made or date(1980, 1, 1)
        book.set_properties({"created": datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)})
        strong = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        as_date = book.add_format({"num_format": "yyyy-mm-dd"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        names = _sheet_names([sheet.name for sheet in sheets])
        for sheet, name in zip(sheets, names, strict=True):
            _check(sheet)
            page = book.add_worksheet(name)
            for column, header in enumerate(sheet.headers):
                page.write_string(0, column, writable(header), strong)
                shown = [len(str(row[column])) for row in sheet.rows[:500] if row[column] is not None]
                page.set_column(column, column, min(max([len(header), *shown]) + 2, 60))
            for index, row in enumerate(sheet.rows, start=1):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        page.write_datetime(index, column, value, as_date)
                    elif isinstance(value, str):
                        page.write_string(index, column, writable(value))
                    elif value is not None:
                        page.write_number(index, column, float(value))
            page.freeze_panes(1, 0)
            if sheet.rows:
                page.autofilter(0, 0, len(sheet.rows), len(sheet.headers) - 1)
            page.repeat_rows(0)
        about = book.add_worksheet(_("Om uppgifterna"))
        about.set_column(0, 0, 28)
        about.set_column(1, 1, 90)
        about.write_string(0, 0, _("Vad"), strong)
        about.write_string(0, 1, _("Uppgift"), strong)
        for index, (label, value) in enumerate(provenance, start=1):
            about.write_string(index, 0, writable(label), wrapped)
            about.write_string(index, 1, writable(value), wrapped)
    return out.getvalue()


def _check(sheet: Sheet) -> None:
    if not sheet.headers or any(len(row) != len(sheet.headers) for row in sheet.rows):
        raise DocumentError(
            _("Bladet ”%(name)s” har rader som inte stämmer med kolumnrubrikerna.") % {"name": sheet.name}
        )
    if len(sheet.rows) > MOST_ROWS:
        raise DocumentError(
            _("Bladet ”%(name)s” har fler rader än Excel kan visa. Ta en kortare period eller en CSV-fil.")
            % {"name": sheet.name}
        )
    for row in sheet.rows:
        for value in row:
            if isinstance(value, str) and len(value) > MOST_LETTERS:
                raise DocumentError(
                    _("En text på bladet ”%(name)s” är längre än en cell i Excel rymmer. Hämta en CSV-fil i stället.")
                    % {"name": sheet.name}
                )
            if isinstance(value, float | Decimal) and not math.isfinite(value):
                raise DocumentError(_("Bladet ”%(name)s” har ett värde som inte är ett tal.") % {"name": sheet.name})


def _sheet_names(wanted: Sequence[str]) -> list[str]:
    """Names Excel accepts: at most 31 letters, none of []:*?/\\, no apostrophe at the ends, none twice in any case."""
    taken = {_("Om uppgifterna").casefold(), "history"}
    names = []
    for name in wanted:
        clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip("' ")[:31].strip("' ") or _("Blad")
        candidate, number = clean, 1
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{clean[: 31 - len(str(number)) - 1]} {number}"
        taken.add(candidate.casefold())
        names.append(candidate)
    return names
