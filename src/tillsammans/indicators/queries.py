"""Questions about numbers: which series there are, which values are in force, and what is due."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tillsammans.areas.models import Area
from tillsammans.formats import population_reader
from tillsammans.formats.population import breakdown_words
from tillsammans.formats.units import BRA, COUNT
from tillsammans.indicators.estimates import implied_inhabitants
from tillsammans.indicators.models import Import, Indicator, Series, Value
from tillsammans.indicators.models.series import DETAIL, detail_of
from tillsammans.indicators.population import population
from tillsammans.indicators.series import Estimate, Inhabitants, Point, SeriesData, SourceFile
from tillsammans.kernel.scope import everywhere
from tillsammans.kernel.text import folded
from tillsammans.kernel.verify import Fault


@dataclass(frozen=True, slots=True)
class ValueInForce:
    """The point of the latest import in force for one period, and where it stood in that import's files."""

    point: Point
    imported: int
    file: int
    row: int | None


def series_values(series: Iterable[Series], first: str = "", last: str = "") -> dict[int, list[ValueInForce]]:
    """The values in force of each series from ``first`` to ``last`` (empty ends are open), in the order of periods.

    The series have their indicators at hand; by their ids. One query for all.
    """
    units = {one.pk: one.indicator.unit for one in series}
    rows = Value.objects.filter(series_id__in=units, imported__state=Import.State.IN_FORCE).order_by(
        "series_id", "period", "imported__in_force_at", "imported_id"
    )
    if first:
        rows = rows.filter(period__gte=first)
    if last:
        rows = rows.filter(period__lte=last)
    values: dict[int, dict[str, ValueInForce]] = {key: {} for key in units}
    for key, value in _values(rows, units):
        values[key][value.point.period] = value  # a later vintage overwrites an earlier one
    return {key: list(by_period.values()) for key, by_period in values.items()}


def _values(rows: QuerySet[Value], units: Mapping[int, str]) -> Iterator[tuple[int, ValueInForce]]:
    columns = ("series_id", "period", "value", "low", "high", "n", "mark", "preliminary", "imported_id", "file", "row")
    for key, period, value, low, high, n, mark, preliminary, imported, file, row, *detail in rows.values_list(
        *columns, *DETAIL
    ):
        estimate = Estimate.stated(units[key], value, low, high, n, detail_of(detail))
        yield key, ValueInForce(Point(period, estimate, mark, preliminary), imported, file, row)


def known_series() -> QuerySet[Series]:
    """The series that have a value in force, by area and indicator, with both at hand."""
    in_force = Value.objects.filter(series_id=OuterRef("pk"), imported__state=Import.State.IN_FORCE)
    return (
        Series.objects.filter(Exists(in_force))
        .select_related("indicator", "area", "organisation")
        .defer("area__geometry")
        .order_by("area__sort_key", "indicator__sort_key", "indicator__code", "pk")
    )


def find_series(indicator: Indicator, areas: Iterable[Area], period_kind: str, source: str) -> dict[int, Series]:
    """One source's series of each area, by area id: the own organisation's where there is one, else the common one's.

    Two sources count in their own ways, so areas are never set side by side across them.
    """
    rows = (
        known_series()
        .filter(
            indicator=indicator,
            area__in=[area.pk for area in areas],
            period_kind=period_kind,
            source=source,
            breakdown="",
        )
        .order_by("-organisation__common", "pk")
    )
    return {series.area_id: series for series in rows}


def own_before_common(rows: QuerySet[Series]) -> list[Series]:
    """The series with each indicator, area and source once: the own organisation's where there is one."""
    chosen: dict[tuple[int, int, str], Series] = {}
    for row in rows:
        key = (row.indicator_id, row.area_id, row.source)
        if key not in chosen or chosen[key].organisation.common:
            chosen[key] = row
    return list(chosen.values())


