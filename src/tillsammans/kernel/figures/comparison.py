"""Draws a comparison: one row per category, in the order given, with its interval and its value in words."""

from __future__ import annotations

from tillsammans.kernel.figures.drawing import LEADING, Area, Dot, Drawing, Stroke, Words, text_width, wrap
from tillsammans.kernel.figures.numbers import number, tick_decimals, ticks
from tillsammans.kernel.figures.parts import REFERENCE, Key, axis_labels, keys, lines_of_text, reference_sample
from tillsammans.kernel.figures.specification import Comparison, Row


def draw(figure: Comparison, width: float) -> Drawing:
    """Draw a normal comparison. Below 500 units a category's name and value stand above its mark, not beside it."""
    drawing = Drawing(width, 0)
    beside = width >= 500
    axis = _ticks(figure, 5 if beside else 4)
    decimals = tick_decimals(axis)
    short = [text_width(figure.words(row), bold=row.emphasised) <= width * 0.42 for row in figure.rows]
    # On a phone a name shares its line with its value when that is short.
    rooms = [210 if beside else width * 0.55 if brief else width for brief in short]
    labels = [wrap(row.label, room, bold=row.emphasised) for row, room in zip(figure.rows, rooms, strict=True)]
    half = text_width(number(axis[-1], decimals)) / 2
    left, right = max(half, text_width(number(axis[0], decimals)) / 2), width - half
    if beside:
        left = 16 + max(text_width(part, bold=True) for label in labels for part in label)
        shown = [text_width(figure.words(row), bold=True) for row in figure.rows if row.value is not None]
        right = width - 16 - max(shown, default=0)
    # What does not stand at the end of the name's line: why there is no value, and on a phone a long value.
    below = [row.value is None if beside else not brief for row, brief in zip(figure.rows, short, strict=True)]
    room = width - left - 6 if beside else width
    saids = [wrap(figure.words(row), room) if apart else [] for row, apart in zip(figure.rows, below, strict=True)]

    def x(value: float) -> float:
        return left + (float(value) - axis[0]) / (axis[-1] - axis[0]) * (right - left)

    top = _heading(drawing, figure, width)
    heights = [
        max(30.0, max(len(label), len(said)) * LEADING + 12)
        if beside
        else (len(label) + len(said)) * LEADING + (30 if row.value is not None else 12)
        for row, label, said in zip(figure.rows, labels, saids, strict=True)
    ]
    bottom = top + sum(heights)
    axis_labels(drawing, [(x(value), number(value, decimals)) for value in axis], bottom, marked=False)
    levels: list[tuple[str, float, float, tuple[float, ...]]] = [("grid", x(value), 1.0, ()) for value in axis]
    if axis[0] <= 0 <= axis[-1]:
        levels.append(("axis", x(0), 1.0, ()))
    if figure.reference:
        levels.append(("reference", x(float(figure.reference.value)), 1.5, REFERENCE))
    edge = top
    for row, label, said, height in zip(figure.rows, labels, saids, heights, strict=True):
        # Levels run only where a mark is, never through words.
        above = 0.0 if beside else (len(label) + len(said)) * LEADING + 2
        if row.value is not None:
            for role, at, thickness, dash in levels:
                drawing.add(Stroke(((at, edge + above), (at, edge + height)), role, thickness, dash))
        middle = edge + height / 2 if beside else edge + above + 13
        first = middle + 5 - (len(label) - 1) * LEADING / 2 if beside else edge + 16
        _label(drawing, row, label, first)
        tone = "text" if row.value is not None else "text-2"
        if said:
            base = middle + 5 - (len(said) - 1) * LEADING / 2 if beside else edge + 16 + len(label) * LEADING
            for index, part in enumerate(said):
                drawing.add(Words(left + 6 if beside else 0, base + index * LEADING, part, tone))
        else:
            base = middle + 5 if beside else first
            drawing.add(Words(width, base, figure.words(row), tone, "end", bold=row.emphasised))
        if row.value is not None:
            _mark(drawing, figure, row, x(float(row.value)), x(max(axis[0], 0.0)), middle)
            if row.low is not None and row.high is not None:
                _interval(drawing, row, x(float(row.low)), x(float(row.high)), middle)
        edge += height
    drawing.height = bottom + 28
    return drawing


def _ticks(figure: Comparison, wanted: int) -> tuple[float, ...]:
    values = [float(v) for row in figure.rows for v in (row.value, row.low, row.high) if v is not None]
    if figure.reference:
        values.append(float(figure.reference.value))
    # A length is compared from zero, and so is a dot beside it: the axis always holds zero.
    return ticks(min([0.0, *values]), max([0.0, *values]), wanted, whole=figure.counts)


def _heading(drawing: Drawing, figure: Comparison, width: float) -> float:
    words = figure.unit
    if figure.interval_label and any(row.low is not None for row in figure.rows):
        words = f"{words} ({figure.interval_label})" if words else figure.interval_label
    base = lines_of_text(drawing, words, 0, 16, width)
    if figure.reference:
        base = keys(drawing, [Key(reference_sample(), figure.reference.label)], 0, base, width) - 2
    return base - 4


def _label(drawing: Drawing, row: Row, label: list[str], base: float) -> None:
    for index, part in enumerate(label):
        drawing.add(Words(0, base + index * LEADING, part, bold=row.emphasised))


def _mark(drawing: Drawing, figure: Comparison, row: Row, at: float, zero: float, middle: float) -> None:
    role = "mark-strong" if row.emphasised else "mark"
    if figure.counts:
        drawing.add(Area(((zero, middle - 6), (at, middle - 6), (at, middle + 6), (zero, middle + 6)), role))
    else:
        drawing.add(Dot(at, middle, 5, role))


def _interval(drawing: Drawing, row: Row, low: float, high: float, middle: float) -> None:
    role = "interval-strong" if row.emphasised else "interval"
    drawing.add(Stroke(((low, middle), (high, middle)), role, 2))
    drawing.add(Stroke(((low, middle - 5), (low, middle + 5)), role, 2))
    drawing.add(Stroke(((high, middle - 5), (high, middle + 5)), role, 2))
