"""Funnel plots: places of different size against control limits, instead of a league table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from tillsammans.kernel.figures.numbers import number
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
from tillsammans.kernel.text import swedish_key


@dataclass(frozen=True)
class Point:
    """One place: its size (expected number, population), its value, and words when it lies outside the limits
    ("över gränsen på 99,8 %"), which the statistics decide, not the drawing. A suppressed place carries no value."""

    label: str
    size: Number | None
    value: Number | None = None
    outside: str = ""
    own: bool = False
    suppressed: str = ""


@dataclass(frozen=True)
class Limit:
    """A pair of control limits: rising sizes, and the lower and upper limit at each."""

    label: str
    sizes: tuple[Number, ...]
    low: tuple[Number, ...]
    high: tuple[Number, ...]


@dataclass(frozen=True, kw_only=True)
class Funnel(Figure):
    """Places as points, size on x and value on y, the common level, and one or two pairs of limits, the inner first.

    heading: what a point is ("Kommun"). size_label: what the size is ("väntat antal brott"). unit: of the value.
    Only places outside the limits and the reader's own are named in the plot; the table names all, by name.
    """

    heading: str
    size_label: str
    points: tuple[Point, ...]
    level: Reference
    limits: tuple[Limit, ...]
    size_decimals: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.size_label.strip():
            raise ValueError("say what the size is (size_label)")
        if self.state is State.NORMAL and not (self.points and 1 <= len(self.limits) <= 2):
            raise ValueError("a funnel needs points and one or two pairs of limits")
        require_unlike((point.label for point in self.points), "point")
        require_finite((self.level.value,))
        for point in self.points:
            require_finite((point.size, point.value))
            if point.suppressed and (point.value is not None or point.outside):
                raise ValueError("a suppressed point must carry no value")
            if point.value is not None and (point.size is None or point.size <= 0):
                raise ValueError("a point with a value needs a size above zero")
        for limit in self.limits:
            for column in (limit.sizes, limit.low, limit.high):
                require_finite(column)
            if not 2 <= len(limit.sizes) == len(limit.low) == len(limit.high):
                raise ValueError("a limit needs at least two sizes, with a low and a high value for each")
            if any(a >= b for a, b in pairwise(limit.sizes)):
                raise ValueError("the sizes of a limit must rise")

    def by_name(self) -> tuple[Point, ...]:
        """The points as they are listed: by name, never by value."""
        return tuple(sorted(self.points, key=lambda point: swedish_key(point.label)))

    def position(self, point: Point) -> str:
        """Where a point lies, in words; the reason where it has no value."""
        if point.value is None:
            return point.suppressed or _("saknas")
        return point.outside or _("inom gränserna")

    def records(self) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
        headers = (self.heading.lower(), self.size_label.lower(), _("värde"), _("enhet"), _("läge"))
        if self.hidden:
            return headers, ()
        rows = [(point.label, _size(point), point.value, self.unit, self.position(point)) for point in self.by_name()]
        return headers, (*rows, (self.level.label, None, self.level.value, self.unit, _("jämförelse")))

    def table(self) -> Table:
        headers = (
            self.heading,
            self.size_label,
            _("Värde (%(unit)s)") % {"unit": self.unit} if self.unit else _("Värde"),
            _("Läge"),
        )
        if self.hidden:
            return self._hidden_table(headers)
        rows = [
            (
                point.label,
                number(_size(point), self.size_decimals) or "–",
                number(point.value, self.decimals) or "–",
                self.position(point),
            )
            for point in self.by_name()
        ]
        rows.append((self.level.label, "–", number(self.level.value, self.decimals), _("jämförelse")))
        return Table(headers, tuple(rows), (1, 2))


def _size(point: Point) -> Number | None:
    # The expected number of a suppressed place, with a rate known elsewhere, could give its count away.
    return None if point.suppressed else point.size
