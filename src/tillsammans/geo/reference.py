"""Counties and municipalities of Sweden with their present and former codes: pure data, no database.

Codes are text: ``0382`` is Östhammar, ``01`` Stockholm county. See ``data/LICENCE.md`` for the sources.

Changes are rows of ``dated_codes``, and may lie ahead: a change holds from its date. ``recoded``: the same municipality
under a new code. ``merged``: two or more that become one, ``{"date", "new", "name", "county", "from": [{"code", "name",
"county"}, ...]}``; the new one is another area, even where it keeps one of the codes.
"""

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tillsammans.kernel.text import normal

DATA = Path(__file__).resolve().parent / "data"
NATION, NATION_NAME = "00", "Hela landet"
# The municipalities of today came with the reform of 1971; nothing older is kept.
FIRST_DAY = date(1971, 1, 1)


@dataclass(frozen=True, slots=True)
class Place:
    """A county or municipality under one code and name, while it had them. ``county`` is empty for a county."""

    code: str
    name: str
    county: str = ""
    valid_from: date = FIRST_DAY
    valid_to: date | None = None

    def holds(self, on: date) -> bool:
        """The place existed with this code and name on the day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@cache
def data(name: str) -> Any:
    """The content of one file of ``data``."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


@cache
def counties() -> tuple[Place, ...]:
    """The 21 counties, and those that ended."""
    dated = data("dated_codes")
    former = [
        Place(row["code"], row["name"], valid_to=date.fromisoformat(row["ended"])) for row in dated["former_counties"]
    ]
    former += [
        Place(row["code"], row["old_name"], valid_to=date.fromisoformat(row["date"]) - timedelta(1))
        for row in dated["renamed"]
        if len(row["code"]) == 2
    ]
    ended = {place.code: place.valid_to for place in former}
    today = []
    for row in data("areas")["counties"]:
        before = ended.get(row["code"])
        today.append(Place(row["code"], row["name"], valid_from=before + timedelta(1) if before else FIRST_DAY))
    return (*today, *former)


@cache
def municipalities() -> tuple[Place, ...]:
    """The 290 municipalities, and the codes, counties and names that some of them had before."""
    dated = data("dated_codes")
    began = {row["new"]: date.fromisoformat(row["date"]) for row in dated["split"]}
    places = []
    for row in data("areas")["municipalities"]:
        code, name = row["code"], row["name"]
        first, county_code = began.get(code, FIRST_DAY), row["county"]
        for change in dated["recoded"]:
            if change["new"] == code:
                day = date.fromisoformat(change["date"])
                places.append(Place(change["old"], name, change["old"][:2], first, day - timedelta(1)))
                first = day
        for change in dated["moved"]:
            if change["code"] == code:
                day = date.fromisoformat(change["date"])
                places.append(Place(code, name, change["old_county"], first, day - timedelta(1)))
                first = day
        for change in dated["renamed"]:
            if change["code"] == code:
                day = date.fromisoformat(change["date"])
                places.append(Place(code, change["old_name"], county_code, first, day - timedelta(1)))
                first = day
        places.append(Place(code, name, county_code, first))
    for merger in dated["merged"]:
        places = _merged(places, merger)
    return tuple(sorted(places, key=lambda place: (place.code, place.valid_from)))


def _merged(places: list[Place], merger: dict[str, Any]) -> list[Place]:
    """The places with a merger carried out: those that merge end, whether or not the data still list them."""
    day = date.fromisoformat(merger["date"])
    parts = {part["code"]: part for part in merger["from"]}
    kept, open_codes = [], set()
    for place in places:
        if place.code in parts and place.valid_to is None and place.name == parts[place.code]["name"]:
            place = replace(place, valid_to=day - timedelta(1))
            open_codes.add(place.code)
        elif place.code == merger["new"] and place.valid_to is None:
            continue  # listed without its first day; the merger adds it with one
        kept.append(place)
    kept += [
        Place(code, part["name"], part["county"], valid_to=day - timedelta(1))
        for code, part in parts.items()
        if code not in open_codes
    ]
    return [*kept, Place(merger["new"], merger["name"], merger["county"], day)]


