"""Views of findings: the list for an area or a county, and one finding."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.areas.models import Area
from tillsammans.formats.periods import words
from tillsammans.indicators import queries
from tillsammans.indicators.figures import month_unit
from tillsammans.indicators.models import Series
from tillsammans.indicators.series import spoken_name
from tillsammans.kernel import intake
from tillsammans.kernel.access import can
from tillsammans.kernel.canonical import canonical, parsed
from tillsammans.kernel.content import thaw_each
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.figures import Figure
from tillsammans.parties.models import Organisation
from tillsammans.patterns import figures as pattern_figures
from tillsammans.patterns import queries as pattern_queries
from tillsammans.patterns import runs
from tillsammans.patterns.detect import LEVEL
from tillsammans.patterns.methods import LEAST_FOR_ALARM
from tillsammans.patterns.models import Finding, PatternArea
from tillsammans.patterns.results import KINDS, SEASON, FindingContent
from tillsammans.patterns.sentences import kind_words, method_words, small, strength
from tillsammans.patterns.views.methods import method_links

PER_PAGE = 5
BY_AREA, BY_CRIME = "omrade", "brott"


@dataclass(frozen=True, slots=True)
class Shown:
    """View model of a finding."""

    row: Finding
    found: FindingContent
    figure: Figure
    strength: str
    method: str
    kind: str
    prefix: str
    calculation: str


def shown(row: Finding, content: FindingContent, *, wide: bool = False) -> Shown:
    """The finding with its figure, its strength of evidence and the URL of its calculation."""
    return Shown(
        row,
        content,
        pattern_figures.of_found(content, month_unit(content.source)),
        strength(content, wide=wide),
        method_words(content.result),
        kind_words(content.kind),
        f"fynd-{row.pk}",
        reverse("patterns:finding", args=[row.series_row.uuid, row.kind]),
    )


@door(can("read"), "GET")
def stands_out(request: Request) -> HttpResponse:
    """What stands out in an area, or in a county's municipalities; the strongest evidence first, and nobody ranked."""
    choice = pattern_queries.choice()
    area = _asked_for(request.GET.get("omrade", ""), choice) or _at_home(request.actor.organisation_id, choice)
    page: dict[str, Any] = {
        "title": _("Vad sticker ut"),
        "may_import": intake.may_import(request.actor),
        "job": pattern_queries.under_way(),
        "crumbs": [(_("Underlag"), reverse("indicators:evidence")), (_("Vad sticker ut"), "")],
    }
    if area is None:
        return render(request, "patterns/stands_out.html", page)
    wide = area in choice.inside
    looked = choice.of(area)
    kind = request.GET.get("slag", "")
    crime = request.GET.get("brott", "")
    group = BY_CRIME if request.GET.get("gruppera") == BY_CRIME else BY_AREA
    rows = pattern_queries.findings(looked, wide=wide)
    crimes = list(
        dict.fromkeys(
            rows.order_by("indicator__sort_key", "indicator__code").values_list("indicator__code", "indicator__name")
        )
    )
    # The season is the same every year, so it stands for itself unless it is asked for.
    rows = rows.filter(kind=kind) if kind in KINDS else rows.exclude(kind=SEASON)
    if crime:
        rows = rows.filter(indicator__code=crime)
    if wide:
        order = {BY_AREA: ("area__sort_key", "area__code"), BY_CRIME: ("indicator__sort_key", "indicator__code")}
        rows = rows.order_by(*order[group], "p", "area__sort_key", "pk")
    last = max((row.last for row in looked), default="")
    listed = Paginator(rows, PER_PAGE).get_page(request.GET.get("sida"))
    contents = thaw_each(listed, FindingContent, lambda row: row.content)
    few = pattern_queries.too_few(looked)
    page |= {
        "area": area,
        "wide": wide,
        "looked": looked,
        "kind": kind,
        "crime": crime,
        "group": group,
        "areas": _options(choice.areas, area),
        "paginator_page": listed,
        "kinds": [(one, kind_words(one)) for one in KINDS],
        "crimes": [(code, spoken_name(name)) for code, name in crimes],
        "groups": _groups([shown(row, one, wide=wide) for row, one in contents.rows], group if wide else ""),
        "unreadable": [*contents.unreadable, *few.unreadable],
        "tests": sum(row.tests for row in looked),
        "series": sum(row.series for row in looked),
        "too_few": [(row.area, one.series) for row, one in few.rows if one.series],
        "short": [row for row in looked if row.longest <= LEAST_FOR_ALARM],
        "level": round(100 * LEVEL),
        "last": last,
        "last_words": words(last) if last else "",
        "stale": _stale(looked),
        "narrowed": bool(kind or crime),
        "look": looked[0].run if looked else None,
    }
    return render(request, "patterns/stands_out.html", page)


