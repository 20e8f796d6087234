"""Periods as text, of four kinds."""

import pytest

from tillsammans.formats.periods import is_period, kind_of, ordinal, period_at, range_words, read_period, span, words


@pytest.mark.parametrize(
    ("period", "kind"),
    [
        ("2020", "year"),
        ("2020-Q3", "quarter"),
        ("2020-11", "month"),
        ("2022/23", "two_years"),
        ("1999/00", "two_years"),
    ],
)
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


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2020", "2020"),
        ("år 2020", "2020"),
        ("2020-03", "2020-03"),
        ("202003", "2020-03"),
        ("2020M03", "2020-03"),
        ("2020-3", "2020-03"),
        ("mars 2020", "2020-03"),
        ("2020 maj", "2020-05"),
        ("Maj 2020", "2020-05"),
        ("juni 2020", "2020-06"),
        ("2020-03-01", "2020-03"),
        ("2020 kv 2", "2020-Q2"),
        ("2020K2", "2020-Q2"),
        ("2020-Q4", "2020-Q4"),
        ("kvartal 2 2020", "2020-Q2"),
        ("2022/2023", "2022/23"),
        ("2022/23", "2022/23"),
        ("2022–2023", "2022/23"),
        ("1999/2000", "1999/00"),
        ("2020-12", "2020-12"),
        ("helår 2020", "2020"),
    ],
)
def test_periods_as_people_write_them(text: str, period: str) -> None:
    assert read_period(text) == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20",
        "1820",
        "2020-13",
        "2020-00",
        "2020-03-15",
        "2022/2024",
        "våren 2020",
        "antal",
        "0382",
        "20201",
        "2020 2021",
    ],
)
def test_what_people_write_that_is_no_period(text: str) -> None:
    assert read_period(text) is None


def test_month_or_quarter_may_stand_in_a_cell_of_its_own() -> None:
    assert read_period("2020", "mars") == "2020-03"
    assert read_period("2020", "3") == "2020-03"
    assert read_period("2020", "kv 3") == "2020-Q3"
    assert read_period("2020", "annan") is None
