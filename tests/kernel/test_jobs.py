"""Long work: it says where it stands, leaves nothing half done, and is taken up again when its worker falls silent."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from tests.world import World
from tillsammans.kernel import clock, jobs
from tillsammans.kernel.access import Actor, Refused, RuleBroken
from tillsammans.kernel.models import Job
from tillsammans.kernel.problems import FileError, ImportProblem
from tillsammans.kernel.scope import everywhere
from tillsammans.kernel.worker import run
from tillsammans.parties.actions import add_body, end_role
from tillsammans.parties.models import Body, Role

pytestmark = pytest.mark.both

MOMENT = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
Work = Callable[..., str]


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Callable[[Work], None]:
    """Makes a function the work of every job."""
    return lambda work: monkeypatch.setattr(jobs, "function", lambda name, kind: work)


def started(world: World, role: str = "coordinator", **payload: Any) -> Job:
    actor = world.actor(role)
    with world.room(world_name(world, role)):
        return jobs.start(actor, "prov", "Provar", payload)


def world_name(world: World, role: str) -> str:
    organisation = world.people[role][1]
    return next(name for name, found in world.organisations.items() if found == organisation)


def now(job: Job) -> Job:
    with everywhere("a test looks"):
        return Job.objects.get(pk=job.pk)


def names(world: World) -> set[str]:
    with world.room("osthammar"):
        return set(Body.objects.values_list("name", flat=True))


@pytest.mark.django_db
def test_a_job_says_how_far_it_has_come_and_where_its_result_is(world: World, wire: Callable[[Work], None]) -> None:
    seen = []

    def work(actor: Actor, progress: jobs.Progress, name: str) -> str:
        progress(1, 2, "Läser rad 1")
        seen.append(now(job))
        progress(2, 2, "Läser rad 2")
        seen.append(now(job))
        add_body(actor, None, name=name, kind="committee")
        return "/organisation/"

    wire(work)
    job = started(world, name="Gjord")
    assert (job.state, job.attempts, job.heartbeat) == ("queued", 0, None)
    with clock.frozen(MOMENT):
        jobs.run_job.func(str(job.uuid))
    assert [(at.state, at.done, at.total, at.message) for at in seen] == [
        ("running", 1, 2, "Läser rad 1"),
        ("running", 2, 2, "Läser rad 2"),
    ]
    job = now(job)
    assert (job.state, job.message, job.result_url, job.attempts) == ("done", "Klart.", "/organisation/", 1)
    assert job.finished_at == job.heartbeat == MOMENT
    assert "Gjord" in names(world)


@pytest.mark.django_db
def test_progress_that_comes_in_floods_is_written_now_and_then(
    world: World, wire: Callable[[Work], None], django_assert_max_num_queries: Any
) -> None:
    def work(actor: Actor, progress: jobs.Progress) -> str:
        with django_assert_max_num_queries(10):
            for number in range(1, 1001):
                progress(number, 1000, f"Rad {number}")
        return ""

    wire(work)
    job = started(world)
    jobs.run_job.func(str(job.uuid))
    assert (now(job).state, now(job).done) == ("done", 1000)


FAILURES = [
    (Refused(["Du får inte", "det här."]), "Du får inte det här."),
    (RuleBroken("Perioden slutar innan den börjar.", "ends_on"), "Perioden slutar innan den börjar."),
    (
        ImportProblem([FileError("Raden har 3 fält.", "Rätta raden.", file="brott.txt", row=5)]),
        "brott.txt, rad 5: Raden har 3 fält. Rätta raden.",
    ),
    (ZeroDivisionError("hemlig intern text"), "Arbetet avbröts av ett fel. Inget har sparats. Försök igen."),
    (Refused(["x" * 400]), "x" * 300),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("failure", "message"), FAILURES)
def test_a_failing_job_says_why_and_leaves_nothing_half_done(
    world: World, wire: Callable[[Work], None], failure: Exception, message: str
) -> None:
    from tillsammans.kernel.access import can
    from tillsammans.kernel.deeds import DEEDS, deed

    def half(actor: Actor, _none: None) -> None:
        Body.objects.create(organisation_id=actor.organisation_id, name="Halvfärdig", kind="committee")
        raise failure

    known = set(DEEDS)
    act = deed("Prövar", can("edit"))(half)
    for name in set(DEEDS) - known:
        del DEEDS[name]
    wire(lambda actor, progress: act(actor, None))
    job = started(world)
    jobs.run_job.func(str(job.uuid))
    assert (now(job).state, now(job).message, now(job).result_url) == ("failed", message, "")
    assert now(job).finished_at is not None
    assert names(world) == {"Kommunstyrelsen"}


@pytest.mark.django_db
def test_a_job_of_an_unknown_kind_fails_in_words(world: World) -> None:
    job = started(world)
    jobs.run_job.func(str(job.uuid))
    assert (now(job).state, now(job).message) == (
        "failed",
        "Arbetet avbröts av ett fel. Inget har sparats. Försök igen.",
    )


@pytest.mark.django_db
def test_a_job_is_done_by_one_worker_only(world: World, wire: Callable[[Work], None]) -> None:
    runs = []

    def work(actor: Actor, progress: jobs.Progress) -> str:
        runs.append(actor.name)
        jobs.run_job.func(str(job.uuid))  # another worker takes the same message from the queue
        return ""

    wire(work)
    job = started(world)
    jobs.run_job.func(str(job.uuid))
    jobs.run_job.func(str(job.uuid))
    jobs.run_job.func(str(uuid4()))
    assert runs == ["Karin Ek"]
    assert now(job).attempts == 1


@pytest.mark.django_db
def test_a_job_of_a_person_whose_role_has_ended_is_refused(world: World, wire: Callable[[Work], None]) -> None:
    wire(lambda actor, progress: add_body(actor, None, name="Efteråt", kind="committee") and "")
    job = started(world)
    with everywhere("a test looks"):
        role = Role.objects.get(person=world.people["coordinator"][0])
    end_role(world.actor("administrator"), role)
    jobs.run_job.func(str(job.uuid))
    assert now(job).state == "failed"
    assert "din roll får skriva" in now(job).message
    assert names(world) == {"Kommunstyrelsen"}


@pytest.mark.django_db
def test_a_silent_job_is_put_back_three_times_and_then_given_up(world: World) -> None:
    job = started(world)
    for attempt in (1, 2, 3):
        with everywhere("a worker claims it and is killed"):
            assert (
                Job.objects.filter(pk=job.pk, state="queued").update(
                    state="running", attempts=attempt, heartbeat=MOMENT
                )
                == 1
            )
        with clock.frozen(MOMENT + jobs.SILENCE - timedelta(seconds=1)):
            assert jobs.requeue_stale() == 0
            assert now(job).state == "running"
        with clock.frozen(MOMENT + jobs.SILENCE + timedelta(seconds=1)):
            assert jobs.requeue_stale() == 1
    assert (now(job).state, now(job).message) == ("failed", "Arbetet avbröts flera gånger. Inget har sparats.")
    assert now(job).finished_at == MOMENT + jobs.SILENCE + timedelta(seconds=1)
    assert jobs.requeue_stale() == 0


@pytest.mark.django_db
def test_a_job_whose_worker_died_before_its_first_sign_of_life_is_put_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = started(world)
    with everywhere("a worker claims it"):
        Job.objects.filter(pk=job.pk).update(state="running", attempts=1, heartbeat=None)
    assert jobs.requeue_stale() == 1
    assert now(job).state == "queued"


@pytest.mark.django_db
def test_the_page_shows_where_the_job_stands_and_the_script_is_told_the_same(world: World) -> None:
    client, job = world.client("coordinator"), started(world)
    page, state = f"/arbete/{job.uuid}/", f"/arbete/{job.uuid}/lage.json"
    assert "Väntar på sin tur." in client.get(page).content.decode()
    for values, words in [
        ({"state": "running", "done": 3, "total": 9, "message": "Läser rad 3"}, "Läser rad 3"),
        ({"state": "failed", "message": "Filen är tom."}, "Det gick inte."),
        ({"state": "done", "message": "Klart.", "result_url": "/underlag/"}, 'href="/underlag/"'),
    ]:
        with world.room("osthammar"):
            Job.objects.filter(pk=job.pk).update(**values)
        shown = client.get(page)
        assert words in shown.content.decode()
        told = client.get(state).json()
        assert told["state"] == values["state"]
        assert told["message"] == values["message"]
    assert told == {"done": 3, "total": 9, "message": "Klart.", "state": "done", "next_url": "/underlag/"}
    assert client.post(page).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["stranger", "police", "county"])
def test_a_strangers_job_does_not_exist(world: World, role: str) -> None:
    job, client = started(world), world.client(role)
    for path in (f"/arbete/{job.uuid}/", f"/arbete/{job.uuid}/lage.json"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "Provar" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_worker_empties_the_queue(world: World, wire: Callable[[Work], None]) -> None:
    def work(actor: Actor, progress: jobs.Progress, number: int) -> str:
        if number == 1:
            raise RuleBroken("Nummer ett går inte.")
        add_body(actor, None, name=f"Grupp {number}", kind="committee")
        return f"/arbete/{number}/"

    wire(work)
    begun = [started(world, number=number) for number in range(3)]
    assert DBTaskResult.objects.count() == 3
    assert run(once=True) == 0
    assert [(now(job).state, now(job).result_url) for job in begun] == [
        ("done", "/arbete/0/"),
        ("failed", ""),
        ("done", "/arbete/2/"),
    ]
    assert names(world) == {"Kommunstyrelsen", "Grupp 0", "Grupp 2"}
    assert {UUID(*result.args_kwargs["args"]) for result in DBTaskResult.objects.all()} == {job.uuid for job in begun}


@pytest.mark.django_db(transaction=True)
def test_the_worker_takes_up_what_a_killed_one_left(world: World, wire: Callable[[Work], None]) -> None:
    wire(lambda actor, progress: "/klart/")
    job = started(world)
    DBTaskResult.objects.all().delete()  # the killed worker had taken the message
    with everywhere("a worker claimed it and was killed"):
        Job.objects.filter(pk=job.pk).update(state="running", attempts=1, heartbeat=clock.now() - 2 * jobs.SILENCE)
    run(once=True)
    assert (now(job).state, now(job).attempts, now(job).result_url) == ("done", 2, "/klart/")


@pytest.mark.django_db(transaction=True)
def test_a_job_and_its_place_in_the_queue_are_written_together_or_not_at_all(world: World) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        started(world)
        raise ZeroDivisionError
    assert not connection.in_atomic_block
    assert queue() == {}
    job = started(world)
    assert queue() == {job.uuid: "READY"}


def queue() -> dict[UUID, str]:
    """The jobs that have an entry in the queue, with its status."""
    return {UUID(entry.args_kwargs["args"][0]): entry.status for entry in DBTaskResult.objects.all()}


@pytest.mark.django_db(transaction=True)
def test_a_job_without_an_entry_in_the_queue_is_found_and_runs_once(world: World, wire: Callable[[Work], None]) -> None:
    runs = []
    wire(lambda actor, progress: runs.append(actor.name) or "")
    first, taken, listed = (started(world) for _ in range(3))
    entries = {job.pk: DBTaskResult.objects.get(args_kwargs__args__0=str(job.uuid)) for job in (first, taken)}
    entries[first.pk].delete()
    entries[taken.pk].claim("a worker that was killed at once")
    assert jobs.requeue_stale() == 2
    assert jobs.requeue_stale() == 0
    run(once=True)
    assert [now(job).state for job in (first, taken, listed)] == ["done"] * 3
    assert [now(job).attempts for job in (first, taken, listed)] == [1] * 3
    assert len(runs) == 3


@pytest.mark.django_db(transaction=True)
def test_an_entry_too_many_does_nothing(world: World, wire: Callable[[Work], None]) -> None:
    runs = []
    wire(lambda actor, progress: runs.append(actor.name) or "")
    job = started(world)
    jobs.run_job.enqueue(str(job.uuid))
    run(once=True)
    assert runs == ["Karin Ek"]
