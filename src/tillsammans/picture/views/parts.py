"""Pages of a picture's parts, and of the statements and gaps of a problem."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.kernel.access import can
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import act_and_return, form_page
from tillsammans.picture import actions, policies
from tillsammans.picture.forms import FigureForm, GapForm, SectionForm, StatementForm
from tillsammans.picture.models import KnowledgeGap, Picture, PictureFigure, Problem, Section, Statement
from tillsammans.picture.views.pictures import address

# What a removable part is called in its address.
PARTS: dict[str, Any] = {"avsnitt": Section, "figur": PictureFigure, "uppgift": Statement, "lucka": KnowledgeGap}


def _place(part: Any) -> tuple[str, list[tuple[str, str]]]:
    """Where a part is seen: the address, and the way there."""
    problem = part if isinstance(part, Problem) else getattr(part, "problem", None)
    if problem is not None:
        url = reverse("picture:problem", args=[problem.uuid])
        return url, [(_("Problem"), reverse("picture:problems")), (problem.title, url)]
    section = part if isinstance(part, Section) else getattr(part, "section", None)
    picture = policies.picture_of(part)
    if picture is None:
        raise Http404
    anchor = f"#avsnitt-{section.uuid}" if section is not None else "#luckor"
    way = [(_("Lägesbilder"), reverse("picture:pictures")), (picture.title, address(picture))]
    return f"{address(picture)}{anchor}", way


def _page(request: Request, form: Any, act: Any, part: Any, title: str, **more: Any) -> HttpResponse:
    url, way = _place(part)
    return form_page(
        request,
        form,
        act,
        title=title,
        then=url,
        receipt=_("Sparat."),
        context={"cancel": url, "crumbs": [*way, (title, "")]},
        **more,
    )


@door(can("edit"))
def add_section(request: Request, uuid: UUID) -> HttpResponse:
    """A new section, last in the picture."""
    picture: Picture = find(Picture, uuid)
    return _page(
        request,
        SectionForm,
        lambda data: actions.add_section(request.actor, picture, **data),
        picture,
        _("Nytt avsnitt"),
    )


@door(can("edit"))
def edit_section(request: Request, uuid: UUID) -> HttpResponse:
    """Change a section."""
    section: Section = find(Section, uuid)
    return _page(
        request,
        SectionForm,
        lambda data: actions.edit_section(request.actor, section, **data),
        section,
        _("Ändra avsnittet"),
        editing=section,
    )


@door(can("edit"), "POST")
def move_section(request: Request, uuid: UUID) -> HttpResponse:
    """One step up or down."""
    section: Section = find(Section, uuid)
    up = request.POST.get("riktning") == "upp"
    return act_and_return(
        request, lambda: actions.move_section(request.actor, section, up=up), _place(section)[0], _("Flyttat.")
    )


@door(can("edit"))
def add_figure(request: Request, uuid: UUID) -> HttpResponse:
    """A new figure in a section."""
    section: Section = find(Section, uuid)
    return _page(
        request,
        FigureForm,
        lambda data: actions.add_figure(request.actor, section, **data),
        section,
        _("Ny figur"),
        initial={"area": section.picture.area_id},
    )


@door(can("edit"))
def edit_figure(request: Request, uuid: UUID) -> HttpResponse:
    """Change what a figure draws."""
    figure: PictureFigure = find(PictureFigure, uuid)
    return _page(
        request,
        FigureForm,
        lambda data: actions.edit_figure(request.actor, figure, **data),
        figure,
        _("Ändra figuren"),
        editing=figure,
    )


@door(can("edit"))
def add_statement(request: Request, uuid: UUID) -> HttpResponse:
    """What a source says, in a section."""
    section: Section = find(Section, uuid)
    return _statement_page(request, section)


@door(can("edit"))
def add_problem_statement(request: Request, uuid: UUID) -> HttpResponse:
    """What a source says of a problem."""
    problem: Problem = find(Problem, uuid)
    return _statement_page(request, problem)


def _statement_page(request: Request, where: Section | Problem) -> HttpResponse:
    return _page(
        request,
        StatementForm,
        lambda data: actions.add_statement(request.actor, where, **data),
        where,
        _("Ny uppgift från en källa"),
    )


@door(can("edit"))
def edit_statement(request: Request, uuid: UUID) -> HttpResponse:
    """Change what a source is said to say."""
    statement: Statement = find(Statement, uuid)
    return _page(
        request,
        StatementForm,
        lambda data: actions.edit_statement(request.actor, statement, **data),
        statement,
        _("Ändra uppgiften"),
        editing=statement,
    )


@door(can("edit"))
def add_gap(request: Request, uuid: UUID) -> HttpResponse:
    """What is not known, about the picture."""
    picture: Picture = find(Picture, uuid)
    return _gap_page(request, picture)


@door(can("edit"))
def add_problem_gap(request: Request, uuid: UUID) -> HttpResponse:
    """What is not known, about a problem."""
    problem: Problem = find(Problem, uuid)
    return _gap_page(request, problem)


def _gap_page(request: Request, where: Picture | Problem) -> HttpResponse:
    return _page(
        request,
        GapForm,
        lambda data: actions.add_gap(request.actor, where, **data),
        where,
        _("Lägg till en kunskapslucka"),
    )


@door(can("edit"))
def edit_gap(request: Request, uuid: UUID) -> HttpResponse:
    """Change what is not known."""
    gap: KnowledgeGap = find(KnowledgeGap, uuid)
    return _page(
        request,
        GapForm,
        lambda data: actions.edit_gap(request.actor, gap, **data),
        gap,
        _("Ändra kunskapsluckan"),
        editing=gap,
    )


@door(can("edit"), "POST")
def remove(request: Request, kind: str, uuid: UUID) -> HttpResponse:
    """Remove a part; the page then offers to put it back."""
    part = find(_model(kind), uuid)
    return act_and_return(
        request,
        lambda: actions.remove_part(request.actor, part),
        f"{_place(part)[0].split('#')[0]}#borttaget",
        _("Borttaget. Du kan lägga tillbaka det längst ned på sidan."),
    )


@door(can("edit"), "POST")
def restore(request: Request, kind: str, uuid: UUID) -> HttpResponse:
    """Put a removed part back."""
    part = find(_model(kind), uuid)
    return act_and_return(
        request, lambda: actions.restore_part(request.actor, part), _place(part)[0], _("Tillbakalagt.")
    )


def _model(kind: str) -> Any:
    if kind not in PARTS:
        raise Http404
    return PARTS[kind]
