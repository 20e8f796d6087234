"""The demo's story holds whichever day it is told, and the same month always has the same figures."""

from datetime import date, timedelta

import pytest

from tillsammans.config.demo import figures, promises
from tillsammans.config.demo.days import Days, last_month_known, month_start, months, tertial_before
from tillsammans.config.demo.evidence import not_final_since
from tillsammans.formats import databasfil

pytestmark = pytest.mark.pure

TELLINGS = [date(2026, 1, 1) + timedelta(days=number) for number in range(0, 3 * 366, 5)] + [date(2028, 2, 29)]
# By month, so that a failure names when.
BY_MONTH = {month: [day for day in TELLINGS if day.month == month] for month in range(1, 13)}


@pytest.mark.parametrize("month", BY_MONTH)
def test_the_story_goes_forward_in_time(month: int) -> None:
    for today in BY_MONTH[month]:
        goes_forward(today)


def goes_forward(today: date) -> None:
    days = Days(today)
    starts, ends = days.first_promise
    logged = [starts + timedelta(days=line.day) for line in (*promises.PROMISED, *promises.AFTERWARDS)]
    assert logged == sorted(logged)
    told = [
        days.collaboration_began,
        days.first_import,
        days.first_adoption,
        days.first_promise_signed,
        *logged[: len(promises.PROMISED)],
        days.first_follow_up,
        *logged[len(promises.PROMISED) :],
        days.second_import,
        days.second_adoption,
        days.latest_import,
        today,
    ]
    assert told == sorted(told)
    assert logged[len(promises.PROMISED) - 1] <= ends < days.first_follow_up
    assert days.first_promise_signed < starts
    assert today < days.next_promise[0]


@pytest.mark.parametrize("month", BY_MONTH)
def test_figures_reach_as_far_as_the_pictures_need(month: int) -> None:
    for today in BY_MONTH[month]:
        reach_far_enough(today)


def reach_far_enough(today: date) -> None:
    days = Days(today)
    for read_in, adopted in ((days.first_import, days.first_adoption), (days.second_import, days.second_adoption)):
        ends = tertial_before(read_in)[1]
        assert month_start(last_month_known(read_in)) >= month_start(ends)
        assert days.first_figures <= month_start(ends, -59)
        assert ends < adopted
    assert tertial_before(days.first_import) < tertial_before(days.second_import)
    assert not_final_since(days.first_import) <= last_month_known(days.second_import)
    assert not_final_since(days.second_import) <= last_month_known(days.latest_import)


STORY = figures.Story(fewer_burglaries=date(2025, 11, 1), more_damage=date(2026, 8, 1))


def counts(first: date, last: date, preliminary: int = 0) -> dict[tuple[str, str, str], int | None]:
    file = databasfil.read(figures.databasfil(months(first, last), preliminary, STORY), "påhittad.txt")
    return {(value.region, value.crime, value.period): value.count for value in file}


def test_a_month_has_the_same_figure_in_every_file() -> None:
    long, short = counts(date(2025, 1, 1), date(2025, 12, 1)), counts(date(2025, 6, 1), date(2025, 7, 1))
    assert short.items() <= long.items()


def test_a_preliminary_figure_is_never_more_than_the_final_one() -> None:
    final, early = counts(date(2025, 1, 1), date(2025, 3, 1)), counts(date(2025, 1, 1), date(2025, 3, 1), 2)
    assert early.keys() == final.keys()
    assert all((early[key] or 0) <= (final[key] or 0) for key in final)
    changed = {key[2] for key in final if early[key] != final[key]}
    assert changed == {"2025-02", "2025-03"}


def test_a_chapter_is_at_least_the_sum_of_its_parts() -> None:
    table = counts(date(2025, 1, 1), date(2025, 12, 1))
    for (region, crime, period), count in table.items():
        if crime == figures.THEFT:
            parts = sum(table[region, part.label, period] or 0 for part in figures.THEFTS)
            assert (count or 0) >= parts


def test_every_municipality_of_the_county_has_figures_and_inhabitants() -> None:
    file = databasfil.read(figures.databasfil(months(date(2025, 1, 1), date(2025, 1, 1)), 0, STORY), "påhittad.txt")
    assert len(file.summary.regions_matched) == len(figures.MUNICIPALITIES) == 8
    assert file.summary.regions_unmatched == ()
    assert figures.population_file([2023, 2024]).decode().splitlines()[0] == "kod;2023;2024"
    assert all(figures.population(code, 2024) % 100 == 0 for code in figures.MUNICIPALITIES)
