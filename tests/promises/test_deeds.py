"""What may be done with a promise, by whom, and what it leaves behind."""

from datetime import date
from random import Random

import pytest

from tests.promises.chain import laid, offered, published, sign, written
from tests.world import World
from tillsammans.collaboration.actions import answer_approval
from tillsammans.collaboration.models import Package
from tillsammans.kernel import clock
from tillsammans.kernel.access import Refused, RuleBroken
from tillsammans.kernel.models import AuditEntry
from tillsammans.kernel.scope import everywhere
from tillsammans.parties.models import Role
from tillsammans.promises import actions, queries
from tillsammans.promises.models import Promise

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_the_host_always_promises_and_nobody_promises_for_another(world: World) -> None:
    chain = laid(world)
    alone = written(world, chain, parties=[], activities=[chain.lights])
    with world.room("osthammar"):
        assert list(alone.parties.all()) == [world.osthammar]
    with pytest.raises(RuleBroken, match="inte står bland dem som lovar"):
        written(world, chain, parties=[world.osthammar])
    with pytest.raises(RuleBroken, match="inte med i samverkan"):
        written(world, chain, parties=[world.osthammar, world.norduppland, world.tierp])


def test_a_promise_ends_after_it_begins_and_is_reported_after_it_ends(world: World) -> None:
    chain = laid(world)
    with pytest.raises(RuleBroken, match="före startdatumet"):
        written(world, chain, ends_on=date(2025, 12, 31))
    with pytest.raises(RuleBroken, match="Välj en dag efter"):
        written(world, chain, report_by=date(2026, 4, 30))


def test_an_activity_of_another_problem_is_refused(world: World) -> None:
    chain, other = laid(world), laid(world, "Skadegörelse")
    with pytest.raises(RuleBroken, match="annat problem"):
        written(world, chain, activities=[other.lights])


def test_a_promise_of_the_municipality_alone_cannot_be_offered(world: World) -> None:
    chain = laid(world)
    promise = written(world, chain, parties=[world.osthammar], activities=[chain.lights])
    with pytest.raises(RuleBroken, match="polis"):
        offered(world, promise)


def test_only_the_text_that_was_shown_is_offered(world: World) -> None:
    promise = written(world, laid(world))
    with world.room("osthammar"), pytest.raises(RuleBroken, match="ändrats"):
        actions.offer_promise(world.actor("coordinator"), promise, shown="0" * 64)
    with world.room("osthammar"):
        assert Promise.objects.get().state == "draft"
        assert not Package.objects.exists()


def test_what_is_published_is_what_both_signed(world: World) -> None:
    promise = published(world, laid(world))
    assert promise.state == "published"
    with world.room("osthammar"):
        assert promise.published is not None
        assert promise.offered is not None
        assert promise.published.content == promise.offered.content
        assert promise.published.public
        assert promise.published.slug.startswith("farre-inbrott-i-gimo-i-vinter-")
    assert list(queries.faults()) == []
    entry = AuditEntry.objects.filter(deed="promises.publish_promise", outcome="done")
    assert {line.head.organisation_id for line in entry} == {world.osthammar.pk, world.norduppland.pk}


@pytest.mark.parametrize("roles", [(), ("chair",), ("chief",)])
def test_nothing_is_published_without_both_signatures(world: World, roles: tuple[str, ...]) -> None:
    promise = offered(world, written(world, laid(world)))
    sign(world, promise, *roles)
    with world.room("osthammar"), pytest.raises(RuleBroken, match="skrivit under"):
        actions.publish_promise(world.actor("coordinator"), promise)
    with world.room("osthammar"):
        assert not Package.objects.filter(public=True).exists()


@pytest.mark.parametrize("answer", ["declined", "withdrawn"])
def test_a_signature_that_was_taken_back_or_refused_does_not_count(world: World, answer: str) -> None:
    promise = offered(world, written(world, laid(world)))
    sign(world, promise, "chair", "chief")
    sign(world, promise, "chief", answer=answer)
    with world.room("osthammar"), pytest.raises(RuleBroken, match="Norduppland"):
        actions.publish_promise(world.actor("coordinator"), promise)


def test_a_mandate_that_has_ended_stops_the_publication(world: World) -> None:
    promise = offered(world, written(world, laid(world)))
    sign(world, promise, "chair", "chief")
    with everywhere("the mandate ends"):
        Role.objects.filter(person=world.people["chief"][0]).update(valid_to=date(2021, 1, 1))
    with world.room("osthammar"), pytest.raises(RuleBroken, match="mandat"):
        actions.publish_promise(world.actor("coordinator"), promise)


def test_one_person_with_two_mandates_is_not_two_parties(world: World) -> None:
    promise = offered(world, written(world, laid(world)))
    chair = world.people["chair"][0]
    with everywhere("the chair also signs for the police"):
        Role.objects.create(
            organisation=world.norduppland, person=chair, kind="signatory", signs=True, valid_from=date(2020, 1, 1)
        )
    sign(world, promise, "chair")
    world.people["double"] = (chair, world.norduppland)
    assert promise.offered is not None
    with world.room("norduppland"):
        answer_approval(world.actor("double"), promise.offered, answer="approved", hash=promise.offered.hash)
    with world.room("osthammar"), pytest.raises(RuleBroken, match="skrivit under"):
        actions.publish_promise(world.actor("coordinator"), promise)


