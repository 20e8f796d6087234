"""Deeds about areas and population."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, TypeVar

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.areas import groups, own_areas, policies, population
from tillsammans.areas.models import (
    Area,
    AreaGroup,
    AreaGroupImport,
    AreaGroupMember,
    AreaLink,
    AreaUpload,
    FileImport,
    Population,
    PopulationImport,
    in_force,
)
from tillsammans.areas.reference import NATION
from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor, RuleBroken
from tillsammans.kernel.canonical import canonical, parsed
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.editing import save_edit
from tillsammans.kernel.problems import Findings
from tillsammans.kernel.text import folded, slug

F = TypeVar("F", bound=FileImport)


@deed(gettext_lazy("Laddar upp egna områden"), policies.may_add_own)
def upload_own_areas(actor: Actor, _none: None, *, content: bytes, name: str, parent: Area) -> AreaUpload:
    """Check a GeoJSON file and keep its areas for somebody to look at. Raises ``ImportProblem``."""
    file = own_areas.read(content, name)
    rows = [{**asdict(shape), "km2": str(shape.km2)} for shape in file.shapes]
    return AreaUpload.objects.create(organisation_id=actor.organisation_id, name=name[:200], parent=parent,
                                     content=canonical({"shapes": rows, "notes": file.notes}))


@deed(gettext_lazy("Sparar egna områden"), policies.may_change_own)
def save_own_areas(actor: Actor, upload: AreaUpload, *, valid_from: date) -> AreaUpload:
    """Make areas of an upload, in its parent. An own area with the same code ends the day before."""
    if upload.saved_at:
        raise RuleBroken(_("Områdena är redan sparade."))
    for shape in parsed(upload.content)["shapes"]:
        same = Area.objects.filter(in_force(valid_from), organisation_id=actor.organisation_id, kind=Area.Kind.OWN,
                                   code=shape["code"]).first()
        if same:
            if same.valid_from >= valid_from:
                raise RuleBroken(_("{name} finns redan från den dagen. Välj en senare dag.").format(name=same.name),
                                 "valid_from")
            _end(same, valid_from - timedelta(1))
        area = Area.objects.create(
            organisation_id=actor.organisation_id, kind=Area.Kind.OWN, code=shape["code"], name=shape["name"],
            valid_from=valid_from, geometry=shape["geometry"], vintage=upload.name[:100],
        )
        AreaLink.objects.create(organisation_id=actor.organisation_id, parent_id=upload.parent_id, child=area,
                                kind=AreaLink.Kind.ADMINISTRATIVE, valid_from=valid_from)
    return save_edit(upload, None, {"saved_at": clock.now()})


@deed(gettext_lazy("Avslutar ett eget område"), policies.may_change_own)
def end_own_area(actor: Actor, area: Area, *, valid_to: date) -> Area:
    """Give an own area its last day. What was recorded about it stays."""
    if area.kind != Area.Kind.OWN:
        raise RuleBroken(_("Bara egna områden kan avslutas här."))
    if valid_to < area.valid_from:
        raise RuleBroken(_("Sista dagen är före den första, {day}.").format(day=area.valid_from), "valid_to")
    return _end(area, valid_to)


def _end(area: Area, last: date) -> Area:
    for link in AreaLink.objects.filter(in_force(last), child=area, organisation_id=area.organisation_id):
        link.valid_to = last
        link.save(update_fields=["valid_to"])
    return save_edit(area, None, {"valid_to": last})


@deed(gettext_lazy("Lägger till ett polisområde"), policies.may_operate)
def add_police_area(
    actor: Actor, _none: None, *, kind: str, name: str, code: str, valid_from: date, upper: Area | None,
    municipalities: Sequence[Area], valid_to: date | None = None,
) -> Area:
    """Add a police region, area or local district to the common space."""
    code = code.strip() or f"{kind.replace('_', '-')}-{slug(name)}"
    _check_police(kind, upper, valid_from, valid_to)
    if Area.objects.filter(in_force(valid_from), kind=kind, code=code).exists():
        raise RuleBroken(_("Det finns redan ett område med koden {code}.").format(code=code), "code")
    area = Area.objects.create(organisation_id=actor.organisation_id, kind=kind, code=code, name=name,
                               valid_from=valid_from, valid_to=valid_to)
    if upper:
        _lay(area.organisation_id, upper, area, valid_from)
    for municipality in municipalities:
        _lay(area.organisation_id, area, municipality, valid_from)
    return area


@deed(gettext_lazy("Ändrar ett polisområde"), policies.may_change_police)
def change_police_area(
    actor: Actor, area: Area, *, version: int | None, name: str, valid_from: date, valid_to: date | None,
    upper: Area | None, municipalities: Sequence[Area], since: date,
) -> Area:
    """Change a police area's name and days, and from the day ``since`` where it belongs and what lies in it."""
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
            _("Ett polisområde hör till en region och ett lokalpolisområde till ett polisområde."), "upper")
    if valid_to and valid_to < valid_from:
        raise RuleBroken(_("Sista dagen är före den första."), "valid_to")


