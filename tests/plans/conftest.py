"""A problem with causes and a draft plan with one measure."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.world import World
from tillsammans.kernel import clock
from tillsammans.picture.models import Cause, Problem
from tillsammans.plans import actions
from tillsammans.plans.models import Activity, Measure


@pytest.fixture
def problem(world: World) -> Problem:
    with world.room("osthammar"):
        found = Problem.objects.create(
            organisation=world.osthammar,
            collaboration=world.collaboration,
            title="Inbrott i bostad, Gimo",
            area=world.areas["0382"],
            priority="chosen",
        )
        Cause.objects.create(
            organisation=world.osthammar,
            problem=found,
            text="Tomma hus syns utifrån",
            perspective="situation",
            level="direct",
            support="staff",
        )
    return found


@pytest.fixture
def measure(world: World, problem: Problem) -> Measure:
    actor = world.actor("coordinator")
    with world.room("osthammar"):
        causes = list(Cause.objects.filter(problem=problem))
    plan = actions.start_plan(
        actor,
        None,
        collaboration=world.collaboration,
        title="Åtgärdsplan",
        starts_on=date(2026, 1, 1),
        ends_on=date(2027, 12, 31),
    )
    return actions.choose_measure(actor, plan, problem=problem, causes=causes, **measure_values(world))


def measure_values(world: World) -> dict[str, Any]:
    return {
        "title": "Fotpatrull fredag och lördag",
        "operative_goal": "34 kvällar",
        "kind": "situational",
        "reach": "universal",
        "responsible": world.norduppland,
        "responsible_role": "gruppchefen",
        "starts_on": date(2026, 11, 1),
        "ends_on": date(2027, 2, 28),
    }


@pytest.fixture
def activity(world: World, measure: Measure) -> Activity:
    return actions.plan_activity(
        world.actor("coordinator"),
        measure,
        actor=world.osthammar,
        verb="lagar belysningen på gångvägar",
        place="Gimo",
        number=8,
        unit="gångvägar",
        due_on=clock.today() + timedelta(days=30),
    )
