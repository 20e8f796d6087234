"""Swedish plane coordinates to and from longitude and latitude: SWEREF 99 TM and the twelve local zones.

Gauss-Krüger's formulas as Lantmäteriet publishes them ("Gauss Conformal Projection (Transverse Mercator): Krüger's
formulas"), on the ellipsoid GRS 80. SWEREF 99 and WGS 84 differ by well under a metre, which is negligible here.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_AXIS: Final = 6_378_137.0
_FLATTENING: Final = 1 / 298.257222101
_E2: Final = _FLATTENING * (2 - _FLATTENING)
_N: Final = _FLATTENING / (2 - _FLATTENING)
_RADIUS: Final = _AXIS / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_TO_PLANE: Final = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440,
    61 * _N**3 / 240 - 103 * _N**4 / 140,
    49561 * _N**4 / 161280,
)
_FROM_PLANE: Final = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)


@dataclass(frozen=True, slots=True)
class Projection:
    """A transverse Mercator plane. ``meridian`` in degrees east, ``false_easting`` in metres; no false northing."""

    epsg: int
    name: str
    meridian: float
    scale: float
    false_easting: float

    def to_plane(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        """Easting and northing in metres of points in degrees."""
        phi, lam = np.radians(latitude), np.radians(longitude) - np.radians(self.meridian)
        # Conformal latitude: the latitude on a sphere that keeps angles.
        e = np.sqrt(_E2)
        conformal = np.arctan(np.sinh(np.arctanh(np.sin(phi)) - e * np.arctanh(e * np.sin(phi))))
        xi = np.arctan2(np.tan(conformal), np.cos(lam))
        eta = np.arctanh(np.cos(conformal) * np.sin(lam))
        north, east = xi.copy(), eta.copy()
        for k, factor in enumerate(_TO_PLANE, start=1):
            north += factor * np.sin(2 * k * xi) * np.cosh(2 * k * eta)
            east += factor * np.cos(2 * k * xi) * np.sinh(2 * k * eta)
        return self.scale * _RADIUS * east + self.false_easting, self.scale * _RADIUS * north

    def to_degrees(self, easting: Floats, northing: Floats) -> tuple[Floats, Floats]:
        """Longitude and latitude in degrees of points in metres."""
        xi, eta = northing / (self.scale * _RADIUS), (easting - self.false_easting) / (self.scale * _RADIUS)
        north, east = xi.copy(), eta.copy()
        for k, factor in enumerate(_FROM_PLANE, start=1):
            north -= factor * np.sin(2 * k * xi) * np.cosh(2 * k * eta)
            east -= factor * np.cos(2 * k * xi) * np.sinh(2 * k * eta)
        conformal = np.arcsin(np.sin(north) / np.cosh(east))
        lam = np.arctan2(np.sinh(east), np.cos(north))
        # No closed form for the inverse of the conformal latitude; four iterations are exact to 0.001 mm.
        e, wanted = np.sqrt(_E2), np.arctanh(np.sin(conformal))
        phi = conformal
        for _step in range(4):
            phi = np.arcsin(np.tanh(wanted + e * np.arctanh(e * np.sin(phi))))
        return np.degrees(lam) + self.meridian, np.degrees(phi)


SWEREF99_TM: Final = Projection(3006, "SWEREF 99 TM", 15.0, 0.9996, 500_000.0)
# The local zones: name, EPSG and central meridian in degrees and minutes, as Lantmäteriet lists them.
PROJECTIONS: Final = {3006: SWEREF99_TM} | {
    epsg: Projection(epsg, f"SWEREF 99 {degrees:02d} {minutes:02d}", degrees + minutes / 60, 1.0, 150_000.0)
    for epsg, degrees, minutes in (
        (3007, 12, 0),
        (3008, 13, 30),
        (3009, 15, 0),
        (3010, 16, 30),
        (3011, 18, 0),
        (3012, 14, 15),
        (3013, 15, 45),
        (3014, 17, 15),
        (3015, 18, 45),
        (3016, 20, 15),
        (3017, 21, 45),
        (3018, 23, 15),
    )
}


def projected(shapes: NDArray[np.object_], projection: Projection = SWEREF99_TM) -> NDArray[np.object_]:
    """Shapely geometries in degrees (longitude first) as geometries in the plane, in metres."""
    transformed: NDArray[np.object_] = shapely.transform(
        shapes, lambda xy: np.column_stack(projection.to_plane(xy[:, 0], xy[:, 1]))
    )
    return transformed


def in_degrees(shapes: NDArray[np.object_], projection: Projection = SWEREF99_TM) -> NDArray[np.object_]:
    """Shapely geometries in the plane (easting first, metres) as geometries in degrees, longitude first."""
    transformed: NDArray[np.object_] = shapely.transform(
        shapes, lambda xy: np.column_stack(projection.to_degrees(xy[:, 0], xy[:, 1]))
    )
    return transformed
