"""The public pages: what they show, what they never show, and how they behave without login."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.evaluation.test_follow_up import followed, tell
from tests.markup import one_line
from tests.promises.chain import laid, offered, published, sign, written
from tests.world import World
from tillsammans.collaboration.models import Package
from tillsammans.kernel import clock
from tillsammans.kernel.canonical import canonical, content_hash, parsed
from tillsammans.kernel.content import MARK
from tillsammans.kernel.scope import PUBLIC, everywhere, within
from tillsammans.kernel.verify import faults
from tillsammans.parties.models import Organisation
from tillsammans.portal.queries import promise_at
from tillsammans.portal.rules import as_hash, in_groups
from tillsammans.promises.actions import publish_promise, take_back_promise, withdraw_promise
from tillsammans.promises.models import Promise

pytestmark = pytest.mark.django_db


def address(promise: Promise) -> str:
    with everywhere("the address is public"):
        assert promise.published is not None
        return f"/offentligt/loften/{promise.published.slug}/"


def read(url: str, status: int = 200) -> str:
    answer = Client().get(url)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def at(year: int, month: int, day: int) -> Any:
    return clock.frozen(datetime(year, month, day, 12, tzinfo=UTC))


def test_drafts_and_offers_are_not_public(world: World) -> None:
    chain = laid(world)
    written(world, chain, title="Hemligt utkast")
    offered(world, written(world, chain, title="Framlagt löfte"))
    text = read("/offentligt/")
    assert "Hemligt utkast" not in text
    assert "Framlagt löfte" not in text
    assert "Inga löften är publicerade än" in text


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ((2025, 12, 31), "Börjar 2026-01-01"),
        ((2026, 1, 1), "Pågår"),
        ((2026, 4, 30), "Pågår"),
        ((2026, 5, 1), "Redovisas senast 2026-05-31"),
        ((2026, 5, 31), "Redovisas senast 2026-05-31"),
        ((2026, 6, 1), "Redovisningen är försenad"),
    ],
)
def test_a_promise_says_by_itself_where_it_stands(world: World, day: tuple[int, int, int], words: str) -> None:
    promise = published(world, laid(world))
    with at(*day), within(PUBLIC):
        found = promise_at(address(promise).split("/")[3])
        assert found is not None
        assert found.status(clock.today())[1] == words
    with at(*day):
        assert words in read(address(promise))


def test_a_report_during_the_period_does_not_stand_for_the_last_one(world: World) -> None:
    with at(2026, 3, 2):
        promise = published(world, laid(world))
        tell(world, followed(world, promise, followed_on=clock.today(), kept="kept"))
        assert "Löftet är hållet." in read(address(promise))
        assert "Pågår" in read(address(promise))
    with at(2026, 6, 1):
        assert "Redovisningen är försenad" in read(address(promise))
        tell(world, followed(world, promise, followed_on=clock.today(), kept="broken"))
        text = read(address(promise))
    assert "försenad" not in text
    assert "Löftet är inte hållet." in text
    assert "Löftet är hållet." not in text
    assert "Tidigare redovisningar: 2026-03-02" in one_line(text)


def test_promises_are_sorted_by_organisation_and_found_by_search(world: World) -> None:
    published(world, laid(world))
    Organisation.objects.create(name="Ale kommun", kind="municipality", slug="ale")
    text = read("/offentligt/")
    assert text.index("Östhammars kommun</h2>") < text.index("Färre inbrott")
    assert "Färre inbrott" in read("/offentligt/?q=osthammar+FARRE")
    assert "Inget löfte stämmer" in read("/offentligt/?q=strängnäs")
    assert "&lt;script&gt;" in read("/offentligt/?q=<script>")


def test_public_pages_may_be_kept_a_minute_unless_somebody_is_signed_in(world: World) -> None:
    url = address(published(world, laid(world)))
    for page in (url, "/offentligt/", f"{url}lofte.pdf", "/offentligt/om/"):
        assert Client().get(page).headers["Cache-Control"] == "public, max-age=60"
        assert "no-store" in world.client("police").get(page).headers["Cache-Control"]


@pytest.mark.both
def test_a_stranger_who_is_signed_in_reads_the_public_page(world: World) -> None:
    url = address(published(world, laid(world)))
    assert "Ni ser oss" in world.client("stranger").get(url).content.decode()


def test_a_withdrawn_promise_leaves_only_when_and_why(world: World) -> None:
    promise = published(world, laid(world))
    told = tell(world, followed(world, promise))
    url = address(promise)
    with everywhere("the outcome's hash"):
        assert told.published is not None
        outcome = told.published.hash
    with world.room("osthammar"):
        promise = withdraw_promise(world.actor("coordinator"), promise, reason="Fel <område>.")
    text = read(url, 410)
    assert "Fel &lt;område&gt;." in text
    for gone in ("Ni ser oss", "Färre inbrott", "Två kvällar"):
        assert gone not in text
    read(f"{url}lofte.pdf", 404)
    read(f"/offentligt/kontroll/{outcome}/", 404)
    with world.room("osthammar"):
        promise = take_back_promise(world.actor("coordinator"), promise)
    assert "tillbakadraget" in read(url, 410)
    promise = offered(world, promise)
    sign(world, promise, "chair", "chief")
    with world.room("osthammar"):
        publish_promise(world.actor("coordinator"), promise)
    assert "Ni ser oss" in read(url)


def test_an_unknown_address_is_404(world: World) -> None:
    read("/offentligt/loften/finns-inte-abc123/", 404)
    read("/offentligt/loften/finns-inte-abc123/lofte.pdf", 404)


def test_a_text_is_found_by_the_beginning_of_its_hash(world: World) -> None:
    promise = published(world, laid(world))
    with everywhere("the hash is public"):
        assert promise.published is not None
        hash = promise.published.hash
    for url in (f"/offentligt/kontroll/{hash}/", f"/offentligt/kontroll/{hash[:12]}/"):
        text = read(url)
        assert "Texten stämmer med sin kontrollsumma" in text
        assert "Lokalpolisområde Norduppland, Lokalpolisområdeschef" in text
        assert "Kommunstyrelsens ordförande" in text
        assert "Eva Lind" not in text
    read(f"/offentligt/kontroll/{hash[:11]}/", 404)
    assert "Ingen offentlig text" in read(f"/offentligt/kontroll/{'0' * 64}/", 404)
    assert Client().get("/offentligt/kontroll/", {"summa": f" {hash[:6].upper()} {hash[6:12]} "}).headers[
        "Location"
    ] == (f"/offentligt/kontroll/{hash[:12]}/")
    assert "minst tolv tecken" in read("/offentligt/kontroll/?summa=xyz", 422)


def test_an_offered_text_cannot_be_found_by_its_hash(world: World) -> None:
    promise = offered(world, written(world, laid(world)))
    with everywhere("the hash of what is not public"):
        assert promise.offered is not None
        hash = promise.offered.hash
    read(f"/offentligt/kontroll/{hash}/", 404)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("AB" * 6, "ab" * 6), (" abc def 012 345 ", "abcdef012345"), ("ab" * 33, None), ("g" * 12, None), ("", None)],
)
def test_what_is_typed_is_a_hash_or_not(typed: str, found: str | None) -> None:
    assert as_hash(typed) == found


def test_a_hash_shown_in_groups_is_the_same_hash() -> None:
    assert as_hash(in_groups("0123456789abcdef" * 4)) == "0123456789abcdef" * 4
    assert in_groups("ab" * 5) == "abababab ab"


@pytest.mark.parametrize("page", ["om", "tillganglighet", "hjalp", "kontroll"])
def test_pages_of_information_are_open_and_have_one_heading(world: World, page: str) -> None:
    assert read(f"/offentligt/{page}/").count("<h1") == 1


def test_the_contact_that_an_organisation_wrote_is_shown(world: World) -> None:
    Organisation.objects.filter(pk=world.osthammar.pk).update(contact="trygg@exempel.se")
    promise = published(world, laid(world))
    assert "mailto:trygg@exempel.se" in read(address(promise))
    assert "mailto:trygg@exempel.se" in read("/offentligt/om/")


def test_the_list_asks_no_more_with_three_promises_than_with_one(world: World) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert Client().get("/offentligt/").status_code == 200
        return len(asked)

    promise = published(world, laid(world, "Ett"))
    tell(world, followed(world, promise))
    one = count()
    for title in ("Två", "Tre"):
        tell(world, followed(world, published(world, laid(world, title))))
    assert count() == one


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/offentligt/", "Löften"),
        ("/offentligt/om/", "Om arbetet"),
        ("/offentligt/hjalp/", None),
        ("/offentligt/kontroll/", None),
    ],
)
def test_the_menu_marks_only_the_page_that_one_is_on(client: Client, path: str, current: str | None) -> None:
    marked = re.findall(r'aria-current="page">([^<]*)<', client.get(path).content.decode())
    assert marked == ([current] if current else [])


def test_a_promise_lies_under_promises_in_the_menu(world: World) -> None:
    assert 'aria-current="page">Löften<' in read(address(published(world, laid(world))))


def test_a_promise_that_cannot_be_read_is_named_and_hides_no_other(world: World) -> None:
    damaged = published(world, laid(world))
    whole = published(world, laid(world, "Skadegörelse"), title="Helare busskurer")
    with everywhere("somebody with the database at hand takes a field away"):
        package = Package.objects.get(pk=damaged.published_id)
        text = canonical({key: value for key, value in parsed(package.content).items() if key != "benefit"})
        Package.objects.filter(pk=package.pk).update(content=text)
    shown = read("/offentligt/")
    assert whole.title in shown
    assert address(whole) in shown
    assert "Det här går inte att läsa" in shown
    assert damaged.title in shown
    assert "fält saknas: benefit" in shown
    assert address(damaged) not in shown
    assert damaged.title in read(address(damaged), 410)
    read(f"{address(damaged)}lofte.pdf", 410)
    with everywhere("verify looks at everything"):
        found = [fault for fault in faults() if "promise, version 2" in fault.message]
    assert [fault.subject for fault in found] == [f"{damaged.title} ({package.uuid})"]


def test_a_report_that_cannot_be_read_is_not_a_missing_one(world: World) -> None:
    with at(2026, 5, 10):
        promise = published(world, laid(world))
        package = tell(world, followed(world, promise)).published
    with everywhere("somebody with the database at hand takes a field away"):
        assert package is not None
        text = canonical({key: value for key, value in parsed(package.content).items() if key != "kept"})
        Package.objects.filter(pk=package.pk).update(content=text)
    with at(2026, 7, 1):
        for page in (read("/offentligt/"), read(address(promise))):
            assert "Redovisningen går inte att läsa" in page
            assert "försenad" not in page
            assert "har inte kommit än" not in page


def as_frozen_by_0_1_0(package: Package | None) -> None:
    """Let a package hold the bytes that 0.1.0 would have frozen: the same fields without a schema."""
    assert package is not None
    text = canonical({key: value for key, value in parsed(package.content).items() if key != MARK})
    with everywhere("the package was sent by an earlier version"):
        Package.objects.filter(pk=package.pk).update(content=text, hash=content_hash(text))
    package.refresh_from_db()


def test_what_was_signed_before_the_schema_moved_stays_signed_and_public(world: World) -> None:
    promise = offered(world, written(world, laid(world)))
    with world.room("osthammar"):
        as_frozen_by_0_1_0(promise.offered)
    sign(world, promise, "chair", "chief")
    with world.room("osthammar"):
        promise = publish_promise(world.actor("coordinator"), promise)
        signed, public = promise.offered, promise.published
    assert signed is not None
    assert public is not None
    assert public.content == signed.content
    assert public.hash == signed.hash == content_hash(signed.content)
    assert "Kommunstyrelsens ordförande" in read(address(promise))
    assert "Texten stämmer" in read(f"/offentligt/kontroll/{public.hash}/")
    with everywhere("verify looks at everything"):
        assert list(faults()) == []
