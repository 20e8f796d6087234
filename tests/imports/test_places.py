"""Which area a file means: by code and name, in each year, and never by a guess."""

from typing import Any

import pytest
from tests.world import World

from tillsammans.areas.loading import load_areas
from tillsammans.areas.models import Area
from tillsammans.formats.observations import Place
from tillsammans.imports.places import Places, resolve

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def country(world: World) -> Any:
    """The whole country's areas, seen from a municipality."""
    with world.room("gemensamt"):
        load_areas(world.gemensamt.pk)
    with world.room("osthammar"):
        yield


def found(place: Place, year: int = 2020) -> str:
    """Kind and code of the area, or why there is none."""
    places = resolve([(place, year)])
    if place in places.unmatched:
        return places.unmatched[place]
    area = places.areas[places.key_of[place, year]]
    return f"{area.kind} {area.code}"


@pytest.mark.parametrize(
    ("place", "year", "area"),
    [
        (Place("Östhammar"), 2020, "municipality 0382"),
        (Place("Östhammar kommun"), 2020, "municipality 0382"),
        (Place("Östhammars kommun"), 2020, "municipality 0382"),
        (Place("O\u0308STHAMMARS  KOMMUN"), 2020, "municipality 0382"),
        (Place("Uppsala län"), 2020, "county 03"),
        (Place("Uppsala", kind="county"), 2020, "county 03"),
        (Place("Uppsala", kind="municipality"), 2020, "municipality 0380"),
        (Place("Riket"), 2020, "nation 00"),
        (Place("", "0382"), 2020, "municipality 0382"),
        (Place("", "03"), 2020, "county 03"),
        (Place("Riket", "0000"), 2020, "nation 00"),
        (Place("Region Uppsala", "0003", "county"), 2020, "county 03"),
        (Place("Upplands Väsby", "114"), 2020, "municipality 0114"),
        (Place("", "380"), 2020, "municipality 0380"),
        (Place("", "1", "county"), 2020, "county 01"),
        (Place("Stockholms län", "1"), 2020, "county 01"),
        # Heby and Knivsta.
        (Place("", "1917"), 2000, "municipality 1917"),
        (Place("Heby", "1917"), 2018, "municipality 0331"),
        (Place("", "0331"), 2000, "municipality 0331"),
        (Place("", "0330"), 2000, "municipality 0330"),
        # Counties that ended, whose code is another's now.
        (Place("", "12"), 1990, "county 12"),
        (Place("Malmöhus län"), 1990, "county 12"),
        (Place("", "1180"), 2000, "municipality 1290"),
    ],
)
def test_words_and_codes_stand_for_areas(place: Place, year: int, area: str) -> None:
    assert found(place, year) == area


@pytest.mark.parametrize(
    ("place", "year", "why"),
    [
        (Place("Ankeborg"), 2020, "namnet finns inte"),
        (Place("", "0399"), 2020, "koden finns inte"),
        (Place("", "12345"), 2020, "koden finns inte"),
        (Place("", "12345", "municipality"), 2020, "ingen kommunkod"),
        (Place("", "1"), 2020, "inledande nolla"),
        (Place("Nordväst", "114"), 2020, "inledande nolla"),
        (Place("Östhammar", "0380"), 2020, "koden är Uppsala"),
        (Place("Knivsta", "380"), 2020, "koden är Uppsala"),
        (Place("", "15"), 2020, "området upphörde"),
        (Place("Malmöhus län"), 2020, "området upphörde"),
        (Place(""), 2020, "varken namn eller kod"),
    ],
)
def test_what_is_no_area_says_why(place: Place, year: int, why: str) -> None:
    assert why in found(place, year)


def test_the_same_code_is_another_area_in_another_year() -> None:
    place = Place("", "12")
    places = resolve([(place, 1990), (place, 2020)])
    assert [places.areas[places.key_of[place, year]].name for year in (1990, 2020)] == ["Malmöhus län", "Skåne län"]


def test_what_is_translated_is_said() -> None:
    places = resolve([(Place("", "1917"), 2018), (Place("", "380"), 2018), (Place("", "0330"), 1999)])
    assert any("1917, som är 0331" in note for note in places.notes)
    assert any("380 är 0380" in note for note in places.notes)
    assert any("Knivsta fanns inte före" in note for note in places.notes)


def test_an_own_area_is_found_by_code_and_name_and_two_of_a_name_are_none(world: World) -> None:
    for code, name in (("torget", "Torget"), ("torg-1", "Parken"), ("torg-2", "Parken")):
        Area.objects.create(organisation=world.osthammar, kind="own", code=code, name=name, valid_from="2010-01-01")
    assert found(Place("torget")) == "own torget"
    assert found(Place("", "torg-2")) == "own torg-2"
    assert "flera områden" in found(Place("Parken"))
    with world.room("tierp"):
        assert "finns inte" in found(Place("Torget"))


def test_the_cost_is_the_same_for_one_and_for_many(django_assert_num_queries: Any) -> None:
    def cost(pairs: list[tuple[Place, int]]) -> Places:
        with django_assert_num_queries(2):
            return resolve(pairs)

    cost([(Place("", "0382"), 2020)])
    cost([(Place("", code), year) for code in ("0382", "0360", "0319", "03") for year in range(2000, 2020)])
