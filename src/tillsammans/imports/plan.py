"""From files to what an import would do: read and check everything first, and write nothing.

Each file goes from its reader's table to columns of numbers before the next is read, so that memory holds one file's
observations at a time. What is planned here is written by ``staging``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
from django.utils.translation import gettext as _

from tillsammans.areas.models import Area
from tillsammans.formats import columns
from tillsammans.formats import police_events as events_reader
from tillsammans.formats.columns import Columns
from tillsammans.formats.guards import head_of
from tillsammans.formats.observations import EstimateDetail, Measured, Table
from tillsammans.formats.periods import is_period, kind_of, words, year_of
from tillsammans.formats.population import breakdown_words, with_population
from tillsammans.formats.readers import detect, reader_of
from tillsammans.formats.regions import Region
from tillsammans.formats.units import PER_100K
from tillsammans.imports import batch
from tillsammans.imports.batch import NOTHING, Batch, millionths
from tillsammans.imports.places import Places, resolve
from tillsammans.imports.rules import KEPT, MARKS, ChangedValue, Outcome, Preview, Skipped
from tillsammans.indicators.models import Import, Indicator, Series, Value
from tillsammans.indicators.models.series import DETAIL, detail_of
from tillsammans.indicators.queries import vintages
from tillsammans.indicators.series import spoken_name
from tillsammans.kernel.problems import SHOWN, FileErrors
from tillsammans.kernel.progress import Progress, no_progress
from tillsammans.kernel.text import normal, swedish_key

_CHANGED_SHOWN = 200
_SERIES_AT_ONCE = 500
_COLUMNS = 12


class Key(NamedTuple):
    """A series: its indicator's code, its area's key in ``Plan.areas``, and what else tells it from others."""

    indicator: str
    area: str
    breakdown: str
    period_kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import will write: ``figures`` in the order of series and period, numbered as in the other fields."""

    preview: Preview
    figures: Batch
    keys: tuple[Key, ...]
    periods: tuple[str, ...]
    sheets: tuple[str, ...]
    measured: dict[str, Measured]
    areas: dict[str, Area | Region]
    details: tuple[EstimateDetail | None, ...] = (None,)


class NeedsColumns(Exception):
    """No reader knows the files, but they are tables: a person has to say what their columns mean."""


def recognise(files: Sequence[tuple[str, Path]]) -> str:
    """The kind of the files given as name and path, by their content: a reader's, or the one of unknown tables.

    Raises ``ImportProblem`` if they are of several kinds, or if one is neither known nor a table.
    """
    kinds: dict[str, list[str]] = {}
    for name, path in files:
        reader = detect(path, name)
        kinds.setdefault(reader.KIND if reader else columns.KIND, []).append(name)
        if reader is None and events_reader.looks_like(head_of(path)):
            raise FileErrors(name).refuse(
                _("Filen har polisens händelser, som är sammanhang och ingen statistik."),
                _("Lämna in den under Polisens händelser."),
            )
        if reader is None:
            columns.require_table(path, name)
    if len(kinds) > 1:
        errors = FileErrors("")
        for kind, names in kinds.items():
            errors.add(_("{kind}: {files}.").format(kind=name_of(kind), files=", ".join(names)))
        raise errors.refuse(_("Filerna är av olika slag."), _("Lämna in ett slag åt gången."))
    return next(iter(kinds))


def name_of(kind: str) -> str:
    """What people call a kind of file."""
    reader = reader_of(kind)
    return str(reader.NAME if reader else columns.NAME)


