"""Pages about decisions."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext

from tillsammans.kernel.access import can
from tillsammans.kernel.doors import Request, door
from tillsammans.kernel.pages import page_of
from tillsammans.meetings import queries
from tillsammans.meetings.rules import RECORDED_WITHIN


@door(can("read"), "GET")
def decisions(request: Request) -> HttpResponse:
    """Every decision of the organisation: the day it was taken and the day it was recorded."""
    page = page_of(request, queries.decisions_of(request.actor))
    return render(
        request,
        "meetings/decisions.html",
        {
            "title": pgettext("flera", "Beslut"),
            "lines": [queries.line(decision) for decision in page],
            "paginator_page": page,
            "late_days": RECORDED_WITHIN.days,
        },
    )
