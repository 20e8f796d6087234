"""Tables of SCB and others who use PxWeb, whatever the file: dimensions for place, time and contents, and others.

A dimension that is neither place, time nor contents divides the figures, and its value becomes the breakdown; a total
among its values is the whole and divides nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from django.utils.translation import gettext as _

from tillsammans.formats.collecting import (
    MISSING,
    NOT_APPLICABLE,
    Collector,
    breakdown_of,
    coded_place,
    number_in,
    refuse_number,
    unit_of,
)
from tillsammans.formats.guards import Cell, cell_text
from tillsammans.formats.observations import Observation, Place
from tillsammans.formats.units import COUNT
from tillsammans.formats.workbooks import year_heading
from tillsammans.geo import reference
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.text import folded, normal, slug

PLACE, TIME, CONTENTS, OTHER = "place", "time", "contents", "other"

_TIME_NAMES = {"ar", "tid", "manad", "kvartal", "period", "year", "time", "month", "quarter", "tidpunkt", "artal"}
_CONTENTS_NAMES = {"tabellinnehall", "contentscode", "contents", "innehall", "observations"}
_PLACE_NAMES = {
    "region",
    "regioner",
    "kommun",
    "kommuner",
    "lan",
    "omrade",
    "deso",
    "regso",
    "area",
    "geografi",
    "municipality",
    "county",
}
_TOTALS = {
    "totalt",
    "total",
    "samtliga",
    "bada konen",
    "man och kvinnor",
    "kvinnor och man",
    "alla aldrar",
    "alla",
    "samtliga aldrar",
    "totalt antal",
    "both sexes",
    "all ages",
}
_TOTAL_CODES = {"tot", "totalt", "totsa", "1+2", "total"}
_MONTH = re.compile(r"((?:19|20)\d\d)(?:M|-)(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"((?:19|20)\d\d)(?:K|Q)([1-4])")
_TITLE = re.compile(r"(?P<what>.+?),? (?:efter|by) (?P<dimensions>.+)")
_ZERO = {"-", "–"}
_MARKS = {"..": MISSING, "...": MISSING, ".": NOT_APPLICABLE}


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension with its values as pairs of code and label; the code is empty where the file has labels only."""

    name: str
    values: tuple[tuple[str, str], ...]
    role: str
    units: tuple[str, ...] = ()  # of contents, where the file says


@dataclass(frozen=True, slots=True)
class About:
    """Metadata of the table; empty where the file has none."""

    title: str
    table: str = ""
    source: str = ""


def mark_or_number(cell: Cell | None, *, comma: bool = True) -> tuple[Decimal | None, str] | None:
    """The number or the mark in a cell; ``None`` if it is neither. SCB's dash means that there are none: zero."""
    text = cell_text(cell)
    if text in _ZERO:
        return Decimal(0), ""
    if text in _MARKS:
        return None, _MARKS[text]
    number = number_in(cell, comma=comma) if cell is not None else None
    return None if number is None else (number, "")


def time_of(text: str) -> tuple[str, bool] | None:
    """The period and whether it is preliminary: "2022", "2024M01", "2024K1", "2022-2023"."""
    text = normal(text)
    if month := _MONTH.fullmatch(text):
        return f"{month[1]}-{month[2]}", False
    if quarter := _QUARTER.fullmatch(text):
        return f"{quarter[1]}-Q{quarter[2]}", False
    return year_heading(text)


def role_of(name: str, values: Sequence[tuple[str, str]], identity: str = "") -> str:
    """What a dimension is about, by its name and else by its values."""
    for words in (folded(identity), folded(name)):
        for names, role in ((_TIME_NAMES, TIME), (_CONTENTS_NAMES, CONTENTS), (_PLACE_NAMES, PLACE)):
            if words in names:
                return role
    if values and all(time_of(code or label) for code, label in values):
        return TIME
    if values and all(_coded(code, label) for code, label in values):
        return PLACE
    return OTHER


