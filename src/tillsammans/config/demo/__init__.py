"""Demo data: an invented county, created by the deeds of invented people in chronological order.

Only areas, organisations, people and roles are inserted directly. Everything else is done by the same deeds as on the
web, with the clock set to the day, so that audit, packages, approvals and hashes are real.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from tillsammans.config.demo import collaborations, evidence, follow_ups, pictures, plan, promises
from tillsammans.config.demo.cast import cast, present_themselves
from tillsammans.config.demo.days import Days, at
from tillsammans.kernel import clock
from tillsammans.kernel.access import Refused
from tillsammans.kernel.models import Installation, OutgoingMail
from tillsammans.kernel.scope import everywhere
from tillsammans.parties.models import Person, Role


def fill() -> None:
    """Fill an empty database with the demo, all or nothing, and mark it as a demo. Does nothing the second time.

    Detection of patterns is left to the worker, as after any import.

    Raises ``Refused`` for a database that somebody already works in: a demo can be signed in to without a password.
    """
    if Installation.objects.filter(demo=True).exists():
        return
    if Person.objects.exists():
        raise Refused([_("Databasen används redan. Visa demon i en egen, tom databas.")])
    with transaction.atomic(), everywhere("the demo lays a whole county"), translation.override("sv"):
        _tell(Days(clock.today()))
        # The letters of a history belong to its past, and its people are invented.
        OutgoingMail.objects.update(state=OutgoingMail.State.SENT, sent_at=F("recorded_at"), body="")
        Installation.objects.create(demo=True)


def _tell(days: Days) -> None:
    """Create the history, from the first day to today."""
    with at(days.collaboration_began):
        who = cast()
        present_themselves(who)
        story = pictures.Story(collaborations.begin_in_osthammar(who))
        tierp = collaborations.begin_in_tierp(who)

    # A year ago: a picture, a plan on it, and a promise to the residents.
    with at(days.first_import):
        evidence.read_in_population(who, days)
        evidence.read_in_crimes(who, days, days.first_figures)
    with at(days.first_adoption):
        first_picture = pictures.adopt_the_first(who, story)
    with at(days.ago(393)):
        plans = plan.adopt(who, story, days)
    with at(days.ago(390)):
        promise = promises.offer_the_first(who, story, plans, days)
    with at(days.ago(387)):
        promises.sign(who, "norduppland", promise)
    with at(days.first_promise_signed):
        promises.sign(who, "osthammar", promise)
        promise = promises.publish(who, promise)
    with at(days.ago(384)):
        pictures.open_what_was_received(who)

    # The first promise is carried out, mostly, and followed up.
    for line in promises.PROMISED:
        with at(days.first_promise[0] + timedelta(days=line.day)):
            promises.log(who, plans, promise, line)
    with at(days.first_follow_up):
        follow_ups.tell_how_it_went(who, plans, promise)
    for line in promises.AFTERWARDS:
        with at(days.first_promise[0] + timedelta(days=line.day)):
            promises.log(who, plans, promise, line)

    # The last tertial: new figures, and a new picture based on the old one.
    with at(days.second_import):
        evidence.read_in_population(who, days)
        evidence.read_in_crimes(who, days, evidence.not_final_since(days.first_import))
        pictures.begin_a_picture_in_tierp(who, tierp)
    with at(days.second_adoption):
        second_picture = pictures.adopt_the_second(who, story, first_picture)

    # The last weeks: the work that is open today.
    with at(days.ago(12)):
        draft = pictures.start_the_third(who, story, second_picture)
        collaborations.invite_the_boat_club(who, story.collaboration)
    with at(days.latest_import):
        evidence.read_in_crimes(who, days, evidence.not_final_since(days.second_import))
    with at(days.ago(8)):
        shared = pictures.share_the_draft(who, draft)
    with at(days.ago(5)):
        pictures.comment_on_the_draft(who, shared)
    with at(days.ago(4)):
        plan.plan_what_is_next(who, plans, days)
        next_promise = promises.offer_the_second(who, story, plans, promise, days)
        promises.draft_the_third(who, story, plans, days)
    with at(days.ago(1)):
        promises.sign(who, "norduppland", next_promise)


def ways_in() -> list[tuple[str, str]]:
    """One link per role of the demo: who it is, in words, and the address of the sign-in page."""
    with everywhere("the demo lists all its roles"):
        roles = Role.objects.filter(person__demo=True).select_related("person", "organisation").order_by("pk")
        return [
            (
                f"{role.person.name}, {_in_a_sentence(str(role))}, {role.organisation.name}",
                f"/demo/{role.organisation.slug}-{role.kind}/",
            )
            for role in roles
        ]


def _in_a_sentence(title: str) -> str:
    return title[:1].lower() + title[1:]
