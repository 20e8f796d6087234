"""The receipt: the whole way from a panel and a fixed design to a verdict."""

import dataclasses

import numpy as np
import pytest

from tillsammans_stats import StatisticsError, Verdict
from tillsammans_stats.effect import Design, Panel, Reason, evaluate, foresee, simulate_promises
from tillsammans_stats.effect.receipt import _windows

pytestmark = pytest.mark.pure
NAMES = tuple(f"a{i}" for i in range(14))
DESIGN = Design("thefts", "police", ("a0", "a1"), NAMES[3:], "2025-01", 6, ring=("a2",))


def panel(effect=1.0, mean=60.0, ring=1.0, seed=1, months=66):
    rng = np.random.default_rng(seed)
    season = 1 + 0.3 * np.sin(2 * np.pi * np.arange(months) / 12)
    mu = mean * np.exp(rng.normal(0, 0.3, size=(14, 1))) * season
    counts = rng.poisson(mu)
    counts[:2, 60:] = np.round(mu[:2, 60:] * effect)
    counts[2, 60:] = np.round(mu[2, 60:] * ring)
    return Panel(NAMES, "2020-01", counts)


def test_a_large_fall_is_better_and_the_expected_count_is_said():
    receipt = evaluate(panel(0.6), DESIGN, digest=DESIGN.digest)
    assert receipt.judgement.verdict is Verdict.BETTER
    assert receipt.contrast.low < 0.6 < receipt.contrast.high
    assert receipt.contrast.observed < receipt.contrast.expected
    assert receipt.judgement.reasons == ()
    assert receipt.baseline_years == 3
    assert receipt.design_digest == DESIGN.digest


def test_a_large_rise_is_worse_unless_more_is_good():
    assert evaluate(panel(1.7), DESIGN).judgement.verdict is Verdict.WORSE
    reports = dataclasses.replace(DESIGN, good="more", reason="more victims dare to report")
    assert evaluate(panel(1.7), reports).judgement.verdict is Verdict.BETTER


def test_nothing_found_by_a_design_that_would_have_seen_it_is_no_difference():
    receipt = evaluate(panel(1.0, mean=400), DESIGN)
    assert receipt.judgement.verdict is Verdict.NO_DIFFERENCE
    assert receipt.judgement.excluded is not None
    assert Reason.NO_EFFECT_WORTH_THE_NAME in receipt.judgement.remarks


def test_nothing_found_by_a_weak_design_cannot_be_told():
    receipt = evaluate(panel(1.0, mean=4), DESIGN)
    assert receipt.judgement.verdict is Verdict.CANNOT_TELL
    assert Reason.TOO_WEAK in receipt.judgement.reasons


def test_verdict_and_ratio_follow_the_effect():
    order = {Verdict.WORSE: 0, Verdict.CANNOT_TELL: 1, Verdict.NO_DIFFERENCE: 1, Verdict.BETTER: 2}
    receipts = [evaluate(panel(effect, mean=100, seed=3), DESIGN) for effect in (0.4, 0.6, 0.8, 1.0, 1.25, 1.6, 2.2)]
    ranks = [order[receipt.judgement.verdict] for receipt in receipts]
    ratios = [receipt.contrast.ratio for receipt in receipts]
    assert ranks == sorted(ranks, reverse=True)
    assert (ranks[0], ranks[-1]) == (2, 0)
    assert ratios == sorted(ratios)


def test_the_months_just_before_the_start_do_not_count():
    calm = panel(0.8)
    counts = calm.counts.copy()
    counts[:2, 54:60] *= 3  # the bad months that made somebody promise
    assert evaluate(Panel(NAMES, "2020-01", counts), DESIGN).contrast == evaluate(calm, DESIGN).contrast


def test_a_level_that_was_high_when_the_promise_was_made_and_stays_so_is_not_worse():
    counts = panel(1.7).counts.copy()
    counts[:2, 54:60] *= 2
    receipt = evaluate(Panel(NAMES, "2020-01", counts), DESIGN)
    assert receipt.contrast.low > 1 > receipt.recent.ratio
    assert receipt.judgement.reasons == (Reason.BAD_ALREADY,)
    assert evaluate(Panel(NAMES, "2020-01", counts), dataclasses.replace(DESIGN, gap=0)).recent is None


@pytest.mark.parametrize(("months", "gap"), [(1, 6), (6, 6), (12, 0), (18, 6), (30, 6)])
def test_no_month_is_counted_twice_and_the_calendar_months_are_the_same(months, gap):
    after, before, years = _windows(120, months, 3, gap)
    assert before.size == np.unique(before).size == years * months
    assert before.max() < 120 - gap
    np.testing.assert_array_equal(np.tile(after % 12, years), before % 12)


def test_what_was_not_done_is_not_judged():
    planned = dataclasses.replace(DESIGN, planned=100, unit="hours")
    assert evaluate(panel(0.5), planned, done=20).judgement.verdict is Verdict.NOT_CARRIED_OUT
    partly = evaluate(panel(0.5), planned, done=70).judgement
    assert partly.verdict is Verdict.BETTER
    assert Reason.PARTLY_DONE in partly.remarks
    with pytest.raises(StatisticsError, match="hours"):
        evaluate(panel(0.5), planned)


