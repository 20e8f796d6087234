"""Deeds about the police's areas."""

from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tillsammans.areas import policies, queries
from tillsammans.areas.content import PoliceEffects
from tillsammans.areas.models import Area, AreaImport, AreaLink, in_force
from tillsammans.formats import police_division
from tillsammans.formats.police_division import PoliceFile
from tillsammans.kernel import intake, uploads
from tillsammans.kernel.access import Actor, RuleBroken
from tillsammans.kernel.content import freeze, thaw
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.editing import save_edit
from tillsammans.kernel.text import folded, slug


@deed(_("Lägger till ett polisområde"), policies.may_operate)
def add_police_area(
    actor: Actor,
    _none: None,
    *,
    kind: str,
    name: str,
    code: str,
    valid_from: date,
    upper: Area | None,
    municipalities: Sequence[Area],
    valid_to: date | None = None,
) -> Area:
    """Add a police region, area or local district to the common space."""
    code = code.strip() or f"{kind.replace('_', '-')}-{slug(name)}"
    _check_police(kind, upper, valid_from, valid_to)
    if Area.objects.filter(in_force(valid_from), kind=kind, code=code).exists():
        raise RuleBroken(_("Det finns redan ett område med koden {code}."), "code", code=code)
    area = Area.objects.create(
        organisation_id=actor.organisation_id, kind=kind, code=code, name=name, valid_from=valid_from, valid_to=valid_to
    )
    if upper:
        _lay(area.organisation_id, upper, area, valid_from)
    for municipality in municipalities:
        _lay(area.organisation_id, area, municipality, valid_from)
    return area


@deed(_("Ändrar ett polisområde"), policies.may_change_police)
def change_police_area(
    actor: Actor,
    area: Area,
    *,
    version: int | None,
    name: str,
    valid_from: date,
    valid_to: date | None,
    upper: Area | None,
    municipalities: Sequence[Area],
    since: date,
) -> Area:
    """Change a police area's name and days, and from the day ``since`` its parent and its municipalities."""
    if area.kind not in _ABOVE:
        raise RuleBroken(_("Det här är inget polisområde."))
    _check_police(area.kind, upper, valid_from, valid_to)
    if since < valid_from:
        raise RuleBroken(_("Dagen är före områdets första dag."), "since")
    changed = save_edit(area, version, {"name": name, "valid_from": valid_from, "valid_to": valid_to})
    above = AreaLink.objects.filter(child=area, kind=AreaLink.Kind.POLICE)
    _relay(area.organisation_id, above, since, {upper.pk: (upper, area)} if upper else {}, "parent_id")
    below = AreaLink.objects.filter(parent=area, kind=AreaLink.Kind.POLICE, child__kind=Area.Kind.MUNICIPALITY)
    _relay(area.organisation_id, below, since, {row.pk: (area, row) for row in municipalities}, "child_id")
    return changed


_ABOVE: dict[str, str] = {
    Area.Kind.POLICE_REGION: "",
    Area.Kind.POLICE_AREA: Area.Kind.POLICE_REGION,
    Area.Kind.LOCAL_POLICE_DISTRICT: Area.Kind.POLICE_AREA,
}


def _check_police(kind: str, upper: Area | None, valid_from: date, valid_to: date | None) -> None:
    if kind not in _ABOVE:
        raise RuleBroken(_("Välj polisregion, polisområde eller lokalpolisområde."), "kind")
    if (upper.kind if upper else "") != _ABOVE[kind]:
        raise RuleBroken(
            _("Ett polisområde hör till en region och ett lokalpolisområde till ett polisområde."), "upper"
        )
    if valid_to and valid_to < valid_from:
        raise RuleBroken(_("Sista dagen är före den första."), "valid_to")


def _relay(owner: int, links: Any, since: date, wanted: dict[int, tuple[Area, Area]], side: str) -> None:
    """Make the wanted links the only valid ones from ``since``: end the others, keep valid ones, add missing ones."""
    kept = set()
    for link in links.filter(Q(valid_to=None) | Q(valid_to__gte=since)):
        other = getattr(link, side)
        if other in wanted and link.valid_from <= since and link.valid_to is None:
            kept.add(other)
        elif link.valid_from >= since:
            link.delete()
        else:
            link.valid_to = since - timedelta(1)
            link.save(update_fields=["valid_to"])
    for other, (parent, child) in wanted.items():
        if other not in kept:
            _lay(owner, parent, child, since)


