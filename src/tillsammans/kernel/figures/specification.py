"""What a figure says, before anybody draws it: frozen values with a sentence, a source and a table twin."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from tillsammans.kernel.figures.numbers import interval, number, period_name, quantity

Number = int | float | Decimal
Cell = str | int | float | Decimal | None


class State(StrEnum):
    """Whether the values may be drawn. Only a normal figure has a plot; the others say in words why not."""

    NORMAL = "normal"
    TOO_LITTLE = "too_little"
    SUPPRESSED = "suppressed"
    EMPTY = "empty"

    @property
    def words(self) -> str:
        """The Swedish sentence shown in place of the plot (empty for a normal figure)."""
        return {
            State.NORMAL: "",
            State.TOO_LITTLE: _("Underlaget är för litet för att tolkas"),
            State.SUPPRESSED: _("Visas inte: för få uppgifter för att skydda enskilda"),
            State.EMPTY: _("Det finns inga uppgifter för perioden"),
        }[self]


@dataclass(frozen=True)
class Table:
    """The figure as text: headers and rows of the same length; `numeric` holds the indexes of right-aligned columns."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What every figure states about itself.

    title: the sentence the figure shows. description: its long alternative text. unit: "%" or words such as "brott per
    månad". period, source, status ("slutlig", "preliminär") and note are printed under the figure; n is the number of
    observations behind it. decimals: shown in labels and the table twin. counts: whole things counted, so the axis
    starts at zero and has whole ticks. state and reason: why there is no plot.
    """

    title: str
    description: str
    unit: str
    period: str
    source: str
    n: int | None = None
    status: str = ""
    note: str = ""
    decimals: int = 0
    counts: bool = False
    state: State = State.NORMAL
    reason: str = ""

    def __post_init__(self) -> None:
        for field in ("title", "description", "source"):
            if not getattr(self, field).strip():
                raise ValueError(f"a figure needs {field}")
        # A plain word is turned into the state it names: a misspelt one must never pass for normal.
        object.__setattr__(self, "state", State(self.state))

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Unit, period, source, n, status and note as (label, words), the empty ones left out."""
        pairs = (
            (_("Enhet"), self.unit),
            (_("Period"), self.period),
            (_("Källa"), self.source),
            (_("Antal i underlaget"), number(self.n) if self.n is not None and not self.hidden else ""),
            (_("Status"), self.status),
            (_("Anmärkning"), self.note),
        )
        return tuple((label, words) for label, words in pairs if words)

    def records(self) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
        """Headers and rows with unrounded values, one observation per row; no rows when they must not be shown."""
        raise NotImplementedError

    def table(self) -> Table:
        """The table twin: everything the plot shows, in words and numbers of the active language."""
        raise NotImplementedError

    @property
    def hidden(self) -> bool:
        """True when neither plot, table nor data file may carry a value."""
        return self.state in (State.SUPPRESSED, State.EMPTY)

    def _hidden_table(self, headers: tuple[str, ...]) -> Table:
        why = self.reason or self.state.words
        return Table(headers, ((why, *("–" for _unused in headers[1:])),))


@dataclass(frozen=True)
class Line:
    """One line: a value per period, None where it is missing. `preliminary` and `withheld` name periods;
    a withheld value exists but is too small to be shown, and must be None."""

    label: str
    values: tuple[Number | None, ...]
    preliminary: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True)
class Band:
    """An interval per period, None where there is none."""

    label: str
    low: tuple[Number | None, ...]
    high: tuple[Number | None, ...]


@dataclass(frozen=True)
class Reference:
    """A level to compare with."""

    label: str
    value: Number


@dataclass(frozen=True)
class Event:
    """Something that happened at the start of a period."""

    period: str
    label: str


