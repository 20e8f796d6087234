"""Decisions: who recorded what and when, and what is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.world import World

from tillsammans.kernel import clock
from tillsammans.kernel.access import RuleBroken
from tillsammans.kernel.scope import everywhere
from tillsammans.meetings.actions import new_decision
from tillsammans.meetings.forms import DecisionFields
from tillsammans.meetings.models import Decision
from tillsammans.meetings.rules import is_late
from tillsammans.parties.models import Body

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def record(world: World, decided_on: date = date(2026, 2, 20), reference: str = "§ 14") -> Decision:
    with world.room("osthammar"), clock.frozen(NOON):
        return new_decision(world.actor("coordinator"), world.body, decided_on, reference, "Lägesbild: Östhammar")


def test_a_decision_keeps_body_day_reference_and_who_typed_it_in(world: World) -> None:
    decision = record(world, reference=" § 14 ")
    assert decision.body == world.body
    assert decision.minutes_reference == "§ 14"
    assert decision.recorded_by == world.people["coordinator"][0]
    assert decision.organisation == world.osthammar


@pytest.mark.parametrize(
    ("day", "reference", "field"),
    [(date(2026, 3, 2), "§ 14", "decided_on"), (date(2026, 2, 1), "  ", "minutes_reference")],
)
def test_a_day_to_come_and_an_empty_reference_are_refused(world: World, day: date, reference: str, field: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        record(world, day, reference)
    assert broken.value.field == field
    with world.room("osthammar"):
        assert not Decision.objects.exists()


def test_today_in_sweden_is_not_the_future_just_after_midnight(world: World) -> None:
    with world.room("osthammar"), clock.frozen(datetime(2026, 2, 28, 23, 30, tzinfo=UTC)):
        new_decision(world.actor("coordinator"), world.body, date(2026, 3, 1), "§ 1", "Natt")


def test_another_organisations_body_is_refused(world: World) -> None:
    with everywhere("a test lays a body"):
        body = Body.objects.create(organisation=world.tierp, name="KS", kind="executive_board")
    with world.room("osthammar"), pytest.raises(RuleBroken, match="din egen organisation"):
        new_decision(world.actor("coordinator"), body, date(2026, 1, 1), "§ 1", "Annans")


def test_the_form_offers_only_own_bodies_that_still_exist(world: World) -> None:
    with everywhere("a test lays bodies"):
        Body.objects.create(organisation=world.tierp, name="KS Tierp", kind="executive_board")
        Body.objects.create(
            organisation=world.osthammar, name="Gamla nämnden", kind="committee", closed_on=date(2020, 1, 1)
        )
    with world.room("osthammar"):
        form = DecisionFields(about=world.actor("coordinator"))
        names = [name for _key, name in form.fields["body"].choices]  # type: ignore[attr-defined]
    assert names == ["Välj", "Kommunstyrelsen"]
    assert form.fields["body"].initial == world.body.pk


def test_the_form_refuses_a_day_to_come(world: World) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    with world.room("osthammar"):
        form = DecisionFields(
            {"body": world.body.pk, "decided_on": tomorrow.isoformat(), "minutes_reference": "§ 1"},
            about=world.actor("coordinator"),
        )
        assert not form.is_valid()
    assert list(form.errors) == ["decided_on"]


@pytest.mark.parametrize(("days", "late"), [(0, False), (14, False), (15, True)])
def test_a_decision_is_late_after_two_weeks(days: int, late: bool) -> None:
    decided = date(2026, 2, 1)
    assert is_late(decided, decided + timedelta(days=days)) is late


@pytest.mark.both
def test_the_list_shows_both_days_and_marks_the_late_one(world: World) -> None:
    client = world.client("coordinator")
    assert "Inga beslut är införda än" in client.get("/beslut/").content.decode()
    record(world, date(2026, 1, 2))
    page = client.get("/beslut/").content.decode()
    assert "2026-01-02" in page
    assert "2026-03-01" in page
    assert "Sent infört" in page
    assert "Kommunstyrelsen" in page
    assert "Lägesbild: Östhammar" not in world.client("stranger").get("/beslut/").content.decode()


def test_the_list_asks_as_much_for_three_decisions_as_for_one(world: World) -> None:
    client = world.client("coordinator")
    counted = []
    for days in (1, 2, 3):
        record(world, date(2026, 2, days))
        if days != 2:
            client.get("/beslut/")
            with CaptureQueriesContext(connection) as asked:
                client.get("/beslut/")
            counted.append(len(asked))
    assert counted[0] == counted[1]
