"""Goals, measures and activities: no measure without a cause, nothing changes after adoption, logs are honest."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.plans.conftest import measure_values
from tests.world import World
from tillsammans.evaluation import queries as evaluation
from tillsammans.evaluation.models import FollowUp
from tillsammans.kernel import clock
from tillsammans.kernel.access import Refused, RuleBroken
from tillsammans.kernel.content import thaw
from tillsammans.kernel.scope import everywhere
from tillsammans.picture.models import Cause, Problem
from tillsammans.plans import actions, queries
from tillsammans.plans.content import PlanContent
from tillsammans.plans.models import ActionPlan, Activity, ActivityLog, Measure
from tillsammans.plans.rules import activity_state

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("done", "number", "due", "state"),
    [
        (0, 3, TODAY, "none"),
        (1, 3, TODAY, "warn"),
        (3, 3, TODAY, "ok"),
        (2, 3, TODAY - timedelta(days=1), "bad"),
        (1, None, TODAY, "ok"),
        (4, 3, TODAY - timedelta(days=1), "ok"),
    ],
)
def test_the_state_of_an_activity(done: int, number: int | None, due: date, state: str) -> None:
    assert activity_state(done, number, due, TODAY) == state


def test_a_measure_without_a_cause_is_refused(world: World, problem: Problem, measure: Measure) -> None:
    with pytest.raises(RuleBroken, match="minst en orsak"):
        actions.choose_measure(
            world.actor("coordinator"), measure.plan, problem=problem, causes=[], **measure_values(world)
        )
    with world.room("osthammar"):
        assert Measure.objects.count() == 1


def test_a_cause_of_another_problem_is_refused(world: World, problem: Problem, measure: Measure) -> None:
    with world.room("osthammar"):
        other = Problem.objects.create(
            organisation=world.osthammar, collaboration=world.collaboration, title="Annat", area=world.areas["0382"]
        )
        cause = Cause.objects.create(
            organisation=world.osthammar, problem=other, text="x", perspective="victim", level="direct", support="data"
        )
    with pytest.raises(RuleBroken, match="annat problem"):
        actions.choose_measure(
            world.actor("coordinator"), measure.plan, problem=problem, causes=[cause], **measure_values(world)
        )


def adopted(world: World, measure: Measure) -> ActionPlan:
    return actions.adopt_plan(
        world.actor("coordinator"),
        measure.plan,
        body=world.body,
        decided_on=date(2026, 2, 10),
        minutes_reference="§ 14",
    )


def test_an_adopted_plan_is_frozen(world: World, measure: Measure) -> None:
    plan = adopted(world, measure)
    assert thaw(plan.content, PlanContent).measures[0].causes == ("Tomma hus syns utifrån",)
    assert "§ 14" in thaw(plan.content, PlanContent).decision
    actor = world.actor("coordinator")
    for change in (
        lambda: actions.edit_measure(actor, measure, version=None, causes=[], **measure_values(world)),
        lambda: actions.remove_measure(actor, measure, removed=True),
        lambda: actions.edit_plan(
            actor, plan, version=None, title="x", starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1)
        ),
        lambda: actions.choose_measure(actor, plan, problem=measure.problem, causes=[], **measure_values(world)),
    ):
        with pytest.raises(Refused, match="inte antagen"):
            change()


def test_a_change_of_an_adopted_plan_is_found_and_named(world: World, measure: Measure) -> None:
    plan = adopted(world, measure)
    assert list(queries.faults()) == []
    with everywhere("somebody tampers"):
        ActionPlan.objects.filter(pk=plan.pk).update(content=plan.content.replace("34", "43"))
    assert [fault.invariant for fault in queries.faults()] == ["plan"]


def test_what_was_done_is_counted_and_a_struck_line_is_not(world: World, activity: Activity) -> None:
    actor = world.actor("coordinator")
    first = actions.log_activity(actor, activity, done_on=clock.today(), amount=5)
    actions.log_activity(actor, activity, done_on=clock.today(), amount=2)
    actions.strike_log(actor, first, struck=True)
    with world.room("osthammar"):
        assert queries.amounts([activity.pk]) == {activity.pk: 2}
    actions.strike_log(actor, first, struck=False)
    with world.room("osthammar"):
        assert queries.today_progress([activity])[activity.pk].words == "7 av 8 gångvägar"


def test_nothing_is_logged_in_the_future(world: World, activity: Activity) -> None:
    with pytest.raises(RuleBroken, match="framtiden"):
        actions.log_activity(world.actor("coordinator"), activity, done_on=clock.today() + timedelta(days=1), amount=1)


def test_an_activity_with_logged_work_is_neither_changed_nor_removed(world: World, activity: Activity) -> None:
    actor = world.actor("coordinator")
    actions.log_activity(actor, activity, done_on=clock.today(), amount=1)
    with pytest.raises(RuleBroken, match="loggat arbete"):
        actions.remove_activity(actor, activity, removed=True)


def test_a_stranger_logs_nothing(world: World, activity: Activity) -> None:
    with pytest.raises(Activity.DoesNotExist):
        actions.log_activity(world.actor("stranger"), activity, done_on=clock.today(), amount=1)
    with everywhere("a test looks"):
        assert not ActivityLog.objects.exists()


def test_late_activities_come_up_in_the_week(world: World, activity: Activity) -> None:
    with world.room("osthammar"):
        assert queries.due(world.actor("coordinator"), clock.today()) == []
        steps = queries.due(world.actor("coordinator"), activity.due_on + timedelta(days=1))
    assert "lagar belysningen" in steps[0].title
    assert steps[0].deadline == activity.due_on


def test_knots_say_how_many_or_what_is_missing(world: World, problem: Problem, activity: Activity) -> None:
    with world.room("osthammar"):
        assert queries.measure_knot([problem.pk])[problem.pk].text == "1 åtgärd"
        assert queries.goal_knot([problem.pk])[problem.pk].state == "gap"
        assert queries.activity_knot([problem.pk])[problem.pk].text == "0 av 1 klara"


@pytest.mark.parametrize("path", ["/plan/", "/plan/aktiviteter/"])
def test_pages_open(world: World, activity: Activity, path: str) -> None:
    assert world.client("coordinator").get(path).status_code == 200


def test_a_list_says_an_amount_once_and_the_state_in_a_word(world: World, activity: Activity) -> None:
    actions.log_activity(world.actor("coordinator"), activity, done_on=clock.today(), amount=5)
    own, measure = f"/plan/aktiviteter/{activity.uuid}/", f"/plan/atgarder/{activity.measure.uuid}/"
    for path in ("/plan/aktiviteter/", own, measure):
        text = world.client("coordinator").get(path).content.decode()
        main = text[text.index("<main") : text.index("</main>")]
        assert main.count("5 av 8 gångvägar") == 1
        assert "pågår" in main


@pytest.mark.both
def test_the_whole_way_over_http(world: World, problem: Problem) -> None:
    client = world.client("coordinator")
    answer = client.post(
        "/plan/ny/",
        {
            "collaboration": world.collaboration.pk,
            "title": "Plan 2026",
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
        },
    )
    plan_url = answer.headers["Location"]
    with world.room("osthammar"):
        cause = Cause.objects.get()
    form = {
        "causes": cause.pk,
        "title": "Belysning",
        "operative_goal": "8 gångvägar",
        "kind": "situational",
        "reach": "universal",
        "responsible": world.osthammar.pk,
        "responsible_role": "gatuchefen",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
    }
    missing = client.post(f"{plan_url}atgard/{problem.uuid}/", {**form, "causes": []})
    assert missing.status_code == 422
    assert "gatuchefen" in missing.content.decode()
    measure_url = client.post(f"{plan_url}atgard/{problem.uuid}/", form).headers["Location"]
    client.post(
        f"{measure_url}aktivitet/",
        {
            "actor": world.osthammar.pk,
            "verb": "byter lampor",
            "due_on": "2026-12-01",
            "number": "8",
            "unit": "lampor",
        },
    )
    assert "byter lampor" in client.get(measure_url).content.decode()
    page = client.post(
        f"{plan_url}anta/",
        {
            "body": world.body.pk,
            "decided_on": "2026-02-10",
            "minutes_reference": "§ 14",
            "version": "1",
        },
    )
    assert page.status_code == 302, page.content.decode()
    assert "§ 14" in client.get(plan_url).content.decode()
    assert client.get(f"{plan_url}plan.pdf").content.startswith(b"%PDF")
    assert client.get(f"{plan_url}plan.docx").content.startswith(b"PK")
    assert world.client("stranger").get(plan_url).status_code == 404


def test_a_conflict_shows_rows_and_choices_in_words(world: World, measure: Measure) -> None:
    with world.room("osthammar"):
        old = Cause.objects.get()
        new = Cause.objects.create(
            organisation=world.osthammar,
            problem=measure.problem,
            text="Mörka gångvägar",
            perspective="situation",
            level="direct",
            support="staff",
        )
    values = {**measure_values(world), "responsible": world.norduppland.pk, "hours": "", "cost": "", "version": "1"}
    client, url = world.client("coordinator"), f"/plan/atgarder/{measure.uuid}/andra/"
    both = {**values, "causes": [new.pk, old.pk], "kind": "social"}
    assert client.post(url, both).status_code == 302
    answer = client.post(url, {**values, "causes": [old.pk], "responsible": world.osthammar.pk})
    assert answer.status_code == 409
    rows = {str(label): (str(theirs), str(yours)) for label, theirs, yours in answer.context["conflict"]}
    assert rows == {
        "Orsaker som åtgärden påverkar": ("Mörka gångvägar, Tomma hus syns utifrån", "Tomma hus syns utifrån"),
        "Slag": ("social", "situationell"),
        "Ansvarig part": (world.norduppland.name, world.osthammar.name),
    }
    answer = client.post(url, {**both, "version": "1"})
    assert answer.status_code == 409
    assert answer.context["conflict"] == []  # the same rows in another order are no difference


def test_the_plans_page_asks_no_more_for_three_than_for_one(world: World, measure: Measure) -> None:
    client = world.client("coordinator")

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/plan/{measure.plan.uuid}/")
        return len(captured)

    asked()
    before = asked()
    with world.room("osthammar"):
        causes = list(Cause.objects.all())
    for _number in range(2):
        actions.choose_measure(
            world.actor("coordinator"), measure.plan, problem=measure.problem, causes=causes, **measure_values(world)
        )
    assert asked() == before


def test_what_is_done_late_or_left_is_told_by_the_database_as_by_the_rule(world: World, activity: Activity) -> None:
    actor, today = world.actor("coordinator"), activity.due_on + timedelta(days=1)
    with world.room("osthammar"):
        for number in (None, 0, 1, 2):
            Activity.objects.create(
                organisation=world.osthammar,
                measure=activity.measure,
                actor=world.osthammar,
                verb=f"gör {number}",
                number=number,
                due_on=today - timedelta(days=2) if number != 2 else today,
            )
        rows = {row.verb: row for row in Activity.objects.all()}
    actions.log_activity(actor, rows["gör None"], done_on=clock.today(), amount=1)
    struck = actions.log_activity(actor, rows["gör 1"], done_on=clock.today(), amount=1)
    actions.strike_log(actor, struck, struck=True)
    actions.log_activity(actor, rows["gör 2"], done_on=clock.today(), amount=1)
    with world.room("osthammar"):
        own = list(queries.own_activities(actor))
        late = set(queries.own_activities(actor).filter(done=False, due_on__lt=today))
        lines = queries.activity_lines(own, today)
    assert {row.verb: row.done for row in own} == {
        "gör None": True,
        "gör 0": False,
        "gör 1": False,
        "gör 2": False,
        activity.verb: False,
    }
    assert [row.done for row in own] == sorted(row.done for row in own)
    for row, line in zip(own, lines, strict=True):
        assert (line.progress.state == "ok") is row.done
        assert (line.progress.state == "bad") is (row in late)


def test_activities_come_fifty_at_a_time_in_as_many_questions(world: World, activity: Activity) -> None:
    client = world.client("coordinator")
    client.get("/plan/aktiviteter/")

    def asked(page: int) -> tuple[int, str]:
        with CaptureQueriesContext(connection) as caught:
            text = client.get(f"/plan/aktiviteter/?sida={page}").content.decode()
        return len(caught), text

    one, text = asked(1)
    assert "Sida 1 av" not in text
    with world.room("osthammar"):
        Activity.objects.bulk_create(
            Activity(
                organisation=world.osthammar,
                measure=activity.measure,
                actor=world.osthammar,
                verb=f"går rond nummer {number}",
                due_on=activity.due_on + timedelta(days=number),
            )
            for number in range(1, 61)
        )
    many, text = asked(1)
    assert many == one
    assert "Sida 1 av 2" in text
    assert "rond nummer 49" in text
    assert "rond nummer 50" not in text
    assert "rond nummer 60" in asked(2)[1]


def test_an_adopted_plan_without_a_follow_up_comes_up_after_two_years(world: World, measure: Measure) -> None:
    plan = adopted(world, measure)
    long_after = date(2028, 3, 1)
    with world.room("osthammar"):
        keys = [step.key for step in evaluation.due(world.actor("coordinator"), long_after)]
        assert f"plan-{plan.uuid}" in keys
        FollowUp.objects.create(
            organisation=world.osthammar,
            measure=measure,
            followed_on=date(2027, 1, 1),
            colour="green",
            seen="Det gick bra.",
            next="continue",
            person=world.people["coordinator"][0],
        )
        assert evaluation.due(world.actor("coordinator"), long_after) == []


def test_the_oldest_late_activities_are_a_step_each_and_the_rest_are_counted(
    world: World, activity: Activity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LATE_SHOWN", 2)
    actor, today = world.actor("coordinator"), activity.due_on + timedelta(days=9)
    with world.room("osthammar"):
        for number in range(3):
            Activity.objects.create(
                organisation=world.osthammar,
                measure=activity.measure,
                actor=world.osthammar,
                verb=f"går rond nummer {number}",
                due_on=activity.due_on + timedelta(days=number + 1),
            )
        steps = queries.due(actor, today)
    assert steps[0].key == f"activity-{activity.uuid}"
    assert [step.key for step in steps][2:] == ["activities-late"]
    assert steps[2].title == "Berätta hur det gick med 2 aktiviteter till"
    assert steps[2].deadline == activity.due_on + timedelta(days=1)
