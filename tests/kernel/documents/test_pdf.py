"""The PDF: built to PDF/UA-1 and PDF/A-2a, its tags equal to the source, and its maker kept on a short lead."""

import io
import os
import shutil
import subprocess
import time
from datetime import date

import page
import pikepdf
import pytest

from tests.kernel.documents.examples import BLOCKS, HASH, document
from tests.kernel.figures.examples import comparison, series
from tests.pdf import faults, is_of_its_length
from tillsammans.kernel import typesetting
from tillsammans.kernel.documents import DocumentError, Facts, FigureBlock, Heading, Paragraph, Table, to_pdf
from tillsammans.kernel.documents import pdf as pdf_module
from tillsammans.kernel.figures import Row, State
from tillsammans.kernel.typesetting import typeset

pytestmark = pytest.mark.pure


@pytest.fixture(scope="module")
def made():
    return to_pdf(document(demo=True))


def nodes(data, kind):
    """Every structure element of a kind, in reading order."""
    found = []

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            if str(node.S) == f"/{kind}":
                found.append(node)
            if "/K" in node:
                walk(node.K)

    pdf = pikepdf.open(io.BytesIO(data))
    found_in = pdf  # kept open while the nodes are read
    walk(pdf.Root.StructTreeRoot.K)
    return found, found_in


def text_of(data):
    if not shutil.which("pdftotext"):
        pytest.skip("poppler's pdftotext is absent, so the text of a PDF cannot be read back")
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("profile", ["ua1", "2a"])
@pytest.mark.parametrize(
    "changes",
    [
        {"demo": True},
        {"language": "en"},
        {"blocks": (), "logo_svg": "", "subtitle": "", "version": "", "status": "", "content_hash": ""},
        {"blocks": (Heading(1, "Å" * 200), Paragraph("ord " * 4000), Facts((("x" * 90, "y " * 500),)))},
    ],
)
def test_the_file_passes_the_checks_of_both_standards(profile, changes):
    assert faults(to_pdf(document(**changes)), profile) == []


def test_compressed_data_that_end_like_a_line_are_no_fault():
    """The first of some documents in which they do; the checker alone finds its stream one byte too short."""
    made = (to_pdf(document(blocks=(Paragraph("ord " * words),))) for words in range(400))
    data = next(data for data in made if b"\r\nendstream" in data)
    assert [rule for rule, _message in faults(data, "2a")] == []
    assert not page.validate_pdf_bytes(data, profile="2a").is_compliant
    for wrong in (b"/Length 1", b"/Length 9"):
        number, start = _stream_ending_in_a_return(data)
        changed = data[:start] + data[start:].replace(b"/Length ", wrong, 1)
        assert not is_of_its_length(changed, number)


def _stream_ending_in_a_return(data):
    end = data.index(b"\r\nendstream")
    start = data.rindex(b" 0 obj", 0, end)
    return int(data[data.rindex(b"\n", 0, start) + 1 : start]), start


@pytest.mark.parametrize("fault", ["Lang", "StructTreeRoot", "MarkInfo", "Alt"])
def test_the_checker_sees_an_injected_fault(made, fault):
    pdf = pikepdf.open(io.BytesIO(made))
    if fault == "Alt":
        for node in pdf.objects:
            if isinstance(node, pikepdf.Dictionary) and node.get("/S") == "/Figure" and "/Alt" in node:
                del node["/Alt"]
    else:
        del pdf.Root[f"/{fault}"]
    out = io.BytesIO()
    pdf.save(out)
    assert not page.validate_pdf_bytes(out.getvalue(), profile="ua1").is_compliant


def test_the_file_says_its_language_title_and_standard(made):
    pdf = pikepdf.open(io.BytesIO(made))
    assert pdf.Root.Lang == "sv"
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    with pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == "Lägesbild för Östhammar"
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["pdfaid:part"] == "2"
    assert pikepdf.open(io.BytesIO(to_pdf(document(language="en", blocks=())))).Root.Lang == "en"


@pytest.mark.parametrize("level", [1, 2, 3])
def test_headings_in_the_tags_equal_the_source(made, level):
    found, _open = nodes(made, f"H{level}")
    expected = [block.text for block in BLOCKS if isinstance(block, Heading) and block.level == level]
    if level == 1:
        expected.insert(0, "Innehåll")
    assert [str(node.T) for node in found] == expected


def test_every_figure_has_the_alternative_text_of_its_source(made):
    found, _open = nodes(made, "Figure")
    expected = ["Östhammars kommun", *(b.figure.description for b in BLOCKS if isinstance(b, FigureBlock))]
    assert [str(node.Alt) for node in found] == expected


def test_every_table_has_a_header_row_whose_cells_have_scope(made):
    tables, _open = nodes(made, "Table")
    heads, _open_too = nodes(made, "THead")
    assert len(tables) == len(heads) == 2
    cells, _open_three = nodes(made, "TH")
    assert len(cells) == 4 + 2
    for cell in cells:
        attributes = cell.A if isinstance(cell.A, pikepdf.Array) else [cell.A]
        assert any(attribute.get("/Scope") == "/Column" for attribute in attributes)


def test_lists_and_links_are_tagged(made):
    items, _open = nodes(made, "LI")
    # Four facts on the cover, two bullets, two facts.
    assert len(items) == 4 + 2 + 2
    links, _open_too = nodes(made, "Link")
    assert len(links) == len([b for b in BLOCKS if isinstance(b, Heading) and b.level < 3])


