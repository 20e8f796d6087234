"""Unusual counts: equal to R, equal in a batch and alone, nominal when nothing happens, and loud when it does."""

import numpy as np
import pytest
from scipy import stats

from tillsammans_stats import StatisticsError
from tillsammans_stats.time.alarms import ears_c1, farrington

pytestmark = pytest.mark.pure
MONTHS = np.arange(120)
SEASON = 1 + 0.4 * np.sin(2 * np.pi * MONTHS / 12)


def test_a_series_has_the_same_numbers_alone_and_among_others():
    rng = np.random.default_rng(1)
    table = rng.negative_binomial(3, 0.1, (40, 120)) * rng.integers(0, 2, (40, 1))
    table[3] = rng.poisson(900 * SEASON)
    together = farrington(table)
    for i in (3, *np.flatnonzero(together.judged[:, 0])[:6]):
        alone = farrington(table[i])
        assert alone.expected[0, 0] == pytest.approx(together.expected[i, 0], rel=1e-9)
        assert alone.upper[0, 0] == together.upper[i, 0]


def test_false_alarms_stay_near_their_level_and_adjusted_ones_are_rare():
    rng = np.random.default_rng(2)
    got = farrington(rng.poisson(rng.uniform(5, 60, (2000, 1)) * SEASON), alpha=0.01)
    assert got.judged.all()
    assert 0.003 < got.alarm.mean() < 0.012
    assert (got.p_adjusted < 0.05).sum() <= 1


def test_overdispersed_series_alarm_a_little_over_their_level_only():
    rng = np.random.default_rng(3)
    mean = 30 * SEASON
    got = farrington(rng.negative_binomial(mean / 2, 1 / 3, (2000, 120)), alpha=0.01)
    assert got.dispersion.mean() > 2
    assert 0.005 < got.alarm.mean() < 0.02


@pytest.mark.parametrize("mean", [0.2, 1, 5, 50])
@pytest.mark.parametrize("growth", [-0.1, 0, 0.05])
def test_false_alarms_stay_near_their_level_at_any_size_with_season_and_trend(mean, growth):
    rng = np.random.default_rng(20)
    usual = mean * SEASON * np.exp(growth * (MONTHS - 60) / 12)
    for table in (rng.poisson(usual, (1000, 120)), rng.negative_binomial(usual, 0.5, (1000, 120))):
        got = farrington(table, alpha=0.01)
        assert got.alarm.mean() <= 0.025  # large runs: benchmarks/stats_time.py
        assert (got.p_adjusted < 0.05).sum() <= 3


def test_a_time_of_year_without_any_event_is_not_expected_to_stay_so():
    """One event in a month that had none in five years is no discovery."""
    counts = np.tile([0, 2, 3, 2, 0, 0, 0, 2, 3, 2, 2, 0], 10)
    counts[-7] = 1  # the middle of three months that never had any
    got = farrington(counts, [113])
    assert got.expected[0, 0] < 0.01
    assert got.p_value[0, 0] > 0.01
    assert farrington(counts, [113], bound="plug-in").p_value[0, 0] < 0.01


def test_a_steep_season_neither_hides_a_doubled_month_nor_alarms_by_itself():
    rng = np.random.default_rng(9)
    mean = 50 * (1 + 0.8 * np.sin(2 * np.pi * MONTHS / 12))
    table = rng.poisson(mean, (300, 120))
    assert 0 < farrington(table, alpha=0.05).alarm.mean() < 0.06
    table[:, -1] = rng.poisson(2 * mean[-1], 300)
    published = farrington(table, window=1, seasons=4, bound="plug-in")
    assert farrington(table).alarm.mean() > 0.9 > 0.5 > published.alarm.mean()


def test_a_quiet_month_of_a_sparse_series_is_judged_with_its_neighbours():
    counts = np.tile([0, 2, 2, 2, 2, 2, 0, 2, 2, 2, 2, 2], 10)
    got = farrington(counts, [114])
    assert got.expected[0, 0] > 0.5
    assert got.upper[0, 0] >= 2


