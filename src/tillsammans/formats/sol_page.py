"""Brå's result page, saved as a web page or as "Excel" (the same page under another name).

Thousands are set apart by non-breaking blanks; a region stands on a row of its own above its crime types; the head has
several rows (year, period, measure) and says "2016 prel."; ``..`` stands where a series ends. What each row and column
is about is read from its words, never from its place: year, part of year, measure, region, and else crime type.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.formats.collecting import NOT_APPLICABLE, Collector, number_in, refuse_number
from tillsammans.formats.crime_types import crime_type, tree_of
from tillsammans.formats.databasfil import part_of_year, year_in
from tillsammans.formats.guards import open_text
from tillsammans.formats.html_tables import Grid, HtmlCell, tables_of
from tillsammans.formats.observations import Observation, Table
from tillsammans.formats.regions import region
from tillsammans.formats.units import BRA, COUNT, PER_100K, rate_code
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.progress import Progress
from tillsammans.kernel.text import folded, normal, slug

KIND = "sol_page"
NAME = gettext_lazy("Resultatsida från Brås statistikdatabas")

_MARKUP = re.compile(rb"<(?:!doctype html|html|table|meta|head|body)\b", re.IGNORECASE)
_CHARSET = re.compile(r"charset=[\"']?([A-Za-z0-9_-]{1,30})", re.IGNORECASE)
_COUNT_WORDS = {"antal", "antal brott", "antal anmalda brott"}
_RATE_WORDS = {
    "/100 000 inv",
    "/100 000 inv.",
    "per 100 000 inv",
    "per 100 000 inv.",
    "per 100 000 invanare",
    "antal per 100 000 invanare",
    "antal/100 000 inv",
    "/100 000 invanare",
}
_HEAD_WORDS = {"", "region", "brott", "brottstyp", "regioner", "ar", "period", "manad", "kvartal", "tid"}
_TODAY = date(2020, 1, 1)  # a day on which the present regions are valid; the year matters only when areas are matched


@dataclass(frozen=True, slots=True)
class _Column:
    """What the head says of a column of figures."""

    index: int
    period: str
    preliminary: bool
    unit: str
    region: str
    crime: str


def looks_like(head: bytes, name: str, path: Path) -> bool:
    """Whether the file is a web page whose words are those of Brå's statistics database."""
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:4096]
    if not _MARKUP.search(start):
        return False
    words = head.replace(b"\0", b"").lower()
    return (
        b"sol, online statistik" in words
        or b"resultatantal" in words
        or b"tabell-rubrik" in words
        or (b"anm" in words and b"lda brott" in words and b"<t" in words)
    )


def read(path: Path, name: str, progress: Progress | None = None) -> Table:
    """The page's counts and rates per region, crime type and period. Raises ``ImportProblem`` and nothing else."""
    errors = FileErrors(name)
    text, encoding = open_text(path, errors, line_limit=None)
    tables = tables_of(text, errors)
    grid = max(tables, key=_figures, default=None)
    if grid is None or not _figures(grid):
        raise errors.refuse(_("Sidan har ingen tabell med siffror."), _advice())
    stated = _CHARSET.search(text[:4000])
    title = next(
        (cell.text for table in tables[: tables.index(grid)] for row in table for cell in row if cell.text), ""
    )
    out = Collector(errors, KIND, _source(title), progress)
    if encoding == "UTF-8" and stated and "8859" in stated[1] and not text.isascii():
        out.understand(_("Sidan säger {stated} men är sparad i UTF-8, och är läst så.").format(stated=stated[1]))
    return _read(grid, title, encoding, out)


def _read(grid: Grid, title: str, encoding: str, out: Collector) -> Table:
    errors = out.errors
    head, labels = _head(grid)
    if not head:
        raise errors.refuse(_("Tabellen har inget huvud med år."), _advice())
    columns = _columns(grid[:head], labels, out)
    body = _body(grid, head, labels, columns)
    if not body:
        raise errors.refuse(_("Tabellen har inga rader med siffror."), _advice())
    if any(cell.axis == "region" for row in grid[head:] for cell in row[:labels]):
        groups_are_regions, rows_are_regions = True, False
    else:
        groups_are_regions, rows_are_regions = _regions_stand(body, columns, errors)
    tree_title = "" if out.source == BRA else f"{slug(title)[:40]}."
    for done, (number, group, label, row) in enumerate(body, start=1):
        out.step(done, len(body))
        out.rows += 1
        where, what = (group, label) if groups_are_regions else (label, group)
        if not (groups_are_regions or rows_are_regions):
            where, what = "", label
        for column in columns:
            place, crime = column.region or where, column.crime or what
            if not place or not crime:
                errors.add(
                    _("Det går inte att se vilken region eller vilket brott siffran gäller."),
                    _advice(),
                    row=number,
                    value=label,
                )
                break
            kind = crime_type(crime, tree_of(column.period))
            code = kind.code.replace("bra.", f"bra.{tree_title}", 1)
            rate = column.unit == PER_100K
            key = out.measure(
                rate_code(code) if rate else code,
                kind.label,
                column.unit,
                None if not kind.parent else rate_code(kind.parent) if rate else kind.parent,
            )
            cell = row[column.index].text
            value = None if cell == ".." else number_in(cell, comma=False)
            if cell != ".." and (value is None or value != value.to_integral() or value < 0):
                refuse_number(errors, cell, number, _heading(grid[:head], column.index))
                continue
            out.add(
                Observation(
                    key,
                    out.place(place),
                    column.period,
                    value,
                    number,
                    "" if cell != ".." else NOT_APPLICABLE,
                    column.preliminary,
                )
            )
    out.understand(
        _("Rubrik på sidan: {title}.").format(title=title or "–"),
        _("Tabellens huvud är {rows} rader. Raderna räknas från tabellens början.").format(rows=head),
        _("”..” är läst som ”ej tillämpligt”, aldrig som 0."),
    )
    return out.table(encoding, [[cell.text for cell in row] for row in grid], _advice())


