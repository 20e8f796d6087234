"""From points to places: hexagons (H3), areas with borders, and piles of reports at one point."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.result import StatisticsError


@dataclass(frozen=True, slots=True)
class Hexagons:
    """Events by hexagon. ``cells`` are H3 names; ``counts`` and ``largest_pile`` (cells,) the events in the cell and
    at its most used point; ``cell_of_event`` (events,) is a row number of ``cells``."""

    cells: tuple[str, ...]
    counts: Floats
    largest_pile: Floats
    cell_of_event: NDArray[np.intp]


def hexagons(latitude: ArrayLike, longitude: ArrayLike, resolution: int = 9) -> Hexagons:
    """Count events at ``latitude``, ``longitude`` (degrees, WGS 84, shape (events,)) by H3 cell of ``resolution``.

    Only cells with events are listed. Resolution 9 has sides of about 200 m, 8 of 530 m, 7 of 1.4 km. Points that
    agree to five decimals (1 m) are one point: a pile is often an address that stands for "somewhere in town".
    """
    import h3

    north = checks.vector(checks.finite(latitude, "latitude"), "latitude")
    east = checks.vector(checks.finite(longitude, "longitude"), "longitude", length=north.size)
    if (np.abs(north) > 90).any() or (np.abs(east) > 180).any():
        raise StatisticsError("latitude, longitude: expected degrees (WGS 84); are these metres, or exchanged?")
    checks.whole(resolution, "resolution", most=15)
    points, point_of_event, here = np.unique(
        np.column_stack([north, east]).round(5), axis=0, return_inverse=True, return_counts=True
    )
    names = [h3.latlng_to_cell(lat, lng, resolution) for lat, lng in points.tolist()]
    cells, cell_of_point = np.unique(np.array(names), return_inverse=True)
    pile = np.zeros(cells.size)
    np.maximum.at(pile, cell_of_point, here)
    return Hexagons(
        cells=tuple(cells.tolist()),
        counts=np.bincount(cell_of_point, weights=here).astype(float),
        largest_pile=pile,
        cell_of_event=cell_of_point[point_of_event.ravel()],
    )


def publishable(counts: Mapping[str, int], *, least: int = 5, coarsest: int = 6) -> dict[str, int]:
    """The finest hexagons that may be published: a cell is split only if every part with events has ``least``.

    ``counts`` maps H3 cells of one resolution to events. From resolution ``coarsest`` downwards, so the result covers
    the same ground without overlap, in mixed sizes. Cells of the coarsest size with fewer than ``least`` events are
    left out. It keeps single reports from being pointed out; whole tables need :mod:`tillsammans_stats.disclosure`.
    """
    import h3

    checks.whole(coarsest, "coarsest", most=15)
    checks.whole(least, "least", least=1)
    if not counts or not min(counts.values()) >= 0:
        raise StatisticsError("counts: expected at least one hexagon, with counts from 0 up")
    resolutions = {h3.get_resolution(cell) for cell in counts}
    if len(resolutions) != 1 or coarsest > (finest := resolutions.pop()):
        raise StatisticsError(f"counts, coarsest: hexagons of one resolution, no coarser than {coarsest}")
    totals: dict[int, dict[str, int]] = {finest: {cell: n for cell, n in counts.items() if n > 0}}
    children: dict[str, list[str]] = {}
    for resolution in range(finest, coarsest, -1):
        above: dict[str, int] = {}
        for cell, n in totals[resolution].items():
            parent = h3.cell_to_parent(cell, resolution - 1)
            above[parent] = above.get(parent, 0) + n
            children.setdefault(parent, []).append(cell)
        totals[resolution - 1] = above
    shown: dict[str, int] = {}
    open_cells = [(cell, coarsest) for cell, n in totals[coarsest].items() if n >= least]
    while open_cells:
        cell, resolution = open_cells.pop()
        parts = children.get(cell, [])
        if parts and all(totals[resolution + 1][part] >= least for part in parts):
            open_cells.extend((part, resolution + 1) for part in parts)
        else:
            shown[cell] = totals[resolution][cell]
    return dict(sorted(shown.items()))


def areas(x: ArrayLike, y: ArrayLike, borders: Sequence[Sequence[ArrayLike]]) -> NDArray[np.intp]:
    """The area of every point: its number in ``borders``, or -1 outside all of them.

    ``x``, ``y`` (points,) share the unit of the borders. An area is a sequence of rings (corners, 2); a point is
    inside if it lies within an odd number of them, so holes and islands are further rings. Of overlapping areas the
    first wins; a point exactly on a border belongs to one side of it.
    """
    east = checks.vector(checks.finite(x, "x"), "x")
    north = checks.vector(checks.finite(y, "y"), "y", length=east.size)
    areas = np.full(east.size, -1, dtype=np.intp)
    for number, rings in enumerate(borders):
        inside = np.zeros(east.size, dtype=bool)
        for ring in rings:
            corners = checks.finite(ring, f"borders[{number}]")
            if corners.ndim != 2 or corners.shape[1] != 2 or corners.shape[0] < 3:
                raise StatisticsError(f"borders[{number}]: a ring has at least 3 corners (x, y), got {corners.shape}")
            low, high = corners.min(axis=0), corners.max(axis=0)
            near = np.flatnonzero((east >= low[0]) & (east <= high[0]) & (north >= low[1]) & (north <= high[1]))
            inside[near] ^= _within(east[near], north[near], corners)
        areas[inside & (areas < 0)] = number
    return areas


def _within(x: Floats, y: Floats, corners: Floats) -> NDArray[np.bool_]:
    """Whether a ray to the east crosses the ring an odd number of times."""
    odd = np.zeros(x.size, dtype=bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        crosses = (y0 > y) != (y1 > y)
        if crosses.any():
            odd[crosses] ^= x[crosses] < x0 + (y[crosses] - y0) / (y1 - y0) * (x1 - x0)
    return odd
