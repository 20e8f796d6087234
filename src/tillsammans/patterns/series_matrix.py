"""Series of monthly counts as one matrix on a common calendar, and the usable part of each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Subject:
    """Which series a row of the matrix is."""

    series: int
    indicator: str
    name: str
    area_id: int
    area: str
    area_name: str
    area_kind: str
    source: str
    county: int  # the id of the county that the area lies in, or its own where it lies in none


@dataclass(frozen=True, slots=True)
class SeriesMatrix:
    """Counts and whether they are preliminary, of shape (series, months); NaN where nothing is known.

    ``first`` is the place of the first month among all months (``periods.ordinal``). ``begins`` (series,) is the column
    of the first month that may be used with the last one: after the newest break in how crimes are counted.
    """

    subjects: tuple[Subject, ...]
    counts: Floats
    preliminary: Bools
    first: int
    begins: Places

    def usable(self) -> tuple[Places, Places]:
        """The columns (start, end) of each series, ``end`` not included: the unbroken run of known months that ends
        with the last known one, from the newest break on. Both are 0 where nothing is known."""
        columns = np.arange(self.counts.shape[1])
        known = ~np.isnan(self.counts)
        end = np.where(known.any(axis=1), np.max(np.where(known, columns + 1, 0), axis=1, initial=0), 0)
        gap = ~known & (columns < end[:, None])
        start = np.maximum(np.max(np.where(gap, columns + 1, 0), axis=1, initial=0), self.begins)
        return np.minimum(start, end), end
