"""Periods, replacing, development and comparison: pure functions, checked by hand-computed answers."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.brafiles import ASSAULT, LIFE, PERSON, databasfil, two_years, year_rows

from tillsammans.formats import databasfil as reader
from tillsammans.formats.periods import kind_of, ordinal, period_at, range_words, span, words
from tillsammans.imports.rules import Figure, Outcome, outcome
from tillsammans.indicators import figures
from tillsammans.indicators.estimates import (
    against_the_others,
    area_rates,
    development,
    implied_inhabitants,
    inhabitants_of,
)
from tillsammans.indicators.from_files import areas_in_files, series_from_files
from tillsammans.indicators.series import Estimate, Inhabitants, Point, SeriesData
from tillsammans.kernel.canonical import canonical, parsed
from tillsammans.kernel.content import structure
from tillsammans.kernel.figures import State
from tillsammans.kernel.intake import TRANSITIONS, file_lines, files_in
from tillsammans_stats.rates import Change, rate

pytestmark = pytest.mark.pure


def months(values: list[int | None], first: str = "2020-01", preliminary: int = 0) -> SeriesData:
    """A series of counts from a month on; the last ``preliminary`` ones are preliminary."""
    start = ordinal(first)
    points = tuple(
        Point(
            period_at("month", start + place),
            Estimate(None if value is None else Decimal(value)),
            "" if value is not None else "missing",
            place >= len(values) - preliminary,
        )
        for place, value in enumerate(values)
    )
    return SeriesData("bra.manad.x", ASSAULT, "count", "0382", "Östhammar", "Brå, anmälda brott", "month", points)


def plain(text: str) -> str:
    """The text with ordinary blanks for those that do not break."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


@given(st.sampled_from(["month", "quarter", "year"]), st.integers(1975 * 12, 2030 * 12))
def test_periods_and_their_places_are_inverse(kind: str, place: int) -> None:
    place = place // {"month": 1, "quarter": 3, "year": 12}[kind]
    period = period_at(kind, place)
    assert (ordinal(period), kind_of(period)) == (place, kind)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2020-01", "2020-12", "2020"),
        ("2020-01", "2021-12", "2020–2021"),
        ("2020-02", "2021-01", "feb 2020–jan 2021"),
        ("2020-03", "2020-03", "mars 2020"),
        ("2021-10", "2021-12", "okt–dec 2021"),
        ("2020-Q1", "2020-Q4", "2020"),
        ("2020-Q2", "2020-Q2", "kvartal 2 2020"),
        ("2019", "2021", "2019–2021"),
    ],
)
def test_ranges_are_said_as_people_say_them(first: str, last: str, said: str) -> None:
    assert plain(range_words(first, last)) == said


def test_a_span_holds_both_ends() -> None:
    assert span("2020-11", "2021-02") == ("2020-11", "2020-12", "2021-01", "2021-02")
    assert span("2020-Q4", "2021-Q1") == ("2020-Q4", "2021-Q1")
    assert words("2020-Q1") == "kvartal 1 2020"


FINAL, OTHER = Figure(Decimal(5), "", False), Figure(Decimal(6), "", False)
PRELIMINARY, NEWER = Figure(Decimal(5), "", True), Figure(Decimal(7), "", True)
MARK = Figure(None, "not_applicable", False)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, FINAL, Outcome.CREATED),
        (MARK, FINAL, Outcome.CREATED),
        (None, MARK, Outcome.CREATED),
        (FINAL, FINAL, Outcome.UNCHANGED),
        (PRELIMINARY, FINAL, Outcome.FINAL),
        (PRELIMINARY, NEWER, Outcome.REVISED),
        (FINAL, OTHER, Outcome.CHANGED),
        (FINAL, NEWER, Outcome.OLDER),
        (FINAL, PRELIMINARY, Outcome.OLDER),
        (FINAL, MARK, Outcome.EMPTY),
        (MARK, MARK, Outcome.UNCHANGED),
    ],
)
def test_what_replaces_what(old: Figure | None, new: Figure, expected: Outcome) -> None:
    assert outcome(old, new) is expected


def test_an_import_never_goes_back_to_being_staged() -> None:
    assert "in_force" in TRANSITIONS["staged"]
    assert "in_force" in TRANSITIONS["undone"]
    assert "staged" not in TRANSITIONS["in_force"]
    assert "undone" not in TRANSITIONS["staged"]


