"""Packages, comments and approvals: chosen, frozen, hashed, logged at both ends, recallable."""

from uuid import uuid4

import pytest

from tests.markup import one_line
from tests.world import World
from tillsammans.collaboration import actions, queries
from tillsammans.collaboration.models import Package
from tillsammans.collaboration.rules import Answered, missing_approvals
from tillsammans.kernel.access import Refused, RuleBroken
from tillsammans.kernel.canonical import canonical
from tillsammans.kernel.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def sent(world: World, text: str = "Vi lovar.", subject: object = None) -> Package:
    with world.room("osthammar"):
        return actions.send_package(
            world.actor("coordinator"),
            None,
            kind="promise",
            title="Löftet",
            subject=subject or uuid4(),
            content=canonical({"text": text}),
            purpose="Underskrift",
            ground="agreement",
            receivers=[world.norduppland],
            approvers=[world.osthammar, world.norduppland],
            collaboration=world.collaboration,
        )


def test_only_sender_and_receivers_see_a_package(world: World) -> None:
    package = sent(world)
    for organisation, sees in [("osthammar", True), ("norduppland", True), ("tierp", False), ("uppsala_lan", False)]:
        with world.room(organisation):
            assert Package.objects.filter(pk=package.pk).exists() is sees


def test_a_recall_ends_the_receivers_access(world: World) -> None:
    package = sent(world)
    with world.room("osthammar"):
        actions.recall_package(world.actor("coordinator"), package, reason="Fel bilaga.")
    with world.room("norduppland"):
        assert not Package.objects.filter(pk=package.pk).exists()
    with world.room("osthammar"):
        assert Package.objects.get(pk=package.pk).recall_reason == "Fel bilaga."


def test_sending_is_logged_at_both_ends(world: World) -> None:
    package = sent(world)
    entries = AuditEntry.objects.filter(deed="collaboration.send_package", subject=package.uuid)
    assert {entry.head.organisation_id for entry in entries} == {world.osthammar.pk, world.norduppland.pk}


def test_both_parties_must_approve_the_same_text(world: World) -> None:
    package = sent(world)
    with world.room("norduppland"):
        actions.answer_approval(world.actor("chief"), package, answer="approved", hash=package.hash)
    with world.room("osthammar"):
        assert queries.still_missing(package) == [world.osthammar]
        actions.answer_approval(world.actor("chair"), package, answer="approved", hash=package.hash)
        assert queries.still_missing(package) == []


def test_a_changed_text_leaves_approvals_behind(world: World) -> None:
    first = sent(world)
    with world.room("norduppland"):
        actions.answer_approval(world.actor("chief"), first, answer="approved", hash=first.hash)
    second = sent(world, "Vi lovar mer.", first.subject)
    with world.room("osthammar"):
        lines = {line.organisation: line.answer for line in queries.approvals_of(second)}
    assert lines[world.norduppland] == "outdated"


def test_an_older_text_cannot_be_approved_any_more(world: World) -> None:
    first = sent(world)
    sent(world, "Vi lovar mer.", first.subject)
    with world.room("norduppland"), pytest.raises(RuleBroken, match="nyare text"):
        actions.answer_approval(world.actor("chief"), first, answer="approved", hash=first.hash)


def test_only_a_person_with_mandate_signs(world: World) -> None:
    package = sent(world)
    with world.room("norduppland"), pytest.raises(Refused, match="mandat"):
        actions.answer_approval(world.actor("police"), package, answer="approved", hash=package.hash)


def test_an_ended_mandate_makes_the_approval_invalid(world: World) -> None:
    from datetime import date

    from tillsammans.kernel.scope import everywhere
    from tillsammans.parties.models import Role

    package = sent(world)
    with world.room("norduppland"):
        actions.answer_approval(world.actor("chief"), package, answer="approved", hash=package.hash)
    with everywhere("the role ends"):
        Role.objects.filter(person=world.people["chief"][0]).update(valid_to=date(2021, 1, 1))
    with world.room("osthammar"):
        assert world.norduppland in queries.still_missing(package)


def test_the_same_person_does_not_count_for_two_parties() -> None:
    answers = [Answered(1, 7, "h", True, True), Answered(2, 7, "h", True, True)]
    assert missing_approvals("h", [1, 2], answers) == [2]


def test_a_package_page_shows_content_and_a_stranger_gets_404(world: World) -> None:
    package = sent(world)
    assert world.client("stranger").get(f"/samverkan/paket/{package.uuid}/").status_code == 404


def test_both_lists_say_what_each_package_is_for(world: World) -> None:
    sent(world)
    for role, path in (("coordinator", "/samverkan/skickat/"), ("police", "/samverkan/mottaget/")):
        assert "<small>Underskrift</small>" in one_line(world.client(role).get(path).content.decode())
