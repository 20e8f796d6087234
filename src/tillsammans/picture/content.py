"""What a situational picture says, as frozen values: the same for the live page, a package, a document and an adoption.

Built from the database (``queries.picture_content``) or straight from files (``command``); needs no database itself.
The canonical text of a picture is what is hashed, approved and adopted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from tillsammans.indicators.series import SeriesData, with_estimates
from tillsammans.kernel.content import content, upgrade


@dataclass(frozen=True, slots=True)
class TableContent:
    """A table computed from numbers; ``numeric`` are the indexes of the columns that hold numbers."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureContent:
    """A figure with every number that it draws. ``finding`` is the sentence that was computed from them in Swedish.

    ``kind`` is ``time_series`` (the first series is the area's own) or ``comparison`` (one series per area).
    """

    uuid: UUID
    kind: str
    finding: str
    comment: str
    series: tuple[SeriesData, ...]
    first_period: str = ""
    last_period: str = ""


@dataclass(frozen=True, slots=True)
class StatementContent:
    """What a source says, and how well it can be relied on. ``source_kind`` and ``strength`` are the model's keys."""

    uuid: UUID
    text: str
    source_kind: str
    source: str
    strength: str
    basis: str = ""
    source_date: date | None = None
    finding: str = ""  # canonical: the finding in the figures that this says, with its data


@dataclass(frozen=True, slots=True)
class GapContent:
    """What is not known, and how it can be found out."""

    uuid: UUID
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class SectionContent:
    """A section. One that is not ``public`` stays out of the public layer."""

    uuid: UUID
    kind: str
    heading: str
    text: str
    public: bool = True
    tables: tuple[TableContent, ...] = ()
    figures: tuple[FigureContent, ...] = ()
    statements: tuple[StatementContent, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether there is nothing under the heading; then a reader is not shown it."""
        return not (self.text or self.tables or self.figures or self.statements)


@dataclass(frozen=True, slots=True)
class CauseContent:
    """A hypothesis of why a problem occurs. ``behind`` is the cause that this one lies behind."""

    uuid: UUID
    text: str
    perspective: str
    level: str
    support: str
    evidence_for: str = ""
    evidence_against: str = ""
    affectable: bool = True
    behind: UUID | None = None


@dataclass(frozen=True, slots=True)
class DecisionContent:
    """What was decided: by which body, when, and where it stands in the minutes."""

    body: str
    decided_on: date
    minutes_reference: str


@content("problem", version=2)
@dataclass(frozen=True, slots=True)
class ProblemContent:
    """A problem with its causes, sources and gaps, as it was when the content was made."""

    uuid: UUID
    title: str
    area: str
    priority: str
    motivation: str = ""
    description: str = ""
    where: str = ""
    when: str = ""
    affected: str = ""
    consequences: str = ""
    disagreement: str = ""
    decision: DecisionContent | None = None
    indicators: tuple[str, ...] = ()
    causes: tuple[CauseContent, ...] = ()
    statements: tuple[StatementContent, ...] = ()
    gaps: tuple[GapContent, ...] = ()


@content("picture", version=3)
@dataclass(frozen=True, slots=True)
class PictureContent:
    """A whole situational picture. ``decision`` is empty until it is adopted; ``previous`` names the version before."""

    uuid: UUID
    title: str
    number: int
    organisation: str
    area_code: str
    area: str
    starts_on: date
    ends_on: date
    collaboration: str = ""
    parties: tuple[str, ...] = ()
    previous: str = ""
    summary: str = ""
    method: str = ""
    sections: tuple[SectionContent, ...] = ()
    problems: tuple[ProblemContent, ...] = ()
    gaps: tuple[GapContent, ...] = ()
    decision: DecisionContent | None = None

    @property
    def series(self) -> tuple[SeriesData, ...]:
        """Every series that a figure draws, each once, in the order of the picture."""
        seen: dict[tuple[str, ...], SeriesData] = {}
        for section in self.sections:
            for figure in section.figures:
                for series in figure.series:
                    key = (series.indicator, series.area, series.period_kind, series.source)
                    if key not in seen or len(series.points) > len(seen[key].points):
                        seen[key] = series
        return tuple(seen.values())


@upgrade("picture", from_version=2)
def _values_become_estimates(plain: Any) -> Any:
    """Version 2 had a bare value at each point of a series, version 3 has an estimate."""
    return {
        **plain,
        "sections": [
            {
                **section,
                "figures": [
                    {**figure, "series": [with_estimates(one) for one in figure["series"]]}
                    for figure in section["figures"]
                ],
            }
            for section in plain["sections"]
        ],
    }


def public_layer(content: PictureContent) -> PictureContent:
    """What may be shown to everyone: public sections without single sources' words, and the chosen problems.

    Statements stay inside, since a source may be one small unit; so do the evidence for causes and the problems that
    are watched or deselected.
    """
    return replace(
        content,
        sections=tuple(replace(section, statements=()) for section in content.sections if section.public),
        problems=tuple(
            replace(
                problem,
                statements=(),
                gaps=(),
                disagreement="",
                causes=tuple(replace(cause, evidence_for="", evidence_against="") for cause in problem.causes),
            )
            for problem in content.problems
            if problem.priority == "chosen"
        ),
    )