def test_file_names_with_blanks_come_back_whole() -> None:
    files = [("Databas fil 1.txt", "a" * 64), ("å.txt", "b" * 64)]
    assert files_in(file_lines(files)) == tuple(files)


def test_the_last_twelve_months_are_held_against_the_twelve_before() -> None:
    found = development(months([20] * 12 + [40] * 12))
    assert found is not None
    assert found.comparison is not None
    assert (found.before, found.after) == (("2020-01", "2020-12"), ("2021-01", "2021-12"))
    assert (found.before_count, found.after_count) == (240, 480)
    assert found.comparison.change is Change.INCREASE
    assert found.comparison.ratio.value == pytest.approx(2)


def test_a_clear_change_of_level_is_not_taken_for_spread() -> None:
    """The year's total explains itself: twice as many every month is no unrest within the year."""
    found = development(months([20] * 12 + [40] * 12))
    assert found is not None
    assert found.comparison is not None
    assert found.comparison.dispersion == 1


def test_unrest_between_the_months_widens_the_interval() -> None:
    calm, wild = (development(months(values)) for values in ([20] * 24, [0, 40] * 6 + [40, 0] * 6))
    assert calm is not None
    assert wild is not None
    assert calm.comparison is not None
    assert wild.comparison is not None
    assert wild.comparison.dispersion > 10
    assert wild.comparison.ratio.low < calm.comparison.ratio.low  # type: ignore[operator]


@pytest.mark.parametrize(
    ("values", "words_"),
    [
        ([20] * 12 + [40] * 12, "fler 2021 än 2020"),
        ([40] * 12 + [20] * 12, "färre 2021 än 2020"),
        ([20] * 12 + [21] * 12, "ingen säker förändring från 2020 till 2021"),
        ([0] * 10 + [1, 1] + [0] * 8 + [1] * 4, "underlaget är för litet för att tolkas"),  # 2 against 4
        ([20] * 12, "240 anmälda 2020, inget tidigare år att jämföra med"),
        ([20] * 11 + [None] + [20] * 12, "perioderna kan inte jämföras, värden saknas"),
    ],
)
def test_the_heading_is_what_the_numbers_say(values: list[int | None], words_: str) -> None:
    figure = figures.time_series(months(values))
    assert figure.title == f"Misshandel inkl. grov i Östhammar: {words_}"
    assert figure.state is State.NORMAL


def test_the_note_gives_counts_change_and_interval_and_only_when_they_can_be_read() -> None:
    clear = figures.time_series(months([20] * 12 + [40] * 12)).note
    assert clear.startswith("2021: 480, 2020: 240. Förändring +100 % (95 % intervall 71–")
    few = figures.time_series(months([0] * 10 + [1, 1] + [0] * 8 + [1] * 4)).note
    assert few == "2021: 4, 2020: 2. Underlaget är för litet för att tolkas."


def test_an_end_of_the_interval_is_never_shown_as_no_change_when_it_is_not() -> None:
    series = months([100] * 12 + [92] * 12)
    found = development(series)
    assert found is not None
    assert found.comparison is not None
    assert found.comparison.change is Change.DECREASE
    assert -1 < 100 * (found.comparison.ratio.high - 1) < 0  # type: ignore[operator]
    assert "till −0," in figures.time_series(series).note


def test_missing_months_are_named_and_drawn_as_gaps() -> None:
    figure = figures.time_series(months([20] * 11 + [None] + [20] * 12))
    assert figure.lines[0].values[11] is None
    assert plain(figure.note) == "Värden saknas för dec 2020."


def test_preliminary_months_are_said_in_heading_and_status() -> None:
    figure = figures.time_series(months([20] * 12 + [40] * 12, preliminary=3))
    assert figure.title.endswith("fler 2021 än 2020 (preliminärt)")
    assert plain(figure.status) == "preliminär okt–dec 2021, i övrigt slutlig"


def test_a_series_without_values_is_an_empty_figure() -> None:
    figure = figures.time_series(months([None, None]))
    assert (figure.state, figure.title) == (State.EMPTY, "Misshandel inkl. grov i Östhammar: inga uppgifter")


def area(code: str, name: str, monthly: int, inhabitants: int | None) -> SeriesData:
    people = (Inhabitants(2020, inhabitants, "SCB"),) if inhabitants else ()
    return replace(months([monthly] * 12), area=code, area_name=name, inhabitants=people)


