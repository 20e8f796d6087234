"""Findings and patterns as figures. Headings are the findings' own sentences."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.areas.queries.maps import Ring
from tillsammans.formats.periods import ordinal, period_at, range_words, span, words
from tillsammans.indicators.estimates import AreaRate
from tillsammans.indicators.series import SeriesData, spoken_name
from tillsammans.kernel.figures import (
    Alarm,
    Band,
    Break,
    Choropleth,
    Classes,
    Figure,
    Funnel,
    Limit,
    Line,
    MapArea,
    Panel,
    Point,
    Profile,
    Reference,
    Slot,
    SmallMultiples,
    State,
    TimeSeries,
)
from tillsammans.kernel.figures.numbers import level, month_names, tick_decimals, ticks
from tillsammans.patterns import methods
from tillsammans.patterns.results import Compared, Counts, FindingContent, Place, Season, Unusual
from tillsammans.patterns.sentences import evidence, season_evidence, sentence, set_words, unusual_words, usual_words
from tillsammans.patterns.single_series import Newest, OneSeries
from tillsammans_stats.funnel import LEVELS, funnel
from tillsammans_stats.funnel import Funnel as Limits

_SHOWN = 36  # months in the figure of an unusual month
_CURVE = 40  # points on a limit's curve


def of_found(finding: FindingContent, unit: str) -> Figure:
    """The figure of a finding, drawn from its own content. ``unit``: of the monthly counts, in words."""
    match finding.result:
        case Season() as result:
            return season(result, finding.name, finding.area_name, finding.source, sentence(finding))
        case Compared() as result:
            return places(result, finding.name, finding.area_name, finding.source, sentence(finding))
        case Unusual() as result:
            band = _band(finding.counts, result)
            return months(finding, unit, band, _above(finding.counts, band), last=_SHOWN)
        case _:
            return months(finding, unit, None, (), last=methods.TREND_MONTHS + methods.TOO_NEW)


def _band(counts: Counts, result: Unusual) -> Band:
    missing = len(counts.values) - len(result.band_lower)
    return Band(usual_label(), (None,) * missing + result.band_lower, (None,) * missing + result.band_upper)


def _above(counts: Counts, band: Band) -> list[str]:
    """The newest months, of those that are judged, with more than is usual."""
    periods, newest = all_periods(counts), len(counts.values) - methods.RECENT
    return [
        periods[at]
        for at, (value, high) in enumerate(zip(counts.values, band.high, strict=True))
        if at >= newest and value is not None and high is not None and value > high
    ]


def usual_label() -> str:
    """The label of the band of usual counts."""
    return _("vanligt för månaden (98 %)")


def months(
    finding: FindingContent,
    unit: str,
    band: Band | None,
    alarms: Sequence[str],
    *,
    last: int,
    breaks: Sequence[Break] = (),
) -> TimeSeries:
    """The finding's months as a line, with the usual range and what is unusual."""
    periods = all_periods(finding.counts)
    kept = slice(max(0, len(periods) - last), None)
    shown = periods[kept]
    values = finding.counts.values[kept]
    cut = Band(band.label, band.low[kept], band.high[kept]) if band else None
    return TimeSeries(
        title=sentence(finding),
        description=_("{name} i {area} månad för månad, {period}. {evidence}").format(
            name=spoken_name(finding.name),
            area=finding.area_name,
            period=range_words(shown[0], shown[-1]),
            evidence=evidence(finding),
        ),
        unit=unit,
        period=range_words(shown[0], shown[-1]),
        source=finding.source,
        n=sum(value for value in values if value is not None),
        status=preliminary_words(finding.counts),
        note=evidence(finding),
        counts=True,
        periods=shown,
        lines=(
            Line(
                spoken_name(finding.name),
                values,
                preliminary=tuple(period for period in finding.counts.preliminary if period in set(shown)),
            ),
        ),
        band=cut,
        alarms=tuple(Alarm(period, alarm_words(band, periods.index(period))) for period in alarms if period in shown),
        breaks=tuple(one for one in breaks if one.period in shown),
    )


