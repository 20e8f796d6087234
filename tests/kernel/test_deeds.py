"""A deed happens once, whole, in the log of everyone it concerns."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection

from tests.world import World
from tillsammans.kernel import deeds
from tillsammans.kernel.access import Actor, can
from tillsammans.kernel.audit import faults
from tillsammans.kernel.deeds import DEEDS, deed
from tillsammans.kernel.models import AnsweredRequest, AuditEntry
from tillsammans.kernel.scope import everywhere
from tillsammans.parties.actions import add_body
from tillsammans.parties.models import Body, Organisation

pytestmark = pytest.mark.both

KEY = "samma-formular"


@pytest.fixture
def try_out() -> Iterator[Callable[..., Any]]:
    """Makes deeds for a test, and forgets them."""
    known = set(DEEDS)
    yield lambda function, **more: deed("Prövar", can("edit"), **more)(function)
    for name in set(DEEDS) - known:
        del DEEDS[name]


def entries(organisation: Organisation) -> list[tuple[str, str]]:
    return list(AuditEntry.objects.filter(head__organisation=organisation).values_list("deed", "outcome"))


def body(actor: Actor, name: str) -> Body:
    return Body.objects.create(organisation_id=actor.organisation_id, name=name, kind="committee")


@pytest.mark.django_db
def test_a_hundred_equal_forms_make_one_object_and_one_entry(world: World) -> None:
    client = world.client("coordinator")
    form = {"name": "Styrgruppen", "kind": "steering_group", "idempotency_key": KEY}
    answers = {client.post("/organisation/organ/nytt/", form).headers["Location"] for _ in range(100)}
    assert len(answers) == 1
    with world.room("osthammar"):
        assert Body.objects.filter(name="Styrgruppen").count() == 1
        assert AnsweredRequest.objects.count() == 1
    assert entries(world.osthammar) == [("parties.add_body", "done")]


@pytest.mark.django_db
def test_another_key_another_deed_and_another_organisation_are_other_answers(world: World) -> None:
    coordinator, stranger = world.actor("coordinator"), world.actor("stranger")
    made = {
        add_body(actor.answering(key), None, name="Styrgruppen", kind="steering_group").pk
        for actor, key in [(coordinator, KEY), (coordinator, "en annan"), (stranger, KEY), (coordinator, "")]
    }
    assert len(made) == 4


@pytest.mark.django_db(transaction=True)
def test_equal_forms_at_the_same_time_make_one_object(world: World) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("an SQLite database in memory has one connection, so nothing happens at the same time")
    actor, answers, faults_seen = world.actor("coordinator").answering(KEY), [], []
    together = threading.Barrier(10)

    def press() -> None:
        try:
            together.wait(timeout=10)
            answers.extend(add_body(actor, None, name="Styrgruppen", kind="steering_group").pk for _ in range(10))
        except Exception as fault:
            faults_seen.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert faults_seen == []
    assert len(answers) == 100
    assert len(set(answers)) == 1
    assert entries(world.osthammar) == [("parties.add_body", "done")]


@pytest.mark.django_db
def test_whoever_comes_second_at_the_same_moment_gets_the_first_ones_object(
    world: World, try_out: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = add_body(world.actor("coordinator"), None, name="Styrgruppen", kind="steering_group")
    looks = []

    def too_early(name: str, actor: Actor) -> Any:
        """Sees nothing the first time, as when the other form is answered between the look and the writing."""
        looks.append(name)
        if len(looks) == 1:
            return None
        return first

    monkeypatch.setattr(deeds, "_answered", too_early)

    def collide(actor: Actor, _none: None) -> Body:
        body(actor, "Nummer två")
        raise IntegrityError("request_answered_once")

    assert try_out(collide)(world.actor("coordinator").answering(KEY), None) == first
    assert len(looks) == 2
    with world.room("osthammar"):
        assert not Body.objects.filter(name="Nummer två").exists()


@pytest.mark.django_db
def test_a_broken_constraint_of_ones_own_is_not_taken_for_an_answer(world: World, try_out: Callable[..., Any]) -> None:
    def collide(actor: Actor, _none: None) -> None:
        body(actor, "Halvfärdig")
        raise IntegrityError("something else")

    with pytest.raises(IntegrityError, match="something else"):
        try_out(collide)(world.actor("coordinator").answering(KEY), None)
    with world.room("osthammar"):
        assert not Body.objects.filter(name="Halvfärdig").exists()
    assert entries(world.osthammar) == []


@pytest.mark.django_db
def test_a_deed_inside_a_deed_is_refused_and_undone(world: World, try_out: Callable[..., Any]) -> None:
    def outer(actor: Actor, _none: None) -> None:
        body(actor, "Halvfärdig")
        add_body(actor, None, name="Inre", kind="committee")

    with pytest.raises(RuntimeError, match=r"parties\.add_body inside .*\.outer"):
        try_out(outer)(world.actor("coordinator"), None)
    with world.room("osthammar"):
        assert set(Body.objects.values_list("name", flat=True)) == {"Kommunstyrelsen"}
    assert entries(world.osthammar) == []
    add_body(world.actor("coordinator"), None, name="Efter", kind="committee")  # the lock is open again


@pytest.mark.django_db
def test_a_deed_that_concerns_two_organisations_stands_in_both_logs(world: World, try_out: Callable[..., Any]) -> None:
    invite = try_out(lambda actor, _none: body(actor, "Gemensam"), concerns=lambda result: [world.norduppland.pk])
    made = invite(world.actor("coordinator"), None)
    both = AuditEntry.objects.order_by("head__organisation__name")
    assert [entry.head.organisation for entry in both.select_related("head__organisation")] == [
        world.norduppland,
        world.osthammar,
    ]
    assert {(entry.person, entry.subject, entry.outcome) for entry in both} == {
        (world.actor("coordinator").person, made.uuid, "done")
    }
    assert list(faults()) == []


@pytest.mark.django_db
def test_a_refusal_stands_in_ones_own_log_only(world: World, try_out: Callable[..., Any]) -> None:
    from tillsammans.kernel.access import Refused

    invite = try_out(lambda actor, _none: body(actor, "Gemensam"), concerns=lambda result: [world.norduppland.pk])
    with pytest.raises(Refused):
        invite(world.actor("reader"), None)
    assert [outcome for _deed, outcome in entries(world.osthammar)] == ["refused"]
    assert entries(world.norduppland) == []


@pytest.mark.django_db
def test_a_deed_looks_at_its_subject_as_it_stands_now(world: World, try_out: Callable[..., Any]) -> None:
    seen = []
    look = try_out(lambda actor, subject: seen.append(subject.name))
    with world.room("osthammar"):
        stale = Body.objects.get(pk=world.body.pk)
        Body.objects.filter(pk=stale.pk).update(name="Nytt namn")
    look(world.actor("coordinator"), stale)
    assert seen == ["Nytt namn"]


@pytest.mark.django_db
def test_an_unaudited_deed_leaves_no_entry_when_done(world: World, try_out: Callable[..., Any]) -> None:
    try_out(lambda actor, _none: body(actor, "Tyst"), audited=False)(world.actor("coordinator"), None)
    assert entries(world.osthammar) == []
    with everywhere("a test looks"):
        assert Body.objects.filter(name="Tyst").exists()
