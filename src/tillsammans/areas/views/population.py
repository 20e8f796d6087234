"""How many live in each area, by import."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.areas import actions, policies, queries
from tillsammans.areas.forms import PopulationForm
from tillsammans.areas.models import Area, PopulationImport
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import confirm_page, form_page

_BELOW = {Area.Kind.POLICE_REGION: Area.Kind.POLICE_AREA, Area.Kind.POLICE_AREA: Area.Kind.LOCAL_POLICE_DISTRICT}


@door(policies.may_import, "GET")
def population(request: Request) -> HttpResponse:
    """The imports of population that the organisation made."""
    return render(
        request,
        "areas/population.html",
        {
            "title": _("Folkmängd"),
            "imports": PopulationImport.objects.filter(organisation_id=request.actor.organisation_id),
            "crumbs": [(_("Områden"), reverse("areas:areas")), (_("Folkmängd"), "")],
        },
    )


@door(policies.may_import)
def add_population(request: Request) -> HttpResponse:
    """Upload a file of population figures; it is looked at before it holds."""

    def act(data: dict[str, Any]) -> PopulationImport:
        file = data["file"]
        return actions.stage_population(request.actor, None, content=file.read(), name=file.name, source=data["source"])

    return form_page(
        request,
        PopulationForm,
        act,
        title=_("Läs in folkmängd"),
        then=lambda made: reverse("areas:population_import", args=[made.uuid]),
        context={
            "button": _("Läs in och granska"),
            "cancel": reverse("areas:population"),
            "lead": _(
                "Folkmängden behövs för att räkna ut antal per 100 000 invånare. Inget gäller förrän du har granskat "
                "det."
            ),
        },
    )


@door(policies.may_import, "GET")
def population_import(request: Request, uuid: UUID) -> HttpResponse:
    """What one import holds and what it changes."""
    found = find(PopulationImport, uuid)
    rows = found.rows.select_related("area").defer("area__geometry")
    return render(
        request,
        "areas/population_import.html",
        {
            "title": found.file,
            "imported": found,
            "notes": found.notes.splitlines(),
            "change": queries.population_change(found) if found.state == PopulationImport.State.STAGED else None,
            "rows": rows.order_by("area__sort_key", "year")[:20],
            "count": rows.count(),
            "years": sorted(set(rows.values_list("year", flat=True))),
            "may_change": policies.may_change_import(request.actor, found),
            "crumbs": [
                (_("Områden"), reverse("areas:areas")),
                (_("Folkmängd"), reverse("areas:population")),
                (found.file, ""),
            ],
        },
    )


@door(policies.may_import)
def force_population(request: Request, uuid: UUID) -> HttpResponse:
    """Let an import hold, after a look at what that changes."""
    found = find(PopulationImport, uuid, organisation_id=request.actor.organisation_id)
    change = queries.population_change(found)
    return confirm_page(
        request,
        lambda: actions.activate_population(request.actor, found),
        title=_("Låt folkmängden gälla"),
        button=_("Låt siffrorna gälla"),
        consequences=[
            _("{new} nya siffror, {changed} ändrade och {same} som är lika.").format(
                new=change.new, changed=len(change.changed), same=change.same
            ),
            _("Antal per 100 000 invånare räknas med de nya siffrorna från och med nu."),
            _("Du kan ångra: då gäller det som gällde förut."),
        ],
        then=reverse("areas:population"),
        back=reverse("areas:population_import", args=[found.uuid]),
        receipt=_("Siffrorna gäller nu."),
    )


@door(policies.may_import)
def undo_population(request: Request, uuid: UUID) -> HttpResponse:
    """Take an import out of force."""
    found = find(PopulationImport, uuid, organisation_id=request.actor.organisation_id)
    return confirm_page(
        request,
        lambda: actions.undo_population(request.actor, found),
        title=_("Ångra inläsningen"),
        button=_("Ångra inläsningen"),
        consequences=[_("Siffrorna i {file} slutar gälla. Det som gällde förut gäller igen.").format(file=found.file)],
        then=reverse("areas:population"),
        back=reverse("areas:population_import", args=[found.uuid]),
        receipt=_("Inläsningen är ångrad."),
    )
