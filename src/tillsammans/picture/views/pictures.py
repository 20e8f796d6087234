"""Pages of pictures: the list, a new one, the picture itself, and the problems that it takes up."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.collaboration.queries import SHARED_SHOWN, newest_received
from tillsammans.kernel import clock
from tillsammans.kernel.access import can
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import act_and_return, form_page, page_of
from tillsammans.picture import actions, policies
from tillsammans.picture.forms import CreatePictureForm, EditPictureForm, TakeUpForm
from tillsammans.picture.models import Picture, PictureProblem
from tillsammans.picture.queries import picture_lines, picture_view, pictures_of
from tillsammans.picture.rules import moved_on


def address(picture: Picture) -> str:
    """The page of a picture."""
    return reverse("picture:picture", args=[picture.uuid])


def crumbs_of(picture: Picture, *last: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a picture, and on."""
    return [(_("Lägesbilder"), reverse("picture:pictures")), (picture.title, address(picture) if last else ""), *last]


@door(can("read"), "GET")
def pictures(request: Request) -> HttpResponse:
    """The organisation's pictures."""
    page = page_of(request, pictures_of(request.actor))
    return render(
        request,
        "picture/pictures.html",
        {
            "title": _("Lägesbilder"),
            "lines": picture_lines(page),
            "paginator_page": page,
            "today": clock.today(),
            "may_create": policies.may_create(request.actor),
            "shared": newest_received(request.actor, "picture").defer("content")[:SHARED_SHOWN],
        },
    )


@door(can("edit"))
def create(request: Request) -> HttpResponse:
    """A new picture, empty or from the one before."""
    return form_page(
        request,
        partial(CreatePictureForm, about=request.actor),
        lambda data: actions.create_picture(request.actor, None, **data),
        title=_("Ny lägesbild"),
        then=address,
        receipt=_("Lägesbilden är skapad som utkast. Bara er organisation ser den."),
        initial=_initial(request),
        context={
            "lead": _("En lägesbild visar hur brottsligheten och tryggheten ser ut i ett område, och varför."),
            "button": _("Skapa utkast"),
            "cancel": reverse("picture:pictures"),
        },
    )


def _initial(request: Request) -> dict[str, Any]:
    """Start from the version named in the address, a year on; else from last year."""
    try:
        previous = Picture.objects.filter(uuid=UUID(request.GET.get("fran", "")), state=Picture.State.ADOPTED).first()
    except ValueError:
        previous = None
    if previous is not None:
        return {
            "title": previous.title,
            "collaboration": previous.collaboration_id,
            "area": previous.area_id,
            "previous": previous.pk,
            "starts_on": _year_on(previous.starts_on),
            "ends_on": _year_on(previous.ends_on),
        }
    year = clock.today().year - 1
    return {"starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31)}


def _year_on(day: date) -> date:
    month = moved_on(f"{day:%Y-%m}", 12)
    last_day = 28 if (day.month, day.day) == (2, 29) else day.day
    return date(int(month[:4]), int(month[5:]), last_day)


@door(can("read"), "GET")
def picture(request: Request, uuid: UUID) -> HttpResponse:
    """A picture: a draft with its tools, or as it was adopted."""
    picture: Picture = find(Picture, uuid)
    view = picture_view(picture)
    return render(
        request,
        "picture/picture.html",
        {
            "title": picture.title,
            "view": view,
            "picture": picture,
            "content": view.content,
            "editing": policies.may_edit(request.actor, picture),
            "may_share": policies.may_share(request.actor, picture),
            "may_adopt": policies.may_adopt(request.actor, picture),
            "may_create": policies.may_create(request.actor),
            "crumbs": crumbs_of(picture),
        },
    )


@door(can("edit"))
def edit(request: Request, uuid: UUID) -> HttpResponse:
    """Title, period, summary and method."""
    picture: Picture = find(Picture, uuid)
    return form_page(
        request,
        EditPictureForm,
        lambda data: actions.edit_picture(request.actor, picture, **data),
        title=_("Ändra lägesbilden"),
        then=address(picture),
        receipt=_("Sparat."),
        editing=picture,
        context={"cancel": address(picture), "crumbs": crumbs_of(picture, (_("Ändra"), ""))},
    )


@door(can("edit"))
def take_up(request: Request, uuid: UUID) -> HttpResponse:
    """Take up a problem that exists already, or go on to describe a new one."""
    picture: Picture = find(Picture, uuid)
    return form_page(
        request,
        partial(TakeUpForm, about=picture),
        lambda data: actions.take_up_problem(request.actor, picture, **data),
        title=_("Ta upp ett problem"),
        then=f"{address(picture)}#problem",
        receipt=_("Problemet är med i lägesbilden."),
        template="picture/take_up.html",
        context={
            "picture": picture,
            "button": _("Ta upp"),
            "cancel": address(picture),
            "crumbs": crumbs_of(picture, (_("Ta upp ett problem"), "")),
        },
    )


@door(can("edit"), "POST")
def move_problem(request: Request, uuid: UUID) -> HttpResponse:
    """One step up or down among the picture's problems."""
    link: PictureProblem = find(PictureProblem, uuid)
    up = request.POST.get("riktning") == "upp"
    return act_and_return(
        request,
        lambda: actions.move_problem(request.actor, link, up=up),
        f"{address(link.picture)}#problem",
        _("Flyttat."),
    )


@door(can("edit"), "POST")
def leave_out(request: Request, uuid: UUID) -> HttpResponse:
    """Take a problem out of the picture; it can be taken up again."""
    link: PictureProblem = find(PictureProblem, uuid)
    return act_and_return(
        request,
        lambda: actions.leave_out_problem(request.actor, link),
        f"{address(link.picture)}#problem",
        _("”{title}” är inte längre med i lägesbilden. Problemet finns kvar och kan tas upp igen.").format(
            title=link.problem.title
        ),
    )
