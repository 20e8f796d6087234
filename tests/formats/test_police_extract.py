"""The police's register extracts: counts per code, place and month, and what is said of the rows."""

import csv
import json
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.formats.readerfiles import (
    EXTRACT_HEADS,
    knows,
    kolada_csv,
    left_out,
    one,
    police_csv,
    police_xlsx,
    pxweb_csv,
    refusal,
    table,
    workbook,
)

from tillsammans.formats import police_extract as reader

pytestmark = pytest.mark.pure


def crime(
    day: str,
    *,
    code: Any = 1211,
    registered: str = "",
    place: str = "Tierp",
    deso: str = "",
    count: Any = 1,
) -> tuple[Any, ...]:
    return (1, 9001, code, "Skadegörelse, bilbrand", registered or day, day, place, "Uppsala Län", deso, count)


def test_rows_become_counts_per_code_municipality_and_month() -> None:
    read = table(reader, police_csv())
    assert read.rows == 3
    town = {value.period: value.value for value in read.observations if value.place == "municipality:Östhammar"}
    assert town == {"2022-01": 1, "2022-02": 0, "2022-03": 1}
    assert read.measured["polisen.brottskod.1211"].name == "Skadegörelse, bilbrand"
    assert read.measured["polisen.brottskod.1211"].unit == "count"


def test_a_municipality_counts_also_what_has_no_deso() -> None:
    read = table(reader, police_csv(crime("2022-01-05", deso="0360C1010"), crime("2022-01-06")))
    assert one(read, where="Tierp", period="2022-01").value == Decimal(2)
    assert one(read, where="0360C1010", period="2022-01").value == Decimal(1)
    assert one(read, where="0360C1010").row == 2
    assert {place.kind for place in read.places.values()} == {"municipality", "deso"}


def test_what_lacks_a_place_is_left_out_and_counted() -> None:
    why = left_out(table(reader, police_csv()))
    assert why["Rader utan kommun eller lokalpolisområde."] == 1
    assert why["Rader utan DeSO: de räknas i kommunen men inte i något mindre område."] == 2


def test_a_crime_after_its_registration_is_said() -> None:
    assert any("1 rad har brottsdatum efter inskrivningen" in said for said in table(reader, police_csv()).understood)


def test_identities_and_days_are_never_kept() -> None:
    read = table(reader, police_csv())
    assert "9001" not in repr(read)
    assert "2022-03-05" not in repr(read)


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_head_in_the_middle_is_no_crime(sign: str) -> None:
    read = table(
        reader, police_csv(crime("2022-01-05"), EXTRACT_HEADS, crime("2022-01-06"), sign=sign, encoding="utf-8-sig")
    )
    assert (read.rows, left_out(read)["Rubrikrader mitt i filen."]) == (2, 1)
    assert one(read, where="Tierp", period="2022-01").value == Decimal(2)


def test_a_pasted_file_may_have_its_columns_in_another_order() -> None:
    heads = ("Kommun", "Brottskod", "Brottsdatum", "Antal")
    read = table(
        reader,
        police_csv(
            ("Tierp", 1211, "2022-01-05", 1),
            ("Antal", "Brottsdatum", "Brottskod", "Kommun"),
            (3, "2022-01-06", 1211, "Tierp"),
            heads=heads,
        ),
    )
    assert one(read, where="Tierp", period="2022-01").value == Decimal(4)


def test_a_workbook_has_several_sheets_excel_dates_and_code_with_text() -> None:
    read = table(reader, police_xlsx())
    assert read.rows == 3
    first = one(read, where="Tierp", period="2023-05")
    assert (first.value, first.sheet, first.row) == (Decimal(2), "2023", 3)
    assert one(read, where="Tierp", period="2024-05").sheet == "2024"
    assert one(read, where="Tierp", period="2023-12").value == Decimal(0)
    assert read.measured["polisen.brottskod.1211"].name == "Skadegörelse, bilbrand"
    assert left_out(read)["Rader utan kommun eller lokalpolisområde."] == 1
    assert any("Försättsblad" in said for said in read.understood)


def test_without_municipality_the_local_police_district_is_the_place() -> None:
    heads = [
        "PO/Enhet",
        "LPO/Sektion",
        "Huvudbrottskategori",
        "Huvudbrottskod",
        "Inskrivningsdatum",
        "Redovisningsdatum",
        "Redov till Åkl",
    ]
    row = ["PO Uppsala", "Enköping Håbo", "Våldsbrott", "0310 Mord", "2023-02-01 13:45", "", ""]
    read = table(reader, workbook(("Blad1", [heads, row])))
    assert next(iter(read.places.values())).kind == "local_police_district"
    assert list(read.measured) == ["polisen.brottskod.0310"]
    assert any("inget brottsdatum" in said for said in read.understood)


def test_a_code_without_its_leading_zero_is_completed_and_it_is_said() -> None:
    read = table(reader, police_csv(crime("2022-01-05", code=310)))
    assert list(read.measured) == ["polisen.brottskod.0310"]
    assert any("kompletterade" in said for said in read.understood)


