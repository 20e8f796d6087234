"""Draws a time series: keys on top, band, reference, events, lines with gaps, names at the line ends."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tillsammans.kernel.figures.drawing import LEADING, Anchor, Drawing, Stroke, Words, spread, text_width, wrap
from tillsammans.kernel.figures.lines import (
    DASHES,
    SIGN_ROOM,
    cuts_of,
    draw_alarms,
    draw_band,
    draw_breaks,
    draw_line,
    low_room,
    period_labels,
    values_of,
)
from tillsammans.kernel.figures.parts import (
    REFERENCE,
    Key,
    Scale,
    axis_labels,
    band_sample,
    keys,
    lines_of_text,
    preliminary_sample,
    reference_sample,
    sign_sample,
    stroke_sample,
    tick_room,
    value_axis,
    value_ticks,
)
from tillsammans.kernel.figures.specification import Alarm, TimeSeries
from tillsammans.kernel.figures.specification.series import break_words


def draw(figure: TimeSeries, width: float, plot_height: float) -> Drawing:
    """Draw a normal time series. Below 500 units the line names are keys on top instead of labels at the line ends."""
    drawing = Drawing(width, 0)
    ends = width >= 500
    values = values_of(figure.lines, figure.band)
    if figure.reference:
        values.append(float(figure.reference.value))
    axis = value_ticks(values, 5 if ends else 4, counts=figure.counts)
    left = tick_room(axis)
    names = [wrap(line.label, 150, bold=True) for line in figure.lines]
    right = width - 8
    if ends:
        right -= 8 + max(text_width(part, bold=True) for name in names for part in name)

    base = lines_of_text(drawing, figure.unit, 0, 16, width)
    shelf = keys(drawing, _keys(figure, named=not ends), 0, base + 3, width) - 6
    flags = _flags(figure, left, right, width)
    shelf += LEADING * sum(len(flag.parts) for flag in flags)
    top = shelf + (SIGN_ROOM if figure.alarms else 0) + 8
    if ends:
        # Every line's name has room beside the plot.
        plot_height = max(plot_height, len(names) * _name_height(names))
    bottom = top + plot_height
    step = (right - left) / len(figure.periods)

    def x(index: float) -> float:
        return left + (index + 0.5) * step

    def y(value: float) -> float:
        return bottom - (value - axis[0]) / (axis[-1] - axis[0]) * plot_height

    value_axis(drawing, axis, left, right, y)
    foot = bottom + (low_room(figure.alarms, figure.lines[0], figure.periods, y, bottom) if figure.alarms else 0)
    axis_labels(drawing, period_labels(figure.periods, x), foot)
    cuts = cuts_of(figure.periods, figure.breaks)
    if figure.band:
        draw_band(drawing, figure.band, cuts, x, y)
    if figure.reference:
        level = y(float(figure.reference.value))
        drawing.add(Stroke(((left, level), (right, level)), "reference", 1.5, REFERENCE))
    draw_breaks(drawing, cuts, x, step, shelf, bottom)
    _write_flags(drawing, flags, shelf, bottom)
    for order, line in enumerate(figure.lines):
        draw_line(drawing, line, figure.periods, cuts, x, y, order=order, dotted=step >= 12)
    if figure.alarms:
        draw_alarms(drawing, figure.alarms, figure.lines[0], figure.periods, x, y, bottom)
    if ends:
        _end_labels(drawing, figure, names, y, (top, bottom), right)
    drawing.height = foot + 30
    return drawing


def _keys(figure: TimeSeries, *, named: bool) -> list[Key]:
    """A key for every mark that has no label of its own."""
    result = []
    if named:
        for index, line in enumerate(figure.lines):
            sample = stroke_sample(f"line-{index + 1}", 2.5, DASHES[index])
            result.append(Key(sample, line.label, f"label-{index + 1}"))
    if any(line.preliminary for line in figure.lines):
        result.append(Key(preliminary_sample, _("preliminär")))
    if figure.band:
        result.append(Key(band_sample, figure.band.label))
    if figure.reference:
        result.append(Key(reference_sample(), figure.reference.label))
    return result + alarm_keys(figure.alarms)


def alarm_keys(alarms: tuple[Alarm, ...]) -> list[Key]:
    """A sign with its words for each way of being unusual; where the words differ between periods, what they share."""
    result: dict[str, set[str]] = {}
    for alarm in alarms:
        result.setdefault(alarm.direction, set()).add(alarm.label)
    common = {"up": _("ovanligt högt"), "down": _("ovanligt lågt")}
    return [
        Key(sign_sample(direction), labels.pop() if len(labels) == 1 else common[direction])
        for direction, labels in result.items()
    ]


@dataclass(frozen=True)
class _Flag:
    """What is written over the plot at the start of a period: an event, or a break with its reason."""

    at: float
    parts: list[str]
    anchor: Anchor
    is_break: bool


def _flags(figure: TimeSeries, left: float, right: float, width: float) -> list[_Flag]:
    """Each with its words on the side that has room for them, broken into lines where neither has."""
    step = (right - left) / len(figure.periods)
    result = []
    for period, words, is_break in (
        *((event.period, event.label, False) for event in figure.events),
        *((each.period, break_words(each), True) for each in figure.breaks),
    ):
        at = left + figure.periods.index(period) * step
        after, before = width - at - 6, at - 6
        side: Anchor = "start" if text_width(words) <= after or after >= before else "end"
        result.append(_Flag(at, wrap(words, after if side == "start" else before), side, is_break))
    return result


def _write_flags(drawing: Drawing, flags: list[_Flag], shelf: float, bottom: float) -> None:
    """A vertical line at the start of the period up to its words; each flag has rows of its own, so none can collide.
    A break's double line within the plot is drawn by itself."""
    base = shelf - 2 - LEADING * (sum(len(flag.parts) for flag in flags) - 1)
    for flag in flags:
        if flag.is_break:
            drawing.add(Stroke(((flag.at, base - 10), (flag.at, shelf)), "break", 1.25))
        else:
            drawing.add(Stroke(((flag.at, base - 10), (flag.at, bottom)), "event", 1.5, (4, 3)))
        for part in flag.parts:
            away = 6 if flag.anchor == "start" else -6
            # A rim of paper: the lines of the flags above run down past these words.
            role = "text-2" if flag.is_break else "event-text"
            drawing.add(Words(flag.at + away, base, part, role, flag.anchor, halo=True))
            base += LEADING


def _end_labels(
    drawing: Drawing,
    figure: TimeSeries,
    names: list[list[str]],
    y: Scale,
    room: tuple[float, float],
    right: float,
) -> None:
    """Each line's name beside its last value; names are pushed apart, never on top of each other."""
    last: list[float] = []
    for line in figure.lines:
        present = [value for value in line.values if value is not None]
        last.append(y(float(present[-1])) if present else room[1])
    height = _name_height(names)
    heights = spread(last, height, room[0] + height / 2 - 9, room[1] - height / 2 + 9)
    for index, name in enumerate(names):
        first = heights[index] + 5 - (len(name) - 1) * (LEADING - 2) / 2
        for row, part in enumerate(name):
            drawing.add(Words(right + 8, first + row * (LEADING - 2), part, f"label-{index + 1}", bold=True))


def _name_height(names: list[list[str]]) -> float:
    return max(len(name) for name in names) * (LEADING - 2) + 1
