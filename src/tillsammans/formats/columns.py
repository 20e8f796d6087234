"""Any table whose columns a person has said the meaning of: rows of text or a sheet of a workbook.

Nothing is guessed here. What is suggested to the person, and shown before anything is read, is in ``suggestions``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tillsammans.formats.cells import column_letters
from tillsammans.formats.collecting import Collector, number_in, shortened
from tillsammans.formats.guards import (
    Cell,
    cell_text,
    encoding_of,
    head_of,
    is_workbook,
    open_text,
    open_workbook,
    rows_of_text,
)
from tillsammans.formats.observations import EstimateDetail, Observation, Table
from tillsammans.formats.periods import read_period
from tillsammans.kernel.content import content, freeze, upgrade
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.progress import Progress
from tillsammans.kernel.text import folded, normal, slug

KIND = "tabell"
NAME = gettext_lazy("Tabell med kolumner som du själv förklarar")
DELIMITERS = (";", ",", "\t", "|")
_CODE_AND_NAME = re.compile(r"(\d{1,4})[ \u00a0]+(\D.*)")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where the table stands in a file. ``header`` is the first header row, from 1, and ``header_rows`` how many.

    ``encoding`` and ``delimiter`` are of a text, ``sheet`` of a workbook.
    """

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: int = 1
    header_rows: int = 1


@content("columns", version=3)
@dataclass(frozen=True, slots=True)
class Columns:
    """What a table's columns mean; columns are counted from 0, and ``None`` means that there is no such column.

    ``wide``: each of ``values`` is a period, named in its header; else each row has its period, and each of ``values``
    is something measured. ``place_by`` is ``code``, ``name`` or ``both`` in one cell; ``place_text`` is the place of
    the whole file where there is no column. ``marks`` give what stands in a number's place: a mark, or ``zero``.
    ``low``, ``high`` and ``n`` are the interval and the number of answers of a row's one value, and ``level`` the
    interval's confidence in percent ("95"), empty where it is not known.
    """

    source: str
    owner: str
    table: Sheet
    wide: bool = False
    place: int | None = None
    place_by: str = "name"
    place_kind: str = ""
    place_text: str = ""
    period: int | None = None
    month: int | None = None
    values: tuple[int, ...] = ()
    indicator: int | None = None
    indicator_text: str = ""
    unit: str = "count"
    breakdown: int | None = None
    breakdown_text: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    comma: bool = True
    low: int | None = None
    high: int | None = None
    n: int | None = None
    level: str = ""

    def text(self) -> str:
        """Frozen, to be stored."""
        return freeze(self)


@upgrade("columns", from_version=2)
def _without_uncertainty(plain: Any) -> Any:
    """Version 2 knew no columns with an interval or the number of answers."""
    return {**plain, "low": None, "high": None, "n": None, "level": ""}


