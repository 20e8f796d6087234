"""MapInfo TAB, by GDAL where the extra ``geo`` is installed; in a process of its own, with a limit on time and memory.

GDAL is a large library in C that reads what strangers send, so it never runs in the server's own process.
"""

import json
import subprocess
import sys
import tempfile
from base64 import b64decode
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from django.utils.translation import gettext as _

from tillsammans.geo.layers import wkb
from tillsammans.geo.layers.base import AREAS_LIMIT, Gathering, InvalidShape, Layer, clean, too_many_areas
from tillsammans.kernel.problems import FileErrors

SECONDS = 8  # of processor time, which the child keeps to itself; a busy machine may take longer by the clock
PATIENCE = 40
MEMORY = 2 * 1024**3
_PARTS = (".tab", ".dat", ".map", ".id", ".ind", ".mif", ".mid")


def read(files: Mapping[str, bytes], errors: FileErrors) -> Layer:
    """The polygons of a TAB file given as its parts by lower-case name. Raises ``ImportProblem`` and nothing else.

    The coordinate system is never stated: MapInfo writes it as parameters without a code.
    """
    if find_spec("pyogrio") is None:
        raise errors.refuse(
            _("Filen är i MapInfos format, som den här installationen inte kan läsa."),
            _(
                "Öppna den i ett kartprogram och spara om som GeoPackage, eller be den som sköter installationen lägga "
                "till tillägget geo."
            ),
        )
    tables = [name for name in files if name.endswith(".tab")]
    if len(tables) != 1:
        raise errors.refuse(
            _("Det ska vara en karta åt gången, men här är {number} tab-filer.").format(number=len(tables)),
            _("Välj filerna till en enda karta."),
        )
    with tempfile.TemporaryDirectory(prefix="tillsammans-") as folder:
        for name, content in files.items():
            if name.endswith(_PARTS):
                (Path(folder) / f"layer{name[name.rindex('.') :]}").write_bytes(content)
        try:
            done = subprocess.run(
                [
                    sys.executable,
                    "-I",
                    str(Path(__file__).with_name("mapinfo_child.py")),
                    "layer.tab",
                    *map(str, (AREAS_LIMIT + 1, SECONDS, MEMORY)),
                ],
                capture_output=True,
                timeout=PATIENCE,
                check=True,
                cwd=folder,
                env={"OPENBLAS_NUM_THREADS": "1"},
            )
            rows = json.loads(done.stdout)
        except (subprocess.SubprocessError, ValueError) as error:
            raise errors.refuse(
                _("MapInfo-filen går inte att läsa."), _("Öppna den i ett kartprogram och spara om som GeoPackage.")
            ) from error
    if len(rows) > AREAS_LIMIT:
        raise too_many_areas(errors)
    gathering = Gathering(errors)
    flattened = False
    for number, (record, shape) in enumerate(rows, start=1):
        try:
            polygons, high = wkb.polygons(b64decode(shape))
            flattened |= high
            gathering.add({name: clean(value) for name, value in record.items()}, polygons)
        except InvalidShape as wrong:
            gathering.fault(number, wrong)
    return gathering.layer("MapInfo TAB", None, flattened)
