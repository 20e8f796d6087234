"""What every number carries: its value, its uncertainty and whether it may be shown."""

from dataclasses import dataclass
from enum import StrEnum


class StatisticsError(ValueError):
    """Invalid input; the message names the argument and the reason."""


class PublicationStatus(StrEnum):
    """Whether a number may be shown to a reader."""

    SHOWN = "shown"
    UNCERTAIN = "uncertain"  # shown with a warning
    TOO_LITTLE = "too_little"  # too little data to interpret
    SUPPRESSED = "suppressed"  # hidden to protect small groups


class Verdict(StrEnum):
    """The five things that can be said of an effort afterwards."""

    BETTER = "better_than_expected"
    NO_DIFFERENCE = "no_detectable_difference"
    WORSE = "worse"
    CANNOT_TELL = "cannot_be_told"
    NOT_CARRIED_OUT = "not_carried_out"


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number as it travels from the computation to page, document and export.

    ``value``, ``low`` and ``high`` share the unit of the quantity; ``low`` and ``high`` bound the interval that
    ``method`` names, at ``level`` confidence. A field that does not apply is ``None``, never invented: a registered
    count that is neither compared nor estimated has no interval.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    method: str = ""
    standard_error: float | None = None
    degrees_of_freedom: float | None = None
    n: int | None = None
    effective_n: float | None = None
    design_effect: float | None = None
    status: PublicationStatus = PublicationStatus.SHOWN
    reason: str = ""
    data_version: str = ""

    @property
    def readable(self) -> bool:
        """Whether the value may be read out: shown, or shown with a warning."""
        return self.status in (PublicationStatus.SHOWN, PublicationStatus.UNCERTAIN) and self.value is not None
