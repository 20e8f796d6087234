"""Time series marks of every plot: lines with gaps and breaks, expected intervals, and unusual values."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tillsammans.kernel.figures.drawing import Area, Dot, Drawing, Point, Stroke
from tillsammans.kernel.figures.numbers import month, month_names
from tillsammans.kernel.figures.parts import Scale, break_mark, sign
from tillsammans.kernel.figures.specification import Alarm, Band, Break, Line, Number

DASHES: tuple[tuple[float, ...], ...] = ((), (8, 4), (2, 3), (10, 3, 2, 3))
SIGN_ROOM = 12.0  # above the plot, for the sign of an unusual value at its very top


def values_of(lines: Sequence[Line], band: Band | None) -> list[float]:
    """Every value that the axis must reach."""
    columns = [line.values for line in lines] + list(band.columns if band else ())
    return [float(value) for column in columns for value in column if value is not None]


def runs(values: Sequence[object], cuts: Collection[int] = ()) -> list[list[int]]:
    """Unbroken stretches of present values, as indexes: a gap is never bridged, nor is a cut before an index."""
    result: list[list[int]] = [[]]
    for index, value in enumerate(values):
        if index in cuts and result[-1]:
            result.append([])
        if value is not None:
            result[-1].append(index)
        elif result[-1]:
            result.append([])
    return [run for run in result if run]


def cuts_of(periods: Sequence[str], breaks: Sequence[Break]) -> set[int]:
    """The indexes before which lines are cut."""
    return {periods.index(each.period) for each in breaks}


def draw_band(drawing: Drawing, band: Band, cuts: Collection[int], x: Scale, y: Scale) -> None:
    ends = [
        None if low is None or high is None else (float(low), float(high))
        for low, high in zip(band.low, band.high, strict=True)
    ]
    for run in runs(ends, cuts):
        lower = tuple((x(index), y(_low(ends[index]))) for index in run)
        upper = tuple((x(index), y(_high(ends[index]))) for index in run)
        if len(run) == 1:
            # A single period has no width: its interval is drawn as a bar.
            drawing.add(Stroke((*lower, *upper), "band-edge", 3))
        else:
            drawing.add(Area((*upper, *reversed(lower)), "band"))
            drawing.add(Stroke(lower, "band-edge"), Stroke(upper, "band-edge"))
    for run in runs(band.middle, cuts):
        if len(run) > 1:
            middle = tuple((x(index), y(_number(band.middle[index]))) for index in run)
            drawing.add(Stroke(middle, "band-edge", 1.25, (2, 2)))


def draw_line(
    drawing: Drawing,
    line: Line,
    periods: Sequence[str],
    cuts: Collection[int],
    x: Scale,
    y: Scale,
    *,
    order: int = 0,
    dotted: bool = False,
    weight: float = 2.5,
) -> None:
    """A line with its points; dashed and, unless it is thin, hollow where it is preliminary."""
    role = f"line-{order + 1}"
    preliminary = set(line.preliminary)
    for run in runs(line.values, cuts):
        points: list[tuple[Point, bool]] = [
            ((x(index), y(_number(line.values[index]))), periods[index] in preliminary) for index in run
        ]
        # The stretch that leads to a preliminary point is as uncertain as the point.
        start = 0
        while start < len(points) - 1:
            tentative = points[start + 1][1]
            stop = start + 1
            while stop < len(points) - 1 and points[stop + 1][1] == tentative:
                stop += 1
            part = tuple(point for point, _unused in points[start : stop + 1])
            drawing.add(Stroke(part, role, 1.5 if tentative else weight, (3, 3) if tentative else DASHES[order]))
            start = stop
        for (at_x, at_y), tentative in points:
            if tentative and weight > 2:
                drawing.add(Dot(at_x, at_y, 4, role, hollow=True))
            elif dotted or len(points) == 1:
                drawing.add(Dot(at_x, at_y, 3, role))


def draw_alarms(
    drawing: Drawing, alarms: Sequence[Alarm], line: Line, periods: Sequence[str], x: Scale, y: Scale, bottom: float
) -> None:
    """A triangle beside each unusual value, outside it, pointing the way it is unusual."""
    for alarm in alarms:
        index = periods.index(alarm.period)
        at = y(_number(line.values[index]))
        if alarm.direction == "up":
            drawing.add(sign("up", x(index), at - 10, "alarm", 5))
        else:
            # A low value at the foot of the plot has its sign under the axis, where low_room has made room.
            drawing.add(sign("down", x(index), at + 10 if at + 16 < bottom else bottom + 8, "alarm", 5))


def low_room(alarms: Sequence[Alarm], line: Line, periods: Sequence[str], y: Scale, bottom: float) -> float:
    """Room between the axis and its labels for signs under the axis; none when there are none."""
    low = (alarm for alarm in alarms if alarm.direction == "down")
    return 12.0 if any(y(_number(line.values[periods.index(each.period)])) + 16 >= bottom for each in low) else 0.0


def draw_breaks(drawing: Drawing, cuts: Collection[int], x: Scale, step: float, top: float, bottom: float) -> None:
    for index in sorted(cuts):
        break_mark(drawing, x(index) - step / 2, top, bottom)


def period_labels(periods: Sequence[str], x: Scale) -> list[tuple[float, str]]:
    """Where labels may stand: each January of a long series of months, each month of a short one, else each period."""
    months = [year_month for period in periods if (year_month := month(period))]
    if len(months) < len(periods):
        return [(x(index), period) for index, period in enumerate(periods)]
    if len(months) > 18:
        return [(x(index), str(year)) for index, (year, one) in enumerate(months) if one == 1]
    names = month_names()
    return [
        (x(index), names[one - 1] + (f" {year}" if index == 0 or one == 1 else ""))
        for index, (year, one) in enumerate(months)
    ]


def _number(value: Number | None) -> float:
    assert value is not None  # noqa: S101  a run holds present values only
    return float(value)


def _low(ends: tuple[float, float] | None) -> float:
    assert ends is not None  # noqa: S101
    return ends[0]


def _high(ends: tuple[float, float] | None) -> float:
    assert ends is not None  # noqa: S101
    return ends[1]
