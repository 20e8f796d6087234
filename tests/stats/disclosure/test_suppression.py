"""Suppression: never breakable by the self-audit, also over the history; the cheapest when small."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tillsammans_stats import PublicationStatus, StatisticsError
from tillsammans_stats.disclosure import (
    Dimension,
    Figure,
    Ledger,
    Published,
    Rounding,
    attack,
    crossed,
    protect,
    suppression,
)

pytestmark = pytest.mark.pure


def table(counts):
    rows, columns = (
        tuple(f"{name}{i}" for i in range(size)) for name, size in zip("rk", np.shape(counts), strict=True)
    )
    return crossed(counts, [Dimension("row", rows, {"S": rows}), Dimension("column", columns, {"S": columns})])


def sensitive(base, figures):
    return [figure for figure in figures if 0 < figure.value(base) < 5]


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(0, 15), min_size=12, max_size=12))
def test_no_sensitive_figure_can_be_worked_out(counts):
    base, figures = table(np.reshape(counts, (3, 4)))
    release = protect(base, figures)
    for seen in attack(sensitive(base, figures), list(release.published("r"))):
        assert seen.width >= 5
    for figure in sensitive(base, figures):
        assert release[figure.key].status is PublicationStatus.SUPPRESSED
        assert release[figure.key].value is None
    for shown in release.shown:
        if shown.value is not None:
            assert shown.value == sum(base[cell] for cell in shown.cells)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=12, max_size=12), st.integers(1, 3))
def test_nothing_can_be_worked_out_from_two_releases_together(counts, cut):
    """First the table with its margins, later sums over other groups of the same rows: the reader keeps both."""
    base, figures = crossed(np.reshape(counts, (4, 3)), [Dimension("r", tuple("abcd")), Dimension("c", tuple("xyz"))])
    first = protect(base, figures)
    ledger = Ledger().add("first", first)
    later = tuple(
        Figure((f"rows to {cut}", column), frozenset((row, column) for row in "abcd"[: cut + 1])) for column in "xyz"
    )
    second = protect(base, later, ledger=ledger)
    assert not second.exposed
    known = [*first.published("first"), *second.published("second")]
    small = [f for f in (*figures, *later) if 0 < f.value(base) < 5]
    assert all(seen.width >= 5 for seen in attack(small, known))


@pytest.mark.parametrize("seed", range(3))
def test_a_small_table_hides_the_least_possible(seed):
    base, figures = table(np.random.default_rng(seed).poisson(6, size=(2, 3)))
    release = protect(base, figures)
    assert release.optimal
    small = {figure.key for figure in sensitive(base, figures)}
    price = {f.key: np.log1p(max(f.value(base), 1)) * (1 + (len(f.cells) > 1)) for f in figures}
    others = [figure.key for figure in figures if figure.key not in small]
    for size in range(len(others)):
        for extra in itertools.combinations(others, size):
            if sum(price[key] for key in extra) >= release.cost - 1e-9:
                continue
            hidden = small | set(extra)
            published = [item for item in everything(base, figures) if item.key not in hidden]
            assert any(seen.width < 5 for seen in attack(sensitive(base, figures), published))


def everything(base, figures):
    return [Published(f.key, f.cells, f.value(base), f.value(base)) for f in figures]


def test_the_quick_search_for_large_tables_is_as_safe_and_not_much_dearer(monkeypatch):
    base, figures = table(np.random.default_rng(2).poisson(7, size=(6, 6)))
    exact = protect(base, figures)
    monkeypatch.setattr(suppression, "_EXACT_TARGETS", 0)
    quick = protect(base, figures)
    assert all(seen.width >= 5 for seen in attack(sensitive(base, figures), list(quick.published("r"))))
    assert exact.cost <= quick.cost <= 1.5 * exact.cost


def test_a_hierarchy_and_linked_groups_are_safe_together():
    rng = np.random.default_rng(5)
    kommun = tuple(f"k{i}" for i in range(6))
    crime = tuple(f"c{i}" for i in range(4))
    base, figures = crossed(
        rng.poisson(7, size=(6, 4)),
        [
            Dimension("kommun", kommun, {"lan1": kommun[:3], "lan2": kommun[3:], "police": kommun[2:5], "S": kommun}),
            Dimension("crime", crime, {"theft": crime[:2], "S": crime}),
        ],
    )
    release = protect(base, figures)
    assert all(seen.width >= 5 for seen in attack(sensitive(base, figures), list(release.published("r"))))
    assert release.cost >= release.lower_bound - 1e-9
    assert len(release.hidden) < len(figures)


def test_a_cumulated_figure_does_not_give_away_the_month_it_added():
    base = {("jan",): 20, ("feb",): 30, ("mar",): 2}
    first = Figure(("jan-feb",), frozenset({("jan",), ("feb",)}))
    second = Figure(("jan-mar",), frozenset(base))
    ledger = Ledger().add("february", protect(base, [first]))
    release = protect(base, [second], ledger=ledger)
    assert release.hidden == (("jan-mar",),)
    assert release["jan-mar",].reason == "protects_others"
    assert protect(base, [second]).hidden == ()  # alone it says nothing of March


def test_what_earlier_releases_gave_away_is_told_and_does_not_stop_the_next():
    base = {("a",): 3, ("b",): 40}
    careless = Ledger().add("old", protect(base, [Figure(("a",), frozenset({("a",)}))], threshold=2))
    release = protect(base, [Figure(("both",), frozenset(base))], ledger=careless)
    assert [(seen.key, seen.low, seen.high) for seen in release.exposed] == [(("between figures", "a"), 3, 3)]
    assert release.hidden == ()


def test_importance_moves_the_hole_to_where_readers_do_not_look():
    base, figures = table([[20, 3, 20], [20, 20, 20], [20, 20, 20]])
    plain = protect(base, figures)
    wanted = {key: 50.0 for key in plain.hidden if key != ("r0", "k1")}
    assert set(protect(base, figures, importance=wanted).hidden).isdisjoint(wanted)


def test_a_figure_named_sensitive_is_protected_though_large():
    base, figures = table([[20, 30], [40, 50]])
    release = protect(base, figures, sensitive=[("r0", "k0")])
    assert release["r0", "k0"].value is None
    (seen,) = attack([figures[0]], list(release.published("r")))
    assert seen.width >= 5


def test_rounded_figures_are_multiples_and_leave_the_width_of_the_rounding():
    base, figures = table(np.random.default_rng(3).poisson(6, size=(4, 4)))
    release = protect(base, figures, rounding=Rounding("secret"))
    shown = [figure for figure in release.shown if figure.value is not None]
    assert all(figure.value % 5 == 0 for figure in shown)
    assert all(figure.low <= sum(base[cell] for cell in figure.cells) <= figure.high for figure in shown)
    assert all(seen.width >= 4 for seen in attack(sensitive(base, figures), list(release.published("r"))))


def test_rounding_is_unbiased_and_the_same_each_time():
    rounding = Rounding("secret")
    cells = [frozenset({(str(i),)}) for i in range(4000)]
    values = [rounding.value(7, cell) for cell in cells]
    assert set(values) == {5, 10}
    assert np.mean(values) == pytest.approx(7, abs=0.15)
    assert values[:50] == [Rounding("secret").value(7, cell) for cell in cells[:50]]


def test_a_ledger_survives_being_written_and_is_known_by_its_digest():
    base, figures = table([[20, 30], [40, 2]])
    ledger = Ledger().add("2025", protect(base, figures))
    assert Ledger.loads(ledger.dumps()) == ledger
    assert Ledger.loads(ledger.dumps()).digest == ledger.digest
    assert ledger.digest != Ledger().digest
    with pytest.raises(StatisticsError, match="already"):
        ledger.add("2025", protect(base, figures))
    with pytest.raises(StatisticsError, match="ledger"):
        Ledger.loads('{"a": 1}')


def test_an_estimate_of_a_hidden_figure_has_no_value():
    base, figures = table([[20, 30], [40, 2]])
    estimate = protect(base, figures)["r1", "k1"].estimate("v1")
    assert (estimate.value, estimate.readable, estimate.data_version) == (None, False, "v1")


def test_requests_that_make_no_sense_are_refused():
    base, figures = table([[20, 30], [40, 50]])
    ledger = Ledger().add("x", protect(base, figures))
    revised = base | {("r0", "k0"): 21}
    for broken in (
        lambda: protect(revised, figures, ledger=ledger),
        lambda: protect(base, []),
        lambda: protect(base, [figures[0], figures[0]]),
        lambda: protect(base, figures, sensitive=[("no", "such")]),
        lambda: protect(base, figures, importance={figures[0].key: 0.0}),
        lambda: protect(base, figures, threshold=1),
        lambda: Rounding("", 5),
    ):
        with pytest.raises(StatisticsError):
            broken()