def continues(before: Place, after: Place) -> bool:
    """Whether two places with one code are the same area, which only changed its name or county.

    A former county whose code was reused for another region is an area of its own, and so is the result of a merger.
    """
    former = {(row["code"], row["name"]) for row in data("dated_codes")["former_counties"]}
    if (before.code, before.name) in former or (after.code, after.name) in former:
        return before == after
    begun = {(row["new"], date.fromisoformat(row["date"])) for row in data("dated_codes")["merged"]}
    first, last = sorted((before, after), key=lambda place: place.valid_from)
    return not any(code == first.code and first.valid_from < day <= last.valid_from for code, day in begun)


@cache
def _codes() -> frozenset[str]:
    return frozenset({NATION, *(place.code for place in (*counties(), *municipalities()))})


def code_of(text: str) -> str | None:
    """A code as publishers write it, also without its leading zero, as the code; ``None`` if no area ever had it.

    One or two digits are a county, three or four a municipality: ``1`` is ``01``, ``114`` is ``0114``.
    """
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        return None
    code = text.zfill(2 if len(text) <= 2 else 4)
    return code if code in _codes() else None


def present_code(code: str, on: date) -> str:
    """The municipality's code on a day: ``1917`` gives ``0331`` since 2007. A code that never changed is its own.

    The code of a municipality that has merged leads to the one that it became a part of.
    """
    seen = {code}
    while (change := _successors().get(code)) and change[1] <= on and change[0] not in seen:
        code = change[0]
        seen.add(code)
    return code


def valid_code(code: str, year: int) -> str | None:
    """The code that a county or municipality had on the last day of the year, whichever of its codes is given.

    ``1917`` for 2007 gives ``0331`` and ``0331`` for 2006 gives ``1917``: Heby. ``code`` may lack its leading zero.
    ``None`` for what no area ever had, and for an area that did not exist: Knivsta (``0330``) before 2003, which was a
    part of Uppsala, and Kristianstads län (``11``) after 1996, which is only a part of Skåne. A municipality that has
    merged has no code of its own after that. Every change since 1971 fell on a first of January, so the answer holds
    for the whole year.
    """
    known = code_of(code)
    if known is None or known == NATION:
        return known
    day = date(year, 12, 31)
    places = counties() if len(known) == 2 else municipalities()
    recoded = {row["old"]: row["new"] for row in data("dated_codes")["recoded"]}
    latest = recoded.get(known, known)
    same = {known, latest, *(old for old, new in recoded.items() if new == latest)}
    return next((place.code for place in places if place.code in same and place.holds(day)), None)


@cache
def _successors() -> dict[str, tuple[str, date]]:
    """By the code that ended: the code that followed it, and from which day."""
    dated = data("dated_codes")
    pairs = [(row["old"], row["new"], row["date"]) for row in dated["recoded"]]
    pairs += [(part["code"], row["new"], row["date"]) for row in dated["merged"] for part in row["from"]]
    return {old: (new, date.fromisoformat(day)) for old, new, day in pairs if old != new}


def municipality_named(name: str, on: date) -> Place | None:
    """The municipality of that name: "Östhammar", "Östhammar kommun" or "Östhammars kommun", whatever the case.

    Marks over letters count: Håbo and Habo are two municipalities. Where none of the name existed on the day, the
    first that ever bore it is the answer, since publishers list today's municipalities for all years.
    """
    text = normal(name).casefold()
    bare = text.removesuffix(" kommun")
    places = _municipality_names().get(bare)
    if places is None and bare != text:
        places = _municipality_names().get(bare.removesuffix("s"))
    if not places:
        return None
    return next((place for place in places if place.holds(on)), places[0])


def county_named(name: str, on: date) -> Place | None:
    """The county of that name, with or without genitive: "Uppsala län", "Stockholms län", "Stockholm Län"."""
    text = normal(name).casefold()
    if not text.endswith(" län"):
        return None
    bare = text.removesuffix(" län")
    result = [place for place in counties() if place.name.casefold().removesuffix(" län") in {bare, f"{bare}s"}]
    return next((place for place in result if place.holds(on)), result[0] if result else None)


@cache
def _municipality_names() -> dict[str, list[Place]]:
    names: dict[str, list[Place]] = {}
    for place in municipalities():
        names.setdefault(normal(place.name).casefold(), []).append(place)
    return names


def shape_of(code: str) -> list[Any] | None:
    """The land of a county or municipality today: a multipolygon's coordinates, longitude before latitude, WGS84."""
    shape: list[Any] | None = data("shapes")["shapes"].get(code)
    return shape
