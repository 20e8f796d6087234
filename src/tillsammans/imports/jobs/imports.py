"""Background jobs of an import: validate the files, stage its values and activate them."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from uuid import UUID, uuid4

from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.formats import columns
from tillsammans.formats.columns import Columns
from tillsammans.imports import actions
from tillsammans.imports.models import Mapping
from tillsammans.imports.plan import NeedsColumns, Plan, prepare, recognise
from tillsammans.imports.rules import Preview
from tillsammans.imports.staging import stage
from tillsammans.indicators.models import Import
from tillsammans.kernel import intake, uploads
from tillsammans.kernel.access import Actor, Refused, RuleBroken
from tillsammans.kernel.content import freeze, thaw
from tillsammans.kernel.problems import ImportProblem
from tillsammans.kernel.progress import Progress, no_progress


def check(actor: Actor, progress: Progress, imported: str) -> str:
    """Validate the files and store the preview or the errors; returns the URL of the preview."""
    checked = check_files(Import.objects.get(uuid=UUID(imported)), progress)
    return reverse("imports:table" if needs_columns(checked) else "imports:preview", args=[checked.uuid])


def check_files(imported: Import, progress: Progress = no_progress) -> Import:
    """Store the files' kind with the preview or the errors; neither if a person must map the columns."""
    intake.require_staged(imported)
    imported.preview = imported.faults = ""
    with suppress(NeedsColumns):
        try:
            imported.kind = imported.kind or recognise(imported.stored_files())
            preview = _plan(imported, progress).preview
            imported.preview, imported.source = freeze(preview), preview.source[:200]
            imported.created, imported.replaced, imported.unchanged = (
                preview.created,
                preview.replaced,
                preview.unchanged,
            )
        except ImportProblem as problem:
            imported.faults = problem.frozen()
    imported.save(update_fields=["kind", "source", "preview", "faults", "created", "replaced", "unchanged"])
    return imported


def needs_columns(imported: Import) -> bool:
    """Whether the files are a table of no known format whose columns nobody has mapped."""
    return imported.kind == columns.KIND and not imported.columns and not imported.faults


def _plan(imported: Import, progress: Progress) -> Plan:
    meaning = thaw(imported.columns, Columns, imported) if imported.columns else None
    return prepare(imported.stored_files(), imported.organisation_id, progress, kind=imported.kind, meaning=meaning)


def preview_of(imported: Import) -> Preview | None:
    """The stored preview of the import; ``None`` if the files were not checked or have errors."""
    return thaw(imported.preview, Preview, imported) if imported.preview else None


def import_files(actor: Actor, progress: Progress, imported: str) -> str:
    """Stage the import's values and activate it; returns the URL of its page. Idempotent."""
    result = Import.objects.get(uuid=UUID(imported))
    if result.state == Import.State.STAGED:
        run_import(actor, result, progress)
    return reverse("imports:import", args=[result.uuid])


def run_import(actor: Actor, imported: Import, progress: Progress = no_progress) -> Import:
    """Stage the values of a begun import and activate it. If that is refused, all its values are removed."""
    try:
        plan = _plan(imported, progress)
        _require_same(preview_of(imported), plan.preview)
        stage(imported, plan, progress)
        done = actions.activate(actor, imported, preview=plan.preview)
    except (Refused, ImportProblem):
        with suppress(Refused):  # who may no longer read in may not stop it either; it is not in force anyway
            actions.stop_import(actor, imported)
        raise
    uploads.remove(imported.uuid)
    return done


def import_now(
    actor: Actor,
    files: Iterable[tuple[str, Iterable[bytes]]],
    *,
    kind: str = "",
    mapping: Mapping | None = None,
    approve: Callable[[Preview], None] = lambda preview: None,
    progress: Progress = no_progress,
) -> Import | None:
    """Hand in files (name and pieces of content), check them and read them in, without background jobs.

    ``approve`` raises where the preview should not be carried out. Gives ``None`` if the files change nothing; raises
    ``ImportProblem`` if they have errors. Nothing is left staged.
    """
    address = uuid4()
    kept = uploads.keep(address, files)
    try:
        imported = actions.upload(actor, None, address=address, files=kept, background=False, kind=kind)
        if mapping:
            imported = actions.use_mapping(actor, imported, mapping=mapping, background=False)
        if problem := check_files(imported, progress).problem:
            raise problem
        preview = preview_of(imported)
        if preview is not None:
            if preview.changes_nothing:
                return None
            approve(preview)
        return run_import(actor, actions.start_import(actor, imported, consent=True, background=False), progress)
    finally:
        for staged in Import.objects.filter(uuid=address, state=Import.State.STAGED):
            actions.discard_import(actor, staged)
        uploads.remove(address)


def _require_same(confirmed: Preview | None, now: Preview) -> None:
    if confirmed != now:
        raise RuleBroken(_("Underlaget har ändrats sedan du såg förhandsgranskningen. Kontrollera filen en gång till."))
