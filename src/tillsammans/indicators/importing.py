"""From files to rows: read and check everything first, say what would happen, then write in batches.

Nothing that is written here is seen by a reader until the import that it belongs to is put in force.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from tillsammans.areas.models import Area
from tillsammans.indicators import databasfil
from tillsammans.indicators.crime_types import CrimeType, Tree, crime_type, lineage, tree_of
from tillsammans.indicators.databasfil import Databasfil
from tillsammans.indicators.models import Import, Indicator, Series, Value
from tillsammans.indicators.periods import kind_of
from tillsammans.indicators.regions import Region, region
from tillsammans.indicators.rules import KEPT, ChangedValue, Figure, Outcome, Preview, outcome
from tillsammans.indicators.series import BRA, rate_code, spoken_name
from tillsammans.kernel.text import normal, swedish_key

Progress = Callable[[int, int, str], None]
Key = tuple[str, str, str]  # indicator's code, place, period kind

_BATCH = 2000
_CHANGED_SHOWN = 200
_FIRST_DAY = date(1975, 1, 1)


class Entry(NamedTuple):
    """One value on its way in: its series, its period, and where it stood."""

    key: Key
    period: str
    figure: Figure
    file: int
    row: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import will write. ``places`` gives the area of an entry's place, or the region to make an area of."""

    preview: Preview
    entries: tuple[Entry, ...]
    crime_types: dict[str, CrimeType]
    places: dict[str, Area | Region]


def quiet(done: int, total: int, message: str) -> None:
    """Progress that nobody follows."""


def prepare(files: Sequence[tuple[str, Path]], organisation_id: int, progress: Progress = quiet) -> Plan:
    """Read files given as name and path, and find out what importing them into the organisation would do.

    Writes nothing. Raises ``ImportProblem`` if a file cannot be read exactly or the files contradict each other.
    """
    read = []
    for number, (name, path) in enumerate(files, start=1):
        message = _("Läser {file} ({number} av {count}).").format(file=name, number=number, count=len(files))
        read.append(databasfil.read(
            path, name, lambda done, total, message=message: progress(done, total, message)  # type: ignore[misc]
        ))
    whole = databasfil.merge(read)
    progress(1, 1, _("Jämför med det som redan finns."))
    places, place_of, unmatched = _places(whole)
    kinds = {(crime, tree): crime_type(crime, tree) for crime, tree in
             dict.fromkeys((value.crime, tree_of(value.period)) for value in whole)}
    entries, skipped = _entries(whole, read, place_of, kinds)
    codes = {key[0] for key in {entry.key for entry in entries}}
    known = _in_force(organisation_id, codes, whole.summary.periods)
    return _plan(entries, known, whole, places, unmatched, skipped, {kind.code: kind for kind in kinds.values()},
                 tuple(name for name, _path in files), basis(organisation_id))


def basis(organisation_id: int) -> str:
    """A mark of which imports the organisation has in force: equal as long as they are the same."""
    rows = Import.objects.filter(organisation_id=organisation_id, state=Import.State.IN_FORCE)
    return sha256(repr(sorted(rows.values_list("pk", flat=True))).encode()).hexdigest()


def stage(imported: Import, plan: Plan, progress: Progress = quiet) -> None:
    """Write the plan's values, tagged by the import. May be run again: what an earlier try left is removed first."""
    Value.objects.filter(imported=imported).delete()
    organisation_id = imported.organisation_id
    indicators = _indicators(plan)
    areas = {place: _area(found, organisation_id) for place, found in plan.places.items()}
    series = _series(organisation_id, {entry.key for entry in plan.entries}, indicators, areas)
    total = len(plan.entries)
    for start in range(0, total, _BATCH):
        Value.objects.bulk_create([
            Value(
                organisation_id=organisation_id, series_id=series[entry.key], period=entry.period,
                imported_id=imported.pk, value=entry.figure.value, mark=entry.figure.mark,
                preliminary=entry.figure.preliminary, file=entry.file, row=entry.row,
            )
            for entry in plan.entries[start:start + _BATCH]
        ])
        progress(min(start + _BATCH, total), total, _("Läser in värden."))


