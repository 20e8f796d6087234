"""Processes of their own on the test's database, for what one process cannot show: being killed, being two at once."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def in_a_process_of_its_own(module: str, *words: str, folder: Path) -> Any:
    """Run ``python -m module words`` on what the test has committed; what it prints last, as JSON.

    SQLite in memory is copied to a file in ``folder``, so there the test does not see what the process does.
    """
    paths = f"{ROOT / 'src'}:{ROOT}"
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths, "TILLSAMMANS_DATABASE": _address(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def _address(folder: Path) -> str:
    if connection.vendor == "postgresql":
        parts = urlsplit(os.environ["TILLSAMMANS_DATABASE"])
        return parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    path = folder / "copy.sqlite3"
    connection.ensure_connection()
    copy = sqlite3.connect(path)
    connection.connection.backup(copy)
    copy.close()
    return str(path)
