"""Files are named by what is in them, and pages lead only to pages that their app may know."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "tillsammans"
LAYERS: list[list[str]] = [
    [name.strip() for name in line.split("|")]
    for line in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}

# What every app may have, as a file or as a package with one file per noun; see ARCHITECTURE.md.
STANDARD = {
    *("apps", "urls", "views", "panels", "forms", "documents", "content", "actions", "queries", "policies", "rules"),
    *("models", "jobs", "command", "estimates", "figures", "notices", "terms"),
    *("migrations", "management", "templates", "templatetags", "static"),
}
# An app's own nouns. A new file is a new word: put it here when no standard word says what it holds.
OWN = {
    "areas": {"loading", "similar"},
    "collaboration": {"kinds"},
    "imports": {"batch", "clients", "mappings", "places", "plan", "staging"},
    "indicators": {"breaks", "from_files", "population", "series", "words"},
    "parties": {"signin", "terminal"},
    "patterns": {
        "bundle",
        "detect",
        "methods",
        "results",
        "runs",
        "sentences",
        "series_matrix",
        "single_series",
    },
    "picture": {"findings", "from_files", "season", "words"},
    "police_events": {"client", "importing"},
}
# Not apps: their files are named by what they read, compute or provide.
LIBRARIES = {"config", "formats", "geo", "kernel"}
COMPOUND = re.compile(r"\w+(views|forms|urls|queries|models|actions|policies|rules|commands)$")
EMPTY_WORDS = {"utils", "helpers", "services", "managers", "signals", "common", "misc", "base_views"}


def test_every_file_of_an_app_has_a_known_name() -> None:
    unknown = [
        str(path.relative_to(PACKAGE))
        for app in sorted(RANK.keys() - LIBRARIES)
        for path in (PACKAGE / app).iterdir()
        if not path.name.startswith(("__", ".")) and path.stem not in STANDARD | OWN.get(app, set())
    ]
    assert unknown == []


def test_views_and_forms_are_files_of_their_own_or_one_file_per_noun() -> None:
    wrong = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if COMPOUND.match(path.stem) or path.stem in EMPTY_WORDS
    ]
    assert wrong == []


ADDRESS = re.compile(rf"[\"']({'|'.join(RANK)}):[a-z_]+[\"']")


def test_an_app_leads_to_the_pages_of_apps_above_only_through_the_wiring() -> None:
    """``config.wiring.PAGES`` names them, so that an app below still knows nobody above it."""
    upward = [
        f"{path.relative_to(PACKAGE)}: {match[0]}"
        for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html")]
        if (app := path.relative_to(PACKAGE).parts[0]) in RANK
        for match in ADDRESS.finditer(path.read_text())
        if RANK[match[1]] <= RANK[app] and match[1] != app
    ]
    assert upward == []


# Nouns of the apps above ``collaboration``, as whole words of names and texts in code and templates; "problem" is also
# plain English for what went wrong, and "plan" and "picture" are what a database and a document have.
NOUNS = re.compile(
    r"(?<![a-zåäö])(promises?|löfte\w*|medborgarlöfte\w*|lägesbild\w*|situational|plans|planer\w*|åtgärd\w*|measures?"
    r"|activit(?:y|ies)|aktivitet\w*|causes?|orsak\w*|goals?|effektmål\w*|uppföljning\w*"
    r"|utvärdering\w*)(?![a-zåäö])",
    re.I,
)
# Files of ``kernel`` and ``collaboration`` that may name them, and why.
NAMING = {
    "kernel/components_page.py": "examples of components, shown to developers",
    "kernel/templates/kernel/components_page.html": "examples of components, shown to developers",
}


def _words(path: Path) -> str:
    """Names and texts of a source file, without docstrings and comments; a template as it is."""
    if path.suffix != ".py":
        return re.sub(r"\{#.*?#\}", "", path.read_text())
    tree = ast.parse(path.read_text())
    words = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = ""  # a docstring
        match node:
            case ast.Constant(value=str(text)):
                words.append(text)
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                words.append(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                words.append(name)
    return "\n".join(words)


def test_the_kernel_and_collaboration_name_nothing_of_the_apps_above() -> None:
    """What they show or do on behalf of those apps is data in ``config.wiring``."""
    naming = {
        str(path.relative_to(PACKAGE)): sorted({match[0] for match in NOUNS.finditer(_words(path))})
        for app in ("kernel", "collaboration")
        for path in [*(PACKAGE / app).rglob("*.py"), *(PACKAGE / app).rglob("*.html")]
        if "migrations" not in path.parts
    }
    assert {path: words for path, words in naming.items() if words and path not in NAMING} == {}
    assert [path for path in NAMING if not naming.get(path)] == []


def test_views_and_panels_say_what_their_request_carries() -> None:
    """``Request`` behind a door, where there is an actor; ``PublicRequest`` on pages that are open to everyone."""
    untyped = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if ("views" in path.parts or path.stem in {"views", "panels", "signin"}) and "request: Any" in path.read_text()
    ]
    assert untyped == []
