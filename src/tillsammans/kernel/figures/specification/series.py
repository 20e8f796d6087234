"""Values over time: a few lines in one plot, or many small plots with the same axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from tillsammans.kernel.figures.numbers import interval, month, month_names, number, period_name
from tillsammans.kernel.figures.specification.base import (
    Cell,
    Figure,
    Number,
    Reference,
    State,
    Table,
    require_finite,
    require_unlike,
)

Direction = Literal["up", "down"]
MOST_PANELS = 24


@dataclass(frozen=True)
class Line:
    """One line: a value per period, None where it is missing. `preliminary` and `withheld` name periods;
    a withheld value exists but is too small to be shown, and must be None. n: how many each value rests on, one per
    period or nothing. remarks: what a file must say of the value of a period, which the page says once in its note."""

    label: str
    values: tuple[Number | None, ...]
    preliminary: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    n: tuple[int | None, ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Band:
    """An interval per period, None where there is none. `middle`: what is expected, one value per period or nothing."""

    label: str
    low: tuple[Number | None, ...]
    high: tuple[Number | None, ...]
    middle: tuple[Number | None, ...] = ()

    @property
    def columns(self) -> tuple[tuple[Number | None, ...], ...]:
        return (self.low, self.high, self.middle) if self.middle else (self.low, self.high)


@dataclass(frozen=True)
class Event:
    """Something that happened at the start of a period."""

    period: str
    label: str


@dataclass(frozen=True)
class Alarm:
    """A period whose value (of the first line) is unusual. label: in words ("fler än väntat"); it stands in the key.
    direction: which way it is unusual; the mark points there. detail: what is said of this period alone ("väntat 2–8"),
    in the table and the file."""

    period: str
    label: str
    direction: Direction = "up"
    detail: str = ""

    @property
    def words(self) -> str:
        return f"{self.label} ({self.detail})" if self.detail else self.label


@dataclass(frozen=True)
class Break:
    """From this period on the values are counted in another way, so no line runs across. reason: why, in words."""

    period: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class TimeSeries(Figure):
    """One to four lines over time. periods: "2024-01" (months), "2024" (years) or any other label, in order.

    band: what was to be expected; alarms: periods that are unusual; breaks: where the series changes its meaning.
    """

    periods: tuple[str, ...]
    lines: tuple[Line, ...]
    band: Band | None = None
    reference: Reference | None = None
    events: tuple[Event, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    breaks: tuple[Break, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.state is State.NORMAL and not (self.periods and 1 <= len(self.lines) <= 4):
            raise ValueError("a time series needs periods and one to four lines")
        _require_series(self.periods, self.lines, self.band, self.alarms, self.breaks)
        if self.reference:
            require_finite((self.reference.value,))
        if not {event.period for event in self.events} <= set(self.periods):
            raise ValueError("an event lies outside the periods")

    def records(self) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
        headers = (_("period"), _("serie"), _("värde"), _("enhet"), _("status"))
        if self.hidden:
            return headers, ()
        rows: list[tuple[Cell, ...]] = []
        for index, line in enumerate(self.lines):
            alarms = self.alarms if index == 0 else ()
            remarks = dict(line.remarks)
            for period, value in zip(self.periods, line.values, strict=True):
                said = (_status(line, period, value, alarms, self.breaks), remarks.get(period, ""))
                rows.append((period, line.label, value, self.unit, "; ".join(filter(None, said))))
        if self.band:
            ends = (_("%(band)s, lägst"), _("%(band)s, högst"), "%(band)s")
            for label, column in zip(ends, self.band.columns, strict=False):
                points = zip(self.periods, column, strict=True)
                rows += [(period, label % {"band": self.band.label}, value, self.unit, "") for period, value in points]
        for line in self.lines:
            rows += [
                (period, _n_label(line, self.lines), n, "", "") for period, n in zip(self.periods, line.n, strict=False)
            ]
        if self.reference:
            rows.append(("", self.reference.label, self.reference.value, self.unit, ""))
        return headers, tuple(rows)

    def table(self) -> Table:
        headers = [_("Period"), *(line.label for line in self.lines)]
        if self.band:
            headers.append(self.band.label)
        counted = [line for line in self.lines if line.n]
        headers += [_n_label(line, self.lines) for line in counted]
        if self.reference:
            headers.append(self.reference.label)
        if self.events:
            headers.append(_("Händelse"))
        if self.alarms or self.breaks:
            headers.append(_("Att lägga märke till"))
        if self.hidden:
            return self._hidden_table(tuple(headers))
        rows = []
        for index, period in enumerate(self.periods):
            row = [period_name(period)]
            row += [self._words(line, period, line.values[index]) for line in self.lines]
            if self.band:
                row.append(_interval_at(self.band, index, self.decimals))
            row += ["–" if (n := line.n[index]) is None else number(n) for line in counted]
            if self.reference:
                row.append(number(self.reference.value, self.decimals))
            if self.events:
                row.append("; ".join(event.label for event in self.events if event.period == period))
            if self.alarms or self.breaks:
                row.append("; ".join(_remarks(period, self.alarms, self.breaks)))
            rows.append(tuple(row))
        numbers = 1 + len(self.lines) + bool(self.band) + len(counted) + bool(self.reference)
        return Table(tuple(headers), tuple(rows), tuple(range(1, numbers)))

    def _words(self, line: Line, period: str, value: Number | None) -> str:
        status = _status(line, period, value)
        if value is None:
            return status
        shown = number(value, self.decimals)
        return f"{shown} ({status})" if status else shown


@dataclass(frozen=True)
class Panel:
    """One small plot: its line (whose label is the title) and what is expected. A panel in another state than normal
    must carry no value, and says the reason."""

    line: Line
    band: Band | None = None
    alarms: tuple[Alarm, ...] = ()
    breaks: tuple[Break, ...] = ()
    state: State = State.NORMAL
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", State(self.state))

    @property
    def title(self) -> str:
        return self.line.label

    def last(self) -> int | None:
        """The index of the last value; None where there is none."""
        return next((i for i in reversed(range(len(self.line.values))) if self.line.values[i] is not None), None)


@dataclass(frozen=True, kw_only=True)
class SmallMultiples(Figure):
    """Up to 24 small plots over the same periods, with the same two axes, in the order given.

    heading: what a panel is ("Brottstyp"). Each panel shows its own last value.
    """

    heading: str
    periods: tuple[str, ...]
    panels: tuple[Panel, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.state is State.NORMAL and not (self.periods and 1 <= len(self.panels) <= MOST_PANELS):
            raise ValueError(f"small multiples need periods and one to {MOST_PANELS} panels")
        require_unlike((panel.title for panel in self.panels), "panel")
        for panel in self.panels:
            if panel.state is State.NORMAL:
                _require_series(self.periods, (panel.line,), panel.band, panel.alarms, panel.breaks)
            elif any(value is not None for value in panel.line.values) or panel.band:
                raise ValueError("a panel that is not shown must carry no value")

    def records(self) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
        headers = (
            _("period"),
            self.heading.lower(),
            _("värde"),
            _("väntat, lägst"),
            _("väntat, högst"),
            _("enhet"),
            _("status"),
        )
        if self.hidden:
            return headers, ()
        rows: list[tuple[Cell, ...]] = []
        for panel in self.panels:
            if panel.state is not State.NORMAL:
                rows.append(("", panel.title, None, None, None, self.unit, panel.reason or panel.state.words))
                continue
            for index, (period, value) in enumerate(zip(self.periods, panel.line.values, strict=True)):
                ends = (panel.band.low[index], panel.band.high[index]) if panel.band else (None, None)
                status = _status(panel.line, period, value, panel.alarms, panel.breaks)
                rows.append((period, panel.title, value, *ends, self.unit, status))
        return headers, tuple(rows)

    def table(self) -> Table:
        """One row per panel and year with a column per month; for other periods one row per panel."""
        years = self._years()
        headers = (self.heading, *((_("År"), *month_names()) if years else self.periods), _("Att lägga märke till"))
        if self.hidden:
            return self._hidden_table(headers)
        rows: list[tuple[str, ...]] = []
        for panel in self.panels:
            if panel.state is not State.NORMAL:
                rows.append((panel.title, *("–" for _unused in headers[2:]), panel.reason or panel.state.words))
            elif not years:
                cells = (self._cell(panel, index) for index in range(len(self.periods)))
                rows.append((panel.title, *cells, self._noticed(panel, self.periods)))
            else:
                for year, columns in years.items():
                    cells = ("" if index is None else self._cell(panel, index) for index in columns)
                    named = [self.periods[index] for index in columns if index is not None]
                    rows.append((panel.title, year, *cells, self._noticed(panel, named)))
        return Table(headers, tuple(rows), tuple(range(2 if years else 1, len(headers) - 1)))

    def print_table(self) -> Table:
        """One row per panel: its last, lowest and highest value with their periods. All values are in the file."""
        headers = (self.heading, _("Senaste värdet"), _("Lägst"), _("Högst"), _("Att lägga märke till"))
        if self.hidden:
            return self._hidden_table(headers)
        rows: list[tuple[str, ...]] = []
        for panel in self.panels:
            last = panel.last()
            if panel.state is not State.NORMAL or last is None:
                rows.append((panel.title, "–", "–", "–", panel.reason or panel.state.words or _("saknas")))
                continue
            present = [index for index, value in enumerate(panel.line.values) if value is not None]
            # Of equal values the latest, as the reader would point at it.
            lowest = min(reversed(present), key=lambda index: float(panel.line.values[index] or 0))
            highest = max(reversed(present), key=lambda index: float(panel.line.values[index] or 0))
            cells = (
                f"{number(panel.line.values[index], self.decimals)} ({period_name(self.periods[index])})"
                for index in (last, lowest, highest)
            )
            rows.append((panel.title, *cells, self._noticed(panel, self.periods)))
        return Table(headers, tuple(rows))

    def _years(self) -> dict[str, list[int | None]]:
        """For each year where in the periods its twelve months are; empty unless all periods are months."""
        years: dict[str, list[int | None]] = {}
        for index, period in enumerate(self.periods):
            if not (when := month(period)):
                return {}
            years.setdefault(str(when[0]), [None] * 12)[when[1] - 1] = index
        return years

    def _cell(self, panel: Panel, index: int) -> str:
        value = panel.line.values[index]
        return number(value, self.decimals) if value is not None else _status(panel.line, self.periods[index], value)

    def _noticed(self, panel: Panel, periods: Sequence[str]) -> str:
        """What the signs of the plot say, in words: preliminary, unusual, broken."""
        words = [
            f"{period_name(period)}: {remark}"
            for period in periods
            for remark in _remarks(period, panel.alarms, panel.breaks)
        ]
        if tentative := [period_name(period) for period in periods if period in panel.line.preliminary]:
            words.append(_("preliminärt: %(periods)s") % {"periods": ", ".join(tentative)})
        return "; ".join(words)


def _n_label(line: Line, lines: Sequence[Line]) -> str:
    return _("antal svar (n)") if len(lines) == 1 else _("antal svar (n), %(line)s") % {"line": line.label}


def _status(
    line: Line, period: str, value: Number | None, alarms: Iterable[Alarm] = (), breaks: Iterable[Break] = ()
) -> str:
    remarks = _remarks(period, alarms, breaks)
    if period in line.withheld:
        return "; ".join([_("visas inte"), *remarks])
    if value is None:
        return "; ".join([_("saknas"), *remarks])
    return "; ".join([*([_("preliminär")] if period in line.preliminary else []), *remarks])


def _remarks(period: str, alarms: Iterable[Alarm], breaks: Iterable[Break]) -> list[str]:
    return [alarm.words for alarm in alarms if alarm.period == period] + [
        break_words(each) for each in breaks if each.period == period
    ]


def break_words(each: Break) -> str:
    """What stands at a break, on the plot and in the table."""
    return _("Serien bryts: %(reason)s") % {"reason": each.reason}


def _interval_at(band: Band, index: int, decimals: int) -> str:
    ends = interval(band.low[index], band.high[index], decimals)
    if not band.middle or band.middle[index] is None:
        return ends or "–"
    middle = number(band.middle[index], decimals)
    return f"{middle} ({ends})" if ends else middle


def _require_series(
    periods: tuple[str, ...],
    lines: tuple[Line, ...],
    band: Band | None,
    alarms: tuple[Alarm, ...],
    breaks: tuple[Break, ...],
) -> None:
    """What holds for any values over time; raises ValueError."""
    if len(set(periods)) != len(periods):
        raise ValueError("periods are named more than once")
    if any(line.n and len(line.n) != len(periods) for line in lines):
        raise ValueError("a line needs one n per period, or none")
    for column in [line.values for line in lines] + list(band.columns if band else ()):
        if len(column) != len(periods):
            raise ValueError("each line and the band need one value per period")
        require_finite(column)
    named = {period for line in lines for period in (*line.preliminary, *line.withheld)}
    if not named | {each.period for each in alarms} | {each.period for each in breaks} <= set(periods):
        raise ValueError("a preliminary or withheld period, an alarm or a break lies outside the periods")
    place = {period: index for index, period in enumerate(periods)}
    if any(line.values[place[period]] is not None for line in lines for period in line.withheld):
        raise ValueError("a withheld value must be None")
    for alarm in alarms:
        if not alarm.label.strip():
            raise ValueError("an alarm needs words: a mark alone says nothing")
        if not lines or lines[0].values[place[alarm.period]] is None:
            raise ValueError("an alarm needs a value in the first line")
    if any(not each.reason.strip() for each in breaks):
        raise ValueError("a break needs a reason")
