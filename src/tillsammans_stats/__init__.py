"""Statistics for crime prevention: estimates with their uncertainty, usable from a notebook.

Only NumPy, SciPy and h3; neither Django nor the product. Every public function is free, never changes its input and
returns one frozen result type. Import the family you need: ``from tillsammans_stats import rates``.
"""

from tillsammans_stats.result import Estimate, PublicationStatus, StatisticsError, Verdict

__all__ = ["Estimate", "PublicationStatus", "StatisticsError", "Verdict"]
