"""A database that could lose what it has acknowledged is refused before anything starts."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.utils import ConnectionHandler

from tillsammans.config.databases import SQLITE_PRAGMAS, postgresql, sqlite
from tillsammans.kernel import checks

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def faults_of(path: Path, monkeypatch: pytest.MonkeyPatch, **pragmas: str) -> list[Any]:
    """What the check says of a database file with other settings than ours."""
    described = sqlite(path)
    described["OPTIONS"]["init_command"] = ";".join(
        f"PRAGMA {name}={value}" for name, value in {**SQLITE_PRAGMAS, **pragmas}.items()
    )
    handler = ConnectionHandler({"default": described})
    monkeypatch.setattr(checks, "connections", handler)
    try:
        return list(checks.durable(None, databases=["default"]))
    finally:
        handler["default"].close()


def test_our_own_settings_are_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults_of(tmp_path / "prov.sqlite3", monkeypatch) == []


@pytest.mark.parametrize(
    ("pragmas", "words"),
    [
        ({"synchronous": "NORMAL"}, "synchronous är 1 men ska vara 2"),
        ({"synchronous": "OFF"}, "synchronous är 0 men ska vara 2"),
        ({"journal_mode": "DELETE"}, "journal_mode är delete men ska vara wal"),
        ({"foreign_keys": "OFF"}, "foreign_keys är 0 men ska vara 1"),
        ({"trusted_schema": "ON"}, "trusted_schema är 1 men ska vara 0"),
    ],
)
def test_a_setting_that_could_lose_rows_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pragmas: dict[str, str], words: str
) -> None:
    (fault,) = faults_of(tmp_path / "prov.sqlite3", monkeypatch, **pragmas)
    assert fault.msg == f"Databasen kan tappa sparade uppgifter: {words}."
    assert "startar inte" in fault.hint
    assert fault.is_serious()


def test_the_database_of_the_tests_is_checked_too() -> None:
    assert checks.durable(None, databases=list(connections)) == []


@pytest.mark.pure
def test_nothing_is_checked_where_no_database_is_asked_for() -> None:
    assert checks.durable(None, databases=None) == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql://anna:l%C3%B6sen%40rd@db.example:5433/tillsammans", ("anna", "lösen@rd", "db.example", "5433")),
        ("postgres://anna@/tillsammans?host=/run/postgresql", ("anna", "", "/run/postgresql", "")),
    ],
)
def test_the_address_of_a_postgresql_database_is_read(address: str, expected: tuple[str, ...]) -> None:
    found = postgresql(address)
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == expected
    assert found["NAME"] == "tillsammans"
    assert found["OPTIONS"] == {}
