"""Deeds of problems and their causes."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from tillsammans.areas.models import Area
from tillsammans.collaboration.models import Collaboration
from tillsammans.indicators.models import Indicator
from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor, RuleBroken
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.editing import save_edit
from tillsammans.meetings.actions import new_decision
from tillsammans.parties.models import Body
from tillsammans.picture import policies
from tillsammans.picture.models import Cause, Picture, PictureProblem, Problem
from tillsammans.picture.rules import next_position


@deed(_("Beskriver ett nytt problem"), policies.may_create)
def create_problem(
    actor: Actor,
    _none: None,
    *,
    collaboration: Collaboration,
    area: Area,
    title: str,
    indicators: Iterable[Indicator] = (),
    picture: Picture | None = None,
    **values: Any,
) -> Problem:
    """Describe a new problem; with ``picture``, a draft, the picture takes it up at once."""
    problem = Problem.objects.create(
        organisation_id=actor.organisation_id, collaboration=collaboration, area=area, title=title, **values
    )
    problem.indicators.set(indicators)
    if picture is not None and policies.may_edit(actor, picture):
        positions = PictureProblem.objects.filter(picture=picture).values_list("position", flat=True)
        PictureProblem.objects.create(
            organisation_id=actor.organisation_id, picture=picture, problem=problem, position=next_position(positions)
        )
    return problem


@deed(_("Ändrar beskrivningen av ett problem"), policies.may_edit_problem)
def edit_problem(
    actor: Actor,
    problem: Problem,
    *,
    version: int | None,
    indicators: Iterable[Indicator] | None = None,
    **changes: Any,
) -> Problem:
    """Change what a problem is. Adopted pictures keep their snapshots of it."""
    saved = save_edit(problem, version, changes)
    if indicators is not None:
        saved.indicators.set(indicators)
    return saved


@deed(_("Prioriterar ett problem, bevakar det eller väljer bort det"), policies.may_prioritise)
def prioritise_problem(
    actor: Actor,
    problem: Problem,
    *,
    version: int | None = None,
    priority: str,
    motivation: str,
    body: Body | None = None,
    decided_on: date | None = None,
    minutes_reference: str = "",
) -> Problem:
    """Choose, watch or deselect a problem, with the reason; with ``body``, as that body decided."""
    if priority != Problem.Priority.OPEN and not motivation.strip():
        raise RuleBroken(_("Skriv varför. Också ett bortval behöver ett skäl."), "motivation")
    decision = None
    if body is not None:
        if decided_on is None:
            raise RuleBroken(_("Skriv vilken dag beslutet togs."), "decided_on")
        # Not translated: what was decided stands in the minutes in Swedish.
        decision = new_decision(actor, body, decided_on, minutes_reference, f"Prioritering: {problem.title}")
    return save_edit(problem, version, {"priority": priority, "motivation": motivation, "decision": decision})


@deed(_("Avslutar ett problem"), policies.may_edit_problem)
def close_problem(actor: Actor, problem: Problem) -> Problem:
    """The problem is no longer worked on. It stays in the pictures that took it up."""
    return save_edit(problem, None, {"closed_on": clock.today()})


@deed(_("Öppnar ett avslutat problem igen"), policies.may_edit_problem)
def reopen_problem(actor: Actor, problem: Problem) -> Problem:
    """Undo a closing."""
    return save_edit(problem, None, {"closed_on": None})


@deed(_("Lägger till en orsak"), policies.may_edit_problem)
def add_cause(actor: Actor, problem: Problem, *, behind: Cause | None = None, **values: Any) -> Cause:
    """Add a hypothesis of why the problem occurs; ``behind`` is the cause of the same problem that it lies behind."""
    _check_behind(problem, None, behind)
    return Cause.objects.create(organisation_id=actor.organisation_id, problem=problem, behind=behind, **values)


@deed(_("Ändrar en orsak"), policies.may_edit_problem)
def edit_cause(actor: Actor, cause: Cause, *, version: int | None, **changes: Any) -> Cause:
    """Change a cause. Adopted pictures keep their snapshots of it."""
    _check_behind(cause.problem, cause, changes.get("behind"))
    return save_edit(cause, version, changes)


@deed(_("Tar bort en orsak"), policies.may_edit_problem)
def remove_cause(actor: Actor, cause: Cause) -> Cause:
    """Remove a cause. Measures that build on it keep their link, and the removal can be undone."""
    return save_edit(cause, None, {"removed_on": clock.today()})


@deed(_("Lägger tillbaka en borttagen orsak"), policies.may_edit_problem)
def restore_cause(actor: Actor, cause: Cause) -> Cause:
    """Undo a removal."""
    return save_edit(cause, None, {"removed_on": None})


def _check_behind(problem: Problem, cause: Cause | None, behind: Cause | None) -> None:
    if behind is not None and behind.problem_id != problem.pk:
        raise RuleBroken(_("Välj en orsak till samma problem."), "behind")
    seen = behind
    while seen is not None:
        if cause is not None and seen.pk == cause.pk:
            raise RuleBroken(_("En orsak kan inte ligga bakom sig själv."), "behind")
        seen = seen.behind
