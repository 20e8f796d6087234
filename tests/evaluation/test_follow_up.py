"""Follow-ups: what may be said, by whom, when it is told, and what the thread says of it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.promises.chain import Chain, laid, published, written
from tests.world import World
from tillsammans.collaboration.models import Package
from tillsammans.evaluation import actions, queries
from tillsammans.evaluation.content import OutcomeContent
from tillsammans.evaluation.models import FollowUp
from tillsammans.kernel import clock
from tillsammans.kernel.access import Refused, RuleBroken
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.content import freeze, thaw
from tillsammans.kernel.models import AuditEntry
from tillsammans.kernel.scope import everywhere
from tillsammans.plans.actions import log_activity
from tillsammans.plans.models import ActionPlan
from tillsammans.promises.actions import withdraw_promise
from tillsammans.promises.models import Promise

pytestmark = pytest.mark.django_db

SAID: dict[str, Any] = {
    "followed_on": date(2026, 5, 5),
    "colour": "yellow",
    "seen": "Färre bilar.",
    "lesson": "Börja tidigare.",
    "next": "adjust",
    "next_words": "Från dörr till dörr.",
}
TOLD = {**SAID, "kept": "partly", "public_text": "Två kvällar ställdes in."}


def followed(world: World, promise: Promise, **changes: Any) -> FollowUp:
    with world.room("osthammar"):
        return actions.follow_up_promise(world.actor("coordinator"), promise, **{**TOLD, **changes})


def tell(world: World, follow_up: FollowUp) -> FollowUp:
    with world.room("osthammar"):
        shown = content_hash(freeze(queries.outcome_content(follow_up)))
        return actions.publish_outcome(world.actor("coordinator"), follow_up, shown=shown)


def told(world: World, chain: Chain) -> FollowUp:
    return tell(world, followed(world, published(world, chain)))


def outcome_of(world: World, follow_up: FollowUp) -> OutcomeContent:
    with world.room("osthammar"):
        assert follow_up.published is not None
        return thaw(follow_up.published.content, OutcomeContent)


def log(world: World, chain: Chain, day: date, amount: int) -> None:
    with world.room("osthammar"):
        log_activity(world.actor("coordinator"), chain.patrol, done_on=day, amount=amount)


def test_only_a_published_promise_is_followed_up(world: World) -> None:
    draft = written(world, laid(world))
    with pytest.raises(Refused, match="publicerat"):
        followed(world, draft)


def test_the_question_whether_it_was_kept_is_answered(world: World) -> None:
    promise = published(world, laid(world))
    with pytest.raises(RuleBroken, match="hållet"):
        followed(world, promise, kept="")


def test_a_follow_up_is_not_dated_ahead(world: World) -> None:
    promise = published(world, laid(world))
    with pytest.raises(RuleBroken, match="framtiden"):
        followed(world, promise, followed_on=date(2999, 1, 1))


def test_what_is_told_counts_what_was_done_by_that_day(world: World) -> None:
    chain = laid(world)
    promise = published(world, chain)
    log(world, chain, date(2026, 2, 1), 30)
    log(world, chain, date(2026, 5, 5), 2)
    log(world, chain, date(2026, 5, 6), 5)
    outcome = outcome_of(world, tell(world, followed(world, promise)))
    assert {one.verb: one.done for one in outcome.activities} == {"går fotpatrull": 32, "lagar belysningen": 0}
    assert {one.words for one in queries.outcome_progress(outcome).values()} == {"32 av 34 kvällar", "0 av 8 gångvägar"}
    assert thaw(freeze(outcome), OutcomeContent) == outcome
    assert list(queries.faults()) == []


def test_what_is_told_stays_as_it_was_when_more_is_logged(world: World) -> None:
    chain = laid(world)
    follow_up = told(world, chain)
    before = outcome_of(world, follow_up)
    log(world, chain, date(2026, 2, 1), 30)
    assert outcome_of(world, follow_up) == before


def test_what_changed_since_it_was_shown_is_not_told(world: World) -> None:
    chain = laid(world)
    follow_up = followed(world, published(world, chain))
    with world.room("osthammar"):
        shown = content_hash(freeze(queries.outcome_content(follow_up)))
    log(world, chain, date(2026, 2, 1), 1)
    with world.room("osthammar"), pytest.raises(RuleBroken, match="loggats mer"):
        actions.publish_outcome(world.actor("coordinator"), follow_up, shown=shown)


def test_nothing_is_told_without_a_text_to_the_residents(world: World) -> None:
    follow_up = followed(world, published(world, laid(world)), public_text=" ")
    with pytest.raises(RuleBroken, match="ingen text"):
        tell(world, follow_up)


def test_the_internal_note_is_never_told(world: World) -> None:
    follow_up = told(world, laid(world))
    with world.room("osthammar"):
        assert follow_up.published is not None
        assert "Färre bilar." not in follow_up.published.content
        assert "Två kvällar ställdes in." in follow_up.published.content


def test_telling_is_logged_at_every_party(world: World) -> None:
    told(world, laid(world))
    entries = AuditEntry.objects.filter(deed="evaluation.publish_outcome", outcome="done")
    assert {entry.head.organisation_id for entry in entries} == {world.osthammar.pk, world.norduppland.pk}


def test_a_told_outcome_is_not_told_twice_but_can_be_taken_back(world: World) -> None:
    follow_up = told(world, laid(world))
    with pytest.raises(Refused, match="inte publicerad"):
        tell(world, follow_up)
    with world.room("osthammar"):
        actions.withdraw_outcome(world.actor("coordinator"), follow_up, reason="Fel siffra.")
        assert not Package.objects.filter(kind="promise_outcome", recalled_at=None).exists()
    with world.room("osthammar"), pytest.raises(Refused, match="publicerad"):
        actions.withdraw_outcome(world.actor("coordinator"), follow_up, reason="Igen.")


def test_withdrawing_the_promise_takes_its_outcome_with_it(world: World) -> None:
    follow_up = told(world, laid(world))
    with world.room("osthammar"):
        assert follow_up.promise is not None
        withdraw_promise(world.actor("coordinator"), follow_up.promise, reason="Fel.")
        assert not Package.objects.filter(public=True, recalled_at=None).exists()
    assert list(queries.faults()) == []


def test_readers_and_strangers_follow_up_nothing(world: World) -> None:
    chain = laid(world)
    promise = published(world, chain)
    with world.room("osthammar"), pytest.raises(Refused, match="skriva"):
        actions.follow_up_promise(world.actor("reader"), promise, **TOLD)
    with world.room("tierp"), pytest.raises(Promise.DoesNotExist):
        actions.follow_up_promise(world.actor("stranger"), promise, **TOLD)
    follow_up = followed(world, promise)
    with world.room("osthammar"), pytest.raises(Refused, match="publicera"):
        actions.publish_outcome(world.actor("chair"), follow_up, shown="")
    for role in ("stranger", "police"):
        assert world.client(role).get(f"/uppfoljning/{follow_up.uuid}/").status_code == 404
        assert world.client(role).get(f"/uppfoljning/lofte/{promise.uuid}/").status_code == 404


def test_the_latest_follow_up_of_a_measure_is_its_status(world: World) -> None:
    chain = laid(world)
    actor = world.actor("coordinator")
    with world.room("osthammar"):
        assert queries.measure_status([chain.measure.pk]) == {}
        actions.follow_up_measure(actor, chain.measure, **{**SAID, "colour": "red"})
        actions.follow_up_measure(actor, chain.measure, **{**SAID, "followed_on": date(2026, 4, 1), "colour": "green"})
        with CaptureQueriesContext(connection) as asked:
            assert queries.measure_status([chain.measure.pk])[chain.measure.pk][0] == "bad"
    assert len(asked) == 1


def test_the_list_of_promises_says_how_each_went(world: World) -> None:
    promise = published(world, laid(world))
    client = world.client("coordinator")
    assert "delvis hållet" not in client.get("/loften/").content.decode()
    followed(world, promise)
    assert "delvis hållet" in client.get("/loften/").content.decode()
    with world.room("osthammar"):
        assert queries.promise_status([promise.pk]) == {promise.pk: ("warn", "delvis hållet")}


def test_the_knot_tells_when_it_is_followed_up_and_then_how_it_went(world: World) -> None:
    chain = laid(world)
    key = chain.problem.pk

    def knot() -> tuple[str, str]:
        with world.room("osthammar"):
            found = queries.effect_knot([key])[key]
        return found.state, found.text

    assert knot() == ("gap", "följ upp")
    promise = published(world, chain)
    assert knot() == ("gap", "följs upp 2026-05-31")
    followed(world, promise)
    assert knot() == ("filled", "delvis hållet")


def test_steps_ask_for_the_follow_up_and_then_for_the_telling(world: World) -> None:
    with clock.frozen(datetime(2026, 1, 2, 12, tzinfo=UTC)):
        promise = published(world, laid(world))
    moment = datetime(2026, 5, 6, 12, tzinfo=UTC)

    def steps(moment: datetime = moment) -> list[str]:
        with clock.frozen(moment), world.room("osthammar"):
            return [step.key for step in queries.due(world.actor("coordinator"), clock.today())]

    assert steps(datetime(2026, 4, 30, 12, tzinfo=UTC)) == []
    assert steps() == [f"follow-up-{promise.uuid}"]
    with clock.frozen(moment):
        follow_up = followed(world, promise)
        assert steps() == [f"tell-{promise.uuid}"]
        tell(world, follow_up)
        assert steps() == []
    with world.room("norduppland"):
        assert queries.due(world.actor("police"), date(2027, 1, 1)) == []


def test_an_ended_measure_of_an_adopted_plan_waits_for_its_follow_up(world: World) -> None:
    chain = laid(world)
    actor, day = world.actor("coordinator"), date(2026, 5, 1)
    with world.room("osthammar"):
        assert queries.due(actor, day) == []
        ActionPlan.objects.update(state=ActionPlan.State.ADOPTED)
        assert [step.key for step in queries.due(actor, day)] == [f"follow-up-{chain.measure.uuid}"]
        assert queries.due(actor, date(2026, 4, 30)) == []
        actions.follow_up_measure(actor, chain.measure, **SAID)
        assert queries.due(actor, day) == []


def test_verify_names_an_outcome_whose_promise_is_not_public(world: World) -> None:
    follow_up = told(world, laid(world))
    with everywhere("somebody tampers with the database"):
        Promise.objects.update(state=Promise.State.DRAFT)
    (fault,) = queries.faults()
    assert str(follow_up.uuid) in fault.subject


@pytest.mark.both
def test_verify_names_an_outcome_that_says_something_else(world: World) -> None:
    told(world, laid(world))
    with everywhere("somebody tampers with the database"):
        FollowUp.objects.update(kept=FollowUp.Kept.KEPT)
    (fault,) = queries.faults()
    assert "hållet" in fault.message


@pytest.mark.both
def test_a_measure_is_followed_up_over_http_and_listed(world: World) -> None:
    chain = laid(world)
    client = world.client("coordinator")
    assert "Inget är uppföljt än" in client.get("/uppfoljning/").content.decode()
    url = f"/uppfoljning/atgard/{chain.measure.uuid}/"
    assert "går fotpatrull" in client.get(url).content.decode()
    wrong = client.post(
        url, {"seen": "Det blev bättre.", "followed_on": "2999-01-01", "colour": "green", "next": "stop"}
    )
    assert wrong.status_code == 422
    assert "Det blev bättre." in wrong.content.decode()
    right = client.post(
        url, {"seen": "Det blev bättre.", "followed_on": "2026-05-01", "colour": "green", "next": "stop"}
    )
    assert right.status_code == 302
    assert "Det blev bättre." in client.get(right.headers["Location"]).content.decode()
    assert 'href="/uppfoljning/"' in client.get("/plan/").content.decode()
    assert "Synas när det är mörkt" in client.get("/uppfoljning/").content.decode()
    assert "gjort, gott resultat" in client.get(f"/plan/atgarder/{chain.measure.uuid}/").content.decode()


def test_the_list_asks_no_more_with_three_follow_ups_than_with_one(world: World) -> None:
    chain = laid(world)
    promise = published(world, chain)
    client = world.client("coordinator")

    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    followed(world, promise)
    client.get("/uppfoljning/")
    pages = ("/uppfoljning/", "/loften/", f"/loften/{promise.uuid}/")
    one = [count(url) for url in pages]
    followed(world, promise)
    with world.room("osthammar"):
        actions.follow_up_measure(world.actor("coordinator"), chain.measure, **SAID)
    assert [count(url) for url in pages] == one
