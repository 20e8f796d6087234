"""Background jobs: long work that a person started, and follow-ups of deeds.

The job's row holds state, progress and the worker's heartbeat; the queue only holds the order. Both are written in one
transaction, the caller's where there is one, so a committed deed never loses its follow-ups. Delivery is at least once:
a job whose worker was killed is queued again, so every step of a job must be idempotent.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection, models, transaction
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor, Refused
from tillsammans.kernel.language import writing
from tillsammans.kernel.models import Job
from tillsammans.kernel.problems import ImportProblem
from tillsammans.kernel.progress import Progress
from tillsammans.kernel.scope import Scope, everywhere, within
from tillsammans.kernel.wiring import function

logger = logging.getLogger("tillsammans.jobs")

HEARTBEAT = timedelta(seconds=10)
SILENCE = timedelta(seconds=45)
ATTEMPTS = 3

F = TypeVar("F", bound=Callable[..., str])


def start(actor: Actor, kind: str, title: Any, payload: dict[str, Any]) -> Job:
    """Queue the work wired as ``kind`` in ``config`` and return its job. ``payload``: opaque ids and settings only.

    ``title`` is lazy: it is stored in Swedish.
    """
    with transaction.atomic(), writing():
        job = Job.objects.create(
            organisation_id=actor.organisation_id,
            person_id=actor.person_id or None,
            kind=kind,
            title=str(title),
            payload=json.dumps(payload),
        )
        run_job.enqueue(str(job.uuid))
    return job


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Settings of a job that may follow a deed. See ``follow_up``."""

    title: Any
    of_subject: bool


def follow_up(title: Any, *, of_subject: bool = True) -> Callable[[F], F]:
    """Decorator: let a job's function follow deeds, as wired in ``FOLLOW_UPS``; ``title`` describes it in Swedish.

    With ``of_subject`` it is called with the deed's object, ``subject`` (UUID as text). Without, it looks at the whole
    organisation, and one run answers for every deed that was committed before it began.

    It acts as the person who did the deed, with what that person may do when it runs. Its actor carries a request key
    of the job, so a deed in it that gives an object is done once, however often the job runs; where it does the same
    deed several times, each needs a key of its own (``actor.answering``).
    """

    def mark(function: F) -> F:
        function.follow_up = FollowUp(title, of_subject)  # type: ignore[attr-defined]
        return function

    return mark


def follow(actor: Actor, kind: str, subject: UUID | None) -> Job:
    """Queue the follow-up job ``kind`` of a deed about ``subject``, in the deed's own transaction."""
    said: FollowUp = function("JOBS", kind).follow_up  # type: ignore[attr-defined]
    return start(actor, kind, said.title, {"subject": str(subject)} if said.of_subject else {})


@task()
def run_job(address: str) -> None:
    """Run one job, unless somebody already does or did."""
    with everywhere("the worker runs every organisation's jobs"):
        claimed = Job.objects.filter(uuid=UUID(address), state=Job.State.QUEUED).update(
            state=Job.State.RUNNING, heartbeat=clock.now(), attempts=models.F("attempts") + 1
        )
        if not claimed:
            return
        job = Job.objects.select_related("person").get(uuid=UUID(address))
    with within(Scope(job.organisation_id)), writing(reader=settings.LANGUAGE_CODE):  # its refusals are stored too
        _run(job)


