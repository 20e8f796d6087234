"""Population in the tables that SCB and others send: a row per area and year, or a column per year; by age and sex.

The code stands alone or with its name ("0114 Upplands Väsby"). Above the figures stand a title and one to ten head rows
with gaps; ages and sexes stand in heads or in columns. Of what follows the table only the line of its source is read,
since a footer names people. Counts per DeSO are also added up to municipalities, which they partition.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.formats import jsonstat, population, pxweb_csv, pxweb_excel
from tillsammans.formats.cells import column_letters
from tillsammans.formats.collecting import Collector, number_in, refuse_cut
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
from tillsammans.formats.observations import Observation, Table
from tillsammans.formats.population import EVERYONE, Group, ages_of, is_limited, sex_of, totals, with_population
from tillsammans.formats.workbooks import hidden_note, peek
from tillsammans.geo import reference
from tillsammans.kernel import clock
from tillsammans.kernel.problems import FileErrors, ImportProblem
from tillsammans.kernel.progress import Progress
from tillsammans.kernel.text import folded, normal

KIND = "folkmangd"
NAME = gettext_lazy("Folkmängd per kommun och år, även efter ålder och kön (csv eller xlsx)")
FIRST_YEAR = 1968
UNKNOWN_SOURCE = "Folkmängd utan angiven källa"

_CODE = re.compile(r"(\d{1,5})(?: +(\D.*))?")
_DESO = re.compile(r"((\d{4})[ABC]\d{4})(_DeSO\d{4})?(?: .*)?")
_YEAR = re.compile(r"(?:ar)?((?:19|20)\d\d)")
_TOTALS = {
    *("totalt", "total", "samtliga", "bada konen", "man och kvinnor", "kvinnor och man"),
    *("alla aldrar", "totalt alder", "totalt kon"),
}
_NAMED = re.compile(r"folkmangd|befolkning|invanare|\bpopulation")  # says that inhabitants are counted
_COUNTS = {"antal", "personer", "varde", "value", "t", "ar"}  # says nothing of what is counted
_CODE_HEADS = {"kod", "code", "kommunkod", "regionkod", "lanskod", "region"}
_YEAR_HEADS = {"ar", "year", "artal"}
_AGE_HEADS = {"alder", "age", "aldersgrupp", "aldersklass"}
_BLANKS = {"", "..", "...", "."}
_SOURCE = re.compile(r"(?:kalla|source)\b:? *", re.IGNORECASE)
_LOOK = 40


def looks_like(head: bytes, name: str, path: Path) -> bool:
    """Whether the first rows are a table with area codes and columns that say that they count inhabitants."""
    try:
        errors = FileErrors(name)
        if is_workbook(head):
            if pxweb_excel.looks_like(head, name, path):
                return False
            sheets = peek(head, path)
            rows: Sequence[Sequence[Cell]] = sheets[0][1] if sheets else ()
        elif not head or b"\0" in head or head[:1] in b"{[<" or pxweb_csv.looks_like(head, name, path):
            return False
        else:
            encoding = "utf-8-sig" if encoding_of(head[: head.rfind(b"\n") + 1]) == "utf-8" else "cp1252"
            text = "\n".join(head.decode(encoding, "replace").splitlines()[:_LOOK])
            rows = rows_of_text(text, _delimiter(text), errors)
        table = _table(rows)
        return table is not None and table.named and bool(table.value_columns)
    except ImportProblem:
        return False


def read(path: Path, name: str, progress: Progress | None = None) -> Table:
    """The file's population and nothing else. Raises ``ImportProblem`` and nothing else.

    Files that PxWeb's own readers know are left to them.
    """
    errors = FileErrors(name)
    head = head_of(path)
    for general in (pxweb_excel, jsonstat):
        if general.looks_like(head, name, path):
            return _only_population(with_population(general.read(path, name, progress)), errors)
    notes = []
    if is_workbook(head) or head.startswith(b"\xd0\xcf\x11\xe0"):  # the old format, refused by its name
        book = open_workbook(path, errors)
        encoding = "xlsx"
        rows: Sequence[Sequence[Cell]] = book.rows(book.sheets[0]) if book.sheets else ()
        if book.hidden:
            notes.append(hidden_note(book.hidden))
    else:
        text, encoding = open_text(path, errors)
        refuse_cut(text, errors)
        rows = rows_of_text(text, _delimiter(text), errors)
    table = _table(rows)
    if table is None:
        raise errors.refuse(
            _("Filen har ingen kolumn med kommunkoder."), _("En kolumn ska ha koder som 0382 eller ”0382 Östhammar”.")
        )
    columns = table.value_columns
    if not columns or is_limited(table.title) or (table.title and not table.named):
        raise errors.refuse(_("Filen har ingen kolumn med hela folkmängden per år."), _advice())
    if None in {year for year, _group in columns.values()} and table.year_column is None:
        raise errors.refuse(
            _("Det går inte att se vilket år siffrorna gäller."), _("Lägg till en kolumn som heter år.")
        )
    for (year, _group), number in Counter(columns.values()).items():
        if year and number > 1:
            raise errors.refuse(
                _("Filen har flera kolumner för {year}.").format(year=year),
                _("Skriv i rubrikerna vilket år, vilken ålder och vilket kön varje kolumn gäller."),
            )
    out = Collector(errors, KIND, table.source or UNKNOWN_SOURCE, progress)
    out.measure(population.CODE, population.MEASURED.name, population.MEASURED.unit)
    out.understand(*notes)
    _collect(table, columns, out)
    return _with_totals(out.table(encoding, rows, _advice()), errors)


def _advice() -> str:
    return _(
        "Ta med totalt för kön och ålder, eller alla åldrar och båda könen, och låt kolumnen heta till exempel 2024 "
        "eller ”folkmängd” med en kolumn för år."
    )


def _delimiter(text: str) -> str:
    first = text.lstrip("\ufeff \r\n").split("\n", 4)[:4]
    return max(";,\t", key=lambda sign: max((line.count(sign) for line in first), default=0))


def _table(rows: Sequence[Sequence[Cell]]) -> "_Table | None":
    code_column = _code_column(rows)
    return None if code_column is None else _Table(rows, code_column)


def _only_population(table: Table, errors: FileErrors) -> Table:
    people = tuple(one for one in table.observations if one.measured == population.CODE)
    if not any(one.breakdown == "" for one in people):
        raise errors.refuse(_("Filen saknar siffror för hela folkmängden."), _advice())
    return replace(table, kind=KIND, measured={population.CODE: population.MEASURED}, observations=people)


def _with_totals(table: Table, errors: FileErrors) -> Table:
    sums, notes, left_out = totals(table.observations)
    return _only_population(
        replace(
            table,
            observations=(*table.observations, *sums),
            understood=(*table.understood, *notes),
            left_out=(*table.left_out, *left_out),
        ),
        errors,
    )


def _collect(table: "_Table", columns: dict[int, tuple[int | None, Group]], out: Collector) -> None:
    """One observation for each area, year and part, and the sums of municipalities that are divided into DeSO."""
    small: dict[tuple[str, int, Group], dict[str, Decimal | None]] = {}
    divisions: dict[tuple[str, int], set[str]] = {}
    stated: set[str] = set()
    for number, row, year_of_row, group_of_row in table.data_rows():
        out.rows += 1
        text = _text(row[table.code_column])
        place = _place(text)
        if place is None:
            message = (
                _("”{code}” är inte kod för någon kommun eller något län.").format(code=text[:30])
                if text
                else _("Koden saknas.")
            )
            out.errors.add(message, _("Rätta koden eller ta bort raden."), row=number, value=text)
            continue
        code, name, kind = place
        stated.add(code)
        key = out.place(name, code, kind)
        for column, (heading_year, group_of_column) in columns.items():
            year = heading_year or year_of_row
            group = _both(group_of_row, group_of_column) if group_of_row is not None else None
            if year is None or not FIRST_YEAR <= year <= clock.today().year + 1:
                out.errors.add(_("Året saknas eller är orimligt."), _("Skriv ett år med fyra siffror."), row=number)
                continue
            if group is None:
                out.errors.add(
                    _("Både raden och kolumnens rubrik anger ålder eller kön."),
                    _("Ange ålder och kön på ett enda ställe: i raden eller i rubriken."),
                    row=number,
                    column=table.heading(column),
                )
                continue
            value = None
            if _text(row[column]) in _BLANKS:
                out.leave(_("Tomma rutor."))
            elif (value := _whole(row[column])) is None:
                out.errors.add(
                    _("”{value}” är inget heltal.").format(value=_text(row[column])[:30]),
                    _("Rätta siffran."),
                    row=number,
                    column=table.heading(column) or column_letters(column),
                    value=_text(row[column]),
                )
                continue
            else:
                out.add(Observation(population.CODE, key, str(year), value, number, breakdown=group.text))
            if kind == "deso":
                small.setdefault((code[:4], year, group), {}).setdefault(code, value)
                divisions.setdefault((code[:4], year), set()).add(code[9:])
    out.leave(_("Rader efter tabellen."), table.after)
    _sum(small, divisions, stated, out)


def _sum(
    small: dict[tuple[str, int, Group], dict[str, Decimal | None]],
    divisions: dict[tuple[str, int], set[str]],
    stated: set[str],
    out: Collector,
) -> None:
    for (town, year), kinds in divisions.items():
        if len(kinds) > 1:
            out.errors.add(
                _("{code} har två indelningar i DeSO för {year}.").format(code=town, year=year),
                _("Ta bara med en av dem, annars räknas alla två gånger."),
            )
    summed = False
    for (town, year, group), values in small.items():
        if town in stated or len(divisions[town, year]) > 1:
            continue
        if any(value is None for value in values.values()):
            out.leave(_("Kommuner som inte summerades, eftersom ett områdes siffra saknas."))
            continue
        summed = True
        value = sum((value for value in values.values() if value is not None), Decimal(0))
        _code, name, kind = _place(town) or (town, town, "municipality")
        out.add(Observation(population.CODE, out.place(name, town, kind), str(year), value, 0, breakdown=group.text))
    if summed:
        out.understand(_("Siffror per DeSO är också summerade till kommuner."))


def _place(text: str) -> tuple[str, str, str] | None:
    """Code, name and kind of an area; ``None`` if no nation, county, municipality or DeSO is written so."""
    if small := _DESO.fullmatch(text):
        return (small[1] + (small[3] or ""), small[1], "deso") if reference.code_of(small[2]) else None
    match = _CODE.fullmatch(text)
    code = reference.code_of(match[1]) if match else None
    if match is None or code is None:
        return None
    kind = "nation" if code == reference.NATION else "county" if len(code) == 2 else "municipality"
    return code, match[2] or code, kind


def _both(one: Group, other: Group) -> Group | None:
    """The part that a row and a column say together; ``None`` if both say an age or a sex."""
    whole_ages = EVERYONE[:2]
    if (one[:2] != whole_ages and other[:2] != whole_ages) or (one.sex and other.sex):
        return None
    ages = other if one[:2] == whole_ages else one
    return Group(ages.low, ages.high, one.sex or other.sex)


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
        titles = [row for row in self.rows[: self.first] if row not in heads]
        self.title = " ".join(text for row in titles for cell in row if (text := _text(cell)))
        self.source = _source_in([*titles, *self.rows[self.last + 1 :]])
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

    @cached_property
    def named(self) -> bool:
        """Whether the title or a heading says that inhabitants are counted."""
        texts = [self.title, *(text for head in self.heads for text in head)]
        return any(_NAMED.search(folded(text)) for text in texts)

    @cached_property
    def value_columns(self) -> dict[int, tuple[int | None, Group]]:
        """The columns that count inhabitants: the year in their heading or ``None``, and which part they are."""
        columns: dict[int, tuple[int | None, Group]] = {}
        for column in range(len(self.rows[0])):
            parts = list(dict.fromkeys(folded(head[column]) for head in self.heads if head[column]))
            if column in (self.code_column, self.year_column) or not parts:
                continue
            heading = _heading_of(parts, named=self.named)
            if heading is not None and (heading[0] is not None or self.year_column is not None):
                columns[column] = heading
        return columns

    def data_rows(self) -> Iterator[tuple[int, list[Cell], int | None, Group | None]]:
        """Row number, cells, year (filled down) and part (``None``: two that differ) of every row of the table.

        Rows of another division than age and sex are left out, but for those of its total.
        """
        body = self.rows[self.first : self.last + 1]
        taken = {self.code_column, self.year_column, *self.value_columns}
        dividing, divided = [], []
        for column in range(len(self.rows[0])):
            cells = {_text(row[column]) for row in body} - {""}
            if column in taken or not cells:
                continue
            by_age = folded(self.heading(column)) in _AGE_HEADS
            labels = {cell for cell in cells if folded(cell) not in _TOTALS}
            if labels and all(_group(label, by_age=by_age) for label in labels):
                dividing.append(column)
            elif labels != cells and labels:
                divided.append(column)
        year: int | None = None
        for number, row in enumerate(body, start=self.first + 1):
            if not any(_text(cell) for cell in row):
                continue
            if self.year_column is not None and (own := _YEAR.fullmatch(_text(row[self.year_column]))):
                year = int(own[1])
            if not all(folded(_text(row[column])) in _TOTALS for column in divided):
                continue
            group: Group | None = EVERYONE
            for column in dividing:
                own_group = _group(_text(row[column]), by_age=True) or EVERYONE
                group = _both(group, own_group) if group is not None else None
            yield number, row, year, group


def _group(label: str, *, by_age: bool) -> Group | None:
    """The part that a cell says. ``by_age``: a bare number is an age."""
    if sex := sex_of(label):
        return Group(sex=sex)
    ages = ages_of(label)
    return Group(*ages) if ages and (by_age or not label.isdigit()) else None


def _heading_of(parts: Sequence[str], *, named: bool) -> tuple[int | None, Group] | None:
    """The year and part that a column's headings say; ``None`` if they say anything else, or nothing."""
    years: set[int] = set()
    group = EVERYONE
    counted = False
    for part in parts:
        if part in _TOTALS:
            continue
        left = []
        for word in re.split(r"[\s_,;:()]+|(?<=[a-z])-(?=\d)", part):
            if year := _YEAR.fullmatch(word):
                years.add(int(year[1]))
            elif _NAMED.match(word):
                counted = True
            elif word in _COUNTS:
                counted = counted or (named and word != "ar")
                if word != "ar" and not named:
                    return None
            elif word and word not in _TOTALS:
                left.append(word)
        sex = next((said for word in left if (said := sex_of(word))), "")
        rest = " ".join(word for word in left if not sex_of(word))
        ages = ages_of(rest) if rest else EVERYONE[:2]
        if ages is None:
            return None
        both = _both(group, Group(*ages, sex))
        if both is None:
            return None
        group = both
    if len(years) > 1 or not (years or counted):
        return None
    return (years.pop() if years else None), group


