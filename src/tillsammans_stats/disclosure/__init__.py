"""Statistical disclosure control that accounts for all tables published earlier.

``crossed`` writes a table as figures over cells, ``protect`` hides as little as makes them safe together with the
``Ledger`` of earlier releases, ``attack`` is the exact attacker that audits it. Methods:
``docs/methods/disclosure-*.md``.
"""

from tillsammans_stats.disclosure.attack import Interval, Published, attack
from tillsammans_stats.disclosure.figures import Base, Cell, Dimension, Figure, Key, crossed
from tillsammans_stats.disclosure.release import Ledger, Release, Shown
from tillsammans_stats.disclosure.rounding import Rounding
from tillsammans_stats.disclosure.rules import (
    LEAST_COUNT,
    LEAST_RESPONDENTS,
    ShareInsight,
    group_disclosure,
    share_insight,
    share_status,
    small_counts,
)
from tillsammans_stats.disclosure.suppression import protect

__all__ = [
    "LEAST_COUNT",
    "LEAST_RESPONDENTS",
    "Base",
    "Cell",
    "Dimension",
    "Figure",
    "Interval",
    "Key",
    "Ledger",
    "Published",
    "Release",
    "Rounding",
    "ShareInsight",
    "Shown",
    "attack",
    "crossed",
    "group_disclosure",
    "protect",
    "share_insight",
    "share_status",
    "small_counts",
]
