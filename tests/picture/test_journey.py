"""From an empty draft to an adopted picture, over HTTP, as the coordinator and the police see it."""

from datetime import date
from typing import Any

import pytest
from tests.world import World

from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.content import freeze, thaw
from tillsammans.picture.content import PictureContent
from tillsammans.picture.models import AdoptedPicture, Cause, Picture, Problem, Section, Snapshot


def post(client: Any, url: str, data: dict[str, Any], follow: bool = False) -> Any:
    answer = client.post(url, data, follow=follow)
    assert answer.status_code in (200, 302), (answer.status_code, answer.content.decode()[:3000])
    return answer


@pytest.mark.both
def test_the_coordinator_makes_shares_and_adopts_a_picture_and_starts_the_next(world: World) -> None:
    client = world.client("coordinator")
    assert "Ingen lägesbild än" in client.get("/lagesbild/").content.decode()
    post(
        client,
        "/lagesbild/ny/",
        {
            "title": "Lägesbild Östhammar 2025",
            "collaboration": world.collaboration.pk,
            "area": world.areas["0382"].pk,
            "starts_on": "2025-01-01",
            "ends_on": "2025-12-31",
        },
    )
    with world.room("osthammar"):
        picture = Picture.objects.get()
        mapping = Section.objects.get(picture=picture, kind="mapping")
    page = f"/lagesbild/{picture.uuid}/"
    assert "saker saknas" in client.get(page).content.decode()

    post(
        client,
        f"/lagesbild/avsnitt/{mapping.uuid}/",
        {
            "kind": "mapping",
            "heading": "Kartläggning",
            "text": "Inbrotten sker i Gimo.",
            "public": "on",
            "version": "1",
        },
    )
    post(
        client,
        f"/lagesbild/avsnitt/{mapping.uuid}/uppgift/ny/",
        {
            "text": "Okända bilar dagtid",
            "source_kind": "staff",
            "source": "Hemtjänsten",
            "strength": "uneven",
            "basis": "9 enheter",
        },
    )
    post(
        client,
        f"/lagesbild/problem/nytt/?lagesbild={picture.uuid}",
        {
            "title": "Inbrott i bostad, Gimo",
            "collaboration": world.collaboration.pk,
            "area": world.areas["0382"].pk,
            "consequences": "Äldre vågar inte resa bort.",
        },
    )
    with world.room("osthammar"):
        problem = Problem.objects.get()
    post(
        client,
        f"/lagesbild/problem/{problem.uuid}/prioritera/",
        {
            "priority": "chosen",
            "motivation": "Vanligt och ökande.",
            "version": "1",
        },
    )
    post(
        client,
        f"/lagesbild/problem/{problem.uuid}/orsak/ny/",
        {
            "text": "Tomma hus syns utifrån",
            "perspective": "situation",
            "level": "direct",
            "support": "staff",
            "affectable": "on",
        },
    )
    post(client, f"/lagesbild/{picture.uuid}/lucka/ny/", {"text": "Mörkertalet i Alunda"})

    shared = client.get(f"{page}dela/").content.decode()
    assert "Lokalpolisområde Norduppland" in shared
    assert "Okända bilar dagtid" in shared
    shown = shared.split('name="shown" value="')[1].split('"')[0]
    post(
        client,
        f"{page}dela/",
        {
            "receivers": world.norduppland.pk,
            "purpose": "Gemensam lägesbild",
            "ground": "agreement",
            "shown": shown,
            "asks_approval": "on",
        },
    )
    received = world.client("police")
    assert received.get(page).status_code == 404
    listed = received.get("/samverkan/mottaget/").content.decode()
    assert "Lägesbild Östhammar 2025" in listed

    adopting = client.get(f"{page}anta/").content.decode()
    shown = adopting.split('name="shown" value="')[1].split('"')[0]
    post(
        client,
        f"{page}anta/",
        {
            "body": world.body.pk,
            "decided_on": "2026-02-10",
            "minutes_reference": "§ 14",
            "shown": shown,
        },
    )
    with world.room("osthammar"):
        adopted = AdoptedPicture.objects.select_related("picture").get()
        content = thaw(adopted.content, PictureContent)
        assert adopted.picture.state == "adopted"
        assert content_hash(adopted.content) == adopted.hash
        assert freeze(content) == adopted.content
        assert content.decision
        assert content.decision.decided_on == date(2026, 2, 10)
        assert Snapshot.objects.get().problem == problem
        Cause.objects.get()
    frozen = client.get(page).content.decode()
    assert "Antagen 2026-02-10, Kommunstyrelsen § 14" in frozen
    assert "Okända bilar dagtid" in frozen
    assert "Ändra avsnittet" not in frozen
    for url in (f"/lagesbild/avsnitt/{mapping.uuid}/", f"{page}andra/"):
        refused = client.post(
            url,
            {
                "kind": "mapping",
                "heading": "Nytt",
                "title": "Nytt",
                "starts_on": "2025-01-01",
                "ends_on": "2025-12-31",
            },
        )
        assert refused.status_code == 403

    assert "Börja på nästa version" in frozen
    begun = client.get(f"/lagesbild/ny/?fran={picture.uuid}").content.decode()
    assert 'value="2026-12-31"' in begun
    post(
        client,
        "/lagesbild/ny/",
        {
            "title": "Lägesbild Östhammar 2026",
            "collaboration": world.collaboration.pk,
            "area": world.areas["0382"].pk,
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
            "previous": picture.pk,
        },
    )
    with world.room("osthammar"):
        following = Picture.objects.get(number=2)
        assert following.previous == picture
        assert Section.objects.get(picture=following, kind="mapping").text == "Inbrotten sker i Gimo."
    assert "Inbrott i bostad, Gimo" in client.get(f"/lagesbild/{following.uuid}/").content.decode()


@pytest.mark.parametrize("role", ["stranger", "police", "county"])
def test_another_organisation_finds_nothing_of_a_draft(world: World, role: str) -> None:
    client = world.client("coordinator")
    post(
        client,
        "/lagesbild/ny/",
        {
            "title": "Hemligt utkast",
            "collaboration": world.collaboration.pk,
            "area": world.areas["0382"].pk,
            "starts_on": "2025-01-01",
            "ends_on": "2025-12-31",
        },
    )
    with world.room("osthammar"):
        picture = Picture.objects.get()
        section = Section.objects.filter(picture=picture).first()
    other = world.client(role)
    assert "Hemligt utkast" not in other.get("/lagesbild/").content.decode()
    for url in (
        f"/lagesbild/{picture.uuid}/",
        f"/lagesbild/{picture.uuid}/andra/",
        f"/lagesbild/{picture.uuid}/lagesbild.pdf",
        f"/lagesbild/avsnitt/{section.uuid}/",
        f"/lagesbild/{picture.uuid}/dela/",
        f"/lagesbild/{picture.uuid}/data.csv",
    ):
        assert other.get(url).status_code in (403, 404), url
        if role != "county":
            assert other.get(url).status_code == 404, url
