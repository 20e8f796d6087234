"""Figure specifications, independent of drawing: frozen values with a sentence, a source and a table twin."""

from tillsammans.kernel.figures.specification.base import Cell, Figure, Number, Reference, State, Table
from tillsammans.kernel.figures.specification.classes import Classes
from tillsammans.kernel.figures.specification.comparison import Comparison, Row
from tillsammans.kernel.figures.specification.funnel import Funnel, Limit, Point
from tillsammans.kernel.figures.specification.maps import Choropleth, Hexagons, HexCell, Map, MapArea
from tillsammans.kernel.figures.specification.profile import Profile, Slot, WeekGrid
from tillsammans.kernel.figures.specification.series import (
    Alarm,
    Band,
    Break,
    Event,
    Line,
    Panel,
    SmallMultiples,
    TimeSeries,
)

__all__ = [
    "Alarm",
    "Band",
    "Break",
    "Cell",
    "Choropleth",
    "Classes",
    "Comparison",
    "Event",
    "Figure",
    "Funnel",
    "HexCell",
    "Hexagons",
    "Limit",
    "Line",
    "Map",
    "MapArea",
    "Number",
    "Panel",
    "Point",
    "Profile",
    "Reference",
    "Row",
    "Slot",
    "SmallMultiples",
    "State",
    "Table",
    "TimeSeries",
    "WeekGrid",
]
