"""The worker's loop: run queued jobs, requeue stale ones, and remove data whose retention time has passed."""

import logging
import os
import time
from datetime import timedelta
from typing import Any

from django.db import OperationalError
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from tillsammans.kernel.jobs import SILENCE, requeue_stale
from tillsammans.kernel.wiring import functions

logger = logging.getLogger("tillsammans.jobs")
RETENTION_EVERY = timedelta(days=1)


class WatchfulWorker(Worker):
    """The queue's worker, which also requeues stale jobs at intervals."""

    watched_at = 0.0
    removed_at = float("-inf")

    def watch(self) -> None:
        """Requeue stale jobs, at most three times per ``SILENCE``, and remove expired data once a day."""
        if time.monotonic() - self.watched_at > SILENCE.total_seconds() / 3:
            self.watched_at = time.monotonic()
            try:
                requeue_stale()
                if time.monotonic() - self.removed_at > RETENTION_EVERY.total_seconds():
                    remove_old()
                    self.removed_at = time.monotonic()
            except OperationalError:
                return  # the database is busy or unreachable; the next round tries again

    def run_task(self, db_task_result: DBTaskResult[Any, Any]) -> None:
        super().run_task(db_task_result)
        self.watch()


def remove_old() -> None:
    """Remove data whose retention time has passed, as wired in ``RETENTION``."""
    for remove in functions("RETENTION"):
        if removed := remove():
            logger.info("%s.%s: %d", remove.__module__, remove.__name__, removed)


def run(*, once: bool) -> int:
    """Work until told to stop; with ``once``, until the queue is empty."""
    worker = WatchfulWorker(
        queue_names=["*"],
        interval=0.5,
        batch=once,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=str(os.getpid()),
        excluded_queue_names=[],
    )
    worker.configure_signals()
    worker.watch()
    if once:
        worker.run()
        return 0
    # The queue's own loop sleeps inside; in batch mode it returns, so stale jobs are found also when nothing is queued.
    worker.batch = True
    while worker.running:
        worker.run()
        worker.watch()
        time.sleep(worker.interval)
    return 0
