"""Drawing samples: allocation, the draw, precision both ways, and the check that stops a wrong sample."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tillsammans_stats import StatisticsError, sampling, survey

pytestmark = pytest.mark.pure
few = settings(max_examples=60, deadline=None)
AREAS = {"Centrum": 900, "Norr": 4000, "Skärgården": 60}
populations = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 5000), min_size=1, max_size=12)


@few
@given(populations, st.floats(0, 1), st.integers(0, 50), st.sampled_from(["proportional", "equal", "neyman"]))
def test_allocation_sums_exactly_and_respects_minimum_and_population(population, part, minimum, method):
    least = sum(min(n, minimum) for n in population.values())
    size = round(least + part * (sum(population.values()) - least))
    spread = {label: 0.1 + i % 3 for i, label in enumerate(population)}
    strata = sampling.allocate(population, size, method, spread=spread, minimum=minimum)
    assert [s.label for s in strata] == list(population)
    assert sum(s.sampled for s in strata) == size
    for s in strata:
        assert min(minimum, s.population) <= s.sampled <= s.population


def test_proportional_allocation_follows_the_population():
    assert [s.sampled for s in sampling.allocate(AREAS, 496)] == [90, 400, 6]
    assert [s.sampled for s in sampling.allocate(AREAS, 496, minimum=40)] == [84, 372, 40]


def test_neyman_allocation_gives_the_smallest_variance():
    spread = {"Centrum": 4.0, "Norr": 1.0, "Skärgården": 2.0}

    def variance(strata):
        return sum(s.population**2 * spread[s.label] ** 2 / s.sampled for s in strata)

    best = sampling.allocate(AREAS, 300, "neyman", spread=spread)
    assert variance(best) < variance(sampling.allocate(AREAS, 300))
    for give in AREAS:
        for take in AREAS:
            moved = [
                sampling.Stratum(s.label, s.population, s.sampled + (s.label == take) - (s.label == give)) for s in best
            ]
            assert variance(moved) >= variance(best) * (1 - 1e-4)


def test_strata_without_spread_take_what_is_left_over():
    got = sampling.allocate({"a": 10, "b": 100}, 30, "neyman", spread={"a": 1.0, "b": 0.0})
    assert [s.sampled for s in got] == [10, 20]


def frame():
    strata = np.repeat(list(AREAS), list(AREAS.values()))
    return np.arange(len(strata)) + 1000, strata


def test_draw_takes_each_person_once_from_the_right_stratum_and_can_be_repeated():
    _, strata = frame()
    allocation = sampling.allocate(AREAS, 400, minimum=50)
    first, again = sampling.draw(strata, allocation, 11), sampling.draw(strata, allocation, 11)
    np.testing.assert_array_equal(first.rows, again.rows)
    assert len(set(first.rows.tolist())) == 400
    assert strata[first.rows].tolist() == list(first.strata)
    for s in allocation:
        assert first.strata.count(s.label) == s.sampled
    assert first.weights.sum() == pytest.approx(sum(AREAS.values()))
    assert not np.array_equal(first.rows, sampling.draw(strata, allocation, 12).rows)


def test_everyone_is_drawn_as_often_as_the_weights_say():
    strata = np.repeat(["a", "b"], [10, 40])
    allocation = [sampling.Stratum("a", 10, 5), sampling.Stratum("b", 40, 4)]
    times = np.zeros(50)
    for seed in range(2000):
        times[sampling.draw(strata, allocation, seed).rows] += 1
    np.testing.assert_allclose(times[:10] / 2000, 0.5, atol=0.05)
    np.testing.assert_allclose(times[10:] / 2000, 0.1, atol=0.03)


def test_drawn_weights_are_the_ones_the_design_derives():
    _, strata = frame()
    sample = sampling.draw(strata, sampling.allocate(AREAS, 400, minimum=50), 1)
    d = survey.design(strata=sample.strata, population=AREAS)
    np.testing.assert_allclose(d.weights, sample.weights)


def test_precision_and_size_are_inverse():
    wanted = sampling.size_for(0.05, 9064, share=0.4, response_rate=0.65, design_effect=1.3)
    assert wanted.half_width <= 0.05
    one_less = sampling.precision(wanted.sent - 1, 9064, share=0.4, response_rate=0.65, design_effect=1.3)
    assert one_less.half_width > 0.05


def test_known_numbers_of_the_calculator_are_met():
    assert sampling.size_for(0.05, 10**9, response_rate=1.0).sent == 385
    # 656 answers of 9 064: finite population counts
    p = sampling.precision(656, 9064, response_rate=1.0)
    assert p.half_width == pytest.approx(1.959964 * np.sqrt(0.25 / 656 * (1 - 656 / 9064)))
    # four cells of 350, design effect 1.5, share .35: one difference of differences is sqrt(2) times a change
    change = sampling.precision(350, 10**6, share=0.35, response_rate=1.0, design_effect=1.5).detectable_change
    assert change * np.sqrt(2) == pytest.approx(0.175, abs=0.001)


def test_precision_is_what_the_survey_then_shows():
    rng = np.random.default_rng(1)
    halves = []
    for _ in range(40):
        answers = (rng.random(240) < 0.4).astype(float)
        e = survey.shares(survey.design(population=900, strata=np.zeros(240)), answers, method="mean").at()
        halves.append((e.high - e.low) / 2)
    promised = sampling.precision(480, 900, share=0.4, response_rate=0.5).half_width
    assert np.mean(halves) == pytest.approx(promised, rel=0.02)


def good_sample():
    ids, strata = frame()
    allocation = sampling.allocate(AREAS, 400, minimum=50)
    rows = sampling.draw(strata, allocation, 3).rows
    return ids, strata, ids[rows], strata[rows], allocation, rows


def kinds(check: sampling.SampleCheck) -> set[str]:
    return {f.kind for f in check.findings}


def test_right_sample_may_be_sent():
    ids, strata, drawn, filed, allocation, _ = good_sample()
    age = np.arange(len(ids)) % 7
    result = sampling.check(ids, strata, drawn, filed, allocation, {"age": age})
    assert result.may_be_sent
    assert result.findings == ()
    assert result.comparisons == 1


def test_each_fault_is_found_and_stops_the_sample():
    ids, strata, drawn, filed, allocation, _ = good_sample()
    twice = sampling.check(ids, strata, np.append(drawn[:-1], drawn[0]), filed, allocation)
    assert "duplicate" in kinds(twice)
    stranger = sampling.check(ids, strata, np.append(drawn[:-1], 7), filed, allocation)
    assert "stranger" in kinds(stranger)
    misfiled = sampling.check(ids, strata, drawn, np.roll(filed, 1), allocation)
    assert kinds(misfiled) == {"wrong stratum"}
    short = sampling.check(ids, strata, drawn[:-5], filed[:-5], allocation)
    assert kinds(short) == {"wrong size"}
    lost = filed != "Skärgården"
    missing = sampling.check(ids, strata, drawn[lost], filed[lost], allocation)
    assert kinds(missing) == {"missing stratum"}
    for result in (twice, stranger, misfiled, short, missing):
        assert not result.may_be_sent


def test_sample_drawn_without_strata_is_stopped():
    ids, strata, _, _, allocation, _ = good_sample()
    rows = np.random.default_rng(1).choice(len(ids), 400, replace=False)
    assert not sampling.check(ids, strata, ids[rows], strata[rows], allocation).may_be_sent


def test_first_names_of_a_sorted_list_are_no_random_sample():
    ids, strata, _, _, allocation, _ = good_sample()
    age = np.random.default_rng(2).integers(16, 85, len(ids))
    order = np.argsort(age, kind="stable")  # the register was sorted by age and the top was taken
    rows = np.concatenate([order[strata[order] == s.label][: s.sampled] for s in allocation])
    result = sampling.check(ids, strata, ids[rows], strata[rows], allocation, {"age": age // 10})
    assert kinds(result) == {"skewed"}
    assert not result.may_be_sent


def test_right_samples_are_seldom_stopped_in_vain():
    ids, strata, _, _, allocation, _ = good_sample()
    age = np.random.default_rng(3).integers(0, 6, len(ids))
    stopped = 0
    for seed in range(60):
        rows = sampling.draw(strata, allocation, seed).rows
        stopped += not sampling.check(ids, strata, ids[rows], strata[rows], allocation, {"age": age}, 0.05).may_be_sent
    assert stopped <= 10  # 3 expected at 5 per cent


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sampling.allocate({}, 1), "population"),
        (lambda: sampling.allocate({"a": 0}, 0), "population"),
        (lambda: sampling.allocate({"a": 10}, 11), "hold 10 persons"),
        (lambda: sampling.allocate({"a": 10, "b": 10}, 5, minimum=4), "need 8"),
        (lambda: sampling.allocate({"a": 10}, 5, "neyman"), "spread"),
        (lambda: sampling.allocate({"a": 10}, 5, "best"), "'best'"),
        (lambda: sampling.draw(["a", "b"], [sampling.Stratum("a", 1, 1)], 1), "'b' is in the frame"),
        (lambda: sampling.draw(["a", "a"], [sampling.Stratum("a", 3, 1)], 1), "holds 2 persons"),
        (lambda: sampling.precision(10, 5), "sent"),
        (lambda: sampling.precision(5, 10, share=1.0), "share"),
        (lambda: sampling.precision(5, 10, response_rate=0), "response_rate"),
        (lambda: sampling.precision(5, 10, design_effect=0), "design_effect"),
        (lambda: sampling.size_for(0.02, 500, response_rate=0.5), "500 persons"),
        (lambda: sampling.size_for(2, 500), "half_width"),
        (lambda: sampling.check([1, 1], ["a", "a"], [1], ["a"], []), "twice"),
        (lambda: sampling.check([1, 2], ["a", "a"], [], [], []), "empty"),
        (lambda: sampling.check([1, 2], ["a", "a"], [1], ["a"], [], {"age": [1]}), "age"),
    ],
)
def test_impossible_orders_are_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()
