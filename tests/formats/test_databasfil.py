"""Brå's Databasfil is read exactly, or refused with words that say where and what to do."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tillsammans.formats import databasfil
from tillsammans.kernel.problems import SHOWN, ImportProblem

pytestmark = pytest.mark.pure

HEADER = "Region;Brott;År;Period;Antal;/100 000 inv"


def content(*rows: str, header: str = HEADER, encoding: str = "iso-8859-1") -> bytes:
    """A file as Brå writes it: LF after every row, and a last empty row that ends in CRLF."""
    return ("\n".join([header, *rows]) + "\n\r\n").encode(encoding)


def read(*rows: str) -> databasfil.Databasfil:
    return databasfil.read(content(*rows), "uttag.txt")


def refusal(data: bytes) -> ImportProblem:
    with pytest.raises(ImportProblem) as refused:
        databasfil.read(data, "uttag.txt")
    return refused.value


def test_one_row_becomes_one_value() -> None:
    file = read("Östhammar kommun;3 kap. Brott mot liv och hälsa;2020;Jan;12;55;")
    assert list(file) == [
        databasfil.Value(
            region="Östhammar kommun",
            crime="3 kap. Brott mot liv och hälsa",
            period="2020-01",
            count=12,
            rate=55,
            mark=None,
            preliminary=False,
            row=2,
        )
    ]
    assert file.summary.encoding == "ISO-8859-1"
    assert file.summary.regions_matched == ("Östhammar kommun",)
    assert file.summary.first_rows[0] == HEADER


@pytest.mark.parametrize(
    ("label", "period"),
    [
        ("Jan", "2020-01"),
        ("Maj", "2020-05"),
        ("Okt", "2020-10"),
        ("december", "2020-12"),
        ("Kvartal 1", "2020-Q1"),
        ("Kv 2", "2020-Q2"),
        ("kv3", "2020-Q3"),
        ("4:e kvartalet", "2020-Q4"),
        ("Jan-Mar", "2020-Q1"),
        ("Okt - Dec", "2020-Q4"),
        ("Helår", "2020"),
        ("År", "2020"),
        ("Hela året", "2020"),
    ],
)
def test_months_quarters_and_years_are_told_apart(label: str, period: str) -> None:
    assert read(f"Heby kommun;Brott;2020;{label};1;1;").period == (period,)


def test_a_parent_that_was_not_chosen_is_not_applicable_and_never_zero() -> None:
    file = read("Heby kommun;Totalt antal brott;2020;Jan;..;..;")
    assert (file.count, file.rate, file.mark) == ((None,), (None,), ("not_applicable",))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_echo_of_a_value_is_dropped_whichever_comes_first(order: tuple[int, int]) -> None:
    rows = ["Heby kommun;A;2020;Jan;..;..;", "Heby kommun;A;2020;Jan;7;50;"]
    file = read(*(rows[index] for index in order))
    assert file.count == (7,)
    assert file.summary.echoes_dropped == 1


def test_rows_that_come_back_are_counted_once_and_never_added() -> None:
    file = read(*["Heby kommun;A;2020;Jan;7;50;"] * 7)
    assert file.count == (7,)
    assert (file.summary.rows, file.summary.repeats_dropped) == (7, 6)


def test_two_values_for_one_thing_are_refused_with_both_rows() -> None:
    problem = refusal(
        content("Heby kommun;A;2020;Jan;7;50;", "Heby kommun;A;2020;Feb;1;1;", "Heby kommun;A;2020;Jan;8;50;")
    )
    assert problem.total == 1
    assert "rad 2" in str(problem)
    assert "rad 4" in str(problem)


def test_preliminary_years_are_marked_and_a_final_figure_replaces_them() -> None:
    early = read("Heby kommun;A;2023 prel.;Jan;7;50;", "Heby kommun;A;2023 prel.;Feb;9;60;")
    late = read("Heby kommun;A;2023;Jan;8;55;")
    assert early.summary.preliminary == 2
    for files in ([early, late], [late, early]):
        whole = databasfil.merge(files)
        assert {value.period: (value.count, value.preliminary) for value in whole} == {
            "2023-01": (8, False),
            "2023-02": (9, True),
        }
        assert whole.summary.replaced == 1


def test_merging_a_file_with_itself_changes_nothing() -> None:
    file = read("Heby kommun;A;2020;Jan;7;50;", "Heby kommun;B;2020;Jan;..;..;")
    assert list(databasfil.merge([file, file])) == list(file)


def test_two_files_that_disagree_are_refused() -> None:
    one = databasfil.read(content("Heby kommun;A;2020;Jan;7;50;"), "ett.txt")
    two = databasfil.read(content("Heby kommun;A;2020;Jan;8;50;"), "två.txt")
    with pytest.raises(ImportProblem, match=r"ett\.txt.*två\.txt"):
        databasfil.merge([one, two])


def test_the_rows_of_the_summary_add_up() -> None:
    file = read(
        "Heby kommun;A;2020;Jan;7;50;",
        "Heby kommun;A;2020;Jan;7;50;",
        "Heby kommun;A;2020;Jan;..;..;",
        "Heby kommun;B;2020;Jan;..;..;",
        "Heby kommun;B;2020;Jan;..;..;",
        "Heby kommun;C;2020 prel.;Jan;1;1;",
        "Heby kommun;C;2020;Jan;2;1;",
    )
    s = file.summary
    assert s.rows == 7 == s.values + s.not_applicable + s.echoes_dropped + s.repeats_dropped + s.replaced


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Heby kommun;A;2020;Jan;7", "Raden har 5 fält, men ska ha 6."),
        ("Heby kommun;A;2020;Jan;7;", "Raden har 5 fält, men ska ha 6."),
        ("Heby kommun;A;2020;Jan;7;50", "Raden slutar inte med semikolon"),
        ("Heby kommun;A;2020;Jan;7;50;1", "Raden har 7 fält, men ska ha 6."),
        ("Heby kommun;A;2020;Jan;7;50;1;", "Raden har 7 fält, men ska ha 6."),
        ("Heby kommun;A;2020;Jan;sju;50;", "”sju” är inget heltal"),
        ("Heby kommun;A;2020;Jan;-7;50;", "”-7” är inget heltal"),
        ("Heby kommun;A;2020;Jan;7,5;50;", "”7,5” är inget heltal"),
        ("Heby kommun;A;2020;Jan;;50;", "Siffran saknas"),
        ("Heby kommun;A;2020;Jan;..;50;", "per 100 000"),
        ("Heby kommun;A;2020;Tertial 1;7;50;", "ingen känd period"),
        ("Heby kommun;A;1974;Jan;7;50;", "inte ett år"),
        ("Heby kommun;A;2999;Jan;7;50;", "inte ett år"),
        (";A;2020;Jan;7;50;", "tomt"),
        ('"Heby kommun";A;2020;Jan;7;50;', "citattecken"),
    ],
)
def test_a_faulty_row_is_named_with_its_number(row: str, words: str) -> None:
    problem = refusal(content("Heby kommun;A;2020;Dec;1;1;", row))
    assert problem.total == 1
    assert problem.errors[0].row == 3
    assert words in str(problem)
    assert problem.errors[0].advice


def test_thousands_with_blanks_are_numbers() -> None:
    file = read("Stockholm kommun;A;2020;Jan;12\xa0345;1 303;")
    assert (file.count, file.rate) == ((12345,), (1303,))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "tom"),
        (b"\r\n\r\n", "tom"),
        (content(), "inga siffror"),
        (content("x", header="Region;Brott;Antal"), "rubriker"),
        (content("Heby kommun;A;2020;Jan;7;50;").replace(b"Heby", b"He\0y"), "nolltecken"),
        (content("Heby kommun;A;2020;Jan;7;50;").decode("latin-1").encode("utf-16"), "nolltecken"),
        (content("Östhammar kommun;A;2020;Jan;7;50;", encoding="utf-8") + b"\xe5", "går att läsa"),
        (content("\ufffdsthammar kommun;A;2020;Jan;7;50;", encoding="utf-8"), "går att läsa"),
        (content("Heby kommun;A;2020;Jan;7;50;")[:-8], "avhuggen"),
    ],
)
def test_a_file_that_is_not_whole_is_refused(data: bytes, words: str) -> None:
    assert words in str(refusal(data))


def test_a_file_over_the_limit_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databasfil, "SIZE_LIMIT", 100)
    assert "gränsen" in str(refusal(content(*["Heby kommun;A;2020;Jan;7;50;"] * 5)))


def test_utf8_is_accepted_and_said() -> None:
    for encoding in ("utf-8", "utf-8-sig"):
        file = databasfil.read(content("Östhammar kommun;A;2020;Jan;7;50;", encoding=encoding), "u.txt")
        assert file.region == ("Östhammar kommun",)
        assert file.summary.encoding == "UTF-8"


def test_many_faults_are_counted_and_the_first_shown() -> None:
    problem = refusal(content(*["Heby kommun;A;2020;Jan;x;50;"] * 50))
    assert (len(problem.errors), problem.total, problem.rest) == (SHOWN, 50, 30)
    assert "30 fel till" in problem.lines()[-1]


def test_a_file_is_known_by_its_content() -> None:
    assert databasfil.looks_like(content("x")[:60])
    assert databasfil.looks_like(content("x", encoding="utf-8-sig")[:60])
    assert not databasfil.looks_like(b"Region;Brott;Antal\n")
    assert not databasfil.looks_like(b"PK\x03\x04")


def test_regions_that_stand_for_no_area_are_reported() -> None:
    file = read("Heby kommun;A;2020;Jan;7;50;", "Ankeborg kommun;A;2020;Jan;7;50;")
    assert file.summary.regions_unmatched == ("Ankeborg kommun",)


def test_progress_reaches_the_end() -> None:
    seen: list[tuple[int, int]] = []
    rows = [f"Heby kommun;T{number};2020;Jan;7;50;" for number in range(2500)]
    databasfil.read(content(*rows), "u.txt", lambda done, total: seen.append((done, total)))
    assert seen == [(1000, 2501), (2000, 2501), (2501, 2501)]


WORDS = st.text(st.characters(codec="iso-8859-1", categories=["L", "N"]), min_size=1, max_size=12)
ROWS = st.dictionaries(
    st.tuples(WORDS, WORDS, st.integers(1975, 2020), st.integers(1, 12)),
    st.tuples(st.integers(0, 10**8), st.integers(0, 10**5)),
    min_size=1,
    max_size=20,
)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "Maj", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dec"]


@given(rows=ROWS, again=st.integers(1, 3))
def test_what_is_written_comes_back(rows: dict[tuple[str, str, int, int], tuple[int, int]], again: int) -> None:
    lines = [
        f"{region};{crime};{year};{MONTHS[month - 1]};{count};{rate};"
        for (region, crime, year, month), (count, rate) in rows.items()
        for _ in range(again)
    ]
    file = read(*lines)
    assert {(value.region, value.crime, value.period, value.count, value.rate) for value in file} == {
        (region, crime, f"{year}-{month:02}", count, rate)
        for (region, crime, year, month), (count, rate) in rows.items()
    }


WHOLE = content(
    *[f"Östhammar kommun;T{number};2020;{month};{number};{number};" for number in range(3) for month in MONTHS]
)


@hypothesis_settings(max_examples=300, deadline=None)
@given(cuts=st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 40), st.binary(max_size=8)), max_size=5))
def test_no_content_raises_anything_but_a_problem(cuts: list[tuple[int, int, bytes]]) -> None:
    data = WHOLE
    for at, length, new in cuts:
        data = data[:at] + new + data[at + length :]
    try:
        file = databasfil.read(data, "u.txt")
    except ImportProblem:
        return
    assert len(file) == file.summary.values + file.summary.not_applicable > 0


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [
        "Databasfil2020",
        "Databasfil2020_medstockholm",
        "Databasfil2021",
        "Databasfil2021_medstockholm",
    ],
)
def test_bras_own_files_give_the_known_figures(shared: Path, name: str) -> None:
    path = shared / "data" / "05_bra" / f"{name}.txt"
    expected = json.loads((shared / "data" / "expected_counts.json").read_text())[f"05_bra/{name}.txt"]
    assert databasfil.looks_like(path.read_bytes()[:200])
    began = time.perf_counter()
    file = databasfil.read(path, path.name)
    assert time.perf_counter() - began < 2  # a loose bound: the machine may be shared
    assert file.summary.rows == expected["data_rows"]
    assert len(file) == expected["distinct_keys"]
    assert file.summary.values == expected["values_after_dedup"]
    assert len(set(file.region)) == expected["regions"]
    assert file.summary.preliminary == 0
    assert not file.summary.regions_unmatched
    sums: dict[str, int] = {}
    knivsta: dict[str, int] = {}
    for value in file:
        if value.count is not None:
            sums[value.crime] = sums.get(value.crime, 0) + value.count
            if value.region == "Knivsta kommun":
                knivsta[value.crime] = knivsta.get(value.crime, 0) + value.count
    assert sums == expected["sum_by_crime"]
    assert knivsta == expected["knivsta_year"]
    assert sum("upphörde" in region for region in set(file.region)) == expected["discontinued_regions"]


@pytest.mark.shared
def test_bras_own_files_merge_without_conflict(shared: Path) -> None:
    files = [databasfil.read(path, path.name) for path in sorted((shared / "data" / "05_bra").glob("Databasfil2020*"))]
    whole = databasfil.merge(files)
    assert whole.summary.rows == sum(file.summary.rows for file in files)
    s = whole.summary
    assert s.rows == s.values + s.not_applicable + s.echoes_dropped + s.repeats_dropped + s.replaced
