"""The documents that people fetch: each file says what its source says, to machines, in print and to those who listen.

The demo is filled once, and the files are fetched over the web like any reader would.
"""

import io
from pathlib import Path
from typing import Any, NamedTuple

import docx
import pikepdf
import pytest
from django.db import transaction
from django.test import Client, override_settings
from docx.oxml.ns import qn
from tests.kernel.documents.test_pdf import nodes
from tests.pdf import faults

from tillsammans.kernel.documents import Document, FigureBlock, Heading, Table
from tillsammans.kernel.figures import Figure
from tillsammans.kernel.scope import everywhere
from tillsammans.parties.models import Role
from tillsammans.picture.models import Picture
from tillsammans.plans.models import ActionPlan
from tillsammans.promises.models import Promise

pytestmark = pytest.mark.django_db  # so that a database is there to be filled

NAMES = ["picture", "plan", "promise", "public promise"]


class Fetched(NamedTuple):
    """A file, and the document that it was made of."""

    data: bytes
    source: Document

    @property
    def figures(self) -> list[Figure]:
        return [block.figure for block in self.source.blocks if isinstance(block, FigureBlock)]

    @property
    def headers(self) -> list[tuple[str, ...]]:
        """The header rows of all tables, those that a figure brings with it too."""
        found = []
        for block in self.source.blocks:
            if isinstance(block, Table):
                found.append(tuple(block.headers))
            elif isinstance(block, FigureBlock) and block.with_table:
                found.append(tuple(block.figure.table().headers))
        return found

    def headings(self, *levels: int) -> list[str]:
        return [block.text for block in self.source.blocks if isinstance(block, Heading) and block.level in levels]


@pytest.fixture(scope="module")
def fetched(
    demo: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], Fetched]:
    """Every document of the demo in every form that it can be fetched in, by its name and form."""
    var: Path = tmp_path_factory.mktemp("demo")
    found: dict[tuple[str, str], Fetched] = {}
    with django_db_blocker.unblock(), override_settings(VAR=var, DEMO=True), transaction.atomic():
        with everywhere("the test fetches the documents of the demo"):
            person = Role.objects.get(organisation__slug="osthammar", kind="coordinator").person
            picture = Picture.objects.filter(organisation__slug="osthammar", state="adopted").latest("pk")
            plan = ActionPlan.objects.get(state="adopted")
            promise = Promise.objects.select_related("published").get(state="published")
        client = Client()
        client.post("/demo/", {"person": person.uuid})
        addresses = {
            ("picture", "pdf"): f"/lagesbild/{picture.uuid}/lagesbild.pdf",
            ("picture", "docx"): f"/lagesbild/{picture.uuid}/lagesbild.docx",
            ("plan", "pdf"): f"/plan/{plan.uuid}/plan.pdf",
            ("plan", "docx"): f"/plan/{plan.uuid}/plan.docx",
            ("promise", "pdf"): f"/loften/{promise.uuid}/lofte.pdf",
            ("promise", "docx"): f"/loften/{promise.uuid}/lofte.docx",
            ("public promise", "pdf"): f"/offentligt/loften/{promise.published.slug}/lofte.pdf",
        }
        with pytest.MonkeyPatch.context() as patch:
            made: list[Document] = []
            checked = Document.__post_init__

            def remember(document: Document) -> None:
                checked(document)
                made.append(document)

            patch.setattr(Document, "__post_init__", remember)
            for key, address in addresses.items():
                reader = Client() if key[0].startswith("public") else client
                answer = reader.get(address, headers={"accept-language": "en"})
                assert answer.status_code == 200, address
                found[key] = Fetched(b"".join(answer) if answer.streaming else answer.content, made[-1])
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_source_says_something(fetched: dict[tuple[str, str], Fetched], name: str) -> None:
    """What follows compares with the source, so the source may not be empty."""
    found = fetched[name, "pdf"]
    assert len(found.headings(1)) >= 2
    assert found.source.content_hash
    assert found.source.demo
    assert (len(found.figures) >= 3) == (name == "picture")
    assert found.headers or name == "public promise"


@pytest.mark.parametrize("profile", ["ua1", "2a"])
@pytest.mark.parametrize("name", NAMES)
def test_the_pdf_meets_both_standards(fetched: dict[tuple[str, str], Fetched], name: str, profile: str) -> None:
    assert faults(fetched[name, "pdf"].data, profile) == []
    assert pikepdf.open(io.BytesIO(fetched[name, "pdf"].data)).check_pdf_syntax() == []


@pytest.mark.parametrize("name", NAMES)
def test_the_tags_of_the_pdf_say_what_its_source_says(fetched: dict[tuple[str, str], Fetched], name: str) -> None:
    found = fetched[name, "pdf"]
    for level in (1, 2, 3):
        tagged, _open = nodes(found.data, f"H{level}")
        expected = [*(["Innehåll"] if level == 1 else []), *found.headings(level)]
        assert [str(node.T) for node in tagged] == expected
    pictures, _open = nodes(found.data, "Figure")
    logo = [found.source.organisation] if found.source.logo_svg else []
    assert [str(node.Alt) for node in pictures] == [*logo, *(figure.description for figure in found.figures)]
    tables, _open = nodes(found.data, "Table")
    assert len(tables) == len(found.headers)
    cells, _open = nodes(found.data, "TH")
    assert len(cells) == sum(len(row) for row in found.headers)
    pdf = pikepdf.open(io.BytesIO(found.data))
    assert pdf.Root.Lang == "sv"
    assert str(pdf.docinfo["/Title"]) == found.source.title


@pytest.mark.parametrize("name", NAMES[:-1])
def test_word_opens_with_headings_captions_and_described_pictures(
    fetched: dict[tuple[str, str], Fetched], name: str
) -> None:
    found = fetched[name, "docx"]
    word = docx.Document(io.BytesIO(found.data))
    for level in (1, 2, 3):
        styled = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == f"Heading {level}"]
        assert styled == found.headings(level)
    captions = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Caption"]
    assert len(captions) == len(found.figures) + len(found.headers)
    assert [text.split(" ")[0] for text in captions].count("Figur") == len(found.figures)
    described = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert described == [figure.description for figure in found.figures]
    repeated = [
        tuple(cell.text for cell in table.rows[0].cells)
        for table in word.tables
        if table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
    ]
    assert repeated == found.headers
    assert word.core_properties.language == "sv-SE"
    assert word.core_properties.title == found.source.title


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_swedish_whatever_language_its_reader_uses(
    fetched: dict[tuple[str, str], Fetched], name: str
) -> None:
    said = " ".join(fetched[name, "pdf"].headings(1, 2))
    assert not {"The", "What", "Goals", "Measures"} & set(said.split())
    assert {"picture": "Vad vi inte vet", "plan": "Planen i korthet"}.get(name, "Det här lovar vi") in said
