"""What stands around every page: headers, the end of a session, shut doors, refusals in words, no way out."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from tests.world import World
from tillsammans.config.testimony import all_routes
from tillsammans.kernel import clock
from tillsammans.kernel.access import can
from tillsammans.kernel.deeds import AlreadyAnswered
from tillsammans.kernel.doors import door
from tillsammans.kernel.models import AuditEntry
from tillsammans.parties.models import Body, Person

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)


def without_door(request: Any) -> HttpResponse:
    return HttpResponse("Öppet av misstag")


@door(can("read"))
def broken(request: Any) -> HttpResponse:
    raise ZeroDivisionError("hemlig intern text")


@door(can("read"))
def without_database(request: Any) -> HttpResponse:
    raise OperationalError("database is locked")


@door(can("read"))
def carried_out_before(request: Any) -> HttpResponse:
    raise AlreadyAnswered(Body())


urlpatterns = [
    path("redan/", carried_out_before, name="carried_out_before"),
    path("utan-dorr/", without_door, name="without_door"),
    path("trasig/", broken, name="broken"),
    path("utan-databas/", without_database, name="without_database"),
    path("", include("tillsammans.config.urls")),
]

CONTENT_POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


@pytest.fixture
def with_broken_pages(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.kernel.test_middleware"


def check_headers(response: Any) -> None:
    headers = response.headers
    assert set(headers["Content-Security-Policy"].split("; ")) == CONTENT_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(headers["Permissions-Policy"].split(", "))


@pytest.mark.parametrize(
    ("address", "method", "status"),
    [
        ("/samverkan/", "GET", 200),
        ("/", "GET", 200),
        ("/offentligt/", "GET", 200),
        ("/finns-inte/", "GET", 404),
        ("/konto/signup/", "GET", 404),
        ("/utan-dorr/", "GET", 404),
        ("/organisation/organ/nytt/", "GET", 403),
        ("/samverkan/", "POST", 405),
        ("/trasig/", "GET", 500),
        ("/utan-databas/", "GET", 503),
    ],
)
def test_every_answer_to_somebody_signed_in_carries_the_headers_and_is_kept_nowhere(
    world: World, with_broken_pages: None, address: str, method: str, status: int
) -> None:
    client = world.client("reader")
    client.raise_request_exception = False
    response = client.generic(method, address)
    assert response.status_code == status
    check_headers(response)
    assert set(response.headers["Cache-Control"].split(", ")) == {"private", "no-store"}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/offentligt/", 200),
        ("/konto/login/", 200),
        ("/samverkan/", 302),
        ("/finns-inte/", 404),
        ("/konto/signup/", 404),
        ("/halsa/", 200),
    ],
)
def test_every_answer_to_anybody_carries_the_headers(world: World, address: str, status: int) -> None:
    response = Client().get(address)
    assert response.status_code == status
    check_headers(response)


def test_half_an_hour_without_a_request_ends_the_session(world: World) -> None:
    client = world.client("coordinator")
    with clock.frozen(MOMENT):
        assert client.get("/samverkan/").status_code == 200
    with clock.frozen(MOMENT + timedelta(minutes=30)):
        assert client.get("/samverkan/").status_code == 200
    with clock.frozen(MOMENT + timedelta(minutes=61)):
        assert client.get("/samverkan/").headers["Location"] == "/konto/login/?next=/samverkan/"
    with clock.frozen(MOMENT + timedelta(minutes=62)):
        assert client.get("/samverkan/").status_code == 302  # and it does not come back


def test_how_long_idle_is_too_long_is_a_setting(world: World, settings: Any) -> None:
    settings.IDLE_SECONDS = 10 * 60
    client = world.client("coordinator")
    for minutes, left in [(0, 600), (9, 600), (18, 600)]:
        with clock.frozen(MOMENT + timedelta(minutes=minutes)):
            assert client.get("/narvaro/").json()["left"] == left
    with clock.frozen(MOMENT + timedelta(minutes=29)):
        assert client.get("/samverkan/").status_code == 302


def test_twelve_hours_end_the_session_however_busy_it_is(world: World) -> None:
    client = world.client("coordinator")
    for minutes in range(0, 12 * 60 + 1, 20):
        with clock.frozen(MOMENT + timedelta(minutes=minutes)):
            assert client.get("/halsa/").status_code == 200
    with clock.frozen(MOMENT + timedelta(hours=12)):
        assert client.get("/samverkan/").status_code == 200
    with clock.frozen(MOMENT + timedelta(hours=12, seconds=1)):
        assert client.get("/samverkan/").headers["Location"] == "/konto/login/?next=/samverkan/"


def test_a_view_that_forgot_its_door_stays_shut(world: World, with_broken_pages: None) -> None:
    for client in (Client(), world.client("operator")):
        response = client.get("/utan-dorr/")
        assert response.status_code == 404
        assert "Öppet av misstag" not in response.content.decode()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_a_page_takes_only_the_methods_of_its_door(world: World, method: str) -> None:
    response = world.client("coordinator").generic(method, "/samverkan/")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
def test_a_button_is_not_pressed_by_a_request_that_carries_no_token(world: World, method: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = world.client("coordinator").cookies
    response = client.generic(method, f"/organisation/organ/{world.body.uuid}/avsluta/")
    assert response.status_code == (200 if method == "OPTIONS" else 405)
    assert response.headers["Allow"] == "POST"
    with world.room("osthammar"):
        assert Body.objects.get(pk=world.body.pk).closed_on is None
    assert not AuditEntry.objects.exists()


def test_no_page_with_a_button_alone_acts_on_another_method(world: World) -> None:
    client = world.client("coordinator")
    for route in all_routes():
        if route["methods"] == ["POST"]:
            address = re.sub(r"<uuid:\w+>", str(world.body.uuid), route["path"])
            address = re.sub(r"<\w+:\w+>", "gap", address)
            for method in ("HEAD", "GET"):
                assert client.generic(method, address).status_code == 405, address


def test_a_form_without_its_token_is_refused_in_words(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = world.client("coordinator").cookies
    response = client.post("/organisation/organ/nytt/", {"name": "Utifrån", "kind": "committee"})
    assert response.status_code == 403
    text = response.content.decode()
    assert "Formuläret har blivit för gammalt" in text
    assert "Ingenting har sparats" in text
    check_headers(response)
    with world.room("osthammar"):
        assert not Body.objects.filter(name="Utifrån").exists()


def test_an_error_of_ours_tells_nothing_of_the_program(world: World, with_broken_pages: None) -> None:
    client = world.client("coordinator")
    client.raise_request_exception = False
    response = client.get("/trasig/")
    text = response.content.decode()
    assert response.status_code == 500
    assert "Något gick fel hos oss" in text
    assert "antingen är allt sparat eller ingenting" in text
    for inner in ("Traceback", "ZeroDivisionError", "hemlig intern text", ".py", "File &quot;", "SECRET_KEY", "django"):
        assert inner not in text


def test_a_database_out_of_reach_is_told_and_when_to_try_again(world: World, with_broken_pages: None) -> None:
    response = world.client("coordinator").get("/utan-databas/")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert "Vänta en minut och försök igen" in response.content.decode()
    assert "locked" not in response.content.decode()


def test_a_form_carried_out_before_with_other_content_is_told_in_words(world: World, with_broken_pages: None) -> None:
    response = world.client("coordinator").post("/redan/")
    assert response.status_code == 409
    assert "Det är redan sparat" in response.content.decode()
    check_headers(response)


def test_a_refusal_says_what_is_missing_and_whom_to_ask(world: World) -> None:
    text = world.client("reader").get("/organisation/organ/nytt/").content.decode()
    assert "Det här får du inte göra" in text
    assert "din roll får skriva" in text
    assert "administratör i din organisation" in text


PAYLOADS = [
    "https://ond.example/",
    "http://ond.example",
    "//ond.example",
    "///ond.example",
    "////ond.example/%2e%2e",
    "/\\ond.example",
    "\\\\ond.example",
    "\\/ond.example",
    "/\t/ond.example",
    "\t//ond.example",
    "\n//ond.example",
    " //ond.example",
    "https:ond.example",
    "https:/ond.example",
    "https:///ond.example",
    "HTTPS://ond.example",
    "javascript:alert(1)",
    "data:text/html,ond",
    "ftp://ond.example/",
    "//testserver@ond.example/",
    "https://testserver@ond.example/",
    "https://testserver.ond.example/",
    "//ond.example:80/testserver",
    "http://[::1]/",
    "//ond。example",
    "\x00//ond.example",
    "https://ond.example\\@testserver/",
]


def lands_inside(response: Any, asked: str) -> bool:
    """Whether a browser that follows the answer stays on this site: as browsers read addresses, not as Python does."""
    location = response.headers["Location"].replace("\t", "").replace("\n", "").replace("\r", "")
    location = location.replace("\\", "/").lstrip("".join(map(chr, range(33))))
    target = urlsplit(urljoin(f"http://testserver{asked}", location))
    return (target.scheme, target.hostname, target.username) == ("http", "testserver", None)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_next_address_leads_away_from_here(world: World, settings: Any, payload: str) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    person: Person = world.people["coordinator"][0]
    person.set_password("en lång mening att minnas")
    person.save()
    form = {"login": person.email, "password": "en lång mening att minnas", "next": payload}
    answer = Client().post("/konto/login/", form, query_params={"next": payload})
    assert answer.status_code == 302
    assert lands_inside(answer, "/konto/login/")
    TOTP.activate(person, generate_totp_secret())
    client = world.client("coordinator")
    for asked in ("/konto/andra-steget/", "/sprak/setlang/"):
        answer = client.get(asked, {"next": payload})
        assert answer.status_code == 302
        assert lands_inside(answer, asked)
    answer = client.post("/sprak/setlang/", {"next": payload, "language": "en"})
    assert lands_inside(answer, "/sprak/setlang/")


@pytest.mark.parametrize("inside", ["/samverkan/", "/plan/?sida=2", "samverkan/"])
def test_a_next_address_of_our_own_is_followed(world: World, inside: str) -> None:
    TOTP.activate(world.people["coordinator"][0], generate_totp_secret())
    answer = world.client("coordinator").get("/konto/andra-steget/", {"next": inside})
    assert answer.headers["Location"] == inside
