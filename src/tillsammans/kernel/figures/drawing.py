"""A drawing: a list of marks with roles. The roles are turned into classes and colours by the renderer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

TEXT = 14.0  # height of all text, in the drawing's own units
LEADING = 18.0

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Stroke:
    """An open line through points. dash: lengths of drawn and empty stretches."""

    points: tuple[Point, ...]
    role: str
    width: float = 1.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Area:
    """A filled polygon."""

    points: tuple[Point, ...]
    role: str


@dataclass(frozen=True)
class Region:
    """A filled shape of rings, a ring within another being a hole. title: the tooltip."""

    rings: tuple[tuple[Point, ...], ...]
    role: str
    title: str = ""


@dataclass(frozen=True)
class Hatch:
    """Many separate straight lines, from a point to a point."""

    segments: tuple[tuple[Point, Point], ...]
    role: str
    width: float = 1.0


@dataclass(frozen=True)
class Dot:
    """A circle; a hollow one is filled with the background colour."""

    x: float
    y: float
    radius: float
    role: str
    hollow: bool = False


@dataclass(frozen=True)
class Words:
    """One line of text; y is its baseline. halo: an outline in the background colour, for legibility."""

    x: float
    y: float
    text: str
    role: str = "text"
    anchor: Anchor = "start"
    bold: bool = False
    halo: bool = False


Mark = Stroke | Area | Region | Hatch | Dot | Words


@dataclass
class Drawing:
    """Marks on a sheet of width x height units, painted in order."""

    width: float
    height: float
    marks: list[Mark] = field(default_factory=list)

    def add(self, *marks: Mark) -> None:
        self.marks.extend(marks)


def text_width(text: str, *, bold: bool = False) -> float:
    """An estimate of how wide a line of text is in Source Sans 3 at the height TEXT; a little too wide on purpose."""
    wide = sum(1.0 if letter in "MWÅÄÖmw%—" else 0.35 if letter in "iIjlt.,;:!|'()  " else 0.57 for letter in text)
    return wide * TEXT * (0.94 if bold else 0.9)


def wrap(text: str, room: float, *, bold: bool = False) -> list[str]:
    """Break text at spaces into lines no wider than room; a word that is wider by itself is divided with a hyphen."""
    lines: list[str] = []
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, bold=bold) <= room:
            lines[-1] = joined
        else:
            lines += _divided(word, room, bold)
    return lines


def _divided(word: str, room: float, bold: bool) -> list[str]:
    """Parts of a word, each but the last with its hyphen. Swedish lets one consonant go with the vowel after it."""
    parts = []
    while text_width(word, bold=bold) > room and len(word) > 5:
        places = range(3, len(word) - 2)
        fitting = [at for at in places if text_width(word[:at] + "-", bold=bold) <= room] or [3]
        good = [at for at in fitting if word[at - 1] == "-" or (word[at] not in _VOWELS and word[at + 1] in _VOWELS)]
        at = (good or fitting)[-1]
        parts.append(word[:at] if word[at - 1] == "-" else f"{word[:at]}-")
        word = word[at:]
    return [*parts, word]


_VOWELS = "aeiouyåäöAEIOUYÅÄÖ"


def shortened(text: str, room: float) -> str:
    """The text, truncated with an ellipsis to the room: for labels whose full text is in the table."""
    kept = text
    while kept and text_width(f"{kept}…" if kept != text else kept) > room:
        kept = kept[:-1]
    return kept if kept == text else f"{kept.rstrip()}…"


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Positions as near the wanted ones as possible, at least gap apart and within low to high; order is kept."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = list(wanted)
    edge = low
    for index in order:
        placed[index] = edge = max(wanted[index], edge)
        edge += gap
    edge = high
    for index in reversed(order):
        placed[index] = edge = min(placed[index], edge)
        edge -= gap
    return placed
