"""Groups of municipalities from a file: SKR's division as Kolada or SKR writes it, or all groups of Kolada's.

Two layouts: a row per municipality with its group (``kommunkod``, ``grupp``), or a row per group and member
(``group_id``, ``group_title``, ``member_id``). Gzipped or not, CSV or XLSX.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.formats import tables
from tillsammans.formats.tables import rows_of
from tillsammans.geo import reference
from tillsammans.kernel import clock
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.text import folded, normal

SKR, KOLADA = "skr", "kolada"
LATEST_SKR = 2023  # the present division; the one before is from 2017
SKR_GROUPS = (
    "Storstäder",
    "Pendlingskommun nära storstad",
    "Större stad",
    "Pendlingskommun nära större stad",
    "Lågpendlingskommun nära större stad",
    "Mindre stad/tätort",
    "Pendlingskommun nära mindre stad/tätort",
    "Landsbygdskommun",
    "Landsbygdskommun med besöksnäring",
)
# Kolada writes two of SKR's names in another way.
_SPELLINGS = {
    "pendlingskommun nara mindre tatort": "Pendlingskommun nära mindre stad/tätort",
    "landsbygdskommun, ej nara storre stad": "Landsbygdskommun",
} | {folded(name): name for name in SKR_GROUPS}
_PREFIX = re.compile(r"^[ABC]\d\.?\s+")
_SUFFIX = " (ovägt medel)"
_SIMILAR = re.compile(r"Liknande kommuner,? (?P<theme>\w+), (?P<name>.+), (?P<year>20\d\d)")
_KNOWN_OTHERWISE = re.compile(r"Alla kommuner|.+ läns kommuner")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Group:
    """One group. ``subject``: the municipality whose similar ones these are, or empty; ``members`` are codes."""

    kind: str
    code: str
    name: str
    year: int | None
    subject: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupFile:
    """The groups of a file, by name, and ``notes``: assumptions of the reader, as sentences."""

    groups: tuple[Group, ...]
    notes: tuple[str, ...]


def read(content: bytes, name: str, year: int | None = None) -> GroupFile:
    """Read a file of groups, called ``name`` in messages. Raises ``ImportProblem`` and nothing else.

    ``year``: of SKR's division, where the file does not say; without it the latest division is meant, and a note says
    so.
    """
    errors = FileErrors(name)
    rows = rows_of(_unpacked(content, errors), errors)
    heads = [folded(cell) for cell in rows[0]] if rows else []
    municipality = _column(heads, ("kommunkod", "member_id", "kod", "municipality_id"))
    group = _column(heads, ("group_title", "grupp", "kommungrupp"))
    if municipality is None or group is None:
        raise errors.refuse(
            _("Filen har inte de kolumner som behövs: kommunkod och grupp, eller member_id och group_title."),
            _("Ta tabellen över SKR:s kommungrupper eller Koladas tabell municipality_groups."),
        )
    reader = _Reader(rows, municipality, group, _column(heads, ("group_id", "kolada_grupp_id")), errors)
    stated = _YEAR.search(heads[group])
    return reader.file(int(stated[0]) if stated else year)


class _Reader:
    def __init__(
        self, rows: Sequence[Sequence[str]], municipality: int, group: int, code: int | None, errors: FileErrors
    ):
        self.errors = errors
        self.members: dict[tuple[str, str], list[str]] = {}
        self.other_areas = 0
        for number, row in enumerate(rows[1:], start=2):
            cells = [*row, *[""] * (len(rows[0]) - len(row))]
            text, title = normal(cells[municipality]), normal(cells[group])
            if not text and not title:
                continue
            member = reference.code_of(text)
            if text.upper().startswith("G") or (member is None and re.fullmatch(r"00\d\d", text)):
                self.other_areas += 1  # a group inside a group, or one of Kolada's regions
                continue
            if member is None or len(member) != 4 or reference.valid_code(member, clock.today().year) != member:
                errors.add(
                    _("”{code}” är ingen kommun som finns nu.").format(code=text[:30]),
                    _("Rätta koden eller ta bort raden."),
                    row=number,
                    value=text,
                )
            elif not title or len(title) > 120:
                errors.add(_("Gruppens namn saknas eller är längre än 120 tecken."), _("Rätta namnet."), row=number)
            else:
                key = (normal(cells[code]) if code is not None else "", title)
                if member in self.members.setdefault(key, []):
                    errors.add(
                        _("{code} står två gånger i gruppen {group}.").format(code=member, group=title),
                        _("Ta bort den ena raden."),
                        row=number,
                    )
                self.members[key].append(member)

    def file(self, year: int | None) -> GroupFile:
        self.errors.stop_if_any()
        groups: list[Group] = []
        notes: list[str] = []
        respelled: list[str] = []
        left_out = 0
        for (code, title), members in self.members.items():
            bare = _PREFIX.sub("", title.removesuffix(_SUFFIX))
            skr = _SPELLINGS.get(folded(bare))
            if skr:
                if bare != skr:
                    respelled.append(_("”{theirs}” heter ”{name}” hos SKR").format(theirs=bare, name=skr))
                groups.append(Group(SKR, code[:20], skr, year or LATEST_SKR, "", tuple(sorted(members))))
            elif similar := _SIMILAR.fullmatch(bare):
                groups += self._similar(similar, code, bare, members)
            elif _KNOWN_OTHERWISE.fullmatch(bare):
                left_out += 1
            else:
                groups.append(Group(KOLADA, code[:20], bare, None, "", tuple(sorted(members))))
        self.errors.stop_if_any()
        division = [group for group in groups if group.kind == SKR]
        self._once(division)
        if not groups:
            raise self.errors.refuse(
                _("Filen har inga grupper att jämföra med."), _("Kontrollera att det är rätt fil.")
            )
        if division:
            notes += self._about_division(division, year)
        if respelled:
            notes.append(_("Stavningar är rättade till SKR:s: {list}.").format(list="; ".join(respelled)))
        if left_out:
            notes.append(
                ngettext(
                    "{number} grupp med alla kommuner i landet eller ett län togs inte med: den finns redan.",
                    "{number} grupper med alla kommuner i landet eller ett län togs inte med: de finns redan.",
                    left_out,
                ).format(number=left_out)
            )
        if self.other_areas:
            notes.append(
                ngettext(
                    "{number} rad om annat än kommuner är överhoppad.",
                    "{number} rader om annat än kommuner är överhoppade.",
                    self.other_areas,
                ).format(number=self.other_areas)
            )
        return GroupFile(tuple(sorted(groups, key=lambda group: (group.kind, group.name, group.code))), tuple(notes))

    def _similar(self, title: re.Match[str], code: str, name: str, members: list[str]) -> Iterator[Group]:
        year = int(title["year"])
        place = reference.municipality_named(title["name"], clock.today())
        if place is None:
            self.errors.add(
                _("Gruppen ”{group}” nämner ingen kommun som finns.").format(group=name),
                _("Kontrollera gruppens namn."),
            )
            return
        yield Group(KOLADA, code[:20], name, year, place.code, tuple(sorted(set(members) - {place.code})))

    def _once(self, division: list[Group]) -> None:
        seen: dict[str, str] = {}
        for group in division:
            for member in group.members:
                if member in seen:
                    self.errors.add(
                        _("{code} ligger både i {one} och i {other}.").format(
                            code=member, one=seen[member], other=group.name
                        ),
                        _("En kommun hör till en enda grupp. Rätta filen."),
                    )
                seen[member] = group.name
        self.errors.stop_if_any()

    def _about_division(self, division: list[Group], year: int | None) -> Iterator[str]:
        if year is None:
            yield _("Filen säger inte vilket år indelningen är från. Den tas som SKR:s senaste, {year}.").format(
                year=LATEST_SKR
            )
        missing = len(reference.data("areas")["municipalities"]) - sum(len(group.members) for group in division)
        if missing:
            yield ngettext(
                "{number} kommun saknas i SKR:s grupper.", "{number} kommuner saknas i SKR:s grupper.", missing
            ).format(number=missing)
        unknown = sorted(set(SKR_GROUPS) - {group.name for group in division})
        if unknown:
            yield _("Dessa av SKR:s grupper saknas: {names}.").format(names=", ".join(unknown))


def _column(heads: list[str], names: tuple[str, ...]) -> int | None:
    """The column with one of the headings, the first named first; a year after the heading does no harm."""
    bare = [_YEAR.sub("", head).strip() for head in heads]
    return next((bare.index(name) for name in names if name in bare), None)


def _unpacked(content: bytes, errors: FileErrors) -> bytes:
    """The content of a gzipped file, within the limit for tables; other files as they are."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        plain = stream.decompress(content, tables.SIZE_LIMIT + 1)
    except zlib.error as error:
        raise errors.refuse(_("Filen är trasig och går inte att packa upp."), _("Hämta den på nytt.")) from error
    if len(plain) <= tables.SIZE_LIMIT and not stream.eof:
        raise errors.refuse(_("Filen är trasig och går inte att packa upp."), _("Hämta den på nytt."))
    return plain
