"""Clusters on a map: equal to spdep and to brute-force permutation, and silent on null maps."""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from tillsammans_stats import StatisticsError
from tillsammans_stats.space.autocorrelation import getis_ord, local_moran, moran
from tillsammans_stats.space.neighbours import Neighbours, from_distance, from_hexagons, from_pairs

pytestmark = pytest.mark.pure
MAP = Path(__file__).parents[1] / "reference" / "spatial"
PRICES = [float(row["price1960"]) for row in csv.DictReader((MAP / "used_cars.csv").open())]
EDGES = [(int(r["from"]) - 1, int(r["to"]) - 1) for r in csv.DictReader((MAP / "usa48_edges.csv").open())]
STATES = from_pairs(48, EDGES)


def grid(side: int) -> Neighbours:
    i = np.arange(side * side)
    row, column = i // side, i % side
    right = np.column_stack([i, i + 1])[column < side - 1]
    return from_pairs(side * side, np.concatenate([right, np.column_stack([i, i + side])[row < side - 1]]))


def test_shared_permutations_equal_brute_force():
    rng = np.random.default_rng(1)
    values = np.round(rng.gamma(1, 5, 25))
    neighbours = grid(5)
    got = getis_ord(values, neighbours, permutations=20_000)
    observed = neighbours.total(values)
    for place in (0, 7, 24):  # two, four, and the last place with two neighbours
        others = np.delete(values, place)
        sums = np.array([rng.permutation(others)[: neighbours.degree[place]].sum() for _ in range(6000)])
        assert got.p_high[place] == pytest.approx(np.mean(sums >= observed[place]), abs=0.02)
        assert got.p_low[place] == pytest.approx(np.mean(sums <= observed[place]), abs=0.02)


def test_pseudo_p_values_are_uniform_on_null_maps():
    rng = np.random.default_rng(2)
    neighbours = grid(12)
    p = [getis_ord(rng.normal(size=144), neighbours, seed=i).p_high[[5, 70, 143]] for i in range(300)]
    for place in range(3):
        assert stats.kstest(np.array(p)[:, place], "uniform").pvalue > 0.01


def test_null_maps_rarely_show_any_cluster():
    rng = np.random.default_rng(3)
    neighbours = grid(12)
    maps = [getis_ord(rng.poisson(5, 144), neighbours, permutations=9999, seed=i).cluster.any() for i in range(60)]
    assert np.mean(maps) <= 0.15  # hot and cold are each corrected at 5 per cent


def test_a_planted_cluster_is_found_where_it_is():
    rng = np.random.default_rng(4)
    values = rng.normal(size=(20, 20))
    values[3:7, 3:7] += 3
    neighbours = grid(20)
    hot = getis_ord(values.ravel(), neighbours, permutations=9999).cluster.reshape(20, 20) == 1
    assert hot[4:6, 4:6].all()
    assert hot[3:7, 3:7].mean() > 0.5  # a corner has half of its neighbours outside
    assert hot[10:, 10:].sum() == 0
    like = local_moran(values.ravel(), neighbours, permutations=9999).cluster.reshape(20, 20)
    assert (like[4:6, 4:6] == 1).all()


def test_a_low_place_among_high_ones_is_named_so():
    values = np.zeros((9, 9))
    values[3:6, 3:6] = 10
    values[4, 4] = -5
    assert local_moran(values.ravel() + 1e-3 * np.arange(81), grid(9), permutations=9999).cluster[40] == -2


def test_a_place_without_neighbours_is_never_a_cluster():
    neighbours = from_pairs(6, [(0, 1), (1, 2), (2, 3), (3, 4)])
    for got in (getis_ord([1, 2, 3, 4, 5, 99.0], neighbours), local_moran([1, 2, 3, 4, 5, 99.0], neighbours)):
        assert (got.p_high[5], got.p_low[5], got.cluster[5]) == (1, 1, 0)


def test_results_do_not_depend_on_unit_or_zero_point():
    one, other = local_moran(PRICES, STATES), local_moran(np.array(PRICES) * 7.3 - 900, STATES)
    np.testing.assert_allclose(one.value, other.value, rtol=1e-9)
    np.testing.assert_array_equal(one.p_high, other.p_high)


def test_hexagons_have_six_neighbours_inside_and_distance_agrees_with_pairs():
    import h3

    cells = h3.grid_disk(h3.latlng_to_cell(59.3, 18.07, 9), 3)
    degree = from_hexagons(cells).degree
    assert (degree == 6).sum() == 19
    assert from_hexagons(cells, rings=2).degree.max() == 18
    near = from_distance([0, 0, 100, 250], [0, 90, 0, 0], 100)
    assert sorted(zip(near.place.tolist(), near.neighbour.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 0), (2, 0)]


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: moran([1] * 48, STATES), "values"),
        (lambda: moran([1, 2], STATES), "values"),
        (lambda: getis_ord(PRICES, STATES, permutations=9), "permutations"),
        (lambda: getis_ord(PRICES, from_pairs(48, np.empty((0, 2), int))), "neighbours"),
        (lambda: from_pairs(3, [(0, 3)]), "pairs"),
        (lambda: from_pairs(3, [(0.5, 1)]), "pairs"),
        (lambda: from_distance([1, 2], [1, 2], 0), "limit"),
        (lambda: from_hexagons(["891f1d48177ffff"] * 2), "cells"),
        (lambda: from_hexagons(["891f1d48177ffff"], rings=0), "rings"),
    ],
)
def test_bad_input_is_named(call, names):
    with pytest.raises(StatisticsError, match=names):
        call()
