"""Load the country's areas into the common space. Idempotent; never overwrites what an operator has edited."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from tillsammans.areas.models import Area, AreaLink, in_force
from tillsammans.geo import reference
from tillsammans.geo.reference import Place, continues
from tillsammans.kernel.scope import Scope, within


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows a run created and updated."""

    areas: int
    links: int
    changed: int


def load_areas(organisation_id: int) -> Loaded:
    """Load nation, counties, municipalities and the start of the police's division, owned by ``organisation_id``.

    Names, last days and shapes of counties and municipalities follow the package's data. The police's areas are created
    once and then maintained by the operator.
    """
    with transaction.atomic(), within(Scope(organisation_id)):
        return _Loading(organisation_id).run()


class _Loading:
    def __init__(self, organisation_id: int):
        self.owner = organisation_id
        rows = Area.objects.filter(organisation_id=organisation_id)
        self.known = {(row.kind, row.code, row.valid_from): row for row in rows}
        self.new: list[Area] = []
        self.links: list[AreaLink] = []
        self.changed = 0

    def run(self) -> Loaded:
        self._places()
        self._police()
        Area.objects.bulk_create([area.keyed() for area in self.new])
        self._administrative_links()
        self._police_links()
        standing = {_key(link): link for link in AreaLink.objects.filter(organisation_id=self.owner)}
        links = [link for link in self.links if _key(link) not in standing]
        AreaLink.objects.bulk_create(links)
        for link in self.links:
            known = standing.get(_key(link))
            if known and known.kind != AreaLink.Kind.POLICE and known.valid_to != link.valid_to:
                known.valid_to = link.valid_to
                known.save(update_fields=["valid_to"])
        self._carry_police_links()
        return Loaded(len(self.new), len(links), self.changed)

    def _places(self) -> None:
        self._area(Area.Kind.NATION, [Place(reference.NATION, reference.NATION_NAME)])
        for kind, places in (
            (Area.Kind.COUNTY, reference.counties()),
            (Area.Kind.MUNICIPALITY, reference.municipalities()),
        ):
            done: set[Place] = set()
            for place in places:
                if place not in done:
                    spells = [other for other in places if other.code == place.code and continues(place, other)]
                    self._area(kind, sorted(spells, key=lambda spell: spell.valid_from))
                    done.update(spells)

    def _area(self, kind: str, spells: list[Place]) -> None:
        """One row for a code that only changed its name or county; the row has the latest name."""
        first, last = spells[0], spells[-1]
        shape = reference.shape_of(last.code) if last.valid_to is None else None
        geometry = json.dumps({"type": "MultiPolygon", "coordinates": shape}, separators=(",", ":"))
        values = {
            "name": last.name,
            "valid_to": last.valid_to,
            "geometry": geometry if shape else "",
            "vintage": reference.data("shapes")["source"] if shape else "",
        }
        key = (kind, last.code, first.valid_from)
        row = self.known.get(key)
        if row is None:
            self.known[key] = Area(
                organisation_id=self.owner, kind=kind, code=last.code, valid_from=first.valid_from, **values
            )
            self.new.append(self.known[key])
        elif row.pk and any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save(update_fields=[*values])
            self.changed += 1

    def _carry_police_links(self) -> None:
        """End links with the areas that end; a merged area gets the police areas that all its parts shared."""
        for area in self.known.values():
            if area.valid_to is not None and area.kind == Area.Kind.MUNICIPALITY:
                AreaLink.objects.filter(kind=AreaLink.Kind.POLICE, child=area).exclude(
                    valid_to__lte=area.valid_to
                ).update(valid_to=area.valid_to)
        for merger in reference.data("dated_codes")["merged"]:
            day = date.fromisoformat(merger["date"])
            new = self._municipality(merger["new"])
            if AreaLink.objects.filter(kind=AreaLink.Kind.POLICE, child=new).exists():
                continue
            before = in_force(day - timedelta(1))
            shared = [
                set(
                    AreaLink.objects.filter(before, kind=AreaLink.Kind.POLICE, child__code=part["code"])
                    .filter(child__kind=Area.Kind.MUNICIPALITY, organisation_id=self.owner)
                    .values_list("parent_id", flat=True)
                )
                for part in merger["from"]
            ]
            for parent in sorted(set.intersection(*shared)):
                AreaLink.objects.create(
                    organisation_id=self.owner, parent_id=parent, child=new, kind=AreaLink.Kind.POLICE, valid_from=day
                )

    def _police(self) -> None:
        data = reference.data("police")
        since = date.fromisoformat(data["valid_from"])
        before = {(kind, code) for kind, code, _first in self.known}
        self.police_news: list[tuple[str, dict[str, str]]] = []
        for kind, rows in (
            ("police_region", data["regions"]),
            ("police_area", data["areas"]),
            ("local_police_district", data["districts"]),
        ):
            for row in rows:
                if (kind, row["code"]) not in before:
                    area = Area(
                        organisation_id=self.owner, kind=kind, code=row["code"], name=row["name"], valid_from=since
                    )
                    self.known[kind, row["code"], since] = area
                    self.new.append(area)
                    self.police_news.append((kind, row))

    def _administrative_links(self) -> None:
        (nation,) = (row for (kind, _code, _first), row in self.known.items() if kind == Area.Kind.NATION)
        counties = [row for row in self.known.values() if row.kind == Area.Kind.COUNTY]
        for county in counties:
            self._link(nation, county, "administrative", county.valid_from, county.valid_to)
        for place in reference.municipalities():
            for county in counties:
                if county.code == place.county:
                    self._link(
                        county,
                        self._municipality(place.code, place.valid_from),
                        "administrative",
                        max(county.valid_from, place.valid_from),
                        _earliest(county.valid_to, place.valid_to),
                    )
        dated = reference.data("dated_codes")
        followed = [(row["old"], row["new"], row["date"]) for row in dated["recoded"]]
        followed += [(part["code"], row["new"], row["date"]) for row in dated["merged"] for part in row["from"]]
        for old, new, day in followed:
            first = date.fromisoformat(day)
            parent, child = self._municipality(new, first), self._municipality(old, first - timedelta(1))
            self._link(parent, child, "succession", first, None)

    def _police_links(self) -> None:
        above = {"police_area": ("region", "police_region"), "local_police_district": ("area", "police_area")}
        for kind, row in self.police_news:
            area = self._one(kind, row["code"])
            if kind in above:
                key, upper = above[kind]
                self._link(self._one(upper, row[key]), area, "police", area.valid_from, None)
            for code in row.get("municipalities", ()):
                self._link(area, self._municipality(code), "police", area.valid_from, None)
            for code in row.get("counties", ()):
                self._link(area, self._one("county", code), "police", area.valid_from, None)

    def _link(self, parent: Area, child: Area, kind: str, first: date, last: date | None) -> None:
        if last is None or first <= last:
            self.links.append(
                AreaLink(
                    organisation_id=self.owner, parent=parent, child=child, kind=kind, valid_from=first, valid_to=last
                )
            )

    def _municipality(self, code: str, on: date = date.max) -> Area:
        return self._one("municipality", code, on)

    def _one(self, kind: str, code: str, on: date = date.max) -> Area:
        """The area with that kind and code on the day; the latest one if none is given."""
        return max((row for row in self._with(kind, code) if row.valid_from <= on), key=lambda row: row.valid_from)

    def _with(self, kind: str, code: str) -> Iterator[Area]:
        return (row for row in self.known.values() if row.kind == kind and row.code == code)


def _key(link: AreaLink) -> tuple[int, int, str, date]:
    return link.parent_id, link.child_id, link.kind, link.valid_from


def _earliest(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day), default=None)
