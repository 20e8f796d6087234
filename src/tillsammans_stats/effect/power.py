"""Power analysis before the start: the smallest change that a follow-up can detect.

Normal approximations on the log scale for counts and on the difference for shares (Cohen 1988; ``power.prop.test`` of
R for the latter). A promise whose smallest detectable effect is larger than the smallest that matters cannot be
measured by that outcome, which its authors should know while it can still be changed.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy import special

from tillsammans_stats import checks
from tillsammans_stats.distributions import student_quantile
from tillsammans_stats.result import StatisticsError


@dataclass(frozen=True, slots=True)
class Detectable:
    """The smallest effect a design shows with the asked power.

    ``effect`` is a rate ratio below 1 for counts, a difference of shares for surveys; ``None`` when no fall, not even
    to nothing, would be seen. ``standard_error`` belongs to that effect (log scale for ratios).
    """

    effect: float | None
    standard_error: float | None
    power: float
    level: float

    def reaches(self, smallest_ratio: float) -> bool:
        """Whether a fall to ``smallest_ratio`` (the smallest that matters) would be seen."""
        return self.effect is not None and self.effect >= smallest_ratio


def detectable_ratio(
    expected: float,
    baseline: float,
    comparison_after: float,
    comparison_before: float,
    *,
    dispersion: float = 1.0,
    between: float = 0.0,
    treated_areas: int = 1,
    comparison_areas: int = 1,
    degrees_of_freedom: float | None = None,
    power: float = 0.8,
    level: float = 0.95,
) -> Detectable:
    """The rate ratio nearest 1 that a treated/comparison, before/after comparison of counts shows with ``power``.

    ``expected`` events in the treated areas in the follow-up without the measure and ``baseline`` events before;
    the same for the comparison areas. ``between`` is tau squared, the variance of log ratios between areas. Solves
    |log rr| = (t + z_power) SE, SE^2 = dispersion (1/baseline + 1/(expected rr) + 1/C0 + 1/C1) + between (1/n_T +
    1/n_C).
    """
    for name, value in (("expected", expected), ("baseline", baseline), ("dispersion", dispersion)):
        _above_zero(name, value)
    _above_zero("comparison", min(comparison_after, comparison_before, treated_areas, comparison_areas))
    if between < 0 or not 0 < power < 1 or not 0 < level < 1:
        raise StatisticsError("between, power and level: need between >= 0 and shares between 0 and 1")
    fixed = dispersion * (1 / baseline + 1 / comparison_before + 1 / comparison_after)
    fixed += between * (1 / treated_areas + 1 / comparison_areas)
    need = _quantile(level, degrees_of_freedom) + float(special.ndtri(power))

    def error(log_ratio: float) -> float:
        return math.sqrt(fixed + dispersion / (expected * math.exp(log_ratio)))

    # |b| - need * SE(b) first rises, then falls as the remaining count vanishes: look for the first crossing
    steps = [-0.002 * step for step in range(1, 3001)]
    for nearer, farther in zip([0.0, *steps], steps, strict=False):
        if -farther >= need * error(farther):
            root = _bisect(lambda b: -b - need * error(b), nearer, farther)
            return Detectable(math.exp(root), error(root), power, level)
    return Detectable(None, None, power, level)


def power_of_shares(n: float, first: float, second: float, *, design_effect: float = 1.0, level: float = 0.95) -> float:
    """The chance that two waves of ``n`` answers each show the difference between shares ``first`` and ``second``."""
    _above_zero("n", n)
    _above_zero("design_effect", design_effect)
    if not (0 < first < 1 and 0 < second < 1):
        raise StatisticsError(f"shares: must lie between 0 and 1, got {first} and {second}")
    size = n / design_effect
    pooled = (first + second) / 2
    null = math.sqrt(2 * pooled * (1 - pooled))
    spread = math.sqrt(first * (1 - first) + second * (1 - second))
    return float(special.ndtr((math.sqrt(size) * abs(first - second) - _quantile(level, None) * null) / spread))


def detectable_share(
    n: float, share: float, *, cells: int = 2, design_effect: float = 1.0, power: float = 0.8, level: float = 0.95
) -> Detectable:
    """The smallest difference of shares that ``cells`` groups of ``n`` answers show.

    ``cells`` is 2 for before/after and 4 for before/after in a treated and a comparison area. A difference of 0.05 is
    five percentage points; ``effect`` is ``None`` where it would leave the scale.
    """
    _above_zero("n", n)
    _above_zero("design_effect", design_effect)
    if not 0 < share < 1 or cells < 2:
        raise StatisticsError(
            f"share and cells: need a share between 0 and 1 and at least 2 cells, got {share}, {cells}"
        )
    error = math.sqrt(cells * design_effect * share * (1 - share) / n)
    effect = (_quantile(level, None) + float(special.ndtri(power))) * error
    return Detectable(effect if effect < 1 else None, error, power, level)


def months_needed(
    monthly: float, smallest_ratio: float, detectable: Callable[[float], Detectable], longest: int = 60
) -> int | None:
    """The fewest months in which a fall to ``smallest_ratio`` would be seen; ``None`` if ``longest`` is not enough.

    ``monthly`` is the expected count a month, ``detectable`` gives the smallest effect for an expected total.
    """
    _above_zero("monthly", monthly)
    checks.whole(longest, "longest", least=1)
    for months in range(1, longest + 1):
        if detectable(monthly * months).reaches(smallest_ratio):
            return months
    return None


def _quantile(level: float, degrees_of_freedom: float | None) -> float:
    return student_quantile((1 + level) / 2, math.inf if degrees_of_freedom is None else degrees_of_freedom)


def _bisect(function: Callable[[float], float], low: float, high: float) -> float:
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if function(middle) >= 0 else (middle, high)
    return high


def _above_zero(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise StatisticsError(f"{name}: must be above 0, got {value}")
