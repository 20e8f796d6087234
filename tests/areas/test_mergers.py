"""Two municipalities that merge on a coming day: the map changes on that day, everywhere, and not before."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.geo.changes import dated_codes, merger
from tests.world import World

from tillsammans.areas.loading import load_areas
from tillsammans.areas.models import Area, AreaLink, in_force
from tillsammans.collaboration.forms import areas_to_choose
from tillsammans.formats.observations import Place
from tillsammans.imports.places import resolve
from tillsammans.kernel import clock

__all__ = ["dated_codes", "merger"]
BEFORE, AFTER = date(2030, 12, 31), date(2031, 1, 1)


@pytest.fixture
def country(world: World, request: pytest.FixtureRequest) -> World:
    """The country as it was loaded before the merger was known, and loaded again when it was."""
    load_areas(world.gemensamt.pk)
    request.getfixturevalue("merger")
    loaded = load_areas(world.gemensamt.pk)
    assert (loaded.areas, loaded.changed) == (1, 2)
    return world


def names(rows: Any) -> set[str]:
    return set(rows.values_list("name", flat=True))


def test_no_link_outlives_an_area_that_ends_and_a_second_run_changes_nothing(country: World) -> None:
    with country.room("gemensamt"):
        ended = Area.objects.filter(kind="municipality", code__in=("0319", "0360"))
        assert set(ended.values_list("valid_to", flat=True)) == {BEFORE}
        links = AreaLink.objects.filter(in_force(AFTER), child__in=ended).exclude(kind=AreaLink.Kind.SUCCESSION)
        assert not links.exists()
        succession = AreaLink.objects.filter(kind=AreaLink.Kind.SUCCESSION, parent__code="0399")
        assert set(succession.values_list("child__code", "valid_from")) == {("0319", AFTER), ("0360", AFTER)}
        county = AreaLink.objects.get(child__code="0399", kind=AreaLink.Kind.ADMINISTRATIVE)
        assert (county.parent.code, county.valid_from, county.valid_to) == ("03", AFTER, None)
    again = load_areas(country.gemensamt.pk)
    assert (again.areas, again.links, again.changed) == (0, 0, 0)


def test_the_merged_municipality_keeps_the_police_area_that_its_parts_shared(country: World) -> None:
    with country.room("gemensamt"):
        police = AreaLink.objects.filter(kind=AreaLink.Kind.POLICE)
        shared = [set(police.filter(child__code=code).values_list("parent_id", flat=True)) for code in ("0319", "0360")]
        new = set(police.filter(in_force(AFTER), child__code="0399").values_list("parent_id", flat=True))
        assert new == shared[0] & shared[1]


def test_what_can_be_chosen_follows_the_day(country: World) -> None:
    with country.room("osthammar"):
        with clock.frozen(datetime(2030, 12, 31, 12, tzinfo=UTC)):
            assert {"Tierp", "Älvkarleby"} <= names(areas_to_choose())
            assert "Nykommun" not in names(areas_to_choose())
        with clock.frozen(datetime(2031, 1, 1, 12, tzinfo=UTC)):
            assert not {"Tierp", "Älvkarleby"} & names(areas_to_choose().filter(kind="municipality"))
            assert "Nykommun" in names(areas_to_choose())


def test_figures_under_an_old_code_are_not_taken_for_the_whole_that_it_became_a_part_of(country: World) -> None:
    place = Place("", "0319")
    with country.room("osthammar"):
        assert resolve([(place, 2030)]).areas
        after = resolve([(place, 2031)])
    assert after.unmatched[place] == "området upphörde 2030-12-31 och gick upp i Nykommun"
