"""Uploaded files on disk: one folder per upload, removed after the import or after 14 days without one."""

import re
import shutil
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

from django.conf import settings

from tillsammans.kernel import clock, limits
from tillsammans.kernel.models import Owned

Row = TypeVar("Row", bound=Owned)

SIZE_LIMIT = limits.FILE
_DAYS_KEPT = 14
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f/\\]+")


def folder(upload: UUID) -> Path:
    """The folder with the files of an upload."""
    return Path(settings.VAR) / "uploads" / str(upload)


def keep(upload: UUID, files: Iterable[tuple[str, Iterable[bytes]]]) -> list[tuple[str, str]]:
    """Write files given as name and chunks of content; returns each sanitised name with its SHA-256."""
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
    """Store files under a new UUID and create their row; removes the files again if that fails, and stale uploads.

    ``upload`` is called with the UUID and each name with its SHA-256, and returns the row that it created.
    """
    sweep()
    address = uuid4()
    kept = keep(address, files)
    try:
        row = upload(address, kept)
    except BaseException:
        remove(address)
        raise
    if row.uuid != address:  # the form was submitted twice: the files of the first submission are kept
        remove(address)
    return row


def harmless(name: str) -> str:
    """The base name of a file without control characters and path separators, at most 150 characters."""
    return _UNWRITABLE.sub(" ", name.replace("\\", "/").rsplit("/", 1)[-1]).strip()[:150] or "fil"


def paths(upload: UUID) -> list[Path]:
    """The files of an upload in their original order."""
    return sorted(folder(upload).glob("[0-9]*"), key=lambda path: int(path.name))


def remove(upload: UUID) -> None:
    """Remove the files of an upload."""
    shutil.rmtree(folder(upload), ignore_errors=True)


def sweep() -> None:
    """Remove uploads older than 14 days."""
    oldest = clock.now().timestamp() - _DAYS_KEPT * 24 * 3600
    for place in (Path(settings.VAR) / "uploads").glob("*"):
        if place.stat().st_mtime < oldest:
            shutil.rmtree(place, ignore_errors=True)
