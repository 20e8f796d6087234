"""Population as an indicator like any other: its code, its parts by age and sex, and totals of parts.

A part is written as a breakdown in one form, whatever file it comes from: ``age=16-24;sex=women``. Ages are whole years
with both ends included (``16-24``, ``16``, ``85+``), sexes are ``women`` and ``men``; what is not divided is left out,
so that everyone is the empty text.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple, Self

from django.utils.translation import gettext as _

from tillsammans.formats.observations import LeftOut, Measured, Observation, Table
from tillsammans.formats.units import COUNT
from tillsammans.kernel.text import folded

CODE = "population"
MEASURED = Measured(CODE, "Folkmängd", COUNT)
WOMEN, MEN = "women", "men"
OLDEST = 150

_TEXT = re.compile(r"(?:age=(\d{1,3})(?:-(\d{1,3})|(\+))?)?;?(?:sex=(women|men))?", re.ASCII)
_AGES = re.compile(
    r"(\d{1,3})(?:(?: ?[-– ] ?(\d{1,3}))|( ?\+|-| ?(?:ar )?(?:och|eller) aldre))?(?: ?(?:ar|years?))?", re.ASCII
)
_SEXES = {"kvinnor": WOMEN, "kvinna": WOMEN, "women": WOMEN, "man": MEN, "men": MEN}
_NAMES = {"kon", "sex", "alder", "age", "aldersgrupp", "aldersklass", "uppdelning"}
_NAMED = re.compile(r"folkmangd(?:en)?(?: per (?:region|kommun|lan))?(?: (?:den )?31 december)?(?: \(.*\))?")
# A table about some of the inhabitants only: of some ages, born abroad, in work, or counted as households.
_LIMITED = re.compile(r"\d ?(?:[-–] ?\d+ ?\+?|\+) ?(?:ar|years)\b|fodda|hushall|sysselsatt|forvarvs|utlandsk")


class Group(NamedTuple):
    """Inhabitants of the ages ``low`` to ``high`` (``None``: and older) and one ``sex`` (empty: both)."""

    low: int = 0
    high: int | None = None
    sex: str = ""

    @property
    def text(self) -> str:
        """The breakdown of a series: ``age=16-24;sex=women``; empty for everyone."""
        ages = (
            f"{self.low}+"
            if self.high is None
            else f"{self.low}-{self.high}"
            if self.high > self.low
            else f"{self.low}"
        )
        parts = ("" if (self.low, self.high) == (0, None) else f"age={ages}", f"sex={self.sex}" if self.sex else "")
        return ";".join(part for part in parts if part)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The inverse of ``text``; ``None`` for a text that is not written so."""
        match = _TEXT.fullmatch(text)
        if not match:
            return None
        low, high, open_end, sex = match.groups()
        ages = (0, None) if low is None else (int(low), None if open_end else int(high or low))
        group = cls(*ages, sex or "")
        return group if group.text == text else None

    @property
    def words(self) -> str:
        """As a reader says it: "kvinnor 16–24 år"; empty for everyone."""
        sex = {WOMEN: _("kvinnor"), MEN: _("män")}.get(self.sex, "")
        if (self.low, self.high) == (0, None):
            return sex
        if self.high is None:
            ages = _("{low} år och äldre").format(low=self.low)
        elif self.high == self.low:
            ages = _("{low} år").format(low=self.low)
        else:
            ages = _("{low}–{high} år").format(low=self.low, high=self.high)
        return f"{sex} {ages}".strip()


EVERYONE = Group()


def breakdown_words(breakdown: str) -> str:
    """A series' breakdown as a reader says it, whether it is one of population or in a publisher's own words."""
    group = Group.parse(breakdown)
    return breakdown if group is None else group.words


def ages_of(label: str) -> tuple[int, int | None] | None:
    """The first and last age of "0–4 år", "16 år", "85+ år", "65 år och äldre"; ``None`` if it is none of them."""
    match = _AGES.fullmatch(folded(label))
    if not match:
        return None
    low = int(match[1])
    high = None if match[3] else int(match[2] or low)
    return (low, high) if low <= OLDEST and (high is None or low <= high <= OLDEST) else None


def sex_of(label: str) -> str:
    """``women`` or ``men``; empty if the label is neither."""
    return _SEXES.get(folded(label), "")


def group_of(breakdown: str) -> Group | None:
    """The part that a reader's breakdown is ("kön: kvinnor, ålder: 0–4 år"); ``None`` if it is divided otherwise."""
    ages: tuple[int, int | None] | None = None
    sex = ""
    for part in breakdown.split(", ") if breakdown else ():
        name, _colon, label = part.partition(": ")
        if folded(name) not in _NAMES:
            return None
        if not sex and (sex := sex_of(label)):
            continue
        if ages is not None or (ages := ages_of(label)) is None:
            return None
    return Group(*(ages or (0, None)), sex)


