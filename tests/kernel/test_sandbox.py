"""The child process that opens files: what it is kept from, and what the person reads when it ends."""

import os
import resource
import socket
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from tillsammans.kernel import sandbox
from tillsammans.kernel.problems import FileErrors, ImportProblem

pytestmark = pytest.mark.pure


# Run in the child, by the names below.


def environment(_errors: FileErrors) -> dict[str, Any]:
    return {
        "names": sorted(os.environ),
        "files": [path.name for path in Path("/proc/self/fd").iterdir()],
        "folder": [path.name for path in Path().iterdir()],
        "memory": resource.getrlimit(resource.RLIMIT_AS)[0],
    }


def echo(_errors: FileErrors, *arguments: Any) -> Any:
    return [*arguments, date(2026, 3, 31), datetime(2026, 3, 31, 12, 30, tzinfo=UTC)]


def content(_errors: FileErrors, files: dict[str, str]) -> dict[str, str]:
    return {name: Path(path).read_text() for name, path in files.items()}


def refuse(errors: FileErrors) -> None:
    from django.utils.translation import gettext as _

    raise errors.refuse(_("Filen är tom."), row=3)


def crash(_errors: FileErrors) -> None:
    os.kill(os.getpid(), 11)


def fail(_errors: FileErrors) -> None:
    raise RuntimeError("Anna Andersson, 811228-9874")


def fill(_errors: FileErrors) -> int:
    return len(b"x" * 3 * 1024**3)


def spin(_errors: FileErrors) -> None:
    while True:
        pass


def sleep(_errors: FileErrors) -> None:
    time.sleep(60)


def unwritable(_errors: FileErrors) -> Any:
    return object()


def connect(_errors: FileErrors, port: int) -> str:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return "refused"
    return "connected"


def here(function: Any) -> str:
    return f"{__name__}.{function.__name__}"


def test_arguments_result_and_files_travel_as_they_are() -> None:
    given = ["å", 1.5, None, {"a": [1, 2]}]
    assert sandbox.call(here(echo), FileErrors("f"), *given) == [
        *given,
        date(2026, 3, 31),
        datetime(2026, 3, 31, 12, 30, tzinfo=UTC),
    ]
    files = {"../ute.txt": b"ett", "två": b"2"}
    assert sandbox.call(here(content), FileErrors("f"), files=files) == {"../ute.txt": "ett", "två": "2"}


def test_the_child_has_no_secrets_and_no_open_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILLSAMMANS_SECRET_KEY", "hemlig")
    monkeypatch.setenv("https_proxy", "http://proxy")
    with Path(__file__).open() as held:
        os.set_inheritable(held.fileno(), True)
        seen = sandbox.call(here(environment), FileErrors("f"))
    assert set(seen["names"]) <= {"LC_ALL", "LC_CTYPE", "OPENBLAS_NUM_THREADS", "TMPDIR"}
    assert len(seen["files"]) <= 4  # the three standard ones, and the folder that is being listed
    assert seen["folder"] == []
    assert seen["memory"] == sandbox.MEMORY


def test_a_refusal_is_in_the_persons_language_and_keeps_what_was_noted_before() -> None:
    errors = FileErrors("f.csv")
    errors.add("Något annat.")
    with translation.override("en"), pytest.raises(ImportProblem) as refused:
        sandbox.call(here(refuse), errors)
    assert refused.value.total == 2
    assert refused.value.errors[1].row == 3
    assert "The file is empty" in str(refused.value)


@pytest.mark.parametrize("function", [crash, fail, fill, unwritable])
def test_what_ends_the_child_is_one_refusal(function: Any) -> None:
    with pytest.raises(ImportProblem, match="trasig eller för stor"):
        sandbox.call(here(function), FileErrors("f"))


@pytest.mark.parametrize("function", [spin, sleep])
def test_time_is_limited_by_processor_and_clock(function: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "PATIENCE", 6)
    begun = time.monotonic()
    with pytest.raises(ImportProblem, match="trasig eller för stor"):
        sandbox.call(here(function), FileErrors("f"), seconds=1)
    assert time.monotonic() - begun < 20


def test_a_child_that_cannot_be_started_is_not_said_to_be_a_broken_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox.sys, "executable", "/nowhere/python")
    with pytest.raises(FileNotFoundError):
        sandbox.call(here(echo), FileErrors("f"))


def test_a_fault_of_ours_is_logged_by_its_place_and_not_by_what_the_file_holds(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(ImportProblem):
        sandbox.call(here(fail), FileErrors("f"))
    assert "RuntimeError at test_sandbox.py" in caplog.text
    assert "811228" not in caplog.text


def test_the_child_does_not_reach_the_network_where_the_system_allows_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        answer = sandbox.call(here(connect), FileErrors("f"), server.getsockname()[1])
    if not Path("/proc/self/ns/user").exists():
        pytest.skip("not Linux")
    assert answer == "refused"
