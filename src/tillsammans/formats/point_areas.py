"""Assignment of points to areas: polygons, or H3 hexagons coarse enough not to disclose a single event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from tillsammans.formats.observations import Place
from tillsammans.geo import land, reference
from tillsammans.geo.projections import SWEREF99_TM, projected

Floats = NDArray[np.float64]
SHORE = 10_000.0  # metres from the nearest land within which a point at sea belongs to its municipality


class Areas(Protocol):
    """Assigns points to numbered areas, and merges areas whose counts are too small to be shown alone."""

    def numbers(self, longitude: Floats, latitude: Floats) -> NDArray[np.intp]:
        """The area of each point (degrees, shape (points,)): its number, or -1 outside all."""

    def final(self, totals: Mapping[int, int]) -> Mapping[int, Place]:
        """The place key of each area, given its number of events; areas that are suppressed are left out."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """Areas with borders. ``shapes`` are in SWEREF 99 TM (metres); of overlapping ones the first wins.

    ``margin``: within so many metres of the nearest area a point outside all belongs to that one.
    """

    places: Sequence[Place]
    shapes: NDArray[np.object_]
    margin: float = 0.0

    @classmethod
    def of_geojson(cls, places: Sequence[Place], geometries: Sequence[str], margin: float = 0.0) -> "Shapes":
        """The same from GeoJSON geometries in WGS 84, as ``areas.models.Area.geometry`` holds them."""
        return cls(places, projected(shapely.from_geojson(list(geometries))), margin)

    def numbers(self, longitude: Floats, latitude: Floats) -> NDArray[np.intp]:
        """See ``Areas``. Points far outside Sweden lie in no area: the projection is not valid there."""
        numbers = np.full(longitude.size, -1, dtype=np.intp)
        near = np.flatnonzero((longitude > 5) & (longitude < 30) & (latitude > 50) & (latitude < 72))
        if not near.size:
            return numbers
        points = shapely.points(*SWEREF99_TM.to_plane(longitude[near], latitude[near]))
        tree = shapely.STRtree(self.shapes)
        point, area = tree.query(points, predicate="intersects")
        # The last assignment wins, so the areas are written in reverse order.
        order = np.argsort(-area, kind="stable")
        numbers[near[point[order]]] = area[order]
        if self.margin:
            outside = np.flatnonzero(numbers[near] < 0)
            point, area = tree.query_nearest(points[outside], max_distance=self.margin, all_matches=False)
            numbers[near[outside[point]]] = area
        return numbers

    def final(self, totals: Mapping[int, int]) -> Mapping[int, Place]:
        """See ``Areas``. Borders are public, so every area keeps its own."""
        return {number: self.places[number] for number in totals}


@dataclass(slots=True)
class Cells:
    """H3 cells, merged into coarser ones until each has ``least`` events; those that do not reach it are left out."""

    resolution: int = 9
    least: int = 5
    coarsest: int = 6
    _names: dict[str, int] = field(default_factory=dict)

    def numbers(self, longitude: Floats, latitude: Floats) -> NDArray[np.intp]:
        """See ``Areas``. Coinciding points are looked up once."""
        import h3

        # One complex number per point: many events share a point, and sorting is faster in this form.
        points, which = np.unique(longitude + 1j * latitude, return_inverse=True)
        cells = [
            self._names.setdefault(h3.latlng_to_cell(point.imag, point.real, self.resolution), len(self._names))
            for point in points.tolist()
        ]
        return np.array(cells, dtype=np.intp)[which.ravel()]

    def final(self, totals: Mapping[int, int]) -> Mapping[int, Place]:
        """See ``Areas``."""
        import h3

        from tillsammans_stats.space.aggregate import publishable

        cells = list(self._names)
        counts = {cells[number]: count for number, count in totals.items()}
        shown = publishable(counts, least=self.least, coarsest=self.coarsest) if counts else {}
        places: dict[int, Place] = {}
        for number in totals:
            for resolution in range(self.resolution, self.coarsest - 1, -1):
                if (cell := h3.cell_to_parent(cells[number], resolution)) in shown:
                    places[number] = Place(cell, cell)
                    break
        return places


@cache
def municipality_areas() -> Shapes:
    """Today's municipalities by their land; a point at sea belongs to the nearest within ``SHORE``."""
    codes, shapes = land.municipalities()
    names = {row["code"]: row["name"] for row in reference.data("areas")["municipalities"]}
    return Shapes([Place(names[code], code, "municipality") for code in codes], shapes, SHORE)
