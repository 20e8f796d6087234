"""The picture as a document: what it says, in which order, and that its PDF meets both standards."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pytest
from tests.pdf import faults
from tests.picture.test_content import whole_picture

from tillsammans.kernel.documents import Bullets, FigureBlock, Heading, Statement, Table, to_docx, to_pdf
from tillsammans.picture.content import DecisionContent, PictureContent
from tillsammans.picture.documents import picture_document

pytestmark = pytest.mark.pure
DECISION = DecisionContent("Kommunstyrelsen", date(2026, 2, 10), "§ 14")


@pytest.fixture(scope="module")
def content() -> PictureContent:
    return whole_picture()


def test_a_draft_is_marked_and_carries_no_hash(content: PictureContent) -> None:
    document = picture_document(content, on=date(2026, 1, 5))
    assert document.status == "Utkast"
    assert document.content_hash == ""


def test_an_adopted_picture_carries_its_decision_and_hash(content: PictureContent) -> None:
    adopted = replace(content, decision=DECISION)
    document = picture_document(adopted, on=DECISION.decided_on, demo=True, content_hash="ab12")
    assert document.status == "Antagen 2026-02-10, Kommunstyrelsen § 14"
    assert document.content_hash == "ab12"
    assert document.demo


def test_findings_come_first_and_the_method_last(content: PictureContent) -> None:
    blocks = picture_document(content, on=date(2026, 1, 5)).blocks
    headings = [block.text for block in blocks if isinstance(block, Heading) and block.level == 1]
    assert headings == [
        "Sammanfattning",
        "Prioriterade problem",
        "Kartläggning",
        "Andra",
        "Analys",
        "Problem och orsaker",
        "Vad vi inte vet",
        "Om lägesbilden",
    ]
    assert [block.text for block in blocks if isinstance(block, Heading)][-2:] == [
        "Så har vi gjort",
        "Källor till siffrorna",
    ]


def test_every_part_of_the_content_is_in_the_document(content: PictureContent) -> None:
    blocks = picture_document(content, on=date(2026, 1, 5)).blocks
    assert [block.figure.title for block in blocks if isinstance(block, FigureBlock)] == ["Färre 2025"]
    assert any(isinstance(block, Statement) and "Hemtjänsten 2025-10-01" in block.source for block in blocks)
    tables = [block for block in blocks if isinstance(block, Table)]
    assert ("Hemtjänsten 2025-10-01 (personal i kommunen)", "Okända bilar", "9 enheter, ojämn täckning") in tables[
        1
    ].rows
    listed = " ".join(item for block in blocks if isinstance(block, Bullets) for item in block.items)
    for words in (
        "Talar för: Syns i siffrorna",
        "Talar emot: Hälften dagtid",
        "Ligger bakom: Tomma hus",
        "Bara tre enheter svarade Fråga igen",
        f"Fil: fil.txt, SHA-256 {'ab' * 32}",
        "Folkmängd: SCB",
    ):
        assert words in listed


def test_a_picture_with_nothing_in_it_still_makes_a_document(content: PictureContent) -> None:
    bare = replace(content, sections=(), problems=(), gaps=(), summary="", method="")
    assert to_pdf(picture_document(bare, on=date(2026, 1, 5))).startswith(b"%PDF-")


@pytest.mark.parametrize("profile", ["ua1", "2a"])
def test_the_pdf_meets_the_standards(content: PictureContent, profile: str) -> None:
    made = to_pdf(picture_document(replace(content, decision=DECISION), on=DECISION.decided_on))
    assert faults(made, profile) == []


def test_word_opens_with_headings_and_described_pictures(content: PictureContent) -> None:
    word = docx.Document(BytesIO(to_docx(picture_document(content, on=date(2026, 1, 5)))))
    headings = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Heading 1"]
    assert "Problem och orsaker" in headings
    described = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert len(described) == 1
    assert described[0].startswith("Testbrott i Östhammar")
