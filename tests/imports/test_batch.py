"""Figures as columns do exactly what figures one by one do."""

from decimal import Decimal
from itertools import product

import numpy as np
import pytest

from tillsammans.imports import batch
from tillsammans.imports.batch import NOTHING, OUTCOMES, Batch, millionths, number_of
from tillsammans.imports.rules import MARKS, Figure, Outcome, outcome

FIGURES = [
    Figure(value, mark, preliminary, low, high, n, detail)
    for (value, mark), preliminary, (low, high, n, detail) in product(
        [(Decimal(5), ""), (Decimal("5.5"), ""), (None, "missing"), (None, "suppressed")],
        [False, True],
        [(None, None, None, 0), (Decimal(1), Decimal(9), 100, 0), (Decimal(1), Decimal(9), 100, 1)],
    )
]


def columns(figures: list[Figure]) -> Batch:
    """The figures, each of a series of its own."""
    return Batch.of(
        [
            list(range(len(figures))),
            [0] * len(figures),
            [millionths(one.value) for one in figures],
            [millionths(one.low) for one in figures],
            [millionths(one.high) for one in figures],
            [NOTHING if one.n is None else one.n for one in figures],
            [MARKS.index(one.mark) for one in figures],
            [one.preliminary for one in figures],
            [0] * len(figures),
            [0] * len(figures),
            [1] * len(figures),
            [one.detail for one in figures],
        ]
    )


def test_what_replaces_what_is_the_same_as_figure_by_figure() -> None:
    pairs: list[tuple[Figure | None, Figure]] = list(product([None, *FIGURES], FIGURES))
    new, known = columns([one for _old, one in pairs]), [old for old, _one in pairs if old is not None]
    places = np.full(len(pairs), -1)
    places[[old is not None for old, _one in pairs]] = np.arange(len(known))
    found = [OUTCOMES[one] for one in batch.outcomes(new, columns(known), places)]
    assert found == [outcome(old, one) for old, one in pairs]
    assert set(found) == set(Outcome)


def test_nothing_in_force_makes_everything_new() -> None:
    new = columns(FIGURES)
    assert [OUTCOMES[one] for one in batch.outcomes(new, columns([]), np.full(len(new), -1))] == [
        outcome(None, one) for one in FIGURES
    ]


@pytest.mark.parametrize("text", ["0", "12", "-3.5", "0.000001", "999999999999.999999", "1E+3"])
def test_a_value_comes_back_as_it_was(text: str) -> None:
    assert number_of(millionths(Decimal(text))) == Decimal(text)


@pytest.mark.parametrize("text", ["1000000000000", "-1e12", "NaN", "Infinity", "1e999999"])
def test_a_value_that_no_database_holds_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        millionths(Decimal(text))


def test_a_figure_comes_back_as_it_was() -> None:
    assert [columns(FIGURES).figure(place) for place in range(len(FIGURES))] == FIGURES


def test_keys_are_found_where_they_are_and_only_there() -> None:
    known = np.array([2, 5, 9])
    assert batch.find(np.array([9, 1, 2, 10, 5]), known).tolist() == [2, -1, 0, -1, 1]
    assert batch.find(np.array([1, 2]), np.array([], dtype=np.int64)).tolist() == [-1, -1]
