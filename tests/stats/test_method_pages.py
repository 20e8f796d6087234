"""Every page in docs/methods says what a method is, when it must not be used, and shows an example that runs."""

import ast
import re
from pathlib import Path

import pytest
from tests.stats.public import functions

pytestmark = pytest.mark.pure
FOLDER = Path(__file__).parents[2] / "docs" / "methods"
PAGES = sorted(page for page in FOLDER.glob("*.md") if page.name != "README.md")
# a heading that holds one of the words, so that a page may name its sections in its own way
SECTIONS = {
    "formula": ("formula", "formulas", "definition"),
    "source": ("source", "sources"),
    "assumptions": ("assumption", "assumptions"),
    "when not to use it": ("not to use", "not use", "do not use"),
    "pitfalls": ("pitfall", "pitfalls"),
    "worked example": ("example", "examples"),
}


def blocks(page: Path) -> list[tuple[int, str]]:
    """The page's python blocks, each with the line it starts on."""
    text = page.read_text("utf-8")
    found = re.finditer(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [(text.count("\n", 0, match.start(1)), match.group(1)) for match in found]


def test_there_are_method_pages():
    assert PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_has_every_section(page):
    headings = [line.lstrip("# ").lower() for line in page.read_text("utf-8").splitlines() if line.startswith("##")]
    absent = [name for name, words in SECTIONS.items() if not any(w in h for w in words for h in headings)]
    assert not absent, f"{page.name} has no section on: {', '.join(absent)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_run_and_check_their_numbers(page):
    examples = blocks(page)
    assert examples, f"{page.name} has no python example"
    namespace: dict[str, object] = {"__name__": f"docs.methods.{page.stem}"}
    asserts = 0
    for line, source in examples:
        # blank lines in front keep the line numbers of a failure those of the page
        tree = ast.parse("\n" * line + source, str(page))
        asserts += sum(isinstance(node, ast.Assert) for node in ast.walk(tree))
        exec(compile(tree, str(page), "exec"), namespace)
    assert asserts, f"{page.name}: the example checks nothing"


def test_the_index_lists_every_page_once():
    listed = re.findall(r"\]\(([a-z0-9-]+\.md)\)", (FOLDER / "README.md").read_text("utf-8"))
    assert sorted(listed) == [page.name for page in PAGES]


@pytest.mark.parametrize("function", functions())
def test_every_public_function_is_on_a_page(function):
    """Its page names it in code: alone, behind its module, or called."""
    family, name = function.split(".")
    named = re.compile(rf"`(?:[\w.]+\.)?{name}(?:\(.*?\))?`|\b{family}\.{name}\(")
    assert any(named.search(page.read_text("utf-8")) for page in PAGES)
