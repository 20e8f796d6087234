"""PxWeb's Excel files: a title, an empty row, one to four head rows with gaps, the data, and a footer.

Head rows hold the values of a dimension, each in the first cell of those that it stands over. To the left stand one or
more columns with codes or names, which may be filled in their first row only. The footer names contact persons: of it
only the line after "Källa:" is read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.formats.cells import column_letters
from tillsammans.formats.collecting import Collector, coded_place, rows_words
from tillsammans.formats.guards import Cell, cell_text, open_workbook
from tillsammans.formats.observations import Table
from tillsammans.formats.pxweb import PLACE, About, Dimension, mark_or_number, role_of, time_of, what_and_names, write
from tillsammans.formats.workbooks import filled, peek, texts
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.progress import Progress
from tillsammans.kernel.text import folded

KIND = "pxweb_excel"
NAME = gettext_lazy("Excelfil från SCB:s statistikdatabas")

_HEADS_LIMIT = 10


@dataclass(frozen=True, slots=True)
class _Layout:
    """The layout (from 0): the first row with data, how many columns to the left, and the head rows."""

    first: int
    stub: int
    heads: tuple[int, ...]


def looks_like(head: bytes, name: str, path: Path) -> bool:
    """Whether the first sheet has a title of the form "… efter …", an empty row and a head over coded rows."""
    sheets = peek(head, path)
    if not sheets:
        return False
    rows = sheets[0][1]
    return bool(
        len(rows) > 2
        and rows[0]
        and what_and_names(cell_text(rows[0][0]))[1]
        and not any(texts(rows[1]))
        and _layout(rows)
    )


def read(path: Path, name: str, progress: Progress | None = None) -> Table:
    """The first sheet's figures. Raises ``ImportProblem`` and nothing else."""
    errors = FileErrors(name)
    book = open_workbook(path, errors)
    rows = book.rows(book.sheets[0]) if book.sheets else []
    title = cell_text(rows[0][0]) if rows and rows[0] else ""
    layout = _layout(rows[: _HEADS_LIMIT + 5])
    if layout is None:
        raise errors.refuse(_("Bladet har inga rubrikrader med siffror under."), _advice(), row=1)
    end = layout.first
    while end < len(rows) and any(cell != "" for cell in rows[end][layout.stub :]):
        end += 1
    _refuse_later(rows, layout, end, errors)
    source = _source(rows[end:])
    what, _names = what_and_names(title)
    out = Collector(errors, KIND, ", ".join(part for part in (source or "PxWeb", what) if part), progress)
    out.rows = end - layout.first
    left, index_left = _left(rows[layout.first : end], layout.stub)
    above, index_above = _above(rows, layout)
    dimensions = _named(left, above, title, out)
    used = [
        column
        for column in range(layout.stub, layout.stub + len(index_above))
        if any(column < len(row) and row[column] != "" for row in rows[layout.first : end])
    ]
    footer = sum(any(cell != "" for cell in row) for row in rows[end:])
    out.understand(
        _("Bladet {sheet}: rubriken är ”{title}”.").format(sheet=book.sheets[0], title=title[:150]),
        _("Tabellen har {heads} rubrikrader och {rows} med siffror.").format(
            heads=len(layout.heads), rows=rows_words(out.rows)
        ),
    )
    if footer:
        out.leave(_("Rader i sidfoten, som inte läses eftersom den namnger personer."), footer)

    def cells() -> Iterator[tuple[tuple[int, ...], Cell, int, str]]:
        for number, row in enumerate(rows[layout.first : end]):
            for column in used:
                yield (
                    (*index_left[number], *index_above[column - layout.stub]),
                    row[column],
                    layout.first + number + 1,
                    column_letters(column),
                )

    write(out, dimensions, cells(), About(title, book.sheets[0], source), _advice(), total=out.rows * len(used))
    if len(book.sheets) > 1:
        out.understand(_("Bara det första bladet är läst."))
    return out.table("xlsx", rows, _advice())


def _advice() -> str:
    return _("Gör om uttaget i statistikdatabasen och spara det som Excel utan att ändra i det.")


