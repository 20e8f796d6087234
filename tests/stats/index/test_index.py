"""The problem index: levels through loaded cuts, the label of a reconstruction, and no trend across versions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tillsammans_stats import Estimate, PublicationStatus, StatisticsError, index

pytestmark = pytest.mark.pure
CUTS = (0.02, 0.05, 0.10, 0.15, 0.20, 0.30)
TABLE = index.CutTable(
    (index.Cuts("burglary", CUTS), index.Cuts("trust", (0.9, 0.8, 0.6, 0.5, 0.4, 0.3), "lower_is_worse")),
    "A",
    "made up",
)


@pytest.mark.parametrize(
    ("share", "level"), [(0, 0), (0.0199, 0), (0.02, 1), (0.07, 2), (0.1, 3), (0.29, 5), (0.3, 6), (1, 6)]
)
def test_share_is_read_through_the_cuts(share, level):
    assert TABLE.cuts[0].level(share) == level


@pytest.mark.parametrize(("share", "level"), [(1, 0), (0.9, 1), (0.7, 2), (0.6, 3), (0.3, 6), (0, 6)])
def test_good_things_are_read_the_other_way(share, level):
    assert TABLE.cuts[1].level(share) == level


def test_index_is_the_mean_of_whole_levels():
    got = index.problem_index(TABLE, {"burglary": 0.12, "trust": 0.7})
    assert got.value == 2.5
    assert got.label == "A, made up"
    # 33 whole levels that sum to 41 give the published two decimals
    many = index.CutTable(tuple(index.Cuts(f"i{i}", CUTS) for i in range(33)), "B", "made up")
    values = {f"i{i}": 0.03 if i < 25 else 0.07 for i in range(33)}
    assert round(index.problem_index(many, values).value, 2) == 1.24


def test_interval_of_the_share_shows_which_levels_are_possible():
    e = Estimate(0.12, 0.08, 0.21, 0.95)
    got = index.problem_index(TABLE, {"burglary": e, "trust": 0.7})
    assert (got.levels[0].lowest, got.levels[0].level, got.levels[0].highest) == (2, 3, 5)
    assert (got.low, got.value, got.high) == (2.0, 2.5, 3.5)


def test_hidden_figures_are_missing_and_too_many_missing_make_no_index():
    hidden = Estimate(0.12, 0.08, 0.21, 0.95, status=PublicationStatus.SUPPRESSED)
    with pytest.raises(StatisticsError, match="1 of 2 indicators"):
        index.problem_index(TABLE, {"burglary": hidden, "trust": 0.7})
    got = index.problem_index(TABLE, {"burglary": hidden, "trust": 0.7}, fewest=1)
    assert got.missing == ("burglary",)
    assert got.value == 2


def test_change_is_read_over_the_same_indicators_and_never_across_versions():
    before = index.problem_index(TABLE, {"burglary": 0.12, "trust": 0.7})
    after = index.problem_index(TABLE, {"burglary": 0.16}, fewest=1)
    assert index.change(before, after) == 1
    other = index.CutTable(TABLE.cuts, "2022", "made up")
    with pytest.raises(StatisticsError, match="'A' and '2022'"):
        index.change(before, index.problem_index(other, {"burglary": 0.1, "trust": 0.7}))


@settings(max_examples=80, deadline=None)
@given(
    st.floats(0.001, 0.999),
    st.integers(20, 5000),
    st.floats(0.5, 3),
    st.floats(0.2, 3),
    st.sampled_from(["higher_is_worse", "lower_is_worse"]),
)
def test_proposed_cuts_put_the_base_in_the_normal_level_and_say_what_they_are(base, n, width, step, direction):
    table = index.propose_cuts(
        {"x": base}, version="try 1", directions={"x": direction}, n=n, normal_width=width, step=step
    )
    assert table.cuts[0].level(base) == index.NORMAL
    assert table.reconstruction
    assert index.RECONSTRUCTION in index.problem_index(table, {"x": base}).label


def test_proposed_cuts_have_the_stated_widths():
    low, high = 0.071, 0.136  # Clopper-Pearson for 10 per cent of 360
    half = (high - low) / 2
    cuts = index.propose_cuts({"x": 0.10}, version="try 1").cuts[0].points
    wanted = [0.1 - 2.5 * half, 0.1 - 1.5 * half, *(0.1 + (1.5 + i) * half for i in range(4))]
    assert cuts == pytest.approx(wanted, abs=0.002)


HEADER = "indicator;direction;version;source;cut1;cut2;cut3;cut4;cut5;cut6\n"
LINE = "inbrott;higher_is_worse;2022;brev;0,02;0,05;0,10;0,15;0,20;0,30\n"


def test_cut_table_is_read_as_a_swedish_spreadsheet_writes_it():
    table = index.read_cuts("\ufeff" + HEADER + LINE)
    assert table.cuts[0] == index.Cuts("inbrott", CUTS)
    assert (table.version, table.source, table.reconstruction) == ("2022", "brev", False)


def test_reconstruction_stays_labelled_through_a_file():
    line = LINE.replace("brev", index.RECONSTRUCTION)
    assert index.read_cuts(HEADER + line).reconstruction


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("indicator;direction\n", "column indicator is missing|no rows"),
        (HEADER.replace("cut6", "cut7") + LINE, "column cut6"),
        (HEADER + LINE.replace("0,05", "x"), "line 2: a cut is not a number"),
        (HEADER + LINE.replace("higher_is_worse", "up"), "line 2: direction"),
        (HEADER + LINE.replace("0,05", "0,01"), "line 2: .*one direction"),
        (HEADER + LINE + LINE.replace("inbrott", "rån").replace("2022", "2011"), "mixes the versions 2011, 2022"),
        (HEADER + LINE + LINE, "only once"),
        (HEADER + LINE.replace("2022", ""), "which version"),
        (HEADER + LINE.replace("0,30", "1,30"), "between 0 and 1"),
    ],
)
def test_wrong_cut_table_is_refused_with_its_line(text, words):
    with pytest.raises(StatisticsError, match=words):
        index.read_cuts(text)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: index.problem_index(TABLE, {"noise": 0.1}), "'noise' has no cuts"),
        (lambda: index.problem_index(TABLE, {"burglary": 12, "trust": 0.5}), "12 is not a share"),
        (lambda: index.propose_cuts({"x": 0.0}, version="1"), "base share"),
        (lambda: index.propose_cuts({"x": 0.1}, version="1", n=0), "above 0"),
        (lambda: index.Cuts("x", CUTS, "sideways"), "sideways"),
    ],
)
def test_impossible_index_is_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()
