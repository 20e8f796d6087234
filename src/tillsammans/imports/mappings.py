"""Queries of column mappings."""

from collections.abc import Iterator
from typing import Any

from tillsammans.formats.columns import Columns, Opened, fingerprint
from tillsammans.imports.models import Mapping
from tillsammans.indicators.models import Import
from tillsammans.kernel.content import thaw_each
from tillsammans.kernel.problems import ImportProblem
from tillsammans.kernel.scope import everywhere
from tillsammans.kernel.verify import Fault, unreadable


def offered(opened: Opened) -> list[Mapping]:
    """The remembered sources whose files have the same header as this one. One query.

    One whose columns cannot be read is not offered; the page of sources names it.
    """
    result = []
    seen: dict[Any, str] = {}
    known = thaw_each(Mapping.objects.order_by("name", "pk"), Columns, lambda mapping: mapping.columns)
    for mapping, columns in known.rows:
        table = columns.table
        if bool(table.sheet) != bool(opened.sheets):
            continue
        if table not in seen:
            try:
                seen[table] = fingerprint(opened.rows(table), table)
            except ImportProblem:
                seen[table] = ""
        if seen[table] == mapping.fingerprint:
            result.append(mapping)
    return result


def owner_of(imported: Import) -> str:
    """The short name under which the organisation's own indicators are known."""
    return str(imported.organisation.slug)


def faults() -> Iterator[Fault]:
    """Invariant: the column mapping of every remembered source can be read."""
    with everywhere("verify looks at every organisation's sources"):
        for mapping in Mapping.objects.order_by("pk"):
            yield from unreadable("source", f"{mapping.name} ({mapping.uuid})", mapping.columns, Columns)
