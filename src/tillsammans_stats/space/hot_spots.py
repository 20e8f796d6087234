"""Hot spots on risk: windows with more events than their residents or visitors explain.

The window is a place and its neighbours. Given the total, its sum is binomial when every inhabitant carries the same
risk; Benjamini & Hochberg 1995 keep the share of false hot spots. G* on raw counts answers another question: with
people unevenly spread it finds where people are.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.multiplicity import benjamini_hochberg
from tillsammans_stats.rates import LEAST_EVENTS
from tillsammans_stats.result import StatisticsError
from tillsammans_stats.space.neighbours import Neighbours, matching


@dataclass(frozen=True, slots=True)
class HotSpots:
    """Windows around each place; arrays of shape (places,).

    ``observed`` and ``expected`` events of the window, ``ratio`` between them, ``p_value`` (at least so many by
    chance) and ``p_adjusted``. ``hot`` marks real hot spots. ``single_point`` marks windows that would be hot only
    because many reports share one point: an address, a camera or a geocoder's default, to be looked at by a person.
    """

    observed: Floats
    expected: Floats
    ratio: Floats
    p_value: Floats
    p_adjusted: Floats
    hot: NDArray[np.bool_]
    single_point: NDArray[np.bool_]
    dispersion: float
    alpha: float


def hot_spots(
    counts: ArrayLike,
    exposure: ArrayLike,
    neighbours: Neighbours,
    *,
    largest_pile: ArrayLike | None = None,
    dispersion: float = 1.0,
    alpha: float = 0.05,
) -> HotSpots:
    """Find windows whose risk is above that of the whole map.

    ``counts`` and ``exposure`` (places,): events, and what carries the risk (residents, visitors, homes, cars; equal
    numbers if nothing is known, which then tests crowding and not risk). ``largest_pile`` (places,) is the number of
    events at the most used point of each place; a window is hot only if it remains so with every pile counted as one
    event. A window needs at least 5 events, so that two events among three inhabitants are not a hot spot.
    ``dispersion`` (variance over mean) above 1 replaces the binomial by a negative binomial.
    """
    count = matching(checks.counts(counts, "counts"), neighbours, "counts")
    people = matching(exposure, neighbours, "exposure")
    if (people < 0).any() or not people.any():
        raise StatisticsError("exposure: none may be negative and at least one must be above 0")
    if not count.any():
        raise StatisticsError("counts: no event on the whole map")
    checks.spread(dispersion)
    checks.share(alpha, "alpha")
    pile = np.minimum(count, 1.0) if largest_pile is None else checks.counts(largest_pile, "largest_pile")
    pile = matching(pile, neighbours, "largest_pile")
    if (pile > count).any() or ((count > 0) & (pile < 1)).any():
        raise StatisticsError("largest_pile: a place with events has a largest pile from 1 up to its count")
    share = (people + neighbours.total(people)) / people.sum()
    observed, p = _window(count, share, neighbours, dispersion)
    adjusted = benjamini_hochberg(p)
    hot = (adjusted <= alpha) & (observed >= LEAST_EVENTS)
    thinned, thinned_p = _window(count - np.maximum(pile - 1, 0.0), share, neighbours, dispersion)
    stands = (benjamini_hochberg(thinned_p) <= alpha) & (thinned >= LEAST_EVENTS)
    expected = share * count.sum()
    return HotSpots(
        observed=observed,
        expected=expected,
        ratio=observed / np.where(expected > 0, expected, np.nan),
        p_value=p,
        p_adjusted=adjusted,
        hot=hot & stands,
        single_point=hot & ~stands,
        dispersion=dispersion,
        alpha=alpha,
    )


def _window(count: Floats, share: Floats, neighbours: Neighbours, dispersion: float) -> tuple[Floats, Floats]:
    """Window sums and the chance of at least so many; a window without exposure cannot be judged and gets 1."""
    total, observed = count.sum(), count + neighbours.total(count)
    judged = (share > 0) & (observed > 0)
    k, part = np.where(judged, observed, 1.0), np.where(judged, share, 0.5)
    if dispersion > 1:
        p = special.betainc(k, part * total / (dispersion - 1), 1 - 1 / dispersion)
    else:
        p = np.where(part < 1, special.betainc(k, total - k + 1, np.minimum(part, 1.0)), 1.0)
    return observed, np.where(judged, p, 1.0)
