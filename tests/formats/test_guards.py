"""Files are opened within limits: what is cut, bloated or no number is refused in words, before it costs memory."""

import time
from decimal import Decimal
from pathlib import Path

import pytest
from tests.formats import hostile

from tillsammans.formats import guards
from tillsammans.kernel.problems import FileErrors, ImportProblem


def kept(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "fil"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (hostile.bomb, "större än den ser ut"),
        (hostile.lying_bomb, "större än den ser ut"),
        (hostile.formula_alone, "Rutan A1 har en formel"),
        (hostile.far_cell, "för många rader"),
        (hostile._zip_of_text, "inget kalkylark"),
        (lambda: hostile.workbook([["a", 1]] * 1000)[:3000], "avhuggen"),
        (lambda: b"\xd0\xcf\x11\xe0" + bytes(50), "xls"),
        (lambda: b"", "tom"),
    ],
)
def test_workbooks_are_measured_before_they_are_opened(tmp_path: Path, make: object, words: str) -> None:
    path = kept(tmp_path, make())  # type: ignore[operator]
    begun = time.perf_counter()
    with pytest.raises(ImportProblem, match=words):
        guards.open_workbook(path, FileErrors("fil.xlsx"))
    assert time.perf_counter() - begun < 5


def test_a_cell_that_is_no_number_is_refused_with_its_place(tmp_path: Path) -> None:
    book = guards.open_workbook(kept(tmp_path, hostile.not_a_number()), FileErrors("fil.xlsx"))
    with pytest.raises(ImportProblem, match="Rutan A1 i bladet Blad1"):
        book.rows("Blad1")


def test_a_good_workbook_is_read_from_a1(tmp_path: Path) -> None:
    content = hostile.workbook([[], ["", "0382", 5.5], ["Å", "", 2020]], "Län")
    book = guards.open_workbook(kept(tmp_path, content), FileErrors("fil.xlsx"))
    assert book.sheets == ("Län",)
    assert [[guards.cell_text(cell) for cell in row] for row in book.rows("Län")] == [
        ["", "", ""],
        ["", "0382", "5.5"],
        ["Å", "", "2020"],
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[" * 100_000 + b"]" * 100_000, "nästlad"),
        (b'{"a": "' + b'\\"' * 500_000, "giltig JSON"),
        (b'{"a": NaN}', "giltig JSON"),
        (b'{"a": 1e999999}', "giltig JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "giltig JSON"),
        (b'{"a": [1, 2', "giltig JSON"),
        (b'{"a": "\xe5"}', "inte UTF-8"),
    ],
)
def test_json_is_refused_when_it_is_deep_cut_or_holds_no_numbers(tmp_path: Path, content: bytes, words: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(ImportProblem, match=words):
        guards.open_json(kept(tmp_path, content), FileErrors("fil.json"))
    assert time.perf_counter() - begun < 3


def test_json_numbers_are_exact(tmp_path: Path) -> None:
    assert guards.open_json(kept(tmp_path, b'\xef\xbb\xbf{"a": [0.1, 2, "]]]["]}'), FileErrors("f")) == {
        "a": [Decimal("0.1"), 2, "]]]["]
    }


@pytest.mark.parametrize(
    ("content", "text", "encoding"),
    [
        ("Östhammar".encode(), "Östhammar", "UTF-8"),
        ("Östhammar".encode("utf-8-sig"), "Östhammar", "UTF-8"),
        ("Östhammar – ja".encode("cp1252"), "Östhammar – ja", "Windows-1252"),
        ("Östhammar".encode("utf-16"), "Östhammar", "UTF-16"),
    ],
)
def test_the_encoding_is_decided_for_the_whole_file_and_named(
    tmp_path: Path, content: bytes, text: str, encoding: str
) -> None:
    assert guards.open_text(kept(tmp_path, content), FileErrors("f")) == (text, encoding)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a;b\n1;\x002\n", "rad 2.*nolltecken"),
        ("a;b\nÖst\ufffdhammar".encode(), "rad 2.*gått sönder"),
        ("a;b\nÖsthammar".encode().decode("cp1252").encode(), "rad 2.*gått sönder"),
        (b"a;" * 200_000, "rad 1.*längre"),
        (b"a;\x81b", "gått sönder"),
    ],
)
def test_text_that_is_none_is_refused_with_its_row(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(ImportProblem, match=words):
        guards.open_text(kept(tmp_path, content), FileErrors("f"))


def test_a_chosen_encoding_that_the_file_is_not_in_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match="inte UTF-8"):
        guards.open_text(kept(tmp_path, "å".encode("cp1252")), FileErrors("f"), encoding="utf-8")


def test_a_quote_without_end_is_refused() -> None:
    with pytest.raises(ImportProblem, match="citattecken"):
        guards.rows_of_text('a;b\n"c;d\n1;2\n', ";", FileErrors("f"))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 234", "1234"),
        ("1\u00a0234 567,5", "1234567.5"),
        ("-3,25", "-3.25"),
        ("\u22124", "-4"),
        (" 492 ", "492"),
        ("1230 033", "1230033"),
        (",5", "0.5"),
        ("12.50", "12.50"),
    ],
)
def test_numbers_as_swedes_write_them(text: str, number: str) -> None:
    assert guards.number_of(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "NaN", "inf", "1e5", "1,2,3", "1.000,5", "12 34", "٣", "9" * 40, "-", ".."])
def test_what_is_no_number_is_none(text: str) -> None:
    assert guards.number_of(text) is None
