"""Layers of areas from the files that map programs and publishers give, opened by GDAL in a child process."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tillsammans.kernel import limits, sandbox
from tillsammans.kernel.problems import FileErrors

SECONDS = 8  # of processor time; the country's DeSO take three
OPENER = "tillsammans.geo.gdal.read"

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Layer:
    """The polygons of a file in the file's own coordinates, two-dimensional, with their attributes.

    ``epsg`` is the coordinate system that the file states, ``None`` if it states none, 0 if that has no code.
    ``flattened``: the file had heights. ``points`` counts the corners of each shape.
    """

    format: str
    records: tuple[Mapping[str, Value], ...]
    shapes: NDArray[np.object_]
    epsg: int | None
    flattened: bool
    points: tuple[int, ...]


def read(files: Mapping[str, bytes], errors: FileErrors) -> Layer:
    """Read one layer from files by name: GeoJSON, GeoPackage, KML, the parts of a Shapefile or a TAB, or a zip of such.

    What a file is, is seen in it and not believed from its name where that can be. Raises ``ImportProblem`` and
    nothing else.
    """
    if sum(map(len, files.values())) > limits.MAP:
        raise errors.refuse(
            _("Filen är större än {limit} MB.").format(limit=limits.MAP // limits.MEGABYTE),
            _("Förenkla gränserna i ett kartprogram och spara på nytt."),
        )
    answer = sandbox.call(OPENER, errors, files={name.lower(): files[name] for name in files}, seconds=SECONDS)
    try:
        return Layer(
            answer["format"],
            tuple(answer["records"]),
            np.array(shapely.from_wkb(answer["shapes"]), dtype=object),
            answer["epsg"],
            answer["flattened"],
            tuple(answer["points"]),
        )
    except (KeyError, TypeError, ValueError, shapely.GEOSException) as error:
        raise sandbox.unopenable(errors) from error
