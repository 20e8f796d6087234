"""Every kind of figure, in every state, in the PDF and in Word: drawn, described and captioned."""

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace

import pytest
from docx import Document as Word

from tests.kernel.documents.examples import document
from tests.kernel.documents.test_pdf import nodes, text_of
from tests.pdf import faults
from tillsammans.kernel import gallery_examples
from tillsammans.kernel.documents import FigureBlock, Heading, to_docx, to_pdf
from tillsammans.kernel.figures import State, print_share
from tillsammans.kernel.gallery import KINDS, in_state

pytestmark = pytest.mark.pure

FIGURES = [
    replace(make(), title=f"Figur om {name}", description=f"Beskrivning av {name}") for name, _words, make in KINDS
]
TALL = replace(gallery_examples.multiples(24), title="Den höga figuren", description="Tjugofyra små diagram.")
HIDDEN = [replace(in_state(FIGURES[0], state), title=f"I läget {state}") for state in (State.EMPTY, State.SUPPRESSED)]
FIGURES += [TALL, *HIDDEN]


@pytest.fixture(scope="module")
def source():
    return document(blocks=(Heading(1, "Figurer"), *(FigureBlock(figure, with_table=True) for figure in FIGURES)))


@pytest.fixture(scope="module")
def pdf(source):
    return to_pdf(source)


@pytest.mark.parametrize("profile", ["ua1", "2a"])
def test_the_file_passes_the_checks_of_both_standards(pdf, profile):
    assert faults(pdf, profile) == []


def test_each_figure_is_tagged_with_its_description(pdf):
    found, _open = nodes(pdf, "Figure")
    assert [str(node.Alt) for node in found if "Beskrivning" in str(node.Alt) or "Tjugofyra" in str(node.Alt)] == [
        figure.description for figure in FIGURES
    ]


def test_each_figure_is_captioned_and_has_its_table(pdf):
    text = text_of(pdf)
    for figure in FIGURES:
        assert figure.title in text
    tables, _open = nodes(pdf, "Table")
    assert len(tables) == len(FIGURES)


def test_the_highest_figure_fits_its_page(pdf):
    assert print_share(TALL) < 1
    assert print_share(FIGURES[0]) == 1
    if not shutil.which("pdftotext"):
        pytest.skip("poppler's pdftotext is absent, so places on a page cannot be read back")
    command = ["pdftotext", "-bbox", "-", "-"]
    boxes = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    pages = [[float(y) for y in re.findall(r'yMin="([\d.]+)"', part)] for part in boxes.split("<page ")[2:]]
    assert len(pages) > len(FIGURES)
    # Typst lets a drawing that is too high run on over the foot, which has two lines of its own.
    for places in pages:
        assert len({round(y / 3) for y in places if y > 765}) <= 2


def test_word_gets_a_picture_with_description_and_caption_for_each(source):
    data = to_docx(source)
    word = Word(io.BytesIO(data))
    described = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert [each for each in described if each in {figure.description for figure in FIGURES}] == [
        figure.description for figure in FIGURES
    ]
    captions = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Caption"]
    for figure in FIGURES:
        assert any(figure.title in caption for caption in captions)
    section = word.sections[-1]
    room = section.page_height - section.top_margin - section.bottom_margin
    assert all(shape.height < room for shape in word.inline_shapes)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        pictures = [name for name in package.namelist() if name.endswith(".png")]
        assert pictures
        assert all(package.read(name).startswith(b"\x89PNG") for name in pictures)
