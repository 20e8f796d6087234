"""From a plan to rows: indicators, areas and series, then the values by the ten thousand.

Nothing that is written here is seen by a reader until the import that it belongs to is put in force.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from tillsammans.areas.models import Area
from tillsammans.formats.observations import EstimateDetail, Measured
from tillsammans.formats.regions import Region
from tillsammans.imports.batch import NOTHING, SCALE, Batch, Whole
from tillsammans.imports.plan import Key, Plan
from tillsammans.imports.rules import MARKS
from tillsammans.indicators.models import Import, Indicator, Series, Value
from tillsammans.indicators.models.series import DETAIL
from tillsammans.kernel import bulk
from tillsammans.kernel.progress import Progress, no_progress
from tillsammans.kernel.text import normal

_BATCH = 20_000  # values in a transaction: others wait for less than a second
_FIRST_DAY = date(1975, 1, 1)
# Stored, so Swedish and not translated here.
_GOOD_REASON = "Fler anmälningar kan betyda fler brott, men också att fler anmäler."


def stage(imported: Import, plan: Plan, progress: Progress = no_progress) -> None:
    """Write the plan's values, tagged by the import. May be run again: what an earlier try left is removed first."""
    Value.objects.filter(imported=imported).delete()
    organisation_id = imported.organisation_id
    numbers = np.unique(plan.figures.series).tolist()
    keys = [plan.keys[number] for number in numbers]
    indicators = _indicators(plan.measured)
    areas = {key: _area(area, organisation_id) for key, area in plan.areas.items()}
    known = _series(organisation_id, keys, indicators, areas)
    series = np.zeros(len(plan.keys), dtype=np.int64)
    series[numbers] = [known[key] for key in keys]
    # In the order of the series' ids, so that the index grows at its end.
    figures = plan.figures.take(np.lexsort((plan.figures.period, series[plan.figures.series])))
    total = len(figures)
    names = _FIELDS if len(plan.details) == 1 else (*_FIELDS, *DETAIL)
    for start in range(0, total, _BATCH):
        part = figures.take(np.arange(start, min(start + _BATCH, total)))
        bulk.insert(Value, organisation_id, {"imported_id": imported.pk}, names, _rows(part, series, plan))
        progress(min(start + _BATCH, total), total, _("Läser in värden."))
    if total >= _BATCH:
        bulk.analyze(Series, Value)


_FIELDS = ("series_id", "period", "value", "low", "high", "n", "mark", "preliminary", "file", "sheet", "row")


def _rows(part: Batch, series: Whole, plan: Plan) -> Iterator[tuple[Any, ...]]:
    """The values of ``_FIELDS``, row by row, and of ``DETAIL`` where the files state any."""
    rows = zip(
        series[part.series].tolist(),
        map(plan.periods.__getitem__, part.period.tolist()),
        _decimals(part.value),
        _decimals(part.low),
        _decimals(part.high),
        _integers(part.n),
        map(MARKS.__getitem__, part.mark.tolist()),
        part.preliminary.tolist(),
        part.file.tolist(),
        map(plan.sheets.__getitem__, part.sheet.tolist()),
        part.row.tolist(),
        strict=True,
    )
    if len(plan.details) == 1:
        return rows
    details = [_detail(one) for one in plan.details]
    return (row + details[number] for row, number in zip(rows, part.detail.tolist(), strict=True))


def _detail(detail: EstimateDetail | None) -> tuple[str | None, ...]:
    stated = [getattr(detail, name, None) for name in DETAIL]
    return tuple(None if value in (None, "") else str(value) for value in stated)


def _decimals(column: Whole) -> Iterable[int | str | None]:
    """Millionths as the databases take decimals: whole numbers as such, others as text."""
    return [
        None if value == NOTHING else value // SCALE if value % SCALE == 0 else str(Decimal(value).scaleb(-6))
        for value in column.tolist()
    ]


def _integers(column: Whole) -> Iterable[int | None]:
    return [None if value == NOTHING else value for value in column.tolist()]


def _indicators(measured: dict[str, Measured]) -> dict[str, int]:
    """The ids of the indicators; missing ones are made, broader ones before those that are part of them."""
    rows = Indicator.objects.filter(code__in={*measured, *(one.part_of for one in measured.values() if one.part_of)})
    known = dict(rows.values_list("code", "pk"))
    left = [one for one in measured.values() if one.code not in known]
    while left:
        waiting = {one.code for one in left}
        # Those whose broader one is not waiting; all that are left if they wait for each other, which no file should.
        ready = [one for one in left if one.part_of not in waiting] or left
        Indicator.objects.bulk_create(
            [
                Indicator(
                    code=one.code,
                    name=normal(one.name),
                    unit=one.unit,
                    good=Indicator.Good.OPEN,
                    good_reason=_GOOD_REASON if one.code.startswith(("bra.manad.", "bra.ar.")) else "",
                    part_of_id=known.get(one.part_of or ""),
                ).prepare()
                for one in ready
            ],
            ignore_conflicts=True,
        )
        known |= dict(Indicator.objects.filter(code__in=[one.code for one in ready]).values_list("code", "pk"))
        left = [one for one in left if one.code not in known]
    _tell_broader(measured, known)
    return known


def _tell_broader(measured: dict[str, Measured], known: dict[str, int]) -> None:
    """An indicator that came before its broader one learns of it."""
    narrower = {one.code: known[one.part_of] for one in measured.values() if one.part_of in known}
    indicators = list(Indicator.objects.filter(code__in=narrower, part_of=None))
    for indicator in indicators:
        indicator.part_of_id = narrower[indicator.code]
    if indicators:
        Indicator.objects.bulk_update(indicators, ["part_of"])


def _area(place: Area | Region, organisation_id: int) -> int:
    """The area's id. City districts have no register, so one that is missing becomes an area of the organisation."""
    if isinstance(place, Area):
        return place.pk
    area, _made = Area.objects.get_or_create(
        organisation_id=organisation_id,
        kind=place.kind,
        code=place.code,
        valid_from=_FIRST_DAY,
        defaults={"name": place.name, "valid_to": place.ended},
    )
    return area.pk


def _series(
    organisation_id: int, keys: Sequence[Key], indicators: dict[str, int], areas: dict[str, int]
) -> dict[Key, int]:
    """The ids of the series; missing ones are made. A series without values in force is not seen by anybody."""
    wanted = {
        (indicators[key.indicator], areas[key.area], key.breakdown, key.period_kind, key.source): key for key in keys
    }

    def existing() -> dict[tuple[int, int, str, str, str], int]:
        rows = Series.objects.filter(
            organisation_id=organisation_id,
            source__in={key.source for key in keys},
            indicator_id__in={one[0] for one in wanted},
        )
        columns = rows.values_list("indicator_id", "area_id", "breakdown", "period_kind", "source", "pk")
        return {
            (indicator, area, breakdown, kind, source): pk for indicator, area, breakdown, kind, source, pk in columns
        }

    Series.objects.bulk_create(
        [
            Series(
                organisation_id=organisation_id,
                indicator_id=indicator,
                area_id=area,
                breakdown=breakdown,
                period_kind=kind,
                source=source,
            )
            for indicator, area, breakdown, kind, source in sorted(wanted.keys() - existing().keys())
        ],
        ignore_conflicts=True,
        batch_size=5000,
    )
    known = existing()
    return {key: known[ids] for ids, key in wanted.items()}
