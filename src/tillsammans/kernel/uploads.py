"""Handed-in files on disk: one folder an upload, gone when they are read in or nobody came back for them."""

import re
import shutil
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

from django.conf import settings

from tillsammans.kernel import clock
from tillsammans.kernel.models import Owned

Row = TypeVar("Row", bound=Owned)

SIZE_LIMIT = 50 * 2**20  # bytes of one file
_DAYS_KEPT = 14
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f/\\]+")


def folder(upload: UUID) -> Path:
    """Where the files of an upload lie."""
    return Path(settings.VAR) / "uploads" / str(upload)


def keep(upload: UUID, files: Iterable[tuple[str, Iterable[bytes]]]) -> list[tuple[str, str]]:
    """Write files given as name and pieces of content; returns each name, made harmless, and SHA-256."""
    place = folder(upload)
    place.mkdir(parents=True)
    kept = []
    for number, (name, pieces) in enumerate(files):
        digest = sha256()
        with (place / str(number)).open("wb") as target:
            for piece in pieces:
                target.write(piece)
                digest.update(piece)
        kept.append((harmless(name), digest.hexdigest()))
    return kept


def store_upload(
    files: Iterable[tuple[str, Iterable[bytes]]], upload: Callable[[UUID, list[tuple[str, str]]], Row]
) -> Row:
    """Keep files under an address of their own and hand them in; what nobody will come back for is removed.

    ``upload`` gets the address, and each name with its SHA-256, and gives the row that was made.
    """
    sweep()
    address = uuid4()
    kept = keep(address, files)
    try:
        made = upload(address, kept)
    except BaseException:
        remove(address)
        raise
    if made.uuid != address:  # the same form sent twice: the first one's files are there already
        remove(address)
    return made


def harmless(name: str) -> str:
    """The last part of a file's name, without signs that break a line or a path."""
    return _UNWRITABLE.sub(" ", name.replace("\\", "/").rsplit("/", 1)[-1]).strip()[:150] or "fil"


def paths(upload: UUID) -> list[Path]:
    """The files in the order in which they were handed in."""
    return sorted(folder(upload).glob("[0-9]*"), key=lambda path: int(path.name))


def remove(upload: UUID) -> None:
    """Remove the files."""
    shutil.rmtree(folder(upload), ignore_errors=True)


def sweep() -> None:
    """Remove files that nobody came back for in two weeks."""
    oldest = clock.now().timestamp() - _DAYS_KEPT * 24 * 3600
    for place in (Path(settings.VAR) / "uploads").glob("*"):
        if place.stat().st_mtime < oldest:
            shutil.rmtree(place, ignore_errors=True)
