"""Whatever a file holds, a reader gives a table or refuses in words; and each file has one reader."""

import gzip
import random
import tempfile
import time
import zipfile
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.formats import readerfiles as files

from tillsammans.formats import (
    bra_indicators,
    bra_ten_years,
    jsonstat,
    kolada,
    police_extract,
    population_reader,
    pxweb_csv,
    pxweb_excel,
    sol_page,
)
from tillsammans.formats.observations import Table
from tillsammans.formats.readers import READERS, detect
from tillsammans.kernel.problems import ImportProblem

pytestmark = pytest.mark.pure

SEEDS: dict[str, tuple[ModuleType, bytes]] = {
    "sol_page": (sol_page, files.sol_page()),
    "sol_page in UTF-8": (sol_page, files.sol_page(encoding="utf-8")),
    "ten years": (bra_ten_years, files.ten_years()),
    "indicators": (bra_indicators, files.indicators_book()),
    "PxWeb Excel": (pxweb_excel, files.pxweb_xlsx()),
    "PxWeb CSV": (pxweb_csv, files.pxweb_csv()),
    "JSON-stat": (jsonstat, files.jsonstat()),
    "Kolada answer": (kolada, files.kolada_values()),
    "Kolada list": (kolada, files.kolada_list(N99901="Oro")),
    "Kolada CSV": (kolada, files.kolada_csv()),
    "Kolada packed": (kolada, gzip.compress(files.kolada_csv())),
    "extract": (police_extract, files.police_csv()),
    "extract in Excel": (police_extract, files.police_xlsx()),
    "population": (population_reader, "kod;kön;år;folkmängd\n0382;män;2023;5\n0382;kvinnor;2023;6\n".encode()),
}
MINE = tuple(dict.fromkeys(reader for reader, _content in SEEDS.values()))


def outcome(reader: ModuleType, content: bytes) -> Table | str:
    """What the reader makes of the content; fails if it raises anything but a refusal."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fil"
        path.write_bytes(content)
        assert isinstance(reader.looks_like(content[:65536], "10La_fil", path), bool)
        refused: ImportProblem | None = None
        try:
            read = reader.read(path, "10La_fil")
        except ImportProblem as problem:
            refused = problem
    if refused:
        assert refused.errors
        assert all(finding.message for finding in refused.errors)
        return str(refused)
    assert isinstance(read, Table)
    keys = [(one.measured, one.place, one.period, one.breakdown) for one in read.observations]
    assert len(set(keys)) == len(keys)
    assert all(one.measured in read.measured and one.place in read.places for one in read.observations)
    assert all(len(code) <= 120 and len(thing.name) <= 250 for code, thing in read.measured.items())
    assert all(len(one.breakdown) <= 120 and len(one.period) <= 7 for one in read.observations)
    assert all((one.value is None) == bool(one.mark) for one in read.observations)
    return read


def mutated(content: bytes, draw: random.Random) -> bytes:
    """The content with a few bytes changed, cut, doubled or exchanged for words that numbers and heads have."""
    whole = bytearray(content)
    for _time in range(draw.randint(1, 4)):
        place = draw.randrange(len(whole) + 1)
        what = draw.randrange(5)
        if what == 0:
            whole[place : place + draw.randint(1, 8)] = bytes(
                draw.randrange(256) for _byte in range(draw.randint(0, 4))
            )
        elif what == 1:
            del whole[place : place + draw.randint(1, max(1, len(whole) // 4))]
        elif what == 2:
            whole[place:place] = whole[max(0, place - draw.randint(1, 80)) : place]
        elif what == 3:
            whole[place : place + 1] = draw.choice(
                [
                    b"..",
                    b"-",
                    b"NaN",
                    b"1e9",
                    b"2022",
                    b"\xc3\xa5",
                    b";",
                    b",",
                    b'"',
                    b"null",
                    b"<td>",
                    b"0114",
                    b"[",
                    b"{",
                    b"9" * 25,
                ]
            )
        else:
            other = draw.randrange(len(whole) + 1)
            whole[place : place + 3], whole[other : other + 3] = whole[other : other + 3], whole[place : place + 3]
    return bytes(whole)


def rezipped(content: bytes, draw: random.Random) -> bytes:
    """A workbook whose parts are changed inside, so that it can still be opened."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename.endswith(("sharedStrings.xml", "sheet1.xml", "sheet2.xml")) and draw.random() < 0.7:
                data = mutated(data, draw)
            new.writestr(part.filename, data)
    return out.getvalue()


@pytest.mark.parametrize("name", SEEDS)
def test_the_untouched_file_is_known_and_read(name: str, tmp_path: Path) -> None:
    reader, content = SEEDS[name]
    path = tmp_path / "fil"
    path.write_bytes(content)
    assert detect(path, "fil") is reader
    assert sum(found.looks_like(content[:65536], "fil", path) for found in READERS) == 1
    assert isinstance(outcome(reader, content), Table) or name == "Kolada list"


@pytest.mark.parametrize("name", SEEDS)
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(draw=st.randoms(use_true_random=False))
def test_a_changed_file_is_read_or_refused_in_words(name: str, draw: random.Random) -> None:
    reader, content = SEEDS[name]
    outcome(
        reader, rezipped(content, draw) if content.startswith(b"PK") and draw.random() < 0.8 else mutated(content, draw)
    )


