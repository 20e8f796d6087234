"""Shapefile: shapes in .shp, attributes in .dbf, and where they are known the coordinate system (.prj) and the
encoding (.cpg). Everything is counted against the bytes that are there."""

import re
import struct
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tillsammans.geo.layers.base import (
    AREAS_LIMIT,
    COLUMNS_LIMIT,
    Gathering,
    InvalidShape,
    Layer,
    Polygon,
    Value,
    clean,
    finite,
    too_many_areas,
)
from tillsammans.geo.projections import PROJECTIONS
from tillsammans.kernel.problems import FileErrors

_POLYGON_TYPES = {5: False, 15: True, 25: False}  # plain, with heights, with measures
PAIRS_LIMIT = 5_000_000  # of parts and holes in one area
_NUMBER = r"\s*,\s*([-+.\deE]+)\s*\]"


def read(files: Mapping[str, bytes], errors: FileErrors) -> Layer:
    """The polygons of a shapefile given as its parts by lower-case name. Raises ``ImportProblem`` and nothing else."""
    stems = sorted(name[:-4] for name in files if name.endswith(".shp"))
    if len(stems) != 1:
        raise errors.refuse(
            _("Det ska vara en karta åt gången, men här är {number} shp-filer.").format(number=len(stems)),
            _("Välj filerna till en enda karta."),
        )
    shp, dbf = files[f"{stems[0]}.shp"], files.get(f"{stems[0]}.dbf")
    if dbf is None:
        raise errors.refuse(
            _("Filen {name} saknas: den har områdenas namn.").format(name=f"{stems[0][:60]}.dbf"),
            _("Välj alla kartans filer (shp, dbf, prj, cpg), eller packa dem i en zip-fil."),
        )
    try:
        records = _records(dbf, files.get(f"{stems[0]}.cpg", b""), errors)
        return _layer(shp, records, _epsg(files.get(f"{stems[0]}.prj", b"")), errors)
    except (struct.error, ValueError, IndexError, shapely.GEOSException) as error:
        raise errors.refuse(
            _("Shapefilen är avklippt eller trasig."), _("Hämta eller exportera den på nytt.")
        ) from error


def _layer(shp: bytes, records: list[dict[str, Value] | None], epsg: int | None, errors: FileErrors) -> Layer:
    code, kind = struct.unpack_from(">i", shp, 0)[0], struct.unpack_from("<i", shp, 32)[0]
    if code != 9994:
        raise ValueError("not a shapefile")
    if kind not in _POLYGON_TYPES:
        raise errors.refuse(_("Kartan har punkter eller linjer, inte områden."), _("Välj lagret med ytor."))
    gathering = Gathering(errors)
    at, number = 100, 0
    while at + 12 <= len(shp):
        number += 1
        if number > AREAS_LIMIT:
            raise too_many_areas(errors)
        length = 2 * struct.unpack_from(">i", shp, at + 4)[0]
        if length < 4 or at + 8 + length > len(shp):
            raise ValueError("a record reaches beyond the file")
        record = records[number - 1]
        if record is not None:
            try:
                gathering.add(record, _polygons(shp[at + 8 : at + 8 + length]))
            except InvalidShape as wrong:
                gathering.fault(number, wrong)
        at += 8 + length
    if number != len(records):
        raise errors.refuse(
            _("Kartan har {shapes} former men {records} rader med namn.").format(shapes=number, records=len(records)),
            _("Filerna hör inte ihop. Hämta dem på nytt."),
        )
    return gathering.layer("Shapefile", epsg, _POLYGON_TYPES[kind])


def _polygons(content: bytes) -> list[Polygon]:
    (kind,) = struct.unpack_from("<i", content, 0)
    if kind not in _POLYGON_TYPES:
        raise InvalidShape(_("Området saknar form."), _("Ta bort raden eller rita området."))
    parts, points = struct.unpack_from("<ii", content, 36)
    if parts < 1 or points < 4 or 44 + 4 * parts + 16 * points > len(content):
        raise InvalidShape(_("Områdets form är avklippt eller trasig."), _("Exportera filen på nytt."))
    starts = np.frombuffer(content, "<i4", parts, 44)
    corners = np.frombuffer(content, "<f8", 2 * points, 44 + 4 * parts).reshape(points, 2)
    if starts[0] != 0 or (np.diff(starts) < 1).any() or starts[-1] >= points:
        raise InvalidShape(_("Områdets form är avklippt eller trasig."), _("Exportera filen på nytt."))
    rings = [ring.astype(np.float64) for ring in np.split(corners, starts[1:])]
    finite(rings)
    return _nested(rings)


