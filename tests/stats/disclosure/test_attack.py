"""The attacker: exact intervals, checked against the reference and against trying every table."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tillsammans_stats import StatisticsError
from tillsammans_stats.disclosure import Dimension, Figure, Published, attack, crossed
from tillsammans_stats.disclosure.figures import regions

pytestmark = pytest.mark.pure


def exact(figure, base, release=""):
    value = figure.value(base)
    return Published(figure.key, figure.cells, value, value, release)


def split(figures, base, hidden):
    return [f for f in figures if f.key in hidden], [exact(f, base) for f in figures if f.key not in hidden]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 1), min_size=6, max_size=6), st.sets(st.integers(0, 11), max_size=9))
def test_intervals_are_those_of_every_table_that_fits(counts, hide):
    base, figures = crossed(
        np.reshape(counts, (2, 3)),
        [Dimension("a", ("x", "y"), {"S": ("x", "y")}), Dimension("b", ("p", "q", "r"), {"S": ("p", "q", "r")})],
    )
    targets, published = split(figures, base, {figures[i].key for i in hide} - {("S", "S")})
    total = sum(counts)
    tables = np.array([t for t in itertools.product(range(total + 1), repeat=6) if sum(t) == total])
    place = {cell: i for i, cell in enumerate(base)}

    def sums(cells):
        return tables[:, [place[cell] for cell in cells]].sum(axis=1)

    fits = np.all([sums(item.cells) == item.low for item in published], axis=0)
    for figure, interval in zip(targets, attack(targets, published), strict=True):
        values = sums(figure.cells)[fits]
        assert (interval.low, interval.high) == (values.min(), values.max())


def test_two_overlapping_areas_give_away_the_ring_between_them():
    inner, outer = frozenset({("a",), ("b",)}), frozenset({("a",), ("b",), ("c",)})
    ring = Figure(("ring",), frozenset({("c",)}))
    published = [Published(("police",), inner, 40, 40), Published(("district",), outer, 42, 42, "later")]
    (seen,) = attack([ring], published)
    assert (seen.low, seen.high, seen.width) == (2, 2, 0)


def test_a_figure_nothing_speaks_of_has_no_upper_limit():
    (seen,) = attack([Figure(("a",), frozenset({("a",)}))], [Published(("b",), frozenset({("b",)}), 3, 3)])
    assert (seen.low, seen.high) == (0, np.inf)


def test_contradicting_figures_are_refused():
    cells = frozenset({("a",), ("b",)})
    published = [Published(("then",), cells, 5, 5), Published(("now",), cells, 6, 6)]
    with pytest.raises(StatisticsError, match="new ledger"):
        attack([Figure(("a",), frozenset({("a",)}))], published)


def test_cells_no_figure_tells_apart_are_one_region():
    matrix, pieces = regions([frozenset({("a",), ("b",), ("c",)}), frozenset({("c",), ("d",)})])
    assert sorted(map(len, pieces)) == [1, 1, 2]
    assert matrix.sum() == 4


@pytest.mark.parametrize(
    "broken",
    [
        lambda: crossed([[1, 2]], [Dimension("a", ("x",)), Dimension("b", ("p",))]),
        lambda: crossed([-1.0], [Dimension("a", ("x",))]),
        lambda: Dimension("a", ("x", "x")),
        lambda: Dimension("a", ("x",), {"S": ("y",)}),
        lambda: Dimension("a", ("x",), {"x": ("x",)}),
        lambda: Figure(("empty",), frozenset()),
        lambda: Published(("low",), frozenset({("a",)}), 4, 3),
        lambda: Figure(("a",), frozenset({("a",)})).value({}),
    ],
)
def test_tables_that_make_no_sense_are_refused(broken):
    with pytest.raises(StatisticsError):
        broken()