def _run(job: Job) -> None:
    stop = threading.Event()
    beat = threading.Thread(target=_beat, args=(job.pk, stop), daemon=True)
    if not connection.in_atomic_block:  # a test that runs jobs in its own transaction needs no heartbeat
        beat.start()
    try:
        actor = import_string(settings.ACTOR_OF_JOB)(job.person_id, job.organisation_id)
        work = function("JOBS", job.kind)
        if said := getattr(work, "follow_up", None):
            actor = actor.answering(f"job-{job.uuid}")
            if not said.of_subject:
                _answer_for_equal(job)
        result_url = work(actor, _progress_of(job.pk), **json.loads(job.payload))
        _finish(job, Job.State.DONE, _("Klart."), result_url or "")
    except (Refused, ImportProblem) as refusal:
        reasons = refusal.reasons if isinstance(refusal, Refused) else [str(refusal)]
        _finish(job, Job.State.FAILED, " ".join(reasons)[:300], "")
    except Exception:
        logger.exception("job %s failed", job.uuid)
        _finish(job, Job.State.FAILED, _("Arbetet avbröts av ett fel. Inget har sparats. Försök igen."), "")
    finally:
        stop.set()
        if beat.is_alive():
            beat.join()


def _answer_for_equal(job: Job) -> None:
    """Mark queued jobs that equal ``job`` as done: ``job`` is about to run and sees every commit that they follow.

    This is done here and not when they are queued, because a deed cannot know whether a job that is queued while it
    runs will start before or after its commit.
    """
    Job.objects.filter(
        organisation_id=job.organisation_id, person=job.person, kind=job.kind, state=Job.State.QUEUED
    ).update(state=Job.State.DONE, message=_("Gjordes tillsammans med ett annat."), finished_at=clock.now())


def _finish(job: Job, state: str, message: str, result_url: str) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=state, message=message, result_url=result_url, finished_at=clock.now(), heartbeat=clock.now()
    )


def _progress_of(key: int) -> Progress:
    last = 0.0

    def progress(done: int, total: int, message: str) -> None:
        nonlocal last
        moment = time.monotonic()
        if moment - last >= 0.25 or done == total:
            last = moment
            Job.objects.filter(pk=key).update(done=done, total=total, message=message[:300], heartbeat=clock.now())

    return progress


def _beat(key: int, stop: threading.Event) -> None:
    try:
        while not stop.wait(HEARTBEAT.total_seconds()):
            with everywhere("a sign of life for the running job"):
                Job.objects.filter(pk=key, state=Job.State.RUNNING).update(heartbeat=clock.now())
    finally:
        connection.close()


def requeue_stale() -> int:
    """Queue stale jobs again; returns how many were stale.

    Stale are jobs without a heartbeat for ``SILENCE``, which fail for good after ``ATTEMPTS``, and queued jobs without
    an entry in the queue, because a worker was killed when it had taken the entry and not yet the job.
    """
    with everywhere("the worker watches over every organisation's jobs"), writing():
        return _requeue_silent() + _requeue_unlisted()


def _requeue_silent() -> int:
    silent = Job.objects.filter(state=Job.State.RUNNING).filter(
        models.Q(heartbeat__lt=clock.now() - SILENCE) | models.Q(heartbeat=None)
    )
    stale = 0
    for job in silent:
        stale += 1
        again = job.attempts < ATTEMPTS
        with transaction.atomic():
            moved = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, heartbeat=job.heartbeat).update(
                state=Job.State.QUEUED if again else Job.State.FAILED,
                message="" if again else _("Arbetet avbröts flera gånger. Inget har sparats."),
                finished_at=None if again else clock.now(),
            )
            if moved and again:
                run_job.enqueue(str(job.uuid))
    return stale


def _requeue_unlisted() -> int:
    # Jobs first: one that is started between the two queries gets a superfluous entry, which does nothing.
    waiting = {str(uuid) for uuid in Job.objects.filter(state=Job.State.QUEUED).values_list("uuid", flat=True)}
    entries = DBTaskResult.objects.filter(task_path=run_job.module_path, status=TaskResultStatus.READY)
    unlisted = waiting - {call["args"][0] for call in entries.values_list("args_kwargs", flat=True)} if waiting else ()
    for address in unlisted:
        run_job.enqueue(address)
    return len(unlisted)


def url(job: Job) -> str:
    """The URL of the page that shows the job's progress."""
    return reverse("job", args=[job.uuid])
