"""PxWeb's CSV files: quoted cells, Windows-1252 or UTF-8, code and name in one cell ("0114 Upplands Väsby").

Either each column of figures has its year in its head ("Folkmängd 2023"), or the year has a column of its own. A first
line alone is the title.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.formats.collecting import Collector, coded_place, refuse_cut
from tillsammans.formats.guards import encoding_of, open_text, rows_of_text
from tillsammans.formats.observations import Table
from tillsammans.formats.pxweb import (
    CONTENTS,
    OTHER,
    PLACE,
    TIME,
    About,
    Dimension,
    mark_or_number,
    role_of,
    what_and_names,
    write,
)
from tillsammans.kernel.problems import FileErrors, ImportProblem
from tillsammans.kernel.progress import Progress
from tillsammans.kernel.text import normal

KIND = "pxweb_csv"
NAME = gettext_lazy("CSV-fil från SCB:s statistikdatabas")

_TIME = re.compile(r"\b((?:19|20)\d\d(?:M\d\d|[KQ]\d|[-/](?:19|20)?\d\d)?)\b")
_STAMPED = re.compile(r"(?P<table>[A-Za-z0-9]{3,20})_\d{8}-\d{6}")
_SEX = re.compile(r"\b(män och kvinnor|män|kvinnor|totalt)$", re.IGNORECASE)
_LOOK = 5


@dataclass(frozen=True, slots=True)
class _Layout:
    """The head's row (from 0), how many columns to the left hold dimensions, and whether years stand in the heads."""

    head: int
    stub: int
    wide: bool


def looks_like(head: bytes, name: str, path: Path) -> bool:
    """Whether the first lines are a head and coded rows as PxWeb writes them."""
    if not head or b"\0" in head or head[:1] in (b"{", b"[", b"<") or head.startswith(b"PK"):
        return False
    lines = head[:20_000].split(b"\n")[:_LOOK]
    try:
        text = b"\n".join(lines).decode("utf-8-sig" if encoding_of(head[:20_000]) == "utf-8" else "cp1252", "replace")
        rows = rows_of_text(text, _delimiter(text), FileErrors(name))
    except ImportProblem:
        return False
    return _layout(rows) is not None


def read(path: Path, name: str, progress: Progress | None = None) -> Table:
    """The file's figures. Raises ``ImportProblem`` and nothing else."""
    errors = FileErrors(name)
    text, encoding = open_text(path, errors)
    refuse_cut(text, errors)
    rows = rows_of_text(text, _delimiter(text), errors)
    while rows and not any(rows[-1]):
        rows.pop()
    layout = _layout(rows)
    if layout is None:
        raise errors.refuse(
            _("Filen har inte statistikdatabasens rubriker: områden till vänster och år ovanför."), _advice(), row=1
        )
    head = [normal(text) for text in rows[layout.head]]
    title = next((normal(row[0]) for row in rows[: layout.head] if row and row[0].strip()), "")
    body: list[list[str]] = []
    for number, row in enumerate(rows[layout.head + 1 :], start=layout.head + 2):
        if len(row) != len(head):
            errors.add(
                _("Raden har {number} kolumner men rubrikraden {heads}.").format(number=len(row), heads=len(head)),
                _advice(),
                row=number,
            )
        else:
            body.append(row)
    errors.stop_if_any()
    stamped = _STAMPED.fullmatch(PurePath(name).stem)
    about = About(title, stamped["table"] if stamped else "")
    heads = [_split(text, layout.wide) for text in head[layout.stub :]]
    what = what_and_names(title)[0] or ", ".join(dict.fromkeys(content for content, _sex, _time in heads if content))
    out = Collector(errors, KIND, ", ".join(part for part in ("PxWeb", what or about.table) if part), progress)
    out.rows = len(body)
    dimensions, indexes, above = _dimensions(head, body, heads, layout)

    def cells() -> Iterator[tuple[tuple[int, ...], str, int, str]]:
        for number, row in enumerate(body):
            for column, own in enumerate(above, start=layout.stub):
                yield (*indexes[number], *own), row[column], layout.head + number + 2, head[column]

    out.understand(_("Kolumner med siffror: {heads}.").format(heads=", ".join(head[layout.stub :][:6])[:200]))
    write(out, dimensions, cells(), about, _advice(), total=len(body) * len(heads))
    return out.table(encoding, rows, _advice())


