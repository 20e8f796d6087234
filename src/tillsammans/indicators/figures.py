"""Series as figures. Headings are computed from the numbers, and say when there is too little to say anything."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.formats.periods import range_words, span, words
from tillsammans.formats.units import BRA, COUNT, PER_100K, SHARE
from tillsammans.indicators.estimates import AreaRate, Development, against_the_others, area_rates, development
from tillsammans.indicators.series import Estimate, Point, SeriesData, spoken_name
from tillsammans.indicators.words import (
    decimals_of,
    estimate_words,
    interval_label,
    require_uncertainty,
    status_remark,
)
from tillsammans.kernel.figures import Band, Comparison, Line, Row, State, TimeSeries
from tillsammans.kernel.figures.numbers import interval, number
from tillsammans_stats.rates import Change


def time_series(series: SeriesData, first: str = "", last: str = "") -> TimeSeries:
    """The series over time, from ``first`` to ``last`` (an empty end is open). Missing periods are gaps, never zero."""
    kept = series.between(first, last)
    by_period = {point.period: point for point in kept.points}
    periods = span(min(by_period), max(by_period)) if by_period else ()
    estimates = [by_period[period].estimate if period in by_period else Estimate(None) for period in periods]
    values = tuple(one.value if require_uncertainty(one, series.unit).readable else None for one in estimates)
    empty = all(value is None for value in values)
    change = development(kept)
    return TimeSeries(
        title=heading(kept, change),
        description=_description(kept),
        unit=unit_words(kept),
        period=range_words(periods[0], periods[-1]) if periods else "",
        source=kept.source,
        n=_total(values) if kept.unit == COUNT and not empty else None,
        status=status_words(kept.points),
        note=development_words(change) if change else _uncertainty_words(kept.points),
        counts=kept.unit == COUNT,
        decimals=decimals_of(*values, *(end for one in estimates for end in (one.low, one.high))),
        state=State.EMPTY if empty else State.NORMAL,
        periods=periods,
        lines=(
            Line(
                label=_("anmälda") if kept.source == BRA else spoken_name(kept.name),
                values=values,
                preliminary=tuple(p for p in periods if p in by_period and by_period[p].preliminary),
                withheld=tuple(
                    period
                    for period, one in zip(periods, estimates, strict=True)
                    if one.status in ("too_little", "suppressed")
                    or (period in by_period and by_period[period].mark == "suppressed")
                ),
                n=tuple(one.n for one in estimates) if any(one.n is not None for one in estimates) else (),
                remarks=tuple(
                    (period, remark)
                    for period, one in zip(periods, estimates, strict=True)
                    if (remark := status_remark(one))
                ),
            ),
        )
        if periods
        else (),
        band=_intervals(estimates),
    )


def _intervals(estimates: Sequence[Estimate]) -> Band | None:
    """The intervals of the estimates, where any has one."""
    shown = [one if one.readable else Estimate(None) for one in estimates]
    if all(one.low is None or one.high is None for one in shown):
        return None
    return Band(interval_label(*shown), tuple(one.low for one in shown), tuple(one.high for one in shown))


def _uncertainty_words(points: Sequence[Point]) -> str:
    """What must be known of the points' uncertainty: each remark once, and which periods say too little."""
    remarks = list(dict.fromkeys(remark for point in points if (remark := status_remark(point.estimate))))
    if few := [words(point.period) for point in points if point.estimate.status == "too_little"]:
        remarks.append(_("underlaget är för litet för att tolkas {periods}").format(periods=_listed(few)))
    return " ".join(f"{capfirst(remark)}." for remark in remarks)


def comparison(series: Sequence[SeriesData], own: str, first: str, last: str) -> Comparison:
    """The areas' rates per 100 000 inhabitants and year from ``first`` to ``last``, by name, with exact intervals.

    ``series`` are counts of one indicator, one per area; ``own`` is the code of the area that the heading speaks of,
    empty for none. Areas without a known population are named, without a value. Nothing is ranked.
    """
    areas = area_rates(series, first, last)
    name = spoken_name(series[0].name) if series else ""
    rows = tuple(_row(area, area.area == own) for area in areas)
    usable = [area for area in areas if area.rate is not None]
    preliminary = any(area.preliminary for area in areas)
    return Comparison(
        title=_comparison_heading(areas, own, name, first, last),
        description=_(
            "{name} per 100 000 invånare och år, {period}, i {areas}. Områdena står i bokstavsordning."
        ).format(name=name, period=range_words(first, last), areas=_listed([area.area_name for area in areas])),
        unit=_("per 100 000 invånare och år"),
        period=range_words(first, last),
        source=_listed(dict.fromkeys([one.source for one in series])),
        status=_("preliminär") if preliminary else _("slutlig"),
        note=_population_words(areas),
        n=sum(area.count or 0 for area in usable) if usable else None,
        state=State.NORMAL if rows else State.EMPTY,
        heading=_("Område"),
        rows=rows,
        interval_label=_("95 % intervall"),
    )


