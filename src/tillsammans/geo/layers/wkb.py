"""Well-known binary polygons, walked by hand: a count is believed only as far as there are bytes for it."""

import struct

import numpy as np
from django.utils.translation import gettext as _

from tillsammans.geo.layers.base import InvalidShape, Polygon, finite

_POLYGON, _MULTIPOLYGON = 3, 6


def polygons(blob: bytes) -> tuple[list[Polygon], bool]:
    """The polygons of an ISO or extended WKB polygon or multipolygon, and whether they had heights."""
    try:
        found, high, end = _geometry(blob, 0, top=True)
    except (struct.error, ValueError) as error:
        raise InvalidShape(_("Områdets form är avklippt eller trasig."), _("Exportera filen på nytt.")) from error
    if end != len(blob):
        raise InvalidShape(_("Områdets form är avklippt eller trasig."), _("Exportera filen på nytt."))
    return found, high


def _geometry(blob: bytes, at: int, top: bool) -> tuple[list[Polygon], bool, int]:
    order = "<" if blob[at : at + 1] == b"\x01" else ">"
    (code,) = struct.unpack_from(f"{order}I", blob, at + 1)
    at += 5
    high, measured = bool(code & 0x80000000), bool(code & 0x40000000)
    if code & 0x20000000:  # an SRID of its own
        at += 4
    code &= 0x1FFFFFFF
    kind, dimensions = code % 1000, code // 1000
    high, measured = high or dimensions in (1, 3), measured or dimensions in (2, 3)
    if kind not in (_POLYGON, _MULTIPOLYGON) or dimensions > 3 or (kind == _MULTIPOLYGON and not top):
        raise InvalidShape(
            _("Området är ingen yta (Polygon eller MultiPolygon)."), _("Ta bort punkter och linjer ur filen.")
        )
    (count,) = struct.unpack_from(f"{order}I", blob, at)
    at += 4
    if count > (len(blob) - at) // 4:
        raise ValueError("more parts than bytes")
    if kind == _MULTIPOLYGON:
        parts: list[Polygon] = []
        for _part in range(count):
            found, deep, at = _geometry(blob, at, top=False)
            parts += found
            high |= deep
        return parts, high, at
    width = 2 + high + measured
    rings = []
    for _ring in range(count):
        (points,) = struct.unpack_from(f"{order}I", blob, at)
        at += 4
        if points > (len(blob) - at) // (8 * width):
            raise ValueError("more points than bytes")
        ring = np.frombuffer(blob, dtype=f"{order}f8", count=points * width, offset=at).reshape(points, width)
        rings.append(ring[:, :2].astype(np.float64))
        at += 8 * width * points
    if not rings:
        raise InvalidShape(_("Området saknar koordinater."), _("Exportera det på nytt."))
    finite(rings)
    return [rings], high, at
