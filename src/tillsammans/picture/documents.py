"""A situational picture as a document, and its numbers as data; from its content alone, with or without a database."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from tillsammans.formats.observations import EstimateDetail
from tillsammans.formats.units import COUNT, PER_100K, rate_code
from tillsammans.indicators.figures import unit_words
from tillsammans.indicators.series import Estimate, Point, SeriesData
from tillsammans.indicators.words import require_uncertainty
from tillsammans.kernel.content import UnreadableContent, thaw
from tillsammans.kernel.documents import (
    Block,
    Bullets,
    Callout,
    Document,
    Facts,
    FigureBlock,
    Heading,
    Paragraph,
    Statement,
    Table,
    csv_text,
)
from tillsammans.picture.content import (
    CauseContent,
    PictureContent,
    ProblemContent,
    SectionContent,
    StatementContent,
)
from tillsammans.picture.figures import drawn, overview_of
from tillsammans.picture.findings import KeptFinding
from tillsammans.picture.words import (
    LEVEL,
    PERSPECTIVE,
    PRIORITY,
    SOURCE,
    STRENGTH,
    SUPPORT,
    decision_words,
)


def picture_document(
    content: PictureContent,
    *,
    on: date,
    demo: bool = False,
    logo_svg: str = "",
    accent: str = "#1d4f6e",
    status: str = "",
    content_hash: str = "",
) -> Document:
    """The picture as a document dated ``on``: a draft is marked "Utkast", an adopted one carries its decision.

    ``content_hash``: of the text that was adopted.
    """
    with translation.override("sv"):  # the document is Swedish, whatever language its reader uses
        return Document(
            title=content.title,
            subtitle=_("Lägesbild för {area}, {start}–{end}").format(
                area=content.area, start=content.starts_on, end=content.ends_on
            ),
            organisation=content.organisation,
            date=on,
            version=str(content.number),
            status=status
            or (
                _("Antagen {decision}").format(decision=decision_words(content.decision))
                if content.decision
                else _("Utkast")
            ),
            content_hash=content_hash,
            demo=demo,
            logo_svg=logo_svg,
            accent=accent,
            blocks=tuple(_blocks(content)),
        )


def _blocks(content: PictureContent) -> Iterator[Block]:
    if content.summary:
        yield Heading(1, _("Sammanfattning"))
        yield from _paragraphs(content.summary)
    if chosen := [problem for problem in content.problems if problem.priority == "chosen"]:
        yield Heading(1, _("Prioriterade problem"))
        yield Bullets(tuple(f"{problem.title}. {problem.motivation}".strip() for problem in chosen))
    if table := overview_of(content):
        yield Heading(1, _("Läget i korthet"))
        yield Table(table.caption, table.headers, table.rows, table.numeric)
        yield Paragraph(_("Inom parentes: 95-procentigt intervall. Raderna kan överlappa, så lägg inte ihop dem."))
    for section in content.sections:
        if not section.blank:
            yield from _section(section)
    if content.problems:
        yield Heading(1, _("Problem och orsaker"))
        for problem in content.problems:
            yield from _problem(problem)
    if content.gaps:
        yield Heading(1, _("Vad vi inte vet"))
        yield Bullets(tuple(" ".join(part for part in (gap.text, gap.remedy) if part) for gap in content.gaps))
    yield Heading(1, _("Om lägesbilden"))
    yield Facts(
        tuple(
            (label, value)
            for label, value in (
                (_("Område"), f"{content.area} ({content.area_code})"),
                (_("Period"), f"{content.starts_on}–{content.ends_on}"),
                (_("Samverkan"), content.collaboration),
                (_("Parter"), ", ".join(content.parties)),
                (_("Förra lägesbilden"), content.previous),
                (_("Beslut"), decision_words(content.decision) if content.decision else ""),
            )
            if value
        )
    )
    if content.method:
        yield Heading(2, _("Så har vi gjort"))
        yield from _paragraphs(content.method)
    if sources := _sources(content.series):
        yield Heading(2, _("Källor till siffrorna"))
        yield Bullets(sources)


def _section(section: SectionContent) -> Iterator[Block]:
    yield Heading(1, section.heading)
    yield from _paragraphs(section.text)
    for table in section.tables:
        yield Table(table.caption, table.headers, table.rows, table.numeric)
    for figure in section.figures:
        yield FigureBlock(drawn(figure))
        yield from _paragraphs(figure.comment)
    for statement in section.statements:
        yield _statement(statement)
        if statement.finding:
            try:
                yield FigureBlock(thaw(statement.finding, KeptFinding).figure())
            except UnreadableContent as error:
                yield Paragraph(_("Fyndet {error}.").format(error=error))


def _problem(problem: ProblemContent) -> Iterator[Block]:
    yield Heading(2, problem.title)
    yield from _paragraphs(problem.description)
    yield Facts(
        tuple(
            (label, value)
            for label, value in (
                (_("Område"), problem.area),
                (_("Var"), problem.where),
                (_("När"), problem.when),
                (_("Vem drabbas"), problem.affected),
                (_("Följder"), problem.consequences),
                (_("Prioritering"), str(PRIORITY[problem.priority])),
                (_("Varför"), problem.motivation),
                (_("Beslut"), decision_words(problem.decision) if problem.decision else ""),
                (_("Indikatorer"), ", ".join(problem.indicators)),
            )
            if value
        )
    )
    if problem.statements:
        yield Table(
            _("Källorna bredvid varandra: {title}").format(title=problem.title),
            (_("Källa"), _("Vad den säger"), _("Underlag och styrka")),
            tuple(
                (_source(row), row.text, ", ".join(part for part in (row.basis, str(STRENGTH[row.strength])) if part))
                for row in problem.statements
            ),
        )
    if problem.disagreement:
        yield Callout(_("Källorna är oense. {text}").format(text=problem.disagreement))
    if problem.causes:
        yield Heading(3, _("Varför det händer"))
        yield Bullets(tuple(_cause(cause, problem.causes) for cause in problem.causes))
    if problem.gaps:
        yield Heading(3, _("Vad vi inte vet om problemet"))
        yield Bullets(tuple(" ".join(part for part in (gap.text, gap.remedy) if part) for gap in problem.gaps))


def _cause(cause: CauseContent, causes: Sequence[CauseContent]) -> str:
    behind = next((other.text for other in causes if other.uuid == cause.behind), "")
    return " ".join(
        part
        for part in (
            f"{cause.text} ({PERSPECTIVE[cause.perspective]}, {LEVEL[cause.level]}, {SUPPORT[cause.support]}).",
            _("Ligger bakom: {text}.").format(text=behind) if behind else "",
            _("Talar för: {text}").format(text=cause.evidence_for) if cause.evidence_for else "",
            _("Talar emot: {text}").format(text=cause.evidence_against) if cause.evidence_against else "",
            "" if cause.affectable else _("Den kan vi inte påverka."),
        )
        if part
    )


def _statement(row: StatementContent) -> Statement:
    facts = (_source(row), row.basis, _("styrka: {strength}").format(strength=STRENGTH[row.strength]))
    return Statement(row.text, ", ".join(fact for fact in facts if fact))


def _source(row: StatementContent) -> str:
    day = f" {row.source_date}" if row.source_date else ""
    return f"{row.source}{day} ({SOURCE[row.source_kind]})"


def _paragraphs(text: str) -> Iterator[Paragraph]:
    for part in text.replace("\r\n", "\n").split("\n\n"):
        if part.strip():
            yield Paragraph(part.strip())


def _sources(series: Sequence[SeriesData]) -> tuple[str, ...]:
    lines: dict[str, None] = {}
    for one in series:
        lines.setdefault(one.source)
        for file in one.files:
            lines.setdefault(_("Fil: {name}, SHA-256 {hash}").format(name=file.name, hash=file.sha256))
        for people in one.inhabitants:
            lines.setdefault(_("Folkmängd: {source}").format(source=people.source))
    return tuple(lines)


def data_csv(series: Sequence[SeriesData]) -> str:
    """Every value as a row, in the order of ``series``; a published rate stands beside its count."""
    rates = _published(series)
    rows: list[tuple[str | int | Decimal | None, ...]] = []
    for one in _leading(series, rates):
        with translation.override("sv"):  # the same file for every reader
            unit = unit_words(one)
        for point in one.points:
            value, per_100k = _beside(one, point, rates)
            rows.append(
                (
                    one.area,
                    one.area_name,
                    one.indicator,
                    one.name,
                    point.period,
                    _value(value),
                    _value(per_100k),
                    point_status(point),
                    unit,
                    one.source,
                    *_uncertainty(point, one.unit).values(),
                )
            )
    return csv_text(
        (
            *("area", "area_name", "code", "name", "period", "value", "per_100k", "status", "unit", "source"),
            *_UNCERTAINTY,
        ),
        rows,
    )


def data_json(municipality: str, series: Sequence[SeriesData]) -> str:
    """The municipality's own values: ``{municipality, indicators: [{code, name, period, value, per_100k, status …}]}``.

    One entry per indicator and period; ``value`` and ``per_100k`` are ``null`` where the source has none. Where
    something is stated of a value's uncertainty it stands after the status, by the names of ``_UNCERTAINTY``.
    """
    own = [one for one in series if one.area == municipality]
    rates = _published(own)
    entries = []
    for one in _leading(own, rates):
        for point in sorted(one.points, key=lambda point: point.period):
            value, per_100k = _beside(one, point, rates)
            entries.append(
                {
                    "code": one.indicator,
                    "name": one.name,
                    "period": point.period,
                    "value": _value(value),
                    "per_100k": _value(per_100k),
                    "status": point_status(point),
                    **{name: value for name, value in _uncertainty(point, one.unit).items() if value is not None},
                }
            )
    content = {"municipality": municipality, "indicators": entries}
    return json.dumps(content, ensure_ascii=False, indent=1, default=float) + "\n"


_UNCERTAINTY = (
    *("low", "high", "n", "interval_method", "level", "standard_error", "degrees_of_freedom"),
    *("effective_n", "design_effect", "publication_status", "reason"),
)


def _uncertainty(point: Point, unit: str) -> dict[str, str | int | Decimal | None]:
    """What is stated of a value's uncertainty, by the names of ``_UNCERTAINTY``; a bare share is refused."""
    estimate = require_uncertainty(point.estimate, unit)
    shown = estimate if estimate.readable else Estimate(None)
    detail = estimate.detail or EstimateDetail()
    stated = (
        *(shown.low, shown.high, estimate.n, detail.method or None, detail.level, detail.standard_error),
        *(detail.degrees_of_freedom, detail.effective_n, detail.design_effect),
        *(detail.status or None, detail.reason or None),
    )
    return dict(zip(_UNCERTAINTY, stated, strict=True))


