"""Draws a cyclic profile: dots with intervals against a level, or a grid of shaded cells for the week."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tillsammans.kernel.figures.drawing import Dot, Drawing, Region, Stroke, Words, shortened, text_width
from tillsammans.kernel.figures.parts import (
    REFERENCE,
    Key,
    axis_labels,
    box,
    class_keys,
    dot_sample,
    every,
    hatch_sample,
    hatched,
    keys,
    lines_of_text,
    reference_sample,
    shade,
    sign,
    sign_sample,
    tick_room,
    value_axis,
    value_ticks,
)
from tillsammans.kernel.figures.specification import Profile, WeekGrid


def draw(figure: Profile, width: float, plot_height: float) -> Drawing:
    """Draw a normal profile: a dot with its interval for each part, and the level across."""
    drawing = Drawing(width, 0)
    values = [float(v) for slot in figure.slots for v in (slot.value, slot.low, slot.high) if v is not None]
    axis = value_ticks([*values, float(figure.reference.value)], 5 if width >= 500 else 4, counts=figure.counts)
    left, right = tick_room(axis), width - 4
    words = figure.unit
    if figure.interval_label and any(slot.low is not None for slot in figure.slots):
        words = f"{words} ({figure.interval_label})" if words else figure.interval_label
    base = lines_of_text(drawing, words, 0, 16, width)
    noticed = dict.fromkeys(slot.noticed for slot in figure.slots if slot.noticed)
    wanted = [Key(reference_sample(), figure.reference.label)]
    wanted += [Key(sign_sample("diamond"), label) for label in noticed]
    top = keys(drawing, wanted, 0, base + 3, width) + 4
    bottom = top + plot_height
    step = (right - left) / len(figure.slots)

    def x(index: int) -> float:
        return left + (index + 0.5) * step

    def y(value: float) -> float:
        return bottom - (value - axis[0]) / (axis[-1] - axis[0]) * plot_height

    value_axis(drawing, axis, left, right, y)
    names = [shortened(slot.label, width / 4) for slot in figure.slots]
    axis_labels(drawing, [(x(at), names[at]) for at in range(0, len(names), every(names, step))], bottom)
    level = y(float(figure.reference.value))
    drawing.add(Stroke(((left, level), (right, level)), "reference", 1.5, REFERENCE))
    for index, slot in enumerate(figure.slots):
        if slot.value is None:
            # A cross on the axis: nothing is known, which is not zero.
            drawing.add(Stroke(((x(index) - 4, bottom - 10), (x(index) + 4, bottom - 2)), "interval", 1.5))
            drawing.add(Stroke(((x(index) - 4, bottom - 2), (x(index) + 4, bottom - 10)), "interval", 1.5))
            continue
        if slot.low is not None and slot.high is not None:
            ends = y(float(slot.low)), y(float(slot.high))
            drawing.add(Stroke(((x(index), ends[0]), (x(index), ends[1])), "interval", 2))
            for end in ends:
                drawing.add(Stroke(((x(index) - 4, end), (x(index) + 4, end)), "interval", 2))
        at = y(float(slot.value))
        drawing.add(sign("diamond", x(index), at, "alarm", 6.5) if slot.noticed else Dot(x(index), at, 5, "mark"))
    drawing.height = bottom + 30
    return drawing


def draw_week(figure: WeekGrid, width: float) -> Drawing:
    """Draw a normal grid: rows by columns of shaded cells, the keys above."""
    drawing = Drawing(width, 0)
    base = lines_of_text(drawing, figure.unit, 0, 16, width)
    wanted = class_keys(figure.classes)
    if any(value is None for row in figure.values for value in row):
        wanted.append(Key(hatch_sample("unknown"), _("uppgift saknas")))
    if figure.noticed:
        wanted.append(Key(dot_sample("noticed", 3.5, hollow=True), figure.noticed_label))
    top = keys(drawing, wanted, 0, base + 3, width) - 6
    names = [shortened(name, width * 0.3) for name in figure.rows]
    left = max(text_width(name) for name in names) + 10
    step = (width - left) / len(figure.columns)
    tall = 24.0
    noticed = set(figure.noticed)
    for row, (name, values) in enumerate(zip(names, figure.values, strict=True)):
        edge = top + row * tall
        drawing.add(Words(left - 10, edge + tall / 2 + 5, name, "text", "end"))
        for column, value in enumerate(values):
            corners = box(left + column * step, edge, step, tall)
            if value is None:
                hatched(drawing, (corners,), "unknown")
            else:
                drawing.add(Region((corners,), shade(figure.classes, float(value))))
            if (row, column) in noticed:
                middle = (left + (column + 0.5) * step, edge + tall / 2)
                drawing.add(Dot(*middle, min(3.5, step / 2 - 1), "noticed", hollow=True))
    bottom = top + tall * len(figure.rows)
    each = every(figure.columns, step)
    labelled = [(left + (at + 0.5) * step, figure.columns[at]) for at in range(0, len(figure.columns), each)]
    axis_labels(drawing, labelled, bottom)
    base = bottom + 21
    if figure.column_heading:
        drawing.add(Words(left, base + 20, figure.column_heading, "text-2"))
        base += 20
    drawing.height = base + 9
    return drawing
