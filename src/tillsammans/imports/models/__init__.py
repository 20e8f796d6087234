"""What was handed in, and what the columns of a source's tables mean."""

from tillsammans.imports.models.mappings import Mapping
from tillsammans.imports.models.uploads import Upload

__all__ = ["Mapping", "Upload"]
