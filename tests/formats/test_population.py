"""Population files of the layouts that are sent around, and those that must be refused."""

import csv
import io
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.formats.readerfiles import table

from tillsammans.formats import guards, population, population_reader
from tillsammans.formats.observations import Table
from tillsammans.formats.population import EVERYONE, Group
from tillsammans.geo import reference
from tillsammans.kernel.problems import ImportProblem
from tillsammans.kernel.text import folded

pytestmark = pytest.mark.pure


def read(content: bytes | str, name: str = "f.csv") -> Table:
    return table(population_reader, content.encode() if isinstance(content, str) else content, name)


def figures(content: bytes | str | Table, breakdown: str = "") -> dict[tuple[str, int], int]:
    """What the municipalities have, by code and year."""
    found = content if isinstance(content, Table) else read(content)
    assert set(found.measured) == {"population"}
    return {
        (found.places[one.place].code, int(one.period)): int(one.value)
        for one in found.observations
        if one.breakdown == breakdown and found.places[one.place].kind == "municipality" and one.value is not None
    }


def notes(content: bytes | str) -> str:
    found = read(content)
    return " ".join((*found.understood, *(left.why for left in found.left_out)))


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
    assert figures(content, "age=0-4") == {
        ("0382", 2022): 900,
        ("0360", 2022): 1000,
        ("0382", 2023): 890,
        ("0360", 2023): 990,
    }
    assert "Person" not in repr(read(content))


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
    assert "DeSO" in notes(content)


def test_a_column_of_years_is_never_taken_for_codes() -> None:
    """2021, 2023, 2026 and 2029 are municipalities too."""
    assert figures("år;kod;folkmängd\n2023;0382;22250\n2023;0360;21100\n") == EXPECTED
    assert figures("kod;år;folkmängd\n2023;2021;10000\n2029;2021;15000\n") == {
        ("2023", 2021): 10000,
        ("2029", 2021): 15000,
    }


def test_a_column_of_small_populations_is_never_taken_for_codes() -> None:
    assert figures("kod;år;folkmängd\n2425;2021;2421\n2425;2022;2409\n") == {("2425", 2021): 2421, ("2425", 2022): 2409}


PARTS = "kod;kön;ålder;2023\n"
BY_AGE_AND_SEX = PARTS + "".join(
    f"0382;{sex};{age};{count}\n"
    for sex, counts in (("kvinnor", (10, 20, 30)), ("män", (11, 21, 31)))
    for age, count in zip(("0-15 år", "16–84 år", "85+ år"), counts, strict=True)
)


def test_parts_by_age_and_sex_are_kept_and_everyone_is_their_sum() -> None:
    assert figures(BY_AGE_AND_SEX) == {("0382", 2023): 123}
    assert figures(BY_AGE_AND_SEX, "age=85+;sex=women") == {("0382", 2023): 30}
    assert "summan av delarna: alla åldrar" in notes(BY_AGE_AND_SEX)


def test_a_total_in_the_file_is_never_summed_with_its_parts() -> None:
    content = "kod;kön;2023\n0382;män;11260\n0382;kvinnor;10914\n0382;totalt;22175\n"
    assert figures(content) == {("0382", 2023): 22175}
    assert figures(content, "sex=men") == {("0382", 2023): 11260}


@pytest.mark.parametrize(
    "content",
    [
        BY_AGE_AND_SEX.replace("0382;män;16–84 år;21\n", ""),
        BY_AGE_AND_SEX.replace("85+ år", "85-100 år"),
        BY_AGE_AND_SEX.replace("män;16–84 år;21", "män;16–84 år;.."),
        "kod;kön;2023\n0382;kvinnor;11000\n0360;kvinnor;10500\n",
        "kod;ålder;2023\n0382;15-19 år;1100\n",
        "kod;ålder;2023\n0382;0-19 år;1100\n0382;15+ år;1100\n",
    ],
)
def test_parts_that_are_not_everyone_once_are_no_population(content: str) -> None:
    assert "saknar siffror för hela folkmängden" in refusal(content)


def test_a_row_and_a_heading_that_both_say_a_sex_are_refused() -> None:
    content = "kod;kön;folkmängd 2023 män\n0382;totalt;5\n0360;kvinnor;6\n"
    assert "Både raden och kolumnens rubrik" in refusal(content)


def test_ages_and_sexes_may_stand_in_the_headings() -> None:
    content = "kod;folkmängd 2023 män;folkmängd 2023 kvinnor;2023_0_4_år;2023 85+ år\n0382;5;6;1;2\n"
    assert figures(content) == {("0382", 2023): 11}
    assert figures(content, "sex=women") == {("0382", 2023): 6}
    assert figures(content, "age=0-4") == {("0382", 2023): 1}
    assert figures(content, "age=85+") == {("0382", 2023): 2}


