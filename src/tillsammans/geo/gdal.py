"""Opens map files with GDAL. Runs in the child process of ``kernel.sandbox`` and never in the server's own."""

import os
import re
import shutil
import struct
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tillsammans.kernel import limits
from tillsammans.kernel.archives import UNREADABLE, is_archive, parts_of
from tillsammans.kernel.problems import FileErrors

# Formats by the ending of their main file, and the endings of the parts that GDAL is given. The index (.shx) of a
# Shapefile is made anew, so that it cannot say anything else than the shapes.
FORMATS = {
    ".shp": ("Shapefile", (".shp", ".dbf", ".prj", ".cpg")),
    ".tab": ("MapInfo TAB", (".tab", ".dat", ".map", ".id", ".ind")),
    ".gpkg": ("GeoPackage", (".gpkg",)),
    ".geojson": ("GeoJSON", (".geojson",)),
    ".kml": ("KML", (".kml",)),
}
DRIVERS = {"ESRI Shapefile", "MapInfo File", "GPKG", "GeoJSON", "LIBKML"}
# GDAL decides what a file is by looking in it: of all that it knows, also what would read other files or the network,
# only ``DRIVERS`` are left. A test holds that these are all.
_SKIPPED = """
MEM,PCIDSK,PDS4,VICAR,PDF,MBTiles,EEDA,OGCAPI,GDALG,LVBAG,S57,DGN,OGR_VRT,CSV,GML,GPX,KML,GeoJSONSeq,ESRIJSON,TopoJSON,
OGR_GMT,SQLite,WAsP,OpenFileGDB,DXF,FlatGeobuf,GeoRSS,VFK,PGDUMP,OSM,GPSBabel,OGR_PDS,WFS,OAPIF,EDIGEO,Idrisi,ODS,XLSX,
Elasticsearch,Carto,AmigoCloud,SXF,Selafin,JML,PLSCENES,CSW,VDV,MVT,NGW,MapML,GTFS,PMTiles,JSONFG,MiraMonVector,ADBC,
AVCBin,AVCE00,AIVector,HTTP
"""
os.environ |= {  # read when GDAL is loaded
    "GDAL_SKIP": "".join(_SKIPPED.split()),
    "GDAL_DRIVER_PATH": "disable",
    "GDAL_NUM_THREADS": "1",
    "OGR_GEOJSON_DATE_AS_STRING": "YES",
    "OGR_SQLITE_PRAGMA": "trusted_schema=OFF,cell_size_check=ON",
    "SHAPE_RESTORE_SHX": "YES",
}
import pyogrio  # noqa: E402
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError  # noqa: E402

_GDAL_ERRORS = (
    *(DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError),
    UnboundLocalError,  # pyogrio's own, for a coordinate system that it cannot decode
    UnicodeDecodeError,
    struct.error,  # a table that ends within its own head
)
_POLYGONS = (3, 6)  # GEOS's numbers of polygons and multipolygons


def read(errors: FileErrors, files: Mapping[str, str]) -> dict[str, Any]:
    """The fields of ``layers.Layer`` from the paths of files by lower-case name; ``shapes`` as hexadecimal WKB.

    Raises ``ImportProblem`` for what is no map of areas, or has a fault in an area.
    """
    with tempfile.TemporaryDirectory() as folder:
        ending, parts = _chosen({name: Path(path) for name, path in files.items()}, Path(folder), errors)
        form = FORMATS[ending][0]
        for part, path in parts.items():
            shutil.copyfile(path, Path(folder) / f"layer{part}")
        main = Path(folder) / f"layer{ending}"
        try:
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                layer = _only_layer(main, errors)
                meta, shapes, columns = _read(main, layer, parts)
            # Of a table and shapes that differ in length, GDAL reads the fewer; without a table, the shapes alone.
            expected = _rows_of_table(parts[".dbf"].read_bytes()) if ending == ".shp" else len(shapes)
            if any(str(warning.message).startswith("OGRGeoJSONRead") for warning in warned):
                raise GeometryError("a part of an area was left out")
        except _GDAL_ERRORS as error:
            raise errors.refuse(
                _("Filen är ingen hel {form}.").format(form=form),
                _("Spara om kartan i ett kartprogram, helst som GeoPackage."),
            ) from error
        except ValueError as error:  # pyogrio's, of a list of truth values
            raise errors.refuse(
                _("Kartan har en egenskap som är en lista, och den går inte att läsa."),
                _("Ta bort egenskapen i ett kartprogram och spara på nytt."),
            ) from error
    if len(shapes) > limits.AREAS:
        raise errors.refuse(
            _("Filen har fler än {limit} områden.").format(limit=limits.AREAS), _("Dela den i flera filer.")
        )
    if len(shapes) != expected:
        raise errors.refuse(
            _("Kartan har {shapes} former men {records} rader med namn.").format(shapes=len(shapes), records=expected),
            _("Filerna hör inte ihop. Hämta dem på nytt."),
        )
    shapes, points, flattened = _checked(shapes, errors)
    names = [str(name) for name in meta["fields"]][: limits.PROPERTIES]
    rows = zip(*(column.tolist() for column in columns[: len(names)]), strict=True) if names else [()] * len(shapes)
    return {
        "format": form,
        "records": [{name: _clean(value) for name, value in zip(names, row, strict=True)} for row in rows],
        "shapes": shapely.to_wkb(shapes, hex=True).tolist(),
        "epsg": None if ending == ".tab" else _epsg(meta["crs"]),  # MapInfo writes parameters without a code
        "flattened": flattened,
        "points": points,
    }


