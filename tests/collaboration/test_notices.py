"""Who is written to and when: what waits for another party, by each one's own choice, once, without content."""

from datetime import date
from typing import Any

import pytest

from tests.world import World, mailed
from tillsammans.collaboration import actions
from tillsammans.collaboration.models import Package, Party
from tillsammans.duties.notices import write_letters
from tillsammans.kernel.access import Refused
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.language import writing
from tillsammans.kernel.models import OutgoingMail
from tillsammans.kernel.scope import everywhere
from tillsammans.parties.models import Person, Role

pytestmark = pytest.mark.both
MONDAY = date(2026, 3, 2)


def package(world: World, *, approvers: bool = False, **more: Any) -> Package:
    return actions.send_package(
        world.actor("coordinator"),
        None,
        kind=more.pop("kind", "promise"),
        title="Hemlig rubrik",
        subject=world.collaboration.uuid,
        content="{}",
        purpose="Hemligt ändamål",
        ground="own",
        receivers=[world.norduppland],
        approvers=[world.norduppland, world.osthammar] if approvers else [],
        **more,
    )


def letters() -> list[tuple[str, str]]:
    return [(letter.to[0], letter.subject) for letter in mailed()]


def test_an_invitation_and_its_answer_are_told_to_those_who_decide(world: World) -> None:
    host = world.actor("coordinator")
    party = actions.invite_party(host, world.collaboration, member=world.tierp)
    assert letters() == [("stranger@exempel.se", "Inbjudan att samverka")]
    body = str(mailed()[0].body)
    assert "Östhammars kommun bjuder in er" in body
    assert f"/samverkan/{world.collaboration.uuid}/" in body
    assert "/organisation/brev/" in body
    with world.room("tierp"):
        party = Party.objects.get(pk=party.pk)
    actions.answer_invitation(world.actor("stranger"), party, answer="accepted")
    assert letters()[1:] == [("coordinator@exempel.se", "Svar på er inbjudan")]


def test_a_package_is_told_to_its_receivers_without_its_content(world: World) -> None:
    package(world)
    assert letters() == [("police@exempel.se", "Ni har fått ett underlag")]
    (letter,) = mailed()
    assert "Hemlig" not in letter.subject + str(letter.body)
    assert "Östhammars kommun har delat" in str(letter.body)


def test_those_who_sign_are_asked_and_the_sender_hears_when_all_have(world: World) -> None:
    sent = package(world, approvers=True)
    asked = {
        ("chief@exempel.se", "En text väntar på er underskrift"),
        ("chair@exempel.se", "En text väntar på er underskrift"),
    }
    assert set(letters()) == asked
    for role in ("chief", "chair"):
        actions.answer_approval(world.actor(role), sent, answer="approved", hash=content_hash("{}"))
    assert letters()[2:] == [("coordinator@exempel.se", "Alla har skrivit under")]


def test_a_decline_and_a_comment_are_told_to_the_sender(world: World) -> None:
    sent = package(world, approvers=True)
    actions.answer_approval(world.actor("chief"), sent, answer="declined", hash=content_hash("{}"), words="Inte nu.")
    actions.comment_package(world.actor("police"), sent, text="Hemlig kommentar")
    assert letters()[2:] == [
        ("coordinator@exempel.se", "En part har avböjt"),
        ("coordinator@exempel.se", "En kommentar till det ni delade"),
    ]
    assert not any("Hemlig" in str(letter.body) for letter in mailed())


def test_an_organisation_where_nobody_can_answer_has_its_administrators_told(world: World) -> None:
    with everywhere("a test ends a role"):
        Role.objects.filter(person=world.people["stranger"][0]).update(kind="administrator")
    actions.invite_party(world.actor("coordinator"), world.collaboration, member=world.tierp)
    assert letters() == [("stranger@exempel.se", "Inbjudan att samverka")]


def test_each_person_chooses_and_the_choice_is_kept(world: World) -> None:
    client = world.client("police")
    page = client.get("/organisation/brev/").content.decode()
    assert "police@exempel.se" in page
    assert client.post("/organisation/brev/", {"mail_events": "never"}).status_code == 302
    package(world)
    assert letters() == []
    client.post("/organisation/brev/", {"mail_events": "weekly", "mail_weekly": "on"})
    assert Person.objects.get(email="police@exempel.se").mail_weekly
    package(world)
    assert letters() == []
    with writing():
        write_letters(MONDAY)
        write_letters(MONDAY)
    weekly = [letter for letter in mailed() if letter.to == ["police@exempel.se"]]
    assert [letter.subject for letter in weekly] == ["Din vecka i Tillsammans"]
    assert "Sedan förra brevet:\n- Ni har fått ett underlag" in str(weekly[0].body)
    with everywhere("a test looks"):
        assert not OutgoingMail.objects.filter(state="held").exists()


def test_the_weekly_letter_counts_and_comes_on_mondays_only(world: World) -> None:
    package(world)
    mailed().clear()
    with writing():
        write_letters(date(2026, 3, 3))
        assert letters() == []
        write_letters(MONDAY)
    to_police = [str(letter.body) for letter in mailed() if letter.to == ["police@exempel.se"]]
    assert len(to_police) == 1
    assert "sak att göra" in to_police[0] or "saker att göra" in to_police[0]


def test_nobody_is_written_to_for_what_was_rolled_back(world: World) -> None:
    with pytest.raises(Refused):
        actions.invite_party(world.actor("reader"), world.collaboration, member=world.tierp)
    assert letters() == []
