"""Kolada's key figures: answers, flat files and lists of names."""

import csv
import gzip
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from tests.formats.readerfiles import (
    knows,
    kolada_csv,
    kolada_list,
    kolada_values,
    left_out,
    one,
    refusal,
    table,
)

from tillsammans.formats import kolada as reader
from tillsammans.formats.kolada_files import parse_file
from tillsammans.formats.observations import Table
from tillsammans.kernel.problems import FileErrors, ImportProblem

pytestmark = pytest.mark.pure


def together(folder: Path, *contents: bytes) -> Sequence[Table]:
    files = []
    for number, content in enumerate(contents):
        path = folder / str(number)
        path.write_bytes(content)
        files.append((f"{number}.json", path))
    return list(reader.read_together(files))


def test_sexes_are_breakdowns_and_the_total_is_none() -> None:
    read = table(reader, kolada_values(("N99901", "0382", 2024, (("T", 12.5), ("K", 10), ("M", 15)))))
    assert {value.breakdown: value.value for value in read.observations} == {
        "": Decimal("12.5"),
        "kön: kvinnor": 10,
        "kön: män": 15,
    }
    assert next(iter(read.places.values())).code == "0382"


def test_null_is_missing_and_never_zero() -> None:
    read = table(reader, kolada_values(("N99901", "0382", 2024, (("T", None), ("K", 0)))))
    assert (one(read, breakdown="").value, one(read, breakdown="").mark) == (None, "missing")
    assert one(read, breakdown="kön: kvinnor").value == 0


def test_private_is_protected() -> None:
    answer = json.loads(kolada_values(("N99901", "0382", 2024, (("T", None), ("K", 1)))))
    answer["values"][0]["values"][0]["status"] = "Private"
    assert one(table(reader, json.dumps(answer).encode()), breakdown="").mark == "suppressed"


def test_a_list_of_key_figures_names_those_in_the_other_files(tmp_path: Path) -> None:
    tables = together(
        tmp_path,
        kolada_values(("N99901", "0382", 2024, (("T", 12.5),))),
        kolada_list(N99901="Anmälda påhitt, antal/100 000 inv"),
        kolada_csv("T,1,,3.5,N99902,2023,0180,Stockholm,K"),
    )
    assert [len(found.observations) for found in tables] == [1, 0, 1]
    named = tables[0].measured["kolada.n99901"]
    assert (named.name, named.unit) == ("Anmälda påhitt, antal/100 000 inv", "per_100k")
    assert tables[2].measured["kolada.n99902"].name == "N99902"
    assert any("Namn saknas för N99902" in said for said in tables[2].understood)


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("Invånare som är trygga, andel (%)", "share"),
        ("Anmälda brott, antal/100 000 inv", "per_100k"),
        ("Anmälda brott, antal", "count"),
        ("Bränder, antal/1000 inv", "other"),
        ("Kostnad, kr/inv", "other"),
    ],
)
def test_the_unit_is_in_the_title(title: str, unit: str) -> None:
    page = reader.from_answers([kolada_values(), kolada_list(N99901=title)])
    assert page.measured["kolada.n99901"].unit == unit


def test_a_margin_of_error_is_the_interval_of_the_key_figure_with_its_name() -> None:
    read = reader.from_answers(
        [
            kolada_values(
                ("N99901", "0382", 2024, (("T", 20.5), ("K", 18))),
                ("N99949", "0382", 2024, (("T", 3.5),)),
                ("N99902", "0382", 2024, (("T", 40),)),
            ),
            kolada_list(
                N99901="NTU - Oro  för påhitt, andel(%)",
                N99949="Osäkerhetstal - Oro för påhitt, andel (%)",
                N99902="NTU - Oro för annat, andel (%)",
            ),
        ]
    )
    whole = one(read, measured="kolada.n99901", breakdown="")
    assert (whole.value, whole.low, whole.high) == (Decimal("20.5"), Decimal(17), Decimal(24))
    assert one(read, measured="kolada.n99901", breakdown="kön: kvinnor").low is None
    assert one(read, measured="kolada.n99902").low is None
    assert "kolada.n99949" not in read.measured
    assert any("N99949 är osäkerhetstal för N99901" in said for said in read.understood)
    assert any("två år tillsammans" in said for said in read.understood)


