"""Own areas from a GeoJSON file: checked strictly before anything is stored.

Measures against hostile or mistaken files: size, nesting and number of points are limited before and while parsing,
numbers must be finite, shapes valid and inside Sweden, and only name and code are taken from the properties.
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.areas import reference
from tillsammans.kernel.forms import holds_personal_number
from tillsammans.kernel.problems import Findings
from tillsammans.kernel.text import folded, normal, slug

SIZE_LIMIT = 5 * 1024 * 1024
POINTS_LIMIT = 20_000
AREAS_LIMIT = 500
DEPTH_LIMIT = 12
GRID = 0.00001  # degrees: about a metre
SEA_MARGIN = 0.5  # degrees around the land, for archipelago and lakes
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_NAMES, _CODES = ("name", "namn"), ("code", "kod")


@dataclass(frozen=True, slots=True)
class Shape:
    """One own area. ``geometry`` is a GeoJSON MultiPolygon in WGS84 as text, ``points`` how many corners it has."""

    name: str
    code: str
    geometry: str
    km2: float
    points: int


@dataclass(frozen=True, slots=True)
class AreaFile:
    """The areas of a file, and ``notes``: what was left out, as sentences."""

    shapes: tuple[Shape, ...]
    notes: tuple[str, ...]


def read(content: bytes, name: str) -> AreaFile:
    """Read a GeoJSON file of polygons, called ``name`` in messages. Raises ``ImportProblem`` and nothing else."""
    findings = Findings(name)
    features = _features(_parsed(content, findings), findings)
    shapes: list[Shape] = []
    left_out: set[str] = set()
    points = 0
    for number, feature in enumerate(features, start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        properties = properties if isinstance(properties, dict) else {}
        left_out |= {str(key) for key in properties if folded(str(key)) not in {*_NAMES, *_CODES}}
        try:
            polygons, corners = _polygons(feature)
            points += corners
            if points > POINTS_LIMIT:
                raise findings.refuse(_("Filen har fler än {limit} punkter.").format(limit=POINTS_LIMIT),
                                      _("Förenkla gränserna i ett kartprogram och spara på nytt."))
            area_name, code = _labels(properties)
            geometry = _geometry(polygons)
        except _Wrong as wrong:
            findings.add(*wrong.args, column=_("område {number}").format(number=number))
            continue
        shapes.append(Shape(area_name, code, shapely.to_geojson(geometry), round(_km2(geometry), 2), corners))
    names, codes = [folded(shape.name) for shape in shapes], [shape.code for shape in shapes]
    for kind, values in ((_("namn"), names), (_("kod"), codes)):
        for value in sorted({value for value in values if values.count(value) > 1}):
            findings.add(_("Två områden har samma {kind}: {value}.").format(kind=kind, value=value),
                         _("Ge varje område ett eget namn och en egen kod."))
    findings.stop_if_any()
    notes = [ngettext("{number} egenskap togs inte med: {names}.", "{number} egenskaper togs inte med: {names}.",
                      len(left_out)).format(number=len(left_out), names=", ".join(sorted(left_out)[:10]))]
    return AreaFile(tuple(shapes), tuple(notes) if left_out else ())


class _Wrong(Exception):
    """What is wrong with one area, and what to do."""


def _parsed(content: bytes, findings: Findings) -> Any:
    if len(content) > SIZE_LIMIT:
        raise findings.refuse(_("Filen är större än {limit} MB.").format(limit=SIZE_LIMIT // 2**20),
                              _("Förenkla gränserna i ett kartprogram och spara på nytt."))
    if _depth(content) > DEPTH_LIMIT:
        raise findings.refuse(_("Filen är nästlad djupare än en GeoJSON-fil är."),
                              _("Kontrollera att det är rätt fil."))
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise findings.refuse(_("Filen är ingen giltig GeoJSON (JSON i UTF-8)."),
                              _("Exportera den på nytt som GeoJSON.")) from error


def _refuse_constant(text: str) -> Any:
    raise ValueError(text)


def _depth(content: bytes) -> int:
    """How deep brackets are nested outside of strings; counted without parsing, which deep nesting would break."""
    depth = deepest = 0
    for bracket in _STRING.sub(b"", content).translate(None, _NO_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _features(parsed: Any, findings: Findings) -> list[Any]:
    kind = parsed.get("type") if isinstance(parsed, dict) else None
    if kind == "Feature":
        return [parsed]
    features = parsed.get("features") if kind == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        raise findings.refuse(_("Filen har inga områden (en FeatureCollection med polygoner)."),
                              _("Exportera områdena som GeoJSON."))
    if len(features) > AREAS_LIMIT:
        raise findings.refuse(_("Filen har fler än {limit} områden.").format(limit=AREAS_LIMIT),
                              _("Dela den i flera filer."))
    return features


def _polygons(feature: Any) -> tuple[list[Any], int]:
    """The feature's polygons as lists of rings of (longitude, latitude), and how many points they have."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        raise _Wrong(_("Området är ingen yta (Polygon eller MultiPolygon)."), _("Ta bort punkter och linjer ur filen."))
    parts = geometry.get("coordinates")
    parts = [parts] if kind == "Polygon" else parts
    if not isinstance(parts, list) or not parts:
        raise _Wrong(_("Området saknar koordinater."), _("Exportera det på nytt."))
    polygons = [[[_position(position) for position in _listed(ring)] for ring in _listed(part)] for part in parts]
    for part in polygons:
        for ring in part:
            if len(ring) < 4 or ring[0] != ring[-1]:
                raise _Wrong(_("En gräns är inte sluten: första och sista punkten ska vara samma."),
                             _("Slut gränsen i ett kartprogram."))
    return polygons, sum(len(ring) for part in polygons for ring in part)


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise _Wrong(_("Koordinaterna är inte skrivna som i GeoJSON."), _("Exportera området på nytt."))
    return value


