"""Letters about a person's week: one on Monday, and a reminder before a last day."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.duties.queries import week_of
from tillsammans.kernel import outbox
from tillsammans.kernel.components import Step
from tillsammans.kernel.models import OutgoingMail
from tillsammans.kernel.scope import Scope, everywhere, within
from tillsammans.parties.models import Person, Role
from tillsammans.parties.notices import letter
from tillsammans.parties.queries import actor_of_job

REMIND_BEFORE = timedelta(days=3)


def write_letters(today: date) -> None:
    """Write today's letters to everyone who wants them. May run again: nobody is told of the same thing twice."""
    valid = Q(valid_to=None) | Q(valid_to__gte=today)
    with everywhere("everyone who has a role gets letters"):
        roles = Role.objects.filter(valid, valid_from__lte=today, person__is_active=True).select_related("person")
        places = {(role.person_id, role.organisation_id): role.person for role in roles.order_by("pk")}
    for (person_id, organisation_id), person in places.items():
        with within(Scope(organisation_id)):
            held = _held(person)
            if not (person.mail_weekly or (held and today.weekday() == 0)):
                continue
            week = week_of(actor_of_job(person_id, organisation_id), today) if person.mail_weekly else None
            steps = week.steps if week else ()
            if today.weekday() == 0:
                _write_week(organisation_id, person, steps, week.behind if week else 0, held, today)
            _remind(organisation_id, person, steps, today)


def _held(person: Person) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(receiver=person.email, state=OutgoingMail.State.HELD).order_by("pk"))


def _write_week(
    organisation_id: int, person: Person, steps: Sequence[Step], behind: int, held: list[OutgoingMail], today: date
) -> None:
    if not steps and not held:
        return
    parts = []
    if steps:
        count = len(steps) + behind
        parts.append(
            ngettext("Du har {count} sak att göra.", "Du har {count} saker att göra.", count).format(count=count)
        )
        if nearest := min((step.deadline for step in steps if step.deadline), default=None):
            parts[-1] += " " + _("Den närmaste sista dagen är den {day}.").format(day=date_format(nearest, "j F"))
        parts[-1] += f"\n{settings.BASE_URL}/"
    if held:
        lines = "\n".join(f"- {mail.subject}" for mail in held)
        parts.append(_("Sedan förra brevet:\n{lines}\nDu hittar allt på din startsida.").format(lines=lines))
    outbox.post(
        organisation_id,
        person.email,
        _("Din vecka i Tillsammans"),
        letter(person, "\n\n".join(parts)),
        key=f"week-{today.isoformat()}-{organisation_id}-{person.uuid}",
    )
    OutgoingMail.objects.filter(pk__in=[mail.pk for mail in held]).update(state=OutgoingMail.State.SENT, body="")


def _remind(organisation_id: int, person: Person, steps: Sequence[Step], today: date) -> None:
    for step in steps:
        if step.deadline and today <= step.deadline <= today + REMIND_BEFORE:
            outbox.post(
                organisation_id,
                person.email,
                _("Snart sista dagen"),
                letter(
                    person,
                    _("Något i din vecka ska vara klart senast den {day}:").format(
                        day=date_format(step.deadline, "j F")
                    )
                    + f"\n{settings.BASE_URL}{step.url}",
                ),
                key=f"due-{step.key}-{step.deadline.isoformat()}-{person.uuid}",
            )
