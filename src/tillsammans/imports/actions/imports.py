"""Deeds with statistics: hand in files, read them in, put the import in force, undo it, redo it."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillsammans.formats.columns import KIND as TABLE
from tillsammans.formats.columns import Columns, fingerprint
from tillsammans.formats.guards import Cell
from tillsammans.imports.models import Mapping, Upload
from tillsammans.imports.plan import inputs_fingerprint
from tillsammans.imports.rules import Preview, consent_missing
from tillsammans.indicators import policies
from tillsammans.indicators.models import Import, Value
from tillsammans.indicators.rules import file_lines, may_become
from tillsammans.kernel import clock, jobs
from tillsammans.kernel.access import Actor, RuleBroken
from tillsammans.kernel.content import thaw
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.models import Job
from tillsammans.kernel.text import normal
from tillsammans.parties.models import Organisation


@deed(_("Lämnar in statistikfiler för kontroll"), policies.may_import)
def upload(
    actor: Actor,
    _none: None,
    *,
    address: UUID,
    files: Sequence[tuple[str, str]],
    background: bool = True,
    kind: str = "",
) -> Upload:
    """Note files (name, SHA-256) that lie in the folder of ``address``; ``background``: let a job check them.

    ``kind``: which reader takes them, where a person says so; otherwise it is found out by their content.
    """
    upload = Upload.objects.create(
        organisation_id=actor.organisation_id,
        uuid=address,
        kind=kind,
        files=file_lines(files),
        person_id=actor.person_id,
    )
    if background:
        upload.job = jobs.start(actor, "imports.check", _("Kontrollerar statistikfilerna"), {"upload": str(address)})
        upload.save(update_fields=["job"])
    return upload


@deed(_("Låter inlämnade statistikfiler kontrolleras en gång till"), policies.may_begin)
def check_again(actor: Actor, upload: Upload) -> Upload:
    """Hold the files against what is in force now."""
    if upload.imported is not None:
        raise RuleBroken(_("Filerna är redan inlästa."))
    upload.job = jobs.start(actor, "imports.check", _("Kontrollerar statistikfilerna"), {"upload": str(upload.uuid)})
    upload.preview = upload.faults = ""
    upload.save(update_fields=["job", "preview", "faults"])
    return upload


@deed(_("Säger vad kolumnerna i en inlämnad tabell betyder"), policies.may_begin)
def choose_columns(
    actor: Actor,
    upload: Upload,
    *,
    columns: Columns,
    rows: Sequence[Sequence[Cell]],
    remember: bool,
    background: bool = True,
) -> Upload:
    """Let the files be read so, and check them; ``remember``: keep it for files of the source with ``rows``' header."""
    _set(actor, upload, columns.text(), background)
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
    return upload


@deed(_("Läser en inlämnad tabell som en källa vi minns"), policies.may_begin)
def use_mapping(actor: Actor, upload: Upload, *, mapping: Mapping, background: bool = True) -> Upload:
    """Let the files be read as the remembered source's, and check them."""
    _set(actor, upload, mapping.columns, background)
    Mapping.objects.filter(pk=mapping.pk).update(used_at=clock.now())
    return upload


def _set(actor: Actor, upload: Upload, columns: str, background: bool) -> None:
    if upload.imported is not None:
        raise RuleBroken(_("Filerna är redan inlästa."))
    upload.kind, upload.columns, upload.preview, upload.faults = TABLE, columns, "", ""
    if background:
        upload.job = jobs.start(
            actor, "imports.check", _("Kontrollerar statistikfilerna"), {"upload": str(upload.uuid)}
        )
    upload.save(update_fields=["kind", "columns", "preview", "faults", "job"])


@deed(_("Byter namn på en källa vi minns"), policies.may_begin)
def rename_mapping(actor: Actor, mapping: Mapping, *, name: str) -> Mapping:
    """Call it something else in the list; the source that stands at the figures is not changed."""
    name = normal(name)
    if Mapping.objects.filter(name=name).exclude(pk=mapping.pk).exists():
        raise RuleBroken(_("En annan källa heter redan så."), "name")
    mapping.name = name
    mapping.save(update_fields=["name"])
    return mapping


@deed(_("Glömmer en källa"), policies.may_begin)
def forget_mapping(actor: Actor, mapping: Mapping) -> Mapping:
    """Remove what is remembered; what was read in stays."""
    address = mapping.pk
    mapping.delete()
    mapping.pk = address  # so that the log can say which
    return mapping


