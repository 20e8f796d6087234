"""Patterns without a database: results are the same alone and together, honest about chance, and canonical."""

from dataclasses import replace

import numpy as np
import pytest

from tillsammans.indicators.series import Estimate, Point, SeriesData
from tillsammans.kernel.canonical import canonical, parsed
from tillsammans.kernel.content import freeze, structure, thaw
from tillsammans.patterns import methods
from tillsammans.patterns.detect import LEVEL, People, Set, detect
from tillsammans.patterns.figures import multiples
from tillsammans.patterns.results import Counts, FindingContent, Place, Season, exact
from tillsammans.patterns.sentences import season_words, sentence, small, strength, usual_words
from tillsammans.patterns.series_matrix import SeriesMatrix, Subject
from tillsammans.patterns.single_series import newest_of, of_series

pytestmark = pytest.mark.pure
FIRST = 2015 * 12
SEASON = 1 + 0.5 * np.cos(2 * np.pi * (np.arange(72) - 6) / 12)


def subject(row: int, area: int = 1, indicator: str = "a", kind: str = "municipality", county: int = 99) -> Subject:
    return Subject(row, indicator, f"Brott {indicator}", area, f"{area:04}", f"Kommun {area}", kind, "Brå", county)


def matrix(counts: np.ndarray, subjects: list[Subject] | None = None, preliminary: int = 0) -> SeriesMatrix:
    flags = np.zeros(counts.shape, dtype=bool)
    flags[:, counts.shape[1] - preliminary :] = preliminary > 0
    chosen = subjects or [subject(row, indicator=f"i{row:03}") for row in range(len(counts))]
    return SeriesMatrix(tuple(chosen), counts.astype(float), flags, FIRST, np.zeros(len(counts), dtype=np.intp))


def test_a_quiet_nation_gives_few_findings_and_a_loud_month_is_among_them() -> None:
    rng = np.random.default_rng(5)
    counts = rng.poisson(20, (300, 72)).astype(float)
    quiet = detect(matrix(counts), {}, {})
    assert len(quiet.found) <= 3  # 1 500 tests at 5 per cent would give 75
    counts[17, -1] = 70
    found = [one for row, one in detect(matrix(counts), {}, {}).found if row == 17]
    assert [one.kind for one in found] == ["unusual"]
    assert found[0].tests == 300 * 5
    assert float(found[0].q) <= LEVEL


def test_a_series_is_judged_alike_alone_and_among_others() -> None:
    rng = np.random.default_rng(6)
    counts = rng.poisson(30 * SEASON, (40, 72)).astype(float)
    counts[:, -2] *= 3
    together, _p = methods.unusual(counts, np.zeros(counts.shape, dtype=bool), FIRST)
    for row in range(40):
        alone, _p = methods.unusual(counts[row : row + 1], np.zeros((1, 72), dtype=bool), FIRST)
        assert alone[0] == together[row]
    assert methods.trends(counts, FIRST, 0)[3] == methods.trends(counts[3:4], FIRST, 0)[0]


def test_what_is_found_is_read_back_as_it_was() -> None:
    rng = np.random.default_rng(7)
    counts = rng.poisson(40 * SEASON, (12, 72)).astype(float)
    counts[0] *= 3
    subjects = [subject(row, area=row + 1) for row in range(12)]
    people = {row + 1: People(dict.fromkeys(range(2014, 2022), 20000), "SCB") for row in range(12)}
    same = Set("county", "Läns län", frozenset(range(1, 13)))
    found = [one for _row, one in detect(matrix(counts, subjects), people, dict.fromkeys(range(1, 13), same)).found]
    assert {one.kind for one in found} >= {"season", "compared"}
    for one in found:
        text = freeze(one)
        again = thaw(text, FindingContent)
        assert again == one
        assert freeze(again) == text
        assert "  " not in sentence(again)
        assert strength(again).startswith("Styrka")


def test_nothing_is_used_before_a_gap_or_a_break() -> None:
    counts = np.full((3, 48), 10.0)
    counts[0, 20] = np.nan
    made = matrix(counts)
    made.begins[1] = 30
    start, end = made.usable()
    assert start.tolist() == [21, 30, 0]
    assert end.tolist() == [48, 48, 48]


def test_kinds_of_areas_are_never_mixed_in_a_funnel() -> None:
    counts = np.random.default_rng(8).poisson(50, (12, 24)).astype(float)
    counts[6:] *= 5
    subjects = [subject(row, area=row + 1, kind="municipality" if row < 6 else "county") for row in range(12)]
    people = {row + 1: People({2016: 10_000}, "SCB") for row in range(12)}
    everyone = Set("x", "alla", frozenset(range(1, 13)))
    looked = detect(matrix(counts, subjects), people, dict.fromkeys(range(1, 13), everyone))
    assert not [one for _row, one in looked.found if one.kind == "compared"]


