"""Validation rules of decisions."""

from datetime import date, timedelta

# Minutes are normally approved within two weeks; a decision entered later than that is marked as late.
RECORDED_WITHIN = timedelta(days=14)


def is_late(decided_on: date, recorded_on: date) -> bool:
    """Whether the decision was recorded later than ``RECORDED_WITHIN`` after it was taken."""
    return recorded_on - decided_on > RECORDED_WITHIN
