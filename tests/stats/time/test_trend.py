"""Season, trend and shifts of level: equal to statsmodels, honest when nothing happens."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tillsammans_stats import PublicationStatus, StatisticsError
from tillsammans_stats.rates import Change
from tillsammans_stats.time import quasi_poisson
from tillsammans_stats.time.change_points import change_points
from tillsammans_stats.time.trend import same_months, seasonal_trend, seasonal_trends

pytestmark = pytest.mark.pure
MONTHS = np.arange(96)
SEASON = np.exp(0.5 * np.sin(2 * np.pi * MONTHS / 12))


def test_quasi_poisson_and_newey_west_equal_statsmodels():
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    rng = np.random.default_rng(1)
    design = np.column_stack([np.ones(96), MONTHS / 96, SEASON])
    counts = rng.poisson(20 * SEASON, (2, 96)).astype(float)
    days = 28 + MONTHS % 4
    got = quasi_poisson.fit(design, counts, offset=np.log(days))
    robust = quasi_poisson.newey_west(design, counts, got, 3)
    for i in range(2):
        model = GLM(counts[i], design, family=Poisson(), offset=np.log(days))
        want = model.fit(scale="X2")
        np.testing.assert_allclose(got.coefficients[i], want.params, rtol=1e-7)
        # the product never lets dispersion fall below 1
        np.testing.assert_allclose(got.dispersion[i], max(1, want.scale), rtol=1e-7)
        np.testing.assert_allclose(got.unscaled[i], want.cov_params() / want.scale, rtol=1e-6)
        hac = model.fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True}).cov_params()
        np.testing.assert_allclose(robust[i], hac, rtol=1e-6)


def test_trend_and_season_are_recovered():
    rng = np.random.default_rng(2)
    got = seasonal_trend(rng.poisson(80 * SEASON * 1.06 ** (MONTHS / 12)))
    assert got.yearly_change.low < 1.06 < got.yearly_change.high
    assert got.yearly_change.value == pytest.approx(1.06, abs=0.01)
    assert got.season[3].value == pytest.approx(SEASON[3] / SEASON[:12].mean(), rel=0.06)
    assert got.p_trend < 1e-4
    assert got.fitted.sum() == pytest.approx(got.without_season.sum(), rel=0.02)


def test_seasons_average_to_one():
    rng = np.random.default_rng(3)
    got = seasonal_trend(rng.poisson(9 * SEASON))
    assert np.mean([month.value for month in got.season]) == pytest.approx(1)
    assert len(got.season) == 12


def test_long_months_are_not_a_season():
    days = np.diff(np.arange("2018-01", "2026-02", dtype="datetime64[M]").astype("datetime64[D]")).astype(float)
    got = seasonal_trend(np.round(days * 10), exposure=days)
    assert max(abs(month.value - 1) for month in got.season) < 0.001


def test_false_trends_stay_near_five_per_cent_even_with_serial_correlation():
    rng = np.random.default_rng(4)
    independent = seasonal_trends(rng.poisson(20 * SEASON, (800, 96)))
    assert np.mean([each.p_trend < 0.05 for each in independent]) < 0.075
    noise = rng.normal(0, 0.2, (800, 97))
    linked = rng.poisson(40 * SEASON * np.exp((noise[:, 1:] + noise[:, :-1]) / 2**0.5))
    got = seasonal_trends(linked)
    assert np.mean([each.serial_correlation for each in got]) > 0.2
    assert np.mean([each.p_trend < 0.05 for each in got]) < 0.13


def test_a_sparse_series_is_marked():
    counts = np.zeros(96)
    counts[[3, 40, 77]] = 1
    assert seasonal_trend(counts).yearly_change.status is PublicationStatus.TOO_LITTLE


def test_same_months_compare_like_with_like():
    counts = np.tile([10, 20, 40, 20, 10, 5, 5, 5, 10, 10, 10, 10], 4).astype(float)
    got = same_months(counts, last=2)
    assert (got.count, got.reference_count, got.expected) == (20, 60, 20)
    assert got.change is Change.NO_CLEAR_CHANGE
    counts[-2:] = 45
    assert same_months(counts, last=2).change is Change.INCREASE


def test_same_months_of_a_jumpy_place_need_more():
    rng = np.random.default_rng(5)
    jumpy = rng.permutation(np.repeat([2.0, 60.0], 18)).tolist()
    assert same_months([*jumpy, 62.0]).change is Change.NO_CLEAR_CHANGE


def test_a_planted_shift_is_found_with_its_size():
    rng = np.random.default_rng(6)
    got = change_points(rng.poisson(np.repeat([30.0, 18.0], 48)))
    assert len(got.changes) == 1
    shift = got.changes[0]
    assert shift.low <= 48 <= shift.high
    assert shift.change.change is Change.DECREASE
    assert shift.change.ratio.value == pytest.approx(0.6, abs=0.08)


def test_a_bump_is_two_shifts():
    rng = np.random.default_rng(7)
    got = change_points(rng.poisson(np.repeat([15.0, 40.0, 15.0], [40, 16, 40])))
    assert [abs(c.position - true) <= 1 for c, true in zip(got.changes, (40, 56), strict=True)] == [True, True]


def test_a_known_season_is_no_shift_and_hides_none():
    rng = np.random.default_rng(8)
    assert change_points(rng.poisson(60 * SEASON), SEASON).changes == ()
    shifted = rng.poisson(60 * SEASON * np.repeat([1.0, 0.8], 48))
    (known,), (unknown,) = change_points(shifted, SEASON).changes, change_points(shifted).changes
    assert abs(known.position - 48) <= 3
    assert known.high - known.low < unknown.high - unknown.low  # a season that is not given counts as spread


def test_false_shifts_stay_near_five_per_cent():
    rng = np.random.default_rng(9)
    calls = [len(change_points(row).changes) > 0 for row in rng.negative_binomial(8, 0.4, (150, 72))]
    assert np.mean(calls) <= 0.09


def test_the_set_of_dates_holds_the_true_date():
    rng = np.random.default_rng(10)
    hits = []
    for row in rng.poisson(np.repeat([20.0, 32.0], 36), (100, 72)):
        changes = change_points(row).changes
        if len(changes) == 1:
            hits.append(changes[0].low <= 36 <= changes[0].high)
    assert len(hits) > 80
    assert np.mean(hits) >= 0.93


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 9))
def test_shifts_do_not_depend_on_the_scale_of_the_baseline(scale):
    counts = np.random.default_rng(11).poisson(np.repeat([10.0, 25.0], 20))
    one, other = change_points(counts, SEASON[:40]), change_points(counts, scale * SEASON[:40])
    assert [c.position for c in one.changes] == [c.position for c in other.changes]
    np.testing.assert_allclose(one.fitted, other.fitted)


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: seasonal_trend([1] * 23), "counts"),
        (lambda: seasonal_trend([0] * 24), "series 0"),
        (lambda: seasonal_trend([1] * 24, harmonics=6), "harmonics"),
        (lambda: seasonal_trend([1] * 24, exposure=[0] * 24), "exposure"),
        (lambda: same_months([1] * 36), "counts"),
        (lambda: same_months([1] * 60, last=13), "last"),
        (lambda: change_points([1] * 11), "counts"),
        (lambda: change_points([1] * 12, alpha=2), "alpha"),
        (lambda: change_points([1] * 12, [1] * 11), "baseline"),
    ],
)
def test_bad_input_is_named(call, names):
    with pytest.raises(StatisticsError, match=names):
        call()
