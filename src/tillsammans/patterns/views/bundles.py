"""Downloads of whole computations."""

from uuid import UUID

from django.http import Http404, HttpResponse

from tillsammans.indicators import queries
from tillsammans.indicators.breaks import breaks_of
from tillsammans.indicators.models import Indicator, Series
from tillsammans.kernel.access import can
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.text import slug
from tillsammans.patterns import queries as pattern_queries
from tillsammans.patterns.bundle import Bundle, of_development, of_found, of_one, of_rates, packed
from tillsammans.patterns.results import KINDS, SEASON, TREND
from tillsammans.patterns.sentences import METHOD_PAGES
from tillsammans.patterns.single_series import of_series
from tillsammans.patterns.views.comparisons import compared_with
from tillsammans.patterns.views.series import asked_for

ONE = {"arstid": SEASON, "utveckling": TREND}
DEVELOPMENT_PAGES = ("period-comparison",)
RATE_PAGES = ("event-rates",)


@door(can("read"), "GET")
def finding_bundle(request: Request, uuid: UUID, kind: str) -> HttpResponse:
    """A finding's computation as a file that can be recomputed."""
    series: Series = find(Series, uuid)
    row = pattern_queries.finding_of(series, kind) if kind in KINDS else None
    if row is None:
        raise Http404
    data = queries.series_data([series])[series.pk]
    finding = pattern_queries.content_of(row)
    return _download(of_found(finding, data.files, METHOD_PAGES[kind]), f"{kind} {data.name} {data.area_name}")


@door(can("read"), "GET")
def series_bundle(request: Request, uuid: UUID) -> HttpResponse:
    """The computation of a series' heading, season or trend, or of a comparison, as a file that can be recomputed."""
    shown = asked_for(request, uuid, with_population=True)
    wanted = request.GET.get("figur", "")
    if kind := ONE.get(wanted):
        breaks = breaks_of([shown.data])[shown.data.source, shown.data.indicator]
        one = of_series(shown.data, [each.period for each in breaks])
        if one is None:
            raise Http404
        bundle = of_one(kind, shown.data, one, METHOD_PAGES[kind])
    elif wanted == "jamforelse":
        beside = compared_with(request, shown)
        bundle = of_rates(beside.data, shown.data.area, beside.first, beside.last, RATE_PAGES)
    else:
        if shown.data.unit != Indicator.Unit.COUNT:
            raise Http404
        bundle = of_development(shown.data.between(shown.first, shown.last), DEVELOPMENT_PAGES)
    return _download(bundle, f"{bundle.kind} {shown.data.name} {shown.data.area_name}")


def _download(bundle: Bundle, name: str) -> HttpResponse:
    return HttpResponse(
        packed(bundle),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{slug(name)[:80]}.zip"'},
    )
