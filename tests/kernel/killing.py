"""A process of its own that is killed where a test says, and a second one that takes over; prints what is left.

Started by ``test_follow_ups`` on a database that holds the tests' world: ``python -m tests.kernel.killing POINT``.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def child(work: Callable[[], Any]) -> int:
    """Do ``work`` in a child process; the number of the signal that ended it, or 0."""
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    _pid, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError(f"the child failed: {os.WEXITSTATUS(status)}")
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def main(point: str) -> None:
    django.setup()
    from django.db import transaction
    from django_tasks_db.models import DBTaskResult

    from tillsammans.config import wiring
    from tillsammans.kernel import jobs, worker
    from tillsammans.kernel.models import AuditEntry, Job
    from tillsammans.kernel.scope import everywhere
    from tillsammans.parties.actions import add_body
    from tillsammans.parties.models import Body, Organisation, Person
    from tillsammans.parties.queries import actor_of_job

    dying = [point]  # emptied in the process that takes over

    @jobs.follow_up("Gör det som följer")
    def follow(actor: Any, progress: Any, subject: str) -> str:
        if dying == ["in the work"]:
            die()
        if not Body.objects.get(uuid=subject).name.startswith("Följd"):
            add_body(actor, None, name="Följd", kind="committee")
        if dying == ["after the follow-up's commit"]:
            die()
        return ""

    wiring.FOLLOW_UPS["parties.add_body"] = ["prov"]
    jobs.function = lambda name, kind: follow  # type: ignore[assignment]
    jobs.SILENCE = worker.SILENCE = timedelta(0)  # whoever has been killed is given up at once

    def act() -> None:
        person = Person.objects.get(email="coordinator@exempel.se")
        actor = actor_of_job(person.pk, Organisation.objects.get(slug="osthammar").pk)
        with transaction.atomic():
            if point == "after the commit":
                transaction.on_commit(die)  # before whatever else waits for the commit
            add_body(actor, None, name="Först", kind="committee")

    def work() -> None:
        if point == "between entry and job" and dying:
            worker.WatchfulWorker.run_task = lambda self, entry: die()  # type: ignore[method-assign, assignment]
        worker.run(once=True)

    signals = [child(act), child(work)]
    dying.clear()
    signals.append(child(work))
    with everywhere("a test looks"):
        left = {
            "signals": signals,
            "bodies": sorted(Body.objects.values_list("name", flat=True)),
            "jobs": sorted(Job.objects.values_list("state", flat=True)),
            "audit": list(AuditEntry.objects.order_by("pk").values_list("deed", "outcome")),
            "waiting": DBTaskResult.objects.filter(status="READY").count(),
        }
    print(json.dumps(left))


if __name__ == "__main__":
    main(sys.argv[1])
