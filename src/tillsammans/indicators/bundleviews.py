"""Downloads of whole computations, and the pages that describe the methods."""

import re
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from tillsammans.indicators import queries, standouts
from tillsammans.indicators.breaks import breaks_of
from tillsammans.indicators.models import Indicator, Series
from tillsammans.indicators.patterns.bundle import Bundle, of_development, of_found, of_one, of_rates, packed
from tillsammans.indicators.patterns.one import of_series
from tillsammans.indicators.patterns.results import KINDS, SEASON, TREND
from tillsammans.indicators.patterns.sentences import METHOD_PAGES
from tillsammans.indicators.views import asked_for, compared_with
from tillsammans.kernel.access import can
from tillsammans.kernel.doors import door, find
from tillsammans.kernel.text import slug

_PAGE = re.compile(r"[a-z0-9-]{1,60}")
ONE = {"arstid": SEASON, "utveckling": TREND}
DEVELOPMENT_PAGES = ("period-comparison",)
RATE_PAGES = ("event-rates",)


@door(can("read"), "GET")
def finding_bundle(request: Any, uuid: UUID, kind: str) -> HttpResponse:
    """A finding's computation as a file that can be recomputed."""
    series: Series = find(Series, uuid)
    row = standouts.finding_of(series, kind) if kind in KINDS else None
    if row is None:
        raise Http404
    data = queries.series_data([series])[series.pk]
    found = standouts.found_in(row)
    return _download(of_found(found, data.files, METHOD_PAGES[kind]), f"{kind} {data.name} {data.area_name}")


@door(can("read"), "GET")
def series_bundle(request: Any, uuid: UUID) -> HttpResponse:
    """The computation of a series' heading, season or trend, or of a comparison, as a file that can be recomputed."""
    shown = asked_for(request, uuid, with_population=True)
    wanted = request.GET.get("figur", "")
    if kind := ONE.get(wanted):
        breaks = breaks_of([shown.data])[shown.data.source, shown.data.indicator]
        one = of_series(shown.data, [each.period for each in breaks])
        if one is None:
            raise Http404
        made = of_one(kind, shown.data, one, METHOD_PAGES[kind])
    elif wanted == "jamforelse":
        beside = compared_with(request, shown)
        made = of_rates(beside.data, shown.data.area, beside.first, beside.last, RATE_PAGES)
    else:
        if shown.data.unit != Indicator.Unit.COUNT:
            raise Http404
        made = of_development(shown.data.between(shown.first, shown.last), DEVELOPMENT_PAGES)
    return _download(made, f"{made.kind} {shown.data.name} {shown.data.area_name}")


def _download(bundle: Bundle, name: str) -> HttpResponse:
    return HttpResponse(
        packed(bundle),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{slug(name)[:80]}.zip"'},
    )


@door(can("read"), "GET")
def method(request: Any, page: str) -> HttpResponse:
    """How a method works: the page of the documentation, in the program."""
    found = method_page(page)
    if found is None:
        raise Http404
    title, html = found
    return render(
        request,
        "indicators/method.html",
        {
            "title": title,
            "body": html,
            "crumbs": [(_("Underlag"), reverse("indicators:evidence")), (_("Metod"), "")],
        },
    )


@cache
def method_page(page: str) -> tuple[str, str] | None:
    """Title and HTML of a page in ``docs/methods``; ``None`` if there is none."""
    if not _PAGE.fullmatch(page):
        return None
    path = Path(settings.ROOT) / "docs" / "methods" / f"{page}.md"
    if not path.is_file():
        return None
    first, _newline, rest = path.read_text(encoding="utf-8").partition("\n")
    # Links between the pages lead to files; here they lead to the pages. Raw HTML is not let through.
    html = MarkdownIt("js-default").render(rest)
    html = html.replace("<pre>", '<div class="scroll" role="region" tabindex="0" aria-label="Python"><pre>').replace(
        "</pre>", "</pre></div>"
    )
    html = re.sub(r'href="([a-z0-9-]+)\.md"', r'href="../\1/"', html)
    return first.removeprefix("# ").strip(), mark_safe(html)


def method_links(kind: str) -> list[tuple[str, str]]:
    """Address and title of the pages that describe how a kind of finding is made."""
    found = [(page, method_page(page)) for page in METHOD_PAGES[kind]]
    return [(page, known[0]) for page, known in found if known]
