"""The demo's tables are made in one go: they are those that the migrations make."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.demo import demo_environment

pytestmark = pytest.mark.pure


def schema(path: Path) -> dict[tuple[str, str, str], frozenset[str]]:
    """Tables and indexes with their parts. Migrations may put columns in another order, and nothing else."""
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {tuple(key): parts(sql) for *key, sql in rows}  # type: ignore[misc]


def parts(sql: str) -> frozenset[str]:
    if not sql.startswith("CREATE TABLE"):
        return frozenset([sql])
    return frozenset(re.split(r", (?=\"|CONSTRAINT )", sql[sql.index("(") + 1 : sql.rindex(")")]))


def rows(path: Path, query: str) -> set[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return set(database.execute(query).fetchall())


@pytest.mark.slow("runs every migration of the program and its libraries")
def test_tables_made_in_one_go_are_those_of_the_migrations(demo_folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tillsammans", "manage", "migrate", "--verbosity", "0"]
    subprocess.run(command, env=demo_environment(tmp_path), check=True)
    made, migrated = demo_folder / "demo.sqlite3", tmp_path / "demo.sqlite3"
    assert len(schema(made)) > 200
    assert schema(made) == schema(migrated)
    for query in (
        "SELECT app, name FROM django_migrations",
        "SELECT app_label, model FROM django_content_type",
        "SELECT codename, name FROM auth_permission",
    ):
        assert rows(made, query) == rows(migrated, query)
