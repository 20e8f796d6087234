"""Shared parts of figures: legend keys, signs, a value axis, labels along an axis."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tillsammans.kernel.figures.drawing import (
    LEADING,
    Area,
    Dot,
    Drawing,
    Hatch,
    Point,
    Region,
    Stroke,
    Words,
    text_width,
    wrap,
)
from tillsammans.kernel.figures.numbers import number, tick_decimals, ticks
from tillsammans.kernel.figures.specification import Classes

Scale = Callable[[float], float]
KEY = 26.0  # how wide the sample in front of a key's words is
REFERENCE = (6.0, 4.0)
# Which of five shades the classes get: as far apart as their number allows.
SHADES = {2: (1, 4), 3: (1, 3, 5), 4: (1, 3, 4, 5), 5: (1, 2, 3, 4, 5)}
Sample = Callable[[Drawing, float, float], None]  # paints at (left, middle), KEY wide and 12 high


@dataclass(frozen=True)
class Key:
    """A sample of a mark and what it means."""

    sample: Sample
    words: str
    role: str = "text-2"


def keys(drawing: Drawing, wanted: Sequence[Key], left: float, base: float, width: float) -> float:
    """Write keys in rows from (left, base), which is a baseline; gives the baseline of the row after them."""
    at = left
    for key in wanted:
        parts = wrap(key.words, width - KEY - 14)
        room = KEY + 6 + max(text_width(part) for part in parts)
        if at > left and at + room > left + width:
            at, base = left, base + LEADING + 2
        key.sample(drawing, at, base - 5)
        for row, part in enumerate(parts):
            drawing.add(Words(at + KEY + 6, base + row * LEADING, part, key.role))
        base += (len(parts) - 1) * LEADING
        at += room + 18
    return base + (LEADING + 2 if wanted else 0)


def lines_of_text(drawing: Drawing, text: str, left: float, base: float, width: float, role: str = "text-2") -> float:
    """Write text broken to width; gives the baseline of the line after it."""
    for part in wrap(text, width) if text else ():
        drawing.add(Words(left, base, part, role))
        base += LEADING
    return base


def stroke_sample(role: str, width: float = 1.5, dash: tuple[float, ...] = ()) -> Sample:
    def paint(drawing: Drawing, left: float, middle: float) -> None:
        drawing.add(Stroke(((left, middle), (left + KEY, middle)), role, width, dash))

    return paint


def reference_sample() -> Sample:
    return stroke_sample("reference", 1.5, REFERENCE)


def band_sample(drawing: Drawing, left: float, middle: float) -> None:
    corners = box(left, middle - 6, KEY, 12)
    drawing.add(Area(corners, "band"), Stroke((*corners, corners[0]), "band-edge"))


def preliminary_sample(drawing: Drawing, left: float, middle: float) -> None:
    stroke_sample("line-1", 1.5, (3, 3))(drawing, left, middle)
    drawing.add(Dot(left + KEY / 2, middle, 4, "line-1", hollow=True))


def sign_sample(kind: str, role: str = "alarm") -> Sample:
    def paint(drawing: Drawing, left: float, middle: float) -> None:
        drawing.add(sign(kind, left + KEY / 2, middle, role))

    return paint


def dot_sample(role: str, radius: float, *, hollow: bool = False) -> Sample:
    def paint(drawing: Drawing, left: float, middle: float) -> None:
        drawing.add(Dot(left + KEY / 2, middle, radius, role, hollow))

    return paint


def break_sample(drawing: Drawing, left: float, middle: float) -> None:
    break_mark(drawing, left + KEY / 2, middle - 7, middle + 7)


def break_mark(drawing: Drawing, at: float, top: float, bottom: float) -> None:
    """Two lines side by side, as a cut in the plot: told from an event, which is one dashed line."""
    for side in (at - 2, at + 2):
        drawing.add(Stroke(((side, top), (side, bottom)), "break", 1.25))


def sign(kind: str, x: float, y: float, role: str, size: float = 5.5) -> Area:
    """A small filled shape around a point: a triangle "up" or "down", or a "diamond"."""
    if kind == "diamond":
        return Area(((x, y - size), (x + size, y), (x, y + size), (x - size, y)), role)
    tip, base = (-size, size * 0.75) if kind == "up" else (size, -size * 0.75)
    return Area(((x, y + tip), (x + size, y + base), (x - size, y + base)), role)


def box(left: float, top: float, width: float, height: float) -> tuple[Point, ...]:
    return ((left, top), (left + width, top), (left + width, top + height), (left, top + height))


def shade(classes: Classes, value: float) -> str:
    """The role that fills a value's class."""
    return f"shade-{SHADES[len(classes)][classes.of(value)]}"


