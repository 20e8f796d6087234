"""The English catalogue: written as ``.po``, compiled to the ``.mo`` that gettext reads, which is never committed."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

CATALOGUE = Path(__file__).resolve().parents[1] / "locale" / "en" / "LC_MESSAGES" / "django.po"


def compile_if_stale(written: Path = CATALOGUE) -> None:
    """Compile the catalogue where that is missing or older than the written one.

    Raises ``ImproperlyConfigured`` where it cannot be stored: texts that silently stay Swedish help nobody.
    """
    compiled = written.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime_ns > written.stat().st_mtime_ns:
        return
    import polib

    made = compiled.with_suffix(f".{os.getpid()}")  # put in place at once: several processes may do this together
    try:
        made.write_bytes(polib.pofile(str(written)).to_binary())
        made.replace(compiled)
    except OSError as error:
        made.unlink(missing_ok=True)
        raise ImproperlyConfigured(
            f"Den engelska översättningen kan inte sparas i {written.parent}: {error}"
        ) from error
