"""The other process: reads a TAB file with GDAL and prints every row as [attributes, shape in base 64].

Imports nothing of the product, so that it starts quickly and has nothing to give away.
"""

import json
import resource
import sys
from base64 import b64encode


def main(path: str, most: int, seconds: int, memory: int) -> None:
    """Read at most ``most`` rows within ``seconds`` of processor time and ``memory`` bytes."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from pyogrio.raw import read

    try:
        meta, _ids, shapes, columns = read(path, max_features=most)
    except UnicodeDecodeError:  # a table that does not name its character set is in Windows's
        meta, _ids, shapes, columns = read(path, max_features=most, encoding="cp1252")
    names = [str(name) for name in meta["fields"]]
    rows = [
        [
            {name: value.item() if hasattr(value, "item") else value for name, value in zip(names, row, strict=True)},
            b64encode(shape or b"").decode(),
        ]
        for shape, *row in zip(shapes, *columns, strict=True)
    ]
    json.dump(rows, sys.stdout, default=str)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
