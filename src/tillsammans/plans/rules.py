"""Rules of measures and activities."""

from collections.abc import Iterable
from datetime import date

from tillsammans.kernel.components import StatusKind


def activity_state(done: int, number: int | None, due_on: date, today: date) -> StatusKind:
    """ok: all is done; bad: late; warn: begun; none: not begun."""
    if done >= (number or 1):
        return "ok"
    if due_on < today:
        return "bad"
    return "warn" if done else "none"


def causes_of_another_problem(problem_id: int, cause_problem_ids: Iterable[int]) -> bool:
    """Whether a measure against one problem names a cause of another."""
    return any(other != problem_id for other in cause_problem_ids)
