"""Rounding to a base: the same figure is always rounded the same way, so asking twice teaches nothing."""

import hashlib
from dataclasses import dataclass

from tillsammans_stats.disclosure.figures import Cell
from tillsammans_stats.result import StatisticsError


@dataclass(frozen=True, slots=True)
class Rounding:
    """Unbiased random rounding to a multiple of ``base``, decided by the figure's cells and a ``secret``.

    A count is moved to the multiple below or above with the chances that keep its mean. The draw comes from a keyed
    hash of the cells, so the same figure in two tables or two years of releases gets the same rounding. Rounding to the
    nearest multiple is not offered: a published 0 would then mean 0-2, which protects nobody.
    """

    secret: str
    base: int = 5

    def __post_init__(self) -> None:
        if self.base < 2 or not self.secret:
            raise StatisticsError("rounding: needs a base of at least 2 and a secret that is not empty")

    def value(self, count: int, cells: frozenset[Cell]) -> int:
        """``count`` (from 0 up) as it is published."""
        below, rest = divmod(count, self.base)
        return self.base * (below + (self._draw(cells) * self.base < rest))

    def bounds(self, rounded: int) -> tuple[int, int]:
        """The lowest and highest count a reader who knows the method finds possible behind a published value."""
        return max(0, rounded - self.base + 1), rounded + self.base - 1

    def _draw(self, cells: frozenset[Cell]) -> float:
        text = "\x1e".join(sorted("\x1f".join(cell) for cell in cells))
        digest = hashlib.blake2b(text.encode(), key=self.secret.encode()[:64], digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64
