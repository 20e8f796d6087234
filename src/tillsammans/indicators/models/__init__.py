"""Indicators, series and values: every number, whatever its source; the imports that brought them; and events."""

from tillsammans.indicators.models.events import EventImport, PoliceEvent
from tillsammans.indicators.models.imports import Import, Upload
from tillsammans.indicators.models.mappings import Mapping
from tillsammans.indicators.models.series import Indicator, Series, Value

__all__ = ["EventImport", "Import", "Indicator", "Mapping", "PoliceEvent", "Series", "Upload", "Value"]
