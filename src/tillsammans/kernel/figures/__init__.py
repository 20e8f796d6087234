"""Figures: a frozen specification, one drawing, several renderers. Knows no domain noun and needs no database."""

from tillsammans.kernel.figures.render import csv_text, page_svg, png, pngs, print_share, print_svg, svg, to_csv
from tillsammans.kernel.figures.specification import (
    Alarm,
    Band,
    Break,
    Choropleth,
    Classes,
    Comparison,
    Event,
    Figure,
    Funnel,
    Hexagons,
    HexCell,
    Limit,
    Line,
    MapArea,
    Panel,
    Point,
    Profile,
    Reference,
    Row,
    Slot,
    SmallMultiples,
    State,
    Table,
    TimeSeries,
    WeekGrid,
)

__all__ = [
    "Alarm", "Band", "Break", "Choropleth", "Classes", "Comparison", "Event", "Figure", "Funnel", "HexCell", "Hexagons",
    "Limit", "Line", "MapArea", "Panel", "Point", "Profile", "Reference", "Row", "Slot", "SmallMultiples", "State",
    "Table", "TimeSeries", "WeekGrid",
    "csv_text", "page_svg", "png", "pngs", "print_share", "print_svg", "svg", "to_csv",
]  # fmt: skip
