"""Profiles over week and year, and late reports."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tillsammans_stats import PublicationStatus, StatisticsError, rates
from tillsammans_stats.time.profiles import months, weekday_hour
from tillsammans_stats.time.reporting import nowcast, reporting_triangle

pytestmark = pytest.mark.pure
DELAY = np.array([0.5, 0.25, 0.15, 0.1])


def times(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[s]")


def triangle_of(rng: np.random.Generator, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    cells = rng.poisson(mean[:, None] * DELAY).astype(float)
    whole = cells.sum(axis=1)
    cells[np.arange(mean.size)[:, None] + np.arange(DELAY.size) >= mean.size] = np.nan
    return cells, whole


def test_an_exact_time_falls_in_its_weekday_and_hour():
    got = weekday_hour(times("2026-11-25T03:21:36"))  # a Wednesday
    assert np.argwhere(got.events).tolist() == [[2, 3]]
    assert got.total == 1


def test_an_interval_is_spread_over_its_hours_by_their_length():
    got = weekday_hour(times("2026-11-22T22:30:00"), times("2026-11-23T00:30:00"))  # Sunday to Monday
    assert got.events[6, 22] == pytest.approx(0.25)
    assert got.events[6, 23] == pytest.approx(0.5)
    assert got.events[0, 0] == pytest.approx(0.25)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(-(10**9), 2 * 10**9), st.integers(0, 200_000)), min_size=1, max_size=20))
def test_every_event_weighs_one_however_long_its_interval(events):
    start = np.array([e[0] for e in events], dtype="datetime64[s]")
    end = start + np.array([e[1] for e in events], dtype="timedelta64[s]")
    got = weekday_hour(start, end, widest=100)
    assert got.events.sum() == pytest.approx(got.total)
    assert (got.low <= got.index + 1e-12).all()
    assert (got.index <= got.high + 1e-12).all()


def test_an_interval_that_says_nothing_is_left_out_and_counted():
    got = weekday_hour(times("2026-11-02T08:00", "2026-11-03T09:00"), times("2026-11-20T08:00", "2026-11-03T10:00"))
    assert (got.total, got.left_out) == (1, 1)


def test_only_the_planted_night_is_a_peak():
    rng = np.random.default_rng(1)
    start = np.datetime64("2026-01-05T00:00:00", "s") + rng.integers(0, 52 * 168 * 3600, 3000).astype("timedelta64[s]")
    night = np.datetime64("2026-01-09T23:10:00", "s") + (np.arange(60) % 52 * 7 * 86400).astype("timedelta64[s]")
    assert np.argwhere(weekday_hour(np.concatenate([start, night])).peak).tolist() == [[4, 23]]
    assert not weekday_hour(start).peak.any()


def test_one_exact_cell_has_the_poisson_limits():
    start = times(*["2026-11-25T03:00"] * 7, *["2026-11-26T03:00"] * 5)
    got = weekday_hour(start)
    low, high = rates.poisson_interval(7)
    average = 12 / 168
    assert got.low[2, 3] == pytest.approx(low / average)
    assert got.high[2, 3] == pytest.approx(high / average)


def test_february_is_not_low_for_being_short():
    days = np.diff(np.arange("2020-01", "2026-02", dtype="datetime64[M]").astype("datetime64[D]")).astype(float)
    got = months(np.round(10 * days), "2020-01")
    np.testing.assert_allclose(got.index, 1, atol=0.002)
    assert not got.peak.any()


def test_the_first_month_decides_which_month_is_the_peak():
    counts = np.full(36, 20.0)
    counts[[2, 14, 26]] = 60
    got = months(counts, "2022-11")
    assert np.flatnonzero(got.peak).tolist() == [0]  # January


def test_a_peak_in_one_year_only_is_not_a_season():
    counts = np.full(48, 20.0)
    counts[6] = 90
    assert not months(counts, "2022-01").peak.any()


def test_completed_counts_cover_what_comes_in():
    rng = np.random.default_rng(2)
    hits = []
    for _ in range(60):
        cells, whole = triangle_of(rng, np.full(24, 40.0))
        got = nowcast(cells, draws=200)
        hits.append([e.low <= w <= e.high for e, w in zip(got.completed[-3:], whole[-3:], strict=True)])
    assert 0.91 <= np.mean(hits) <= 0.99


def test_a_closed_period_is_what_was_reported():
    cells, whole = triangle_of(np.random.default_rng(3), np.full(20, 30.0))
    got = nowcast(cells)
    assert [e.value for e in got.completed[:16]] == pytest.approx(whole[:16])
    assert got.completed[0].low == got.completed[0].high == whole[0]
    np.testing.assert_allclose(got.delay, DELAY, atol=0.06)
    assert got.delay.sum() == pytest.approx(1)


def test_a_period_without_reports_yet_still_has_an_upper_limit():
    cells, _ = triangle_of(np.random.default_rng(4), np.full(20, 8.0))
    cells[-1, 0] = 0
    last = nowcast(cells).completed[-1]
    assert last.low == 0
    assert last.high >= 2


def test_a_period_mostly_unreported_is_marked():
    cells = np.tile([2.0, 40.0, 8.0], (12, 1))
    cells[np.arange(12)[:, None] + np.arange(3) >= 12] = np.nan
    assert nowcast(cells).completed[-1].status is PublicationStatus.UNCERTAIN
    assert nowcast(cells).completed[-2].status is PublicationStatus.SHOWN


def test_a_period_of_which_nothing_is_usually_in_has_no_number():
    cells = np.tile([0.0, 40.0, 8.0], (12, 1))
    cells[np.arange(12)[:, None] + np.arange(3) >= 12] = np.nan
    last = nowcast(cells).completed[-1]
    assert (last.value, last.low, last.high) == (None, 0, None)
    assert last.status is PublicationStatus.TOO_LITTLE


def test_the_chain_ladder_equals_a_hand_calculation():
    cells = np.array([[10, 5], [20, 10], [30, np.nan]])
    got = nowcast(cells)
    assert got.completed[2].value == pytest.approx(45)  # 15 of 45 came late: two thirds are in
    assert got.share[2] == pytest.approx(2 / 3)


def test_the_same_seed_gives_the_same_interval():
    cells, _ = triangle_of(np.random.default_rng(5), np.full(15, 12.0))
    assert nowcast(cells, seed=4).completed == nowcast(cells, seed=4).completed


def test_events_become_a_triangle():
    got = reporting_triangle([0, 0, 1, 2, 2], [0, 1, 2, 2, 2], periods=3, delays=2)
    np.testing.assert_array_equal(got, [[1, 1], [0, 1], [2, np.nan]])


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: weekday_hour([1, 2]), "datetime64"),
        (lambda: weekday_hour(times("NaT")), "event 0"),
        (lambda: weekday_hour(times("2026-01-02"), times("2026-01-01")), "ends before"),
        (lambda: weekday_hour(times("2026-01-01"), times("2026-02-01")), "within 24 hours"),
        (lambda: weekday_hour(times("2026-01-01"), dispersion=0), "dispersion"),
        (lambda: months([1] * 11, "2026-01"), "counts"),
        (lambda: months([1] * 12, "January"), "first_month"),
        (lambda: months([0] * 12, "2026-01"), "counts"),
        (lambda: nowcast([[1, 2], [3, 4], [5, 6]]), "NaN belongs"),
        (lambda: nowcast([[1, 2]]), "triangle"),
        (lambda: nowcast([[0, 0], [0, 0], [0, np.nan]]), "no report"),
        (lambda: reporting_triangle([1], [0], periods=3, delays=2), "reported"),
        (lambda: reporting_triangle([1], [1], periods=1, delays=2), "delays"),
    ],
)
def test_bad_input_is_named(call, names):
    with pytest.raises(StatisticsError, match=names):
        call()
