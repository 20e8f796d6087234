"""A country whose map changes on a coming day."""

from tests.geo.changes import dated_codes, merger

__all__ = ["dated_codes", "merger"]
