"""Rates of many small places at once: global empirical Bayes (Marshall 1991).

Each place's rate is drawn towards the rate of all, the more the fewer inhabitants it has. Golden values: R
``spdep::EBest`` on the Auckland data.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.result import StatisticsError


@dataclass(frozen=True, slots=True)
class ShrunkenRates:
    """Empirical Bayes rates of places; arrays have shape (places,) and are events per inhabitant.

    ``mean`` and ``variance`` describe how the true rates spread over places (Marshall's b and a). ``weight`` is the
    trust in the place's own figures, 0 (only the common rate) to 1. ``low`` and ``high`` bound the true rate at
    ``level``. ``standardised`` is the distance of the raw rate from the common one in its own standard deviations
    (Assuncao & Reis 1999): the quantity to map clusters of, since raw rates of small places scatter most.
    """

    raw: Floats
    value: Floats
    low: Floats
    high: Floats
    weight: Floats
    standardised: Floats
    mean: float
    variance: float
    level: float


def empirical_bayes(counts: ArrayLike, populations: ArrayLike, *, level: float = 0.95) -> ShrunkenRates:
    """Shrunken rates of places with ``counts`` events among ``populations`` inhabitants, both of shape (places,).

    The method of moments gives mean and variance of the true rates. A gamma prior with those moments has Marshall's
    estimate as its posterior mean, so its posterior quantiles are the limits; they take the prior as known. When the
    places differ no more than chance, every place gets the common rate with the limits of that rate.
    """
    count = checks.vector(checks.counts(counts, "counts"), "counts", least=2)
    population = checks.vector(checks.positive(populations, "populations"), "populations", length=count.size)
    tail = (1 - checks.level(level)) / 2
    total, people = float(count.sum()), float(population.sum())
    if total == 0:
        raise StatisticsError("counts: no event in any place, so there is nothing to share between places")
    raw, mean = count / population, total / people
    spread = float(population @ (raw - mean) ** 2) / people
    variance = max(0.0, spread - mean / float(population.mean()))
    weight = variance / (variance + mean / population)
    if variance > 0:
        shape, time = mean**2 / variance + count, mean / variance + population
    else:
        shape, time = np.full_like(count, total), np.full_like(count, people)
    return ShrunkenRates(
        raw=raw,
        value=mean + weight * (raw - mean),
        low=special.gammaincinv(shape, tail) / time,
        high=special.gammainccinv(shape, tail) / time,
        weight=weight,
        standardised=(raw - mean) / np.sqrt(variance + mean / population),
        mean=mean,
        variance=variance,
        level=level,
    )
