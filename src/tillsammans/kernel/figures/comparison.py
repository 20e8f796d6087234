"""How a comparison is drawn: one row per category, in the order given, with its interval and its value in words."""

from __future__ import annotations

from tillsammans.kernel.figures.drawing import LEADING, Area, Dot, Drawing, Stroke, Words, text_width, wrap
from tillsammans.kernel.figures.numbers import number, tick_decimals, ticks
from tillsammans.kernel.figures.parts import REFERENCE, Key, keys, lines_of_text, reference_sample
from tillsammans.kernel.figures.specification import Comparison, Row


def draw(figure: Comparison, width: float) -> Drawing:
    """Draw a normal comparison. Below 500 units a category's name and value stand above its mark, not beside it."""
    drawing = Drawing(width, 0)
    beside = width >= 500
    axis = _ticks(figure, 5 if beside else 4)
    decimals = tick_decimals(axis)
    labels = [wrap(row.label, 210 if beside else width * 0.55, bold=row.emphasised) for row in figure.rows]
    half = text_width(number(axis[-1], decimals)) / 2
    left, right = half, width - half
    if beside:
        left = 16 + max(text_width(part, bold=True) for label in labels for part in label)
        shown = [text_width(figure.words(row), bold=True) for row in figure.rows if row.value is not None]
        right = width - 16 - max(shown, default=0)

    def x(value: float) -> float:
        return left + (float(value) - axis[0]) / (axis[-1] - axis[0]) * (right - left)

    top = _heading(drawing, figure, width)
    heights = [
        max(30.0, len(label) * LEADING + 12)
        if beside
        else len(label) * LEADING + (30 if _stands_below(figure, row, width) else 12)
        for row, label in zip(figure.rows, labels, strict=True)
    ]
    bottom = top + sum(heights)
    for value in axis:
        drawing.add(Words(x(value), bottom + 18, number(value, decimals), "text-2", "middle"))
    levels: list[tuple[str, float, float, tuple[float, ...]]] = [("grid", x(value), 1.0, ()) for value in axis]
    if axis[0] <= 0 <= axis[-1]:
        levels.append(("axis", x(0), 1.0, ()))
    if figure.reference:
        levels.append(("reference", x(float(figure.reference.value)), 1.5, REFERENCE))
    edge = top
    for row, label, height in zip(figure.rows, labels, heights, strict=True):
        # Levels run only where a mark is, never through words.
        above = 0.0 if beside else len(label) * LEADING + 2
        if row.value is not None:
            for role, at, thickness, dash in levels:
                drawing.add(Stroke(((at, edge + above), (at, edge + height)), role, thickness, dash))
        if beside:
            middle = edge + height / 2
            _label(drawing, row, label, middle + 5 - (len(label) - 1) * LEADING / 2)
            if row.value is None:
                drawing.add(Words(left + 6, middle + 5, figure.words(row), "text-2"))
            else:
                drawing.add(Words(width, middle + 5, figure.words(row), "text", "end", bold=row.emphasised))
        else:
            _label(drawing, row, label, edge + 16)
            tone = "text" if row.value is not None else "text-2"
            if row.value is None and _stands_below(figure, row, width):
                drawing.add(Words(0, edge + len(label) * LEADING + 14, figure.words(row), tone))
            else:
                drawing.add(Words(width, edge + 16, figure.words(row), tone, "end", bold=row.emphasised))
            middle = edge + len(label) * LEADING + 15
        if row.value is not None:
            _mark(drawing, figure, row, x(float(row.value)), x(max(axis[0], 0.0)), middle)
            if row.low is not None and row.high is not None:
                _interval(drawing, row, x(float(row.low)), x(float(row.high)), middle)
        edge += height
    drawing.height = bottom + 28
    return drawing


def _stands_below(figure: Comparison, row: Row, width: float) -> bool:
    """Whether something stands under the name: a mark, or a reason longer than the room beside the name."""
    return row.value is not None or text_width(figure.words(row)) > width * 0.42


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
