"""The receipt: from monthly counts and a design fixed beforehand to effect, checks and verdict, in one fixed order.

Baseline: the same calendar months of earlier years, without the months just before the start (promises are given
where it has been bad, so those months would fall by themselves). Exposure is days. See
``docs/methods/effect-verdict.md``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.effect.contrast import LEAST_COMPARISONS, Contrast, area_contrast
from tillsammans_stats.effect.design import Design
from tillsammans_stats.effect.displacement import Moved, moved_events
from tillsammans_stats.effect.power import Detectable, detectable_ratio
from tillsammans_stats.effect.verdict import Evidence, Judgement, judge
from tillsammans_stats.result import StatisticsError

_LOOK_BACK = 24  # months before the start that the placebo looks at


@dataclass(frozen=True, slots=True)
class Panel:
    """Monthly counts of one outcome: ``counts`` (areas x months), ``areas`` in row order, ``first`` month (2021-01)."""

    areas: tuple[str, ...]
    first: str
    counts: NDArray[np.float64]

    def __post_init__(self) -> None:
        array = checks.counts(self.counts, "counts")
        if array.ndim != 2 or array.shape[0] != len(self.areas) or len(set(self.areas)) != len(self.areas):
            raise StatisticsError(
                f"panel: needs one row for each of {len(self.areas)} distinct areas, got {array.shape}"
            )
        try:
            np.datetime64(self.first, "M")
        except ValueError as error:
            raise StatisticsError(f"first: expected a month like 2021-01, got {self.first!r}") from error
        array.setflags(write=False)
        object.__setattr__(self, "counts", array)

    def rows(self, areas: tuple[str, ...]) -> Floats:
        """The counts of ``areas``, in that order."""
        unknown = [area for area in areas if area not in self.areas]
        if unknown:
            raise StatisticsError(f"panel: no counts for {unknown[0]!r}")
        return self.counts[[self.areas.index(area) for area in areas]]

    def position(self, month: str) -> int:
        """The column of ``month``, which may lie outside the panel."""
        return int((np.datetime64(month, "M") - np.datetime64(self.first, "M")).astype(int))

    def days(self, columns: NDArray[np.int64]) -> float:
        """The calendar days of the months in ``columns`` together."""
        months = np.datetime64(self.first, "M") + columns.astype("timedelta64[M]")
        return float(
            ((months + np.timedelta64(1, "M")).astype("datetime64[D]") - months.astype("datetime64[D]"))
            .astype(int)
            .sum()
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything a page needs to say what happened: effect, checks, power and verdict, with the ``design_digest``.

    ``contrast`` is the treated/comparison effect, ``placebo`` the same before the start (``None`` when the series is
    too short), ``recent`` the effect against the months just before the start (``None`` without a gap), ``moved`` the
    ring (``None`` without one), ``baseline_years`` the earlier stretches of the same months used.
    """

    contrast: Contrast | None
    placebo: Contrast | None
    recent: Contrast | None
    moved: Moved | None
    detectable: Detectable | None
    judgement: Judgement
    evidence: Evidence
    baseline_years: int
    design_digest: str