def series_data(
    series: Sequence[Series], *, with_population: bool = False, first: str = "", last: str = ""
) -> dict[int, SeriesData]:
    """The series as frozen values, by id, from ``first`` to ``last``. A handful of queries for any number of series.

    ``with_population``: also how many live in the areas, as imported; where nothing is imported, as Brå's own counts
    and rates imply.
    """
    values = series_values(series, first, last)
    used = {value.imported for rows in values.values() for value in rows}
    imports = {row.pk: row for row in Import.objects.filter(pk__in=used)}
    people = inhabitants([one.area_id for one in series]) if with_population else {}
    return {
        one.pk: SeriesData(
            indicator=one.indicator.code,
            name=full_name(one),
            unit=one.indicator.unit,
            area=one.area.code,
            area_name=one.area.name,
            source=one.source,
            period_kind=one.period_kind,
            points=tuple(row.point for row in values[one.pk]),
            inhabitants=people.get(one.area_id, ()),
            files=_source_files(values[one.pk], imports),
        )
        for one in series
    }


def full_name(series: Series) -> str:
    """What the series is about: the indicator's name, and which part of it if it is not the whole."""
    words = breakdown_words(series.breakdown)
    return f"{series.indicator.name}, {words}" if words else series.indicator.name


def series_of(pairs: Iterable[tuple[int, int]], *, with_population: bool = True) -> dict[tuple[int, int], SeriesData]:
    """The series of each pair of indicator id and area id; a pair without a known series is left out.

    Where there are several, the finest periods are taken, the own organisation's before the common one's, and the
    source that most of the indicator's areas have, so that areas are compared within one source; then the first that
    was made, so that a new source never changes what a figure shows.
    """
    wanted = set(pairs)
    rows = known_series().filter(
        indicator_id__in={indicator for indicator, _area in wanted},
        area_id__in={area for _indicator, area in wanted},
        breakdown="",
    )
    kinds = list(Series.PeriodKind.values)
    areas: dict[tuple[int, str, str], set[int]] = {}
    for row in rows:
        areas.setdefault((row.indicator_id, row.period_kind, row.source), set()).add(row.area_id)

    def preference(row: Series) -> tuple[Any, ...]:
        shared = len(areas[row.indicator_id, row.period_kind, row.source])
        return kinds.index(row.period_kind), -shared, row.organisation.common, row.pk

    chosen: dict[tuple[int, int], Series] = {}
    for row in sorted(rows, key=preference):
        if (pair := (row.indicator_id, row.area_id)) in wanted:
            chosen.setdefault(pair, row)
    data = series_data(list(chosen.values()), with_population=with_population)
    return {pair: data[row.pk] for pair, row in chosen.items()}


def _source_files(values: Sequence[ValueInForce], imports: dict[int, Import]) -> tuple[SourceFile, ...]:
    files = []
    for key, number in dict.fromkeys((value.imported, value.file) for value in values):
        imported = imports[key]
        name, sha256 = imported.names_and_hashes[number]
        moment = imported.in_force_at.isoformat() if imported.in_force_at else ""
        files.append(SourceFile(name, sha256, str(imported.uuid), moment))
    return tuple(files)


def inhabitants(area_ids: Iterable[int], *, implied: bool = True) -> dict[int, tuple[Inhabitants, ...]]:
    """The population of each area by year, with its source; where none is imported, what Brå's tables imply."""
    ids = set(area_ids)
    counts = population(ids)
    return counts | _implied(ids - counts.keys()) if implied else counts


def _implied(area_ids: set[int]) -> dict[int, tuple[Inhabitants, ...]]:
    if not area_ids:
        return {}
    rows = list(known_series().filter(area_id__in=area_ids, source=BRA, breakdown=""))
    data = series_data(rows)
    derived = {}
    for area in area_ids:
        own = [data[row.pk] for row in rows if row.area_id == area]
        counts = [one for one in own if one.unit == COUNT]
        people = implied_inhabitants(counts, [one for one in own if one.unit != COUNT], _("härledd ur Brås tal"))
        if people:
            derived[area] = people
    return derived


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list of what is known: the series, its latest period and that value."""

    series: Series
    latest: ValueInForce | None


def evidence(text: str = "", area: str = "", unit: str = COUNT) -> QuerySet[Series]:
    """The known series whose indicator or area holds ``text``, of one area's code and one unit where given."""
    rows = known_series()
    for word in folded(text).split():
        rows = rows.filter(Q(indicator__folded_name__contains=word) | Q(area__folded_name__contains=word))
    if area:
        rows = rows.filter(area__code=area)
    return rows.filter(indicator__unit=unit) if unit else rows


