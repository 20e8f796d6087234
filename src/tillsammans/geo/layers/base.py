"""What every reader of area files gives and keeps to: a layer of polygons, and limits against hostile files."""

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tillsammans.kernel.problems import FileErrors

SIZE_LIMIT = 20 * 1024 * 1024
UNPACKED_LIMIT = 60 * 1024 * 1024
RATIO_LIMIT = 200
PARTS_LIMIT = 60
AREAS_LIMIT = 7_000  # the country has 6,160 DeSO
POINTS_LIMIT = 600_000
AREA_POINTS_LIMIT = 60_000  # in one area; looking for crossings takes seconds beyond it
COLUMNS_LIMIT = 150
TEXT_LIMIT = 500

Value = str | int | float | None
Polygon = list[NDArray[np.float64]]  # rings of (x, y), the outer one first


@dataclass(frozen=True, slots=True)
class Layer:
    """The polygons of a file in the file's own coordinates, two-dimensional, with their attributes.

    ``epsg`` is the coordinate system that the file states, or ``None``. ``flattened``: the file had heights.
    ``points`` counts the corners of each shape.
    """

    format: str
    records: tuple[Mapping[str, Value], ...]
    shapes: NDArray[np.object_]
    epsg: int | None
    flattened: bool
    points: tuple[int, ...]


class InvalidShape(Exception):
    """What is wrong with one area, and what to do."""


class Gathering:
    """Collects areas one by one and notes what is wrong with each; ``layer`` gives them when nothing is."""

    def __init__(self, errors: FileErrors):
        self.errors = errors
        self.records: list[Mapping[str, Value]] = []
        self.shapes: list[Any] = []
        self.points: list[int] = []
        self.crossed = self.total = 0

    def add(self, record: Mapping[str, Value], polygons: Sequence[Polygon]) -> None:
        """Take an area; raises ``InvalidShape``, and ``ImportProblem`` where a limit is passed."""
        self.count(sum(len(ring) for rings in polygons for ring in rings))
        if len(self.records) >= AREAS_LIMIT:
            raise too_many_areas(self.errors)
        try:
            shape = shapely.multipolygons(
                [
                    shapely.polygons(
                        shapely.linearrings(rings[0]), holes=[shapely.linearrings(ring) for ring in rings[1:]] or None
                    )
                    for rings in polygons
                ]
            )
        except (ValueError, shapely.GEOSException) as error:
            raise InvalidShape(_("En gräns har för få punkter."), _("Rita om området i ett kartprogram.")) from error
        if not shapely.is_valid(shape):
            self.crossed += self.points[-1]
            if self.crossed > AREA_POINTS_LIMIT // 2:
                raise self.errors.refuse(
                    _("Gränserna korsar sig själva på många ställen."), _("Laga dem i ett kartprogram.")
                )
            raise InvalidShape(_("Gränserna korsar sig själva eller varandra."), _("Laga området i ett kartprogram."))
        self.records.append(record)
        self.shapes.append(shape)

    def count(self, corners: int) -> None:
        self.points.append(corners)
        self.total += corners
        if corners > AREA_POINTS_LIMIT or self.total > POINTS_LIMIT:
            raise too_many_points(self.errors)

    def fault(self, number: int, wrong: InvalidShape) -> None:
        """Note what is wrong with the area of that number, counted from 1."""
        what, advice = wrong.args
        self.errors.add(_("Område {number}: {what}").format(number=number, what=what), advice)

    def layer(self, form: str, epsg: int | None, flattened: bool = False) -> Layer:
        """The layer, if nothing is wrong with any area; else raises ``ImportProblem``."""
        self.errors.stop_if_any()
        if not self.shapes:
            raise self.errors.refuse(_("Filen har inga områden (ytor)."), _("Kontrollera att det är rätt lager."))
        return Layer(
            form, tuple(self.records), np.array(self.shapes, dtype=object), epsg, flattened, tuple(self.points)
        )


def too_many_points(errors: FileErrors) -> Exception:
    return errors.refuse(
        _("Filen har fler än {limit} punkter, eller ett område fler än {each}.").format(
            limit=POINTS_LIMIT, each=AREA_POINTS_LIMIT
        ),
        _("Förenkla gränserna i ett kartprogram och spara på nytt."),
    )


def too_many_areas(errors: FileErrors) -> Exception:
    return errors.refuse(
        _("Filen har fler än {limit} områden.").format(limit=AREAS_LIMIT), _("Dela den i flera filer.")
    )


def finite(rings: Sequence[NDArray[np.float64]]) -> None:
    """Raise ``InvalidShape`` unless every coordinate is a finite number and every ring is closed."""
    for ring in rings:
        if not np.isfinite(ring).all():
            raise InvalidShape(_("En koordinat är inte ett ändligt tal."), _("Exportera området på nytt."))
        if len(ring) < 4 or (ring[0] != ring[-1]).any():
            raise InvalidShape(
                _("En gräns är inte sluten: första och sista punkten ska vara samma."),
                _("Slut gränsen i ett kartprogram."),
            )


def clean(value: object) -> Value:
    """An attribute as a short text, a number or nothing."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value if abs(value) < 10**18 else None
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value[:TEXT_LIMIT] if isinstance(value, str) else None


def unpacked(content: bytes, errors: FileErrors) -> dict[str, bytes]:
    """The files of a zip archive by lower-case name without folders, looked at before anything is unpacked in full."""
    again = _("Packa bara kartans egna filer på nytt.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir() and "__MACOSX" not in part.filename]
            whole = sum(part.file_size for part in parts)
            if len(parts) > PARTS_LIMIT or whole > UNPACKED_LIMIT or whole > RATIO_LIMIT * len(content):
                raise errors.refuse(_("Zip-filen är mycket större än den ser ut och öppnas inte."), again)
            if any(part.flag_bits & 1 for part in parts):
                raise errors.refuse(_("Zip-filen är skyddad med lösenord."), again)
            found: dict[str, bytes] = {}
            for part in parts:
                name = PurePosixPath(part.filename.replace("\\", "/")).name.lower()
                if name in found:
                    raise errors.refuse(_("Zip-filen har två filer som heter {name}.").format(name=name[:60]), again)
                with archive.open(part) as stream:
                    found[name] = stream.read(part.file_size + 1)
                    if len(found[name]) > part.file_size:
                        raise errors.refuse(_("Zip-filen är trasig."), again)
            return found
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        OSError,
        RuntimeError,
        ValueError,
        OverflowError,
    ) as error:
        raise errors.refuse(_("Zip-filen är trasig."), again) from error
