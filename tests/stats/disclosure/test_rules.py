"""Primary rules: small counts, groups that are all alike, shares and what they say about the persons behind them."""

import pytest

from tillsammans_stats import PublicationStatus, StatisticsError
from tillsammans_stats.disclosure import group_disclosure, share_insight, share_status, small_counts

pytestmark = pytest.mark.pure
SHOWN, HIDDEN = PublicationStatus.SHOWN, PublicationStatus.SUPPRESSED


def test_one_to_four_are_sensitive_and_zero_is_not():
    assert small_counts([0, 1, 4, 5]).tolist() == [False, True, True, False]


def test_a_small_group_that_is_all_alike_reveals_everybody_in_it():
    assert group_disclosure([0, 7, 3, 0, 0], [7, 7, 7, 10, 0]).tolist() == [True, True, False, False, False]


def test_a_share_needs_ten_respondents_and_no_small_part_unless_there_are_a_hundred():
    assert share_status([5, 5, 3, 47, 3, 0], [9, 10, 50, 50, 100, 50]) == (HIDDEN, SHOWN, HIDDEN, HIDDEN, SHOWN, SHOWN)


def test_an_exact_base_gives_away_the_count_behind_a_whole_per_cent():
    known = share_insight(33, 12, 12)
    assert (known.low, known.high, known.certain) == (4, 4, True)
    banded = share_insight(33, 10, 19)
    assert (banded.low, banded.high, banded.certain) == (4, 6, False)


@pytest.mark.parametrize(
    "broken",
    [
        lambda: small_counts([1.5]),
        lambda: small_counts([float("nan")]),
        lambda: share_status([5], [4]),
        lambda: group_disclosure([1], [2, 3]),
        lambda: share_insight(33, 1, 1),
        lambda: share_insight(101, 10, 20),
        lambda: share_insight(10, 20, 10),
    ],
)
def test_impossible_input_is_refused(broken):
    with pytest.raises(StatisticsError):
        broken()
