"""Findings and patterns as figures. Headings are the findings' own sentences."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tillsammans.indicators.patterns import methods
from tillsammans.indicators.patterns.results import Compared, Counts, Found, Place, Season, Unusual
from tillsammans.indicators.patterns.sentences import evidence, sentence, set_words, usual_words
from tillsammans.indicators.periods import ordinal, period_at, range_words, span, words
from tillsammans.indicators.series import spoken_name
from tillsammans.kernel.figures import (
    Alarm,
    Band,
    Break,
    Figure,
    Funnel,
    Limit,
    Line,
    Point,
    Profile,
    Reference,
    Slot,
    State,
    TimeSeries,
)
from tillsammans.kernel.figures.numbers import month_names
from tillsammans_stats.funnel import Funnel as Limits
from tillsammans_stats.funnel import funnel

_SHOWN = 36  # months in the figure of an unusual month
_CURVE = 40  # points on a limit's curve


def of_found(found: Found, unit: str) -> Figure:
    """The figure of a finding, drawn from its own content. ``unit``: of the monthly counts, in words."""
    match found.result:
        case Season() as result:
            return season(result, found.name, found.area_name, found.source, sentence(found))
        case Compared() as result:
            return places(result, found.name, found.area_name, found.source, sentence(found))
        case Unusual() as result:
            return months(found, unit, band := _band(found.counts, result), _above(found.counts, band), last=_SHOWN)
        case _:
            return months(found, unit, None, (), last=methods.TREND_MONTHS)


def _band(counts: Counts, result: Unusual) -> Band:
    missing = len(counts.values) - len(result.band_lower)
    return Band(usual_label(), (None,) * missing + result.band_lower, (None,) * missing + result.band_upper)


def _above(counts: Counts, band: Band) -> list[str]:
    """The newest months, of those that are judged, with more than is usual."""
    periods, newest = all_periods(counts), len(counts.values) - methods.RECENT
    return [
        periods[at] for at, (value, high) in enumerate(zip(counts.values, band.high, strict=True))
        if at >= newest and value is not None and high is not None and value > high
    ]


def usual_label() -> str:
    """What the band of usual counts is called."""
    return _("vanligt för månaden (98 %)")


def months(
    found: Found, unit: str, band: Band | None, alarms: Sequence[str], *, last: int, breaks: Sequence[Break] = ()
) -> TimeSeries:
    """The finding's months as a line, with the usual range and what is unusual."""
    periods = all_periods(found.counts)
    kept = slice(max(0, len(periods) - last), None)
    shown = periods[kept]
    values = found.counts.values[kept]
    cut = Band(band.label, band.low[kept], band.high[kept]) if band else None
    return TimeSeries(
        title=sentence(found),
        description=_("{name} i {area} månad för månad, {period}. {evidence}").format(
            name=spoken_name(found.name), area=found.area_name, period=range_words(shown[0], shown[-1]),
            evidence=evidence(found)),
        unit=unit, period=range_words(shown[0], shown[-1]), source=found.source,
        n=sum(value for value in values if value is not None),
        status=preliminary_words(found.counts), note=evidence(found), counts=True, periods=shown,
        lines=(Line(spoken_name(found.name), values, preliminary=tuple(
            period for period in found.counts.preliminary if period in set(shown))),),
        band=cut,
        alarms=tuple(Alarm(period, alarm_words(band, periods.index(period))) for period in alarms if period in shown),
        breaks=tuple(one for one in breaks if one.period in shown),
    )


def all_periods(counts: Counts) -> tuple[str, ...]:
    """The months that the counts are of."""
    return span(counts.first, period_at("month", ordinal(counts.first) + len(counts.values) - 1))


def alarm_words(band: Band | None, at: int) -> str:
    """What stands at an unusual month."""
    if band is None or band.low[at] is None or band.high[at] is None:
        return _("fler än vanligt")
    return _("fler än vanligt ({range})").format(range=usual_words(int(band.low[at] or 0), int(band.high[at] or 0)))


