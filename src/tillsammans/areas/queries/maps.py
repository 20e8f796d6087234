"""Areas as rings in a plane, for maps without a background."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np
import shapely

from tillsammans.areas.models import Area
from tillsammans.geo.projections import projected
from tillsammans.geo.simplifying import simplified

Ring = tuple[tuple[float, float], ...]
# Simplification tolerance as a share of the map's size; a smaller deviation is invisible.
UNSEEN = 1 / 2000

_Key = tuple[UUID, str]


def map_shapes(areas: Iterable[Area]) -> dict[int, tuple[Ring, ...]]:
    """The rings of each area that has a shape, by area id: kilometres east and north in SWEREF 99 TM.

    Holes are rings too (fill by the even-odd rule); each ring's last point is its first. Borders are simplified to what
    is seen when just these areas fill a map, and shared borders stay shared. The shapes are cached in the process by
    area and vintage, so a second map of the same areas costs one small query.
    """
    rows = Area.objects.filter(pk__in=[area.pk for area in areas]).exclude(geometry="")
    keys = {pk: (uuid, vintage) for pk, uuid, vintage in rows.order_by("pk").values_list("pk", "uuid", "vintage")}
    _remember({pk: key for pk, key in keys.items() if key not in _planes})
    drawn = _drawn(tuple(keys.values()))
    return dict(zip(keys, drawn, strict=True))


_planes: dict[_Key, Any] = {}


def _remember(missing: dict[int, _Key]) -> None:
    """Cache the shapes of areas that are not cached; the country's few thousand areas take some tens of megabytes."""
    geometries = dict(Area.objects.filter(pk__in=missing).values_list("pk", "geometry")) if missing else {}
    shapes = projected(shapely.from_geojson([geometries[pk] for pk in missing])) if missing else ()
    _planes.update(zip(missing.values(), shapes, strict=True))


@lru_cache(maxsize=64)
def _drawn(keys: tuple[_Key, ...]) -> tuple[tuple[Ring, ...], ...]:
    shapes = np.array([_planes[key] for key in keys], dtype=object)
    if not len(shapes):
        return ()
    west, south, east, north = shapely.total_bounds(shapes)
    tolerance = max(east - west, north - south) * UNSEEN
    return tuple(_rings(shape) for shape in simplified(shapes, tolerance))


def _rings(shape: Any) -> tuple[Ring, ...]:
    rings = shapely.get_rings(shapely.get_parts(shape))  # a multipolygon itself has no rings
    return tuple(tuple(map(tuple, (shapely.get_coordinates(ring) / 1000).round(3).tolist())) for ring in rings)
