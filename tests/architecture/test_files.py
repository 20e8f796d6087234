"""Files are named by what is in them, and pages lead only to pages that their app may know."""

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
    *("models", "jobs", "command", "estimates", "figures"),
    *("migrations", "management", "templates", "templatetags", "static"),
}
# An app's own nouns. A new file is a new word: put it here when no standard word says what it holds.
OWN = {
    "areas": {"loading", "similar"},
    "imports": {"batch", "clients", "mappings", "places", "plan", "staging"},
    "indicators": {"breaks", "from_files", "series"},
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
