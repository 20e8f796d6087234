"""A picture's figures and tables, computed from the numbers that its content holds; no database."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from tillsammans.formats.periods import PER_YEAR, ordinal, period_at, range_words
from tillsammans.formats.units import COUNT
from tillsammans.indicators import figures
from tillsammans.indicators.estimates import Development, development
from tillsammans.indicators.series import SeriesData, spoken_name
from tillsammans.kernel.figures import Comparison, Figure, State, TimeSeries
from tillsammans.kernel.figures.numbers import interval, number
from tillsammans.picture.content import FigureContent, PictureContent, TableContent
from tillsammans_stats.rates import Change


def drawn(content: FigureContent) -> Figure:
    """The figure with the sentence that was computed when the content was made."""
    made = _computed(content)
    return replace(made, title=content.finding) if content.finding else made


def finding_of(content: FigureContent) -> str:
    """The sentence that the numbers give; without numbers, the indicator's name and that they are missing."""
    return _computed(content).title


def _computed(content: FigureContent) -> Figure:
    counted = tuple(series for series in content.series if series.points)
    if not counted:
        return _empty(content)
    if content.kind == "time_series":
        return figures.time_series(counted[0])
    first, last = comparison_window(counted)
    return figures.comparison(counted, content.series[0].area, first, last)


def _empty(content: FigureContent) -> Figure:
    name = content.series[0].name if content.series else content.finding
    title = _("{name}: inga siffror").format(name=spoken_name(name))
    description = _("Figuren är tom: det finns inga siffror för området och perioden.")
    source = _("ingen inläst statistik")
    if content.kind == "time_series":
        return TimeSeries(
            title=title,
            description=description,
            unit="",
            period="",
            source=source,
            state=State.EMPTY,
            periods=(),
            lines=(),
        )
    return Comparison(
        title=title,
        description=description,
        unit="",
        period="",
        source=source,
        state=State.EMPTY,
        heading=_("Område"),
        rows=(),
    )


def comparison_window(series: Sequence[SeriesData]) -> tuple[str, str]:
    """The last twelve months (four quarters, one year) that all the series reach, or what there is of them."""
    last = min((one.last_period for one in series if one.last_period), default=series[0].points[-1].period)
    kind = series[0].period_kind
    first = period_at(kind, ordinal(last) - PER_YEAR[kind] + 1)
    return max(first, min(one.points[0].period for one in series)), last


def overview(series: Sequence[SeriesData]) -> TableContent | None:
    """One row per series of counts: the last twelve months, the twelve before, and the change with its exact interval.

    ``None`` when no series counts anything. The rows keep the order of ``series``.
    """
    result = [(one, change) for one in series if one.unit == COUNT and (change := development(one))]
    if not result:
        return None
    after = {change.after for _series, change in result}
    several = len({one.area for one, _change in result}) > 1
    rows = tuple(_overview_row(one, change, several) for one, change in result)
    period = range_words(*next(iter(after))) if len(after) == 1 else _("senaste året")
    return TableContent(
        _("Läget {period}, jämfört med året före").format(period=period),
        (_("Brottstyp"), _("Senaste året"), _("Året före"), _("Förändring"), _("Vad det säger")),
        rows,
        (1, 2, 3),
    )


def overview_of(content: PictureContent) -> TableContent | None:
    """The overview of what the picture's figures over time count; ``None`` where a section brings its own tables."""
    if any(section.tables for section in content.sections):
        return None
    leading = [
        figure.series[0]
        for section in content.sections
        for figure in section.figures
        if figure.kind == "time_series" and figure.series
    ]
    return overview(tuple({(one.indicator, one.area, one.period_kind, one.source): one for one in leading}.values()))


def _overview_row(series: SeriesData, change: Development, several: bool) -> tuple[str, ...]:
    name = spoken_name(series.name) + (f", {series.area_name}" if several else "")
    counts = tuple(number(count) if count is not None else "–" for count in (change.after_count, change.before_count))
    return (name, *counts, *change_words(change))


def change_words(change: Development) -> tuple[str, str]:
    """The change in per cent with its exact interval, and what may be said of it."""
    if change.comparison is None:
        return "–", _("värden saknas") if change.missing else _("inget tidigare år att jämföra med")
    ratio = change.comparison.ratio
    said = {
        Change.INCREASE: _("fler"),
        Change.DECREASE: _("färre"),
        Change.NO_CLEAR_CHANGE: _("ingen säker förändring"),
        Change.TOO_FEW: _("underlaget är för litet för att tolkas"),
    }[change.comparison.change]
    if not ratio.readable or ratio.value is None or ratio.low is None or ratio.high is None:
        return "–", said
    ends = interval(round(100 * (ratio.low - 1)), round(100 * (ratio.high - 1)))
    return f"{figures.signed(100 * (ratio.value - 1))} % ({ends})", said
