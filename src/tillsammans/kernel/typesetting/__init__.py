"""Run Typst in a child process with limits, so that a hostile or huge document can only end its own process."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

MEMORY = 1024**3  # bytes of address space
SECONDS = 30
_CHILD = Path(__file__).with_name("compile.py")


class DocumentError(Exception):
    """A document that cannot be made; the message is for the person who asked for it."""


def typeset(data: dict[str, Any], timestamp: int, *, memory: int = MEMORY, seconds: int = SECONDS) -> bytes:
    """A PDF/UA-1 and PDF/A-2a file from the data of `document.typ`. timestamp: seconds since 1970, UTC.

    Raises DocumentError when the child refuses, or is stopped at one of its limits.
    """
    return _run({"kind": "pdf", "data": data, "timestamp": timestamp}, memory, seconds)


def pictures(drawings: Sequence[tuple[str, float, float]]) -> list[bytes]:
    """PNG files, twice as large as drawn, of (SVG text, width, height)."""
    if not drawings:
        return []
    data = [{"svg": text, "width": width, "height": height} for text, width, height in drawings]
    answer = json.loads(_run({"kind": "png", "data": data}, MEMORY, SECONDS))
    return [base64.b64decode(picture) for picture in answer]


def _run(request: dict[str, Any], memory: int, seconds: int) -> bytes:
    body = json.dumps({**request, "memory": memory, "seconds": seconds}).encode()
    try:
        done = subprocess.run(
            # Isolated: no PYTHON* variables, no user packages, nothing of the parent's environment.
            [sys.executable, "-I", str(_CHILD)],
            input=body,
            capture_output=True,
            timeout=seconds,
            env={"RAYON_NUM_THREADS": "2"},
            check=False,
        )
    except subprocess.TimeoutExpired as stopped:
        raise DocumentError(_too_large()) from stopped
    if done.returncode == 3:
        raise DocumentError(
            _("Dokumentet kunde inte sättas. Programmet som gör filen svarade: %(reason)s")
            % {"reason": done.stderr.decode(errors="replace").strip()}
        )
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        # Ended by a signal: the processor limit, or the allocator at the memory limit.
        raise DocumentError(_too_large())
    if done.returncode != 0:
        raise DocumentError(
            _("Dokumentet kunde inte göras på grund av ett fel i programmet. Meddela den som sköter driften.")
        ) from RuntimeError(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout


def _too_large() -> str:
    return _(
        "Dokumentet blev för stort att göra på en gång och avbröts. Dela upp det eller ta bort de största tabellerna, "
        "och försök igen."
    )
