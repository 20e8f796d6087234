"""Draws a map: shaded areas or hexagons, hatched where unknown or suppressed, the legend beside it."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain

from django.utils.translation import gettext as _

from tillsammans.kernel.figures.drawing import Drawing, Point, Region, Stroke, Words
from tillsammans.kernel.figures.labels import Placing
from tillsammans.kernel.figures.numbers import SPACE, interval, number, tick_decimals
from tillsammans.kernel.figures.parts import (
    Key,
    class_keys,
    hatch_sample,
    hatched,
    keys,
    lines_of_text,
    shade,
    sign,
    sign_sample,
    stroke_sample,
)
from tillsammans.kernel.figures.specification import Map, MapArea

Rings = tuple[tuple[Point, ...], ...]
MOST_NAMES = 30  # a map of more places than this would be covered by its names
GRID = 0.5  # corners are moved to this grid, so that neighbours keep a common border when points are left out


def draw(figure: Map, width: float, tallest: float) -> Drawing:
    """Draw a normal map. Below 500 units the keys stand above the map instead of beside it."""
    drawing = Drawing(width, 0)
    beside = width >= 500
    places = figure.places()
    base = lines_of_text(drawing, figure.unit, 0, 16, width)
    key_left, key_width = (width - 210, 210.0) if beside else (0.0, width)
    map_width = width - 230 if beside else width
    x0, y0, x1, y1 = _extent(places, figure.context)
    # A sign on a small place at the edge needs more room than a border.
    pad = 14.0 if any(place.mark for place in places) else 4.0
    scale = min((map_width - 2 * pad) / (x1 - x0), (tallest - 2 * pad) / (y1 - y0))
    key_bottom = keys(drawing, _keys(figure, places), key_left, base + 6, key_width)
    key_bottom = _scale_bar(drawing, scale, key_left, key_bottom + 4, min(key_width, 160.0))
    top = base - 4 if beside else key_bottom - 6
    left = pad + max(0.0, (map_width - 2 * pad - (x1 - x0) * scale) / 2)

    def project(rings: Rings) -> Rings:
        return projected(rings, scale, x0, y1, left, top + pad)

    for ring in project(figure.context):
        drawing.add(Stroke((*ring, ring[0]), "context", 1))
    shapes = [(place, project(place.rings)) for place in places]
    for place, rings in shapes:
        title = _title(figure, place)
        if place.value is not None:
            drawing.add(Region(rings, shade(figure.classes, float(place.value)), title))
        else:
            hatched(drawing, rings, "suppressed" if place.suppressed else "unknown", title)
    for place, rings in shapes:
        if place.own:
            for ring in rings:
                drawing.add(Stroke((*ring, ring[0]), "own-rim", 5), Stroke((*ring, ring[0]), "own", 2.5))
    height = (y1 - y0) * scale + 2 * pad
    _names(drawing, shapes, Placing((0, top, map_width, top + height)))
    drawing.height = max(top + height, key_bottom if beside else 0) + 8
    return drawing


@lru_cache(maxsize=2048)
def projected(rings: Rings, scale: float, west: float, north: float, left: float, top: float) -> Rings:
    """Rings in kilometres as rings on the sheet; points too near each other to be seen apart are left out."""
    result = []
    for ring in rings:
        points = [
            (
                round((left + (x - west) * scale) / GRID) * GRID,
                round((top + (north - y) * scale) / GRID) * GRID,
            )
            for x, y in ring
        ]
        kept = [point for index, point in enumerate(points) if point != points[index - 1]]
        if len(kept) >= 3:
            result.append(tuple(kept))
    # An island smaller than the grid is kept.
    return tuple(result) or (_speck(rings[0], scale, west, north, left, top),) if rings else ()


def _speck(
    ring: tuple[Point, ...], scale: float, west: float, north: float, left: float, top: float
) -> tuple[Point, ...]:
    x, y = left + (ring[0][0] - west) * scale, top + (north - ring[0][1]) * scale
    return ((x - 1, y - 1), (x + 1, y - 1), (x + 1, y + 1), (x - 1, y + 1))


def _extent(places: tuple[MapArea, ...], context: Rings) -> tuple[float, float, float, float]:
    rings = [*chain.from_iterable(place.rings for place in places), *context]
    xs = [x for ring in rings for x, _y in ring]
    ys = [y for ring in rings for _x, y in ring]
    west, south, east, north = min(xs), min(ys), max(xs), max(ys)
    return west, south, max(east, west + 1e-6), max(north, south + 1e-6)


def _keys(figure: Map, places: tuple[MapArea, ...]) -> list[Key]:
    keys = class_keys(figure.classes)
    if any(place.value is None and not place.suppressed for place in places):
        keys.append(Key(hatch_sample("unknown"), _("uppgift saknas")))
    for words in dict.fromkeys(place.suppressed for place in places if place.suppressed):
        keys.append(Key(hatch_sample("suppressed"), _("visas inte: %(why)s") % {"why": words}))
    for direction, label in dict.fromkeys((place.mark, place.mark_label) for place in places if place.mark):
        keys.append(Key(sign_sample(str(direction)), label))
    for place in places:
        if place.own:
            words = figure.words(place)
            keys.append(Key(stroke_sample("own", 2.5), f"{place.label}: {words}"))
    return keys


def _title(figure: Map, place: MapArea) -> str:
    ends = interval(place.low, place.high, figure.decimals)
    value = f"{figure.words(place)} ({ends})" if ends else figure.words(place)
    return f"{place.label}: {value}" + (f", {place.mark_label}" if place.mark_label else "")


def _scale_bar(drawing: Drawing, scale: float, left: float, base: float, width: float) -> float:
    """The scale bar: a round number of kilometres."""
    lengths = [factor * 10.0**power for power in range(-2, 4) for factor in (1, 2, 5)]
    fitting = [each for each in lengths if each * scale <= width - 70]
    if not fitting:
        return base
    length = fitting[-1]
    end = left + length * scale
    ends = ((left, base - 9), (left, base - 5), (end, base - 5), (end, base - 9))
    drawing.add(Stroke(ends, "axis", 1.25))
    drawing.add(Words(end + 8, base, f"{number(length, tick_decimals((length,)))}{SPACE}km", "text-2"))
    return base + 18


def _names(drawing: Drawing, shapes: list[tuple[MapArea, Rings]], placing: Placing) -> None:
    """Signs first, then the names that have room: the reader's own place before the others."""
    for place, rings in shapes:
        if place.mark:
            x, y = inside(rings)
            drawing.add(sign(place.mark, x, y, "rim", 10), sign(place.mark, x, y, "alarm", 6.5))
            placing.keep_off_dot(x, y, 8)
    if len(shapes) > MOST_NAMES:
        return
    for place, rings in sorted(shapes, key=lambda shape: not shape[0].own):
        x, y = inside(rings)
        across = max(x for ring in rings for x, _y in ring) - min(x for ring in rings for x, _y in ring)
        # A name much wider than its place would be read as its neighbour's.
        placing.upon(drawing, x, y, place.label, across + 16, bold=place.own)


@lru_cache(maxsize=2048)
def inside(rings: Rings) -> Point:
    """A point well within the largest ring: the middle of its widest stretch on a few levels near its centre."""
    ring = max(rings, key=lambda ring: abs(_area(ring)))
    low, high = min(y for _x, y in ring), max(y for _x, y in ring)
    best = (-1.0, ring[0])
    for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.25, 0.75):
        level = low + share * (high - low)
        crossings = sorted(
            x1 + (level - y1) / (y2 - y1) * (x2 - x1)
            for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True)
            if (y1 <= level) != (y2 <= level)
        )
        for one, two in zip(crossings[::2], crossings[1::2], strict=False):
            # A stretch near the middle is preferred unless another is clearly wider.
            wide = (two - one) * (1 - abs(share - 0.5))
            if wide > best[0]:
                best = (wide, ((one + two) / 2, level))
    return best[1]


def _area(ring: tuple[Point, ...]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True)) / 2