def _chosen(files: dict[str, Path], folder: Path, errors: FileErrors) -> tuple[str, dict[str, Path]]:
    """The ending of the one map among the files, and its parts by ending."""
    if len(files) == 1 and is_archive(_head(next(iter(files.values())))):
        files = _unpacked(next(iter(files.values())), folder, errors)
    for ending in (".shp", ".tab"):
        stems = sorted(name.removesuffix(ending) for name in files if name.endswith(ending))
        if len(stems) > 1:
            raise errors.refuse(
                _("Det ska vara en karta åt gången, men här är {number} {ending}-filer.").format(
                    number=len(stems), ending=ending[1:]
                ),
                _("Välj filerna till en enda karta."),
            )
        if stems:
            parts = {part: files[stems[0] + part] for part in FORMATS[ending][1] if stems[0] + part in files}
            if ending == ".shp" and ".dbf" not in parts:
                raise errors.refuse(
                    _("Filen {name} saknas: den har områdenas namn.").format(name=f"{stems[0][:60]}.dbf"),
                    _("Välj alla kartans filer (shp, dbf, prj, cpg), eller packa dem i en zip-fil."),
                )
            return ending, parts
    maps = {name: path for name, path in files.items() if name.endswith((".gpkg", ".geojson", ".json", ".kml"))}
    if len(maps or files) != 1:
        raise errors.refuse(
            _("Här finns ingen karta, eller flera."),
            _("Välj en enda karta: GeoJSON, GeoPackage (gpkg), KML, Shapefile (shp, dbf, prj) eller MapInfo (tab)."),
        )
    ((name, path),) = (maps or files).items()
    if name.endswith((".dbf", ".prj", ".cpg", ".shx", ".dat", ".map", ".id")):
        raise errors.refuse(
            _("Det här är bara en del av en karta."),
            _("Välj alla kartans filer på en gång, eller packa dem i en zip-fil."),
        )
    head = _head(path).removeprefix(b"\xef\xbb\xbf").lstrip()
    ending = ".gpkg" if head.startswith(b"SQLite format 3\0") else ".kml" if head.startswith(b"<") else ".geojson"
    return ending, {ending: path}


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _unpacked(archive: Path, folder: Path, errors: FileErrors) -> dict[str, Path]:
    """The files of a zip archive, written into the folder, by lower-case name without folders."""
    again = _("Packa bara kartans egna filer på nytt.")
    files: dict[str, Path] = {}
    try:
        for stated, content in parts_of(archive, errors):
            name = PurePosixPath(stated.replace("\\", "/")).name.lower()
            if "__MACOSX" in stated:
                continue
            if name in files:
                raise errors.refuse(_("Zip-filen har två filer som heter {name}.").format(name=name[:60]), again)
            files[name] = folder / f"part{len(files)}"
            files[name].write_bytes(content)
    except UNREADABLE as error:
        raise errors.refuse(_("Zip-filen är trasig."), again) from error
    return files


def _only_layer(path: Path, errors: FileErrors) -> str:
    layers = [str(name) for name, geometry in pyogrio.list_layers(path) if geometry is not None]
    if not layers:
        raise errors.refuse(_("Filen har inga områden (ytor)."), _("Kontrollera att det är rätt fil."))
    if len(layers) > 1:
        raise errors.refuse(
            _("Filen har flera lager: {names}.").format(names=", ".join(name[:60] for name in layers[:10])),
            _("Spara det lager som du vill ha i en egen fil."),
        )
    return layers[0]


