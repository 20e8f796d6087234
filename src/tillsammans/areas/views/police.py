"""The police's division."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.areas import actions, policies, queries
from tillsammans.areas.forms import PoliceAreaForm, PoliceFileForm, SavePoliceForm
from tillsammans.areas.models import Area, AreaImport, AreaLink
from tillsammans.formats.police_division import PoliceFile
from tillsammans.kernel import clock
from tillsammans.kernel.content import thaw
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import form_page

_BELOW = {Area.Kind.POLICE_REGION: Area.Kind.POLICE_AREA, Area.Kind.POLICE_AREA: Area.Kind.LOCAL_POLICE_DISTRICT}


@door(policies.may_read, "GET")
def police(request: Request) -> HttpResponse:
    """The police's regions, areas and districts, with the municipalities that are known to lie in them."""
    return render(
        request,
        "areas/police.html",
        {
            "title": _("Polisens områden"),
            "districts": queries.police_districts(clock.today()),
            "may_change": policies.may_operate(request.actor),
            "below": list(_BELOW),
            "crumbs": [(_("Områden"), reverse("areas:areas")), (_("Polisens områden"), "")],
        },
    )


@door(policies.may_operate)
def add_police(request: Request, uuid: UUID) -> HttpResponse:
    """Add a police area in a region, or a local district in a police area."""
    upper = find(Area, uuid, kind__in=list(_BELOW))
    kind = Area.Kind(_BELOW[upper.kind])

    def act(data: dict[str, Any]) -> Area:
        return actions.add_police_area(request.actor, None, kind=kind, upper=upper, **data)

    return form_page(
        request,
        lambda *args, **kwargs: PoliceAreaForm(*args, municipalities=_near(upper), new=True, **kwargs),
        act,
        title=_("Lägg till {kind} i {name}").format(kind=kind.label, name=upper.name),
        then=reverse("areas:police"),
        receipt=_("Området är tillagt."),
        initial={"valid_from": clock.today()},
        context={"cancel": reverse("areas:police")},
    )


@door(policies.may_operate)
def edit_police(request: Request, uuid: UUID) -> HttpResponse:
    """Change a police area; what lies in it changes from a day, so that the past stays as it was."""
    area = find(Area, uuid, kind__in=queries.POLICE_KINDS)
    today = clock.today()
    upper = next(iter(queries.parents(area, today, AreaLink.Kind.POLICE)), None)
    level = {below: above for above, below in _BELOW.items()}.get(area.kind)
    uppers = queries.areas(today, kind=level) if level else []
    inside = [row for row in queries.children(area, today, AreaLink.Kind.POLICE) if row.kind == Area.Kind.MUNICIPALITY]

    def act(data: dict[str, Any]) -> Area:
        return actions.change_police_area(request.actor, area, upper=data.pop("upper", None), **data)

    return form_page(
        request,
        lambda *args, **kwargs: PoliceAreaForm(*args, municipalities=_near(area), uppers=uppers, **kwargs),
        act,
        title=_("Ändra {name}").format(name=area.name),
        then=reverse("areas:police"),
        receipt=_("Ändringen är sparad."),
        editing=area,
        context={"cancel": reverse("areas:police")},
        initial={
            "since": today,
            "upper": upper,
            "municipalities": inside,
        },
    )


@door(policies.may_operate)
def add_police_file(request: Request) -> HttpResponse:
    """Upload a table of the police's division; it is looked at before it holds."""

    def act(data: dict[str, Any]) -> AreaImport:
        (file,) = data["chosen"]
        return actions.upload_police(request.actor, None, content=file.read(), name=file.name)

    return form_page(
        request,
        PoliceFileForm,
        act,
        title=_("Läs in polisens indelning"),
        then=lambda made: reverse("areas:police_file", args=[made.uuid]),
        context={
            "button": _("Läs in och granska"),
            "cancel": reverse("areas:police"),
            "lead": _(
                "Det finns ingen fullständig offentlig tabell, så det går bra att läsa in den del som du har. Inget "
                "ändras förrän du har granskat det."
            ),
        },
    )


@door(policies.may_operate)
def police_file(request: Request, uuid: UUID) -> HttpResponse:
    """What a table of the police's division would change."""
    imported = find(AreaImport, uuid, organisation_id=request.actor.organisation_id, kind=AreaImport.POLICE)
    if imported.state == AreaImport.State.IN_FORCE:
        return redirect("areas:preview", imported.uuid)
    content = thaw(imported.content, PoliceFile, imported)
    strange = any(district.strange for district in content.districts)
    return form_page(
        request,
        lambda *args, **kwargs: SavePoliceForm(*args, strange=strange, **kwargs),
        lambda data: actions.save_police(request.actor, imported, **data),
        title=_("Granska polisens indelning"),
        then=reverse("areas:police"),
        receipt=_("Indelningen är sparad."),
        template="areas/police_file.html",
        initial={"since": clock.today()},
        context={
            "plan": queries.police_plan(content.districts, clock.today()),
            "notes": content.notes,
            "imported": imported,
            "cancel": reverse("areas:police"),
            "button": _("Spara indelningen"),
            "crumbs": [
                (_("Områden"), reverse("areas:areas")),
                (_("Polisens områden"), reverse("areas:police")),
                (_("Granska polisens indelning"), ""),
            ],
        },
    )


def _near(area: Area) -> list[Area]:
    """The municipalities of the region that a police area lies in: those that may lie in it."""
    today = clock.today()
    line = [area, *queries.ancestors(area, today, AreaLink.Kind.POLICE)]
    region = next((row for row in line if row.kind == Area.Kind.POLICE_REGION), None)
    inside = queries.municipalities_of(region, today) if region else []
    return inside or list(queries.areas(today, kind=Area.Kind.MUNICIPALITY))
