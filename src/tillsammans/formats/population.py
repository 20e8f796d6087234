"""Population figures from a file: one value per area code and year, read from the layouts that SCB and others use.

A row per area and year, or a column per year; the code alone or with its name ("0114 Upplands Väsby"); SCB's Excel
files with a title, one to four header rows with gaps, and a long footer, which is never read since it names people.
Figures per DeSO are added up to municipalities, which they partition.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.formats.tables import Cell, rows_of
from tillsammans.geo import reference
from tillsammans.kernel import clock
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.text import folded, normal

FIRST_YEAR = 1968
_CODE = re.compile(r"(\d{1,5})(?: +\D.*)?")
_DESO = re.compile(r"(\d{4})[ABC]\d{4}(?:_DeSO\d{4})?(?: .*)?")
_YEAR = re.compile(r"(?:ar)?((?:19|20)\d\d)")
_TOTALS = {"totalt", "total", "samtliga", "bada konen", "man och kvinnor", "alla aldrar", "totalt alder", "totalt kon"}
_HARMLESS = {
    "ar",
    "folkmangd",
    "folkmangden",
    "befolkning",
    "antal",
    "invanare",
    "personer",
    "varde",
    "value",
    "t",
    "population",
    *_TOTALS,
}
_CODE_HEADS = {"kod", "code", "kommunkod", "regionkod", "lanskod", "region"}
_YEAR_HEADS = {"ar", "year", "artal"}


@dataclass(frozen=True, slots=True)
class Figure:
    """How many lived in the area with ``code`` on the last day of ``year``; ``row`` is the file's first such row."""

    code: str
    year: int
    value: int
    row: int