def _lay(organisation_id: int, parent: Area, child: Area, since: date) -> AreaLink:
    return AreaLink.objects.create(
        organisation_id=organisation_id, parent=parent, child=child, kind=AreaLink.Kind.POLICE, valid_from=since
    )


def upload_police(actor: Actor, _none: None, *, content: bytes, name: str) -> AreaImport:
    """Validate a table of the police's division and stage it for review. Raises ``ImportProblem``.

    The file is read before the deed's transaction, so that it holds no locks meanwhile.
    """
    kept = [(uploads.harmless(name), sha256(content).hexdigest())]
    return keep_police(actor, None, file=police_division.read(content, name), files=kept)


@deed(_("Läser in polisens indelning för granskning"), policies.may_operate)
def keep_police(actor: Actor, _none: None, *, file: PoliceFile, files: Sequence[tuple[str, str]]) -> AreaImport:
    """Stage a parsed table for review; ``files``: names and hashes."""
    return AreaImport.objects.create(
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        files=intake.file_lines(files),
        kind=AreaImport.POLICE,
        content=freeze(file),
    )


@deed(_("Sparar polisens indelning ur en fil"), policies.may_change_police)
def save_police(actor: Actor, imported: AreaImport, *, since: date, strange: bool = False) -> AreaImport:
    """Apply the division of a file from a day: new areas, published codes, and which municipalities lie in which area.

    ``strange``: also the municipalities whose county belongs to another region. A district for which the file lists no
    municipalities keeps those it has. What was changed is noted in the import, so that it can be undone.
    """
    intake.require(imported, AreaImport.State.IN_FORCE)
    plan = queries.police_plan(thaw(imported.content, PoliceFile, imported).districts, since, strange)
    if not plan.changed:
        raise RuleBroken(_("Filen ändrar ingenting: allt i den gäller redan."))
    if any(link.valid_from >= since for district in plan.districts for link in district.leaving):
        raise RuleBroken(_("Det som skulle ändras började gälla samma dag eller senare. Välj en senare dag."), "since")
    owner = imported.organisation_id
    made: dict[tuple[str, int], Area] = {}
    links: list[tuple[Area, Area]] = []
    for name, code, region in plan.new_areas:
        area = _make(owner, Area.Kind.POLICE_AREA, name, code or f"polisomrade-{slug(name)}", since, imported)
        made[folded(name), region.pk] = area
        links.append((region, area))
    ended: list[int] = []
    coded: list[tuple[int, str]] = []
    for district in plan.districts:
        given, known = district.given, district.known
        if known is None:
            upper = district.upper
            if upper is None:
                raise RuleBroken(
                    _("Polisregionen {name} finns inte den dagen. Välj en senare dag."), "since", name=given.region
                )
            if upper.kind == Area.Kind.POLICE_REGION:
                upper = made[folded(given.area), upper.pk]
            known = _make(
                owner,
                Area.Kind.LOCAL_POLICE_DISTRICT,
                given.name,
                given.code or f"lpo-{slug(given.name)}",
                since,
                imported,
            )
            links.append((upper, known))
        elif district.new_code:
            coded.append((known.pk, known.code))
            save_edit(known, None, {"code": district.new_code})
        links += [(known, place) for place in district.joining]
        ended += [link.pk for link in district.leaving]
    AreaLink.objects.filter(pk__in=ended).update(valid_to=since - timedelta(1))
    AreaLink.objects.bulk_create(
        [
            AreaLink(
                organisation_id=owner,
                parent=parent,
                child=child,
                kind=AreaLink.Kind.POLICE,
                valid_from=since,
                imported=imported,
            )
            for parent, child in links
        ]
    )
    imported.effects = freeze(PoliceEffects(tuple(ended), tuple(coded)))
    imported.save(update_fields=["effects"])
    return intake.become(imported, AreaImport.State.IN_FORCE)


def _make(owner: int, kind: str, name: str, code: str, since: date, imported: AreaImport) -> Area:
    return Area.objects.create(
        organisation_id=owner, kind=kind, name=name, code=code, valid_from=since, imported=imported
    )
