"""Seasonal contrast of reported crimes: April–September against October–March of whole years."""

from calendar import monthrange
from collections.abc import Sequence

from django.utils.translation import gettext as _

from tillsammans.formats.periods import range_words
from tillsammans.formats.units import COUNT
from tillsammans.indicators.figures import signed
from tillsammans.indicators.series import SeriesData, spoken_name
from tillsammans.kernel.figures.numbers import interval, number
from tillsammans.picture.content import TableContent
from tillsammans_stats.rates import Change, Comparison, compare_periods, dispersion

SUMMER = range(4, 10)  # April to September
# One year alone cannot tell a season from something that happened once.
LEAST_YEARS = 2


def season(series: SeriesData) -> tuple[Comparison, tuple[str, str]] | None:
    """April–September against October–March per day, over the whole calendar years that the series covers.

    ``None`` without two whole years of monthly counts. Both counts are first divided by the spread of the months
    around their half-year's mean, so that a single wild month widens the interval.
    """
    if series.unit != COUNT or series.period_kind != "month":
        return None
    values = {point.period: point.value for point in series.points if point.value is not None}
    years = [
        year
        for year in sorted({period[:4] for period in values})
        if all(f"{year}-{month:02}" in values for month in range(1, 13))
    ]
    if len(years) < LEAST_YEARS:
        return None
    months = [(year, month) for year in years for month in range(1, 13)]
    counts = [int(values[f"{year}-{month:02}"]) for year, month in months]
    days = [monthrange(int(year), month)[1] for year, month in months]
    halves = [month in SUMMER for _year, month in months]
    summer, winter = (sum(c for c, half in zip(counts, halves, strict=True) if half is side) for side in (True, False))
    summer_days, winter_days = (
        sum(d for d, half in zip(days, halves, strict=True) if half is side) for side in (True, False)
    )
    spread = dispersion(counts, exposure=days, seasons=halves) if any(counts) else 1.0
    compared = compare_periods(
        winter, summer, before_exposure=winter_days, after_exposure=summer_days, dispersion=spread
    )
    return compared, (f"{years[0]}-01", f"{years[-1]}-12")


def season_table(series: Sequence[SeriesData]) -> tuple[str, TableContent] | None:
    """The halves of the year side by side for every series that allows it, and a sentence that sums it up."""
    result = [(one, *made) for one in series if (made := season(one)) is not None]
    if not result:
        return None
    first, last = min(window[0] for _one, _made, window in result), max(window[1] for _one, _made, window in result)
    clear = [
        spoken_name(one.name) for one, made, _window in result if made.change in (Change.INCREASE, Change.DECREASE)
    ]
    text = _("Anmälda brott per dag i april–september jämförs med oktober–mars, hela år {period}.").format(
        period=range_words(first, last)
    )
    text += " " + (
        _("Årstiden märks för: {names}.").format(names=", ".join(clear))
        if clear
        else _("För ingen brottstyp är skillnaden mellan halvåren säker.")
    )
    text += " " + _("Med få år kan en enskild händelse se ut som en årstid.")
    return text, TableContent(
        _("Sommarhalvår och vinterhalvår, {period}").format(period=range_words(first, last)),
        (_("Brottstyp"), _("April–september"), _("Oktober–mars"), _("Skillnad per dag"), _("Vad det säger")),
        tuple(_row(one, made) for one, made, _window in result),
        (1, 2, 3),
    )


def _row(series: SeriesData, comparison: Comparison) -> tuple[str, ...]:
    said = {
        Change.INCREASE: _("fler i april–september"),
        Change.DECREASE: _("fler i oktober–mars"),
        Change.NO_CLEAR_CHANGE: _("ingen säker skillnad"),
        Change.TOO_FEW: _("underlaget är för litet för att tolkas"),
    }[comparison.change]
    ratio = comparison.ratio
    shown = "–"
    if ratio.readable and ratio.value is not None and ratio.low is not None and ratio.high is not None:
        ends = interval(round(100 * (ratio.low - 1)), round(100 * (ratio.high - 1)))
        shown = f"{signed(100 * (ratio.value - 1))} % ({ends})"
    return spoken_name(series.name), number(comparison.count), number(comparison.reference_count), shown, said
