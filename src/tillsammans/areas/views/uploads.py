"""Views of area imports from files: upload, preview, save, undo."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.areas import actions, policies, queries
from tillsammans.areas.forms import AreaFilesForm, SaveAreasForm
from tillsammans.areas.models import Area, AreaUpload
from tillsammans.kernel import clock
from tillsammans.kernel.canonical import parsed
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import confirm_page, form_page

SHOWN = 100


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Områden"), reverse("areas:areas")), (_("Områden ur filer"), reverse("areas:uploads")), *more]


@door(policies.may_add_own, "GET")
def uploads(request: Request) -> HttpResponse:
    """The organisation's uploaded files of areas."""
    return render(
        request,
        "areas/uploads.html",
        {
            "title": _("Områden ur filer"),
            "uploads": queries.uploads(),
            "crumbs": [(_("Områden"), reverse("areas:areas")), (_("Områden ur filer"), "")],
        },
    )


@door(policies.may_add_own)
def upload(request: Request) -> HttpResponse:
    """Upload a file of areas; a preview follows before they are saved."""
    municipalities = queries.areas(clock.today(), kind=Area.Kind.MUNICIPALITY)

    def act(data: dict[str, Any]) -> AreaUpload:
        files = {file.name: file.read() for file in data["chosen"]}
        return actions.upload_areas(
            request.actor, None, files=files, parent=data["parent"], epsg=data["epsg"], year=data["year"]
        )

    return form_page(
        request,
        lambda *args, **kwargs: AreaFilesForm(*args, municipalities=municipalities, **kwargs),
        act,
        title=_("Lägg till områden ur en fil"),
        then=lambda made: reverse("areas:preview", args=[made.uuid]),
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
    """The areas of an upload as they would be saved: on a map, and one by one."""
    area_upload = find(AreaUpload, uuid, saved_at=None, undone_at=None, organisation_id=request.actor.organisation_id)
    content = parsed(area_upload.content)
    if content["kind"] == "police":
        return HttpResponseRedirect(reverse("areas:police_file", args=[area_upload.uuid]))
    shapes = content["shapes"]

    def form(*args: Any, **kwargs: Any) -> SaveAreasForm:
        return SaveAreasForm(
            *args, dated=bool(content["valid_from"]), guessed=content["system"] if content["guessed"] else "", **kwargs
        )

    return form_page(
        request,
        form,
        lambda data: actions.save_areas(request.actor, area_upload, **data),
        title=_("Granska områden"),
        then=reverse("areas:uploads"),
        receipt=_("Områdena är sparade."),
        template="areas/preview.html",
        initial={"valid_from": clock.today()},
        context={
            "shapes": shapes[:SHOWN],
            "count": len(shapes),
            "shown": SHOWN,
            "overview": content["overview"],
            "content": content,
            "kind": Area.Kind(content["kind"]).label,
            "notes": content["notes"],
            "upload": area_upload,
            "municipalities": queries.names_of_municipalities({shape["municipality"] for shape in shapes}),
            "button": _("Spara områdena"),
            "cancel": reverse("areas:upload"),
            "crumbs": _crumbs((_("Granska områden"), "")),
        },
    )


@door(policies.may_add_own)
def undo(request: Request, uuid: UUID) -> HttpResponse:
    """Undo the import of a file of areas."""
    area_upload = find(AreaUpload, uuid, organisation_id=request.actor.organisation_id, undone_at=None)
    saved = [
        _("Det som lästes in ur {file} tas bort. Det som avslutades när den sparades gäller igen.").format(
            file=area_upload.name
        ),
        _("Det går bara så länge ingen uppgift använder områdena."),
    ]
    return confirm_page(
        request,
        lambda: actions.undo_areas(request.actor, area_upload),
        title=_("Ångra inläsningen"),
        button=_("Ångra inläsningen"),
        consequences=saved if area_upload.saved_at else [_("Filen läggs undan. Inget ur den är sparat.")],
        then=reverse("areas:uploads"),
        back=reverse("areas:uploads"),
        receipt=_("Inläsningen är ångrad."),
    )
