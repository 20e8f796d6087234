"""Errors in files to import: each states where it is and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.kernel.content import content, freeze, renamed, thaw, upgrade

SHOWN = 20


@dataclass(frozen=True, slots=True)
class FileError:
    """One fault in a file. ``message`` says what is wrong, ``advice`` what to do; ``row`` counts from 1."""

    message: str
    advice: str = ""
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        row = _("rad {number}").format(number=self.row) if self.row else ""
        column = _("kolumnen {name}").format(name=self.column) if self.column else ""
        where = ", ".join(part for part in (self.file, row, column) if part)
        return " ".join(part for part in (f"{where}:" if where else "", self.message, self.advice) if part)


@content("faults", version=2)
@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with files, as it is stored: the first errors, and how many there are."""

    errors: tuple[FileError, ...]
    total: int


upgrade("faults", from_version=1)(renamed(findings="errors"))


class ImportProblem(Exception):
    """The file was refused and nothing was imported. ``errors`` are the first ones, ``total`` counts them all."""

    def __init__(self, errors: Sequence[FileError], total: int | None = None):
        self.errors = tuple(errors[:SHOWN])
        self.total = len(errors) if total is None else total
        super().__init__("\n".join(self.lines()))

    def frozen(self) -> str:
        """The problem as text, to be stored."""
        return freeze(Faults(self.errors, self.total))

    @classmethod
    def thawed(cls, text: str, subject: object) -> Self:
        """The problem that was stored; ``subject`` is the row that holds it."""
        stored = thaw(text, Faults, subject)
        return cls(stored.errors, stored.total)

    @property
    def rest(self) -> int:
        """How many errors are not shown."""
        return self.total - len(self.errors)

    def lines(self) -> list[str]:
        """One sentence per error, and a last one about the rest."""
        more = ngettext(
            "Och {number} fel till av samma slag eller andra.",
            "Och {number} fel till av samma slag eller andra.",
            self.rest,
        ).format(number=self.rest)
        return [str(error) for error in self.errors] + ([more] if self.rest else [])


@dataclass(slots=True)
class FileErrors:
    """Collects what is wrong while a file is read; keeps the first ones and counts the rest."""

    file: str
    kept: list[FileError] = field(default_factory=list)
    total: int = 0

    def add(self, message: str, advice: str = "", *, row: int | None = None, column: str = "", value: str = "") -> None:
        """Note a fault and read on."""
        self.total += 1
        if len(self.kept) < SHOWN:
            shown = value if len(value) <= 60 else value[:60] + "…"
            self.kept.append(FileError(message, advice, self.file, row, column, shown))

    def refuse(self, message: str, advice: str = "", *, row: int | None = None, value: str = "") -> ImportProblem:
        """Note a fault that makes further reading meaningless; raise what is returned."""
        self.add(message, advice, row=row, value=value)
        return ImportProblem(self.kept, self.total)

    def stop_if_any(self) -> None:
        """Raise ``ImportProblem`` if anything was noted."""
        if self.total:
            raise ImportProblem(self.kept, self.total)
