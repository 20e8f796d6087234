"""Invitations, roles, the look of an organisation, and sign-in."""

import io
import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.world import World, mailed
from tillsammans.kernel import clock
from tillsammans.kernel.access import RuleBroken
from tillsammans.kernel.models import Link
from tillsammans.kernel.scope import everywhere
from tillsammans.parties import actions
from tillsammans.parties.models import Organisation, Person, Role
from tillsammans.parties.rules import holds

pytestmark = pytest.mark.django_db


def invited(world: World, **values: object) -> str:
    """Invite somebody and return the path in the mail."""
    response = world.client("administrator").post(
        "/organisation/personer/bjud-in/",
        {
            "name": "Ny Person",
            "email": "Ny@Exempel.se",
            "kind": "coordinator",
            "title": "Samordnare",
            **values,
        },
    )
    assert response.status_code == 302, response.content.decode()
    found = re.search(r"http://[^/]+(/organisation/inbjudan/\S+)", mailed()[-1].body)
    assert found
    return found.group(1)


@pytest.mark.both
def test_an_invitation_becomes_a_person_with_a_role_and_works_once(world: World) -> None:
    path = invited(world)
    stranger = Client()
    assert "Ny Person" in stranger.get(path).content.decode()
    assert stranger.post(path, {"password": "en lång mening att minnas"}).status_code == 302
    with everywhere("a test looks"):
        role = Role.objects.get(person__email="ny@exempel.se")
    assert (role.organisation, role.kind) == (world.osthammar, "coordinator")
    assert stranger.get(path).status_code == 404


def test_the_token_is_kept_as_a_hash_only(world: World) -> None:
    token = invited(world).rstrip("/").rsplit("/", 1)[1]
    with everywhere("a test looks"):
        stored = Link.objects.values_list("token_hash", flat=True).get()
    assert token not in stored
    assert len(stored) == 64


def test_a_withdrawn_or_old_invitation_is_closed(world: World) -> None:
    path = invited(world)
    with everywhere("a test looks"):
        link = Link.objects.get()
    page = world.client("administrator").get("/organisation/personer/").content.decode()
    assert f"/lankar/{link.uuid}/ta-tillbaka/" in page
    answer = world.client("administrator").post(
        f"/lankar/{link.uuid}/ta-tillbaka/", {"next": "/organisation/personer/"}
    )
    assert answer.headers["Location"] == "/organisation/personer/"
    assert "Ny Person" not in world.client("administrator").get("/organisation/personer/").content.decode()
    assert Client().get(path).status_code == 404
    path = invited(world)
    with clock.frozen(clock.now() + timedelta(days=15)):
        assert Client().get(path).status_code == 404


def test_a_short_password_is_refused_and_nothing_is_made(world: World) -> None:
    path = invited(world)
    response = Client().post(path, {"password": "kort"})
    assert response.status_code == 422
    assert not Person.objects.filter(email="ny@exempel.se").exists()


def test_an_administrator_cannot_invite_themselves(world: World) -> None:
    with pytest.raises(RuleBroken, match="dig själv"):
        actions.invite_person(
            world.actor("administrator"), None, email="administrator@exempel.se", name="Per", kind="coordinator"
        )


def test_only_the_operator_makes_operators(world: World) -> None:
    with pytest.raises(RuleBroken, match="driften"):
        actions.invite_person(world.actor("administrator"), None, email="x@exempel.se", name="X", kind="operator")


@pytest.mark.parametrize(
    ("day", "expected"), [("2025-12-31", False), ("2026-01-01", True), ("2026-06-30", True), ("2026-07-01", False)]
)
def test_a_role_holds_from_its_first_to_its_last_day(day: str, expected: bool) -> None:
    role = Role(valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30))
    assert holds(role, date.fromisoformat(day)) is expected


def test_the_last_administrator_stays(world: World) -> None:
    with everywhere("a second administrator"):
        person = Person.objects.create_user("b@exempel.se", name="B")
        second = Role.objects.create(
            organisation=world.osthammar, person=person, kind="administrator", valid_from=date(2020, 1, 1)
        )
        first = Role.objects.get(person=world.people["administrator"][0])
    other = actions.end_role(world.actor("administrator"), second)
    assert not holds(other, clock.today())
    assert holds(first, clock.today())


def picture(size: tuple[int, int] = (900, 300), hidden: str = "hemlig") -> SimpleUploadedFile:
    out = io.BytesIO()
    from PIL import PngImagePlugin

    info = PngImagePlugin.PngInfo()
    info.add_text("Author", hidden)
    Image.new("RGB", size, "#1d4f6e").save(out, "PNG", pnginfo=info)
    return SimpleUploadedFile("logo.png", out.getvalue(), "image/png")


def test_a_logo_is_drawn_anew_without_what_was_hidden_in_it(world: World) -> None:
    client = world.client("administrator")
    client.post("/organisation/utseende/", {"accent": "#1d4f6e", "logo": picture()})
    served = client.get("/organisation/osthammar/logotyp.png")
    assert served["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(served.content)) as image:
        assert image.width <= 480
        assert "Author" not in image.info


def test_what_is_no_image_is_refused_in_words(world: World) -> None:
    response = world.client("administrator").post(
        "/organisation/utseende/", {"accent": "#1d4f6e", "logo": SimpleUploadedFile("logo.png", b"<svg onload=x>")}
    )
    assert response.status_code == 422
    assert "går inte att läsa som bild" in response.content.decode()


def test_a_colour_that_white_text_cannot_be_read_on_is_refused(world: World) -> None:
    response = world.client("administrator").post("/organisation/utseende/", {"accent": "#ffee00"})
    assert "för ljus" in response.content.decode()


@pytest.mark.both
def test_a_card_conflict_keeps_both_texts(world: World) -> None:
    client = world.client("coordinator")
    form = {"mandate": "Min text", "brings": "", "cannot_share": "", "contact": "", "version": "1"}
    Organisation.objects.filter(pk=world.osthammar.pk).update(mandate="Deras text", version=2)
    response = client.post("/organisation/partskort/", form)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Min text" in page
    assert "Deras text" in page


def test_a_personal_number_is_refused_and_the_text_is_kept(world: World) -> None:
    response = world.client("coordinator").post(
        "/organisation/partskort/", {"mandate": "Ring 811228-9874 om det.", "version": "1"}
    )
    assert response.status_code == 422
    assert "personnummer" in response.content.decode()
    assert "Ring 811228-9874" in response.content.decode()


@pytest.mark.both
def test_search_finds_without_dots_and_rings(world: World) -> None:
    page = world.client("coordinator").get("/organisation/alla/?q=osthammar").content.decode()
    assert "Östhammars kommun" in page
    assert "Tierps kommun" not in page


def test_the_list_of_people_asks_no_more_for_three_than_for_one(world: World) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = world.client("administrator")

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/organisation/personer/")
        return len(captured)

    asked()
    before = asked()
    with everywhere("more people"):
        for number in range(3):
            person = Person.objects.create_user(f"p{number}@exempel.se", name=f"P {number}")
            Role.objects.create(organisation=world.osthammar, person=person, kind="reader", valid_from=date(2020, 1, 1))
    assert asked() == before