def test_without_comparable_areas_nothing_is_judged():
    alone = dataclasses.replace(DESIGN, comparison=(), ring=())
    judgement = evaluate(panel(0.3), alone).judgement
    assert (judgement.verdict, judgement.grade) == (Verdict.CANNOT_TELL, 2)
    assert Reason.NO_COMPARISON in judgement.reasons


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"recording_changed": True}, Reason.RECORDING_CHANGED),
        ({"contaminated": True}, Reason.COMPARISON_CONTAMINATED),
    ],
)
def test_an_unsound_comparison_never_gives_better(said, reason):
    judgement = evaluate(panel(0.5), DESIGN, **said).judgement
    assert judgement.verdict is Verdict.CANNOT_TELL
    assert reason in judgement.reasons


def test_areas_that_went_another_way_before_the_start_cannot_be_compared():
    counts = panel(0.6).counts.copy()
    counts[:2, 36:54] = np.round(counts[:2, 36:54] * 1.8)
    receipt = evaluate(Panel(NAMES, "2020-01", counts), DESIGN)
    assert receipt.placebo.p_value < 0.05
    assert Reason.DIFFERED_BEFORE in receipt.judgement.reasons


def test_a_gain_that_came_back_in_the_ring_is_not_better():
    receipt = evaluate(panel(0.6, ring=2.2), DESIGN)
    assert receipt.moved.undone
    assert receipt.judgement.verdict is Verdict.CANNOT_TELL
    assert receipt.judgement.reasons == (Reason.MOVED,)


def test_before_the_start_the_design_says_what_it_can_show():
    small, large = (foresee(panel(mean=mean, months=60), DESIGN) for mean in (5, 200))
    assert small.effect < large.effect < 1
    assert large.reaches(0.85)
    assert not small.reaches(0.85)


def test_promises_without_effect_at_the_worst_places_are_seldom_called_better_or_worse():
    nothing = simulate_promises(160, monthly=40, seed=11)
    for verdict in (Verdict.BETTER, Verdict.WORSE):
        assert nothing.verdicts[verdict] <= 0.025  # large runs, also of stubborn shocks: benchmarks/stats_effect.py
    assert nothing.naive > 0.25
    assert sum(nothing.verdicts.values()) == pytest.approx(1)


@pytest.mark.parametrize(("persistence", "noise"), [(0.0, 0.3), (0.9, 0.15)])
def test_better_is_seldom_said_in_vain_however_long_shocks_last(persistence, noise):
    nothing = simulate_promises(120, monthly=40, persistence=persistence, noise=noise, seed=12)
    assert nothing.verdicts[Verdict.BETTER] <= 0.025
    assert nothing.naive > 0.25


def test_a_real_effect_is_found_more_often_than_not():
    assert simulate_promises(60, effect=0.5, monthly=40, noise=0.1, seed=4).verdicts[Verdict.BETTER] > 0.5


def test_a_design_is_known_by_its_digest():
    again = dataclasses.replace(DESIGN, comparison=tuple(reversed(DESIGN.comparison)))
    assert again.digest == DESIGN.digest
    for change in ({"months": 7}, {"smallest_ratio": 0.9}, {"outcome": "burglaries"}, {"treated": ("a0",)}):
        assert dataclasses.replace(DESIGN, **change).digest != DESIGN.digest
    assert (
        dataclasses.replace(DESIGN, outcome="stöld").digest == dataclasses.replace(DESIGN, outcome="sto\u0308ld").digest
    )
    with pytest.raises(StatisticsError, match="registered"):
        evaluate(panel(), dataclasses.replace(DESIGN, months=5), digest=DESIGN.digest)


@pytest.mark.parametrize(
    "change",
    [
        {"treated": ()},
        {"treated": ("a0", "a5")},
        {"ring": ("a0",)},
        {"start": "January"},
        {"months": 0},
        {"smallest_ratio": 1.2},
        {"good": "less"},
        {"planned": 0.0},
    ],
)
def test_a_design_that_makes_no_sense_is_refused(change):
    with pytest.raises(StatisticsError):
        dataclasses.replace(DESIGN, **change)


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Panel(("a",), "2020-01", [[1.0, float("nan")]]),
        lambda: Panel(("a", "a"), "2020-01", [[1.0], [2.0]]),
        lambda: Panel(("a",), "soon", [[1.0]]),
        lambda: evaluate(panel(months=62), DESIGN),
        lambda: evaluate(panel(), dataclasses.replace(DESIGN, treated=("elsewhere",))),
        lambda: evaluate(panel(), dataclasses.replace(DESIGN, start="2020-03")),
    ],
)
def test_a_panel_that_cannot_answer_is_refused(broken):
    with pytest.raises(StatisticsError):
        broken()
