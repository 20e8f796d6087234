"""Agreement between judges against published figures and a second implementation."""

import numpy as np
import pytest
from statsmodels.stats import inter_rater

from tillsammans_stats import StatisticsError, agreement

pytestmark = pytest.mark.pure
nan = np.nan
# Krippendorff 2011, "Computing Krippendorff's alpha-reliability", part C: four observers, twelve units
FOUR_OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3],
        [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan],
    ]
)
# Shrout & Fleiss 1979, table 2: six targets, four judges
SIX_TARGETS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
FORMS = ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")


def test_intraclass_correlations_are_those_of_shrout_and_fleiss():
    got = [agreement.icc(SIX_TARGETS, form) for form in FORMS]
    np.testing.assert_allclose([a.value for a in got], [0.17, 0.29, 0.71, 0.44, 0.62, 0.91], atol=0.005)
    assert (got[1].low, got[1].high) == (pytest.approx(0.019, abs=0.001), pytest.approx(0.761, abs=0.001))
    assert (got[2].low, got[2].high) == (pytest.approx(0.342, abs=0.001), pytest.approx(0.946, abs=0.001))
    assert not got[1].reliable
    assert got[2].reliable


@pytest.mark.parametrize(
    ("scale", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_is_that_of_krippendorff(scale, published):
    got = agreement.krippendorff(FOUR_OBSERVERS, scale)
    assert got.value == pytest.approx(published, abs=0.0006)
    assert got.low < got.value < got.high <= 1
    assert got == agreement.krippendorff(FOUR_OBSERVERS, scale)  # the seed is fixed


def test_alpha_ignores_the_order_of_judges_and_units():
    rng = np.random.default_rng(1)
    moved = FOUR_OBSERVERS[rng.permutation(4)][:, rng.permutation(12)]
    got = agreement.krippendorff(moved, "ordinal").value
    assert got == pytest.approx(agreement.krippendorff(FOUR_OBSERVERS, "ordinal").value)


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_kappa_and_its_interval_agree_with_statsmodels(weights):
    rng = np.random.default_rng(2)
    first = rng.integers(0, 4, 200)
    second = np.clip(first + rng.integers(-1, 2, 200), 0, 3)
    got = agreement.kappa(first.tolist(), second.tolist(), weights)
    table = np.zeros((4, 4))
    np.add.at(table, (first, second), 1)
    wanted = inter_rater.cohens_kappa(table, wt={"none": None, "linear": "linear", "quadratic": "quadratic"}[weights])
    assert got.value == pytest.approx(wanted.kappa)
    assert got.low == pytest.approx(wanted.kappa_low, rel=1e-6)
    assert got.high == pytest.approx(wanted.kappa_upp, rel=1e-6)


def test_ac1_stays_sensible_where_kappa_does_not():
    first, second = ["no"] * 118 + ["yes"] * 7, ["no"] * 118 + ["no"] * 5 + ["yes"] * 2
    ac1 = agreement.gwet_ac1(first, second)
    share = (9 / 125) / 2
    chance = 2 * share * (1 - share)
    assert ac1.value == pytest.approx((120 / 125 - chance) / (1 - chance))
    assert ac1.value > 0.95
    assert agreement.kappa(first, second).value < 0.5


def test_ac1_interval_covers_as_promised():
    rng = np.random.default_rng(3)
    truth = agreement.gwet_ac1(*_judged(rng, 200_000)).value
    held = [agreement.gwet_ac1(*_judged(rng, 150)) for _ in range(200)]
    assert 0.91 <= np.mean([a.low <= truth <= a.high for a in held]) <= 0.985


def _judged(rng: np.random.Generator, n: int):
    first = rng.choice(3, n, p=[0.7, 0.2, 0.1])
    return first.tolist(), np.where(rng.random(n) < 0.7, first, rng.integers(0, 3, n)).tolist()


def test_pairs_with_a_missing_side_are_left_out():
    got = agreement.kappa(["a", "b", None, "a", "b"], ["a", "b", "a", None, "a"])
    assert got.subjects == 3
    assert got.value == pytest.approx(agreement.kappa(["a", "b", "b"], ["a", "b", "a"]).value)


def test_forecasts_are_scored_against_the_base_rate():
    sure = agreement.brier([1, 0, 1, 0], [1, 0, 1, 0])
    assert (sure.value, sure.skill) == (0, 1)
    lazy = agreement.brier([0.25] * 4, [1, 0, 0, 0])
    assert lazy.skill == pytest.approx(0)
    assert agreement.brier([0.5] * 4, [1, 0, 0, 0], base_rate=0.5).value == pytest.approx(0.25)
    assert np.isnan(agreement.brier([0.1], [0]).skill)


def test_pooled_forecast_keeps_the_spread():
    p = agreement.pool([0.1, 0.5, nan, 0.9])
    assert (p.lowest, p.median, p.highest, p.people) == (0.1, 0.5, 0.9, 3)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: agreement.kappa(["a"], ["a", "b"]), "1 and 2 judgements"),
        (lambda: agreement.kappa([None], ["a"]), "no subject"),
        (lambda: agreement.kappa(["a", "a"], ["a", "a"]), "single category"),
        (lambda: agreement.kappa(["a", "b"], ["a", "c"], categories=["a", "b"]), "'c'"),
        (lambda: agreement.kappa(["a", "b"], ["a", "b"], "cubic"), "'cubic'"),
        (lambda: agreement.kappa_of_table([[1, 2, 3]]), "square"),
        (lambda: agreement.krippendorff([[1, nan], [nan, 2]]), "no unit"),
        (lambda: agreement.krippendorff([[1, 1], [1, 1]]), "alike"),
        (lambda: agreement.krippendorff([[-1, 1], [1, 1]], "ratio"), "negative"),
        (lambda: agreement.icc([[1, 2]]), "two targets"),
        (lambda: agreement.icc(SIX_TARGETS, "4,1"), "4,1"),
        (lambda: agreement.brier([1.5], [1]), "between 0 and 1"),
        (lambda: agreement.pool([nan]), "at least one"),
    ],
)
def test_impossible_judgements_are_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()
