"""Knots and steps of promises, and pages that ask no more of the database the more promises there are."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.promises.chain import laid, offered, published, sign, written
from tests.world import World
from tillsammans.kernel import clock
from tillsammans.promises import actions, queries

pytestmark = pytest.mark.django_db


def test_the_knot_tells_gap_draft_and_promise(world: World) -> None:
    chain, other = laid(world), laid(world, "Skadegörelse")
    key = chain.problem.pk

    def knot() -> tuple[str, str, str]:
        with world.room("osthammar"):
            found = queries.promise_knot([key, other.problem.pk])[key]
        return found.state, found.text, found.url

    assert knot() == ("gap", "ge ett löfte", f"/lagesbild/problem/{chain.problem.uuid}/#loften")
    draft = written(world, chain)
    assert knot() == ("filled", "1 utkast", f"/loften/{draft.uuid}/")
    published(world, chain)
    assert knot() == ("filled", "1 löfte", f"/lagesbild/problem/{chain.problem.uuid}/#loften")
    with world.room("osthammar"):
        actions.set_aside_promise(world.actor("coordinator"), draft)
        assert queries.promise_knot([other.problem.pk])[other.problem.pk].state == "gap"


def test_the_knots_of_many_problems_are_one_question(world: World) -> None:
    keys = []
    for title in ("Ett", "Två", "Tre"):
        chain = laid(world, title)
        written(world, chain)
        keys.append(chain.problem.pk)
    with world.room("osthammar"), CaptureQueriesContext(connection) as asked:
        assert len(queries.promise_knot(keys)) == 3
    assert len(asked) == 1


def test_signed_promises_wait_to_be_published_and_old_offers_for_a_reminder(world: World) -> None:
    moment = datetime(2026, 1, 10, 12, tzinfo=UTC)
    with clock.frozen(moment):
        promise = offered(world, written(world, laid(world)))

    def steps(day: int) -> list[str]:
        with clock.frozen(moment.replace(day=day)), world.room("osthammar"):
            return [step.key for step in queries.due(world.actor("coordinator"), clock.today())]

    assert steps(11) == []
    assert steps(18) == [f"offered-{promise.uuid}"]
    with clock.frozen(moment):
        sign(world, promise, "chair", "chief")
    assert steps(11) == [f"publish-{promise.uuid}"]
    with world.room("osthammar"):
        assert queries.due(world.actor("reader"), clock.today()) == []
    with world.room("norduppland"):
        assert queries.due(world.actor("police"), clock.today()) == []


def _count(client: Any, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_the_list_asks_no_more_with_three_promises_than_with_one(world: World) -> None:
    client, police = world.client("coordinator"), world.client("police")
    published(world, laid(world, "Ett"))
    client.get("/loften/")
    police.get("/loften/")
    one, shared = _count(client, "/loften/"), _count(police, "/loften/")
    for title in ("Två", "Tre"):
        published(world, laid(world, title))
    assert _count(client, "/loften/") == one
    assert _count(police, "/loften/") == shared


def test_a_promise_page_asks_no_more_with_more_activities(world: World) -> None:
    chain = laid(world)
    client = world.client("coordinator")
    one = written(world, chain, activities=[chain.patrol])
    both = written(world, chain, activities=[chain.patrol, chain.lights])
    client.get(f"/loften/{one.uuid}/")
    assert _count(client, f"/loften/{one.uuid}/") == _count(client, f"/loften/{both.uuid}/")


def test_another_partys_promise_is_listed_as_shared(world: World) -> None:
    promise = offered(world, written(world, laid(world)))
    text = world.client("police").get("/loften/").content.decode()
    assert "Löften som andra har delat med er" in text
    assert promise.title in text
    assert promise.title not in world.client("stranger").get("/loften/").content.decode()
