"""Background jobs of events: validate uploads, and fetch from polisen.se."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.kernel import uploads
from tillsammans.kernel.access import Actor
from tillsammans.kernel.clock import STOCKHOLM
from tillsammans.kernel.content import freeze, thaw
from tillsammans.kernel.problems import ImportProblem
from tillsammans.kernel.progress import Progress, no_progress
from tillsammans.police_events import actions, queries
from tillsammans.police_events import client as polisen
from tillsammans.police_events.importing import EventPreview, prepare, stage
from tillsammans.police_events.models import EventImport


def check(actor: Actor, progress: Progress, imported: str) -> str:
    """Validate the files and store the preview or the errors; returns the URL of the import's page."""
    event_import = EventImport.objects.get(uuid=UUID(imported))
    look(event_import, progress)
    return reverse("police_events:event_import", args=[event_import.uuid])


def look(imported: EventImport, progress: Progress = no_progress) -> EventImport:
    """Stage the events of the files and store the preview, or the errors. Idempotent; activates nothing."""
    if imported.state != EventImport.State.STAGED:
        return imported
    imported.preview = imported.faults = ""
    try:
        preview, events = prepare(imported.stored_files(), imported.organisation_id, queries.reach().covered, progress)
        stage(imported, events, progress)
        imported.preview = freeze(preview)
        imported.created, imported.replaced, imported.unchanged = preview.new, preview.changed, preview.unchanged
    except ImportProblem as problem:
        imported.faults = problem.frozen()
    imported.save(update_fields=["preview", "faults", "created", "replaced", "unchanged"])
    return imported


def preview_of(imported: EventImport) -> EventPreview | None:
    """The stored preview; ``None`` if the files were not checked or have errors."""
    return thaw(imported.preview, EventPreview, imported) if imported.preview else None


def fetch(actor: Actor, progress: Progress, address: str) -> str:
    """Fetch the latest events and validate them like an uploaded file; returns the URL of the import's page.

    Idempotent: continues what a killed worker had begun.
    """
    uuid = UUID(address)
    imported = EventImport.objects.filter(uuid=uuid).first()
    if imported is None:
        progress(0, 1, _("Frågar polisen.se."))
        answer = polisen.events()
        uploads.remove(uuid)
        name = f"polisen-handelser-{answer.at.astimezone(STOCKHOLM):%Y-%m-%d-%H%M}.json"
        kept = uploads.keep(uuid, [(name, [answer.content])])
        imported = actions.upload_events(actor, None, address=uuid, files=kept, background=False)
    return check(actor, progress, str(imported.uuid))
