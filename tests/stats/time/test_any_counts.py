"""Whatever counts come in, empty months, single events or an avalanche, the answers are numbers in order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tillsammans_stats.time.alarms import farrington
from tillsammans_stats.time.change_points import change_points
from tillsammans_stats.time.reporting import nowcast
from tillsammans_stats.time.trend import seasonal_trend

pytestmark = pytest.mark.pure
COUNT = st.one_of(st.just(0), st.integers(0, 3), st.integers(0, 100_000))
SERIES = st.lists(COUNT, min_size=60, max_size=60)


@settings(max_examples=60, deadline=None)
@given(SERIES)
def test_alarms(counts):
    got = farrington(counts)
    judged = got.judged
    assert (got.upper[judged] >= np.floor(got.expected[judged] * (got.dispersion[judged] == 1))).all()
    assert ((got.p_value[judged] >= 0) & (got.p_value[judged] <= 1)).all()
    assert (got.p_value[got.alarm] <= got.alpha).all()
    assert np.isnan(got.upper[~judged]).all()


@settings(max_examples=60, deadline=None)
@given(SERIES)
def test_shifts(counts):
    got = change_points(counts)
    assert got.fitted.sum() == pytest.approx(sum(counts))
    positions = [0, *(c.position for c in got.changes), 60]
    assert (np.diff(positions) >= 6).all()
    assert all(c.low <= c.position <= c.high for c in got.changes)


@settings(max_examples=60, deadline=None)
@given(SERIES.filter(any))
def test_trends(counts):
    got = seasonal_trend(counts)
    for estimate in (got.yearly_change, *got.season):
        assert 0 <= estimate.low <= estimate.value <= estimate.high
    assert 0 <= got.p_trend <= 1
    assert got.dispersion >= 1


@settings(max_examples=40, deadline=None)
@given(st.lists(COUNT, min_size=24, max_size=24).filter(lambda c: any(c[:12])), st.integers(0, 9))
def test_completed_counts(counts, seed):
    cells = np.array(counts, float).reshape(8, 3)
    cells[np.arange(8)[:, None] + np.arange(3) >= 8] = np.nan
    got = nowcast(cells, draws=100, seed=seed)
    for estimate, seen in zip(got.completed, got.reported, strict=True):
        assert estimate.low >= seen
        if estimate.value is not None:
            assert estimate.low <= estimate.value <= estimate.high
    assert ((got.share >= 0) & (got.share <= 1)).all()
