"""Categories side by side, with intervals."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tillsammans.kernel.figures.numbers import interval, number, quantity
from tillsammans.kernel.figures.specification.base import (
    Cell,
    Figure,
    Number,
    Reference,
    State,
    Table,
    require_finite,
    require_interval,
)


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
            require_finite((row.value, row.low, row.high))
            if row.suppressed and (row.value, row.low, row.high) != (None, None, None):
                raise ValueError("a suppressed row must carry no value")
            require_interval(row.low, row.high, self.interval_label)

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
