"""Hot spots, aggregation, density, near repeats, concentration and prediction."""

import h3
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tillsammans_stats import StatisticsError
from tillsammans_stats.space.aggregate import areas, hexagons, publishable
from tillsammans_stats.space.concentration import concentration, prediction, stability
from tillsammans_stats.space.density import kernel_density
from tillsammans_stats.space.hot_spots import hot_spots
from tillsammans_stats.space.near_repeat import knox
from tillsammans_stats.space.neighbours import from_hexagons, from_pairs

pytestmark = pytest.mark.pure
SIDE = 20
_i = np.arange(SIDE * SIDE)
_row, _column = _i // SIDE, _i % SIDE
QUEENS = from_pairs(
    SIDE * SIDE,
    np.concatenate(
        [
            np.column_stack([_i, _i + step])[(_row + down < SIDE) & (_column + side >= 0) & (_column + side < SIDE)]
            for step, down, side in ((1, 0, 1), (SIDE, 1, 0), (SIDE + 1, 1, 1), (SIDE - 1, 1, -1))
        ]
    ),
)


def uneven_people(rng: np.random.Generator) -> np.ndarray:
    return rng.gamma(0.6, 500, SIDE * SIDE) + 1


def test_null_maps_with_uneven_population_show_few_hot_spots():
    rng = np.random.default_rng(1)
    found = []
    for _ in range(60):
        people = uneven_people(rng)
        found.append(hot_spots(rng.multinomial(600, people / people.sum()), people, QUEENS).hot.any())
    assert np.mean(found) <= 0.08


def test_planted_hot_spots_are_found_with_few_false_places():
    rng = np.random.default_rng(2)
    planted = ((_row >= 5) & (_row < 9) & (_column >= 5) & (_column < 9)).astype(bool)
    recall, precision = [], []
    for _ in range(20):
        people = rng.uniform(200, 600, SIDE * SIDE)
        risk = people * np.where(planted, 4.0, 1.0)
        hot = hot_spots(rng.multinomial(1200, risk / risk.sum()), people, QUEENS).hot
        recall.append(hot[planted].mean())
        around = planted | (QUEENS.total(planted.astype(float)) > 0)  # windows that reach into the planted area
        precision.append(around[hot].mean())
    assert np.mean(recall) > 0.8
    assert np.mean(precision) > 0.95


def test_hundreds_of_reports_at_one_point_are_a_single_point_and_no_hot_spot():
    rng = np.random.default_rng(3)
    people = np.full(SIDE * SIDE, 300.0)
    count = rng.poisson(2, SIDE * SIDE).astype(float)
    count[210] += 300
    pile = np.minimum(count, 1)
    pile[210] = 300
    got = hot_spots(count, people, QUEENS, largest_pile=pile)
    assert not got.hot.any()
    assert got.single_point[210]
    assert hot_spots(count, people, QUEENS).hot[210]


def test_a_few_events_where_next_to_nobody_lives_are_no_hot_spot():
    people = np.full(SIDE * SIDE, 400.0)
    people[:60] = 0.5
    count = np.ones(SIDE * SIDE)
    count[:60] = 0
    count[22] = 3
    got = hot_spots(count, people, QUEENS)
    assert got.p_adjusted[21] < 0.05
    assert not got.hot.any()


def test_more_spread_than_chance_needs_a_larger_excess():
    count = np.full(SIDE * SIDE, 3.0)
    count[100] = 25
    people = np.full(SIDE * SIDE, 100.0)
    assert hot_spots(count, people, QUEENS).hot[100]
    assert not hot_spots(count, people, QUEENS, dispersion=5).hot.any()


def test_the_window_p_is_the_binomial_tail():
    count = np.random.default_rng(4).poisson(2, SIDE * SIDE)
    got = hot_spots(count, np.full(SIDE * SIDE, 7.0), QUEENS)
    want = stats.binom.sf(got.observed[45] - 1, count.sum(), 9 / 400)
    assert got.p_value[45] == pytest.approx(want)
    assert got.expected[45] == pytest.approx(9 / 400 * count.sum())


def test_hexagons_count_every_event_and_see_the_pile():
    rng = np.random.default_rng(5)
    lat, lng = 59.3 + rng.normal(0, 0.01, 300), 18.07 + rng.normal(0, 0.02, 300)
    lat[:40], lng[:40] = 59.3, 18.07
    got = hexagons(lat, lng, 8)
    assert got.counts.sum() == 300
    assert got.largest_pile.max() == 40
    assert (np.bincount(got.cell_of_event, minlength=len(got.cells)) == got.counts).all()
    assert got.cells[got.cell_of_event[0]] == h3.latlng_to_cell(59.3, 18.07, 8)
    assert from_hexagons(got.cells).size == len(got.cells)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 9))
