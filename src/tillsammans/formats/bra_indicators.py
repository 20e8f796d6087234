"""Brå's workbook "Indikatorer för kommuners lägesbild": a sheet per indicator, for a municipality and its comparisons.

A sheet has its title in the first row and its head below; the first column holds the municipality, the county and the
whole country; then come columns per year, for counts and per 100 000 inhabitants. Sheets from the national crime survey
(NTU) have percentages for two years together, "2022/2023". The first sheet lists the others.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.formats.collecting import (
    MISSING,
    NOT_APPLICABLE,
    Collector,
    dash_note,
    number_in,
    refuse_number,
    sheet_words,
)
from tillsammans.formats.guards import Cell, open_workbook
from tillsammans.formats.observations import Observation, Table
from tillsammans.formats.regions import region
from tillsammans.formats.units import COUNT, PER_100K, SHARE, rate_code
from tillsammans.formats.workbooks import filled, hidden_note, peek, texts, unread_note, year_heading
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.progress import Progress
from tillsammans.kernel.text import folded, slug

KIND = "bra_indicators"
NAME = gettext_lazy("Brås indikatorer för kommuners lägesbild")

_SOURCE = "Brå, indikatorer för kommuners lägesbild"
_NATION = {"hela riket", "hela landet", "riket"}
_HEADS = {"omrade", "omraden", "region", "kommun", "geografi", "ar"}
_HEADS_LIMIT = 4
_TODAY = date(2020, 1, 1)  # a day on which the present areas are valid
_YEARS = re.compile(r",?\s*(?:åren?\s*)?(?:19|20)\d\d(?:/\d{2,4})?(?:\s*[-–]\s*(?:19|20)\d\d(?:/\d{2,4})?)?\s*\.?$")
_SHARE = re.compile(r"\b(?:andel|procent|ntu)\b|%", re.IGNORECASE)
_RATE = re.compile(r"100 ?000")
_COUNT = re.compile(r"\bantal\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """An indicator's sheet: its title, where the data begin (from 0), and what its columns hold."""

    name: str
    title: str
    first: int
    columns: dict[int, tuple[str, bool, str]]  # period, preliminary, unit or nothing
    strange: tuple[str, ...]


def looks_like(head: bytes, name: str, path: Path) -> bool:
    """Whether the workbook has a sheet as those of the indicators, with the country among its rows."""
    sheets = peek(head, path)
    words = folded(
        " ".join(
            [
                *(sheet for sheet, _rows in sheets),
                *(text for _sheet, rows in sheets for row in rows[:4] for text in texts(row)),
            ]
        )
    )
    if not any(word in words for word in ("lagesbild", "ntu", "100 000")):
        return False
    return any(
        sheet and any(folded(texts(row)[0]) in _NATION for row in rows[sheet.first :] if row)
        for name, rows in sheets
        if (sheet := _sheet(name, rows))
    )


def read(path: Path, name: str, progress: Progress | None = None) -> Table:
    """The sheets' figures. Raises ``ImportProblem`` and nothing else."""
    errors = FileErrors(name)
    book = open_workbook(path, errors)
    out = Collector(errors, KIND, _SOURCE, progress)
    first_rows: list[list[Cell]] = []
    unread = []
    for done, sheet_name in enumerate(book.sheets, start=1):
        rows = book.rows(sheet_name)
        sheet = _sheet(sheet_name, rows)
        if sheet is None:
            unread.append(sheet_name)
            continue
        first_rows = first_rows or rows
        _read(sheet, rows, out)
        if progress:
            progress(done, len(book.sheets), _("Läser {sheet}.").format(sheet=sheet_words(sheet_name)))
    if not first_rows:
        raise errors.refuse(_("Inget blad har en tabell med områden och år."), _advice())
    if unread:
        out.understand(unread_note(unread))
    if book.hidden:
        out.understand(hidden_note(book.hidden))
    return out.table("xlsx", first_rows, _advice())


def _advice() -> str:
    return _("Hämta arbetsboken på nytt hos Brå och ändra inte i den.")


def _sheet(name: str, rows: Sequence[Sequence[Cell]]) -> _Sheet | None:
    """The sheet as an indicator's; ``None`` if it has no title, head of years and rows of which one is a known area."""
    if len(rows) < 3 or not rows[0]:
        return None
    title = next((text for text in texts(rows[0]) if text), "")
    first = _first_row(rows)
    if not title or first is None:
        return None
    heads = [filled(texts(row)) for row in rows[1:first]]
    columns: dict[int, tuple[str, bool, str]] = {}
    strange = []
    for column in range(1, len(rows[0])):
        parts = [head[column] if head[column] != head[0] else "" for head in heads if column < len(head)]
        words = list(dict.fromkeys(part for part in parts if part))
        if not words:
            continue
        pieces = _pieces(words)
        years = list(dict.fromkeys(year for piece in pieces if (year := year_heading(piece))))
        rest = " ".join(piece for piece in pieces if not year_heading(piece))
        unit = next(
            (unit for unit, sign in ((PER_100K, _RATE), (SHARE, _SHARE), (COUNT, _COUNT)) if sign.search(rest)), ""
        )
        if len(years) == 1 and (unit or not rest):
            columns[column] = (*years[0], unit)
        else:
            strange.append(" ".join(words))
    known = any(region(text, _TODAY) for row in rows[first:] if (text := texts(row)[0]))
    return _Sheet(name, title, first, columns, tuple(strange)) if columns and known else None


