"""The effect design: everything that decides the verdict, fixed before the start and known again by its hash."""

import hashlib
import json
import unicodedata
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Literal

import numpy as np

from tillsammans_stats.result import StatisticsError


@dataclass(frozen=True, slots=True)
class Design:
    """How one effect will be judged. ``start`` is the first month ("2025-09"), ``months`` the length of the follow-up.

    ``good`` says which direction is wanted, with the ``reason`` (more reports of partner violence can be good).
    ``smallest_ratio`` is the smallest change that matters, as a rate ratio below 1 (0.85: a fall of 15 %, or a rise to
    1/0.85 where more is good). ``years`` of the same months form the baseline; ``gap`` months just before the start are
    left out, because promises are given where it has been bad. ``planned`` is the dose in ``unit``.
    """

    outcome: str
    source: str
    treated: tuple[str, ...]
    comparison: tuple[str, ...]
    start: str
    months: int
    why_comparison: str = ""
    ring: tuple[str, ...] = ()
    good: Literal["fewer", "more"] = "fewer"
    reason: str = ""
    smallest_ratio: float = 0.85
    years: int = 3
    gap: int = 6
    level: float = 0.95
    primary: bool = True
    randomised: bool = False
    planned: float | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        groups = (self.treated, self.comparison, self.ring)
        if not self.treated or not self.outcome:
            raise StatisticsError("design: needs an outcome and at least one treated area")
        if sum(map(len, groups)) != len(set().union(*groups)):
            raise StatisticsError("design: an area can be treated, in the ring or a comparison, and only once")
        try:
            np.datetime64(self.start, "M")
        except ValueError as error:
            raise StatisticsError(f"start: expected a month like 2025-09, got {self.start!r}") from error
        if self.months < 1 or self.years < 1 or self.gap < 0:
            raise StatisticsError("design: months and years must be at least 1 and gap at least 0")
        if not 0 < self.smallest_ratio < 1 or not 0 < self.level < 1:
            raise StatisticsError("design: smallest_ratio and level lie between 0 and 1")
        if self.good not in ("fewer", "more"):
            raise StatisticsError(f"good: fewer or more, got {self.good!r}")
        if self.planned is not None and not self.planned > 0:
            raise StatisticsError(f"planned: the dose must be above 0, got {self.planned}")

    def canonical(self) -> str:
        """The design as canonical text: keys sorted, text in NFC, numbers that are not whole as decimal strings."""
        content = {key: _plain(value) for key, value in asdict(self).items()}
        return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """SHA-256 of :meth:`canonical`; any change of the design gives another."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def check_registered(self, digest: str) -> None:
        """:class:`StatisticsError` unless this is the very design registered under ``digest``."""
        if digest != self.digest:
            raise StatisticsError("design: it is not the one that was registered before the start")


def _plain(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, tuple):
        return sorted(map(_plain, value), key=str)
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f")
    return value
