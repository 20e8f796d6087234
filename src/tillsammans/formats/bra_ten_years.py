"""Brå's ready-made tables of reported crimes over ten years: the country (La) or a police region (Rn01-Rn07).

A row per crime type with the law in the first column and the label in the second, a column per year; thousands may be
set apart by blanks in text cells; a dash is zero or nothing; titles above and notes below the table.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.formats.collecting import NOT_APPLICABLE, Collector, dash_note, number_in, refuse_number, sheet_words
from tillsammans.formats.crime_types import crime_type
from tillsammans.formats.guards import Cell, open_workbook
from tillsammans.formats.observations import Observation, Table
from tillsammans.formats.units import BRA, COUNT, PER_100K, rate_code
from tillsammans.formats.workbooks import hidden_note, peek, texts, unread_note, year_heading
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.progress import Progress
from tillsammans.kernel.text import folded

KIND = "bra_ten_years"
NAME = gettext_lazy("Brås tabell över tio år")

_REGIONS = dict(enumerate(("Nord", "Mitt", "Öst", "Väst", "Syd", "Stockholm", "Bergslagen"), start=1))
_FILE = re.compile(r"10(la|rn0?([1-7]))[_ -]", re.IGNORECASE)
_REGION = re.compile(r"\b(?:polis)?region(?:en)? (nord|mitt|ost|vast|syd|stockholm|bergslagen)\b")
_NATION = re.compile(r"\b(?:hela landet|hela riket|riket)\b")
_LAW_HEADS = {"lagrum", "lag", "brottskod"}
_LABEL_HEADS = {"brottstyp", "brott", "brottskategori", "brottstyper"}
_LOOK = 15
_YEARS_AT_LEAST = 3


@dataclass(frozen=True, slots=True)
class _Head:
    """Where a sheet's head is (from 0) and what its columns hold."""

    row: int
    law: int | None
    label: int
    years: dict[int, tuple[str, bool]]


def looks_like(head: bytes, name: str, path: Path) -> bool:
    """Whether a sheet has a head with crime types and years."""
    return any(_head(rows) for _sheet, rows in peek(head, path))


def read(path: Path, name: str, progress: Progress | None = None) -> Table:
    """The tables' counts per crime type and year. Raises ``ImportProblem`` and nothing else."""
    errors = FileErrors(name)
    book = open_workbook(path, errors)
    out = Collector(errors, KIND, BRA, progress)
    first_rows: list[list[Cell]] = []
    unread = []
    for sheet in book.sheets:
        rows = book.rows(sheet)
        head = _head(rows[:_LOOK])
        if head is None:
            unread.append(sheet)
            continue
        first_rows = first_rows or rows
        _sheet(sheet, rows, head, _place(rows[: head.row], sheet, out), out)
    if not first_rows:
        raise errors.refuse(_("Inget blad har en tabell med brottstyper och år."), _advice())
    if unread:
        out.understand(unread_note(unread))
    if book.hidden:
        out.understand(hidden_note(book.hidden))
    return out.table("xlsx", first_rows, _advice())


def _advice() -> str:
    return _("Hämta tabellen på nytt hos Brå och ändra inte i den.")


def _head(rows: Sequence[Sequence[Cell]]) -> _Head | None:
    for number, row in enumerate(rows):
        heads = texts(row)
        years = {index: year for index, text in enumerate(heads) if (year := year_heading(text))}
        words = [folded(text) for text in heads]
        label = next((index for index, word in enumerate(words) if word in _LABEL_HEADS), None)
        if label is not None and len(years) >= _YEARS_AT_LEAST and label < min(years):
            law = next((index for index, word in enumerate(words) if word in _LAW_HEADS), None)
            return _Head(number, law, label, years)
    return None


