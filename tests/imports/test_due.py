"""Old or missing statistics are among the week's steps, for those who can do something about it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.world import World

from tillsammans.imports.queries import DAYS_FRESH, due
from tillsammans.indicators.models import Import
from tillsammans.kernel import clock


def imported(world: World, days_ago: int) -> None:
    person, organisation = world.people["coordinator"]
    Import.objects.create(
        organisation=organisation,
        kind="databasfil",
        source="Brå",
        files="",
        state="in_force",
        person=person,
        in_force_at=clock.now() - timedelta(days=days_ago),
    )


@pytest.fixture(autouse=True)
def in_the_room(world: World) -> Any:
    with world.room("osthammar"), clock.frozen(datetime(2026, 3, 31, 12, tzinfo=UTC)):
        yield


def titles(world: World, role: str = "coordinator") -> list[str]:
    return [step.title for step in due(world.actor(role), clock.today())]


def test_without_statistics_the_first_step_is_to_read_them_in(world: World) -> None:
    assert titles(world) == ["Läs in ny statistik"]


def test_fresh_statistics_ask_for_nothing(world: World) -> None:
    imported(world, DAYS_FRESH)
    assert titles(world) == []


def test_old_statistics_are_due_since_the_day_they_grew_old(world: World) -> None:
    imported(world, DAYS_FRESH + 10)
    (step,) = due(world.actor("coordinator"), clock.today())
    assert step.title == "Hämta ny brottsstatistik"
    assert step.deadline == clock.today() - timedelta(days=10)


@pytest.mark.parametrize("role", ["reader", "county", "administrator"])
def test_those_who_cannot_or_should_not_are_not_asked(world: World, role: str) -> None:
    assert titles(world, role) == []
