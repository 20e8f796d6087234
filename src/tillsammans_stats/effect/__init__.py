"""Did it help, compared with what: effect designs, the analyses behind a receipt and the five verdicts.

``Design`` is fixed before the start and known by its digest, ``foresee`` says what it can show, ``evaluate`` makes
the receipt. The single methods are here for an analyst. Methods: ``docs/methods/effect-*.md``.
"""

from tillsammans_stats.effect.calibration import Calibration, simulate_promises
from tillsammans_stats.effect.contrast import Contrast, area_contrast, two_by_two
from tillsammans_stats.effect.design import Design
from tillsammans_stats.effect.displacement import (
    Moved,
    displacement_difference,
    displacement_quotient,
    moved_events,
)
from tillsammans_stats.effect.guard import Regression, regression_to_the_mean
from tillsammans_stats.effect.multiple import Combined, combine
from tillsammans_stats.effect.poisson import TwoWayFit, fit_two_way
from tillsammans_stats.effect.power import (
    Detectable,
    detectable_ratio,
    detectable_share,
    months_needed,
    power_of_shares,
)
from tillsammans_stats.effect.receipt import Panel, Receipt, evaluate, foresee
from tillsammans_stats.effect.series import Interruption, interrupted_series
from tillsammans_stats.effect.synthetic import SyntheticControl, synthetic_control
from tillsammans_stats.effect.verdict import Evidence, Judgement, Reason, judge, judge_family
from tillsammans_stats.multiplicity import gatekept, holm

__all__ = [
    "Calibration",
    "Combined",
    "Contrast",
    "Design",
    "Detectable",
    "Evidence",
    "Interruption",
    "Judgement",
    "Moved",
    "Panel",
    "Reason",
    "Receipt",
    "Regression",
    "SyntheticControl",
    "TwoWayFit",
    "area_contrast",
    "combine",
    "detectable_ratio",
    "detectable_share",
    "displacement_difference",
    "displacement_quotient",
    "evaluate",
    "fit_two_way",
    "foresee",
    "gatekept",
    "holm",
    "interrupted_series",
    "judge",
    "judge_family",
    "months_needed",
    "moved_events",
    "power_of_shares",
    "regression_to_the_mean",
    "simulate_promises",
    "synthetic_control",
    "two_by_two",
]