def heading(series: SeriesData, change: Development | None) -> str:
    """The sentence that the figure shows: what the last twelve months say against the twelve before."""
    named = {"name": spoken_name(series.name), "area": series.area_name}
    if change is None:
        return _level_heading(series, named)
    named |= {"before": range_words(*change.before), "after": range_words(*change.after)}
    if change.comparison is None:
        if change.missing:
            return _("{name} i {area}: perioderna kan inte jämföras, värden saknas").format(**named)
        return (
            ngettext(
                "{name} i {area}: {count} anmält {after}, inget tidigare år att jämföra med",
                "{name} i {area}: {count} anmälda {after}, inget tidigare år att jämföra med",
                change.after_count or 0,
            ).format(count=number(change.after_count), **named)
            if series.source == BRA
            else _("{name} i {area}: {count} under {after}, inget tidigare år att jämföra med").format(
                count=number(change.after_count), **named
            )
        )
    sentence = {
        Change.INCREASE: _("{name} i {area}: fler {after} än {before}"),
        Change.DECREASE: _("{name} i {area}: färre {after} än {before}"),
        Change.NO_CLEAR_CHANGE: _("{name} i {area}: ingen säker förändring från {before} till {after}"),
        Change.TOO_FEW: _("{name} i {area}: underlaget är för litet för att tolkas"),
    }[change.comparison.change].format(**named)
    # Preliminary counts are still moved when reports are sorted, so a change between them is not settled.
    return _("{sentence} (preliminärt)").format(sentence=sentence) if change.preliminary else sentence


def development_words(development: Development) -> str:
    """The two counts, and the change in per cent with its exact interval; which periods are missing, if any are."""
    if development.comparison is None:
        if not development.missing:
            return ""
        shown = _listed([words(period) for period in development.missing[:3]])
        rest = len(development.missing) - 3
        if rest > 0:
            return ngettext(
                "Värden saknas för {periods} och {rest} period till.",
                "Värden saknas för {periods} och {rest} perioder till.",
                rest,
            ).format(periods=shown, rest=rest)
        return _("Värden saknas för {periods}.").format(periods=shown)
    counts = _("{after}: {after_count}, {before}: {before_count}").format(
        after=range_words(*development.after),
        after_count=number(development.after_count),
        before=range_words(*development.before),
        before_count=number(development.before_count),
    )
    ratio = development.comparison.ratio
    if not ratio.readable or ratio.value is None or ratio.low is None or ratio.high is None:
        return _("{counts}. Underlaget är för litet för att tolkas.").format(counts=counts)
    low, high = 100 * (ratio.low - 1), 100 * (ratio.high - 1)
    # An end that would be read as 0 gets a decimal: on which side of no change it lies is what the heading says.
    decimals = 1 if min(abs(low), abs(high)) < 1 else 0
    return _("{counts}. Förändring {change} % (95 % intervall {interval} %).").format(
        counts=counts,
        change=signed(100 * (ratio.value - 1)),
        interval=interval(low, high, decimals),
    )


def signed(value: float) -> str:
    """A change in whole units with its sign: "+15", "−3", "0"."""
    shown = number(value)
    return f"+{shown}" if value > 0 and shown != "0" else shown


def unit_words(series: SeriesData) -> str:
    """The unit as it stands at the axis: "anmälda brott per månad"."""
    if series.unit == PER_100K:
        return {
            "month": _("per 100 000 invånare och månad"),
            "quarter": _("per 100 000 invånare och kvartal"),
            "year": _("per 100 000 invånare och år"),
            "two_years": _("per 100 000 invånare och två år"),
        }[series.period_kind]
    if series.unit != COUNT:
        return _("procent") if series.unit == SHARE else _("annat mått")
    if series.source == BRA:
        return {
            "month": _("anmälda brott per månad"),
            "quarter": _("anmälda brott per kvartal"),
            "year": _("anmälda brott per år"),
            "two_years": _("anmälda brott per två år"),
        }[series.period_kind]
    return {
        "month": _("antal per månad"),
        "quarter": _("antal per kvartal"),
        "year": _("antal per år"),
        "two_years": _("antal per två år"),
    }[series.period_kind]


def month_unit(source: str) -> str:
    """The unit of monthly counts of a source, in words."""
    return _("anmälda brott per månad") if source == BRA else _("antal per månad")


