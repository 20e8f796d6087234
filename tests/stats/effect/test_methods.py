"""The single methods: oracles, error rates by simulation, and input that is refused."""

import numpy as np
import pytest
from scipy import stats

from tillsammans_stats import StatisticsError
from tillsammans_stats.effect import (
    area_contrast,
    combine,
    detectable_ratio,
    detectable_share,
    displacement_difference,
    displacement_quotient,
    fit_two_way,
    holm,
    interrupted_series,
    months_needed,
    moved_events,
    power_of_shares,
    regression_to_the_mean,
    synthetic_control,
    two_by_two,
)
from tillsammans_stats.effect.poisson import fit_poisson

pytestmark = pytest.mark.pure


def test_poisson_regression_equals_statsmodels():
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    rng = np.random.default_rng(1)
    X = np.column_stack([np.ones(80), rng.normal(size=(80, 2))])
    y = rng.poisson(np.exp(X @ [1.5, 0.3, -0.2]))
    fit = fit_poisson(y, X)
    peer = GLM(y, X, family=Poisson()).fit()
    np.testing.assert_allclose(fit.coefficients, peer.params, rtol=1e-7)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.unscaled)), peer.bse, rtol=1e-6)
    assert fit.dispersion == pytest.approx(peer.pearson_chi2 / peer.df_resid)


def test_absorbed_effects_equal_dummies_on_an_unbalanced_panel():
    rng = np.random.default_rng(2)
    area, period = (grid.ravel() for grid in np.meshgrid(np.arange(8), np.arange(10), indexing="ij"))
    keep = rng.random(80) > 0.15
    area, period = area[keep], period[keep]
    x = ((area < 3) & (period > 5)).astype(float)
    y = rng.poisson(np.exp(2 + 0.1 * area - 0.05 * period - 0.4 * x))
    dummies = [area == a for a in range(8)] + [period == p for p in range(1, 10)]
    plain = fit_poisson(y, np.column_stack([x, *dummies]).astype(float))
    got = fit_two_way(y, x, area, period)
    assert got.coefficients[0] == pytest.approx(plain.coefficients[0], rel=1e-7)
    assert got.standard_errors[0] == pytest.approx(np.sqrt(plain.unscaled[0, 0]), rel=1e-7)


def test_interval_between_areas_covers_and_the_permutation_p_is_uniform_when_nothing_happens():
    rng = np.random.default_rng(3)
    inside, p = 0, []
    for _ in range(300):
        size = 60 * np.exp(rng.normal(0, 0.5, 12))
        shock = np.exp(rng.normal(0, 0.15, 12))
        before, after = rng.poisson(size * 3), rng.poisson(size * shock)
        got = area_contrast(before[:2], after[:2], before[2:], after[2:], exposure_ratio=3)
        inside += got.low <= 1 <= got.high
        p.append(area_contrast(before[:4], after[:4], before[4:], after[4:], exposure_ratio=3).permutation_p)
    assert 0.92 <= inside / 300 <= 0.99
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_too_few_permutations_give_no_p_value_and_many_are_drawn_reproducibly():
    few = area_contrast([9], [5], [9] * 4, [8] * 4)
    assert few.permutation_p is None
    rng = np.random.default_rng(0)
    counts = rng.poisson(30, size=(2, 30))
    many = [area_contrast(counts[0, :8], counts[1, :8], counts[0, 8:], counts[1, 8:], seed=5) for _ in range(2)]
    assert many[0] == many[1]


def test_interrupted_series_finds_a_break_and_a_comparison_takes_away_a_common_one():
    rng = np.random.default_rng(4)
    t = np.arange(84)
    common = np.exp(4.5 + 0.2 * np.sin(2 * np.pi * t / 12)) * np.where(t >= 60, 0.7, 1.0)
    treated, other = rng.poisson(common * np.where(t >= 60, 0.75, 1.0)), rng.poisson(common)
    alone = interrupted_series(treated, 60, slope=False)
    beside = interrupted_series(treated, 60, comparison=other, slope=False)
    assert alone.high < 0.75
    assert beside.low < 0.75 < beside.high < 1
    assert alone.enough
    assert alone.expected > treated[60:].sum()


def test_error_of_an_autocorrelated_series_is_the_larger_of_two():
    rng = np.random.default_rng(5)
    shock = np.zeros(96)
    for i in range(1, 96):
        shock[i] = 0.7 * shock[i - 1] + rng.normal(0, 0.15)
    got = interrupted_series(rng.poisson(80 * np.exp(shock)), 70, slope=False, lag=6)
    assert got.standard_error == pytest.approx(max(got.error_quasi, got.error_nw))
    assert got.dispersion > 1.5


def test_placebo_p_of_a_synthetic_control_is_the_rank_among_donors():
    rng = np.random.default_rng(6)
    factor = np.cumsum(rng.normal(0, 1, size=(30, 2)), axis=0)
    donors = 50 + factor @ rng.random((2, 12)) + rng.normal(0, 0.2, size=(30, 12))
    treated = donors[:, :3].mean(axis=1) + rng.normal(0, 0.1, 30)
    assert synthetic_control(treated, donors, 20).p_value > 0.1
    treated[20:] -= 6
    hit = synthetic_control(treated, donors, 20)
    assert hit.effect == pytest.approx(-6, abs=0.6)
    assert hit.p_value == pytest.approx(1 / 13)
    assert hit.weights.sum() == pytest.approx(1)
    assert (hit.weights >= 0).all()
    assert hit.sound


