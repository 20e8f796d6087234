"""Renderers of a drawing: SVG for pages and for print, PNG for Word, and the values as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Literal

from tillsammans.kernel.figures import comparison, funnel, maps, multiples, profile, timeseries
from tillsammans.kernel.figures.drawing import (
    LEADING,
    TEXT,
    Area,
    Dot,
    Drawing,
    Hatch,
    Mark,
    Point,
    Region,
    Stroke,
    Words,
    wrap,
)
from tillsammans.kernel.figures.specification import (
    Cell,
    Comparison,
    Figure,
    Funnel,
    Map,
    Profile,
    SmallMultiples,
    State,
    TimeSeries,
    WeekGrid,
)
from tillsammans.kernel.typesetting import pictures

# "print" fills a column of text on paper, where 560 units make the text about ten points high.
Width = Literal["wide", "narrow", "print"]
WIDTHS: dict[Width, float] = {"wide": 720.0, "narrow": 340.0, "print": 560.0}
PLOT_HEIGHTS: dict[Width, float] = {"wide": 210.0, "narrow": 190.0, "print": 190.0}
FUNNEL_HEIGHTS: dict[Width, float] = {"wide": 300.0, "narrow": 260.0, "print": 260.0}
MAP_HEIGHTS: dict[Width, float] = {"wide": 560.0, "narrow": 480.0, "print": 520.0}
# On a page of A4 beside its caption and facts, where the column is 560 units wide.
TALLEST = 830.0
# Four columns on paper: 24 small plots must fit one page.
COLUMNS: dict[Width, int] = {"wide": 4, "narrow": 2, "print": 4}

# The light theme, which is also paper. Pages override each colour by class (static/kernel/figures.css).
INK, INK_2, LINE, THREAD, ACCENT, WASH, PAPER = (
    "#1c2226",
    "#50585f",
    "#dcd8cf",
    "#a3182c",
    "#1d4f6e",
    "#e8f0f4",
    "#ffffff",
)
COLOURS = {
    "grid": LINE,
    "axis": INK_2,
    "text": INK,
    "text-2": INK_2,
    "frame": LINE,
    "band": WASH,
    "band-edge": ACCENT,
    "reference": INK_2,
    "event": THREAD,
    "event-text": THREAD,
    "line-1": INK,
    "line-2": ACCENT,
    "line-3": INK_2,
    "line-4": THREAD,
    "label-1": INK,
    "label-2": ACCENT,
    "label-3": INK_2,
    "label-4": THREAD,
    "mark": ACCENT,
    "mark-strong": INK,
    "interval": ACCENT,
    "interval-strong": INK,
    "alarm": THREAD,
    "break": INK_2,
    "limit": ACCENT,
    "leader": INK_2,
    "noticed": INK,
    # Five steps of one colour, evenly apart in grey.
    "shade-1": "#cddfe9",
    "shade-2": "#9fbdcd",
    "shade-3": "#6a94ac",
    "shade-4": "#376985",
    "shade-5": "#10354c",
    "blank": PAPER,
    "hatch": INK_2,
    "context": INK_2,
    "own": INK,
    "own-rim": PAPER,
    "rim": PAPER,
}
# Quoted: an unquoted name may not hold a word that is a digit.
FONT = "'Source Sans 3', sans-serif"
# What XML 1.0 cannot hold, even escaped.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def draw(figure: Figure, width: Width = "wide") -> Drawing:
    """The drawing of a figure; in place of a plot, a frame with the reason when it must not or cannot be drawn."""
    if figure.state is not State.NORMAL:
        return _instead(figure, WIDTHS[width])
    size = WIDTHS[width]
    match figure:
        case TimeSeries():
            return timeseries.draw(figure, size, PLOT_HEIGHTS[width])
        case Comparison():
            return comparison.draw(figure, size)
        case SmallMultiples():
            return multiples.draw(figure, size, COLUMNS[width])
        case Profile():
            return profile.draw(figure, size, PLOT_HEIGHTS[width])
        case WeekGrid():
            return profile.draw_week(figure, size)
        case Funnel():
            return funnel.draw(figure, size, FUNNEL_HEIGHTS[width])
        case Map():
            return maps.draw(figure, size, MAP_HEIGHTS[width])
    raise TypeError(f"no drawing for {type(figure).__name__}")


def svg(figure: Figure, width: Width = "wide", *, prefix: str = "fig") -> str:
    """The figure as SVG for a page, with classes `fig-*` for the colours and no style of its own.

    prefix starts every id and must be unique on the page; wide and narrow may share one.
    The colours of the light theme stand as attributes too, so a downloaded file is complete.
    """
    if not re.fullmatch(r"[A-Za-z][\w-]*", prefix):
        raise ValueError("prefix must start with a letter and hold letters, digits, - and _")
    ident = f"{prefix}-{width}"
    drawing = draw(figure, width)
    return (
        _open(drawing, f' class="fig fig-{width}" role="img" aria-labelledby="{ident}-title {ident}-desc"')
        + f'<title id="{ident}-title">{_text(figure.title)}</title>'
        + f'<desc id="{ident}-desc">{_text(figure.description)}</desc>'
        + _marks(drawing, classes=True)
        + "</svg>"
    )


def page_svg(figure: Figure, *, prefix: str = "fig") -> str:
    """Both page drawings in one box; the stylesheet shows the one that fits the width of the box, not of the screen."""
    both = svg(figure, "wide", prefix=prefix) + svg(figure, "narrow", prefix=prefix)
    return f'<div class="fig-pair">{both}</div>'


def print_svg(figure: Figure) -> str:
    """The figure for paper, with resolved colours and without classes, for Typst (which knows no CSS variables)."""
    drawing = draw(figure, "print")
    return _open(drawing, "") + _marks(drawing, classes=False) + "</svg>"


def print_share(figure: Figure) -> float:
    """How much of the column's width the drawing for paper takes, so that the tallest still fits a page: 1 or less."""
    return min(1.0, TALLEST / draw(figure, "print").height)


