"""Draws a funnel plot: places as points, control limits as curves, names only of places outside the limits."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import median

from django.utils.translation import gettext as _

from tillsammans.kernel.figures.drawing import Dot, Drawing, Stroke, Words, wrap
from tillsammans.kernel.figures.drawing import Point as Place
from tillsammans.kernel.figures.labels import Placing
from tillsammans.kernel.figures.numbers import number, tick_decimals, ticks
from tillsammans.kernel.figures.parts import (
    REFERENCE,
    Key,
    Scale,
    axis_labels,
    dot_sample,
    keys,
    lines_of_text,
    reference_sample,
    sign,
    sign_sample,
    stroke_sample,
    tick_room,
    value_axis,
    value_ticks,
)
from tillsammans.kernel.figures.specification import Funnel, Point

LIMITS: tuple[tuple[float, tuple[float, ...]], ...] = ((1.5, (3, 3)), (1.5, ()))  # width and dash, the inner first


def draw(figure: Funnel, width: float, plot_height: float) -> Drawing:
    """Draw a normal funnel."""
    drawing = Drawing(width, 0)
    shown = [
        (point, float(point.size), float(point.value))
        for point in figure.points
        if point.size is not None and point.value is not None
    ]
    base = lines_of_text(drawing, figure.unit, 0, 16, width)
    top = keys(drawing, _keys(figure), 0, base + 3, width) + 4
    bottom = top + plot_height
    level = float(figure.level.value)
    sizes = [size for _point, size, _value in shown] or [float(figure.limits[0].sizes[0])]
    # The limits grow without bound for small places: the axis covers the limits at a place of middling size, and the
    # curves are clipped beyond.
    values = [level, *_limits_at(figure, median(sizes)), *(value for _point, _size, value in shown)]
    axis = value_ticks(values, 5, counts=figure.counts)
    left, right = tick_room(axis), width - 8
    across = _across(min(sizes), max(sizes), left + 12, right - 12)

    def y(value: float) -> float:
        return bottom - (value - axis[0]) / (axis[-1] - axis[0]) * plot_height

    value_axis(drawing, axis, left, right, y)
    _size_axis(drawing, figure, across, (min(sizes), max(sizes)), left, right, bottom)
    drawing.add(Stroke(((left, y(level)), (right, y(level))), "reference", 1.5, REFERENCE))
    for (thickness, dash), limit in zip(LIMITS[-len(figure.limits) :], figure.limits, strict=True):
        for column in (limit.low, limit.high):
            curve = [(across(float(s)), y(float(v))) for s, v in zip(limit.sizes, column, strict=True) if s > 0]
            for part in _within(curve, (left, top, right, bottom)):
                drawing.add(Stroke(part, "limit", thickness, dash))

    placing = Placing((left, top - 4, width, bottom - 2))
    dots = [(point, across(size), y(value)) for point, size, value in shown]
    # The reader's own place is painted last, on top of the others.
    dots.sort(key=lambda dot: (dot[0].own, bool(dot[0].outside)))
    for point, at_x, at_y in dots:
        _mark(drawing, point, at_x, at_y)
        placing.keep_off_dot(at_x, at_y, 5)
    unnamed = 0
    for point, at_x, at_y in reversed(dots):
        if point.own or point.outside:
            placed = placing.beside(drawing, at_x, at_y, point.label, bold=point.own)
            unnamed += not placed
    base = bottom + 44
    if unnamed:
        base = lines_of_text(drawing, _("Namn som inte får plats står i tabellen."), 0, base + 18, width) - 18
    drawing.height = base + 8
    return drawing


def _limits_at(figure: Funnel, size: float) -> tuple[float, float]:
    """The outer limits for the drawn size that is nearest."""
    outer = figure.limits[-1]
    at = min(range(len(outer.sizes)), key=lambda index: abs(float(outer.sizes[index]) - size))
    return float(outer.low[at]), float(outer.high[at])


def _keys(figure: Funnel) -> list[Key]:
    result = [Key(dot_sample("mark", 3.5), _("inom gränserna"))]
    if any(point.outside for point in figure.points):
        result.append(Key(sign_sample("diamond"), _("utanför gränserna")))
    if own := [point.label for point in figure.points if point.own and point.value is not None]:
        result.append(Key(dot_sample("mark-strong", 6), ", ".join(own)))
    result.append(Key(reference_sample(), figure.level.label))
    for (thickness, dash), limit in zip(LIMITS[-len(figure.limits) :], figure.limits, strict=True):
        result.append(Key(stroke_sample("limit", thickness, dash), _("gräns %(level)s") % {"level": limit.label}))
    return result


def _mark(drawing: Drawing, point: Point, x: float, y: float) -> None:
    role = "mark-strong" if point.own else "alarm" if point.outside else "mark"
    if point.outside:
        drawing.add(sign("diamond", x, y, role, 8 if point.own else 5.5))
    else:
        drawing.add(Dot(x, y, 6 if point.own else 3.5, role))


def _across(low: float, high: float, left: float, right: float) -> Scale:
    """Sizes from left to right: evenly, or by powers of ten when the largest is more than 20 times the smallest."""
    if high <= low:
        low, high = low * 0.5, high * 1.5
    if high > 20 * low:
        span = math.log(high / low)
        return lambda size: left + math.log(size / low) / span * (right - left)
    return lambda size: left + (size - low) / (high - low) * (right - left)


def _size_axis(
    drawing: Drawing, figure: Funnel, across: Scale, span: tuple[float, float], left: float, right: float, bottom: float
) -> None:
    low, high = span
    if high > 20 * low:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        marks = [factor * 10.0**power for power in powers for factor in (1, 2, 5)]
    else:
        marks = list(ticks(low, high, 4))
    decimals = tick_decimals(tuple(round(mark, 6) for mark in marks if left <= across(mark) <= right))
    labelled = [(across(mark), number(mark, decimals)) for mark in marks if mark > 0 and left <= across(mark) <= right]
    axis_labels(drawing, labelled, bottom, (left - 8, drawing.width))
    for row, part in enumerate(wrap(figure.size_label, right - left)[:1]):
        drawing.add(Words(right, bottom + 40 + row * 18, part, "text-2", "end"))


def _within(curve: list[Place], room: tuple[float, float, float, float]) -> list[tuple[Place, ...]]:
    """The parts of a curve inside the plot, clipped at its edges."""
    result: list[list[Place]] = []
    for one, two in pairwise(curve):
        cut = _cut(one, two, room)
        if cut is None:
            continue
        if result and result[-1][-1] == cut[0]:
            result[-1].append(cut[1])
        else:
            result.append([*cut])
    return [tuple(part) for part in result]


def _cut(one: Place, two: Place, room: tuple[float, float, float, float]) -> tuple[Place, Place] | None:
    """The part of a segment within a box (Liang and Barsky 1984); None when there is none."""
    (x1, y1), (x2, y2) = one, two
    start, stop = 0.0, 1.0
    sides = ((x1 - x2, x1 - room[0]), (x2 - x1, room[2] - x1), (y1 - y2, y1 - room[1]), (y2 - y1, room[3] - y1))
    for step, away in sides:
        if step == 0:
            if away < 0:
                return None
        elif step < 0:
            start = max(start, away / step)
        else:
            stop = min(stop, away / step)
    if start >= stop:
        return None
    ends = [
        one if share == 0 else two if share == 1 else (x1 + share * (x2 - x1), y1 + share * (y2 - y1))
        for share in (start, stop)
    ]
    return ends[0], ends[1]
