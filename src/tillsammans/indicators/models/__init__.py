"""Indicators, series, values and breaks: every number, whatever its source, and the import that brought it."""

from tillsammans.indicators.models.breaks import SeriesBreak
from tillsammans.indicators.models.imports import Import
from tillsammans.indicators.models.series import Indicator, Series, Value

__all__ = ["Import", "Indicator", "Series", "SeriesBreak", "Value"]
