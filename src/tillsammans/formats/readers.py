"""Readers of publishers' files: from bytes to one table of observations, without a database.

A reader is a module with ``KIND`` (its name), ``NAME`` (what people call it), ``looks_like`` and ``read``; ``READERS``
lists them in the order in which they are asked. A reader reads exactly or refuses: it never guesses an encoding, a code
or a number, and it opens files through ``guards`` only.
"""

from pathlib import Path
from typing import Any, Protocol

from tillsammans.formats import (
    bra_indicators,
    bra_ten_years,
    databasfil_reader,
    jsonstat,
    kolada,
    points,
    police_extract,
    population_reader,
    pxweb_csv,
    pxweb_excel,
    sol_page,
)
from tillsammans.formats.guards import head_of
from tillsammans.formats.observations import Table
from tillsammans.kernel.progress import Progress


class Reader(Protocol):
    """What a module of this package has. ``read`` raises only ``ImportProblem``, whatever the file holds."""

    KIND: str
    NAME: Any  # lazy Swedish text

    def looks_like(self, head: bytes, name: str, path: Path) -> bool:
        """Whether a file with this head (its first 64 kB), name and path is of this kind; cheap, and raises nothing."""

    def read(self, path: Path, name: str, progress: Progress | None = None) -> Table:
        """The file's figures; ``name`` is the file's name in messages.

        A reader whose files explain each other also has ``read_together(files, progress)``: a table for each.
        """


READERS: tuple[Reader, ...] = (
    databasfil_reader,
    sol_page,
    bra_ten_years,
    bra_indicators,
    pxweb_excel,
    jsonstat,
    kolada,
    police_extract,
    pxweb_csv,
    population_reader,
    points,
)


def detect(path: Path, name: str) -> Reader | None:
    """The reader for the file, by its content; ``None`` if none knows it."""
    head = head_of(path)
    return next((reader for reader in READERS if reader.looks_like(head, name, path)), None)


def reader_of(kind: str) -> Reader | None:
    """The reader with that ``KIND``."""
    return next((reader for reader in READERS if kind == reader.KIND), None)
