"""``./tillsammans import`` for files about areas. It stands here because an account is needed, and areas know none."""

import json
import sys
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.areas import actions, policies, queries
from tillsammans.areas.models import AreaGroupImport
from tillsammans.kernel.access import Actor, Refused
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
    """Read groups of municipalities for an organisation (slug or name), or only say what would happen.

    Prints in Swedish, or one JSON object; returns 0 done, 1 refused, 2 wrong use.
    """
    try:
        path = files[0] if len(files) == 1 else None
        if path is None or not path.is_file():
            raise _Wrong(_("Ange en fil som finns: {files}").format(files=", ".join(map(str, files)) or "–"))
        actor = _actor(organisation, person_email)
        with within(Scope(actor.organisation_id)), transaction.atomic():
            staged = actions.stage_groups(actor, None, content=path.read_bytes(), name=path.name, source=path.name)
            change = queries.group_change(staged)
            if preview:
                transaction.set_rollback(True)
            else:
                actions.put_groups_in_force(actor, staged)
    except _Wrong as wrong:
        return _say_no([str(wrong)], as_json, USAGE)
    except ImportProblem as problem:
        return _say_no(problem.lines(), as_json)
    except Refused as refused:
        return _say_no(refused.reasons, as_json)
    counts = {"created": change.new, "replaced": len(change.changed), "unchanged": change.same}
    lines = [*staged.notes.splitlines(),
             _("{created} nya grupper, {replaced} med andra kommuner än förut och {unchanged} som är lika.").format(
                 **counts)]
    state: dict[str, object] = {"state": "preview"}
    if not preview:
        state = {"state": "in_force", "import": str(staged.uuid)}
        lines.append(_("Ångra med: ./tillsammans import kommungrupper --undo {address}").format(address=staged.uuid))
    _print(as_json, state | counts, lines)
    return DONE


def undo(address: str, person_email: str | None = None) -> int:
    """Take an import of groups out of force. Returns 0 done, 1 refused, 2 wrong use."""
    try:
        try:
            uuid = UUID(address)
        except ValueError:
            raise _Wrong(_("”{address}” är ingen inläsnings nummer. Det står på inläsningens sida.").format(
                address=address)) from None
        with everywhere("the address says whose import it is"):
            found = AreaGroupImport.objects.select_related("organisation").filter(uuid=uuid).first()
        if found is None:
            raise _Wrong(_("Det finns ingen inläsning {address}.").format(address=address))
        actor = _actor(found.organisation.slug, person_email)
        with within(Scope(actor.organisation_id)):
            actions.undo_groups(actor, found)
    except _Wrong as wrong:
        return _say_no([str(wrong)], False, USAGE)
    except Refused as refused:
        return _say_no(refused.reasons, False)
    print(_("Grupperna gäller inte längre. Det som gällde före dem gäller igen."))
    return DONE


def _actor(name: str, email: str | None) -> Actor:
    """The person with that address, or the only one who may import there, acting for the organisation."""
    organisation = Organisation.objects.filter(slug=name).first() or Organisation.objects.filter(name=name).first()
    if organisation is None:
        raise _Wrong(_("Det finns ingen organisation ”{name}”. Ange dess kortnamn, till exempel osthammar.").format(
            name=name))
    with everywhere("a command has no signed-in person yet"):
        roles = Role.objects.filter(organisation=organisation)
        if email:
            roles = roles.filter(person__email=email.lower())
        people = list(dict.fromkeys(roles.values_list("person_id", flat=True)))
    able = [actor for actor in (actor_of_job(pk, organisation.pk) for pk in people) if policies.may_import(actor)]
    if len(able) > 1:
        raise _Wrong(ngettext(
            "{number} person i {organisation} får läsa in. Ange vem med --person E-POST.",
            "{number} personer i {organisation} får läsa in. Ange vem med --person E-POST.", len(able),
        ).format(number=len(able), organisation=organisation.name))
    if not able:
        raise Refused([_("Ingen som du har angett får läsa in för {organisation}.").format(
            organisation=organisation.name)])
    return able[0]


def _print(as_json: bool, content: dict[str, object], lines: list[str]) -> None:
    print(json.dumps(content, ensure_ascii=False) if as_json else "\n".join(lines))


def _say_no(lines: list[str], as_json: bool, code: int = REFUSED) -> int:
    if as_json:
        print(json.dumps({"state": "refused", "reasons": lines}, ensure_ascii=False))
    print("\n".join(lines), file=sys.stderr)
    return code
