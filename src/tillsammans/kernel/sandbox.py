"""Runs one function of ours in a child process with limits, for files that people hand in.

A library that opens them, as GDAL, is large and reads what strangers send, so it does not run in the server's own
process: a hostile file can only end its own child. The child has limits on memory, processor time,
size and number of files, an empty environment without secrets, a folder of its own, and on Linux, where the system
allows it, no network. It has no database and no settings but the language of messages. Not guaranteed: the child runs
as the same user, so whoever takes it over can read what that user may read; where the system forbids user namespaces it
also reaches the network.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tillsammans.kernel.problems import FileError, FileErrors, ImportProblem

MEMORY = 2 * 1024**3  # bytes of address space
SECONDS = 30  # of processor time; a busy machine may take longer by the clock
PATIENCE = 4  # times as long by the clock
ANSWER_LIMIT = 512 * 1024**2  # bytes
_CHILD = Path(__file__).with_name("sandbox_child.py")
_log = logging.getLogger(__name__)


def call(
    function: str,
    errors: FileErrors,
    *arguments: Any,
    files: Mapping[str, bytes] | None = None,
    memory: int = MEMORY,
    seconds: int = SECONDS,
) -> Any:
    """What ``function(errors, *arguments)`` gives in a child process; ``function`` is a dotted path.

    Arguments and result are JSON; days and times in the result arrive as they were. With ``files``, the function gets
    the path of each by name as its first argument after ``errors``. Raises ``ImportProblem``: the function's own, or
    one sentence where the child crashed, met a limit or gave no answer.
    """
    with tempfile.TemporaryDirectory(prefix="tillsammans-") as folder:
        given = list(arguments)
        if files is not None:
            paths = {name: Path(folder) / f"file{number}" for number, name in enumerate(files)}
            for name, path in paths.items():
                path.write_bytes(files[name])
            given.insert(0, {name: str(path) for name, path in paths.items()})
        request = {
            "function": function,
            "file": errors.file,
            "arguments": given,
            "language": get_language(),
            "memory": memory,
            "seconds": seconds,
            "answer_limit": ANSWER_LIMIT,
            "path": [entry for entry in sys.path if entry],
        }
        try:
            done = subprocess.run(
                # Isolated: no PYTHON* variables, no user packages.
                [sys.executable, "-I", str(_CHILD)],
                input=json.dumps(request).encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=PATIENCE * seconds,
                check=False,
                cwd=folder,
                env={"OPENBLAS_NUM_THREADS": "1", "LC_ALL": "C.UTF-8", "TMPDIR": folder},
            )
        except subprocess.TimeoutExpired:
            _log.warning("%s was stopped by the clock", function)
            raise unopenable(errors) from None
        try:
            answer = json.loads((Path(folder) / "answer").read_bytes(), object_hook=decoded)
            if "problem" in answer:
                raise _merged(errors, **answer["problem"])
            if "fault" in answer:
                _log.error("%s failed in its child process: %s", function, answer["fault"])
            else:
                return answer["result"]
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            _log.warning("%s ended without an answer (exit code %s)", function, done.returncode)
    raise unopenable(errors)


def unopenable(errors: FileErrors) -> ImportProblem:
    """The refusal of a file that ended its child; to be raised."""
    return errors.refuse(
        _("Filen gick inte att öppna: den är trasig eller för stor."),
        _("Öppna den i programmet som den kommer från, spara den på nytt och försök igen."),
    )


def _merged(errors: FileErrors, kept: list[list[Any]], total: int) -> ImportProblem:
    """The child's errors, after those that were noted before."""
    errors.kept += [FileError(*fields) for fields in kept]
    errors.total += total
    return ImportProblem(errors.kept, errors.total)


def decoded(value: dict[str, Any]) -> Any:
    """A day or time as ``sandbox_child`` wrote it, else the object itself."""
    match value:
        case {"@date": str(text)}:
            return date.fromisoformat(text)
        case {"@datetime": str(text)}:
            return datetime.fromisoformat(text)
        case {"@time": str(text)}:
            return time.fromisoformat(text)
        case {"@seconds": int() | float() as seconds}:
            return timedelta(seconds=seconds)
    return value