@dataclass(frozen=True, slots=True)
class PopulationFile:
    """The figures, in the order of code and year, and ``notes``: what the reader did on its own, as sentences."""

    figures: tuple[Figure, ...]
    notes: tuple[str, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """The years that have figures."""
        return tuple(sorted({figure.year for figure in self.figures}))


def read(content: bytes, name: str) -> PopulationFile:
    """Read a CSV or XLSX file, called ``name`` in messages. Raises ``ImportProblem`` and nothing else."""
    errors = FileErrors(name)
    rows = rows_of(content, errors)
    code_column = _code_column(rows)
    if code_column is None:
        raise errors.refuse(
            _("Filen har ingen kolumn med kommunkoder."), _("En kolumn ska ha koder som 0382 eller ”0382 Östhammar”.")
        )
    table = _Table(rows, code_column)
    columns = table.value_columns()
    if not columns:
        raise errors.refuse(
            _("Filen har ingen kolumn med hela folkmängden per år."),
            _(
                "Ta med totalt för kön och ålder, och låt kolumnen heta till exempel 2024 eller ”folkmängd” med en "
                "kolumn för år."
            ),
        )
    for year in {year for year in columns.values() if year}:
        if sum(other == year for other in columns.values()) > 1:
            raise errors.refuse(
                _("Filen har flera kolumner för {year}.").format(year=year), _("Ta bara med totalt för kön och ålder.")
            )
    if None in columns.values() and (table.year_column is None or len(columns) > 1):
        raise errors.refuse(
            _("Det går inte att se vilket år siffrorna gäller."), _("Lägg till en kolumn som heter år.")
        )
    return _figures(table, columns, errors)


def _figures(table: "_Table", columns: dict[int, int | None], errors: FileErrors) -> PopulationFile:
    found: dict[tuple[str, int], Figure] = {}
    deso: dict[tuple[str, int], Figure] = {}
    translated: set[str] = set()
    blanks = 0
    for number, row, year_of_row in table.data_rows():
        text = _text(row[table.code_column])
        small = _DESO.fullmatch(text)
        code = reference.code_of(small[1]) if small else _code(text)
        if code is None:
            message = _("”{code}” är ingen kommun eller län.").format(code=text[:30]) if text else _("Koden saknas.")
            errors.add(message, _("Rätta koden eller ta bort raden."), row=number, value=text)
            continue
        for column, heading_year in columns.items():
            year = heading_year or year_of_row
            if year is None or not FIRST_YEAR <= year <= clock.today().year + 1:
                errors.add(_("Året saknas eller är orimligt."), _("Skriv ett år med fyra siffror."), row=number)
                continue
            cell = row[column]
            if _text(cell) in {"", "..", "."}:
                blanks += 1
                continue
            value = _whole(cell)
            if value is None:
                errors.add(
                    _("”{value}” är inget heltal.").format(value=_text(cell)[:30]),
                    _("Rätta siffran."),
                    row=number,
                    column=table.heading(column),
                    value=_text(cell),
                )
                continue
            today = reference.valid_code(code, year) or code
            if today != code:
                translated.add(f"{code} → {today}")
            key = (today, year)
            if small:
                before = deso[key].value if key in deso else 0
                deso[key] = Figure(*key, before + value, deso[key].row if key in deso else number)
            elif key in found and found[key].value != value:
                errors.add(
                    _("{code} har två värden för {year}: {old} på rad {row} och {new} här.").format(
                        code=today, year=year, old=found[key].value, row=found[key].row, new=value
                    ),
                    _("Ta bara med en rad per kommun och år, med totalt för kön och ålder."),
                    row=number,
                )
            else:
                found.setdefault(key, Figure(*key, value, number))
    errors.stop_if_any()
    figures = {**deso, **found}
    if not figures:
        raise errors.refuse(_("Filen har inga siffror."), _("Gör om uttaget."))
    notes = []
    if deso:
        notes.append(_("Siffror per DeSO är summerade till kommuner."))
    if translated:
        notes.append(_("Gamla koder är översatta: {codes}.").format(codes=", ".join(sorted(translated))))
    if blanks:
        notes.append(
            ngettext("{number} tom ruta är överhoppad.", "{number} tomma rutor är överhoppade.", blanks).format(
                number=blanks
            )
        )
    if table.after:
        notes.append(
            ngettext(
                "{number} rad efter tabellen är inte läst.", "{number} rader efter tabellen är inte lästa.", table.after
            ).format(number=table.after)
        )
    ordered = sorted(figures.values(), key=lambda figure: (figure.code, figure.year))
    return PopulationFile(tuple(ordered), tuple(notes))


class _Table:
    """The parts of a sheet: headings filled to the right, the data, and what follows after it."""

    def __init__(self, rows: Sequence[Sequence[Cell]], code_column: int):
        width = max(len(row) for row in rows)
        self.rows = [[*row, *[""] * (width - len(row))] for row in rows]
        self.code_column = code_column
        self.first = next(index for index, row in enumerate(self.rows) if _like_code(row[code_column]))
        self.last = max(index for index, row in enumerate(self.rows) if _is_area(row[code_column]))
        self.after = sum(any(_text(cell) for cell in row) for row in self.rows[self.last + 1 :])
        heads = [row for row in self.rows[: self.first] if sum(bool(_text(cell)) for cell in row) > 1 or len(row) == 1]
        # A heading with one cell only is a title, unless it stands over the figures.
        heads += [
            row
            for row in self.rows[: self.first]
            if row not in heads and not _text(row[0]) and any(_text(cell) for cell in row)
        ]
        self.heads = [_filled(head) for head in heads]
        self.year_column = self._year_column()

    def heading(self, column: int) -> str:
        """The headings over a column, joined."""
        return " ".join(dict.fromkeys(head[column] for head in self.heads if head[column]))

    def _year_column(self) -> int | None:
        for column in range(len(self.rows[0])):
            cells = [_text(row[column]) for row in self.rows[self.first : self.last + 1]]
            if (
                column != self.code_column
                and cells[0]
                and all(not cell or _YEAR.fullmatch(cell) for cell in cells)
                and (folded(self.heading(column)) in _YEAR_HEADS or not self.heading(column))
            ):
                return column
        return None

    def value_columns(self) -> dict[int, int | None]:
        """The columns that hold whole populations, with the year in their heading or ``None``."""
        found: dict[int, int | None] = {}
        for column in range(len(self.rows[0])):
            if column in (self.code_column, self.year_column):
                continue
            parts = [folded(head[column]) for head in self.heads if head[column]]
            words = [word for part in parts if part not in _TOTALS for word in re.split(r"[\W_]+", part) if word]
            years = {int(year[1]) for word in words if (year := _YEAR.fullmatch(word))}
            others = [word for word in words if word not in _HARMLESS and not _YEAR.fullmatch(word)]
            if others or len(years) > 1 or not parts:
                continue
            if years:
                found[column] = years.pop()
            elif self.year_column is not None:
                found[column] = None
        return found

    def data_rows(self) -> list[tuple[int, list[Cell], int | None]]:
        """Row number, cells and year (filled down) of every row of the table that is about everyone."""
        columns = {self.code_column, self.year_column, *self.value_columns()}
        divided = []
        for column in range(len(self.rows[0])):
            cells = {folded(_text(row[column])) for row in self.rows[self.first : self.last + 1]}
            if column not in columns and cells & _TOTALS and cells - _TOTALS:
                divided.append(column)
        kept = []
        year: int | None = None
        for number, row in enumerate(self.rows[self.first : self.last + 1], start=self.first + 1):
            if not any(_text(cell) for cell in row):
                continue
            if self.year_column is not None and (own := _YEAR.fullmatch(_text(row[self.year_column]))):
                year = int(own[1])
            if all(folded(_text(row[column])) in _TOTALS for column in divided):
                kept.append((number, row, year))
        return kept


def _code_column(rows: Sequence[Sequence[Cell]]) -> int | None:
    """The column that is headed as codes, else the one with the most different areas, the leftmost of equals.

    Years and populations may look like codes: 2023 is Malung-Sälen, 2425 Dorotea.
    """
    codes: dict[int, set[str]] = {}
    headed: set[int] = set()
    for number, row in enumerate(rows):
        heading = number < 10 and sum(bool(_text(cell)) for cell in row) > 1  # a title stands alone
        for column, cell in enumerate(row[:20]):
            if _is_area(cell):
                codes.setdefault(column, set()).add(_text(cell))
            elif heading and _CODE_HEADS.intersection(re.split(r"[\W_]+", folded(_text(cell)))):
                headed.add(column)
    candidates = [
        column
        for column, found in codes.items()
        if column in headed or not all(_YEAR.fullmatch(code) for code in found)
    ]
    return max(candidates, key=lambda column: (column in headed, len(codes[column]), -column), default=None)


def _is_area(cell: Cell) -> bool:
    text = _text(cell)
    small = _DESO.fullmatch(text)
    return (reference.code_of(small[1]) if small else _code(text)) is not None


def _like_code(cell: Cell) -> bool:
    text = _text(cell)
    return bool(_CODE.fullmatch(text) or _DESO.fullmatch(text))


def _code(text: str) -> str | None:
    found = _CODE.fullmatch(text)
    return reference.code_of(found[1]) if found else None


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return normal(str(cell))


def _whole(cell: Cell) -> int | None:
    """A whole number that is not negative; thousands may be set apart by blanks."""
    text = _text(cell).replace(" ", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _filled(head: Sequence[Cell]) -> list[str]:
    """A heading row where an empty cell takes what stands to the left of it."""
    filled: list[str] = []
    for cell in head:
        text = _text(cell)
        filled.append(text or (filled[-1] if filled else ""))
    return filled
