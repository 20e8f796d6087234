"""Series straight from Brå's files, without a database."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from tillsammans.formats.crime_types import crime_type, tree_of
from tillsammans.formats.databasfil import Databasfil, merge
from tillsammans.formats.periods import kind_of
from tillsammans.formats.regions import region
from tillsammans.formats.units import BRA, COUNT, PER_100K, rate_code
from tillsammans.indicators.series import Estimate, Point, SeriesData, SourceFile


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
            series = region(value.region, date(int(year), 1, 1))
            known[value.region, year] = series.code if series else ""
            if series:
                area_names[series.code] = series.name
        if known[value.region, year] != area:
            continue
        kind = crime_type(value.crime, tree_of(value.period))
        names[kind.code] = kind.label
        columns.setdefault((kind.code, kind_of(value.period), area), []).append(
            (
                Point(value.period, Estimate(_decimal(value.count)), value.mark or "", value.preliminary),
                Point(value.period, Estimate(_decimal(value.rate)), value.mark or "", value.preliminary),
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
    areas: dict[str, str] = {}
    for file in files:
        for name, year in dict.fromkeys(zip(file.region, (period[:4] for period in file.period), strict=True)):
            if place := region(name, date(int(year), 1, 1)):
                areas[place.code] = place.name
    return areas


def _decimal(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number)
