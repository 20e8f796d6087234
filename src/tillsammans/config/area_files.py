"""``./tillsammans import`` for files about areas.

It lies here because it needs accounts, which ``areas`` cannot import.
"""

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from tillsammans.areas import actions, queries
from tillsammans.areas.models import AreaGroupImport
from tillsammans.kernel import intake
from tillsammans.kernel.scope import Scope, within
from tillsammans.parties.terminal import DONE, WrongUse, answered, import_at, importer, organisation_named, say


def run(kind: str, files: list[Path], organisation: str, person_email: str | None, preview: bool, as_json: bool) -> int:
    """Import groups of municipalities for an organisation (slug or name), or only print what would be done.

    Prints in Swedish, or one JSON object; returns 0 done, 1 refused, 2 wrong use.
    """

    def work() -> int:
        path = files[0] if len(files) == 1 else None
        if path is None or not path.is_file():
            raise WrongUse(_("Ange en fil som finns: {files}").format(files=", ".join(map(str, files)) or "–"))
        actor = importer(organisation_named(organisation), person_email, intake.may_import)
        with within(Scope(actor.organisation_id)), transaction.atomic():
            staged = actions.stage_groups(actor, None, content=path.read_bytes(), name=path.name, source=path.name)
            change = queries.group_change(staged)
            if preview:
                transaction.set_rollback(True)
            else:
                actions.activate_groups(actor, staged)
        counts = {"created": change.new, "replaced": len(change.changed), "unchanged": change.same}
        lines = [
            *staged.notes.splitlines(),
            _("{created} nya grupper, {replaced} med andra kommuner än förut och {unchanged} som är lika.").format(
                **counts
            ),
        ]
        state: dict[str, object] = {"state": "preview"}
        if not preview:
            state = {"state": "in_force", "import": str(staged.uuid)}
            lines.append(
                _("Ångra med: ./tillsammans import kommungrupper --undo {address}").format(address=staged.uuid)
            )
        say(as_json, state | counts, lines)
        return DONE

    return answered(work, as_json=as_json)


def undo(address: str, person_email: str | None = None) -> int:
    """Undo an import of groups. Returns 0 done, 1 refused, 2 wrong use."""

    def work() -> int:
        imported = import_at(AreaGroupImport, address)
        actor = importer(imported.organisation, person_email, intake.may_import)
        with within(Scope(actor.organisation_id)):
            actions.undo_groups(actor, imported)
        print(_("Grupperna gäller inte längre. Det som gällde före dem gäller igen."))
        return DONE

    return answered(work)
