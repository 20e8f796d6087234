"""Design-based estimation from sample surveys: say how it was drawn, weight it, estimate, compare."""

from tillsammans_stats.survey.calibrate import (
    Calibration,
    Margin,
    calibrate,
    calibrate_to_margins,
    collapse,
    post_stratify,
    trim,
)
from tillsammans_stats.survey.compare import (
    difference,
    difference_test,
    domain_difference,
    trend,
)
from tillsammans_stats.survey.design import Design, design
from tillsammans_stats.survey.estimate import EVERYONE, SurveyEstimates, means, ratios, shares, totals
from tillsammans_stats.survey.publication import PublicationRule, Reason
from tillsammans_stats.survey.quantile import quantile
from tillsammans_stats.survey.rao_scott import TestResult, rao_scott
from tillsammans_stats.survey.response import GroupResponse, ResponseReport, ResponseWarning, response, response_classes
from tillsammans_stats.survey.scale import Scale, combination, scale
from tillsammans_stats.survey.small_area import SmallAreas, fay_herriot

__all__ = [
    "EVERYONE",
    "Calibration",
    "Design",
    "GroupResponse",
    "Margin",
    "PublicationRule",
    "Reason",
    "ResponseReport",
    "ResponseWarning",
    "Scale",
    "SmallAreas",
    "SurveyEstimates",
    "TestResult",
    "calibrate",
    "calibrate_to_margins",
    "collapse",
    "combination",
    "design",
    "difference",
    "difference_test",
    "domain_difference",
    "fay_herriot",
    "means",
    "post_stratify",
    "quantile",
    "rao_scott",
    "ratios",
    "response",
    "response_classes",
    "scale",
    "shares",
    "totals",
    "trend",
    "trim",
]
