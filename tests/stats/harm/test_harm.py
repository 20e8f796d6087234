"""Harm index and what was avoided, from stated lists."""

import numpy as np
import pytest

from tillsammans_stats import StatisticsError
from tillsammans_stats.harm import Effect, Price, PriceList, avoided, harm_index, load_prices

pytestmark = pytest.mark.pure
DAYS = load_prices(
    "class;value\nviolence;1500\nrobbery;300\nburglary;60\ntheft;4\n", source="own", version="1", unit="days"
)
COUNTS = {"violence": 2, "robbery": 10, "burglary": 40, "theft": 200}


def test_the_rarest_class_is_also_left_out():
    got = harm_index(COUNTS, DAYS)
    assert (got.rarest, got.without_rarest.value, got.events) == ("violence", 6200, 252)


def test_one_kind_of_event_has_the_exact_poisson_interval():
    one = PriceList("own", "1", "days", {"theft": Price(1, 1, 1)})
    got = harm_index({"theft": 7}, one).index
    assert (got.low, got.high) == (pytest.approx(2.814, abs=1e-3), pytest.approx(14.423, abs=1e-3))
    none = harm_index({"theft": 0}, one).index
    assert (none.value, none.low, none.high) == (0, 0, pytest.approx(3.689, abs=1e-3))


def test_overdispersion_widens_the_interval():
    plain, wide = harm_index(COUNTS, DAYS).index, harm_index(COUNTS, DAYS, dispersion=3).index
    assert wide.low < plain.low < plain.high < wide.high


def test_interval_of_the_index_covers():
    rng = np.random.default_rng(1)
    means = np.array([1.0, 8, 40, 200])
    truth = float(means @ [1500, 300, 60, 4])
    inside = 0
    for draw in rng.poisson(means, size=(400, 4)):
        got = harm_index(dict(zip(COUNTS, draw.tolist(), strict=True)), DAYS).index
        inside += got.low <= truth <= got.high
    assert inside / 400 >= 0.95


def test_avoided_harm_of_one_class_is_its_transformed_ratio():
    got = avoided({"theft": Effect(80, 0.8, 0.6, 1.1)}, DAYS)
    assert got.by_class["theft"].value == pytest.approx(20)
    assert got.avoided.value == pytest.approx(80)
    assert got.avoided.low == pytest.approx(4 * 80 * (1 / 1.1 - 1))
    assert got.avoided.high == pytest.approx(4 * 80 * (1 / 0.6 - 1))
    assert got.avoided.low < 0 < got.avoided.high  # an effect that may be none may have avoided nothing
    assert (got.unit, got.source) == ("days", "own 1")


def test_uncertain_prices_widen_and_what_was_spent_is_taken_off():
    effects = {"theft": Effect(80, 0.8, 0.7, 0.9), "burglary": Effect(30, 0.75, 0.6, 0.95)}
    sure = load_prices("class;value\ntheft;9000\nburglary;40 000\n", source="s", version="2025", unit="kr")
    text = "class;value;low;high\ntheft;9000;5000;20000\nburglary;40000;30000;60000,5\n"
    unsure = load_prices(text, source="s", version="2025", unit="kr")
    first, second = avoided(effects, sure), avoided(effects, unsure, spent=100_000)
    assert second.avoided.value == first.avoided.value
    assert second.avoided.high - second.avoided.low > first.avoided.high - first.avoided.low
    assert second.net.value == pytest.approx(second.avoided.value - 100_000)


def test_an_effect_for_the_worse_is_a_cost():
    got = avoided({"theft": Effect(80, 1.25, 1.1, 1.5)}, DAYS)
    assert got.avoided.value == pytest.approx(-64)
    assert got.avoided.high < 0


@pytest.mark.parametrize("text", ["class,value\ntheft,2.5\n", "class;value\ntheft;2,5\n", "class\tvalue\ntheft\t2,5\n"])
def test_price_lists_are_read_with_point_or_comma(text):
    assert load_prices(text, source="s", version="1", unit="kr").price("theft").value == 2.5


@pytest.mark.parametrize(
    "broken",
    [
        lambda: harm_index({"arson": 1}, DAYS),
        lambda: harm_index({"theft": -1}, DAYS),
        lambda: harm_index({}, DAYS),
        lambda: harm_index(COUNTS, DAYS, dispersion=0.5),
        lambda: load_prices("class;value\ntheft;much\n", source="s", version="1", unit="kr"),
        lambda: load_prices("class;value\na;1\na;2\n", source="s", version="1", unit="kr"),
        lambda: load_prices("name;value\na;1\n", source="s", version="1", unit="kr"),
        lambda: load_prices("class;value\na;1\n", source="", version="1", unit="kr"),
        lambda: Price(5, 6, 7),
        lambda: Effect(3, 0.8, 0.9, 1.1),
        lambda: avoided({}, DAYS),
    ],
)
def test_lists_and_counts_that_make_no_sense_are_refused(broken):
    with pytest.raises(StatisticsError):
        broken()
