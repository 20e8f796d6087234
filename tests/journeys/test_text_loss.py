"""Typed text is never lost: nine thousand characters are cut off at fifty points, in every way that work is cut off."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.journeys.conftest import DESK, House, Walker, code_of, context_of, running, settled, violations

pytestmark = [pytest.mark.journey, pytest.mark.pure]

CUTS = 50
CHARACTERS = 9_000
WORDS = [
    "gatan",
    "kväll",
    "stöld",
    "båtmotor",
    "öppen",
    "dörr",
    "Östhammar",
    "hamn",
    "elcykel",
    "åtgärd",
    "ljus",
    "gångväg",
]


@pytest.fixture(scope="module")
def own_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("text-loss")) as found:
        yield found


@dataclass
class Writer:
    """A person who writes about a problem, and what the database holds of it."""

    context: BrowserContext
    page: Page
    house: House
    problem: str

    @property
    def form(self) -> str:
        return f"{self.problem}lucka/ny/"

    @property
    def text(self) -> str:
        return self.page.locator("[name=text]").input_value()

    def open(self, path: str = "") -> None:
        self.page.goto(self.house.address + (path or self.form))

    def write(self, text: str) -> None:
        """Write at the end of the text; the last letter by its key, what is before it as if it were pasted."""
        field = self.page.locator("[name=text]")
        field.evaluate(
            "(e, text) => { e.value += text; e.dispatchEvent(new InputEvent('input', {bubbles: true})) }", text[:-1]
        )
        field.press("Control+End")
        self.page.keyboard.type(text[-1])

    def save(self) -> None:
        self.page.get_by_role("button", name="Spara", exact=True).click()
        settled(self.page)

    def finds(self, text: str) -> None:
        """The page has the text back, and says so."""
        expect(self.page.locator("[name=text]")).to_have_value(text)
        assert "Vi har sparat det du skrev" in self.page.locator(".draft").inner_text()

    def is_told(self, words: str) -> None:
        """The page has stayed, and says why nothing was saved."""
        box = self.page.locator(".summary")
        expect(box).to_contain_text(words)
        expect(box).to_contain_text("Det du skrev finns kvar")
        assert box.evaluate("e => e === document.activeElement")

    def lose_session(self) -> Callable[[], None]:
        """The session is gone, as after half an hour; the result brings it back, as signing in does."""
        cookies = self.context.cookies()
        self.context.clear_cookies(name="sessionid")
        return lambda: self.context.add_cookies([one for one in cookies if one["name"] == "sessionid"])  # type: ignore[misc]

    def new_tab(self) -> None:
        self.page = self.context.new_page()

    def take_stored(self) -> list[str]:
        """What the database holds, which is then taken away, so that the problem's page stays short."""
        with sqlite3.connect(self.house.environment["TILLSAMMANS_DATABASE"], timeout=20) as database:
            rows = database.execute("SELECT text FROM picture_knowledgegap ORDER BY id").fetchall()
            database.execute("DELETE FROM picture_knowledgegap")
        return [text for (text,) in rows]


@pytest.fixture(scope="module")
def writer(browser: Browser, own_house: House) -> Iterator[Writer]:
    context = context_of(browser, DESK)
    walker = Walker(context.new_page(), own_house)
    walker.sign_in("coordinator")
    walker.go("/lagesbild/problem/nytt/")
    walker.fill(title="Stölder i hamnen", collaboration="Trygg i Östhammar")
    walker.page.locator("[name=area]").fill("Östhammar")
    walker.press("Spara")
    yield Writer(context, walker.page, own_house, walker.page.url.removeprefix(own_house.address))
    context.close()


# The ways to be cut off. Each gets the text before the cut and after it, and must end with the whole text saved once.


def tab_closed(writer: Writer, before: str, after: str) -> None:
    writer.open()
    writer.write(before)
    writer.page.close()
    writer.new_tab()
    writer.open()
    writer.finds(before)
    writer.write(after)
    writer.save()


def session_ended(writer: Writer, before: str, after: str) -> None:
    writer.open()
    writer.write(before)
    sign_in = writer.lose_session()
    writer.write(after)
    writer.save()
    writer.is_told("Du har loggats ut")
    link = writer.page.locator(".summary a")
    assert link.get_attribute("href") == f"/konto/login/?next={writer.form.replace('/', '%2F')}"
    sign_in()
    link.click()  # whoever has signed in already is sent on at once
    writer.finds(before + after)
    writer.save()


def network_gone(writer: Writer, before: str, after: str) -> None:
    writer.open()
    writer.write(before)
    writer.context.set_offline(True)
    writer.write(after)
    writer.save()
    writer.is_told("Vi får ingen kontakt med servern")
    writer.context.set_offline(False)
    writer.save()


def network_gone_and_page_too(writer: Writer, before: str, after: str) -> None:
    writer.open()
    writer.write(before)
    writer.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        writer.open("/")
    writer.context.set_offline(False)
    writer.open()
    writer.finds(before)
    writer.write(after)
    writer.save()


