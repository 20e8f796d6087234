"""GeoPackage: an SQLite file, opened for reading only, with nothing in it allowed to run."""

import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tillsammans.geo.layers import wkb
from tillsammans.geo.layers.base import (
    AREAS_LIMIT,
    COLUMNS_LIMIT,
    Gathering,
    InvalidShape,
    Layer,
    clean,
    too_many_areas,
)
from tillsammans.kernel.problems import FileErrors

SECONDS = 5.0
_ENVELOPE = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


def read(content: bytes, errors: FileErrors) -> Layer:
    """The polygons of the file's only layer of areas. Raises ``ImportProblem`` and nothing else."""
    again = _("Spara lagret på nytt som GeoPackage i ett kartprogram.")
    with tempfile.TemporaryDirectory(prefix="tillsammans-") as folder:
        path = Path(folder) / "layer.gpkg"
        path.write_bytes(content)
        try:
            connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
            try:
                return _layer(connection, errors)
            finally:
                connection.close()
        except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
            raise errors.refuse(_("Filen är ingen hel GeoPackage."), again) from error


def _layer(connection: sqlite3.Connection, errors: FileErrors) -> Layer:
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 64 * 1024 * 1024)
    connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000)
    connection.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, 2 * COLUMNS_LIMIT)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    deadline = time.monotonic() + SECONDS
    connection.set_progress_handler(lambda: int(time.monotonic() > deadline), 10_000)
    connection.set_authorizer(_allowed)
    tables = {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    layers = [
        (str(table), str(column), srs)
        for table, column, srs in connection.execute(
            "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns LIMIT 100"
        )
        if str(table) in tables
    ]
    if not layers:
        raise errors.refuse(_("Filen har inget lager med områden."), _("Kontrollera att det är rätt fil."))
    if len(layers) > 1:
        raise errors.refuse(
            _("Filen har flera lager: {names}.").format(names=", ".join(layer[0][:60] for layer in layers[:10])),
            _("Spara det lager som du vill ha i en egen fil."),
        )
    table, column, srs = layers[0]
    # The names are those of the file's own table, and quoted.
    columns = connection.execute(f"PRAGMA table_xinfo({_quoted(table)})").fetchall()
    names = [str(name) for _id, name, *_rest, hidden in columns if not hidden][:COLUMNS_LIMIT]  # none computed
    if column not in names:
        raise errors.refuse(_("Filen är ingen hel GeoPackage."), _("Spara lagret på nytt."))
    wanted = ", ".join(map(_quoted, names))
    cursor = connection.execute(f"SELECT {wanted} FROM {_quoted(table)} LIMIT {AREAS_LIMIT + 1}")  # noqa: S608
    at = names.index(column)
    gathering = Gathering(errors)
    flattened = False
    for number, row in enumerate(cursor, start=1):
        if number > AREAS_LIMIT:
            raise too_many_areas(errors)
        try:
            polygons, high = wkb.polygons(_wkb(row[at]))
            flattened |= high
            gathering.add(
                {name: clean(value) for name, value in zip(names, row, strict=False) if name != column}, polygons
            )
        except InvalidShape as wrong:
            gathering.fault(number, wrong)
    return gathering.layer("GeoPackage", _epsg(connection, srs), flattened)


def _allowed(action: int, first: str | None, *_rest: str | None) -> int:
    """Plain reading of tables: views, functions and recursion have no business in a layer of areas."""
    plain = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
    return (
        sqlite3.SQLITE_OK if plain or (action, first) == (sqlite3.SQLITE_PRAGMA, "table_xinfo") else sqlite3.SQLITE_DENY
    )


def _epsg(connection: sqlite3.Connection, srs: Any) -> int | None:
    row = connection.execute(
        "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = ?", (srs,)
    ).fetchone()
    return int(row[1]) if row and str(row[0]).upper() == "EPSG" and isinstance(row[1], int) else None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _wkb(blob: object) -> bytes:
    """The well-known binary inside a GeoPackage's geometry, after its header."""
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        raise InvalidShape(_("Områdets form är avklippt eller trasig."), _("Exportera filen på nytt."))
    envelope = _ENVELOPE.get((blob[3] >> 1) & 7)
    if envelope is None or blob[3] & 0x10:  # bit 4: empty
        raise InvalidShape(_("Området saknar koordinater."), _("Exportera det på nytt."))
    return blob[8 + envelope :]
