"""Weights that meet known totals, and what that does to the uncertainty."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tillsammans_stats import StatisticsError, survey

pytestmark = pytest.mark.pure
few = settings(max_examples=25, deadline=None)


def sample(seed: int, n: int = 300):
    rng = np.random.default_rng(seed)
    age, sex = rng.choice(["16-29", "30-64", "65+"], n, p=[0.2, 0.5, 0.3]), rng.choice(["k", "m"], n)
    drawn = survey.design(weights=rng.uniform(5, 15, n), strata=np.arange(n) % 3)
    margins = [
        survey.Margin("age", age, {"16-29": 900, "30-64": 1400, "65+": 700}),
        survey.Margin("sex", sex, {"k": 1500, "m": 1500}),
    ]
    return rng, drawn, margins


@few
@given(st.integers(0, 2**32 - 1), st.sampled_from(["linear", "raking", "logit"]))
def test_calibrated_weights_add_up_to_every_margin(seed, method):
    _, drawn, margins = sample(seed)
    done = survey.calibrate_to_margins(drawn, margins, method=method)
    for margin in margins:
        for category, total in margin.totals.items():
            assert done.design.weights[margin.labels == category].sum() == pytest.approx(total, rel=1e-7)
    if method == "logit":
        assert done.ratio.min() >= 0.3
        assert done.ratio.max() <= 3.0
    assert (done.ratio > 0).all()


def test_calibrating_on_what_is_asked_leaves_no_uncertainty():
    _, drawn, margins = sample(1)
    done = survey.calibrate_to_margins(drawn, margins).design
    e = survey.shares(done, (margins[1].labels == "k").astype(float)).at()
    assert e.value == pytest.approx(0.5)
    assert e.standard_error == pytest.approx(0, abs=1e-7)


def test_register_variables_that_explain_the_answers_narrow_the_interval():
    rng, drawn, margins = sample(2)
    y = np.where(margins[0].labels == "16-29", 5.0, 0.0) + rng.normal(size=300)
    before = survey.means(drawn, y).at()
    after = survey.means(survey.calibrate_to_margins(drawn, margins).design, y).at()
    assert after.standard_error < 0.7 * before.standard_error


def test_post_stratification_and_raking_agree_on_one_margin():
    _, drawn, margins = sample(3)
    a = survey.post_stratify(drawn, margins[0]).design.weights
    b = survey.calibrate_to_margins(drawn, margins[:1], method="raking").design.weights
    np.testing.assert_allclose(a, b, rtol=1e-9)


def test_thin_categories_are_joined_with_a_neighbour_and_named():
    labels = np.array(["a"] * 50 + ["b"] * 5 + ["c"] * 30 + ["d"] * 60)
    drawn = survey.design(weights=np.ones(145))
    margin = survey.Margin("age", labels, {"a": 60, "b": 10, "c": 30, "d": 70})
    done = survey.calibrate_to_margins(drawn, [margin])
    assert done.collapsed == ("age: b + c",)
    assert done.design.weights[np.isin(labels, ["b", "c"])].sum() == pytest.approx(40)


def test_category_that_nobody_answered_in_is_joined_rather_than_lost():
    labels = np.array(["a"] * 50 + ["c"] * 30)
    margin = survey.Margin("age", labels, {"a": 60, "b": 10, "c": 30})
    done = survey.calibrate_to_margins(survey.design(weights=np.ones(80)), [margin])
    assert done.design.weights.sum() == pytest.approx(100)
    assert done.collapsed == ("age: b + c",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: [m[0], survey.Margin("sex", m[1].labels, {"k": 10, "m": 10})], "different size"),
        (lambda m: [survey.Margin("sex", m[1].labels, {"k": 3000})], "no population total.*'m'"),
        (lambda m: [survey.Margin("sex", m[1].labels[:5], {"k": 1500, "m": 1500})], "5,.*300 rows"),
    ],
)
def test_margins_that_do_not_fit_are_refused_in_words(change, words):
    _, drawn, margins = sample(4)
    with pytest.raises(StatisticsError, match=words):
        survey.calibrate_to_margins(drawn, change(margins), fewest=0)


def test_totals_out_of_reach_are_refused_in_words():
    drawn = survey.design(weights=np.ones(50))
    x = np.stack([np.ones(50), np.arange(50) < 5], axis=1)
    with pytest.raises(StatisticsError, match="cannot be reached"):
        survey.calibrate(drawn, x, [50, 40], method="logit")
    with pytest.raises(StatisticsError, match="negative"):
        survey.calibrate(drawn, np.stack([np.ones(50), np.arange(50.0)], 1), [50, 50], method="linear")
    with pytest.raises(StatisticsError, match="already"):
        survey.calibrate(survey.calibrate(drawn, np.ones(50), [60.0]).design, np.ones(50), [60.0])
    with pytest.raises(StatisticsError, match="'newton'"):
        survey.calibrate(drawn, np.ones(50), [60.0], method="newton")


@few
@given(st.lists(st.floats(0.1, 100), min_size=5, max_size=60), st.floats(1.5, 5))
def test_trimming_keeps_the_sum_and_the_cap(weights, largest):
    w = np.array(weights)
    trimmed = survey.trim(w, largest)
    cap = largest * np.median(w)
    assert (trimmed <= cap * (1 + 1e-9)).all()
    if w.sum() < cap * len(w):
        assert trimmed.sum() == pytest.approx(w.sum(), rel=1e-6)


def test_response_classes_keep_each_class_of_the_sample():
    rng = np.random.default_rng(6)
    w, classes = rng.uniform(1, 3, 500), rng.choice(list("abc"), 500)
    answered = rng.random(500) < np.where(classes == "a", 0.2, 0.7)
    new, notes = survey.response_classes(w, answered, classes)
    assert notes == ()
    for label in "abc":
        assert new[classes == label].sum() == pytest.approx(w[classes == label].sum())
    assert (new[~answered] == 0).all()


def test_response_report_tells_rates_and_who_is_missing():
    n = 2000
    rng = np.random.default_rng(7)
    young = np.arange(n) % 4 == 0
    answered = rng.random(n) < np.where(young, 0.2, 0.6)
    over = np.zeros(n, bool)
    over[np.flatnonzero(~answered)[:100]] = True
    report = survey.response(answered, {"age": np.where(young, "young", "older")}, over_coverage=over)
    assert report.sampled == n - 100
    assert report.rate == pytest.approx(answered.sum() / (n - 100))
    assert report.gross_rate == pytest.approx(answered.mean())
    by_category = {g.category: g for g in report.groups}
    assert by_category["young"].difference < -0.1
    assert report.r_indicator == pytest.approx(1 - 2 * 0.4 * np.sqrt(3 / 16), abs=0.05)
    assert by_category["young"] in [warning.group for warning in report.warnings if warning.kind == "unlike frame"]


def test_response_alike_in_every_group_still_carries_the_warning_about_what_weights_cannot_mend():
    rng = np.random.default_rng(8)  # only the frightened answer, and fear is not in the register
    afraid = rng.random(4000) < 0.3
    answered = rng.random(4000) < np.where(afraid, 0.8, 0.4)
    report = survey.response(answered, {"sex": rng.choice(["k", "m"], 4000)})
    assert report.r_indicator > 0.95
    assert [warning.kind for warning in report.warnings] == ["within groups"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([0, 2], {}), "0 or 1"),
        (([0, 1], {"age": ["a"]}), "age"),
        (([0, 1], {}, [1, -1]), "weights"),
        (([0, 1], {}, None, [0, 1]), "outside the population have answered"),
    ],
)
def test_impossible_response_is_refused_in_words(arguments, words):
    with pytest.raises(StatisticsError, match=words):
        survey.response(*arguments)
