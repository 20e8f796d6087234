"""State transitions of an import, and the stored form of its file names and hashes."""

from collections.abc import Sequence

# Allowed transitions of an import's state.
TRANSITIONS: dict[str, frozenset[str]] = {
    "staged": frozenset({"in_force", "stopped"}),
    "in_force": frozenset({"undone"}),
    "undone": frozenset({"in_force"}),
    "stopped": frozenset(),
}


def may_become(state: str, new: str) -> bool:
    """Whether an import in ``state`` may go to ``new``."""
    return new in TRANSITIONS[state]


def file_lines(files: Sequence[tuple[str, str]]) -> str:
    """Names and hashes as they are kept in ``Import.files``: one line a file."""
    return "\n".join(f"{sha256} {name}" for name, sha256 in files)


def files_in(lines: str) -> tuple[tuple[str, str], ...]:
    """The inverse of ``file_lines``: (name, SHA-256)."""
    return tuple((line[65:], line[:64]) for line in lines.splitlines())
