"""Deeds that make a picture, change it, and say which problems it takes up."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from tillsammans.areas.models import Area
from tillsammans.collaboration.models import Collaboration
from tillsammans.kernel.access import Actor, Refused, RuleBroken
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.editing import save_edit
from tillsammans.kernel.language import telling
from tillsammans.picture import policies
from tillsammans.picture.models import KnowledgeGap, Picture, PictureFigure, PictureProblem, Problem, Section
from tillsammans.picture.rules import months_between, moved_on, next_position


@deed(_("Börjar på en lägesbild"), policies.may_create)
def create_picture(
    actor: Actor,
    _none: None,
    *,
    collaboration: Collaboration,
    area: Area,
    title: str,
    starts_on: date,
    ends_on: date,
    previous: Picture | None = None,
) -> Picture:
    """Start a draft: with the four usual sections, or from ``previous``, an adopted version.

    From ``previous`` come method, sections, figures (their periods moved on as far as the picture's own period),
    problems that are not closed, and what was not known. Statements stay behind: a source speaks for its own day.
    """
    _check_period(starts_on, ends_on)
    if previous is not None:
        if previous.state != Picture.State.ADOPTED:
            raise RuleBroken(_("Bara en antagen lägesbild kan vara förra versionen."), "previous")
        if previous.organisation_id != actor.organisation_id or previous.collaboration_id != collaboration.pk:
            raise RuleBroken(_("Välj en förra version från samma samverkan."), "previous")
    picture = Picture.objects.create(
        organisation_id=actor.organisation_id,
        collaboration=collaboration,
        area=area,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        previous=previous,
        number=previous.number + 1 if previous else 1,
        method=previous.method if previous else "",
    )
    if previous is None:
        headings = {kind: str(kind.label).capitalize() for kind in Section.Kind}
        for position, (kind, heading) in enumerate(headings.items(), start=1):
            Section.objects.create(
                organisation_id=actor.organisation_id, picture=picture, kind=kind, position=position, heading=heading
            )
    else:
        _copy(previous, picture)
    return picture


def _copy(previous: Picture, picture: Picture) -> None:
    own = {"organisation_id": picture.organisation_id}
    months = months_between(previous.ends_on, picture.ends_on)
    for section in Section.objects.filter(picture=previous, removed_on=None):
        copy = Section.objects.create(
            **own,
            picture=picture,
            kind=section.kind,
            heading=section.heading,
            text=section.text,
            public=section.public,
            position=section.position,
        )
        for figure in PictureFigure.objects.filter(section=section, removed_on=None):
            drawn = PictureFigure.objects.create(
                **own,
                section=copy,
                kind=figure.kind,
                indicator=figure.indicator,
                area=figure.area,
                first_period=moved_on(figure.first_period, months),
                last_period=moved_on(figure.last_period, months),
                position=figure.position,
            )
            drawn.compared_with.set(figure.compared_with.all())
    for gap in KnowledgeGap.objects.filter(picture=previous, removed_on=None):
        KnowledgeGap.objects.create(**own, picture=picture, text=gap.text, remedy=gap.remedy)
    for link in PictureProblem.objects.filter(picture=previous, problem__closed_on=None):
        PictureProblem.objects.create(**own, picture=picture, problem_id=link.problem_id, position=link.position)


@deed(_("Ändrar lägesbildens rubrik, period, sammanfattning eller metod"), policies.may_edit)
def edit_picture(actor: Actor, picture: Picture, *, version: int | None, **changes: Any) -> Picture:
    """Change title, period, summary or method of a picture that is not adopted."""
    _check_period(changes.get("starts_on", picture.starts_on), changes.get("ends_on", picture.ends_on))
    return save_edit(picture, version, changes)


@deed(_("Tar upp ett problem i lägesbilden"), policies.may_edit)
def take_up_problem(actor: Actor, picture: Picture, *, problem: Problem) -> PictureProblem:
    """Let the picture take up a problem of the same collaboration, after the ones that it already has."""
    if problem.organisation_id != actor.organisation_id or problem.collaboration_id != picture.collaboration_id:
        raise RuleBroken(_("Välj ett problem i samma samverkan."), "problem")
    links = PictureProblem.objects.filter(picture=picture)
    link = links.filter(problem=problem).first()
    return link or PictureProblem.objects.create(
        organisation_id=actor.organisation_id,
        picture=picture,
        problem=problem,
        position=next_position(links.values_list("position", flat=True)),
    )


@deed(_("Lämnar ut ett problem ur lägesbilden"), policies.may_edit)
def leave_out_problem(actor: Actor, link: PictureProblem) -> None:
    """Take the problem out of this picture. The problem itself stays and can be taken up again."""
    still_open(link.picture_id)
    link.delete()


@deed(_("Flyttar ett problem i lägesbilden"), policies.may_edit)
def move_problem(actor: Actor, link: PictureProblem, *, up: bool) -> PictureProblem:
    """Change places with the problem before (``up``) or after."""
    still_open(link.picture_id)
    change_places(link, PictureProblem.objects.filter(picture_id=link.picture_id), up)
    return link


def still_open(picture_id: int) -> Picture:
    """The picture of a part, read under lock, so that no part changes while the picture is adopted."""
    picture: Picture = Picture.objects.select_for_update().get(pk=picture_id)
    if picture.state == Picture.State.ADOPTED:
        with telling():
            raise Refused([str(policies.not_adopted.sentence)])
    return picture


def change_places(row: Any, rows: Any, up: bool) -> None:
    """Number ``rows`` from 1 in their order, with ``row`` one step up or down; at the end nothing moves."""
    order = list(rows.order_by("position", "pk"))
    here = order.index(row)
    there = here - 1 if up else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    for position, each in enumerate(order, start=1):
        if each.position != position:
            each.position = position
            each.save(update_fields=["position"])


def _check_period(starts_on: date, ends_on: date) -> None:
    if ends_on <= starts_on:
        raise RuleBroken(_("Perioden slutar innan den börjar. Välj ett senare slutdatum."), "ends_on")
