"""The Excel file, read back: tidy tables, text that stays text, and where the numbers come from."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from tillsammans.kernel.documents import DocumentError, Sheet, to_xlsx

pytestmark = pytest.mark.pure
ABOUT = (("Källa", "Påhittad källa"), ("Hämtat", "2026-11-25"))


def read(data):
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_each_table_is_one_sheet_and_the_last_says_where_the_numbers_come_from():
    sheets = read(to_xlsx([Sheet("Inbrott", ("period", "antal"), (("2024-01", 3), ("2024-02", None)))], ABOUT))
    assert list(sheets) == ["Inbrott", "Om uppgifterna"]
    assert sheets["Inbrott"] == [["period", "antal"], ["2024-01", 3.0], ["2024-02", ""]]
    assert sheets["Om uppgifterna"] == [["Vad", "Uppgift"], *map(list, ABOUT)]


def test_values_keep_their_kind():
    rows = ((date(2026, 3, 31), Decimal("0.25"), "0123", "2024"),)
    assert read(to_xlsx([Sheet("a", ("dag", "tal", "kod", "år"), rows)], ()))["a"][1] == [
        date(2026, 3, 31),
        0.25,
        "0123",
        "2024",
    ]


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "@x", "+46", "http://example.org", "{=1}"])
def test_text_never_becomes_a_formula_or_a_link(text):
    data = to_xlsx([Sheet("a", (text,), ((text,),))], ((text, text),))
    assert read(data)["a"] == [[text], [text]]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        pages = b"".join(archive.read(name) for name in archive.namelist() if "worksheets" in name)
    assert b"<f>" not in pages
    assert b"hyperlink" not in pages


def test_sheet_names_are_made_valid_and_unique():
    names = ["Inbrott/per: månad [alla]", "a" * 40, "A" * 40, "", "om uppgifterna"]
    sheets = list(read(to_xlsx([Sheet(name, ("x",), ()) for name in names], ())))
    assert len(sheets) == len({name.casefold() for name in sheets}) == 6
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in sheets)


def test_the_same_rows_give_the_same_file():
    sheet = Sheet("a", ("x",), ((1,),))
    assert to_xlsx([sheet], ABOUT, made=date(2026, 1, 2)) == to_xlsx([sheet], ABOUT, made=date(2026, 1, 2))


@pytest.mark.parametrize(
    "sheet",
    [
        Sheet("Fel", ("a", "b"), ((1,),)),
        Sheet("Fel", (), ()),
        Sheet("Fel", ("a",), ((float("nan"),),)),
        Sheet("Fel", ("a",), ((float("inf"),),)),
        Sheet("Fel", ("a",), (("x" * 32_768,),)),
    ],
)
def test_a_sheet_excel_could_not_hold_is_refused_by_name(sheet):
    with pytest.raises(DocumentError, match="Fel"):
        to_xlsx([sheet], ())
