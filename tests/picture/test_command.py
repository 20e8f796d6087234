"""The pure path: files in, four files out; exact figures, honest words, nothing left behind by a refused file."""

import csv
import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from tests.picture.bra import databasfil, rows

from tillsammans.picture.command import run

pytestmark = pytest.mark.pure  # pytest-django fails these if they touch a database
THEFT = "8 kap. Stöld, rån m.m."
BICYCLE = "därav cykeltillgrepp"
FILES = {"lagesbild.pdf", "lagesbild.docx", "data.csv", "data.json"}


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    made = []
    for year, level in (("2023", 40), ("2024 prel.", 20)):
        path = tmp_path / f"Databasfil{year[:4]}.txt"
        path.write_bytes(
            databasfil(
                rows("Östhammar kommun", THEFT, year, [level + month % 3 for month in range(12)], 22_000),
                rows("Östhammar kommun", BICYCLE, year, [0, 1, 0, 0] * 3, 22_000),
                rows("Tierp kommun", THEFT, year, [30] * 12, 21_000),
                rows("Tierp kommun", BICYCLE, year, [2] * 12, 21_000),
            )
        )
        made.append(path)
    return made


def test_four_files_are_written_with_exactly_the_files_figures(files: list[Path], tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "ny" / "mapp"
    assert run("0382", files, out, None, as_json=True) == 0
    assert {path.name for path in out.iterdir()} == FILES
    data = json.loads((out / "data.json").read_text())
    assert data["municipality"] == "0382"
    theft = [row for row in data["indicators"] if row["name"] == THEFT]
    assert len(theft) == 24
    named = {"code": "bra.manad.8-kap-stold-ran-m-m", "name": THEFT}
    assert theft[0] == {**named, "period": "2023-01", "value": 40, "per_100k": 182, "status": "final"}
    assert theft[-1] == {**named, "period": "2024-12", "value": 22, "per_100k": 100, "status": "preliminary"}
    table = list(csv.DictReader((out / "data.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(table) == 4 * 24
    assert [row["value"] for row in table if row["area"] == "0360" and row["name"] == THEFT] == ["30"] * 24
    told = json.loads(capsys.readouterr().out)
    assert told["values"] == 48
    assert set(told["files"]) == {str(out / name) for name in FILES}


def test_the_document_says_what_changed_and_what_is_too_little(files: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "ut"
    run("0382", files, out, None, as_json=False)
    assert (out / "lagesbild.pdf").read_bytes().startswith(b"%PDF-")
    with zipfile.ZipFile(BytesIO((out / "lagesbild.docx").read_bytes())) as word:
        text = word.read("word/document.xml").decode()
    assert "8 kap. Stöld, rån m.m. i Östhammar: färre 2024 än 2023" in text
    assert "Cykeltillgrepp i Östhammar: underlaget är för litet för att tolkas" in text
    assert "Cykeltillgrepp ingår i 8 kap. Stöld, rån m.m." in text
    assert "Vad vi inte vet" in text
    assert "preliminära och kan ändras" in text


def test_the_same_files_give_the_same_bytes(files: list[Path], tmp_path: Path) -> None:
    for name in ("ett", "två"):
        run("0382", files, tmp_path / name, None, as_json=False)
    for name in FILES - {"lagesbild.docx"}:
        assert (tmp_path / "ett" / name).read_bytes() == (tmp_path / "två" / name).read_bytes()


def test_a_broken_row_is_named_and_nothing_is_left(files: list[Path], tmp_path: Path, capsys: Any) -> None:
    lines = files[1].read_bytes().split(b"\n")
    lines[4] = b"Tierp kommun;Bara tre falt;2024"
    files[1].write_bytes(b"\n".join(lines))
    out = tmp_path / "ut"
    before = set(tmp_path.iterdir())
    assert run("0382", files, out, None, as_json=False) == 1
    said = capsys.readouterr()
    assert "Databasfil2024.txt, rad 5: Raden har 3 fält" in said.err
    assert said.out == ""
    assert set(tmp_path.iterdir()) == before


def test_what_was_there_before_stays_when_a_file_is_refused(files: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "ut"
    run("0382", files, out, None, as_json=False)
    kept = {path.name: path.read_bytes() for path in out.iterdir()}
    files[0].write_bytes(b"ingen databasfil")
    assert run("0382", files, out, None, as_json=False) == 1
    assert {path.name: path.read_bytes() for path in out.iterdir()} == kept


@pytest.mark.parametrize(
    ("code", "expected", "words"),
    [
        ("9999", 2, "ingen kommunkod"),
        ("03", 2, "ingen kommunkod"),
        ("abc", 2, "ingen kommunkod"),
        ("0380", 1, "Det finns inga siffror för kommunen 0380. Här finns 0360 Tierp, 0382 Östhammar."),
    ],
)
def test_a_municipality_that_is_not_there_is_refused(
    files: list[Path], tmp_path: Path, capsys: Any, code: str, expected: int, words: str
) -> None:
    assert run(code, files, tmp_path / "ut", None, as_json=False) == expected
    assert words in capsys.readouterr().err
    assert not (tmp_path / "ut").exists()


def test_a_file_that_is_missing_or_a_folder_that_cannot_be_written_is_told(
    files: list[Path], tmp_path: Path, capsys: Any
) -> None:
    assert run("0382", [tmp_path / "saknas.txt"], tmp_path / "ut", None, as_json=False) == 1
    assert "saknas.txt" in capsys.readouterr().err
    (tmp_path / "fil").write_text("")
    assert run("0382", files, tmp_path / "fil", None, as_json=False) == 1
    assert "Inget skrevs" in capsys.readouterr().err
    assert (tmp_path / "fil").read_text() == ""


def test_one_year_is_shown_without_inventing_a_change(files: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "ut"
    assert run("0382", files[:1], out, None, as_json=False) == 0
    with zipfile.ZipFile(BytesIO((out / "lagesbild.docx").read_bytes())) as word:
        text = word.read("word/document.xml").decode()
    assert "inget tidigare år att jämföra med" in text
    assert "Filerna räcker inte för att jämföra ett år med året före." in text
    assert "Sommar och vinter" not in text


def test_a_municipality_with_nothing_but_dots_is_refused(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "punkter.txt"
    dots = [f"Östhammar kommun;{THEFT};2024;Jan;..;..;"]
    path.write_bytes(databasfil(dots, rows("Tierp kommun", THEFT, "2024", [30] * 12)))
    assert run("0382", [path], tmp_path / "ut", None, as_json=False) == 1
    assert "Det finns inga siffror för kommunen 0382" in capsys.readouterr().err


def test_figures_by_quarter_and_year_make_a_picture_too(tmp_path: Path) -> None:
    quarters = [
        f"Östhammar kommun;{THEFT};{year};kvartal {q};{40 + q};{200 + q};" for year in (2023, 2024) for q in range(1, 5)
    ]
    years = [f"Östhammar kommun;Totalt antal brott;{year};År;{1000 + year};{5000};" for year in (2022, 2023, 2024)]
    path = tmp_path / "fil.txt"
    path.write_bytes(databasfil(quarters, years))
    assert run("0382", [path], tmp_path / "ut", None, as_json=False) == 0
    data = json.loads((tmp_path / "ut" / "data.json").read_text())
    periods = [(row["name"], row["period"]) for row in data["indicators"]]
    assert (THEFT, "2023-Q1") in periods
    assert [period for name, period in periods if name == "Totalt antal brott"] == ["2022", "2023", "2024"]


def test_population_from_a_file_is_used_and_named(files: list[Path], tmp_path: Path) -> None:
    people = tmp_path / "folk.csv"
    people.write_text("kod;år;folkmängd\n0382;2023;50000\n0382;2024;50000\n0360;2023;50000\n0360;2024;50000\n")
    out = tmp_path / "ut"
    assert run("0382", files, out, people, as_json=False) == 0
    with zipfile.ZipFile(BytesIO((out / "lagesbild.docx").read_bytes())) as word:
        text = word.read("word/document.xml").decode()
    assert "Folkmängd: folk.csv" in text
    assert "färre per invånare i Östhammar" in text


@pytest.mark.shared
def test_the_real_files_give_their_own_figures(shared: Path, tmp_path: Path) -> None:
    real = [shared / "data" / "05_bra" / f"Databasfil{year}.txt" for year in (2020, 2021)]
    assert run("0127", real, tmp_path / "ut", None, as_json=False) == 0
    data = json.loads((tmp_path / "ut" / "data.json").read_text())
    found = {(row["name"], row["period"]): (row["value"], row["per_100k"]) for row in data["indicators"]}
    months = ("Jan", "Feb", "Mar", "Apr", "Maj", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dec")
    expected = {}
    for path in real:
        for line in path.read_bytes().decode("iso-8859-1").splitlines()[1:]:
            if line.startswith("Botkyrka kommun;"):
                _region, crime, year, month, count, rate, _end = line.split(";")
                expected[crime, f"{year}-{months.index(month) + 1:02}"] = (int(count), int(rate))
    assert found == expected
