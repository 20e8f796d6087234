"""Lays the house that the journeys walk through: two parties, their people, and nothing done yet.

Run as a program of its own with the settings of the server, so that server and worker share its database.
"""

import json
import sys
from datetime import date

import django

django.setup()

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret  # noqa: E402

from tillsammans.areas.loading import load_areas  # noqa: E402
from tillsammans.areas.models import Area  # noqa: E402
from tillsammans.collaboration.models import Collaboration, Party, PartyAnswer  # noqa: E402
from tillsammans.config import tables  # noqa: E402
from tillsammans.kernel.scope import everywhere  # noqa: E402
from tillsammans.parties.models import Body, Organisation, Person, Role  # noqa: E402
from tillsammans.parties.queries import common_organisation  # noqa: E402

PASSWORD = "en lång mening att minnas"
PEOPLE = [
    ("coordinator", "Karin Ek", "osthammar", "coordinator", "Trygghetssamordnare"),
    ("police", "Johan Berg", "norduppland", "municipality_police", "Kommunpolis"),
    ("stranger", "Olle Frisk", "tierp", "coordinator", "Samordnare"),
]


def lay() -> dict[str, dict[str, str]]:
    """Make everything; returns e-mail, password and the key of the second factor per role."""
    tables.create()
    keys: dict[str, dict[str, str]] = {}
    with everywhere("the journeys' house is laid"):
        load_areas(common_organisation().pk)
        area = Area.objects.get(kind="municipality", code="0382", valid_to=None)
        made = {
            slug: Organisation.objects.create(name=name, kind=kind, slug=slug)
            for slug, name, kind in [
                ("osthammar", "Östhammars kommun", "municipality"),
                ("norduppland", "Lokalpolisområde Norduppland", "police"),
                ("tierp", "Tierps kommun", "municipality"),
            ]
        }
        made["osthammar"].areas.add(area)
        Body.objects.create(organisation=made["osthammar"], name="Kommunstyrelsen", kind="executive_board")
        for key, name, organisation, kind, title in PEOPLE:
            person = Person.objects.create_user(f"{key}@exempel.se", PASSWORD, name=name)
            Role.objects.create(
                organisation=made[organisation],
                person=person,
                kind=kind,
                title=title,
                signs=True,
                valid_from=date(2020, 1, 1),
            )
            secret = generate_totp_secret()
            TOTP.activate(person, secret)
            keys[key] = {"email": person.email, "password": PASSWORD, "secret": secret}
        collaboration = Collaboration.objects.create(
            organisation=made["osthammar"],
            name="Trygg i Östhammar",
            area=area,
            started_on=date(2023, 7, 1),
        )
        party = Party.objects.create(
            organisation=made["osthammar"],
            collaboration=collaboration,
            member=made["norduppland"],
            invited_on=date(2023, 7, 1),
        )
        PartyAnswer.objects.create(
            organisation=made["norduppland"],
            party=party,
            answer="accepted",
            person=Person.objects.get(email="police@exempel.se"),
        )
    return keys


json.dump(lay(), sys.stdout)
