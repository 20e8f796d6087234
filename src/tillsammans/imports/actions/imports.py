"""Deeds with statistics: hand in files, read them in, put the import in force, undo it, redo it."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillsammans.formats.columns import KIND as TABLE
from tillsammans.formats.columns import Columns, fingerprint
from tillsammans.formats.guards import Cell
from tillsammans.imports.models import Mapping
from tillsammans.imports.plan import inputs_fingerprint
from tillsammans.imports.rules import Preview, consent_missing
from tillsammans.indicators.models import Import, Value
from tillsammans.kernel import clock, intake, jobs
from tillsammans.kernel.access import Actor, RuleBroken
from tillsammans.kernel.content import thaw
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.models import Job
from tillsammans.kernel.text import normal
from tillsammans.parties.models import Organisation


@deed(_("Lämnar in statistikfiler för kontroll"), intake.may_import)
def upload(
    actor: Actor,
    _none: None,
    *,
    address: UUID,
    files: Sequence[tuple[str, str]],
    background: bool = True,
    kind: str = "",
) -> Import:
    """Note files (name, SHA-256) that lie in the folder of ``address``; ``background``: let a job check them.

    ``kind``: which reader takes them, where a person says so; otherwise it is found out by their content.
    """
    imported = Import.objects.create(
        organisation_id=actor.organisation_id,
        uuid=address,
        kind=kind,
        files=intake.file_lines(files),
        person_id=actor.person_id,
    )
    return intake.check_with(imported, lambda: _check(actor, imported)) if background else imported


@deed(_("Låter inlämnade statistikfiler kontrolleras en gång till"), intake.may_begin)
def check_again(actor: Actor, imported: Import) -> Import:
    """Hold the files against what is in force now."""
    return intake.check_with(imported, lambda: _check(actor, imported))


def _check(actor: Actor, imported: Import) -> Job:
    return jobs.start(actor, "imports.check", _("Kontrollerar statistikfilerna"), {"imported": str(imported.uuid)})


@deed(_("Säger vad kolumnerna i en inlämnad tabell betyder"), intake.may_begin)
def choose_columns(
    actor: Actor,
    imported: Import,
    *,
    columns: Columns,
    rows: Sequence[Sequence[Cell]],
    remember: bool,
    background: bool = True,
) -> Import:
    """Let the files be read so, and check them; ``remember``: keep it for files of the source with ``rows``' header."""
    _set(actor, imported, columns.text(), background)
    if remember:
        Mapping.objects.filter(name=columns.source).delete()
        Mapping.objects.create(
            organisation_id=actor.organisation_id,
            name=columns.source,
            fingerprint=fingerprint(rows, columns.table),
            columns=columns.text(),
            person_id=actor.person_id,
            used_at=clock.now(),
        )
    return imported


@deed(_("Läser en inlämnad tabell som en källa vi minns"), intake.may_begin)
def use_mapping(actor: Actor, imported: Import, *, mapping: Mapping, background: bool = True) -> Import:
    """Let the files be read as the remembered source's, and check them."""
    _set(actor, imported, mapping.columns, background)
    Mapping.objects.filter(pk=mapping.pk).update(used_at=clock.now())
    return imported


def _set(actor: Actor, imported: Import, columns: str, background: bool) -> None:
    intake.require_staged(imported)
    imported.kind, imported.columns, imported.preview, imported.faults = TABLE, columns, "", ""
    imported.save(update_fields=["kind", "columns", "preview", "faults"])
    if background:
        intake.check_with(imported, lambda: _check(actor, imported))


@deed(_("Byter namn på en källa vi minns"), intake.may_begin)
def rename_mapping(actor: Actor, mapping: Mapping, *, name: str) -> Mapping:
    """Call it something else in the list; the source that stands at the figures is not changed."""
    name = normal(name)
    if Mapping.objects.filter(name=name).exclude(pk=mapping.pk).exists():
        raise RuleBroken(_("En annan källa heter redan så."), "name")
    mapping.name = name
    mapping.save(update_fields=["name"])
    return mapping


@deed(_("Glömmer en källa"), intake.may_begin)
def forget_mapping(actor: Actor, mapping: Mapping) -> Mapping:
    """Remove what is remembered; what was read in stays."""
    address = mapping.pk
    mapping.delete()
    mapping.pk = address  # so that the log can say which
    return mapping


@deed(_("Läser in statistik"), intake.may_begin)
def start_import(actor: Actor, imported: Import, *, consent: bool = False, background: bool = True) -> Import:
    """Begin the import of checked files. ``consent``: final values may be replaced by the other ones of the files.

    Nothing is in force until ``activate``; ``background``: let a job do the work.
    """
    intake.require_staged(imported)
    if imported.working:
        return imported
    if not imported.preview:
        raise RuleBroken(_("Filerna är inte kontrollerade, eller har fel som måste rättas först."))
    preview = thaw(imported.preview, Preview, imported)
    if preview.changes_nothing:
        raise RuleBroken(_("Filen ändrar ingenting: allt i den finns redan."))
    if consent_missing(preview, consent):
        raise RuleBroken(_("Kryssa i att slutliga värden ska ersättas, eller avstå från att läsa in filen."), "consent")
    if background:
        imported.job = jobs.start(actor, "imports.import", _("Läser in statistiken"), {"imported": str(imported.uuid)})
        imported.save(update_fields=["job"])
    return imported


@deed(_("Låter inläst statistik börja gälla"), intake.may_put_in_force)
def activate(actor: Actor, imported: Import, *, preview: Preview) -> Import:
    """Let readers see the import's values, all at once. ``preview`` is what was staged."""
    # One at a time for an organisation: the second sees what the first brought, and stops.
    Organisation.objects.select_for_update().get(pk=actor.organisation_id)
    if inputs_fingerprint(actor.organisation_id) != preview.inputs_fingerprint:
        raise RuleBroken(_("Någon annan läste in statistik under tiden. Kontrollera filen en gång till."))
    return intake.become(imported, Import.State.IN_FORCE)


@deed(_("Avbryter en inläsning som inte kunde genomföras"), intake.may_put_in_force)
def stop_import(actor: Actor, imported: Import) -> Import:
    """Remove what was staged of an import that cannot be activated; its files may be checked and tried again."""
    Value.objects.filter(imported=imported).delete()
    return imported


@deed(_("Slänger inlämnade statistikfiler som inte har börjat gälla"), intake.may_put_in_force)
def discard_import(actor: Actor, imported: Import) -> None:
    """Remove an import that was never activated, with all that was read for it."""
    Value.objects.filter(imported=imported).delete()
    intake.discard(imported)


@deed(_("Ångrar en inläsning av statistik"), intake.may_undo)
def undo_import(actor: Actor, imported: Import) -> Import:
    """Take the import out of force: what was in force before it is so again."""
    return intake.become(imported, Import.State.UNDONE)


@deed(_("Låter en ångrad inläsning gälla igen"), intake.may_redo)
def redo_import(actor: Actor, imported: Import) -> Import:
    """Put an undone import back in force, in its old place: imports that came later still win over it."""
    return intake.become(imported, Import.State.IN_FORCE)