def class_keys(classes: Classes) -> list[Key]:
    """A swatch for each class, from the lowest."""

    def swatch(step: int) -> Sample:
        def paint(drawing: Drawing, left: float, middle: float) -> None:
            drawing.add(Region((box(left, middle - 7, KEY, 14),), f"shade-{step}"))

        return paint

    return [Key(swatch(step), words) for step, words in zip(SHADES[len(classes)], classes.words(), strict=True)]


def hatch_sample(kind: str) -> Sample:
    def paint(drawing: Drawing, left: float, middle: float) -> None:
        hatched(drawing, (box(left, middle - 7, KEY, 14),), kind)

    return paint


def hatched(drawing: Drawing, rings: tuple[tuple[Point, ...], ...], kind: str, title: str = "") -> None:
    """A shape without value: "unknown" has lines one way, "suppressed" lines both ways."""
    segments = hatching(rings, 7.0, 1)
    if kind == "suppressed":
        segments = hatching(rings, 6.0, 1) + hatching(rings, 6.0, -1)
    drawing.add(Region(rings, "blank", title), Hatch(segments, "hatch", 1.0))
    for ring in rings:
        drawing.add(Stroke((*ring, ring[0]), "hatch", 0.75))


@lru_cache(maxsize=2048)
def hatching(rings: tuple[tuple[Point, ...], ...], gap: float, slope: int) -> tuple[tuple[Point, Point], ...]:
    """Lines x + slope * y = a multiple of the gap, cut to what lies within the rings (even-odd)."""
    step = gap * math.sqrt(2)
    crossings: dict[int, list[Point]] = {}
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
            one, two = x1 + slope * y1, x2 + slope * y2
            low, high = min(one, two), max(one, two)
            # Half-open, so that a corner on a line is crossed once.
            for index in range(math.ceil(low / step), math.ceil(high / step)):
                share = (index * step - one) / (two - one)
                crossings.setdefault(index, []).append((x1 + share * (x2 - x1), y1 + share * (y2 - y1)))
    result = []
    for points in crossings.values():
        ordered = sorted(points)
        result += list(zip(ordered[::2], ordered[1::2], strict=False))
    return tuple(result)


def value_ticks(values: Sequence[float], wanted: int, *, counts: bool, zero: bool = False) -> tuple[float, ...]:
    """Ticks that cover the values. Counts stand on zero; other values too, unless that would flatten them."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if counts or zero or (low >= 0 and low < 0.6 * high):
        low = min(low, 0.0)
    if low == high:
        low, high = (0.0, high) if high > 0 else (low, low + 1)
    return ticks(low, high, wanted, whole=counts)


def tick_room(axis: Sequence[float]) -> float:
    """How far from the left edge a plot starts, for its tick labels to have room."""
    decimals = tick_decimals(tuple(axis))
    return max(text_width(number(value, decimals)) for value in axis) + 8


def value_axis(drawing: Drawing, axis: Sequence[float], left: float, right: float, y: Scale) -> None:
    """Level lines with their values to the left, and the axis itself at the bottom."""
    decimals = tick_decimals(tuple(axis))
    for value in axis:
        drawing.add(Stroke(((left, y(value)), (right, y(value))), "grid"))
        drawing.add(Words(left - 8, y(value) + 5, number(value, decimals), "text-2", "end"))
    drawing.add(Stroke(((left, y(axis[0])), (right, y(axis[0]))), "axis"))


def axis_labels(
    drawing: Drawing,
    labelled: Sequence[tuple[float, str]],
    bottom: float,
    span: tuple[float, float] | None = None,
    *,
    marked: bool = True,
) -> None:
    """Labels under an axis, within span (the sheet, if not given); those that would touch the one before are left out.
    marked: with a tick each."""
    first, last = span or (0.0, drawing.width)
    reached = -1e9
    for at, label in labelled:
        half = text_width(label) / 2
        centre = min(max(at, first + half), last - half)
        if centre - half < max(reached + 10, first - 0.01):
            continue
        if marked:
            drawing.add(Stroke(((at, bottom), (at, bottom + 5)), "axis"))
        drawing.add(Words(centre, bottom + (21 if marked else 18), label, "text-2", "middle"))
        reached = centre + half


def every(labels: Sequence[str], step: float) -> int:
    """Which labels are written where parts are `step` wide: each, or every second, third, fourth, sixth, twelfth."""
    widest = max((text_width(label) for label in labels), default=0.0) + 6
    return next((each for each in (1, 2, 3, 4, 6, 12) if each * step >= widest), 24)
