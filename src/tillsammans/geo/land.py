"""The land of today's municipalities in SWEREF 99 TM, from the reference data. Pure; cached in the process."""

import json
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tillsammans.geo import reference
from tillsammans.geo.projections import projected


@cache
def municipalities() -> tuple[tuple[str, ...], NDArray[np.object_]]:
    """The codes of the 290 municipalities and, in the same order, their land in SWEREF 99 TM (metres)."""
    codes = tuple(row["code"] for row in reference.data("areas")["municipalities"])
    shapes = shapely.from_geojson(
        [json.dumps({"type": "MultiPolygon", "coordinates": reference.shape_of(code)}) for code in codes]
    )
    return codes, projected(shapes)


@cache
def km2() -> dict[str, float]:
    """Square kilometres of each municipality, by code."""
    codes, shapes = municipalities()
    return dict(zip(codes, (shapely.area(shapes) / 1e6).tolist(), strict=True))


def of(code: str) -> Any:
    """The land of one municipality."""
    known, shapes = municipalities()
    return shapes[known.index(code)]


def around(shapes: NDArray[np.object_]) -> Any:
    """The land of every municipality that one of the shapes touches, as one shape."""
    touched = np.unique(_tree().query(shapes, predicate="intersects")[1])
    return shapely.union_all(municipalities()[1][touched])


def nearest(shapes: NDArray[np.object_]) -> list[str]:
    """The municipality that holds a point inside each shape, or the nearest to it, since areas reach into the sea."""
    known, _shapes = municipalities()
    indices = _tree().nearest(shapely.point_on_surface(shapes))
    return [known[index] for index in indices]


@cache
def _tree() -> Any:
    return shapely.STRtree(municipalities()[1])
