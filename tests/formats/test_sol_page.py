"""Brå's saved result page, as a web page and as "Excel"."""

from decimal import Decimal
from pathlib import Path

import pytest
from tests.formats.readerfiles import knows, left_out, one, refusal, sol_page, table

from tillsammans.formats import sol_page as reader

pytestmark = pytest.mark.pure


def test_a_region_stands_above_its_crimes() -> None:
    read = table(
        reader, sol_page("Heby kommun", "Stöld|1&nbsp;234|17", "Rån|0|..", "Region Öst", "Stöld|..|288&nbsp;437")
    )
    assert (read.rows, len(read.observations)) == (3, 6)
    assert one(read, name="Stöld", where="Heby kommun", period="2022").value == Decimal(1234)
    late = one(read, name="Stöld", where="Region Öst", period="2023")
    assert (late.value, late.preliminary, late.row) == (Decimal(288437), True, 8)
    none = one(read, name="Rån", where="Heby kommun", period="2023")
    assert (none.value, none.mark) == (None, "not_applicable")
    assert read.encoding == "Windows-1252"
    assert read.source == "Brå, anmälda brott"
    assert "bra.ar.stold" in read.measured


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-8"])
def test_the_encoding_is_what_the_bytes_are_whatever_the_page_says(encoding: str) -> None:
    read = table(reader, sol_page("Östhammar kommun", "Rån|1|2", encoding=encoding))
    assert [place.name for place in read.places.values()] == ["Östhammar kommun"]
    assert any("sparad i UTF-8" in said for said in read.understood) == (encoding == "utf-8")


def test_counts_and_rates_stand_beside_each_other() -> None:
    page = sol_page("Heby kommun", "Rån|12|90", years=["2022"], measures=["Antal", "/100&nbsp;000 inv"])
    read = table(reader, page)
    assert one(read, measured="bra.ar.ran").value == Decimal(12)
    assert one(read, measured="bra.ar.ran.per-100k").value == Decimal(90)
    assert read.measured["bra.ar.ran.per-100k"].unit == "per_100k"


def test_months_stand_under_or_over_the_year() -> None:
    read = table(reader, sol_page("Heby kommun", "Rån|1|2|3|4", parts=["Jan", "Kvartal 2"]))
    assert {value.period: value.value for value in read.observations} == {
        "2022-01": 1,
        "2023-01": 2,
        "2022-Q2": 3,
        "2023-Q2": 4,
    }
    assert set(read.measured) == {"bra.manad.ran"}


def test_without_the_pages_own_marks_and_with_regions_in_the_rows() -> None:
    read = table(reader, sol_page("Rån, personrån", "Heby kommun|1|2", "Tierp kommun|3|4", axis=False))
    assert one(read, where="Tierp kommun", period="2022", name="Rån, personrån").value == Decimal(3)


def test_saved_as_excel_it_is_the_same_page() -> None:
    page = sol_page()
    assert knows(reader, page, "resultat.xls")
    assert table(reader, page, "resultat.xls").observations == table(reader, page, "resultat.html").observations


def test_a_column_that_is_not_understood_is_left_out_and_named() -> None:
    read = table(reader, sol_page("Heby kommun", "Rån|1|50", years=["2022"], measures=["Antal", "Förändring %"]))
    assert [value.value for value in read.observations] == [1]
    assert any("Förändring %" in why for why in left_out(read))


def test_other_statistics_are_never_mixed_with_reported_crimes() -> None:
    read = table(reader, sol_page(title="Misstänkta personer"))
    assert read.source == "Brå, Misstänkta personer"
    assert list(read.measured) == ["bra.misstankta-personer.ar.totalt-antal-brott"]


def test_the_same_row_twice_is_one_and_two_figures_are_refused() -> None:
    read = table(reader, sol_page("Heby kommun", "Rån|1|2", "Rån|1|2"))
    assert (len(read.observations), sum(left_out(read).values())) == (2, 2)
    said = refusal(reader, sol_page("Heby kommun", "Rån|1|2", "Rån|1|3"))
    assert "2 på rad 5 och 3 på rad 6" in said


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (sol_page("Heby kommun", "Rån|1,5|2"), "”1,5” är inget tal"),
        (sol_page("Heby kommun", "Rån|x|2"), "rad 5, kolumnen År 2022 Antal"),
        (sol_page("Atlantis", "Rån|1|2", axis=False), "vilka rader som är regioner"),
        (sol_page("Heby kommun", "Rån|1|2", years=["tjugo", "tio"]), "vilket år"),
        (sol_page("Heby kommun", "Rån|1|2", measures=["Andel"]), "Ingen kolumn har ett mått"),
        (b"<html><table><tr><td>Sol, online statistik</table>", "ingen tabell med siffror"),
        (sol_page()[:-60], "tabellen tar inte slut"),
        (sol_page().replace(b"<td align=right>1", b"<td align=right 1"), "avhuggen eller trasig tagg"),
        (b"", "tom"),
    ],
)
def test_a_page_that_cannot_be_read_exactly_is_refused(page: bytes, words: str) -> None:
    assert words in refusal(reader, page)


def test_other_files_are_not_its() -> None:
    assert knows(reader, sol_page())
    assert not knows(reader, b"Region;Brott;\xc5r;Period;Antal;/100 000 inv\n")
    assert not knows(reader, b"<html><body>Anm\xe4lan till kurs</body></html>")


def test_tags_without_end_take_no_time() -> None:
    for piece in (b"<a ", b"<td", b"<!--", b"<td colspan=999 rowspan=999>"):
        refusal(reader, b"<html>anm lda brott<table><tr>" + piece * 300_000)


@pytest.mark.shared
def test_bras_own_page(shared: Path) -> None:
    path = shared / "data" / "05_bra" / "sol_resultatsida_lan_2011-2016.html"
    assert reader.looks_like(path.read_bytes()[:65536], path.name, path)
    read = reader.read(path, path.name)
    assert (read.rows, len(read.places), len(read.observations)) == (29, 29, 174)
    assert one(read, where="Hela landet", period="2011").value == Decimal(1416280)
    blekinge = one(read, where="Blekinge län", period="2015")
    assert (blekinge.value, blekinge.mark) == (None, "not_applicable")
    last = one(read, where="Region Bergslagen", period="2016")
    assert (last.value, last.preliminary) == (Decimal(109183), True)
    # Each year's regions add up to no more than the country: counties to 2014, police regions after.
    for year in map(str, range(2011, 2017)):
        parts = sum(
            value.value or 0 for value in read.observations if value.period == year and value.place != "Hela landet"
        )
        whole = one(read, where="Hela landet", period=year).value
        assert whole is not None
        assert parts <= whole
        assert parts > whole * Decimal("0.9")
