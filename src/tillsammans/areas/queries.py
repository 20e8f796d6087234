"""Questions about areas, answered for a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Max, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tillsammans.areas import reference, similar
from tillsammans.areas.models import (
    Area,
    AreaGroup,
    AreaGroupImport,
    AreaGroupMember,
    AreaLink,
    Population,
    PopulationImport,
    in_force,
)
from tillsammans.kernel import clock
from tillsammans.kernel.text import folded, slug

POLICE_KINDS = (Area.Kind.POLICE_REGION, Area.Kind.POLICE_AREA, Area.Kind.LOCAL_POLICE_DISTRICT)


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
    return (Area.objects.filter(in_force(on), kind=kind, code=code).defer("geometry")
            .order_by("-organisation__common").first())


def parents(area: Area, on: date, kind: str = AreaLink.Kind.ADMINISTRATIVE) -> list[Area]:
    """The areas that ``area`` lies directly in on the day."""
    links = AreaLink.objects.filter(in_force(on), child=area, kind=kind)
    return list(Area.objects.filter(in_force(on), links_down__in=links).defer("geometry").distinct())


def children(area: Area, on: date, kind: str = AreaLink.Kind.ADMINISTRATIVE) -> list[Area]:
    """The areas that lie directly in ``area`` on the day, in Swedish order."""
    links = AreaLink.objects.filter(in_force(on), parent=area, kind=kind)
    return list(Area.objects.filter(in_force(on), links_up__in=links).defer("geometry").distinct())


def ancestors(area: Area, on: date, kind: str = AreaLink.Kind.ADMINISTRATIVE) -> list[Area]:
    """Everything that ``area`` lies in, nearest first: municipality, county, nation."""
    found: dict[int, Area] = {}
    level = [area]
    while level:
        level = [upper for lower in level for upper in parents(lower, on, kind) if upper.pk not in found]
        found |= {upper.pk: upper for upper in level}
    return list(found.values())


def police_areas_of(municipality: Area, on: date) -> list[Area]:
    """District, police area and police region of a municipality, smallest first; the region follows from the county.

    The districts of a municipality are data that the operator completes, so only the region may be known.
    """
    found = ancestors(municipality, on, AreaLink.Kind.POLICE)
    if not any(area.kind == Area.Kind.POLICE_REGION for area in found):
        for county in parents(municipality, on):
            found += parents(county, on, AreaLink.Kind.POLICE)
    return found


def municipalities_of(area: Area, on: date) -> list[Area]:
    """The municipalities inside an area of any kind, in Swedish order: the area itself if it is one."""
    if area.kind == Area.Kind.MUNICIPALITY:
        return [area]
    kind = AreaLink.Kind.POLICE if area.kind in POLICE_KINDS else AreaLink.Kind.ADMINISTRATIVE
    found: dict[int, Area] = {}
    seen, level = {area.pk}, [area]
    while level:
        below = [lower for upper in level for lower in children(
            upper, on, AreaLink.Kind.ADMINISTRATIVE if upper.kind == Area.Kind.COUNTY else kind)]
        found |= {lower.pk: lower for lower in below if lower.kind == Area.Kind.MUNICIPALITY}
        level = [lower for lower in below if lower.kind != Area.Kind.MUNICIPALITY and lower.pk not in seen]
        seen |= {lower.pk for lower in level}
    return sorted(found.values(), key=lambda row: (row.sort_key, row.code))


def population(area_ids: Iterable[int], years: Iterable[int] | None = None) -> dict[tuple[int, int], int]:
    """How many lived in each area on the last day of each year, by (area id, year); what is not known is left out.

    Where several imports in force say something, the one that came into force last holds.
    """
    rows = Population.objects.filter(area_id__in=list(area_ids), imported__state=PopulationImport.State.IN_FORCE)
    if years is not None:
        rows = rows.filter(year__in=list(years))
    ordered = rows.order_by("imported__in_force_at", "pk").values_list("area_id", "year", "value")
    return {(area_id, year): value for area_id, year, value in ordered}


def population_of(area: Area, year: int) -> int | None:
    """How many lived in the area on the last day of the year: its own figure, else the sum of its municipalities.

    ``None`` if a part is not known, and for areas smaller than a municipality without a figure of their own.
    """
    own = population([area.pk], [year]).get((area.pk, year))
    if own is not None or area.kind in (Area.Kind.OWN, Area.Kind.CITY_DISTRICT, Area.Kind.VULNERABLE_AREA):
        return own
    parts = municipalities_of(area, date(year, 12, 31))
    known = population([part.pk for part in parts], [year])
    return sum(known.values()) if parts and len(known) == len(parts) else None


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


@dataclass(frozen=True, slots=True)
class PopulationChange:
    """What an import would change: figures that are new, that differ from what holds now, and that are the same."""

    new: int
    changed: tuple[tuple[Area, int, int, int], ...]  # area, year, value now, value in the import
    same: int


def population_change(imported: PopulationImport) -> PopulationChange:
    """Compare the rows of an import with what holds now."""
    rows: Sequence[Population] = list(imported.rows.select_related("area").defer("area__geometry"))
    now = population({row.area_id for row in rows}, {row.year for row in rows})
    changed = [(row.area, row.year, now[row.area_id, row.year], row.value) for row in rows
               if now.get((row.area_id, row.year), row.value) != row.value]
    new = sum((row.area_id, row.year) not in now for row in rows)
    changed.sort(key=lambda change: (change[0].sort_key, change[1]))
    return PopulationChange(new, tuple(changed), len(rows) - new - len(changed))


@dataclass(frozen=True, slots=True)
class ComparisonSet:
    """Areas that one area may fairly be set beside; the area itself is never among them.

    ``key`` stays the same when a file is read in again, so it may be stored and put in an address. ``why`` says where
    the set comes from and of which year, or how it was computed. ``area_ids`` and ``codes`` go together, in Swedish
    order of names.
    """

    key: str
    name: str
    why: str
    area_ids: tuple[int, ...]
    codes: tuple[str, ...]


def comparison_sets(area: Area) -> list[ComparisonSet]:
    """What ``area`` can be compared with, the nearest idea first, in a constant number of queries.

    A municipality: the others of its county, SKR's group, Kolada's groups, those alike in size and density, and the
    organisation's own choices. A county: the other counties. A smaller area: those of its kind in the same
    municipality and of the same division. Empty sets are left out; so is "alike" while no population is in force.
    """
    today = clock.today()
    if area.kind == Area.Kind.MUNICIPALITY:
        known = dict(areas(today, kind=Area.Kind.MUNICIPALITY).values_list("pk", "code"))
        sets = [_of_county(area, today, known), *_of_groups(area, known), _alike(area, known), *_own_choice(known)]
        found = [_without(one, area) for one in sets if one]
    elif area.kind == Area.Kind.COUNTY:
        pairs = areas(today, kind=Area.Kind.COUNTY).values_list("pk", "code")
        found = [_without(_set("counties", _("Alla län"), _("Landets län."), pairs), area)]
    else:
        found = [_without(_siblings(area, today), area)]
    return [one for one in found if one.area_ids]


def _set(key: str, name: str, why: str, pairs: Iterable[tuple[int, str]]) -> ComparisonSet:
    pairs = tuple(pairs)
    return ComparisonSet(key, name, why, tuple(pk for pk, _code in pairs), tuple(code for _pk, code in pairs))


def _without(one: ComparisonSet, area: Area) -> ComparisonSet:
    """The set without the area itself, under whichever day it is registered."""
    pairs = zip(one.area_ids, one.codes, strict=True)
    return _set(one.key, one.name, one.why, ((pk, code) for pk, code in pairs if code != area.code))


def _of_county(area: Area, today: date, known: dict[int, str]) -> ComparisonSet | None:
    administrative = AreaLink.objects.filter(in_force(today), kind=AreaLink.Kind.ADMINISTRATIVE)
    above = administrative.filter(child=area, parent__kind=Area.Kind.COUNTY).values("parent_id")
    rows = list(administrative.filter(parent_id__in=above).values_list("parent__name", "child_id"))
    inside = {pk for _name, pk in rows}
    return _set("county", _("Kommunerna i {county}").format(county=rows[0][0]), _("Länets övriga kommuner."),
                ((pk, code) for pk, code in known.items() if pk in inside)) if rows else None


def _of_groups(area: Area, known: dict[int, str]) -> list[ComparisonSet]:
    """SKR's group of the latest division, and Kolada's groups: those around the area first."""
    rows = (AreaGroup.objects.filter(imported__state=AreaGroupImport.State.IN_FORCE)
            .filter(Q(subject__code=area.code) | Q(subject=None, members__area__code=area.code))
            .order_by("-year", "-imported__in_force_at", "name").distinct())
    chosen: dict[str, AreaGroup] = {}
    for row in sorted(rows, key=lambda row: (row.kind != AreaGroup.Kind.SKR, row.subject_id is None)):
        chosen.setdefault("skr" if row.kind == AreaGroup.Kind.SKR else f"kolada-{row.code or slug(row.name)}", row)
    members = _members([row.pk for row in chosen.values()])
    return [
        _set(key, row.name if row.kind == AreaGroup.Kind.KOLADA else _("SKR: {name}").format(name=row.name),
             _why(row), ((pk, code) for pk, code in known.items() if code in members.get(row.pk, ())))
        for key, row in chosen.items()
    ]


def _why(group: AreaGroup) -> str:
    if group.kind == AreaGroup.Kind.SKR:
        return _("SKR:s kommungruppsindelning {year}. Källa: {source}.").format(year=group.year, source=group.source)
    if group.year:
        return _("Koladas val av liknande kommuner {year}. Källa: {source}.").format(
            year=group.year, source=group.source)
    return _("En av Koladas grupper. Källa: {source}.").format(source=group.source)


def _members(group_ids: Iterable[int]) -> dict[int, set[str]]:
    """The codes in each group; codes, since an area may be registered anew while its code stays."""
    found: dict[int, set[str]] = {}
    for group_id, code in AreaGroupMember.objects.filter(group_id__in=list(group_ids)).values_list(
            "group_id", "area__code"):
        found.setdefault(group_id, set()).add(code)
    return found


def _alike(area: Area, known: dict[int, str]) -> ComparisonSet | None:
    """The nearest in population and density, of the latest year in which the area's population is known."""
    in_use = Population.objects.filter(imported__state=PopulationImport.State.IN_FORCE)
    latest = in_use.filter(area__code=area.code, area__kind=Area.Kind.MUNICIPALITY).aggregate(Max("year"))["year__max"]
    if latest is None:
        return None
    rows = (in_use.filter(year=latest, area__kind=Area.Kind.MUNICIPALITY).order_by("imported__in_force_at", "pk")
            .values_list("area__code", "value", "imported__source"))
    people = {code: value for code, value, _source in rows}
    source = {code: source for code, _value, source in rows}.get(area.code, "")
    near = set(similar.nearest(area.code, people))
    why = _(
        "De {count} kommuner som ligger närmast i folkmängd och täthet (invånare per km² enligt kartan), av {known} "
        "med känd folkmängd {year}. Avståndet räknas på logaritmerna, var och en delad med sin standardavvikelse. "
        "Källa: {source}."
    ).format(count=len(near), known=len(people), year=latest, source=source)
    return _set("similar", _("Kommuner av samma storlek och täthet"), why,
                ((pk, code) for pk, code in known.items() if code in near))