def test_another_countys_newer_figures_do_not_make_these_old() -> None:
    counts = np.random.default_rng(9).poisson(30, (2, 72)).astype(float)
    counts[0, 48:] = np.nan
    here, there = subject(0, area=1, county=1), subject(1, area=2, county=2)
    assert detect(matrix(counts, [here, there]), {}, {}).series == 2
    same = [subject(0, area=1, county=1), subject(1, area=2, county=1)]
    assert detect(matrix(counts, same), {}, {}).series == 1  # ended two years before its neighbours


def test_only_preliminary_newest_months_are_too_new_and_at_most_two() -> None:
    assert methods.too_new(np.array([False, False])) == 0
    assert methods.too_new(np.array([False, True])) == 1
    assert methods.too_new(np.array([True] * 12)) == 2
    assert methods.too_new(np.array([True, False])) == 0


def test_months_of_a_season_are_said_as_people_say_them() -> None:
    def words(*peaks: int) -> str:
        twelve = (exact(1.0),) * 12
        made = Season("2015-01", "2020-12", twelve, twelve, twelve, peaks, exact(0.01), 500, exact(6))
        return season_words(made, {"name": "Stöld", "area": "Tierp"})

    assert words(6, 7, 8) == "Stöld i Tierp: flest i juni–augusti"
    assert words(1, 2, 11, 12) == "Stöld i Tierp: flest i november–februari"
    assert words(4, 5, 12) == "Stöld i Tierp: flest i april, maj och december"
    assert words() == "Stöld i Tierp: ingen månad har säkert fler än de andra"


def test_small_numbers_are_said_as_they_are_read() -> None:
    assert small(0.00001) == "under 0,001"
    assert small(0.0123) == "0,012"
    assert usual_words(0, 4) == "högst 4"
    assert usual_words(15, 27) == "15–27"


def monthly(values: list[int | None], unit: str = "count") -> SeriesData:
    from decimal import Decimal

    months = [f"{2018 + at // 12}-{at % 12 + 1:02}" for at in range(len(values))]
    points = tuple(
        Point(month, Estimate(None if value is None else Decimal(value)))
        for month, value in zip(months, values, strict=True)
    )
    return SeriesData("i", "Stöld", unit, "0360", "Tierp", "Brå", "month", points)


def test_two_years_are_too_short_for_unusual_months_and_trends_but_not_for_the_season() -> None:
    values = [int(n) for n in np.random.default_rng(1).poisson(60 * SEASON[:24])]
    one = of_series(monthly(values))
    assert one is not None
    assert one.too_short
    assert not one.too_few
    assert one.trend is None
    assert one.season is not None
    assert set(one.upper) == {None}


def test_too_few_events_are_said_to_be_too_few() -> None:
    one = of_series(monthly([0] * 59 + [1]))
    assert one is not None
    assert one.too_few
    assert of_series(monthly([1] * 12, unit="per_100k")) is None
    assert of_series(monthly([None] * 12)) is None


def test_the_newest_months_of_many_series_are_as_those_of_each() -> None:
    rng = np.random.default_rng(4)
    many = [monthly([int(n) for n in rng.poisson(20, 60)]) for _series in range(5)]
    many.append(monthly([int(n) for n in rng.poisson(20, 30)]))
    together = newest_of([(series, ()) for series in many])
    for series, got in zip(many, together, strict=True):
        alone = of_series(series)
        assert got is not None
        assert alone is not None
        assert (got.lower[-3:], got.upper[-3:]) == (alone.lower[-3:], alone.upper[-3:])
        assert got.counts == alone.counts


def test_two_sources_of_one_crime_type_are_two_plots_that_name_their_source() -> None:
    series = [replace(monthly([20] * 40), source=source) for source in ("Brå", "Polisen")]
    series.append(replace(monthly([20] * 40), name="Rån"))
    newest = newest_of([(one, ()) for one in series])
    figure = multiples("Tierp", list(zip(series, [one for one in newest if one], strict=True)), "Brå", "antal")
    assert [panel.title for panel in figure.panels] == ["Stöld (Brå)", "Stöld (Polisen)", "Rån"]


def test_fewer_than_five_places_are_not_compared() -> None:
    places = [Place(str(number), f"Ort {number}", 10, exact(1000)) for number in range(4)]
    assert methods.compare(places, ["SCB"] * 4, "2020-01", "2020-12", "x", "alla") is None


def test_counts_are_canonical() -> None:
    counts = Counts("2020-01", (1, None, 3), ("2020-03",))
    assert structure(parsed(canonical(counts)), Counts) == counts