def point_status(point: Point) -> str:
    """``final``, ``preliminary``, or why there is no value: ``not_applicable``, ``missing``, ``suppressed``."""
    if point.value is None:
        return point.mark or "missing"
    return "preliminary" if point.preliminary else "final"


def _published(series: Sequence[SeriesData]) -> dict[tuple[str, str, str], dict[str, Point]]:
    """Published rates by source, area and indicator, then by period."""
    points: dict[tuple[str, str, str], dict[str, Point]] = {}
    for one in series:
        if one.unit == PER_100K:
            key = (one.source, one.area, one.indicator)
            points.setdefault(key, {}).update({point.period: point for point in one.points})
    return points


def _beside(
    one: SeriesData, point: Point, rates: dict[tuple[str, str, str], dict[str, Point]]
) -> tuple[Point | None, Point | None]:
    """The count and the published rate of one row."""
    if one.unit == PER_100K:
        return None, point
    return point, rates.get((one.source, one.area, rate_code(one.indicator)), {}).get(point.period)


def _leading(series: Sequence[SeriesData], rates: dict[tuple[str, str, str], Any]) -> list[SeriesData]:
    """The series that give rows: all but the published rates that stand beside a count."""
    counted = {(one.source, one.area, rate_code(one.indicator)) for one in series if one.unit == COUNT}
    beside = rates.keys() & counted
    return [one for one in series if (one.source, one.area, one.indicator) not in beside]


def _value(point: Point | None) -> int | Decimal | None:
    if point is None or point.value is None or not point.estimate.readable:
        return None
    return int(point.value) if point.value == point.value.to_integral_value() else point.value
