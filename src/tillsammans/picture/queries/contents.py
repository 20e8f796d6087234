"""The content of a picture and of a problem, read from the database in a fixed number of questions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import translation

from tillsammans.collaboration.queries import latest_package, parties_of
from tillsammans.indicators.models import Series
from tillsammans.indicators.queries import series_of
from tillsammans.indicators.series import SeriesData, spoken_name
from tillsammans.kernel.content import refreeze, thaw
from tillsammans.meetings.models import Decision
from tillsammans.picture.content import (
    CauseContent,
    DecisionContent,
    FigureContent,
    GapContent,
    PictureContent,
    ProblemContent,
    SectionContent,
    StatementContent,
)
from tillsammans.picture.figures import finding_of
from tillsammans.picture.models import (
    AdoptedPicture,
    Cause,
    KnowledgeGap,
    Picture,
    PictureFigure,
    Problem,
    Section,
    Statement,
)


def picture_content(picture: Picture) -> PictureContent:
    """The content of a draft as it stands now; of an adopted picture, what was adopted."""
    if picture.state == Picture.State.ADOPTED:
        return thaw(AdoptedPicture.objects.get(picture=picture).content, PictureContent, picture)
    sections = list(Section.objects.filter(picture=picture, removed_on=None))
    figures = _figures(sections)
    statements = _grouped(Statement.objects.filter(section__in=sections, removed_on=None), "section_id")
    gaps = KnowledgeGap.objects.filter(picture=picture, removed_on=None)
    return PictureContent(
        uuid=picture.uuid,
        title=picture.title,
        number=picture.number,
        organisation=picture.organisation.name,
        area_code=picture.area.code,
        area=picture.area.name,
        starts_on=picture.starts_on,
        ends_on=picture.ends_on,
        collaboration=picture.collaboration.name,
        parties=tuple(party.name for party in parties_of(picture.collaboration)),
        previous=picture.previous.title if picture.previous else "",
        summary=picture.summary,
        method=picture.method,
        sections=tuple(
            SectionContent(
                section.uuid,
                section.kind,
                section.heading,
                section.text,
                section.public,
                figures=tuple(figures[section.pk]),
                statements=tuple(_statement(row) for row in statements[section.pk]),
            )
            for section in sections
        ),
        problems=tuple(
            problem_contents(
                Problem.objects.filter(picture_links__picture=picture).order_by("picture_links__position", "pk")
            )
        ),
        gaps=tuple(_gap(row) for row in gaps),
    )


def picture_text(picture: Picture, content: PictureContent | None = None) -> str:
    """The text that is shared, approved and adopted: of a draft as ``content``, which is read if it is not given.

    A draft that says what was shared last is that very text, so that the approvals of it stand.
    """
    if picture.state == Picture.State.ADOPTED:
        return AdoptedPicture.objects.get(picture=picture).content
    shared = latest_package("picture", picture.uuid)
    return refreeze(content or picture_content(picture), shared.content if shared else "")


def problem_contents(problems: Iterable[Problem]) -> list[ProblemContent]:
    """Each problem's content, in the order given."""
    rows = list(
        problems.select_related("area", "decision__body").prefetch_related("indicators")  # type: ignore[attr-defined]
    )
    causes = _grouped(Cause.objects.filter(problem__in=rows, removed_on=None).select_related("behind"), "problem_id")
    statements = _grouped(Statement.objects.filter(problem__in=rows, removed_on=None), "problem_id")
    gaps = _grouped(KnowledgeGap.objects.filter(problem__in=rows, removed_on=None), "problem_id")
    return [
        ProblemContent(
            uuid=row.uuid,
            title=row.title,
            area=row.area.name,
            priority=row.priority,
            motivation=row.motivation,
            description=row.description,
            where=row.where,
            when=row.when,
            affected=row.affected,
            consequences=row.consequences,
            disagreement=row.disagreement,
            decision=decision_content(row.decision) if row.decision else None,
            indicators=tuple(sorted(spoken_name(indicator.name) for indicator in row.indicators.all())),
            causes=tuple(_cause(cause) for cause in causes[row.pk]),
            statements=tuple(_statement(statement) for statement in statements[row.pk]),
            gaps=tuple(_gap(gap) for gap in gaps[row.pk]),
        )
        for row in rows
    ]


