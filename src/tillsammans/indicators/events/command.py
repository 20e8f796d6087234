"""``./tillsammans import handelser``: the police's events from files, checked and put in force as on the web."""

import json
import sys
from pathlib import Path
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from tillsammans.indicators import policies, uploads
from tillsammans.indicators.events import actions, jobs, queries
from tillsammans.indicators.events.importing import Found, prepare
from tillsammans.indicators.models import EventImport
from tillsammans.kernel.access import Actor, Refused
from tillsammans.kernel.canonical import canonical
from tillsammans.kernel.clock import STOCKHOLM
from tillsammans.kernel.problems import ImportProblem
from tillsammans.kernel.scope import Scope, everywhere, within
from tillsammans.parties.models import Organisation, Role
from tillsammans.parties.queries import actor_of_job

DONE, REFUSED, USAGE = 0, 1, 2


class _Wrong(Exception):
    """The command was given something that does not exist; the message says what and what to do."""


def run(
    kind: str, files: list[Path], organisation: str, person_email: str | None, preview: bool, as_json: bool
) -> int:
    """Read events in for an organisation (slug or name), or only say what would happen.

    Prints in Swedish, or one JSON object; returns 0 done, 1 refused, 2 wrong use.
    """
    try:
        missing = [str(path) for path in files if not path.is_file()]
        if missing or not files:
            raise _Wrong(_("Filen finns inte: {files}").format(files=", ".join(missing) or "–"))
        actor = _actor(organisation, person_email)
        with within(Scope(actor.organisation_id)):
            if preview:
                names = [(uploads.harmless(path.name), path) for path in files]
                found, _added = prepare(names, actor.organisation_id, queries.reach().covered)
                _print(as_json, canonical(found), _lines(found))
                return DONE
            return _import(actor, files, as_json)
    except _Wrong as wrong:
        return _say_no([str(wrong)], as_json, USAGE)
    except ImportProblem as problem:
        return _say_no(problem.lines(), as_json)
    except Refused as refused:
        return _say_no(refused.reasons, as_json)


def undo(address: str, person_email: str | None = None) -> int:
    """Take an import of events out of force. Returns 0 done, 1 refused, 2 wrong use."""
    try:
        with everywhere("the address says whose import it is"):
            row = EventImport.objects.select_related("organisation").filter(uuid=_uuid(address)).first()
        if row is None:
            raise _Wrong(_("Det finns ingen inläsning {address}.").format(address=address))
        actor = _actor(row.organisation.slug, person_email)
        with within(Scope(actor.organisation_id)):
            actions.undo_events(actor, row)
    except _Wrong as wrong:
        return _say_no([str(wrong)], False, USAGE)
    except Refused as refused:
        return _say_no(refused.reasons, False)
    print(_("Inläsningen gäller inte längre. Det som gällde före den gäller igen."))
    return DONE


def _import(actor: Actor, files: list[Path], as_json: bool) -> int:
    address = uuid4()
    kept = uploads.keep(address, ((path.name, [path.read_bytes()]) for path in files))
    row: EventImport | None = None
    try:
        row = actions.hand_in_events(actor, None, address=address, files=kept, background=False)
        jobs.look(row)
        if problem := jobs.problem_of(row):
            raise problem
        found = jobs.found_in(row)
        assert found is not None  # noqa: S101 - either problem or found
        if not found.changes_nothing:
            row = actions.put_events_in_force(actor, row)
            lines = _lines(found)
            lines.append(_("Ångra med: ./tillsammans import handelser --undo {address}").format(address=address))
            _print(as_json, json.dumps({"state": "in_force", "import": str(address), **_counts(found)}), lines)
        else:
            _print(as_json, json.dumps({"state": "unchanged", **_counts(found)}), _lines(found))
    finally:
        if row and row.state == EventImport.State.STAGED:
            actions.discard_events(actor, row)
        uploads.remove(address)
    return DONE


def _counts(found: Found) -> dict[str, int]:
    return {"created": found.new, "replaced": found.changed, "unchanged": found.unchanged}


def _lines(found: Found) -> list[str]:
    lines = [_("Nya händelser: {created}. Nya versioner av kända: {replaced}. Oförändrade: {unchanged}.").format(
        **_counts(found))]
    lines += [_("{file} är tom.").format(file=name) for name in found.empty]
    if found.county_only:
        lines.append(_("Bara länet är känt för {count} av de nya.").format(count=found.county_only))
    lines += [
        _("Händelser kan saknas mellan {first} och {last}: ingen lista täcker den tiden.").format(
            first=f"{first.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}", last=f"{last.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}")
        for first, last in found.gaps
    ]
    if found.changes_nothing:
        lines.append(_("Filen ändrar ingenting: allt i den finns redan."))
    return lines


def _uuid(address: str) -> UUID:
    try:
        return UUID(address)
    except ValueError:
        raise _Wrong(_("”{address}” är ingen inläsnings nummer. Det står på inläsningens sida.").format(
            address=address)) from None


def _actor(name: str, email: str | None) -> Actor:
    """The person with that address, or the only one who may import there, acting for the organisation."""
    organisation = Organisation.objects.filter(slug=name).first() or Organisation.objects.filter(name=name).first()
    if organisation is None:
        raise _Wrong(_("Det finns ingen organisation ”{name}”. Ange dess kortnamn, till exempel osthammar.").format(
            name=name))
    with everywhere("a command has no signed-in person yet"):
        roles = Role.objects.filter(organisation=organisation, **({"person__email": email.lower()} if email else {}))
        people = list(dict.fromkeys(roles.values_list("person_id", flat=True)))
    able = [actor for person in people if policies.may_import(actor := actor_of_job(person, organisation.pk))]
    if len(able) == 1:
        return able[0]
    if able:
        raise _Wrong(_("Flera i {organisation} får läsa in statistik. Ange vem med --person E-POST.").format(
            organisation=organisation.name))
    raise Refused([_("Ingen i {organisation} får läsa in statistik. Ge någon rollen samordnare eller driftansvarig."
                     ).format(organisation=organisation.name)])


def _print(as_json: bool, content: str, lines: list[str]) -> None:
    print(content if as_json else "\n".join(lines))


def _say_no(lines: list[str], as_json: bool, code: int = REFUSED) -> int:
    if as_json:
        print(json.dumps({"state": "refused", "reasons": lines}, ensure_ascii=False))
    print("\n".join(lines), file=sys.stderr)
    return code
