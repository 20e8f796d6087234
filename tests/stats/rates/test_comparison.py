"""Places against each other: shrunken rates, funnels, peers, and many tests at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tillsammans_stats import StatisticsError, rates
from tillsammans_stats.funnel import funnel
from tillsammans_stats.multiplicity import benjamini_hochberg
from tillsammans_stats.peers import compare_with_peers, nearest_peers
from tillsammans_stats.rates import Change
from tillsammans_stats.shrinkage import empirical_bayes

pytestmark = pytest.mark.pure


def test_a_tiny_place_is_drawn_to_the_common_rate_and_a_large_one_is_not():
    rng = np.random.default_rng(1)
    population = np.concatenate([[20.0], np.full(60, 20_000.0)])
    count = rng.poisson(population * rng.gamma(8, 0.01 / 8, population.size))
    count[0] = 3  # 150 per 1 000 in a place of twenty people
    got = empirical_bayes(count, population)
    assert got.raw[0] > 10 * got.mean
    assert got.value[0] < 1.7 * got.mean
    assert got.weight[1] > 0.9


def test_places_that_differ_only_by_chance_share_one_rate():
    got = empirical_bayes([10, 10, 10], [1000, 1000, 1000])
    assert got.variance == 0
    assert np.ptp(got.value) == 0
    low, high = rates.poisson_interval(30)
    assert got.high[0] == pytest.approx(stats.gamma.ppf(0.975, 30) / 3000)
    assert low / 3000 <= got.low[0] < got.high[0] <= high / 3000 * 1.0001


def test_empirical_bayes_intervals_cover_the_true_rates():
    rng = np.random.default_rng(2)
    population = rng.integers(300, 40_000, 290).astype(float)
    true = rng.gamma(6, 0.004 / 6, (20, 290))
    covered = []
    for rate in true:
        got = empirical_bayes(rng.poisson(rate * population), population)
        covered.append((got.low <= rate) & (rate <= got.high))
    assert 0.93 <= np.mean(covered) <= 0.97


def test_a_funnel_points_out_the_planted_place_only():
    rng = np.random.default_rng(4)
    population = np.geomspace(2_400, 200_000, 60)
    count = rng.poisson(0.005 * population)
    count[40] = round(0.005 * population[40] * 1.8)
    got = funnel(count, population)
    assert np.flatnonzero(got.outside).tolist() == [40]
    assert got.outside[40] == 1


def test_differences_that_all_places_share_widen_the_funnel():
    rng = np.random.default_rng(5)
    population = np.geomspace(5_000, 200_000, 80)
    count = rng.poisson(0.01 * population * rng.lognormal(0, 0.25, 80))
    got = funnel(count, population)
    assert (np.abs(got.naive_z) > 3.09).mean() > 0.2
    assert np.abs(got.outside).mean() <= 0.04
    # the standard deviation of sqrt(ratio) is half that of log(ratio); drawing in the tails makes it smaller
    whole = funnel(count, population, winsorise=0)
    assert whole.between_variance**0.5 == pytest.approx(0.125, rel=0.3)
    assert 0.5 < got.between_variance**0.5 / whole.between_variance**0.5 < 1


def test_a_funnel_without_differences_calls_its_nominal_share():
    rng = np.random.default_rng(6)
    population = np.full(100, 8_000.0)
    calls = [funnel(rng.poisson(0.005 * population), population).outside != 0 for _ in range(100)]
    assert np.mean(calls) < 0.004  # nominal 0.002


def test_a_tiny_place_is_never_pointed_out():
    population = np.array([100.0, *[20_000] * 9])
    assert funnel([9, *[100] * 9], population).outside[0] == 0


def test_the_funnel_curve_passes_through_the_limits_of_the_places():
    got = funnel([12, 30, 55, 80, 9], [1000, 2000, 5000, 6000, 900])
    low, high = got.limits(got.expected)
    np.testing.assert_allclose(low, got.low)
    np.testing.assert_allclose(high, got.high)
    assert (got.high[1] > got.high[0]).all()


def test_peers_are_the_nearest_and_never_the_place_itself():
    features = np.array([[0, 0], [1, 0], [0, 1.1], [9, 9], [10, 9], [9, 10.5]])
    got = nearest_peers(features, size=2)
    assert got.index[0].tolist() == [1, 2]
    assert set(got.index[4]) == {3, 5}
    assert (np.diff(got.distance, axis=1) >= 0).all()


@settings(max_examples=40)
@given(scale=st.floats(0.01, 1000), shift=st.floats(-100, 100))
def test_peers_do_not_depend_on_the_unit_of_a_feature(scale, shift):
    features = np.random.default_rng(9).normal(size=(20, 3))
    changed = features * [1, scale, 1] + [0, shift, 0]
    assert (nearest_peers(changed).index == nearest_peers(features).index).all()


def test_a_place_among_varied_peers_must_differ_more_than_they_do():
    steady, varied = [100, 104, 97, 99], [40, 190, 60, 110]
    assert compare_with_peers(160, 1e4, steady, [1e4] * 4).change is Change.INCREASE
    assert compare_with_peers(160, 1e4, varied, [1e4] * 4).change is Change.NO_CLEAR_CHANGE


@settings(max_examples=50)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_adjusted_p_values_equal_scipys_and_never_fall_below_the_raw(p):
    got = benjamini_hochberg(p)
    np.testing.assert_allclose(got, stats.false_discovery_control(p), rtol=1e-12)
    assert (got >= np.array(p) - 1e-15).all()


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: empirical_bayes([0, 0], [1, 1]), "counts"),
        (lambda: empirical_bayes([1, 2], [1, -1]), "populations"),
        (lambda: funnel([1, 2], [1, 2]), "counts"),
        (lambda: funnel([1] * 5, [1] * 5, winsorise=0.6), "winsorise"),
        (lambda: funnel([1] * 5, [1] * 5, levels=()), "levels"),
        (lambda: nearest_peers([[1, 2], [1, 3]], size=1), "column 0"),
        (lambda: nearest_peers([[1], [2]], size=2), "size"),
        (lambda: nearest_peers([1, 2]), "features"),
        (lambda: compare_with_peers(1, 1, [1, 2], [1, 2]), "peer_counts"),
        (lambda: compare_with_peers(1, 1, [1, 2, 3], [1, 2]), "peer_populations"),
        (lambda: benjamini_hochberg([1.2]), "p_values"),
    ],
)
def test_bad_input_is_named(call, names):
    with pytest.raises(StatisticsError, match=names):
        call()