def what_and_names(title: str) -> tuple[str, list[str]]:
    """A title's two parts: "Folkmängden per region efter år, region och kön" gives what is counted, and by what."""
    match = _TITLE.fullmatch(normal(title))
    if not match:
        return normal(title), []
    names = re.split(r", | och (?=[^,]*$)| and (?=[^,]*$)", match["dimensions"].rstrip(". "))
    return match["what"], [name.strip() for name in names if name.strip()]


def is_total(dimension: str, code: str, label: str) -> bool:
    """Whether a value of a dimension is all the others together."""
    words, name = folded(label), folded(dimension)
    return words in _TOTALS | {f"totalt {name}", f"samtliga {name}", f"total {name}"} or code.casefold() in _TOTAL_CODES


def write(
    out: Collector,
    dimensions: Sequence[Dimension],
    cells: Iterable[tuple[tuple[int, ...], Cell | None, int, str]],
    about: About,
    advice: str,
    *,
    comma: bool = True,
    total: int = 0,
) -> None:
    """Turn the cells into observations. A cell has its index in each dimension, its content, its row and column.

    Raises ``ImportProblem`` if no dimension is the place or none the time; faults in cells are noted.
    """
    errors = out.errors
    place = _single(dimensions, PLACE)
    time = _single(dimensions, TIME)
    if place is None or time is None:
        missing = _("område (region, kommun eller DeSO)") if place is None else _("tid")
        raise errors.refuse(_("Tabellen har ingen dimension för {what}, eller flera.").format(what=missing), advice)
    places = _places(out, dimensions[place], advice)
    periods = _periods(errors, dimensions[time], advice)
    contents = _single(dimensions, CONTENTS)
    things = _things(out, dimensions[contents] if contents is not None else None, about)
    others = [number for number in range(len(dimensions)) if number not in (place, time, contents)]
    _say(out, dimensions, others)
    parts: dict[tuple[int, ...], str] = {}
    sums = _Sums(out, places)
    for done, (index, cell, row, column) in enumerate(cells, start=1):
        out.step(done, total)
        marked = mark_or_number(cell, comma=comma)
        if marked is None:
            refuse_number(errors, cell, row, column)
            continue
        if isinstance(cell, str) and cell.strip() in _ZERO:
            out.understand(_("Streck är läst som 0: så skriver SCB att det inte finns några."))
        divided = tuple(index[number] for number in others)
        if divided not in parts:
            parts[divided] = breakdown_of(
                {
                    dimensions[number].name: label
                    for number, value in zip(others, divided, strict=True)
                    for code, label in (dimensions[number].values[value],)
                    if not is_total(dimensions[number].name, code, label)
                }
            )
        period, preliminary = periods[index[time]]
        one = Observation(
            things[index[contents]] if contents is not None else things[0],
            places[index[place]],
            period,
            marked[0],
            row,
            marked[1],
            preliminary,
            parts[divided],
        )
        out.add(one)
        sums.add(one)
    sums.give()


class _Sums:
    """Sums of counts of small areas to municipalities, where the file has no municipal counts."""

    def __init__(self, out: Collector, places: Sequence[str]):
        kinds = {key: out.places[key].kind for key in places}
        small = next((kind for kind in ("deso", "regso") if kind in kinds.values()), "")
        self.out = out
        self.town_of = {key: out.places[key].code[:4] for key, kind in kinds.items() if kind == small}
        if "municipality" in kinds.values() or not small:
            self.town_of = {}
        self.kept: dict[tuple[str, str, str, str], Observation] = {}

    def add(self, one: Observation) -> None:
        """Add a small area's figure, if it is a count."""
        town = self.town_of.get(one.place)
        if town is None or self.out.measured[one.measured].unit != COUNT:
            return
        key = (one.measured, town, one.period, one.breakdown)
        before = self.kept.get(key)
        if before is None:
            self.kept[key] = one
        elif before.value is None or one.value is None:
            self.kept[key] = before._replace(value=None)
        else:
            self.kept[key] = before._replace(value=before.value + one.value)

    def give(self) -> None:
        """Write the sums; a sum with a missing part is missing."""
        lacking = 0
        for (_measured, town, _period, _breakdown), one in self.kept.items():
            if one.value is None:
                lacking += 1
                continue
            name = next((place.name for place in reversed(reference.municipalities()) if place.code == town), town)
            self.out.add(one._replace(place=self.out.place(name, town, "municipality"), mark=""))
        if self.kept:
            self.out.understand(
                _(
                    "Antal per DeSO eller RegSO är också summerade till kommuner. Summan är rätt om alla "
                    "kommunens områden är med i filen."
                )
            )
        self.out.leave(_("Kommuner som inte summerades, eftersom ett områdes siffra saknas."), lacking)