def _relay(owner: int, links: Any, since: date, wanted: dict[int, tuple[Area, Area]], side: str) -> None:
    """From ``since``, let exactly the wanted links hold: end the others, keep those that hold, make those missing."""
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
    return AreaLink.objects.create(organisation_id=organisation_id, parent=parent, child=child,
                                   kind=AreaLink.Kind.POLICE, valid_from=since)


@deed(gettext_lazy("Läser in folkmängd för granskning"), policies.may_import)
def stage_population(actor: Actor, _none: None, *, content: bytes, name: str, source: str) -> PopulationImport:
    """Check a file of population figures and keep them out of force until somebody has looked at them."""
    file = population.read(content, name)
    known = {
        (kind, code): pk for kind, code, pk in
        Area.objects.filter(kind__in=(Area.Kind.NATION, Area.Kind.COUNTY, Area.Kind.MUNICIPALITY))
        .order_by("valid_from").values_list("kind", "code", "pk")
    }
    imported = PopulationImport.objects.create(
        organisation_id=actor.organisation_id, file=name[:200], sha256=sha256(content).hexdigest(), source=source,
        notes="\n".join(file.notes), person_id=actor.person_id,
    )
    findings = Findings(name)
    rows = []
    for figure in file.figures:
        pk = known.get((_kind(figure.code), figure.code))
        if pk is None:
            findings.add(_("Området {code} finns inte i registret.").format(code=figure.code),
                         _("Be den som sköter installationen läsa in områdena."), row=figure.row)
            continue
        rows.append(Population(organisation_id=actor.organisation_id, area_id=pk, year=figure.year,
                               value=figure.value, imported=imported))
    findings.stop_if_any()
    Population.objects.bulk_create(rows, batch_size=500)
    return imported


def _kind(code: str) -> str:
    if code == NATION:
        return Area.Kind.NATION
    return Area.Kind.COUNTY if len(code) == 2 else Area.Kind.MUNICIPALITY


@deed(gettext_lazy("Låter folkmängd gälla"), policies.may_change_import)
def put_population_in_force(actor: Actor, imported: PopulationImport) -> PopulationImport:
    """Let the figures of an import hold. From now on they go before those that came into force earlier."""
    return _put_in_force(imported)


@deed(gettext_lazy("Ångrar en inläsning av folkmängd"), policies.may_change_import)
def undo_population(actor: Actor, imported: PopulationImport) -> PopulationImport:
    """Take an import out of force; what held before it holds again."""
    return _undo(imported)


def _put_in_force(imported: F) -> F:
    if imported.state != FileImport.State.STAGED:
        raise RuleBroken(_("Inläsningen väntar inte på att godkännas."))
    return save_edit(imported, None, {"state": FileImport.State.IN_FORCE, "in_force_at": clock.now()})


def _undo(imported: F) -> F:
    if imported.state == FileImport.State.UNDONE:
        raise RuleBroken(_("Inläsningen är redan ångrad."))
    return save_edit(imported, None, {"state": FileImport.State.UNDONE, "undone_at": clock.now()})


