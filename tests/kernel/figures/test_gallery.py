"""The page of figures in a real browser: every kind, in either theme, on a phone and on a wide screen, in grey."""

from itertools import pairwise
from typing import Any

import pytest
from django.test import RequestFactory
from playwright.sync_api import Browser, Page

from tests.browser import AXE, TAGS
from tests.kernel.look.test_in_browser import served
from tillsammans.kernel.gallery import KINDS, STATES, gallery_page

pytestmark = [pytest.mark.pure, pytest.mark.journey]

# Words that cover each other, or that stick out of their drawing, as the browser sets them. A rim of paper around
# words on a map is not counted, and neither is the air over and under the letters.
COLLISIONS = """() => [...document.querySelectorAll("svg.fig")].filter((each) => each.checkVisibility())
.flatMap((svg) => {
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")].map((node) => {
    const box = node.getBoundingClientRect(), air = box.height * 0.2;
    const inner = { left: box.left + 0.5, right: box.right - 0.5, top: box.top + air, bottom: box.bottom - air };
    return { words: node.textContent, ...inner };
  });
  const found = [];
  texts.forEach((one, index) => {
    if (one.left < frame.left - 1 || one.right > frame.right + 1 || one.bottom > frame.bottom + 1)
      found.push("utanför: " + one.words);
    for (const other of texts.slice(index + 1))
      if (one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom)
        found.push(one.words + " / " + other.words);
  });
  return found;
})"""
# How light each shade is, from 0 to 100, as the eye sees grey (CIE L*).
LIGHTNESS = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  return [1, 2, 3, 4, 5].map((step) => {
    const node = document.querySelector("#choropleth .wide .fig-shade-" + step);
    canvas.fillStyle = getComputedStyle(node).fill; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
  });
}"""


def opened(browser: Browser, theme: str, width: int, **options: Any) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, locale="sv-SE", reduced_motion="reduce", **options
    )  # type: ignore[call-overload]
    page: Page = context.new_page()
    page.route("**/*", served(gallery_page(RequestFactory().get("/")).content))
    page.goto("http://sida.test/")
    page.evaluate("document.fonts.ready")
    page.evaluate("document.querySelectorAll('details.ds-details').forEach((each) => { each.open = true })")
    return page


def test_the_page_shows_every_kind_in_every_state() -> None:
    html = gallery_page(RequestFactory().get("/")).content.decode()
    classes = {}
    for name, _heading, make in KINDS:
        assert f'id="{name}-wide-title"' in html
        classes.setdefault(type(make()), name)
    assert len(classes) == 8
    for name in classes.values():
        for state in STATES:
            assert f'id="{name}-{state.value}-narrow-title"' in html
    assert " style=" not in html


def test_a_page_says_how_many_lie_behind_a_figure_only_when_it_is_shown() -> None:
    html = gallery_page(RequestFactory().get("/")).content.decode()
    shown, hidden = (
        html.split(f'id="{ident}-heading"')[1].split("</article>")[0] for ident in ("funnel", "funnel-suppressed")
    )
    assert "n = 40" in shown
    assert "n = " not in hidden


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_rule_of_accessibility_is_broken(browser: Browser, theme: str, width: int) -> None:
    page = opened(browser, theme, width)
    page.evaluate(AXE.read_text())
    result = page.evaluate("(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags } })", TAGS)
    assert len(result["passes"]) > 20
    assert [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in result["violations"]] == []
    page.context.close()


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_words_cover_others_and_nothing_scrolls_sideways(browser: Browser, width: int) -> None:
    page = opened(browser, "light", width)
    assert page.evaluate("document.querySelectorAll('svg.fig text').length") > 500
    assert page.evaluate(COLLISIONS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.parametrize("width", [360, 600, 700, 768, 1280])
def test_text_in_figures_is_never_small(browser: Browser, width: int) -> None:
    page = opened(browser, "light", width)
    least = page.evaluate(
        "() => Math.min(...[...document.querySelectorAll('section > .finding-frame svg.fig')]"
        ".filter((svg) => svg.checkVisibility())"
        ".map((svg) => 14 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width))"
    )
    assert least >= 11.5
    page.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_classes_are_told_apart_in_grey(browser: Browser, theme: str) -> None:
    page = opened(browser, theme, 1280)
    shades = page.evaluate(LIGHTNESS)
    steps = [after - before for before, after in pairwise(shades)]
    assert all(abs(step) >= 9 for step in steps), shades
    assert len({step > 0 for step in steps}) == 1, shades
    page.context.close()


def test_chosen_colours_of_the_reader_replace_ours(browser: Browser) -> None:
    page = opened(browser, "light", 1280, forced_colors="active")
    colours = page.evaluate(
        "() => ['.fig-shade-1', '.fig-shade-5', '.fig-alarm', '.fig-text', '.fig-own'].map((name) => {"
        " const style = getComputedStyle(document.querySelector('#choropleth .wide ' + name));"
        " return style.stroke + ' ' + style.fill })"
    )
    ours = ["rgb(163, 24, 44)", "rgb(29, 79, 110)", "rgb(28, 34, 38)"]
    assert not any(colour in each for each in colours for colour in ours)
    page.context.close()
