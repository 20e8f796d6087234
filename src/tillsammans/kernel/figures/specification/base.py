"""The base class of figures, and validation that several kinds share."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from tillsammans.kernel.figures.numbers import number

Number = int | float | Decimal
Cell = str | int | float | Decimal | None


class State(StrEnum):
    """Whether the values may be drawn. Only a normal figure has a plot; the others say in words why not."""

    NORMAL = "normal"
    TOO_LITTLE = "too_little"
    SUPPRESSED = "suppressed"
    EMPTY = "empty"

    @property
    def words(self) -> str:
        """The Swedish sentence shown in place of the plot (empty for a normal figure)."""
        return {
            State.NORMAL: "",
            State.TOO_LITTLE: _("Underlaget är för litet för att tolkas"),
            State.SUPPRESSED: _("Visas inte: för få uppgifter för att skydda enskilda"),
            State.EMPTY: _("Det finns inga uppgifter för perioden"),
        }[self]


@dataclass(frozen=True)
class Table:
    """The figure as text: headers and rows of the same length; `numeric` holds the indexes of right-aligned columns."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Figure(ABC):
    """The base class of all figures.

    title: the sentence the figure shows. description: its long alternative text. unit: "%" or words such as "brott per
    månad". period, source, status ("slutlig", "preliminär") and note are printed under the figure; n is the number of
    observations behind it. decimals: shown in labels and the table twin. counts: whole things counted, so the axis
    starts at zero and has whole ticks. state and reason: why there is no plot.
    """

    title: str
    description: str
    unit: str
    period: str
    source: str
    n: int | None = None
    status: str = ""
    note: str = ""
    decimals: int = 0
    counts: bool = False
    state: State = State.NORMAL
    reason: str = ""

    def __post_init__(self) -> None:
        for field in ("title", "description", "source"):
            if not getattr(self, field).strip():
                raise ValueError(f"a figure needs {field}")
        # A string becomes the state that it names: a misspelt one raises and never counts as normal.
        object.__setattr__(self, "state", State(self.state))

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Unit, period, source, n, status and note as (label, words), the empty ones left out."""
        pairs = (
            (_("Enhet"), self.unit),
            (_("Period"), self.period),
            (_("Källa"), self.source),
            (_("Antal i underlaget"), number(self.n) if self.n is not None and not self.hidden else ""),
            (_("Status"), self.status),
            (_("Anmärkning"), self.note),
        )
        return tuple((label, words) for label, words in pairs if words)

    @abstractmethod
    def records(self) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
        """Headers and rows with unrounded values, one observation per row; no rows when they must not be shown."""

    @abstractmethod
    def table(self) -> Table:
        """The table twin: everything the plot shows, in words and numbers of the active language."""

    def print_table(self) -> Table:
        """The table for a narrow page of paper; the same unless a kind of figure has too many columns for one."""
        return self.table()

    @property
    def hidden(self) -> bool:
        """True when neither plot, table nor data file may carry a value."""
        return self.state in (State.SUPPRESSED, State.EMPTY)

    def _hidden_table(self, headers: tuple[str, ...]) -> Table:
        why = self.reason or self.state.words
        return Table(headers, ((why, *("–" for _unused in headers[1:])),))


@dataclass(frozen=True)
class Reference:
    """A level to compare with."""

    label: str
    value: Number


def require_finite(values: tuple[Number | None, ...]) -> None:
    if any(value is not None and not math.isfinite(value) for value in values):
        raise ValueError("a value must be a finite number or None")


def require_interval(low: Number | None, high: Number | None, label: str) -> None:
    """Both ends or none, in order, and words that say what they are the ends of."""
    if (low is None) != (high is None):
        raise ValueError("an interval needs both ends")
    if low is not None and high is not None:
        if low > high:
            raise ValueError("the low end of an interval lies above the high end")
        if not label:
            raise ValueError("say what the interval is (interval_label)")


def require_unlike(labels: Iterable[str], what: str) -> None:
    """Validate that names are non-empty and unique, because they identify the rows in the table and the file."""
    given = list(labels)
    if any(not label.strip() for label in given) or len(set(given)) != len(given):
        raise ValueError(f"each {what} needs a name of its own")
