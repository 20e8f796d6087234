"""Display texts of the keys in a picture's content, for pages and documents."""

from django.utils.translation import gettext as _

from tillsammans.kernel.components import StatusKind
from tillsammans.picture.content import DecisionContent
from tillsammans.picture.models import Cause, Problem, Section, Statement

SECTION = dict(Section.Kind.choices)
PRIORITY = dict(Problem.Priority.choices)
SOURCE = dict(Statement.Source.choices)
STRENGTH = dict(Statement.Strength.choices)
PERSPECTIVE = dict(Cause.Perspective.choices)
LEVEL = dict(Cause.Level.choices)
SUPPORT = dict(Cause.Support.choices)

# Shape and colour of a status: see the component ``status``.
STRENGTH_STATUS: dict[str, StatusKind] = {"good": "ok", "uneven": "warn", "self_selected": "none", "assumption": "none"}
PRIORITY_STATUS: dict[str, StatusKind] = {"chosen": "ok", "watched": "warn", "deselected": "none", "open": "none"}
STATE_STATUS: dict[str, StatusKind] = {"draft": "none", "shared": "warn", "adopted": "ok"}


def decision_words(decision: DecisionContent) -> str:
    """ "2026-02-10, kommunstyrelsen § 14"."""
    return _("{day}, {body} {reference}").format(
        day=decision.decided_on, body=decision.body, reference=decision.minutes_reference
    )