def test_published_hexagons_never_overlap_nor_show_fewer_than_the_least(seed, least):
    rng = np.random.default_rng(seed)
    got = hexagons(59.3 + rng.normal(0, 0.03, 120), 18.07 + rng.normal(0, 0.06, 120), 9)
    counts = dict(zip(got.cells, got.counts.astype(int).tolist(), strict=True))
    shown = publishable(counts, least=least, coarsest=6)
    assert min(shown.values(), default=least) >= least
    for cell in shown:
        ancestors = {h3.cell_to_parent(cell, r) for r in range(6, h3.get_resolution(cell))}
        assert not ancestors & shown.keys()
    kept = [c for c in counts if any(h3.cell_to_parent(c, r) in shown for r in range(6, 10))]
    assert sum(counts[c] for c in kept) == sum(shown.values())


def test_points_fall_in_their_area_and_holes_are_outside():
    square = [[0, 0], [10, 0], [10, 10], [0, 10]]
    hole = [[4, 4], [6, 4], [6, 6], [4, 6]]
    east = [[10, 0], [20, 0], [15, 10]]
    got = areas([1, 5, 15, 30, 12], [1, 5, 5, 5, 9], [[square, hole], [east]])
    assert got.tolist() == [0, -1, 1, -1, -1]


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_areas_agree_with_shapely(seed):
    import shapely

    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, 9))
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) * rng.uniform(0.3, 1, (9, 1))
    x, y = rng.uniform(-1, 1, (2, 60))
    assert ((areas(x, y, [[ring]]) == 0) == shapely.contains_xy(shapely.Polygon(ring), x, y)).all()


def test_even_events_have_an_even_density_up_to_the_edge():
    step = np.arange(5, 1000, 10.0)
    x, y = (axis.ravel() for axis in np.meshgrid(step, step))
    got = kernel_density(x, y, bandwidth=100, extent=(0, 0, 1000, 1000), cell=20)
    np.testing.assert_allclose(got.value, 10_000, rtol=0.02)  # 1 event for each 100 square metres


def test_density_is_hidden_where_there_is_little_to_go_by():
    rng = np.random.default_rng(6)
    got = kernel_density(
        *rng.normal(500, 50, (2, 80)), bandwidth=60, extent=(0, 0, 3000, 1000), cell=30, inside=np.ones((34, 100))
    )
    assert np.isnan(got.value[:, 60:]).all()
    peak = np.unravel_index(np.nanargmax(got.value), got.value.shape)
    assert abs(got.x[peak[1]] - 500) < 60
    assert abs(got.y[peak[0]] - 500) < 60
    few = kernel_density([500, 510], [500, 510], bandwidth=60, extent=(0, 0, 1000, 1000), cell=30)
    assert np.isnan(few.value).all()


def test_knox_bands_add_up_to_the_whole():
    rng = np.random.default_rng(7)
    x, y = rng.uniform(0, 1000, (2, 150))
    day = rng.integers(0, 100, 150)
    bands, whole = knox(x, y, day, permutations=99), knox(x, y, day, distances=[400], days=[28], permutations=99)
    assert bands.observed.sum() == whole.observed.sum()
    assert bands.expected.sum() == pytest.approx(whole.expected.sum())


def test_knox_p_values_are_uniform_when_place_and_time_are_independent():
    rng = np.random.default_rng(8)
    p = []
    for i in range(150):
        x, y = rng.gamma(1, 300, (2, 60))
        got = knox(x, y, rng.integers(0, 90, 60), distances=[200], days=[7], permutations=99, seed=i)
        p.append(got.p_value[0, 0])
    assert np.mean(np.array(p) <= 0.05) <= 0.09
    assert 0.4 < np.mean(p) < 0.65  # ties push it a little above one half


def test_a_pile_of_reports_is_no_near_repeat():
    rng = np.random.default_rng(9)
    x, y = rng.uniform(0, 3000, (2, 200))
    day = rng.integers(0, 300, 200).astype(float)
    x[:80], y[:80], day[:80] = 1500, 1500, rng.integers(100, 110, 80)
    got = knox(x, y, day, permutations=199)
    assert got.left_out == 80
    assert got.p_adjusted[0, 0] > 0.5
    assert knox(x, y, day, permutations=199, largest_pile=100).p_adjusted[0, 0] < 0.05


