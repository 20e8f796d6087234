"""An area's outline as SVG, without background map, so nothing is fetched from other servers."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from tillsammans.geo.simplifying import simplified

SIZE = 300


@dataclass(frozen=True, slots=True)
class Outline:
    """``path`` is SVG path data inside a box of ``width`` by ``height``."""

    path: str
    width: int
    height: int


def outline(geometry: str) -> Outline | None:
    """Draw a GeoJSON MultiPolygon (text, WGS84) with north upwards; ``None`` where there is no shape."""
    if not geometry:
        return None
    rings = [ring for polygon in json.loads(geometry)["coordinates"] for ring in polygon]
    points = [point for ring in rings for point in ring]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    # A degree of longitude is shorter than one of latitude by the cosine of the latitude.
    narrow = math.cos(math.radians((south + north) / 2))
    scale = SIZE / max((east - west) * narrow, north - south, 1e-9)
    path = "".join(
        "M" + "L".join(f"{(x - west) * narrow * scale:.1f} {(north - y) * scale:.1f}" for x, y in ring[:-1]) + "Z"
        for ring in rings
    )
    return Outline(path, math.ceil((east - west) * narrow * scale), math.ceil((north - south) * scale))


def overview(geometries: Sequence[str]) -> Outline | None:
    """All shapes in one drawing, for the preview before they are saved; borders are as coarse as the drawing."""
    shapes = shapely.from_geojson([text for text in geometries if text])
    if not len(shapes):
        return None
    west, south, east, north = shapely.total_bounds(shapes)
    simple = simplified(shapes, max(east - west, north - south) / 600)
    return outline(shapely.to_geojson(shapely.multipolygons(shapely.get_parts(simple))))
