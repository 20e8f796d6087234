"""Who is next to whom: a binary neighbour list, from borders, hexagons or distance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.result import StatisticsError

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Pairs ``place[k]``, ``neighbour[k]`` among ``size`` places, sorted by place; nobody neighbours itself."""

    size: int
    place: Places
    neighbour: Places

    @property
    def degree(self) -> Places:
        """The number of neighbours of every place, shape (size,)."""
        return np.bincount(self.place, minlength=self.size)

    def total(self, values: Floats) -> Floats:
        """The sum of ``values`` (size,) over the neighbours of every place, itself not included."""
        return np.bincount(self.place, weights=values[self.neighbour], minlength=self.size).astype(float)


def from_pairs(size: int, pairs: ArrayLike) -> Neighbours:
    """Neighbours from ``pairs`` (m, 2) of 0-based place numbers; each is taken in both directions, once."""
    table = np.asarray(pairs)
    if size < 2 or table.ndim != 2 or table.shape[1] != 2 or table.dtype.kind not in "iu":
        raise StatisticsError(f"pairs: expected whole numbers of shape (pairs, 2), got {table.dtype} of {table.shape}")
    if (table < 0).any() or (table >= size).any():
        raise StatisticsError(f"pairs: place numbers lie between 0 and {size - 1}")
    table = table[table[:, 0] != table[:, 1]].astype(np.intp)
    both = np.unique(np.concatenate([table[:, 0] * size + table[:, 1], table[:, 1] * size + table[:, 0]]))
    return Neighbours(size=size, place=both // size, neighbour=both % size)


def from_hexagons(cells: Sequence[str], *, rings: int = 1) -> Neighbours:
    """Neighbours among H3 ``cells`` of one resolution: those within ``rings`` steps that are in the list."""
    import h3

    checks.whole(rings, "rings", least=1)
    number = {cell: i for i, cell in enumerate(cells)}
    if len(number) != len(cells) or len({h3.get_resolution(cell) for cell in number}) != 1:
        raise StatisticsError("cells: expected different hexagons of one resolution")
    pairs = [(i, number[near]) for cell, i in number.items() for near in h3.grid_disk(cell, rings) if near in number]
    return from_pairs(len(cells), np.array(pairs, dtype=np.intp).reshape(-1, 2))


def from_distance(x: ArrayLike, y: ArrayLike, limit: float) -> Neighbours:
    """Neighbours within ``limit`` (metres) of each other; ``x`` and ``y`` (places,) are projected coordinates."""
    from scipy.spatial import cKDTree

    east = checks.vector(checks.finite(x, "x"), "x", least=2)
    north = checks.vector(checks.finite(y, "y"), "y", length=east.size)
    if not 0 < limit < np.inf:
        raise StatisticsError(f"limit: a distance above 0, got {limit!r}")
    pairs = cKDTree(np.column_stack([east, north])).query_pairs(limit, output_type="ndarray")
    return from_pairs(east.size, pairs.astype(np.intp).reshape(-1, 2))


def matching(values: ArrayLike, neighbours: Neighbours, name: str) -> Floats:
    """``values`` as one finite number for each place."""
    return checks.vector(checks.finite(values, name), name, length=neighbours.size)