def _place(above: Sequence[Sequence[Cell]], sheet: str, out: Collector) -> str:
    """The place that the title names, else the file's name; the two must agree."""
    title = " ".join(text for row in above for text in texts(row) if text)
    words = folded(title)
    region = next(
        (name for name in _REGIONS.values() if (said := _REGION.search(words)) and said[1] == folded(name)), ""
    )
    by_title = f"Region {region}" if region else "Hela landet" if _NATION.search(words) else ""
    coded = _FILE.search(out.errors.file)
    by_name = "" if not coded else f"Region {_REGIONS[int(coded[2])]}" if coded[2] else "Hela landet"
    if by_title and by_name and by_title != by_name:
        raise out.errors.refuse(
            _("Tabellens rubrik gäller {title} men filens namn {name}.").format(title=by_title, name=by_name),
            _("Kontrollera vilket som stämmer och ge filen det namn som den hade hos Brå."),
            value=title,
        )
    if not (by_title or by_name):
        raise out.errors.refuse(
            _("Det går inte att se vilket område tabellen gäller."),
            _("Ge filen det namn som den hade hos Brå, till exempel 10La_anm_10_ar.xlsx."),
            value=title,
        )
    out.understand(
        _("Tabellen gäller {place} ({source}).").format(
            place=by_title or by_name, source=_("enligt rubriken") if by_title else _("enligt filens namn")
        )
    )
    if "100 000" in title:
        out.understand(
            _("Siffrorna i {sheet} är antal per 100 000 invånare, enligt rubriken.").format(sheet=sheet_words(sheet))
        )
    return out.place(by_title or by_name)


def _sheet(sheet: str, rows: Sequence[Sequence[Cell]], head: _Head, place: str, out: Collector) -> None:
    rate = "100 000" in " ".join(text for row in rows[: head.row] for text in texts(row))
    end = max(
        (number for number, row in enumerate(rows) if number > head.row and _figures(row, head)), default=head.row
    )
    body = [(number, texts(row), row) for number, row in enumerate(rows[head.row + 1 : end + 1], start=head.row + 2)]
    out.leave(_("Rader efter tabellen (noter), som inte läses."), sum(any(texts(row)) for row in rows[end + 1 :]))
    repeated = Counter(own[head.label] for _number, own, row in body if _figures(row, head))
    laws = Counter((own[head.label], _law(own, head)) for _number, own, row in body if _figures(row, head))
    single = broader = ""
    for number, own, row in body:
        out.step(number, end + 1)
        label = own[head.label]
        if not _figures(row, head):
            out.leave(_("Mellanrubriker och tomma rader."), int(any(own)))
            continue
        if not label:
            out.errors.add(_("Raden har siffror men ingen brottstyp."), _advice(), row=number, column=sheet)
            continue
        out.rows += 1
        law = _law(own, head)
        name = label
        if repeated[label] == 1:
            single = label
        elif law and laws[label, law] == 1:
            name = f"{label} ({law})"
            out.understand(_("Brottstyper med samma namn skiljs åt av lagrummet."))
        elif single:
            name = f"{single}: {label}"
            out.understand(_("Brottstyper med samma namn skiljs åt av raden ovanför dem."))
        kind = crime_type(name, "ar")
        part_of = broader or None if label.casefold().startswith("därav ") else None
        if part_of is None:
            broader = kind.code
        code = rate_code(kind.code) if rate else kind.code
        key = out.measure(
            code, kind.label, PER_100K if rate else COUNT, rate_code(part_of) if rate and part_of else part_of
        )
        _values(sheet, number, own, row, head, key, place, out)


def _values(
    sheet: str, number: int, own: Sequence[str], row: Sequence[Cell], head: _Head, key: str, place: str, out: Collector
) -> None:
    for column, (period, preliminary) in head.years.items():
        text = own[column] if column < len(own) else ""
        if not text:
            out.leave(_("Tomma rutor."))
        elif text in {"-", "–", "..", "."}:
            out.understand(dash_note() if text in "-–" else _("”..” är läst som ”ej tillämpligt”, aldrig som 0."))
            out.add(Observation(key, place, period, None, number, NOT_APPLICABLE, preliminary, sheet=sheet))
        elif (value := number_in(row[column])) is None or value < 0:
            refuse_number(out.errors, row[column], number, f"{sheet}, {period}")
        else:
            out.add(Observation(key, place, period, value, number, "", preliminary, sheet=sheet))


def _law(own: Sequence[str], head: _Head) -> str:
    return own[head.law] if head.law is not None else ""


def _figures(row: Sequence[Cell], head: _Head) -> bool:
    return any(column < len(row) and row[column] != "" for column in head.years)
