"""The promise as PDF and Word."""

from io import BytesIO

import pytest
from docx import Document

from tests.promises.chain import laid, offered, sign, written
from tests.world import World

pytestmark = pytest.mark.django_db


def word(world: World, url: str, language: str = "sv") -> str:
    answer = world.client("coordinator").get(url, headers={"accept-language": language})
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    document = Document(BytesIO(answer.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_the_word_document_says_what_is_promised_and_who_has_signed(world: World) -> None:
    promise = offered(world, written(world, laid(world)))
    url = f"/loften/{promise.uuid}/lofte.docx"
    before = word(world, url)
    for said in ("Ni ser oss när det är som mörkast.", "går fotpatrull, Gimo och Alunda", "34 kvällar", "2026-05-31"):
        assert said in before
    assert "Peter Ström" not in before
    sign(world, promise, "chief")
    after = word(world, url)
    assert "Peter Ström, Lokalpolisområdeschef" in after
    assert "Eva Lind" not in after


def test_a_signed_text_is_swedish_whoever_fetches_it(world: World) -> None:
    promise = offered(world, written(world, laid(world)))
    url = f"/loften/{promise.uuid}/lofte.docx"
    assert word(world, url, "en") == word(world, url, "sv")


def test_the_pdf_is_a_pdf_and_other_forms_do_not_exist(world: World) -> None:
    promise = written(world, laid(world))
    client = world.client("reader")
    answer = client.get(f"/loften/{promise.uuid}/lofte.pdf")
    assert answer.content.startswith(b"%PDF")
    assert "farre-inbrott-i-gimo-i-vinter.pdf" in answer.headers["Content-Disposition"]
    assert client.get(f"/loften/{promise.uuid}/lofte.odt").status_code == 404