@deed(gettext_lazy("Läser in kommungrupper för granskning"), policies.may_import)
def stage_groups(
    actor: Actor, _none: None, *, content: bytes, name: str, source: str, year: int | None = None
) -> AreaGroupImport:
    """Check a file of groups and keep them for somebody to look at. Raises ``ImportProblem``; then nothing is kept.

    ``year`` is that of SKR's division, where the file does not say.
    """
    digest = sha256(content).hexdigest()
    for same in AreaGroupImport.objects.filter(organisation_id=actor.organisation_id, sha256=digest,
                                               state=AreaGroupImport.State.IN_FORCE):
        if year is None or not same.groups.filter(kind=AreaGroup.Kind.SKR).exclude(year=year).exists():
            raise RuleBroken(_("Samma fil gäller redan. Inget skulle ändras."), "file")
    file = groups.read(content, name, year)
    today = Area.objects.filter(in_force(clock.today()), kind=Area.Kind.MUNICIPALITY)
    known = dict(today.values_list("code", "pk"))
    findings = Findings(name)
    for code in sorted({code for group in file.groups for code in (*group.members, group.subject)} - {"", *known}):
        findings.add(_("Området {code} finns inte i registret.").format(code=code),
                     _("Be den som sköter installationen läsa in områdena."))
    findings.stop_if_any()
    imported = AreaGroupImport.objects.create(
        organisation_id=actor.organisation_id, file=name[:200], sha256=digest, source=source,
        notes="\n".join(file.notes), person_id=actor.person_id,
    )
    rows = AreaGroup.objects.bulk_create([
        AreaGroup(organisation_id=actor.organisation_id, kind=group.kind, code=group.code, name=group.name,
                  year=group.year, source=source, subject_id=known.get(group.subject), imported=imported)
        for group in file.groups], batch_size=500)
    AreaGroupMember.objects.bulk_create([
        AreaGroupMember(organisation_id=actor.organisation_id, group=row, area_id=known[code])
        for row, group in zip(rows, file.groups, strict=True) for code in group.members], batch_size=500)
    return imported


@deed(gettext_lazy("Låter kommungrupper gälla"), policies.may_change_import)
def put_groups_in_force(actor: Actor, imported: AreaGroupImport) -> AreaGroupImport:
    """Let the groups of an import hold; they go before those of the same name that came into force earlier."""
    return _put_in_force(imported)


@deed(gettext_lazy("Ångrar en inläsning av kommungrupper"), policies.may_change_import)
def undo_groups(actor: Actor, imported: AreaGroupImport) -> AreaGroupImport:
    """Take an import out of force; what held before it holds again."""
    return _undo(imported)


@deed(gettext_lazy("Sparar en egen jämförelsegrupp"), policies.may_add_own)
def add_own_group(actor: Actor, _none: None, *, name: str, municipalities: Sequence[Area]) -> AreaGroup:
    """Save a choice of municipalities to compare with."""
    _check_own_group(None, name, municipalities)
    group = AreaGroup.objects.create(organisation_id=actor.organisation_id, kind=AreaGroup.Kind.OWN, name=name)
    _fill(group, municipalities)
    return group


@deed(gettext_lazy("Ändrar en egen jämförelsegrupp"), policies.may_change_own)
def change_own_group(
    actor: Actor, group: AreaGroup, *, version: int | None, name: str, municipalities: Sequence[Area]
) -> AreaGroup:
    """Change the name and the municipalities of an own choice."""
    _check_own_group(group, name, municipalities)
    changed = save_edit(group, version, {"name": name})
    group.members.exclude(area__in=municipalities).delete()
    kept = set(group.members.values_list("area_id", flat=True))
    _fill(group, [row for row in municipalities if row.pk not in kept])
    return changed


@deed(gettext_lazy("Tar bort en egen jämförelsegrupp"), policies.may_change_own)
def remove_own_group(actor: Actor, group: AreaGroup) -> AreaGroup:
    """Take an own choice away. It can be brought back."""
    if group.kind != AreaGroup.Kind.OWN or group.removed_at:
        raise RuleBroken(_("Gruppen är redan borttagen."))
    return save_edit(group, None, {"removed_at": clock.now()})


@deed(gettext_lazy("Tar tillbaka en borttagen jämförelsegrupp"), policies.may_change_own)
def restore_own_group(actor: Actor, group: AreaGroup) -> AreaGroup:
    """Bring back an own choice that was removed."""
    _check_own_group(group, group.name, None)
    return save_edit(group, None, {"removed_at": None})


def _check_own_group(group: AreaGroup | None, name: str, municipalities: Sequence[Area] | None) -> None:
    if group and group.kind != AreaGroup.Kind.OWN:
        raise RuleBroken(_("Bara egna jämförelsegrupper kan ändras."))
    if municipalities is not None and len(municipalities) < 2:
        raise RuleBroken(_("Välj minst två kommuner."), "municipalities")
    same = AreaGroup.objects.filter(kind=AreaGroup.Kind.OWN, removed_at=None)
    if any(folded(other.name) == folded(name) for other in same if other != group):
        raise RuleBroken(_("Det finns redan en grupp som heter {name}.").format(name=name), "name")


def _fill(group: AreaGroup, municipalities: Sequence[Area]) -> None:
    AreaGroupMember.objects.bulk_create([
        AreaGroupMember(organisation_id=group.organisation_id, group=group, area=row) for row in municipalities])
