"""``./tillsammans import handelser``: imports the police's events from files, as on the web."""

from pathlib import Path
from uuid import uuid4

from django.utils.translation import gettext as _

from tillsammans.kernel import intake, uploads
from tillsammans.kernel.access import Actor
from tillsammans.kernel.canonical import canonical
from tillsammans.kernel.clock import STOCKHOLM
from tillsammans.kernel.scope import Scope, within
from tillsammans.parties.terminal import DONE, WrongUse, answered, import_at, importer, organisation_named, say
from tillsammans.police_events import actions, jobs, queries
from tillsammans.police_events.importing import EventPreview, prepare
from tillsammans.police_events.models import EventImport


def run(kind: str, files: list[Path], organisation: str, person_email: str | None, preview: bool, as_json: bool) -> int:
    """Import events for an organisation (slug or name), or only print the preview.

    Prints in Swedish, or one JSON object; returns 0 done, 1 refused, 2 wrong use.
    """

    def work() -> int:
        missing = [str(path) for path in files if not path.is_file()]
        if missing or not files:
            raise WrongUse(_("Filen finns inte: {files}").format(files=", ".join(missing) or "–"))
        actor = importer(organisation_named(organisation), person_email, intake.may_import)
        with within(Scope(actor.organisation_id)):
            if preview:
                names = [(uploads.harmless(path.name), path) for path in files]
                event_preview, _added = prepare(names, actor.organisation_id, queries.reach().covered)
                say(as_json, canonical(event_preview), _lines(event_preview))
                return DONE
            return _import(actor, files, as_json)

    return answered(work, as_json=as_json)


def undo(address: str, person_email: str | None = None) -> int:
    """Undo an import of events. Returns 0 done, 1 refused, 2 wrong use."""

    def work() -> int:
        row = import_at(EventImport, address)
        actor = importer(row.organisation, person_email, intake.may_import)
        with within(Scope(actor.organisation_id)):
            actions.undo_events(actor, row)
        print(_("Inläsningen gäller inte längre. Det som gällde före den gäller igen."))
        return DONE

    return answered(work)


def _import(actor: Actor, files: list[Path], as_json: bool) -> int:
    address = uuid4()
    kept = uploads.keep(address, ((path.name, [path.read_bytes()]) for path in files))
    row: EventImport | None = None
    try:
        row = actions.upload_events(actor, None, address=address, files=kept, background=False)
        jobs.look(row)
        if problem := row.problem:
            raise problem
        preview = jobs.preview_of(row)
        assert preview is not None  # noqa: S101 - either problem or found
        if not preview.changes_nothing:
            row = actions.activate_events(actor, row)
            lines = _lines(preview)
            lines.append(_("Ångra med: ./tillsammans import handelser --undo {address}").format(address=address))
            say(as_json, {"state": "in_force", "import": str(address), **_counts(preview)}, lines)
        else:
            say(as_json, {"state": "unchanged", **_counts(preview)}, _lines(preview))
    finally:
        if row and row.state == EventImport.State.STAGED:
            actions.discard_events(actor, row)
        uploads.remove(address)
    return DONE


def _counts(preview: EventPreview) -> dict[str, int]:
    return {"created": preview.new, "replaced": preview.changed, "unchanged": preview.unchanged}


def _lines(preview: EventPreview) -> list[str]:
    lines = [
        _("Nya händelser: {created}. Nya versioner av kända: {replaced}. Oförändrade: {unchanged}.").format(
            **_counts(preview)
        )
    ]
    lines += [_("{file} är tom.").format(file=name) for name in preview.empty]
    if preview.county_only:
        lines.append(_("Bara länet är känt för {count} av de nya.").format(count=preview.county_only))
    lines += [
        _("Händelser kan saknas mellan {first} och {last}: ingen lista täcker den tiden.").format(
            first=f"{first.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}", last=f"{last.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"
        )
        for first, last in preview.gaps
    ]
    if preview.changes_nothing:
        lines.append(_("Filen ändrar ingenting: allt i den finns redan."))
    return lines
