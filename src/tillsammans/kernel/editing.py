"""Optimistic locking of edits: a version number detects that somebody else saved the row first."""

from typing import Any, TypeVar

from tillsammans.kernel.models import Entity

E = TypeVar("E", bound=Entity)


class EditConflict(Exception):
    """Somebody else saved the row after it was shown. ``current`` is the row as stored now."""

    def __init__(self, current: Entity):
        super().__init__("saved by somebody else in the meantime")
        self.current = current


def save_edit(row: E, version: int | None, changes: dict[str, Any]) -> E:
    """Write ``changes`` into ``row`` if its version is the one that the person saw; else raise ``EditConflict``.

    Runs inside a deed, which has read ``row`` under lock. ``version`` ``None`` means the row was not shown for editing.
    """
    if version is not None and row.version != version:
        raise EditConflict(row)
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*changes, "version"])
    return row
