"""Intervals hold the truth as often as they say, on skewed populations. Large runs: benchmarks/stats_survey.py."""

import numpy as np
import pytest

from tillsammans_stats import survey

pytestmark = pytest.mark.pure
SIZES = np.array([900, 2000, 6000])  # people in three areas, of whom 240, 200 and 200 answer
DRAWN = np.array([240, 200, 200])


def areas():
    area = np.repeat(np.arange(3), DRAWN)
    return area, survey.design(strata=area, population=SIZES[area])


def population(rng: np.random.Generator, draw) -> tuple[np.ndarray, np.ndarray]:
    """Answers of 600 finite populations: the sampled people's (640, 600) and the true values (600,).

    Within a stratum people are interchangeable, so asking the first of them is a random sample.
    """
    answers = [draw(rng, h, (size, 600)) for h, size in enumerate(SIZES)]
    asked = np.vstack([y[:n] for y, n in zip(answers, DRAWN, strict=True)])
    return asked, sum(y.sum(axis=0) for y in answers) / SIZES.sum()


def covered(e: survey.SurveyEstimates, truth: np.ndarray) -> float:
    return float(((e.low[0] <= truth) & (truth <= e.high[0])).mean())


@pytest.mark.parametrize("share", [0.1, 0.35])
def test_shares_are_covered_as_promised(share):
    asked, truth = population(
        np.random.default_rng(1), lambda rng, h, size: rng.random(size, dtype=np.float32) < share * (1 + h) / 2.5
    )
    assert 0.93 <= covered(survey.shares(areas()[1], asked.astype(float)), truth) <= 0.97


def test_skewed_means_are_covered_as_promised():
    asked, truth = population(
        np.random.default_rng(2), lambda rng, h, size: np.exp(rng.standard_normal(size, dtype=np.float32) * 0.8 + h)
    )
    assert 0.93 <= covered(survey.means(areas()[1], asked), truth) <= 0.97


def test_very_skewed_means_are_covered_better_on_the_logarithm():
    asked, truth = population(
        np.random.default_rng(6), lambda rng, h, size: np.exp(rng.standard_normal(size, dtype=np.float32) * 1.2 + h)
    )
    plain, log = (covered(survey.means(areas()[1], asked, method=method), truth) for method in ("t", "log-t"))
    assert log >= plain
    assert log >= 0.90  # not the promised 95: the page on estimation says so


def test_rare_share_is_never_covered_too_seldom():
    asked, truth = population(np.random.default_rng(3), lambda rng, h, size: rng.random(size, dtype=np.float32) < 0.01)
    assert covered(survey.shares(areas()[1], asked.astype(float)), truth) >= 0.93


def test_change_of_a_rare_share_is_covered_where_the_textbook_interval_fails():
    rng = np.random.default_rng(4)
    share, design = np.array([0.04, 0.01]), survey.design(weights=np.ones(60))
    waves = [survey.shares(design, (rng.random((60, 500)) < p).astype(float)) for p in share]
    truth = share[1] - share[0]
    mover = textbook = 0
    for q in range(500):
        d = survey.difference(waves[0].at(question=q), waves[1].at(question=q))
        mover += d.low <= truth <= d.high
        textbook += abs(d.value - truth) <= 1.96 * d.standard_error
    assert textbook < 0.92 * 500
    assert mover >= 0.93 * 500


def test_calibrated_means_are_covered_as_promised():
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(300):
        group = rng.integers(0, 3, 3000)
        y = group + rng.exponential(1, 3000)
        asked = rng.choice(3000, 300, replace=False)
        d = survey.design(weights=np.full(300, 10.0), population=3000)
        margin = survey.Margin("group", group[asked], {g: int((group == g).sum()) for g in range(3)})
        e = survey.means(survey.post_stratify(d, margin).design, y[asked]).at()
        hits += e.low <= y.mean() <= e.high
    assert 0.92 <= hits / 300 <= 0.98
