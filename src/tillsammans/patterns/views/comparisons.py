"""The same indicator in several areas, side by side."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.areas.models import Area, in_force
from tillsammans.areas.queries import ComparisonSet, comparison_sets, map_shapes
from tillsammans.formats.periods import PER_YEAR, ordinal, period_at, range_words, words
from tillsammans.indicators import estimates, figures, queries
from tillsammans.indicators.models import Indicator, Series
from tillsammans.indicators.series import SeriesData, spoken_name
from tillsammans.kernel import clock
from tillsammans.kernel.access import can
from tillsammans.kernel.doors import Request, door
from tillsammans.kernel.figures import Figure
from tillsammans.patterns import figures as pattern_figures
from tillsammans.patterns import sentences
from tillsammans.patterns.methods import LEAST_PLACES, compare
from tillsammans.patterns.results import Place, exact
from tillsammans.patterns.views.series import Asked, asked_for, figure_downloads

AREAS_LIMIT = 60  # the county with most municipalities has 49


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


def compared_with(request: Request, asked: Asked) -> Compared:
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
    same_kind = Area.objects.filter(in_force(clock.today()), kind=row.area.kind).only("pk")
    if not everyone:
        near = wanted | {code for one in sets for code in one.codes}
        same_kind = same_kind.filter(Q(code__startswith=county) | Q(code__in=near))
    candidates = queries.find_series(row.indicator, same_kind, row.period_kind, row.source) | {row.area_id: row}
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
def comparison(request: Request, uuid: UUID) -> HttpResponse:
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
        "patterns/comparison.html",
        {
            "title": _("{name}: jämför områden").format(name=spoken_name(asked.data.name)),
            "series": asked.row,
            "figure": figure,
            "data": asked.data,
            "compared": compared,
            "funnel": placed,
            "map": mapped,
            "least": LEAST_PLACES,
            "calculation": reverse("patterns:calculation", args=[asked.row.uuid])
            + compared.query
            + "&figur=jamforelse",
            "downloads": figure_downloads(asked.row, "jamforelse", compared.query),
            "periods": [(point.period, words(point.period)) for point in asked.data.points],
            "crumbs": [
                (_("Underlag"), reverse("indicators:evidence")),
                (asked.data.area_name, reverse("patterns:series", args=[asked.row.uuid])),
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
        pattern_figures.places(result, data.name, data.area_name, data.source, title),
        pattern_figures.choropleth(
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
