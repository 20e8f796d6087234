"""What follows a deed is certain when the deed is, happens once, and never touches what the log says of the deed."""

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from tests.kernel.processes import in_a_process_of_its_own
from tests.world import World
from tillsammans.config import wiring
from tillsammans.config.testimony import load_deeds
from tillsammans.kernel import jobs
from tillsammans.kernel.access import Actor, RuleBroken
from tillsammans.kernel.deeds import DEEDS
from tillsammans.kernel.models import AuditEntry, Job
from tillsammans.kernel.scope import current, everywhere
from tillsammans.kernel.wiring import function, keys, names
from tillsammans.parties.actions import add_body, close_body
from tillsammans.parties.models import Body, Organisation, Role

pytestmark = pytest.mark.both

Work = Callable[..., str]
ADDED, CLOSED = ("parties.add_body", "done"), ("parties.close_body", "done")


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes a function what follows ``parties.add_body``."""

    def wired(work: Work, **said: Any) -> None:
        marked = jobs.follow_up("Gör det som följer", **said)(work)
        monkeypatch.setattr(jobs, "function", lambda name, kind: marked)
        monkeypatch.setitem(wiring.FOLLOW_UPS, "parties.add_body", ["prov"])

    return wired


def add(world: World, role: str = "coordinator", name: str = "Styrgruppen") -> Body:
    return add_body(world.actor(role), None, name=name, kind="committee")


def all_jobs() -> list[Job]:
    with everywhere("a test looks"):
        return list(Job.objects.order_by("pk"))


def work_off() -> list[Job]:
    for job in all_jobs():
        jobs.run_job.func(str(job.uuid))
    return all_jobs()


def entries(organisation: Organisation) -> list[tuple[str, str]]:
    found = AuditEntry.objects.filter(head__organisation=organisation).order_by("number")
    return list(found.values_list("deed", "outcome"))


def close(actor: Actor, progress: jobs.Progress, subject: str) -> str:
    from tillsammans.kernel import clock

    close_body(actor, Body.objects.get(uuid=UUID(subject)), closed_on=clock.today())
    return "/organisation/"


@pytest.mark.django_db
def test_a_follow_up_can_be_a_deed_of_the_same_person(world: World, wire: Callable[..., None]) -> None:
    wire(close)
    made = add(world)
    job = all_jobs()[0]
    assert (job.organisation, job.person, job.kind) == (world.osthammar, world.people["coordinator"][0], "prov")
    assert (job.title, json.loads(job.payload)) == ("Gör det som följer", {"subject": str(made.uuid)})
    assert entries(world.osthammar) == [ADDED]
    (job,) = work_off()
    assert (job.state, job.result_url) == ("done", "/organisation/")
    assert entries(world.osthammar) == [ADDED, CLOSED]


@pytest.mark.django_db
def test_a_follow_up_runs_in_its_own_organisation(world: World, wire: Callable[..., None]) -> None:
    seen = []

    def look(actor: Actor, progress: jobs.Progress, subject: str) -> str:
        seen.append((current().organisation_id, actor.name, Body.objects.get(uuid=UUID(subject)).name))
        assert Body.objects.filter(organisation=world.tierp).exists() is (actor.name == "Olle Frisk")
        return ""

    wire(look)
    add(world, "coordinator", "Här")
    add(world, "stranger", "Där")
    assert [job.state for job in work_off()] == ["done", "done"]
    assert seen == [(world.osthammar.pk, "Karin Ek", "Här"), (world.tierp.pk, "Olle Frisk", "Där")]
    assert (entries(world.osthammar), entries(world.tierp)) == ([ADDED], [ADDED])


@pytest.mark.django_db
def test_a_refused_follow_up_says_so_and_the_deed_stays_done(world: World, wire: Callable[..., None]) -> None:
    wire(close)
    add(world)
    with everywhere("the role ends before the job runs"):
        Role.objects.filter(person=world.people["coordinator"][0]).update(valid_to="2021-01-01")
    (job,) = work_off()
    assert job.state == "failed"
    assert "din roll får skriva" in job.message
    assert entries(world.osthammar) == [ADDED, ("parties.close_body", "refused")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fault", "words"), [(RuleBroken("Det är redan gjort."), "redan gjort"), (ZeroDivisionError(), "av ett fel")]
)
def test_a_failing_follow_up_says_so_and_the_deed_stays_done(
    world: World, wire: Callable[..., None], fault: Exception, words: str
) -> None:
    def fail(actor: Actor, progress: jobs.Progress, subject: str) -> str:
        raise fault

    wire(fail)
    made = add(world)
    (job,) = work_off()
    assert job.state == "failed"
    assert words in job.message
    assert entries(world.osthammar) == [ADDED]
    with world.room("osthammar"):
        assert Body.objects.filter(pk=made.pk).exists()


@pytest.mark.django_db
def test_a_deed_in_a_job_that_runs_again_is_done_once(world: World, wire: Callable[..., None]) -> None:
    def found(actor: Actor, progress: jobs.Progress, subject: str) -> str:
        if Body.objects.get(uuid=UUID(subject)).name == "Styrgruppen":
            add_body(actor, None, name="Följd", kind="committee")
        return ""

    wire(found)
    add(world)
    (first, *_rest) = work_off()
    with everywhere("its worker was killed before it could say that it was done"):
        Job.objects.filter(pk=first.pk).update(state="queued", finished_at=None)
    (first, *rest) = work_off()
    assert (first.state, first.attempts, len(rest)) == ("done", 2, 1)
    assert entries(world.osthammar) == [ADDED, ADDED]
    with world.room("osthammar"):
        assert Body.objects.filter(name="Följd").count() == 1


@pytest.mark.django_db
def test_the_same_form_twice_has_one_follow_up(world: World, wire: Callable[..., None]) -> None:
    wire(close)
    for _ in range(2):
        add_body(world.actor("coordinator").answering("samma"), None, name="Styrgruppen", kind="committee")
    assert len(all_jobs()) == 1


@pytest.mark.django_db
def test_nothing_follows_a_deed_that_was_undone_or_refused(world: World, wire: Callable[..., None]) -> None:
    from tillsammans.kernel.access import Refused

    wire(close)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        add(world)
        raise ZeroDivisionError
    with pytest.raises(Refused):
        add(world, "reader")
    assert all_jobs() == []


@pytest.mark.django_db
def test_one_look_at_the_organisation_answers_for_all_that_was_done_before_it_began(
    world: World, wire: Callable[..., None]
) -> None:
    seen: list[list[str]] = []

    def look(actor: Actor, progress: jobs.Progress) -> str:
        seen.append(sorted(Body.objects.filter(name__startswith="Grupp").values_list("name", flat=True)))
        if len(seen) == 1:
            add(world, name="Grupp 4")  # done while the look is under way: it is too late for this one
        return ""

    wire(look, of_subject=False)
    for number in (1, 2, 3):
        add(world, name=f"Grupp {number}")
    add(world, "stranger", "Grupp i Tierp")
    work_off()
    found = work_off()
    assert seen == [["Grupp 1", "Grupp 2", "Grupp 3"], ["Grupp i Tierp"], ["Grupp 1", "Grupp 2", "Grupp 3", "Grupp 4"]]
    assert [(job.state, job.attempts) for job in found] == [
        ("done", 1),
        ("done", 0),
        ("done", 0),
        ("done", 1),
        ("done", 1),
    ]
    assert found[1].message == "Gjordes tillsammans med ett annat."


def test_every_follow_up_is_wired_to_a_deed_and_a_job() -> None:
    load_deeds()
    for deed in keys("FOLLOW_UPS"):
        assert deed in DEEDS
        for kind in names("FOLLOW_UPS", deed):
            assert isinstance(function("JOBS", kind).follow_up, jobs.FollowUp)


POINTS = {
    "after the commit": [signal.SIGKILL, 0, 0],
    "between entry and job": [0, signal.SIGKILL, 0],
    "in the work": [0, signal.SIGKILL, 0],
    "after the follow-up's commit": [0, signal.SIGKILL, 0],
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", POINTS)
def test_a_killed_process_loses_nothing_and_repeats_nothing(world: World, point: str, tmp_path: Path) -> None:
    left = in_a_process_of_its_own("tests.kernel.killing", point, folder=tmp_path)
    assert left["signals"] == POINTS[point]
    assert left["bodies"] == ["Följd", "Först", "Kommunstyrelsen"]
    assert left["audit"] == [list(ADDED), list(ADDED)]
    assert left["jobs"] == ["done", "done"]  # the follow-up, and the follow-up of its own deed
    assert left["waiting"] == 0