def test_even_chance_lies_inside_its_own_range_and_a_concentration_outside():
    rng = np.random.default_rng(10)
    even = concentration(rng.multinomial(300, np.full(500, 1 / 500)))
    assert (even.chance_low <= even.places).all()
    assert (even.places <= even.chance_high).all()
    uneven = concentration(rng.multinomial(300, rng.dirichlet(np.full(500, 0.1))))
    assert (uneven.places < uneven.chance_low).all()
    assert uneven.gini > even.gini


def test_concentration_by_hand():
    got = concentration([0, 8, 1, 1, 0, 0, 0, 0, 0, 0])
    assert got.places.tolist() == [0.1, 0.1]
    assert got.curve.tolist() == pytest.approx([0, 0.8, 0.9, 1, 1, 1, 1, 1, 1, 1, 1])
    assert concentration([0, 0, 9, 0]).gini == pytest.approx(1)
    assert concentration([2, 2, 2, 2]).gini == pytest.approx(0)
    assert concentration([1, 1, 0, 0, 0, 0]).gini == pytest.approx(0)  # two events cannot be more even


def test_prediction_by_hand():
    got = prediction([9, 1, 1, 1], before=[6, 2, 1, 1], after=[5, 3, 1, 1], share=0.25)
    assert (got.hit_rate, got.area_share, got.pai, got.pei) == (0.5, 0.25, 2, 1)
    assert got.recapture == pytest.approx(0.5 / 0.6)
    miss = prediction([1, 9, 1, 1], before=[6, 2, 1, 1], after=[5, 3, 1, 1], share=0.25)
    assert miss.pei == pytest.approx(0.6)
    larger = prediction([9, 1, 1, 1], before=[6, 2, 1, 1], after=[5, 3, 1, 1], share=0.25, area=[3, 1, 1, 1])
    assert larger.pai == pytest.approx(1)


def test_stability_is_one_for_the_same_places_and_near_the_share_by_chance():
    rng = np.random.default_rng(11)
    counts = rng.permutation(1000)
    assert stability(counts, counts, share=0.1) == 1
    assert stability(counts, rng.permutation(1000), share=0.1) == pytest.approx(0.1, abs=0.08)


GRID = {"bandwidth": 50.0, "extent": (0, 0, 100, 100), "cell": 10.0}


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: hot_spots([1] * 400, [0] * 400, QUEENS), "exposure"),
        (lambda: hot_spots([0] * 400, [1] * 400, QUEENS), "counts"),
        (lambda: hot_spots([1] * 400, [1] * 399, QUEENS), "exposure"),
        (lambda: hot_spots([1] * 400, [1] * 400, QUEENS, largest_pile=[2] * 400), "largest_pile"),
        (lambda: hot_spots([1] * 400, [1] * 400, QUEENS, dispersion=0), "dispersion"),
        (lambda: hot_spots([1] * 400, [1] * 400, QUEENS, alpha=5), "alpha"),
        (lambda: hexagons([6_580_000.0], [674_000.0]), "latitude"),
        (lambda: hexagons([59.0], [18.0], 16), "resolution"),
        (lambda: publishable({}), "counts"),
        (lambda: publishable({"891f1d48177ffff": 1}, coarsest=10), "coarsest"),
        (lambda: areas([1], [1], [[[[0, 0], [1, 1]]]]), "borders"),
        (lambda: kernel_density([1], [1], **{**GRID, "cell": 60.0}), "cell"),
        (lambda: kernel_density([1], [1], **{**GRID, "extent": (100, 0, 0, 100)}), "extent"),
        (lambda: kernel_density([1], [1], **{**GRID, "bandwidth": 0.0}), "bandwidth"),
        (lambda: kernel_density([1], [1], **GRID, inside=np.ones((2, 2))), "inside"),
        (lambda: kernel_density([1], [1], **{**GRID, "extent": (0, 0, 1e6, 1e6)}), "too many"),
        (lambda: knox([1, 2, 3], [1, 2, 3], [1, 2, 3], days=[7, 7]), "days"),
        (lambda: knox([1, 2], [1, 2], [1, 2]), "x"),
        (lambda: knox([1] * 30, [1] * 30, [1] * 30), "piles"),
        (lambda: concentration([0, 0]), "counts"),
        (lambda: concentration([1, 2], shares=[0]), "shares"),
        (lambda: concentration([1, 2], draws=3), "draws"),
        (lambda: prediction([1, 2], [0, 0], [1, 1]), "before"),
        (lambda: prediction([1, 2], [1, 1], [1, 1], share=1), "share"),
        (lambda: stability([1, 2], [1]), "second"),
    ],
)
def test_bad_input_is_named(call, names):
    with pytest.raises(StatisticsError, match=names):
        call()
