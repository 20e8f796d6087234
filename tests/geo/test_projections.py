"""Own formulas for Swedish plane coordinates against PROJ."""

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from tillsammans.geo.projections import PROJECTIONS, SWEREF99_TM, Projection, in_degrees, projected

pytestmark = pytest.mark.pure

# The whole country: every half degree from Skåne to Treriksröset, from Koster to Haparanda.
LONGITUDE, LATITUDE = (axis.ravel() for axis in np.meshgrid(np.arange(10.5, 24.6, 0.5), np.arange(55.0, 69.6, 0.5)))


@pytest.mark.parametrize("epsg", sorted(PROJECTIONS))
def test_every_zone_agrees_with_proj_within_a_centimetre_and_back(epsg: int) -> None:
    # SWEREF 99 in degrees is EPSG 4619: no change of datum, so only the formulas are compared.
    east, north = Transformer.from_crs(4619, epsg, always_xy=True).transform(LONGITUDE, LATITUDE)
    ours = PROJECTIONS[epsg].to_plane(LONGITUDE, LATITUDE)
    assert np.hypot(ours[0] - east, ours[1] - north).max() < 0.001
    back = PROJECTIONS[epsg].to_degrees(east, north)
    metres = np.hypot((back[0] - LONGITUDE) * 111_320 * np.cos(np.radians(LATITUDE)), (back[1] - LATITUDE) * 111_320)
    assert metres.max() < 0.001


def test_the_example_that_lantmateriet_prints_with_the_formulas() -> None:
    """Its own invented plane, so the numbers can only come from the formulas."""
    plane = Projection(0, "", 13 + 35 / 60 + 7.692 / 3600, 1.00000254, 84_182.8790)
    east, north = plane.to_plane(np.array([24.0]), np.array([66.0]))
    assert float(north[0]) - 6_226_307.8640 == pytest.approx(1_135_809.413803, abs=1e-5)
    assert float(east[0]) == pytest.approx(555_304.016555, abs=1e-5)


def test_shapes_go_to_the_plane_and_back_with_the_third_dimension_dropped() -> None:
    shape = np.array([shapely.box(18.0, 60.0, 18.1, 60.1)])
    plane = projected(shape)
    assert shapely.area(plane)[0] / 1e6 == pytest.approx(5.57 * 11.14, rel=0.002)
    assert shapely.equals_exact(in_degrees(plane), shape, tolerance=1e-9).all()
    assert not shapely.has_z(in_degrees(shapely.force_3d(plane, 7.0), SWEREF99_TM)).any()
