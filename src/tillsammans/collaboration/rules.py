"""Rules for approval of one text by several parties."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answered:
    """One party's latest answer to one text, as input to the rules."""

    organisation_id: int
    person_id: int
    hash: str
    approved: bool
    mandate: bool  # whether the person may sign for the organisation today


def missing_approvals(hash: str, asked: Iterable[int], answers: Sequence[Answered]) -> list[int]:
    """The organisations among ``asked`` that have not approved the text with that ``hash``.

    An approval counts if it is bound to this hash, its mandate is valid now, and the same person has not approved for
    another organisation: two parties are two persons.
    """
    counted: dict[int, int] = {}
    for answer in answers:
        if answer.hash == hash and answer.approved and answer.mandate and answer.person_id not in counted.values():
            counted.setdefault(answer.organisation_id, answer.person_id)
    return [organisation for organisation in asked if organisation not in counted]
