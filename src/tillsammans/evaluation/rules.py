"""How the status of a follow-up is displayed, and when an outcome is overdue."""

from datetime import date

from django.utils.translation import gettext as _

from tillsammans.evaluation.models import FollowUp
from tillsammans.kernel.components import StatusKind

FOLLOW_UP_MONTHS = 24  # the Act: a plan is followed up at least every second year

_KIND: dict[str, StatusKind] = {
    FollowUp.Colour.GREEN: "ok",
    FollowUp.Colour.YELLOW: "warn",
    FollowUp.Colour.RED: "bad",
    FollowUp.Kept.KEPT: "ok",
    FollowUp.Kept.PARTLY: "warn",
    FollowUp.Kept.BROKEN: "bad",
}


def colour_status(colour: str) -> tuple[StatusKind, str]:
    """The kind of status and the short words of a colour."""
    words = {
        FollowUp.Colour.GREEN: _("gjort, gott resultat"),
        FollowUp.Colour.YELLOW: _("delvis eller oklart"),
        FollowUp.Colour.RED: _("inte gjort eller dåligt resultat"),
    }
    return _KIND[colour], words[FollowUp.Colour(colour)]


def kept_status(kept: str) -> tuple[StatusKind, str]:
    """The kind of status and the words for whether a promise was kept."""
    return _KIND[kept], str(FollowUp.Kept(kept).label)


def next_sentence(decision: str) -> str:
    """What the parties do next, as published."""
    sentences = {
        FollowUp.Next.CONTINUE: _("Vi fortsätter."),
        FollowUp.Next.ADJUST: _("Vi gör på ett annat sätt."),
        FollowUp.Next.SCALE: _("Vi gör mer av det."),
        FollowUp.Next.STOP: _("Vi slutar med det."),
    }
    return sentences[FollowUp.Next(decision)]


def is_overdue(report_by: date, reported: bool, today: date) -> bool:
    """Whether the outcome should have been published by now and has not been."""
    return not reported and today > report_by
