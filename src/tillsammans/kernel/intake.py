"""Files that a person hands in: one row from hand-in to undo, its states, and who may do what with it.

An import is staged, activated, undone and reactivated; one that is staged can be discarded. Readers see active imports
only, so that a file holds as a whole or not at all. The files lie in a folder of their own (``uploads``).
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tillsammans.kernel import clock, uploads
from tillsammans.kernel.access import RuleBroken, can, owns, state_is
from tillsammans.kernel.editing import save_edit
from tillsammans.kernel.models import Job, Owned
from tillsammans.kernel.problems import FileError, ImportProblem


def file_lines(files: Iterable[tuple[str, str]]) -> str:
    """Names and hashes as they are kept in ``FileImport.files``: one line a file."""
    return "\n".join(f"{sha256} {name}" for name, sha256 in files)


def files_in(lines: str) -> tuple[tuple[str, str], ...]:
    """The inverse of ``file_lines``: (name, SHA-256)."""
    return tuple((line[65:], line[:64]) for line in lines.splitlines())


class FileImport(Owned):
    """An import of one or more files, by a person."""

    class State(models.TextChoices):
        STAGED = "staged", _("väntar på att du godkänner")
        IN_FORCE = "in_force", _("gäller")
        UNDONE = "undone", _("ångrad")

    files = models.TextField(_("filer"))  # ``file_lines``
    state = models.CharField(max_length=10, choices=State.choices, default=State.STAGED)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    in_force_at = models.DateTimeField(null=True)  # the first activation; a later one goes before an earlier one
    undone_at = models.DateTimeField(null=True)
    PRIVACY = {"K1": "files state in_force_at undone_at"}

    class Meta(Owned.Meta):
        abstract = True
        ordering = ["-recorded_at", "-pk"]

    def __str__(self) -> str:
        return f"{', '.join(self.names)} ({self.recorded_at:%Y-%m-%d %H:%M})"

    @property
    def status(self) -> tuple[str, str]:
        """The kind of status mark (``components.status``) and its words."""
        kind = {self.State.STAGED: "warn", self.State.IN_FORCE: "ok", self.State.UNDONE: "none"}[self.State(self.state)]
        return kind, self.get_state_display()

    @property
    def names_and_hashes(self) -> tuple[tuple[str, str], ...]:
        return files_in(self.files)

    @property
    def names(self) -> list[str]:
        return [name for name, _sha256 in files_in(self.files)]


class CheckedImport(FileImport):
    """An import whose files a job reads and checks before a person decides.

    ``preview`` is what the import would do and ``faults`` what is wrong with the files, as canonical text; both are
    empty until the files are checked. ``job`` is the last one that worked with it.
    """

    job = models.ForeignKey(Job, on_delete=models.SET_NULL, related_name="+", null=True)
    preview = models.TextField(blank=True)
    faults = models.TextField(blank=True)
    # How many values, or other rows, it brings, as checked.
    created = models.PositiveIntegerField(default=0)
    replaced = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    PRIVACY = {"K1": f"{FileImport.PRIVACY['K1']} preview faults created replaced unchanged"}

    class Meta(FileImport.Meta):
        abstract = True

    @property
    def working(self) -> bool:
        """Whether a job checks the files or reads them in."""
        return self.job is not None and self.job.state in (Job.State.QUEUED, Job.State.RUNNING)

    @property
    def status(self) -> tuple[str, str]:
        if self.state != self.State.STAGED:
            return super().status
        if self.working:
            return "none", gettext("läses in") if self.preview else gettext("kontrolleras")
        if self.faults:
            return "bad", gettext("kan inte läsas in")
        if not self.preview:
            return "warn", gettext("inte kontrollerad")
        return super().status if self.created or self.replaced else ("none", gettext("ändrar ingenting"))

    @property
    def problem(self) -> ImportProblem | None:
        """What is wrong with the files."""
        return ImportProblem.thawed(self.faults, self) if self.faults else None

    def stored_files(self) -> list[tuple[str, Path]]:
        """Name and path of each file. Raises ``ImportProblem`` where they were removed."""
        names, paths = self.names, uploads.paths(self.uuid)
        if len(paths) != len(names):
            raise ImportProblem([FileError(gettext("Filerna finns inte kvar."), gettext("Lämna in dem på nytt."))])
        return list(zip(names, paths, strict=True))


State = FileImport.State
TRANSITIONS: dict[str, frozenset[str]] = {
    State.STAGED: frozenset({State.IN_FORCE}),
    State.IN_FORCE: frozenset({State.UNDONE}),
    State.UNDONE: frozenset({State.IN_FORCE}),
}

may_import = can("edit") | can("operate")
may_begin = may_import & owns
may_put_in_force = may_begin & state_is(_("inläsningen är inte i kraft ännu"), State.STAGED)
may_undo = may_begin & state_is(_("inläsningen gäller"), State.IN_FORCE)
may_redo = may_begin & state_is(_("inläsningen är ångrad"), State.UNDONE)

Row = TypeVar("Row", bound=FileImport)
Checked = TypeVar("Checked", bound=CheckedImport)


def become(imported: Row, state: State) -> Row:
    """Take an import to another state, inside a deed. Raises ``RuleBroken`` where the transition is not allowed.

    Reactivated, it takes its old place: imports that were activated later still go before it.
    """
    require(imported, state)
    now = clock.now()
    moments = (
        {"in_force_at": imported.in_force_at or now, "undone_at": None}
        if state == State.IN_FORCE
        else {"undone_at": now}
    )
    return save_edit(imported, None, {"state": state, **moments})


def require(imported: FileImport, state: State) -> None:
    """Raise ``RuleBroken`` unless the import may go to ``state``."""
    if state not in TRANSITIONS[imported.state]:
        raise RuleBroken(_("Inläsningen har redan ändrat läge. Ladda om sidan och se hur den står."))


def check_with(imported: Checked, start: Callable[[], Job]) -> Checked:
    """Let a job check the files of a staged import, inside a deed; what an earlier check found is cleared."""
    require_staged(imported)
    if imported.working:
        raise RuleBroken(_("Arbetet med filerna pågår redan."))
    imported.preview = imported.faults = ""
    imported.job = start()
    imported.save(update_fields=["preview", "faults", "job"])
    return imported


def require_staged(imported: FileImport) -> None:
    """Raise ``RuleBroken`` unless the import still waits for a person's decision."""
    if imported.state != State.STAGED:
        raise RuleBroken(_("Filerna är redan inlästa."))


def discard(imported: FileImport) -> None:
    """Remove a staged import with all that was read for it, inside a deed. Its files are removed by the caller."""
    require_staged(imported)
    if isinstance(imported, CheckedImport) and imported.job is not None and imported.job.state == Job.State.RUNNING:
        raise RuleBroken(_("Arbetet med filerna pågår. Vänta tills det är klart."))
    imported.delete()
