"""Readers are tried on thousands of files, so here the sandboxed functions run in the process of the test.

``test_guards`` and the tests of imports and areas start the child process itself.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.utils.module_loading import import_string

from tillsammans.formats import guards
from tillsammans.kernel import sandbox
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.sandbox_child import encoded


@pytest.fixture(autouse=True)
def without_child(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Call functions of the sandbox directly, with arguments and results as JSON like there; faults come out."""
    if request.module.__name__.endswith("test_guards"):
        return
    folder = tmp_path_factory.mktemp("sandbox")

    def call(
        function: str, errors: FileErrors, *arguments: Any, files: Mapping[str, bytes] | None = None, **_limits: Any
    ) -> Any:
        given = list(arguments)
        if files is not None:
            for name, content in files.items():
                (folder / name).write_bytes(content)
            given.insert(0, {name: str(Path(folder) / name) for name in files})
        result = import_string(function)(errors, *given)
        return json.loads(json.dumps(result, default=encoded), object_hook=sandbox.decoded)

    monkeypatch.setattr(sandbox, "call", call)
    guards._read_before.cache_clear()