def lines(series: Sequence[Series]) -> list[Line]:
    """Each series, with its indicator at hand, and its latest value. Two queries for any number of series."""
    units = {one.pk: one.indicator.unit for one in series}
    in_force = Value.objects.filter(series_id__in=units, imported__state=Import.State.IN_FORCE)
    latest = dict(in_force.values_list("series_id").annotate(Max("period")).order_by())
    rows = in_force.filter(period__in=set(latest.values())).order_by("imported__in_force_at", "imported_id")
    values: dict[tuple[int, str], ValueInForce] = {}
    for key, value in _values(rows, units):
        values[key, value.point.period] = value
    return [Line(one, values.get((one.pk, latest.get(one.pk, "")))) for one in series]


def areas_with_series() -> list[tuple[str, str]]:
    """Code and name of the areas that have a known series, in Swedish order."""
    areas = Area.objects.filter(pk__in=known_series().order_by().values("area_id"))
    return list(dict.fromkeys(areas.order_by("sort_key", "code").values_list("code", "name")))


def imports() -> QuerySet[Import]:
    """The imports that may be seen, the latest first."""
    return Import.objects.select_related("person", "organisation", "job")


def vintages(organisation_id: int) -> dict[int, int]:
    """The rank of each active import of an organisation by its id: where two have a value, the higher rank holds."""
    rows = Import.objects.filter(organisation_id=organisation_id, state=Import.State.IN_FORCE)
    ids = rows.order_by("in_force_at", "pk").values_list("pk", flat=True)
    return {pk: rank for rank, pk in enumerate(ids)}


def last_import() -> datetime | None:
    """When statistics last came into force, in the own organisation or the common space; population alone is none."""
    in_force = Import.objects.filter(state=Import.State.IN_FORCE).exclude(kind=population_reader.KIND)
    moment: datetime | None = in_force.aggregate(Max("in_force_at"))["in_force_at__max"]
    return moment


def faults() -> Iterator[Fault]:
    """Every import in force has the values that it says, in its own organisation's series, each once."""
    with everywhere("verify looks at every organisation's numbers"):
        in_force = Import.objects.filter(state=Import.State.IN_FORCE)
        for imported in in_force.annotate(stored=Count("values")).select_related("organisation"):
            said = imported.created + imported.replaced + imported.unchanged
            if imported.stored != said or imported.in_force_at is None:
                yield Fault(
                    "imports.import",
                    _name(imported),
                    _("inläsningen ska ha {said} värden men har {stored}").format(said=said, stored=imported.stored),
                )
        strangers = Value.objects.exclude(
            organisation_id=F("series__organisation_id"), imported__organisation_id=F("organisation_id")
        )
        for value in strangers.select_related("series", "imported"):
            yield Fault(
                "indicators.value", str(value.uuid), _("tillhör en annan organisation än sin serie eller sin inläsning")
            )
        twice = (
            Value.objects.filter(imported__state=Import.State.IN_FORCE)
            .values("series__uuid", "period", "imported__uuid")
            .annotate(times=Count("pk"))
            .filter(times__gt=1)
            .order_by()
        )
        for row in twice:
            yield Fault(
                "indicators.value",
                f"{row['series__uuid']}, {row['period']}",
                _("gäller {times} gånger ur samma inläsning").format(times=row["times"]),
            )


def _name(imported: Import) -> str:
    return f"{imported.organisation.name}, {imported.uuid}"
