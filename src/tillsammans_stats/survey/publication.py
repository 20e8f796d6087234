"""Whether a survey figure may be shown: the rule of the US National Center for Health Statistics, and our warning.

Parker et al. 2017, *National Center for Health Statistics Data Presentation Standards for Proportions*, Vital and
Health Statistics 2(175). Hiding small groups for secrecy is a question of its own; here only the smallest count of
respondents is kept.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tillsammans_stats.checks import Floats
from tillsammans_stats.result import PublicationStatus
from tillsammans_stats.survey.interval import clopper_pearson, t_quantile

Objects = NDArray[np.object_]


class Reason(StrEnum):
    """Why a figure is hidden or shown with a warning; a closed list, so that a page can say it in its own language."""

    WIDE = "wide interval"
    WIDE_FOR_SHARE = "interval wide for so small a share"
    WIDE_FOR_COMPLEMENT = "interval wide for so small a complement"
    NONE_OR_ALL = "none or all answered so"
    TOO_WIDE = "interval too wide"
    NO_FREEDOM = "no degrees of freedom"
    FEW_EFFECTIVE = "too few effective answers"
    FEW_ANSWERS = "too few answers"
    FEW_RESPONDENTS = "too few respondents"


@dataclass(frozen=True, slots=True)
class PublicationRule:
    """Limits of the rule; change them by making another."""

    fewest_respondents: int = 10  # fewer are hidden for secrecy
    fewest_answers: float = 30  # real or effective; fewer say too little
    widest: float = 0.30  # of a share's Korn-Graubard interval, in shares of 1
    doubtful_width: float = 0.20  # from here on a share is shown with a warning
    narrow: float = 0.05  # narrower intervals are not judged relative to the share
    widest_relative: float = 1.30  # interval width divided by the share


def judge(
    n: Floats,
    effective_n: Floats,
    df: Floats,
    share: Floats | None = None,
    rule: PublicationRule | None = None,
) -> tuple[Objects, Objects]:
    """Status and reason of each figure; ``share`` only where the figures are shares. Arrays of one shape."""
    rule = rule or PublicationRule()
    status = np.full(n.shape, PublicationStatus.SHOWN, dtype=object)
    reason = np.full(n.shape, "", dtype=object)

    def mark(where: NDArray[np.bool_], what: PublicationStatus, why: Reason) -> None:
        status[where], reason[where] = what, why

    if share is not None:
        with np.errstate(invalid="ignore", divide="ignore"):
            m = np.minimum(n, np.where(np.isnan(effective_n), n, effective_n))
            m = np.minimum(n, m * (t_quantile(n - 1, 0.95) / t_quantile(df, 0.95)) ** 2)
            low, high = clopper_pearson(share * m, m)
            width = high - low
        mark(width >= rule.doubtful_width, PublicationStatus.UNCERTAIN, Reason.WIDE)
        too_relative = (width > rule.narrow) & (width > rule.widest_relative * share) & (share > 0)
        mark(too_relative, PublicationStatus.TOO_LITTLE, Reason.WIDE_FOR_SHARE)
        mark(
            (width > rule.narrow) & (width > rule.widest_relative * (1 - share)) & ~too_relative & (share < 1),
            PublicationStatus.UNCERTAIN,
            Reason.WIDE_FOR_COMPLEMENT,
        )
        edge = (share == 0) | (share == 1)
        mark((width > rule.narrow) & edge, PublicationStatus.TOO_LITTLE, Reason.NONE_OR_ALL)
        mark(width >= rule.widest, PublicationStatus.TOO_LITTLE, Reason.TOO_WIDE)
    mark(np.isnan(df) | (df < 1), PublicationStatus.TOO_LITTLE, Reason.NO_FREEDOM)
    mark(~(effective_n >= rule.fewest_answers), PublicationStatus.TOO_LITTLE, Reason.FEW_EFFECTIVE)
    mark(n < rule.fewest_answers, PublicationStatus.TOO_LITTLE, Reason.FEW_ANSWERS)
    mark(n < rule.fewest_respondents, PublicationStatus.SUPPRESSED, Reason.FEW_RESPONDENTS)
    return status, reason
