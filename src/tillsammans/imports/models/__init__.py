"""Models of uploads and column mappings."""

from tillsammans.imports.models.mappings import Mapping
from tillsammans.imports.models.uploads import Upload

__all__ = ["Mapping", "Upload"]
