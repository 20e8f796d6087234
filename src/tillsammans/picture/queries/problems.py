"""Questions about problems and causes, and their knots of the red thread."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Q, QuerySet, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.collaboration.models import Receiver
from tillsammans.kernel.access import Actor
from tillsammans.kernel.components import Knot, Thread
from tillsammans.kernel.thread import threads_of
from tillsammans.picture.content import FigureContent, ProblemContent
from tillsammans.picture.models import Cause, KnowledgeGap, PictureProblem, Problem, Snapshot, Statement
from tillsammans.picture.queries.contents import calculations, problem_contents, problem_figures
from tillsammans.picture.words import PRIORITY

_ORDER = (Problem.Priority.CHOSEN, Problem.Priority.OPEN, Problem.Priority.WATCHED, Problem.Priority.DESELECTED)


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One row of the overview; only a prioritised problem has its thread drawn."""

    problem: Problem
    thread: Thread | None


def open_problems(actor: Actor) -> QuerySet[Problem]:
    """The organisation's problems that are not closed: chosen first, then open, watched and deselected, by title."""
    rank = Case(*(When(priority=priority, then=number) for number, priority in enumerate(_ORDER)))
    return (
        Problem.objects.filter(organisation_id=actor.organisation_id, closed_on=None)
        .select_related("area", "collaboration")
        .defer("area__geometry")
        .order_by(rank, "sort_key", "pk")
    )


def closed_problems(actor: Actor) -> QuerySet[Problem]:
    """The organisation's problems that are no longer worked on, the last closed first."""
    return Problem.objects.filter(organisation_id=actor.organisation_id, closed_on__isnull=False).order_by(
        "-closed_on", "sort_key"
    )


def problem_lines(problems: Iterable[Problem]) -> list[ProblemLine]:
    """Some problems as the overview shows them, with the threads of those that are prioritised."""
    rows = list(problems)
    chosen = [row.pk for row in rows if row.priority == Problem.Priority.CHOSEN]
    threads = threads_of(chosen) if chosen else {}
    return [ProblemLine(row, threads.get(row.pk)) for row in rows]


@dataclass(frozen=True, slots=True)
class ProblemView:
    """Everything of the page of a problem that this app knows."""

    problem: Problem
    content: ProblemContent
    figures: list[FigureContent]
    calculations: dict[UUID, str]
    pictures: list[PictureProblem]
    shared_with: list[str]
    snapshots: list[Snapshot]
    removed_causes: list[Cause]
    removed_parts: tuple[tuple[str, UUID, str], ...]


def problem_view(problem: Problem) -> ProblemView:
    """What the page of a problem shows."""
    figures = problem_figures(problem)
    pictures = list(
        PictureProblem.objects.filter(problem=problem).select_related("picture").order_by("-picture__ends_on")
    )
    sent = Receiver.objects.filter(
        package__kind="picture",
        package__subject__in=[link.picture.uuid for link in pictures],
        package__recalled_at=None,
    )
    return ProblemView(
        problem=problem,
        content=problem_contents(Problem.objects.filter(pk=problem.pk))[0],
        figures=figures,
        calculations=calculations(figures),
        pictures=pictures,
        shared_with=sorted(set(sent.values_list("receiver__name", flat=True))),
        snapshots=list(
            Snapshot.objects.filter(problem=problem)
            .select_related("adopted__picture", "adopted__decision")
            .defer("content", "adopted__content")
            .order_by("-pk")
        ),
        removed_causes=list(Cause.objects.filter(problem=problem).exclude(removed_on=None)),
        removed_parts=(
            *(
                ("uppgift", row.uuid, _("Uppgift från {source}").format(source=row.source))
                for row in Statement.objects.filter(problem=problem).exclude(removed_on=None)
            ),
            *(
                ("lucka", row.uuid, _("Vad vi inte vet: {text}").format(text=row.text[:60]))
                for row in KnowledgeGap.objects.filter(problem=problem).exclude(removed_on=None)
            ),
        ),
    )


def evidence_knot(ids: Sequence[int]) -> dict[int, Knot]:
    """How many sources say something of each problem: statements and indicators."""

    def knot(row: dict[str, Any], url: str) -> Knot:
        sources = row["said"] + row["shown"]
        text = ngettext("{number} källa", "{number} källor", sources).format(number=sources)
        return _knot(_("Underlag"), sources, text, _("lägg till en källa"), f"{url}#kallor")

    counted = {
        "said": Count("statements", filter=Q(statements__removed_on=None), distinct=True),
        "shown": Count("indicators", distinct=True),
    }
    return _knots(ids, counted, knot)


def problem_knot(ids: Sequence[int]) -> dict[int, Knot]:
    """Whether each problem is prioritised."""

    def knot(row: dict[str, Any], url: str) -> Knot:
        assessed = row["priority"] != Problem.Priority.OPEN
        return _knot(_("Problem"), assessed, str(PRIORITY[row["priority"]]), _("prioritera"), url)

    return _knots(ids, {}, knot)


def cause_knot(ids: Sequence[int]) -> dict[int, Knot]:
    """How many causes each problem has."""

    def knot(row: dict[str, Any], url: str) -> Knot:
        causes = row["standing"]
        text = ngettext("{number} orsak", "{number} orsaker", causes).format(number=causes)
        return _knot(_("Orsak"), causes, text, _("lägg till en orsak"), f"{url}#orsaker")

    return _knots(ids, {"standing": Count("causes", filter=Q(causes__removed_on=None))}, knot)


def _knots(ids: Sequence[int], counted: dict[str, Any], knot: Callable[[dict[str, Any], str], Knot]) -> dict[int, Knot]:
    rows = Problem.objects.filter(pk__in=ids).annotate(**counted).values("pk", "uuid", "priority", *counted)
    return {row["pk"]: knot(row, reverse("picture:problem", args=[row["uuid"]])) for row in rows}


def _knot(label: str, filled: object, text: str, gap: str, url: str) -> Knot:
    return Knot(label, text, url, "filled") if filled else Knot(label, gap, url, "gap")
