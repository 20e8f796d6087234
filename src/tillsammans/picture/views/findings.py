"""A finding in the figures, put into the picture that is being written."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.indicators import queries
from tillsammans.indicators.models import Series
from tillsammans.kernel.access import can
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import act_and_return
from tillsammans.patterns import queries as pattern_queries
from tillsammans.patterns.results import KINDS
from tillsammans.picture import actions
from tillsammans.picture.findings import KeptFinding
from tillsammans.picture.models import Picture, Section
from tillsammans.picture.views.pictures import address


@door(can("edit"), "POST")
def add(request: Request, uuid: UUID, kind: str) -> HttpResponse:
    """Put a finding into the first section of the draft that was begun last, with the data that it rests on."""
    series: Series = find(Series, uuid)
    row = pattern_queries.finding_of(series, kind) if kind in KINDS else None
    if row is None:
        raise Http404
    section = (
        Section.objects.filter(
            picture__state=Picture.State.DRAFT, removed_on=None, organisation_id=request.actor.organisation_id
        )
        .select_related("picture")
        .order_by("-picture__recorded_at", "-picture__pk", "position", "pk")
        .first()
    )
    if section is None:
        messages.error(request, _("Det finns ingen lägesbild att lägga fyndet i. Börja på en först."))
        return HttpResponseRedirect(reverse("picture:create"))
    files = queries.series_data([series])[series.pk].files
    kept = KeptFinding(pattern_queries.content_of(row), files, row.run.program)
    return act_and_return(
        request,
        lambda: actions.add_finding(request.actor, section, kept=kept),
        f"{address(section.picture)}#avsnitt-{section.uuid}",
        _(
            "Fyndet ligger i lägesbilden, med sina siffror. Ångra genom att ta bort uppgiften i avsnittet ”{section}”."
        ).format(section=section.heading),
    )
