"""Django system checks at start: refuses database settings under which a committed transaction can be lost."""

from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections

SQLITE_MUST = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0}
POSTGRESQL_MUST = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


@register(Tags.database)
def durable(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Error]:
    """Check that committed transactions survive a power failure (durability settings of the database)."""
    faults = []
    for alias in databases or []:
        connection = connections[alias]
        in_memory = connection.vendor == "sqlite" and connection.is_in_memory_db()  # type: ignore[attr-defined]
        if in_memory:
            continue
        must = SQLITE_MUST if connection.vendor == "sqlite" else POSTGRESQL_MUST
        with connection.cursor() as cursor:
            for name, value in must.items():
                cursor.execute(f"PRAGMA {name}" if connection.vendor == "sqlite" else f"SHOW {name}")
                setting = cursor.fetchone()[0]
                if setting != value and not (
                    name == "synchronous_commit" and setting in ("remote_apply", "remote_write")
                ):
                    faults.append(
                        Error(
                            f"Databasen kan tappa sparade uppgifter: {name} är {setting} men ska vara {value}.",
                            hint="Rätta databasens inställning. Tillsammans startar inte förrän den är rätt.",
                            id="kernel.E001",
                        )
                    )
    return faults
