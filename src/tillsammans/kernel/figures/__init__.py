"""Figures: a frozen specification, one drawing, several renderers. Knows no domain noun and needs no database."""

from tillsammans.kernel.figures.render import csv_text, page_svg, png, pngs, print_svg, svg, to_csv
from tillsammans.kernel.figures.specification import (
    Band,
    Comparison,
    Event,
    Figure,
    Line,
    Reference,
    Row,
    State,
    Table,
    TimeSeries,
)

__all__ = [
    "Band", "Comparison", "Event", "Figure", "Line", "Reference", "Row", "State", "Table", "TimeSeries",
    "csv_text", "page_svg", "png", "pngs", "print_svg", "svg", "to_csv",
]  # fmt: skip
