"""What must hold when statistics are read in: which value replaces which, and what the person is shown before."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from tillsammans.formats.periods import kind_of
from tillsammans.kernel.content import content, renamed, upgrade

# What may stand in the place of a number; the first means that the number is there.
MARKS = ("", "not_applicable", "missing", "suppressed")


class Figure(NamedTuple):
    """A value as far as replacing goes: the number, or the mark that stands in its place, and whether it is final.

    ``low``, ``high`` and ``n`` are the interval and the number of answers that the publisher states, and ``detail``
    the number of what else it states, 0 for nothing.
    """

    value: Decimal | None
    mark: str
    preliminary: bool
    low: Decimal | None = None
    high: Decimal | None = None
    n: int | None = None
    detail: int = 0


class Outcome(StrEnum):
    """What a new figure does to the one in force."""

    CREATED = "created"  # nothing stood there, or only a mark
    UNCHANGED = "unchanged"
    FINAL = "final"  # final in place of preliminary
    REVISED = "revised"  # a newer preliminary value
    DETAILED = "detailed"  # the same number with another interval or another n
    CHANGED = "changed"  # another final value: asked for
    OLDER = "older"  # preliminary against final: not taken
    EMPTY = "empty"  # a mark against a value, or against nothing: not taken


REPLACING = frozenset({Outcome.FINAL, Outcome.REVISED, Outcome.DETAILED, Outcome.CHANGED})
KEPT = REPLACING | {Outcome.CREATED, Outcome.UNCHANGED}


def outcome(old: Figure | None, new: Figure) -> Outcome:
    """What ``new`` does where ``old`` is in force (``None``: nothing is)."""
    if old == new:
        return Outcome.UNCHANGED
    if new.value is None:
        # A mark says something where nothing is known, but never takes a value away.
        return Outcome.CREATED if old is None else Outcome.EMPTY
    if old is None or old.value is None:
        return Outcome.CREATED
    if (old.value, old.preliminary) == (new.value, new.preliminary):
        return Outcome.DETAILED
    if new.preliminary:
        return Outcome.REVISED if old.preliminary else Outcome.OLDER
    if old.preliminary:
        return Outcome.FINAL
    return Outcome.CHANGED


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """A final value that the file would replace by another final value."""

    indicator: str
    area: str
    period: str
    old: Decimal
    new: Decimal
    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """What of the files is not taken, and why. ``name``: the place that it is about, in the file's words, or empty."""

    why: str
    count: int
    name: str = ""


@content("preview", version=2)
@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, before it does anything. Counts are of values; ``rows`` is the files' rows with data.

    ``kind`` names the reader and ``source`` the publisher. ``understood`` says what was made of the files, ``left_out``
    what of them is not taken, ``unmatched`` the places that no area is known for. ``changed`` holds the first changed
    final values and ``changed_total`` counts them all. ``inputs_fingerprint`` identifies the imports in force that
    the preview was compared with.
    """

    kind: str
    source: str
    encoding: str
    rows: int
    understood: tuple[str, ...]
    left_out: tuple[Skipped, ...]
    first_rows: tuple[tuple[str, ...], ...]
    areas: tuple[str, ...]
    unmatched: tuple[Skipped, ...]
    unmatched_values: int
    new_areas: tuple[str, ...]
    measured: tuple[str, ...]
    periods: tuple[str, ...]
    series: int
    preliminary: int
    created: int
    final: int
    revised: int
    detailed: int
    unchanged: int
    older: int
    empty: int
    changed: tuple[ChangedValue, ...]
    changed_total: int
    inputs_fingerprint: str

    @property
    def replaced(self) -> int:
        """How many values get a new vintage."""
        return self.final + self.revised + self.detailed + self.changed_total

    @property
    def changes_nothing(self) -> bool:
        """Whether everything in the files is in force already."""
        return not (self.created or self.replaced)

    @property
    def spans(self) -> tuple[tuple[str, str, int], ...]:
        """The first and last period of each kind, and how many there are."""
        kinds: dict[str, list[str]] = {}
        for period in self.periods:
            kinds.setdefault(kind_of(period), []).append(period)
        return tuple((min(periods), max(periods), len(periods)) for periods in kinds.values())


upgrade("preview", from_version=1)(renamed(basis="inputs_fingerprint"))


def consent_missing(preview: Preview, consent: bool) -> bool:
    """Whether final values would change without anybody having said so."""
    return preview.changed_total > 0 and not consent