def evaluate(
    panel: Panel,
    design: Design,
    *,
    done: float | None = None,
    recording_changed: bool = False,
    contaminated: bool = False,
    digest: str | None = None,
) -> Receipt:
    """The receipt of ``design`` on ``panel``, which must reach over the whole follow-up.

    ``done`` is the dose in the design's unit (left out when not planned). ``recording_changed``: the recording
    changed in treated areas only; ``contaminated``: comparison areas got the measure too. ``digest``: what was
    registered before the start; another design is refused.
    """
    if digest is not None:
        design.check_registered(digest)
    share = _share_done(design, done)
    treated, comparison = panel.rows(design.treated), panel.rows(design.comparison)
    start = panel.position(design.start)
    if start < 0 or start + design.months > panel.counts.shape[1]:
        raise StatisticsError("panel: does not hold every month of the follow-up")
    after, before, years = _windows(start, design.months, design.years, design.gap)
    sign = 1.0 if design.good == "fewer" else -1.0
    smallest = -float(np.log(design.smallest_ratio))
    sound = len(design.comparison) >= LEAST_COMPARISONS and comparison[:, after].any() and comparison[:, before].any()
    if not sound:
        evidence = _before_after(panel, treated, after, before, sign, smallest, share, design)
        return Receipt(None, None, None, None, None, judge(evidence), evidence, years, design.digest)
    ratio = panel.days(before) / panel.days(after)
    contrast = _compare(treated, comparison, before, after, ratio, design.level)
    placebo = _placebo(panel, treated, comparison, start, design)
    recent = _recent(panel, treated, comparison, after, design)
    ring = panel.rows(design.ring) if design.ring else None
    moved = None if ring is None or sign < 0 else _moved(treated, ring, comparison, before, after)
    detectable = _detectable(contrast, treated, comparison, before, after, design)
    evidence = Evidence(
        value=sign * contrast.log_ratio,
        standard_error=contrast.standard_error,
        smallest=smallest,
        detectable=None if detectable.effect is None else -float(np.log(detectable.effect)),
        degrees_of_freedom=contrast.degrees_of_freedom,
        level=design.level,
        done=share,
        comparisons=len(design.comparison),
        expected=contrast.expected,
        robust=sign * contrast.robust,
        since_start=None if recent is None else sign * recent.log_ratio,
        placebo_t=None if placebo is None else placebo.t,
        recording_changed=recording_changed,
        contaminated=contaminated,
        may_have_moved=moved is not None and moved.may_have_moved,
        undone=moved is not None and moved.undone,
        treated=len(design.treated),
        randomised=design.randomised,
    )
    return Receipt(contrast, placebo, recent, moved, detectable, judge(evidence), evidence, years, design.digest)


