"""Zip archives, unpacked piece by piece and counted, whatever their directory says; to be called in the sandbox."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tillsammans.kernel import limits
from tillsammans.kernel.problems import FileErrors

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    IndexError,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def is_archive(head: bytes) -> bool:
    """Whether the file that begins so is a zip archive, as workbooks are too."""
    return head.startswith(b"PK\x03\x04")


def parts_of(path: Path, errors: FileErrors) -> Iterator[tuple[str, bytes]]:
    """The name and content of each part, one at a time.

    Raises ``ImportProblem`` for parts that are larger than the limits or than they say, and one of ``UNREADABLE`` for
    an archive that is cut, broken, or packed in a way that no ordinary program uses.
    """
    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        parts = [part for part in archive.infolist() if not part.is_dir()]
        whole = sum(part.file_size for part in parts)
        if len(parts) > limits.PARTS or whole > min(limits.UNPACKED, limits.RATIO * path.stat().st_size):
            raise _too_large(errors)
        if any(part.flag_bits & 1 for part in parts):
            raise errors.refuse(_("Filen är skyddad med lösenord."), _("Spara den utan lösenord."))
        total = 0
        for part in parts:
            content = bytearray()
            for piece in pieces(file, part):
                content += piece
                if total + len(content) > limits.UNPACKED or len(content) > part.file_size:
                    raise _too_large(errors)
            if len(content) < part.file_size:
                raise zipfile.BadZipFile(part.filename)
            total += len(content)
            yield part.filename, bytes(content)


def _too_large(errors: FileErrors) -> Exception:
    return errors.refuse(
        _("Filen är mycket större än den ser ut och öppnas inte."), _("Packa eller spara om bara det som behövs.")
    )


def pieces(file: Any, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a part really holds: ``zipfile`` stops at the size that the directory states, other programs do not.

    ``BadZipFile`` for a part that is locked, or packed in a way that no ordinary program uses.
    """
    if part.flag_bits & 1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile(part.filename)
    file.seek(part.header_offset)
    header = file.read(30)
    if header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(part.filename)
    file.seek(part.header_offset + 30 + sum(struct.unpack("<HH", header[26:30])))
    left = part.compress_size
    unpack = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        packed = file.read(min(left, 256 * 1024))
        if not packed:
            raise EOFError(part.filename)
        left -= len(packed)
        while packed:
            yield unpack.decompress(packed, 4 * 1024 * 1024) if unpack else packed
            packed = unpack.unconsumed_tail if unpack else b""
    if unpack:
        if not unpack.eof:
            raise EOFError(part.filename)
        yield unpack.flush()