def is_limited(title: str) -> bool:
    """Whether a table's title says that it is about some of the inhabitants only."""
    return bool(_LIMITED.search(folded(title)))


def with_population(table: Table) -> Table:
    """The table with what it counts as population, by year, under the one indicator; other figures as they were.

    SCB calls the whole population "Folkmängd"; "Befolkning" may be of some ages only and is not taken. Divisions by
    anything but age and sex stay under the publisher's own indicator. Where a place and year has parts and no total,
    the total is their sum if they are everyone, each once. A table that is of population already is returned as it is.
    """
    if CODE in table.measured:
        return table
    codes = {
        code
        for code, measured in table.measured.items()
        if measured.unit == COUNT and _NAMED.fullmatch(folded(measured.name))
    }
    if not codes or is_limited(table.source):
        return table
    people, others = [], []
    for one in table.observations:
        group = group_of(one.breakdown) if one.measured in codes and len(one.period) == 4 else None
        if group is None:
            others.append(one)
        else:
            people.append(one._replace(measured=CODE, breakdown=group.text))
    if not people:
        return table
    sums, notes, left_out = totals(people)
    used = {one.measured for one in others}
    return replace(
        table,
        measured={code: one for code, one in table.measured.items() if code in used} | {CODE: MEASURED},
        observations=(*others, *people, *sums),
        understood=(*table.understood, *notes),
        left_out=(*table.left_out, *left_out),
    )


def totals(people: Iterable[Observation]) -> tuple[list[Observation], list[str], list[LeftOut]]:
    """Everyone, for each place and year that has parts only; what was understood, and what could not be summed.

    A total that the file states is never computed. The parts must be everyone: both sexes, or all ages from 0 with no
    gap and no overlap, or both; and none of them may be missing.
    """
    cells: dict[tuple[str, str], dict[Group, Observation]] = {}
    for one in people:
        group = Group.parse(one.breakdown)
        if group is not None:
            cells.setdefault((one.place, one.period), {})[group] = one
    sums, incomplete = [], 0
    for parts in cells.values():
        if EVERYONE in parts:
            continue
        known = {group: one for group, one in parts.items() if one.value is not None}
        whole = partition(known)
        if whole is None:
            incomplete += 1
            continue
        first = known[whole[0]]
        value = sum((known[group].value or Decimal(0) for group in whole), Decimal(0))
        preliminary = any(known[group].preliminary for group in whole)
        sums.append(first._replace(value=value, breakdown="", preliminary=preliminary))
    notes = (
        [_("Hela folkmängden är summan av delarna: alla åldrar och båda könen finns med, och ingen räknas två gånger.")]
        if sums
        else []
    )
    why = _("Hela folkmängden räknades inte ut där någon ålder eller något kön saknas.")
    return sums, notes, [LeftOut(why, incomplete)] if incomplete else []


def partition(groups: Collection[Group]) -> tuple[Group, ...] | None:
    """The finest of the groups that are everyone together, each person once; ``None`` if there are none such."""
    women, men = (_cover(group for group in groups if group.sex == sex) for sex in (WOMEN, MEN))
    both = (*women, *men) if women and men else ()
    ages = _cover(group for group in groups if not group.sex)
    return max(both, ages, key=len) or None


def disjoint(counts: Mapping[Group, int]) -> dict[Group, int]:
    """Counts of the finest groups that do not overlap: the partition, or else those of the most divided kind."""
    whole = partition(counts)
    if whole is not None:
        return {group: counts[group] for group in whole}
    kinds: dict[tuple[bool, bool], list[Group]] = {}
    for group in counts:
        kinds.setdefault(((group.low, group.high) != (0, None), bool(group.sex)), []).append(group)
    chosen = kinds[max(kinds)] if kinds else []
    return {group: counts[group] for group in _without_overlap(chosen)}


def _without_overlap(groups: Iterable[Group]) -> Iterator[Group]:
    end: dict[str, int] = {}
    for group in sorted(groups, key=lambda group: (group.low, _last(group))):
        if group.low > end.get(group.sex, -1):
            end[group.sex] = _last(group)
            yield group


def _cover(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Groups of one sex that hold every age from 0 once, the narrowest first; empty if there is a gap."""
    by_age: dict[int, list[Group]] = {}
    for group in sorted(groups, key=_last):
        by_age.setdefault(group.low, []).append(group)
    rest: dict[int, tuple[Group, ...]] = {}
    for age in sorted(by_age, reverse=True):
        for group in by_age[age]:
            tail = () if group.high is None else rest.get(group.high + 1)
            if tail is not None:
                rest[age] = (group, *tail)
                break
    return rest.get(0, ())


def _last(group: Group) -> int:
    return OLDEST + 1 if group.high is None else group.high