def _layout(rows: Sequence[Sequence[Cell]]) -> _Layout | None:
    """The first row with a label to the left and figures, and the head rows above it."""
    for number, row in enumerate(rows):
        own = texts(row)
        if number == 0 or not any(own):
            continue
        figures = [
            column
            for column, cell in enumerate(row)
            if column
            and mark_or_number(cell)
            and not (isinstance(cell, str) and time_of(cell))
            and not coded_place(own[column])
        ]
        only_years = all(time_of(own[column]) for column in figures) and not coded_place(own[0])
        if not own[0] or not figures or only_years:
            continue
        heads = tuple(index for index in range(1, number) if any(cell != "" for cell in rows[index]))
        if not heads:
            return None
        # Names of the dimensions to the left may stand in the last head row: the figures' columns have all rows filled.
        stub = next(
            (
                column
                for column in range(1, len(row))
                if all(column < len(rows[head]) and filled(texts(rows[head]))[column] for head in heads)
                and column >= min(figures)
            ),
            None,
        )
        return _Layout(number, stub, heads) if stub is not None else None
    return None


def _refuse_later(rows: Sequence[Sequence[Cell]], layout: _Layout, end: int, errors: FileErrors) -> None:
    """Refuse a table that continues after an empty row: it has been edited."""
    for number, row in enumerate(rows[end:], start=end + 1):
        if coded_place(texts(row)[0]) and any(isinstance(cell, int | float) for cell in row[layout.stub :]):
            raise errors.refuse(
                _("Tabellen slutar på rad {end} men fortsätter här.").format(end=end), _advice(), row=number
            )


def _source(footer: Sequence[Sequence[Cell]]) -> str:
    """Who publishes the table: the line after "Källa:"."""
    lines = [texts(row)[0] for row in footer if row]
    after = (line for head, line in pairwise(lines) if folded(head) in {"kalla:", "source:"})
    return next(after, "")[:60]


def _left(rows: Sequence[Sequence[Cell]], stub: int) -> tuple[list[list[tuple[str, str]]], list[tuple[int, ...]]]:
    """The values of the dimensions to the left, and each row's indexes. A code and its name beside it are one."""
    columns: list[list[str]] = []
    for number in range(stub):
        before = ""
        result = []
        for row in rows:
            before = cell_text(row[number]) or before
            result.append(before)
        columns.append(result)
    pairs: list[list[tuple[str, str]]] = []
    for column in columns:
        codes = [code for code, _label in pairs[-1]] if pairs else []
        if (
            pairs
            and not any(label for _code, label in pairs[-1])
            and all(map(coded_place, codes))
            and not any(map(coded_place, column))
            and not all(map(time_of, column))
            and len(set(zip(codes, column, strict=True))) == len(set(codes))
        ):
            pairs[-1] = list(zip(codes, column, strict=True))
        else:
            pairs.append([(text, "") for text in column])
    values, indexes = [], []
    for pairs_of_rows in pairs:
        known = {pair: index for index, pair in enumerate(dict.fromkeys(pairs_of_rows))}
        values.append([(code, label) if label else ("", code) for code, label in known])
        indexes.append([known[pair] for pair in pairs_of_rows])
    return values, list(zip(*indexes, strict=True))


def _above(
    rows: Sequence[Sequence[Cell]], layout: _Layout
) -> tuple[list[list[tuple[str, str]]], list[tuple[int, ...]]]:
    """The values of the dimensions above, and each column's indexes."""
    values, indexes = [], []
    wide = max(len(rows[head]) for head in layout.heads)
    for head in layout.heads:
        own = texts(rows[head])[layout.stub :]
        row = filled([*own, *[""] * (wide - layout.stub - len(own))])
        known = {text: number for number, text in enumerate(dict.fromkeys(row))}
        values.append([("", text) for text in known])
        indexes.append([known[text] for text in row])
    return values, list(zip(*indexes, strict=True))


def _named(
    left: list[list[tuple[str, str]]], above: list[list[tuple[str, str]]], title: str, out: Collector
) -> list[Dimension]:
    """The dimensions with the names that the title gives them, if it names as many."""
    values = [*left, *above]
    _what, names = what_and_names(title)
    if len(names) != len(values):
        out.understand(_("Rubriken namnger inte lika många dimensioner som tabellen har: deras värden har avgjort."))
        names = []
        for value in values:
            role = role_of("", value)
            names.append({PLACE: "region"}.get(role, role if role != "other" else "uppdelning"))
    return [Dimension(name, tuple(value), role_of(name, value)) for name, value in zip(names, values, strict=True)]
