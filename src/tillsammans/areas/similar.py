"""Nearest municipalities by population and population density. Pure; no database."""

from collections.abc import Mapping

import numpy as np

from tillsammans.geo.land import km2

NEIGHBOURS = 7


def nearest(code: str, people: Mapping[str, int], count: int = NEIGHBOURS) -> tuple[str, ...]:
    """The ``count`` municipalities most like ``code``, the nearest first, among those with known population.

    ``people``: inhabitants by municipality code. Distance is Euclidean in the logarithms of population and of density
    (inhabitants per square kilometre of land), each divided by its standard deviation over the known municipalities.
    Equal distances go by code. Empty if the municipality itself, or enough others, are not known.
    """
    land = km2()
    codes = sorted(other for other, value in people.items() if value > 0 and other in land)
    if code not in codes or len(codes) <= count:
        return ()
    size = np.log([people[other] for other in codes])
    features = np.column_stack([size, size - np.log([land[other] for other in codes])])
    spread = features.std(axis=0)
    features /= np.where(spread > 0, spread, 1.0)
    distance = np.hypot(*(features - features[codes.index(code)]).T)
    return tuple(codes[index] for index in np.argsort(distance, kind="stable") if codes[index] != code)[:count]
