"""Deeds about the week."""

from django.utils.translation import gettext_lazy

from tillsammans.duties import policies
from tillsammans.duties.models import Postponement
from tillsammans.duties.rules import until
from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor
from tillsammans.kernel.deeds import deed


@deed(gettext_lazy("Skjuter upp ett steg i sin vecka"), policies.may_postpone)
def postpone(actor: Actor, _none: None, *, step: str) -> Postponement:
    """Postpone a step for a week, for the actor only."""
    return Postponement.objects.update_or_create(
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        step=step,
        defaults={"until": until(clock.today())},
    )[0]


@deed(gettext_lazy("Tar tillbaka ett uppskjutet steg"), policies.may_postpone)
def resume(actor: Actor, _none: None, *, step: str) -> None:
    """Undo the postponement of a step."""
    Postponement.objects.filter(person_id=actor.person_id, step=step).delete()
