"""Everyone gets in: every page that a role can reach, by keyboard, without JavaScript, enlarged, at rest and on paper.

A machine sees a part of all barriers. What it cannot see is listed in the statement on accessibility.
"""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import House, Walker, code_of, context_of, unseen, violations

pytestmark = [pytest.mark.journey, pytest.mark.pure]

ROLES = [
    "",
    "osthammar-coordinator",
    "norduppland-municipality_police",
    "osthammar-signatory",
    "uppsala-lan-county_coordinator",
    "osthammar-administrator",
    "osthammar-reader",
    "gemensamt-operator",
    "tierp-coordinator",
]
ROUTES_PER_ROLE = 60
PUBLIC = "/offentligt/"  # says the same to all, and is walked once
FILES = (".pdf", ".docx", ".csv", ".json", ".svg", ".png", ".css", ".zip")


def route_of(address: str) -> str:
    """The name of the route of an address; empty for what is no page of the program."""
    try:
        return resolve(address.partition("?")[0]).view_name
    except Resolver404:
        return ""


def pages(walker: Walker, start: list[str]) -> Iterator[str]:
    """Open one page per route that can be reached by links from ``start``, in the order in which they are found."""
    waiting = list(start)
    seen: set[str] = set()
    while waiting and len(seen) < ROUTES_PER_ROLE:
        address = waiting.pop(0)
        route = route_of(address)
        if route in seen or address.partition("?")[0].endswith(FILES):
            continue
        if address.startswith(PUBLIC) and not start[0].startswith(PUBLIC):
            continue
        seen.add(route)
        answer = walker.page.goto(walker.house.address + address)
        assert answer is not None
        assert answer.status == 200, f"a link leads to {address}, which answers {answer.status}"
        links = walker.page.locator("a[href]").evaluate_all("all => all.map(a => a.href)")
        own = [link.removeprefix(walker.house.address) for link in links if link.startswith(walker.house.address)]
        waiting += [link.partition("#")[0] for link in own]
        yield address


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role or "public")
def test_every_page_that_a_role_reaches_is_open_to_all(browser: Browser, demo_house: House, role: str) -> None:
    context = context_of(browser, 1280)
    walker = Walker(context.new_page(), demo_house)
    page = walker.page
    if role:
        walker.come_in(role)
    wrong: list[str] = []
    opened = 0
    for address in pages(walker, ["/"] if role else [PUBLIC, "/konto/login/", "/demo/"]):
        opened += 1
        found = structure(page)
        if unseen(page, 1280):
            found += violations(page)
            page.emulate_media(color_scheme="dark")
            page.set_viewport_size({"width": 360, "height": 800})
            found += [f"narrow and dark: {one}" for one in violations(page)]
        page.set_viewport_size({"width": 320, "height": 800})
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            found.append(f"is {width} px wide on a screen of 320")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 900})
        wrong += [f"{address}: {one}" for one in found]
    context.close()
    assert wrong == []
    assert opened >= (8 if not role else 15), "the walk went out over the pages"


def structure(page: Page) -> list[str]:
    """What every page has: a language, a title, one heading of the first level, and a way past the menu first."""
    found = []
    if page.evaluate("document.documentElement.lang") != "sv":
        found.append("does not say that it is in Swedish")
    if not page.title().strip():
        found.append("has no title")
    if (headings := page.locator("h1").count()) != 1:
        found.append(f"has {headings} headings of the first level")
    levels = page.locator("main").locator("h1, h2, h3, h4").evaluate_all("all => all.map(h => Number(h.localName[1]))")
    if any(after > before + 1 for before, after in pairwise(levels)):
        found.append(f"jumps between levels of headings: {levels}")
    # A field that takes the focus by itself is left first.
    page.evaluate("document.activeElement && document.activeElement.blur()")
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.getAttribute('href') + document.activeElement.className")
    if first != "#mskip":
        found.append(f"begins with {first!r} and not with the way past the menu")
    return found


# By keyboard alone


FOCUS = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const own = e.innerText || e.getAttribute('aria-label') || '';
  const label = e.labels && e.labels.length ? e.labels[0].innerText : own;
  const at = document.elementFromPoint(
    Math.max(1, Math.min(innerWidth - 1, box.left + box.width / 2)),
    Math.max(1, Math.min(innerHeight - 1, box.top + Math.min(box.height, innerHeight) / 2)));
  const drawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return {name: label.trim().replace(/\\s+/g, ' '), body: e === document.body, drawn,
    covered: !(at && (e.contains(at) || at.contains(e) || [...(e.labels || [])].some(l => l.contains(at)))),
    inside: box.bottom > 0 && box.top < innerHeight};
}"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called ``name``; the focus is seen at every stop on the way."""
    for _ in range(150):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["body"]:
            continue
        assert focus["drawn"], f"the focus on {focus['name']!r} is not drawn on {page.url}"
        assert focus["inside"], f"the focus on {focus['name']!r} is out of sight on {page.url}"
        assert not focus["covered"], f"the focus on {focus['name']!r} is covered on {page.url}"
        if focus["name"].startswith(name):
            return
    raise AssertionError(f"{name!r} cannot be reached by Tab on {page.url}")