def _read(path: Path, layer: str, parts: Mapping[str, Path]) -> tuple[dict[str, Any], Any, list[Any]]:
    """GDAL's description of the layer, its shapes as WKB and its columns."""
    encoding = _encoding(parts) if path.suffix == ".shp" else None
    try:
        meta, _ids, shapes, columns = _rows(path, layer, encoding)
    except UnicodeDecodeError:  # a table that does not name its character set is in Windows's
        meta, _ids, shapes, columns = _rows(path, layer, "cp1252")
    return meta, shapes, columns


def _rows(path: Path, layer: str, encoding: str | None) -> Any:
    return pyogrio.raw.read(
        path, layer=layer, encoding=encoding, max_features=limits.AREAS + 1, datetime_as_string=True
    )


def _rows_of_table(table: bytes) -> int:
    """How many rows a dBase table has that are not marked as deleted."""
    count, start, width = map(int, struct.unpack_from("<IHH", table, 4))
    return count - sum(table[start + row * width : start + row * width + 1] == b"*" for row in range(count))


def _encoding(parts: Mapping[str, Path]) -> str | None:
    """UTF-8 if the table's bytes allow it; ``None``, so that GDAL asks the table, only if it says something else."""
    table = parts[".dbf"].read_bytes()
    try:
        table[int.from_bytes(table[8:10], "little") :].decode("utf-8")
    except UnicodeDecodeError:
        stated = parts[".cpg"].read_bytes() if ".cpg" in parts else b""
        return "cp1252" if stated.strip().upper() in {b"", b"UTF-8", b"UTF8", b"65001"} else None
    return "utf-8"


def _checked(content: NDArray[np.object_], errors: FileErrors) -> tuple[NDArray[np.object_], list[int], bool]:
    """The shapes in two dimensions, the corners of each, and whether they had heights."""
    if not len(content):
        raise errors.refuse(_("Filen har inga områden (ytor)."), _("Kontrollera att det är rätt lager."))
    with np.errstate(invalid="ignore"):
        shapes = np.array(shapely.from_wkb(content, on_invalid="ignore"), dtype=object)
    points = shapely.get_num_coordinates(shapes)
    if points.max() > limits.AREA_POINTS or points.sum() > limits.POINTS:
        raise errors.refuse(
            _("Filen har fler än {limit} punkter, eller ett område fler än {each}.").format(
                limit=limits.POINTS, each=limits.AREA_POINTS
            ),
            _("Förenkla gränserna i ett kartprogram och spara på nytt."),
        )
    flattened = bool(shapely.has_z(shapes).any())
    shapes = shapely.force_2d(shapes)
    for number, (shape, stored) in enumerate(zip(shapes, content, strict=True), start=1):
        if fault := _fault(shape, stored):
            errors.add(_("Område {number}: {what}").format(number=number, what=fault[0]), fault[1])
    errors.stop_if_any()
    return shapes, points.tolist(), flattened


def _fault(shape: Any, stored: bytes | None) -> tuple[str, str] | None:
    """What is wrong with a shape that GDAL gave, and what to do."""
    if stored is None or (shape is not None and shapely.is_empty(shape)):
        return _("Området saknar form."), _("Ta bort raden eller rita området.")
    if shape is None:
        return _("En gräns är inte sluten eller har för få punkter."), _("Rita om området i ett kartprogram.")
    if shapely.get_type_id(shape) not in _POLYGONS:
        return (
            _("Området är ingen yta (Polygon eller MultiPolygon)."),
            _("Ta bort punkter och linjer ur filen."),
        )
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return _("En koordinat är inte ett ändligt tal."), _("Exportera området på nytt.")
    if not shapely.is_valid(shape):
        return _("Gränserna korsar sig själva eller varandra."), _("Laga området i ett kartprogram.")
    return None


def _epsg(crs: str | None) -> int | None:
    """The code of GDAL's coordinate system; ``None`` where the file states none, 0 for one without a code."""
    if not crs or "undefined" in crs.lower():
        return None
    code = re.fullmatch(r"EPSG:(\d{1,6})", crs)
    return int(code[1]) if code else 0


def _clean(value: object) -> str | int | float | None:
    """An attribute as a short text, a number or nothing."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value if abs(value) < 10**18 else None
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value[: limits.PROPERTY_TEXT] if isinstance(value, str) else None
