"""The server's part in keeping what is typed: it says what it holds, and gives back what it could not take."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.world import World
from tillsammans.kernel.drafts import owner_of
from tillsammans.kernel.models import AnsweredRequest
from tillsammans.parties.models import Body

pytestmark = pytest.mark.django_db

NEW, KEY = "/organisation/organ/nytt/", "k" * 32
HERE = {"Origin": "http://testserver"}


def form(name: str, **more: str) -> dict[str, str]:
    return {"name": name, "kind": "committee", "idempotency_key": KEY, **more}


def bodies(world: World) -> list[str]:
    with world.room("osthammar"):
        return sorted(Body.objects.exclude(pk=world.body.pk).values_list("name", flat=True))


def by_script(world: World, role: str = "coordinator") -> dict[str, str]:
    return {"X-Form-Of": owner_of(world.actor(role)), **HERE}


def test_a_stored_form_is_named_by_its_key_and_a_faulty_one_is_not(world: World) -> None:
    client = world.client("coordinator")
    faulty = client.post(NEW, form(""), headers=by_script(world))
    assert (faulty.status_code, "X-Form-Stored" in faulty.headers) == (422, False)
    done = client.post(NEW, form("Styrgruppen"), headers=by_script(world))
    assert (done.status_code, done.headers["X-Form-Stored"]) == (204, KEY)
    assert done.headers["X-Form-Next"] == "/organisation/"
    assert "Location" not in done.headers
    assert client.post(NEW, form("Styrgruppen")).status_code == 302, "without script it is a redirect"
    assert bodies(world) == ["Styrgruppen"]


@pytest.mark.both
def test_a_key_holds_for_one_content(world: World) -> None:
    client = world.client("coordinator")
    client.post(NEW, form("Först"))
    again = client.post(NEW, form("Sedan ändrat"))
    text = again.content.decode()
    assert again.status_code == 409
    assert "Det är redan sparat" in text
    assert "Sedan ändrat" in text
    assert bodies(world) == ["Först"]
    new_key = re.findall(r'name="idempotency_key" value="(\w+)"', text)[0]
    assert client.post(NEW, {**form("Sedan ändrat"), "idempotency_key": new_key}).status_code == 302
    assert bodies(world) == ["Först", "Sedan ändrat"]


def test_an_edit_sent_again_with_other_words_shows_both(world: World) -> None:
    client = world.client("coordinator")
    edit = f"/samverkan/{world.collaboration.uuid}/andra/"
    sent = {"name": "Trygg", "level": "local", "started_on": "2023-07-01", "version": "1", "idempotency_key": KEY}
    sent["area"] = str(world.areas["0382"].pk)
    assert client.post(edit, {**sent, "purpose": "Mitt första syfte."}).status_code == 302
    again = client.post(edit, {**sent, "purpose": "Mitt andra syfte."})
    both = again.content.decode().split('class="conflict"')[1].split("</table>")[0]
    assert again.status_code == 409
    assert "Mitt första syfte." in both
    assert "Mitt andra syfte." in both


@pytest.mark.both
@pytest.mark.parametrize("path", ["/organisation/alla/ny/", "/organisation/partskort/"])
def test_what_no_organisation_owns_is_answered_once_too(world: World, path: str) -> None:
    client = world.client("coordinator")
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', client.get(path).content.decode()))
    sent = {**sent, "name": "Tierps bostäder", "kind": "housing", "idempotency_key": KEY}
    answers = [client.post(path, sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]


def test_script_is_told_in_numbers_who_is_no_longer_signed_in(world: World) -> None:
    assert Client().post(NEW, form("Text"), headers=by_script(world)).status_code == 401
    other = world.client("coordinator").post(NEW, form("Text"), headers=by_script(world, "police"))
    assert other.status_code == 412
    assert bodies(world) == []


def test_without_script_a_form_of_somebody_else_is_given_back_and_not_saved_in_the_wrong_name(world: World) -> None:
    text = "En lång text om hamnen, skriven av en annan."
    client = world.client("coordinator")
    mine = re.findall(r'name="form_of" value="([^"]+)"', client.get(NEW).content.decode())[0]
    police = world.client("police")
    given_back = police.post(NEW, form(text, form_of=mine), headers=HERE)
    assert given_back.status_code == 412
    assert "Någon annan har loggat in" in given_back.content.decode()
    assert text in given_back.content.decode()
    assert bodies(world) == []
    assert client.post(NEW, sent_again(given_back), headers=HERE).status_code == 302
    assert bodies(world) == [text]


def test_presence_says_what_is_left_and_which_forms_are_stored(world: World) -> None:
    client = world.client("coordinator")
    client.post(NEW, form("Styrgruppen"))
    told = client.get("/narvaro/", {"nyckel": [KEY, "okänd"]}).json()
    assert told["left"] == 30 * 60
    assert told["stored"] == [KEY]
    assert len(told["token"]) == 64
    assert world.client("stranger").get("/narvaro/", {"nyckel": [KEY]}).json()["stored"] == []


def sent_again(page: Any) -> dict[str, str]:
    """The fields of the page that gives a form back."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.content.decode()))