@deed(_("Läser in statistik"), policies.may_begin)
def start_import(actor: Actor, upload: Upload, *, consent: bool = False, background: bool = True) -> Import:
    """Begin the import of checked files. ``consent``: final values may be replaced by the other ones of the files.

    Nothing is in force until ``put_in_force``; ``background``: let a job do the work.
    """
    if upload.imported is not None:
        return upload.imported
    if not upload.preview:
        raise RuleBroken(_("Filerna är inte kontrollerade, eller har fel som måste rättas först."))
    preview = thaw(upload.preview, Preview, upload)
    if preview.changes_nothing:
        raise RuleBroken(_("Filen ändrar ingenting: allt i den finns redan."))
    if consent_missing(preview, consent):
        raise RuleBroken(_("Kryssa i att slutliga värden ska ersättas, eller avstå från att läsa in filen."), "consent")
    imported = Import.objects.create(
        organisation_id=actor.organisation_id,
        kind=preview.kind,
        source=preview.source[:200],
        files=upload.files,
        person_id=actor.person_id,
    )
    upload.imported = imported
    if background:
        upload.job = _work(actor, imported)
    upload.save(update_fields=["imported", "job"])
    return imported


@deed(_("Fortsätter en avbruten inläsning"), policies.may_put_in_force)
def try_again(actor: Actor, imported: Import) -> Import:
    """Start the work of an import again whose job failed."""
    upload = imported.uploads.select_related("job").first()
    if upload is None or upload.job is None or upload.job.state != Job.State.FAILED:
        raise RuleBroken(_("Inläsningen pågår redan."))
    upload.job = _work(actor, imported)
    upload.save(update_fields=["job"])
    return imported


def _work(actor: Actor, imported: Import) -> Job:
    return jobs.start(actor, "imports.import", _("Läser in statistiken"), {"imported": str(imported.uuid)})


@deed(_("Låter inläst statistik börja gälla"), policies.may_put_in_force)
def activate(actor: Actor, imported: Import, *, preview: Preview) -> Import:
    """Let readers see the import's values, all at once. ``preview`` is what was staged."""
    _require(imported, Import.State.IN_FORCE)
    # One at a time for an organisation: the second sees what the first brought, and stops.
    Organisation.objects.select_for_update().get(pk=actor.organisation_id)
    if inputs_fingerprint(actor.organisation_id) != preview.inputs_fingerprint:
        raise RuleBroken(_("Någon annan läste in statistik under tiden. Kontrollera filen en gång till."))
    imported.state = Import.State.IN_FORCE
    imported.in_force_at = clock.now()
    imported.created, imported.replaced, imported.unchanged = preview.created, preview.replaced, preview.unchanged
    imported.save(update_fields=["state", "in_force_at", "created", "replaced", "unchanged"])
    return imported


@deed(_("Avbryter en inläsning som inte kunde genomföras"), policies.may_put_in_force)
def stop_import(actor: Actor, imported: Import) -> Import:
    """Give up an import before it comes into force: its values go, and its files may be checked and tried again."""
    _require(imported, Import.State.STOPPED)
    Value.objects.filter(imported=imported).delete()
    Upload.objects.filter(imported=imported).update(imported=None)
    imported.state = Import.State.STOPPED
    imported.save(update_fields=["state"])
    return imported


@deed(_("Ångrar en inläsning av statistik"), policies.may_undo)
def undo_import(actor: Actor, imported: Import) -> Import:
    """Take the import out of force: what was in force before it is so again."""
    _require(imported, Import.State.UNDONE)
    imported.state, imported.undone_at = Import.State.UNDONE, clock.now()
    imported.save(update_fields=["state", "undone_at"])
    return imported


@deed(_("Låter en ångrad inläsning gälla igen"), policies.may_redo)
def redo_import(actor: Actor, imported: Import) -> Import:
    """Put an undone import back in force, in its old place: imports that came later still win over it."""
    _require(imported, Import.State.IN_FORCE)
    imported.state, imported.undone_at = Import.State.IN_FORCE, None
    imported.save(update_fields=["state", "undone_at"])
    return imported


def _require(imported: Import, new: str) -> None:
    if not may_become(imported.state, new):
        raise RuleBroken(_("Inläsningen har redan ändrat läge. Ladda om sidan och se hur den står."))
