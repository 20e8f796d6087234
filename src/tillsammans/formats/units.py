"""Units of measured values, and the names that Brå's figures are known by."""

BRA = "Brå, anmälda brott"
COUNT, PER_100K, SHARE, OTHER = "count", "per_100k", "share", "other"
# Of what is not counted in full: never printed without an interval and n, or that the source states none.
UNCERTAIN_UNITS = frozenset({SHARE, OTHER})
_RATE = ".per-100k"


def rate_code(code: str) -> str:
    """The indicator of the published rate per 100 000 inhabitants that belongs to a count's."""
    return code + _RATE
