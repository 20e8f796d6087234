"""What a table of the police's division would change."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from tillsammans.areas.models import Area, AreaLink, in_force
from tillsammans.areas.queries.geography import POLICE_KINDS
from tillsammans.formats.police_division import District
from tillsammans.kernel.text import folded


@dataclass(slots=True)
class PlannedDistrict:
    """A district of the file: the stored area (``None`` if new), and its municipalities before and after."""

    given: District
    known: Area | None
    upper: Area | None
    joining: list[Area] = field(default_factory=list)
    leaving: list[AreaLink] = field(default_factory=list)

    @property
    def new_code(self) -> str:
        """The published code of a district that is stored without one."""
        code = self.given.code
        return code if self.known and code and not self.known.code.isdigit() and code.isdigit() else ""

    @property
    def changes(self) -> bool:
        return bool(not self.known or self.joining or self.leaving or self.new_code)


@dataclass(frozen=True, slots=True)
class PolicePlan:
    """What would change on a day: the districts of the file, and the police areas above them that are new."""

    districts: tuple[PlannedDistrict, ...]
    new_areas: tuple[tuple[str, str, Area], ...]  # name, code, region

    @property
    def changed(self) -> list[PlannedDistrict]:
        return [district for district in self.districts if district.changes]


def police_plan(districts: Iterable[District], on: date, strange: bool = False) -> PolicePlan:
    """Compare districts of a file with what holds on the day.

    ``strange``: take the municipalities of another region too. In a fixed number of queries.
    """
    rows = list(Area.objects.filter(in_force(on), kind__in=POLICE_KINDS).defer("geometry"))
    upper_of = dict(
        AreaLink.objects.filter(in_force(on), kind=AreaLink.Kind.POLICE, child__in=rows).values_list(
            "child_id", "parent_id"
        )
    )
    places = {row.code: row for row in Area.objects.filter(in_force(on), kind=Area.Kind.MUNICIPALITY).defer("geometry")}
    links: dict[int, list[AreaLink]] = {}
    for link in (
        AreaLink.objects.filter(
            in_force(on), kind=AreaLink.Kind.POLICE, parent__in=rows, child__kind=Area.Kind.MUNICIPALITY
        )
        .select_related("child")
        .defer("child__geometry")
    ):
        links.setdefault(link.parent_id, []).append(link)

    def find(kind: str, name: str, code: str, above: Area | None) -> Area | None:
        same = [row for row in rows if row.kind == kind]
        by_code = next((row for row in same if code and row.code == code), None)
        return by_code or next(
            (
                row
                for row in same
                if folded(row.name) == folded(name) and (above is None or upper_of.get(row.pk) == above.pk)
            ),
            None,
        )

    planned: list[PlannedDistrict] = []
    new_areas: dict[tuple[str, int], tuple[str, str, Area]] = {}
    for given in districts:
        region = find(Area.Kind.POLICE_REGION, given.region, given.region_code, None)
        area = find(Area.Kind.POLICE_AREA, given.area, given.area_code, region) if region else None
        if region and area is None:
            new_areas.setdefault((folded(given.area), region.pk), (given.area, given.area_code, region))
        known = find(Area.Kind.LOCAL_POLICE_DISTRICT, given.name, given.code, area) if area else None
        one = PlannedDistrict(given, known, area or region)
        wanted = {*given.municipalities, *(given.strange if strange else ())}
        if wanted:
            held = {link.child.code: link for link in links.get(known.pk, ())} if known else {}
            one.joining = [places[code] for code in sorted(wanted - held.keys()) if code in places]
            one.leaving = [held[code] for code in sorted(held.keys() - wanted)]
        planned.append(one)
    return PolicePlan(tuple(planned), tuple(new_areas.values()))