def test_the_source_is_read_from_its_line_and_else_said_to_be_unknown() -> None:
    content = "kod;2023\n0382;5\n0360;6\nKontakt: Någon Person\nKälla: SCB\n"
    assert read(content).source == "SCB"
    assert read("kod;2023\n0382;5\n").source == "Folkmängd utan angiven källa"


GROUPS = st.builds(
    lambda low, more, sex: Group(low, None if more is None else low + more, sex),
    st.integers(0, 110),
    st.none() | st.integers(0, 40),
    st.sampled_from(["", "women", "men"]),
)


@given(group=GROUPS)
def test_a_part_has_one_written_form_and_it_leads_back(group: Group) -> None:
    assert Group.parse(group.text) == group
    assert (group.text == "") == (group == EVERYONE)
    assert Group.parse(group.text + ";") is None


@given(text=st.text("age=sxwomn;0123456789+-", max_size=20))
def test_no_other_text_is_a_part(text: str) -> None:
    group = Group.parse(text)
    assert group is None or group.text == text


@given(groups=st.lists(GROUPS, max_size=12, unique=True))
def test_a_partition_holds_every_person_once(groups: list[Group]) -> None:
    whole = population.partition(groups)
    for sex in ("women", "men") if whole else ():
        for age in (0, 1, 17, 64, 110, 150):
            holding = [
                group
                for group in whole or ()
                if group.sex in ("", sex) and group.low <= age and (group.high is None or age <= group.high)
            ]
            assert len(holding) == 1


@given(cuts=st.sets(st.integers(1, 100), max_size=8), by_sex=st.booleans())
def test_parts_that_divide_everyone_are_found_beside_others(cuts: set[int], by_sex: bool) -> None:
    edges = [0, *sorted(cuts)]
    ages = [*((low, high - 1) for low, high in pairwise(edges)), (edges[-1], None)]
    sexes = ("women", "men") if by_sex else ("",)
    parts = {Group(*age, sex) for sex in sexes for age in ages}
    whole = population.partition({*parts, EVERYONE, Group(16, 84, "men")} - ({Group(16, 84, "men")} - parts))
    assert set(whole or ()) == parts


def test_a_municipality_that_lacks_a_part_gets_no_sum() -> None:
    content = "kod;2024\n0382A0010;5\n0382A0020;..\n0360A0010;6\n"
    assert figures(content) == {("0360", 2024): 6}
    assert "inte summerades" in notes(content)


def test_old_codes_are_left_to_the_register_of_areas() -> None:
    content = "kod;år;folkmängd\n1917;2006;13700\n0380;2016;200000\n"
    assert figures(content) == {("1917", 2006): 13700, ("0380", 2016): 200000}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "tom"),
        ("a;b\n1;2\n", "ingen kolumn"),
        ("kod;år;folkmängd\n0382;2023;tjugo\n", "”tjugo” är inget heltal"),
        ("kod;år;folkmängd\n0382;2023;-5\n", "”-5” är inget heltal"),
        ("kod;år;folkmängd\n0382;2023;5.5\n", "”5.5” är inget heltal"),
        ("kod;år;folkmängd\n99;2023;5\n0382;2023;5\n", "”99” är inte kod för någon kommun"),
        ("kod;år;folkmängd\n0382;2023;5\n01140;2023;5\n0360;2023;5\n", "”01140” är inte kod för någon kommun"),
        ("kod;år;folkmängd\n0380;2023;5\n380;2023;6\n", "två olika värden"),
        ("kod;år;folkmängd\n0382;1850;5\n0360;1850;5\n", "hela folkmängden"),
        ("kod;folkmängd\n0382;5\n0360;6\n", "hela folkmängden"),
        ("kod;kvinnor 2023\n0382;6\n", "saknar siffror för hela folkmängden"),
        ("kod;antal 2023\n0382;512\n", "hela folkmängden"),
        ("Antal skadade efter region och år\n\nkod;2023\n0382;512\n", "hela folkmängden"),
        ("Folkmängd 16-64 år efter region\n\nkod;2023\n0382;512\n", "hela folkmängden"),
        ("kod;2024\n0382A0010_DeSO2018;5\n0382A0010_DeSO2025;6\n", "två indelningar"),
        ("kod;2024\n0382;5\n0360;6", "avhuggen"),
        ("kod;2023;2023\n0382;5;6\n", "flera kolumner"),
        (b"\xd0\xcf\x11\xe0old excel", "gamla format"),
        (b"PK\x03\x04broken", "går inte att öppna"),
        (b"kod;2023\n0382;\0005\n", "nolltecken"),
    ],
)
def test_what_cannot_be_trusted_is_refused_in_words(content: bytes | str, words: str) -> None:
    assert words in refusal(content)


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
    monkeypatch.setattr(guards.check_size, "__defaults__", (10,))
    assert "gränsen är" in refusal("kod;år;folkmängd\n0382;2023;5\n")


