"""Background jobs of imports: fetch and validate files, stage and activate imports."""

from tillsammans.imports.jobs.fetch import fetch_kolada, fetch_scb
from tillsammans.imports.jobs.imports import (
    check,
    check_files,
    import_files,
    import_now,
    needs_columns,
    preview_of,
    run_import,
)

__all__ = [
    "check",
    "check_files",
    "fetch_kolada",
    "fetch_scb",
    "import_files",
    "import_now",
    "needs_columns",
    "preview_of",
    "run_import",
]