def _advice() -> str:
    return _("Gör om uttaget i statistikdatabasen och spara det som kommaavgränsad fil utan att ändra i det.")


def _delimiter(text: str) -> str:
    first = text.lstrip("\ufeff \r\n").split("\n", 4)[:4]
    return max(";,\t", key=lambda sign: max((line.count(sign) for line in first), default=0))


def _layout(rows: Sequence[Sequence[str]]) -> _Layout | None:
    """Where the head is, if the rows under it are coded or headed places and a year stands somewhere."""
    head = next((number for number, row in enumerate(rows[:_LOOK]) if len(row) > 1), None)
    if head is None or len(rows) < head + 2:
        return None
    names, first = [normal(text) for text in rows[head]], rows[head + 1]
    if len(first) != len(names) or not all(names):
        return None
    roles = [role_of(name, ()) for name in names]
    places = [
        column
        for column, role in enumerate(roles)
        if role == PLACE or (role == OTHER and " " in first[column].strip() and coded_place(first[column]))
    ]
    if not places:
        return None
    years = [
        column
        for column, name in enumerate(names)
        if roles[column] == OTHER and column not in places and _TIME.search(name) and mark_or_number(first[column])
    ]
    if years:
        stub = years[0]
        return _Layout(head, stub, True) if places[0] < stub and years == list(range(stub, len(names))) else None
    if TIME not in roles:
        return None
    stub = len(names)
    while stub and roles[stub - 1] not in (PLACE, TIME) and mark_or_number(first[stub - 1]):
        stub -= 1
    return _Layout(head, stub, False) if max(*places, roles.index(TIME)) < stub < len(names) else None


def _split(text: str, wide: bool) -> tuple[str, str, str]:
    """A head of figures as contents, sex and time: "Folkmängd kvinnor 2023"."""
    match = _TIME.search(text) if wide else None
    time = match[1] if match else ""
    rest = normal(text.replace(time, " ", 1)) if time else text
    sex = _SEX.search(rest)
    return (normal(rest[: sex.start()]), sex[1], time) if sex else (rest, "", time)


def _dimensions(
    head: Sequence[str], body: Sequence[Sequence[str]], heads: Sequence[tuple[str, str, str]], layout: _Layout
) -> tuple[list[Dimension], list[tuple[int, ...]], list[tuple[int, ...]]]:
    """The dimensions of the rows and of the columns, and the indexes of each row and of each column of figures."""
    dimensions, indexes = [], []
    for column in range(layout.stub):
        cells = [normal(row[column]) for row in body]
        known = {text: number for number, text in enumerate(dict.fromkeys(cells))}
        values = tuple(("", text) for text in known)
        dimensions.append(Dimension(head[column], values, role_of(head[column], values)))
        indexes.append([known[text] for text in cells])
    above: list[list[int]] = []
    for number, (name, role) in enumerate((("tabellinnehåll", CONTENTS), ("kön", OTHER), ("år", TIME))):
        texts = [parts[number] for parts in heads]
        if not any(texts):
            continue
        known = {text: index for index, text in enumerate(dict.fromkeys(texts))}
        values = tuple(("", text or "totalt") for text in known)
        dimensions.append(Dimension(name, values, role))
        above.append([known[text] for text in texts])
    columns: list[tuple[int, ...]] = [tuple(indexes[column] for indexes in above) for column in range(len(heads))]
    return dimensions, list(zip(*indexes, strict=True)), columns
