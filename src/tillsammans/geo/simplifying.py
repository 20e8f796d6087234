"""Simplification of polygons that preserves shared borders (topology)."""

import numpy as np
import shapely
from numpy.typing import NDArray


def simplified(shapes: NDArray[np.object_], tolerance: float) -> NDArray[np.object_]:
    """The shapes with borders moved by about ``tolerance`` at most, in the shapes' own unit.

    Shapes that cover the ground without overlap are simplified together, others one by one. Visvalingam's method in
    both cases: GEOS's other one (Douglas and Peucker) recurses once per corner, and a hostile zigzag of some
    hundred thousand corners would overflow the stack.
    """
    if len(shapes) > 1 and side_by_side(shapes) and shapely.coverage_is_valid(shapes):
        together: NDArray[np.object_] = shapely.coverage_simplify(shapes, tolerance)
        return together
    alone = [shapely.coverage_simplify(np.array([shape], dtype=object), tolerance)[0] for shape in shapes]
    return np.array(alone, dtype=object)


def side_by_side(shapes: NDArray[np.object_]) -> bool:
    """Whether the shapes may cover the ground without overlap: their boxes together are not far larger than the map.

    Thousands of overlapping shapes would make every exact test take minutes.
    """
    west, south, east, north = shapely.total_bounds(shapes)
    boxes = shapely.area(shapely.envelope(shapes)).sum()
    return bool(boxes <= 20 * (east - west) * (north - south))
