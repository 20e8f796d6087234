"""Small tables that people hand in (groups of municipalities, the police's division), read by the common guards."""

import tempfile
from pathlib import Path

from django.utils.translation import gettext as _

from tillsammans.formats import guards
from tillsammans.kernel import limits
from tillsammans.kernel.problems import FileErrors

SIZE_LIMIT = limits.TABLE


def rows_of(content: bytes, errors: FileErrors) -> list[list[str]]:
    """The cells of a CSV file, or of the first shown sheet of an XLSX file, as text; raises ``ImportProblem``."""
    if len(content) > SIZE_LIMIT:
        raise errors.refuse(
            _("Filen är större än {limit} MB.").format(limit=SIZE_LIMIT // 2**20),
            _("Ta bara ut de rader och kolumner som behövs."),
        )
    if not content.strip():
        raise errors.refuse(_("Filen är tom."), _("Hämta den på nytt."))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(content)
        if guards.is_workbook(content) or guards.is_old_workbook(content):
            book = guards.open_workbook(path, errors)
            return [[guards.cell_text(cell) for cell in row] for row in book.rows(book.sheets[0])]
        text, _encoding = guards.open_text(path, errors)
    first = text.lstrip().split("\n", 1)[0]
    return guards.rows_of_text(text, max(";,\t", key=first.count), errors)
