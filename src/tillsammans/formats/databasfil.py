"""Brå's "Databasfil": reported crimes by region, crime type and period, read exactly as Brå publishes it.

The file is ISO-8859-1 text with ``;`` between fields and six names in its first row, while every other row ends with
``;`` and so has seven fields. For each chosen crime type it also lists the types above it: one that was itself chosen
comes back with its value, up to seven times, and one that was not comes back as ``..``. So rows are never added.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from tillsammans.formats.regions import region_to_code
from tillsammans.kernel import clock, limits
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.text import normal

COLUMNS = ("Region", "Brott", "År", "Period", "Antal", "/100 000 inv")
SIZE_LIMIT = limits.FILE
FIRST_YEAR = 1975
NOT_APPLICABLE = "not_applicable"
Progress = Callable[[int, int], None]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari",
            "feb februari",
            "mar mars",
            "apr april",
            "maj",
            "jun juni",
            "jul juli",
            "aug augusti",
            "sep sept september",
            "okt oktober",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_QUARTER = re.compile(r"(?:kvartal|kvart|kv|k|q)\.? ?([1-4])|([1-4])(?::[ae])?\.? ?(?:kvartalet|kvartal|kv)\.?")
_QUARTER_MONTHS = {"jan-mar": 1, "apr-jun": 2, "jul-sep": 3, "okt-dec": 4}
_WHOLE_YEAR = {"år", "helår", "hela året", "jan-dec"}
_YEAR = re.compile(r"(\d{4})( ?\(?prel\.?\)?)?", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,9}|\d{1,3}(?: \d{3}){1,3}")
_FIRST_ROWS = 5
_LONGEST_HEADER = 1000
# å, ä, ö and unreadable signs of UTF-8 that were taken for Windows-1252 and saved so.
GARBLED = re.compile("ï¿½|Ã[¥¤¶…„–]")


@dataclass(frozen=True, slots=True)
class Value:
    """One figure. ``count`` and ``rate`` (per 100 000 inhabitants, as published) are ``None`` where not applicable."""

    region: str
    crime: str
    period: str
    count: int | None
    rate: int | None
    mark: str | None
    preliminary: bool
    row: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What was read, for the preview. ``rows`` = values + not applicable + echoes + repeats + replaced."""

    files: tuple[str, ...]
    encoding: str
    rows: int
    values: int
    not_applicable: int
    echoes_dropped: int
    repeats_dropped: int
    replaced: int
    preliminary: int
    periods: tuple[str, ...]
    regions_matched: tuple[str, ...]
    regions_unmatched: tuple[str, ...]
    first_rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Databasfil:
    """The figures as columns of equal length, one element per region, crime type and period, in the file's order.

    ``period`` is ``2020-01``, ``2020-Q1`` or ``2020``. ``mark`` is ``None`` for a figure and ``not_applicable`` for
    ``..``. ``row`` counts the file's rows from 1, the header included.
    """

    region: tuple[str, ...]
    crime: tuple[str, ...]
    period: tuple[str, ...]
    count: tuple[int | None, ...]
    rate: tuple[int | None, ...]
    mark: tuple[str | None, ...]
    preliminary: tuple[bool, ...]
    row: tuple[int, ...]
    summary: Summary

    def __len__(self) -> int:
        return len(self.region)

    def __iter__(self) -> Iterator[Value]:
        return map(
            Value, self.region, self.crime, self.period, self.count, self.rate, self.mark, self.preliminary, self.row
        )