class Opened:
    """A file that may hold a table: its sheets, or its text in the encoding that was chosen. Raises ``ImportProblem``.

    ``head``: only so many bytes of a text, to be looked at.
    """

    def __init__(self, path: Path, name: str, *, head: int | None = None):
        self.path, self.errors, self.head = path, FileErrors(name), head
        self.workbook = open_workbook(path, self.errors) if is_workbook(head_of(path, 8)) else None
        self._rows: dict[tuple[str, str, str], list[list[Cell]]] = {}

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of a workbook's sheets; empty for a text."""
        return self.workbook.sheets if self.workbook else ()

    def rows(self, table: Sheet) -> list[list[Cell]]:
        """The cells of the sheet or text."""
        key = (table.encoding, table.delimiter, table.sheet)
        if key not in self._rows:
            self._rows[key] = self._read(table)
        return self._rows[key]

    def _read(self, table: Sheet) -> list[list[Cell]]:
        if self.workbook:
            if table.sheet not in self.workbook.sheets:
                raise self.errors.refuse(
                    _("Filen har inget blad som heter {sheet}.").format(sheet=table.sheet),
                    _("Välj ett av filens blad."),
                )
            return self.workbook.rows(table.sheet)
        text, _encoding = open_text(self.path, self.errors, encoding=table.encoding, head=self.head)
        return [list[Cell](row) for row in rows_of_text(text, table.delimiter or ";", self.errors)]

    def suggestion(self) -> Sheet:
        """What the table most likely is, for a person to look at and change."""
        if self.workbook:
            first = next((name for name in self.workbook.sheets if self.workbook.rows(name)), self.workbook.sheets[0])
            return Sheet(sheet=first, header=_header_row(self.workbook.rows(first)))
        encoding = encoding_of(self.path.read_bytes())
        lines = open_text(self.path, self.errors, encoding=encoding, head=self.head)[0].split("\n")[:50]
        delimiter = max(DELIMITERS, key=lambda sign: sorted(line.count(sign) for line in lines)[len(lines) // 2])
        table = Sheet(encoding, delimiter)
        return Sheet(encoding, delimiter, header=_header_row(self.rows(table)))


def _header_row(rows: Sequence[Sequence[Cell]]) -> int:
    """The first row that is as broad as the table is: most often its header; from 1."""
    widths = [sum(bool(cell_text(cell)) for cell in row) for row in rows[:60]]
    usual = sorted(widths)[-(len(widths) // 3 + 1)] if widths else 0
    return next((number for number, width in enumerate(widths, start=1) if width >= max(2, usual - 1)), 1)


def require_table(path: Path, name: str) -> None:
    """Raise ``ImportProblem`` unless the file can be a table: a workbook, or text with several columns."""
    opened = Opened(path, name)
    if not any(len(row) > 1 for row in opened.rows(opened.suggestion())[:200]):
        raise opened.errors.refuse(
            _("Filen känns inte igen, och den är ingen tabell."),
            _("Lämna in filen som den kom från Brå, SCB, Kolada eller polisen, eller en tabell som csv eller xlsx."),
        )


def headings(rows: Sequence[Sequence[Cell]], table: Sheet) -> tuple[tuple[str, ...], ...]:
    """The texts over each column, from the top; those of the upper rows reach to the right until the next one."""
    heads = [[cell_text(cell) for cell in row] for row in rows[table.header - 1 : table.header - 1 + table.header_rows]]
    width = max((len(row) for row in rows[:1000]), default=0)
    filled = []
    for number, head in enumerate(heads):
        head += [""] * (width - len(head))
        if number < len(heads) - 1:
            for column in range(1, width):
                head[column] = head[column] or head[column - 1]
        filled.append(head)
    return tuple(
        tuple(dict.fromkeys(normal(head[column]) for head in filled if head[column])) for column in range(width)
    )


def fingerprint(rows: Sequence[Sequence[Cell]], table: Sheet) -> str:
    """A mark of the header: equal for files with the same headings, whatever the years in them."""
    texts = [[re.sub(r"\d{4}", "#", folded(part)) for part in parts] for parts in headings(rows, table)]
    return sha256(repr([one for number, one in enumerate(texts) if one not in texts[:number]]).encode()).hexdigest()


def read(path: Path, name: str, meaning: Columns, progress: Progress | None = None) -> Table:
    """The file's figures, as the columns say. Raises ``ImportProblem`` and nothing else."""
    opened = Opened(path, name)
    rows = opened.rows(meaning.table)
    return _Reading(rows, meaning, opened, progress).run()


class _Reading:
    def __init__(self, rows: list[list[Cell]], meaning: Columns, opened: Opened, progress: Progress | None):
        self.rows, self.meaning, self.errors = rows, meaning, opened.errors
        self.encoding = "" if opened.workbook else _encoding_name(opened, meaning.table)
        self.collector = Collector(self.errors, KIND, meaning.source, progress)
        self.heads = headings(rows, meaning.table)
        self.marks = {folded(text): mark for text, mark in meaning.marks.items()}
        self.sheet = meaning.table.sheet if len(opened.sheets) > 1 else ""
        self.detail = EstimateDetail(level=Decimal(meaning.level) / 100) if meaning.level else None

    def run(self) -> Table:
        meaning, collector = self.meaning, self.collector
        used = [meaning.place, meaning.period, meaning.month, meaning.indicator, meaning.breakdown, *meaning.values]
        used += [meaning.low, meaning.high, meaning.n]
        if max((column for column in used if column is not None), default=0) >= len(self.heads):
            raise self.errors.refuse(_("Tabellen har färre kolumner än du har valt."), _("Välj kolumner på nytt."))
        first = meaning.table.header - 1 + meaning.table.header_rows
        total = len(self.rows)
        for number, row in enumerate(self.rows[first:], start=first + 1):
            collector.step(number, total)
            if not any(cell_text(cell) for cell in row):
                continue
            self._row([*row, *[""] * (len(self.heads) - len(row))], number)
        collector.understand(*self._understood())
        return collector.table(
            self.encoding,
            self.rows[meaning.table.header - 1 :],
            _("Kontrollera vilka kolumner som är värden, och vad som står i dem."),
        )

    def _row(self, row: list[Cell], number: int) -> None:
        meaning = self.meaning
        cells = [(column, row[column]) for column in meaning.values if cell_text(row[column])]
        if not cells:
            self.collector.leave(_("Rader utan värden."))
            return
        self.collector.rows += 1
        place = self._place(row, number)
        breakdown = cell_text(row[meaning.breakdown]) if meaning.breakdown is not None else ""
        if breakdown and meaning.breakdown_text:
            breakdown = f"{meaning.breakdown_text.casefold()}: {breakdown}"
        for column, cell in cells:
            period = self._period(row, column, number)
            measured = self._measured(row, column, number)
            if place is None or period is None or measured is None:
                return
            value, mark = self._value(cell, number, column)
            if value is None and not mark:
                continue
            low, high, n = (self._stated(row, at, number) for at in (meaning.low, meaning.high, meaning.n))
            if not self._consistent(value, low, high, n, number, column):
                continue
            self.collector.add(
                Observation(
                    measured,
                    place,
                    period,
                    value,
                    number,
                    mark,
                    breakdown=shortened(breakdown, 120),
                    low=low,
                    high=high,
                    n=None if n is None else int(n),
                    sheet=self.sheet[:40],
                    detail=self.detail if low is not None and high is not None else None,
                )
            )

    def _stated(self, row: list[Cell], column: int | None, number: int) -> Decimal | None:
        """What the row states of its value in another column; nothing where the cell is empty or holds a mark."""
        if column is None or not cell_text(row[column]):
            return None
        value, _mark = self._value(row[column], number, column)
        return None if value is None else Decimal(value)

    def _consistent(
        self,
        value: Decimal | None,
        low: Decimal | None,
        high: Decimal | None,
        n: Decimal | None,
        number: int,
        column: int,
    ) -> bool:
        """Whether the interval holds the value and n is a whole number; else it is an error of the row."""
        outside = value is not None and ((low is not None and low > value) or (high is not None and high < value))
        if outside:
            self.errors.add(
                _("Intervallet {low}–{high} ligger inte runt värdet.").format(low=low, high=high),
                _("Kontrollera vilka kolumner som är intervallets gränser."),
                row=number,
                column=self._title(column),
                value=str(value),
            )
        if n is not None and (n < 0 or n != int(n)):
            self.errors.add(
                _("Antalet svar är inget helt antal."),
                _("Kontrollera vilken kolumn som är antalet svar."),
                row=number,
                column=self._title(self.meaning.n),
                value=str(n),
            )
            return False
        return not outside

    def _place(self, row: list[Cell], number: int) -> str | None:
        meaning = self.meaning
        text = normal(cell_text(row[meaning.place]) if meaning.place is not None else meaning.place_text)
        if not text:
            self.errors.add(
                _("Området saknas."),
                _("Fyll i det, eller ta bort raden."),
                row=number,
                column=self._title(meaning.place),
            )
            return None
        both = _CODE_AND_NAME.fullmatch(text) if meaning.place_by == "both" else None
        if both:
            return self.collector.place(both[2], both[1], meaning.place_kind)
        by_code = meaning.place_by == "code" or (meaning.place_by == "both" and text.isdigit())
        return self.collector.place("" if by_code else text, text if by_code else "", meaning.place_kind)

    def _period(self, row: list[Cell], column: int, number: int) -> str | None:
        meaning = self.meaning
        if meaning.wide:
            texts = [" ".join(self.heads[column]), *self.heads[column]]
        else:
            texts = [cell_text(row[meaning.period])] if meaning.period is not None else [""]
        month = cell_text(row[meaning.month]) if meaning.month is not None else ""
        for text in texts:
            if period := read_period(text, month):
                return period
        shown = " ".join(part for part in (texts[0], month) if part)
        self.errors.add(
            _("”{value}” är ingen period.").format(value=shown[:30]),
            _("Skriv till exempel 2024, 2024-03, 2024-Q1 eller 2022/23."),
            row=number,
            column=self._title(column if meaning.wide else meaning.period),
        )
        return None

    def _measured(self, row: list[Cell], column: int, number: int) -> str | None:
        meaning = self.meaning
        head = " ".join(part for part in self.heads[column] if not read_period(part))
        name = meaning.indicator_text
        if meaning.indicator is not None:
            name = cell_text(row[meaning.indicator])
        elif not meaning.wide and len(meaning.values) > 1:
            name = f"{name} {head}"
        name = normal(name or head)
        if not name:
            self.errors.add(
                _("Det står inte vad värdet mäter."),
                _("Fyll i det, eller skriv det för hela filen."),
                row=number,
                column=self._title(meaning.indicator),
            )
            return None
        return self.collector.measure(f"egen.{meaning.owner}.{slug(meaning.source)}.{slug(name)}", name, meaning.unit)

    def _value(self, cell: Cell, number: int, column: int) -> tuple[Any, str]:
        mark = self.marks.get(folded(cell_text(cell)))
        if mark == "zero":
            return 0, ""
        if mark is not None:
            return None, mark
        text = cell.replace("%", "").strip() if isinstance(cell, str) else cell
        if isinstance(text, str) and not self.meaning.comma and "," in text:
            text = text.replace(",", "") if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text) else text
        value = number_in(text, comma=self.meaning.comma)
        if value is None:
            self.errors.add(
                _("”{value}” är inget tal.").format(value=cell_text(cell)[:30]),
                _("Rätta rutan, eller säg vad tecknet betyder där du väljer kolumner."),
                row=number,
                column=self._title(column),
                value=cell_text(cell),
            )
        return value, ""

    def _title(self, column: int | None) -> str:
        if column is None:
            return ""
        return " ".join(self.heads[column]) or column_letters(column)

    def _understood(self) -> list[str]:
        meaning, table = self.meaning, self.meaning.table
        said = [
            _("Rubrikerna står på rad {row}.").format(row=table.header)
            if table.header_rows == 1
            else _("Rubrikerna står på rad {first}–{last}.").format(
                first=table.header, last=table.header + table.header_rows - 1
            )
        ]
        if table.sheet:
            said.append(_("Bladet är {sheet}.").format(sheet=table.sheet))
        where = self._title(meaning.place) if meaning.place is not None else meaning.place_text
        said.append(_("Området är: {column}.").format(column=where))
        if meaning.wide:
            said.append(
                ngettext(
                    "{number} kolumn är en period.", "{number} kolumner är var sin period.", len(meaning.values)
                ).format(number=len(meaning.values))
            )
        else:
            parts = [self._title(column) for column in (meaning.period, meaning.month) if column is not None]
            said.append(_("Perioden är: {column}.").format(column=" + ".join(parts)))
            said.append(_("Värdet är: {column}.").format(column=", ".join(map(self._title, meaning.values))))
        if ends := [self._title(column) for column in (meaning.low, meaning.high) if column is not None]:
            said.append(_("Intervallet är: {column}.").format(column=" – ".join(ends)))
        if meaning.n is not None:
            said.append(_("Antalet svar är: {column}.").format(column=self._title(meaning.n)))
        for text, mark in meaning.marks.items():
            said.append(_("”{text}” är läst som: {meaning}.").format(text=text, meaning=mark_words(mark)))
        return said


def mark_words(mark: str) -> str:
    """What a mark in the place of a number means, in words."""
    return {
        "zero": _("noll"),
        "missing": _("uppgift saknas"),
        "suppressed": _("skyddad uppgift"),
        "not_applicable": _("ej tillämpligt"),
    }[mark]


def _encoding_name(opened: Opened, table: Sheet) -> str:
    return open_text(opened.path, opened.errors, encoding=table.encoding)[1]
