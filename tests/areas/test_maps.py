"""Areas as rings for maps: shared borders stay shared, and a map of the country is quick the second time."""

import time
from datetime import date
from typing import Any

import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tillsammans.areas import queries
from tillsammans.areas.loading import load_areas

TODAY = date(2026, 1, 1)


@pytest.fixture
def country(world: Any) -> Any:
    load_areas(world.gemensamt.pk)
    return world


def test_the_country_fits_the_plane_and_comes_from_the_cache_in_50_ms(country: Any) -> None:
    with country.room("osthammar"):
        rows = list(queries.areas(TODAY, kind="municipality"))
        first = queries.map_shapes(rows)
        with CaptureQueriesContext(connection) as asked:
            begun = time.perf_counter()
            again = queries.map_shapes(rows)
            took = time.perf_counter() - begun
    assert again == first
    assert len(first) == 290
    assert len(asked) == 1
    assert took < 0.05
    points = [point for rings in first.values() for ring in rings for point in ring]
    assert 260 < min(x for x, _y in points) < 280  # Strömstad and Tanum
    assert 6130 < min(y for _x, y in points) < 6140  # Smygehuk
    assert 7650 < max(y for _x, y in points) < 7685  # Treriksröset
    assert len(points) < 12_000


def test_neighbours_share_their_border_after_simplification(country: Any) -> None:
    with country.room("osthammar"):
        county = queries.area_with("county", "03", TODAY)
        assert county is not None
        rows = queries.municipalities_of(county, TODAY)
        shapes = queries.map_shapes(rows)
    polygons = [
        shapely.union_all([shapely.make_valid(shapely.polygons(ring)) for ring in shapes[row.pk]]) for row in rows
    ]
    joint = shapely.union_all(polygons)
    overlap = sum(shapely.area(polygons)) - joint.area
    assert overlap < 0.001 * joint.area
    assert all(ring[0] == ring[-1] for rings in shapes.values() for ring in rings)


def test_an_area_without_shape_is_left_out(country: Any) -> None:
    with country.room("osthammar"):
        region = queries.area_with("police_region", "5400", TODAY)
        assert region is not None
        assert queries.map_shapes([region]) == {}
        assert queries.map_shapes([]) == {}
