"""One series as a frozen value: what figures and adopted pictures are made of, with or without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from tillsammans.indicators.crime_types import crime_type, tree_of
from tillsammans.indicators.databasfil import Databasfil, merge
from tillsammans.indicators.periods import kind_of
from tillsammans.indicators.regions import region

BRA = "Brå, anmälda brott"
COUNT, PER_100K, SHARE = "count", "per_100k", "share"
_RATE = ".per-100k"


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

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> Self:
        """The series in parsed canonical content."""
        points = tuple(
            Point(
                point["period"],
                None if point["value"] is None else Decimal(point["value"]),
                point["mark"],
                point["preliminary"],
            )
            for point in content["points"]
        )
        return cls(
            **{
                **content,
                "points": points,
                "inhabitants": tuple(Inhabitants(**row) for row in content["inhabitants"]),
                "files": tuple(SourceFile(**row) for row in content["files"]),
            }
        )

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


def rate_code(code: str) -> str:
    """The indicator of the published rate per 100 000 inhabitants that belongs to a count's."""
    return code + _RATE


def spoken_name(name: str) -> str:
    """An indicator's name as it is said by itself: without Brå's "därav", with a capital first."""
    bare = name.removeprefix("därav ")
    return bare[:1].upper() + bare[1:]


def source_file(path: Path, name: str = "") -> SourceFile:
    """The file with the hash of its content."""
    return SourceFile(name or path.name, sha256(path.read_bytes()).hexdigest())


def series_from_files(
    files: Sequence[Databasfil], area: str, sources: Sequence[SourceFile] = ()
) -> tuple[SeriesData, ...]:
    """The area's series in Brå's files, counts first and then published rates, in the files' order of crime types.

    ``area`` is the code of an area. The result is empty if the files do not mention it. A crime type with nothing but
    ``..`` was not part of the extract and gives no series. Raises ``ImportProblem`` if the files contradict each other.
    """
    columns: dict[tuple[str, str, str], list[tuple[Point, Point]]] = {}
    names: dict[str, str] = {}
    area_names: dict[str, str] = {}
    known: dict[tuple[str, str], str] = {}
    for value in merge(files):
        year = value.period[:4]
        if (value.region, year) not in known:
            found = region(value.region, date(int(year), 1, 1))
            known[value.region, year] = found.code if found else ""
            if found:
                area_names[found.code] = found.name
        if known[value.region, year] != area:
            continue
        kind = crime_type(value.crime, tree_of(value.period))
        names[kind.code] = kind.label
        columns.setdefault((kind.code, kind_of(value.period), area), []).append(
            (
                Point(value.period, _decimal(value.count), value.mark or "", value.preliminary),
                Point(value.period, _decimal(value.rate), value.mark or "", value.preliminary),
            )
        )
    made = []
    for unit, which in ((COUNT, 0), (PER_100K, 1)):
        for (code, period_kind, _area), pairs in columns.items():
            points = sorted((pair[which] for pair in pairs), key=lambda point: point.period)
            if any(point.value is not None for point in points):
                made.append(
                    SeriesData(
                        code if unit == COUNT else rate_code(code),
                        names[code],
                        unit,
                        area,
                        area_names[area],
                        BRA,
                        period_kind,
                        tuple(points),
                        files=tuple(sources),
                    )
                )
    return tuple(made)


def areas_in_files(files: Sequence[Databasfil]) -> dict[str, str]:
    """The areas that the files have figures for: code and name, in the files' order."""
    found: dict[str, str] = {}
    for file in files:
        for name, year in dict.fromkeys(zip(file.region, (period[:4] for period in file.period), strict=True)):
            if place := region(name, date(int(year), 1, 1)):
                found[place.code] = place.name
    return found


def _decimal(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number)
