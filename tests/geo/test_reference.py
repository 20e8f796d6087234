"""Codes and names of the country's areas, today and before."""

import json
from datetime import date
from typing import Any

import pytest

from tillsammans.geo import reference
from tillsammans.geo.outline import outline
from tillsammans.kernel.text import folded, swedish_key

pytestmark = pytest.mark.pure


def test_the_country_has_21_counties_and_290_municipalities_on_any_recent_day() -> None:
    for day in (date(2008, 1, 1), date(2026, 1, 1)):
        assert sum(place.holds(day) for place in reference.counties()) == 21
        assert sum(place.holds(day) for place in reference.municipalities()) == 290


def test_before_1997_there_were_24_counties() -> None:
    assert sum(place.holds(date(1996, 12, 31)) for place in reference.counties()) == 24
    assert {place.name for place in reference.counties() if place.code == "12"} == {"Skåne län", "Malmöhus län"}


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (date(2002, 12, 31), 289),
        (date(1998, 12, 31), 288),
        (date(1994, 12, 31), 286),
        (date(1991, 12, 31), 284),
    ],
)
def test_split_municipalities_begin_on_their_day(day: date, count: int) -> None:
    assert sum(place.holds(day) for place in reference.municipalities()) == count


def test_every_municipality_lies_in_one_county_that_existed_at_the_time() -> None:
    counties = {}
    for place in reference.counties():
        counties.setdefault(place.code, []).append(place)
    for day in (date(1990, 1, 1), date(1997, 6, 1), date(2000, 1, 1), date(2010, 1, 1)):
        for place in reference.municipalities():
            if place.holds(day):
                assert any(county.holds(day) for county in counties[place.county]), (place, day)


@pytest.mark.parametrize(
    ("code", "day", "county"),
    [
        ("1917", date(2006, 12, 31), "19"),
        ("0331", date(2007, 1, 1), "03"),
        ("0642", date(1997, 12, 31), "16"),
        ("0642", date(1998, 1, 1), "06"),
        ("1535", date(1996, 1, 1), "15"),
    ],
)
def test_a_code_belongs_to_the_county_of_its_time(code: str, day: date, county: str) -> None:
    assert [place.county for place in reference.municipalities() if place.code == code and place.holds(day)] == [county]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1", "01"),
        ("01", "01"),
        ("114", "0114"),
        ("0382", "0382"),
        (" 0382 ", "0382"),
        ("1917", "1917"),
        ("00", "00"),
        ("99", None),
        ("0999", None),
        ("01140", None),
        ("", None),
        ("-1", None),
        ("١", None),
        ("3.0", None),
    ],
)
def test_codes_without_zero_are_understood_and_unknown_ones_refused(text: str, code: str | None) -> None:
    assert reference.code_of(text) == code


def test_old_codes_lead_to_todays_municipality_of_the_same_name() -> None:
    now = {row["code"]: row["name"] for row in reference.data("areas")["municipalities"]}
    changes = reference.data("dated_codes")["recoded"]
    assert len({change["old"] for change in changes}) == len({change["new"] for change in changes}) == len(changes)
    for change in changes:
        assert now[reference.present_code(change["old"], date(2026, 1, 1))] == change["name"]
    assert reference.present_code("0382", date(2026, 1, 1)) == "0382"


@pytest.mark.parametrize(
    ("code", "year", "valid"),
    [
        ("1917", 2006, "1917"),
        ("1917", 2007, "0331"),
        ("0331", 2006, "1917"),
        ("331", 2016, "0331"),
        ("0330", 2002, None),
        ("0330", 2003, "0330"),
        ("0380", 1990, "0380"),
        ("0140", 1998, None),
        ("0140", 1999, "0140"),
        ("1443", 1994, None),
        ("1814", 1995, "1814"),
        ("1121", 1996, "1121"),
        ("1121", 1997, "1256"),
        ("1256", 1996, "1121"),
        ("1504", 1997, "1504"),
        ("1504", 1998, "1438"),
        ("1680", 2020, "1493"),
        ("0643", 1990, "0643"),
        ("2023", 1990, "2023"),
        ("11", 1996, "11"),
        ("11", 1997, None),
        ("12", 1990, "12"),
        ("12", 2020, "12"),
        ("14", 1990, "14"),
        ("15", 1997, "15"),
        ("15", 1998, None),
        ("16", 1998, None),
        ("1", 2020, "01"),
        ("00", 2020, "00"),
        ("99", 2016, None),
        ("0999", 2016, None),
        ("01140", 2016, None),
        ("", 2016, None),
        ("0382", 1960, None),
    ],
)
def test_any_code_of_an_area_gives_the_one_it_had_that_year(code: str, year: int, valid: str | None) -> None:
    assert reference.valid_code(code, year) == valid


