"""The background work of events: check what was handed in, and fetch from polisen.se."""

from pathlib import Path
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.indicators import uploads
from tillsammans.indicators.clients import polisen
from tillsammans.indicators.events import actions, queries
from tillsammans.indicators.events.importing import Found, prepare, quiet, stage
from tillsammans.indicators.models import EventImport
from tillsammans.indicators.rules import files_in
from tillsammans.kernel.access import Actor
from tillsammans.kernel.canonical import canonical, parsed
from tillsammans.kernel.clock import STOCKHOLM
from tillsammans.kernel.jobs import Progress
from tillsammans.kernel.problems import Finding, ImportProblem


def check(actor: Actor, progress: Progress, imported: str) -> str:
    """Read the files and note what an import would do, or what is wrong; gives the address of the import's page."""
    found = EventImport.objects.get(uuid=UUID(imported))
    look(found, progress)
    return reverse("indicators:event_import", args=[found.uuid])


def look(imported: EventImport, progress: Progress = quiet) -> EventImport:
    """Stage what the files hold and note it, or note what is wrong. May run twice; nothing is in force by it."""
    if imported.state != EventImport.State.STAGED:
        return imported
    imported.found = imported.faults = ""
    try:
        found, events = prepare(_files(imported), imported.organisation_id, queries.reach().covered, progress)
        stage(imported, events, progress)
        imported.found = canonical(found)
    except ImportProblem as problem:
        imported.faults = canonical({"findings": problem.findings, "total": problem.total})
    imported.save(update_fields=["found", "faults"])
    return imported


def found_in(imported: EventImport) -> Found | None:
    """What reading the files in does, as it was noted; ``None`` if they were not checked or have faults."""
    return Found.parse(parsed(imported.found)) if imported.found else None


def problem_of(imported: EventImport) -> ImportProblem | None:
    """What is wrong with the files, as it was noted."""
    if not imported.faults:
        return None
    content = parsed(imported.faults)
    return ImportProblem([Finding(**finding) for finding in content["findings"]], content["total"])


def _files(imported: EventImport) -> list[tuple[str, Path]]:
    paths = uploads.paths(imported.uuid)
    names = [name for name, _sha256 in files_in(imported.files)]
    if len(paths) != len(names):
        raise ImportProblem([Finding(_("Filerna finns inte kvar."), _("Lämna in dem på nytt."))])
    return list(zip(names, paths, strict=True))


def fetch(actor: Actor, progress: Progress, address: str) -> str:
    """Fetch the latest events and check them like a file that was handed in; gives the address of the import's page.

    May run twice: what a killed worker had begun is taken up again.
    """
    uuid = UUID(address)
    imported = EventImport.objects.filter(uuid=uuid).first()
    if imported is None:
        progress(0, 1, _("Frågar polisen.se."))
        answer = polisen.events()
        uploads.remove(uuid)
        name = f"polisen-handelser-{answer.at.astimezone(STOCKHOLM):%Y-%m-%d-%H%M}.json"
        kept = uploads.keep(uuid, [(name, [answer.content])])
        imported = actions.hand_in_events(actor, None, address=uuid, files=kept, background=False)
    return check(actor, progress, str(imported.uuid))