def status_words(points: Sequence[Point]) -> str:
    """ "slutlig", "preliminär", or which periods are preliminary."""
    preliminary = [point.period for point in points if point.preliminary]
    if not preliminary:
        return _("slutlig")
    if len(preliminary) == len(points):
        return _("preliminär")
    return _("preliminär {periods}, i övrigt slutlig").format(periods=range_words(min(preliminary), max(preliminary)))


def _level_heading(series: SeriesData, named: dict[str, str]) -> str:
    last = series.last_period
    if not last:
        return _("{name} i {area}: inga uppgifter").format(**named)
    estimate = next(point.estimate for point in series.points if point.period == last)
    value = estimate_words(estimate, series.unit)
    if series.unit == PER_100K:
        return _("{name} i {area}: {value} per 100 000 invånare {period}").format(
            value=value, period=words(last), **named
        )
    if series.unit == COUNT:
        return _("{name} i {area}: {value} {period}").format(value=value, period=words(last), **named)
    return _("{name} i {area} {period}: {value}").format(value=value, period=words(last), **named)


def _description(series: SeriesData) -> str:
    known = [point for point in series.points if point.estimate.readable]
    if not known:
        return _("{name} i {area}: inga uppgifter.").format(name=spoken_name(series.name), area=series.area_name)
    low = min(known, key=lambda point: (point.value, point.period))
    high = max(known, key=lambda point: (point.value or 0, point.period))
    return _("{name} i {area}, {unit}, {period}. Lägst {low} ({low_period}), högst {high} ({high_period}).").format(
        name=spoken_name(series.name),
        area=series.area_name,
        unit=unit_words(series),
        period=range_words(known[0].period, known[-1].period),
        low=estimate_words(low.estimate, series.unit),
        low_period=words(low.period),
        high=estimate_words(high.estimate, series.unit),
        high_period=words(high.period),
    )


def side_by_side_words(name: str, first: str, last: str) -> str:
    """The heading of a comparison that says nothing of who has more: something else on the page does."""
    return _("{name} per invånare {period}, område för område").format(name=name, period=range_words(first, last))


def _comparison_heading(areas: Sequence[AreaRate], own: str, name: str, first: str, last: str) -> str:
    mine = next((area for area in areas if area.area == own), None)
    comparison = against_the_others(areas, own)
    named = {"name": name, "area": mine.area_name if mine else "", "period": range_words(first, last)}
    if comparison is None:
        return side_by_side_words(name, first, last)
    return {
        Change.INCREASE: _("{name}: fler per invånare i {area} än i de andra områdena tillsammans {period}"),
        Change.DECREASE: _("{name}: färre per invånare i {area} än i de andra områdena tillsammans {period}"),
        Change.NO_CLEAR_CHANGE: _("{name}: ingen säker skillnad mellan {area} och de andra områdena {period}"),
        Change.TOO_FEW: _("{name}: underlaget är för litet för att tolkas"),
    }[comparison.change].format(**named)


def _row(area: AreaRate, emphasised: bool) -> Row:
    if area.count is None:
        return Row(area.area_name, suppressed=_("värden saknas för hela perioden"), emphasised=emphasised)
    if area.rate is None:
        return Row(area.area_name, n=area.count, suppressed=_("folkmängd saknas"), emphasised=emphasised)
    if not area.rate.readable:
        too_little = _("för litet underlag för att tolkas")
        return Row(area.area_name, n=area.count, suppressed=too_little, emphasised=emphasised)
    return Row(area.area_name, area.rate.value, area.rate.low, area.rate.high, area.count, emphasised=emphasised)


def _population_words(areas: Sequence[AreaRate]) -> str:
    sources: dict[str, list[int]] = {}
    for area in areas:
        for people in area.inhabitants:
            sources.setdefault(people.source, []).append(people.year)
    parts = [
        f"{source} ({min(years)}–{max(years)})" if min(years) != max(years) else f"{source} ({min(years)})"
        for source, years in sources.items()
    ]
    return (
        _("Folkmängd: {sources}. Intervallen är exakta (Poisson).").format(sources=_listed(parts))
        if parts
        else _("Folkmängden är okänd, så antal per invånare kan inte räknas.")
    )


def _listed(parts: Sequence[str] | dict[str, None]) -> str:
    names = list(parts)
    if len(names) < 2:
        return "".join(names)
    return _("{first} och {last}").format(first=", ".join(names[:-1]), last=names[-1])


def _total(values: Sequence[Decimal | None]) -> int:
    return int(sum(value for value in values if value is not None))
