"""Kernel density: a picture of where events are, never a basis for a decision.

Gaussian kernel on a grid (Diggle 1985 edge correction), computed exactly: the kernel is a product of one factor for
each axis, so the whole grid is one matrix product.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.result import StatisticsError

_LEAST_EVENTS = 5
_MOST_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Density:
    """``value`` (rows, columns), events per square kilometre, row 0 in the south. ``x`` (columns,) and ``y`` (rows,)
    are the cell centres in metres. NaN outside the area, and where fewer than 5 events lie within two bandwidths
    along both axes."""

    value: Floats
    x: Floats
    y: Floats
    bandwidth: float


def kernel_density(
    x: ArrayLike,
    y: ArrayLike,
    *,
    bandwidth: float,
    extent: tuple[float, float, float, float],
    cell: float,
    inside: ArrayLike | None = None,
) -> Density:
    """Smooth events at ``x``, ``y`` (events,), metres, with a Gaussian of ``bandwidth`` metres.

    ``extent`` is (west, south, east, north); ``cell`` the side of a grid cell, at most the bandwidth. ``inside``
    (rows, columns) is true where events can happen: the density is divided by the share of the kernel that falls
    there, so it does not fade along a coast or a municipal border. Events outside are left out.
    """
    east = checks.vector(checks.finite(x, "x"), "x")
    north = checks.vector(checks.finite(y, "y"), "y", length=east.size)
    for name, length in (("bandwidth", bandwidth), ("cell", cell)):
        if not 0 < length < np.inf:
            raise StatisticsError(f"{name}: metres above 0, got {length!r}")
    west, south, far_east, far_north = checks.vector(checks.finite(extent, "extent"), "extent", length=4).tolist()
    if west >= far_east or south >= far_north:
        raise StatisticsError(f"extent: west before east and south before north, got {extent}")
    if cell > bandwidth:
        raise StatisticsError(f"cell: at most the bandwidth of {bandwidth:g} m, got {cell:g}")
    columns, rows = int(np.ceil((far_east - west) / cell)), int(np.ceil((far_north - south) / cell))
    if columns * rows > _MOST_CELLS:
        raise StatisticsError(f"cell: {columns} x {rows} cells are too many; take a larger cell or a smaller extent")
    centre_x: Floats = west + cell * (np.arange(columns, dtype=float) + 0.5)
    centre_y: Floats = south + cell * (np.arange(rows, dtype=float) + 0.5)
    area = np.ones((rows, columns), dtype=bool) if inside is None else np.asarray(inside, dtype=bool)
    if area.shape != (rows, columns):
        raise StatisticsError(f"inside: expected shape {(rows, columns)} for this extent and cell, got {area.shape}")
    column, row = np.floor((east - west) / cell).astype(int), np.floor((north - south) / cell).astype(int)
    on_map = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    on_map[on_map] = area[row[on_map], column[on_map]]
    east, north = east[on_map], north[on_map]
    along_x, along_y = _kernel(centre_x, east, bandwidth), _kernel(centre_y, north, bandwidth)
    mass = _kernel(centre_y, centre_y, bandwidth) @ area @ _kernel(centre_x, centre_x, bandwidth) * cell**2
    near_x = (np.abs(centre_x[:, None] - east) <= 2 * bandwidth).astype(float)
    near_y = (np.abs(centre_y[:, None] - north) <= 2 * bandwidth).astype(float)
    shown = area & (near_y @ near_x.T >= _LEAST_EVENTS)
    value = np.full((rows, columns), np.nan)
    value[shown] = ((along_y @ along_x.T)[shown] / mass[shown]) * 1e6
    return Density(value=value, x=centre_x, y=centre_y, bandwidth=bandwidth)


def _kernel(centre: Floats, point: Floats, bandwidth: float) -> Floats:
    """Gaussian density per metre, shape (centres, points)."""
    kernel: Floats = np.exp(-0.5 * ((centre[:, None] - point) / bandwidth) ** 2) / (bandwidth * np.sqrt(2 * np.pi))
    return kernel
