"""SCB's statistics database: Excel, CSV and JSON-stat of the same kind of table."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.formats.readerfiles import (
    jsonstat,
    knows,
    left_out,
    one,
    pxweb_csv,
    pxweb_xlsx,
    refusal,
    table,
)

from tillsammans.formats import jsonstat as json_reader
from tillsammans.formats import pxweb_csv as csv_reader
from tillsammans.formats import pxweb_excel as excel_reader
from tillsammans.formats.observations import Table

pytestmark = pytest.mark.pure


def words(read: Table) -> str:
    """Everything that the table carries."""
    return repr((read.measured, read.places, read.understood, read.left_out, read.source, read.observations))


def test_head_rows_with_gaps_are_filled_to_the_right() -> None:
    read = table(excel_reader, pxweb_xlsx())
    assert (read.rows, len(read.observations)) == (2, 15)  # eight, and the sums of two municipalities but one
    assert one(read, where="0114A0010", period="2023", breakdown="").value == Decimal(910)
    assert one(read, where="0382C1010", period="2022", breakdown="ålder: 0–24 år").value == Decimal("400.5")
    missing = one(read, where="0382C1010", period="2023", breakdown="ålder: 0–24 år")
    assert (missing.value, missing.mark, missing.row) == (None, "missing", 7)
    assert {place.kind for place in read.places.values()} == {"deso", "municipality"}
    assert read.source == "SCB, Folkmängden per region"
    assert read.measured == {"scb.000009zz": read.measured["scb.000009zz"]}
    assert read.measured["scb.000009zz"].unit == "count"


def test_counts_of_small_areas_are_also_added_up_to_municipalities() -> None:
    read = table(excel_reader, pxweb_xlsx(["0114A0010", 1, 2, 3, 4], ["0114C1010", 10, 20, 30, ".."]))
    assert one(read, where="Upplands Väsby", period="2023", breakdown="").value == Decimal(33)
    assert not [
        value
        for value in read.observations
        if value.place == "municipality:0114" and value.period == "2023" and value.breakdown
    ]  # a part is not known
    assert left_out(read)["Kommuner som inte summerades, eftersom ett områdes siffra saknas."] == 1
    assert any("summerade till kommuner" in said for said in read.understood)


def test_medians_are_never_added_up() -> None:
    read = table(
        excel_reader,
        pxweb_xlsx(
            ["0114A0010", 301.5],
            ["0114C1010", 200],
            heads=[[None, "2022"]],
            title="Medianinkomst, tkr efter region och år",
        ),
    )
    assert {place.kind for place in read.places.values()} == {"deso"}


def test_where_the_municipality_has_its_own_figure_nothing_is_added_up() -> None:
    read = table(
        excel_reader,
        pxweb_xlsx(
            ["0114", 7],
            ["0114A0010", 3],
            ["0114C1010", 4],
            heads=[[None, "2022"]],
            title="Antal personer efter region och år",
        ),
    )
    assert len(read.observations) == 3


def test_the_footer_names_people_and_is_never_imported() -> None:
    read = table(excel_reader, pxweb_xlsx())
    assert "Efternamn" not in words(read)
    assert "+46" not in words(read)
    assert left_out(read)["Rader i sidfoten, som inte läses eftersom den namnger personer."] == 12


def test_a_dimension_may_be_filled_in_its_first_row_only() -> None:
    read = table(
        excel_reader,
        pxweb_xlsx(
            ["2023", "0114A0010", 5],
            [None, "0382C1010", 6],
            ["2024", "0114A0010", 7],
            [None, "0382C1010", 8],
            title="Folkmängden per region efter år, region och kön",
            heads=[[None, None, "totalt"]],
        ),
    )
    assert {
        (value.period, read.places[value.place].code): value.value
        for value in read.observations
        if value.place.startswith("deso")
    } == {("2023", "0114A0010"): 5, ("2023", "0382C1010"): 6, ("2024", "0114A0010"): 7, ("2024", "0382C1010"): 8}


def test_code_and_name_in_two_columns_are_one_dimension() -> None:
    read = table(
        excel_reader,
        pxweb_xlsx(
            ["0114", "Upplands Väsby", 5],
            ["0382", "Östhammar", 6],
            title="Folkmängd efter region och år",
            heads=[[None, None, "2023"]],
        ),
    )
    assert [(place.code, place.name, place.kind) for place in read.places.values()] == [
        ("0114", "Upplands Väsby", "municipality"),
        ("0382", "Östhammar", "municipality"),
    ]


def test_contents_become_what_is_measured_each_with_its_own_unit() -> None:
    read = table(
        excel_reader,
        pxweb_xlsx(
            ["0114", 301.5, 12, 40],
            title="Inkomster efter region, tabellinnehåll, år och inkomstslag",
            heads=[
                [None, "Medianvärde, tkr", "Antal personer", "Andel, procent"],
                [None, "2022", "2022", "2022"],
                [None, "nettoinkomst", None, None],
            ],
        ),
    )
    assert {thing.name: thing.unit for thing in read.measured.values()} == {
        "Medianvärde, tkr (Inkomster)": "other",
        "Antal personer (Inkomster)": "count",
        "Andel, procent (Inkomster)": "share",
    }
    assert {value.breakdown for value in read.observations} == {"inkomstslag: nettoinkomst"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (pxweb_xlsx(["0114A0010", 1, 2, 3, 4], ["0382C1010", 1, None, 3, 4]), "rad 7, kolumnen C: Siffran saknas"),
        (pxweb_xlsx(["0114A0010", 1, 2, 3, 4], ["9999C1010", 1, 2, 3, 4]), "”9999C1010” är ingen känd kod"),
        (pxweb_xlsx(["0114A0010", 1, 2, 3, 4], [], ["0382C1010", 1, 2, 3, 4]), "slutar på rad 6 men fortsätter"),
        (
            pxweb_xlsx(["0114A0010", 1, 2, 3, 4], ["0114A0010", 1, 2, 3, 5]),
            "två olika värden: 4 på rad 6 och 5 på rad 7",
        ),
        (pxweb_xlsx(["A", 1, 2, 3, 4], title="Folkmängd efter år, ålder och kön"), "ingen dimension för område"),
        (pxweb_xlsx(["0114", 1], title="Antal efter region och kön", heads=[[None, "män"]]), "ingen dimension för tid"),
    ],
)
def test_a_workbook_that_cannot_be_read_exactly_is_refused(content: bytes, said: str) -> None:
    assert said in refusal(excel_reader, content)


def test_a_csv_has_code_and_name_in_one_cell() -> None:
    read = table(csv_reader, pxweb_csv())
    assert read.encoding == "Windows-1252"
    assert one(read, where="Östhammar", period="2023", breakdown="kön: kvinnor").value == Decimal(65)
    assert one(read, where="Upplands Väsby", period="2023", breakdown="kön: kvinnor").mark == "missing"
    assert read.places["municipality:0382"].name == "Östhammar"
    assert read.measured["pxweb.folkmangd"].unit == "count"


def test_a_csv_may_be_in_utf_8_with_a_mark_and_have_a_title_and_sex_in_its_heads() -> None:
    read = table(
        csv_reader,
        pxweb_csv(
            '"Folkmängd efter region, kön och år"',
            "",
            '"region";"män 2023";"kvinnor 2023"',
            '"0382 Östhammar";"1 500";2,5',
            encoding="utf-8-sig",
        ),
    )
    assert read.encoding == "UTF-8"
    assert one(read, breakdown="kön: män").value == Decimal(1500)
    assert one(read, breakdown="kön: kvinnor").value == Decimal("2.5")
    assert next(iter(read.measured.values())).name == "Folkmängd"


def test_a_csv_may_have_the_year_in_a_column() -> None:
    read = table(
        csv_reader,
        pxweb_csv(
            '"region","ålder","år","Folkmängd"',
            '"01 Stockholms län","0-4 år","2022","5"',
            '"00 Riket","totalt ålder","2023","7"',
        ),
    )
    assert one(read, period="2022", breakdown="ålder: 0–4 år").value == Decimal(5)
    assert one(read, period="2023", breakdown="").place == "nation:00"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['"region","Folkmängd 2022"', '"0114 Upplands Väsby",1', '"0382 Östhammar"'], "rad 3: Raden har 1 kolumner"),
        (
            ['"region","Folkmängd 2022"', '"0114 Upplands Väsby",1', '"0382 Östhammar",x'],
            "kolumnen Folkmängd 2022: ”x”",
        ),
        (['"region","Folkmängd 2022"', '"0114 Upplands Väsby",1', '"0999 Ö",2'], "”0999 Ö” är ingen känd kod"),
        (['"region","2022"', '"0114 Upplands Väsby",1'], "går inte att se vad siffrorna mäter"),
        (['"region","Folkmängd 2022"', '"0114 Upplands Väsby",1', '"0382 Östhammar'], "citattecken"),
        (['"a","b"', "1,2"], "inte statistikdatabasens rubriker"),
    ],
)
def test_a_csv_that_cannot_be_read_exactly_is_refused(lines: list[str], said: str) -> None:
    assert said in refusal(csv_reader, pxweb_csv(*lines))


def test_the_files_own_name_says_which_table_it_is() -> None:
    read = table(csv_reader, pxweb_csv('"region","2022"', '"0114 Upplands Väsby",1'), "000005FC_20240806-102837.csv")
    assert list(read.measured) == ["pxweb.000005fc"]


def test_json_stat_runs_fastest_in_its_last_dimension() -> None:
    read = table(json_reader, jsonstat())
    assert len(read.observations) == 18  # twelve, and the sums of the DeSO
    assert one(read, where="0114A0010", period="2024-02", breakdown="kön: kvinnor").value == Decimal(21)
    assert one(read, where="0114A0010", period="2024-01", breakdown="").value == Decimal(30)
    assert one(read, where="Upplands Väsby (påhittat)", period="2024-01", breakdown="kön: män").mark == "missing"
    assert one(read, where="Upplands Väsby (påhittat)", period="2024-01", breakdown="").mark == "not_applicable"
    assert [(place.code, place.kind) for place in read.places.values()] == [
        ("0114A0010_DeSO2025", "deso"),
        ("0114R001_RegSO2025", "regso"),
        ("0114", "municipality"),
    ]
    assert read.measured["scb.tab9999.folkmangd"].unit == "count"
    assert "Efternamn" not in words(read)


def test_json_stat_may_be_sparse_and_in_version_one() -> None:
    data = json.loads(jsonstat(value={"0": 10, "11": 3.5}, status={}))
    dimension = data.pop("dimension") | {"id": data.pop("id"), "size": data.pop("size"), "role": data.pop("role")}
    read = table(json_reader, json.dumps({"dataset": {**data, "dimension": dimension}}).encode())
    assert [value.value for value in read.observations] == [10, Decimal("3.5"), 10]  # the last is the DeSO's sum


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"value": [1, 2, 3]}, "inte lika många värden"),
        ({"value": {"99": 1}}, "inte lika många värden"),
        ({"size": [2, 3, 1, 3]}, "Dimensionen Tid"),
        ({"size": [2, 3, 1]}, "stämmer inte"),
        ({"id": ["Region", "Region", "ContentsCode", "Tid"]}, "stämmer inte"),
        ({"value": None}, "ingen JSON-stat"),
        ({"value": [True] * 12}, "”?” är inget tal"),
        ({"value": [None] * 12, "status": None}, "inga siffror"),
    ],
)
def test_json_stat_that_does_not_hold_together_is_refused(changed: dict[str, Any], said: str) -> None:
    assert said in refusal(json_reader, jsonstat(**changed))


def test_the_three_are_told_apart() -> None:
    files = {excel_reader: pxweb_xlsx(), csv_reader: pxweb_csv(), json_reader: jsonstat()}
    for content in files.values():
        assert [files[reader] for reader in files if knows(reader, content)] == [content]


def test_the_three_name_breakdowns_alike() -> None:
    workbook = table(
        excel_reader,
        pxweb_xlsx(
            ["0114", 1, 2],
            title="Folkmängd efter region, år, ålder och kön",
            heads=[[None, "2022"], [None, "0-4 år"], [None, "män", "kvinnor"]],
        ),
    )
    text = table(
        csv_reader,
        pxweb_csv(
            '"region","kön","ålder","Folkmängd 2022"', '"0114 U","män","0-4 år",1', '"0114 U","kvinnor","0-4 år",2'
        ),
    )
    assert (
        {value.breakdown for value in workbook.observations}
        == {value.breakdown for value in text.observations}
        == {"kön: kvinnor, ålder: 0–4 år", "kön: män, ålder: 0–4 år"}
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    ["000005FC_20240806-102837", "000005FF_20240813-152010", "000005FM_20240813-153407", "000005LO_20240813-153750"],
)
def test_scbs_own_workbooks_give_the_known_sums(shared: Path, name: str) -> None:
    key = f"04_population/scb_xlsx/{name}.xlsx"
    expected = json.loads((shared / "data" / "expected_counts.json").read_text())[key]
    path = shared / "data" / key
    assert excel_reader.looks_like(path.read_bytes()[:65536], path.name, path)
    read = excel_reader.read(path, path.name)
    assert read.rows == expected["deso_rows"]
    sums: dict[tuple[str, str], Decimal] = {}
    small = [value for value in read.observations if read.places[value.place].kind == "deso"]
    for value in small:
        assert value.value is not None  # non_numeric_cells is empty
        sums[value.measured, value.breakdown] = sums.get((value.measured, value.breakdown), Decimal(0)) + value.value
    assert [float(found) for found in sums.values()] == pytest.approx(expected["column_sums"], abs=1e-6)
    assert small[0].row == expected["header_rows"] + 1
    assert small[-1].row == expected["header_rows"] + expected["deso_rows"]
    assert len({value.place for value in small}) == expected["deso_rows"]
    towns = {value.place for value in read.observations} - {value.place for value in small}
    assert len(towns) == 290
    for measured in read.measured.values():
        counts = [
            value.value or 0 for value in read.observations if value.measured == measured.code and value.place in towns
        ]
        whole = sum(sums[key] for key in sums if key[0] == measured.code)
        assert sum(counts) == (whole if measured.unit == "count" else 0)
    assert any(expected["title"] in said for said in read.understood)
    assert not any("@" in word or "+46" in word for word in (words(read), repr(read.first_rows)))


@pytest.mark.shared
def test_a_tables_description_is_no_data(shared: Path) -> None:
    path = shared / "data" / "08_scb_pxweb" / "table_variables_TAB5444.json"
    assert json_reader.looks_like(path.read_bytes()[:65536], path.name, path)
    assert "beskriver en tabells dimensioner" in refusal(json_reader, path.read_bytes())


@pytest.mark.shared
def test_scbs_own_dimensions_carry_figures(shared: Path) -> None:
    dimensions = json.loads((shared / "data" / "08_scb_pxweb" / "table_variables_TAB5444.json").read_text())
    for name, dimension in dimensions.items():
        if name not in ("Region", "Kon"):  # all cells would be more than anybody asks for at once
            labels = list(dimension["category"]["label"].items())
            dimension["category"] = {"label": dict([labels[0], labels[-1]])}
    sizes = [len(dimension["category"]["label"]) for dimension in dimensions.values()]
    count = 1
    for size in sizes:
        count *= size
    answer = jsonstat(
        dimension=dimensions,
        id=list(dimensions),
        size=sizes,
        role={},
        label="Folkmängden",
        value={"0": 5, str(count - 1): 7},
        status={},
    )
    read = table(json_reader, answer)
    assert [value.value for value in read.observations] == [5, 7]
    assert read.places["nation:00"].name == "Riket"
