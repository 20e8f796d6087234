"""Deeds about comparison groups of municipalities."""

from collections.abc import Sequence
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from tillsammans.areas import policies
from tillsammans.areas.models import Area, AreaGroup, AreaGroupImport, AreaGroupMember, in_force
from tillsammans.formats import municipality_groups as groups
from tillsammans.kernel import clock, intake, uploads
from tillsammans.kernel.access import Actor, RuleBroken
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.editing import save_edit
from tillsammans.kernel.language import telling
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.text import folded


def stage_groups(
    actor: Actor, _none: None, *, content: bytes, name: str, source: str, year: int | None = None
) -> AreaGroupImport:
    """Validate a file of groups and stage them for review. Raises ``ImportProblem``; then nothing is stored.

    ``year`` is that of SKR's division, where the file does not say. The file is read before the deed's
    transaction, so that it holds no locks meanwhile.
    """
    file, digest = groups.read(content, name, year), sha256(content).hexdigest()
    return keep_groups(actor, None, file=file, digest=digest, name=name, source=source)


@deed(_("Läser in kommungrupper för granskning"), intake.may_import)
def keep_groups(
    actor: Actor, _none: None, *, file: groups.GroupFile, digest: str, name: str, source: str
) -> AreaGroupImport:
    """Store the groups of a parsed file, inactive. Refused if the same groups are active already."""
    years = {group.year for group in file.groups}
    for same in AreaGroupImport.objects.filter(
        organisation_id=actor.organisation_id, files__startswith=digest, state=AreaGroupImport.State.IN_FORCE
    ):
        if set(same.groups.values_list("year", flat=True)) == years:
            raise RuleBroken(_("Samma fil gäller redan. Inget skulle ändras."), "chosen")
    today = Area.objects.filter(in_force(clock.today()), kind=Area.Kind.MUNICIPALITY)
    known = dict(today.values_list("code", "pk"))
    errors = FileErrors(name)
    for code in sorted({code for group in file.groups for code in (*group.members, group.subject)} - {"", *known}):
        with telling():
            errors.add(
                _("Området {code} finns inte i registret.").format(code=code),
                str(_("Be den som sköter installationen läsa in områdena.")),
            )
    errors.stop_if_any()
    imported = AreaGroupImport.objects.create(
        organisation_id=actor.organisation_id,
        files=intake.file_lines([(uploads.harmless(name), digest)]),
        source=source,
        notes="\n".join(file.notes),
        person_id=actor.person_id,
    )
    rows = AreaGroup.objects.bulk_create(
        [
            AreaGroup(
                organisation_id=actor.organisation_id,
                kind=group.kind,
                code=group.code,
                name=group.name,
                year=group.year,
                source=source,
                subject_id=known.get(group.subject),
                imported=imported,
            )
            for group in file.groups
        ],
        batch_size=500,
    )
    AreaGroupMember.objects.bulk_create(
        [
            AreaGroupMember(organisation_id=actor.organisation_id, group=row, area_id=known[code])
            for row, group in zip(rows, file.groups, strict=True)
            for code in group.members
        ],
        batch_size=500,
    )
    return imported


@deed(_("Låter kommungrupper gälla"), intake.may_put_in_force)
def activate_groups(actor: Actor, imported: AreaGroupImport) -> AreaGroupImport:
    """Activate the groups of an import; they replace those of the same name that were activated earlier."""
    return intake.become(imported, AreaGroupImport.State.IN_FORCE)


@deed(_("Slänger kommungrupper som inte har börjat gälla"), intake.may_put_in_force)
def discard_groups(actor: Actor, imported: AreaGroupImport) -> None:
    """Remove the groups of an import that were never activated."""
    intake.discard(imported)


@deed(_("Ångrar en inläsning av kommungrupper"), intake.may_undo)
def undo_groups(actor: Actor, imported: AreaGroupImport) -> AreaGroupImport:
    """Deactivate an import; the groups that it replaced are active again."""
    return intake.become(imported, AreaGroupImport.State.UNDONE)


@deed(_("Låter en ångrad inläsning av kommungrupper gälla igen"), intake.may_redo)
def redo_groups(actor: Actor, imported: AreaGroupImport) -> AreaGroupImport:
    """Put the groups of an undone import back, in their old place."""
    return intake.become(imported, AreaGroupImport.State.IN_FORCE)


@deed(_("Sparar en egen jämförelsegrupp"), policies.may_add_own)
def add_own_group(actor: Actor, _none: None, *, name: str, municipalities: Sequence[Area]) -> AreaGroup:
    """Create an own comparison group of municipalities."""
    _check_own_group(None, name, municipalities)
    group = AreaGroup.objects.create(organisation_id=actor.organisation_id, kind=AreaGroup.Kind.OWN, name=name)
    _fill(group, municipalities)
    return group


@deed(_("Ändrar en egen jämförelsegrupp"), policies.may_change_own)
def change_own_group(
    actor: Actor, group: AreaGroup, *, version: int | None, name: str, municipalities: Sequence[Area]
) -> AreaGroup:
    """Change the name and the municipalities of an own comparison group."""
    _check_own_group(group, name, municipalities)
    changed = save_edit(group, version, {"name": name})
    group.members.exclude(area__in=municipalities).delete()
    kept = set(group.members.values_list("area_id", flat=True))
    _fill(group, [row for row in municipalities if row.pk not in kept])
    return changed


@deed(_("Tar bort en egen jämförelsegrupp"), policies.may_change_own)
def remove_own_group(actor: Actor, group: AreaGroup) -> AreaGroup:
    """Remove an own comparison group. It can be restored."""
    if group.kind != AreaGroup.Kind.OWN or group.removed_at:
        raise RuleBroken(_("Gruppen är redan borttagen."))
    return save_edit(group, None, {"removed_at": clock.now()})


@deed(_("Tar tillbaka en borttagen jämförelsegrupp"), policies.may_change_own)
def restore_own_group(actor: Actor, group: AreaGroup) -> AreaGroup:
    """Restore a removed own comparison group."""
    _check_own_group(group, group.name, None)
    return save_edit(group, None, {"removed_at": None})


def _check_own_group(group: AreaGroup | None, name: str, municipalities: Sequence[Area] | None) -> None:
    if group and group.kind != AreaGroup.Kind.OWN:
        raise RuleBroken(_("Bara egna jämförelsegrupper kan ändras."))
    if municipalities is not None and len(municipalities) < 2:
        raise RuleBroken(_("Välj minst två kommuner."), "municipalities")
    same = AreaGroup.objects.filter(kind=AreaGroup.Kind.OWN, removed_at=None)
    if any(folded(other.name) == folded(name) for other in same if other != group):
        raise RuleBroken(_("Det finns redan en grupp som heter {name}."), "name", name=name)


def _fill(group: AreaGroup, municipalities: Sequence[Area]) -> None:
    AreaGroupMember.objects.bulk_create(
        [AreaGroupMember(organisation_id=group.organisation_id, group=group, area=row) for row in municipalities]
    )
