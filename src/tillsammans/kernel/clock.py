"""The application's clock. All code reads the time here, so that tests and the demo can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """This moment, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today() -> date:
    """Today's date in Sweden: deadlines, terms and roles follow Swedish days."""
    return now().astimezone(STOCKHOLM).date()


def week(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week in which ``day`` lies."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Context manager: freeze the clock at ``moment`` (aware), for tests and the demo's history."""
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
