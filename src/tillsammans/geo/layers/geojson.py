"""GeoJSON: WGS 84 unless the file says otherwise in its ``crs``, as older programs do."""

import json
import re
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from tillsammans.geo.layers.base import COLUMNS_LIMIT, Gathering, InvalidShape, Layer, Polygon, clean, finite
from tillsammans.kernel.problems import FileErrors

DEPTH_LIMIT = 12
# An unclosed string runs to the end, so that no second try begins inside it.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?', re.DOTALL)
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_EPSG = re.compile(r"(?:urn:ogc:def:crs:)?EPSG:(?:[\d.]*:)?(\d{4,5})", re.IGNORECASE)


def read(content: bytes, errors: FileErrors) -> Layer:
    """The polygons of a GeoJSON file. Raises ``ImportProblem`` and nothing else."""
    parsed = _parsed(content, errors)
    gathering = Gathering(errors)
    flattened = False
    for number, feature in enumerate(_features(parsed, errors), start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        properties = properties if isinstance(properties, dict) else {}
        try:
            polygons, high = _polygons(feature)
            flattened |= high
            gathering.add({str(key): clean(value) for key, value in list(properties.items())[:COLUMNS_LIMIT]}, polygons)
        except InvalidShape as wrong:
            gathering.fault(number, wrong)
    return gathering.layer("GeoJSON", _epsg(parsed), flattened)


def _epsg(parsed: Any) -> int | None:
    """What ``crs`` says; WGS 84 where there is none, since that is what GeoJSON is in; ``None`` for anything else."""
    crs = parsed.get("crs")
    name = crs.get("properties", {}) if isinstance(crs, dict) else None
    if not isinstance(name, dict):
        return 4326
    text = str(name.get("name", ""))
    stated = _EPSG.fullmatch(text)
    return int(stated[1]) if stated else (4326 if text.upper().endswith("CRS84") else None)


def _parsed(content: bytes, errors: FileErrors) -> Any:
    if _depth(content) > DEPTH_LIMIT:
        raise errors.refuse(_("Filen är nästlad djupare än en GeoJSON-fil är."), _("Kontrollera att det är rätt fil."))
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise errors.refuse(
            _("Filen är ingen giltig GeoJSON (JSON i UTF-8)."), _("Exportera den på nytt som GeoJSON.")
        ) from error


def _refuse_constant(text: str) -> Any:
    raise ValueError(text)


def _depth(content: bytes) -> int:
    """How deep brackets are nested outside of strings; counted without parsing, which deep nesting would break."""
    brackets = np.frombuffer(_STRING.sub(b"", content).translate(None, _NO_BRACKETS), dtype=np.uint8)
    steps = np.where((brackets == ord("[")) | (brackets == ord("{")), 1, -1)
    return int(np.cumsum(steps).max(initial=0))


def _features(parsed: Any, errors: FileErrors) -> list[Any]:
    kind = parsed.get("type") if isinstance(parsed, dict) else None
    if kind == "Feature":
        return [parsed]
    features = parsed.get("features") if kind == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        raise errors.refuse(
            _("Filen har inga områden (en FeatureCollection med polygoner)."), _("Exportera områdena som GeoJSON.")
        )
    return features


def _polygons(feature: Any) -> tuple[list[Polygon], bool]:
    """The feature's polygons, and whether they had heights."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        raise InvalidShape(
            _("Området är ingen yta (Polygon eller MultiPolygon)."), _("Ta bort punkter och linjer ur filen.")
        )
    parts = geometry.get("coordinates")
    parts = [parts] if kind == "Polygon" else parts
    if not isinstance(parts, list) or not parts:
        raise InvalidShape(_("Området saknar koordinater."), _("Exportera det på nytt."))
    flattened = False
    polygons = []
    for part in parts:
        rings = []
        for ring in _listed(part):
            positions = [_position(position) for position in _listed(ring)]
            flattened = flattened or len(ring[0]) > 2
            rings.append(np.array(positions, dtype=np.float64))
        finite(rings)
        polygons.append(rings)
    return polygons, flattened


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise InvalidShape(_("Koordinaterna är inte skrivna som i GeoJSON."), _("Exportera området på nytt."))
    return value


def _position(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or not 2 <= len(value) <= 4 or not all(type(part) in (int, float) for part in value):
        raise InvalidShape(_("En koordinat är inte två tal."), _("Exportera området på nytt."))
    try:
        return float(value[0]), float(value[1])
    except OverflowError:
        return float("inf"), 0.0
