"""Whatever is put in, there is either an answer or one kind of error that says in words what is wrong."""

import copy
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.stats.calls import (
    AREA,
    CUTS,
    DRAWN,
    EVIDENCE,
    GRID,
    INDEX,
    MARGIN,
    MONTHS,
    PANEL,
    PEOPLE,
    PLACES,
    PLAN,
    PRICES,
    SCORE,
    SEX,
    SHARE,
    STRATA,
    TRIANGLE,
    VALID,
    WEIGHTS,
    YES,
    N,
)
from tests.stats.public import families, functions, offered

from tillsammans_stats import (
    StatisticsError,
    agreement,
    disclosure,
    effect,
    funnel,
    harm,
    index,
    multiplicity,
    peers,
    ranking,
    rates,
    sampling,
    shrinkage,
    space,
    survey,
    time,
)

pytestmark = pytest.mark.pure
FUNCTIONS = functions()
# functions whose arguments are objects that were checked when they were made
TAKES_CHECKED = {
    "disclosure.attack",
    "effect.judge_family",
    "index.change",
    "ranking.agreement_test",
    "ranking.first_choices",
    "ranking.kendall_tau",
    "ranking.kendall_w",
    "survey.difference_test",
    "survey.post_stratify",
}


def spoilt(value: Any) -> Iterator[tuple[str, Any]]:
    """Ways in which an argument can be wrong, each with a name."""
    if isinstance(value, (bool, np.bool_)) or callable(value):
        return
    if isinstance(value, str):
        yield "unknown word", "no such word"
        yield "empty word", ""
    elif isinstance(value, (int, float)):
        for name, number in (("missing", float("nan")), ("infinite", float("inf")), ("negative", -1), ("zero", 0)):
            yield name, number
    elif isinstance(value, dict):
        yield "empty", {}
        for name, number in (("missing", float("nan")), ("infinite", float("inf")), ("negative", -1)):
            if all(isinstance(part, (int, float)) for part in value.values()):
                yield name, dict.fromkeys(value, number)
    elif isinstance(value, (list, tuple, np.ndarray)):
        yield "empty", value[:0]
        yield "too short", value[:-1]
        array = np.array(value) if not any(hasattr(part, "__dataclass_fields__") for part in value) else None
        if array is None:
            return
        if array.dtype.kind in "iuf":
            for name, number in (("all missing", np.nan), ("all infinite", np.inf), ("all zero", 0), ("all alike", 7)):
                yield name, np.full(array.shape, number)
            for name, number in (("missing", np.nan), ("infinite", np.inf), ("negative", -1)):
                part = array.astype(float)
                part.flat[0] = number
                yield name, part
            yield "words", np.full(array.shape, "many")
            yield "one row too many", array[None]
        elif array.dtype.kind == "M":
            yield "missing", np.full(array.shape, np.datetime64("NaT"))
        else:
            yield "all missing", [None] * len(array)
            yield "one group", [array.flat[0]] * len(array)


