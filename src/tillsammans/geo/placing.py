"""Where the shapes of a file lie: the coordinate system it states, or the one that its numbers fit."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tillsammans.geo import land, reference
from tillsammans.geo.layers import Layer
from tillsammans.geo.projections import PROJECTIONS, SWEREF99_TM, in_degrees, projected
from tillsammans.kernel.problems import FileErrors

SEA_MARGIN = 1.0  # degrees around the land: archipelago, lakes, and the sea that RegSO and DeSO reach into
WGS84 = 4326
_IN_DEGREES = {WGS84: "WGS 84", 4619: "SWEREF 99", 4258: "ETRS 89", 4979: "WGS 84"}


@dataclass(frozen=True, slots=True)
class Placed:
    """The shapes in SWEREF 99 TM, the name of the system that they came in, and whether that was a guess."""

    shapes: NDArray[np.object_]
    system: str
    guessed: bool
    notes: tuple[str, ...]


def name_of(epsg: int) -> str:
    """The coordinate system as people call it."""
    return f"{_IN_DEGREES.get(epsg) or PROJECTIONS[epsg].name} (EPSG:{epsg})"


def systems() -> list[tuple[int, str]]:
    """The systems that can be chosen, the usual ones first."""
    return [(epsg, name_of(epsg)) for epsg in (3006, WGS84, *sorted(set(PROJECTIONS) - {3006}))]


def place(layer: Layer, errors: FileErrors, *, parent: str = "", epsg: int | None = None) -> Placed:
    """Bring the shapes of a layer into the plane. Raises ``ImportProblem`` where they do not lie in Sweden.

    Where neither the person nor the file says the system, the one is taken in which the shapes lie in Sweden, and in
    the municipality ``parent`` if that is given.
    """
    stated = epsg or layer.epsg
    if stated is not None and stated not in PROJECTIONS and stated not in _IN_DEGREES:
        raise errors.refuse(
            _("Filen är i ett koordinatsystem som inte går att läsa här."),
            _("Exportera den i SWEREF 99 TM (EPSG:3006) eller WGS 84."),
        )
    west, south, east, north = shapely.total_bounds(layer.shapes)
    large = bool(max(abs(west), abs(east), abs(south), abs(north)) > 180)
    if stated in _IN_DEGREES and large and epsg is None:
        stated = None  # a program wrote plane coordinates into a format that is in degrees
    if stated is None:
        stated = _fitting(layer, parent, large, errors)
        note = _("Filen säger inte sitt koordinatsystem. Siffrorna stämmer med {system}.").format(
            system=name_of(stated)
        )
        return Placed(_checked(layer, stated, errors), name_of(stated), True, (note,))
    if stated in _IN_DEGREES and west >= 55 and east <= 69.5 and south >= 10 and north <= 25:
        raise errors.refuse(
            _("Koordinaterna verkar ha latitud före longitud."), _("Skriv longitud först, som i GeoJSON.")
        )
    return Placed(_checked(layer, stated, errors), name_of(stated), False, ())


def _degrees(layer: Layer, epsg: int) -> NDArray[np.object_]:
    return layer.shapes if epsg in _IN_DEGREES else in_degrees(layer.shapes, PROJECTIONS[epsg])


def _checked(layer: Layer, epsg: int, errors: FileErrors) -> NDArray[np.object_]:
    """The shapes in the plane, all of them in Sweden."""
    if epsg not in _IN_DEGREES:
        # The formulas hold near the plane's own meridian; far outside they give anything.
        west, south, east, north = shapely.total_bounds(layer.shapes)
        if min(west, east) < -2e6 or max(west, east) > 3e6 or min(south, north) < 5e6 or max(south, north) > 9e6:
            raise errors.refuse(
                _("Områdena ligger utanför Sverige."),
                _("Kontrollera koordinatsystemet. Välj ett annat i formuläret om filen är rätt."),
            )
    degrees = _degrees(layer, epsg)
    for number in (np.flatnonzero(~shapely.covers(_country(), degrees)) + 1).tolist():
        errors.add(
            _("Område {number} ligger utanför Sverige.").format(number=number),
            _("Kontrollera koordinatsystemet. Välj ett annat i formuläret om filen är rätt."),
        )
    errors.stop_if_any()
    return layer.shapes if epsg == SWEREF99_TM.epsg else projected(degrees)


def _fitting(layer: Layer, parent: str, large: bool, errors: FileErrors) -> int:
    """The system in which the shapes lie where they should."""
    if not large:
        return WGS84
    west, south, east, north = shapely.total_bounds(layer.shapes)
    inside = shapely.point_on_surface(layer.shapes)
    home = land.of(parent).buffer(3000) if parent else None
    fits: dict[int, float] = {}
    for epsg, plane in PROJECTIONS.items():
        if not (
            south > 5e6
            and north < 9e6
            and abs(west - plane.false_easting) < 6e5
            and abs(east - plane.false_easting) < 6e5
        ):
            continue
        degrees = in_degrees(inside, plane)
        if shapely.covers(_country(), degrees).all():
            fits[epsg] = float(shapely.covers(home, projected(degrees)).mean()) if home else 1.0
    if home:
        fits = {epsg: share for epsg, share in fits.items() if share > 0}
        best = max(fits.values(), default=0.0)
        fits = {epsg: share for epsg, share in fits.items() if share > 0.9 * best}
    if SWEREF99_TM.epsg in fits and west > 2.1e5:  # no local zone is used so far from its meridian
        return SWEREF99_TM.epsg
    if len(fits) == 1:
        return next(iter(fits))
    if not fits:
        raise errors.refuse(
            _("Koordinaterna stämmer inte med något svenskt koordinatsystem."),
            _("Exportera filen i SWEREF 99 TM (EPSG:3006) eller WGS 84."),
        )
    raise errors.refuse(
        _("Filen säger inte sitt koordinatsystem, och flera är möjliga: {systems}.").format(
            systems=", ".join(PROJECTIONS[epsg].name for epsg in fits)
        ),
        _("Välj det i formuläret, eller välj kommunen som områdena ligger i."),
    )


@cache
def _country() -> Any:
    """Sweden's land with a margin of sea."""
    counties = [place.code for place in reference.counties() if place.valid_to is None]
    shapes = [
        shapely.from_geojson(json.dumps({"type": "MultiPolygon", "coordinates": reference.shape_of(code)}))
        for code in counties
    ]
    country = shapely.buffer(shapely.union_all(shapes), SEA_MARGIN, quad_segs=4)
    shapely.prepare(country)
    return country
