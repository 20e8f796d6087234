"""Rankings against textbook elections, and what must hold for any set of ballots."""

from itertools import pairwise as neighbours

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tillsammans_stats import StatisticsError, ranking

pytestmark = pytest.mark.pure
few = settings(max_examples=40, deadline=None)

# Schulze 2011, example with 45 voters: the winner and the whole order are published
SCHULZE_45 = {"ACBED": 5, "ADECB": 5, "BEDAC": 8, "CABED": 3, "CAEBD": 7, "CBADE": 2, "DCEBA": 7, "EBADC": 8}
TENNESSEE = {
    "Memphis>Nashville>Chattanooga>Knoxville": 42,
    "Nashville>Chattanooga>Knoxville>Memphis": 26,
    "Chattanooga>Knoxville>Nashville>Memphis": 15,
    "Knoxville>Chattanooga>Nashville>Memphis": 17,
}


def tennessee() -> ranking.Ballots:
    return ranking.ballots(list(TENNESSEE), voters=list(TENNESSEE.values()))


def random_ballots(seed: int) -> ranking.Ballots:
    rng = np.random.default_rng(seed)
    ranks = rng.integers(1, 5, (9, 4)).astype(float)
    ranks[rng.random((9, 4)) < 0.2] = np.nan
    return ranking.Ballots(tuple("ABCD"), ranks, np.ones(9))


def test_forty_five_voters_are_ordered_as_schulze_published():
    b = ranking.ballots([list(order) for order in SCHULZE_45], voters=list(SCHULZE_45.values()))
    assert ranking.schulze(b).order == (("E",), ("A",), ("C",), ("B",), ("D",))


def test_capital_of_tennessee_comes_out_as_in_the_textbooks():
    b = tennessee()
    assert ranking.condorcet_winner(b) == "Nashville"
    assert ranking.smith_set(b) == ("Nashville",)
    assert ranking.borda(b).winners == ("Nashville",)
    assert dict(zip(b.options, ranking.borda(b).score, strict=True)) == {
        "Memphis": 126,
        "Nashville": 194,
        "Chattanooga": 173,
        "Knoxville": 107,
    }
    for rule in (ranking.schulze, ranking.ranked_pairs, ranking.copeland):
        assert rule(b).order == (("Nashville",), ("Chattanooga",), ("Knoxville",), ("Memphis",))
    assert ranking.first_choices(b).winners == ("Memphis",)
    assert not ranking.outcome(b).split


def test_circle_is_shown_and_its_weakest_link_gives_way():
    b = ranking.ballots(["A>B>C", "B>C>A", "C>A>B"], voters=[5, 4, 2])  # A>B 7-4, B>C 9-2, C>A 6-5
    result = ranking.outcome(b)
    assert result.condorcet_winner is None
    assert result.circle == ("A", "B", "C")
    assert ranking.ranked_pairs(b).order == (("A",), ("B",), ("C",))
    assert ranking.schulze(b).winners == ("A",)
    assert ranking.borda(b).winners == ("B",)
    assert result.split


def test_perfect_circle_is_a_tie_under_every_rule():
    b = ranking.ballots(["A>B>C", "B>C>A", "C>A>B"])
    for r in ranking.outcome(b).rankings:
        assert set(r.winners) == {"A", "B", "C"}


def test_unranked_options_stand_last_or_say_nothing():
    b = ranking.ballots(["A", "B>C"], options=["A", "B", "C"])
    np.testing.assert_array_equal(ranking.pairwise(b), [[0, 1, 1], [1, 0, 1], [1, 0, 0]])
    np.testing.assert_array_equal(ranking.pairwise(b, "abstain"), [[0, 0, 0], [0, 0, 1], [0, 0, 0]])
    np.testing.assert_array_equal(ranking.borda(b).score, [2, 2.5, 1.5])  # A: 2 + 0; the unranked share what is left
    np.testing.assert_array_equal(ranking.borda(b, "zero").score, [1, 2, 1])


def test_blank_ballots_are_counted_and_change_nothing():
    with_blank = ranking.outcome(ranking.ballots(["A>B>C", "B>A>C", "A>B>C", "", ""]))
    without = ranking.outcome(ranking.ballots(["A>B>C", "B>A>C", "A>B>C"]))
    assert (with_blank.cast, with_blank.abstentions) == (3, 2)
    for a, b in zip(with_blank.rankings, without.rankings, strict=True):
        assert a.order == b.order
        np.testing.assert_array_equal(a.score, b.score)


