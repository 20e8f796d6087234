"""Corrections for many tests: equal to SciPy, blind to order and to tests that were not made."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tillsammans_stats import StatisticsError
from tillsammans_stats.multiplicity import benjamini_hochberg, gatekept, holm

pytestmark = pytest.mark.pure
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(P_VALUES)
def test_benjamini_hochberg_agrees_with_scipy(p):
    np.testing.assert_allclose(benjamini_hochberg(p), stats.false_discovery_control(p), rtol=1e-12)


@given(P_VALUES, st.randoms(use_true_random=False))
def test_the_order_of_the_tests_does_not_matter(p, random):
    order = np.array(random.sample(range(len(p)), len(p)))
    for correct in (benjamini_hochberg, holm):
        np.testing.assert_array_equal(correct(np.array(p)[order]), correct(p)[order])


@given(P_VALUES)
def test_holm_is_never_below_benjamini_hochberg_nor_above_bonferroni(p):
    assert (holm(p) >= benjamini_hochberg(p) - 1e-15).all()
    assert (holm(p) <= np.minimum(1, np.array(p) * len(p)) + 1e-15).all()


@given(P_VALUES, st.integers(1, 5))
def test_tests_that_were_not_made_do_not_count(p, absent):
    padded = [*p, *[np.nan] * absent]
    for correct in (benjamini_hochberg, holm):
        np.testing.assert_array_equal(correct(padded)[: len(p)], correct(p))
        assert np.isnan(correct(padded)[len(p) :]).all()


def test_a_table_keeps_its_shape():
    got = benjamini_hochberg([[0.01, np.nan], [0.04, 0.9]])
    assert (got <= 0.05).tolist() == [[True, False], [False, False]]


def test_secondary_outcomes_wait_for_the_primary():
    primary, secondary = gatekept(0.03, [0.001, 0.2])
    assert primary == 0.03
    assert secondary.tolist() == [0.03, 0.2]


@pytest.mark.parametrize("correct", [benjamini_hochberg, holm])
@pytest.mark.parametrize("p", [[1.2], [-0.1], [np.nan, np.nan], ["many"]])
def test_what_is_no_p_value_is_named(correct, p):
    with pytest.raises(StatisticsError, match="p_values"):
        correct(p)
