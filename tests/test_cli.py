"""The command line: every command says what it did or why not, in words, and leaves with the right code."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.demo import demo_environment
from tests.picture.bra import databasfil, rows
from tests.world import World
from tillsammans import cli
from tillsammans.kernel.access import Refused
from tillsammans.parties.actions import add_body

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command sets is taken back after the test, and no command meets a demo that happens to be there."""
    for name in ("TILLSAMMANS_OFFLINE", "TILLSAMMANS_DATABASE", "TILLSAMMANS_DEMO", "TILLSAMMANS_VAR"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.delenv("TILLSAMMANS_TRACEBACK", raising=False)


def code_of(*words: str) -> Any:
    """The exit code of a command that runs in this process."""
    with pytest.raises(SystemExit) as end:
        cli.main(list(words))
    return end.value.code


def started(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, as an operator starts it, with nothing set but what is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TILLSAMMANS", "DJANGO"))}
    return subprocess.run(
        [sys.executable, "-m", "tillsammans", *words],
        env={**kept, "PYTHONPATH": str(ROOT / "src"), "TILLSAMMANS_VAR": str(folder), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.pure
@pytest.mark.parametrize("words", [[], ["help"], ["-h"], ["--help"]])
def test_without_a_command_the_help_names_every_command(words: list[str], capsys: Any) -> None:
    assert code_of(*words) == 0
    said = capsys.readouterr()
    for name in cli.COMMANDS:
        assert f"\n  {name} " in said.out, name
    assert said.err == ""


@pytest.mark.pure
def test_an_unknown_command_is_a_wrong_use(capsys: Any) -> None:
    assert code_of("banan") == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "Kommandot ”banan” finns inte. Skriv ./tillsammans för att se alla.\n"


@pytest.mark.pure
@pytest.mark.parametrize(
    "words",
    [
        ["verify", "--banan"],
        ["serve", "--port", "åtta"],
        ["picture"],
        ["picture", "--municipality", "0382"],
        ["bench", "finns-inte"],
        ["bench", "--limit", "50"],
    ],
)
def test_a_wrong_option_is_a_wrong_use(words: list[str], capsys: Any) -> None:
    assert code_of(*words) == 2
    assert capsys.readouterr().err != ""


@pytest.mark.pure
def test_what_follows_the_name_of_a_benchmark_reaches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    run: list[list[str]] = []

    def call(words: list[str], **_where: Any) -> int:
        run.append([Path(words[1]).stem, *words[2:]])
        return len(run)

    monkeypatch.setattr(subprocess, "call", call)
    assert code_of("bench", "pages", "--limit", "50") == 1
    assert code_of("bench", "pages", "growth") == 3  # the worst of the two
    assert run == [["pages", "--limit", "50"], ["growth"], ["pages"]]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("failure", "code", "said"),
    [
        (Refused(["Du får inte", "det här"]), 1, "Det gick inte: Du får inte; det här\n"),
        (ZeroDivisionError("delat med noll"), 1, "Det gick inte: delat med noll\n"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 1, ""),
    ],
)
def test_an_error_is_one_line_and_never_a_traceback(
    failure: BaseException, code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    def fail(words: list[str]) -> int:
        raise failure

    monkeypatch.setitem(cli.COMMANDS, "verify", fail)
    assert code_of("verify") == code
    assert capsys.readouterr().err == said


@pytest.mark.pure
def test_whoever_looks_for_the_fault_may_ask_for_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(words: list[str]) -> int:
        raise ZeroDivisionError

    monkeypatch.setitem(cli.COMMANDS, "verify", fail)
    monkeypatch.setenv("TILLSAMMANS_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        cli.main(["verify"])


@pytest.mark.pure
def test_every_route_is_listed_with_its_rule(capsys: Any) -> None:
    assert code_of("routes", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found) > 100
    for route in found:
        assert set(route) == {"path", "name", "methods", "public", "policy", "scope"}
        assert route["path"].startswith("/")
        assert route["policy"], route
        assert route["scope"] in ("public", "link", "organisation", "sign-in"), route
    assert {route["path"] for route in found} >= {"/", "/samverkan/", "/lagesbild/<uuid:uuid>/", "/konto/login/"}
    assert code_of("routes") == 0
    assert len(capsys.readouterr().out.splitlines()) == len(found)


@pytest.mark.pure
def test_the_permission_page_is_written_from_the_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(cli, "__file__", str(tmp_path / "src" / "tillsammans" / "cli.py"))
    (tmp_path / "docs").mkdir()
    assert code_of("permissions") == 0
    text = (tmp_path / "docs" / "permissions.md").read_text()
    assert "| `parties.add_body` |" in text
    assert "| `/samverkan/` | GET | du har en roll i organisationen |" in text
    assert capsys.readouterr().out == "Skrev permissions.md.\n"


@pytest.mark.both
@pytest.mark.django_db
def test_verify_finds_nothing_in_a_sound_house(world: World, capsys: Any) -> None:
    add_body(world.actor("coordinator"), None, name="Styrgruppen", kind="steering_group")
    assert code_of("verify", "--all") == 0
    assert capsys.readouterr().out == "Allt stämmer.\n"
    assert code_of("verify", "--all", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"faults": []}


@pytest.mark.both
@pytest.mark.django_db
def test_verify_names_what_is_broken(world: World, capsys: Any) -> None:
    add_body(world.actor("coordinator"), None, name="Styrgruppen", kind="steering_group")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_auditentry SET deed='x'")
    assert code_of("verify", "--all") == 1
    said = capsys.readouterr().out
    assert "post 1" in said
    assert said.endswith("\n1 fel.\n")
    assert code_of("verify", "--json") == 1
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert fault["invariant"] == "audit"


def brott(folder: Path, *more: bytes) -> Path:
    path = folder / "Databasfil2024.txt"
    path.write_bytes(
        databasfil(*(rows("Östhammar kommun", "8 kap. Stöld, rån m.m.", year, [20] * 12, 22_000) for year in ("2024",)))
        + b"".join(more)
    )
    return path


@pytest.mark.pure
def test_a_picture_is_made_from_files_without_a_server_or_a_database(tmp_path: Path, capsys: Any) -> None:
    words = ["picture", "--municipality", "0382", "--from", str(brott(tmp_path)), "--out", str(tmp_path / "ut")]
    assert code_of(*words) == 0
    assert {path.name for path in (tmp_path / "ut").iterdir()} == {
        "lagesbild.pdf",
        "lagesbild.docx",
        "data.csv",
        "data.json",
    }
    assert capsys.readouterr().err.endswith("klart\n")


@pytest.mark.pure
def test_a_broken_file_is_refused_with_its_row_and_leaves_nothing(tmp_path: Path, capsys: Any) -> None:
    path = brott(tmp_path, "Östhammar kommun;bara tre;2024\r\n".encode("cp1252"))
    lines = path.read_bytes().count(b"\n")
    words = ["picture", "--municipality", "0382", "--from", str(path), "--out", str(tmp_path / "ut")]
    assert code_of(*words) == 1
    said = capsys.readouterr()
    assert f"Databasfil2024.txt, rad {lines}: Raden har 3 fält" in said.err
    assert "Traceback" not in said.err
    assert said.out == ""
    assert not (tmp_path / "ut").exists()


@pytest.mark.pure
@pytest.mark.parametrize("command", [["serve"], ["work", "--once"], ["manage", "migrate"]])
def test_nothing_starts_without_a_secret_key(tmp_path: Path, command: list[str]) -> None:
    done = started(tmp_path, *command)
    assert done.returncode == 1
    assert done.stderr == (
        "Det gick inte: TILLSAMMANS_SECRET_KEY saknas. Sätt den till minst 40 slumpade tecken, eller prova med "
        "./tillsammans demo.\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.pure
def test_nothing_starts_with_a_short_secret_key(tmp_path: Path) -> None:
    done = started(tmp_path, "serve", TILLSAMMANS_SECRET_KEY="k" * 39)
    assert done.returncode == 1
    assert done.stderr == "Det gick inte: TILLSAMMANS_SECRET_KEY är för kort: minst 40 tecken behövs.\n"


@pytest.mark.pure
@pytest.mark.parametrize("minutes", ["4", "721", "en kvart"])
def test_nothing_starts_with_an_idle_time_that_ends_work_or_never_ends(tmp_path: Path, minutes: str) -> None:
    done = started(tmp_path, "serve", TILLSAMMANS_SECRET_KEY="k" * 40, TILLSAMMANS_IDLE_MINUTES=minutes)
    assert done.returncode == 1
    assert done.stderr == "Det gick inte: TILLSAMMANS_IDLE_MINUTES ska vara ett antal minuter från 5 till 720.\n"


@pytest.mark.pure
@pytest.mark.parametrize("command", [["work", "--once"], ["verify", "--all"]])
def test_a_database_without_tables_is_told_before_anything_else(tmp_path: Path, command: list[str]) -> None:
    done = started(tmp_path, *command, TILLSAMMANS_SECRET_KEY="k" * 40)
    assert done.returncode == 1
    assert "./tillsammans manage migrate" in done.stderr
    assert "Traceback" not in done.stderr


# The demo, from the first line to Ctrl+C


def demo_process(folder: Path, port: int, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tillsammans", "demo", "--port", str(port)],
        env={**demo_environment(folder), "WORKERS": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.mark.pure
@pytest.mark.slow("starts the web server and the worker")
def test_the_links_of_the_demo_are_printed_when_the_server_answers(demo_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_folder, tmp_path, dirs_exist_ok=True)
    port = free_port()
    process = demo_process(tmp_path, port)
    assert process.stdout is not None
    link = next(line for line in process.stdout if "/demo/osthammar-coordinator/" in line).split()[-1]
    with urllib.request.urlopen(link, timeout=10) as page:
        assert page.status == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0
    with socket.socket() as closed:
        assert closed.connect_ex(("127.0.0.1", port)) != 0, "the server ended with the command"


@pytest.mark.pure
@pytest.mark.slow("starts the web server")
def test_a_server_that_does_not_come_up_is_told(demo_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_folder, tmp_path, dirs_exist_ok=True)
    port = free_port()
    out, said = demo_process(tmp_path, port, TILLSAMMANS_LISTEN="203.0.113.1").communicate(timeout=60)  # not ours
    assert "/demo/" not in out
    assert said.endswith(f"Det gick inte: webbservern på port {port} kom inte igång.\n")


@pytest.mark.pure
def test_a_port_that_is_taken_is_told_before_anything_is_made(tmp_path: Path) -> None:
    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Healthy) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        process = demo_process(tmp_path, other.server_port)
        _out, said = process.communicate(timeout=60)
        other.shutdown()
    assert process.returncode == 1
    assert said == (
        f"Det gick inte: port {other.server_port} används redan. "
        f"Välj en annan, till exempel: --port {other.server_port + 1}\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.pure
@pytest.mark.slow("runs every migration in a process of its own")
def test_the_first_command_makes_the_folder_of_the_data(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "yet"
    done = started(tmp_path, "manage", "migrate", TILLSAMMANS_SECRET_KEY="k" * 40, TILLSAMMANS_VAR=str(folder))
    assert done.returncode == 0, done.stderr
    assert list(folder.glob("*.sqlite3"))
