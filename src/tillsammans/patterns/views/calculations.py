"""How a figure was computed, and its downloads."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans import VERSION
from tillsammans.formats.periods import range_words, words
from tillsammans.indicators import estimates, figures, queries
from tillsammans.indicators.breaks import breaks_of
from tillsammans.indicators.models import Indicator
from tillsammans.kernel.access import can
from tillsammans.kernel.canonical import canonical
from tillsammans.kernel.doors import Request, door
from tillsammans.kernel.figures import Figure, png, svg, to_csv
from tillsammans.kernel.text import slug
from tillsammans.patterns import figures as pattern_figures
from tillsammans.patterns.single_series import of_series
from tillsammans.patterns.views.comparisons import compared_with
from tillsammans.patterns.views.series import asked_for


@door(can("read"), "GET")
def calculation(request: Request, uuid: UUID) -> HttpResponse:
    """How a figure was computed, step by step; it is computed again from the stored values each time it is shown."""
    asked = asked_for(request, uuid, with_population=True)
    compared = compared_with(request, asked) if request.GET.get("figur") == "jamforelse" else None
    shown = compared.data if compared else [asked.data.between(asked.first, asked.last)]
    values = queries.series_values([asked.row])[asked.row.pk]
    imports = {row.pk: row for row in queries.imports().filter(pk__in={value.imported for value in values})}
    kept = {point.period for one in shown for point in one.points}
    steps = []
    for value in values:
        period = value.point.period
        if period in kept and (not compared or compared.first <= period <= compared.last):
            imported = imports[value.imported]
            steps.append((words(period), value, imported, imported.names[value.file]))
    figure: Figure = (
        figures.comparison(shown, asked.data.area, compared.first, compared.last)
        if compared
        else figures.time_series(shown[0])
    )
    return render(
        request,
        "patterns/calculation.html",
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
            "bundle": reverse("patterns:bundle", args=[asked.row.uuid])
            + (compared.query + "&figur=jamforelse" if compared else asked.window),
            "bundled": asked.data.unit == Indicator.Unit.COUNT,
            "compared": compared,
            "range": range_words(compared.first, compared.last) if compared else "",
            "version": VERSION,
            "content": reverse("patterns:download", args=[asked.row.uuid, "underlag", "json"]),
            "crumbs": [
                (_("Underlag"), reverse("indicators:evidence")),
                (asked.data.area_name, reverse("patterns:series", args=[asked.row.uuid])),
                (_("Beräkning"), ""),
            ],
        },
    )


@door(can("read"), "GET")
def download(request: Request, uuid: UUID, figure: str, form: str) -> HttpResponse:
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
        drawn = pattern_figures.with_patterns(
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
