"""Sign-in: e-mail, password and a second factor, without exception."""

from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from tests.world import World
from tillsammans.kernel.models import Installation
from tillsammans.parties.models import Person

pytestmark = pytest.mark.django_db
PASSWORD = "en lång mening att minnas"


def person(world: World) -> Person:
    found: Person = world.people["coordinator"][0]
    found.set_password(PASSWORD)
    found.save()
    return found


def code_of(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))


def test_a_password_alone_leads_to_choosing_a_second_factor_and_nowhere_else(world: World) -> None:
    client = Client()
    client.post("/konto/login/", {"login": person(world).email, "password": PASSWORD})
    assert client.get("/samverkan/").headers["Location"].startswith("/konto/andra-steget")
    assert client.get("/konto/andra-steget/").headers["Location"] == "/konto/2fa/totp/activate/"


@pytest.mark.both
def test_choosing_an_app_opens_the_house_and_next_time_asks_for_its_code(world: World) -> None:
    client = Client()
    client.post("/konto/login/", {"login": person(world).email, "password": PASSWORD})
    client.get(client.get("/samverkan/").headers["Location"])
    client.get("/konto/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    client.post("/konto/2fa/totp/activate/", {"code": code_of(secret)})
    codes = client.get("/konto/2fa/recovery-codes/")
    assert codes.status_code == 200, "the password was given a moment ago, and is not asked for again"
    assert 'href="/konto/andra-steget/"' in codes.content.decode()
    assert client.get("/konto/andra-steget/").headers["Location"] == "/samverkan/", "on to the page that was asked for"
    assert client.get("/samverkan/").status_code == 200

    again = Client()
    answer = again.post("/konto/login/", {"login": person(world).email, "password": PASSWORD})
    assert answer.headers["Location"] == "/konto/2fa/authenticate/"
    assert again.get("/samverkan/").headers["Location"].startswith("/konto/login")


def test_long_after_signing_in_the_password_is_asked_for_before_a_new_factor_or_new_codes(world: World) -> None:
    client = Client()
    client.post("/konto/login/", {"login": person(world).email, "password": PASSWORD})
    client.get("/konto/2fa/totp/activate/")
    client.post("/konto/2fa/totp/activate/", {"code": code_of(client.session["mfa.totp.secret"])})
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()
    answer = client.get("/konto/2fa/recovery-codes/generate/")
    assert answer.headers["Location"].startswith("/konto/reauthenticate/")


def test_the_key_of_the_app_is_stored_encrypted(world: World) -> None:
    box = get_adapter()
    assert "JBSWY3DP" not in box.encrypt("JBSWY3DPEHPK3PXP")
    assert box.decrypt(box.encrypt("JBSWY3DPEHPK3PXP")) == "JBSWY3DPEHPK3PXP"


def test_nobody_signs_up(world: World) -> None:
    assert Client().get("/konto/signup/").status_code in (404, 403)


def test_a_wrong_password_says_the_same_for_known_and_unknown(world: World) -> None:
    known = Client().post("/konto/login/", {"login": person(world).email, "password": "fel fel fel fel"}).content
    unknown = Client().post("/konto/login/", {"login": "ingen@exempel.se", "password": "fel fel fel fel"}).content
    text = "lösenord"
    assert text in known.decode()
    assert text in unknown.decode()


def test_the_demo_leads_back_to_the_page_that_was_asked_for_and_nowhere_else(world: World, settings: Any) -> None:
    settings.DEMO = True
    Installation.objects.update_or_create(defaults={"demo": True})
    found = person(world)
    found.demo = True
    found.save()
    for asked, led in [("/samverkan/", "/samverkan/"), ("//ond.example/", "/"), ("", "/")]:
        assert f'name="next" value="{asked}"' in Client().get("/demo/", {"next": asked}).content.decode()
        answer = Client().post("/demo/", {"person": str(found.uuid), "next": asked})
        assert answer.headers["Location"] == led


def test_the_demo_door_is_shut_outside_a_demo(world: World) -> None:
    assert Client().get("/demo/").status_code == 404
