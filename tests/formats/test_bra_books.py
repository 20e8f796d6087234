"""Brå's ready-made workbooks, built from their description: ten years, and indicators for a municipality's picture."""

from decimal import Decimal

import pytest
from tests.formats.readerfiles import (
    LAWS,
    indicators_book,
    knows,
    left_out,
    one,
    refusal,
    table,
    ten_years,
    workbook,
)

from tillsammans.formats import bra_indicators, bra_ten_years

pytestmark = pytest.mark.pure

ASSAULT = "Misshandel, ej med dödlig utgång, totalt"


def test_ten_years_have_a_row_per_crime_and_a_column_per_year() -> None:
    read = table(bra_ten_years, ten_years(), "10La_anm_10_ar.xlsx")
    assert (read.rows, len(read.observations)) == (2, 6)
    assert one(read, name=ASSAULT, period="2021").value == Decimal(80)
    assert [place.name for place in read.places.values()] == ["Hela landet"]
    assert read.source == "Brå, anmälda brott"
    assert one(read, name=ASSAULT, period="2021").measured == "bra.ar.misshandel-ej-med-dodlig-utgang-totalt"
    assert one(read, name=ASSAULT, period="2021").row == 4


def test_thousands_with_blanks_in_text_cells_are_whole_numbers() -> None:
    read = table(bra_ten_years, ten_years())
    total = "Brott mot brottsbalken, totalt"
    assert one(read, name=total, period="2022").value == Decimal(1230033)
    assert one(read, name=total, period="2023").value == Decimal(492)
    assert one(read, name=total, period="2023").preliminary
    assert one(read, name=ASSAULT, period="2022").value == Decimal(1230)


def test_a_dash_is_never_zero() -> None:
    read = table(bra_ten_years, ten_years())
    dash = one(read, name=ASSAULT, period="2023")
    assert (dash.value, dash.mark) == (None, "not_applicable")
    assert any("Streck" in said for said in read.understood)


def test_notes_and_headings_are_not_figures() -> None:
    read = table(
        bra_ten_years, ten_years(["", "MOT PERSON"], [LAWS, "Rån", 1, 2, 3], notes=["1) En not.", "Källa: Brå"])
    )
    assert read.rows == 1
    assert left_out(read) == {"Rader efter tabellen (noter), som inte läses.": 2, "Mellanrubriker och tomma rader.": 1}


@pytest.mark.parametrize(
    ("title", "file", "place"),
    [
        ("Anmälda brott, region Öst", "tabell.xlsx", "Region Öst"),
        ("Anmälda brott, polisregion Stockholm", "10Rn06_anm_10_ar.xlsx", "Region Stockholm"),
        ("Anmälda brott", "10Rn07_anm_10_ar.xlsx", "Region Bergslagen"),
        ("Anmälda brott", "10La_anm_10_ar.xlsx", "Hela landet"),
    ],
)
def test_the_place_is_in_the_title_or_the_files_name(title: str, file: str, place: str) -> None:
    read = table(bra_ten_years, ten_years(title=title), file)
    assert [found.name for found in read.places.values()] == [place]
    assert any(place in said for said in read.understood)


def test_labels_that_come_back_are_told_apart() -> None:
    read = table(
        bra_ten_years,
        ten_years(
            ["3:5", "Misshandel", 9, 9, 9],
            ["", "mot barn", 1, 2, 3],
            ["6:1", "Våldtäkt", 9, 9, 9],
            ["", "mot barn", 4, 5, 6],
            ["8:1", "Stöld", 1, 1, 1],
            ["8:2", "Stöld", 2, 2, 2],
            ["", "därav ringa", 1, 0, 0],
        ),
    )
    assert one(read, name="Misshandel: mot barn", period="2021").value == Decimal(1)
    assert one(read, name="Våldtäkt: mot barn", period="2021").value == Decimal(4)
    assert one(read, name="Stöld (8:2)", period="2021").value == Decimal(2)
    part = read.measured[one(read, name="därav ringa", period="2021").measured]
    assert part.part_of == "bra.ar.stold-8-2"


