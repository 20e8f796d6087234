"""The chain up to a promise, laid by the deeds themselves, for the tests of promises and of what follows them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.world import World
from tillsammans.collaboration.actions import answer_approval
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.content import freeze
from tillsammans.picture.models import Cause, Problem
from tillsammans.plans import actions as plans
from tillsammans.plans.models import Activity, Measure
from tillsammans.promises import actions
from tillsammans.promises.models import Promise
from tillsammans.promises.queries import promise_content


@dataclass
class Chain:
    """A problem with cause, measure and two activities: the police patrols, the municipality mends lights."""

    problem: Problem
    measure: Measure
    patrol: Activity
    lights: Activity


def laid(world: World, title: str = "Inbrott i bostad, Gimo") -> Chain:
    """Lay the chain in the municipality's room."""
    actor = world.actor("coordinator")
    with world.room("osthammar"):
        problem = Problem.objects.create(
            organisation=world.osthammar,
            collaboration=world.collaboration,
            title=title,
            area=world.areas["0382"],
            priority=Problem.Priority.CHOSEN,
        )
        cause = Cause.objects.create(
            organisation=world.osthammar,
            problem=problem,
            text="Tomma hus syns utifrån",
            perspective=Cause.Perspective.SITUATION,
            level=Cause.Level.DIRECT,
            support=Cause.Support.DATA,
        )
        plan = plans.start_plan(
            actor,
            None,
            collaboration=world.collaboration,
            title="Plan",
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
        )
        measure = plans.choose_measure(
            actor,
            plan,
            problem=problem,
            causes=[cause],
            title="Synas när det är mörkt",
            operative_goal="34 kvällar",
            kind=Measure.Kind.SITUATIONAL,
            reach=Measure.Reach.UNIVERSAL,
            responsible=world.osthammar,
            responsible_role="Gatuchefen",
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 4, 30),
        )
        patrol = plans.plan_activity(
            actor,
            measure,
            actor=world.norduppland,
            verb="går fotpatrull",
            place="Gimo och Alunda",
            number=34,
            unit="kvällar",
            due_on=date(2026, 4, 30),
        )
        lights = plans.plan_activity(
            actor,
            measure,
            actor=world.osthammar,
            verb="lagar belysningen",
            place="Gångvägarna i Gimo",
            number=8,
            unit="gångvägar",
            due_on=date(2026, 3, 15),
        )
    return Chain(problem, measure, patrol, lights)


def written(world: World, chain: Chain, **changes: Any) -> Promise:
    """A draft of a promise with both activities."""
    values: dict[str, Any] = {
        "title": "Färre inbrott i Gimo i vinter",
        "text": "Ni ser oss när det är som mörkast.",
        "benefit": "Du möter patrullen på kvällen och gångvägen är upplyst.",
        "basis": "61 av er svarade i höstens dialog.",
        "area": world.areas["0382"],
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 4, 30),
        "report_by": date(2026, 5, 31),
        "parties": [world.osthammar, world.norduppland],
        "activities": [chain.patrol, chain.lights],
        **changes,
    }
    with world.room("osthammar"):
        return actions.write_promise(world.actor("coordinator"), chain.problem, **values)


def offered(world: World, promise: Promise) -> Promise:
    """Lay the promise before the parties."""
    with world.room("osthammar"):
        shown = content_hash(freeze(promise_content(promise)))
        return actions.offer_promise(world.actor("coordinator"), promise, shown=shown)


def sign(world: World, promise: Promise, *roles: str, answer: str = "approved") -> None:
    """Let the signatories with those roles answer the offered text."""
    with world.room("osthammar"):
        package = promise.offered
    assert package is not None
    for role in roles:
        organisation = {"chair": "osthammar", "chief": "norduppland"}[role]
        with world.room(organisation):
            words = "Vi kan inte lova det." if answer == "declined" else ""
            answer_approval(world.actor(role), package, answer=answer, hash=package.hash, words=words)


def published(world: World, chain: Chain, **changes: Any) -> Promise:
    """A promise that both have signed and that is public."""
    promise = offered(world, written(world, chain, **changes))
    sign(world, promise, "chair", "chief")
    with world.room("osthammar"):
        return actions.publish_promise(world.actor("coordinator"), promise)
