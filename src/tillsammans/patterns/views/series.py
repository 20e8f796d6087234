"""The page of one series: its figure, season and trend, and where the numbers come from."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.formats import population
from tillsammans.formats.periods import PER_YEAR, ordinal, period_at, range_words, words
from tillsammans.indicators import estimates, figures, queries
from tillsammans.indicators.breaks import breaks_of
from tillsammans.indicators.models import Indicator, Series
from tillsammans.indicators.series import SeriesData, spoken_name
from tillsammans.kernel.access import can
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.figures import Figure
from tillsammans.kernel.figures.numbers import interval, number
from tillsammans.patterns import figures as pattern_figures
from tillsammans.patterns import queries as pattern_queries
from tillsammans.patterns import sentences
from tillsammans.patterns.single_series import OneSeries, of_series


@dataclass(frozen=True, slots=True)
class Asked:
    """A series with the window of periods that the reader asked for."""

    row: Series
    data: SeriesData
    first: str
    last: str

    @property
    def window(self) -> str:
        """The window as a query string, empty for the whole series."""
        return f"?fran={self.first}&till={self.last}" if self.first or self.last else ""


def asked_for(request: Request, uuid: UUID, *, with_population: bool = False) -> Asked:
    row: Series = find(Series, uuid)
    data = queries.series_data([row], with_population=with_population)[row.pk]
    if not data.points:
        raise Http404
    known = {point.period for point in data.points}
    first, last = (request.GET.get(name, "") if request.GET.get(name, "") in known else "" for name in ("fran", "till"))
    if first and last and first > last:
        first, last = last, first
    return Asked(row, data, first, last)


@door(can("read"), "GET")
def series(request: Request, uuid: UUID) -> HttpResponse:
    """One series: the finding, the figure, its season and trend, and where the numbers come from."""
    asked = asked_for(request, uuid)
    breaks = breaks_of([asked.data])[asked.data.source, asked.data.indicator]
    one = of_series(asked.data, [each.period for each in breaks])
    figure = pattern_figures.with_patterns(
        figures.time_series(asked.data, asked.first, asked.last), one, breaks, asked.data.name, asked.data.area_name
    )
    address = reverse("patterns:calculation", args=[asked.row.uuid]) + asked.window
    return render(
        request,
        "patterns/series.html",
        {
            "title": f"{spoken_name(asked.data.name)}, {asked.data.area_name}",
            "series": asked.row,
            "data": asked.data,
            "figure": figure,
            "calculation": address,
            "downloads": figure_downloads(asked.row, "figur", asked.window),
            "comparable": _comparable(asked.data),
            "window": asked,
            "one": one,
            "breaks": breaks,
            "level": _level(asked.row, asked.data),
            "season": _season(asked.data, one),
            "trend": _trend(asked.data, one),
            "kinds": [(kind, sentences.kind_words(kind)) for kind in pattern_queries.kinds_of(asked.row)],
            "choices": [(point.period, words(point.period)) for point in asked.data.points],
            "crumbs": [(_("Underlag"), reverse("indicators:evidence")), (asked.data.area_name, "")],
        },
    )


def _season(data: SeriesData, one: OneSeries | None) -> Figure | None:
    if one is None or one.season is None:
        return None
    named = {"name": spoken_name(data.name), "area": data.area_name}
    return pattern_figures.season(
        one.season, data.name, data.area_name, data.source, sentences.season_words(one.season, named)
    )


def _comparable(data: SeriesData) -> bool:
    """Whether the series may be held against the population: counts of anything but inhabitants."""
    return data.unit == Indicator.Unit.COUNT and data.indicator != population.CODE


def _level(row: Series, data: SeriesData) -> str:
    """The rate of the last year with its interval and whose population it is held against; empty if none is known."""
    last = data.last_period
    if not last or not _comparable(data):
        return ""
    people = queries.inhabitants([row.area_id], implied=False).get(row.area_id, ())
    first = period_at(row.period_kind, ordinal(last) - PER_YEAR[row.period_kind] + 1)
    area_rate = estimates.area_rates([replace(data, inhabitants=people)], first, last)[0]
    if area_rate.rate is None:
        return ""
    facts = {
        "count": number(area_rate.count),
        "period": range_words(first, last),
        "interval": interval(area_rate.rate.low, area_rate.rate.high, 1 if (area_rate.rate.high or 0) < 10 else 0),
        "population": ", ".join(f"{one.source} {one.year}" for one in area_rate.inhabitants),
    }
    if not area_rate.rate.readable:
        return _("{count} anmälda {period}. Underlaget är för litet för att tolkas per invånare.").format(**facts)
    rate = number(area_rate.rate.value, 1 if (area_rate.rate.value or 0) < 10 else 0)
    return _(
        "{rate} per 100 000 invånare och år (95 % intervall {interval}), {period}: {count} anmälda. "
        "Folkmängd: {population}."
    ).format(rate=rate, **facts)


def _trend(data: SeriesData, one: OneSeries | None) -> tuple[str, str] | None:
    """What the trend says, and which months are left out of it."""
    if one is None or one.trend is None:
        return None
    named = {"name": spoken_name(data.name), "area": data.area_name}
    return sentences.trend_words(one.trend, named), sentences.left_out_words(one.left_out)


def figure_downloads(row: Series, figure: str, query: str) -> list[tuple[str, str]]:
    return [
        (form.upper(), reverse("patterns:download", args=[row.uuid, figure, form]) + query)
        for form in ("csv", "svg", "png")
    ]