def test_a_years_note_is_no_part_of_the_year() -> None:
    read = table(bra_ten_years, ten_years(years=["20211)", 2022.0, "2023"]))
    assert {value.period for value in read.observations} == {"2021", "2022", "2023"}


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (ten_years(title="Anmälda brott"), "tabell.xlsx", "vilket område"),
        (ten_years(title="Anmälda brott, region Öst"), "10La_anm_10_ar.xlsx", "gäller Region Öst men filens namn"),
        (
            ten_years([LAWS, "Rån", 1, "två", 3]),
            "10La_anm_10_ar.xlsx",
            "rad 3, kolumnen Statistik, 2022: ”två” är inget tal",
        ),
        (ten_years([LAWS, "Rån", 1, 2, 3], [LAWS, "Rån", 1, 2, 4]), "10La_anm_10_ar.xlsx", "två olika värden"),
        (ten_years([LAWS, None, 1, 2, 3]), "10La_anm_10_ar.xlsx", "ingen brottstyp"),
        (workbook(("A", [["Rubrik"], ["Lagrum", "Brottstyp"]])), "10La_anm_10_ar.xlsx", "Inget blad"),
        (ten_years()[:-200], "10La_anm_10_ar.xlsx", "avhuggen"),
    ],
)
def test_a_table_that_cannot_be_read_exactly_is_refused(content: bytes, name: str, words: str) -> None:
    assert words in refusal(bra_ten_years, content, name)


def test_indicators_have_counts_and_rates_side_by_side() -> None:
    read = table(bra_indicators, indicators_book())
    assert one(read, measured="bra.lagesbild.valdsbrott", where="Heby", period="2021").value == Decimal(12)
    rate = one(read, measured="bra.lagesbild.valdsbrott.per-100k", where="Heby", period="2022")
    assert (rate.value, rate.preliminary, rate.sheet, rate.row) == (Decimal(106), True, "Våldsbrott", 4)
    assert one(read, measured="bra.lagesbild.valdsbrott", where="Uppsala län", period="2021").value == Decimal(1234)
    assert read.measured["bra.lagesbild.valdsbrott"].name == "Anmälda våldsbrott"
    assert any("Innehåll" in said for said in read.understood)


def test_the_crime_surveys_years_come_two_together_and_in_percent() -> None:
    read = table(bra_indicators, indicators_book())
    ntu = "bra.lagesbild.otrygghet-utomhus-ntu"
    assert one(read, measured=ntu, where="Uppsala län", period="2020/21").value == Decimal("19.5")
    hidden = one(read, measured=ntu, where="Heby", period="2022/23")
    assert (hidden.value, hidden.mark) == (None, "missing")
    assert read.measured[ntu].unit == "share"
    assert any("andel i procent" in said for said in read.understood)


def test_units_may_stand_in_the_same_cell_as_the_year() -> None:
    book = indicators_book(
        (
            "Rån",
            [
                ["Anmälda rån i Heby"],
                ["Område", "Antal 2021", "Per 100 000 inv. 2021", "Rang 2021"],
                ["Heby", 2, 14, 5],
                ["Hela riket", 90, 9, 1],
            ],
        )
    )
    read = table(bra_indicators, book)
    assert {value.measured: value.value for value in read.observations if read.places[value.place].name == "Heby"} == {
        "bra.lagesbild.ran": 2,
        "bra.lagesbild.ran.per-100k": 14,
    }
    assert read.measured["bra.lagesbild.ran"].name == "Rån"  # the title names the municipality
    assert any("Rang 2021" in why for why in left_out(read))


def test_shares_kept_as_parts_of_one_become_percent_and_it_is_said() -> None:
    book = indicators_book(("Oro-NTU", [["Oro"], ["", "2022/2023"], ["Heby", 0.215], ["Hela riket", 0.25]]))
    read = table(bra_indicators, book)
    assert one(read, where="Heby").value == Decimal("21.5")
    assert any("0,25 är 25 %" in said for said in read.understood)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["Rån per 100 000"], ["", 2021, 2021], ["Heby", 1, 2], ["Hela riket", 1, 2]], "Flera kolumner gäller 2021"),
        ([["Rån per 100 000"], ["", 2021, 2022], ["Heby", 1, "?"], ["Hela riket", 1, 2]], "”?” är inget tal"),
        ([["Rån per 100 000"], ["", 2021, 2022], ["Heby", 1, 2], [None, 1, 2]], "inget område"),
        ([["Rån per 100 000"], ["", "i fjol", "i år"], ["Heby", 1, 2], ["Hela riket", 1, 2]], "Inget blad"),
    ],
)
def test_a_sheet_that_cannot_be_read_exactly_is_refused(rows: list[list[object]], words: str) -> None:
    assert words in refusal(bra_indicators, indicators_book(("Rån", rows)))


def test_each_workbook_has_one_reader() -> None:
    for book, own in (
        (ten_years(), bra_ten_years),
        (indicators_book(), bra_indicators),
        (workbook(("Blad1", [["a", "b"], [1, 2]])), None),
    ):
        assert [reader for reader in (bra_ten_years, bra_indicators) if knows(reader, book)] == ([own] if own else [])
