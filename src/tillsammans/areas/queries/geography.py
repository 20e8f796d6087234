"""Which areas there are, and how they lie in each other, on a day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Count, Q, QuerySet

from tillsammans.areas.content import PoliceEffects
from tillsammans.areas.models import Area, AreaImport, AreaLink, in_force
from tillsammans.formats.police_division import PoliceFile
from tillsammans.geo import reference
from tillsammans.geo.own_areas import AreaFile
from tillsammans.kernel import clock
from tillsammans.kernel.scope import everywhere
from tillsammans.kernel.text import folded, swedish_key
from tillsammans.kernel.verify import Fault, unreadable

POLICE_KINDS = (Area.Kind.POLICE_REGION, Area.Kind.POLICE_AREA, Area.Kind.LOCAL_POLICE_DISTRICT)
# Smaller than a municipality, so nothing about them follows from municipalities.
SMALL_KINDS = (Area.Kind.OWN, Area.Kind.CITY_DISTRICT, Area.Kind.VULNERABLE_AREA, Area.Kind.REGSO, Area.Kind.DESO)


def areas(on: date, *, text: str = "", kind: str = "") -> QuerySet[Area]:
    """The areas that hold on the day, without shapes, in Swedish order.

    ``text`` finds a part of a name, whatever its case and marks ("osthammar" finds Östhammar), or a code.
    """
    rows = Area.objects.filter(in_force(on)).defer("geometry")
    if kind:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(Q(folded_name__contains=folded(text)) | Q(code=text.strip()))
    return rows.order_by("sort_key", "code")


def area_with(kind: str, code: str, on: date) -> Area | None:
    """The area of that kind and code that held on the day; among equals, the common one before the own."""
    return (
        Area.objects.filter(in_force(on), kind=kind, code=code)
        .defer("geometry")
        .order_by("-organisation__common")
        .first()
    )


def parents(area: Area, on: date, kind: str = AreaLink.Kind.ADMINISTRATIVE) -> list[Area]:
    """The areas that ``area`` lies directly in on the day."""
    return _above([area.pk], on, kind)


def _above(ids: Iterable[int], on: date, kind: str) -> list[Area]:
    """The areas that some areas lie directly in on the day, in one query."""
    links = AreaLink.objects.filter(in_force(on), child__in=list(ids), kind=kind)
    return list(Area.objects.filter(in_force(on), links_down__in=links).defer("geometry").distinct())


def children(area: Area, on: date, kind: str = AreaLink.Kind.ADMINISTRATIVE) -> list[Area]:
    """The areas that lie directly in ``area`` on the day, in Swedish order."""
    links = AreaLink.objects.filter(in_force(on), parent=area, kind=kind)
    return list(Area.objects.filter(in_force(on), links_up__in=links).defer("geometry").distinct())


def ancestors(area: Area, on: date, kind: str = AreaLink.Kind.ADMINISTRATIVE) -> list[Area]:
    """Everything that ``area`` lies in, nearest first: municipality, county, nation."""
    result: dict[int, Area] = {}
    level = [area]
    while level:
        level = [upper for upper in _above([row.pk for row in level], on, kind) if upper.pk not in result]
        result |= {upper.pk: upper for upper in level}
    return list(result.values())


def police_areas_of(municipality: Area, on: date) -> list[Area]:
    """District, police area and police region of a municipality, smallest first; the region follows from the county.

    The districts of a municipality are data that the operator completes, so only the region may be known.
    """
    police_areas = ancestors(municipality, on, AreaLink.Kind.POLICE)
    if not any(area.kind == Area.Kind.POLICE_REGION for area in police_areas):
        counties = parents(municipality, on)
        police_areas += _above([county.pk for county in counties], on, AreaLink.Kind.POLICE)
    return police_areas


def municipalities_of(area: Area, on: date) -> list[Area]:
    """The municipalities inside an area of any kind, in Swedish order: the area itself if it is one."""
    if area.kind == Area.Kind.MUNICIPALITY:
        return [area]
    kind = AreaLink.Kind.POLICE if area.kind in POLICE_KINDS else AreaLink.Kind.ADMINISTRATIVE
    municipalities: dict[int, Area] = {}
    seen, level = {area.pk}, [area]
    while level:
        below = [
            lower
            for upper in level
            for lower in children(upper, on, AreaLink.Kind.ADMINISTRATIVE if upper.kind == Area.Kind.COUNTY else kind)
        ]
        municipalities |= {lower.pk: lower for lower in below if lower.kind == Area.Kind.MUNICIPALITY}
        level = [lower for lower in below if lower.kind != Area.Kind.MUNICIPALITY and lower.pk not in seen]
        seen |= {lower.pk for lower in level}
    return sorted(municipalities.values(), key=lambda row: (row.sort_key, row.code))


def municipalities_by_county(on: date) -> list[tuple[str, list[tuple[int, str]]]]:
    """The municipalities of the day as choices, (id, name), under the name of their county."""
    links = (
        AreaLink.objects.filter(
            in_force(on),
            in_force(on, "child__"),
            kind=AreaLink.Kind.ADMINISTRATIVE,
            parent__kind=Area.Kind.COUNTY,
            child__kind=Area.Kind.MUNICIPALITY,
        )
        .order_by("parent__sort_key", "child__sort_key")
        .values_list("parent__name", "child_id", "child__name")
    )
    return [
        (county, [(pk, name) for _county, pk, name in rows]) for county, rows in groupby(links, key=lambda row: row[0])
    ]


def shapes(area_ids: Iterable[int]) -> dict[int, str]:
    """The shapes of the areas that have one, as GeoJSON text by area id."""
    return dict(Area.objects.filter(pk__in=list(area_ids)).exclude(geometry="").values_list("pk", "geometry"))


@dataclass(frozen=True, slots=True)
class PoliceDistrict:
    """A police area as the list shows it: where it belongs and which municipalities are known to lie in it."""

    area: Area
    upper: Area | None
    municipalities: tuple[Area, ...]


def police_districts(on: date) -> list[PoliceDistrict]:
    """Every police region, area and district on the day, region by region, in a fixed number of queries."""
    rows = {row.pk: row for row in areas(on).filter(kind__in=POLICE_KINDS)}
    links = list(AreaLink.objects.filter(in_force(on), kind=AreaLink.Kind.POLICE).values_list("parent_id", "child_id"))
    upper = {child: rows[parent] for parent, child in links if parent in rows and child in rows}
    members = _by_id({child for parent, child in links if parent in rows and child not in rows})
    inside: dict[int, list[Area]] = {}
    for parent, child in links:
        if parent in rows and child in members and members[child].kind == Area.Kind.MUNICIPALITY:
            inside.setdefault(parent, []).append(members[child])
    return [
        PoliceDistrict(row, upper.get(row.pk), tuple(sorted(inside.get(row.pk, []), key=lambda area: area.sort_key)))
        for row in sorted(rows.values(), key=lambda row: [area.sort_key for area in _line(row, upper)])
    ]


def _line(row: Area, upper: dict[int, Area]) -> list[Area]:
    """The row with what it lies in, largest first."""
    line = [row]
    while (above := upper.get(line[0].pk)) is not None and above not in line:
        line.insert(0, above)
    return line


def _by_id(ids: Iterable[int]) -> dict[int, Area]:
    return {row.pk: row for row in Area.objects.filter(pk__in=list(ids)).defer("geometry")}


def uploads() -> list[tuple[AreaImport, int]]:
    """The files of areas of the organisation, the latest first, and how many areas came of each."""
    rows = AreaImport.objects.defer("content").select_related("person", "organisation").annotate(made=Count("areas"))
    return [(row, row.made) for row in rows]


def faults() -> Iterator[Fault]:
    """Invariant: what every file of areas holds, and what saving it changed, can be read."""
    with everywhere("verify looks at every organisation's files"):
        for row in AreaImport.objects.order_by("pk"):
            kind = PoliceFile if row.kind == AreaImport.POLICE else AreaFile
            yield from unreadable("areas.import", f"{row} {row.uuid}", row.content, kind)
            if row.effects:
                yield from unreadable("areas.import", f"{row} {row.uuid}", row.effects, PoliceEffects)


def names_of_municipalities(codes: Iterable[str]) -> list[str]:
    """The names of today's municipalities with those codes, in Swedish order."""
    today, wanted = clock.today(), set(codes)
    names = [place.name for place in reference.municipalities() if place.holds(today) and place.code in wanted]
    return sorted(names, key=swedish_key)
