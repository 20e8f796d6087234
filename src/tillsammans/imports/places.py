"""Resolves names and codes of places in a file to areas per year: no guesses, and unmatched places are reported."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from tillsammans.areas.models import Area, AreaLink
from tillsammans.formats.observations import Place
from tillsammans.formats.regions import Region, region
from tillsammans.geo import reference
from tillsammans.kernel.text import folded, normal

_OFFICIAL = (Area.Kind.NATION, Area.Kind.COUNTY, Area.Kind.MUNICIPALITY)
_NATION_CODES = {"00", "0000", "se"}
# Words before a name that say what kind of area it is.
_KIND_WORDS = {
    "lokalpolisområde ": Area.Kind.LOCAL_POLICE_DISTRICT,
    "lpo ": Area.Kind.LOCAL_POLICE_DISTRICT,
    "polisområde ": Area.Kind.POLICE_AREA,
    "po ": Area.Kind.POLICE_AREA,
}


@dataclass(slots=True)
class Places:
    """The area of each place and year, by a key that is the same for the same area.

    ``areas``: each key's area, or the region that an area will be made of. ``unmatched``: the places that no area is
    known for, and why. ``notes``: what was understood beyond the file's own words, as sentences.
    """

    key_of: dict[tuple[Place, int], str] = field(default_factory=dict)
    areas: dict[str, Area | Region] = field(default_factory=dict)
    unmatched: dict[Place, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def resolve(wanted: Iterable[tuple[Place, int]]) -> Places:
    """Find the areas of places as of the last day of years, in the organisation's scope. Three queries for any number.

    A code goes before a name. A code without its leading zero is taken where it can be nothing else and the name, if
    there is one, agrees. A code that was replaced is today's in later years; one whose area was merged into another
    is no area then. Of areas that began later, publishers list today's for all years, so they are taken.
    """
    return _Resolving(sorted(set(wanted), key=lambda pair: (pair[0].name, pair[0].code, pair[1]))).run()


@dataclass(frozen=True, slots=True)
class _Meant:
    """The interpretation of a place, before areas are looked up."""

    kind: str
    code: str = ""
    name: str = ""
    new: Region | None = None


class UnresolvedPlace(Exception):
    """A place that matches no known area; the message says why."""


class _Resolving:
    def __init__(self, wanted: Sequence[tuple[Place, int]]):
        self.wanted = wanted
        self.found = Places()
        self.said: dict[str, None] = {}

    def run(self) -> Places:
        meant: dict[tuple[Place, int], _Meant] = {}
        for place, year in self.wanted:
            try:
                meant[place, year] = _meaning(place, year, self.said)
            except UnresolvedPlace as no:
                self.found.unmatched[place] = str(no)
        self._fetch(meant.values())
        for (place, year), one in meant.items():
            try:
                area = self._area(one, year)
            except UnresolvedPlace as no:
                self.found.unmatched[place] = str(no)
                continue
            key = f"#{area.pk}" if isinstance(area, Area) else area.code
            self.found.areas[key] = area
            self.found.key_of[place, year] = key
        self.found.notes = tuple(self.said)
        return self.found

    def _fetch(self, meant: Iterable[_Meant]) -> None:
        meant = list(meant)
        codes = {one.code for one in meant if one.code}
        codes |= {reference.present_code(code, date.max) for code in codes}
        names = {folded(one.name) for one in meant if one.name and not one.code}
        rows = Area.objects.order_by("-organisation__common", "valid_from", "pk").defer("geometry")
        self.by_code: dict[tuple[str, str], list[Area]] = {}
        self.kinds_of: dict[str, dict[str, None]] = {}
        for row in rows.filter(code__in=codes):
            self.by_code.setdefault((row.kind, row.code), []).append(row)
            self.kinds_of.setdefault(row.code, {})[row.kind] = None
        self.by_name: dict[str, list[Area]] = {}
        for row in rows.filter(folded_name__in=names) if names else ():
            self.by_name.setdefault(normal(row.name).casefold(), []).append(row)
        links = AreaLink.objects.filter(kind=AreaLink.Kind.SUCCESSION, child__code__in=codes)
        self.successors = {link.child_id: link for link in links.select_related("parent").defer("parent__geometry")}
        parents = AreaLink.objects.filter(
            kind=AreaLink.Kind.SUCCESSION, parent_id__in=[link.parent_id for link in self.successors.values()]
        )
        # A merged area is another area: the values of one of its parts are not its values.
        self.parts = Counter(parents.values_list("parent_id", "valid_from"))

    def _area(self, one: _Meant, year: int) -> Area | Region:
        if not one.code:
            return self._named(one, year)
        kinds = [one.kind] if one.kind else list(self.kinds_of.get(one.code, {}))
        if len(kinds) > 1:
            raise UnresolvedPlace(_("koden hör till flera slag av områden"))
        rows = self.by_code.get((kinds[0], one.code), []) if kinds else []
        if not rows:
            if one.new is not None:
                return one.new
            raise UnresolvedPlace(_("koden finns inte bland områdena"))
        return self._valid(rows, year)

    def _named(self, one: _Meant, year: int) -> Area:
        rows = [row for row in self.by_name.get(normal(one.name).casefold(), []) if one.kind in ("", row.kind)]
        codes = {(row.kind, row.code) for row in rows}
        if len(codes) > 1:
            raise UnresolvedPlace(_("flera områden heter så"))
        if not rows:
            raise UnresolvedPlace(_("namnet finns inte bland områdena"))
        return self._valid(rows, year)

    def _valid(self, rows: Sequence[Area], year: int) -> Area:
        """The row that is valid at the end of the year, else the one that publishers mean."""
        day = date(year, 12, 31)
        held = [row for row in rows if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)]
        if held:
            return held[0]
        last = rows[-1]
        if last.valid_to is not None and last.valid_to < day and last.kind in _OFFICIAL:
            link = self.successors.get(last.pk)
            if link is None:
                raise UnresolvedPlace(_("området upphörde {day}").format(day=last.valid_to))
            successor = link.parent
            if self.parts[link.parent_id, link.valid_from] > 1:
                raise UnresolvedPlace(
                    _("området upphörde {day} och gick upp i {name}").format(day=last.valid_to, name=successor.name)
                )
            self._say(
                _("{name} har i filen koden {old}, som är {new} sedan {day}.").format(
                    name=successor.name, old=last.code, new=successor.code, day=successor.valid_from
                )
            )
            return successor
        if last.valid_from > day:
            self._say(
                _("{name} fanns inte före {day}; äldre siffror gäller området med dagens kod.").format(
                    name=last.name, day=last.valid_from
                )
            )
        return last

    def _say(self, sentence: str) -> None:
        self.said[sentence] = None


def _meaning(place: Place, year: int, said: dict[str, None]) -> _Meant:
    if not place.code.strip():
        return _meaning_of_name(place, year)
    code = normal(place.code)
    if code.casefold() in _NATION_CODES and place.kind in ("", Area.Kind.NATION):
        return _Meant(Area.Kind.NATION, reference.NATION)
    if place.kind and place.kind not in _OFFICIAL:
        return _Meant(place.kind, code)
    if not (code.isascii() and code.isdigit()):
        return _Meant(place.kind, code)
    if place.kind == Area.Kind.COUNTY and len(code) == 4 and code.startswith("00"):
        code = code[2:]  # the region, which is the county's area
    if len(code) > 4:
        if place.kind:
            raise UnresolvedPlace(_("koden är ingen kommunkod eller länskod"))
        return _Meant("", code)
    kind = place.kind or (Area.Kind.COUNTY if len(code) <= 2 else Area.Kind.MUNICIPALITY)
    full = reference.code_of(code)
    if full is None or (kind == Area.Kind.MUNICIPALITY) != (len(full) == 4):
        return _Meant(place.kind, code)
    named = _official(place, year)
    if named is not None and _latest(named.code) != _latest(full) and named.kind == kind:
        raise UnresolvedPlace(_("koden är {name} men namnet är ett annat områdes").format(name=_name_of(full, year)))
    if full != code:
        # One digit could also be a number of something else, so the kind or the name must say that it is a county.
        if not place.kind and named is None and (place.name or len(code) == 1):
            raise UnresolvedPlace(_("koden saknar sin inledande nolla, och namnet säger inte vilket område det är"))
        said[_("Koder utan inledande nolla är lästa med den: {code} är {full}.").format(code=code, full=full)] = None
    return _Meant(kind, full)


def _meaning_of_name(place: Place, year: int) -> _Meant:
    name = normal(place.name)
    if not name:
        raise UnresolvedPlace(_("området har varken namn eller kod"))
    meaning = _official(place, year)
    if meaning is not None and place.kind in ("", meaning.kind):
        if meaning.kind == Area.Kind.COUNTY and (ended := _ended(meaning, year)):
            raise UnresolvedPlace(_("området upphörde {day}").format(day=ended))
        is_new = meaning.kind == Area.Kind.CITY_DISTRICT
        return _Meant(meaning.kind, meaning.code, meaning.name, meaning if is_new else None)
    if not place.kind:
        for words, kind in _KIND_WORDS.items():
            if name.casefold().startswith(words):
                return _Meant(kind, "", name[len(words) :])
    return _Meant(place.kind, "", name)


def _official(place: Place, year: int) -> Region | None:
    """The county, municipality, police region or district of that name; the kind decides between equal names."""
    day, name = date(year, 1, 1), normal(place.name)
    if place.kind == Area.Kind.COUNTY and not name.casefold().endswith(" län"):
        name = name.removeprefix("Region ") + " län"
    return region(name, day)


def _ended(region: Region, year: int) -> date | None:
    """The last day of a former county, if it lies before the year: its code may be another county's since."""
    for row in reference.data("dated_codes")["former_counties"]:
        if (row["code"], row["name"]) == (region.code, region.name) and int(row["ended"][:4]) < year:
            return date.fromisoformat(row["ended"])
    return None


def _latest(code: str) -> str:
    """The code that the municipality has, or will have, in the end."""
    return reference.present_code(code, date.max)


def _name_of(code: str, year: int) -> str:
    rows = [place for place in (*reference.municipalities(), *reference.counties()) if place.code == code]
    return next((place.name for place in rows if place.holds(date(year, 12, 31))), rows[-1].name)
