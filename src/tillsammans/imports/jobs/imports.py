"""Background jobs of an import: validate the upload, stage its values and activate them."""

from contextlib import suppress
from pathlib import Path
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.formats import columns
from tillsammans.formats.columns import Columns
from tillsammans.imports import actions
from tillsammans.imports.models import Upload
from tillsammans.imports.plan import NeedsColumns, Plan, prepare, recognise
from tillsammans.imports.rules import Preview
from tillsammans.imports.staging import stage
from tillsammans.indicators.models import Import
from tillsammans.indicators.rules import files_in
from tillsammans.kernel import uploads
from tillsammans.kernel.access import Actor, Refused, RuleBroken
from tillsammans.kernel.content import freeze, thaw
from tillsammans.kernel.problems import FileError, ImportProblem
from tillsammans.kernel.progress import Progress, no_progress


def check(actor: Actor, progress: Progress, upload: str) -> str:
    """Validate the upload's files and store the preview or the errors; returns the URL of the preview."""
    checked = check_upload(Upload.objects.get(uuid=UUID(upload)), progress)
    return reverse("imports:table" if needs_columns(checked) else "imports:preview", args=[checked.uuid])


def check_upload(upload: Upload, progress: Progress = no_progress) -> Upload:
    """Store the upload's kind with its preview or its errors; neither if a person must map its columns."""
    upload.preview = upload.faults = ""
    with suppress(NeedsColumns):
        try:
            upload.kind = upload.kind or recognise(_files(upload))
            upload.preview = freeze(_plan(upload, progress).preview)
        except ImportProblem as problem:
            upload.faults = problem.frozen()
    upload.save(update_fields=["kind", "preview", "faults"])
    return upload


def needs_columns(upload: Upload) -> bool:
    """Whether the files are a table of no known format whose columns nobody has mapped."""
    return upload.kind == columns.KIND and not upload.columns and not upload.faults


def _plan(upload: Upload, progress: Progress) -> Plan:
    meaning = thaw(upload.columns, Columns, upload) if upload.columns else None
    return prepare(_files(upload), upload.organisation_id, progress, kind=upload.kind, meaning=meaning)


def preview_of(upload: Upload) -> Preview | None:
    """The stored preview of the import; ``None`` if the upload was not checked or has errors."""
    return thaw(upload.preview, Preview, upload) if upload.preview else None


def problem_of(upload: Upload) -> ImportProblem | None:
    """The stored errors of the upload's files, or ``None``."""
    return ImportProblem.thawed(upload.faults, upload) if upload.faults else None


def import_upload(actor: Actor, progress: Progress, imported: str) -> str:
    """Stage the import's values and activate it; returns the URL of its page. Idempotent."""
    result = Import.objects.get(uuid=UUID(imported))
    if result.state == Import.State.STAGED:
        run_import(actor, result, result.uploads.get(), progress)
    return reverse("imports:import", args=[result.uuid])


def run_import(actor: Actor, imported: Import, upload: Upload, progress: Progress = no_progress) -> Import:
    """Stage the values of a begun import and activate it. If that is refused, all its values are removed."""
    try:
        plan = _same_plan(upload, _plan(upload, progress))
        stage(imported, plan, progress)
        done = actions.activate(actor, imported, preview=plan.preview)
    except (Refused, ImportProblem):
        with suppress(Refused):  # who may no longer read in may not stop it either; it is not in force anyway
            actions.stop_import(actor, imported)
        raise
    uploads.remove(upload.uuid)
    return done


def _same_plan(upload: Upload, plan: Plan) -> Plan:
    """The plan, if it still equals the preview that the person confirmed."""
    if preview_of(upload) != plan.preview:
        raise RuleBroken(_("Underlaget har ändrats sedan du såg förhandsgranskningen. Kontrollera filen en gång till."))
    return plan


def _files(upload: Upload) -> list[tuple[str, Path]]:
    paths = uploads.paths(upload.uuid)
    names = [name for name, _sha256 in files_in(upload.files)]
    if len(paths) != len(names):
        raise ImportProblem([FileError(_("Filerna finns inte kvar."), _("Lämna in dem på nytt."))])
    return list(zip(names, paths, strict=True))