def prepare(
    files: Sequence[tuple[str, Path]],
    organisation_id: int,
    progress: Progress = no_progress,
    *,
    kind: str = "",
    meaning: Columns | None = None,
) -> Plan:
    """Read files given as name and path, and find out what importing them into the organisation would do.

    ``kind`` is found out if it is not given; ``meaning`` says what the columns of an unknown table are. Writes nothing.
    Raises ``ImportProblem`` if a file cannot be read exactly or the files contradict each other, and ``NeedsColumns``.
    """
    kind = kind or recognise(files)
    reader = reader_of(kind)
    if reader is None and meaning is None:
        raise NeedsColumns
    collector = _Collector(tuple(name for name, _path in files))
    together = getattr(reader, "read_together", None)  # files of some kinds explain each other
    tables = together(files, progress) if together else None
    for number, (name, path) in enumerate(files, start=1):
        progress(0, 1, _("Läser {file} ({number} av {count}).").format(file=name, number=number, count=len(files)))
        if tables is not None:
            table = next(tables)
        elif reader is not None:
            table = reader.read(path, name, progress)
        else:
            table = columns.read(path, name, meaning, progress)  # type: ignore[arg-type]
        collector.add(with_population(table))
    progress(0, 1, _("Jämför med det som redan finns."))
    plan = collector.plan(organisation_id, kind)
    progress(1, 1, _("Jämför med det som redan finns."))
    return plan


def inputs_fingerprint(organisation_id: int) -> str:
    """A mark of which imports the organisation has in force: equal as long as they are the same."""
    rows = Import.objects.filter(organisation_id=organisation_id, state=Import.State.IN_FORCE)
    return sha256(repr(sorted(rows.values_list("pk", flat=True))).encode()).hexdigest()


