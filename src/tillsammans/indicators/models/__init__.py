"""Indicators, series and values: every number, whatever its source; and the imports that brought them."""

from tillsammans.indicators.models.imports import Import, Upload
from tillsammans.indicators.models.series import Indicator, Series, Value

__all__ = ["Import", "Indicator", "Series", "Upload", "Value"]
