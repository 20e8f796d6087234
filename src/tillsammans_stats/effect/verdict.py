"""From evidence to one of five verdicts, by rules fixed beforehand. An unsound comparison never gives "better"."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tillsammans_stats import checks
from tillsammans_stats.distributions import student_quantile, two_sided_p
from tillsammans_stats.effect.contrast import LEAST_COMPARISONS
from tillsammans_stats.multiplicity import holm
from tillsammans_stats.result import StatisticsError, Verdict

LEAST_EXPECTED = 12  # events expected in the follow-up
LEAST_SINCE_START = 1 / 3  # share of a rise that must have come since the months just before the start
LEAST_DOSE = 0.5  # share of the planned dose below which the measure was not carried out


class Reason(StrEnum):
    """Why a verdict cannot be better or worse, or what a reader of it must be told."""

    NOT_DONE = "not_done"
    PARTLY_DONE = "partly_done"
    NO_COMPARISON = "no_comparison"
    TOO_FEW_EVENTS = "too_few_events"
    DIFFERED_BEFORE = "differed_before"
    NO_PLACEBO = "no_placebo"
    NOT_ROBUST = "not_robust"
    BAD_ALREADY = "bad_already"
    RECORDING_CHANGED = "recording_changed"
    COMPARISON_CONTAMINATED = "comparison_contaminated"
    MOVED = "moved"
    MAY_HAVE_MOVED = "may_have_moved"
    TOO_WEAK = "too_weak"
    MANY_JUDGEMENTS = "many_judgements"
    NO_EFFECT_WORTH_THE_NAME = "no_effect_worth_the_name"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the verdict is made of.

    ``value`` and ``standard_error`` on a scale where 0 is no effect and below 0 is the wanted direction: log rate
    ratio for counts, difference of shares for surveys (signs turned where more is good). ``smallest`` is the size of
    the smallest effect that matters and ``detectable`` that of the smallest this design shows (``None``: none), same
    scale. ``robust`` is the value against the median comparison, ``since_start`` that against the months just before
    the start instead of earlier years. ``done`` is dose done / dose planned (1 if not
    measured). ``expected`` is the count expected without the measure, ``None`` for a survey outcome.
    """

    value: float
    standard_error: float
    smallest: float
    detectable: float | None
    degrees_of_freedom: float = math.inf
    level: float = 0.95
    done: float = 1.0
    comparisons: int = 0
    expected: float | None = None
    robust: float | None = None
    since_start: float | None = None
    placebo_t: float | None = None
    recording_changed: bool = False
    contaminated: bool = False
    may_have_moved: bool = False
    undone: bool = False
    treated: int = 1
    randomised: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and self.standard_error > 0 and self.smallest > 0 and self.done >= 0):
            raise StatisticsError("evidence: needs a finite value, standard_error and smallest above 0, done from 0 up")
        checks.level(self.level)

    def half_width(self, level: float) -> float:
        """Half of the interval of ``value`` at ``level``."""
        return self.standard_error * student_quantile((1 + level) / 2, self.degrees_of_freedom)

    @property
    def p_value(self) -> float:
        """Two-sided, for no effect."""
        return two_sided_p(self.value / self.standard_error, self.degrees_of_freedom)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with why (``reasons`` decide, ``remarks`` are told beside it) and a Maryland grade from 2 to 5.

    ``excluded`` is the size of effect that the interval rules out, ``None`` when the verdict is another.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...]
    remarks: tuple[Reason, ...]
    grade: int
    p_value: float
    excluded: float | None