def test_crimes_before_the_code_was_in_use_are_counted_without_zeros_between() -> None:
    usual = [crime(f"2023-{month:02}-10") for month in range(1, 13) for _each in range(20)]
    read = table(reader, police_csv(crime("2015-03-01", registered="2023-01-02"), *usual))
    periods = {value.period: value.value for value in read.observations}
    assert periods["2015-03"] == 1
    assert len(periods) == 13
    assert any("Kod 1211 är hel från 2023-01: 1 brott är äldre" in said for said in read.understood)
    assert any("mellan 2023-01 och 2023-12 är 0" in said for said in read.understood)


def test_a_code_that_came_into_use_late_is_whole_from_then() -> None:
    usual = [crime(f"2023-{month:02}-10") for month in range(4, 13) for _each in range(30)]
    read = table(reader, police_csv(crime("2022-01-01"), crime("2023-01-05"), *usual))
    assert any("Kod 1211 är hel från 2023-04: 2 brott är äldre" in said for said in read.understood)
    assert {value.period for value in read.observations if value.value == 0} == set()


def test_the_newest_months_are_preliminary() -> None:
    read = table(reader, police_csv())
    assert {value.period for value in read.observations if value.preliminary} == {"2022-01", "2022-02", "2022-03"}
    late = table(reader, police_csv(*(crime(f"2022-{month:02}-01") for month in range(1, 7))))
    assert {value.period for value in late.observations if value.preliminary} == {"2022-04", "2022-05", "2022-06"}


def test_a_deso_in_another_municipality_is_said() -> None:
    read = table(reader, police_csv(crime("2022-01-05", deso="0180C1010")))
    assert any("DeSO i en annan kommun" in said for said in read.understood)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (police_csv(crime("2022-13-05")), "rad 2, kolumnen Inskrivningsdatum: ”2022-13-05” är inget datum"),
        (police_csv(crime("05/01/2022")), "är inget datum"),
        (police_csv(crime("2092-01-05")), "är inget datum"),
        (police_csv(crime("2022-01-05", code="stöld")), "”stöld” är ingen brottskod"),
        (police_csv(crime("2022-01-05", deso="0360X1010")), "”0360X1010” är ingen DeSO-kod"),
        (police_csv(crime("2022-01-05", count="ett")), "kolumnen Antal: ”ett” är inget tal"),
        (police_csv(crime("2022-01-05", count=-1)), "”-1” är inget tal"),
        (police_csv(crime("2022-01-05")[:-1]), "Raden har 9 kolumner men rubrikraden 10"),
        (police_csv(heads=("Kommun", "Datum")), "inte kolumner för brottskod"),
        (police_csv(crime("Värde saknas", place="")), "inga siffror"),
        (b"", "tom"),
    ],
)
def test_an_extract_that_cannot_be_read_exactly_is_refused(content: bytes, said: str) -> None:
    assert said in refusal(reader, content)


def test_what_is_an_extract() -> None:
    assert knows(reader, police_csv())
    assert knows(reader, police_xlsx())
    sentence = b"Kolumner: Id, Brottskod, Brottsdatum, Kommun\nDet var allt.\n"
    table_of_codes = b"kommunkod,ar2022_totalt\n0114,49262\n"
    for other in (sentence, pxweb_csv(), kolada_csv(), table_of_codes, workbook(("A", [["Kommun"]]))):
        assert not knows(reader, other)


def test_many_rows_take_seconds() -> None:
    rows = [
        crime(f"2022-{1 + number % 12:02}-{1 + number % 28:02}", deso=f"0360C1{number % 40:02}0")
        for number in range(50_000)
    ]
    content = police_csv(*rows)
    began = time.perf_counter()
    assert table(reader, content).rows == 50_000
    assert time.perf_counter() - began < 15  # a loose bound: the machine may be shared


@pytest.mark.shared
@pytest.mark.parametrize("name", ["bilbrand_brott", "blaljus_sabotage_brott", "vald_mot_polis_brott"])
def test_the_polices_own_extracts_give_the_known_counts(shared: Path, name: str) -> None:
    key = f"07_polisen_deso/{name}.csv"
    expected = json.loads((shared / "data" / "expected_counts.json").read_text())[key]
    path = shared / "data" / key
    content = path.read_bytes()
    assert reader.looks_like(content[:65536], path.name, path)
    read = reader.read(path, path.name)
    assert read.rows == expected["rows"]
    why = left_out(read)
    assert why["Rader utan kommun eller lokalpolisområde."] == expected["blank_kommun"]
    assert why["Rader utan DeSO: de räknas i kommunen men inte i något mindre område."] == expected["blank_deso"]
    assert why.get("Rubrikrader mitt i filen.", 0) == expected["repeated_header_rows"]
    said = " ".join(read.understood)
    assert f"{expected['crime_date_after_registration']} rader har brottsdatum efter inskrivningen" in said
    assert "Rader per år: " + ", ".join(f"{year} {count}" for year, count in expected["by_year"].items()) in said
    towns, areas = Counter[str](), 0
    for value in read.observations:
        if read.places[value.place].kind == "municipality":
            towns[value.period[:4]] += int(value.value or 0)
        else:
            areas += int(value.value or 0)
    assert areas == expected["rows"] - expected["blank_deso"]
    sign = ";" if content[:1] == b";" else ","
    nowhere = Counter(
        row["Brottsdatum"][:4]
        for row in csv.DictReader(content.decode().splitlines(), delimiter=sign)
        if not row["Kommun"]
    )
    assert {year: towns[year] + nowhere[year] for year in expected["by_year"]} == expected["by_year"]
