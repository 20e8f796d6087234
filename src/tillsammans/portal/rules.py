"""Parsing and display of hashes of public texts."""

import re

_HASH = re.compile(r"[0-9a-f]{12,64}")


def as_hash(typed: str) -> str | None:
    """The typed prefix of a hash as it is stored, or ``None`` where it is not one: 12 to 64 hexadecimal digits."""
    plain = re.sub(r"\s+", "", typed).lower()
    return plain if _HASH.fullmatch(plain) else None


def in_groups(hash: str) -> str:
    """A hash in groups of eight, for reading aloud and narrow screens; ``as_hash`` is the inverse."""
    return " ".join(hash[start : start + 8] for start in range(0, len(hash), 8))
