"""Terms of roles and the abilities that roles give."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from tillsammans.parties.models import Role

# The deed that the link of an invitation is for.
ACCEPT_INVITATION = "parties.accept_invitation"

ALLOWS: dict[str, frozenset[str]] = {
    Role.Kind.COORDINATOR: frozenset({"read", "edit", "decide", "share", "publish"}),
    Role.Kind.MUNICIPALITY_POLICE: frozenset({"read", "edit", "decide", "share", "publish"}),
    Role.Kind.COUNTY_COORDINATOR: frozenset({"read", "edit", "share"}),
    Role.Kind.MEMBER: frozenset({"read", "edit"}),
    Role.Kind.SIGNATORY: frozenset({"read"}),
    Role.Kind.READER: frozenset({"read"}),
    Role.Kind.ADMINISTRATOR: frozenset({"read", "administer"}),
    Role.Kind.OPERATOR: frozenset({"read", "administer", "operate"}),
}


class Term(Protocol):
    """A role's term."""

    valid_from: date
    valid_to: date | None


def holds(term: Term, day: date) -> bool:
    """Whether the term covers ``day``; the last day counts."""
    return term.valid_from <= day and (term.valid_to is None or day <= term.valid_to)


def abilities(roles: Iterable[Role]) -> frozenset[str]:
    """What the roles allow together. A mandate to sign is given with the role, not by its kind."""
    allowed: set[str] = set()
    for role in roles:
        allowed |= ALLOWS[role.kind]
        if role.signs:
            allowed.add("sign")
    return frozenset(allowed)