def test_a_doubled_month_is_found_and_ranks_first():
    rng = np.random.default_rng(4)
    table = rng.poisson(20 * SEASON, (200, 120))
    table[17, -1] = 60
    got = farrington(table)
    assert got.alarm[17, 0]
    assert np.argmax(got.exceedance[:, 0]) == 17
    assert got.p_adjusted[17, 0] < 0.01


def test_the_usual_summer_peak_is_no_alarm():
    steep = np.random.default_rng(5).poisson(30 * (1 + 0.9 * np.sin(2 * np.pi * (MONTHS - 8) / 12)), (50, 120))
    assert farrington(steep).alarm.mean() < 0.05


def test_an_earlier_outbreak_does_not_hide_a_new_one():
    rng = np.random.default_rng(6)
    table = rng.poisson(15.0, (100, 120))
    table[:, -13] = 150
    table[:, -1] = 40
    # a month's own level rests on five counts, so an outbreak in that month weighs more than in a window of fifteen
    assert farrington(table).alarm.mean() > 0.9
    assert farrington(table, window=1, seasons=4).alarm.mean() > 0.95


def test_the_upper_bound_is_the_smallest_count_with_the_wanted_probability():
    rng = np.random.default_rng(7)
    got = farrington(rng.negative_binomial(2, 0.1, (60, 120)), alpha=0.01, bound="plug-in")
    mu, phi, upper = (a[got.judged & (got.spread > 1)] for a in (got.expected, got.spread, got.upper))
    np.testing.assert_array_equal(upper, stats.nbinom.ppf(0.99, mu / (phi - 1), 1 / phi))


def test_sparse_and_short_series_are_not_judged():
    sparse = np.zeros(120)
    sparse[[3, 50, 119]] = 1
    got = farrington(np.stack([sparse, np.full(120, 4.0)]))
    assert got.judged[:, 0].tolist() == [False, True]
    assert np.isnan(got.upper[0, 0])
    assert not farrington(np.full(20, 9.0)).judged.any()


def test_few_events_lately_never_give_an_alarm():
    counts = np.zeros(120)
    counts[::4] = 1
    counts[-4:] = [0, 0, 0, 4]
    assert not farrington(counts, alpha=0.05).alarm.any()
    assert farrington(counts, alpha=0.05, recent=(4, 4)).alarm.any()


def test_population_growth_is_no_alarm():
    rng = np.random.default_rng(8)
    people = np.geomspace(1000, 3000, 120)
    table = rng.poisson(0.02 * people, (300, 120))
    with_people, without = farrington(table, exposure=people), farrington(table, trend_level=1e-9)
    assert with_people.alarm.mean() < 0.03
    assert without.alarm.mean() > 2 * with_people.alarm.mean()


def test_a_standstill_baseline_is_not_judged_by_c1():
    assert not ears_c1([2] * 9 + [5]).judged.any()


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: farrington([1, np.nan] * 60), "counts"),
        (lambda: farrington([1] * 60, [60]), "periods"),
        (lambda: farrington([1] * 60, alpha=0.7), "alpha"),
        (lambda: farrington([1] * 60, window=6, seasons=4), "window"),
        (lambda: farrington([1] * 60, bound="wide"), "bound"),
        (lambda: farrington([1] * 60, years=0), "years"),
        (lambda: farrington([1] * 60, exposure=[1] * 59), "exposure"),
        (lambda: ears_c1([1] * 9, [3]), "periods"),
        (lambda: ears_c1([1] * 9, baseline=2), "baseline"),
        (lambda: ears_c1([1] * 9, alpha=0), "alpha"),
    ],
)
def test_bad_input_is_named(call, names):
    with pytest.raises(StatisticsError, match=names):
        call()


def test_the_usual_range_has_the_tails_that_it_says():
    counts = np.random.default_rng(7).poisson(30 * SEASON, (400, 120))
    got = farrington(counts, bound="plug-in")
    size = got.expected / np.maximum(got.spread - 1, 1e-12)
    chance = stats.nbinom(size, size / (size + got.expected))
    assert (chance.cdf(got.lower - 1) < 0.01).all()
    assert (chance.cdf(got.lower) >= 0.01).all()
    assert (got.lower <= got.expected).all()
    assert 0.002 <= (got.observed < got.lower).mean() <= 0.03
    assert np.isnan(farrington([0] * 120).lower).all()