def _position(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or not 2 <= len(value) <= 4 or not all(type(part) in (int, float) for part in value):
        raise _Wrong(_("En koordinat är inte två tal."), _("Exportera området på nytt."))
    try:
        x, y = float(value[0]), float(value[1])
    except OverflowError:
        x = y = math.inf
    if not (math.isfinite(x) and math.isfinite(y)):
        raise _Wrong(_("En koordinat är inte ett ändligt tal."), _("Exportera området på nytt."))
    if abs(x) > 180 or abs(y) > 180:
        raise _Wrong(
            _("Koordinaterna är för stora för longitud och latitud: filen verkar vara i SWEREF 99 TM eller ett lokalt "
              "system."),
            _("Exportera den i WGS 84 (EPSG:4326), som GeoJSON ska ha."),
        )
    return x, y


def _labels(properties: dict[Any, Any]) -> tuple[str, str]:
    found = {folded(str(key)): value for key, value in properties.items()}
    name = next((found[key] for key in _NAMES if isinstance(found.get(key), str)), "")
    name = normal("".join(sign if sign.isprintable() else " " for sign in name))
    if not name or len(name) > 120:
        raise _Wrong(_("Området saknar namn, eller namnet är längre än 120 tecken."),
                     _("Ge det ett namn i egenskapen ”namn” eller ”name”."))
    if holds_personal_number(name):
        raise _Wrong(_("Namnet ser ut att innehålla ett personnummer."), _("Ge området ett annat namn."))
    code = next((found[key] for key in _CODES if isinstance(found.get(key), str | int)), "")
    code = slug(str(code)) or slug(name)
    if not code or len(code) > 80:
        raise _Wrong(_("Koden går inte att använda."), _("Använd högst 80 bokstäver och siffror."))
    return name, code


def _geometry(polygons: list[Any]) -> Any:
    (west, south), (east, north) = _corners(polygons)
    if west >= 55 and east <= 69.5 and south >= 10 and north <= 25:
        raise _Wrong(_("Koordinaterna verkar ha latitud före longitud."), _("Skriv longitud först, som i GeoJSON."))
    geometry = shapely.multipolygons([shapely.polygons(part[0], holes=part[1:] or None) for part in polygons])
    if not shapely.is_valid(geometry):
        raise _Wrong(_("Gränserna korsar sig själva eller varandra."), _("Laga området i ett kartprogram."))
    geometry = shapely.set_precision(geometry, GRID)
    if geometry.geom_type == "Polygon":
        geometry = shapely.multipolygons([geometry])
    if geometry.is_empty or geometry.geom_type != "MultiPolygon":
        raise _Wrong(_("Området är mindre än någon meter."), _("Kontrollera ytan i ett kartprogram."))
    if not _country().covers(geometry):
        raise _Wrong(_("Området ligger utanför Sverige."), _("Kontrollera koordinatsystemet: det ska vara WGS 84."))
    return geometry


def _corners(polygons: list[Any]) -> tuple[tuple[float, float], tuple[float, float]]:
    xs, ys = zip(*_points(polygons), strict=True)
    return (min(xs), min(ys)), (max(xs), max(ys))


def _points(polygons: list[Any]) -> Iterator[tuple[float, float]]:
    return (point for part in polygons for ring in part for point in ring)


@cache
def _country() -> Any:
    """Sweden's land with a margin of sea."""
    counties = [place.code for place in reference.counties() if place.valid_to is None]
    shapes = [shapely.from_geojson(json.dumps({"type": "MultiPolygon", "coordinates": reference.shape_of(code)}))
              for code in counties]
    country = shapely.buffer(shapely.union_all(shapes), SEA_MARGIN, quad_segs=4)
    shapely.prepare(country)
    return country


def _km2(geometry: Any) -> float:
    """Square kilometres on a sphere, flat around the middle latitude: within a percent for a municipality."""
    middle = math.radians(geometry.centroid.y)
    metres = math.radians(1) * 6_371_008.8
    return float(geometry.area) * metres**2 * math.cos(middle) / 1e6
