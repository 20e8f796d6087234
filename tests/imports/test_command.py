"""The command line does what the web does, with exit codes that a program can read."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.formats.brafiles import ASSAULT, databasfil, two_years
from tests.world import World

from tillsammans.config.wiring import IMPORTS
from tillsammans.formats.columns import Columns, Sheet
from tillsammans.formats.readers import READERS
from tillsammans.imports.command import kinds, run, undo
from tillsammans.imports.models import Mapping
from tillsammans.indicators.models import Import, Value
from tillsammans.kernel.scope import everywhere

JAN = f"Östhammar kommun;{ASSAULT};2020;Jan;12;60;"


@pytest.fixture(autouse=True)
def files_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "var"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "uttag.txt"
    path.write_bytes(two_years())
    return path


def count_imports() -> int:
    with everywhere("a test looks"):
        return Import.objects.count()


def test_a_file_is_read_in_and_undone(world: World, file: Path, capsys: Any, settings: Any) -> None:
    assert run("databasfil", [file], "osthammar", "coordinator@exempel.se", False, True) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["state"], said["created"]) == ("in_force", 48)
    assert not list((Path(settings.VAR) / "uploads").iterdir())
    assert undo(said["import"], "coordinator@exempel.se") == 0
    with everywhere("a test looks"):
        assert Import.objects.get().state == "undone"


def test_preview_says_what_would_happen_and_writes_nothing(world: World, file: Path, capsys: Any) -> None:
    assert run("databasfil", [file], "osthammar", "coordinator@exempel.se", True, False) == 0
    assert "Nya: 48." in capsys.readouterr().out
    assert count_imports() == 0


def test_the_only_one_who_may_is_found(world: World, file: Path) -> None:
    assert run("databasfil", [file], "gemensamt", None, False, False) == 0
    with everywhere("a test looks"):
        assert Value.objects.first().organisation_id == world.gemensamt.pk  # type: ignore[union-attr]


def test_the_same_file_twice_is_done_and_makes_no_import(world: World, file: Path, capsys: Any) -> None:
    for _time in range(2):
        assert run("databasfil", [file], "gemensamt", None, False, False) == 0
    assert "ändrar ingenting" in capsys.readouterr().out
    assert count_imports() == 1


def test_a_broken_row_is_refused_with_row_and_reason(world: World, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "fel.txt"
    path.write_bytes(databasfil(JAN, JAN.replace("Jan", "Feb").replace(";12;", ";tolv;")))
    assert run("databasfil", [path], "gemensamt", None, False, False) == 1
    said = capsys.readouterr().err
    assert "fel.txt, rad 3" in said
    assert "tolv" in said
    assert count_imports() == 0


def test_changed_final_values_are_shown_and_refused(world: World, tmp_path: Path, capsys: Any) -> None:
    for count, code in ((12, 0), (13, 1)):
        path = tmp_path / f"{count}.txt"
        path.write_bytes(databasfil(JAN.replace(";12;", f";{count};")))
        assert run("databasfil", [path], "gemensamt", None, False, False) == code
    assert "12 blir 13 (13.txt, rad 2)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("organisation", "email", "code", "words"),
    [
        ("finns-inte", None, 2, "ingen organisation"),
        ("osthammar", "reader@exempel.se", 1, "får inte läsa in"),
        ("osthammar", "stranger@exempel.se", 1, "får inte läsa in"),
    ],
)
def test_a_wrong_organisation_or_person_is_refused_in_words(
    world: World, file: Path, capsys: Any, organisation: str, email: str | None, code: int, words: str
) -> None:
    assert run("databasfil", [file], organisation, email, False, False) == code
    assert words in capsys.readouterr().err


def test_wrong_use_is_told_apart_from_refusal(world: World, file: Path, capsys: Any) -> None:
    assert run("annat", [file], "gemensamt", None, False, False) == 2
    assert run("databasfil", [file.with_name("saknas.txt")], "gemensamt", None, False, False) == 2
    assert undo("inget-nummer") == 2
    assert undo("00000000-0000-4000-8000-000000000000") == 2


def test_the_content_says_what_a_file_is(world: World, file: Path, capsys: Any) -> None:
    assert run("auto", [file], "osthammar", "coordinator@exempel.se", True, False) == 0
    said = capsys.readouterr().out
    assert "Brås Databasfil, ISO-8859-1" in said
    assert "Nya: 48." in said


def test_every_reader_has_its_kind_on_the_command_line() -> None:
    assert {reader.KIND for reader in READERS} < set(kinds())
    assert len(kinds()) == len(set(kinds()))
    assert not set(kinds()) & (set(IMPORTS) - {"auto"})


def test_files_of_several_kinds_are_refused_and_named(world: World, file: Path, tmp_path: Path, capsys: Any) -> None:
    other = tmp_path / "annan.csv"
    other.write_text("kommun;2020;2021\nÖsthammar;1;2\nTierp;3;4\n")
    assert run("auto", [file, other], "gemensamt", None, False, False) == 1
    said = capsys.readouterr().err
    assert "olika slag" in said
    assert "Brås Databasfil: uttag.txt" in said
    assert "annan.csv" in said


def test_a_changed_final_value_is_replaced_with_consent(world: World, tmp_path: Path) -> None:
    for count, consent in ((12, False), (13, True)):
        path = tmp_path / f"{count}.txt"
        path.write_bytes(databasfil(JAN.replace(";12;", f";{count};")))
        assert run("databasfil", [path], "gemensamt", None, False, False, consent=consent) == 0


def test_an_unknown_table_is_read_as_a_source_that_is_remembered(world: World, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "brander.csv"
    path.write_text("kommun;2020;2021\nÖsthammar;1;2\nTierp;3;..\n")
    run_as = ("osthammar", "coordinator@exempel.se")
    assert run("tabell", [path], *run_as, False, False) == 2
    assert "--source" in capsys.readouterr().err
    meaning = Columns(
        source="Bränder",
        owner="osthammar",
        table=Sheet("utf-8", ";"),
        wide=True,
        place=0,
        values=(1, 2),
        indicator_text="Anlagda bränder",
        marks={"..": "missing"},
    )
    with world.room("osthammar"):
        Mapping.objects.create(
            organisation=world.osthammar,
            name="Bränder",
            columns=meaning.text(),
            fingerprint="x",
            person=world.people["coordinator"][0],
        )
    assert run("tabell", [path], *run_as, False, True, source="Bränder") == 0
    assert json.loads(capsys.readouterr().out)["created"] == 4
    with everywhere("a test looks"):
        assert {value.value for value in Value.objects.all()} == {1, 2, 3, None}
        assert Import.objects.get().source == "Bränder"