def looks_like(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a Databasfil, whatever its name."""
    line = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
    return any(_is_header(line.decode(encoding, "replace")) for encoding in ("utf-8", "iso-8859-1"))


def read(source: Path | bytes, name: str, progress: Progress | None = None) -> Databasfil:
    """Read one file, called ``name`` in messages; ``progress`` gets the rows done and the rows in all.

    Raises ``ImportProblem`` with what is wrong and where; nothing else is raised for any content.
    """
    errors = FileErrors(name)
    text, encoding = _text(_bytes(source, errors), errors)
    lines = text.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines:
        raise errors.refuse(_("Filen är tom."), _("Hämta den på nytt från Brås statistikdatabas."))
    if not _is_header(lines[0]):
        raise errors.refuse(
            _("Första raden är inte en Databasfils rubriker: {columns}.").format(columns=";".join(COLUMNS)),
            _("Välj ”Databasfil” när du sparar uttaget ur Brås statistikdatabas, och ändra inte i filen."),
            row=1,
            value=lines[0][:80],
        )
    merger = _Merger()
    complete = text.endswith("\n")
    for value in _values(lines, complete, errors, progress):
        merger.add(value, errors)
    errors.stop_if_any()
    if not merger.rows:
        raise errors.refuse(_("Filen har rubriker men inga siffror."), _("Gör om uttaget hos Brå."))
    return merger.result((name,), encoding, tuple(line.rstrip("\r") for line in lines[:_FIRST_ROWS]))


def merge(files: Sequence[Databasfil]) -> Databasfil:
    """Several files as one: the same figure twice is once, and a final figure replaces a preliminary one.

    Raises ``ImportProblem`` if two files give different final, or different preliminary, figures for the same thing.
    """
    if not files:
        raise ValueError("merge needs at least one file")
    names = tuple(dict.fromkeys(name for file in files for name in file.summary.files))
    errors = FileErrors(", ".join(names))
    merger = _Merger()
    for file in files:
        for value in file:
            merger.add(value, errors, file.summary.files[0])
        merger.rows += file.summary.rows - len(file)
        merger.echoes += file.summary.echoes_dropped
        merger.repeats += file.summary.repeats_dropped
        merger.replaced += file.summary.replaced
    errors.stop_if_any()
    encodings = ", ".join(dict.fromkeys(file.summary.encoding for file in files))
    return merger.result(names, encodings, files[0].summary.first_rows)


def _bytes(source: Path | bytes, errors: FileErrors) -> bytes:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > SIZE_LIMIT:
        raise errors.refuse(
            _("Filen är {size} MB; gränsen är {limit} MB.").format(size=size // 2**20, limit=SIZE_LIMIT // 2**20),
            _("Ett uttag hos Brå är högst 10 000 celler, omkring 2 MB. Kontrollera att det är rätt fil."),
        )
    return source if isinstance(source, bytes) else source.read_bytes()


def _text(content: bytes, errors: FileErrors) -> tuple[str, str]:
    """The content as text with the encoding that it was in, which is decided for the whole file."""
    if b"\0" in content:
        row = content[: content.index(b"\0")].count(b"\n") + 1
        raise errors.refuse(
            _("Filen innehåller nolltecken och är ingen vanlig textfil (kanske UTF-16)."), _again(), row=row
        )
    encoding = "ISO-8859-1"
    text = content.decode("iso-8859-1")
    if not content.isascii():
        with suppress(UnicodeDecodeError):
            text, encoding = content.decode("utf-8-sig"), "UTF-8"
    for number, line in enumerate(text.split("\n"), start=1) if _strange(text) else ():
        if _strange(line):
            raise errors.refuse(
                _("Filen har tecken som inte går att läsa; å, ä och ö kan ha gått sönder."),
                _again(),
                row=number,
                value=line,
            )
    return text, encoding


def _again() -> str:
    return _("Hämta filen på nytt från Brå och spara den utan att öppna den i ett annat program.")


def _strange(text: str) -> bool:
    """Whether there is what a wrong encoding leaves: control or replacement signs, or "Ã¤" for ä."""
    return GARBLED.search(text) is not None or any(
        sign == "\ufffd" or (unicodedata.category(sign) == "Cc" and sign not in "\n\r\t") for sign in set(text)
    )


def _is_header(line: str) -> bool:
    if len(line) > _LONGEST_HEADER:
        return False
    fields = [normal(field).casefold() for field in line.split(";")]
    if len(fields) == len(COLUMNS) + 1 and not fields[-1]:
        fields.pop()
    return fields == [column.casefold() for column in COLUMNS]


def _values(lines: list[str], complete: bool, errors: FileErrors, progress: Progress | None) -> Iterator[Value]:
    names: dict[str, str] = {}
    periods: dict[tuple[str, str], tuple[str, bool]] = {}
    last = len(lines)
    for number, line in enumerate(lines[1:], start=2):
        if progress and number % 1000 == 0:
            progress(number, last)
        fields = line.rstrip("\r").split(";")
        if len(fields) != 7 or fields[6].strip() or '"' in line:
            _bad_row(fields, line, number, number == last and not complete, errors)
            continue
        region_text, crime_text, year, label, count_text, rate_text, _end = fields
        for text in (region_text, crime_text):
            if text not in names:
                names[text] = normal(text)
        region, crime = names[region_text], names[crime_text]
        if not region or not crime:
            column = COLUMNS[0] if not region else COLUMNS[1]
            errors.add(_("Fältet är tomt."), _("Hämta filen på nytt."), row=number, column=column)
            continue
        period = periods.get((year, label)) or _period(year, label, number, errors)
        count = _number(count_text, COLUMNS[4], number, errors)
        rate = _number(rate_text, COLUMNS[5], number, errors)
        if period is None or _BAD in (count, rate):
            continue
        periods[year, label] = period
        if count is None and rate is not None:
            errors.add(
                _("Antalet är ”..” men antalet per 100 000 invånare är en siffra."),
                _("Hämta filen på nytt."),
                row=number,
                column=COLUMNS[5],
                value=rate_text,
            )
            continue
        mark = NOT_APPLICABLE if count is None else None
        yield Value(region, crime, period[0], count, rate, mark, period[1], number)
    if progress:
        progress(last, last)


def _bad_row(fields: list[str], line: str, number: int, cut: bool, errors: FileErrors) -> None:
    if cut:
        errors.add(
            _("Sista raden är avhuggen, så filen är inte hel."), _("Hämta filen på nytt."), row=number, value=line
        )
    elif '"' in line:
        errors.add(
            _("Raden har citattecken, som Brå inte skriver; filen verkar sparad ur ett kalkylprogram."),
            _("Använd filen som den kom från Brå."),
            row=number,
            value=line,
        )
    elif not line.strip():
        errors.add(_("Raden är tom."), _("Använd filen som den kom från Brå."), row=number)
    elif len(fields) == len(COLUMNS) and fields[-1].strip():
        errors.add(
            _("Raden slutar inte med semikolon, som Brås rader gör."),
            _("Använd filen som den kom från Brå."),
            row=number,
            value=line,
        )
    else:
        filled = len(fields) if fields[-1].strip() else len(fields) - 1
        errors.add(
            _("Raden har {number} fält, men ska ha {wanted}.").format(number=filled, wanted=len(COLUMNS)),
            _("Använd filen som den kom från Brå."),
            row=number,
            value=line,
        )


def year_in(text: str) -> tuple[str, bool] | None:
    """The year that a cell names and whether it is preliminary: "2023 prel."; ``None`` if it names none."""
    match = _YEAR.fullmatch(normal(text))
    if not match or not (match[1].isascii() and FIRST_YEAR <= int(match[1]) <= clock.today().year + 1):
        return None
    return match[1], bool(match[2])


def part_of_year(label: str) -> str | None:
    """What follows the year in a period: ``-01``, ``-Q1`` or nothing for the whole year; ``None`` if it is no part."""
    text = normal(label).casefold().removesuffix(".")
    compact = re.sub(r" ?[-–] ?", "-", text)
    if month := _MONTHS.get(text):
        return f"-{month:02}"
    if quarter := _QUARTER.fullmatch(text):
        return f"-Q{quarter[1] or quarter[2]}"
    if compact in _QUARTER_MONTHS:
        return f"-Q{_QUARTER_MONTHS[compact]}"
    return "" if compact in _WHOLE_YEAR else None


def _period(year_text: str, label: str, row: int, errors: FileErrors) -> tuple[str, bool] | None:
    """The canonical period and whether it is preliminary; ``None`` and a finding if it is none."""
    year = year_in(year_text)
    if year is None:
        errors.add(
            _("”{value}” är inte ett år mellan {first} och {last}.").format(
                value=year_text[:30], first=FIRST_YEAR, last=clock.today().year + 1
            ),
            _("Rätta inte i filen; hämta den på nytt."),
            row=row,
            column=COLUMNS[2],
            value=year_text,
        )
        return None
    part = "" if normal(label) == year[0] else part_of_year(label)
    if part is None:
        errors.add(
            _("”{value}” är ingen känd period.").format(value=label[:30]),
            _("Välj månad, kvartal eller helår i uttaget hos Brå."),
            row=row,
            column=COLUMNS[3],
            value=label,
        )
        return None
    return year[0] + part, year[1]


_BAD = -1


def _number(text: str, column: str, row: int, errors: FileErrors) -> int | None:
    """The number, ``None`` for ``..`` and ``_BAD`` with a finding for anything else."""
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    plain = " ".join(text.split())
    if plain == "..":
        return None
    if plain.isascii() and _NUMBER.fullmatch(plain):
        return int(plain.replace(" ", ""))
    message = _("”{value}” är inget heltal.").format(value=text[:30]) if plain else _("Siffran saknas.")
    errors.add(message, _("Brå skriver heltal eller ”..”; hämta filen på nytt."), row=row, column=column, value=text)
    return _BAD


class _Merger:
    """One value per region, crime type and period, in the order in which they came."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, str], tuple[Value, str]] = {}
        self.rows = self.echoes = self.repeats = self.replaced = 0

    def add(self, new: Value, errors: FileErrors, file: str = "") -> None:
        self.rows += 1
        key = (new.region, new.crime, new.period)
        if key not in self.kept:
            self.kept[key] = (new, file)
            return
        old, old_file = self.kept[key]
        if new.mark or old.mark:
            self.echoes += 1
            if old.mark and not new.mark:
                self.kept[key] = (new, file)
        elif old.preliminary != new.preliminary:
            self.replaced += 1
            if old.preliminary:
                self.kept[key] = (new, file)
        elif (old.count, old.rate) == (new.count, new.rate):
            self.repeats += 1
        else:
            errors.add(*_conflict(old, old_file, new, file), row=new.row)

    def result(self, files: tuple[str, ...], encoding: str, first_rows: tuple[str, ...]) -> Databasfil:
        values = [value for value, _file in self.kept.values()]
        matched, unmatched = _matched(values)
        summary = Summary(
            files=files,
            encoding=encoding,
            rows=self.rows,
            values=sum(value.mark is None for value in values),
            not_applicable=sum(value.mark is not None for value in values),
            echoes_dropped=self.echoes,
            repeats_dropped=self.repeats,
            replaced=self.replaced,
            preliminary=sum(value.preliminary for value in values),
            periods=tuple(sorted({value.period for value in values})),
            regions_matched=matched,
            regions_unmatched=unmatched,
            first_rows=first_rows,
        )
        return Databasfil(
            region=tuple(value.region for value in values),
            crime=tuple(value.crime for value in values),
            period=tuple(value.period for value in values),
            count=tuple(value.count for value in values),
            rate=tuple(value.rate for value in values),
            mark=tuple(value.mark for value in values),
            preliminary=tuple(value.preliminary for value in values),
            row=tuple(value.row for value in values),
            summary=summary,
        )


def _conflict(old: Value, old_file: str, new: Value, file: str) -> tuple[str, str]:
    message = _(
        "{region}, {crime}, {period} har två olika värden: {old} på rad {old_row}{old_file} och {new} på rad "
        "{new_row}{new_file}."
    ).format(
        region=new.region,
        crime=new.crime,
        period=new.period,
        old=_figures(old),
        old_row=old.row,
        old_file=_in(old_file),
        new=_figures(new),
        new_row=new.row,
        new_file=_in(file),
    )
    if new.preliminary:
        return message, _("Båda är preliminära: ta bara med den fil som hämtades sist.")
    return message, _("Ta reda på vilket som gäller hos Brå och ta bara med den filen.")


def _figures(value: Value) -> str:
    rate = ".." if value.rate is None else value.rate
    return _("{count} ({rate} per 100 000)").format(count=value.count, rate=rate)


def _in(file: str) -> str:
    return _(" i {file}").format(file=file) if file else ""


def _matched(values: list[Value]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The regions that stand for a known area and those that do not, in the order of the file."""
    matched: dict[str, None] = {}
    unmatched: dict[str, None] = {}
    for region, year in dict.fromkeys((value.region, value.period[:4]) for value in values):
        known = region_to_code(region, date(int(year), 1, 1)) is not None
        (matched if known else unmatched)[region] = None
    return tuple(matched), tuple(unmatched)
