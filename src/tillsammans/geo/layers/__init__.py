"""Layers of areas from the files that map programs and publishers give."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from tillsammans.geo.layers import base, geojson, geopackage, mapinfo, shapefile
from tillsammans.geo.layers.base import Layer
from tillsammans.kernel.problems import FileErrors

__all__ = ["Layer", "read"]


def read(given: Mapping[str, bytes], errors: FileErrors) -> Layer:
    """Read one layer from files by name: GeoJSON, GeoPackage, the parts of a shapefile or a TAB, or a zip of such.

    What a file is, is seen in it and not believed from its name where that can be. Raises ``ImportProblem`` and
    nothing else.
    """
    files = {name.lower(): content for name, content in given.items()}
    if sum(map(len, files.values())) > base.SIZE_LIMIT:
        raise errors.refuse(
            _("Filen är större än {limit} MB.").format(limit=base.SIZE_LIMIT // 2**20),
            _("Förenkla gränserna i ett kartprogram och spara på nytt."),
        )
    if len(files) == 1:
        ((_name, content),) = files.items()
        if content.startswith(b"PK\x03\x04"):
            files = base.unpacked(content, errors)
    names = list(files)
    if any(name.endswith(".shp") for name in names):
        return shapefile.read(files, errors)
    if any(name.endswith(".tab") for name in names):
        return mapinfo.read(files, errors)
    maps = {name: content for name, content in files.items() if name.endswith((".gpkg", ".geojson", ".json"))}
    chosen = list((maps or files).values())
    if len(chosen) != 1:
        raise errors.refuse(
            _("Här finns ingen karta, eller flera."),
            _("Välj en enda karta: GeoJSON, GeoPackage (gpkg), Shapefile (shp, dbf, prj) eller MapInfo (tab)."),
        )
    if chosen[0].startswith(b"SQLite format 3\0"):
        return geopackage.read(chosen[0], errors)
    if names[0].endswith((".dbf", ".prj", ".cpg", ".shx", ".dat", ".map", ".id")):
        raise errors.refuse(
            _("Det här är bara en del av en karta."),
            _("Välj alla kartans filer på en gång, eller packa dem i en zip-fil."),
        )
    return geojson.read(chosen[0], errors)