def _asked_for(uuid: str, choice: pattern_queries.Choice) -> Area | None:
    return next((area for area in choice.areas if str(area.uuid) == uuid), None)


def _at_home(organisation_id: int, choice: pattern_queries.Choice) -> Area | None:
    """The reader's own area; else the first area of the run."""
    own = set(Organisation.objects.get(pk=organisation_id).areas.values_list("pk", flat=True))
    home = [area for area in choice.areas if area.pk in own]
    return next(iter([*home, *choice.areas]), None)


def _options(rows: Iterable[Area], area: Area) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """The areas to choose from, kind by kind, in Swedish order."""
    by_kind: dict[str, list[tuple[str, str, bool]]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append((str(row.uuid), row.name, row.pk == area.pk))
    return [(str(Area.Kind(kind).label), options) for kind, options in by_kind.items()]


def _groups(rows: Sequence[Shown], group: str) -> list[tuple[str, list[Shown]]]:
    """The findings under a heading for each municipality or crime type; under none in a single area."""
    if not group:
        return [("", list(rows))] if rows else []

    def name(one: Shown) -> str:
        return one.found.area_name if group == BY_AREA else spoken_name(one.found.name)

    return [(heading, list(members)) for heading, members in groupby(rows, key=name)]


def _stale(looked: Sequence[PatternArea]) -> bool:
    """Whether the series have changed since the run."""
    return any(
        runs.inputs_fingerprint(owner) != mark
        for owner, mark in {(row.organisation_id, row.run.inputs_fingerprint) for row in looked}
    )


@door(can("read"), "GET")
def finding(request: Request, uuid: UUID, kind: str) -> HttpResponse:
    """One finding: the sentence, the figure, the method and the numbers, with the bundle that recomputes it."""
    series: Series = find(Series, uuid)
    row = pattern_queries.finding_of(series, kind) if kind in KINDS else None
    back = reverse("patterns:series", args=[series.uuid])
    crumbs = [
        (_("Underlag"), reverse("indicators:evidence")),
        (_("Vad sticker ut"), reverse("patterns:stands_out")),
        (series.area.name, back),
        (_("Fynd"), ""),
    ]
    if row is None:
        return render(
            request,
            "patterns/finding_gone.html",
            {"title": _("Det här sticker inte längre ut"), "series": series, "crumbs": crumbs},
        )
    content = pattern_queries.content_of(row)
    return render(
        request,
        "patterns/finding.html",
        {
            "title": _("Så hittades det"),
            "one": shown(row, content),
            "series": series,
            "crumbs": crumbs,
            "p": small(row.p),
            "q": small(row.q),
            "methods": method_links(kind),
            "numbers": _numbers(content),
            "files": queries.series_data([series])[series.pk].files,
        },
    )


def _numbers(finding: FindingContent) -> list[tuple[str, str]]:
    """The result as it is stored: names are those of the documentation."""
    return [
        (name, ", ".join(map(_short, value)) if isinstance(value, list) else _short(value))
        for name, value in parsed(canonical(finding.result)).items()
        if name != "places"
    ]


def _short(value: object) -> str:
    """A number with very many zeros as powers of ten."""
    text = "–" if value is None else str(value)
    return f"{Decimal(text):.5e}" if text.startswith("0.0000") else text