def test_a_margin_in_another_file_is_found(tmp_path: Path) -> None:
    tables = together(
        tmp_path,
        kolada_values(("N99901", "0382", 2024, (("T", 20),))),
        kolada_values(("N99949", "0382", 2024, (("T", 2),))),
        kolada_list(N99901="NTU - Oro, andel (%)", N99949="Osäkerhetstal - Oro, andel (%)"),
    )
    assert (tables[0].observations[0].low, tables[0].observations[0].high) == (Decimal(18), Decimal(22))
    assert tables[1].observations == ()
    assert any("N99949 är osäkerhetstal" in said for said in tables[1].understood)


def test_a_margin_that_two_key_figures_could_own_stands_for_itself() -> None:
    read = reader.from_answers(
        [
            kolada_values(
                ("N99901", "0382", 2024, (("T", 20),)),
                ("N99902", "0382", 2024, (("T", 30),)),
                ("N99949", "0382", 2024, (("T", 2),)),
            ),
            kolada_list(
                N99901="Hemtjänst - oro, andel (%)",
                N99902="Boende - oro, andel (%)",
                N99949="Osäkerhetstal - Oro, andel (%)",
            ),
        ]
    )
    assert {value.measured: value.value for value in read.observations} == {
        "kolada.n99901": 20,
        "kolada.n99902": 30,
        "kolada.n99949": 2,
    }
    assert any("N99949 är ett osäkerhetstal utan sitt nyckeltal" in said for said in read.understood)


def test_a_name_that_two_key_figures_share_decides_nothing_though_one_is_here() -> None:
    read = reader.from_answers(
        [
            kolada_values(("N99901", "0382", 2024, (("T", 20),)), ("N99949", "0382", 2024, (("T", 2),))),
            kolada_list(
                N99901="Hemtjänst - oro, andel (%)",
                N99902="Boende - oro, andel (%)",
                N99949="Osäkerhetstal - Oro, andel (%)",
            ),
        ]
    )
    assert one(read, measured="kolada.n99901").low is None


def test_gotland_is_both_a_municipality_and_a_region() -> None:
    read = table(reader, kolada_values(*(("N99901", place, 2024, (("T", 1),)) for place in ("0980", "0009", "0000"))))
    assert [(place.code, place.kind) for place in read.places.values()] == [
        ("0980", "municipality"),
        ("09", "county"),
        ("00", "nation"),
    ]
    assert any("länet med samma nummer" in said for said in read.understood)


def test_groups_of_municipalities_are_left_out() -> None:
    read = table(reader, kolada_values(("N99901", "0382", 2024, (("T", 1),)), ("N99901", "G35826", 2024, (("T", 2),))))
    assert len(read.observations) == 1
    assert left_out(read) == {"Värden för grupper av kommuner.": 1}


def test_a_page_that_goes_on_elsewhere_is_said_and_one_that_is_here_is_not() -> None:
    first = kolada_values(next_page="https://api.kolada.example/v2/data?page=2")
    assert any("fortsätter på en sida" in said for said in table(reader, first).understood)
    last = kolada_values(("N99901", "0180", 2024, (("T", 1),)))
    read = reader.from_answers([first, last])
    assert len(read.observations) == 2
    assert not any("fortsätter" in said for said in read.understood)


def test_the_same_page_twice_changes_nothing_and_two_values_are_refused() -> None:
    page = kolada_values()
    assert len(reader.from_answers([page, page]).observations) == 1
    with pytest.raises(ImportProblem, match="två olika värden"):
        reader.from_answers([page, kolada_values(("N99901", "0382", 2024, (("T", 13),)))])


