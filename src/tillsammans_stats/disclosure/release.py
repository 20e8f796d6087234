"""What leaves the house: the figures as they are shown, the proof that they are safe, the ledger of all releases."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tillsammans_stats.disclosure.attack import Interval, Published
from tillsammans_stats.disclosure.figures import Cell, Key
from tillsammans_stats.result import Estimate, PublicationStatus, StatisticsError


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure as a page, a document or an export must show it.

    ``value`` is ``None`` when the figure is hidden; ``reason`` is then ``"small"`` (sensitive in itself) or
    ``"protects_others"``. ``low`` and ``high`` bound what a published value says (equal unless rounded).
    """

    key: Key
    cells: frozenset[Cell]
    value: int | None
    low: int | None
    high: int | None
    status: PublicationStatus
    reason: str = ""

    def estimate(self, data_version: str = "") -> Estimate:
        """The same as the record all faces read."""
        return Estimate(
            value=None if self.value is None else float(self.value),
            low=self.low if self.low != self.high else None,
            high=self.high if self.low != self.high else None,
            method="" if self.low == self.high else "rounded",
            status=self.status,
            reason=self.reason,
            data_version=data_version,
        )


@dataclass(frozen=True, slots=True)
class Release:
    """A table that may be published, and why.

    ``shown``: every figure in the order given. ``proof``: for each sensitive figure a lowest and a highest value that
    both fit this and all earlier releases, so the attacker's own interval is at least that wide (``attack`` gives the
    exact ones); every width is at least ``least_width``. ``exposed``: sensitive figures that earlier releases already
    had disclosed, which cannot be undone here. ``cost`` is the summed importance of the hidden figures that
    are not sensitive in themselves, ``lower_bound`` a proven least cost; ``optimal`` when they agree.
    """

    shown: tuple[Shown, ...]
    proof: tuple[Interval, ...]
    exposed: tuple[Interval, ...]
    least_width: int
    cost: float
    lower_bound: float
    optimal: bool

    def __getitem__(self, key: Key) -> Shown:
        for figure in self.shown:
            if figure.key == key:
                return figure
        raise StatisticsError(f"release: no figure {key}")

    @property
    def hidden(self) -> tuple[Key, ...]:
        """The keys of the figures that are not shown."""
        return tuple(figure.key for figure in self.shown if figure.value is None)

    def published(self, name: str) -> Iterator[Published]:
        """The figures an attacker gets, marked with the ``name`` of the release."""
        for figure in self.shown:
            if figure.low is not None and figure.high is not None:
                yield Published(figure.key, figure.cells, figure.low, figure.high, name)


@dataclass(frozen=True, slots=True)
class Ledger:
    """All figures ever published from one base table. Revised counts are another base table with another ledger."""

    entries: tuple[Published, ...] = ()

    def add(self, name: str, release: Release) -> "Ledger":
        """A new ledger that also holds ``release``; a ``name`` can be used once."""
        if any(entry.release == name for entry in self.entries):
            raise StatisticsError(f"ledger: a release named {name!r} is already there")
        return Ledger((*self.entries, *release.published(name)))

    def dumps(self) -> str:
        """Canonical JSON: the same ledger always gives the same bytes."""
        rows = [
            [entry.release, list(entry.key), sorted(map(list, entry.cells)), entry.low, entry.high]
            for entry in self.entries
        ]
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """SHA-256 of :meth:`dumps`, to be kept beside a release as the state it was checked against."""
        return hashlib.sha256(self.dumps().encode()).hexdigest()

    @staticmethod
    def loads(text: str) -> "Ledger":
        """The ledger that :meth:`dumps` wrote; :class:`StatisticsError` for anything else."""
        try:
            rows: list[Any] = json.loads(text)
            return Ledger(
                tuple(
                    Published(tuple(key), frozenset(map(tuple, cells)), low, high, name)
                    for name, key, cells, low, high in rows
                )
            )
        except (TypeError, ValueError) as error:
            raise StatisticsError(f"ledger: not the text of a ledger ({error})") from error
