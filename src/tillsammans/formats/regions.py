"""The regions of Brå's files, which have names and no codes: which area is meant."""

import re
from dataclasses import dataclass
from datetime import date

from tillsammans.geo import reference
from tillsammans.kernel.text import normal, slug

_CITIES = {"sthlm": "0180", "stockholm": "0180", "gbg": "1480", "göteborg": "1480", "malmö": "1280"}
_DISTRICT = re.compile(r"(?:stadsdelsområde|stadsområde) (?P<name>.+) \((?P<city>[^()]+)\)", re.IGNORECASE)
_FORMER_DISTRICT = re.compile(r"(?P<name>.+) stadsdel \(upphörde (?P<end>\d{4}-\d{2}-\d{2})\)", re.IGNORECASE)
_POLICE = re.compile(r"(?:polis)?region (?P<name>\w+)", re.IGNORECASE)
# Brå lists Heby under both of its counties; the words say which of its two codes is meant.
_HEBY = {"heby kommun (uppsala län from 2007)": "0331", "heby kommun (västmanlands län tom 2006)": "1917"}


@dataclass(frozen=True, slots=True)
class Region:
    """The area that a name stands for. ``parent`` is the code of the municipality of a city district."""

    code: str
    kind: str
    name: str
    parent: str = ""
    ended: date | None = None


def region(name: str, on: date) -> Region | None:
    """The area that Brå means by ``name`` in figures for the day ``on``; ``None`` if no area has that name.

    Districts have no official code, so their code is made of the municipality's and the name. Districts that ended
    carry the day, because a later district may have the same name. Brå writes no city for them; all that are known
    lie in Stockholm.
    """
    text = normal(name)
    if code := _HEBY.get(text.casefold()):
        return Region(code, "municipality", "Heby")
    if text.casefold() in {"hela landet", "hela riket", "riket", "landet totalt"}:
        return Region(reference.NATION, "nation", reference.NATION_NAME)
    if match := _DISTRICT.fullmatch(text):
        city = _CITIES.get(match["city"].casefold())
        return Region(f"{city}-{slug(match['name'])}", "city_district", match["name"], city) if city else None
    if match := _FORMER_DISTRICT.fullmatch(text):
        ended = _day(match["end"])
        if ended is None:
            return None
        return Region(f"0180-{slug(match['name'])}-{ended}", "city_district", match["name"], "0180", ended)
    if county := reference.county_named(text, on):
        return Region(county.code, "county", county.name)
    if match := _POLICE.fullmatch(text):
        for row in reference.data("police")["regions"]:
            if row["name"].casefold() == match["name"].casefold():
                return Region(row["code"], "police_region", row["name"])
    if place := reference.municipality_named(text, on):
        return Region(place.code, "municipality", place.name)
    return None


def region_to_code(name: str, on: date) -> str | None:
    """The code of the area that Brå means by ``name``; see ``region``."""
    result = region(name, on)
    return result.code if result else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