@dataclass(frozen=True, kw_only=True)
class TimeSeries(Figure):
    """One to four lines over time. periods: "2024-01" (months), "2024" (years) or any other label, in order."""

    periods: tuple[str, ...]
    lines: tuple[Line, ...]
    band: Band | None = None
    reference: Reference | None = None
    events: tuple[Event, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        length = len(self.periods)
        if self.state is State.NORMAL and not (length and 1 <= len(self.lines) <= 4):
            raise ValueError("a time series needs periods and one to four lines")
        if len(set(self.periods)) != length:
            raise ValueError("periods are named more than once")
        columns = [line.values for line in self.lines]
        if self.band:
            columns += [self.band.low, self.band.high]
        if any(len(column) != length for column in columns):
            raise ValueError("each line and the band need one value per period")
        for column in columns:
            _require_finite(column)
        if self.reference:
            _require_finite((self.reference.value,))
        known = set(self.periods)
        named = {period for line in self.lines for period in (*line.preliminary, *line.withheld)}
        if not named | {event.period for event in self.events} <= known:
            raise ValueError("a preliminary or withheld period or an event lies outside the periods")
        for line in self.lines:
            if any(line.values[self.periods.index(period)] is not None for period in line.withheld):
                raise ValueError("a withheld value must be None")

    def records(self) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
        headers = (_("period"), _("serie"), _("värde"), _("enhet"), _("status"))
        if self.hidden:
            return headers, ()
        rows: list[tuple[Cell, ...]] = []
        for line in self.lines:
            rows += [
                (period, line.label, value, self.unit, self._status(line, period, value))
                for period, value in zip(self.periods, line.values, strict=True)
            ]
        if self.band:
            for label, column in (
                (_("%(band)s, lägst") % {"band": self.band.label}, self.band.low),
                (_("%(band)s, högst") % {"band": self.band.label}, self.band.high),
            ):
                points = zip(self.periods, column, strict=True)
                rows += [(period, label, value, self.unit, "") for period, value in points]
        if self.reference:
            rows.append(("", self.reference.label, self.reference.value, self.unit, ""))
        return headers, tuple(rows)

    def table(self) -> Table:
        headers = [_("Period"), *(line.label for line in self.lines)]
        if self.band:
            headers.append(self.band.label)
        if self.reference:
            headers.append(self.reference.label)
        if self.events:
            headers.append(_("Händelse"))
        if self.hidden:
            return self._hidden_table(tuple(headers))
        happened: dict[str, list[str]] = {}
        for event in self.events:
            happened.setdefault(event.period, []).append(event.label)
        rows = []
        for index, period in enumerate(self.periods):
            row = [period_name(period)]
            row += [self._words(line, period, line.values[index]) for line in self.lines]
            if self.band:
                row.append(interval(self.band.low[index], self.band.high[index], self.decimals) or "–")
            if self.reference:
                row.append(number(self.reference.value, self.decimals))
            if self.events:
                row.append("; ".join(happened.get(period, ())))
            rows.append(tuple(row))
        numbers = 1 + len(self.lines) + bool(self.band) + bool(self.reference)
        return Table(tuple(headers), tuple(rows), tuple(range(1, numbers)))

    @staticmethod
    def _status(line: Line, period: str, value: Number | None) -> str:
        if period in line.withheld:
            return _("visas inte")
        if value is None:
            return _("saknas")
        return _("preliminär") if period in line.preliminary else ""

    def _words(self, line: Line, period: str, value: Number | None) -> str:
        status = self._status(line, period, value)
        if value is None:
            return status
        shown = number(value, self.decimals)
        return f"{shown} ({status})" if status else shown


@dataclass(frozen=True)
class Row:
    """One category: a value with its interval, or the words that say why there is none (`suppressed`)."""

    label: str
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    n: int | None = None
    suppressed: str = ""
    emphasised: bool = False


@dataclass(frozen=True, kw_only=True)
class Comparison(Figure):
    """Categories side by side in the order given; never sorted by value, since nothing is ranked.

    heading: what a category is ("Område"). interval_label: what low and high mean ("95 % intervall").
    """

    heading: str
    rows: tuple[Row, ...]
    interval_label: str = ""
    reference: Reference | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.state is State.NORMAL and not self.rows:
            raise ValueError("a comparison needs rows")
        for row in self.rows:
            _require_finite((row.value, row.low, row.high))
            if row.suppressed and (row.value, row.low, row.high) != (None, None, None):
                raise ValueError("a suppressed row must carry no value")
            if (row.low is None) != (row.high is None):
                raise ValueError("an interval needs both ends")
            if row.low is not None and not self.interval_label:
                raise ValueError("say what the interval is (interval_label)")

    @property
    def _has_intervals(self) -> bool:
        return any(row.low is not None for row in self.rows)

    @property
    def _has_n(self) -> bool:
        return any(row.n is not None for row in self.rows)

    def records(self) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
        headers = (self.heading.lower(), _("värde"), _("lägst"), _("högst"), _("antal"), _("enhet"), _("status"))
        if self.hidden:
            return headers, ()
        rows: list[tuple[Cell, ...]] = [
            (row.label, row.value, row.low, row.high, row.n, self.unit, _missing(row)) for row in self.rows
        ]
        if self.reference:
            rows.append((self.reference.label, self.reference.value, None, None, None, self.unit, _("jämförelse")))
        return headers, tuple(rows)

    def table(self) -> Table:
        headers = [self.heading, _("Värde (%(unit)s)") % {"unit": self.unit} if self.unit else _("Värde")]
        if self._has_intervals:
            headers.append(self.interval_label)
        if self._has_n:
            headers.append(_("Antal i underlaget"))
        if self.hidden:
            return self._hidden_table(tuple(headers))
        rows = []
        reference = (Row(self.reference.label, self.reference.value),) if self.reference else ()
        for row in (*self.rows, *reference):
            cells = [row.label, _missing(row) or number(row.value, self.decimals)]
            if self._has_intervals:
                cells.append(interval(row.low, row.high, self.decimals) or "–")
            if self._has_n:
                cells.append(number(row.n) if row.n is not None else "–")
            rows.append(tuple(cells))
        return Table(tuple(headers), tuple(rows), tuple(range(1, len(headers))))

    def words(self, row: Row) -> str:
        """The value of a row as it is printed beside its mark: "18 % (14–22)"; the reason where there is none."""
        if row.value is None:
            return _missing(row)
        shown = quantity(row.value, self.unit, self.decimals) if self.unit == "%" else number(row.value, self.decimals)
        ends = interval(row.low, row.high, self.decimals)
        return f"{shown} ({ends})" if ends else shown


def _missing(row: Row) -> str:
    return row.suppressed or (_("saknas") if row.value is None else "")


def _require_finite(values: tuple[Number | None, ...]) -> None:
    if any(value is not None and not math.isfinite(value) for value in values):
        raise ValueError("a value must be a finite number or None")