def _own_choice(known: dict[int, str]) -> list[ComparisonSet]:
    rows = list(own_groups())
    members = _members([row.pk for row in rows])
    return [
        _set(f"own-{row.uuid}", row.name, _("Eget urval, sparat {day}.").format(day=row.recorded_at.date()),
             ((pk, code) for pk, code in known.items() if code in members.get(row.pk, ())))
        for row in rows
    ]


def _siblings(area: Area, today: date) -> ComparisonSet:
    """The areas of the same kind and division that lie in the same place."""
    links = AreaLink.objects.filter(in_force(today))
    above = links.filter(child=area).exclude(kind=AreaLink.Kind.SUCCESSION).values("parent_id")
    rows = areas(today, kind=area.kind).filter(vintage=area.vintage, organisation_id=area.organisation_id,
                                               links_up__in=links.filter(parent_id__in=above)).distinct()
    return _set("siblings", _("Områden av samma slag i närheten"),
                _("{kind} som hör till samma större område.").format(kind=capfirst(area.get_kind_display())),
                rows.values_list("pk", "code"))


def own_groups(removed: bool = False) -> QuerySet[AreaGroup]:
    """The comparison sets that somebody in the organisation chose, by name; or those that were removed."""
    rows = AreaGroup.objects.filter(kind=AreaGroup.Kind.OWN)
    return (rows.exclude(removed_at=None) if removed else rows.filter(removed_at=None)).order_by("name", "pk")