def _places(whole: Databasfil) -> tuple[dict[str, Area | Region], dict[tuple[str, str], str], tuple[str, ...]]:
    """The places that have figures, the place of each region and year, and the regions that no area is known for."""
    regions = {
        (name, year): region(name, date(int(year), 1, 1))
        for name, year in dict.fromkeys(zip(whole.region, (period[:4] for period in whole.period), strict=True))
    }
    rows = Area.objects.filter(code__in={found.code for found in regions.values() if found}).defer("geometry")
    by_code: dict[tuple[str, str], list[Area]] = {}
    for row in rows.order_by("-organisation__common", "valid_from", "pk"):
        by_code.setdefault((row.kind, row.code), []).append(row)
    places: dict[str, Area | Region] = {}
    place_of: dict[tuple[str, str], str] = {}
    unmatched: dict[str, None] = {}
    for (name, year), found in regions.items():
        area = _valid(by_code.get((found.kind, found.code), []), int(year)) if found else None
        if area:
            place = f"#{area.pk}"
            places[place] = area
        elif found and found.kind == Area.Kind.CITY_DISTRICT:
            place = found.code
            places[place] = found
        else:
            unmatched[name] = None
            continue
        place_of[name, year] = place
    return places, place_of, tuple(unmatched)


def _valid(rows: Sequence[Area], year: int) -> Area | None:
    """The row that holds at the end of the year; if none does, the last one, since publishers use today's areas."""
    day = date(year, 12, 31)
    held = [row for row in rows if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)]
    return held[0] if held else rows[-1] if rows else None


def _entries(
    whole: Databasfil, read: Sequence[Databasfil], place_of: dict[tuple[str, str], str],
    kinds: dict[tuple[str, Tree], CrimeType],
) -> tuple[list[Entry], int]:
    """Two entries a row, the count and the published rate; and how many values belong to no known area."""
    file_of = {value: number for number, file in reversed(list(enumerate(read))) for value in file}
    entries, skipped = [], 0
    for value in whole:
        place = place_of.get((value.region, value.period[:4]))
        if place is None:
            skipped += 2
            continue
        code = kinds[value.crime, tree_of(value.period)].code
        file, period_kind, mark = file_of[value], kind_of(value.period), value.mark or ""
        for indicator, number in ((code, value.count), (rate_code(code), value.rate)):
            # A count without a published rate leaves the rate unmarked: Brå says nothing of it.
            if number is None and not mark:
                continue
            figure = Figure(None if number is None else Decimal(number), mark, value.preliminary)
            entries.append(Entry((indicator, place, period_kind), value.period, figure, file, value.row))
    return entries, skipped


def _in_force(organisation_id: int, codes: set[str], periods: Sequence[str]) -> dict[tuple[Key, str], Figure]:
    rows = Value.objects.filter(
        organisation_id=organisation_id, series__source=BRA, series__breakdown="", series__indicator__code__in=codes,
        imported__state=Import.State.IN_FORCE, period__gte=periods[0], period__lte=periods[-1],
    ).order_by("imported__in_force_at", "imported_id")
    # Later vintages overwrite earlier ones.
    columns = rows.values_list(
        "series__indicator__code", "series__area_id", "series__period_kind", "period", "value", "mark", "preliminary"
    )
    return {
        ((code, f"#{area}", kind), period): Figure(value, mark, preliminary)
        for code, area, kind, period, value, mark, preliminary in columns
    }


def _plan(
    entries: list[Entry], known: dict[tuple[Key, str], Figure], whole: Databasfil, places: dict[str, Area | Region],
    unmatched: tuple[str, ...], skipped: int, kinds: dict[str, CrimeType], files: tuple[str, ...], held_against: str,
) -> Plan:
    with_values = {entry.key for entry in entries if entry.figure.value is not None} | {key for key, _period in known}
    counts = dict.fromkeys(Outcome, 0)
    kept: list[Entry] = []
    changed: list[ChangedValue] = []
    for entry in entries:
        old = known.get((entry.key, entry.period))
        # A crime type with nothing but ".." was not part of the extract: it gives no series.
        what = outcome(old, entry.figure) if entry.key in with_values else Outcome.EMPTY
        counts[what] += 1
        if what in KEPT:
            kept.append(entry)
        if what is Outcome.CHANGED and len(changed) < _CHANGED_SHOWN:
            changed.append(ChangedValue(
                _indicator_words(entry.key[0], kinds), places[entry.key[1]].name, entry.period,
                old.value, entry.figure.value, files[entry.file], entry.row,  # type: ignore[union-attr,arg-type]
            ))
    summary = whole.summary
    new_areas = [found.name for found in places.values() if isinstance(found, Region)]
    preview = Preview(
        encoding=summary.encoding, rows=summary.rows, repeats=summary.repeats_dropped + summary.echoes_dropped,
        regions=_by_name([found.name for found in places.values()]), unmatched=_by_name(unmatched),
        crime_types=tuple(dict.fromkeys(whole.crime)), periods=summary.periods, preliminary=summary.preliminary,
        first_rows=summary.first_rows, created=counts[Outcome.CREATED], final=counts[Outcome.FINAL],
        revised=counts[Outcome.REVISED], unchanged=counts[Outcome.UNCHANGED], older=counts[Outcome.OLDER],
        empty=counts[Outcome.EMPTY], unmatched_values=skipped, new_areas=_by_name(new_areas), changed=tuple(changed),
        changed_total=counts[Outcome.CHANGED], basis=held_against,
    )
    used = {entry.key[1] for entry in kept}
    return Plan(preview, tuple(kept), kinds, {place: found for place, found in places.items() if place in used})