def enter(page: Page) -> None:
    """Press Enter on what has the focus, and wait for the page or the answer that comes."""
    page.evaluate("document.querySelector('main').dataset.before = ''")
    page.keyboard.press("Enter")
    page.locator("main[data-before]").wait_for(state="detached")
    page.wait_for_load_state()


@pytest.fixture
def keyboard(browser: Browser) -> Iterator[Page]:
    """A page whose mouse is taken away."""
    context = context_of(browser, 1280)
    yield context.new_page()
    context.close()


def test_signing_in_with_both_factors_by_keyboard(house: House, keyboard: Page) -> None:
    keys = house.keys["coordinator"]
    keyboard.goto(f"{house.address}/konto/login/")
    keyboard.evaluate("document.activeElement.blur()")
    for label, text in [("E-post", keys["email"]), ("Lösenord", keys["password"])]:
        tab_to(keyboard, label)
        keyboard.keyboard.insert_text(text)
    tab_to(keyboard, "Fortsätt")
    enter(keyboard)
    keyboard.evaluate("document.activeElement.blur()")
    tab_to(keyboard, "Kod")
    keyboard.keyboard.insert_text(code_of(keys["secret"]))
    tab_to(keyboard, "Logga in")
    enter(keyboard)
    assert keyboard.locator("h1").inner_text() == "Din vecka"


def test_logging_an_activity_by_keyboard(demo_house: House, keyboard: Page) -> None:
    Walker(keyboard, demo_house).come_in("osthammar-coordinator")
    keyboard.goto(f"{demo_house.address}/plan/aktiviteter/")
    tab_to(keyboard, "Logga besöker hushåll")
    enter(keyboard)
    tab_to(keyboard, "Antal")
    keyboard.keyboard.press("Control+A")
    keyboard.keyboard.insert_text("7")
    tab_to(keyboard, "Anteckning")
    keyboard.keyboard.insert_text("Vi gick Fiskargatan, båda sidor.")
    tab_to(keyboard, "Logga")
    enter(keyboard)
    shown = keyboard.locator("main").inner_text()
    assert "7 av 120 hushåll" in shown
    assert "Fiskargatan, båda sidor" in shown


def test_writing_a_knowledge_gap_by_keyboard_and_finding_an_error(demo_house: House, keyboard: Page) -> None:
    Walker(keyboard, demo_house).come_in("osthammar-coordinator")
    keyboard.goto(f"{demo_house.address}/lagesbild/problem/")
    tab_to(keyboard, "Båtmotorstölder")
    enter(keyboard)
    tab_to(keyboard, "Lägg till en kunskapslucka")
    enter(keyboard)
    tab_to(keyboard, "Spara")
    enter(keyboard)
    # The list of errors has the focus, and its link leads to the field.
    assert keyboard.evaluate("document.activeElement.closest('.summary') !== null")
    tab_to(keyboard, "Vad vi inte vet")
    keyboard.keyboard.press("Enter")
    assert keyboard.evaluate("document.activeElement.name") == "text"
    assert keyboard.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
    keyboard.keyboard.insert_text("Vart motorerna tar vägen.")
    tab_to(keyboard, "Spara")
    enter(keyboard)
    assert "Vart motorerna tar vägen." in keyboard.locator("main").inner_text()


# Without JavaScript


@pytest.fixture
def still(browser: Browser) -> Iterator[Page]:
    """A page of a browser that runs no scripts."""
    context = context_of(browser, 360, scripts=False)
    yield context.new_page()
    context.close()


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name).or_(
        page.locator("main").get_by_role("link", name=name)
    ).first.click()


def test_signing_in_with_both_factors_without_javascript(house: House, still: Page) -> None:
    keys = house.keys["police"]
    still.goto(f"{house.address}/konto/login/")
    still.locator("[name=login]").fill(keys["email"])
    still.locator("[name=password]").fill(keys["password"])
    press(still, "Fortsätt")
    still.locator("[name=code]").fill(code_of(keys["secret"]))
    press(still, "Logga in")
    assert still.locator("h1").inner_text() == "Din vecka"