def _advice() -> str:
    return _("Öppna resultatet hos Brå, välj region, brott, år och ”Antal”, och spara sidan på nytt.")


def _source(title: str) -> str:
    return BRA if not title or folded(title).startswith("anmalda brott") else f"Brå, {normal(title)}"


def _is_figure(cell: HtmlCell) -> bool:
    return cell.text == ".." or number_in(cell.text, comma=False) is not None


def _figures(grid: Grid) -> int:
    return sum(_is_figure(cell) and cell.first for row in grid for cell in row)


def _head(grid: Grid) -> tuple[int, int]:
    """How many rows the head has, and how many columns the labels to the left; (0, 0) if there is no head."""
    head = 0
    for row in grid:
        if folded(row[0].text) not in _HEAD_WORDS or not any(cell.text for cell in row[1:]):
            break
        head += 1
    if head == len(grid):
        return 0, 0
    labels = 0
    while (
        labels < len(grid[0])
        and all(folded(row[labels].text) in _HEAD_WORDS for row in grid[:head])
        and not any(_is_figure(row[labels]) for row in grid[head:])
    ):
        labels += 1
    return (head, labels) if labels else (0, 0)


def _heading(head: Sequence[Sequence[HtmlCell]], column: int) -> str:
    return " ".join(dict.fromkeys(row[column].text for row in head if row[column].text))


def _columns(head: Sequence[Sequence[HtmlCell]], labels: int, out: Collector) -> list[_Column]:
    """The columns that are understood; the others are left out and named."""
    columns, without_year = [], False
    for index in range(labels, len(head[0])):
        year = part = unit = where = what = ""
        preliminary = False
        strange = False
        for text in dict.fromkeys(row[index].text for row in head if row[index].text):
            words = folded(text)
            dated = year_in(text)
            if dated and not year:
                year, preliminary = dated
            elif words in _COUNT_WORDS | _RATE_WORDS and not unit:
                unit = COUNT if words in _COUNT_WORDS else PER_100K
            elif part_of_year(text) is not None and not part:
                part = part_of_year(text) or ""
            elif words in _HEAD_WORDS:
                continue
            elif region(text, _TODAY) and not where:
                where = text
            elif not what:
                what = text
            else:
                strange = True
        if year and not strange and (unit or not what):
            columns.append(_Column(index, year + part, preliminary, unit or COUNT, where, what))
            if not unit:
                out.understand(_("Kolumnerna säger inte vad som räknas; de är lästa som antal."))
        else:
            without_year = without_year or not year
            out.leave(_("Kolumner som inte känns igen: {name}.").format(name=_heading(head, index)[:80] or "–"))
    if not columns:
        message = (
            _("Det går inte att se vilket år kolumnerna gäller.")
            if without_year
            else _("Ingen kolumn har ett mått som känns igen: antal eller antal per 100 000 invånare.")
        )
        raise out.errors.refuse(message, _advice(), row=1)
    return columns


def _body(grid: Grid, head: int, labels: int, columns: Sequence[_Column]) -> list[tuple[int, str, str, list[HtmlCell]]]:
    """Row number, group, label and cells of each row with figures. A row with a label only begins a group."""
    body = []
    group = ""
    before = [""] * labels
    for number, row in enumerate(grid[head:], start=head + 1):
        own = [cell.text for cell in row[:labels]]
        if not any(row[column.index].text for column in columns):
            group = " ".join(text for text in own if text) or group
            continue
        before = [text or old for text, old in zip(own, before, strict=True)]
        outer = before[0] if labels > 1 else group
        body.append((number, outer, before[-1], row))
    return body


def _regions_stand(
    body: Sequence[tuple[int, str, str, list[HtmlCell]]], columns: Sequence[_Column], errors: FileErrors
) -> tuple[bool, bool]:
    """Whether the groups are the regions, and whether the rows are; one of them, or neither if the columns are."""

    def share(names: list[str]) -> float:
        return sum(region(name, _TODAY) is not None for name in names) / max(1, len(names))

    groups = share(list(dict.fromkeys(group for _number, group, _label, _row in body if group)))
    rows = share(list(dict.fromkeys(label for _number, _group, label, _row in body)))
    if all(column.region for column in columns):
        return False, False
    if not groups and not rows:
        raise errors.refuse(
            _("Det går inte att se vilka rader som är regioner."), _advice(), row=body[0][0], value=body[0][2]
        )
    return groups > rows, groups <= rows
