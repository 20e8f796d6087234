"""The child process of ``sandbox``: a request as JSON on stdin, the answer as JSON in the file ``answer``.

Run as a file, never imported: it sets its limits before it imports anything that is not Python's own.
"""

import ctypes
import importlib
import json
import os
import resource
import sys
import traceback
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # flags of Linux's unshare
FILES = 64  # open at a time


def main() -> None:
    """Run one request; see ``sandbox.call``."""
    request = json.load(sys.stdin.buffer)
    _limit(request["memory"], request["seconds"], request["answer_limit"])
    sys.path[:] = request["path"]
    # pyogrio loads these where they are installed, though it is asked for arrays only; it takes a second.
    sys.modules.update(dict.fromkeys(("geopandas", "pandas", "pyarrow", "pyproj")))  # type: ignore[arg-type]
    answer = json.dumps(_answer(request), default=encoded, separators=(",", ":"))
    Path("answer").write_text(answer, encoding="utf-8")


def _limit(memory: int, seconds: int, file_size: int) -> None:
    with suppress(OSError, AttributeError):  # another system than Linux, or one that does not allow it
        ctypes.CDLL(None, use_errno=True).unshare(_NEW_USER | _NEW_NETWORK)
    os.umask(0o077)
    for limit, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    _speak(request["language"])
    from tillsammans.kernel.problems import FileErrors, ImportProblem

    module, _dot, name = request["function"].rpartition(".")
    try:
        function = getattr(importlib.import_module(module), name)
        return {"result": function(FileErrors(request["file"]), *request["arguments"])}
    except ImportProblem as problem:
        kept = [
            [error.message, error.advice, error.file, error.row, error.column, error.value] for error in problem.errors
        ]
        return {"problem": {"kept": kept, "total": problem.total}}
    except BaseException as fault:
        # The place, not the message: that may quote the file.
        place = traceback.extract_tb(fault.__traceback__)[-1]
        return {"fault": f"{type(fault).__name__} at {Path(place.filename).name}:{place.lineno}"}


def _speak(language: str | None) -> None:
    """Let messages be in the language of the person who handed the file in; nothing else of Django is set up."""
    from django.apps import apps
    from django.conf import settings
    from django.utils import translation

    package = Path(__file__).resolve().parents[1]
    settings.configure(LANGUAGE_CODE="sv", LOCALE_PATHS=[package / "locale"], TIME_ZONE="Europe/Stockholm", USE_TZ=True)
    apps.populate([])
    translation.activate(language or "sv")


def encoded(value: object) -> object:
    if isinstance(value, datetime):
        return {"@datetime": value.isoformat()}
    if isinstance(value, date):
        return {"@date": value.isoformat()}
    if isinstance(value, time):
        return {"@time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"@seconds": value.total_seconds()}
    raise TypeError(type(value).__name__)


if __name__ == "__main__":
    main()
