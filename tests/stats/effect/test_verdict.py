"""The five verdicts as pure rules: monotone in the effect, and Holm when many promises are judged."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillsammans_stats import StatisticsError, Verdict
from tillsammans_stats.effect import Evidence, Reason, gatekept, judge, judge_family

pytestmark = pytest.mark.pure
SOUND = Evidence(-0.5, 0.1, 0.16, 0.3, 12, comparisons=13, expected=80, robust=-0.5, placebo_t=0.2)
ORDER = {Verdict.WORSE: 0, Verdict.CANNOT_TELL: 1, Verdict.NO_DIFFERENCE: 1, Verdict.BETTER: 2}


@given(st.floats(-2, 2), st.floats(0, 2), st.floats(0.02, 1), st.booleans())
def test_a_stronger_effect_never_gets_a_worse_verdict(value, more, error, undone):
    def verdict(value):
        return judge(dataclasses.replace(SOUND, value=value, robust=value, standard_error=error, undone=undone)).verdict

    assert ORDER[verdict(value - more)] >= ORDER[verdict(value)]


def test_a_rise_that_was_there_before_the_start_is_not_worse():
    rise = dataclasses.replace(SOUND, value=0.6, robust=0.6, since_start=0.3)
    assert judge(rise).verdict is Verdict.WORSE
    judgement = judge(dataclasses.replace(rise, since_start=0.1))
    assert (judgement.verdict, judgement.reasons) == (Verdict.CANNOT_TELL, (Reason.BAD_ALREADY,))


def test_a_fall_is_not_judged_by_the_bad_months_before_the_start():
    assert judge(dataclasses.replace(SOUND, since_start=0.5)).verdict is Verdict.BETTER


@given(st.floats(-2, 2), st.floats(0, 2), st.floats(-1, 1), st.floats(0.02, 1))
def test_more_harm_never_gets_a_milder_verdict_when_the_start_was_bad(value, more, before, error):
    def verdict(value):  # the level before the start is what it is, whatever the effect becomes
        changed = {"value": value, "robust": value, "since_start": value - before, "standard_error": error}
        return judge(dataclasses.replace(SOUND, **changed)).verdict

    assert ORDER[verdict(value + more)] <= ORDER[verdict(value)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"comparisons": 2}, Reason.NO_COMPARISON),
        ({"expected": 11}, Reason.TOO_FEW_EVENTS),
        ({"placebo_t": -2.0}, Reason.DIFFERED_BEFORE),
        ({"robust": -0.2}, Reason.NOT_ROBUST),
        ({"recording_changed": True}, Reason.RECORDING_CHANGED),
        ({"contaminated": True}, Reason.COMPARISON_CONTAMINATED),
        ({"undone": True}, Reason.MOVED),
    ],
)
def test_each_failed_check_turns_better_into_cannot_tell(change, reason):
    assert judge(SOUND).verdict is Verdict.BETTER
    judgement = judge(dataclasses.replace(SOUND, **change))
    assert judgement.verdict is Verdict.CANNOT_TELL
    assert judgement.reasons == (reason,)


def test_an_interval_that_holds_nothing_is_no_difference_only_if_the_design_was_strong_enough():
    nothing = dataclasses.replace(SOUND, value=-0.02, robust=-0.02)
    assert judge(nothing).reasons == (Reason.TOO_WEAK,)
    strong = judge(dataclasses.replace(nothing, standard_error=0.05, detectable=0.15))
    assert strong.verdict is Verdict.NO_DIFFERENCE
    assert strong.excluded == pytest.approx(0.02 + 0.05 * 2.1788, abs=1e-4)
    assert Reason.NO_EFFECT_WORTH_THE_NAME in strong.remarks


def test_what_may_have_moved_is_said_beside_better():
    judgement = judge(dataclasses.replace(SOUND, may_have_moved=True))
    assert judgement.verdict is Verdict.BETTER
    assert Reason.MAY_HAVE_MOVED in judgement.remarks


def test_many_promises_together_need_stronger_evidence():
    weak = dataclasses.replace(SOUND, value=-0.24, robust=-0.24)
    assert judge(weak).verdict is Verdict.BETTER
    family = judge_family([weak] * 3 + [dataclasses.replace(SOUND, value=-0.01, robust=-0.01)])
    assert family[0].verdict is Verdict.CANNOT_TELL
    assert family[0].reasons == (Reason.MANY_JUDGEMENTS,)
    assert family[0].p_value == pytest.approx(4 * weak.p_value)
    assert judge_family([SOUND] * 4)[0].verdict is Verdict.BETTER


def test_promises_not_carried_out_do_not_burden_the_others():
    weak = dataclasses.replace(SOUND, value=-0.24, robust=-0.24)
    idle = dataclasses.replace(weak, done=0.0)
    verdicts = [judgement.verdict for judgement in judge_family([weak, idle, idle, idle])]
    assert verdicts == [Verdict.BETTER] + [Verdict.NOT_CARRIED_OUT] * 3


def test_the_grade_follows_the_design():
    assert judge(SOUND).grade == 3
    assert judge(dataclasses.replace(SOUND, treated=4)).grade == 4
    assert judge(dataclasses.replace(SOUND, randomised=True)).grade == 5
    assert judge(dataclasses.replace(SOUND, comparisons=0)).grade == 2


def test_secondary_outcomes_wait_for_the_primary():
    first, others = gatekept(0.03, [0.001, 0.5])
    assert (first, others.tolist()) == (0.03, [0.03, 0.5])


@pytest.mark.parametrize("change", [{"standard_error": 0}, {"value": float("nan")}, {"smallest": 0}, {"level": 1.0}])
def test_evidence_that_makes_no_sense_is_refused(change):
    with pytest.raises(StatisticsError):
        dataclasses.replace(SOUND, **change)
