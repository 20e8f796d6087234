"""Selection and order of the week's steps."""

from collections.abc import Iterable
from datetime import date, timedelta

from tillsammans.kernel.components import Step

MOST = 5
POSTPONED_DAYS = 7


def chosen(steps: Iterable[Step], postponed: set[str]) -> list[Step]:
    """At most ``MOST`` steps: those with the nearest deadline first, then the shortest; postponed ones are left out."""
    waiting = [step for step in steps if step.key not in postponed]
    return sorted(waiting, key=lambda step: (step.deadline or date.max, step.minutes, step.title))[:MOST]


def until(today: date) -> date:
    """The day on which a step that is postponed today is shown again."""
    return today + timedelta(days=POSTPONED_DAYS)