def test_all_fonts_are_embedded_and_they_are_the_shipped_ones(made):
    pdf = pikepdf.open(io.BytesIO(made))
    dictionaries = [node for node in pdf.objects if isinstance(node, pikepdf.Dictionary)]
    fonts = [node for node in dictionaries if node.get("/Type") == "/FontDescriptor"]
    names = {str(node.FontName).split("+")[-1] for node in fonts}
    assert all("/FontFile2" in node or "/FontFile3" in node for node in fonts)
    assert all(name.startswith(("SourceSans3", "SourceSerif4")) for name in names)


def test_the_text_comes_in_the_order_of_the_source(made):
    text = " ".join(text_of(made).split())
    places = [
        text.rindex(words)
        for words in (
            "Inbrotten är färre än väntat.",
            "Första raden.",
            "Färre i Gimo.",
            "KS 2026/114",
            "November är preliminär.",
            "Oron är lika stor",
            "Det är mörkt",
        )
    ]
    assert places == sorted(places)


def test_each_page_carries_version_hash_and_its_number(made):
    pages = text_of(made).split("\f")[1:-1]
    total = len(pages) + 1
    for number, text in enumerate(pages, start=2):
        assert "version 2026:3" in text
        assert HASH[:12] in text
        assert f"{number} ({total})" in text


def test_a_demo_says_so_on_every_page_and_a_real_document_on_none(made):
    assert all("Påhittade uppgifter" in text for text in text_of(made).split("\f")[:-1])
    assert "Påhittade uppgifter" not in text_of(to_pdf(document()))


def test_the_figures_facts_stand_under_it(made):
    text = " ".join(text_of(made).split())
    assert "Figur 1. Inbrotten är färre än väntat" in text
    assert "Enhet: anmälda brott per månad. Period: 2024. Källa: Påhittad källa." in text


def test_equal_documents_give_equal_bytes_and_another_date_does_not(made):
    assert to_pdf(document(demo=True)) == made
    assert to_pdf(document(demo=True, date=date(2026, 11, 26))) != made


HOSTILE = [
    '#read("/etc/passwd")',
    '#import "@preview/cetz:0.3.0"',
    "#sys.inputs",
    "*fet* _kursiv_",
    "$x^2$",
    "\\u{41}",
    "<etikett> @etikett",
    "= Rubrik",
    "=1+1",
    "// kommentar",
    "`kod`",
    '#eval("1+1")',
    "]#panic()[",
    '"}]',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_source_code_in_a_text_comes_out_as_written(text):
    blocks = (Heading(1, text), Paragraph(text), Table(text, (text,), ((text,),)), FigureBlock(series(title=text)))
    shown = text_of(to_pdf(document(title=text, blocks=blocks)))
    assert shown.count(text) >= 6
    assert "root:" not in shown


def test_a_character_without_a_glyph_is_printed_as_its_code():
    text = text_of(to_pdf(document(blocks=(Paragraph("tack \N{GRINNING FACE} \x07 \ud800 →"),))))
    assert "tack [U+1F600] [U+0007] [U+D800] →" in " ".join(text.split())


def test_the_child_is_stopped_at_its_time_limit_and_the_parent_lives_on():
    data = pdf_module._data(document(blocks=(Table("Stor", ("a",) * 8, (("ord",) * 8,) * 100_000),)))
    started = time.monotonic()
    with pytest.raises(DocumentError, match="för stort"):
        typeset(data, 0, seconds=1)
    assert time.monotonic() - started < 10
    assert to_pdf(document(blocks=())).startswith(b"%PDF")


def test_the_child_is_stopped_at_its_memory_limit_and_the_parent_lives_on():
    data = pdf_module._data(document(blocks=(Paragraph("ord " * 1_000_000),)))
    with pytest.raises(DocumentError, match="för stort"):
        typeset(data, 0, memory=160 * 1024**2)
    assert to_pdf(document(blocks=())).startswith(b"%PDF")


def test_a_fault_in_the_child_itself_is_not_blamed_on_the_document(monkeypatch, tmp_path):
    broken = tmp_path / "typeset.py"
    broken.write_text("raise RuntimeError('typst saknas')")
    monkeypatch.setattr(typesetting, "_CHILD", broken)
    with pytest.raises(DocumentError, match="driften") as raised:
        to_pdf(document(blocks=()))
    assert "typst saknas" in str(raised.value.__cause__)


def test_the_child_gets_nothing_of_the_parents_environment(monkeypatch):
    seen = {}
    real = subprocess.run

    def spy(*arguments, **options):
        seen.update(options["env"])
        return real(*arguments, **options)

    monkeypatch.setenv("TILLSAMMANS_SECRET_KEY", "x" * 50)
    monkeypatch.setattr(subprocess, "run", spy)
    to_pdf(document(blocks=()))
    assert "TILLSAMMANS_SECRET_KEY" in os.environ
    assert set(seen) == {"RAYON_NUM_THREADS"}


def test_a_logo_that_is_no_picture_is_refused_in_words():
    with pytest.raises(DocumentError, match="kunde inte sättas"):
        to_pdf(document(logo_svg="<svg"))


def test_a_suppressed_figure_prints_no_value():
    figure = comparison(state=State.SUPPRESSED, rows=(Row("Ödeby", 7357, n=7359),), n=7358)
    text = text_of(to_pdf(document(blocks=(FigureBlock(figure, with_table=True),))))
    assert text.count("Visas inte") == 2
    assert "735" not in text.replace("\N{NO-BREAK SPACE}", "")