def answer_lost(writer: Writer, before: str, after: str) -> None:
    writer.open()
    writer.write(before + after)
    lose_the_answer(writer.page)
    writer.save()
    writer.is_told("Vi får ingen kontakt med servern")
    writer.save()


def answer_lost_and_page_too(writer: Writer, before: str, after: str) -> None:
    writer.open()
    writer.write(before + after)
    lose_the_answer(writer.page)
    writer.save()
    writer.open()
    expect(writer.page.locator(".draft")).to_contain_text("hann sparas")
    assert writer.text == ""


def server_broken(writer: Writer, before: str, after: str) -> None:
    writer.open()
    writer.write(before)

    def broken(route: Route) -> None:
        route.fulfill(status=random.choice([500, 502, 503]), body="<h1>Bad Gateway</h1>", content_type="text/html")

    writer.page.route("**/*", broken, times=1)
    writer.write(after)
    writer.save()
    writer.is_told("Något gick fel hos oss")
    writer.save()


def back_after_saving(writer: Writer, before: str, after: str) -> None:
    writer.open()
    writer.write(before + after)
    writer.save()
    saved = writer.page.url
    writer.page.go_back()
    expect(writer.page.locator(".draft")).to_contain_text("Det är redan sparat")
    assert writer.text == ""
    writer.save()
    assert "Vad vi inte vet" in writer.page.locator(".summary").inner_text()  # nothing to save a second time
    writer.open()
    writer.page.go_back()
    assert saved.startswith(writer.house.address + writer.problem)


def left_and_come_back(writer: Writer, before: str, after: str) -> None:
    writer.open()
    writer.write(before)
    writer.open(writer.problem)
    writer.page.go_back()
    writer.finds(before)
    writer.write(after)
    writer.save()


def server_killed_while_writing(writer: Writer, before: str, after: str) -> None:
    writer.open()
    writer.write(before)
    writer.house.kill("serve")
    writer.write(after)
    writer.save()
    writer.is_told("Vi får ingen kontakt med servern")
    writer.house.start("serve")
    writer.house.wait_until_ready()
    writer.save()


def server_killed_while_saving(writer: Writer, before: str, after: str) -> None:
    writer.open()
    writer.write(before + after)
    writer.page.get_by_role("button", name="Spara", exact=True).click(no_wait_after=True)
    time.sleep(random.uniform(0, 0.06))
    writer.house.kill("serve")
    writer.house.start("serve")
    writer.house.wait_until_ready()
    settled(writer.page)
    if writer.page.url.endswith(writer.form):
        writer.open()
        expect(writer.page.locator(".draft")).to_be_visible()
        if writer.text:
            writer.finds(before + after)
            writer.save()