def preliminary_words(counts: Counts) -> str:
    """"slutlig", or from when the counts are preliminary."""
    if not counts.preliminary:
        return _("slutlig")
    return _("preliminär från {period}, i övrigt slutlig").format(period=words(min(counts.preliminary)))


def season(result: Season, name: str, area: str, source: str, title: str) -> Profile:
    """The year's profile, January to December, with the average month as 1."""
    return Profile(
        title=title,
        description=_("{name} i {area}: hur månaderna förhåller sig till en genomsnittsmånad, {period}.").format(
            name=spoken_name(name), area=area, period=range_words(result.first, result.last)),
        unit=_("gånger en genomsnittsmånad, räknat per dag"), period=range_words(result.first, result.last),
        source=source, n=result.n, decimals=1, heading=_("Månad"),
        slots=tuple(
            Slot(label, index, low, high, noticed=_("fler än en genomsnittsmånad") if at + 1 in result.peaks else "")
            for at, (label, index, low, high) in enumerate(
                zip(month_names(), result.index, result.low, result.high, strict=True))
        ),
        reference=Reference(_("genomsnittsmånaden"), Decimal(1)), interval_label=_("95 % intervall"),
        note=_("Intervallen vidgas av hur olika åren är."),
    )


def places(result: Compared, name: str, area: str, source: str, title: str) -> Funnel:
    """The places in their funnel: expected count against the rate per 100 000 inhabitants and year."""
    drawn, per = _drawn(result.places)
    sizes = np.geomspace(max(0.5, drawn.expected.min() * 0.8), drawn.expected.max() * 1.25, _CURVE)
    low, high = drawn.limits(sizes)
    outside = {1: _("över gränsen på 99,8 %"), -1: _("under gränsen på 99,8 %"), 0: ""}
    return Funnel(
        title=title,
        description=_(
            "{name} per 100 000 invånare och år i {set}, {period}, mot hur många som vore väntat. {area} är utmärkt."
        ).format(name=spoken_name(name), set=set_words(result), period=range_words(result.first, result.last),
                 area=area),
        unit=_("per 100 000 invånare och år"), period=range_words(result.first, result.last), source=source,
        n=int(drawn.observed.sum()), decimals=0 if per >= 10 else 1, heading=_("Område"),
        size_label=_("väntat antal med gemensam nivå"),
        points=tuple(
            Point(place.name, float(drawn.expected[at]), float(drawn.ratio[at]) * per,
                  outside[int(drawn.outside[at])], own=place.code == result.place)
            if drawn.readable[at] else Point(
                place.name, float(drawn.expected[at]), own=place.code == result.place,
                suppressed=_("för litet underlag för att jämföras"))
            for at, place in enumerate(result.places)
        ),
        level=Reference(_("gemensam nivå"), per),
        limits=tuple(
            Limit(label, tuple(sizes.tolist()), tuple((low[at] * per).tolist()), tuple((high[at] * per).tolist()))
            for at, label in enumerate((_("95 %"), _("99,8 %")))
        ),
        note=_("Områdena listas i bokstavsordning och rangordnas inte. Gränserna rymmer slumpen och hur mycket "
               "områdena brukar skilja sig. Folkmängd: {population}.").format(population=result.population),
    )


def _drawn(shown: Sequence[Place]) -> tuple[Limits, float]:
    """The funnel again, and the common rate per 100 000."""
    counts, people = [place.count for place in shown], [float(place.person_years) for place in shown]
    return funnel(counts, people), sum(counts) / sum(people) * 100_000


def empty(title: str, why: str, source: str) -> Profile:
    """A profile that cannot be drawn, with the reason."""
    return Profile(
        title=title, description=why, unit="", period="", source=source, state=State.TOO_LITTLE, reason=why,
        heading=_("Månad"), slots=(), reference=Reference(pgettext("profil", "genomsnitt"), 1),
    )
