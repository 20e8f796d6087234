"""Periods as text, of four kinds."""

import pytest

from tillsammans.indicators.periods import is_period, kind_of, ordinal, period_at, range_words, span, words


@pytest.mark.parametrize(("period", "kind"), [
    ("2020", "year"), ("2020-Q3", "quarter"), ("2020-11", "month"), ("2022/23", "two_years"), ("1999/00", "two_years"),
])
def test_each_kind_has_its_place_and_back(period: str, kind: str) -> None:
    assert is_period(period)
    assert kind_of(period) == kind
    assert period_at(kind, ordinal(period)) == period


@pytest.mark.parametrize("text", ["", "20", "2020-13", "2020-00", "2020-Q5", "2022/24", "2022/2023", "٢٠٢٠", "2020-1"])
def test_what_is_no_period_is_known_as_none(text: str) -> None:
    assert not is_period(text)


def test_two_years_follow_each_other_year_by_year() -> None:
    assert span("2016/17", "2018/19") == ("2016/17", "2017/18", "2018/19")
    assert words("2022/23") == "2022/23"
    assert range_words("2016/17", "2022/23") == "2016/17–2022/23"
