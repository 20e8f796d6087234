"""Queries of people and organisations."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet

from tillsammans.areas.models import Area, in_force
from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor
from tillsammans.kernel.links import usable
from tillsammans.kernel.models import Link
from tillsammans.kernel.scope import everywhere
from tillsammans.parties.models import Body, Invitation, Organisation, Person, Role
from tillsammans.parties.rules import ACCEPT_INVITATION, abilities


def valid_roles(person_id: int) -> list[Role]:
    """The person's roles that hold today, in every organisation, by the organisation's name."""
    today = clock.today()
    with everywhere("a person's roles decide which room to enter"):
        return list(
            Role.objects.filter(person_id=person_id, valid_from__lte=today)
            .filter(Q(valid_to=None) | Q(valid_to__gte=today))
            .select_related("organisation", "person")
            .order_by("organisation__sort_key", "pk")
        )


def actor_of_request(request: Any) -> Actor | None:
    """The signed-in person acting for the organisation chosen in the session, or for the first one."""
    roles = valid_roles(request.user.pk)
    request.roles = roles
    return _actor(roles, request.session.get("organisation"))


def actor_of_job(person_id: int | None, organisation_id: int) -> Actor:
    """The person acting for that organisation now; without any ability if the roles ended in the meantime.

    Without person (``None``): an actor of the organisation without any ability.
    """
    roles = valid_roles(person_id) if person_id else []
    actor = _actor([role for role in roles if role.organisation_id == organisation_id], None)
    if actor:
        return actor
    organisation = Organisation.objects.get(pk=organisation_id)
    if person_id is None:
        return nobody(organisation)
    person = Person.objects.get(pk=person_id)
    return replace(nobody(organisation), person_id=person.pk, person=person.uuid, name=person.name)


def nobody(organisation: Organisation) -> Actor:
    """An actor of the organisation without person and without any ability."""
    return Actor(0, None, "", organisation.pk, organisation.uuid, organisation.name, organisation.kind)


def _actor(roles: Sequence[Role], organisation_id: int | None) -> Actor | None:
    if not roles:
        return None
    chosen = next((role for role in roles if role.organisation_id == organisation_id), roles[0])
    own = [role for role in roles if role.organisation_id == chosen.organisation_id]
    person, organisation = chosen.person, chosen.organisation
    return Actor(
        person_id=person.pk,
        person=person.uuid,
        name=person.name,
        organisation_id=organisation.pk,
        organisation=organisation.uuid,
        organisation_name=organisation.name,
        organisation_kind=organisation.kind,
        abilities=abilities(own),
        role_name=str(own[0]),
    )


def may_sign(person_id: int, organisation_id: int) -> bool:
    """Whether the person has a mandate, valid today, to sign for the organisation."""
    return any(role.signs and role.organisation_id == organisation_id for role in valid_roles(person_id))


def bodies_of(organisation_id: int) -> QuerySet[Body]:
    """The organisation's bodies that decide, by name."""
    return Body.objects.filter(organisation_id=organisation_id, closed_on=None).order_by("name")


def open_invitations(organisation_id: int) -> list[tuple[Invitation, Link]]:
    """Invitations whose link can still be used, with the link, the newest first."""
    links = Link.objects.filter(usable(), organisation_id=organisation_id, verb=ACCEPT_INVITATION).order_by("-pk")
    result = {row.uuid: row for row in Invitation.objects.filter(uuid__in=links.order_by().values("subject"))}
    return [(result[link.subject], link) for link in links if link.subject in result]


def common_organisation() -> Organisation:
    """The installation's common space, made at the first use."""
    return Organisation.objects.get_or_create(
        slug="gemensamt", defaults={"name": "Gemensamma uppgifter", "kind": Organisation.Kind.COMMON, "common": True}
    )[0]


def own_area(organisation_id: int) -> str:
    """The area code of an organisation: its municipality, else its county, else empty."""
    rows = Organisation.objects.get(pk=organisation_id).areas.filter(
        in_force(clock.today()), kind__in=(Area.Kind.MUNICIPALITY, Area.Kind.COUNTY)
    )
    codes = sorted(rows.values_list("code", flat=True), key=lambda code: (-len(code), code))
    return codes[0] if codes else ""