def _single(dimensions: Sequence[Dimension], role: str) -> int | None:
    result = [number for number, dimension in enumerate(dimensions) if dimension.role == role]
    return result[0] if len(result) == 1 else None


def _coded(code: str, label: str) -> Place | None:
    return coded_place(f"{code} {label}" if code and not label.startswith(code) else label or code)


def _places(out: Collector, dimension: Dimension, advice: str) -> list[str]:
    """The key of each place. A code must be known; without codes the names are what they are."""
    result = []
    for code, label in dimension.values:
        place = _coded(code, label)
        if place is None and (code or label[:1].isdigit()):
            out.errors.add(
                _("”{code}” är ingen känd kod för kommun, län, DeSO eller RegSO.").format(code=(code or label)[:40]),
                advice,
                column=dimension.name,
                value=code or label,
            )
            result.append("")
            continue
        result.append(out.place(place.name, place.code, place.kind) if place else out.place(label))
    out.errors.stop_if_any()
    return result


def _periods(errors: FileErrors, dimension: Dimension, advice: str) -> list[tuple[str, bool]]:
    result = []
    for code, label in dimension.values:
        period = time_of(code) or time_of(label)
        if period is None:
            errors.add(
                _("”{value}” är ingen känd period.").format(value=(label or code)[:40]),
                advice,
                column=dimension.name,
                value=label or code,
            )
        result.append(period or ("", False))
    errors.stop_if_any()
    return result


def _things(out: Collector, contents: Dimension | None, about: About) -> list[str]:
    """The key of each measured thing."""
    what, _names = what_and_names(about.title)
    publisher = slug(about.source)[:20] or "pxweb"
    table = slug(about.table) or slug(what)[:60]
    base = f"{publisher}.{table}" if table else publisher
    if contents is None:
        name = what or about.table
        if not name:
            raise out.errors.refuse(
                _("Det går inte att se vad siffrorna mäter."),
                _("Ta med tabellens titel eller tabellinnehåll i uttaget."),
            )
        return [out.measure(base, name, unit_of(name))]
    keys = []
    for number, (code, label) in enumerate(contents.values):
        stated = contents.units[number] if contents.units else ""
        name = label or code
        if what and folded(name) not in folded(what):
            name = f"{name} ({what})"
        keys.append(
            out.measure(
                f"{base}.{slug(label or code)}",
                name,
                unit_of(stated) if unit_of(stated) != OTHER else unit_of(label or code),
            )
        )
    return keys


def _say(out: Collector, dimensions: Sequence[Dimension], others: Sequence[int]) -> None:
    for number in others:
        dimension = dimensions[number]
        totals = [label or code for code, label in dimension.values if is_total(dimension.name, code, label)]
        rest = [label or code for code, label in dimension.values if not is_total(dimension.name, code, label)]
        if totals:
            out.understand(
                _("{dimension}: ”{total}” är läst som alla tillsammans.").format(
                    dimension=dimension.name.capitalize(), total=totals[0]
                )
            )
        if rest:
            shown = ", ".join(islice(rest, 6)) + (" …" if len(rest) > 6 else "")
            out.understand(
                _("{dimension} delar upp siffrorna: {values}.").format(
                    dimension=dimension.name.capitalize(), values=shown
                )
            )