def _by_name(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(names), key=swedish_key))


def _indicator_words(code: str, kinds: dict[str, CrimeType]) -> str:
    count = kinds.get(code)
    if count:
        return spoken_name(count.label)
    name = next(kind.label for kind in kinds.values() if rate_code(kind.code) == code)
    return _("{name}, per 100 000 invånare").format(name=spoken_name(name))


def _indicators(plan: Plan) -> dict[str, int]:
    """The ids of the plan's indicators; missing ones are made, broader ones before those that are part of them."""
    kinds = sorted(plan.crime_types.values(), key=lambda kind: len(lineage(kind.code)))
    codes = [code for kind in kinds for code in (kind.code, rate_code(kind.code))]
    known = dict(Indicator.objects.filter(code__in=codes).values_list("code", "pk"))
    for depth in sorted({len(lineage(kind.code)) for kind in kinds}):
        made = [
            Indicator(
                code=named(kind.code), name=normal(kind.label), unit=unit, good=Indicator.Good.OPEN,
                good_reason=_GOOD_REASON,
                part_of_id=known.get(named(kind.parent)) if kind.parent else None,
            ).prepare()
            for kind in kinds if len(lineage(kind.code)) == depth
            for named, unit in ((str, Indicator.Unit.COUNT), (rate_code, Indicator.Unit.PER_100K))
            if named(kind.code) not in known
        ]
        if made:
            Indicator.objects.bulk_create(made, ignore_conflicts=True)
            wanted = [indicator.code for indicator in made]
            known |= dict(Indicator.objects.filter(code__in=wanted).values_list("code", "pk"))
    return known


# Stored, so Swedish and not translated here.
_GOOD_REASON = "Fler anmälningar kan betyda fler brott, men också att fler anmäler."


def _area(found: Area | Region, organisation_id: int) -> int:
    """The area's id. City districts have no register, so one that is missing becomes an area of the organisation."""
    if isinstance(found, Area):
        return found.pk
    area, _made = Area.objects.get_or_create(
        organisation_id=organisation_id, kind=found.kind, code=found.code, valid_from=_FIRST_DAY,
        defaults={"name": found.name, "valid_to": found.ended},
    )
    return area.pk


def _series(
    organisation_id: int, keys: set[Key], indicators: dict[str, int], areas: dict[str, int]
) -> dict[Key, int]:
    """The ids of the series; missing ones are made. A series without values in force is not seen by anybody."""
    wanted = {(indicators[code], areas[place], kind): (code, place, kind) for code, place, kind in keys}

    def existing() -> dict[tuple[int, int, str], int]:
        rows = Series.objects.filter(
            organisation_id=organisation_id, source=BRA, breakdown="",
            indicator_id__in={indicator for indicator, _area, _kind in wanted},
        )
        columns = rows.values_list("indicator_id", "area_id", "period_kind", "pk")
        return {(indicator, area, kind): key for indicator, area, kind, key in columns}

    missing = wanted.keys() - existing().keys()
    Series.objects.bulk_create([
        Series(organisation_id=organisation_id, indicator_id=indicator, area_id=area, period_kind=kind, source=BRA)
        for indicator, area, kind in sorted(missing)
    ], ignore_conflicts=True)
    known = existing()
    return {key: known[ids] for ids, key in wanted.items()}
