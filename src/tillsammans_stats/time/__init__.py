"""Patterns in time: trend and season, unusual counts, change points, profiles, and late reporting."""

from tillsammans_stats.time.alarms import Alarms, ears_c1, farrington
from tillsammans_stats.time.change_points import ChangePoint, Segmentation, change_points
from tillsammans_stats.time.profiles import Profile, months, weekday_hour
from tillsammans_stats.time.reporting import Nowcast, nowcast, reporting_triangle
from tillsammans_stats.time.trend import SeasonalTrend, same_months, seasonal_trend, seasonal_trends

__all__ = [
    "Alarms",
    "ChangePoint",
    "Nowcast",
    "Profile",
    "SeasonalTrend",
    "Segmentation",
    "change_points",
    "ears_c1",
    "farrington",
    "months",
    "nowcast",
    "reporting_triangle",
    "same_months",
    "seasonal_trend",
    "seasonal_trends",
    "weekday_hour",
]
