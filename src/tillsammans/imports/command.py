"""``./tillsammans import``: the same import as on the web, from the command line."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.formats import columns
from tillsammans.formats.columns import Columns
from tillsammans.formats.periods import range_words
from tillsammans.formats.readers import READERS
from tillsammans.imports import actions, jobs
from tillsammans.imports.models import Mapping
from tillsammans.imports.plan import name_of, prepare, recognise
from tillsammans.imports.rules import Preview, consent_missing
from tillsammans.indicators.models import Import
from tillsammans.kernel import intake, uploads
from tillsammans.kernel.access import Actor, RuleBroken
from tillsammans.kernel.canonical import canonical
from tillsammans.kernel.content import thaw
from tillsammans.kernel.progress import Progress, no_progress
from tillsammans.kernel.scope import Scope, within
from tillsammans.parties.terminal import DONE, WrongUse, answered, import_at, importer, organisation_named, say

AUTO = "auto"
SHOWN = 20
_PIECE = 1024 * 1024


def run(
    kind: str,
    files: list[Path],
    organisation: str,
    person_email: str | None,
    preview: bool,
    as_json: bool,
    consent: bool = False,
    source: str = "",
) -> int:
    """Import files for an organisation (slug, name or uuid), or only print the preview.

    ``kind``: a reader's, ``auto`` to go by the content, or ``tabell`` with the name of a remembered source as
    ``source``. ``consent``: final values may change. Prints in Swedish, or one JSON object; returns 0 done, 1 refused,
    2 wrong use.
    """

    def work() -> int:
        if kind not in kinds():
            raise WrongUse(
                _("Slaget ”{kind}” går inte att läsa in. Det som går är: {kinds}.").format(
                    kind=kind, kinds=", ".join(kinds())
                )
            )
        missing = [str(path) for path in files if not path.is_file()]
        if missing or not files:
            raise WrongUse(_("Filen finns inte: {files}").format(files=", ".join(missing) or "–"))
        actor = importer(organisation_named(organisation), person_email, intake.may_import)
        with within(Scope(actor.organisation_id)):
            known = kind if kind != AUTO else recognise([(path.name, path) for path in files])
            meaning = _remembered(known, source)
            if preview:
                return _look(actor, files, known, meaning, as_json)
            return _import(actor, files, known, meaning, consent, as_json)

    return answered(work, as_json=as_json)


def undo(address: str, person_email: str | None = None) -> int:
    """Undo an import. Returns 0 done, 1 refused, 2 wrong use."""

    def work() -> int:
        imported = import_at(Import, address)
        actor = importer(imported.organisation, person_email, intake.may_import)
        with within(Scope(actor.organisation_id)):
            actions.undo_import(actor, imported)
        print(_("Inläsningen gäller inte längre. Det som gällde före den gäller igen."))
        return DONE

    return answered(work)


def kinds() -> list[str]:
    """The kinds that ``run`` accepts."""
    return [AUTO, *(reader.KIND for reader in READERS), columns.KIND]


def _remembered(kind: str, name: str) -> Mapping | None:
    """The remembered source whose column mapping is used for an unknown table."""
    if kind != columns.KIND:
        return None
    known = list(Mapping.objects.order_by("name", "pk"))
    source = next((mapping for mapping in known if mapping.name == name), None)
    if source is None:
        raise WrongUse(
            _(
                "Filen är en tabell som ingen har förklarat. Läs in den på webben en gång, där du säger vad kolumnerna "
                "betyder, och ange sedan källan med --source. Källor vi minns: {names}."
            ).format(names=", ".join(mapping.name for mapping in known) or "–")
        )
    return source


def _look(actor: Actor, files: list[Path], kind: str, meaning: Mapping | None, as_json: bool) -> int:
    plan = prepare(
        [(uploads.harmless(path.name), path) for path in files],
        actor.organisation_id,
        _bar(as_json),
        kind=kind,
        meaning=thaw(meaning.columns, Columns, meaning) if meaning else None,
    )
    _print_preview(plan.preview, as_json)
    return DONE


def _import(actor: Actor, files: list[Path], kind: str, meaning: Mapping | None, consent: bool, as_json: bool) -> int:
    def approve(seen: Preview) -> None:
        if consent_missing(seen, consent):
            _print_preview(seen, False, sys.stderr)
            raise RuleBroken(
                _("Slutliga värden skulle ändras. Kontrollera att filen är rätt, och säg i så fall ja med --consent.")
            )

    contents = ((path.name, _pieces(path)) for path in files)
    imported = jobs.import_now(actor, contents, kind=kind, mapping=meaning, approve=approve, progress=_bar(as_json))
    if imported is None:
        say(as_json, {"state": "unchanged"}, [_("Filen ändrar ingenting: allt i den finns redan.")])
        return DONE
    counts = {"created": imported.created, "replaced": imported.replaced, "unchanged": imported.unchanged}
    say(
        as_json,
        {"state": imported.state, "import": str(imported.uuid), **counts},
        [
            _("Klart: {created} nya, {replaced} ersatta och {unchanged} oförändrade värden.").format(**counts),
            _("Ångra med: ./tillsammans import --undo {address}").format(address=imported.uuid),
        ],
    )
    return DONE


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _bar(as_json: bool) -> Progress:
    """Progress as one line on stderr that overwrites itself, if stderr is a terminal."""
    if as_json or not sys.stderr.isatty():
        return no_progress

    def show(done: int, total: int, message: str) -> None:
        filled = round(30 * done / total) if total else 0
        end = "\n" if done >= total else ""
        print(f"\r{'█' * filled}{'░' * (30 - filled)} {message}\033[K", end=end, file=sys.stderr, flush=True)

    return show


def _print_preview(preview: Preview, as_json: bool, out: object = None) -> None:
    lines = [
        _("{kind}, {source}, {rows} rader, {periods}.").format(
            kind=", ".join(part for part in (name_of(preview.kind), preview.encoding) if part),
            source=preview.source,
            rows=preview.rows,
            periods="; ".join(range_words(first, last) for first, last, _count in preview.spans),
        ),
        *preview.understood,
        _("Områden ({count}): {names}").format(count=len(preview.areas), names=_some(preview.areas)),
        _("Uppgifter ({count}): {names}").format(count=len(preview.measured), names=_some(preview.measured)),
        _(
            "Nya: {created}. Preliminära som blir slutliga: {final}. Nyare preliminära: {revised}. "
            "Slutliga som ändras: {changed}. Oförändrade: {unchanged}."
        ).format(
            created=preview.created,
            final=preview.final,
            revised=preview.revised,
            changed=preview.changed_total,
            unchanged=preview.unchanged,
        ),
    ]
    if skipped := preview.older + preview.empty:
        lines.append(_("Hoppas över, eftersom det finns bättre: {count}.").format(count=skipped))
    lines += [_("Läses inte in: {why} ({count})").format(why=left.why, count=left.count) for left in preview.left_out]
    lines += [
        _("Okänt område hoppas över: {name}, {why} ({count})").format(name=place.name, why=place.why, count=place.count)
        for place in preview.unmatched[:SHOWN]
    ]
    if (rest := len(preview.unmatched) - SHOWN) > 0:
        lines.append(ngettext("Och {rest} område till.", "Och {rest} områden till.", rest).format(rest=rest))
    lines += [
        _("Ändras: {indicator}, {area}, {period}: {old} blir {new} ({file}, rad {row}).").format(
            indicator=value.indicator,
            area=value.area,
            period=value.period,
            old=value.old.normalize(),
            new=value.new.normalize(),
            file=value.file,
            row=value.row,
        )
        for value in preview.changed[:SHOWN]
    ]
    if (rest := preview.changed_total - SHOWN) > 0:
        lines.append(ngettext("Och {rest} ändring till.", "Och {rest} ändringar till.", rest).format(rest=rest))
    if preview.changes_nothing:
        lines.append(_("Filen ändrar ingenting: allt i den finns redan."))
    if as_json:
        print(canonical(preview))
    else:
        print("\n".join(lines), file=out or sys.stdout)  # type: ignore[arg-type]


def _some(names: Sequence[str]) -> str:
    return "; ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
