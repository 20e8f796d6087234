"""Panels about plans, shown on pages of other apps."""

from typing import Any

from django.template.loader import render_to_string

from tillsammans.kernel.content import thaw
from tillsammans.kernel.doors import Request
from tillsammans.kernel.wiring import functions
from tillsammans.picture.models import Problem
from tillsammans.plans import policies
from tillsammans.plans.content import PlanContent
from tillsammans.plans.models import Goal
from tillsammans.plans.queries import activities_of, standing_measures


def measure_statuses(ids: list[int]) -> dict[int, tuple[str, str]]:
    """How measures went, as the apps above say: kind of status and words."""
    result: dict[int, tuple[str, str]] = {}
    for status in functions("MEASURE_STATUS"):
        result.update(status(ids))
    return result


def of_problem(request: Request, problem: Problem) -> str:
    """Goals and measures on the problem's page."""
    measures = list(standing_measures().filter(problem=problem))
    statuses = measure_statuses([measure.pk for measure in measures])
    activities = activities_of(measures)
    return render_to_string(
        "plans/of_problem.html",
        {
            "problem": problem,
            "goals": Goal.objects.filter(problem=problem, removed_on=None),
            "rows": [(measure, activities[measure.pk], statuses.get(measure.pk)) for measure in measures],
            "may_edit": policies.may_edit(request.actor, problem),
        },
        request,
    )


def package(request: Request, shared: Any) -> str:
    """A shared plan."""
    return render_to_string("plans/content.html", {"plan": thaw(shared.content, PlanContent, shared)}, request)