def test_worst_of_many_equal_places_is_expected_to_fall_to_the_common_level():
    rng = np.random.default_rng(7)
    counts = rng.poisson(12, 200)
    got = regression_to_the_mean(counts)
    worst = int(counts.argmax())
    assert got.expected[worst] == pytest.approx(12, abs=1.5)
    assert got.change[worst] < -0.3
    real = regression_to_the_mean(rng.poisson(rng.gamma(2, 100, 200)))
    assert min(real.reliability) > 0.9


def test_detectable_effect_obeys_its_own_equation_and_more_data_sharpen_it():
    got = detectable_ratio(100, 300, 900, 2700, between=0.01, comparison_areas=10)
    se = np.sqrt(1 / 300 + 1 / (100 * got.effect) + 1 / 900 + 1 / 2700 + 0.01 * 1.1)
    assert abs(np.log(got.effect)) == pytest.approx((1.959964 + 0.841621) * se, rel=1e-5)
    effects = [detectable_ratio(n, 3 * n, 900, 2700).effect for n in (20, 50, 200, 1000)]
    assert effects == sorted(effects)
    assert detectable_ratio(3, 9, 900, 2700).effect is None


def test_power_by_simulation_is_what_was_promised():
    rng = np.random.default_rng(8)
    ratio = detectable_ratio(150, 150, 600, 600).effect
    draws = rng.poisson([150, 150 * ratio, 600, 600], size=(2000, 4))
    found = [two_by_two(*row).p_value < 0.05 for row in draws.tolist()]
    assert np.mean(found) == pytest.approx(0.8, abs=0.04)


def test_survey_needs_are_those_of_the_formula():
    assert detectable_share(350, 0.35, cells=4, design_effect=1.5).effect == pytest.approx(0.175, abs=0.0005)
    assert power_of_shares(300, 0.35, 0.27, design_effect=2) == pytest.approx(power_of_shares(150, 0.35, 0.27))
    assert detectable_share(2, 0.5).effect is None


def test_months_needed_is_the_first_that_reaches():
    def detectable(expected):
        return detectable_ratio(expected, 1000, 3000, 9000)

    months = months_needed(20, 0.8, detectable)
    assert detectable(20 * months).reaches(0.8)
    assert not detectable(20 * (months - 1)).reaches(0.8)
    assert months_needed(0.1, 0.9, detectable) is None


def test_displacement_is_read_only_when_the_target_fell():
    assert displacement_quotient((100, 110), (50, 50), (100, 100)).quotient is None
    moved = moved_events((200, 120), (100, 180), (1000, 1000))
    assert (moved.gained, moved.moved, moved.undone, moved.may_have_moved) == (80, 80, True, True)
    spread = moved_events((2000, 1200), (1000, 900), (9000, 9000))
    assert not spread.undone
    assert not spread.may_have_moved
    wide = displacement_difference((50, 30), (40, 45), dispersion=4)
    assert wide.standard_error == pytest.approx(2 * displacement_difference((50, 30), (40, 45)).standard_error)


def test_combining_places_widens_with_their_spread():
    alike = combine([-0.2, -0.21, -0.19, -0.2], [0.01] * 4)
    unlike = combine([-0.6, 0.2, -0.5, 0.1], [0.01] * 4)
    assert alike.between == 0
    assert unlike.between > 0.1
    assert unlike.high - unlike.low > 3 * (alike.high - alike.low)
    assert unlike.prediction_low < unlike.low
    assert combine([-0.2, -0.3], [0.01, 0.01]).prediction_low is None


@pytest.mark.parametrize(
    "broken",
    [
        lambda: two_by_two(0, 3, 4, 5),
        lambda: two_by_two(1.5, 3, 4, 5),
        lambda: area_contrast([3], [4], [5, 6], [5, 6]),
        lambda: area_contrast([3], [4], [5, 6, 7], [0, 0, 0]),
        lambda: area_contrast([], [], [5, 6, 7], [5, 6, 7]),
        lambda: area_contrast([3], [4, 5], [5, 6, 7], [5, 6, 7]),
        lambda: fit_poisson([0, 0, 0], np.ones((3, 1))),
        lambda: fit_poisson([1, 2, 3], np.ones((3, 2))),
        lambda: fit_two_way([1, 2, 3, 4], [1, 1, 1, 1], [1, 1, 2, 2], [1, 2, 1, 2]),
        lambda: fit_two_way([1, 2], [0, 1], [1, 1], [1, 2]),
        lambda: interrupted_series([1, 2, 3], 1),
        lambda: synthetic_control([1, 2, 3], [[1], [2], [3]], 2),
        lambda: synthetic_control([1, 2, 3], np.ones((3, 2)), 3),
        lambda: regression_to_the_mean([1, 2]),
        lambda: regression_to_the_mean([0, 0, 0, 0, 0]),
        lambda: detectable_ratio(0, 1, 1, 1),
        lambda: detectable_share(100, 1.0),
        lambda: power_of_shares(100, 0.0, 0.5),
        lambda: displacement_quotient((1, 2), (1, 2), (0, 3)),
        lambda: displacement_difference((0, 0), (0, 0)),
        lambda: moved_events((0, 2), (1, 2), (3, 3)),
        lambda: holm([0.5, 1.2]),
        lambda: combine([0.1], [0.1]),
        lambda: combine([0.1, 0.2], [0.1, -0.1]),
        lambda: combine([0.1, 0.2], [0.1, 0.1], method="ML"),
    ],
)
def test_input_no_honest_number_can_come_from_is_refused(broken):
    with pytest.raises(StatisticsError):
        broken()
