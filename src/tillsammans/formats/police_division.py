"""The police's division from a table: a row per municipality of a local police district, or a row per district.

There is no complete public table, so whatever somebody has (an extract, a list of codes) is taken, with or without
codes, and with or without municipalities.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from tillsammans.formats.tables import rows_of
from tillsammans.geo import reference
from tillsammans.kernel import clock
from tillsammans.kernel.content import content
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.text import folded, normal

_COLUMNS = {
    "region": ("polisregion", "region"),
    "region_code": ("regionkod", "polisregionkod"),
    "area": ("polisomrade", "po"),
    "area_code": ("polisomradeskod", "pokod"),
    "name": ("lokalpolisomrade", "lpo"),
    "code": ("lpo_kod", "lpokod", "lokalpolisomradeskod"),
    "municipality_code": ("kommunkod",),
    "municipality": ("kommun",),
}
_PREFIXES = ("polisregion ", "region ", "lokalpolisområde ", "polisområde ", "lpo ", "po ")


@dataclass(frozen=True, slots=True)
class District:
    """A local police district as the file has it; codes are empty where the file has none.

    ``strange``: municipalities that the file lists here although their county belongs to another police region.
    """

    region: str
    region_code: str
    area: str
    area_code: str
    name: str
    code: str
    municipalities: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()


@content("police_division", version=1)
@dataclass(frozen=True, slots=True)
class PoliceFile:
    """The districts of a file in its order, and ``notes``: what looks wrong, as sentences."""

    districts: tuple[District, ...]
    notes: tuple[str, ...]


def bare(name: str) -> str:
    """A police area's name without what kind of area it is: "PO Södermanland" is Södermanland."""
    text = normal(name)
    for prefix in _PREFIXES:
        if text.casefold().startswith(prefix):
            return text[len(prefix) :]
    return text


def read(content: bytes, name: str) -> PoliceFile:
    """Read a CSV or XLSX file, called ``name`` in messages. Raises ``ImportProblem`` and nothing else."""
    errors = FileErrors(name)
    rows = rows_of(content, errors)
    columns = _columns(rows[0]) if rows else {}
    if not {"region", "area", "name"} <= columns.keys():
        raise errors.refuse(
            _("Filen har inte kolumnerna polisregion, polisområde och lokalpolisområde."),
            _("Lägg till dem, och gärna kommunkod."),
        )
    regions = {folded(row["name"]): row for row in reference.data("police")["regions"]}
    result: dict[tuple[str, str, str], District] = {}
    for number, row in enumerate(rows[1:], start=2):
        cells = {key: normal(row[column]) if column < len(row) else "" for key, column in columns.items()}
        if not any(cells.values()):
            continue
        region, area, title = (bare(cells[key]) for key in ("region", "area", "name"))
        known = regions.get(folded(region))
        if known is None or not area or not title or max(len(area), len(title)) > 120:
            errors.add(
                _("Raden saknar en känd polisregion, ett polisområde eller ett lokalpolisområde."),
                _("De sju regionerna är {names}.").format(
                    names=", ".join(row["name"] for row in reference.data("police")["regions"])
                ),
                row=number,
            )
            continue
        key = (folded(region), folded(area), folded(title))
        district = result.setdefault(
            key,
            District(
                known["name"],
                cells.get("region_code", "")[:20],
                area,
                cells.get("area_code", "")[:20],
                title,
                cells.get("code", "")[:20],
            ),
        )
        if "municipality_code" in columns or "municipality" in columns:
            result[key] = _with_municipality(district, cells, known["counties"], number, errors)
    errors.stop_if_any()
    if not result:
        raise errors.refuse(_("Filen har inga lokalpolisområden."), _("Kontrollera att det är rätt fil."))
    return PoliceFile(tuple(result.values()), tuple(_strange(result.values())))


def _columns(heads: Sequence[str]) -> dict[str, int]:
    names = [folded(str(head)) for head in heads]
    return {key: names.index(word) for key, words in _COLUMNS.items() for word in words if word in names}


def _with_municipality(
    district: District, cells: Mapping[str, str], counties: Sequence[str], number: int, errors: FileErrors
) -> District:
    text, name = cells.get("municipality_code", ""), cells.get("municipality", "")
    if not text and not name:
        return district
    today = clock.today()
    named = reference.municipality_named(name, today) if name else None
    code = reference.valid_code(text, today.year) if text else named.code if named else None
    place = next((place for place in reference.municipalities() if place.code == code and place.holds(today)), None)
    if place is None:
        errors.add(
            _("”{text}” är ingen kommun som finns nu.").format(text=(text or name)[:40]),
            _("Rätta koden eller namnet."),
            row=number,
        )
        return district
    if text and named and named.code != place.code:
        errors.add(
            _("Koden {code} är {name}, men raden säger {other}.").format(
                code=place.code, name=place.name, other=name[:40]
            ),
            _("Rätta koden eller namnet."),
            row=number,
        )
    if place.county not in counties:
        return replace(district, strange=tuple(dict.fromkeys((*district.strange, place.code))))
    return replace(district, municipalities=tuple(dict.fromkeys((*district.municipalities, place.code))))


def _strange(districts: Iterable[District]) -> list[str]:
    notes = []
    places = {place.code: place for place in reference.municipalities() if place.valid_to is None}
    counties = {place.code: place.name for place in reference.counties() if place.valid_to is None}
    regions = {county: row["name"] for row in reference.data("police")["regions"] for county in row["counties"]}
    for district in districts:
        for code in district.strange:
            place = places[code]
            notes.append(
                _(
                    "{name} ({code}) står under {district} i region {region}, men ligger i {county}, som hör till "
                    "region "
                    "{other}. Raden tas inte med om du inte väljer det."
                ).format(
                    name=place.name,
                    code=code,
                    district=district.name,
                    region=district.region,
                    county=counties[place.county],
                    other=regions[place.county],
                )
            )
    return notes