def test_sharing_a_picture_without_javascript(demo_house: House, still: Page) -> None:
    Walker(still, demo_house).come_in("osthammar-coordinator")
    still.goto(f"{demo_house.address}/lagesbild/")
    still.locator("tbody a").first.click()
    press(still, "Dela på nytt")
    press(still, "Dela nu")
    assert still.locator(".message.success").count() == 1
    assert "Delad med parterna" in still.locator("aside").inner_text()


def test_signing_a_promise_without_javascript(demo_house: House, still: Page) -> None:
    Walker(still, demo_house).come_in("osthammar-signatory")
    press(still, "Läs och svara")
    press(still, "Läs och skriv under")
    still.get_by_label("Vi godkänner texten och skriver under").check()
    press(still, "Skicka svaret")
    assert still.locator("aside").inner_text().count("har skrivit under") == 2


def test_reading_a_public_promise_without_javascript(demo_house: House, still: Page) -> None:
    still.goto(f"{demo_house.address}/offentligt/")
    press(still, "Färre inbrott i Gimo och Alunda")
    shown = still.locator("main").inner_text()
    assert "32 av 34 kvällar" in shown
    assert "Löftet är delvis hållet." in shown


# Enlarged, at rest, on paper

# WCAG 1.4.12 and 1.4.4: the reader's own spacing, and letters of twice the size.
ROOMY = """html { font-size: 200% !important }
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""
CLIPPED = """() => [...document.querySelectorAll('body *')].filter(e => {
  if (e.closest('svg, .sr, .skip, .scroll, [popover], dialog, details:not([open])') || !e.innerText) return false;
  const style = getComputedStyle(e);
  const hides = ['hidden', 'clip'];
  return hides.includes(style.overflowX) && e.scrollWidth > e.clientWidth + 1
    || hides.includes(style.overflowY) && e.scrollHeight > e.clientHeight + 1;
}).map(e => e.localName + '.' + e.className + ': ' + e.innerText.slice(0, 40))"""


@pytest.fixture
def three(browser: Browser, demo_house: House) -> Iterator[Page]:
    """A page of a coordinator, where the reader's own styles are let in."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="sv-SE", bypass_csp=True)
    page = context.new_page()
    Walker(page, demo_house).come_in("osthammar-coordinator")
    yield page
    context.close()


def the_three(page: Page, house: House) -> Iterator[str]:
    """The start page, a problem, and a public promise, opened one after the other."""
    for address, link in [
        ("/", None),
        ("/lagesbild/problem/", "Inbrott i bostad"),
        ("/offentligt/", "Färre inbrott i Gimo och Alunda"),
    ]:
        page.goto(house.address + address)
        if link:
            press(page, link)
            page.wait_for_load_state()
        yield page.url


def test_nothing_is_lost_when_the_text_is_twice_as_large_and_roomy(demo_house: House, three: Page) -> None:
    for url in the_three(three, demo_house):
        before = three.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)")
        three.add_style_tag(content=ROOMY)
        after = three.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)")
        assert after == pytest.approx(2 * before, rel=0.05), f"the letters of {url} follow the reader's size"
        assert three.evaluate(CLIPPED) == [], url
        assert three.evaluate("document.documentElement.scrollWidth") <= 1280, url


MOVING = """() => [...document.querySelectorAll('*')].filter(e => {
  const style = getComputedStyle(e);
  return style.animationName !== 'none' || style.transitionDuration.split(', ').some(d => parseFloat(d) > 0)
}).map(e => e.localName + '.' + e.className).concat(document.getAnimations().map(a => 'running'))"""


def test_nothing_moves_for_those_who_asked_for_rest(demo_house: House, three: Page) -> None:
    three.emulate_media(reduced_motion="reduce")
    for url in the_three(three, demo_house):
        assert three.evaluate(MOVING) == [], url
        three.add_style_tag(content="h1 { transition: color 1s }")
        assert three.evaluate(MOVING) == [], f"the rule of {url} holds for what is added later too"


def test_paper_carries_the_content_and_where_it_comes_from(demo_house: House, three: Page) -> None:
    for url in the_three(three, demo_house):
        assert three.locator("nav.main").is_visible()
        three.emulate_media(media="print")
        for hidden in ("nav.main", ".who", "footer.page form", "footer.page ul"):
            assert not three.locator(hidden).first.is_visible(), f"{hidden} is printed of {url}"
        assert three.locator("h1").is_visible()
        source = three.locator("footer .print-only")
        assert url in source.inner_text()
        three.emulate_media(media="screen")
        assert not source.is_visible()