def test_a_flat_file_may_be_packed_and_lack_leading_zeros() -> None:
    read = table(reader, gzip.compress(kolada_csv("T;1;;12,5;N99901;2024;382;Östhammar;K").replace(b",", b";", 8)))
    assert (next(iter(read.places.values())).code, read.observations[0].value) == ("0382", Decimal("12.5"))
    assert any("kompletterade" in said for said in read.understood)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (kolada_values(("N99901", "9999", 2024, (("T", 1),))), "”9999” är ingen kommun eller region"),
        (kolada_values(("N99901", "0382", 20245, (("T", 1),))), "”20245” är inget år"),
        (kolada_values(("N99901", "0382", 2024, (("X", 1),))), "”X” är inget kön"),
        (kolada_values(("N99901", "0382", 2024, (("T", "tolv"),))), "”tolv” är inget tal"),
        (kolada_values(("", "0382", 2024, (("T", 1),))), "saknar nyckeltal"),
        (kolada_values()[:-20], "ingen giltig JSON"),
        (b'{"values": [1, 2]}', "varken värden eller namn"),
        (kolada_values().replace(b"12.5", b"NaN"), "ingen giltig JSON"),
        (kolada_csv("T,1,,12.5,N99901,2024,0382"), "rad 2: Raden har 7 kolumner"),
        (kolada_csv("T,1,,12.5,okänt,2024,0382,Ö,K"), "”okänt” är inget nyckeltal"),
        (kolada_list(N99901="Oro"), "bara namn"),
        (gzip.compress(kolada_csv())[:-9], "avhuggen"),
        (gzip.compress(b"0" * 120_000_000), "mycket större"),
    ],
)
def test_a_file_that_cannot_be_read_exactly_is_refused(content: bytes, said: str) -> None:
    assert said in refusal(reader, content)


def test_what_is_koladas() -> None:
    for content in (kolada_values(), kolada_list(N99901="Oro"), kolada_csv(), gzip.compress(kolada_csv())):
        assert knows(reader, content)
    assert not knows(reader, b"group_id,group_title,member_id,member_title\n")
    assert not knows(reader, b'{"class": "dataset", "value": []}')


@pytest.mark.shared
def test_the_real_flat_file_gives_every_row(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "06_kolada"
    values = folder / "values_N00945_N03702.csv"
    with values.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    read, names = list(reader.read_together([(values.name, values), ("kpi_all.csv.gz", folder / "kpi_all.csv.gz")]))
    assert reader.looks_like(values.read_bytes()[:65536], values.name, values)
    assert read.rows == len(read.observations) == len(rows)
    assert sum(value.value or 0 for value in read.observations) == pytest.approx(
        sum(Decimal(row["value"]) for row in rows if row["value"]), abs=Decimal("0.001")
    )
    assert names.observations == ()
    for measured in read.measured.values():
        assert measured.name != measured.code.removeprefix("kolada.").upper()


@pytest.mark.shared
def test_the_real_margins_of_the_crime_survey_all_find_their_key_figure(shared: Path) -> None:
    titles = parse_file(shared / "data" / "06_kolada" / "kpi_all.csv.gz", FileErrors("kpi_all.csv.gz")).titles
    assert len(titles) == 6099
    survey = [f"N0{number}" for number in range(7600, 7696)]
    read = reader.from_answers(
        [kolada_values(*((kpi, "0382", 2024, (("T", 10),)) for kpi in survey)), kolada_list(**titles)]
    )
    assert len(read.observations) == 48  # N07600-N07647, each with the margin of N07648-N07695
    assert all((value.low, value.high) == (Decimal(0), Decimal(20)) for value in read.observations)
    assert sum("är osäkerhetstal för" in said for said in read.understood) == 48
