"""Deeds of imports: upload files, fetch from sources, stage, activate, undo and redo an import."""

from tillsammans.imports.actions.fetch import fetch_kolada, fetch_scb
from tillsammans.imports.actions.imports import (
    activate,
    check_again,
    choose_columns,
    discard_import,
    forget_mapping,
    redo_import,
    rename_mapping,
    start_import,
    stop_import,
    undo_import,
    upload,
    use_mapping,
)

__all__ = [
    "activate",
    "check_again",
    "choose_columns",
    "discard_import",
    "fetch_kolada",
    "fetch_scb",
    "forget_mapping",
    "redo_import",
    "rename_mapping",
    "start_import",
    "stop_import",
    "undo_import",
    "upload",
    "use_mapping",
]