def _source_in(rows: Sequence[Sequence[Cell]]) -> str:
    """Who publishes the table: what stands after "Källa:", on the same line or the next."""
    lines = [next((text for cell in row if (text := _text(cell))), "") for row in rows]
    for line, after in pairwise([*(line for line in lines if line), ""]):
        if match := _SOURCE.match(folded(line)):
            return (line[match.end() :] or after)[:60]
    return ""


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
        for column, texts in codes.items()
        if column in headed or not all(_YEAR.fullmatch(code) for code in texts)
    ]
    return max(candidates, key=lambda column: (column in headed, len(codes[column]), -column), default=None)


def _is_area(cell: Cell) -> bool:
    return _place(_text(cell)) is not None


def _like_code(cell: Cell) -> bool:
    text = _text(cell)
    return bool(_CODE.fullmatch(text) or _DESO.fullmatch(text))


def _text(cell: Cell) -> str:
    return normal(cell_text(cell))


def _whole(cell: Cell) -> Decimal | None:
    """A whole number that is not negative; thousands may be set apart by blanks."""
    value = number_in(cell)
    return value if value is not None and value >= 0 and value == value.to_integral() and value < 10**9 else None


def _filled(head: Sequence[Cell]) -> list[str]:
    """A heading row where an empty cell takes what stands to the left of it."""
    filled: list[str] = []
    for cell in head:
        text = _text(cell)
        filled.append(text or (filled[-1] if filled else ""))
    return filled
