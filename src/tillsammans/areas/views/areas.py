"""Pages about areas."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.areas import actions, policies, queries
from tillsammans.areas.forms import LastDayForm, SearchForm
from tillsammans.areas.models import Area, AreaLink
from tillsammans.geo.outline import outline
from tillsammans.kernel import clock, intake
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import form_page, page_of
from tillsammans.kernel.wiring import page_url


@door(policies.may_read, "GET")
def areas(request: Request) -> HttpResponse:
    """All areas, found by a part of their name."""
    form = SearchForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = queries.areas(clock.today(), text=asked.get("q", ""), kind=asked.get("slag", ""))
    page = page_of(request, rows)
    return render(
        request,
        "areas/areas.html",
        {
            "title": _("Områden"),
            "paginator_page": page,
            "form": form,
            "may_upload": policies.may_add_own(request.actor),
        },
    )


@door(policies.may_read, "GET")
def area(request: Request, uuid: UUID) -> HttpResponse:
    """One area: what it lies in, what lies in it, and how many live there."""
    area = find(Area, uuid)
    today = clock.today()
    population = queries.population([area.pk]).get(area.pk, ())
    inside = queries.children(area, today) + queries.children(area, today, AreaLink.Kind.POLICE)
    police = (
        queries.police_areas_of(area, today)
        if area.kind == Area.Kind.MUNICIPALITY
        else queries.ancestors(area, today, AreaLink.Kind.POLICE)
    )
    return render(
        request,
        "areas/area.html",
        {
            "title": area.name,
            "area": area,
            "outline": outline(area.geometry),
            "above": queries.ancestors(area, today),
            "police": police,
            "inside": inside,
            "former": queries.children(area, today, AreaLink.Kind.SUCCESSION),
            "population": population[:-11:-1],
            "comparisons": _with_names(queries.comparison_sets(area)),
            "may_end": area.kind in actions.ENDABLE
            and area.valid_to is None
            and policies.may_change_own(request.actor, area),
            "crumbs": [(_("Områden"), reverse("areas:areas")), (area.name, "")],
        },
    )


@door(intake.may_import, "GET")
def population(request: Request, _rest: str = "") -> HttpResponse:
    """Where population is handed in: it had pages of its own here, and is now read in as all statistics are."""
    return redirect(page_url("upload_population"))


def _with_names(sets: list[queries.ComparisonSet]) -> list[tuple[queries.ComparisonSet, list[str]]]:
    names = dict(Area.objects.filter(pk__in={pk for one in sets for pk in one.area_ids}).values_list("pk", "name"))
    return [(one, [names[pk] for pk in one.area_ids]) for one in sets]


@door(policies.may_add_own)
def end(request: Request, uuid: UUID) -> HttpResponse:
    """Give an own area its last day."""
    area = find(Area, uuid, organisation_id=request.actor.organisation_id, kind__in=actions.ENDABLE)
    return form_page(
        request,
        LastDayForm,
        lambda data: actions.end_own_area(request.actor, area, valid_to=data["valid_to"]),
        title=_("Avsluta {name}").format(name=area.name),
        then=reverse("areas:area", args=[area.uuid]),
        receipt=_("Området är avslutat."),
        initial={"valid_to": clock.today()},
        context={
            "button": _("Avsluta"),
            "cancel": reverse("areas:area", args=[area.uuid]),
            "lead": _("Området går inte längre att välja efter den dagen. Det som redan är skrivet om det finns kvar."),
        },
    )
