"""The Word file, reopened: real styles, headers that repeat, pictures described, language set."""

import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn

from tests.kernel.documents.examples import BLOCKS, HASH, document
from tillsammans.kernel.documents import (
    Callout,
    DocumentError,
    Facts,
    FigureBlock,
    Heading,
    Paragraph,
    Quote,
    Statement,
    Table,
    to_docx,
)

pytestmark = pytest.mark.pure


@pytest.fixture(scope="module")
def word():
    return docx.Document(io.BytesIO(to_docx(document(demo=True))))


def styled(word, name):
    return [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == name]


def test_title_headings_and_lists_have_real_styles(word):
    assert styled(word, "Title") == ["Lägesbild för Östhammar"]
    for level in (1, 2, 3):
        expected = [block.text for block in BLOCKS if isinstance(block, Heading) and block.level == level]
        assert styled(word, f"Heading {level}") == expected
    assert styled(word, "List Bullet") == ["Färre i Gimo.", "Lika många i Alunda."]


def test_captions_are_numbered_by_word(word):
    assert styled(word, "Caption") == [
        "Figur 1. Inbrotten är färre än väntat",
        "Figur 2. Oron är lika stor i alla områden",
        "Tabell 1. Oron är lika stor i alla områden",
        "Tabell 2. Källor",
    ]
    fields = [node.text for node in word.element.iter(qn("w:instrText"))]
    assert [field for field in fields if field.startswith("SEQ")] == [
        r"SEQ Figur \* ARABIC",
        r"SEQ Figur \* ARABIC",
        r"SEQ Tabell \* ARABIC",
        r"SEQ Tabell \* ARABIC",
    ]


def test_every_picture_has_its_alternative_text(word):
    described = [node.get("descr") for node in word.element.iter(qn("wp:docPr"))]
    assert described == [block.figure.description for block in BLOCKS if isinstance(block, FigureBlock)]


def test_the_header_row_of_a_table_is_marked_and_repeats(word):
    # The first two are facts: their first column is the header.
    looks = [table._tbl.tblPr.find(qn("w:tblLook")) for table in word.tables]
    assert [look.get(qn("w:firstRow")) for look in looks] == ["0", "0", "1", "1"]
    assert [look.get(qn("w:firstColumn")) for look in looks] == ["1", "1", "0", "0"]
    for table in word.tables[2:]:
        marked = [row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert marked == [True] + [False] * (len(table.rows) - 1)


def test_a_table_holds_the_source(word):
    assert [[cell.text for cell in row.cells] for row in word.tables[-1].rows] == [
        ["Källa", "Antal"],
        ["Anmälningar", "198"],
        ["Svar", "412"],
    ]


def test_the_language_is_set_for_the_spelling_checker(word):
    assert {node.get(qn("w:val")) for node in word.styles.element.iter(qn("w:lang"))} == {"sv-SE"}
    assert word.core_properties.language == "sv-SE"
    english = docx.Document(io.BytesIO(to_docx(document(language="en", blocks=()))))
    assert {node.get(qn("w:val")) for node in english.styles.element.iter(qn("w:lang"))} == {"en-GB"}


def test_properties_tell_what_the_file_is_and_only_that(word):
    properties = word.core_properties
    assert properties.title == "Lägesbild för Östhammar"
    assert properties.author == "Östhammars kommun"
    assert properties.version == "2026:3"
    assert properties.identifier == HASH
    assert properties.created.date() == properties.modified.date() == document().date
    assert properties.last_modified_by == properties.comments == ""


def test_the_foot_holds_version_hash_demo_words_and_page_fields(word):
    foot = word.sections[0].footer
    text = "".join(paragraph.text for paragraph in foot.paragraphs)
    assert "version 2026:3" in text
    assert HASH[:12] in text
    assert "Påhittade uppgifter" in text
    assert [node.text for node in foot._element.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]


def test_texts_come_out_as_written_also_when_they_look_like_code():
    text = '=1+1 {{ x }} <w:p/> #read("/etc/passwd") \\u{41} \x07'
    word = docx.Document(io.BytesIO(to_docx(document(blocks=(Paragraph(text), Table(text, (text,), ((text,),)))))))
    shown = text.replace("\x07", "\N{REPLACEMENT CHARACTER}")
    assert shown in [paragraph.text for paragraph in word.paragraphs]
    assert word.tables[-1].rows[1].cells[0].text == shown


def test_the_organisations_template_keeps_its_page_and_styles(tmp_path):
    template = docx.Document()
    template.styles["Heading 1"].font.name = "Comic Neue"
    template.sections[0].left_margin = docx.shared.Cm(5)
    template.sections[0].header.paragraphs[0].text = "Östhammars kommun, brevhuvud"
    template.save(tmp_path / "mall.docx")
    word = docx.Document(io.BytesIO(to_docx(document(), tmp_path / "mall.docx")))
    assert word.styles["Heading 1"].font.name == "Comic Neue"
    assert word.sections[0].left_margin == pytest.approx(docx.shared.Cm(5), abs=1000)
    assert word.sections[0].header.paragraphs[0].text == "Östhammars kommun, brevhuvud"
    assert styled(word, "Heading 1") == ["Sammanfattning", "Bilaga"]


def test_a_template_that_cannot_be_used_is_named(tmp_path):
    broken = tmp_path / "mall.docx"
    broken.write_bytes(b"inte en mall")
    with pytest.raises(DocumentError, match=r"mall\.docx går inte att läsa"):
        to_docx(document(blocks=()), broken)
    with pytest.raises(DocumentError, match="går inte att läsa"):
        to_docx(document(blocks=()), tmp_path / "saknas.docx")
    bare = docx.Document()
    caption = bare.styles["Caption"].element
    caption.getparent().remove(caption)
    bare.save(broken)
    with pytest.raises(DocumentError, match="Caption"):
        to_docx(document(blocks=()), broken)


def test_empty_texts_cost_no_document():
    blocks = (Statement(""), Facts((("", ""),)), Callout(""), Quote(""), Paragraph(""), Table("", ("",), (("",),)))
    assert to_docx(document(blocks=blocks, organisation="K"))


def test_the_file_is_a_sound_archive():
    with zipfile.ZipFile(io.BytesIO(to_docx(document()))) as archive:
        assert archive.testzip() is None
