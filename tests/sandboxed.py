"""``sandbox.call`` without the child process, for tests of what an opener says of hundreds of contents."""

import importlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tillsammans.kernel import sandbox, sandbox_child
from tillsammans.kernel.problems import FileErrors


def call(
    function: str, errors: FileErrors, *arguments: Any, files: Mapping[str, bytes] | None = None, **_limits: int
) -> Any:
    """The same arguments, result and ``ImportProblem`` as in the child; no limits."""
    module, _dot, name = function.rpartition(".")
    opener = getattr(importlib.import_module(module), name)
    with tempfile.TemporaryDirectory() as folder:
        given = list(arguments)
        if files is not None:
            paths = {name: Path(folder) / str(number) for number, name in enumerate(files)}
            for name, path in paths.items():
                path.write_bytes(files[name])
            given.insert(0, {name: str(path) for name, path in paths.items()})
        answer = json.dumps(opener(errors, *given), default=sandbox_child.encoded)
        return json.loads(answer, object_hook=sandbox.decoded)