def own_groups_with_names() -> list[tuple[AreaGroup, list[str]]]:
    """The own choices, each with the names of its municipalities in Swedish order."""
    rows = list(own_groups().select_related("organisation"))
    return list(zip(rows, _names_in([row.pk for row in rows]), strict=True))


def groups_of(imported: AreaGroupImport) -> list[tuple[AreaGroup, list[str]]]:
    """The groups of an import, each with the names of its municipalities in Swedish order."""
    rows = list(imported.groups.order_by("-kind", "name", "code"))
    return list(zip(rows, _names_in([row.pk for row in rows]), strict=True))


def _names_in(group_ids: Sequence[int]) -> list[list[str]]:
    found: dict[int, list[str]] = {pk: [] for pk in group_ids}
    rows = AreaGroupMember.objects.filter(group_id__in=group_ids).order_by("area__sort_key")
    for group_id, name in rows.values_list("group_id", "area__name"):
        found[group_id].append(name)
    return [found[pk] for pk in group_ids]


def municipalities_by_county(on: date) -> list[tuple[str, list[tuple[int, str]]]]:
    """The municipalities of the day as choices, (id, name), under the name of their county."""
    links = (AreaLink.objects.filter(in_force(on), in_force(on, "child__"), kind=AreaLink.Kind.ADMINISTRATIVE,
                                     parent__kind=Area.Kind.COUNTY, child__kind=Area.Kind.MUNICIPALITY)
             .order_by("parent__sort_key", "child__sort_key").values_list("parent__name", "child_id", "child__name"))
    return [(county, [(pk, name) for _county, pk, name in rows])
            for county, rows in groupby(links, key=lambda row: row[0])]


@dataclass(frozen=True, slots=True)
class GroupChange:
    """What an import of groups would change: groups that are new, that get other members, and that are the same."""

    new: int
    changed: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]  # group, names that come, names that go
    same: int


def group_change(imported: AreaGroupImport) -> GroupChange:
    """Compare the groups of an import with those of the same name and year that hold now."""
    staged = {(row.kind, row.name, row.year): row.pk for row in imported.groups.all()}
    held = {(row.kind, row.name, row.year): row.pk for row in AreaGroup.objects.filter(
        imported__state=AreaGroupImport.State.IN_FORCE, organisation_id=imported.organisation_id)
        .exclude(imported=imported).order_by("imported__in_force_at")}
    shared = [key for key in staged if key in held]
    members = _members([*(staged[key] for key in shared), *(held[key] for key in shared)])
    names = {place.code: place.name for place in reference.municipalities() if place.valid_to is None}
    changed = []
    for key in shared:
        new, old = members.get(staged[key], set()), members.get(held[key], set())
        if new != old:
            changed.append((key[1], tuple(names.get(code, code) for code in sorted(new - old)),
                            tuple(names.get(code, code) for code in sorted(old - new))))
    return GroupChange(len(staged) - len(shared), tuple(changed), len(shared) - len(changed))
