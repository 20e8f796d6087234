"""The worker's loop: run queued jobs, requeue stale ones, send mail, and remove data whose time has passed."""

import logging
import os
import threading
import time
from datetime import date, timedelta
from typing import Any

from django.db import OperationalError, connection
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from tillsammans.kernel import clock, outbox
from tillsammans.kernel.jobs import SILENCE, requeue_stale
from tillsammans.kernel.language import writing
from tillsammans.kernel.wiring import functions

logger = logging.getLogger("tillsammans.jobs")
RETENTION_EVERY = timedelta(days=1)
MAIL_EVERY = timedelta(seconds=2)
LETTERS_FROM = 7  # o'clock in Sweden


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


def write_letters(today: date) -> None:
    """Write the letters of the day, as wired in ``LETTERS``."""
    with writing():
        for write in functions("LETTERS"):
            write(today)


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
        outbox.send_due()
        return 0
    # Apart from the jobs, which need not wait for a mail server that answers slowly.
    threading.Thread(target=_send_mail, args=(worker,), daemon=True).start()
    # The queue's own loop sleeps inside; in batch mode it returns, so stale jobs are found also when nothing is queued.
    worker.batch = True
    while worker.running:
        worker.run()
        worker.watch()
        time.sleep(worker.interval)
    return 0


def _send_mail(worker: WatchfulWorker) -> None:
    written_on = None
    while worker.running:
        try:
            if clock.now().astimezone(clock.STOCKHOLM).hour >= LETTERS_FROM and written_on != clock.today():
                write_letters(clock.today())
                written_on = clock.today()
            outbox.send_due()
        except OperationalError:
            logger.warning("mail waits: the database is busy or unreachable")
        except Exception:
            logger.exception("mail waits: an error in the program")
        finally:
            connection.close()  # not kept while idle; a broken one is not used again
        time.sleep(MAIL_EVERY.total_seconds())
