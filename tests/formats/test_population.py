"""Population files of the layouts that are sent around, and those that must be refused."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tillsammans.formats import population, tables
from tillsammans.geo import reference
from tillsammans.kernel.problems import ImportProblem
from tillsammans.kernel.text import folded

pytestmark = pytest.mark.pure


def figures(content: bytes | str) -> dict[tuple[str, int], int]:
    data = content.encode() if isinstance(content, str) else content
    return {(figure.code, figure.year): figure.value for figure in population.read(data, "f.csv").figures}


def sheet(*rows: list[object]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet("000005FC")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell != "":
                    page.write(number, column, cell)
    return buffer.getvalue()


def refusal(content: bytes | str) -> str:
    with pytest.raises(ImportProblem) as refused:
        figures(content)
    return str(refused.value)


EXPECTED = {("0382", 2023): 22250, ("0360", 2023): 21100}


@pytest.mark.parametrize(
    "content",
    [
        "kommunkod,år,folkmängd\n0382,2023,22250\n0360,2023,21100\n",
        "kommunkod;år;folkmängd\n382;2023;22 250\n360;2023;21\xa0100\n",
        "kommunkod\tkommun\t2023\n0382\tÖsthammar\t22250\n0360\tTierp\t21100\n",
        '"region","Folkmängd 2023"\n"0382 Östhammar","22250"\n"0360 Tierp","21100"\n',
        '"region","kön","2023"\n"0382 Östhammar","män",11200\n"0382 Östhammar","totalt",22250\n'
        '"0360 Tierp","män",10600\n"0360 Tierp","totalt",21100\n',
        "kommunkod,ar2023_totalt,ar2023_0_4_år\n0382,22250,900\n0360,21100,1000\n",
        "kod;ar2023;namn\n0382;22250;Östhammar\n0360;21100;Tierp\n",
    ],
)
def test_csv_layouts_give_the_same_figures(content: str) -> None:
    assert figures(content) == EXPECTED
    assert figures(content.encode("cp1252")) == EXPECTED
    assert figures(content.encode("utf-8-sig")) == EXPECTED


def test_scb_workbook_with_gaps_in_the_headings_and_a_footer() -> None:
    content = sheet(
        ["Folkmängden per region efter region, år, ålder och kön"],
        [""],
        ["", "2022", "", "2023", ""],
        ["", "totalt", "0-4 år", "totalt", "0-4 år"],
        ["", "totalt", "totalt", "totalt", "totalt"],
        ["0382 Östhammar", 22300, 900, 22250, 890],
        ["0360 Tierp", 21050, 1000, 21100, 990],
        [""],
        ["Kontaktperson:"],
        ["Någon Person"],
        ["Intern referenskod:"],
        ["000005FC"],
    )
    assert figures(content) == EXPECTED | {("0382", 2022): 22300, ("0360", 2022): 21050}
    assert "4 rader efter tabellen" in population.read(content, "f.xlsx").notes[0]


def test_scb_workbook_with_the_year_in_its_first_row_only() -> None:
    content = sheet(
        ["Folkmängden per region efter år"],
        [""],
        ["", "", "totalt"],
        ["2023", "0382A0010", 12000],
        ["", "0382C1010", 10250],
        ["", "0360A0010", 21100],
    )
    assert figures(content) == EXPECTED
    assert "DeSO" in population.read(content, "f.xlsx").notes[0]


def test_a_column_of_years_is_never_taken_for_codes() -> None:
    """2021, 2023, 2026 and 2029 are municipalities too."""
    assert figures("år;kod;folkmängd\n2023;0382;22250\n2023;0360;21100\n") == EXPECTED
    assert figures("kod;år;folkmängd\n2023;2021;10000\n2029;2021;15000\n") == {
        ("2023", 2021): 10000,
        ("2029", 2021): 15000,
    }


def test_a_column_of_small_populations_is_never_taken_for_codes() -> None:
    assert figures("kod;år;folkmängd\n2425;2021;2421\n2425;2022;2409\n") == {("2425", 2021): 2421, ("2425", 2022): 2409}


def test_old_codes_become_todays_and_it_is_said() -> None:
    content = "kod;år;folkmängd\n1917;2006;13700\n1917;2016;13800\n1121;2016;14000\n0380;2016;200000\n"
    assert figures(content) == {
        ("1917", 2006): 13700,
        ("0331", 2016): 13800,
        ("1256", 2016): 14000,
        ("0380", 2016): 200000,
    }
    assert "1917 → 0331" in population.read(content.encode(), "f").notes[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "tom"),
        ("a;b\n1;2\n", "ingen kolumn"),
        ("kod;år;folkmängd\n0382;2023;tjugo\n", "”tjugo” är inget heltal"),
        ("kod;år;folkmängd\n0382;2023;-5\n", "”-5” är inget heltal"),
        ("kod;år;folkmängd\n0382;2023;5.5\n", "”5.5” är inget heltal"),
        ("kod;år;folkmängd\n99;2023;5\n0382;2023;5\n", "”99” är ingen kommun"),
        ("kod;år;folkmängd\n0382;2023;5\n01140;2023;5\n0360;2023;5\n", "”01140” är ingen kommun"),
        ("kod;år;folkmängd\n0380;2023;5\n380;2023;6\n", "två värden"),
        ("kod;år;folkmängd\n0382;1850;5\n0360;1850;5\n", "hela folkmängden"),
        ("kod;folkmängd\n0382;5\n0360;6\n", "hela folkmängden"),
        ("kod;män 2023;kvinnor 2023\n0382;5;6\n", "hela folkmängden"),
        ("kod;2023;2023\n0382;5;6\n", "flera kolumner"),
        ("kod;kön;2023\n0382;män;5\n0382;kvinnor;6\n", "två värden"),
        (b"\xd0\xcf\x11\xe0old excel", "gamla format"),
        (b"PK\x03\x04broken", "går inte att öppna"),
        (b"kod;2023\n0382;\0005\n", "vanlig textfil"),
    ],
)
def test_what_cannot_be_trusted_is_refused_in_words(content: bytes | str, words: str) -> None:
    assert words in refusal(content)


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    assert "mycket större" in refusal(buffer.getvalue())


def test_macros_are_refused() -> None:
    buffer = io.BytesIO(sheet(["kod", "2023"], ["0382", 5]))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    assert "makron" in refusal(buffer.getvalue())


def test_a_far_cell_does_not_fill_the_memory() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet()
        page.write(0, 0, "kod")
        page.write(1_000_000, 16_000, 1)
    assert "för många rader" in refusal(buffer.getvalue())


def test_a_large_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "SIZE_LIMIT", 10)
    assert "större än" in refusal("kod;år;folkmängd\n")


CSV = b"kommunkod;\xe5r;folkm\xe4ngd\n0382;2023;22250\n0360;2023;21100\n"
XLSX = sheet(["kod", "2023"], ["0382", 5], ["0360", 6])


@hypothesis_settings(max_examples=150, deadline=None)
@given(whole=st.sampled_from([CSV, XLSX]), at=st.integers(0, 6000), cut=st.integers(0, 30), new=st.binary(max_size=6))
def test_no_content_raises_anything_but_a_problem(whole: bytes, at: int, cut: int, new: bytes) -> None:
    data = whole[:at] + new + whole[at + cut :]
    try:
        found = population.read(data, "f")
    except ImportProblem:
        return
    assert found.figures


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "year", "total"),
    [
        ("000005FC_20240806-102837.xlsx", 2023, 10_551_707),
        ("000005FF_20240813-152010.xlsx", 2022, 10_521_556),
        ("000005LO_20240813-153750.xlsx", 2022, 10_521_556),
    ],
)
def test_scbs_own_workbooks_add_up_to_the_country(shared: Path, name: str, year: int, total: int) -> None:
    found = population.read((shared / "data" / "04_population" / "scb_xlsx" / name).read_bytes(), name)
    assert found.years == (year,)
    assert len(found.figures) == 290
    assert sum(figure.value for figure in found.figures) == total


@pytest.mark.shared
def test_a_table_of_incomes_is_no_population(shared: Path) -> None:
    path = shared / "data" / "04_population" / "scb_xlsx" / "000005FM_20240813-153407.xlsx"
    assert "hela folkmängden" in refusal(path.read_bytes())


@pytest.mark.shared
def test_a_series_that_is_wrong_in_real_ways_is_refused_with_each_fault(shared: Path) -> None:
    words = refusal((shared / "data" / "04_population" / "kommun_folkmangd_gamla_koder_2016-2019.csv").read_bytes())
    assert "”99”" in words
    assert "0380 har två värden för 2016" in words


@pytest.mark.shared
def test_municipalities_summed_from_deso_equal_the_official_totals(shared: Path) -> None:
    path = shared / "data" / "04_population" / "kommun_folkmangd_2022_2023_ur_deso.csv"
    found = population.read(path.read_bytes(), path.name)
    assert (found.years, len(found.figures)) == ((2022, 2023), 580)
    totals = {year: sum(figure.value for figure in found.figures if figure.year == year) for year in found.years}
    assert totals == {2022: 10_521_556, 2023: 10_551_707}


@pytest.mark.shared
def test_old_codes_of_a_real_series_lead_to_todays_290_by_date(shared: Path) -> None:
    path = shared / "data" / "04_population" / "kommun_folkmangd_gamla_koder_2016-2019.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = [(row["kommun_som"], reference.valid_code(row["kommun_som"], int(row["ar"]))) for row in rows]
    assert {given for given, code in codes if code is None} == {"99"}
    now = {place.code: place.name for place in reference.municipalities() if place.valid_to is None}
    assert {code for _given, code in codes if code} == set(now) - {"0330"}  # Knivsta stands under Uppsala's code
    assert sum(code != given.zfill(4) for given, code in set(codes) if code) == 46
    for row, (_given, code) in zip(rows, codes, strict=True):
        if row["ort"] and code and row["ort"] != "Knivsta":
            assert folded(row["ort"]) == folded(now[code]), row
    assert sum(row["ort"] == "Knivsta" for row in rows) == 3
