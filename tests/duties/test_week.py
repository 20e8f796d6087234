"""The week: at most five steps in the right order, each of which can be put off for a week, and taken back."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world import World
from tillsammans.duties import queries
from tillsammans.duties.models import Postponement
from tillsammans.duties.rules import chosen, until
from tillsammans.kernel import clock
from tillsammans.kernel.components import Step
from tillsammans.kernel.models import AuditEntry
from tillsammans.kernel.scope import everywhere
from tillsammans.picture.models import Cause, Problem

MOMENT = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
DAY = date(2026, 1, 12)
Lay = Callable[..., None]


def step(name: str, minutes: int = 10, deadline: date | None = None) -> Step:
    return Step(f"Steg {name}", "Därför.", "/samverkan/", "Börja", minutes, deadline, key=f"steg-{name}")


@pytest.fixture
def lay(monkeypatch: pytest.MonkeyPatch) -> Lay:
    """Makes these steps everything that is due."""
    return lambda *steps: monkeypatch.setattr(queries, "functions", lambda name: [lambda actor, today: list(steps)])


@pytest.mark.pure
def test_the_nearest_deadline_comes_first_then_the_shortest_then_the_alphabet() -> None:
    steps = [
        step("utan", 5),
        step("sent", 1, DAY + timedelta(days=9)),
        step("långt", 30, DAY),
        step("b", 10, DAY),
        step("a", 10, DAY),
        step("utan, längre", 6),
    ]
    assert [one.title for one in chosen(steps, set())] == [
        "Steg a",
        "Steg b",
        "Steg långt",
        "Steg sent",
        "Steg utan",
    ]


@pytest.mark.pure
def test_there_are_at_most_five_and_none_that_was_put_off() -> None:
    steps = [step(str(number)) for number in range(7)]
    assert len(chosen(steps, set())) == 5
    assert [one.key for one in chosen(steps, {"steg-0", "steg-3"})] == [
        "steg-1",
        "steg-2",
        "steg-4",
        "steg-5",
        "steg-6",
    ]
    assert chosen([], {"steg-0"}) == []


@pytest.mark.pure
def test_what_is_put_off_comes_back_on_the_same_day_a_week_later() -> None:
    assert until(date(2026, 12, 28)) == date(2027, 1, 4)


@pytest.mark.django_db
def test_the_week_counts_its_minutes_and_what_waits_behind(world: World, lay: Lay) -> None:
    lay(*(step(str(number), minutes=number) for number in range(1, 8)))
    with world.room("osthammar"):
        week = queries.week_of(world.actor("coordinator"), DAY)
    assert [one.key for one in week.steps] == [f"steg-{number}" for number in range(1, 6)]
    assert (week.minutes, week.behind, week.postponed) == (15, 2, ())
    text = world.client("coordinator").get("/").content.decode()
    assert "5 saker, ungefär 15 minuter." in text
    assert "Resten kan vänta." in text
    assert "Steg 6" not in text


@pytest.mark.both
@pytest.mark.django_db
def test_a_step_is_put_off_by_its_button_taken_back_and_comes_back_after_a_week(world: World, lay: Lay) -> None:
    lay(step("bråttom"), step("lugnt", 60))
    client = world.client("coordinator")
    address = "/skjut-upp/steg-br%C3%A5ttom/"
    with clock.frozen(MOMENT):
        assert f'action="{address}"' in client.get("/").content.decode()
        page = client.post(address, follow=True).content.decode()
        assert "Steget kommer tillbaka om en vecka." in page
        assert f'action="{address}"' not in page
        assert "Steg lugnt" in page
        assert "1 steg är uppskjutet." in page
        assert "Kommer tillbaka 2026-01-19." in page
        assert f'action="{address}angra/"' in page
        page = client.post(f"{address}angra/", follow=True).content.decode()
        assert "Steget är tillbaka." in page
        assert f'action="{address}"' in page
        assert "uppskjut" not in page
        client.post(address)
    for days, shown in ((6, False), (7, True)):
        with clock.frozen(MOMENT + timedelta(days=days)), world.room("osthammar"):
            week = queries.week_of(world.actor("coordinator"), clock.today())
            assert ("steg-bråttom" in {one.key for one in week.steps}) is shown
            assert [one.key for one, _day in week.postponed] == ([] if shown else ["steg-bråttom"])
    deeds = AuditEntry.objects.values_list("deed", "outcome")
    assert list(deeds) == [("duties.postpone", "done"), ("duties.resume", "done"), ("duties.postpone", "done")]


@pytest.mark.both
@pytest.mark.django_db
def test_putting_off_twice_moves_the_day_and_makes_no_second_row(world: World, lay: Lay) -> None:
    lay(step("ett"))
    client = world.client("coordinator")
    with clock.frozen(MOMENT):
        client.post("/skjut-upp/steg-ett/")
        client.post("/skjut-upp/steg-ett/")
    # The person signs in again: a session does not last from one day to another.
    with clock.frozen(MOMENT + timedelta(days=2)):
        world.client("coordinator").post("/skjut-upp/steg-ett/")
    with world.room("osthammar"):
        assert [row.until for row in Postponement.objects.all()] == [DAY + timedelta(days=9)]


@pytest.mark.django_db
def test_one_puts_off_for_oneself_only(world: World, lay: Lay) -> None:
    lay(step("ett"))
    world.client("coordinator").post("/skjut-upp/steg-ett/")
    assert "Steg ett" in world.client("chair").get("/").content.decode()
    world.client("chair").post("/skjut-upp/steg-ett/angra/")
    text = world.client("coordinator").get("/").content.decode()
    assert 'action="/skjut-upp/steg-ett/"' not in text
    assert 'action="/skjut-upp/steg-ett/angra/"' in text


@pytest.mark.django_db
def test_nothing_due_is_said_in_words(world: World, lay: Lay) -> None:
    lay()
    text = world.client("coordinator").get("/").content.decode()
    assert "Inget väntar på dig just nu." in text
    assert "Inget är prioriterat än" in text
    assert "uppskjut" not in text


@pytest.mark.django_db
def test_the_week_asks_as_many_questions_with_three_problems_as_with_one(world: World) -> None:
    client = world.client("coordinator")
    client.get("/")

    def add(number: int) -> None:
        with everywhere("a test lays problems"):
            problem = Problem.objects.create(
                organisation=world.osthammar,
                collaboration=world.collaboration,
                title=f"Problem {number}",
                area=world.areas["0382"],
                priority="chosen",
            )
            Cause.objects.create(organisation=world.osthammar, problem=problem, text=f"Orsak {number}")

    def asked() -> tuple[int, str]:
        with CaptureQueriesContext(connection) as caught:
            response: Any = client.get("/")
        return len(caught), response.content.decode()

    add(1)
    one, page = asked()
    assert "Problem 1" in page
    add(2)
    add(3)
    three, page = asked()
    assert all(f"Problem {number}" in page for number in (1, 2, 3))
    assert three == one


@pytest.mark.django_db
def test_the_week_draws_ten_threads_and_says_how_many_more(world: World) -> None:
    with everywhere("a test lays problems"):
        for number in range(13):
            Problem.objects.create(
                organisation=world.osthammar,
                collaboration=world.collaboration,
                title=f"Problem {number:02}",
                area=world.areas["0382"],
                priority="chosen",
            )
    page = world.client("coordinator").get("/").content.decode()
    assert "Problem 02" not in page[page.index("Det ni har prioriterat") :]
    assert all(f"Problem {number:02}" in page for number in range(3, 13))
    assert "och 3 prioriterade problem till" in page
