"""Primary rules: which figures are sensitive in themselves, before anyone subtracts anything."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tillsammans_stats import checks
from tillsammans_stats.result import PublicationStatus, StatisticsError

LEAST_COUNT = 5  # counts of 1 to 4 persons or events with identifiable persons are sensitive
LEAST_RESPONDENTS = 10  # below this many respondents no survey figure is shown
LEAST_FOR_SMALL_PARTS = 100  # with at least this many respondents a part of 1-4 says nothing of one person


@dataclass(frozen=True, slots=True)
class ShareInsight:
    """What a reader who knows the rounding can work out of a published share and its base.

    ``low`` and ``high`` bound the number of persons behind the share; ``certain`` is true when only one number fits
    whatever the base is.
    """

    low: int
    high: int
    certain: bool


def small_counts(counts: ArrayLike, threshold: int = LEAST_COUNT) -> NDArray[np.bool_]:
    """Which of ``counts`` (whole numbers, any shape) are sensitive: 1 to ``threshold`` - 1. Zero is not sensitive."""
    values = checks.counts(counts, "counts")
    return np.asarray((values > 0) & (values < _threshold(threshold)))


def group_disclosure(parts: ArrayLike, wholes: ArrayLike, least: int = LEAST_RESPONDENTS) -> NDArray[np.bool_]:
    """Where a small group is revealed because all of it, or none of it, has the property.

    ``parts`` of ``wholes`` persons (same shape); true where 0 < whole < ``least`` and the part is 0 or the whole.
    """
    part, whole = checks.counts(parts, "parts"), checks.counts(wholes, "wholes")
    _same_shape(part, whole)
    return np.asarray((whole > 0) & (whole < _threshold(least)) & ((part == 0) | (part == whole)))


def share_status(
    parts: ArrayLike,
    wholes: ArrayLike,
    *,
    least: int = LEAST_RESPONDENTS,
    threshold: int = LEAST_COUNT,
    large: int = LEAST_FOR_SMALL_PARTS,
) -> tuple[PublicationStatus, ...]:
    """Whether the share ``part / whole`` of respondents may be shown, one status for each pair.

    Suppressed below ``least`` respondents, and below ``large`` respondents when the part or its complement is 1 to
    ``threshold`` - 1 (the share and its base are a pair of counts). A part of 0 or everyone is kept from ``least`` up.
    """
    part, whole = checks.vector(checks.counts(parts, "parts"), "parts"), checks.counts(wholes, "wholes")
    _same_shape(part, whole)
    few = small_counts(part, threshold) | small_counts(whole - part, threshold)
    hidden = (whole < _threshold(least)) | (few & (whole < large))
    return tuple(PublicationStatus.SUPPRESSED if hide else PublicationStatus.SHOWN for hide in hidden)


def share_insight(percent: int, base_low: int, base_high: int) -> ShareInsight:
    """What whole ``percent`` of a base known to lie in ``base_low``..``base_high`` says about the count behind it.

    Publish bases in bands wide enough that the answer is not certain: 33 % of exactly 12 is 4 persons, 33 % of 10-19
    can be 4 to 6.
    """
    checks.whole(percent, "percent", most=100)
    checks.whole(base_high, "base_high", least=checks.whole(base_low, "base_low", least=1))
    fits = [
        count
        for base in range(base_low, base_high + 1)
        for count in range(base + 1)
        if (percent - 0.5) * base <= 100 * count <= (percent + 0.5) * base
    ]
    if not fits:
        raise StatisticsError(f"percent: no count of a base in {base_low}-{base_high} rounds to {percent} %")
    return ShareInsight(low=min(fits), high=max(fits), certain=min(fits) == max(fits))


def _threshold(value: int) -> int:
    if value < 2:
        raise StatisticsError(f"threshold: a rule that protects somebody needs at least 2, got {value}")
    return value


def _same_shape(part: NDArray[np.float64], whole: NDArray[np.float64]) -> None:
    if part.shape != whole.shape or (part > whole).any():
        raise StatisticsError("parts and wholes: need the same shape and no part larger than its whole")