@dataclass(slots=True)
class _Collector:
    """Takes tables one after the other, keeps their figures as columns, and holds them against each other."""

    files: tuple[str, ...]
    batches: list[Batch] = field(default_factory=list)
    keys: dict[Key, int] = field(default_factory=dict)
    periods: dict[str, int] = field(default_factory=dict)
    sheets: dict[str, int] = field(default_factory=lambda: {"": 0})
    details: dict[EstimateDetail | None, int] = field(default_factory=lambda: {None: 0})
    measured: dict[str, Measured] = field(default_factory=dict)
    areas: dict[str, Area | Region] = field(default_factory=dict)
    sources: dict[str, None] = field(default_factory=dict)
    encodings: dict[str, None] = field(default_factory=dict)
    understood: dict[str, None] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    unmatched: dict[tuple[str, str], int] = field(default_factory=dict)
    first_rows: tuple[tuple[str, ...], ...] = ()
    rows: int = 0

    def add(self, table: Table) -> None:
        """Note one file's figures."""
        file = self.files[len(self.batches)]
        errors = FileErrors(file)
        self._note(table, errors)
        places = resolve(
            {
                (table.places[place], year_of(period))
                for place, period in {(one.place, one.period) for one in table.observations}
                if is_period(period)
            }
        )
        self.areas |= places.areas
        self.understood |= dict.fromkeys(places.notes)
        self.batches.append(self._batch(table, places, errors))
        errors.stop_if_any()

    def _note(self, table: Table, errors: FileErrors) -> None:
        self.rows += table.rows
        self.first_rows = self.first_rows or table.first_rows
        self.sources[table.source] = self.encodings[table.encoding] = None
        self.understood |= dict.fromkeys(table.understood)
        for left in table.left_out:
            self.left_out[left.why] = self.left_out.get(left.why, 0) + left.count
        for code, measured in table.measured.items():
            if self.measured.setdefault(code, measured).unit != measured.unit:
                errors.add(
                    _("{name} har två olika enheter i filerna.").format(name=measured.name),
                    _("Lämna in en fil åt gången."),
                )

    def _batch(self, table: Table, places: Places, errors: FileErrors) -> Batch:
        made: list[list[int | bool]] = [[] for _column in range(_COLUMNS)]
        append = [column.append for column in made]
        scaled: dict[object, int] = {None: NOTHING}
        marks = {mark: number for number, mark in enumerate(MARKS)}
        periods: dict[str, tuple[int, str, int]] = {}
        slots: dict[tuple[str, str, str, str, int], int] = {}
        file = len(self.batches)
        for one in table.observations:
            period = periods.get(one.period)
            if period is None:
                if not is_period(one.period):
                    errors.add(
                        _("”{value}” är ingen period.").format(value=one.period[:30]),
                        _("Kontrollera filen."),
                        row=one.row,
                    )
                    continue
                number = self.periods.setdefault(one.period, len(self.periods))
                period = periods[one.period] = number, kind_of(one.period), year_of(one.period)
            slot_key = (one.measured, one.place, one.breakdown, period[1], period[2])
            series = slots.get(slot_key)
            if series is None:
                series = slots[slot_key] = self._series(table, places, *slot_key)
            if series < 0:
                self._skip(table, places, one.place)
                continue
            try:
                for value in (one.value, one.low, one.high):
                    if value not in scaled:
                        scaled[value] = millionths(value)
            except ValueError:
                errors.add(_("Talet är för stort."), _("Kontrollera raden."), row=one.row, value=str(one.value))
                continue
            mark = one.mark or ("missing" if one.value is None else "")
            row = (
                series,
                period[0],
                scaled[one.value],
                scaled[one.low],
                scaled[one.high],
                NOTHING if one.n is None else one.n,
                marks[mark],
                one.preliminary,
                file,
                self.sheets.setdefault(one.sheet[:40], len(self.sheets)),
                one.row,
                0 if one.detail is None else self.details.setdefault(one.detail, len(self.details)),
            )
            for put, cell in zip(append, row, strict=True):
                put(cell)
        return Batch.of(made)

    def _series(self, table: Table, places: Places, code: str, place: str, breakdown: str, kind: str, year: int) -> int:
        """The number of the series, or -1 where the area is not known."""
        area = places.key_of.get((table.places[place], year))
        if area is None:
            return -1
        return self.keys.setdefault(Key(code, area, normal(breakdown)[:120], kind, table.source), len(self.keys))

    def _skip(self, table: Table, places: Places, name: str) -> None:
        place = table.places[name]
        shown = " ".join(dict.fromkeys(part for part in (place.code, place.name) if part))
        key = (shown, places.unmatched.get(place, ""))
        self.unmatched[key] = self.unmatched.get(key, 0) + 1

    def plan(self, organisation_id: int, kind: str) -> Plan:
        """What the import would do, held against what is in force for the organisation."""
        self._refuse_other_units()
        self._sort_periods()
        figures = self._merged()
        known_series, known = self._in_force(organisation_id)
        place = batch.find(figures.keys(len(self.periods)), known.keys(len(self.periods)))
        what = batch.outcomes(figures, known, place)
        # A series with nothing but "not applicable" was not part of the extract: it is not made. "Suppressed" is more.
        with_values = np.zeros(len(self.keys), dtype=bool)
        with_values[figures.series[(figures.value != NOTHING) | (figures.mark == MARKS.index("suppressed"))]] = True
        with_values[known_series] = True
        what[~with_values[figures.series]] = batch.OUTCOMES.index(Outcome.EMPTY)
        counts = dict(zip(batch.OUTCOMES, np.bincount(what, minlength=len(batch.OUTCOMES)).tolist(), strict=True))
        kept = figures.take(np.isin(what, [batch.OUTCOMES.index(one) for one in KEPT]))
        changed = np.flatnonzero(what == batch.OUTCOMES.index(Outcome.CHANGED))[:_CHANGED_SHOWN]
        keys = tuple(self.keys)
        used = {keys[number].area for number in np.unique(kept.series).tolist()}
        preview = self._preview(
            kind,
            counts,
            kept,
            [self._changed(figures, known, at, place) for at in changed],
            inputs_fingerprint(organisation_id),
        )
        return Plan(
            preview,
            kept,
            keys,
            tuple(self.periods),
            tuple(self.sheets),
            self.measured,
            {key: area for key, area in self.areas.items() if key in used},
            tuple(self.details),
        )

    def _refuse_other_units(self) -> None:
        units = dict(Indicator.objects.filter(code__in=self.measured).values_list("code", "unit"))
        errors = FileErrors("")
        for code, unit in units.items():
            if unit != self.measured[code].unit:
                errors.add(
                    _("{name} finns redan med en annan enhet.").format(name=self.measured[code].name),
                    _("Ge uppgiften ett annat namn."),
                )
        errors.stop_if_any()

    def _sort_periods(self) -> None:
        """Number the periods in their order, so that figures sort as they follow each other."""
        order = sorted(self.periods)
        new = np.empty(len(order), dtype=np.int64)
        new[[self.periods[period] for period in order]] = np.arange(len(order))
        for one in self.batches:
            one.period[:] = new[one.period]
        self.periods = {period: number for number, period in enumerate(order)}

    def _merged(self) -> Batch:
        """The same figure twice is once, a final one replaces a preliminary one, and a contradiction is refused."""
        whole = Batch.joined(self.batches)
        self.batches.clear()
        order, again = batch.groups(whole, len(self.periods))
        repeats = np.zeros(len(order), dtype=bool)
        repeats[1:] = again[1:] & whole.same(order[1:], whole, order[:-1])
        self._leave_out(_("Samma uppgift en gång till."), int(repeats.sum()))
        order, again = order[~repeats], again[~repeats]
        errors = FileErrors("")
        dropped = np.zeros(len(order), dtype=bool)
        for at in np.flatnonzero(again).tolist():
            before = at - 1
            while dropped[before]:
                before -= 1
            old, new = whole.figure(order[before]), whole.figure(order[at])
            if new.mark or old.mark:
                newer = bool(old.mark and not new.mark)
                self._leave_out(_("Ett märke där det också finns ett värde."), 1)
            elif old.preliminary != new.preliminary:
                newer = old.preliminary
                self._leave_out(_("Preliminära där det också finns slutliga."), 1)
            else:
                newer = False
                if old != new:
                    self._contradiction(whole, int(order[before]), int(order[at]), errors)
            dropped[before if newer else at] = True
        errors.stop_if_any()
        return whole.take(order[~dropped])

    def _leave_out(self, why: str, count: int) -> None:
        if count:
            self.left_out[why] = self.left_out.get(why, 0) + count

    def _contradiction(self, whole: Batch, one: int, other: int, errors: FileErrors) -> None:
        if errors.total >= SHOWN:  # only counted: a whole country may contradict itself
            errors.total += 1
            return
        key = tuple(self.keys)[whole.series[one]]
        old, new = whole.figure(one), whole.figure(other)
        period = words(tuple(self.periods)[whole.period[one]])
        errors.add(
            _(
                "{area}, {what}, {period} har två olika värden: {old} på rad {old_row} i {old_file} och {new} på rad "
                "{new_row} i {new_file}."
            ).format(
                area=self.areas[key.area].name,
                what=self._words(key),
                period=period,
                old=old.value,
                old_row=whole.row[one],
                old_file=self.files[whole.file[one]],
                new=new.value,
                new_row=whole.row[other],
                new_file=self.files[whole.file[other]],
            ),
            _("Båda är preliminära: ta bara med den fil som hämtades sist.")
            if new.preliminary
            else _("Ta reda på vilket som gäller och ta bara med det."),
        )

    def _words(self, key: Key) -> str:
        measured = self.measured[key.indicator]
        name = spoken_name(normal(measured.name))
        if measured.unit == PER_100K:
            name = _("{name}, per 100 000 invånare").format(name=name)
        return f"{name} ({breakdown_words(key.breakdown)})" if key.breakdown else name

    def _in_force(self, organisation_id: int) -> tuple[list[int], Batch]:
        """The keys of the known series, and their values in force, each once, in the order of the keys."""
        rows = Series.objects.filter(
            organisation_id=organisation_id,
            source__in=self.sources,
            indicator__code__in={key.indicator for key in self.keys},
        ).values_list("pk", "indicator__code", "area_id", "breakdown", "period_kind", "source")
        numbers: dict[int, int] = {}
        for pk, code, area, breakdown, kind, source in rows:
            number = self.keys.get(Key(code, f"#{area}", breakdown, kind, source))
            if number is not None:
                numbers[pk] = number
        ranks = vintages(organisation_id)
        marks = {mark: number for number, mark in enumerate(MARKS)}
        # Read only where the files state any: a file that states none takes away none.
        detail_fields = DETAIL if len(self.details) > 1 else ()
        parts = [Batch.of([()] * _COLUMNS)]
        series = list(numbers)
        for start in range(0, len(series) if ranks else 0, _SERIES_AT_ONCE):
            values = Value.objects.filter(
                series_id__in=series[start : start + _SERIES_AT_ONCE],
                period__in=self.periods,
            ).values_list(
                "series_id", "period", "imported_id", "value", "low", "high", "n", "mark", "preliminary", *detail_fields
            )
            made: list[list[int | bool]] = [[] for _column in range(_COLUMNS)]
            for pk, period, imported, value, low, high, n, mark, preliminary, *stated in values.iterator(20_000):
                number, rank = self.periods.get(period), ranks.get(imported)
                if number is None or rank is None:
                    continue
                row = (
                    numbers[pk],
                    number,
                    millionths(value),
                    millionths(low),
                    millionths(high),
                    NOTHING if n is None else n,
                    marks[mark],
                    preliminary,
                    0,
                    0,
                    rank,
                    self.details.get(detail_of(stated), -1) if stated else 0,
                )
                for column, cell in zip(made, row, strict=True):
                    column.append(cell)
            parts.append(Batch.of(made))
        batch = Batch.joined(parts)
        parts.clear()
        # Later vintages win: the last of each key in the order of the imports.
        keys = batch.keys(len(self.periods))
        order = np.lexsort((batch.row, keys))
        keys = keys[order]
        last = np.ones(len(keys), dtype=bool)
        last[:-1] = keys[1:] != keys[:-1]
        in_force = batch.take(order[last])
        return np.unique(in_force.series).tolist(), in_force

    def _changed(self, figures: Batch, known: Batch, at: int, place: batch.Whole) -> ChangedValue:
        key = tuple(self.keys)[figures.series[at]]
        old, new = known.figure(int(place[at])), figures.figure(int(at))
        return ChangedValue(
            self._words(key),
            self.areas[key.area].name,
            tuple(self.periods)[figures.period[at]],
            old.value,  # type: ignore[arg-type]
            new.value,  # type: ignore[arg-type]
            self.files[figures.file[at]],
            int(figures.row[at]),
        )

    def _preview(
        self, kind: str, counts: dict[Outcome, int], kept: Batch, changed: list[ChangedValue], held_against: str
    ) -> Preview:
        new_areas = [area.name for area in self.areas.values() if isinstance(area, Region)]
        unmatched = [Skipped(why, count, name) for (name, why), count in self.unmatched.items()]
        return Preview(
            kind=kind,
            source="; ".join(self.sources),
            encoding=", ".join(filter(None, self.encodings)),
            rows=self.rows,
            understood=tuple(self.understood),
            left_out=tuple(Skipped(why, count) for why, count in self.left_out.items() if count),
            first_rows=self.first_rows,
            areas=_by_name([area.name for area in self.areas.values()]),
            unmatched=tuple(sorted(unmatched, key=lambda one: swedish_key(one.name))),
            unmatched_values=sum(self.unmatched.values()),
            new_areas=_by_name(new_areas),
            measured=tuple(dict.fromkeys(normal(one.name) for one in self.measured.values())),
            periods=tuple(self.periods),
            series=len(np.unique(kept.series)),
            preliminary=int(kept.preliminary.sum()),
            created=counts[Outcome.CREATED],
            final=counts[Outcome.FINAL],
            revised=counts[Outcome.REVISED],
            detailed=counts[Outcome.DETAILED],
            unchanged=counts[Outcome.UNCHANGED],
            older=counts[Outcome.OLDER],
            empty=counts[Outcome.EMPTY],
            changed=tuple(changed),
            changed_total=counts[Outcome.CHANGED],
            inputs_fingerprint=held_against,
        )


def _by_name(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(names), key=swedish_key))
