"""How something is spread over a cycle: the months of a year, or the hours of a week."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tillsammans.kernel.figures.numbers import interval, number
from tillsammans.kernel.figures.specification.base import (
    Cell,
    Figure,
    Number,
    Reference,
    State,
    Table,
    require_finite,
    require_interval,
    require_unlike,
)
from tillsammans.kernel.figures.specification.classes import Classes


@dataclass(frozen=True)
class Slot:
    """One part of the cycle ("jan", "måndag"): its index with interval, and how many observations lie in it.
    noticed: words for a part that stands out ("fler än en genomsnittsmånad"); it gets a mark of its own."""

    label: str
    value: Number | None
    low: Number | None = None
    high: Number | None = None
    n: Number | None = None
    noticed: str = ""


@dataclass(frozen=True, kw_only=True)
class Profile(Figure):
    """Two to 24 parts of a cycle in their order, against a level ("genomsnittsmånaden = 100").

    heading: what a part is ("Månad"). interval_label: what low and high mean ("95 % intervall").
    """

    heading: str
    slots: tuple[Slot, ...]
    reference: Reference
    interval_label: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.state is State.NORMAL and not 2 <= len(self.slots) <= 24:
            raise ValueError("a profile needs two to 24 parts")
        require_unlike((slot.label for slot in self.slots), "part")
        require_finite((self.reference.value,))
        for slot in self.slots:
            require_finite((slot.value, slot.low, slot.high, slot.n))
            require_interval(slot.low, slot.high, self.interval_label)
            if slot.value is None and (slot.low is not None or slot.noticed):
                raise ValueError("a part without a value has neither interval nor mark")

    def records(self) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
        headers = (
            self.heading.lower(),
            _("värde"),
            _("lägst"),
            _("högst"),
            _("antal"),
            _("enhet"),
            _("status"),
        )
        if self.hidden:
            return headers, ()
        rows: list[tuple[Cell, ...]] = [
            (
                slot.label,
                slot.value,
                slot.low,
                slot.high,
                slot.n,
                self.unit,
                _("saknas") if slot.value is None else slot.noticed,
            )
            for slot in self.slots
        ]
        rows.append((self.reference.label, self.reference.value, None, None, None, self.unit, _("jämförelse")))
        return headers, tuple(rows)

    def table(self) -> Table:
        has_interval = any(slot.low is not None for slot in self.slots)
        has_n = any(slot.n is not None for slot in self.slots)
        has_noticed = any(slot.noticed for slot in self.slots)
        headers = [self.heading, _("Värde (%(unit)s)") % {"unit": self.unit} if self.unit else _("Värde")]
        headers += [self.interval_label] if has_interval else []
        headers += [_("Antal i underlaget")] if has_n else []
        numeric = tuple(range(1, len(headers)))
        headers += [_("Att lägga märke till")] if has_noticed else []
        if self.hidden:
            return self._hidden_table(tuple(headers))
        rows = []
        for slot in (*self.slots, Slot(self.reference.label, self.reference.value)):
            cells = [slot.label, number(slot.value, self.decimals) if slot.value is not None else _("saknas")]
            cells += [interval(slot.low, slot.high, self.decimals) or "–"] if has_interval else []
            cells += [number(slot.n) or "–"] if has_n else []
            cells += [slot.noticed] if has_noticed else []
            rows.append(tuple(cells))
        return Table(tuple(headers), tuple(rows), numeric)


@dataclass(frozen=True, kw_only=True)
class WeekGrid(Figure):
    """A value in each cell of rows by columns, most often weekdays by hours, shaded by class.

    row_heading and column_heading: what they are ("Veckodag", "Timme"). Short names ("mån") fit a page of paper.
    values: one tuple per row, None where it is unknown. noticed: (row, column) of the cells that stand out, and
    noticed_label says how ("fler än en genomsnittstimme").
    """

    row_heading: str
    column_heading: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[Number | None, ...], ...]
    classes: Classes
    noticed: tuple[tuple[int, int], ...] = ()
    noticed_label: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.state is State.NORMAL and not (self.rows and self.columns):
            raise ValueError("a grid needs rows and columns")
        require_unlike(self.rows, "row")
        require_unlike(self.columns, "column")
        if len(self.values) != len(self.rows) or any(len(row) != len(self.columns) for row in self.values):
            raise ValueError("a grid needs one value for each row and column")
        for row in self.values:
            require_finite(row)
        if self.noticed and not self.noticed_label.strip():
            raise ValueError("say in words why the cells stand out (noticed_label)")
        for at, column in self.noticed:
            if not (0 <= at < len(self.rows) and 0 <= column < len(self.columns)):
                raise ValueError("a noticed cell lies outside the grid")

    def records(self) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
        headers = (self.row_heading.lower(), self.column_heading.lower(), _("värde"), _("enhet"), _("status"))
        if self.hidden:
            return headers, ()
        noticed = set(self.noticed)
        return headers, tuple(
            (
                name,
                column,
                value,
                self.unit,
                _("saknas") if value is None else self.noticed_label if (row, at) in noticed else "",
            )
            for row, (name, values) in enumerate(zip(self.rows, self.values, strict=True))
            for at, (column, value) in enumerate(zip(self.columns, values, strict=True))
        )

    def table(self) -> Table:
        """Columns become rows, so that seven days and 24 hours fit a page; the last column names what stands out."""
        headers = (self.column_heading, *self.rows, *([capfirst(self.noticed_label)] if self.noticed else []))
        if self.hidden:
            return self._hidden_table(headers)
        rows = []
        for at, column in enumerate(self.columns):
            cells = [number(row[at], self.decimals) if row[at] is not None else _("saknas") for row in self.values]
            if self.noticed:
                cells.append(", ".join(self.rows[row] for row, where in sorted(self.noticed) if where == at))
            rows.append((column, *cells))
        return Table(headers, tuple(rows), tuple(range(1, len(self.rows) + 1)))
