"""Database settings: SQLite, embedded and durable, by default; PostgreSQL by URL."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# WAL with synchronous=NORMAL loses committed rows at a power failure; FULL does not.
SQLITE_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "busy_timeout": "20000",
    "cache_size": "-32000",
    "mmap_size": "268435456",
    "temp_store": "MEMORY",
    "journal_size_limit": "67108864",
    "foreign_keys": "ON",
    "trusted_schema": "OFF",
}


def sqlite(path: str | Path) -> dict[str, Any]:
    """Django's settings of a durable SQLite database at ``path``."""
    return {
        "ENGINE": "tillsammans.kernel.sqlite",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": ";".join(f"PRAGMA {name}={value}" for name, value in SQLITE_PRAGMAS.items()) + ";",
        },
    }


def postgresql(address: str) -> dict[str, Any]:
    """Django's settings of the PostgreSQL database at ``postgresql://user:password@host:port/name``."""
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "OPTIONS": query,
    }


def database(address: str, var: Path) -> dict[str, Any]:
    """The settings of the database at the URL ``address``; without one, SQLite in the folder ``var``."""
    if address.startswith(("postgresql://", "postgres://")):
        return postgresql(address)
    return sqlite(address or var / "tillsammans.sqlite3")