def _first_row(rows: Sequence[Sequence[Cell]]) -> int | None:
    """The first row (from 0) under a head with years whose first cell names an area."""
    seen = False
    for number, row in enumerate(rows[1 : _HEADS_LIMIT + 2], start=1):
        cells = texts(row)
        if not seen:
            seen = any(year_heading(piece) for cell in cells[1:] for piece in _pieces([cell]))
        elif cells[0] and folded(cells[0]) not in _HEADS:
            return number
    return None


def _pieces(words: Sequence[str]) -> list[str]:
    """Heads as years and other words apart: "Antal 2022" gives both, "2022 prel." stays one."""
    pieces = []
    for word in words:
        match = re.search(r"(?:19|20)\d\d(?: ?[/–-] ?\d{2,4}| ?\d\)| ?\(?prel\.?\)?)?", word, re.IGNORECASE)
        if match and year_heading(match[0]):
            pieces += [word[: match.start()], match[0], word[match.end() :]]
        else:
            pieces.append(word)
    return [piece for piece in (piece.strip(" ,()") if not year_heading(piece) else piece for piece in pieces) if piece]


def _read(sheet: _Sheet, rows: Sequence[Sequence[Cell]], out: Collector) -> None:
    wide = max(sheet.columns)
    end = max(
        (
            number
            for number, row in enumerate(rows)
            if any(column < len(row) and row[column] != "" for column in sheet.columns)
        ),
        default=0,
    )
    body = [
        (number, row)
        for number, row in enumerate(rows[sheet.first : end + 1], start=sheet.first + 1)
        if any(texts(row))
    ]
    out.leave(_("Rader efter tabellen (noter), som inte läses."), sum(any(texts(row)) for row in rows[end + 1 :]))
    for heading in sheet.strange:
        out.leave(_("Kolumner som inte känns igen: {name}.").format(name=f"{sheet.name}, {heading}"[:80]))
    units = _units(sheet, out)
    if units is None:
        return
    places = [texts(row)[0] for _number, row in body]
    name = _YEARS.sub("", sheet.title).strip(" ,.") or sheet.name
    if any(place and len(place) > 2 and folded(place) in folded(name) for place in places):
        name = sheet.name  # a title that names the municipality would be another indicator for each
    base = f"bra.lagesbild.{slug(sheet.name)}"
    hundredfold = _of_one(sheet, body, units, out)
    for number, row in body:
        label = texts(row)[0]
        if not label:
            out.errors.add(_("Raden har siffror men inget område."), _advice(), row=number, column=sheet.name)
            continue
        out.rows += 1
        for column, (period, preliminary, _unit) in sheet.columns.items():
            cell = row[column] if column <= wide and column < len(row) else ""
            text = texts([cell])[0]
            unit = units[column]
            key = out.measure(rate_code(base) if unit == PER_100K else base, name, unit)
            mark = {"..": MISSING, ".": NOT_APPLICABLE, "-": NOT_APPLICABLE, "–": NOT_APPLICABLE}.get(text, "")
            value = None if mark else number_in(cell)
            if not text:
                out.leave(_("Tomma rutor."))
                continue
            if not mark and (value is None or value < 0):
                refuse_number(out.errors, cell, number, f"{sheet.name}, {period}")
                continue
            if text in {"-", "–"}:
                out.understand(dash_note())
            if value is not None and column in hundredfold:
                value *= 100
            out.add(Observation(key, out.place(label), period, value, number, mark, preliminary, sheet=sheet.name))


def _units(sheet: _Sheet, out: Collector) -> dict[int, str] | None:
    """Each column's unit: its head's, else the title's; ``None`` and a finding if one year has two of the same."""
    by_title = (
        PER_100K
        if _RATE.search(sheet.title)
        else SHARE
        if _SHARE.search(f"{sheet.title} {sheet.name.replace('-', ' ')}")
        else COUNT
    )
    units = {column: unit or by_title for column, (_period, _preliminary, unit) in sheet.columns.items()}
    seen: dict[tuple[str, str], int] = {}
    for column, (period, _preliminary, _unit) in sheet.columns.items():
        if seen.setdefault((period, units[column]), column) != column:
            out.errors.add(
                _("Flera kolumner gäller {period} och det framgår inte vad som skiljer dem åt.").format(period=period),
                _advice(),
                row=sheet.first,
                column=sheet.name,
            )
            return None
    if not all(unit for _period, _preliminary, unit in sheet.columns.values()):
        words = {COUNT: _("antal"), PER_100K: _("antal per 100 000 invånare"), SHARE: _("andel i procent")}
        out.understand(
            _("Kolumner utan mått i {sheet} är lästa som {unit}.").format(
                sheet=sheet_words(sheet.name), unit=words[by_title]
            )
        )
    return units


def _of_one(
    sheet: _Sheet, body: Sequence[tuple[int, Sequence[Cell]]], units: dict[int, str], out: Collector
) -> set[int]:
    """The columns whose shares are parts of one, as percentages are stored in a workbook."""
    columns = {column for column, unit in units.items() if unit == SHARE}
    values = [
        value
        for _number, row in body
        for column in columns
        if column < len(row) and (value := number_in(row[column])) is not None
    ]
    if values and max(values) <= 1 and any(value != value.to_integral() for value in values):
        out.understand(
            _("Andelarna i {sheet} är sparade som delar av ett och lästa som procent: {one} är {percent}.").format(
                sheet=sheet_words(sheet.name), one=_short(max(values)), percent=f"{_short(max(values) * 100)} %"
            )
        )
        return columns
    return set()


def _short(number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", ",")
