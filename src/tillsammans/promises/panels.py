"""Panels about promises, shown on pages of other apps."""

from django.template.loader import render_to_string

from tillsammans.collaboration.models import Package
from tillsammans.kernel.content import thaw
from tillsammans.kernel.doors import Request
from tillsammans.picture.models import Problem
from tillsammans.promises import policies
from tillsammans.promises.content import PromiseContent
from tillsammans.promises.queries import promises_of


def of_problem(request: Request, problem: Problem) -> str:
    """The promises against a problem, on the problem's page."""
    return render_to_string(
        "promises/of_problem.html",
        {
            "problem": problem,
            "promises": promises_of(request.actor).filter(problem=problem),
            "may_write": policies.may_write(request.actor, problem),
        },
        request,
    )


def package(request: Request, package: Package) -> str:
    """A promise as it was sent, rendered from the content that is signed."""
    content = thaw(package.content, PromiseContent, package)
    rows = [(activity, None) for activity in content.activities]
    return render_to_string("promises/content.html", {"promise": content, "rows": rows}, request)
