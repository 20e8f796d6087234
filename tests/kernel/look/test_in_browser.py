"""The page of parts in a real browser: usable by everyone, in either theme, on a phone and on a wide screen."""

from typing import Any

import pytest
from django.test import RequestFactory, override_settings
from playwright.sync_api import Browser, Page, Route

from tests.browser import AXE, TAGS
from tillsammans.kernel.assets import assets
from tillsammans.kernel.components_page import components_page

pytestmark = [pytest.mark.pure, pytest.mark.journey]

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'"
THEMES = ["light", "dark"]

# Contrast of what axe leaves out (WCAG 1.4.11): borders of controls, the thread, the focus ring, against their ground.
CONTRAST = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const light = (colour) => {
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const paper = getComputedStyle(document.body).backgroundColor;
  const pick = (selector, property) => ratio(getComputedStyle(document.querySelector(selector))[property], paper);
  document.querySelector(".skip").focus();
  return {
    field: pick("#id_text", "borderTopColor"), wrong: pick("#wrong_title", "borderTopColor"),
    tick: pick("#id_sources_0", "borderTopColor"), knot: pick(".thread .knot", "backgroundColor"),
    button: pick(".btn.quiet", "borderTopColor"), bar: pick(".bar svg", "borderTopColor"),
    focus: ratio(getComputedStyle(document.querySelector(".skip")).outlineColor, paper),
  };
}"""


def served(html: bytes) -> Any:
    """Answers for a page under our own policy: the page itself at the root, and the static files."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://sida.test").split("?")[0]
        if path == "/":
            headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
            route.fulfill(body=html, headers=headers)
        elif asset := assets().get(path):
            route.fulfill(body=asset.content, content_type=asset.kind)
        else:
            route.fulfill(status=404)

    return answer


def _opened(browser: Browser, theme: str, width: int, *, script: bool = True) -> Page:
    with override_settings(DEMO=True):  # the notice of a demo is part of the page
        html = components_page(RequestFactory().get("/")).content
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=theme,
        locale="sv-SE",
        java_script_enabled=script,
        reduced_motion="reduce",
    )  # type: ignore[call-overload]
    page: Page = context.new_page()
    page.route("**/*", served(html))
    page.goto("http://sida.test/")
    return page


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("theme", THEMES)
def test_no_rule_of_accessibility_is_broken(browser: Browser, theme: str, width: int) -> None:
    page = _opened(browser, theme, width)
    page.evaluate(AXE.read_text())
    result = page.evaluate("(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags } })", TAGS)
    assert len(result["passes"]) > 20
    assert [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in result["violations"]] == []
    page.context.close()


@pytest.mark.parametrize("theme", THEMES)
def test_borders_and_marks_stand_out_from_their_ground(browser: Browser, theme: str) -> None:
    page = _opened(browser, theme, 1280)
    assert {name: ratio for name, ratio in page.evaluate(CONTRAST).items() if ratio < 3} == {}
    page.context.close()


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_the_page_never_scrolls_sideways(browser: Browser, width: int) -> None:
    page = _opened(browser, "light", width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_targets_are_large_enough_for_a_finger_on_forms(browser: Browser) -> None:
    page = _opened(browser, "light", 360)
    small = page.evaluate(
        "() => [...document.querySelectorAll('.form .btn, .form .ds-input:not([type=radio], [type=checkbox]), "
        ".form .choices .ds-field')]"
        ".filter((each) => each.getBoundingClientRect().height < 44).map((each) => each.outerHTML.slice(0, 120))"
    )
    assert small == []
    page.context.close()


def test_a_table_is_sorted_by_its_numbers_and_says_so(browser: Browser) -> None:
    page = _opened(browser, "light", 1280)
    page.get_by_role("button", name="Brott").click()
    cells = page.locator("table[data-sort] tbody td.n").all_text_contents()
    assert [cell.replace("\u00a0", " ")[:5] for cell in cells] == ["98,5", "1 198", "–uppg"]
    assert page.get_by_role("columnheader", name="Brott").get_attribute("aria-sort") == "ascending"
    assert page.locator("#said").text_content() == "Sorterad stigande efter Brott"
    page.context.close()


def test_what_was_typed_comes_back_and_can_be_thrown_away(browser: Browser) -> None:
    page = _opened(browser, "light", 1280)
    page.fill("#id_title", "Stölder i hamnen")
    page.fill("#id_day", "2026-02-03")
    page.select_option("#id_group", "a")
    page.check("form[data-draft] [name=kind][value=o]")
    page.check("form[data-draft] [name=sources][value=t]")
    page.reload()
    assert [page.input_value(f"#id_{name}") for name in ("title", "day", "group")] == [
        "Stölder i hamnen",
        "2026-02-03",
        "a",
    ]
    assert page.is_checked("form[data-draft] [name=kind][value=o]")
    assert page.is_checked("form[data-draft] [name=sources][value=t]")
    page.get_by_role("button", name="Ta bort och börja om").click()
    page.reload()
    assert page.input_value("#id_title") == "Inbrott i bostad, Gimo"
    page.context.close()


def test_a_dialog_opens_by_key_and_gives_the_focus_back(browser: Browser) -> None:
    page = _opened(browser, "light", 1280)
    page.locator("[data-dialog]").focus()
    page.keyboard.press("Enter")
    assert page.locator("#example-dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#example-dialog").is_visible()
    assert page.evaluate("document.activeElement.dataset.dialog") == "example-dialog"
    page.context.close()


def test_without_script_terms_still_open_and_figures_have_their_table(browser: Browser) -> None:
    page = _opened(browser, "light", 1280, script=False)
    page.get_by_role("button", name="åtgärdsplan").click()
    assert page.locator("#term-atgardsplan").is_visible()
    page.get_by_text("Visa som tabell").first.click()
    assert page.get_by_role("columnheader", name="Period").first.is_visible()
    page.context.close()
