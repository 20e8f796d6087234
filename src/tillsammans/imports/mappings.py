"""Questions about what tables' columns mean."""

from typing import Any

from tillsammans.formats.columns import Columns, Opened, fingerprint
from tillsammans.imports.models import Mapping, Upload
from tillsammans.kernel.canonical import parsed
from tillsammans.kernel.problems import ImportProblem


def offered(opened: Opened) -> list[Mapping]:
    """The remembered sources whose files have the same header as this one. One query."""
    found = []
    seen: dict[Any, str] = {}
    for mapping in Mapping.objects.order_by("name", "pk"):
        table = Columns.parse(parsed(mapping.columns)).table
        if bool(table.sheet) != bool(opened.sheets):
            continue
        if table not in seen:
            try:
                seen[table] = fingerprint(opened.rows(table), table)
            except ImportProblem:
                seen[table] = ""
        if seen[table] == mapping.fingerprint:
            found.append(mapping)
    return found


def owner_of(upload: Upload) -> str:
    """The short name under which the organisation's own indicators are known."""
    return str(upload.organisation.slug)
