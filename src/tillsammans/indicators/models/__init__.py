"""Indicators, series and values: every number, whatever its source; imports; events; and what stands out."""

from tillsammans.indicators.models.events import EventImport, PoliceEvent
from tillsammans.indicators.models.imports import Import, Upload
from tillsammans.indicators.models.mappings import Mapping
from tillsammans.indicators.models.patterns import Finding, PatternArea, PatternRun, SeriesBreak
from tillsammans.indicators.models.series import Indicator, Series, Value

__all__ = [
    "EventImport",
    "Finding",
    "Import",
    "Indicator",
    "Mapping",
    "PatternArea",
    "PatternRun",
    "PoliceEvent",
    "Series",
    "SeriesBreak",
    "Upload",
    "Value",
]