def decision_content(decision: Decision) -> DecisionContent:
    """A decision as content."""
    return DecisionContent(decision.body.name, decision.decided_on, decision.minutes_reference)


def decided(content: PictureContent, decision: Decision) -> PictureContent:
    """The content with the decision that adopts it."""
    return replace(content, decision=decision_content(decision))


def problem_figures(problem: Problem) -> list[FigureContent]:
    """What the problem's indicators show for its area, one figure per indicator that has a series there."""
    indicators = list(problem.indicators.all())
    series = series_of([(indicator.pk, problem.area_id) for indicator in indicators], with_population=False)
    return [
        _finding(FigureContent(indicator.uuid, "time_series", "", "", (data,)))
        for indicator in indicators
        if (data := series.get((indicator.pk, problem.area_id)))
    ]


def calculations(figures: Iterable[FigureContent]) -> dict[UUID, str]:
    """The address of the page that shows the working of each figure's own series, by the figure's uuid."""
    leading = {figure.uuid: figure.series[0] for figure in figures if figure.series}
    rows = Series.objects.filter(
        indicator__code__in={one.indicator for one in leading.values()},
        area__code__in={one.area for one in leading.values()},
        breakdown="",
    ).order_by("-organisation__common", "pk")
    result = {
        (code, area, kind, source): uuid
        for uuid, code, area, kind, source in rows.values_list(
            "uuid", "indicator__code", "area__code", "period_kind", "source"
        )
    }
    return {
        key: reverse("patterns:calculation", args=[result[place]])
        for key, one in leading.items()
        if (place := (one.indicator, one.area, one.period_kind, one.source)) in result
    }


def _figures(sections: Sequence[Section]) -> dict[int, list[FigureContent]]:
    rows = list(
        PictureFigure.objects.filter(section__in=sections, removed_on=None)
        .select_related("area", "indicator")
        .prefetch_related("compared_with")
    )
    wanted = {
        row.pk: [
            (row.indicator_id, key)
            for key in dict.fromkeys([row.area_id, *(area.pk for area in row.compared_with.all())])
        ]
        for row in rows
    }
    compared = any(row.kind == PictureFigure.Kind.COMPARISON for row in rows)
    series = series_of([pair for pairs in wanted.values() for pair in pairs], with_population=compared)
    drawn: dict[int, list[FigureContent]] = defaultdict(list)
    for row in rows:
        pairs = wanted[row.pk] if row.kind == PictureFigure.Kind.COMPARISON else wanted[row.pk][:1]
        data: tuple[SeriesData, ...] = tuple(
            series[pair].between(row.first_period, row.last_period) for pair in pairs if pair in series
        )
        drawn[row.section_id].append(
            _finding(
                FigureContent(
                    row.uuid, row.kind, row.indicator.name, row.comment, data, row.first_period, row.last_period
                )
            )
        )
    return drawn


def _finding(figure: FigureContent) -> FigureContent:
    # Content is hashed: its sentences are Swedish whatever the reader's language.
    with translation.override("sv"):
        return replace(figure, finding=finding_of(figure))


def _grouped(rows: Iterable[Any], key: str) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, key)].append(row)
    return grouped


def _statement(row: Statement) -> StatementContent:
    return StatementContent(
        row.uuid, row.text, row.source_kind, row.source, row.strength, row.basis, row.source_date, row.finding
    )


def _gap(row: KnowledgeGap) -> GapContent:
    return GapContent(row.uuid, row.text, row.remedy)


def _cause(row: Cause) -> CauseContent:
    return CauseContent(
        row.uuid,
        row.text,
        row.perspective,
        row.level,
        row.support,
        row.evidence_for,
        row.evidence_against,
        row.affectable,
        row.behind.uuid if row.behind else None,
    )
