"""The demo's calendar: a history of about two and a half years, relative to today so that it is always current."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tillsammans.kernel import clock


@dataclass(frozen=True, slots=True)
class Days:
    """Dates of the demo's events, for a demo that is filled on ``today``."""

    today: date

    def ago(self, days: int) -> date:
        """The day that many days before today."""
        return self.today - timedelta(days=days)

    @property
    def collaboration_began(self) -> date:
        """The day on which the parties began to work together."""
        return self.ago(860)

    @property
    def first_figures(self) -> date:
        """January of the year that gives the first picture five whole years: enough to estimate the expected level."""
        return date(month_start(tertial_before(self.first_import)[1], -59).year, 1, 1)

    @property
    def first_import(self) -> date:
        """Statistics were imported for the first picture."""
        return self.ago(412)

    @property
    def first_adoption(self) -> date:
        """The first picture was adopted."""
        return self.ago(400)

    @property
    def first_promise_signed(self) -> date:
        """The municipality signed the first promise last, and it was published."""
        return self.ago(385)

    @property
    def first_promise(self) -> tuple[date, date]:
        """The first promise's four whole months, from the month after it was signed."""
        starts = month_start(self.first_promise_signed, 1)
        return starts, month_start(starts, 4) - timedelta(days=1)

    @property
    def first_follow_up(self) -> date:
        """The first promise was followed up."""
        return self.first_promise[1] + timedelta(days=12)

    @property
    def second_import(self) -> date:
        """Statistics were imported for the second picture."""
        return self.ago(52)

    @property
    def second_adoption(self) -> date:
        """The second picture was adopted."""
        return self.ago(40)

    @property
    def latest_import(self) -> date:
        """The latest statistics were imported."""
        return self.ago(10)

    @property
    def next_promise(self) -> tuple[date, date]:
        """Four whole months from the next month on."""
        starts = month_start(self.today, 1)
        return starts, month_start(starts, 4) - timedelta(days=1)


@contextmanager
def at(day: date, hour: int = 9) -> Iterator[None]:
    """Context manager: set the clock to that hour of that day in Sweden."""
    moment = datetime.combine(day, time(hour), clock.STOCKHOLM)
    with clock.frozen(moment.astimezone(UTC)):
        yield


def month_start(day: date, months: int = 0) -> date:
    """The first day of the month of ``day``, moved by ``months``."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def months(first: date, last: date) -> list[date]:
    """The first day of every month from ``first`` to ``last``."""
    result = [month_start(first)]
    while (following := month_start(result[-1], 1)) <= last:
        result.append(following)
    return result


def last_month_known(on: date) -> date:
    """The first day of the latest month that statistics exist for: they come within three weeks of its end."""
    return month_start(on - timedelta(days=20), -1)


def tertial_before(on: date) -> tuple[date, date]:
    """The first and last day of the latest tertial (four months) that figures read in on the day cover whole."""
    after = month_start(last_month_known(on), 1)
    starts = month_start(after, -((after.month - 1) % 4) - 4)
    return starts, month_start(starts, 4) - timedelta(days=1)


def tertial_words(starts: date) -> str:
    """The tertial in Swedish: "maj–augusti 2026"."""
    return f"{_TERTIALS[starts.month]} {starts.year}"


_TERTIALS = {1: "januari–april", 5: "maj–augusti", 9: "september–december"}
