"""Pages about numbers: what is known, one series, a comparison, and how a figure was computed."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans import VERSION
from tillsammans.areas.models import Area
from tillsammans.areas.queries import ComparisonSet, comparison_sets, map_shapes
from tillsammans.indicators import estimates, figures, forms, patternfigures, policies, queries, standouts
from tillsammans.indicators.breaks import breaks_of
from tillsammans.indicators.models import Indicator, Series
from tillsammans.indicators.patterns import sentences
from tillsammans.indicators.patterns.methods import LEAST_PLACES, compare
from tillsammans.indicators.patterns.one import OneSeries, newest_of, of_series
from tillsammans.indicators.patterns.results import Place, exact
from tillsammans.indicators.periods import PER_YEAR, ordinal, period_at, range_words, words
from tillsammans.indicators.rules import files_in
from tillsammans.indicators.series import SeriesData, spoken_name
from tillsammans.kernel.access import can
from tillsammans.kernel.canonical import canonical
from tillsammans.kernel.doors import door, find
from tillsammans.kernel.figures import Figure, png, svg, to_csv
from tillsammans.kernel.figures.numbers import interval, number
from tillsammans.kernel.text import slug

PER_PAGE = 50
PER_SHEET = 12
AREAS_LIMIT = 60  # the county with most municipalities has 49


@door(can("read"), "GET")
def evidence(request: Any) -> HttpResponse:
    """All that is known in numbers: indicators by area, with the latest value."""
    form = forms.SearchForm(request.GET, queries.areas_with_series())
    form.is_valid()
    asked = form.cleaned_data
    unit = asked.get("enhet") or Indicator.Unit.COUNT
    rows = queries.evidence(asked.get("q", ""), asked.get("omrade", ""), unit)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("sida"))
    return render(
        request,
        "indicators/evidence.html",
        {
            "title": _("Underlag"),
            "form": form,
            "lines": [_shown(line) for line in queries.lines(list(page))],
            "paginator_page": page,
            "narrowed": bool(asked.get("q") or asked.get("omrade") or request.GET.get("enhet")),
            "may_import": policies.may_import(request.actor),
            "fresh": queries.last_import(),
        },
    )


def _shown(line: queries.Line) -> dict[str, Any]:
    return {
        "series": line.series,
        "name": spoken_name(line.series.indicator.name),
        "latest": line.latest,
        "period": words(line.latest.period) if line.latest else "",
        "decimals": 0 if line.series.indicator.unit in (Indicator.Unit.COUNT, Indicator.Unit.PER_100K) else 1,
    }


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


def asked_for(request: Any, uuid: UUID, *, with_population: bool = False) -> Asked:
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
def series(request: Any, uuid: UUID) -> HttpResponse:
    """One series: the finding, the figure, its season and trend, and where the numbers come from."""
    asked = asked_for(request, uuid)
    breaks = breaks_of([asked.data])[asked.data.source, asked.data.indicator]
    one = of_series(asked.data, [each.period for each in breaks])
    figure = patternfigures.with_patterns(
        figures.time_series(asked.data, asked.first, asked.last), one, breaks, asked.data.name, asked.data.area_name
    )
    address = reverse("indicators:calculation", args=[asked.row.uuid]) + asked.window
    return render(
        request,
        "indicators/series.html",
        {
            "title": f"{spoken_name(asked.data.name)}, {asked.data.area_name}",
            "series": asked.row,
            "data": asked.data,
            "figure": figure,
            "calculation": address,
            "downloads": _downloads(asked.row, "figur", asked.window),
            "comparable": asked.data.unit == Indicator.Unit.COUNT,
            "window": asked,
            "one": one,
            "breaks": breaks,
            "level": _level(asked.row, asked.data),
            "season": _season(asked.data, one),
            "trend": _trend(asked.data, one),
            "kinds": [(kind, sentences.kind_words(kind)) for kind in standouts.kinds_of(asked.row)],
            "choices": [(point.period, words(point.period)) for point in asked.data.points],
            "crumbs": [(_("Underlag"), reverse("indicators:evidence")), (asked.data.area_name, "")],
        },
    )


def _season(data: SeriesData, one: OneSeries | None) -> Figure | None:
    if one is None or one.season is None:
        return None
    named = {"name": spoken_name(data.name), "area": data.area_name}
    return patternfigures.season(
        one.season, data.name, data.area_name, data.source, sentences.season_words(one.season, named)
    )


def _level(row: Series, data: SeriesData) -> str:
    """The rate of the last year with its interval and whose population it is held against; empty if none is known."""
    last = data.last_period
    if not last or data.unit != Indicator.Unit.COUNT:
        return ""
    people = queries.inhabitants([row.area_id], implied=False).get(row.area_id, ())
    first = period_at(row.period_kind, ordinal(last) - PER_YEAR[row.period_kind] + 1)
    found = estimates.area_rates([replace(data, inhabitants=people)], first, last)[0]
    if found.rate is None:
        return ""
    facts = {
        "count": number(found.count),
        "period": range_words(first, last),
        "interval": interval(found.rate.low, found.rate.high, 1 if (found.rate.high or 0) < 10 else 0),
        "population": ", ".join(f"{one.source} {one.year}" for one in found.inhabitants),
    }
    if not found.rate.readable:
        return _("{count} anmälda {period}. Underlaget är för litet för att tolkas per invånare.").format(**facts)
    rate = number(found.rate.value, 1 if (found.rate.value or 0) < 10 else 0)
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


@door(can("read"), "GET")
def area(request: Any, uuid: UUID) -> HttpResponse:
    """Every crime type of an area in small plots over the same months."""
    found: Area = find(Area, uuid)
    rows = queries.own_before_common(
        queries.known_series().filter(
            area=found, period_kind=Series.PeriodKind.MONTH, breakdown="", indicator__unit=Indicator.Unit.COUNT
        )
    )
    listed = Paginator(rows, PER_SHEET).get_page(request.GET.get("sida"))
    data = queries.series_data(list(listed))
    breaks = breaks_of(data.values())
    many = [(data[row.pk], [each.period for each in breaks[row.source, row.indicator.code]]) for row in listed]
    looked = [(row, data[row.pk], one) for row, one in zip(listed, newest_of(many), strict=True) if one]
    source = ", ".join(dict.fromkeys(row.source for row, _data, _one in looked)) or _("ingen källa")
    figure = patternfigures.multiples(
        found.name, [(of, one) for _row, of, one in looked], source, figures.month_unit(source)
    )
    return render(
        request,
        "indicators/area.html",
        {
            "title": _("Alla brottstyper i {area}").format(area=found.name),
            "area": found,
            "figure": figure,
            "series": [(row, spoken_name(row.indicator.name)) for row, _data, _one in looked],
            "paginator_page": listed,
            "crumbs": [(_("Underlag"), reverse("indicators:evidence")), (found.name, "")],
        },
    )


def _downloads(row: Series, figure: str, query: str) -> list[tuple[str, str]]:
    return [
        (form.upper(), reverse("indicators:download", args=[row.uuid, figure, form]) + query)
        for form in ("csv", "svg", "png")
    ]


@dataclass(frozen=True, slots=True)
class Compared:
    """Areas beside each other: the series with population, the window, and what could have been chosen.

    ``sets`` are what the area is usually compared with, and ``chosen`` the key of the one that is shown, empty for an
    own choice of areas. ``near`` are the areas of the same county, ``far`` all others: code, name, and whether chosen.
    """

    data: list[SeriesData]
    rows: list[Series]
    first: str
    last: str
    sets: list[ComparisonSet]
    chosen: str
    near: list[tuple[str, str, bool]]
    far: list[tuple[str, str, bool]]
    everyone: bool
    query: str

    @property
    def set(self) -> ComparisonSet | None:
        """The set that is shown, if it is one."""
        return next((one for one in self.sets if one.key == self.chosen), None)


def compared_with(request: Any, asked: Asked) -> Compared:
    """The last twelve months of the series, in the chosen set or areas of the same kind; at first those of the county.

    Areas of different kinds lie in each other, and areas that ended have no figures of their own time, so neither are
    set side by side.
    """
    if asked.data.unit != Indicator.Unit.COUNT:
        raise Http404
    row = asked.row
    county = row.area.code[:2]  # municipalities and their districts begin with the county's two digits
    sets = comparison_sets(row.area)
    wanted = set(request.GET.getlist("omrade"))
    everyone = "alla" in request.GET
    same_kind = Area.objects.filter(kind=row.area.kind, valid_to=None).only("pk")
    if not everyone:
        near = wanted | {code for one in sets for code in one.codes}
        same_kind = same_kind.filter(Q(code__startswith=county) | Q(code__in=near))
    candidates = queries.find_series(row.indicator, same_kind, row.period_kind) | {row.area_id: row}
    in_order = sorted(candidates.values(), key=lambda one: (one.area.sort_key, one.area.code))
    key = "" if wanted else request.GET.get("urval", "")
    if not wanted and key not in {one.key for one in sets}:
        key = sets[0].key if sets else ""
    members = next((set(one.codes) for one in sets if one.key == key), wanted)
    chosen = [one for one in in_order if one.area.code in members] or [
        one for one in in_order if one.area.code[:2] == county
    ]
    chosen = chosen[:AREAS_LIMIT]
    if row.area_id not in {one.area_id for one in chosen}:
        chosen = sorted([*chosen, row], key=lambda one: (one.area.sort_key, one.area.code))
    last = asked.last or asked.data.last_period
    first = asked.first or period_at(row.period_kind, ordinal(last) - PER_YEAR[row.period_kind] + 1)
    data = queries.series_data(chosen, with_population=True, first=first, last=last)
    codes = {one.area.code for one in chosen}
    parts = [f"omrade={code}" for code in sorted(codes)] if wanted else [f"urval={key}"] if key else []
    choices = [(one.area.code, one.area.name, bool(wanted) and one.area.code in codes) for one in in_order]
    return Compared(
        [data[one.pk] for one in chosen],
        chosen,
        first,
        last,
        sets,
        key,
        [choice for choice in choices if choice[0][:2] == county],
        [choice for choice in choices if choice[0][:2] != county] if everyone or wanted else [],
        everyone,
        "?" + "&".join([*parts, f"fran={first}", f"till={last}"]),
    )


@door(can("read"), "GET")
def comparison(request: Any, uuid: UUID) -> HttpResponse:
    """The same indicator in several areas, per inhabitant, by name and never ranked."""
    asked = asked_for(request, uuid, with_population=True)
    compared = compared_with(request, asked)
    figure = figures.comparison(compared.data, asked.data.area, compared.first, compared.last)
    placed, mapped = _placed(asked, compared)
    if placed:  # it allows for how areas differ anyway, so two headings could seem to say different things
        figure = replace(
            figure, title=figures.side_by_side_words(spoken_name(asked.data.name), compared.first, compared.last)
        )
    return render(
        request,
        "indicators/comparison.html",
        {
            "title": _("{name}: jämför områden").format(name=spoken_name(asked.data.name)),
            "series": asked.row,
            "figure": figure,
            "data": asked.data,
            "compared": compared,
            "funnel": placed,
            "map": mapped,
            "least": LEAST_PLACES,
            "calculation": reverse("indicators:calculation", args=[asked.row.uuid])
            + compared.query
            + "&figur=jamforelse",
            "downloads": _downloads(asked.row, "jamforelse", compared.query),
            "periods": [(point.period, words(point.period)) for point in asked.data.points],
            "crumbs": [
                (_("Underlag"), reverse("indicators:evidence")),
                (asked.data.area_name, reverse("indicators:series", args=[asked.row.uuid])),
                (_("Jämförelse"), ""),
            ],
        },
    )


def _placed(asked: Asked, compared: Compared) -> tuple[Figure | None, Figure | None]:
    """The funnel of the compared areas, and their map; ``None`` where there are too few areas or no shapes."""
    rates = estimates.area_rates(compared.data, compared.first, compared.last)
    known = [one for one in rates if one.count is not None and one.person_years]
    places = [Place(one.area, one.area_name, one.count or 0, exact(one.person_years or 0.0)) for one in known]
    sources = [", ".join(dict.fromkeys(people.source for people in one.inhabitants)) for one in known]
    done = compare(places, sources, compared.first, compared.last, "named", _set_name(compared), only=asked.data.area)
    if done is None or not done.compared:
        return None, None
    result, data = done.compared[0], asked.data
    title = sentences.compared_words(result, {"name": spoken_name(data.name), "area": data.area_name})
    areas = {one.area.code: one.area for one in compared.rows}
    shapes = map_shapes(areas.values())
    rings = {code: shapes[one.pk] for code, one in areas.items() if one.pk in shapes}
    return (
        patternfigures.places(result, data.name, data.area_name, data.source, title),
        patternfigures.choropleth(
            result,
            rings,
            rates,
            data.name,
            data.source,
            data.area,
            _("{name} per invånare, {period}, på karta").format(
                name=spoken_name(data.name), period=range_words(compared.first, compared.last)
            ),
        ),
    )


def _set_name(compared: Compared) -> str:
    """The set as it stands in a sentence."""
    chosen = compared.set
    if chosen is None:
        return _("de valda områdena")
    if chosen.key in ("county", "counties", "siblings", "similar"):
        return chosen.name[:1].lower() + chosen.name[1:]
    return _("områdena i ”{name}”").format(name=chosen.name)


@door(can("read"), "GET")
def calculation(request: Any, uuid: UUID) -> HttpResponse:
    """How a figure was computed, step by step; it is computed again from the stored values each time it is shown."""
    asked = asked_for(request, uuid, with_population=True)
    compared = compared_with(request, asked) if request.GET.get("figur") == "jamforelse" else None
    shown = compared.data if compared else [asked.data.between(asked.first, asked.last)]
    values = queries.series_values([asked.row.pk])[asked.row.pk]
    imports = {row.pk: row for row in queries.imports().filter(pk__in={value.imported for value in values})}
    kept = {point.period for one in shown for point in one.points}
    steps = []
    for value in values:
        if value.period in kept and (not compared or compared.first <= value.period <= compared.last):
            imported = imports[value.imported]
            steps.append((words(value.period), value, imported, files_in(imported.files)[value.file][0]))
    figure: Figure = (
        figures.comparison(shown, asked.data.area, compared.first, compared.last)
        if compared
        else figures.time_series(shown[0])
    )
    return render(
        request,
        "indicators/calculation.html",
        {
            "title": _("Så är det beräknat"),
            "series": asked.row,
            "data": asked.data,
            "figure": figure,
            "steps": steps,
            "files": dict.fromkeys(file for one in shown for file in one.files),
            "window": asked,
            "choices": [(point.period, words(point.period)) for point in asked.data.points],
            "development": None if compared else estimates.development(shown[0]),
            "rates": estimates.area_rates(shown, compared.first, compared.last) if compared else (),
            "against": estimates.against_the_others(
                estimates.area_rates(shown, compared.first, compared.last), asked.data.area
            )
            if compared
            else None,
            "bundle": reverse("indicators:bundle", args=[asked.row.uuid])
            + (compared.query + "&figur=jamforelse" if compared else asked.window),
            "bundled": asked.data.unit == Indicator.Unit.COUNT,
            "compared": compared,
            "range": range_words(compared.first, compared.last) if compared else "",
            "version": _version(),
            "content": reverse("indicators:download", args=[asked.row.uuid, "underlag", "json"]),
            "crumbs": [
                (_("Underlag"), reverse("indicators:evidence")),
                (asked.data.area_name, reverse("indicators:series", args=[asked.row.uuid])),
                (_("Beräkning"), ""),
            ],
        },
    )


def _version() -> str:
    return VERSION


@door(can("read"), "GET")
def download(request: Any, uuid: UUID, figure: str, form: str) -> HttpResponse:
    """A figure as CSV, SVG or PNG; or the series itself as JSON, with everything that the figure is computed from."""
    asked = asked_for(request, uuid, with_population=True)
    name = slug(f"{asked.data.name} {asked.data.area_name}")[:80]
    if (figure, form) == ("underlag", "json"):
        return _file(canonical(asked.data), "application/json", f"{name}.json")
    if figure not in ("figur", "jamforelse") or form not in ("csv", "svg", "png"):
        raise Http404
    if figure == "jamforelse":
        compared = compared_with(request, asked)
        drawn: Figure = figures.comparison(compared.data, asked.data.area, compared.first, compared.last)
    else:
        breaks = breaks_of([asked.data])[asked.data.source, asked.data.indicator]
        drawn = patternfigures.with_patterns(
            figures.time_series(asked.data, asked.first, asked.last),
            of_series(asked.data, [each.period for each in breaks]),
            breaks,
            asked.data.name,
            asked.data.area_name,
        )
    if form == "csv":
        return _file("\ufeff" + to_csv(drawn), "text/csv; charset=utf-8", f"{name}.csv")
    if form == "svg":
        return _file(svg(drawn), "image/svg+xml", f"{name}.svg")
    return _file(png(drawn), "image/png", f"{name}.png")


def _file(content: str | bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
