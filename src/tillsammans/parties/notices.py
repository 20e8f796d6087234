"""Letters to the people of an organisation about what waits for them, by each one's own choice.

A letter says who did what and where to read it. It never says what stands in a text: mail is not a safe place.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.kernel import clock, outbox
from tillsammans.kernel.scope import everywhere
from tillsammans.parties.models import Person, Role
from tillsammans.parties.rules import abilities


def people_who(organisation_id: int, ability: str) -> list[Person]:
    """The organisation's people who may do that today; its administrators where nobody may."""
    today = clock.today()
    with everywhere("who in the receiving organisation gets the letter"):
        roles = list(
            Role.objects.filter(organisation_id=organisation_id, valid_from__lte=today, person__is_active=True)
            .filter(Q(valid_to=None) | Q(valid_to__gte=today))
            .select_related("person")
            .order_by("pk")
        )
    able = [role for role in roles if ability in abilities([role])]
    chosen = able or [role for role in roles if role.kind == Role.Kind.ADMINISTRATOR]
    return list({role.person_id: role.person for role in chosen}.values())


def tell(
    organisation_id: int, ability: str, subject: str, sentence: str, path: str, *, key: str, but: Iterable[int] = ()
) -> None:
    """Write to the organisation's people who have the ability, apart from those ``but`` (person ids).

    ``sentence`` says who did what; ``path`` leads to it. ``key`` names the occasion: nobody is told of it twice.
    """
    without = set(but)
    for person in people_who(organisation_id, ability):
        if person.pk in without or person.mail_events == Person.MailChoice.NEVER:
            continue
        outbox.post(
            organisation_id,
            person.email,
            subject,
            letter(person, f"{sentence}\n{settings.BASE_URL}{path}"),
            key=f"{key}-{person.uuid}",
            held=person.mail_events == Person.MailChoice.WEEKLY,
        )


def letter(person: Person, text: str) -> str:
    """The text with a greeting, and where the person chooses which letters to get."""
    return _("Hej {name},\n\n{text}\n\nVälj vilka brev du vill ha:\n{choices}\n").format(
        name=person.name, text=text, choices=settings.BASE_URL + reverse("parties:mail_choices")
    )