def test_without_script_a_form_that_met_no_session_is_given_back_and_can_be_sent_again(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/konto/login/")
    token = client.cookies["csrftoken"].value
    text = "En lång text om hamnen, skriven under en hel förmiddag."
    page = client.post(NEW, form(text, csrfmiddlewaretoken=token), headers=HERE)
    assert page.status_code == 401
    assert "no-store" in page.headers["Cache-Control"]
    assert f"{text}</blockquote>" in page.content.decode()
    assert f'href="/konto/login/?next={NEW.replace("/", "%2F")}"' in page.content.decode()
    assert bodies(world) == []

    # Signing in, in another tab, changes the token too.
    client.cookies["sessionid"] = world.client("coordinator").cookies["sessionid"]
    client.cookies["csrftoken"] = "b" * 32
    stale = client.post(NEW, sent_again(page), headers=HERE)
    assert stale.status_code == 403
    assert client.post(NEW, sent_again(stale), headers=HERE).status_code == 302
    assert bodies(world) == [text]


@pytest.mark.parametrize("origin", [{}, {"Origin": "https://ond.example"}, {"Origin": "null"}])
def test_words_from_another_site_are_given_back_to_nobody(world: World, origin: dict[str, str]) -> None:
    words = "Tryck på knappen för att spara det här"
    for client in (Client(), Client(enforce_csrf_checks=True)):
        assert words not in client.post(NEW, form(words), headers=origin).content.decode()
    client = Client(enforce_csrf_checks=True)
    client.cookies = world.client("coordinator").cookies
    answer = client.post(NEW, form(words), headers=origin)
    assert (answer.status_code, words in answer.content.decode()) == (403, False)


def test_a_button_that_met_no_session_leads_back_to_its_page(world: World) -> None:
    close = f"/organisation/organ/{world.body.uuid}/avsluta/"
    came_from = {**HERE, "Referer": "http://testserver/organisation/?visa=alla"}
    assert (
        Client().post(close, headers=came_from).headers["Location"] == "/konto/login/?next=/organisation/%3Fvisa%3Dalla"
    )
    elsewhere = {**HERE, "Referer": "http://ond.example/organisation/"}
    assert Client().post(close, headers=elsewhere).headers["Location"] == "/konto/login/?next=/"


def test_whose_drafts_a_page_keeps_is_an_opaque_word_of_person_and_organisation(world: World) -> None:
    words = {role: owner_of(world.actor(role)) for role in ("coordinator", "reader", "police")}
    assert len(set(words.values())) == 3
    assert words["coordinator"].split(".")[1] == words["reader"].split(".")[1] != words["police"].split(".")[1]
    page = world.client("coordinator").get(NEW).content.decode()
    assert f'data-drafts-of="{words["coordinator"]}"' in page
    assert 'data-seconds-left="1800"' in page
    assert str(world.actor("coordinator").person) not in page
    assert "data-drafts-of" not in Client().get("/offentligt/").content.decode()


def test_what_is_remembered_of_a_form_is_a_hash(world: World) -> None:
    world.client("coordinator").post(NEW, form("Hemligt organ"))
    with world.room("osthammar"):
        kept = AnsweredRequest.objects.get()
    assert re.fullmatch(r"[0-9a-f]{64}", kept.content)