def png(figure: Figure) -> bytes:
    """The figure for paper as PNG, 1120 pixels wide, on white."""
    return pngs([figure])[0]


def pngs(figures: Sequence[Figure]) -> list[bytes]:
    """Many figures as PNG, rendered by one child process."""
    drawings = [draw(figure, "print") for figure in figures]
    return pictures([(print_svg(figure), d.width, d.height) for figure, d in zip(figures, drawings, strict=True)])


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Comma-separated text with a decimal point and CRLF, for machines and spreadsheets alike.

    Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers, also negative, are untouched.
    None is an empty cell.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_harmless(header) for header in headers])
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def to_csv(figure: Figure) -> str:
    """The figure's values, unrounded, one observation per row; headers only when the values must not be shown."""
    return csv_text(*figure.records())


def _harmless(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):  # stored with six decimals, whatever was stated
        text = format(cell, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(cell, int | float):
        return str(cell)
    # Leading blanks do not stop a spreadsheet; the fullwidth forms become formulas in East Asian settings.
    starts = cell.lstrip(" \N{NO-BREAK SPACE}")[:1]
    return f"'{cell}" if starts and starts in "=+-@\t\r\n＝＋－＠\N{MINUS SIGN}" else cell


def _instead(figure: Figure, width: float) -> Drawing:
    words = figure.state.words, figure.reason
    lines = [part for text in words if text for part in wrap(text, width - 48)]
    height = len(lines) * LEADING + 44
    drawing = Drawing(width, height)
    corners = ((1, 1), (width - 1, 1), (width - 1, height - 1), (1, height - 1), (1, 1))
    drawing.add(Stroke(corners, "reference", 1, (6, 4)))
    strong = len(wrap(words[0], width - 48))
    for index, part in enumerate(lines):
        drawing.add(Words(24, 35 + index * LEADING, part, "text" if index < strong else "text-2", bold=index < strong))
    return drawing


def _open(drawing: Drawing, attributes: str) -> str:
    width, height = _number(drawing.width), _number(drawing.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' font-family="{FONT}" font-size="{_number(TEXT)}"{attributes}>'
    )


def _marks(drawing: Drawing, *, classes: bool) -> str:
    return "".join(_mark(mark, f' class="fig-{mark.role}"' if classes else "") for mark in drawing.marks)


def _mark(mark: Mark, named: str) -> str:
    colour = COLOURS[mark.role]
    match mark:
        case Stroke():
            dash = f' stroke-dasharray="{" ".join(_number(part) for part in mark.dash)}"' if mark.dash else ""
            return (
                f'<polyline points="{_points(mark.points)}" fill="none" stroke="{colour}"'
                f' stroke-width="{_number(mark.width)}"{dash} stroke-linejoin="round"{named}/>'
            )
        case Area():
            return f'<polygon points="{_points(mark.points)}" fill="{colour}"{named}/>'
        case Region():
            # The tooltip in a browser; the table twin holds the same text.
            title = f"<title>{_text(mark.title)}</title>" if mark.title and named else ""
            paint = f'fill="{colour}" fill-rule="evenodd" stroke="{PAPER}" stroke-width="0.75" stroke-linejoin="round"'
            return f'<path d="{_outline(mark.rings)}" {paint}{named}>{title}</path>'
        case Hatch():
            lines = "".join([f"M{_points(segment, 'L')}" for segment in mark.segments])
            return f'<path d="{lines}" fill="none" stroke="{colour}" stroke-width="{_number(mark.width)}"{named}/>'
        case Dot():
            if mark.hollow:
                # The class for the fill stands beside the role's own, so that the background shows in both themes.
                both = named.replace('"fig-', '"fig-hollow fig-')
                paint = f'fill="{PAPER}" stroke="{colour}" stroke-width="2"{both}'
            else:
                paint = f'fill="{colour}"{named.replace(chr(34) + "fig-", chr(34) + "fig-solid fig-")}'
            return f'<circle cx="{_number(mark.x)}" cy="{_number(mark.y)}" r="{_number(mark.radius)}" {paint}/>'
        case Words():
            anchor = f' text-anchor="{mark.anchor}"' if mark.anchor != "start" else ""
            bold = ' font-weight="600"' if mark.bold else ""
            if mark.halo:
                bold += f' stroke="{PAPER}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"'
                named = named.replace('"fig-', '"fig-halo fig-')
            place = f'x="{_number(mark.x)}" y="{_number(mark.y)}"'
            return f'<text {place} fill="{colour}"{anchor}{bold}{named}>{_text(mark.text)}</text>'


def _points(points: tuple[Point, ...], between: str = " ") -> str:
    # Half of the time of a figure is spent here: one formatting per point, and ".0" taken away for all at once.
    text = between.join([f"{x:.1f},{y:.1f}" for x, y in points]) + between
    return text.replace(".0,", ",").replace(f".0{between}", between)[: -len(between)]


@lru_cache(maxsize=2048)
def _outline(rings: tuple[tuple[Point, ...], ...]) -> str:
    # Remembered: the same borders are drawn again for every indicator and year.
    return "".join(f"M{_points(ring, 'L')}Z" for ring in rings)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _text(text: str) -> str:
    return escape(_UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text))