def lose_the_answer(page: Page) -> None:
    """The next request reaches the server, and its answer does not reach the page."""

    def lose(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/*", lose, times=1)


WAYS: list[tuple[Callable[[Writer, str, str], None], int]] = [
    (tab_closed, 5),
    (session_ended, 7),
    (network_gone, 9),
    (network_gone_and_page_too, 4),
    (answer_lost, 7),
    (answer_lost_and_page_too, 4),
    (server_broken, 7),
    (back_after_saving, 2),
    (left_and_come_back, 2),
    (server_killed_while_writing, 1),
    (server_killed_while_saving, 2),
]


def written(number: int) -> str:
    """A text of nine thousand characters, whose every word stands in it once and in no other text."""
    text = ""
    while len(text) < CHARACTERS:
        text += f"{random.choice(WORDS)}{number}x{len(text)}{random.choice([' ', ' ', ' ', chr(10)])}"
    return text[:CHARACTERS].rstrip() + "."


@pytest.mark.slow("writes nine thousand characters fifty times, and starts a server again three times")
def test_no_cut_of_fifty_loses_a_word_or_saves_it_twice(writer: Writer) -> None:
    random.seed(8)
    cuts = [way for way, times in WAYS for _ in range(times)]
    assert len(cuts) == CUTS
    lost: dict[str, list[str]] = {}
    for number, way in enumerate(cuts):
        text = written(number)
        where = random.randrange(1, CHARACTERS)
        way(writer, text[:where], text[where:])
        found = writer.take_stored()
        assert len(found) == 1, f"cut {number}, {way.__name__}: {len(found)} rows"
        if missing := [word for word in text.split() if word not in set(found[0].split())]:
            lost[f"{number} {way.__name__}"] = missing
    assert lost == {}
    writer.open(writer.problem)
    left = writer.page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('draft:'))")
    assert left == [], "what is saved leaves the browser"


COLLABORATION = "/samverkan/ny/"


def drafts(page: Page) -> list[str]:
    found: list[str] = page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('draft:'))")
    return found


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """A computer that several people use."""
    context = context_of(browser, DESK)
    context.new_page().emulate_media(reduced_motion="reduce")
    yield context.pages[0]
    context.close()


def sign_in(page: Page, house: House, role: str, later: int = 0) -> None:
    """With both factors, from the page of sign-in that is shown; a code is good for one sign-in."""
    keys = house.keys[role]
    page.locator("[name=login]").fill(keys["email"])
    page.locator("[name=password]").fill(keys["password"])
    page.get_by_role("button", name="Fortsätt").click()
    page.locator("[name=code]").fill(code_of(keys["secret"], later))
    page.get_by_role("button", name="Logga in").click()
    page.wait_for_load_state()


def press_sign_out(page: Page) -> None:
    page.locator("details.menu summary").click()
    page.locator("form.leave button").click()


def test_a_draft_is_its_writers_alone_and_waits_behind_the_sign_in(own_house: House, desk: Page) -> None:
    form = own_house.address + COLLABORATION
    desk.goto(form)
    sign_in(desk, own_house, "police")
    assert desk.url == form, "sign-in leads to the page that was asked for"
    desk.locator("[name=purpose]").fill("En förmiddags arbete om hamnen.")
    desk.context.clear_cookies(name="sessionid")

    desk.goto(form)
    sign_in(desk, own_house, "stranger")
    assert desk.locator("[name=purpose]").input_value() == ""
    assert desk.locator(".draft").count() == 0
    press_sign_out(desk)  # asks nothing: this person has written nothing
    expect(desk.get_by_role("link", name="Logga in").first).to_be_visible()
    assert len(drafts(desk)) == 1

    desk.get_by_role("link", name="Logga in").first.click()
    sign_in(desk, own_house, "police", later=1)
    expect(desk.locator(".draft")).to_contain_text("Du har text som inte är sparad")
    desk.locator(".draft").get_by_role("link", name="Starta en samverkan").click()
    expect(desk.locator("[name=purpose]")).to_have_value("En förmiddags arbete om hamnen.")
    press_sign_out(desk)
    told = desk.locator("#unsaved")
    expect(told).to_contain_text("Starta en samverkan")
    assert violations(desk) == []
    desk.keyboard.press("Escape")
    assert len(drafts(desk)) == 1
    desk.locator("form.leave button").click()
    told.get_by_role("button", name="Ta bort texten och logga ut").click()
    expect(desk.get_by_role("link", name="Logga in").first).to_be_visible()
    assert drafts(desk) == []


def test_signing_in_again_in_another_tab_lets_the_first_one_save(writer: Writer) -> None:
    writer.open()
    writer.write("Texten i den första fliken.")
    writer.lose_session()
    other = writer.context.new_page()
    other.goto(writer.house.address + COLLABORATION)
    sign_in(other, writer.house, "coordinator", later=1)
    other.close()
    writer.save()
    assert writer.page.url == writer.house.address + writer.problem
    assert writer.take_stored() == ["Texten i den första fliken."]


def test_two_tabs_keep_both_texts(writer: Writer) -> None:
    writer.open()
    writer.write("Vi vet inte när båtarna tas.")
    writer.save()
    writer.page.locator("a[href*='/lagesbild/lucka/']").first.click()
    edit = writer.page.url
    other = writer.context.new_page()
    other.goto(edit)
    other.locator("[name=text]").fill("Andra flikens text.")
    writer.page.reload()
    expect(writer.page.locator(".draft")).to_contain_text("i en annan flik")
    writer.page.locator("[name=text]").fill("Första flikens text.")
    writer.save()
    other.get_by_role("button", name="Spara", exact=True).click()
    settled(other)
    conflict = other.locator(".conflict")
    expect(conflict).to_contain_text("Första flikens text.")
    expect(conflict).to_contain_text("Andra flikens text.")
    assert conflict.evaluate("e => e === document.activeElement")
    other.reload()  # and the browser keeps what is not saved yet
    expect(other.locator("[name=text]")).to_have_value("Andra flikens text.")
    other.close()
    assert writer.take_stored() == ["Första flikens text."]


def test_the_end_of_an_idle_session_is_told_in_time_and_put_off_by_key(writer: Writer) -> None:
    page = writer.context.new_page()
    page.emulate_media(reduced_motion="reduce")
    page.clock.install()
    page.goto(writer.house.address + writer.form)
    warning, ended = page.locator("#session-ends"), page.locator("#session-ended")
    page.clock.fast_forward("27:30")
    assert not warning.is_visible()
    page.clock.fast_forward("00:40")
    expect(warning).to_be_visible()
    assert violations(page) == []
    writer.context.set_offline(True)
    page.keyboard.press("Enter")  # the only button has the focus
    expect(warning).to_contain_text("Vi får ingen kontakt med servern")
    writer.context.set_offline(False)
    with page.expect_response("**/narvaro/*") as asked:
        page.keyboard.press("Enter")
    assert asked.value.status == 200
    expect(warning).not_to_be_visible()

    page.clock.fast_forward("20:00")
    with page.expect_response("**/narvaro/*"):  # typing is a sign of life
        page.locator("[name=text]").fill("Vi skriver i fred.")
        page.clock.fast_forward("00:06")
    page.clock.fast_forward("27:00")
    assert not warning.is_visible()
    page.clock.fast_forward("03:10")
    expect(ended).to_be_visible()
    assert violations(page) == []
    expect(ended.get_by_role("link", name="Logga in")).to_have_attribute(
        "href", f"/konto/login/?next={writer.form.replace('/', '%2F')}"
    )
    page.evaluate("localStorage.clear()")
    page.close()
