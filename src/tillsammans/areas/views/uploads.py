"""Views of area imports from files: upload, preview, save, undo."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.areas import actions, policies, queries
from tillsammans.areas.forms import AreaFilesForm, SaveAreasForm
from tillsammans.areas.models import Area, AreaImport
from tillsammans.geo.own_areas import AreaFile
from tillsammans.kernel import clock, import_pages
from tillsammans.kernel.content import thaw
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import form_page

SHOWN = 100


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Områden"), reverse("areas:areas")), (_("Områden ur filer"), reverse("areas:uploads")), *more]


@door(policies.may_add_own, "GET")
def uploads(request: Request) -> HttpResponse:
    """The organisation's uploaded files of areas."""
    return render(
        request,
        "kernel/imports/imports.html",
        {
            "title": _("Områden ur filer"),
            "rows": [(row, _page_of(row), "", ((_("Områden"), made),)) for row, made in queries.uploads()],
            "counted": [_("Områden")],
            "may_import": True,
            "empty": (
                _("Inga områden är inlästa"),
                _("Här lägger ni till stadsdelar, RegSO, DeSO eller utsatta områden ur en kartfil."),
                _("Med mindre områden syns det var i kommunen något händer."),
                reverse("areas:upload"),
                _("Lägg till områden ur en fil"),
            ),
            "crumbs": [(_("Områden"), reverse("areas:areas")), (_("Områden ur filer"), "")],
        },
    )


@door(policies.may_add_own)
def upload(request: Request) -> HttpResponse:
    """Upload a file of areas; a preview follows before they are saved."""
    municipalities = queries.areas(clock.today(), kind=Area.Kind.MUNICIPALITY)

    def act(data: dict[str, Any]) -> AreaImport:
        files = {file.name: file.read() for file in data["chosen"]}
        return actions.upload_areas(
            request.actor, None, files=files, parent=data["parent"], epsg=data["epsg"], year=data["year"]
        )

    return form_page(
        request,
        lambda *args, **kwargs: AreaFilesForm(*args, municipalities=municipalities, **kwargs),
        act,
        title=_("Lägg till områden ur en fil"),
        then=_page_of,
        context={
            "button": _("Läs in och granska"),
            "cancel": reverse("areas:uploads"),
            "crumbs": _crumbs((_("Lägg till områden ur en fil"), "")),
            "lead": _(
                "Till exempel stadsdelar eller ett centrum som ni följer särskilt, SCB:s RegSO och DeSO, eller "
                "polisens "
                "utsatta områden. Inget sparas förrän du har tittat på kartan."
            ),
        },
    )


@door(policies.may_add_own)
def preview(request: Request, uuid: UUID) -> HttpResponse:
    """The areas of a file as they would be saved, on a map and one by one; once saved, what it made."""
    imported = find(AreaImport, uuid, organisation_id=request.actor.organisation_id)
    if imported.state == AreaImport.State.IN_FORCE:
        return _saved(request, imported)
    if imported.kind == AreaImport.POLICE:
        return redirect("areas:police_file", imported.uuid)
    content = thaw(imported.content, AreaFile, imported)

    def form(*args: Any, **kwargs: Any) -> SaveAreasForm:
        return SaveAreasForm(
            *args, dated=bool(content.valid_from), guessed=content.system if content.guessed else "", **kwargs
        )

    return form_page(
        request,
        form,
        lambda data: actions.save_areas(request.actor, imported, **data),
        title=_("Granska områden"),
        then=reverse("areas:uploads"),
        receipt=_("Områdena är sparade."),
        template="areas/preview.html",
        initial={"valid_from": clock.today()},
        context={
            "shapes": content.shapes[:SHOWN],
            "count": len(content.shapes),
            "shown": SHOWN,
            "overview": content.overview,
            "content": content,
            "kind": Area.Kind(content.kind).label,
            "notes": content.notes,
            "imported": imported,
            "municipalities": queries.names_of_municipalities({shape.municipality for shape in content.shapes}),
            "button": _("Spara områdena"),
            "cancel": reverse("areas:upload"),
            "crumbs": _crumbs((_("Granska områden"), "")),
        },
    )


def _saved(request: Request, imported: AreaImport) -> HttpResponse:
    made = imported.areas.defer("geometry")
    return render(
        request,
        "areas/import.html",
        {
            "title": _("Inläsning"),
            "areas": made[:SHOWN],
            "count": made.count(),
            "shown": SHOWN,
            **import_pages.frame(request, imported, _page_of(imported), crumbs=_crumbs((_("Inläsning"), ""))),
        },
    )


def _page_of(imported: AreaImport) -> str:
    return reverse("areas:preview", args=[imported.uuid])


@door(policies.may_add_own, "POST")
def discard(request: Request, uuid: UUID) -> HttpResponse:
    """Discard a file of areas that was never saved."""
    imported = find(AreaImport, uuid, organisation_id=request.actor.organisation_id)
    return import_pages.discard(request, actions.discard_areas, imported, reverse("areas:uploads"))


@door(policies.may_add_own)
def undo(request: Request, uuid: UUID) -> HttpResponse:
    """Undo the import of a file of areas."""
    imported = find(AreaImport, uuid, organisation_id=request.actor.organisation_id)
    return import_pages.undo_page(
        request,
        actions.undo_areas,
        imported,
        [
            _("Det som lästes in ur {file} tas bort. Det som avslutades när den sparades gäller igen.").format(
                file=", ".join(imported.names)
            ),
            _("Det går bara så länge ingen uppgift använder områdena."),
        ],
        page=_page_of(imported),
        crumbs=_crumbs((_("Ångra"), "")),
    )