def test_a_changed_text_needs_new_signatures(world: World) -> None:
    promise = offered(world, written(world, laid(world)))
    sign(world, promise, "chair", "chief")
    first = promise.offered
    actor = world.actor("coordinator")
    with world.room("osthammar"):
        promise = actions.take_back_promise(actor, promise)
        assert promise.state == "draft"
        actions.edit_promise(
            actor,
            promise,
            version=promise.version,
            title=promise.title,
            text="Ni ser oss oftare.",
            benefit=promise.benefit,
            basis=promise.basis,
            area=promise.area,
            starts_on=promise.starts_on,
            ends_on=promise.ends_on,
            report_by=promise.report_by,
            parties=promise.parties.all(),
            activities=promise.activities.all(),
        )
        promise = Promise.objects.get()
    with world.room("norduppland"):
        assert first is not None
        assert not Package.objects.filter(pk=first.pk).exists()
    promise = offered(world, promise)
    with world.room("osthammar"), pytest.raises(RuleBroken, match="skrivit under"):
        actions.publish_promise(actor, promise)
    sign(world, promise, "chair", "chief")
    with world.room("osthammar"):
        assert actions.publish_promise(actor, promise).state == "published"


@pytest.mark.parametrize("seed", range(8))
def test_no_order_of_deeds_publishes_a_text_that_both_have_not_signed(world: World, seed: int) -> None:
    chance = Random(seed)
    promise = offered(world, written(world, laid(world)))
    actor = world.actor("coordinator")
    signed: set[str] = set()
    for step in range(14):
        role = chance.choice(["chair", "chief"])
        match chance.choice(["sign", "sign", "decline", "withdraw", "change", "publish"]):
            case "sign":
                sign(world, promise, role)
                signed.add(role)
            case "decline":
                sign(world, promise, role, answer="declined")
                signed.discard(role)
            case "withdraw":
                sign(world, promise, role, answer="withdrawn")
                signed.discard(role)
            case "change":
                with world.room("osthammar"):
                    promise = actions.take_back_promise(actor, promise)
                    Promise.objects.update(text=f"Text {step}.")
                    promise = Promise.objects.get()
                promise = offered(world, promise)
                signed.clear()
            case "publish":
                with world.room("osthammar"):
                    if signed == {"chair", "chief"}:
                        assert actions.publish_promise(actor, promise).state == "published"
                        break
                    with pytest.raises(RuleBroken, match="skrivit under"):
                        actions.publish_promise(actor, promise)
    with world.room("osthammar"):
        assert Package.objects.filter(public=True).exists() is (Promise.objects.get().state == "published")
    assert list(queries.faults()) == []


def test_an_offered_promise_is_not_edited_behind_the_parties_backs(world: World) -> None:
    promise = offered(world, written(world, laid(world)))
    with world.room("osthammar"), pytest.raises(Refused, match="utkast"):
        actions.edit_promise(
            world.actor("coordinator"),
            promise,
            version=promise.version,
            parties=[],
            activities=[],
            starts_on=promise.starts_on,
            ends_on=promise.ends_on,
            report_by=promise.report_by,
        )


def test_a_withdrawn_promise_keeps_its_address_when_it_is_published_again(world: World) -> None:
    promise = published(world, laid(world))
    assert promise.published is not None
    slug = promise.published.slug
    actor = world.actor("coordinator")
    with world.room("osthammar"):
        promise = actions.withdraw_promise(actor, promise, reason="Fel datum.")
        assert not Package.objects.filter(public=True, recalled_at=None).exists()
        promise = actions.take_back_promise(actor, promise)
    promise = offered(world, promise)
    sign(world, promise, "chair", "chief")
    with world.room("osthammar"):
        again = actions.publish_promise(actor, promise)
    assert again.published is not None
    assert again.published.slug == slug


def test_a_reader_writes_nothing_and_a_stranger_finds_nothing(world: World) -> None:
    chain = laid(world)
    promise = written(world, chain)
    with world.room("osthammar"), pytest.raises(Refused, match="skriva"):
        actions.set_aside_promise(world.actor("reader"), promise)
    for refused in ("reader", "chair"):
        with world.room("osthammar"), pytest.raises(Refused):
            actions.offer_promise(world.actor(refused), promise, shown="")
    with world.room("tierp"), pytest.raises(Promise.DoesNotExist):
        actions.withdraw_promise(world.actor("stranger"), promise, reason="x")
    with world.room("norduppland"), pytest.raises(Promise.DoesNotExist):
        actions.publish_promise(world.actor("police"), promise)


def test_a_draft_is_put_away_and_taken_back(world: World) -> None:
    promise = written(world, laid(world))
    with world.room("osthammar"):
        away = actions.set_aside_promise(world.actor("coordinator"), promise)
        assert away.state == "withdrawn"
        assert actions.take_back_promise(world.actor("coordinator"), away).state == "draft"


def test_verify_names_a_promise_whose_public_text_is_not_the_signed_one(world: World) -> None:
    promise = published(world, laid(world))
    with everywhere("somebody tampers with the database"):
        Package.objects.filter(pk=promise.published_id).update(hash="0" * 64)
    (fault,) = queries.faults()
    assert str(promise.uuid) in fault.subject
    assert "annan" in fault.message


def test_verify_names_a_promise_that_was_published_without_a_mandate(world: World) -> None:
    published(world, laid(world))
    with everywhere("somebody tampers with the database"):
        Role.objects.filter(person=world.people["chief"][0]).update(signs=False)
    assert ["utan mandat" in fault.message for fault in queries.faults()] == [True]


def test_verify_names_a_promise_whose_public_text_was_recalled_past_it(world: World) -> None:
    promise = published(world, laid(world))
    with everywhere("somebody tampers with the database"):
        Package.objects.filter(pk=promise.published_id).update(recalled_at=clock.now())
    assert ["återkallad" in fault.message for fault in queries.faults()] == [True]
