"""The background work of imports: check what was handed in or fetched, and put it in force."""

from tillsammans.imports.jobs.fetch import fetch_kolada, fetch_scb
from tillsammans.imports.jobs.imports import (
    check,
    check_upload,
    import_upload,
    needs_columns,
    preview_of,
    problem_of,
    run_import,
)

__all__ = [
    "check",
    "check_upload",
    "fetch_kolada",
    "fetch_scb",
    "import_upload",
    "needs_columns",
    "preview_of",
    "problem_of",
    "run_import",
]