def foresee(panel: Panel, design: Design, *, power: float = 0.8) -> Detectable:
    """Before the start: the smallest effect this design can be counted on to show, from the history alone.

    The variance between areas is taken from the comparison areas a year earlier. Compare ``effect`` with
    ``design.smallest_ratio``: if it is smaller, the promise cannot be measured by this outcome.
    """
    start = panel.position(design.start)
    treated, comparison = panel.rows(design.treated), panel.rows(design.comparison)
    after, before, _ = _windows(start, design.months, design.years, design.gap)
    back = 12 * -(-max(design.months, 12) // 12)
    last, earlier, _ = _windows(start - back, design.months, max(1, design.years - 1), 0)
    if last.max() >= panel.counts.shape[1] or before.max() >= panel.counts.shape[1]:
        raise StatisticsError("panel: its months do not reach the start of the design")
    history = _compare(treated, comparison, earlier, last, panel.days(earlier) / panel.days(last), design.level)
    scale = panel.days(after) / panel.days(before)
    return detectable_ratio(
        max(treated[:, before].sum() * scale, 0.5),
        max(treated[:, before].sum(), 0.5),
        max(comparison[:, before].sum() * scale, 0.5),
        max(comparison[:, before].sum(), 0.5),
        between=history.between,
        treated_areas=len(design.treated),
        comparison_areas=len(design.comparison),
        degrees_of_freedom=history.degrees_of_freedom,
        power=power,
        level=design.level,
    )


def _windows(start: int, months: int, years: int, gap: int) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Columns of the follow-up and of its baseline: the same months of up to ``years`` years, before the gap."""
    after = np.arange(start, start + months)
    first_back = -(-(months + gap) // 12)  # whole years back until even the last month lies before the gap
    apart = -(-months // 12)  # a follow-up longer than a year needs earlier stretches that do not overlap
    back = [12 * (first_back + apart * step) for step in range(years)]
    back = [shift for shift in back if start - shift >= 0]
    if not back:
        raise StatisticsError("panel: no earlier year with the same months, so there is no baseline")
    return after, np.concatenate([after - shift for shift in sorted(back, reverse=True)]), len(back)


def _compare(
    treated: Floats, comparison: Floats, before: NDArray[np.int64], after: NDArray[np.int64], ratio: float, level: float
) -> Contrast:
    return area_contrast(
        treated[:, before].sum(axis=1),
        treated[:, after].sum(axis=1),
        comparison[:, before].sum(axis=1),
        comparison[:, after].sum(axis=1),
        exposure_ratio=ratio,
        level=level,
    )


def _placebo(panel: Panel, treated: Floats, comparison: Floats, start: int, design: Design) -> Contrast | None:
    """The same contrast where nothing happened: the months 24 to ``gap`` before the start against years before."""
    length = _LOOK_BACK - design.gap
    pseudo = start - _LOOK_BACK
    if length < 1 or pseudo - 12 * -(-length // 12) < 0:
        return None
    after, before, _ = _windows(pseudo, length, design.years, 0)
    if not (comparison[:, after].any() and comparison[:, before].any()):
        return None
    return _compare(treated, comparison, before, after, panel.days(before) / panel.days(after), design.level)


def _recent(
    panel: Panel, treated: Floats, comparison: Floats, after: NDArray[np.int64], design: Design
) -> Contrast | None:
    """The follow-up against the gap. What was bad when the promise was made may stay bad for a while: no harm done.

    The comparison areas share the season, so it cancels.
    """
    gap = np.arange(max(0, after[0] - design.gap), after[0])
    if gap.size == 0 or not comparison[:, gap].any():
        return None
    return _compare(treated, comparison, gap, after, panel.days(gap) / panel.days(after), design.level)


def _moved(
    treated: Floats, ring: Floats, comparison: Floats, before: NDArray[np.int64], after: NDArray[np.int64]
) -> Moved | None:
    pairs = [(float(rows[:, before].sum()), float(rows[:, after].sum())) for rows in (treated, ring, comparison)]
    if min(pair[0] for pair in pairs) == 0 or pairs[2][1] == 0:
        return None
    change = comparison[:, after].sum(axis=1), comparison[:, before].sum(axis=1) * pairs[2][1] / pairs[2][0]
    usable = change[1] > 0
    chi = ((change[0] - change[1])[usable] ** 2 / change[1][usable]).sum() / max(1, int(usable.sum()) - 1)
    return moved_events(*pairs, dispersion=max(1.0, float(chi)))


def _detectable(
    contrast: Contrast,
    treated: Floats,
    comparison: Floats,
    before: NDArray[np.int64],
    after: NDArray[np.int64],
    design: Design,
) -> Detectable:
    return detectable_ratio(
        contrast.expected,
        max(treated[:, before].sum(), 0.5),
        comparison[:, after].sum(),
        comparison[:, before].sum(),
        between=contrast.between,
        treated_areas=len(design.treated),
        comparison_areas=len(design.comparison),
        degrees_of_freedom=contrast.degrees_of_freedom,
        level=design.level,
    )


def _before_after(
    panel: Panel,
    treated: Floats,
    after: NDArray[np.int64],
    before: NDArray[np.int64],
    sign: float,
    smallest: float,
    share: float,
    design: Design,
) -> Evidence:
    """All that is known without a usable comparison: shown, never judged."""
    first, then = treated[:, before].sum() + 0.5, treated[:, after].sum() + 0.5
    scale = panel.days(before) / panel.days(after)
    return Evidence(
        value=sign * float(np.log(then / first * scale)),
        standard_error=float(np.sqrt(1 / first + 1 / then)),
        smallest=smallest,
        detectable=None,
        level=design.level,
        done=share,
        expected=float(first / scale),
        treated=len(design.treated),
    )


def _share_done(design: Design, done: float | None) -> float:
    if done is not None and not 0 <= done < np.inf:
        raise StatisticsError(f"done: a dose from 0 up, got {done!r}")
    if design.planned is None:
        return 1.0 if done is None else float(done > 0)
    if done is None:
        raise StatisticsError(f"done: the design plans {design.planned} {design.unit}, so say how much was done")
    return done / design.planned
