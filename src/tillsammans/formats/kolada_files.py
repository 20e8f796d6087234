"""Kolada's files and answers as plain records: figures, titles of key figures, names of municipalities."""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils.translation import gettext as _

from tillsammans.formats.collecting import refuse_cut
from tillsammans.formats.guards import check_size, head_of, open_text, parse_json, rows_of_text
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.text import normal

UNPACKED_LIMIT = 100 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_KPI = re.compile(r"[NUA]\d{5}")
_GROUP = re.compile(r"G\d{1,9}")
_VALUE_HEADS = {"kpi", "value"}
_PLACE_HEADS = ("municipality_id", "municipality")
_YEAR_HEADS = ("year", "period")
_LIST_HEADS = {"id", "title"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One value as published: ``sex`` T, K or M; ``row`` counts from 1 in the file, or in the list of answers."""

    kpi: str
    place: str
    place_name: str
    period: str
    sex: str
    status: str
    value: str | int | None
    row: int


@dataclass(slots=True)
class Content:
    """What one file, or several answers, hold."""

    encoding: str
    figures: list[Figure] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    groups: int = 0
    deleted: int = 0
    next_page: str = ""  # URL of the next page, if the last page is missing here
    first_rows: list[Sequence[Any]] = field(default_factory=list)
    last: bool = False

    def take(self, other: "Content") -> None:
        """Merge another's content into this."""
        start = len(self.figures)
        self.figures += [replace(figure, row=start + number) for number, figure in enumerate(other.figures, start=1)]
        self.titles |= other.titles
        self.places |= other.places
        self.groups += other.groups
        self.deleted += other.deleted
        self.first_rows = self.first_rows or other.first_rows
        self.last = self.last or other.last
        self.next_page = "" if self.last else other.next_page or self.next_page


def is_kolada(head: bytes) -> bool:
    """Whether a file with this beginning is Kolada's, by its content and not its name."""
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(31).decompress(head, 64 * 1024)
        except zlib.error:
            return False
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"{", b"[")):
        return b'"values"' in head and (
            b'"kpi"' in head
            or b'"is_divided_by_gender"' in head
            or b'"municipality_type"' in head
            or _is_municipality_list(head)
        )
    heads = _heads(start.split(b"\n", 1)[0].decode("cp1252", "replace"))
    return _is_values(heads) or _is_list(heads)


def _is_municipality_list(head: bytes) -> bool:
    return all(word in head for word in (b'"id"', b'"title"', b'"type"')) and b'"category"' not in head


def parse_file(path: Path, errors: FileErrors) -> Content:
    """A file's records. Raises ``ImportProblem`` and nothing else."""
    if head_of(path, 2) == _GZIP:
        with TemporaryDirectory() as folder:
            unpacked = Path(folder) / "unpacked"
            unpacked.write_bytes(_unpacked(path, errors))
            return parse_file(unpacked, errors)
    text, encoding = open_text(path, errors, line_limit=None)
    if text.lstrip().startswith(("{", "[")):
        content = _from_json(parse_json(text, errors), errors)
        content.encoding = encoding
        return content
    return _from_csv(text, encoding, errors)


def parse_answer(page: bytes, errors: FileErrors) -> Content:
    """The same for one answer of the interface."""
    try:
        text = page.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise errors.refuse(_("Svaret från Kolada är inte UTF-8."), _again()) from error
    return _from_json(parse_json(text, errors), errors)


def _again() -> str:
    return _("Hämta den på nytt från Kolada.")


def _unpacked(path: Path, errors: FileErrors) -> bytes:
    check_size(path, errors)
    unpack = zlib.decompressobj(31)
    try:
        content = unpack.decompress(path.read_bytes(), UNPACKED_LIMIT)
    except zlib.error as error:
        raise errors.refuse(_("Filen går inte att packa upp."), _again()) from error
    if unpack.unconsumed_tail:
        raise errors.refuse(_("Filen är mycket större än det ser ut och öppnas inte."), _again())
    if not unpack.eof or content.startswith(_GZIP):
        raise errors.refuse(_("Filen är avhuggen eller packad flera gånger."), _again())
    return content


def _from_json(answer: Any, errors: FileErrors) -> Content:
    """One answer, a list of answers, or a list of records."""
    content = Content("UTF-8")
    pages = answer if isinstance(answer, list) else [answer]
    if pages and all(isinstance(page, dict) and ("kpi" in page or "id" in page) for page in pages):
        pages = [{"values": pages}]
    for page in pages:
        if not isinstance(page, dict) or not isinstance(page.get("values"), list):
            raise errors.refuse(_("Filen är inget svar från Kolada: listan ”values” saknas."), _again())
        following = page.get("next_page") or page.get("next_url")
        one = Content("UTF-8", next_page=following if isinstance(following, str) else "", last=not following)
        for record in page["values"]:
            _record(record, one, errors)
        content.take(one)
    errors.stop_if_any()
    return content


