"""Rules of situational pictures: pure functions over the content, no database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tillsammans.formats.periods import PER_YEAR, kind_of, ordinal, period_at
from tillsammans.picture.content import PictureContent

# The Act (2023:196) s. 6: the picture is updated at least every second year.
UPDATE_WITHIN_MONTHS = 24
# A picture's state: what it may become.
TRANSITIONS: dict[str, frozenset[str]] = {
    "draft": frozenset({"shared", "adopted"}),
    "shared": frozenset({"shared", "adopted"}),
    "adopted": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Check:
    """A completeness check: whether it passes, and what to do if not. A picture may be adopted anyway."""

    key: str
    name: str
    done: bool
    advice: str


def completeness(content: PictureContent) -> tuple[Check, ...]:
    """What the Act (s. 4) and Brå's method ask of a picture, and what this one lacks."""
    mapping = [section for section in content.sections if section.kind == "mapping"]
    other = [section for section in content.sections if section.kind == "other"]
    chosen = [problem for problem in content.problems if problem.priority == "chosen"]
    without_cause = [problem.title for problem in chosen if not problem.causes]
    return (
        Check(
            "mapping",
            _("Kartläggning av brottsligheten"),
            any(section.text or section.tables or section.figures or section.statements for section in mapping),
            _("Skriv vilka brott som begås, var och när."),
        ),
        Check(
            "extent",
            _("Omfattning"),
            any(section.figures or section.tables for section in mapping),
            _("Lägg till en figur i kartläggningen, så att läsaren ser hur mycket det handlar om."),
        ),
        Check(
            "consequences",
            _("Konsekvenser"),
            any(problem.consequences for problem in content.problems),
            _("Skriv på minst ett problem vad det leder till, och för vem."),
        ),
        Check(
            "other",
            _("Andra uppgifter av betydelse"),
            any(section.text or section.statements for section in other),
            _("Ta med trygghetsmätning, personalens kunskap eller medborgardialog."),
        ),
        Check(
            "analysis",
            _("Analys"),
            any(section.text for section in content.sections if section.kind == "analysis"),
            _("Skriv vad uppgifterna betyder tillsammans och vad som är viktigast."),
        ),
        Check(
            "gaps",
            _("Vad vi inte vet"),
            bool(content.gaps or any(problem.gaps for problem in content.problems)),
            _("Skriv vad ni saknar uppgifter om. Tystnad är inte detsamma som lugn."),
        ),
        Check(
            "priorities",
            _("Prioriterade problem"),
            bool(chosen),
            _("Välj vilka problem ni ska arbeta med, och skriv varför."),
        ),
        Check(
            "causes",
            _("Orsaker till varje prioriterat problem"),
            bool(chosen) and not without_cause,
            _("Lägg till minst en orsak till: {titles}.").format(titles=", ".join(without_cause))
            if without_cause
            else _("Välj ett problem och skriv varför det händer."),
        ),
    )


def moved_on(period: str, months: int) -> str:
    """``period`` (``2020``, ``2020-Q1`` or ``2020-01``) moved ``months`` ahead, by whole periods; "" stays."""
    if not period:
        return ""
    kind = kind_of(period)
    return period_at(kind, ordinal(period) + months * PER_YEAR[kind] // 12)


def months_between(earlier: date, later: date) -> int:
    """Calendar months from the month of ``earlier`` to the month of ``later``."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def update_due(adopted_on: date, months: int = UPDATE_WITHIN_MONTHS) -> date:
    """The day by which a picture adopted on ``adopted_on`` must have been updated (29 February becomes 28)."""
    month = adopted_on.year * 12 + adopted_on.month - 1 + months
    year, number = month // 12, month % 12 + 1
    day = adopted_on.day
    while True:
        try:
            return date(year, number, day)
        except ValueError:
            day -= 1


def next_position(positions: Iterable[int]) -> int:
    """The position after the last one."""
    return max(positions, default=0) + 1
