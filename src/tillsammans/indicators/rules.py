"""What must hold when statistics are read in: which value replaces which, and which states follow each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, Self

# From which state to which an import may go.
TRANSITIONS: dict[str, frozenset[str]] = {
    "staged": frozenset({"in_force", "stopped"}),
    "in_force": frozenset({"undone"}),
    "undone": frozenset({"in_force"}),
    "stopped": frozenset(),
}


def may_become(state: str, new: str) -> bool:
    """Whether an import in ``state`` may go to ``new``."""
    return new in TRANSITIONS[state]


class Figure(NamedTuple):
    """A value as far as replacing goes: the number, or the mark that stands in its place, and whether it is final."""

    value: Decimal | None
    mark: str
    preliminary: bool


class Outcome(StrEnum):
    """What a new figure does to the one in force."""

    CREATED = "created"  # nothing stood there, or only a mark
    UNCHANGED = "unchanged"
    FINAL = "final"  # final in place of preliminary
    REVISED = "revised"  # a newer preliminary value
    CHANGED = "changed"  # another final value: asked for
    OLDER = "older"  # preliminary against final: not taken
    EMPTY = "empty"  # a mark against a value, or against nothing: not taken


KEPT = frozenset({Outcome.CREATED, Outcome.UNCHANGED, Outcome.FINAL, Outcome.REVISED, Outcome.CHANGED})
REPLACING = frozenset({Outcome.FINAL, Outcome.REVISED, Outcome.CHANGED})


def outcome(old: Figure | None, new: Figure) -> Outcome:
    """What ``new`` does where ``old`` is in force (``None``: nothing is)."""
    if old == new:
        return Outcome.UNCHANGED
    if new.value is None:
        # A mark says something where nothing is known, but never takes a value away.
        return Outcome.CREATED if old is None else Outcome.EMPTY
    if old is None or old.value is None:
        return Outcome.CREATED
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
class Preview:
    """What an import would do, before it does anything. Counts are of values; a row has a count and a rate.

    ``unmatched`` names regions that no area is known for; their rows are skipped. ``changed`` holds the first changed
    final values and ``changed_total`` counts them all. ``basis`` names the imports in force that the preview was held
    against.
    """

    encoding: str
    rows: int
    repeats: int
    regions: tuple[str, ...]
    unmatched: tuple[str, ...]
    crime_types: tuple[str, ...]
    periods: tuple[str, ...]
    preliminary: int
    first_rows: tuple[str, ...]
    created: int
    final: int
    revised: int
    unchanged: int
    older: int
    empty: int
    unmatched_values: int
    new_areas: tuple[str, ...]
    changed: tuple[ChangedValue, ...]
    changed_total: int
    basis: str

    @property
    def replaced(self) -> int:
        """How many values get a new vintage."""
        return self.final + self.revised + self.changed_total

    @property
    def changes_nothing(self) -> bool:
        """Whether everything in the files is in force already."""
        return not (self.created or self.replaced)

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> Self:
        """The preview in parsed canonical content."""
        changed = tuple(
            ChangedValue(**{**row, "old": Decimal(row["old"]), "new": Decimal(row["new"])})
            for row in content["changed"]
        )
        lists = ("regions", "unmatched", "crime_types", "periods", "first_rows", "new_areas")
        return cls(**{**content, **{name: tuple(content[name]) for name in lists}, "changed": changed})


def consent_missing(preview: Preview, consent: bool) -> bool:
    """Whether final values would change without anybody having said so."""
    return preview.changed_total > 0 and not consent


def file_lines(files: Sequence[tuple[str, str]]) -> str:
    """Names and hashes as they are kept in ``Import.files``: one line a file."""
    return "\n".join(f"{sha256} {name}" for name, sha256 in files)


def files_in(lines: str) -> tuple[tuple[str, str], ...]:
    """The inverse of ``file_lines``: (name, SHA-256)."""
    return tuple((line[65:], line[:64]) for line in lines.splitlines())
