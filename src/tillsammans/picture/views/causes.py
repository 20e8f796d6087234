"""Pages of a problem's causes."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tillsammans.kernel.access import can
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import act_and_return, form_page
from tillsammans.picture import actions
from tillsammans.picture.forms import CauseForm
from tillsammans.picture.models import Cause, Problem
from tillsammans.picture.views.problems import address, crumbs_of


@door(can("edit"))
def add(request: Request, uuid: UUID) -> HttpResponse:
    """A new hypothesis of why the problem occurs."""
    problem: Problem = find(Problem, uuid)
    return form_page(
        request,
        partial(CauseForm, about=problem),
        lambda data: actions.add_cause(request.actor, problem, **data),
        title=_("Ny orsak"),
        then=f"{address(problem)}#orsaker",
        receipt=_("Orsaken är tillagd."),
        context={
            "lead": _(
                "Vad gör att det händer just där och då? En orsak är en hypotes: skriv vad som talar för och emot."
            ),
            "cancel": address(problem),
            "crumbs": crumbs_of(problem, (_("Ny orsak"), "")),
        },
    )


@door(can("edit"))
def edit(request: Request, uuid: UUID) -> HttpResponse:
    """Change a cause."""
    cause: Cause = find(Cause, uuid)
    return form_page(
        request,
        partial(CauseForm, about=cause.problem, cause=cause),
        lambda data: actions.edit_cause(request.actor, cause, **data),
        title=_("Ändra orsaken"),
        then=f"{address(cause.problem)}#orsaker",
        receipt=_("Sparat."),
        editing=cause,
        context={"cancel": address(cause.problem), "crumbs": crumbs_of(cause.problem, (_("Ändra orsaken"), ""))},
    )


@door(can("edit"), "POST")
def remove(request: Request, uuid: UUID) -> HttpResponse:
    """Remove a cause; the page then offers to put it back."""
    cause: Cause = find(Cause, uuid)
    return act_and_return(
        request,
        lambda: actions.remove_cause(request.actor, cause),
        f"{address(cause.problem)}#borttaget",
        _("Orsaken är borttagen. Du kan lägga tillbaka den längst ned på sidan."),
    )


@door(can("edit"), "POST")
def restore(request: Request, uuid: UUID) -> HttpResponse:
    """Put a removed cause back."""
    cause: Cause = find(Cause, uuid)
    return act_and_return(
        request,
        lambda: actions.restore_cause(request.actor, cause),
        f"{address(cause.problem)}#orsaker",
        _("Orsaken är tillbaka."),
    )
