"""Values in classes, for what is shaded: few, in order, and named."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from tillsammans.kernel.figures.numbers import number
from tillsammans.kernel.figures.specification.base import Number, require_finite

MOST = 5  # more shades than five cannot be told apart in grey


@dataclass(frozen=True)
class Classes:
    """Two to five classes with limits between them: bounds (5, 10) make "under 5", "5 till under 10", "10 eller mer".

    A value on a limit belongs to the class above. labels: other words, one per class. decimals: of the limits.
    """

    bounds: tuple[Number, ...]
    labels: tuple[str, ...] = ()
    decimals: int = 0

    def __post_init__(self) -> None:
        require_finite(self.bounds)
        if not 1 <= len(self.bounds) < MOST:
            raise ValueError(f"between two and {MOST} classes can be told apart")
        if any(low >= high for low, high in pairwise(self.bounds)):
            raise ValueError("the limits of classes must rise")
        if self.labels and len(self.labels) != len(self.bounds) + 1:
            raise ValueError("one label per class")

    def __len__(self) -> int:
        return len(self.bounds) + 1

    def of(self, value: Number) -> int:
        """The class of a value, from 0."""
        return bisect_right([float(bound) for bound in self.bounds], float(value))

    def words(self) -> tuple[str, ...]:
        """A name for each class, from the lowest."""
        if self.labels:
            return self.labels
        limits = [number(bound, self.decimals) for bound in self.bounds]
        between = (_("%(low)s till under %(high)s") % {"low": a, "high": b} for a, b in pairwise(limits))
        return (_("under %(limit)s") % {"limit": limits[0]}, *between, _("%(limit)s eller mer") % {"limit": limits[-1]})