def judge(evidence: Evidence, *, p_value: float | None = None) -> Judgement:
    """The verdict on one effect; ``p_value`` is the corrected one when several effects are judged together."""
    p = evidence.p_value if p_value is None else float(checks.p_values(p_value))
    remarks = _remarks(evidence)
    grade = _grade(evidence)
    if evidence.done < LEAST_DOSE:
        return Judgement(Verdict.NOT_CARRIED_OUT, (Reason.NOT_DONE,), remarks, grade, p, None)
    half = evidence.half_width(evidence.level)
    low, high = evidence.value - half, evidence.value + half
    unsound = _unsound(evidence)
    clear = low > 0 or high < 0
    if unsound:
        return Judgement(Verdict.CANNOT_TELL, unsound, remarks, grade, p, None)
    if clear and p >= 1 - evidence.level:
        return Judgement(Verdict.CANNOT_TELL, (Reason.MANY_JUDGEMENTS,), remarks, grade, p, None)
    if clear:
        if high < 0 and evidence.undone:
            return Judgement(Verdict.CANNOT_TELL, (Reason.MOVED,), remarks, grade, p, None)
        if low > 0 and evidence.since_start is not None and evidence.since_start < LEAST_SINCE_START * evidence.value:
            return Judgement(Verdict.CANNOT_TELL, (Reason.BAD_ALREADY,), remarks, grade, p, None)
        return Judgement(Verdict.BETTER if high < 0 else Verdict.WORSE, (), remarks, grade, p, None)
    if evidence.detectable is None or evidence.detectable > evidence.smallest:
        return Judgement(Verdict.CANNOT_TELL, (Reason.TOO_WEAK,), remarks, grade, p, None)
    inner = evidence.half_width(2 * evidence.level - 1)  # two one-sided tests
    if abs(evidence.value) + inner < evidence.smallest:
        remarks = (*remarks, Reason.NO_EFFECT_WORTH_THE_NAME)
    return Judgement(Verdict.NO_DIFFERENCE, (), remarks, grade, p, max(0.0, -low))


def judge_family(family: Sequence[Evidence]) -> tuple[Judgement, ...]:
    """Verdicts on many promises or outcomes together: Holm's correction over those that were carried out."""
    tested = [index for index, evidence in enumerate(family) if evidence.done >= LEAST_DOSE]
    corrected = [evidence.p_value for evidence in family]
    if tested:
        for index, p in zip(tested, holm([corrected[index] for index in tested]), strict=True):
            corrected[index] = float(p)
    return tuple(judge(evidence, p_value=p) for evidence, p in zip(family, corrected, strict=True))


def _unsound(evidence: Evidence) -> tuple[Reason, ...]:
    reasons = []
    if evidence.comparisons < LEAST_COMPARISONS:
        reasons.append(Reason.NO_COMPARISON)
    if evidence.expected is not None and evidence.expected < LEAST_EXPECTED:
        reasons.append(Reason.TOO_FEW_EVENTS)
    if evidence.placebo_t is not None and abs(evidence.placebo_t) > student_quantile(0.95, evidence.degrees_of_freedom):
        reasons.append(Reason.DIFFERED_BEFORE)
    clear = abs(evidence.value) > evidence.half_width(evidence.level)
    if (
        clear
        and evidence.robust is not None
        and evidence.robust * math.copysign(1, evidence.value) < abs(evidence.value) / 2
    ):
        reasons.append(Reason.NOT_ROBUST)
    if evidence.recording_changed:
        reasons.append(Reason.RECORDING_CHANGED)
    if evidence.contaminated:
        reasons.append(Reason.COMPARISON_CONTAMINATED)
    return tuple(reasons)


def _remarks(evidence: Evidence) -> tuple[Reason, ...]:
    told = [
        (LEAST_DOSE <= evidence.done < 1, Reason.PARTLY_DONE),
        (evidence.placebo_t is None, Reason.NO_PLACEBO),
        (evidence.may_have_moved, Reason.MAY_HAVE_MOVED),
    ]
    return tuple(reason for told_of, reason in told if told_of)


def _grade(evidence: Evidence) -> int:
    if evidence.comparisons == 0:
        return 2
    if evidence.randomised:
        return 5
    return 4 if evidence.treated >= 3 and evidence.comparisons >= 8 else 3
