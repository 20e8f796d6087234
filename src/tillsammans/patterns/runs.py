"""Detection runs: load an organisation's series, detect what stands out, and store the findings."""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256

import numpy as np
from django.db import transaction
from django.db.models import FloatField, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tillsammans import VERSION
from tillsammans.areas.models import Area, AreaLink, in_force
from tillsammans.formats.periods import ordinal
from tillsammans.formats.units import COUNT, PER_100K, rate_code
from tillsammans.indicators import queries
from tillsammans.indicators.estimates import implied_inhabitants
from tillsammans.indicators.models import Import, Indicator, Series, SeriesBreak, Value
from tillsammans.indicators.population import imports_with_population, population
from tillsammans.indicators.queries import vintages
from tillsammans.kernel import clock, jobs
from tillsammans.kernel.access import Actor
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.content import freeze
from tillsammans.kernel.progress import Progress, no_progress
from tillsammans.parties.models import Organisation
from tillsammans.patterns.detect import AreaSummary, Detection, People, Set, TooFewSeries, detect
from tillsammans.patterns.models import Finding, PatternArea, PatternRun
from tillsammans.patterns.results import FindingContent
from tillsammans.patterns.series_matrix import SeriesMatrix, Subject

JOB = "patterns.detect"
_CHUNK = 20_000
BATCH = 1_000
# Kinds whose areas are compared within their county, and with each other.
_IN_COUNTY = Area.Kind.MUNICIPALITY


def inputs_fingerprint(organisation_id: int) -> str:
    """Identifies what a run rests on: the imports, populations and breaks in force, and the program."""
    own_or_common = Q(organisation_id=organisation_id) | Q(organisation__common=True)
    imports = Import.objects.filter(organisation_id=organisation_id, state=Import.State.IN_FORCE)
    breaks = SeriesBreak.objects.filter(own_or_common, removed_at=None)
    parts = [sorted(rows.values_list("pk", flat=True)) for rows in (imports, breaks)]
    parts.append(imports_with_population(own_or_common))
    return sha256(repr((VERSION, parts)).encode()).hexdigest()


def run(organisation_id: int, progress: Progress = no_progress) -> PatternRun:
    """Detect what stands out in all of the organisation's monthly counts; the run replaces the last one."""
    PatternRun.objects.filter(organisation_id=organisation_id, in_force=False).delete()  # a run that was cut off
    mark = inputs_fingerprint(organisation_id)
    progress(0, 4, _("Läser värdena."))
    matrix = load(organisation_id)
    progress(1, 4, _("Letar efter det som sticker ut."))
    looked = detect(matrix, people_of(matrix), sets_of(matrix))
    progress(2, 4, _("Sparar det som hittades."))
    done = _keep(organisation_id, mark, matrix, looked)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation_id)
        PatternRun.objects.filter(organisation_id=organisation_id, in_force=True).update(in_force=False)
        PatternRun.objects.filter(pk=done.pk).update(in_force=True)
    PatternRun.objects.filter(organisation_id=organisation_id, in_force=False).delete()
    progress(
        4,
        4,
        ngettext("{number} serie genomgången.", "{number} serier genomgångna.", done.series).format(number=done.series),
    )
    return done


def load(organisation_id: int) -> SeriesMatrix:
    """The organisation's monthly counts, of areas that still exist, in one streaming query."""
    rows = Series.objects.filter(
        organisation_id=organisation_id,
        period_kind=Series.PeriodKind.MONTH,
        breakdown="",
        indicator__unit=Indicator.Unit.COUNT,
    )
    vintage = vintages(organisation_id)
    values = Value.objects.filter(
        organisation_id=organisation_id, series_id__in=rows.order_by().values("pk"), imported_id__in=list(vintage)
    ).order_by()
    series, month, place, count, preliminary = _columns(values, vintage)
    known = np.unique(series)
    subjects = _subjects(rows, known, int(month.max(initial=0)))
    if not subjects:
        return SeriesMatrix((), np.empty((0, 0)), np.empty((0, 0), dtype=bool), 0, np.empty(0, dtype=np.intp))
    ids = np.array([subject.series for subject in subjects])
    row_of = np.full(int(known.max()) + 1, -1)
    row_of[ids] = np.arange(ids.size)
    kept = row_of[series] >= 0
    order = np.flatnonzero(kept)[np.argsort(place[kept], kind="stable")]  # a later vintage overwrites an earlier one
    row, first = row_of[series[order]], int(month[order].min())
    column = month[order] - first
    counts = np.full((ids.size, int(column.max()) + 1), np.nan)
    flags = np.zeros(counts.shape, dtype=bool)
    counts[row, column], flags[row, column] = count[order], preliminary[order]
    odd = (counts < 0) | (counts != np.floor(counts))
    counts[(odd & ~np.isnan(counts)).any(axis=1)] = np.nan  # not a count of anything, so nothing here fits it
    return SeriesMatrix(subjects, counts, flags, first, _begins(subjects, first))