def all_periods(counts: Counts) -> tuple[str, ...]:
    """The months that the counts are of."""
    return span(counts.first, period_at("month", ordinal(counts.first) + len(counts.values) - 1))


def alarm_words(band: Band | None, at: int) -> str:
    """The label of an unusual month."""
    if band is None or band.low[at] is None or band.high[at] is None:
        return _("fler än vanligt")
    return _("fler än vanligt ({range})").format(range=usual_words(int(band.low[at] or 0), int(band.high[at] or 0)))


def preliminary_words(counts: Counts) -> str:
    """ "slutlig", or from when the counts are preliminary."""
    if not counts.preliminary:
        return _("slutlig")
    return _("preliminär från {period}, i övrigt slutlig").format(period=words(min(counts.preliminary)))


def season(result: Season, name: str, area: str, source: str, title: str) -> Profile:
    """The year's profile, January to December, with the average month as 1."""
    return Profile(
        title=title,
        description=_("{name} i {area}: hur månaderna förhåller sig till en genomsnittsmånad, {period}.").format(
            name=spoken_name(name), area=area, period=range_words(result.first, result.last)
        ),
        unit=_("gånger en genomsnittsmånad, räknat per dag"),
        period=range_words(result.first, result.last),
        source=source,
        n=result.n,
        decimals=1,
        heading=_("Månad"),
        slots=tuple(
            Slot(label, index, low, high, noticed=_("fler än en genomsnittsmånad") if at + 1 in result.peaks else "")
            for at, (label, index, low, high) in enumerate(
                zip(month_names(), result.index, result.low, result.high, strict=True)
            )
        ),
        reference=Reference(_("genomsnittsmånaden"), Decimal(1)),
        interval_label=_("95 % intervall"),
        note=season_evidence(result),
    )


def places(result: Compared, name: str, area: str, source: str, title: str) -> Funnel:
    """The places in their funnel: expected count against the rate per 100 000 inhabitants and year."""
    drawn, per = _drawn(result.places)
    sizes = np.geomspace(max(0.5, drawn.expected.min() * 0.8), drawn.expected.max() * 1.25, _CURVE)
    low, high = drawn.limits(sizes)
    outer = level(LEVELS[-1])
    outside = {
        1: _("över gränsen på {level}").format(level=outer),
        -1: _("under gränsen på {level}").format(level=outer),
        0: "",
    }
    return Funnel(
        title=title,
        description=_(
            "{name} per 100 000 invånare och år i {set}, {period}, mot hur många som vore väntat. {area} är utmärkt."
        ).format(
            name=spoken_name(name), set=set_words(result), period=range_words(result.first, result.last), area=area
        ),
        unit=_("per 100 000 invånare och år"),
        period=range_words(result.first, result.last),
        source=source,
        n=int(drawn.observed.sum()),
        decimals=0 if per >= 10 else 1,
        heading=_("Område"),
        size_label=_("väntat antal med gemensam nivå"),
        points=tuple(
            Point(
                place.name,
                float(drawn.expected[at]),
                float(drawn.ratio[at]) * per,
                outside[int(drawn.outside[at])],
                own=place.code == result.place,
            )
            if drawn.readable[at]
            else Point(
                place.name,
                float(drawn.expected[at]),
                own=place.code == result.place,
                suppressed=_("för litet underlag för att jämföras"),
            )
            for at, place in enumerate(result.places)
        ),
        level=Reference(_("gemensam nivå"), per),
        limits=tuple(
            Limit(label, tuple(sizes.tolist()), tuple((low[at] * per).tolist()), tuple((high[at] * per).tolist()))
            for at, label in enumerate(map(level, drawn.levels))
        ),
        note=_(
            "Områdena listas i bokstavsordning och rangordnas inte. Gränserna rymmer slumpen och hur mycket "
            "områdena brukar skilja sig. Folkmängd: {population}."
        ).format(population=result.population),
    )


