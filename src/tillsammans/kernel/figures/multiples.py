"""Draws small multiples: a grid of small plots with the same two axes, each with its last value."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tillsammans.kernel.figures.drawing import LEADING, Dot, Drawing, Words, text_width, wrap
from tillsammans.kernel.figures.lines import (
    cuts_of,
    draw_alarms,
    draw_band,
    draw_breaks,
    draw_line,
    values_of,
)
from tillsammans.kernel.figures.numbers import month, number
from tillsammans.kernel.figures.parts import (
    Key,
    band_sample,
    break_sample,
    dot_sample,
    keys,
    lines_of_text,
    preliminary_sample,
    tick_room,
    value_axis,
    value_ticks,
)
from tillsammans.kernel.figures.specification import Panel, SmallMultiples, State
from tillsammans.kernel.figures.timeseries import alarm_keys

PLOT = 62.0
NARROWEST = 60.0
GUTTER = 20.0
ROOM_ABOVE = 16.0  # between the title and the plot: the sign of an unusual value and half a line of text fit


def draw(figure: SmallMultiples, width: float, columns: int) -> Drawing:
    """Draw normal small multiples in so many columns."""
    drawing = Drawing(width, 0)
    base = lines_of_text(drawing, figure.unit, 0, 16, width)
    base = keys(drawing, _keys(figure), 0, base + 3, width)
    normal = [panel for panel in figure.panels if panel.state is State.NORMAL]
    values = [value for panel in normal for value in values_of((panel.line,), panel.band)]
    axis = value_ticks(values, 4, counts=figure.counts)
    columns = min(columns, len(figure.panels))
    # Large numbers take their room from the plots: then there are fewer beside each other.
    words = tick_room(axis) + max((text_width(_shown(figure, panel), bold=True) for panel in normal), default=0.0) + 8
    while columns > 1 and (width - GUTTER * (columns - 1)) / columns - words < NARROWEST:
        columns -= 1
    room = (width - GUTTER * (columns - 1)) / columns
    top = base - 4
    for start in range(0, len(figure.panels), columns):
        row = figure.panels[start : start + columns]
        titles = [wrap(panel.title, room, bold=True) for panel in row]
        tallest = max(len(title) for title in titles)
        plot_top = top + tallest * LEADING + ROOM_ABOVE
        # Under the axis, for the signs of unusually low values.
        foot = 12.0 if any(alarm.direction == "down" for panel in row for alarm in panel.alarms) else 0.0
        for column, (panel, title) in enumerate(zip(row, titles, strict=True)):
            left = column * (room + GUTTER)
            first = top + 14 + (tallest - len(title)) * LEADING  # titles stand on their plots
            for index, part in enumerate(title):
                drawing.add(Words(left, first + index * LEADING, part, bold=True))
            if panel.state is State.NORMAL:
                _plot(drawing, figure, panel, axis, left, left + room, plot_top, foot)
            else:
                lines_of_text(drawing, panel.reason or panel.state.words, left, plot_top + 14, room)
        tall = max((_reason_height(panel, room) for panel in row), default=0.0)
        top = plot_top + max(PLOT + foot + 26, tall) + 14
    drawing.height = top - 8
    return drawing


def _reason_height(panel: Panel, room: float) -> float:
    if panel.state is State.NORMAL:
        return 0.0
    return len(wrap(panel.reason or panel.state.words, room)) * LEADING


def _keys(figure: SmallMultiples) -> list[Key]:
    panels = [panel for panel in figure.panels if panel.state is State.NORMAL]
    result = [Key(dot_sample("line-1", 4), _("senaste värdet"))]
    if any(panel.line.preliminary for panel in panels):
        result.append(Key(preliminary_sample, _("preliminär")))
    # One key for all bands: they differ in their numbers, hardly in their words.
    result += [Key(band_sample, label) for label in dict.fromkeys(panel.band.label for panel in panels if panel.band)]
    if any(panel.breaks for panel in panels):
        result.append(Key(break_sample, _("serien bryts")))
    return result + alarm_keys(tuple(alarm for panel in panels for alarm in panel.alarms))


def _plot(
    drawing: Drawing,
    figure: SmallMultiples,
    panel: Panel,
    axis: tuple[float, ...],
    left: float,
    edge: float,
    top: float,
    foot: float,
) -> None:
    bottom = top + PLOT
    last = panel.last()
    shown = _shown(figure, panel)
    inner = left + tick_room(axis)
    right = edge - (text_width(shown, bold=True) + 8 if shown else 4)
    step = (right - inner) / len(figure.periods)

    def x(index: float) -> float:
        return inner + (index + 0.5) * step

    def y(value: float) -> float:
        return bottom - (value - axis[0]) / (axis[-1] - axis[0]) * PLOT

    # The two outer levels are enough in so small a plot.
    value_axis(drawing, (axis[0], axis[-1]), inner, right, y)
    cuts = cuts_of(figure.periods, panel.breaks)
    if panel.band:
        draw_band(drawing, panel.band, cuts, x, y)
    draw_breaks(drawing, cuts, x, step, top - 6, bottom)
    draw_line(drawing, panel.line, figure.periods, cuts, x, y, dotted=step >= 14, weight=2)
    draw_alarms(drawing, panel.alarms, panel.line, figure.periods, x, y, bottom)
    if last is not None:
        at = y(float(panel.line.values[last] or 0))
        hollow = figure.periods[last] in panel.line.preliminary
        drawing.add(Dot(x(last), at, 4, "line-1", hollow=hollow))
        drawing.add(Words(edge, at + 5, shown, anchor="end", bold=True))
    _ends(drawing, figure.periods, inner, edge, bottom + foot)


def _shown(figure: SmallMultiples, panel: Panel) -> str:
    """The panel's last value as it stands beside its line."""
    last = panel.last()
    return number(panel.line.values[last], figure.decimals) if last is not None else ""


def _ends(drawing: Drawing, periods: tuple[str, ...], left: float, edge: float, bottom: float) -> None:
    """The first and the last period under the plot; of months in more than one year, the years."""
    first, last = (_short(period, periods) for period in (periods[0], periods[-1]))
    drawing.add(Words(min(left, edge - text_width(first)), bottom + 18, first, "text-2"))
    if first != last and text_width(first) + text_width(last) + 12 <= edge - left:
        drawing.add(Words(edge, bottom + 18, last, "text-2", "end"))


def _short(period: str, periods: tuple[str, ...]) -> str:
    year_month = month(period)
    if not year_month:
        return period
    first, last = month(periods[0]), month(periods[-1])
    if first and last and last[0] - first[0] >= 2:
        return str(year_month[0])
    return f"{year_month[0]}-{year_month[1]:02}"
