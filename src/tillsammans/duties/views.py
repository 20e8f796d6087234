"""The start page."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.collaboration.queries import received_by
from tillsammans.duties import actions, queries
from tillsammans.kernel import clock
from tillsammans.kernel.access import can
from tillsammans.kernel.doors import PublicRequest, Request, door, open_door
from tillsammans.kernel.pages import act_and_return
from tillsammans.kernel.wiring import page_url
from tillsammans.parties.models import Organisation

# They support those who work with problems, and have none of their own.
WITHOUT_PROBLEMS = (Organisation.Kind.COUNTY_BOARD, Organisation.Kind.COMMON)


@open_door("GET")
def week(request: PublicRequest) -> HttpResponse:
    """The actor's week; a stranger is shown the way in."""
    if request.actor is None or not request.session.get("second_factor"):
        if request.user.is_authenticated:
            return HttpResponseRedirect(reverse("second_factor"))
        return HttpResponseRedirect(reverse("demo") if settings.DEMO else page_url("public_promises"))
    today = clock.today()
    monday, sunday = clock.week(today)
    threads, more_threads = queries.prioritised_threads(request.actor)
    return render(
        request,
        "duties/week.html",
        {
            "week": queries.week_of(request.actor, today),
            "works_with_problems": request.actor.organisation_kind not in WITHOUT_PROBLEMS,
            "threads": threads,
            "more_threads": more_threads,
            "number": today.isocalendar().week,
            "monday": monday,
            "sunday": sunday,
            "received": received_by(request.actor).defer("content")[:4],
        },
    )


@door(can("read"), "POST")
def postpone(request: Request, step: str) -> HttpResponse:
    """Put off a step."""
    return act_and_return(
        request,
        lambda: actions.postpone(request.actor, None, step=step[:120]),
        "/",
        _("Steget kommer tillbaka om en vecka."),
    )


@door(can("read"), "POST")
def resume(request: Request, step: str) -> HttpResponse:
    """Take a step back."""
    return act_and_return(
        request, lambda: actions.resume(request.actor, None, step=step[:120]), "/", _("Steget är tillbaka.")
    )
