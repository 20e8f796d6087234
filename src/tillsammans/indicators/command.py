"""``./tillsammans import``: the same import as on the web, from the command line."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.indicators import actions, jobs, policies, uploads
from tillsammans.indicators.importing import Progress, prepare, quiet
from tillsammans.indicators.models import Import
from tillsammans.indicators.periods import range_words
from tillsammans.indicators.rules import Preview
from tillsammans.kernel.access import Actor, Refused, RuleBroken
from tillsammans.kernel.canonical import canonical
from tillsammans.kernel.problems import ImportProblem
from tillsammans.kernel.scope import Scope, everywhere, within
from tillsammans.parties.models import Organisation, Role
from tillsammans.parties.queries import actor_of_job

DONE, REFUSED, USAGE = 0, 1, 2
_PIECE = 1024 * 1024


class _Wrong(Exception):
    """The command was given something that does not exist; the message says what and what to do."""


def run(
    kind: str, files: list[Path], organisation: str, person_email: str | None, preview: bool, as_json: bool,
    consent: bool = False,
) -> int:
    """Read files in for an organisation (slug, name or address), or only say what would happen.

    ``consent``: final values may change. Prints in Swedish, or one JSON object; returns 0 done, 1 refused, 2 wrong use.
    """
    try:
        if kind != actions.DATABASFIL:
            raise _Wrong(_("Slaget ”{kind}” går inte att läsa in. Det som går är: databasfil.").format(kind=kind))
        missing = [str(path) for path in files if not path.is_file()]
        if missing or not files:
            raise _Wrong(_("Filen finns inte: {files}").format(files=", ".join(missing) or "–"))
        actor = _actor(_organisation(organisation), person_email)
        with within(Scope(actor.organisation_id)):
            return _look(actor, files, as_json) if preview else _import(actor, files, consent, as_json)
    except _Wrong as wrong:
        return _say_no([str(wrong)], as_json, USAGE)
    except ImportProblem as problem:
        return _say_no(problem.lines(), as_json)
    except Refused as refused:
        return _say_no(refused.reasons, as_json)


def undo(address: str, person_email: str | None = None) -> int:
    """Take an import out of force. Returns 0 done, 1 refused, 2 wrong use."""
    try:
        try:
            uuid = UUID(address)
        except ValueError:
            raise _Wrong(_("”{address}” är ingen inläsnings nummer. Det står på inläsningens sida.").format(
                address=address)) from None
        with everywhere("the address says whose import it is"):
            imported = Import.objects.select_related("organisation").filter(uuid=uuid).first()
        if imported is None:
            raise _Wrong(_("Det finns ingen inläsning {address}.").format(address=address))
        actor = _actor(imported.organisation, person_email)
        with within(Scope(actor.organisation_id)):
            actions.undo_import(actor, imported)
    except _Wrong as wrong:
        return _say_no([str(wrong)], False, USAGE)
    except Refused as refused:
        return _say_no(refused.reasons, False)
    print(_("Inläsningen gäller inte längre. Det som gällde före den gäller igen."))
    return DONE


def _look(actor: Actor, files: list[Path], as_json: bool) -> int:
    plan = prepare([(uploads.harmless(path.name), path) for path in files], actor.organisation_id, _bar(as_json))
    _print_preview(plan.preview, as_json)
    return DONE


def _import(actor: Actor, files: list[Path], consent: bool, as_json: bool) -> int:
    address = uuid4()
    kept = uploads.keep(address, ((path.name, _pieces(path)) for path in files))
    try:
        upload = actions.hand_in(actor, None, address=address, files=kept, background=False)
        progress = _bar(as_json)
        jobs.look(upload, progress)
        if problem := jobs.problem_of(upload):
            raise problem
        seen = jobs.preview_of(upload)
        if seen is not None and seen.changes_nothing:
            _print(as_json, {"state": "unchanged"}, [_("Filen ändrar ingenting: allt i den finns redan.")])
            return DONE
        if seen is not None and seen.changed_total and not consent:
            _print_preview(seen, False, sys.stderr)
            raise RuleBroken(_("Slutliga värden skulle ändras. Läs in på webben, där du kan säga ja, "
                               "eller kontrollera att filen är rätt."))
        begun = actions.start_import(actor, upload, consent=consent, background=False)
        imported = jobs.bring_in(actor, begun, upload, progress)
    finally:
        uploads.remove(address)
    counts = {"created": imported.created, "replaced": imported.replaced, "unchanged": imported.unchanged}
    _print(as_json, {"state": imported.state, "import": str(imported.uuid), **counts}, [
        _("Klart: {created} nya, {replaced} ersatta och {unchanged} oförändrade värden.").format(**counts),
        _("Ångra med: ./tillsammans import --undo {address}").format(address=imported.uuid),
    ])
    return DONE


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _organisation(name: str) -> Organisation:
    found = Organisation.objects.filter(slug=name).first() or Organisation.objects.filter(name=name).first()
    if found is None:
        raise _Wrong(_("Det finns ingen organisation ”{name}”. Ange dess kortnamn, till exempel osthammar.").format(
            name=name))
    return found


def _actor(organisation: Organisation, email: str | None) -> Actor:
    """The person with that address, or the only one who may import there, acting for the organisation."""
    with everywhere("a command has no signed-in person yet"):
        roles = Role.objects.filter(organisation=organisation).select_related("person")
        if email:
            roles = roles.filter(person__email=email.lower())
        people = list(dict.fromkeys(role.person_id for role in roles))
    actors = [actor_of_job(person, organisation.pk) for person in people]
    able = [actor for actor in actors if policies.may_import(actor)]
    if len(able) == 1:
        return able[0]
    if email:
        raise Refused([_("{email} får inte läsa in statistik för {organisation}.").format(
            email=email, organisation=organisation.name)])
    if not able:
        raise Refused([_(
            "Ingen i {organisation} får läsa in statistik. Ge någon rollen samordnare eller driftansvarig."
        ).format(organisation=organisation.name)])
    raise _Wrong(_("Flera i {organisation} får läsa in statistik. Ange vem med --person E-POST.").format(
        organisation=organisation.name))


def _bar(as_json: bool) -> Progress:
    """Progress as one line on stderr that overwrites itself, where somebody is watching."""
    if as_json or not sys.stderr.isatty():
        return quiet

    def show(done: int, total: int, message: str) -> None:
        filled = round(30 * done / total) if total else 0
        end = "\n" if done >= total else ""
        print(f"\r{'█' * filled}{'░' * (30 - filled)} {message}\033[K", end=end, file=sys.stderr, flush=True)

    return show


def _print_preview(preview: Preview, as_json: bool, out: object = None) -> None:
    lines = [
        _("Brås Databasfil, {encoding}, {rows} rader, {periods}.").format(
            encoding=preview.encoding, rows=preview.rows, periods=range_words(preview.periods[0], preview.periods[-1])),
        _("Områden ({count}): {names}").format(count=len(preview.regions), names=", ".join(preview.regions)),
        _("Brottstyper ({count}): {names}").format(
            count=len(preview.crime_types), names="; ".join(preview.crime_types)),
        _("Nya: {created}. Preliminära som blir slutliga: {final}. Nyare preliminära: {revised}. "
          "Slutliga som ändras: {changed}. Oförändrade: {unchanged}.").format(
            created=preview.created, final=preview.final, revised=preview.revised, changed=preview.changed_total,
            unchanged=preview.unchanged),
    ]
    if preview.unmatched:
        lines.append(_("Okända områden som hoppas över: {names}").format(names=", ".join(preview.unmatched)))
    lines += [
        _("Ändras: {indicator}, {area}, {period}: {old} blir {new} ({file}, rad {row}).").format(
            indicator=value.indicator, area=value.area, period=value.period, old=value.old.normalize(),
            new=value.new.normalize(), file=value.file, row=value.row)
        for value in preview.changed[:20]
    ]
    if (rest := preview.changed_total - 20) > 0:
        lines.append(ngettext("Och {rest} ändring till.", "Och {rest} ändringar till.", rest).format(rest=rest))
    if preview.changes_nothing:
        lines.append(_("Filen ändrar ingenting: allt i den finns redan."))
    if as_json:
        print(canonical(preview))
    else:
        print("\n".join(lines), file=out or sys.stdout)  # type: ignore[arg-type]


def _print(as_json: bool, content: dict[str, object], lines: list[str]) -> None:
    print(json.dumps(content, ensure_ascii=False) if as_json else "\n".join(lines))


def _say_no(lines: list[str], as_json: bool, code: int = REFUSED) -> int:
    if as_json:
        print(json.dumps({"state": "refused", "reasons": lines}, ensure_ascii=False))
    print("\n".join(lines), file=sys.stderr)
    return code