@pytest.mark.parametrize("reader", MINE)
@hypothesis_settings(max_examples=25, deadline=None)
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
def test_any_bytes_are_refused_in_words(reader: ModuleType, content: bytes) -> None:
    assert isinstance(outcome(reader, content), str)


@pytest.mark.parametrize("reader", MINE)
@pytest.mark.parametrize("name", SEEDS)
def test_anothers_file_is_refused_in_words(name: str, reader: ModuleType) -> None:
    owner, content = SEEDS[name]
    both = reader is population_reader and name.startswith("PxWeb")  # where it is about population
    if owner is not reader and not both:
        assert isinstance(outcome(reader, content), str)


@pytest.mark.parametrize("name", SEEDS)
def test_a_cut_file_is_refused_or_reads_as_less(name: str) -> None:
    reader, content = SEEDS[name]
    whole = outcome(reader, content)
    for cut in range(0, len(content), max(1, len(content) // 40)):
        found = outcome(reader, content[:cut])
        if isinstance(found, Table):
            assert isinstance(whole, Table)
            # Lines that are whole may be read; a figure must never change because its end is missing.
            before = {(one.measured, one.place, one.period, one.breakdown): one.value for one in whole.observations}
            assert all(
                before.get((one.measured, one.place, one.period, one.breakdown), one.value) == one.value
                for one in found.observations
            ), cut


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"category":' * 50_000,
        b'{"values": [' * 50_000,
        b"<td>" * 1_000_000,
        b'"' * 2_000_001,
        b"region,Folkm\xe4ngd 2022\n" + b"0" * 3_000_000,
        b"kpi,municipality_id,year,value\n" + b"," * 2_000_000,
        b'{"category":{},"value":' + b"9" * 5_000_000 + b"}",
        gzip.compress(b"kpi,value,year,municipality\n" * 2_000_000),
    ],
)
def test_hostile_files_are_refused_quickly(content: bytes) -> None:
    for reader in MINE:
        began = time.perf_counter()
        assert isinstance(outcome(reader, content), str)
        assert time.perf_counter() - began < 10


def test_more_figures_than_fit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tillsammans.formats.collecting.FIGURES_LIMIT", 5)
    assert "fler än 5 siffror" in str(outcome(jsonstat, files.jsonstat()))


@pytest.mark.shared
def test_each_real_file_has_the_reader_that_it_is_meant_for(shared: Path) -> None:
    known = {
        path.relative_to(shared / "data").as_posix(): [
            reader.KIND for reader in READERS if reader.looks_like(path.read_bytes()[:65536], path.name, path)
        ]
        for number in ("04", "05", "06", "07", "08")
        for path in sorted((shared / "data").glob(f"{number}_*/**/*"))
        if path.is_file()
    }
    assert {name: kinds for name, kinds in known.items() if len(kinds) > 1} == {}
    by_kind: dict[str, int] = {}
    for kinds in known.values():
        for kind in kinds:
            by_kind[kind] = by_kind.get(kind, 0) + 1
    assert by_kind == {
        "databasfil": 4,
        "sol_page": 1,
        "pxweb_excel": 4,
        "kolada": 4,
        "police_extract": 3,
        "jsonstat": 1,
        "folkmangd": 1,
    }
    # What is no statistics, or has columns that a person must explain, is nobody's.
    assert {name.rsplit("/", 1)[1] for name, kinds in known.items() if not kinds and "README" not in name} == {
        "kommun_folkmangd_2022_2023_ur_deso.csv",
        "skr_kommungrupper_via_kolada.csv",
        "bra_brottstyper_manad_kommun.csv",
        "brottskoder_observerade_2022-2024.csv",
        "municipality_groups.csv.gz",
        "code_list_agg_Alder10arJ.json",
    }


def with_sheet(old: bytes, new: bytes) -> bytes:
    """A PxWeb workbook with something exchanged in its sheet."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(files.pxweb_xlsx())) as whole, zipfile.ZipFile(out, "w") as other:
        for part in whole.infolist():
            data = whole.read(part)
            if part.filename.endswith("sheet1.xml"):
                assert old in data
                data = data.replace(old, new)
            other.writestr(part.filename, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "far",
    [
        b'<c r="null25"><v>1</v></c>',
        b"<c r='XFD1000000'><v>1</v></c>",
        b'<c s=">" r = "XFD1000000"><v>1</v></c>',
        b'</row><row r="99000000">' + b"<c><v>1</v></c>" * 1_000,
        b'</row><row r="7">' + b"<c><v>1</v></c>" * 3_000,
    ],
)
def test_a_cell_far_away_is_seen_however_its_place_is_written(far: bytes) -> None:
    content = with_sheet(b"</row></sheetData>", far + b"</row></sheetData>")
    began = time.perf_counter()
    assert "för många rader eller kolumner" in str(outcome(pxweb_excel, content))
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'encoding="UTF-8"', b'encoding="UTF-88"'),
        (b"<worksheet", b"<!DOCTYPE w [<!ENTITY a 'b'>]><worksheet"),
        (b"</sheetData>", b"</sheetdata>"),
        (b"<v>900</v>", b"<v>9\xff0</v>"),
    ],
)
def test_a_sheet_that_is_no_sound_xml_is_refused(old: bytes, new: bytes) -> None:
    assert "går inte att öppna som ett kalkylark" in str(outcome(pxweb_excel, with_sheet(old, new)))
