"""Tables as sets: what is counted (cells of a base table) and what a reader sees (figures, sums over cells).

Margins, hierarchies (kommun in län), linked tables, overlapping geographies and cumulated months are then one thing:
two figures are related exactly when their sets of cells meet. Everything else in this package works on that form.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from tillsammans_stats import checks
from tillsammans_stats.result import StatisticsError

Cell = tuple[str, ...]  # one finest cell of a base table: ("2024-05", "0382", "cykelstöld")
Key = tuple[str, ...]  # the name of a figure as the caller knows it
Base = Mapping[Cell, int]  # the base table: how many persons or events each cell holds


@dataclass(frozen=True, slots=True)
class Figure:
    """One number a reader could see: the sum of the base table over ``cells``."""

    key: Key
    cells: frozenset[Cell]

    def __post_init__(self) -> None:
        if not self.cells:
            raise StatisticsError(f"figure {self.key}: it sums over no cell of the base table")

    def value(self, base: Base) -> int:
        """The true sum; :class:`StatisticsError` where the base table lacks one of the cells."""
        try:
            return sum(base[cell] for cell in self.cells)
        except KeyError as missing:
            raise StatisticsError(f"figure {self.key}: the base table has no cell {missing.args[0]}") from None


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way a table is cut: its finest categories and the named groups of them that are shown as well.

    ``groups`` maps a name to the leaves it sums (a total, a county, a crime group, an overlapping police area); groups
    may nest and overlap.
    """

    name: str
    leaves: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.leaves or len(set(self.leaves)) != len(self.leaves):
            raise StatisticsError(f"dimension {self.name}: the leaves must be distinct and at least one")
        for group, members in self.groups.items():
            if group in self.leaves:
                raise StatisticsError(f"dimension {self.name}: the group {group} has the name of a leaf")
            if not members or (strangers := set(members) - set(self.leaves)):
                detail = f"unknown leaves {sorted(strangers)}" if members else "no leaf"
                raise StatisticsError(f"dimension {self.name}: the group {group} has {detail}")

    @property
    def categories(self) -> dict[str, tuple[str, ...]]:
        """Every category a reader can see, with the leaves it sums."""
        return {leaf: (leaf,) for leaf in self.leaves} | dict(self.groups)


def crossed(counts: ArrayLike, dimensions: Sequence[Dimension]) -> tuple[dict[Cell, int], tuple[Figure, ...]]:
    """The base table and all figures of a cross table with its margins.

    ``counts`` has one axis for each of ``dimensions`` and one position for each leaf, in order. Returns the base table
    (cell = one leaf of each dimension) and the figures of every combination of categories, keyed by their names.
    """
    array = checks.counts(counts, "counts")
    shape = tuple(len(dimension.leaves) for dimension in dimensions)
    if array.shape != shape:
        raise StatisticsError(f"counts: the dimensions need shape {shape}, got {array.shape}")
    cells = list(product(*(dimension.leaves for dimension in dimensions)))
    base = {cell: int(count) for cell, count in zip(cells, array.ravel(), strict=True)}
    figures = tuple(
        Figure(key=tuple(name for name, _ in categories), cells=frozenset(product(*(part for _, part in categories))))
        for categories in product(*(dimension.categories.items() for dimension in dimensions))
    )
    return base, figures


def regions(sets: Iterable[frozenset[Cell]]) -> tuple[sparse.csr_array, tuple[frozenset[Cell], ...]]:
    """The pieces the sets cut the base table into: cells that no set tells apart are one region.

    A reader of sums over ``sets`` can never see deeper than a region, so an attack needs one unknown for each region
    and not one for each cell. Returns the 0/1 matrix (sets x regions) and the cells of each region.
    """
    signatures: dict[Cell, list[int]] = {}
    number = 0
    for number, cells in enumerate(sets, start=1):
        for cell in cells:
            signatures.setdefault(cell, []).append(number - 1)
    pieces: dict[tuple[int, ...], list[Cell]] = {}
    for cell, signature in signatures.items():
        pieces.setdefault(tuple(signature), []).append(cell)
    rows = np.array([row for signature in pieces for row in signature], dtype=int)
    columns = np.repeat(np.arange(len(pieces)), [len(signature) for signature in pieces])
    matrix = sparse.csr_array((np.ones(rows.size), (rows, columns)), shape=(number, len(pieces)))
    return matrix, tuple(frozenset(cells) for cells in pieces.values())
