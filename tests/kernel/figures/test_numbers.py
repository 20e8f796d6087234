"""Numbers, periods and ticks as a Swedish reader expects them."""

from decimal import Decimal
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tillsammans.kernel.figures.numbers import interval, month, number, period_name, tick_decimals, ticks

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("value", "decimals", "swedish", "english"),
    [
        (1234567.891, 1, "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,9", "1,234,567.9"),
        (-3, 0, "\N{MINUS SIGN}3", "\N{MINUS SIGN}3"),
        (0.125, 2, "0,13", "0.13"),
        (2.5, 0, "3", "3"),
        (-0.2, 0, "0", "0"),
        (Decimal("10.05"), 1, "10,1", "10.1"),
        (0, 0, "0", "0"),
    ],
)
def test_numbers_follow_the_language(value, decimals, swedish, english):
    with translation.override("sv"):
        assert number(value, decimals) == swedish
    with translation.override("en"):
        assert number(value, decimals) == english


def test_a_missing_number_is_not_a_zero():
    assert number(None) == ""


def test_an_interval_with_a_sign_is_not_written_with_a_dash():
    assert interval(14, 22) == "14–22"
    assert interval(-3, 4) == "\N{MINUS SIGN}3 till 4"
    assert interval(None, 4) == ""


def test_months_have_swedish_names_and_other_periods_keep_theirs():
    assert period_name("2024-03") == "mars\N{NO-BREAK SPACE}2024"
    assert period_name("2024") == "2024"
    assert period_name("2024-13") == "2024-13"
    assert month("2024-12") == (2024, 12)


@given(st.floats(-1e6, 1e6, allow_nan=False), st.floats(0.001, 1e6, allow_nan=False), st.integers(2, 8), st.booleans())
def test_ticks_cover_the_values_evenly_and_are_few(low, width, wanted, whole):
    high = low + width
    values = ticks(low, high, wanted, whole=whole)
    # A hundred-millionth of the plot is less than any pixel.
    assert values[0] <= low + 1e-8 * (width + 1) + 1e-9
    assert values[-1] >= high - 1e-8 * (width + 1) - 1e-9
    assert 2 <= len(values) <= wanted + 3
    steps = {round(b - a, 6) for a, b in pairwise(values)}
    assert len(steps) == 1
    if whole:
        assert all(value == int(value) for value in values)


def test_tick_labels_have_no_more_decimals_than_needed():
    assert tick_decimals((0.0, 5.0, 10.0)) == 0
    assert tick_decimals((0.0, 0.2, 0.4)) == 1
