"""Lists of problems: in order of priority, fifty at a time, and those that are closed on a page of their own."""

from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.world import World

from tillsammans.kernel.scope import everywhere
from tillsammans.picture.models import Problem


def lay(world: World, count: int, *, priority: str = "open", closed_on: date | None = None) -> None:
    with everywhere("a test lays problems"):
        Problem.objects.bulk_create(
            Problem(
                organisation=world.osthammar,
                collaboration=world.collaboration,
                title=f"Problem {priority} {number:03}",
                area=world.areas["0382"],
                priority=priority,
                closed_on=closed_on and closed_on + timedelta(days=number),
            )
            for number in range(count)
        )


def test_problems_come_fifty_at_a_time_the_prioritised_first(world: World) -> None:
    client = world.client("coordinator")
    lay(world, 1, priority="chosen")
    client.get("/lagesbild/problem/")
    with CaptureQueriesContext(connection) as few:
        client.get("/lagesbild/problem/")
    lay(world, 55)
    lay(world, 3, priority="deselected")
    with CaptureQueriesContext(connection) as many:
        page = client.get("/lagesbild/problem/").content.decode()
    assert len(many) == len(few)
    assert "Sida 1 av 2" in page
    assert page.index("Problem chosen 000") < page.index("Problem open 000") < page.index("Problem open 048")
    assert "Problem open 049" not in page
    assert "Problem deselected 002" in client.get("/lagesbild/problem/?sida=2").content.decode()


def test_closed_problems_have_a_page_of_their_own_when_they_are_many(world: World) -> None:
    client = world.client("coordinator")
    lay(world, 10, closed_on=date(2025, 1, 1))
    assert "?avslutade=1" not in client.get("/lagesbild/problem/").content.decode()
    lay(world, 60, priority="watched", closed_on=date(2025, 3, 1))
    page = client.get("/lagesbild/problem/").content.decode()
    assert page.count("avslutat 2025") == 10
    assert "Alla 70 avslutade problem" in page
    closed = client.get("/lagesbild/problem/?avslutade=1").content.decode()
    assert closed.count("avslutat 2025") == 50
    assert 'href="?avslutade=1&amp;sida=2"' in closed
    assert client.get("/lagesbild/problem/?avslutade=1&sida=2").content.decode().count("avslutat 2025") == 20


def test_no_closed_problem_is_said_in_words(world: World) -> None:
    page = world.client("coordinator").get("/lagesbild/problem/?avslutade=1").content.decode()
    assert "Inget problem är avslutat än." in page