def answer(name: str, arguments: dict[str, Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return FUNCTIONS[name](**arguments)


def trials(name: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(argument, what is wrong with it, all arguments) of every spoilt call."""
    for argument, value in VALID[name].items():
        for what, wrong in spoilt(value):
            yield argument, what, {**VALID[name], argument: wrong}


def test_every_public_function_has_a_row():
    assert set(VALID) == set(FUNCTIONS)


@pytest.mark.parametrize("name", VALID)
def test_the_row_is_a_call_that_works_and_leaves_its_arguments_alone(name):
    before = copy.deepcopy({k: v for k, v in VALID[name].items() if isinstance(v, (dict, np.ndarray))})
    answer(name, VALID[name])
    for argument, value in before.items():
        np.testing.assert_equal(VALID[name][argument], value)


@pytest.mark.parametrize("name", VALID)
def test_spoilt_arguments_give_an_answer_or_the_one_documented_error(name):
    """No other exception, whatever one argument is; and an error names what it is about."""
    strange, refused = [], 0
    for argument, what, arguments in trials(name):
        try:
            answer(name, arguments)
        except StatisticsError as error:
            refused += 1
            if ":" not in str(error):
                strange.append(f"{argument}, {what}: {error}")
        except Exception as error:
            strange.append(f"{argument}, {what}: {type(error).__name__}: {error}")
    assert not strange, "\n".join(strange)
    assert refused or name in TAKES_CHECKED, "nothing was refused; is any argument looked at?"


# what an analyst is most likely to do wrong, in each family where it can be done
MISTAKES: list[tuple[str, Callable[[], object], str]] = [
    ("empty strata", lambda: survey.design(weights=[], strata=[]), "no rows"),
    ("empty strata", lambda: survey.design(weights=WEIGHTS, strata=[None] * N), "strata: 60 rows have no value"),
    ("empty strata", lambda: survey.post_stratify(DRAWN, replace(MARGIN, totals={"k": 1, "m": 1, "x": 5})), "nobody"),
    ("empty strata", lambda: sampling.allocate({"a": 20, "b": 0}, 10), "at least one person"),
    ("empty strata", lambda: sampling.draw(AREA[:40], STRATA, 1), "'c' holds 0 persons"),
    ("empty strata", lambda: rates.standardised_rate([1, 2], [50, 0], [1, 1]), "populations"),
    ("empty strata", lambda: disclosure.Dimension("r", ()), "leaves"),
    ("negative weights", lambda: survey.design(weights=-WEIGHTS), "60 are negative"),
    ("negative weights", lambda: survey.trim([-1.0, 2]), "negative"),
    ("negative weights", lambda: survey.response(YES, {"sex": SEX}, -WEIGHTS), "weights"),
    ("negative weights", lambda: survey.response_classes(-WEIGHTS, YES, SEX), "weights"),
    ("negative weights", lambda: rates.weighted_sum([1, 2], [3, -1]), "weights"),
    ("negative weights", lambda: ranking.ballots(["A>B"], voters=[-1]), "voters"),
    ("negative weights", lambda: agreement.kappa_of_table([[1, 2], [3, 4]], [[0, -1], [1, 0]]), "weights"),
    ("negative weights", lambda: space.hot_spots(PLACES, -PEOPLE, GRID), "exposure"),
    ("negative weights", lambda: harm.Price(-1, -1, -1), "price"),
    ("one cluster", lambda: survey.design(weights=WEIGHTS, strata=AREA, clusters=AREA), "single cluster"),
    ("one cluster", lambda: effect.area_contrast([9], [8], [7, 9], [8, 8]), "comparison"),
    ("one cluster", lambda: effect.fit_two_way([9, 8, 7], [0, 0, 1], ["a"] * 3, [1, 2, 3]), "two areas"),
    ("one cluster", lambda: survey.fay_herriot([1.0, 2], [1, 1], [1, 1]), "2 areas cannot carry"),
    ("one cluster", lambda: space.moran(PLACES, space.from_pairs(25, np.zeros((0, 2), int))), "no place has"),
    ("one cluster", lambda: peers.compare_with_peers(9, 500, [8], [600]), "peer_counts"),
    ("one cluster", lambda: funnel.funnel([9], [500]), "counts"),
    ("one cluster", lambda: agreement.icc([[1, 2, 3]]), "two targets"),
    ("one cluster", lambda: ranking.kendall_w(ranking.ballots(["A>B"])), "two are needed"),
    ("one cluster", lambda: ranking.agreement_test(ranking.ballots(["A>B"])), "two are needed"),
    ("all missing", lambda: survey.shares(DRAWN, np.full(N, np.nan)), "every answer is missing"),
    ("all missing", lambda: survey.means(DRAWN, SCORE, np.full(N, np.nan)), "no row lies in any domain"),
    ("all missing", lambda: survey.quantile(DRAWN, np.full(N, np.nan)), "every answer is missing"),
    ("all missing", lambda: survey.scale(DRAWN, np.full((N, 3), np.nan)), "nobody answered"),
    ("all missing", lambda: survey.rao_scott(DRAWN, np.full(N, np.nan), SEX), "nothing|no row"),
    ("all missing", lambda: multiplicity.benjamini_hochberg([np.nan]), "no test was made"),
    ("all missing", lambda: agreement.krippendorff(np.full((2, 3), np.nan)), "ratings"),
    ("all missing", lambda: agreement.pool([np.nan]), "probabilities"),
    ("all missing", lambda: index.problem_index(CUTS, {"theft": None, "noise": None}), "0 of 2 indicators"),
    ("all missing", lambda: ranking.ballots([]), "no ballots"),
    ("all missing", lambda: shrinkage.empirical_bayes([0, 0], [9, 9]), "no event"),
    ("all missing", lambda: space.concentration([0, 0]), "no event"),
    ("all missing", lambda: time.months([0] * 24, "2023-01"), "no event"),
    ("not finite", lambda: survey.means(DRAWN, np.where(YES > 0, np.inf, 1.0)), "infinite"),
    ("not finite", lambda: survey.design(weights=np.full(N, np.inf)), "infinite"),
    ("not finite", lambda: rates.rates([1, np.nan], [9, 9]), r"counts: missing or infinite value at position \[1\]"),
    ("not finite", lambda: time.farrington([np.nan] * 120), "counts"),
    ("not finite", lambda: space.knox([np.inf, 1, 2], [1, 2, 3], [1, 2, 3]), "x"),
    ("not finite", lambda: effect.combine([0.1, np.nan], [1, 1]), "effects"),
    ("not finite", lambda: effect.judge(replace(EVIDENCE, value=np.nan)), "finite value"),
    ("not finite", lambda: harm.avoided({"theft": harm.Effect(1, 1, np.inf, np.inf)}, PRICES), "effect"),
    ("more answers than population", lambda: survey.design(strata=AREA, population=9), "20 were sampled in 'a'"),
    ("more answers than population", lambda: sampling.allocate({"a": 20}, 30), "30 does not fit"),
    ("more answers than population", lambda: sampling.precision(900, 500), "sent: 900"),
    ("more answers than population", lambda: disclosure.share_status([9], [5]), "no part larger than its whole"),
    ("more answers than population", lambda: survey.response(YES, {"sex": SEX}, over_coverage=YES), "have answered"),
    ("a period without comparison", lambda: rates.rate_ratio(9, 1, 8, 0), "reference_exposure"),
    ("a period without comparison", lambda: time.same_months(MONTHS[:30]), "3 years and 1 periods are needed"),
    ("a period without comparison", lambda: time.seasonal_trend(MONTHS[:20]), "two whole years"),
    ("a period without comparison", lambda: time.ears_c1(MONTHS, [3]), "periods"),
    ("a period without comparison", lambda: time.nowcast(TRIANGLE[:2]), "more periods than delays"),
    (
        "a period without comparison",
        lambda: effect.evaluate(PANEL, replace(PLAN, start="2019-03"), done=1),
        "no baseline",
    ),
    ("a period without comparison", lambda: effect.foresee(PANEL, replace(PLAN, start="2019-03")), "no baseline"),
    ("a period without comparison", lambda: effect.interrupted_series(MONTHS, 1), "two periods before"),
    ("a period without comparison", lambda: effect.synthetic_control(MONTHS, PANEL.counts.T, 72), "start"),
    ("a period without comparison", lambda: effect.displacement_quotient((9, 8), (7, 7), (0, 0)), "compare with"),
    ("a period without comparison", lambda: space.prediction(PLACES, PLACES, PLACES * 0), "both periods"),
    ("a period without comparison", lambda: survey.trend([SHARE, SHARE]), "waves"),
    ("a period without comparison", lambda: survey.difference(SHARE, replace(SHARE, value=None)), "second"),
    ("a period without comparison", lambda: index.change(INDEX, replace(INDEX, version="v2")), "no trend exists"),
]


@pytest.mark.parametrize(("mistake", "call", "words"), MISTAKES)
def test_common_mistakes_are_refused_in_words_an_analyst_knows(mistake, call, words):
    with pytest.raises(StatisticsError, match=words):
        call()


# objects that check themselves when they are made
BROKEN: dict[type, Callable[[], object]] = {
    disclosure.Dimension: lambda: disclosure.Dimension("r", ("a", "a")),
    disclosure.Figure: lambda: disclosure.Figure(("x",), frozenset()),
    disclosure.Published: lambda: disclosure.Published(("x",), frozenset([("a",)]), 5, 4),
    disclosure.Rounding: lambda: disclosure.Rounding("", 5),
    effect.Design: lambda: replace(PLAN, months=0),
    effect.Evidence: lambda: replace(EVIDENCE, standard_error=0),
    effect.Panel: lambda: effect.Panel(("a",), "2020-01", np.array([[1.5]])),
    harm.Effect: lambda: harm.Effect(9, 0.5, 0.6, 0.9),
    harm.Price: lambda: harm.Price(2, 3, 4),
    harm.PriceList: lambda: harm.PriceList("own", "", "days", {}),
    index.CutTable: lambda: index.CutTable((), "v1", "own"),
    index.Cuts: lambda: index.Cuts("theft", (0.1, 0.2)),
}


def test_every_object_that_checks_itself_has_a_row():
    offers = {value for module in families().values() for value in offered(module).values() if isinstance(value, type)}
    assert set(BROKEN) == {each for each in offers if "__post_init__" in vars(each)}


@pytest.mark.parametrize("call", BROKEN.values(), ids=lambda call: "")
def test_an_object_that_makes_no_sense_is_not_made(call):
    with pytest.raises(StatisticsError, match=":"):
        call()
