"""Background jobs of imports: fetch and validate uploads, stage and activate imports."""

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
