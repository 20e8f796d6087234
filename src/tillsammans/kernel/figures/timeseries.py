"""How a time series is drawn: keys on top, band, reference, events, lines with gaps, names at the line ends."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from tillsammans.kernel.figures.drawing import (
    LEADING,
    Area,
    Dot,
    Drawing,
    Point,
    Stroke,
    Words,
    spread,
    text_width,
    wrap,
)
from tillsammans.kernel.figures.numbers import month, month_names, number, tick_decimals, ticks
from tillsammans.kernel.figures.specification import Line, TimeSeries

DASHES: tuple[tuple[float, ...], ...] = ((), (8, 4), (2, 3), (10, 3, 2, 3))
Scale = Callable[[float], float]


def draw(figure: TimeSeries, width: float, plot_height: float) -> Drawing:
    """Draw a normal time series. Below 500 units the line names are keys on top instead of labels at the line ends."""
    drawing = Drawing(width, 0)
    ends = width >= 500
    axis = _ticks(figure, 5 if ends else 4)
    decimals = tick_decimals(axis)
    left = max(text_width(number(value, decimals)) for value in axis) + 8
    names = [wrap(line.label, 150, bold=True) for line in figure.lines]
    right = width - 8
    if ends:
        right -= 8 + max(text_width(part, bold=True) for name in names for part in name)

    top = _keys(drawing, figure, width, named=not ends)
    top = _event_labels_room(figure, top)
    bottom = top + plot_height
    count = len(figure.periods)
    step = (right - left) / count

    def x(index: float) -> float:
        return left + (index + 0.5) * step

    def y(value: float) -> float:
        return bottom - (float(value) - axis[0]) / (axis[-1] - axis[0]) * plot_height

    for value in axis:
        drawing.add(Stroke(((left, y(value)), (right, y(value))), "grid"))
        drawing.add(Words(left - 8, y(value) + 5, number(value, decimals), "text-2", "end"))
    drawing.add(Stroke(((left, bottom), (right, bottom)), "axis"))
    _period_ticks(drawing, figure.periods, x, step, bottom)
    _band(drawing, figure, x, y)
    if figure.reference:
        level = y(float(figure.reference.value))
        drawing.add(Stroke(((left, level), (right, level)), "reference", 1.5, (6, 4)))
    _events(drawing, figure, x, step, top, bottom)
    for index, line in enumerate(figure.lines):
        _line(drawing, figure, line, index, x, y, step)
    if ends:
        _end_labels(drawing, figure, names, x, y, (top, bottom), right)
    drawing.height = bottom + 30
    return drawing


def _ticks(figure: TimeSeries, wanted: int) -> tuple[float, ...]:
    columns = [line.values for line in figure.lines]
    if figure.band:
        columns += [figure.band.low, figure.band.high]
    values = [float(value) for column in columns for value in column if value is not None]
    if figure.reference:
        values.append(float(figure.reference.value))
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    # Counts always stand on zero; other values do unless that would flatten the whole line.
    if figure.counts or (low >= 0 and low < 0.6 * high):
        low = min(low, 0.0)
    if low == high:
        low, high = (0.0, high) if high > 0 else (low, low + 1)
    return ticks(low, high, wanted, whole=figure.counts)


def _keys(drawing: Drawing, figure: TimeSeries, width: float, *, named: bool) -> float:
    """The unit, and a key for every mark that has no label of its own; gives the y below them."""
    base = 16.0
    for part in wrap(figure.unit, width):
        drawing.add(Words(0, base, part, "text-2"))
        base += LEADING
    keys: list[tuple[str, str, int]] = []
    if named:
        keys += [("line", line.label, index) for index, line in enumerate(figure.lines)]
    if any(line.preliminary for line in figure.lines):
        keys.append(("preliminary", _("preliminär"), 0))
    if figure.band:
        keys.append(("band", figure.band.label, 0))
    if figure.reference:
        keys.append(("reference", figure.reference.label, 0))
    left = 0.0
    for kind, label, index in keys:
        parts = wrap(label, width - 40)
        room = 32 + max(text_width(part) for part in parts)
        if left and left + room > width:
            left, base = 0.0, base + LEADING + 2
        _key(drawing, kind, index, left, base)
        for row, part in enumerate(parts):
            role = f"label-{index + 1}" if kind == "line" else "text-2"
            drawing.add(Words(left + 32, base + row * LEADING, part, role))
        base += (len(parts) - 1) * LEADING
        left += room + 18
    return base + (LEADING if keys else 0) - 4


def _key(drawing: Drawing, kind: str, index: int, left: float, base: float) -> None:
    middle = base - 5
    if kind == "line":
        drawing.add(Stroke(((left, middle), (left + 26, middle)), f"line-{index + 1}", 2.5, DASHES[index]))
    elif kind == "preliminary":
        drawing.add(Stroke(((left, middle), (left + 26, middle)), "line-1", 1.5, (3, 3)))
        drawing.add(Dot(left + 13, middle, 4, "line-1", hollow=True))
    elif kind == "band":
        corners = ((left, middle - 6), (left + 26, middle - 6), (left + 26, middle + 6), (left, middle + 6))
        drawing.add(Area(corners, "band"), Stroke((*corners, corners[0]), "band-edge"))
    else:
        drawing.add(Stroke(((left, middle), (left + 26, middle)), "reference", 1.5, (6, 4)))


def _period_ticks(drawing: Drawing, periods: tuple[str, ...], x: Scale, step: float, bottom: float) -> None:
    """A tick where a label stands: each year, or each month of a short series; as many as there is room for."""
    months = [month(period) for period in periods]
    if all(months) and len(periods) > 18:
        labelled = [(index, str(found[0])) for index, found in enumerate(months) if found and found[1] == 1]
    elif all(months):
        names = month_names()
        labelled = []
        for index, found in enumerate(months):
            assert found is not None  # noqa: S101  all() above
            year = f" {found[0]}" if index == 0 or found[1] == 1 else ""
            labelled.append((index, names[found[1] - 1] + year))
    else:
        labelled = list(enumerate(periods))
    reached = -1e9
    limit = drawing.width
    for index, label in labelled:
        half = text_width(label) / 2
        centre = min(max(x(index), half), limit - half)
        if centre - half < reached + 10:
            continue
        drawing.add(Stroke(((x(index), bottom), (x(index), bottom + 5)), "axis"))
        drawing.add(Words(centre, bottom + 21, label, "text-2", "middle"))
        reached = centre + half


def _band(drawing: Drawing, figure: TimeSeries, x: Scale, y: Scale) -> None:
    if not figure.band:
        return
    ends_by_period = zip(figure.band.low, figure.band.high, strict=True)
    for run in _runs([None if a is None or b is None else (float(a), float(b)) for a, b in ends_by_period]):
        if len(run) == 1:
            # One period has no width to fill: its interval stands as a bar.
            index, ends = run[0]
            drawing.add(Stroke(((x(index), y(ends[0])), (x(index), y(ends[1]))), "band-edge", 3))
            continue
        lower = tuple((x(index), y(ends[0])) for index, ends in run)
        upper = tuple((x(index), y(ends[1])) for index, ends in run)
        drawing.add(Area((*upper, *reversed(lower)), "band"))
        drawing.add(Stroke(lower, "band-edge"), Stroke(upper, "band-edge"))


def _runs(values: list[tuple[float, float] | None]) -> list[list[tuple[int, tuple[float, float]]]]:
    """Unbroken stretches of present values, each with its indexes: a gap is never bridged."""
    runs: list[list[tuple[int, tuple[float, float]]]] = [[]]
    for index, value in enumerate(values):
        if value is not None:
            runs[-1].append((index, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _line(drawing: Drawing, figure: TimeSeries, line: Line, order: int, x: Scale, y: Scale, step: float) -> None:
    role = f"line-{order + 1}"
    dotted = step >= 12
    preliminary = set(line.preliminary)
    values = [None if value is None else (float(value), 0.0) for value in line.values]
    for run in _runs(values):
        points: list[tuple[Point, bool]] = [
            ((x(index), y(value)), figure.periods[index] in preliminary) for index, (value, _unused) in run
        ]
        # The stretch that leads to a preliminary point is as uncertain as the point.
        start = 0
        while start < len(points) - 1:
            tentative = points[start + 1][1]
            stop = start + 1
            while stop < len(points) - 1 and points[stop + 1][1] == tentative:
                stop += 1
            part = tuple(point for point, _unused in points[start : stop + 1])
            drawing.add(Stroke(part, role, 1.5 if tentative else 2.5, (3, 3) if tentative else DASHES[order]))
            start = stop
        for (at_x, at_y), tentative in points:
            if tentative:
                drawing.add(Dot(at_x, at_y, 4, role, hollow=True))
            elif dotted or len(points) == 1:
                drawing.add(Dot(at_x, at_y, 3, role))


def _event_labels_room(figure: TimeSeries, top: float) -> float:
    return top + 10 + LEADING * len(figure.events)


def _events(drawing: Drawing, figure: TimeSeries, x: Scale, step: float, top: float, bottom: float) -> None:
    """A vertical line at the start of the period; each label on a row of its own, so none can collide."""
    for row, event in enumerate(figure.events):
        at = x(figure.periods.index(event.period)) - step / 2
        base = top - 8 - LEADING * (len(figure.events) - 1 - row)
        drawing.add(Stroke(((at, base - 10), (at, bottom)), "event", 1.5, (4, 3)))
        room = text_width(event.label) + 6
        if at + room <= drawing.width:
            drawing.add(Words(at + 6, base, event.label, "event-text"))
        elif at - room >= 0:
            drawing.add(Words(at - 6, base, event.label, "event-text", "end"))
        else:
            drawing.add(Words(drawing.width, base, event.label, "event-text", "end"))


def _end_labels(
    drawing: Drawing,
    figure: TimeSeries,
    names: list[list[str]],
    x: Scale,
    y: Scale,
    room: tuple[float, float],
    right: float,
) -> None:
    """Each line's name beside its last value; names are pushed apart, never on top of each other."""
    last: list[float] = []
    for line in figure.lines:
        present = [value for value in line.values if value is not None]
        last.append(y(float(present[-1])) if present else room[1])
    tallest = max(len(name) for name in names)
    heights = spread(last, tallest * (LEADING - 2) + 1, room[0], room[1])
    for index, name in enumerate(names):
        first = heights[index] + 5 - (len(name) - 1) * (LEADING - 2) / 2
        for row, part in enumerate(name):
            drawing.add(Words(right + 8, first + row * (LEADING - 2), part, f"label-{index + 1}", bold=True))
