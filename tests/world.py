"""A small world for the tests: two parties that work together, a county board, and a stranger."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from tillsammans.areas.models import Area
from tillsammans.collaboration.models import Collaboration, Party, PartyAnswer
from tillsammans.kernel import outbox
from tillsammans.kernel.access import Actor
from tillsammans.kernel.scope import Scope, everywhere, within
from tillsammans.parties.models import Body, Organisation, Person, Role
from tillsammans.parties.queries import actor_of_job, common_organisation


@dataclass
class World:
    """Organisations by short name, people by role, and what a test needs to act as one of them."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, tuple[Person, Organisation]] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    collaboration: Any = None
    body: Any = None

    def __getattr__(self, name: str) -> Organisation:
        try:
            return self.__dict__["organisations"][name]
        except KeyError:
            raise AttributeError(name) from None

    def actor(self, role: str) -> Actor:
        """The person with that role, acting for the organisation where the role is held."""
        person, organisation = self.people[role]
        return actor_of_job(person.pk, organisation.pk)

    def room(self, organisation: str) -> Any:
        """Stand in the organisation's room: ``with world.room("osthammar"): ...``."""
        return within(Scope(self.organisations[organisation].pk))

    def client(self, role: str) -> Client:
        """A browser without JavaScript in which the person has signed in with both factors."""
        person, organisation = self.people[role]
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session["second_factor"] = True
        session["organisation"] = organisation.pk
        session.save()
        return client


def mailed() -> list[Any]:
    """What has been sent, after all that waits went."""
    outbox.send_due()
    return mail.outbox  # type: ignore[attr-defined,no-any-return]


ORGANISATIONS = {
    "osthammar": ("Östhammars kommun", "municipality"),
    "norduppland": ("Lokalpolisområde Norduppland", "police"),
    "uppsala_lan": ("Länsstyrelsen i Uppsala län", "county_board"),
    "tierp": ("Tierps kommun", "municipality"),
}
PEOPLE = {
    "coordinator": ("Karin Ek", "osthammar", "coordinator", "Trygghetssamordnare", False),
    "police": ("Johan Berg", "norduppland", "municipality_police", "Kommunpolis", False),
    "chair": ("Eva Lind", "osthammar", "signatory", "Kommunstyrelsens ordförande", True),
    "chief": ("Peter Ström", "norduppland", "signatory", "Lokalpolisområdeschef", True),
    "county": ("Anna Dahl", "uppsala_lan", "county_coordinator", "Regional samordnare", False),
    "administrator": ("Per Nord", "osthammar", "administrator", "Administratör", False),
    "reader": ("Lisa Vik", "osthammar", "reader", "Läsare", False),
    "stranger": ("Olle Frisk", "tierp", "coordinator", "Samordnare", False),
    "operator": ("Drift Drift", "gemensamt", "operator", "Driftansvarig", False),
}


@pytest.fixture
def world(db: Any) -> World:
    made = World()
    with everywhere("a test lays its world"):
        common = common_organisation()
        made.organisations["gemensamt"] = common
        for code, name, kind in [
            ("0382", "Östhammar", "municipality"),
            ("0360", "Tierp", "municipality"),
            ("0380", "Uppsala", "municipality"),
            ("03", "Uppsala län", "county"),
        ]:
            made.areas[code] = Area.objects.create(
                organisation=common, code=code, name=name, kind=kind, valid_from=date(1971, 1, 1)
            )
        for short, (name, kind) in ORGANISATIONS.items():
            made.organisations[short] = Organisation.objects.create(name=name, kind=kind, slug=short.replace("_", "-"))
        made.organisations["osthammar"].areas.add(made.areas["0382"])
        made.organisations["norduppland"].areas.add(made.areas["0382"], made.areas["0360"])
        made.organisations["tierp"].areas.add(made.areas["0360"])
        for role, (name, organisation, kind, title, signs) in PEOPLE.items():
            person = Person.objects.create_user(f"{role}@exempel.se", name=name)
            owner = made.organisations[organisation]
            Role.objects.create(
                organisation=owner,
                person=person,
                kind=kind,
                title=title,
                signs=signs,
                leading=signs,
                valid_from=date(2020, 1, 1),
            )
            made.people[role] = (person, owner)
        host, police = made.organisations["osthammar"], made.organisations["norduppland"]
        made.body = Body.objects.create(organisation=host, name="Kommunstyrelsen", kind="executive_board")
        made.collaboration = Collaboration.objects.create(
            organisation=host,
            name="Trygg i Östhammar",
            level="local",
            area=made.areas["0382"],
            purpose="Förebygga brott och öka tryggheten.",
            started_on=date(2023, 7, 1),
        )
        party = Party.objects.create(
            organisation=host, collaboration=made.collaboration, member=police, invited_on=date(2023, 7, 1)
        )
        PartyAnswer.objects.create(organisation=police, party=party, answer="accepted", person=made.people["police"][0])
    return made
