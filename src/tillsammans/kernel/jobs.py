"""Long work in the background. The queue runs it; the job's row says where it stands and shows that it lives.

A worker that is killed leaves a job without heartbeat; any worker puts such a job back in the queue. What a job does
is therefore made of steps that may run twice.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_tasks import task

from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor, Refused
from tillsammans.kernel.models import Job
from tillsammans.kernel.problems import ImportProblem
from tillsammans.kernel.scope import Scope, everywhere, within
from tillsammans.kernel.wiring import function

logger = logging.getLogger("tillsammans.jobs")

HEARTBEAT = timedelta(seconds=10)
SILENCE = timedelta(seconds=45)
ATTEMPTS = 3

Progress = Callable[[int, int, str], None]


def start(actor: Actor, kind: str, title: str, payload: dict[str, Any]) -> Job:
    """Queue the work wired as ``kind`` in ``config`` and return its job. Runs inside or outside a transaction."""
    job = Job.objects.create(
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        kind=kind,
        title=title,
        payload=json.dumps(payload),
    )
    transaction.on_commit(lambda: run_job.enqueue(str(job.uuid)))
    return job


@task()
def run_job(address: str) -> None:
    """Run one job, unless somebody already does or did."""
    with everywhere("the worker runs every organisation's jobs"):
        claimed = Job.objects.filter(uuid=UUID(address), state=Job.State.QUEUED).update(
            state=Job.State.RUNNING, heartbeat=clock.now(), attempts=F("attempts") + 1
        )
        if not claimed:
            return
        job = Job.objects.select_related("person").get(uuid=UUID(address))
    with within(Scope(job.organisation_id)):
        _run(job)


def _run(job: Job) -> None:
    stop = threading.Event()
    beat = threading.Thread(target=_beat, args=(job.pk, stop), daemon=True)
    if not connection.in_atomic_block:  # a test that runs jobs in its own transaction needs no sign of life
        beat.start()
    try:
        actor = import_string(settings.ACTOR_OF_JOB)(job.person_id, job.organisation_id)
        result_url = function("JOBS", job.kind)(actor, _progress_of(job.pk), **json.loads(job.payload))
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


def requeue_silent() -> int:
    """Put jobs whose worker fell silent back in the queue; give up after ``ATTEMPTS``. Returns how many were found."""
    with everywhere("the worker watches over every organisation's jobs"):
        silent = Job.objects.filter(state=Job.State.RUNNING).filter(
            Q(heartbeat__lt=clock.now() - SILENCE) | Q(heartbeat=None)
        )
        found = 0
        for job in silent:
            found += 1
            again = job.attempts < ATTEMPTS
            moved = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, heartbeat=job.heartbeat).update(
                state=Job.State.QUEUED if again else Job.State.FAILED,
                message="" if again else _("Arbetet avbröts flera gånger. Inget har sparats."),
                finished_at=None if again else clock.now(),
            )
            if moved and again:
                run_job.enqueue(str(job.uuid))
        return found


def url(job: Job) -> str:
    """The page that shows how far the job has come."""
    return reverse("job", args=[job.uuid])
