"""The command line. Nouns and verbs in Swedish and English; no traceback reaches a person."""

import argparse
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from itertools import takewhile
from pathlib import Path

DONE, REFUSED, USAGE = 0, 1, 2
START_SECONDS = 60  # a slow machine needs twenty
VAR = Path(os.environ.get("TILLSAMMANS_VAR", Path(__file__).resolve().parents[2] / "var"))

HELP = """Tillsammans – kommun, polis och länsstyrelse förebygger brott i en sammanhållen kedja

  demo                      visar ett påhittat län på http://127.0.0.1:8000 / shows an invented county
  test [...]                kör alla tester / runs all tests
  serve                     startar webbservern / starts the web server
  work [--once]             utför arbete i bakgrunden / runs background jobs
  import SLAG FIL...        läser in statistik / imports statistics      [--preview] [--json] [--undo ID]
                            SLAG: auto (innehållet avgör), databasfil, kolada ...
  picture                   gör en lägesbild direkt ur statistikfiler / makes a situational picture from files
                            --municipality KOD --from FIL... --out MAPP [--population FIL]
  patterns [--organisation] letar efter det som sticker ut / looks for what stands out in the figures
  recompute PAKET.zip       räknar om en nedladdad beräkning / recomputes a downloaded computation
  verify --all [--json]     kontrollerar allt som är lagrat / checks everything that is stored
  routes --json             alla adresser med regler / every route with its policy
  permissions               skriver docs/permissions.md / writes docs/permissions.md
  bench [NAMN] [...]        mäter hastighet som kvoter / measures speed as ratios
  manage ...                Djangos kommandon för den som driver / Django's commands for operators

Slut: 0 klart, 1 nekat eller fel (med skälet), 2 fel användning.
"""


