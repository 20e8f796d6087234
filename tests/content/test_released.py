"""Content frozen by every released version is read, rendered and verified for ever.

``tests/content/<version>/<kind>/`` holds texts as that version stored them (of its demo, so everything in them is
invented); ``SHA256SUMS`` holds their hashes. The files are never changed; a new release adds a folder of its own.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from tillsammans.evaluation.content import OutcomeContent
from tillsammans.evaluation.documents import outcome_blocks
from tillsammans.evaluation.panels import outcome_html
from tillsammans.formats.columns import Columns
from tillsammans.imports.rules import Preview
from tillsammans.kernel.canonical import content_hash, parsed
from tillsammans.kernel.content import MARK, freeze, refreeze, schemas, thaw
from tillsammans.kernel.documents import Document, to_docx, to_pdf
from tillsammans.kernel.problems import ImportProblem
from tillsammans.patterns import figures as pattern_figures
from tillsammans.patterns.bundle import Bundle, differences
from tillsammans.patterns.detect import TooFewSeries
from tillsammans.patterns.results import TYPES, FindingContent
from tillsammans.patterns.sentences import sentence
from tillsammans.picture.content import PictureContent, ProblemContent
from tillsammans.picture.documents import picture_document
from tillsammans.picture.findings import KeptFinding
from tillsammans.plans.content import PlanContent
from tillsammans.plans.documents import plan_document
from tillsammans.police_events.importing import EventPreview
from tillsammans.promises.content import PromiseContent
from tillsammans.promises.documents import promise_document

pytestmark = pytest.mark.pure
HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*/*/*.json"))
DAY = date(2026, 1, 1)


def texts(kind: str) -> list[Any]:
    return [pytest.param(path.read_bytes().decode(), id=path.stem) for path in FILES if path.parent.name == kind]


def kinds() -> list[Any]:
    known = {name: schema.type for name, schema in schemas().items()}
    return [pytest.param(path, known[path.parent.name], id=f"{path.parent.name}-{path.stem}") for path in FILES]


def made(document: Document) -> None:
    """Both documents are made, and say the hash."""
    assert to_pdf(document).startswith(b"%PDF-")
    assert to_docx(document).startswith(b"PK")


def page(template: str, context: dict[str, Any]) -> str:
    with translation.override("sv"):
        return render_to_string(template, context, RequestFactory().get("/"))


def test_no_file_was_changed_added_or_removed() -> None:
    for folder in {path.parents[1] for path in FILES}:
        stated = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
        found = {
            str(path.relative_to(folder)): content_hash(path.read_bytes().decode()) for path in folder.glob("*/*.json")
        }
        assert found == stated


@pytest.mark.parametrize(("path", "kind"), kinds())
def test_every_field_is_read_and_nothing_is_lost(path: Path, kind: type[Any]) -> None:
    text = path.read_bytes().decode()
    value = thaw(text, kind)
    assert thaw(freeze(value), kind) == value
    assert refreeze(value, text) == text  # an approval of the old text still is an approval of what is said
    if path.parents[1].name == "0.1.0":  # of which version 2 differs by its mark alone
        said = {key: one for key, one in parsed(freeze(value)).items() if key != MARK}
        assert said == parsed(text) or path.parent.name in UPGRADED


# Kinds whose fields have changed since 0.1.0: their upgrades have tests of their own.
UPGRADED = {"bundle", "columns", "events", "faults", "picture", "preview", "too_few"}


# Kinds that no release has frozen yet; the release that does adds their files.
UNRELEASED = {"area_file", "police_division", "police_effects"}


def test_every_kind_of_content_has_files() -> None:
    ours = {name for name, schema in schemas().items() if schema.type.__module__.startswith("tillsammans.")}
    released = {path.parent.name for path in FILES}
    assert ours == released | UNRELEASED
    assert not released & UNRELEASED


@pytest.mark.parametrize("text", texts("promise"))
def test_a_promise_is_shown(text: str) -> None:
    promise = thaw(text, PromiseContent)
    assert promise.benefit in page(
        "promises/content.html", {"promise": promise, "rows": [(one, None) for one in promise.activities]}
    )
    made(promise_document(promise, day=DAY, status="", accent="#1d4f6e", content_hash=content_hash(text)))


@pytest.mark.parametrize("text", texts("promise_outcome"))
def test_an_outcome_is_shown(text: str) -> None:
    outcome = thaw(text, OutcomeContent)
    assert outcome.public_text[:20] in outcome_html(outcome, RequestFactory().get("/"), with_activities=True)
    assert outcome_blocks(outcome)


@pytest.mark.parametrize("text", texts("plan"))
def test_a_plan_is_shown(text: str) -> None:
    plan = thaw(text, PlanContent)
    assert plan.measures[0].title in page("plans/content.html", {"plan": plan})
    made(plan_document(plan, day=DAY, accent="#1d4f6e", content_hash=content_hash(text)))


@pytest.mark.parametrize("text", texts("picture"))
def test_a_picture_is_shown(text: str) -> None:
    picture = thaw(text, PictureContent)
    shown = page("picture/package.html", {"content": picture})
    assert picture.sections[0].heading in shown
    assert "går inte att läsa" not in shown
    made(picture_document(picture, on=DAY, content_hash=content_hash(text)))


@pytest.mark.parametrize("text", texts("problem"))
def test_a_problem_is_shown(text: str) -> None:
    problem = thaw(text, ProblemContent)
    whole = thaw(next(path for path in FILES if path.parent.name == "picture").read_text(), PictureContent)
    assert problem.title in page("picture/package.html", {"content": replace(whole, problems=(problem,))})


@pytest.mark.parametrize("text", texts("finding"))
def test_a_finding_is_drawn_and_said(text: str) -> None:
    found = thaw(text, FindingContent)
    assert type(found.result) is TYPES[found.kind]
    assert pattern_figures.of_found(found, "brott").title
    assert sentence(found)


@pytest.mark.parametrize("text", texts("bundle"))
def test_a_bundle_recomputes_to_the_same_bits(text: str) -> None:
    assert differences(thaw(text, Bundle)) == []


def test_the_series_of_which_nothing_can_be_said_are_named() -> None:
    stored = [path.read_text() for path in FILES if path.parent.name == "too_few"]
    assert [len(thaw(text, TooFewSeries).series) for text in stored] == [1, 0]


@pytest.mark.parametrize("text", texts("columns"))
def test_what_columns_mean_is_read(text: str) -> None:
    assert thaw(text, Columns).indicator_text == "Anlagda bränder"


@pytest.mark.parametrize("text", texts("faults"))
def test_what_was_wrong_with_files_is_said(text: str) -> None:
    assert "trasig.xlsx, rad 1" in str(ImportProblem.thawed(text, ""))


@pytest.mark.parametrize("text", texts("preview"))
def test_a_preview_says_what_an_import_does(text: str) -> None:
    preview = thaw(text, Preview)
    assert preview.spans
    assert preview.created + preview.replaced + preview.unchanged


@pytest.mark.parametrize("text", texts("events"))
def test_what_files_with_events_hold_is_read(text: str) -> None:
    found = thaw(text, EventPreview)
    assert found.last
    assert all(start <= end for start, end in (*found.covered, *found.gaps))


@pytest.mark.parametrize("text", texts("kept_finding"))
def test_a_kept_finding_is_drawn_and_said(text: str) -> None:
    kept = thaw(text, KeptFinding)
    assert kept.figure().title
    assert kept.sentence()