CSV = b"kommunkod;\xe5r;folkm\xe4ngd\n0382;2023;22250\n0360;2023;21100\n"
XLSX = sheet(["kod", "2023"], ["0382", 5], ["0360", 6])


@hypothesis_settings(max_examples=150, deadline=None)
@given(whole=st.sampled_from([CSV, XLSX]), at=st.integers(0, 6000), cut=st.integers(0, 30), new=st.binary(max_size=6))
def test_no_content_raises_anything_but_a_problem(whole: bytes, at: int, cut: int, new: bytes) -> None:
    data = whole[:at] + new + whole[at + cut :]
    try:
        found = read(data, "f")
    except ImportProblem:
        return
    assert found.observations


def shared_table(shared: Path, name: str) -> Table:
    path = shared / "data" / "04_population" / name
    return population_reader.read(path, path.name)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "year", "total"),
    [
        ("000005FC_20240806-102837.xlsx", 2023, 10_551_707),
        ("000005FF_20240813-152010.xlsx", 2022, 10_521_556),
    ],
)
def test_scbs_own_workbooks_add_up_to_the_country(shared: Path, name: str, year: int, total: int) -> None:
    found = shared_table(shared, f"scb_xlsx/{name}")
    counts = figures(found)
    assert {when for _code, when in counts} == {year}
    assert len(counts) == 290
    assert sum(counts.values()) == total
    assert found.source == "SCB, Folkmängden per region"
    if name.startswith("000005FF"):
        assert {one.breakdown for one in found.observations} == {
            "",
            *(f"age={low}-{low + 4}" for low in range(0, 25, 5)),
        }


@pytest.mark.shared
@pytest.mark.parametrize("name", ["000005FM_20240813-153407.xlsx", "000005LO_20240813-153750.xlsx"])
def test_tables_of_incomes_and_of_housing_are_no_population(shared: Path, name: str) -> None:
    with pytest.raises(ImportProblem, match="saknar siffror för hela folkmängden"):
        shared_table(shared, f"scb_xlsx/{name}")


@pytest.mark.shared
def test_a_series_that_is_wrong_in_real_ways_is_refused_with_each_fault(shared: Path) -> None:
    with pytest.raises(ImportProblem) as refused:
        shared_table(shared, "kommun_folkmangd_gamla_koder_2016-2019.csv")
    assert "”99”" in str(refused.value)
    assert "2016 har två olika värden" in str(refused.value)


@pytest.mark.shared
def test_municipalities_summed_from_deso_equal_the_official_totals(shared: Path) -> None:
    counts = figures(shared_table(shared, "kommun_folkmangd_2022_2023_ur_deso.csv"))
    assert len(counts) == 580
    totals = {year: sum(count for (_code, when), count in counts.items() if when == year) for year in (2022, 2023)}
    assert totals == {2022: 10_521_556, 2023: 10_551_707}


@pytest.mark.shared
def test_tables_as_people_make_them_are_read_right_or_refused(shared: Path) -> None:
    folder = shared / "data" / "14_population_tables"
    results = {}
    for path in sorted(folder.glob("p*.*")):
        try:
            results[path.stem.split("_")[0]] = figures(population_reader.read(path, path.name))
        except ImportProblem as problem:
            results[path.stem.split("_")[0]] = str(problem)
    own = ("0382", 2023)
    assert {
        name: found for name, found in results.items() if isinstance(found, dict) and name not in ("p20", "p22", "p23")
    } == {
        "p1": {own: 6000},
        "p2": {own: 6000},
        "p3": {},
        "p6": {own: 11260 + 10914},
        "p11": {own: 22402},
        "p12": {own: 22402, ("0360", 2023): 21401},
        "p13": {own: 22402},
        "p14": {own: 22402},  # the total; what is divided by country of birth is left out
    }
    words = {name: found for name, found in results.items() if isinstance(found, str)}
    assert set(words) == {"p4", "p5", "p7", "p8", "p9", "p10", "p15", "p16", "p21"}
    assert "C3" in words["p21"]
    assert results["p23"] == {own: 22402}


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
