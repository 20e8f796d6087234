"""What an area can be compared with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tillsammans.areas import similar
from tillsammans.areas.models import (
    Area,
    AreaGroup,
    AreaGroupImport,
    AreaGroupMember,
    AreaLink,
    in_force,
)
from tillsammans.areas.queries.geography import areas
from tillsammans.areas.queries.inhabitants import population
from tillsammans.geo import reference
from tillsammans.kernel import clock
from tillsammans.kernel.text import slug


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
        chosen = [_without(one, area) for one in sets if one]
    elif area.kind == Area.Kind.COUNTY:
        pairs = areas(today, kind=Area.Kind.COUNTY).values_list("pk", "code")
        chosen = [_without(_set("counties", _("Alla län"), _("Landets län."), pairs), area)]
    else:
        chosen = [_without(_siblings(area, today), area)]
    return [one for one in chosen if one.area_ids]


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
    return (
        _set(
            "county",
            _("Kommunerna i {county}").format(county=rows[0][0]),
            _("Länets övriga kommuner."),
            ((pk, code) for pk, code in known.items() if pk in inside),
        )
        if rows
        else None
    )


def _of_groups(area: Area, known: dict[int, str]) -> list[ComparisonSet]:
    """SKR's group of the latest division, and Kolada's groups: those around the area first."""
    rows = (
        AreaGroup.objects.filter(imported__state=AreaGroupImport.State.IN_FORCE)
        .filter(Q(subject__code=area.code) | Q(subject=None, members__area__code=area.code))
        .order_by("-year", "-imported__in_force_at", "name")
        .distinct()
    )
    chosen: dict[str, AreaGroup] = {}
    for row in sorted(rows, key=lambda row: (row.kind != AreaGroup.Kind.SKR, row.subject_id is None)):
        chosen.setdefault("skr" if row.kind == AreaGroup.Kind.SKR else f"kolada-{row.code or slug(row.name)}", row)
    members = _members([row.pk for row in chosen.values()])
    return [
        _set(
            key,
            row.name if row.kind == AreaGroup.Kind.KOLADA else _("SKR: {name}").format(name=row.name),
            _why(row),
            ((pk, code) for pk, code in known.items() if code in members.get(row.pk, ())),
        )
        for key, row in chosen.items()
    ]


def _why(group: AreaGroup) -> str:
    if group.kind == AreaGroup.Kind.SKR:
        return _("SKR:s kommungruppsindelning {year}. Källa: {source}.").format(year=group.year, source=group.source)
    if group.year:
        return _("Koladas val av liknande kommuner {year}. Källa: {source}.").format(
            year=group.year, source=group.source
        )
    return _("En av Koladas grupper. Källa: {source}.").format(source=group.source)


def _members(group_ids: Iterable[int]) -> dict[int, set[str]]:
    """The codes in each group; codes, since an area may be registered anew while its code stays."""
    codes: dict[int, set[str]] = {}
    for group_id, code in AreaGroupMember.objects.filter(group_id__in=list(group_ids)).values_list(
        "group_id", "area__code"
    ):
        codes.setdefault(group_id, set()).add(code)
    return codes


def _alike(area: Area, known: dict[int, str]) -> ComparisonSet | None:
    """The nearest in population and density, of the latest year in which the area's population is known."""
    own = population(pk for pk, code in known.items() if code == area.code)
    latest = max((one for years in own.values() for one in years), key=lambda one: one.year, default=None)
    if latest is None:
        return None
    people = {known[pk]: years[0].count for pk, years in population(known, latest.year).items()}
    near = set(similar.nearest(area.code, people))
    why = _(
        "De {count} kommuner som ligger närmast i folkmängd och täthet (invånare per km² enligt kartan), av {known} "
        "med känd folkmängd {year}. Avståndet räknas på logaritmerna, var och en delad med sin standardavvikelse. "
        "Källa: {source}."
    ).format(count=len(near), known=len(people), year=latest.year, source=latest.source)
    return _set(
        "similar",
        _("Kommuner av samma storlek och täthet"),
        why,
        ((pk, code) for pk, code in known.items() if code in near),
    )


def _own_choice(known: dict[int, str]) -> list[ComparisonSet]:
    rows = list(own_groups())
    members = _members([row.pk for row in rows])
    return [
        _set(
            f"own-{row.uuid}",
            row.name,
            _("Eget urval, sparat {day}.").format(day=row.recorded_at.date()),
            ((pk, code) for pk, code in known.items() if code in members.get(row.pk, ())),
        )
        for row in rows
    ]


def _siblings(area: Area, today: date) -> ComparisonSet:
    """The areas of the same kind and division that lie in the same place."""
    links = AreaLink.objects.filter(in_force(today))
    above = links.filter(child=area).exclude(kind=AreaLink.Kind.SUCCESSION).values("parent_id")
    rows = (
        areas(today, kind=area.kind)
        .filter(
            vintage=area.vintage, organisation_id=area.organisation_id, links_up__in=links.filter(parent_id__in=above)
        )
        .distinct()
    )
    return _set(
        "siblings",
        _("Områden av samma slag i närheten"),
        _("{kind} som hör till samma större område.").format(kind=capfirst(area.get_kind_display())),
        rows.values_list("pk", "code"),
    )


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
    names: dict[int, list[str]] = {pk: [] for pk in group_ids}
    rows = AreaGroupMember.objects.filter(group_id__in=group_ids).order_by("area__sort_key")
    for group_id, name in rows.values_list("group_id", "area__name"):
        names[group_id].append(name)
    return [names[pk] for pk in group_ids]


@dataclass(frozen=True, slots=True)
class GroupChange:
    """What an import of groups would change: groups that are new, that get other members, and that are the same."""

    new: int
    changed: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]  # group, names that come, names that go
    same: int


def group_change(imported: AreaGroupImport) -> GroupChange:
    """Compare the groups of an import with those of the same name and year that hold now."""
    staged = {(row.kind, row.name, row.year): row.pk for row in imported.groups.all()}
    held = {
        (row.kind, row.name, row.year): row.pk
        for row in AreaGroup.objects.filter(
            imported__state=AreaGroupImport.State.IN_FORCE, organisation_id=imported.organisation_id
        )
        .exclude(imported=imported)
        .order_by("imported__in_force_at")
    }
    shared = [key for key in staged if key in held]
    members = _members([*(staged[key] for key in shared), *(held[key] for key in shared)])
    names = {place.code: place.name for place in reference.municipalities() if place.holds(clock.today())}
    changed = []
    for key in shared:
        new, old = members.get(staged[key], set()), members.get(held[key], set())
        if new != old:
            changed.append(
                (
                    key[1],
                    tuple(names.get(code, code) for code in sorted(new - old)),
                    tuple(names.get(code, code) for code in sorted(old - new)),
                )
            )
    return GroupChange(len(staged) - len(shared), tuple(changed), len(shared) - len(changed))
