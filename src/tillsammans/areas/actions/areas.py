"""Deeds about areas from files: own ones, RegSO, DeSO, vulnerable areas."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils.translation import gettext_lazy as _

from tillsammans.areas import policies
from tillsammans.areas.content import PoliceEffects
from tillsammans.areas.models import Area, AreaImport, AreaLink, in_force
from tillsammans.geo import own_areas
from tillsammans.kernel import intake, uploads
from tillsammans.kernel.access import Actor, RuleBroken
from tillsammans.kernel.content import freeze, thaw
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.editing import save_edit

ONE_DAY = timedelta(1)
ENDABLE = (Area.Kind.OWN, Area.Kind.VULNERABLE_AREA)  # SCB's divisions have validity dates of their own


def upload_areas(
    actor: Actor,
    _none: None,
    *,
    files: Mapping[str, bytes],
    parent: Area | None = None,
    epsg: int | None = None,
    year: int | None = None,
) -> AreaImport:
    """Validate a file of areas (its parts by name) and stage them for review. Raises ``ImportProblem``.

    See ``own_areas.read`` for the arguments. The file is read before the deed's transaction, which may take seconds,
    so that it holds no locks meanwhile.
    """
    file = own_areas.read(files, parent=parent.code if parent else "", epsg=epsg, year=year)
    kept = [(uploads.harmless(name), sha256(content).hexdigest()) for name, content in sorted(files.items())]
    return keep_areas(actor, None, file=file, files=kept, parent=parent)


@deed(_("Laddar upp områden ur en fil"), policies.may_add_own)
def keep_areas(
    actor: Actor, _none: None, *, file: own_areas.AreaFile, files: Sequence[tuple[str, str]], parent: Area | None
) -> AreaImport:
    """Stage the areas of a parsed file for review; ``files``: names and hashes."""
    return AreaImport.objects.create(
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        files=intake.file_lines(files),
        kind=file.kind,
        content=freeze(file),
        parent=parent,
    )


@deed(_("Sparar områden ur en fil"), policies.may_change_own)
def save_areas(
    actor: Actor, imported: AreaImport, *, valid_from: date | None = None, confirmed: bool = False
) -> AreaImport:
    """Create the areas of an imported. An area of the same kind and code that is valid on the day ends the day before.

    ``valid_from`` is needed unless the file is one of SCB's divisions, which have validity dates of their own.
    ``confirmed``: a person has checked the map, which is needed where the coordinate system was guessed.
    """
    intake.require(imported, AreaImport.State.IN_FORCE)
    file = thaw(imported.content, own_areas.AreaFile, imported)
    if file.guessed and not confirmed:
        raise RuleBroken(_("Titta på kartan och bekräfta att områdena ligger rätt."), "confirmed")
    first, last = file.valid_from or valid_from, file.valid_to
    if first is None:
        raise RuleBroken(_("Ange från vilken dag områdena gäller."), "valid_from")
    _end_earlier(actor.organisation_id, file, first)
    areas = Area.objects.bulk_create(
        [
            Area(
                organisation_id=actor.organisation_id,
                kind=file.kind,
                code=shape.code,
                name=shape.name,
                valid_from=first,
                valid_to=last,
                geometry=shape.geometry,
                vintage=file.vintage[:100],
                category=shape.category,
                imported=imported,
            ).keyed()
            for shape in file.shapes
        ],
        batch_size=200,
    )
    _lay(imported, file.shapes, areas, first, last)
    return intake.become(imported, AreaImport.State.IN_FORCE)


def _end_earlier(organisation_id: int, file: own_areas.AreaFile, first: date) -> None:
    codes = {shape.code for shape in file.shapes}
    held = Area.objects.filter(in_force(first), organisation_id=organisation_id, kind=file.kind, code__in=codes)
    same = held.filter(valid_from__gte=first).defer("geometry").first()
    if same and file.valid_from:
        raise RuleBroken(
            _("{name} finns redan i samma indelning. Ångra den tidigare inläsningen först."), name=same.name
        )
    if same:
        raise RuleBroken(_("{name} finns redan från den dagen. Välj en senare dag."), "valid_from", name=same.name)
    ended = list(held.values_list("pk", flat=True))
    AreaLink.objects.filter(in_force(first), child_id__in=ended).update(valid_to=first - ONE_DAY)
    Area.objects.filter(pk__in=ended).update(valid_to=first - ONE_DAY, version=F("version") + 1)


def _lay(
    imported: AreaImport, shapes: Sequence[own_areas.Shape], areas: list[Area], first: date, last: date | None
) -> None:
    """Link each area to its municipality, and to its local police district if the file states it."""
    places = dict(Area.objects.filter(in_force(first), kind=Area.Kind.MUNICIPALITY).values_list("code", "pk"))
    districts = dict(
        Area.objects.filter(in_force(first), kind=Area.Kind.LOCAL_POLICE_DISTRICT).values_list("code", "pk")
    )
    links = []
    for shape, area in zip(shapes, areas, strict=True):
        parent = imported.parent_id or places.get(shape.municipality)
        if parent is None:
            raise RuleBroken(
                _("Kommunen {code} fanns inte den dagen. Välj en senare dag."), "valid_from", code=shape.municipality
            )
        above = [(parent, AreaLink.Kind.ADMINISTRATIVE)]
        if shape.district in districts:
            above.append((districts[shape.district], AreaLink.Kind.POLICE))
        links += [
            AreaLink(
                organisation_id=imported.organisation_id,
                parent_id=upper,
                child=area,
                kind=kind,
                valid_from=first,
                valid_to=last,
                imported=imported,
            )
            for upper, kind in above
        ]
    AreaLink.objects.bulk_create(links, batch_size=500)


@deed(_("Ångrar områden ur en fil"), policies.may_change_own)
def undo_areas(actor: Actor, imported: AreaImport) -> AreaImport:
    """Remove the areas of an import and reopen those that it ended. Refused once they are in use."""
    intake.require(imported, AreaImport.State.UNDONE)
    areas = Area.objects.filter(imported=imported)
    keys = list(areas.values_list("kind", "code", "valid_from"))
    try:
        with transaction.atomic():
            AreaLink.objects.filter(imported=imported).delete()
            areas.delete()
    except ProtectedError as error:
        raise RuleBroken(
            _("Områdena används redan, till exempel av siffror. Avsluta dem i stället för att ångra.")
        ) from error
    if imported.effects:
        effects = thaw(imported.effects, PoliceEffects, imported)
        AreaLink.objects.filter(pk__in=effects.ended).update(valid_to=None)
        for pk, code in effects.coded:
            Area.objects.filter(pk=pk).update(code=code, version=F("version") + 1)
    elif keys:
        last, codes = keys[0][2] - ONE_DAY, {code for _kind, code, _first in keys}
        ended = list(
            Area.objects.filter(
                organisation_id=actor.organisation_id, kind=keys[0][0], code__in=codes, valid_to=last
            ).values_list("pk", flat=True)
        )
        AreaLink.objects.filter(child_id__in=ended, valid_to=last).update(valid_to=None)
        Area.objects.filter(pk__in=ended).update(valid_to=None, version=F("version") + 1)
    return intake.become(imported, AreaImport.State.UNDONE)


@deed(_("Slänger en fil med områden som inte har sparats"), policies.may_change_own)
def discard_areas(actor: Actor, imported: AreaImport) -> None:
    """Remove a staged file of areas."""
    intake.discard(imported)


@deed(_("Avslutar ett eget område"), policies.may_change_own)
def end_own_area(actor: Actor, area: Area, *, valid_to: date) -> Area:
    """Set the last day of an own area. Data about it are kept."""
    if area.kind not in ENDABLE:
        raise RuleBroken(_("Bara egna områden kan avslutas här."))
    if valid_to < area.valid_from:
        raise RuleBroken(_("Sista dagen är före den första, {day}."), "valid_to", day=area.valid_from)
    return _end(area, valid_to)


def _end(area: Area, last: date) -> Area:
    for link in AreaLink.objects.filter(in_force(last), child=area, organisation_id=area.organisation_id):
        link.valid_to = last
        link.save(update_fields=["valid_to"])
    return save_edit(area, None, {"valid_to": last})
