"""Shared parts of terminal commands: the actor, exit codes, and output as text or as one JSON object."""

import json
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tillsammans.kernel.access import Actor, Policy, Refused
from tillsammans.kernel.problems import ImportProblem
from tillsammans.kernel.scope import everywhere
from tillsammans.parties.models import Organisation, Role
from tillsammans.parties.queries import actor_of_job

DONE, REFUSED, USAGE = 0, 1, 2


class WrongUse(Exception):
    """An argument of the command names something that does not exist; the message says what to do."""


def answered(work: Callable[[], int], *, as_json: bool = False) -> int:
    """Run ``work`` and return its exit code; a refusal or import problem is printed with its reasons."""
    try:
        return work()
    except WrongUse as wrong:
        return _say_no([str(wrong)], as_json, USAGE)
    except ImportProblem as problem:
        return _say_no(problem.lines(), as_json, REFUSED)
    except Refused as refused:
        return _say_no(refused.reasons, as_json, REFUSED)


def say(as_json: bool, content: dict[str, object] | str, lines: list[str]) -> None:
    """Print the content as JSON (a string unchanged), or else the lines."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    print(text if as_json else "\n".join(lines))


def _say_no(lines: list[str], as_json: bool, code: int) -> int:
    if as_json:
        print(json.dumps({"state": "refused", "reasons": lines}, ensure_ascii=False))
    print("\n".join(lines), file=sys.stderr)
    return code


def organisation_named(name: str) -> Organisation:
    """The organisation with that short name, or name."""
    organisation = Organisation.objects.filter(slug=name).first() or Organisation.objects.filter(name=name).first()
    if organisation is None:
        raise WrongUse(
            _("Det finns ingen organisation ”{name}”. Ange dess kortnamn, till exempel osthammar.").format(name=name)
        )
    return organisation


def importer(organisation: Organisation, email: str | None, may_import: Policy) -> Actor:
    """The person with that address, or the only one who may import there, acting for the organisation."""
    with everywhere("a command has no signed-in person yet"):
        roles = Role.objects.filter(organisation=organisation)
        if email:
            roles = roles.filter(person__email=email.lower())
        people = list(dict.fromkeys(roles.values_list("person_id", flat=True)))
    able = [actor for person in people if may_import(actor := actor_of_job(person, organisation.pk))]
    if len(able) == 1:
        return able[0]
    if email:
        raise Refused(
            [
                _("{email} får inte läsa in statistik för {organisation}.").format(
                    email=email, organisation=organisation.name
                )
            ]
        )
    if not able:
        raise Refused(
            [
                _(
                    "Ingen i {organisation} får läsa in statistik. Ge någon rollen samordnare eller driftansvarig."
                ).format(organisation=organisation.name)
            ]
        )
    raise WrongUse(
        _("Flera i {organisation} får läsa in statistik. Ange vem med --person E-POST.").format(
            organisation=organisation.name
        )
    )


def import_at(model: Any, address: str) -> Any:
    """The row of ``model`` with that uuid, of any organisation, joined with its ``organisation``."""
    try:
        uuid = UUID(address)
    except ValueError:
        raise WrongUse(
            _("”{address}” är ingen inläsnings nummer. Det står på inläsningens sida.").format(address=address)
        ) from None
    with everywhere("the address says whose import it is"):
        result = model.objects.select_related("organisation").filter(uuid=uuid).first()
    if result is None:
        raise WrongUse(_("Det finns ingen inläsning {address}.").format(address=address))
    return result
