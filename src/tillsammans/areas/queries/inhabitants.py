"""How many live in an area, as the app of the numbers knows it."""

from collections.abc import Iterable
from typing import Protocol

from tillsammans.kernel import wiring


class Inhabitants(Protocol):
    """How many lived in an area on the last day of a year, and who says so."""

    @property
    def year(self) -> int: ...
    @property
    def count(self) -> int: ...
    @property
    def source(self) -> str: ...


def population(area_ids: Iterable[int], year: int | None = None) -> dict[int, tuple[Inhabitants, ...]]:
    """The population of each area by year, or of one year; an area without any is left out."""
    (known,) = wiring.functions("POPULATION")
    counts: dict[int, tuple[Inhabitants, ...]] = known(area_ids, year)
    return counts
