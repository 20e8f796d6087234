"""Queries of detection runs and findings, and the due step of the week."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.areas.models import Area
from tillsammans.indicators.models import Series
from tillsammans.kernel.access import Actor
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.components import Step
from tillsammans.kernel.content import Readable, UnreadableContent, thaw, thaw_each
from tillsammans.kernel.models import Job
from tillsammans.kernel.scope import everywhere
from tillsammans.kernel.verify import Fault, unreadable
from tillsammans.parties.models import Organisation
from tillsammans.patterns.detect import LEVEL, TooFewSeries
from tillsammans.patterns.models import Finding, PatternArea
from tillsammans.patterns.results import FindingContent
from tillsammans.patterns.runs import BATCH, JOB, counties_of
from tillsammans.patterns.sentences import sentence

DAYS_NEW = 14  # how long a finding stands among the week's steps


def under_way() -> Job | None:
    """The detection job that is queued or running."""
    return Job.objects.filter(kind=JOB, state__in=(Job.State.QUEUED, Job.State.RUNNING)).order_by("pk").first()


@dataclass(frozen=True, slots=True)
class Choice:
    """The areas that were looked at, each with the look that holds for it: the own organisation's before the common.

    ``inside``: the counties that some of them are municipalities of, with those municipalities.
    """

    looked: Mapping[int, PatternArea]
    inside: Mapping[Area, tuple[int, ...]]

    @property
    def areas(self) -> tuple[Area, ...]:
        """What can be chosen: every county with a municipality that was looked at, and every area that was."""
        counties = {county.pk for county in self.inside}
        return (*self.inside, *(row.area for key, row in self.looked.items() if key not in counties))

    def of(self, area: Area) -> list[PatternArea]:
        """What was looked at in the area: in a county all its municipalities and the county's own figures."""
        return [self.looked[key] for key in (*self.inside.get(area, ()), area.pk) if key in self.looked]


def choice() -> Choice:
    """Every area that was looked at, in Swedish order."""
    rows = (
        PatternArea.objects.filter(run__in_force=True)
        .select_related("area", "run")
        .only(
            "area__uuid",
            "area__name",
            "area__kind",
            "area__code",
            "area__sort_key",
            "organisation",
            "last",
            "longest",
            "series",
            "tests",
            "run__inputs_fingerprint",
            "run__program",
            "run__recorded_at",
        )
        .order_by("-organisation__common", "pk")
    )
    by_area = {row.area_id: row for row in rows}  # the own run comes last and overwrites
    looked = dict(sorted(by_area.items(), key=lambda pair: (pair[1].area.sort_key, pair[1].area.code)))
    county_of = counties_of(key for key, row in looked.items() if row.area.kind == Area.Kind.MUNICIPALITY)
    inside: dict[Area, tuple[int, ...]] = {
        county: tuple(key for key in looked if county_of.get(key) == county.pk)
        for county in Area.objects.filter(pk__in=set(county_of.values())).defer("geometry").order_by("sort_key", "code")
    }
    return Choice(looked, inside)


def findings(looked: Iterable[PatternArea], *, wide: bool) -> QuerySet[Finding]:
    """The findings in the areas, the strongest evidence first. ``wide``: corrected for all tests in the county."""
    by_run: dict[int, list[int]] = {}
    for row in looked:
        by_run.setdefault(row.run_id, []).append(row.area_id)
    wanted = Q(pk__in=[])
    for look_id, areas in by_run.items():
        wanted |= Q(run_id=look_id, area_id__in=areas)
    level = {"q_wide__lte": LEVEL} if wide else {"q__lte": LEVEL}
    return (
        Finding.objects.filter(wanted, **level)
        .select_related("series_row", "area", "indicator")
        .defer("area__geometry")
        .order_by("p", "area__sort_key", "indicator__sort_key", "pk")
    )


def content_of(row: Finding) -> FindingContent:
    """The finding's content. Raises ``UnreadableContent``."""
    return thaw(row.content, FindingContent, row)


def due(actor: Actor, today: date) -> list[Step]:
    """A step for the strongest unusual month of the own area, for 14 days after its detection."""
    if "edit" not in actor.abilities:
        return []
    areas = Organisation.objects.get(pk=actor.organisation_id).areas.values("pk")
    row = (
        Finding.objects.filter(
            run__in_force=True,
            run__recorded_at__date__gte=today - timedelta(days=DAYS_NEW),
            area__in=areas,
            kind=Finding.Kind.UNUSUAL,
            q__lte=LEVEL,
        )
        .order_by("p", "pk")
        .first()
    )
    if row is None:
        return []
    try:
        content = content_of(row)
    except UnreadableContent:
        return []  # the page about findings says so
    return [
        Step(
            key=f"standout-{row.series_row_id}-{content.counts.first}",
            title=_("Titta på en ovanlig månad i siffrorna"),
            why=f"{sentence(content)}.",
            url=reverse("patterns:stands_out"),
            button=_("Visa"),
            minutes=5,
        )
    ]


def too_few(looked: Iterable[PatternArea]) -> Readable[PatternArea, TooFewSeries]:
    """The series with too little data, per area. One query for any number of areas."""
    ids = [row.pk for row in looked]
    rows = (
        PatternArea.objects.filter(pk__in=ids)
        .select_related("area")
        .defer("area__geometry")
        .order_by("area__sort_key", "area__code")
    )
    return thaw_each(rows, TooFewSeries, lambda row: row.too_few)


def finding_of(series: Series, kind: str) -> Finding | None:
    """The finding of one kind in a series, if the look in force has one."""
    return (
        Finding.objects.filter(run__in_force=True, series_row=series, kind=kind)
        .select_related("run", "area", "indicator", "series_row")
        .defer("area__geometry")
        .first()
    )


def faults() -> Iterator[Fault]:
    """Every finding is what its hash says, of a series of the same organisation."""
    with everywhere("verify looks at every organisation's findings"):
        for row in Finding.objects.select_related("series_row").iterator(BATCH):
            if content_hash(row.content) != row.sha256:
                yield Fault("patterns.finding", str(row.uuid), _("innehållet stämmer inte med sin hash"))
            yield from unreadable("patterns.finding", str(row.uuid), row.content, FindingContent)
            if row.series_row.organisation_id != row.organisation_id:
                yield Fault("patterns.finding", str(row.uuid), _("tillhör en annan organisation än sin serie"))
        for looked in PatternArea.objects.only("uuid", "too_few").iterator(BATCH):
            yield from unreadable("patterns.area", str(looked.uuid), looked.too_few, TooFewSeries)


def kinds_of(series: Series) -> list[str]:
    """Which kinds of findings the look in force has in a series."""
    return list(
        Finding.objects.filter(run__in_force=True, series_row=series).order_by("p").values_list("kind", flat=True)
    )