def test_every_recoded_municipality_has_exactly_one_code_each_year() -> None:
    for change in reference.data("dated_codes")["recoded"]:
        first = int(change["date"][:4])
        for year in (first - 1, first, 2026):
            expected = change["old"] if year < first else change["new"]
            assert {reference.valid_code(change[side], year) for side in ("old", "new")} == {expected}


def test_every_present_area_has_a_shape_inside_the_size_that_was_promised() -> None:
    codes = [row["code"] for kind in ("counties", "municipalities") for row in reference.data("areas")[kind]]
    assert all(reference.shape_of(code) for code in codes)
    assert (reference.DATA / "shapes.json").stat().st_size < 400_000


def test_police_data_names_only_areas_that_exist() -> None:
    data = reference.data("police")
    regions, areas = {row["code"] for row in data["regions"]}, {row["code"] for row in data["areas"]}
    assert len(regions) == 7
    assert sorted(code for row in data["regions"] for code in row["counties"]) == sorted(
        row["code"] for row in reference.data("areas")["counties"]
    )
    assert {row["region"] for row in data["areas"]} <= regions
    assert {row["area"] for row in data["districts"]} <= areas
    members = [code for row in data["districts"] for code in row["municipalities"]]
    assert len(members) == len(set(members))
    east = {row["code"] for row in data["areas"] if row["region"] == "5400"}
    covered = {code for row in data["districts"] if row["area"] in east for code in row["municipalities"]}
    assert covered == {
        row["code"] for row in reference.data("areas")["municipalities"] if row["county"] in ("04", "05", "06")
    }


def test_names_sort_as_swedes_sort() -> None:
    names = [
        "Örebro",
        "Älvdalen",
        "Åre",
        "Zinkgruvan",
        "Östhammar",
        "Ängelholm",
        "Åmål",
        "Alingsås",
        "Område 10",
        "Område 9",
    ]
    assert sorted(names, key=swedish_key) == [
        "Alingsås",
        "Område 9",
        "Område 10",
        "Zinkgruvan",
        "Åmål",
        "Åre",
        "Älvdalen",
        "Ängelholm",
        "Örebro",
        "Östhammar",
    ]


def test_folding_finds_names_without_marks() -> None:
    assert folded("Östhammar") == folded("osthammar") == folded("O\u0308STHAMMAR")
    assert folded("Håbo") == folded("Habo")


def test_an_outline_keeps_the_proportions_of_the_ground() -> None:
    square = [[[18.0, 60.0], [18.2, 60.0], [18.2, 60.1], [18.0, 60.1], [18.0, 60.0]]]
    drawn = outline(json.dumps({"type": "MultiPolygon", "coordinates": [square]}))
    assert drawn is not None
    assert drawn.width == pytest.approx(drawn.height, rel=0.01)
    assert outline("") is None


MERGER = {
    "date": "2031-01-01",
    "new": "0399",
    "name": "Nykommun",
    "county": "03",
    "from": [
        {"code": "0319", "name": "Älvkarleby", "county": "03"},
        {"code": "0360", "name": "Tierp", "county": "03"},
    ],
}


def test_a_merger_ahead_in_time_holds_from_its_day_and_not_before(merger: None) -> None:
    before, after = date(2030, 12, 31), date(2031, 1, 1)
    names = {day: {place.name for place in reference.municipalities() if place.holds(day)} for day in (before, after)}
    assert (len(names[before]), len(names[after])) == (290, 289)
    assert names[before] - names[after] == {"Älvkarleby", "Tierp"}
    assert names[after] - names[before] == {"Nykommun"}
    assert [reference.present_code("0319", day) for day in (before, after)] == ["0319", "0399"]


def test_a_merged_municipality_has_no_code_of_its_own_afterwards(merger: None) -> None:
    assert [reference.valid_code("0319", year) for year in (2030, 2031)] == ["0319", None]
    assert [reference.valid_code("0399", year) for year in (2030, 2031)] == [None, "0399"]


def test_a_merger_that_keeps_a_code_makes_another_area(dated_codes: Any) -> None:
    dated_codes(merged=[{**MERGER, "new": "0360", "name": "Nykommun"}])
    old, new = (place for place in reference.municipalities() if place.code == "0360")
    assert (old.name, old.valid_to, new.name, new.valid_from) == (
        "Tierp",
        date(2030, 12, 31),
        "Nykommun",
        date(2031, 1, 1),
    )
    assert not reference.continues(old, new)


def test_a_merger_reads_the_same_when_the_list_of_today_has_the_new_municipality(dated_codes: Any) -> None:
    dated_codes(merged=[MERGER])
    ahead = {place for place in reference.municipalities() if place.county == "03"}
    listed = [row for row in reference.data("areas")["municipalities"] if row["code"] not in ("0319", "0360")]
    dated_codes(merged=[MERGER], municipalities=[*listed, {"code": "0399", "name": "Nykommun", "county": "03"}])
    assert {place for place in reference.municipalities() if place.county == "03"} == ahead