def test_rates_are_per_inhabitant_and_year_with_garwoods_interval() -> None:
    (found,) = area_rates([area("0382", "Östhammar", 20, 22_000)], "2020-01", "2020-12")
    expected = rate(240, 22_000)
    assert found.rate is not None
    assert (found.rate.value, found.rate.low, found.rate.high) == (expected.value, expected.low, expected.high)
    (half,) = area_rates([area("0382", "Östhammar", 20, 22_000)], "2020-01", "2020-06")
    assert half.rate is not None
    assert half.rate.value == pytest.approx(expected.value)  # half the crimes in half the person-years


def test_a_population_is_never_implied_across_two_sources() -> None:
    count = area("0382", "Östhammar", 1000, None)
    published = replace(
        count,
        indicator=f"{count.indicator}.per-100k",
        unit="per_100k",
        points=tuple(Point(point.period, Estimate(Decimal(500))) for point in count.points),
    )
    assert implied_inhabitants([count], [published], "härledd") == (Inhabitants(2020, 200_000, "härledd"),)
    assert implied_inhabitants([count], [replace(published, source="En annan")], "härledd") == ()
    assert implied_inhabitants([count, replace(count, source="En annan")], [published], "härledd")


def test_areas_stand_by_name_and_an_unknown_population_gives_no_rate() -> None:
    figure = figures.comparison(
        [area("0382", "Östhammar", 40, 22_000), area("0319", "Älvkarleby", 5, None), area("0360", "Tierp", 10, 21_000)],
        "0382",
        "2020-01",
        "2020-12",
    )
    assert [row.label for row in figure.rows] == ["Tierp", "Älvkarleby", "Östhammar"]
    assert figure.rows[1].suppressed == "folkmängd saknas"
    assert figure.title.endswith(": fler per invånare i Östhammar än i de andra områdena tillsammans 2020")
    assert "SCB (2020)" in figure.note


def test_an_area_is_held_against_the_others_only_with_rates_on_both_sides() -> None:
    alone = area_rates([area("0382", "Östhammar", 40, 22_000)], "2020-01", "2020-12")
    assert against_the_others(alone, "0382") is None


def test_the_nearest_population_within_two_years_is_taken_the_earlier_first() -> None:
    known = [Inhabitants(2018, 1, "SCB"), Inhabitants(2020, 2, "SCB")]
    assert inhabitants_of(known, 2019) == known[0]
    assert inhabitants_of(known, 2022) == known[1]
    assert inhabitants_of(known, 2023) is None


def test_the_population_behind_published_rates_is_found_within_one_per_cent() -> None:
    file = reader.read(
        databasfil(
            *year_rows("Östhammar kommun", 2020, [70] * 12, PERSON, 22_345),
            *year_rows("Östhammar kommun", 2020, [1] * 12, LIFE, 22_345),
        ),
        "a.txt",
    )
    found = series_from_files([file], "0382")
    (people,) = implied_inhabitants(found[:2], found[2:], "härledd")
    assert people.year == 2020
    assert people.count == pytest.approx(22_345, rel=0.01)


def test_small_rates_imply_no_population() -> None:
    file = reader.read(databasfil(*year_rows("Östhammar kommun", 2020, [2] * 12, LIFE, 22_345)), "a.txt")
    counts, rates = series_from_files([file], "0382")
    assert implied_inhabitants([counts], [rates], "härledd") == ()


def test_files_give_the_same_series_as_they_hold_and_come_back_from_canonical_text() -> None:
    file = reader.read(two_years(before=20, after=40), "a.txt")
    counts, rates = series_from_files([file], "0382")
    assert counts.points[0] == Point("2020-01", Estimate(Decimal(20)))
    assert (rates.unit, rates.points[-1].value) == ("per_100k", Decimal(200))
    assert counts.last_period == "2021-12"
    assert structure(parsed(canonical(counts)), SeriesData) == counts
    assert series_from_files([file], "0360") == ()
    assert areas_in_files([file]) == {"0382": "Östhammar"}


def test_a_crime_type_with_nothing_but_marks_gives_no_series() -> None:
    file = reader.read(
        databasfil(*year_rows("Östhammar kommun", 2020, [5] * 2), f"Östhammar kommun;{PERSON};2020;Jan;..;..;"), "a.txt"
    )
    assert {series.name for series in series_from_files([file], "0382")} == {ASSAULT}