def main(arguments: list[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    if not words or words[0] in ("help", "-h", "--help"):
        print(HELP)
        sys.exit(DONE)
    name, rest = words[0], words[1:]
    command = COMMANDS.get(name)
    if command is None:
        print(f"Kommandot ”{name}” finns inte. Skriv ./tillsammans för att se alla.", file=sys.stderr)
        sys.exit(USAGE)
    try:
        sys.exit(command(rest))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(REFUSED)
    except Exception as error:
        if os.environ.get("TILLSAMMANS_TRACEBACK") == "1":
            raise
        print(f"Det gick inte: {error}", file=sys.stderr)
        sys.exit(REFUSED)


def _django(**environment: str) -> None:
    os.environ.update(environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tillsammans.config.settings")
    import django

    django.setup()


def _django_on_data() -> None:
    """Django on the installation's data; where no installation is set up, on the demo's, and say so."""
    kept = VAR / "demo.sqlite3"
    if not any(name in os.environ for name in ("TILLSAMMANS_SECRET_KEY", "TILLSAMMANS_DATABASE")) and kept.exists():
        print("Arbetar med demots databas.", file=sys.stderr)
        _django(TILLSAMMANS_DEMO="1", TILLSAMMANS_VAR=str(VAR), TILLSAMMANS_DATABASE=str(kept))
    else:
        _django()
    _ready_database()


def _ready_database() -> None:
    """Refuse to go on with a database that could lose what it has acknowledged, or that lacks a migration."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    # What it says when nothing is wrong would stand in the middle of a command's JSON.
    call_command("check", databases=["default"], stdout=io.StringIO())
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("databasen saknar tabeller eller ändringar. Kör först: ./tillsammans manage migrate")


def demo(words: list[str]) -> int:
    """Set everything up once, then serve the demo with its worker and print a way in per role when it answers."""
    parser = argparse.ArgumentParser(prog="tillsammans demo")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    parser.add_argument("--reset", action="store_true", help="börja om från början / start over")
    parser.add_argument("--no-serve", action="store_true", help="fyll bara databasen / only fill the database")
    chosen = parser.parse_args(words)
    os.environ.setdefault("TILLSAMMANS_VAR", str(VAR))
    os.environ.setdefault("TILLSAMMANS_DATABASE", str(VAR / "demo.sqlite3"))
    os.environ.setdefault("TILLSAMMANS_BASE_URL", f"http://127.0.0.1:{chosen.port}")
    if not chosen.no_serve and _answers(chosen.port):
        raise RuntimeError(f"port {chosen.port} används redan. Välj en annan, till exempel: --port {chosen.port + 1}")
    VAR.mkdir(parents=True, exist_ok=True)
    if chosen.reset:
        for left in VAR.glob("demo.sqlite3*"):
            left.unlink()
    _django(TILLSAMMANS_DEMO="1")
    from django.core.management import call_command
    from django.db import connection

    from tillsammans.config import tables

    if connection.vendor == "sqlite" and not connection.introspection.table_names():
        tables.create()
    else:
        call_command("migrate", verbosity=0)
    _ready_database()
    from tillsammans.config.demo import fill, ways_in

    fill()
    if chosen.no_serve:
        return DONE
    return _serve_and_work(chosen.port, ways_in())


def _server(port: int, workers: int) -> list[str]:
    return [
        str(Path(sys.executable).with_name("granian")),
        "--interface",
        "wsgi",
        "--workers",
        str(workers),
        "--blocking-threads",
        "1",
        "--no-ws",
        "--host",
        os.environ.get("TILLSAMMANS_LISTEN", "127.0.0.1"),
        "--port",
        str(port),
        "--log-level",
        "warning",
        "tillsammans.config.wsgi:application",
    ]


def _answers(port: int) -> bool:
    """Whether a web server on this machine says that it is ready."""
    asked = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asked.request("GET", "/halsa/")
        return bool(asked.getresponse().status == HTTPStatus.OK)
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()


def _serve_and_work(port: int, ways_in: list[tuple[str, str]]) -> int:
    """Web server and job worker together; when one ends, both do. The links are printed when the server answers."""
    # In groups of their own: Ctrl+C reaches this process alone, which then ends them in order.
    running = [subprocess.Popen(_server(port, int(os.environ.get("WORKERS", "2"))), process_group=0)]
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    try:
        until = time.monotonic() + START_SECONDS
        while not _answers(port):
            if running[0].poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"webbservern på port {port} kom inte igång.")
            time.sleep(0.05)
        address = f"http://127.0.0.1:{port}"
        print(f"\nTillsammans visar påhittade uppgifter på {address}\n")
        for label, path in ways_in:
            print(f"  {label:<58} {address}{path}")
        print("\nAvsluta med Ctrl+C.\n", flush=True)
        running.append(subprocess.Popen([sys.executable, "-m", "tillsammans", "work"], process_group=0))
        while all(process.poll() is None for process in running):
            time.sleep(0.3)
        return REFUSED if any(process.poll() for process in running) else DONE
    except KeyboardInterrupt:
        return DONE
    finally:
        _end(running)


def _end(running: list[subprocess.Popen[bytes]]) -> None:
    """Ask the processes to end, and end those that do not."""
    for process in running:
        process.terminate()  # does nothing to one that has ended
    for process in running:
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()


def serve(words: list[str]) -> int:
    """The web server alone."""
    parser = argparse.ArgumentParser(prog="tillsammans serve")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    chosen = parser.parse_args(words)
    _django()
    _ready_database()
    os.execv(_server(chosen.port, 1)[0], _server(chosen.port, int(os.environ.get("WORKERS", "2"))))  # noqa: S606


def work(words: list[str]) -> int:
    """The job worker. It also puts back jobs whose worker was killed."""
    parser = argparse.ArgumentParser(prog="tillsammans work")
    parser.add_argument("--once", action="store_true", help="sluta när kön är tom / stop when the queue is empty")
    chosen = parser.parse_args(words)
    _django()
    _ready_database()
    from tillsammans.kernel.worker import run

    return run(once=chosen.once)


def import_(words: list[str]) -> int:
    """Every import that the web has."""
    parser = argparse.ArgumentParser(prog="tillsammans import")
    parser.add_argument("kind", nargs="?", metavar="SLAG", help="auto: innehållet avgör; eller till exempel databasfil")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--preview", action="store_true")
    parser.add_argument("--undo", metavar="ID")
    parser.add_argument("--source", metavar="KÄLLA", help="för tabell: en källa vars kolumner är förklarade")
    parser.add_argument("--consent", action="store_true", help="slutliga värden får ersättas")
    parser.add_argument("--organisation", default="gemensamt")
    parser.add_argument("--person", metavar="E-POST")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(words)
    _django_on_data()
    from importlib import import_module

    from tillsammans.kernel.wiring import table

    imports = table("IMPORTS")
    if chosen.undo:
        return int(import_module(imports.get(chosen.kind, imports["auto"])).undo(chosen.undo, chosen.person))
    if not chosen.files:
        print(f"Ange vad som ska läsas in ({', '.join(imports)} ...) och minst en fil.", file=sys.stderr)
        return USAGE
    more = {name: value for name, value in (("consent", chosen.consent), ("source", chosen.source)) if value}
    return int(
        import_module(imports.get(chosen.kind, imports["auto"])).run(
            chosen.kind, chosen.files, chosen.organisation, chosen.person, chosen.preview, chosen.json, **more
        )
    )


def picture(words: list[str]) -> int:
    """The main job without a server and without a database."""
    parser = argparse.ArgumentParser(prog="tillsammans picture")
    parser.add_argument("--municipality", required=True, metavar="KOD")
    parser.add_argument("--from", required=True, nargs="+", type=Path, dest="files", metavar="FIL")
    parser.add_argument("--out", required=True, type=Path, metavar="MAPP")
    parser.add_argument("--population", type=Path, metavar="FIL")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(words)
    _django(TILLSAMMANS_OFFLINE="1", TILLSAMMANS_DATABASE=":memory:")
    from tillsammans.picture.command import run

    return int(run(chosen.municipality, chosen.files, chosen.out, chosen.population, chosen.json))


def patterns(words: list[str]) -> int:
    """Look for what stands out in the figures of one organisation, or of all that have figures."""
    parser = argparse.ArgumentParser(prog="tillsammans patterns")
    parser.add_argument("--organisation", metavar="NAMN", help="kortnamn; annars alla som har siffror")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(words)
    _django_on_data()
    from tillsammans.patterns.command import detect

    return int(detect(chosen.organisation, chosen.json))


def recompute(words: list[str]) -> int:
    """Compute again what was downloaded, and say whether the answer is the same to the last bit."""
    parser = argparse.ArgumentParser(prog="tillsammans recompute")
    parser.add_argument("bundle", type=Path, metavar="PAKET.zip")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(words)
    _django(TILLSAMMANS_OFFLINE="1", TILLSAMMANS_DATABASE=":memory:")
    from tillsammans.patterns.command import recompute

    return int(recompute(chosen.bundle, chosen.json))


def verify(words: list[str]) -> int:
    """Check every invariant; name what is broken."""
    parser = argparse.ArgumentParser(prog="tillsammans verify")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(words)
    _django_on_data()
    import json
    from dataclasses import asdict

    from tillsammans.kernel.verify import faults

    damages = list(faults())
    if chosen.json:
        print(json.dumps({"faults": [asdict(fault) for fault in damages]}, ensure_ascii=False, default=str))
    else:
        for fault in damages:
            print(f"{fault.invariant}: {fault.subject}: {fault.message}")
        print("Allt stämmer." if not damages else f"{len(damages)} fel.")
    return REFUSED if damages else DONE


def routes(words: list[str]) -> int:
    """Every route with its methods and policy."""
    parser = argparse.ArgumentParser(prog="tillsammans routes")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(words)
    _django(TILLSAMMANS_OFFLINE="1")
    import json

    from tillsammans.config.testimony import all_routes

    listed = all_routes()
    if chosen.json:
        print(json.dumps(listed, ensure_ascii=False, indent=1))
    else:
        for route in listed:
            print(f"{'/'.join(route['methods']):<10} {route['path']:<60} {route['policy']}")
    return DONE


def permissions(words: list[str]) -> int:
    """Write the permission page from the code."""
    _django(TILLSAMMANS_OFFLINE="1")
    from tillsammans.config.testimony import permission_page

    target = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
    target.write_text(permission_page())
    print(f"Skrev {target.name}.")
    return DONE


def test(words: list[str]) -> int:
    """All tests: both databases, the browser, the layers, types and lint."""
    from tillsammans.config.testing import run

    return run(words)


def bench(words: list[str]) -> int:
    """The benchmarks, as ratios against a named alternative measured in the same run.

    Names come first; what follows the first option is for the benchmark itself: ``bench pages --limit 50``.
    """
    root = Path(__file__).resolve().parents[2]
    names = list(takewhile(lambda word: not word.startswith("-"), words))
    options = words[len(names) :]
    scripts = sorted((root / "benchmarks").glob("*.py"))
    wanted = [script for script in scripts if not names or any(name in script.stem for name in names)]
    if not wanted:
        print(f"Ingen sådan mätning. Det finns: {', '.join(script.stem for script in scripts)}", file=sys.stderr)
        return USAGE
    if options and len(wanted) > 1:
        print("Ange en enda mätning före inställningarna, till exempel: bench pages --limit 50", file=sys.stderr)
        return USAGE
    return max(subprocess.call([sys.executable, str(script), *options], cwd=root) for script in wanted)


def manage(words: list[str]) -> int:
    """Django's own commands."""
    _django()
    from django.conf import settings
    from django.core.management import execute_from_command_line

    if words[:1] == ["migrate"]:  # the first command of an installation: SQLite makes its file, not the folder
        settings.VAR.mkdir(parents=True, exist_ok=True)

    execute_from_command_line(["tillsammans manage", *words])
    return DONE


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": demo,
    "test": test,
    "serve": serve,
    "work": work,
    "import": import_,
    "picture": picture,
    "patterns": patterns,
    "recompute": recompute,
    "verify": verify,
    "routes": routes,
    "permissions": permissions,
    "bench": bench,
    "manage": manage,
}
