"""Small map files made for the tests: shapefiles and GeoPackages written by hand, TAB by GDAL."""

import io
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from tillsammans.geo.projections import PROJECTIONS

Record = Mapping[str, Any]
# Two neighbours in Östhammar, two kilometres across, in metres (SWEREF 99 TM).
WEST = shapely.box(688_000, 6_680_000, 690_000, 6_682_000)
EAST = shapely.box(690_000, 6_680_000, 692_000, 6_682_000)
HOLED = shapely.polygons(
    shapely.get_coordinates(WEST), holes=[shapely.get_coordinates(shapely.box(688_500, 6_680_500, 689_000, 6_681_000))]
)
PRJ_3006 = (
    b'PROJCS["SWEREF99_TM",GEOGCS["GCS_SWEREF99",DATUM["D_SWEREF99",SPHEROID["GRS_1980",6378137.0,'
    b'298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER['
    b'"False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",15.0],PARAMETER['
    b'"Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


def in_zone(shape: Any, epsg: int) -> Any:
    """A shape in SWEREF 99 TM as it is in a local zone."""

    def turned(xy: Any) -> Any:
        longitude, latitude = PROJECTIONS[3006].to_degrees(xy[:, 0], xy[:, 1])
        return np.column_stack(PROJECTIONS[epsg].to_plane(longitude, latitude))

    return shapely.transform(shape, turned)


def shapefile(
    shapes: Sequence[Any],
    records: Sequence[Record],
    *,
    heights: bool = False,
    encoding: str = "utf-8",
    cpg: bytes | None = b"UTF-8",
    prj: bytes | None = PRJ_3006,
) -> dict[str, bytes]:
    """A shapefile's parts by name; ``heights``: as ArcGIS writes flat areas in three dimensions, all zero."""
    content = b""
    for number, shape in enumerate(shapes, start=1):
        rings = [
            np.asarray(ring.coords) for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)
        ]
        rings = [
            ring if (index == 0) == (not shapely.is_ccw(shapely.linearrings(ring))) else ring[::-1]
            for index, ring in enumerate(rings)
        ]
        points = np.vstack(rings)
        starts = np.cumsum([0, *map(len, rings)])[:-1]
        body = struct.pack("<i4d2i", 15 if heights else 5, *shape.bounds, len(rings), len(points))
        body += starts.astype("<i4").tobytes() + points.astype("<f8").tobytes()
        body += b"\0" * (16 + 8 * len(points)) if heights else b""
        content += struct.pack(">2i", number, len(body) // 2) + body
    head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + len(content)) // 2)
    head += struct.pack("<2i8d", 1000, 15 if heights else 5, *[0.0] * 8)
    files = {"karta.shp": head + content, "karta.dbf": dbase(records, encoding)}
    return files | ({"karta.cpg": cpg} if cpg else {}) | ({"karta.prj": prj} if prj else {})


def dbase(records: Sequence[Record], encoding: str = "utf-8") -> bytes:
    """A dBase table of texts and whole numbers, names cut to ten characters as dBase does."""
    names = list(records[0])
    widths = {name: max(len(str(row[name]).encode(encoding)) for row in records) for name in names}
    fields = b"".join(
        name[:10].encode(encoding).ljust(11, b"\0")
        + (b"N" if isinstance(records[0][name], int) else b"C")
        + b"\0" * 4
        + bytes([widths[name], 0])
        + b"\0" * 14
        for name in names
    )
    rows = b"".join(
        b" " + b"".join(str(row[name]).encode(encoding).ljust(widths[name]) for name in names) for row in records
    )
    start = 33 + len(fields)
    return (
        struct.pack("<4B I2H 20x", 3, 126, 1, 1, len(records), start, 1 + sum(widths.values()))
        + fields
        + b"\r"
        + rows
        + b"\x1a"
    )


def geopackage(
    shapes: Sequence[Any], records: Sequence[Record], *, srs: int = 3006, table: str = "lager", sql: Sequence[str] = ()
) -> bytes:
    """A GeoPackage with one layer; ``sql`` runs last, for what a hostile sender would add."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "l.gpkg"
        with sqlite3.connect(path) as base:
            names = list(records[0])
            base.executescript(f"""
                PRAGMA application_id = 1196444487;
                PRAGMA user_version = 10300;
                CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER, organization TEXT,
                    organization_coordsys_id INTEGER, definition TEXT, description TEXT);
                INSERT INTO gpkg_spatial_ref_sys VALUES ('x', 3006, 'EPSG', 3006, 'undefined', '');
                INSERT INTO gpkg_spatial_ref_sys VALUES ('x', 3021, 'EPSG', 3021, 'undefined', '');
                INSERT INTO gpkg_spatial_ref_sys VALUES ('x', -1, 'NONE', -1, 'undefined', '');
                CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, identifier TEXT, description TEXT,
                    last_change TEXT, min_x REAL, min_y REAL, max_x REAL, max_y REAL, srs_id INTEGER);
                INSERT INTO gpkg_contents VALUES ('{table}', 'features', '{table}', '', '2026-01-01T00:00:00.000Z',
                    NULL, NULL, NULL, NULL, {srs});
                CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT,
                    srs_id INTEGER, z TINYINT, m TINYINT);
                INSERT INTO gpkg_geometry_columns VALUES ('{table}', 'geom', 'POLYGON', {srs}, 0, 0);
                CREATE TABLE "{table}" (fid INTEGER PRIMARY KEY, geom BLOB, {" TEXT, ".join(names)} TEXT);
            """)
            for shape, record in zip(shapes, records, strict=True):
                blob = (
                    shape
                    if isinstance(shape, bytes)
                    else b"GP\0\1" + struct.pack("<i", srs) + shapely.to_wkb(shape, include_srid=False)
                )
                base.execute(
                    f'INSERT INTO "{table}" VALUES (NULL, {", ".join("?" * (1 + len(names)))})',
                    (blob, *record.values()),
                )
            for statement in sql:
                base.execute(statement)
        base.close()
        return path.read_bytes()


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tab(shapes: Sequence[Any], names: Sequence[str]) -> dict[str, bytes]:
    """A MapInfo TAB as SCB gives it: SWEREF 99 TM as parameters without a code."""
    from pyogrio.raw import write

    wkt = (
        'PROJCS["unnamed",GEOGCS["unnamed",DATUM["GRS_80",SPHEROID["GRS 80",6378137,298.257222101]],PRIMEM['
        '"Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER['
        '"latitude_of_origin",0],PARAMETER["central_meridian",15],PARAMETER["scale_factor",0.9996],PARAMETER['
        '"false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1]]'
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "Karta.tab"
        write(
            path,
            np.array([shapely.to_wkb(shape) for shape in shapes], dtype=object),
            [np.array(names, dtype=object)],
            ["Namn"],
            driver="MapInfo File",
            geometry_type="Polygon",
            crs=wkt,
            encoding="cp1252",
        )
        return {part.name: part.read_bytes() for part in Path(folder).iterdir()}
