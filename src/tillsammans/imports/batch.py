"""Figures by the million: columns of whole numbers instead of one object a figure, and what they do to each other.

Three million figures take 150 MB so, and are held against what is in force in seconds. Values are stored in millionths,
which is as fine as a value is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tillsammans.imports.rules import MARKS, Figure, Outcome

Whole = NDArray[np.int64]
SCALE = 10**6
NOTHING = -(2**63)  # where there is no number
LIMIT = 10**12  # values reach up to here, not included
_FINEST = Decimal(1).scaleb(-6)
OUTCOMES = tuple(Outcome)


def millionths(value: Decimal | None) -> int:
    """The value in millionths, rounded half to even; ``NOTHING`` for ``None``. ``ValueError`` if it is too large."""
    if value is None:
        return NOTHING
    if not value.is_finite() or abs(value) >= LIMIT:
        raise ValueError(value)
    return int(value.quantize(_FINEST, ROUND_HALF_EVEN).scaleb(6))


def number_of(scaled: int) -> Decimal | None:
    """The inverse of ``millionths``."""
    return None if scaled == NOTHING else Decimal(int(scaled)).scaleb(-6).normalize() + 0


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Figures as columns of equal length.

    ``series`` and ``period`` number the series and periods of whoever made it, ``mark`` is a place in ``rules.MARKS``,
    ``file``, ``sheet`` and ``detail`` number files, sheets and what else is stated of a figure (0: nothing). ``value``,
    ``low`` and ``high`` are in millionths.
    """

    series: Whole
    period: Whole
    value: Whole
    low: Whole
    high: Whole
    n: Whole
    mark: NDArray[np.uint8]
    preliminary: NDArray[np.bool_]
    file: NDArray[np.int32]
    sheet: NDArray[np.int32]
    row: NDArray[np.int32]
    detail: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.series)

    @classmethod
    def of(cls, columns: Sequence[Sequence[int | bool]]) -> Self:
        """A batch of columns in the order of the fields."""
        types = (np.int64,) * 6 + (np.uint8, np.bool_) + (np.int32,) * 4
        return cls(*(np.array(column, dtype=kind) for column, kind in zip(columns, types, strict=True)))

    @classmethod
    def joined(cls, batches: Sequence["Batch"]) -> Self:
        """Batches after each other; at least one."""
        return cls(*(np.concatenate([getattr(batch, one.name) for batch in batches]) for one in fields(cls)))

    def take(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Self:
        """The rows at these places, or where this is true."""
        return type(self)(*(getattr(self, one.name)[which] for one in fields(self)))

    def keys(self, periods: int) -> Whole:
        """One number for each series and period, the same in every batch with these numberings."""
        return self.series * periods + self.period

    def same(self, ours: Whole, others: "Batch", theirs: Whole) -> NDArray[np.bool_]:
        """Whether the figures at these places say the same, the interval and n included."""
        same: NDArray[np.bool_] = np.logical_and.reduce(
            [
                getattr(self, name)[ours] == getattr(others, name)[theirs]
                for name in ("value", "mark", "preliminary", "low", "high", "n", "detail")
            ]
        )
        return same

    def figure(self, place: int) -> Figure:
        """One row as far as replacing goes."""
        return Figure(
            number_of(int(self.value[place])),
            MARKS[self.mark[place]],
            bool(self.preliminary[place]),
            number_of(int(self.low[place])),
            number_of(int(self.high[place])),
            None if self.n[place] == NOTHING else int(self.n[place]),
            int(self.detail[place]),
        )


def groups(batch: Batch, periods: int) -> tuple[Whole, NDArray[np.bool_]]:
    """The places in the order of their keys (stable), and whether each has the key of the one before."""
    keys = batch.keys(periods)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    again = np.zeros(len(order), dtype=bool)
    again[1:] = ordered[1:] == ordered[:-1]
    return order, again


def find(wanted: Whole, known: Whole) -> Whole:
    """For each wanted key its place in ``known``, which is sorted and has each key once; -1 where it is not there."""
    if not len(known):
        return np.full(len(wanted), -1)
    place = np.searchsorted(known, wanted)
    place[place == len(known)] = 0
    return np.where(known[place] == wanted, place, -1)


def outcomes(new: Batch, old: Batch, place: Whole) -> NDArray[np.uint8]:
    """What each new figure does to the old one at its place (-1: none is in force), as places in ``OUTCOMES``.

    The same as ``rules.outcome``, figure by figure; a test holds them together.
    """
    there = place >= 0
    at = np.where(there, place, 0) if len(old) else np.zeros(len(new), dtype=np.int64)
    ours = np.arange(len(new))
    if len(old):
        same = new.same(ours, old, at) & there
        old_value = np.where(there, old.value[at], NOTHING)
        old_preliminary = there & old.preliminary[at]
    else:
        same = np.zeros(len(new), dtype=bool)
        old_value, old_preliminary = np.full(len(new), NOTHING), same
    bare, nothing_before = new.value == NOTHING, old_value == NOTHING
    equal = (new.value == old_value) & (new.preliminary == old_preliminary)
    cases = [
        (same, Outcome.UNCHANGED),
        (bare & ~there, Outcome.CREATED),
        (bare, Outcome.EMPTY),
        (nothing_before, Outcome.CREATED),
        (equal, Outcome.DETAILED),
        (new.preliminary & old_preliminary, Outcome.REVISED),
        (new.preliminary, Outcome.OLDER),
        (old_preliminary, Outcome.FINAL),
    ]
    return np.select(
        [case for case, _outcome in cases],
        [OUTCOMES.index(one) for _case, one in cases],
        OUTCOMES.index(Outcome.CHANGED),
    ).astype(np.uint8)