def _columns(values: QuerySet[Value], vintage: Mapping[int, int]) -> tuple[np.ndarray, ...]:
    months: dict[str, int] = {}
    parts: list[tuple[np.ndarray, ...]] = []
    chunk: list[tuple[int, str, int, float | None, bool]] = []

    def close() -> None:
        series, period, imported, number, preliminary = zip(*chunk, strict=True)
        for one in set(period) - months.keys():
            months[one] = ordinal(one)
        parts.append(
            (
                np.array(series),
                np.array([months[one] for one in period]),
                np.array([vintage[one] for one in imported]),
                np.array(number, dtype=float),
                np.array(preliminary, dtype=bool),
            )
        )
        chunk.clear()

    # As a float at once: a decimal per value would take most of the time.
    number = Cast("value", FloatField())
    for row in values.values_list("series_id", "period", "imported_id", number, "preliminary").iterator(_CHUNK):
        chunk.append(row)
        if len(chunk) == _CHUNK:
            close()
    if chunk:
        close()
    if not parts:
        return np.empty(0, int), np.empty(0, int), np.empty(0, int), np.empty(0), np.empty(0, bool)
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def _subjects(rows: QuerySet[Series], known: np.ndarray, newest: int) -> tuple[Subject, ...]:
    """Who the series are of; those of areas that ended before the newest month are left out."""
    if not known.size:
        return ()
    month = date(newest // 12, newest % 12 + 1, 1)
    seen = set(known.tolist())
    values = rows.order_by("area__sort_key", "indicator__sort_key", "pk").values_list(
        "pk",
        "indicator__code",
        "indicator__name",
        "area_id",
        "area__code",
        "area__name",
        "area__kind",
        "area__valid_to",
        "source",
    )
    chosen = [row for row in values if row[0] in seen and (row[7] is None or row[7] >= month)]
    county = counties_of({row[3] for row in chosen})
    return tuple(Subject(*row[:7], row[8], county.get(row[3], row[3])) for row in chosen)


def counties_of(area_ids: Iterable[int]) -> dict[int, int]:
    """The county that each municipality lies in today."""
    links = AreaLink.objects.filter(
        in_force(clock.today()), kind=AreaLink.Kind.ADMINISTRATIVE, parent__kind=Area.Kind.COUNTY
    )
    wanted = set(area_ids)
    return {child: parent for child, parent in links.values_list("child_id", "parent_id") if child in wanted}


def _begins(subjects: tuple[Subject, ...], first: int) -> np.ndarray:
    """The column from which each series means what it means now."""
    begins = np.zeros(len(subjects), dtype=np.intp)
    for source, code, period in SeriesBreak.objects.filter(removed_at=None).values_list(
        "source", "indicator__code", "period"
    ):
        if len(period) != 7 or "Q" in period:
            continue
        place = max(0, ordinal(period) - first)
        for row, subject in enumerate(subjects):
            if subject.source == source and code in (None, subject.indicator):
                begins[row] = max(begins[row], place)
    return begins


def people_of(matrix: SeriesMatrix) -> dict[int, People]:
    """How many live in each area; where nothing is imported, as the source's own counts and rates imply."""
    areas = {subject.area_id for subject in matrix.subjects}
    counted = {
        area: People({one.year: one.count for one in years}, ", ".join(sorted({one.source for one in years})))
        for area, years in population(areas).items()
    }
    return counted | _implied(matrix, areas - counted.keys())


def _implied(matrix: SeriesMatrix, areas: set[int]) -> dict[int, People]:
    """From the series with the most events of each area, where rounding of its published rates matters least."""
    largest: dict[int, tuple[float, int]] = {}
    for row, subject in enumerate(matrix.subjects):
        if subject.area_id in areas:
            total = float(np.nansum(matrix.counts[row]))
            if total > largest.get(subject.area_id, (0.0, 0))[0]:
                largest[subject.area_id] = (total, row)
    codes = {matrix.subjects[row].indicator for _total, row in largest.values()}
    wanted = Q(indicator__code__in={*codes, *(rate_code(code) for code in codes)}, area_id__in=list(largest))
    kept = list(
        queries.known_series().filter(wanted, period_kind="month", breakdown="", indicator__unit__in=(COUNT, PER_100K))
    )
    data = queries.series_data(kept)
    by_area: dict[int, list[Series]] = {}
    for one in kept:
        by_area.setdefault(one.area_id, []).append(one)
    counted = {}
    for area, own in by_area.items():
        series = [data[one.pk] for one in own]
        inhabitants = implied_inhabitants(
            [one for one in series if one.unit == COUNT],
            [one for one in series if one.unit != COUNT],
            _("härledd ur Brås tal"),
        )
        if inhabitants:
            counted[area] = People({one.year: one.count for one in inhabitants}, inhabitants[0].source)
    return counted


def sets_of(matrix: SeriesMatrix) -> dict[int, Set]:
    """With whom each area is compared when nobody chose: a municipality with its county's, a county with all."""
    by_county: dict[int, set[int]] = {}
    counties: set[int] = set()
    for subject in matrix.subjects:
        if subject.area_kind == _IN_COUNTY and subject.county != subject.area_id:
            by_county.setdefault(subject.county, set()).add(subject.area_id)
        elif subject.area_kind == Area.Kind.COUNTY:
            counties.add(subject.area_id)
    names = dict(Area.objects.filter(pk__in=by_county).values_list("pk", "name"))
    sets: dict[int, Set] = {}
    for county, members in by_county.items():
        chosen = Set("county", names[county], frozenset(members))
        sets |= dict.fromkeys(members, chosen)
    return sets | dict.fromkeys(counties, Set("counties", "", frozenset(counties)))


def _keep(organisation_id: int, mark: str, matrix: SeriesMatrix, looked: Detection) -> PatternRun:
    done = PatternRun.objects.create(
        organisation_id=organisation_id, inputs_fingerprint=mark, series=looked.series, program=f"Tillsammans {VERSION}"
    )
    PatternArea.objects.bulk_create([_area_row(done, area, one) for area, one in looked.areas.items()], BATCH)
    indicators = dict(Indicator.objects.values_list("code", "pk"))
    for start in range(0, len(looked.found), BATCH):
        Finding.objects.bulk_create(
            [
                _finding_row(done, matrix.subjects[row], finding, indicators[finding.indicator])
                for row, finding in looked.found[start : start + BATCH]
            ]
        )
    return done


def _area_row(done: PatternRun, area: int, one: AreaSummary) -> PatternArea:
    return PatternArea(
        organisation_id=done.organisation_id,
        run=done,
        area_id=area,
        series=one.series,
        tests=one.tests,
        longest=one.longest,
        last=one.last,
        too_few=freeze(TooFewSeries(tuple(one.too_few))),
    )


def _finding_row(done: PatternRun, subject: Subject, finding: FindingContent, indicator: int) -> Finding:
    content = freeze(finding)
    return Finding(
        organisation_id=done.organisation_id,
        run=done,
        series_row_id=subject.series,
        indicator_id=indicator,
        area_id=subject.area_id,
        kind=finding.kind,
        p=float(finding.result.p),
        q=float(finding.q),
        q_wide=float(finding.q_wide),
        content=content,
        sha256=content_hash(content),
    )


@jobs.follow_up(gettext_lazy("Letar efter det som sticker ut i siffrorna"), of_subject=False)
def detect_again(actor: Actor, progress: Progress) -> str:
    """Detect anew in the organisation's series, when an import came into force or went out of it.

    Gives the address of the page that shows what was found. May run twice. The common space's populations and breaks
    concern everyone's figures; the others' looks say on their page that they are out of date, and are made again with
    their next import or by the operator's command.
    """
    run(actor.organisation_id, progress)
    return reverse("patterns:stands_out")
