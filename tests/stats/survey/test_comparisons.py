"""Differences, trends, tables, many tests at once, and modelled small areas."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tillsammans_stats import Estimate, PublicationStatus, StatisticsError, survey

pytestmark = pytest.mark.pure
few = settings(max_examples=25, deadline=None)


def estimate(value: float, half: float, df: float = 100.0) -> Estimate:
    return Estimate(value, value - half, value + half, 0.95, "t", half / 1.96, df, 400)


@few
@given(st.floats(-5, 5), st.floats(0.1, 2), st.floats(-5, 5), st.floats(0.1, 2))
def test_difference_is_antisymmetric_and_narrower_than_the_two_intervals_together(a, ha, b, hb):
    first, second = estimate(a, ha), estimate(b, hb)
    there, back = survey.difference(first, second), survey.difference(second, first)
    assert there.value == pytest.approx(-back.value, abs=1e-12)
    assert there.low == pytest.approx(-back.high)
    assert there.high - there.low == pytest.approx(2 * np.hypot(ha, hb))


def test_difference_of_shares_equals_newcombe():
    # Newcombe 1998, method 10, first example: 56/70 against 48/80 gives 0.0524 to 0.3339
    def wilson(x: int, n: int) -> Estimate:
        p, z = x / n, 1.959964
        centre, half = (x + z**2 / 2) / (n + z**2), z * np.sqrt(n * p * (1 - p) + z**2 / 4) / (n + z**2)
        return Estimate(p, centre - half, centre + half, 0.95, "Wilson", np.sqrt(p * (1 - p) / n), n - 1, n)

    d = survey.difference(wilson(48, 80), wilson(56, 70))
    assert (d.low, d.high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))


def test_difference_is_published_only_if_both_are():
    hidden = Estimate(0.2, 0.1, 0.3, 0.95, status=PublicationStatus.SUPPRESSED, reason="too few respondents")
    assert survey.difference(estimate(0.5, 0.1), hidden).status is PublicationStatus.SUPPRESSED


def test_domains_that_share_clusters_are_compared_with_their_covariance():
    rng = np.random.default_rng(1)
    cluster = np.repeat(np.arange(40), 10)
    y = rng.normal(size=40)[cluster] * 3 + rng.normal(size=400)  # neighbours answer alike
    sex = np.where(np.arange(400) % 2, "k", "m")
    d = survey.design(weights=np.ones(400), clusters=cluster)
    e = survey.domain_difference(d, y, sex, "k", "m", share=False)
    apart = survey.means(d, y, sex)
    assert e.value == pytest.approx(apart.at("m").value - apart.at("k").value)
    by_cluster = np.array(
        [y[(cluster == c) & (sex == "m")].mean() - y[(cluster == c) & (sex == "k")].mean() for c in range(40)]
    )
    assert e.standard_error == pytest.approx(by_cluster.std(ddof=1) / np.sqrt(40))


def test_trend_is_the_slope_through_the_waves():
    waves = [estimate(v, 0.2) for v in (1.0, 1.5, 2.5, 2.8)]
    e = survey.trend(waves, [2020, 2021, 2023, 2024])
    assert e.value == pytest.approx(np.polyfit([2020, 2021, 2023, 2024], [1, 1.5, 2.5, 2.8], 1)[0])
    assert survey.difference_test(e).p_value < 0.001


def test_t_test_agrees_with_welch():
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=30), rng.normal(0.4, 2, size=45)
    waves = [survey.means(survey.design(weights=np.ones(len(x))), x).at() for x in (a, b)]
    got, wanted = survey.difference_test(survey.difference(*waves)), stats.ttest_ind(b, a, equal_var=False)
    assert got.p_value == pytest.approx(wanted.pvalue)
    assert got.denominator_df == pytest.approx(wanted.df)


def test_rao_scott_equals_pearson_for_a_simple_random_sample():
    rng = np.random.default_rng(3)
    r, c = rng.integers(0, 3, 500), rng.integers(0, 4, 500)
    got = survey.rao_scott(survey.design(weights=np.full(500, 7.0)), r, c)
    table = np.zeros((3, 4))
    np.add.at(table, (r, c), 1)
    wanted = stats.chi2_contingency(table, correction=False)
    assert got.numerator_df == pytest.approx(6, rel=0.03)
    assert got.p_value == pytest.approx(wanted.pvalue, abs=0.02)


def test_rao_scott_finds_nothing_when_there_is_nothing_as_often_as_promised():
    rng = np.random.default_rng(4)
    found = 0
    cluster = np.repeat(np.arange(40), 10)
    d = survey.design(weights=rng.uniform(1, 5, 400), clusters=cluster)
    for _ in range(300):
        r, c = ((rng.normal(size=40)[cluster] + rng.normal(size=400)) > 0 for _ in range(2))
        found += survey.rao_scott(d, r, c).p_value < 0.05
    assert 5 <= found <= 25  # 15 expected, four standard deviations


def test_small_areas_lean_on_the_model_where_answers_are_few():
    rng = np.random.default_rng(5)
    m = 60
    x = np.stack([np.ones(m), rng.normal(size=m)], 1)
    truth = x @ [0.3, 0.1] + rng.normal(0, 0.05, m)
    se = rng.uniform(0.02, 0.2, m)
    direct = truth + rng.normal(0, se)
    direct[0] = se[0] = np.nan
    got = survey.fay_herriot(direct, se, x)
    assert got.weight_of_direct[0] == 0
    assert got.value[0] == pytest.approx(x[0] @ got.coefficients)
    gamma = got.weight_of_direct[1:]
    assert np.all(np.diff(gamma[np.argsort(se[1:])]) <= 0)
    assert np.mean((got.value[1:] - truth[1:]) ** 2) < 0.5 * np.mean((direct[1:] - truth[1:]) ** 2)
    y, s2 = direct[1:], got.between_variance

    def restricted_likelihood(variance):
        v = variance + se[1:] ** 2
        information = (x[1:] / v[:, None]).T @ x[1:]
        r = y - x[1:] @ np.linalg.solve(information, x[1:].T @ (y / v))
        return -0.5 * (np.log(v).sum() + np.linalg.slogdet(information)[1] + (r**2 / v).sum())

    assert restricted_likelihood(s2) >= max(restricted_likelihood(s2 * 1.01), restricted_likelihood(s2 * 0.99))


def test_modelled_intervals_cover_the_truth_on_average():
    rng = np.random.default_rng(6)
    x = np.stack([np.ones(40), rng.normal(size=40)], 1)
    se = rng.uniform(0.05, 0.15, 40)
    covered = []
    for _ in range(60):
        truth = x @ [0.3, 0.1] + rng.normal(0, 0.1, 40)
        got = survey.fay_herriot(truth + rng.normal(0, se), se, x)
        covered.append((got.low <= truth) & (truth <= got.high))
    assert 0.93 <= np.mean(covered) <= 0.97


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: survey.difference(Estimate(0.5), estimate(0.5, 0.1)), "first: it has no value with an interval"),
        (lambda: survey.difference(estimate(1, 1), Estimate(1, 0, 2, 0.9)), "levels differ"),
        (lambda: survey.difference(estimate(1, 1), estimate(1, 1), 2), "correlation"),
        (lambda: survey.trend([estimate(1, 1)] * 2), "too few for a trend"),
        (lambda: survey.trend([estimate(1, 1)] * 3, [1, 1, 2]), "distinct"),
        (lambda: survey.fay_herriot([1, 2], [1, 1], np.ones(2)), "cannot carry"),
        (lambda: survey.fay_herriot([1.0] * 6, [0.0] * 6, np.ones(6)), "above 0"),
    ],
)
def test_impossible_comparison_is_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()
