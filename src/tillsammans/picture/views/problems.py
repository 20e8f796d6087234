"""Pages of problems: the overview with its threads, the problem itself, and what changes it."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.kernel.access import can
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import act_and_return, form_page, page_of
from tillsammans.kernel.thread import thread_of
from tillsammans.kernel.wiring import functions
from tillsammans.picture import actions, policies, queries
from tillsammans.picture.figures import drawn
from tillsammans.picture.forms import PriorityForm, ProblemForm
from tillsammans.picture.models import Picture, Problem

CLOSED_SHOWN = 10  # of the closed problems, beside the open ones; a page of its own lists all


def address(problem: Problem) -> str:
    """The page of a problem."""
    return reverse("picture:problem", args=[problem.uuid])


def crumbs_of(problem: Problem, *last: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a problem, and on."""
    return [(_("Problem"), reverse("picture:problems")), (problem.title, address(problem) if last else ""), *last]


@door(can("read"), "GET")
def problems(request: Request) -> HttpResponse:
    """Open problems, the prioritised ones each as one thread; with ``?avslutade=1`` those that are closed."""
    closed = queries.closed_problems(request.actor)
    if request.GET.get("avslutade"):
        page = page_of(request, closed)
        return render(
            request, "picture/closed_problems.html", {"title": _("Avslutade problem"), "paginator_page": page}
        )
    page = page_of(request, queries.open_problems(request.actor))
    return render(
        request,
        "picture/problems.html",
        {
            "title": _("Problem"),
            "lines": queries.problem_lines(page),
            "paginator_page": page,
            "closed": closed[:CLOSED_SHOWN],
            "closed_count": closed.count(),
            "may_create": policies.may_create(request.actor),
        },
    )


@door(can("read"), "GET")
def problem(request: Request, uuid: UUID) -> HttpResponse:
    """A problem: its thread, what is known, why it happens, what is not known, and what is done about it."""
    problem: Problem = find(Problem, uuid)
    view = queries.problem_view(problem)
    return render(
        request,
        "picture/problem.html",
        {
            "title": problem.title,
            "problem": problem,
            "view": view,
            "content": view.content,
            "thread": thread_of(problem.pk, here="problem"),
            "figures": [
                (f"figur-{number}", drawn(figure), view.calculations.get(figure.uuid, ""))
                for number, figure in enumerate(view.figures, start=1)
            ],
            "panels": [html for panel in functions("PANELS", "problem") if (html := panel(request, problem))],
            "editing": policies.may_edit_problem(request.actor, problem),
            "may_prioritise": policies.may_prioritise(request.actor, problem),
            "crumbs": crumbs_of(problem),
        },
    )


@door(can("edit"))
def create(request: Request) -> HttpResponse:
    """Describe a new problem, for a picture where the address names one."""
    picture = _picture(request)
    then = reverse("picture:picture", args=[picture.uuid]) + "#problem" if picture else address
    return form_page(
        request,
        ProblemForm,
        lambda data: actions.create_problem(request.actor, None, **data, picture=picture),
        title=_("Nytt problem"),
        then=then,
        receipt=_("Problemet är beskrivet."),
        initial={"collaboration": picture.collaboration_id, "area": picture.area_id} if picture else {},
        context={
            "lead": _("Ett problem är något som återkommer på en plats eller drabbar vissa: vad, var, när och vem."),
            "cancel": then if picture else reverse("picture:problems"),
        },
    )


def _picture(request: Request) -> Picture | None:
    try:
        named = UUID(request.GET.get("lagesbild", ""))
    except ValueError:
        return None
    return Picture.objects.filter(uuid=named).exclude(state=Picture.State.ADOPTED).first()


@door(can("edit"))
def edit(request: Request, uuid: UUID) -> HttpResponse:
    """Change what the problem is."""
    problem: Problem = find(Problem, uuid)
    return form_page(
        request,
        partial(ProblemForm, collaboration_fixed=True),
        lambda data: actions.edit_problem(request.actor, problem, **data),
        title=_("Ändra problemet"),
        then=address(problem),
        receipt=_("Sparat."),
        editing=problem,
        context={"cancel": address(problem), "crumbs": crumbs_of(problem, (_("Ändra"), ""))},
    )


@door(can("decide"))
def prioritise(request: Request, uuid: UUID) -> HttpResponse:
    """Choose, watch or deselect the problem, and say why."""
    problem: Problem = find(Problem, uuid)
    return form_page(
        request,
        partial(PriorityForm, about=request.actor),
        lambda data: actions.prioritise_problem(request.actor, problem, **data),
        title=_("Prioritera problemet"),
        then=address(problem),
        receipt=_("Prioriteringen är sparad."),
        editing=problem,
        initial={name: getattr(problem.decision, name, None) for name in ("body", "decided_on", "minutes_reference")},
        context={"cancel": address(problem), "crumbs": crumbs_of(problem, (_("Prioritera"), ""))},
    )


@door(can("edit"), "POST")
def close(request: Request, uuid: UUID) -> HttpResponse:
    """End the work with the problem."""
    problem: Problem = find(Problem, uuid)
    return act_and_return(
        request,
        lambda: actions.close_problem(request.actor, problem),
        address(problem),
        _("Problemet är avslutat. Det går att öppna igen."),
    )


@door(can("edit"), "POST")
def reopen(request: Request, uuid: UUID) -> HttpResponse:
    """Take the work up again."""
    problem: Problem = find(Problem, uuid)
    return act_and_return(
        request, lambda: actions.reopen_problem(request.actor, problem), address(problem), _("Problemet är öppet igen.")
    )
