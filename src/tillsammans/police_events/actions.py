"""Deeds with events: hand in lists, put them in force, undo it, redo it, throw a list away."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from tillsammans.kernel import intake, jobs
from tillsammans.kernel.access import Actor, RuleBroken
from tillsammans.kernel.content import thaw
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.models import Job
from tillsammans.parties.models import Organisation
from tillsammans.police_events.importing import EventPreview, inputs_fingerprint
from tillsammans.police_events.models import EventImport, PoliceEvent


@deed(_("Lämnar in polisens händelser för kontroll"), intake.may_import)
def upload_events(
    actor: Actor, _none: None, *, address: UUID, files: Sequence[tuple[str, str]], background: bool = True
) -> EventImport:
    """Note files (name, SHA-256) that lie in the folder of ``address``; ``background``: let a job check them."""
    imported = EventImport.objects.create(
        organisation_id=actor.organisation_id,
        uuid=address,
        files=intake.file_lines(files),
        person_id=actor.person_id,
    )
    return intake.check_with(imported, lambda: _check(actor, imported)) if background else imported


@deed(_("Hämtar polisens händelser från polisen.se"), intake.may_import)
def fetch_events(actor: Actor, _none: None) -> Job:
    """Let a job fetch the latest events; nothing holds before somebody has looked at them."""
    return jobs.start(actor, "police_events.fetch", _("Hämtar polisens händelser"), {"address": str(uuid4())})


@deed(_("Låter polisens händelser kontrolleras en gång till"), intake.may_put_in_force)
def check_events_again(actor: Actor, imported: EventImport) -> EventImport:
    """Hold the files against what is in force now."""
    return intake.check_with(imported, lambda: _check(actor, imported))


def _check(actor: Actor, imported: EventImport) -> Job:
    return jobs.start(
        actor, "police_events.check", _("Kontrollerar polisens händelser"), {"imported": str(imported.uuid)}
    )


@deed(_("Låter polisens händelser gälla"), intake.may_put_in_force)
def activate_events(actor: Actor, imported: EventImport) -> EventImport:
    """Let readers see the import's events, all at once."""
    if not imported.preview:
        raise RuleBroken(_("Filerna är inte kontrollerade, eller har fel som måste rättas först."))
    preview = thaw(imported.preview, EventPreview, imported)
    if preview.changes_nothing:
        raise RuleBroken(_("Filen ändrar ingenting: allt i den finns redan."))
    # One at a time for an organisation: the second sees what the first brought, and stops.
    Organisation.objects.select_for_update().get(pk=actor.organisation_id)
    if inputs_fingerprint(actor.organisation_id) != preview.inputs_fingerprint:
        raise RuleBroken(_("Andra händelser lästes in under tiden. Kontrollera filen en gång till."))
    return intake.become(imported, EventImport.State.IN_FORCE)


@deed(_("Ångrar en inläsning av polisens händelser"), intake.may_undo)
def undo_events(actor: Actor, imported: EventImport) -> EventImport:
    """Take the import out of force: its events are not shown, and versions from before it hold again."""
    return intake.become(imported, EventImport.State.UNDONE)


@deed(_("Låter en ångrad inläsning av polisens händelser gälla igen"), intake.may_redo)
def redo_events(actor: Actor, imported: EventImport) -> EventImport:
    """Put an undone import back in force."""
    return intake.become(imported, EventImport.State.IN_FORCE)


@deed(_("Slänger inlämnade händelser som inte har börjat gälla"), intake.may_put_in_force)
def discard_events(actor: Actor, imported: EventImport) -> None:
    """Remove an import that never came into force, with all that was read for it."""
    PoliceEvent.objects.filter(imported=imported).delete()
    intake.discard(imported)
