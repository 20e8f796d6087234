"""Places on a map: areas with borders, or hexagons with counts. Every map is also a list by name."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tillsammans.kernel.figures.numbers import interval, number, quantity
from tillsammans.kernel.figures.specification.base import (
    Cell,
    Figure,
    Number,
    State,
    Table,
    require_finite,
    require_interval,
    require_unlike,
)
from tillsammans.kernel.figures.specification.classes import Classes
from tillsammans.kernel.figures.specification.series import Direction
from tillsammans.kernel.text import swedish_key

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class MapArea:
    """One area: rings of (x, y) in kilometres, y northwards (holes are rings too), with a value and its interval.

    A value that is None is unknown; `suppressed` says why one is not shown. mark and mark_label: the area stands out
    ("up", "högre än väntat"). own: the reader's own area, which is outlined and named.
    """

    label: str
    rings: tuple[Ring, ...]
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    n: int | None = None
    suppressed: str = ""
    mark: Direction | None = None
    mark_label: str = ""
    own: bool = False


@dataclass(frozen=True, kw_only=True)
class Map(Figure):
    """What both kinds of maps state. heading: what a place is ("Kommun"). interval_label: what low and high mean.

    context: rings drawn as thin lines under everything (a coast, a municipality's border).
    """

    heading: str
    classes: Classes
    interval_label: str = ""
    context: tuple[Ring, ...] = ()

    @abstractmethod
    def places(self) -> tuple[MapArea, ...]:
        """What is drawn, in the order given."""

    def by_name(self) -> tuple[MapArea, ...]:
        """The places as they are listed: by name, never by value."""
        return tuple(sorted(self.places(), key=lambda place: swedish_key(place.label)))

    def __post_init__(self) -> None:
        super().__post_init__()
        places = self.places()
        if self.state is State.NORMAL and not places:
            raise ValueError("a map needs places")
        require_unlike((place.label for place in places), "place")
        for place in places:
            require_finite((place.value, place.low, place.high))
            require_interval(place.low, place.high, self.interval_label)
            _require_rings(place.rings)
            if not place.rings:
                raise ValueError("a place on a map needs a ring")
            if place.suppressed and (place.value is not None or place.low is not None or place.mark):
                raise ValueError("a suppressed place must carry no value")
            if place.mark and not place.mark_label.strip():
                raise ValueError("a mark needs words (mark_label)")
        _require_rings(self.context)

    def words(self, place: MapArea) -> str:
        """The value of a place in words; the reason where it is not shown."""
        if place.value is None:
            return place.suppressed or _("uppgift saknas")
        return quantity(place.value, "%" if self.unit == "%" else "", self.decimals)

    def records(self) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
        headers = (
            self.heading.lower(),
            _("värde"),
            _("lägst"),
            _("högst"),
            _("antal"),
            _("enhet"),
            _("klass"),
            _("status"),
        )
        if self.hidden:
            return headers, ()
        names = self.classes.words()
        return headers, tuple(
            (
                place.label,
                place.value,
                place.low,
                place.high,
                None if place.suppressed else place.n,
                self.unit,
                "" if place.value is None else names[self.classes.of(place.value)],
                self.words(place) if place.value is None else place.mark_label,
            )
            for place in self.by_name()
        )

    def table(self) -> Table:
        places = self.by_name()
        has_interval = any(place.low is not None for place in places)
        has_n = any(place.n is not None and not place.suppressed for place in places)
        has_mark = any(place.mark for place in places)
        headers = [self.heading, _("Värde (%(unit)s)") % {"unit": self.unit} if self.unit else _("Värde")]
        headers += [self.interval_label] if has_interval else []
        headers += [_("Antal i underlaget")] if has_n else []
        numeric = tuple(range(1, len(headers)))
        headers += [_("Klass")]
        headers += [_("Att lägga märke till")] if has_mark else []
        if self.hidden:
            return self._hidden_table(tuple(headers))
        names = self.classes.words()
        rows = []
        for place in places:
            known = place.value is not None
            cells = [place.label, number(place.value, self.decimals) if known else self.words(place)]
            cells += [interval(place.low, place.high, self.decimals) or "–"] if has_interval else []
            cells += [number(place.n) if place.n is not None and not place.suppressed else "–"] if has_n else []
            cells += ["–" if place.value is None else names[self.classes.of(place.value)]]
            cells += [place.mark_label] if has_mark else []
            rows.append(tuple(cells))
        return Table(tuple(headers), tuple(rows), numeric)


@dataclass(frozen=True, kw_only=True)
class Choropleth(Map):
    """Areas shaded by class. A rate or a share, never a bare count, because large areas would dominate."""

    areas: tuple[MapArea, ...]

    def places(self) -> tuple[MapArea, ...]:
        return self.areas


@dataclass(frozen=True)
class HexCell:
    """One hexagon: its corners in kilometres, y northwards, and the count in it, or why it is not shown
    ("färre än 5"). name: as the list has it ("Gimo, nordöst")."""

    name: str
    corners: Ring
    count: int | None = None
    suppressed: str = ""


@dataclass(frozen=True, kw_only=True)
class Hexagons(Map):
    """Counts in hexagons of (about) the same size. A place with no hexagon has no event."""

    cells: tuple[HexCell, ...]

    def places(self) -> tuple[MapArea, ...]:
        return tuple(MapArea(c.name, (c.corners,), c.count, suppressed=c.suppressed) for c in self.cells)


def _require_rings(rings: Iterable[Ring]) -> None:
    for ring in rings:
        if len(ring) < 3:
            raise ValueError("a ring needs three points")
        for point in ring:
            require_finite(point)