def _record(record: Any, content: Content, errors: FileErrors) -> None:
    if isinstance(record, dict) and isinstance(record.get("values"), list):
        kpi, place, period = (_word(record.get(name)) for name in ("kpi", "municipality", "period"))
        for value in record["values"]:
            if not isinstance(value, dict) or not _KPI.fullmatch(kpi) or not place:
                errors.add(
                    _("Posten saknar nyckeltal, kommun eller värde."), _again(), row=len(content.figures) + 1, value=kpi
                )
                continue
            if value.get("isdeleted") is True:
                content.deleted += 1
                continue
            number = value.get("value")
            if isinstance(number, bool | list | dict):
                number = "?"
            _add(
                content,
                kpi,
                place,
                "",
                period,
                _word(value.get("gender")),
                _word(value.get("status")),
                number if not isinstance(number, Decimal) else f"{number:f}",
            )
    elif isinstance(record, dict) and isinstance(record.get("id"), str) and isinstance(record.get("title"), str):
        _title(content, record["id"], record["title"])
    else:
        errors.add(_("Posten är varken värden eller namn på nyckeltal."), _again(), row=len(content.figures) + 1)


def _add(
    content: Content,
    kpi: str,
    place: str,
    name: str,
    period: str,
    sex: str,
    status: str,
    value: Any,
    row: int = 0,
) -> None:
    if _GROUP.fullmatch(place):
        content.groups += 1
        return
    number = row or len(content.figures) + 1
    content.figures.append(Figure(kpi, place, name, period, sex, status, value, number))
    if len(content.first_rows) < 8 and not row:
        content.first_rows.append((kpi, place, period, sex, status, "" if value is None else str(value)))


def _title(content: Content, identity: str, title: str) -> None:
    identity, title = normal(identity), normal(title)
    if _KPI.fullmatch(identity):
        content.titles[identity] = title
    elif re.fullmatch(r"\d{4}", identity, re.ASCII):
        content.places[identity] = title


def _word(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    return normal(str(value))[:100] if isinstance(value, str | int | Decimal) else "?"


def _heads(line: str) -> list[str]:
    return [head.strip().strip('"').strip().casefold() for head in line.split(max(";,\t", key=line.count))]


def _is_values(heads: Sequence[str]) -> bool:
    return (
        set(heads) >= _VALUE_HEADS
        and any(head in heads for head in _PLACE_HEADS)
        and any(head in heads for head in _YEAR_HEADS)
    )


def _is_list(heads: Sequence[str]) -> bool:
    return set(heads) >= _LIST_HEADS and (
        "is_divided_by_gender" in heads or "municipality_type" in heads or list(heads) == ["id", "title", "type"]
    )


def _from_csv(text: str, encoding: str, errors: FileErrors) -> Content:
    line = text.lstrip().split("\n", 1)[0]
    rows = rows_of_text(text, max(";,\t", key=line.count), errors)
    heads = [normal(cell).casefold() for cell in rows[0]] if rows else []
    content = Content(encoding, first_rows=list(rows[:8]), last=True)
    refuse_cut(text, errors)
    if _is_list(heads):
        for row in rows[1:]:
            if len(row) == len(heads):
                _title(content, row[heads.index("id")], row[heads.index("title")])
        return content
    if not _is_values(heads):
        raise errors.refuse(
            _("Filen har inte Koladas kolumner: kpi, municipality_id, year, gender och value."), _again(), row=1
        )
    for number, cells in _rows(rows, heads, errors):
        place = cells.get("municipality_id") or cells.get("municipality", "")
        name = cells.get("municipality", "") if cells.get("municipality_id") else ""
        if not _KPI.fullmatch(cells["kpi"]):
            errors.add(
                _("”{value}” är inget nyckeltal.").format(value=cells["kpi"][:30]),
                _again(),
                row=number,
                column="kpi",
                value=cells["kpi"],
            )
            continue
        _add(
            content,
            cells["kpi"],
            place,
            name,
            cells.get("year") or cells.get("period", ""),
            cells.get("gender") or "T",
            cells.get("status", ""),
            cells["value"],
            number,
        )
    errors.stop_if_any()
    return content


def _rows(
    rows: Sequence[Sequence[str]], heads: Sequence[str], errors: FileErrors
) -> Iterator[tuple[int, Mapping[str, str]]]:
    for number, row in enumerate(rows[1:], start=2):
        if not any(row):
            continue
        if len(row) != len(heads):
            errors.add(
                _("Raden har {number} kolumner men rubrikraden {heads}.").format(number=len(row), heads=len(heads)),
                _again(),
                row=number,
            )
            continue
        yield number, dict(zip(heads, map(normal, row), strict=True))
