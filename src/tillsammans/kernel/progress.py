"""Progress callbacks of long work."""

from collections.abc import Callable

# (done, total, message): how much is done of how much, and in Swedish what is done now.
Progress = Callable[[int, int, str], None]


def no_progress(done: int, total: int, message: str) -> None:
    """A progress callback that does nothing."""
