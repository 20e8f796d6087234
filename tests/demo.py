"""The program's own demo as a test database: filled once per run, and copied to every module that needs it."""

import fcntl
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, transaction

ROOT = Path(__file__).resolve().parents[1]


def demo_environment(folder: Path) -> dict[str, str]:
    """What a process needs to work on the demo in that folder, and nothing else that concerns the program."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TILLSAMMANS", "DJANGO"))}
    return {
        **kept,
        "PYTHONPATH": str(ROOT / "src"),
        "TILLSAMMANS_DEMO": "1",
        "TILLSAMMANS_VAR": str(folder),
        "TILLSAMMANS_DATABASE": str(folder / "demo.sqlite3"),
    }


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a filled demo, with its database ``demo.sqlite3``. Shared by all processes of a run: copy it."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = Path(os.environ.get("TILLSAMMANS_TEST_DEMO", shared / "filled-demo"))
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first process fills, the others wait for it
        if not (folder / "filled").exists():
            environment = demo_environment(folder)
            for words in (["demo", "--no-serve", "--reset"], ["work", "--once"]):  # the worker looks for patterns
                subprocess.run([sys.executable, "-m", "tillsammans", *words], env=environment, check=True)
            (folder / "filled").touch()
    return folder


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, request: pytest.FixtureRequest) -> Iterator[None]:
    """The test database holds the demo during the module. On PostgreSQL it is filled there, on SQLite copied."""
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            from tillsammans.config.demo import fill

            with transaction.atomic():
                fill()
                yield
                transaction.set_rollback(True)
            return
        filled: Path = request.getfixturevalue("demo_folder") / "demo.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(":memory:")) as empty:
            connection.connection.backup(empty)
            with closing(sqlite3.connect(filled)) as source:
                _replace_by(source)
            yield
            _replace_by(empty)


def _replace_by(source: sqlite3.Connection) -> None:
    """Make the test database a copy of another."""
    source.backup(connection.connection)
    ContentType.objects.clear_cache()  # what is kept by number may be something else there
    cache.clear()