@few
@given(st.integers(0, 2**32 - 1))
def test_condorcet_winner_wins_where_it_must_and_order_of_ballots_is_nothing(seed):
    b = random_ballots(seed)
    turned = ranking.Ballots(b.options, b.ranks[::-1], b.voters)
    winner = ranking.condorcet_winner(b)
    for rule in (ranking.schulze, ranking.ranked_pairs, ranking.copeland, ranking.borda, ranking.first_choices):
        assert rule(b).order == rule(turned).order
        assert sorted(o for tier in rule(b).order for o in tier) == list("ABCD")
    if winner:
        for rule in (ranking.schulze, ranking.ranked_pairs, ranking.copeland):
            assert rule(b).winners == (winner,)


@few
@given(st.integers(0, 2**32 - 1))
def test_winners_lie_in_the_smith_set_and_raising_a_sole_winner_never_harms_it(seed):
    b = random_ballots(seed)
    result = ranking.schulze(b)
    assert set(result.winners) <= set(ranking.smith_set(b))
    if len(result.winners) == 1:
        raised = b.ranks.copy()
        raised[0, b.options.index(result.winners[0])] = 0.5
        assert ranking.schulze(ranking.Ballots(b.options, raised, b.voters)).winners == result.winners


@few
@given(st.integers(0, 2**32 - 1))
def test_borda_points_of_each_voter_sum_to_the_same(seed):
    b = random_ballots(seed)
    assert ranking.borda(b).score.sum() == pytest.approx(b.cast * 6)


def test_kendalls_w_agrees_with_friedman():
    rng = np.random.default_rng(1)
    ranks = np.array([stats.rankdata(rng.integers(0, 4, 5) + np.arange(5)) for _ in range(12)])
    b = ranking.Ballots(tuple("ABCDE"), ranks, np.ones(12))
    friedman = stats.friedmanchisquare(*ranks.T)
    assert ranking.kendall_w(b) == pytest.approx(friedman.statistic / (12 * 4))
    assert ranking.agreement_test(b) == pytest.approx(friedman.pvalue)
    assert ranking.kendall_w(ranking.ballots(["A>B>C"] * 3)) == pytest.approx(1)
    assert ranking.kendall_w(ranking.ballots(["A>B>C", "C>B>A"])) == pytest.approx(0)


def test_kendalls_tau_agrees_with_scipy():
    first, second = (ranking.borda(random_ballots(seed)) for seed in (3, 8))
    place = [[next(i for i, t in enumerate(r.order) if o in t) for o in "ABCD"] for r in (first, second)]
    assert ranking.kendall_tau(first, second) == pytest.approx(stats.kendalltau(*place).statistic)
    assert ranking.kendall_tau(first, first) == pytest.approx(1)


def test_roles_are_shown_apart_unless_they_are_too_few():
    b = ranking.ballots(["A>B"] * 4 + ["B>A"] * 3 + ["A>B"])
    views = ranking.by_role(b, ["school"] * 4 + ["police"] * 3 + ["priest"])
    assert [v.role for v in views] == ["police", "school"]
    assert views[0].ranking.winners == ("B",)
    np.testing.assert_array_equal(views[1].mean_place, [1, 2])
    np.testing.assert_array_equal(views[1].spread, [0, 0])


def test_lot_can_be_drawn_again_and_is_fair():
    assert ranking.lot(["c", "a", "b"], 7) == ranking.lot(["a", "b", "c"], 7)
    firsts = [ranking.lot("abc", seed)[0] for seed in range(600)]
    assert min(firsts.count(x) for x in "abc") > 150
    tied = ranking.schulze(ranking.ballots(["A>B>C", "B>C>A", "C>A>B"]))
    assert ranking.break_ties(tied, 5) == ranking.lot("ABC", 5)
    strict = ranking.schulze(tennessee())
    assert all(
        strict.order.index((a,)) < strict.order.index((b,)) for a, b in neighbours(ranking.break_ties(strict, 1))
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ranking.ballots([]), "no ballots"),
        (lambda: ranking.ballots(["A"]), "at least two"),
        (lambda: ranking.ballots(["A>B>A"]), "'A' twice"),
        (lambda: ranking.ballots(["A>>B"]), "empty place"),
        (lambda: ranking.ballots(["A>X"], options=["A", "B"]), "'X'"),
        (lambda: ranking.ballots(["A>B"], voters=[-1]), "voters"),
        (lambda: ranking.pairwise(tennessee(), "first"), "'first'"),
        (lambda: ranking.borda(tennessee(), "first"), "'first'"),
        (lambda: ranking.kendall_w(ranking.ballots(["A>B"])), "two are needed"),
        (lambda: ranking.kendall_tau(*map(ranking.schulze, (random_ballots(1), tennessee()))), "different options"),
        (lambda: ranking.by_role(tennessee(), ["x"]), "roles"),
        (lambda: ranking.lot(["a", "a"], 1), "twice"),
        (lambda: ranking.strongest_paths(np.ones((2, 3))), "square"),
    ],
)
def test_impossible_ballots_are_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()
