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


def money(sigma):
    return lambda rng, h, size: np.exp(rng.standard_normal(size, dtype=np.float32) * sigma + h)


def incidents(rng, h, size):
    return rng.negative_binomial(0.1, 1 / 3, size)  # most people none, some many: mean 0.2, skewness 7


@pytest.mark.parametrize(
    ("seed", "draw"),
    [(2, money(0.8)), (6, money(1.2)), (7, incidents), (8, lambda rng, h, size: rng.exponential(1 + h, size))],
    ids=["skewed", "very skewed", "incidents", "waiting times"],
)
def test_means_in_skewed_populations_are_covered_as_promised(seed, draw):
    asked, truth = population(np.random.default_rng(seed), draw)
    assert 0.93 <= covered(survey.means(areas()[1], asked), truth) <= 0.97


def test_the_plain_t_interval_of_a_very_skewed_mean_is_not():
    asked, truth = population(np.random.default_rng(6), money(1.2))
    plain, log = (covered(survey.means(areas()[1], asked, method=method), truth) for method in ("t", "log-t"))
    assert plain <= log < 0.93


def test_an_even_mean_keeps_its_t_interval():
    asked, _ = population(np.random.default_rng(9), lambda rng, h, size: rng.integers(1, 6, size))
    design = areas()[1]
    auto, t = survey.means(design, asked.astype(float)), survey.means(design, asked.astype(float), method="t")
    np.testing.assert_array_equal(auto.low, t.low)
    assert set(auto.method.ravel()) == {"t"}


def test_answers_mirrored_give_the_interval_mirrored():
    rng = np.random.default_rng(10)
    y = rng.normal(size=640) + np.where(rng.random(640) < 0.02, 20, 0)
    design = areas()[1]
    right, left = (survey.means(design, answers) for answers in (y, -y))
    assert right.method[0, 0] == "Hall"
    np.testing.assert_allclose([right.low, right.high], [-left.high, -left.low])


def test_the_third_moment_is_that_of_the_textbook_in_a_simple_random_sample():
    y = np.random.default_rng(11).exponential(1, 80)
    made = survey.means(survey.design(weights=np.full(80, 10.0), population=800), y)
    d = y - y.mean()
    skewness = (d**3).sum() / (79 * 78 * 80) * 0.9**2 / made.standard_error[0, 0] ** 3
    assert made.skewness[0, 0] == pytest.approx(skewness)


def test_the_third_moment_of_a_domain_counts_the_rows_outside_as_zero():
    rng = np.random.default_rng(12)
    inside, y, w = rng.random(60) < 0.5, rng.exponential(1, 60), rng.uniform(1, 5, 60)
    got = survey.means(survey.design(weights=w, clusters=np.repeat(np.arange(20), 3)), y, inside)
    z = np.where(inside, w * (y - (w * y)[inside].sum() / w[inside].sum()) / w[inside].sum(), 0.0)
    by_cluster = z.reshape(20, 3).sum(axis=1)
    cubes = 20**2 / (19 * 18) * ((by_cluster - by_cluster.mean()) ** 3).sum()
    assert got.skewness[1, 0] == pytest.approx(cubes / got.standard_error[1, 0] ** 3)


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


@pytest.mark.parametrize("draw", [money(0.8), incidents], ids=["money", "incidents"])
def test_totals_are_covered_as_promised(draw):
    asked, truth = population(np.random.default_rng(13), draw)
    assert 0.93 <= covered(survey.totals(areas()[1], asked), truth * SIZES.sum()) <= 0.97


def test_differences_between_waves_of_skewed_answers_are_covered_as_promised():
    rng = np.random.default_rng(14)
    waves = [population(rng, money(0.8)) for _ in range(2)]
    means = [survey.means(areas()[1], asked) for asked, _ in waves]
    inside = 0
    for q in range(600):
        d = survey.difference(means[0].at(question=q), means[1].at(question=q))
        inside += d.low <= waves[1][1][q] - waves[0][1][q] <= d.high
    assert 0.93 <= inside / 600 <= 0.975


def test_differences_between_areas_are_covered_as_promised():
    """Shares in three areas of one survey; every area's people are a finite population of its own."""
    rng, inside = np.random.default_rng(15), 0
    answers = [rng.random((size, 600), dtype=np.float32) < p for size, p in zip(SIZES, (0.2, 0.3, 0.4), strict=True)]
    asked = np.vstack([y[:n] for y, n in zip(answers, DRAWN, strict=True)]).astype(float)
    area, design = areas()
    by_area = survey.shares(design, asked, area)
    truth = answers[1].mean(axis=0) - answers[0].mean(axis=0)
    for q in range(600):
        d = survey.difference(by_area.at(0, q), by_area.at(1, q))
        inside += d.low <= truth[q] <= d.high
    assert 0.93 <= inside / 600 <= 0.975
