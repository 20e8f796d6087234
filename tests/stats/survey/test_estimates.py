"""What must hold for any survey: invariance, agreement between ways of computing, and honest refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tillsammans_stats import PublicationStatus, StatisticsError, survey
from tillsammans_stats.survey.estimate import domain_codes
from tillsammans_stats.survey.variance import covariance

pytestmark = pytest.mark.pure
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=25, deadline=None)


def sample(seed: int, n: int = 80, missing: float = 0.1):
    """A stratified cluster sample with answers, some of them missing, and a domain label per row."""
    rng = np.random.default_rng(seed)
    strata = np.arange(n) % 4
    clusters = rng.permutation(n) % 9
    drawn = {"weights": rng.uniform(1, 20, n), "strata": strata, "clusters": clusters, "population": 40}
    answers = (rng.random((n, 2)) < 0.4).astype(float)
    answers[rng.random((n, 2)) < missing] = np.nan
    return drawn, answers, rng.choice(["north", "south", "west"], n)


@few
@given(seeds, st.floats(0.01, 1000))
def test_shares_ignore_the_scale_of_the_weights(seed, scale):
    drawn, answers, domain = sample(seed)
    a = survey.shares(survey.design(**drawn), answers, domain)
    b = survey.shares(survey.design(**{**drawn, "weights": drawn["weights"] * scale}), answers, domain)
    np.testing.assert_allclose(a.value, b.value, rtol=1e-9)
    np.testing.assert_allclose(a.standard_error, b.standard_error, rtol=1e-6, atol=1e-12)


@few
@given(seeds, st.floats(0.01, 1000))
def test_only_totals_follow_the_scale_of_the_weights(seed, scale):
    drawn, answers, domain = sample(seed)
    one, other = (survey.design(**{**drawn, "weights": drawn["weights"] * s}) for s in (1, scale))
    for estimate, factor in ((survey.means, 1.0), (survey.totals, scale)):
        a, b = estimate(one, answers, domain), estimate(other, answers, domain)
        np.testing.assert_allclose(a.value * factor, b.value, rtol=1e-9)
        np.testing.assert_allclose(a.standard_error * factor, b.standard_error, rtol=1e-6, atol=1e-9 * factor)
    ratio = [survey.ratios(d, answers[:, 0], answers[:, 1] + 1).value for d in (one, other)]
    np.testing.assert_allclose(*ratio, rtol=1e-9)
    y = np.random.default_rng(seed).integers(0, 9, len(answers)).astype(float)
    assert survey.quantile(one, y).value == survey.quantile(other, y).value


@few
@given(seeds)
def test_estimates_ignore_the_order_of_the_rows(seed):
    drawn, answers, domain = sample(seed)
    order = np.random.default_rng(seed).permutation(len(answers))
    moved = {k: v[order] if np.ndim(v) else v for k, v in drawn.items()}
    a = survey.means(survey.design(**drawn), answers, domain)
    b = survey.means(survey.design(**moved), answers[order], domain[order])
    for name in ("value", "standard_error", "degrees_of_freedom", "n", "design_effect"):
        np.testing.assert_allclose(getattr(a, name), getattr(b, name), rtol=1e-8, atol=1e-10)


@few
@given(seeds, st.sampled_from(["plain", "calibrated", "two stages"]), st.sampled_from(["centre", "average"]))
def test_one_pass_over_a_partition_equals_the_full_covariance(seed, kind, lonely):
    drawn, answers, domain = sample(seed)
    drawn["strata"] = np.where(np.arange(80) == 5, 9, drawn["strata"])  # one row alone in its stratum
    if kind == "two stages":
        drawn |= {"second_units": np.arange(80), "second_population": 50}
    d = survey.design(**drawn, lonely=lonely)
    if kind == "calibrated":
        d = survey.calibrate(d, np.stack([np.ones(80), np.arange(80) % 3 == 0], 1), [1000, 300]).design
    got = survey.means(d, answers, domain)
    labels, code = domain_codes(domain, 80)
    for q in range(2):
        inside = (code[:, None] == np.arange(len(labels))) & ~np.isnan(answers[:, [q]])
        w = np.where(inside, d.weights[:, None], 0.0)
        y = np.nan_to_num(answers[:, [q]])
        z = w * (y - (w * y).sum(0) / w.sum(0)) / w.sum(0)
        np.testing.assert_allclose(got.standard_error[:, q] ** 2, np.diag(covariance(d, z)), rtol=1e-6, atol=1e-12)


@few
@given(seeds)
def test_domain_totals_add_up_to_the_total(seed):
    drawn, answers, domain = sample(seed)
    d = survey.design(**drawn)
    np.testing.assert_allclose(survey.totals(d, answers, domain).value.sum(0), survey.totals(d, answers).value[0])


@few
@given(seeds)
def test_intervals_hold_the_estimate_and_shares_stay_in_range(seed):
    drawn, answers, domain = sample(seed)
    for method in ("auto", "logit", "beta", "wilson", "asin"):
        e = survey.shares(survey.design(**drawn), answers, domain, method=method)
        known = ~np.isnan(e.low)
        assert (e.low[known] <= e.value[known] + 1e-12).all()
        assert (e.high[known] >= e.value[known] - 1e-12).all()
        assert (e.low[known] >= 0).all()
        assert (e.high[known] <= 1).all()


def test_nobody_and_everybody_get_exact_limits():
    d = survey.design(population=20000, strata=np.zeros(538, int))
    nobody = survey.shares(d, np.zeros(538)).at()
    assert nobody.value == 0
    assert nobody.low == 0
    assert nobody.high == pytest.approx(0.0068, abs=1e-4)  # Clopper-Pearson for 0 of 538
    everybody = survey.shares(d, np.ones(538)).at()
    assert everybody.high == 1
    assert everybody.low == pytest.approx(1 - nobody.high)


def test_asking_everybody_leaves_no_uncertainty():
    d = survey.design(strata=np.arange(40) % 2, population=20)
    e = survey.means(d, np.arange(40.0)).at()
    assert e.value == pytest.approx(19.5)
    assert e.standard_error == pytest.approx(0)


def test_simple_random_sample_has_the_textbook_error_and_no_design_effect():
    y = np.arange(50.0)
    e = survey.means(survey.design(weights=np.full(50, 10.0), population=500), y).at()
    assert e.standard_error == pytest.approx(np.sqrt(y.var(ddof=1) / 50 * 0.9))
    assert e.design_effect == pytest.approx(1)
    assert e.effective_n == pytest.approx(50)


def test_rows_with_weight_zero_change_nothing_but_are_allowed():
    y = np.array([1.0, 2, 3, 4])
    with_zero = survey.design(weights=[1, 1, 1, 1, 0], strata=[0, 0, 1, 1, 1], clusters=[1, 2, 1, 2, 2])
    without = survey.design(weights=[1, 1, 1, 1], strata=[0, 0, 1, 1], clusters=[1, 2, 1, 2])
    a, b = survey.means(with_zero, np.append(y, 9.0)).at(), survey.means(without, y).at()
    assert (a.value, a.standard_error, a.n) == (b.value, b.standard_error, b.n)


def test_ratio_equals_mean_over_mean():
    rng = np.random.default_rng(3)
    y, x = rng.poisson(3, 60).astype(float), rng.uniform(1, 4, 60)
    d = survey.design(weights=rng.uniform(1, 3, 60))
    ratio = survey.ratios(d, y, x).at()
    assert ratio.value == pytest.approx(survey.means(d, y).at().value / survey.means(d, x).at().value)
    residual = survey.means(d, y - ratio.value * x).at()
    assert ratio.standard_error == pytest.approx(residual.standard_error / survey.means(d, x).at().value)


def test_weighted_median_is_an_answer_and_its_interval_holds_it():
    d = survey.design(weights=np.ones(41))
    e = survey.quantile(d, np.arange(41.0))
    assert e.value == 20
    assert (e.low, e.high) == (13, 27)  # order statistics 14 and 28 of 41, as the exact binomial interval has


def test_median_covers_the_truth_as_often_as_promised():
    rng = np.random.default_rng(11)
    covered = 0
    for _ in range(200):
        e = survey.quantile(survey.design(weights=np.ones(80)), rng.exponential(1, 80))
        covered += e.low <= np.log(2) <= e.high
    assert covered >= 184


def test_scale_reports_alpha_and_what_is_missing():
    rng = np.random.default_rng(1)
    trait = rng.normal(size=(400, 1))
    items = trait + rng.normal(size=(400, 4))
    d = survey.design(weights=np.ones(400))
    items[:40, 0] = np.nan
    items[:10, :3] = np.nan
    s = survey.scale(d, items)
    assert s.alpha == pytest.approx(0.8, abs=0.05)  # Spearman-Brown: four items with reliability one half
    assert s.missing == pytest.approx(0.1)
    assert s.dropped == pytest.approx(0.025)
    assert s.score[20] == pytest.approx(items[20, 1:].mean())
    assert np.isnan(s.score[5])


def test_index_of_indices_keeps_the_covariance():
    rng = np.random.default_rng(2)
    y = rng.normal(size=(100, 2))
    d = survey.design(weights=rng.uniform(1, 5, 100), strata=np.arange(100) % 5)
    both = survey.combination(d, y, [0.5, 0.5])
    assert both.standard_error == pytest.approx(survey.means(d, y.mean(axis=1)).at().standard_error)


def test_publication_rule_hides_little_and_warns_of_wide():
    rng = np.random.default_rng(5)

    def status(n, p):
        answers = np.zeros(n)
        answers[: round(n * p)] = 1
        return survey.shares(survey.design(weights=np.ones(n)), rng.permutation(answers)).at().status

    assert status(8, 0.5) is PublicationStatus.SUPPRESSED
    assert status(25, 0.5) is PublicationStatus.TOO_LITTLE
    assert status(35, 0.5) is PublicationStatus.TOO_LITTLE  # the interval is wider than 30 points
    assert status(70, 0.5) is PublicationStatus.UNCERTAIN
    assert status(400, 0.5) is PublicationStatus.SHOWN
    assert status(60, 0.03) is PublicationStatus.TOO_LITTLE  # wide beside so small a share
    assert not survey.shares(survey.design(weights=np.ones(8)), np.tile([0, 1], 4)).at().readable


def test_missing_label_is_missing_and_no_group_called_nan():
    d = survey.design(weights=np.ones(5))
    for missing in (None, np.nan):
        e = survey.means(d, [1, 2, 3, 4, 50], ["a", "a", "b", "b", missing])
        assert e.domains == ("a", "b")
        assert e.value[:, 0].tolist() == [1.5, 3.5]
    with pytest.raises(StatisticsError, match="1 rows have no value"):
        survey.design(weights=np.ones(3), strata=["a", "a", np.nan])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"weights": [1, -1, 1]}, "negative"),
        ({"weights": [1, np.nan, 1]}, "missing or infinite"),
        ({"weights": [0, 0, 0]}, "nobody"),
        ({"weights": []}, "no rows"),
        ({"weights": [1, 1, 1], "strata": [1, 2]}, "one per row"),
        ({"weights": [1, 1, 1], "strata": [1, 1, None]}, "no value"),
        ({"weights": [1, 1, 1], "strata": ["a", "a", "b"]}, "single cluster.*'b'|'b'.*lonely"),
        ({"weights": [1, 1, 1], "population": 2}, "only 2 exist"),
        ({"strata": ["a", "a"], "population": {"b": 5}}, "'a'"),
        ({"weights": [1, 1], "population": [5, 6]}, "differs between rows"),
        ({"strata": ["a", "a"]}, "weights"),
        ({}, "at least one"),
        ({"weights": [1, 1, 1], "clusters": [7, 7, 7]}, "single cluster"),
    ],
)
def test_impossible_design_is_refused_in_words(arguments, words):
    with pytest.raises(StatisticsError, match=words):
        survey.design(**arguments)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda d: survey.means(d, [np.nan] * 4), "every answer is missing"),
        (lambda d: survey.means(d, [1, 2, 3]), "does not fit"),
        (lambda d: survey.means(d, [1, 2, 3, np.inf]), "infinite"),
        (lambda d: survey.shares(d, [0, 1, 2, 1]), "coded 0 and 1"),
        (lambda d: survey.shares(d, [0, 1, 0, 1], level=95), "between 0 and 1"),
        (lambda d: survey.shares(d, [0, 1, 0, 1], method="wald"), "wald"),
        (lambda d: survey.means(d, [1, 2, 3, 4], questions=["a", "b"]), "2 names"),
        (lambda d: survey.means(d, [1, 2, 3, 4], [None] * 4), "no row lies"),
        (lambda d: survey.means(d, [1, 2, 3, -4], method="log-t"), "never negative"),
        (lambda d: survey.means(d, [1, 2, 3, 4], method="wald"), "wald"),
        (lambda d: survey.means(d, [1, 2, 3, 4]).at("here"), "'here'"),
        (lambda d: survey.ratios(d, [1, 2, 3, 4], np.ones((4, 2))), "denominator"),
        (lambda d: survey.quantile(d, [1, 2, 3, 4], 1.5), "probability"),
        (lambda d: survey.scale(d, np.ones((4, 1))), "two items"),
        (lambda d: survey.rao_scott(d, [1, 1, 1, 1], [0, 1, 0, 1]), "nothing to compare"),
    ],
)
def test_impossible_question_is_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call(survey.design(weights=np.ones(4)))


def test_input_is_left_as_it_was():
    drawn, answers, domain = sample(4)
    before = [np.array(v, copy=True) for v in (*drawn.values(), answers)]
    d = survey.design(**drawn)
    survey.shares(d, answers, domain)
    survey.calibrate(d, np.ones((80, 1)), [500.0])
    for a, b in zip(before, (*drawn.values(), answers), strict=True):
        np.testing.assert_array_equal(a, b)
