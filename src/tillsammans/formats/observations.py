"""What every reader gives: a file's figures as observations, with the words that the file used for where and what."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Measured:
    """What a column of numbers is about: an indicator to be.

    ``code`` is stable over files and years, begins with the publisher ("kolada.n07403", "bra.ar.misshandel") and has
    at most 120 signs. ``unit`` is ``count``, ``per_100k``, ``share`` (in percent) or ``other``, where the name says
    what the number is ("…, kr/inv"). ``part_of`` is the code of the broader one whose figures hold this one's.
    """

    code: str
    name: str
    unit: str
    part_of: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where, in the file's own words. ``code`` is the official code if the file has one, ``kind`` what it is if known.

    ``kind`` is one of ``areas.models.Area.Kind`` or empty. Which area is meant is found out later, for each year.
    """

    name: str
    code: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class EstimateDetail:
    """What a publisher states of an estimate besides its value, interval and n; what is not stated is empty.

    ``level``: of the interval, 0.95 for 95 %. ``method``: how the interval was computed. ``status``: empty, or one of
    ``tillsammans_stats.result.PublicationStatus``, or ``unstated`` (the source states no uncertainty, and product code
    says so); ``reason`` says why.
    """

    method: str = ""
    level: Decimal | None = None
    standard_error: Decimal | None = None
    degrees_of_freedom: Decimal | None = None
    effective_n: Decimal | None = None
    design_effect: Decimal | None = None
    status: str = ""
    reason: str = ""


class Observation(NamedTuple):
    """One number, or the mark that stands in its place.

    ``measured`` and ``place`` are keys of the table's dictionaries. ``period``: ``2020``, ``2020-Q1``, ``2020-01`` or
    ``2022/23`` (two years together). ``mark``: empty, ``not_applicable``, ``missing`` or ``suppressed``. ``low`` and
    ``high``: the interval that the publisher states. ``breakdown``: empty for the total, else "kön: kvinnor", or
    "age=0-4;sex=women" of population (see ``population``). ``row`` counts from 1 in the file, or in the sheet if there
    are several.
    """

    measured: str
    place: str
    period: str
    value: Decimal | None
    row: int
    mark: str = ""
    preliminary: bool = False
    breakdown: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    n: int | None = None
    sheet: str = ""
    detail: EstimateDetail | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows or cells that were not taken, and why; in Swedish, for the preview."""

    why: str
    count: int


@dataclass(frozen=True, slots=True)
class Table:
    """A file's observations, at most one for each measured thing, place, period and breakdown.

    ``kind`` names the reader, ``source`` the publisher and statistics ("Kolada", "SCB, folkmängd"). ``rows`` counts the
    rows with data. ``understood`` says in sentences what the reader made of the file (sheet, header rows, units,
    filters); ``left_out`` what it did not take; ``first_rows`` are the file's first rows as cells, to be looked at.
    """

    kind: str
    source: str
    encoding: str
    rows: int
    measured: dict[str, Measured]
    places: dict[str, Place]
    observations: tuple[Observation, ...]
    understood: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    first_rows: tuple[tuple[str, ...], ...] = ()