def with_patterns(
    figure: TimeSeries, one: OneSeries | None, breaks: Sequence[Break], name: str, area: str
) -> TimeSeries:
    """A series' figure with the usual range of its last year, what is unusual, and where it is broken.

    The heading is about the newest month where that is unusual; else it stays what it was.
    """
    shown = set(figure.periods)
    kept = tuple(one for one in breaks if one.period in shown)
    if one is None or figure.state is not State.NORMAL:
        return replace(figure, breaks=kept)
    periods = all_periods(one.counts)
    missing = len(periods) - len(one.lower)
    usual = dict(zip(periods[missing:], zip(one.lower, one.upper, strict=True), strict=True))
    ends = [usual.get(period, (None, None)) for period in figure.periods]
    band = Band(usual_label(), tuple(low for low, _high in ends), tuple(high for _low, high in ends))
    above = [
        period
        for at, period in enumerate(figure.periods)
        if (value := figure.lines[0].values[at]) is not None and (high := band.high[at]) is not None and value > high
    ]
    named = {"name": spoken_name(name), "area": area}
    newest = one.unusual[-1] if one.unusual and one.unusual[-1].month == periods[-1] else None
    return replace(
        figure,
        band=band if any(high is not None for high in band.high) else None,
        breaks=kept,
        alarms=tuple(Alarm(period, alarm_words(band, figure.periods.index(period))) for period in above),
        title=unusual_words(newest, named) if newest and periods[-1] in shown else figure.title,
    )


def multiples(
    area: str, series: Sequence[tuple[SeriesData, Newest]], source: str, unit: str, months_shown: int = _SHOWN
) -> SmallMultiples:
    """Every crime type of an area in a small plot of its own, with the same two axes and what is unusual marked."""
    last = max((all_periods(one.counts)[-1] for _data, one in series), default="")
    begin = min((point.period for data, _one in series for point in data.points), default="")
    periods = span(max(begin, period_at("month", ordinal(last) - months_shown + 1)), last) if last else ()
    names = panel_names([data for data, _one in series])
    panels = tuple(_panel(data, one, periods, name) for (data, one), name in zip(series, names, strict=True))
    marked = [panel.title for panel in panels if panel.alarms]
    if not panels:
        title = _("{area}: inga månadssiffror").format(area=area)
    elif marked:
        title = ngettext(
            "{area}: {number} av {all} brottstyper över det vanliga någon av de tre senaste månaderna",
            "{area}: {number} av {all} brottstyper över det vanliga någon av de tre senaste månaderna",
            len(marked),
        ).format(area=area, number=len(marked), all=len(panels))
    elif not any(panel.band for panel in panels):
        title = _("{area}: för kort tid eller för få brott för att säga vad som är vanligt").format(area=area)
    else:
        title = _("{area}: inget över det vanliga de tre senaste månaderna").format(area=area)
    return SmallMultiples(
        title=title,
        description=_("Antal per månad i {area}, en ruta för varje brottstyp, {period}. {marked}").format(
            area=area,
            period=range_words(periods[0], periods[-1]) if periods else "",
            marked=_("Markerade: {names}.").format(names=", ".join(marked)) if marked else "",
        ),
        unit=unit,
        period=range_words(periods[0], periods[-1]) if periods else "",
        source=source,
        counts=True,
        state=State.NORMAL if panels else State.EMPTY,
        heading=_("Brottstyp"),
        periods=periods,
        panels=panels,
        note=_(
            "Några månader ligger över det vanliga av en slump. Vad som håller efter rättning för det står under Vad "
            "sticker ut."
        )
        if any(panel.band for panel in panels)
        else "",
    )


