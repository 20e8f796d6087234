"""The states that every import of a file passes: staged, activated, undone."""

from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from tillsammans.areas.models import FileImport
from tillsammans.kernel import clock
from tillsammans.kernel.access import RuleBroken
from tillsammans.kernel.editing import save_edit

F = TypeVar("F", bound=FileImport)


def begin(imported: F) -> F:
    if imported.state != FileImport.State.STAGED:
        raise RuleBroken(_("Inläsningen väntar inte på att godkännas."))
    return save_edit(imported, None, {"state": FileImport.State.IN_FORCE, "in_force_at": clock.now()})


def end(imported: F) -> F:
    if imported.state == FileImport.State.UNDONE:
        raise RuleBroken(_("Inläsningen är redan ångrad."))
    return save_edit(imported, None, {"state": FileImport.State.UNDONE, "undone_at": clock.now()})
