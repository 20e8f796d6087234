"""Bulk insert of millions of rows without model instances: COPY on PostgreSQL, executemany on SQLite.

This bypasses the scoped managers, so the scope is checked here: all rows have one owner, which must be the organisation
of the present scope. Foreign keys are not checked against the scope; the caller made those rows itself, for the same
owner.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from django.db import connection, transaction

from tillsammans.kernel import clock
from tillsammans.kernel.models import Owned, may_write


def insert(
    model: type[Owned], owner_id: int, same: Mapping[str, Any], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows of ``model`` in one transaction, owned by ``owner_id``.

    ``same`` gives the fields that are equal in all rows, by attribute name (``series_id`` for a foreign key), ``rows``
    the values of ``names`` in the database's own types. ``uuid``, ``recorded_at`` and ``version`` are added.
    """
    may_write(model, owner_id)
    fields = {field.attname: field for field in model._meta.concrete_fields}
    fixed = {"recorded_at": clock.now(), "version": 1, "organisation_id": owner_id, **same}
    values = tuple(fields[name].get_db_prep_save(value, connection) for name, value in fixed.items())
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(fields[name].column)) for name in ("uuid", *fixed, *names))
    full = (tuple(chain((address,), values, row)) for row, address in zip(rows, _addresses(), strict=False))
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                for one in full:
                    copy.write_row(one)
        else:
            holes = ", ".join(["%s"] * (1 + len(values) + len(names)))
            statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({holes})"  # noqa: S608
            cursor.executemany(statement, full)  # type: ignore[arg-type]


def analyze(*models: type[Owned]) -> None:
    """Run ANALYZE on PostgreSQL after a bulk insert, so that query plans use current table statistics."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in models:
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _addresses() -> Iterator[str]:
    """Consecutive UUIDs of version 7, so that index inserts append; the first has a time stamp and random bits.

    RFC 9562, 5.7, and 6.2 for a counter in the random bits. Such a UUID is an identifier and not a secret.
    """
    moment = int(clock.now().timestamp() * 1000)
    number = moment << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(61)
    while True:
        yield f"{number:032x}"
        number += 1