def _nested(rings: list[NDArray[np.float64]]) -> list[Polygon]:
    """Outer rings run clockwise; a hole belongs to the smallest outer ring around it."""
    outer = [ring for ring in rings if _turn(ring) < 0]
    holes = [ring for ring in rings if _turn(ring) >= 0]
    if not outer:  # a program that turns the wrong way
        return [[ring] for ring in holes]
    if not holes:
        return [[ring] for ring in outer]
    if len(outer) * len(holes) > PAIRS_LIMIT:
        raise InvalidShape(_("Området har för många delar och hål."), _("Förenkla det i ett kartprogram."))
    shells = np.array([shapely.polygons(ring) for ring in outer], dtype=object)
    shapely.prepare(shells)
    sizes = shapely.area(shells)
    corners = shapely.points([ring[0] for ring in holes])
    found: list[Polygon] = [[ring] for ring in outer]
    inside, around = shapely.STRtree(shells).query(corners)
    true = shapely.covers(shells[around], corners[inside])
    shell_of: dict[int, int] = {}
    for hole, shell in zip(inside[true].tolist(), around[true].tolist(), strict=True):
        if hole not in shell_of or sizes[shell] < sizes[shell_of[hole]]:
            shell_of[hole] = shell
    for number, ring in enumerate(holes):
        if number not in shell_of:
            raise InvalidShape(_("Ett hål i området ligger utanför det."), _("Laga området i ett kartprogram."))
        found[shell_of[number]].append(ring)
    return found


def _turn(ring: NDArray[np.float64]) -> float:
    x, y = (ring - ring[0]).T
    return float(x[:-1] @ y[1:] - x[1:] @ y[:-1])


def _records(dbf: bytes, cpg: bytes, errors: FileErrors) -> list[dict[str, Value] | None]:
    """The rows of a dBase file; ``None`` for one that is marked as deleted."""
    count, start, width = struct.unpack_from("<IHH", dbf, 4)
    if width < 1 or start < 33 or start + count * width > len(dbf):
        raise ValueError("the table is cut off")
    if count > AREAS_LIMIT:
        raise too_many_areas(errors)
    fields: list[tuple[bytes, str, int, int]] = []
    at, offset = 32, 1
    while at + 32 <= start and dbf[at] != 0x0D and len(fields) < COLUMNS_LIMIT:
        length = dbf[at + 16]
        fields.append((dbf[at : at + 11].split(b"\0", 1)[0], chr(dbf[at + 11]), offset, length))
        at, offset = at + 32, offset + length
    if offset > width:
        raise ValueError("the columns are wider than a row")
    raw = [dbf[start + row * width : start + (row + 1) * width] for row in range(count)]
    encoding = _encoding(
        cpg,
        b"".join(
            [name for name, *_rest in fields]
            + [row[o : o + n] for row in raw for _n, kind, o, n in fields if kind == "C"]
        ),
    )
    names = [name.decode(encoding, "replace") for name, *_rest in fields]
    return [
        None
        if row[:1] == b"*"
        else {
            name: _value(row[offset : offset + length].decode(encoding, "replace").strip(" \0"), kind)
            for name, (_name, kind, offset, length) in zip(names, fields, strict=True)
        }
        for row in raw
    ]


def _value(text: str, kind: str) -> Value:
    if kind in "NF":
        with suppress(ValueError):
            return clean(int(text) if re.fullmatch(r"[-+]?\d{1,18}", text) else float(text.replace(",", ".")))
        return None
    return clean(text) if kind in "CD" else None


def _encoding(cpg: bytes, sample: bytes) -> str:
    """What the .cpg file says, where Python knows it; else UTF-8 if the bytes allow it, else Windows-1252."""
    stated = cpg[:40].decode("ascii", "replace").strip().lower().removeprefix("ansi ")
    named: dict[str, str] = {
        "utf-8": "utf-8",
        "utf8": "utf-8",
        "65001": "utf-8",
        "1252": "cp1252",
        "cp1252": "cp1252",
        "windows-1252": "cp1252",
        "iso-8859-1": "latin-1",
        "iso 88591": "latin-1",
        "88591": "latin-1",
        "iso88591": "latin-1",
    }
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252" if named.get(stated, "utf-8") == "utf-8" else named[stated]
    return named.get(stated, "utf-8")


def _epsg(prj: bytes) -> int | None:
    """The coordinate system of a .prj file, recognised by its numbers and not by its name."""
    text = prj[:5000].decode("utf-8", "replace")
    if not text.strip():
        return None
    if not text.lstrip().upper().startswith("PROJCS"):
        return 4326 if re.search(r"WGS_?(?:19)?_?84|SWEREF_?99", text, re.IGNORECASE) else 0
    found: dict[str, Any] = {
        key.lower(): float(value) for key, value in re.findall(rf'PARAMETER\["(\w+)"{_NUMBER}', text)
    }
    if "transverse_mercator" not in text.lower() or found.get("false_northing"):
        return 0
    for epsg, plane in PROJECTIONS.items():
        if (
            abs(found.get("central_meridian", 0.0) - plane.meridian) < 1e-6
            and abs(found.get("scale_factor", 0.0) - plane.scale) < 1e-9
            and abs(found.get("false_easting", 0.0) - plane.false_easting) < 1e-3
        ):
            return epsg
    return 0
