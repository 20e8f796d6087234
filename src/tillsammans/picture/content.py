"""What a situational picture says, as frozen values: the same for the live page, a package, a document and an adoption.

Built from the database (``queries.picture_content``) or straight from files (``command``); needs no database itself.
The canonical text of a picture is what is hashed, approved and adopted.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from tillsammans.indicators.series import SeriesData
from tillsammans.kernel import canonical as kernel_canonical

T = TypeVar("T")


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
    def canonical(self) -> str:
        """The canonical text: what is stored, hashed and approved."""
        return kernel_canonical.canonical(self)

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical text."""
        return kernel_canonical.content_hash(self.canonical)

    @classmethod
    def parse(cls, text: str) -> PictureContent:
        """The content of canonical text. Raises ``ValueError`` for anything else."""
        content: PictureContent = built(cls, kernel_canonical.parsed(text))
        return content

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


def built(kind: Any, plain: Any) -> Any:
    """A value of the type ``kind`` from canonical content; the inverse of ``kernel.canonical`` for frozen dataclasses.

    Knows dataclasses, tuples, optional types, text, whole numbers, truth, ``Decimal``, dates and UUIDs.
    """
    if is_dataclass(kind) and isinstance(kind, type):
        if not isinstance(plain, dict):
            raise ValueError(f"{kind.__name__} is made from a mapping")
        hints = get_type_hints(kind)
        known = {field.name for field in fields(kind)}
        if unknown := plain.keys() - known:
            raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
        return kind(**{name: built(hints[name], value) for name, value in plain.items()})
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        options = [option for option in get_args(kind) if option is not NoneType]
        return None if plain is None else built(options[0], plain)
    if origin is tuple:
        parts = get_args(kind)
        kinds = [parts[0]] * len(plain) if parts[-1] is Ellipsis else list(parts)
        return tuple(built(part, item) for part, item in zip(kinds, plain, strict=True))
    if kind is date:
        return date.fromisoformat(plain)
    if kind in (Decimal, UUID):
        return kind(plain)
    if kind in (str, int, bool) and type(plain) is kind:
        return plain
    raise ValueError(f"{plain!r} is no {getattr(kind, '__name__', kind)}")