def panel_names(series: Sequence[SeriesData]) -> tuple[str, ...]:
    """The names of an area's series side by side, with the source where several have the same name."""
    names = [spoken_name(one.name) for one in series]
    times = Counter(names)
    return tuple(f"{name} ({one.source})" if times[name] > 1 else name for name, one in zip(names, series, strict=True))


def _panel(data: SeriesData, one: Newest, periods: Sequence[str], name: str) -> Panel:
    points = {point.period: point for point in data.points}
    values = tuple(points[period].value if period in points else None for period in periods)
    own = all_periods(one.counts)
    usual = dict(zip(own[len(own) - len(one.lower) :], zip(one.lower, one.upper, strict=True), strict=True))
    ends = [usual.get(period, (None, None)) for period in periods]
    band = Band(usual_label(), tuple(low for low, _high in ends), tuple(high for _low, high in ends))
    alarms = tuple(
        Alarm(period, alarm_words(band, at))
        for at, period in enumerate(periods)
        if (value := values[at]) is not None and (high := band.high[at]) is not None and value > high
    )
    line = Line(
        name,
        values,
        preliminary=tuple(period for period in periods if period in points and points[period].preliminary),
    )
    return Panel(line, band if any(high is not None for high in band.high) else None, alarms)


def choropleth(
    result: Compared,
    shapes: Mapping[str, tuple[Ring, ...]],
    rates: Sequence[AreaRate],
    name: str,
    source: str,
    own: str,
    title: str,
) -> Choropleth | None:
    """The rates of a set of places on a map; ``None`` where no shape is known or all rates are alike.

    Places outside the funnel are marked. ``shapes`` by area code.
    """
    values = [rate.rate.value for rate in rates if rate.rate and rate.rate.readable and rate.rate.value is not None]
    known = [rate for rate in rates if shapes.get(rate.area)]
    if not known or len(set(values)) < 2:
        return None
    drawn, _per = _drawn(result.places)
    outside = {place.code: int(side) for place, side in zip(result.places, drawn.outside, strict=True)}
    bounds = ticks(min(values), max(values), 4)[1:-1][:4]
    words_of = {1: _("fler än väntat"), -1: _("färre än väntat")}
    return Choropleth(
        title=title,
        description=_(
            "Karta över {name} per 100 000 invånare och år, {period}. Listan under kartan säger samma sak."
        ).format(name=spoken_name(name), period=range_words(result.first, result.last)),
        unit=_("per 100 000 invånare och år"),
        period=range_words(result.first, result.last),
        source=source,
        n=sum(rate.count or 0 for rate in known),
        heading=_("Område"),
        interval_label=_("95 % intervall"),
        classes=Classes(bounds or (sum(values) / len(values),), decimals=tick_decimals(bounds) if bounds else 0),
        areas=tuple(
            MapArea(
                rate.area_name,
                shapes[rate.area],
                rate.rate.value,
                rate.rate.low,
                rate.rate.high,
                rate.count,
                mark={1: "up", -1: "down"}.get(outside.get(rate.area, 0)),  # type: ignore[arg-type]
                mark_label=words_of.get(outside.get(rate.area, 0), ""),
                own=rate.area == own,
            )
            if rate.rate and rate.rate.readable
            else MapArea(
                rate.area_name,
                shapes[rate.area],
                n=rate.count,
                own=rate.area == own,
                suppressed=_("för litet underlag för att tolkas") if rate.rate else _("folkmängd saknas"),
            )
            for rate in known
        ),
        note=_("Markerade områden ligger utanför trattens gränser på {level}. Områdena rangordnas inte.").format(
            level=level(LEVELS[-1])
        ),
    )


def _drawn(shown: Sequence[Place]) -> tuple[Limits, float]:
    """The funnel again, and the common rate per 100 000."""
    counts, people = [place.count for place in shown], [float(place.person_years) for place in shown]
    return funnel(counts, people), sum(counts) / sum(people) * 100_000
