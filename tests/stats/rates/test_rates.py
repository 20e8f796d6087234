"""Counts and rates against R, their exact coverage, and the sentences that small numbers may carry."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from tillsammans_stats import PublicationStatus, StatisticsError, rates
from tillsammans_stats.rates import Change

pytestmark = pytest.mark.pure
REFERENCE = Path(__file__).parents[1] / "reference" / "rates"


def test_a_rate_below_the_reference_is_a_decrease():
    got = rates.rate_ratio(17, 21000, 90, 64000)
    assert got.change is Change.DECREASE
    assert got.expected == pytest.approx(90 / 64000 * 21000)


def test_two_against_four_is_too_few_to_interpret():
    got = rates.compare_periods(2, 4)
    assert got.change is Change.TOO_FEW
    assert got.ratio.value == 2
    assert got.ratio.status is PublicationStatus.TOO_LITTLE


def test_a_clear_change_is_said_and_an_unclear_one_is_not():
    assert rates.compare_periods(118, 81).change is Change.DECREASE
    assert rates.compare_periods(81, 118).change is Change.INCREASE
    assert rates.compare_periods(100, 104).change is Change.NO_CLEAR_CHANGE


def test_more_spread_in_the_history_takes_away_a_change_that_chance_alone_would_give():
    assert rates.compare_periods(118, 81, dispersion=4).change is Change.NO_CLEAR_CHANGE


def test_three_years_as_baseline_weigh_as_three():
    got = rates.compare_periods(300, 60, before_exposure=3)
    assert got.expected == 100
    assert got.ratio.value == pytest.approx(0.6)


def test_nothing_before_gives_a_lower_limit_and_no_invented_ratio():
    got = rates.compare_periods(0, 12)
    assert (got.ratio.value, got.ratio.high) == (None, None)
    assert got.ratio.low is not None
    assert got.ratio.low > 1
    assert got.change is Change.INCREASE


def test_nothing_at_all_is_too_few():
    got = rates.compare_periods(0, 0)
    assert got.change is Change.TOO_FEW
    assert got.p_value == 1


def test_few_events_are_marked_beside_the_rate():
    assert rates.rate(4, 5300).status is PublicationStatus.TOO_LITTLE
    assert rates.rate(5, 5300).status is PublicationStatus.SHOWN
    assert rates.rate(4, 5300).n == 4


@pytest.mark.parametrize("mean", [0.4, 3.0, 11.7, 60.0])
def test_poisson_interval_covers_at_least_95_per_cent_exactly(mean):
    seen = np.arange(400)
    low, high = rates.poisson_interval(seen)
    chance = stats.poisson.pmf(seen, mean)
    assert 0.95 <= chance[(low <= mean) & (mean <= high)].sum() <= 0.995


def test_unequal_expected_counts_keep_false_changes_below_five_per_cent():
    rng = np.random.default_rng(7)
    before, after = rng.poisson(45, 800), rng.poisson(15, 800)
    changes = [rates.compare_periods(b, a, before_exposure=3).change for b, a in zip(before, after, strict=True)]
    assert np.mean([c in (Change.INCREASE, Change.DECREASE) for c in changes]) < 0.05


def test_overdispersed_counts_keep_false_changes_near_five_per_cent_when_the_spread_is_given():
    rng = np.random.default_rng(8)
    phi, mean = 3.0, 60.0
    size = mean / (phi - 1)
    before, after = rng.negative_binomial(size, size / (size + mean), (2, 800))

    def false_changes(dispersion: float) -> float:
        pairs = zip(before, after, strict=True)
        changes = [rates.compare_periods(b, a, dispersion=dispersion).change for b, a in pairs]
        return float(np.mean([c in (Change.INCREASE, Change.DECREASE) for c in changes]))

    assert false_changes(phi) < 0.06
    assert false_changes(1.0) > 0.15  # why the spread must be given


def test_the_p_value_equals_scipys_binomial_test():
    for a, b in [(3, 9), (0, 7), (25, 25), (140, 90)]:
        got = rates.rate_ratio(a, 2.0, b, 3.0).p_value
        assert got == pytest.approx(stats.binomtest(a, a + b, 0.4).pvalue)


def test_weighted_sum_with_one_weight_is_the_poisson_interval():
    got = rates.weighted_sum([7], [1.0])
    low, high = rates.poisson_interval(7)
    assert (got.low, got.high) == (pytest.approx(low), pytest.approx(high))


def test_weighted_sum_has_an_upper_limit_when_nothing_happened():
    got = rates.weighted_sum([0, 0, 0], [1.0, 2.0, 9.0])
    assert got.low == 0
    assert got.high == pytest.approx(9 * special.gammainccinv(1, 0.025))


def test_standardising_to_the_own_population_gives_the_crude_rate():
    got = rates.standardised_rate([3, 8, 20], [900, 1500, 2600], [900, 1500, 2600])
    assert got.value == pytest.approx(31 / 5000 * 100_000)


def test_standardising_removes_a_difference_that_is_only_age():
    young, old = [1000, 4000], [4000, 1000]
    a = rates.standardised_rate([40, 20], young, [1, 1])
    b = rates.standardised_rate([160, 5], old, [1, 1])
    assert a.value == pytest.approx(b.value)


def test_dispersion_of_poisson_counts_is_near_one_and_season_is_not_spread():
    rng = np.random.default_rng(3)
    month = np.tile(np.arange(12), 20)
    seasonal = rng.poisson(40 * (1 + 0.8 * np.sin(month)))
    assert rates.dispersion(seasonal, seasons=month) < 1.3
    assert rates.dispersion(seasonal) > 5
    assert rates.dispersion([4, 4, 4, 4]) == 1


@given(count=st.integers(0, 10**6), population=st.floats(0.1, 1e7), level=st.floats(0.5, 0.999))
def test_a_rate_lies_inside_its_interval(count, population, level):
    got = rates.rate(count, population, level=level)
    assert got.low <= got.value <= got.high


@settings(max_examples=60)
@given(a=st.integers(0, 3000), b=st.integers(1, 3000), phi=st.floats(1, 20))
def test_turning_the_comparison_round_turns_the_ratio_round(a, b, phi):
    one, other = rates.rate_ratio(a, 2, b, 3, dispersion=phi), rates.rate_ratio(b, 3, a, 2, dispersion=phi)
    assert one.p_value == pytest.approx(other.p_value)
    if a:
        # a limit too large for a number is no limit
        assert one.ratio.high is None or one.ratio.high == pytest.approx(1 / other.ratio.low)
        assert one.ratio.value == pytest.approx(1 / other.ratio.value)
        assert other.ratio.high is None or one.ratio.low == pytest.approx(1 / other.ratio.high)
    assert {one.change, other.change} in (
        {Change.INCREASE, Change.DECREASE},
        {Change.NO_CLEAR_CHANGE},
        {Change.TOO_FEW},
    )


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: rates.rate(-1, 100), "counts"),
        (lambda: rates.rate(1.5, 100), "counts"),
        (lambda: rates.rate(1, 0), "populations"),
        (lambda: rates.rate(float("nan"), 10), "counts"),
        (lambda: rates.rate(1, 10, level=95), "level"),
        (lambda: rates.rates([1, 2], [10]), "populations"),
        (lambda: rates.compare_periods(1, 2, after_exposure=0), "exposure"),
        (lambda: rates.compare_periods(1, 2, dispersion=0.5), "dispersion"),
        (lambda: rates.weighted_sum([1], [-1]), "weights"),
        (lambda: rates.standardised_rate([1], [5], [0]), "standard"),
        (lambda: rates.dispersion([3, 4], seasons=[1, 2]), "repeated season"),
        (lambda: rates.dispersion([3, 4], seasons=[1]), "seasons"),
        (lambda: rates.poisson_interval("three"), "count"),
    ],
)
def test_bad_input_is_named(call, names):
    with pytest.raises(StatisticsError, match=names):
        call()


def test_auckland_file_is_the_published_one():
    rows = list(csv.DictReader((REFERENCE / "auckland.csv").open()))
    assert (len(rows), sum(int(row["deaths"]) for row in rows)) == (167, 1403)
