"""One series as a frozen value: what figures and adopted pictures are made of, with or without a database."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Self

from tillsammans.formats.observations import EstimateDetail
from tillsammans.formats.units import UNCERTAIN_UNITS
from tillsammans.kernel.canonical import canonical, parsed
from tillsammans_stats import result as statistics

UNSTATED = "unstated"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its uncertainty, as it travels from the import to page, document, export and frozen content.

    The product's side of ``tillsammans_stats.result.Estimate``, with the same names: decimals instead of floats, since
    it is canonical content. ``low`` and ``high`` are an interval, ``n`` how many it rests on, ``detail`` what else is
    stated. What does not apply is empty: a registered count has a value alone. Which version of the data it rests on
    is in the series' files.
    """

    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    n: int | None = None
    detail: EstimateDetail | None = None

    @classmethod
    def stated(
        cls,
        unit: str,
        value: Decimal | None,
        low: Decimal | None = None,
        high: Decimal | None = None,
        n: int | None = None,
        detail: EstimateDetail | None = None,
    ) -> Self:
        """What a source states. A share or another measure without interval or n gets the status that it has none."""
        made = cls(value, low, high, n, detail)
        if value is None or made.status or unit not in UNCERTAIN_UNITS or made.whole:
            return made
        return replace(made, detail=replace(detail or EstimateDetail(), status=UNSTATED))

    @classmethod
    def computed(cls, result: statistics.Estimate) -> Self:
        """What the statistics computed; each number is the shortest decimal that is the float."""
        detail = EstimateDetail(
            result.method,
            _exact(result.level),
            _exact(result.standard_error),
            _exact(result.degrees_of_freedom),
            _exact(result.effective_n),
            _exact(result.design_effect),
            "" if result.status == statistics.PublicationStatus.SHOWN else str(result.status),
            result.reason,
        )
        return cls(
            _exact(result.value),
            _exact(result.low),
            _exact(result.high),
            result.n,
            None if detail == EstimateDetail() else detail,
        )

    @property
    def status(self) -> str:
        """Empty, ``uncertain``, ``too_little``, ``suppressed``, or ``unstated``: the source states no uncertainty."""
        return self.detail.status if self.detail else ""

    @property
    def whole(self) -> bool:
        """Whether it has both its interval and n."""
        return self.low is not None and self.high is not None and self.n is not None

    @property
    def readable(self) -> bool:
        """Whether the value may be read out."""
        return self.value is not None and self.status not in ("too_little", "suppressed")


@dataclass(frozen=True, slots=True)
class Point:
    """One period's estimate; without a value it has a ``mark`` (``not_applicable``, ``missing``, ``suppressed``)."""

    period: str
    estimate: Estimate
    mark: str = ""
    preliminary: bool = False

    @property
    def value(self) -> Decimal | None:
        """The estimate's value."""
        return self.estimate.value


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


def with_estimates(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """A series as parsed content whose points are estimates; 0.1.0 wrote a value alone, of a share too."""
    if all("estimate" in point for point in content["points"]):
        return content
    points = []
    for point in content["points"]:
        value = None if point["value"] is None else Decimal(point["value"])
        estimate = parsed(canonical(Estimate.stated(content["unit"], value)))
        points.append({key: one for key, one in point.items() if key != "value"} | {"estimate": estimate})
    return {**content, "points": points}


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(float(value)))


def spoken_name(name: str) -> str:
    """An indicator's name as it is said by itself: without Brå's "därav", with a capital first."""
    bare = name.removeprefix("därav ")
    return bare[:1].upper() + bare[1:]
