"""From a problem to a public promise that was followed up, over HTTP, as each of those who take part."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.promises.chain import laid
from tests.world import World
from tillsammans.plans.models import ActivityLog
from tillsammans.promises.models import Promise

pytestmark = pytest.mark.django_db


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.content.decode()


def post(client: Client, url: str, data: dict[str, Any]) -> str:
    """Send the form of the page with its hidden fields, and return where it led."""
    shown = page(client, url)
    hidden = dict(re.findall(r'<input\s+type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', shown))
    answer = client.post(url, {**hidden, **data})
    assert answer.status_code == 302, answer.content.decode()[:4000]
    return str(answer.headers["Location"])


@pytest.mark.both
def test_a_promise_is_written_signed_published_logged_followed_up_and_told(world: World) -> None:
    chain = laid(world)
    coordinator, public = world.client("coordinator"), Client()
    assert "Ge ett löfte" in page(coordinator, f"/lagesbild/problem/{chain.problem.uuid}/")
    assert "Inga löften är publicerade än" in page(public, "/offentligt/")

    here = post(
        coordinator,
        f"/loften/nytt/{chain.problem.uuid}/",
        {
            "title": "Färre inbrott i Gimo",
            "text": "Vi ska verka för att ni ser oss när det är mörkt.",
            "area": world.areas["0382"].pk,
            "period": "own",
            "starts_on": "2026-01-01",
            "ends_on": "2026-04-30",
            "parties": [world.osthammar.pk, world.norduppland.pk],
            "activities": [chain.patrol.pk, chain.lights.pk],
        },
    )
    draft = page(coordinator, here)
    assert "<mark>verka för</mark>" in draft
    assert "Redovisas senast" in draft
    assert "2026-05-30" in draft
    post(
        coordinator,
        f"{here}andra/",
        {
            "title": "Färre inbrott i Gimo",
            "text": "Ni ser oss när det är som mörkast.",
            "benefit": "Du möter patrullen.",
            "basis": "61 av er svarade.",
            "area": world.areas["0382"].pk,
            "period": "own",
            "starts_on": "2026-01-01",
            "ends_on": "2026-04-30",
            "report_by": "2026-05-31",
            "parties": [world.osthammar.pk, world.norduppland.pk],
            "activities": [chain.patrol.pk, chain.lights.pk],
        },
    )
    assert "Löftet är konkret" in page(coordinator, here)
    post(coordinator, f"{here}lagg-fram/", {})
    assert coordinator.get(f"{here}andra/").status_code == 200
    waiting = page(coordinator, here)
    assert "har inte svarat" in waiting
    assert "/publicera/" not in waiting

    with world.room("osthammar"):
        promise = Promise.objects.select_related("offered").get()
        package = promise.offered
    assert package is not None
    for role in ("chief", "chair"):
        text = page(world.client(role), f"/samverkan/paket/{package.uuid}/")
        assert "går fotpatrull" in text
        post(world.client(role), f"/samverkan/paket/{package.uuid}/svara/", {"answer": "approved"})
    assert "Alla parter har skrivit under" in page(coordinator, here)
    post(coordinator, f"{here}publicera/", {})

    with world.room("osthammar"):
        published = Promise.objects.select_related("published").get().published
    assert published is not None
    address = f"/offentligt/loften/{published.slug}/"
    listed = page(public, "/offentligt/")
    assert "Färre inbrott i Gimo" in listed
    assert address in listed
    answer = public.get(address)
    text = answer.content.decode()
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    for words in (
        "Ni ser oss när det är som mörkast.",
        "Du möter patrullen.",
        "går fotpatrull",
        "34 kvällar",
        "Lokalpolisområdeschef",
        "61 av er svarade.",
    ):
        assert words in text
    assert "Peter Ström" not in text
    assert "Texten stämmer" in page(public, f"/offentligt/kontroll/{published.hash}/")
    assert public.get(f"{address}lofte.pdf").content.startswith(b"%PDF")

    police = world.client("police")
    activities = page(police, "/plan/aktiviteter/")
    (log,) = re.findall(r'href="(/plan/delade/[^"]+)"', activities)
    post(police, log, {"done_on": "2026-02-01", "amount": "32"})
    post(coordinator, f"/plan/aktiviteter/{chain.lights.uuid}/logga/", {"done_on": "2026-03-01", "amount": "8"})
    assert "32 av 34 kvällar" in page(coordinator, here)
    assert "32 av 34" not in page(public, address)

    told = post(
        coordinator,
        f"/uppfoljning/lofte/{promise.uuid}/",
        {
            "followed_on": "2026-05-05",
            "kept": "partly",
            "colour": "yellow",
            "seen": "Bilarna syns mindre.",
            "public_text": "Två kvällar ställdes in.",
            "lesson": "Börja tidigare.",
            "next": "continue",
            "next_words": "",
        },
    )
    assert "Invånarna har inte fått veta" in page(coordinator, told)
    post(coordinator, f"{told}redovisa/", {})
    text = page(public, address)
    for words in (
        "Delvis hållet",
        "32 av 34 kvällar",
        "8 av 8 gångvägar",
        "Två kvällar ställdes in.",
        "Börja tidigare.",
    ):
        assert words in text
    assert "Bilarna syns mindre." not in text
    assert "Bilarna syns mindre." in page(coordinator, here)
    assert "Delvis hållet" in page(public, "/offentligt/")
    assert public.get(f"{address}lofte.pdf").content.startswith(b"%PDF")
    with world.room("osthammar"):
        assert ActivityLog.objects.count() == 2

    post(coordinator, f"{here}dra-tillbaka/", {"reason": "Fel område."})
    gone = page(public, address, 410)
    assert "Löftet är tillbakadraget" in gone
    assert "Fel område." in gone
    assert "Ni ser oss" not in gone
    assert "Färre inbrott" not in gone
    assert public.get(f"{address}lofte.pdf").status_code == 404
    assert "Ingen offentlig text" in page(public, f"/offentligt/kontroll/{published.hash}/", 404)
    assert "Färre inbrott" not in page(public, "/offentligt/")
    assert "Tillbakadraget" in page(coordinator, here)


def test_the_next_promise_begins_from_the_last_one(world: World) -> None:
    from tests.promises.chain import published

    chain = laid(world)
    promise = published(world, chain)
    client = world.client("coordinator")
    form = page(client, f"/loften/nytt/{chain.problem.uuid}/?fran={promise.uuid}")
    assert "Färre inbrott i Gimo i vinter" in form
    assert 'value="2026-05-01"' in form
    assert 'value="2026-08-31"' in form
    here = post(
        client,
        f"/loften/nytt/{chain.problem.uuid}/?fran={promise.uuid}",
        {
            "title": "Nästa löfte",
            "text": "Vi fortsätter.",
            "area": world.areas["0382"].pk,
            "period": "own",
            "starts_on": "2026-05-01",
            "ends_on": "2026-08-31",
            "parties": [world.norduppland.pk],
            "activities": [chain.patrol.pk],
        },
    )
    assert "Löftet före det här" in page(client, here)


def test_errors_keep_what_was_typed(world: World) -> None:
    chain = laid(world)
    client = world.client("coordinator")
    answer = client.post(
        f"/loften/nytt/{chain.problem.uuid}/", {"title": "Min rubrik", "period": "own", "text": "Text"}
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'value="Min rubrik"' in text
    assert "Välj vilka som lovar." in text
    assert "Fyll i datumet, eller välj en period ovanför." in text


def test_a_chosen_period_fills_in_the_days(world: World) -> None:
    chain = laid(world)
    client = world.client("coordinator")
    form = page(client, f"/loften/nytt/{chain.problem.uuid}/")
    key = re.findall(r'value="(12-[\d-]+)"', form)[0]
    here = post(
        client,
        f"/loften/nytt/{chain.problem.uuid}/",
        {
            "title": "Ett år",
            "text": "Text.",
            "area": world.areas["0382"].pk,
            "period": key,
            "parties": [world.norduppland.pk],
            "activities": [chain.patrol.pk],
        },
    )
    with world.room("osthammar"):
        promise = Promise.objects.get()
    assert (promise.starts_on, promise.ends_on) == (
        date.fromisoformat(key[3:]),
        date(int(key[3:7]), 12, 31),
    )
    assert promise.report_by > promise.ends_on
    assert str(promise.uuid) in here


def test_strangers_and_readers_are_kept_out(world: World) -> None:
    from tests.promises.chain import written

    chain = laid(world)
    promise = written(world, chain)
    for role in ("stranger", "police", "county"):
        client = world.client(role)
        for end in ("", "andra/", "lagg-fram/", "lofte.pdf"):
            assert client.get(f"/loften/{promise.uuid}/{end}").status_code in (403, 404), (role, end)
        assert client.get(f"/loften/{promise.uuid}/").status_code == 404
    reader = world.client("reader")
    text = page(reader, f"/loften/{promise.uuid}/")
    assert "/lagg-fram/" not in text
    assert reader.get(f"/loften/{promise.uuid}/andra/").status_code == 403
    assert Client().get(f"/loften/{promise.uuid}/").status_code == 302
