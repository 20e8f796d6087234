"""One series as a frozen value: what figures and adopted pictures are made of, with or without a database."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self


@dataclass(frozen=True, slots=True)
class Point:
    """One value; ``None`` with a ``mark`` (``not_applicable``, ``missing``, ``suppressed``) where there is none."""

    period: str
    value: Decimal | None
    mark: str = ""
    preliminary: bool = False


@dataclass(frozen=True, slots=True)
class Inhabitants:
    """How many lived in the area on the last day of a year, and who says so."""

    year: int
    count: int
    source: str


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that values came from; ``imported`` is the address of its import, empty without a database."""

    name: str
    sha256: str
    imported: str = ""
    in_force_at: str = ""


@dataclass(frozen=True, slots=True)
class SeriesData:
    """One indicator for one area and source, over periods of one kind in their order.

    ``unit`` is ``count``, ``per_100k`` or ``share``. A series is canonical content: see ``kernel.canonical``.
    """

    indicator: str
    name: str
    unit: str
    area: str
    area_name: str
    source: str
    period_kind: str
    points: tuple[Point, ...]
    inhabitants: tuple[Inhabitants, ...] = ()
    files: tuple[SourceFile, ...] = ()

    def between(self, first: str = "", last: str = "") -> Self:
        """The same series with only the periods from ``first`` to ``last``; an empty end is open."""
        kept = tuple(
            point
            for point in self.points
            if (not first or first <= point.period) and (not last or point.period <= last)
        )
        return replace(self, points=kept)

    @property
    def last_period(self) -> str:
        """The last period with a value; empty if there is none."""
        return max((point.period for point in self.points if point.value is not None), default="")


def spoken_name(name: str) -> str:
    """An indicator's name as it is said by itself: without Brå's "därav", with a capital first."""
    bare = name.removeprefix("därav ")
    return bare[:1].upper() + bare[1:]
