"""The coordinator's week, put together from what every app says is due."""

from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.duties.models import Postponement
from tillsammans.duties.rules import chosen
from tillsammans.kernel.access import Actor
from tillsammans.kernel.components import Link, Step, Thread
from tillsammans.kernel.thread import threads_of
from tillsammans.kernel.wiring import functions
from tillsammans.picture.models import Problem

THREADS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Week:
    """At most five steps, how long they take together, how many wait behind them, and those that were put off."""

    steps: tuple[Step, ...]
    minutes: int
    behind: int
    postponed: tuple[tuple[Step, date], ...]  # with the day on which each comes back, the first one first


def week_of(actor: Actor, today: date) -> Week:
    """The actor's next steps."""
    everything = [step for due in functions("DUE") for step in due(actor, today)]
    put_off = dict(Postponement.objects.filter(person_id=actor.person_id, until__gt=today).values_list("step", "until"))
    steps = chosen(everything, set(put_off))
    postponed = [(step, put_off[step.key]) for step in everything if step.key in put_off]
    return Week(
        tuple(
            replace(
                step,
                links=(
                    *step.links,
                    Link(_("Skjut upp en vecka"), reverse("duties:postpone", args=[step.key]), post=True),
                ),
            )
            for step in steps
        ),
        sum(step.minutes for step in steps),
        len(everything) - len(postponed) - len(steps),
        tuple(sorted(postponed, key=lambda one: (one[1], one[0].title))),
    )


def prioritised_threads(actor: Actor) -> tuple[list[tuple[Problem, Thread]], int]:
    """The organisation's prioritised problems with the thread of each, in one query per knot; and how many more.

    At most ``THREADS_SHOWN``, those that were described last.
    """
    prioritised = Problem.objects.filter(priority=Problem.Priority.CHOSEN, closed_on=None)
    newest = prioritised.select_related("area").defer("area__geometry").order_by("-pk")[:THREADS_SHOWN]
    problems = sorted(newest, key=lambda problem: problem.pk)
    threads = threads_of([problem.pk for problem in problems])
    return [(problem, threads[problem.pk]) for problem in problems], prioritised.count() - len(problems)
