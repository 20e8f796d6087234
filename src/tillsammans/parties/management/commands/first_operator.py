from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from tillsammans.kernel.access import Actor
from tillsammans.kernel.scope import everywhere
from tillsammans.parties.actions import invite_person
from tillsammans.parties.models import Role
from tillsammans.parties.queries import common_organisation


class Command(BaseCommand):
    """Invite the first operator of an installation. Refused as soon as there is one."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        common = common_organisation()
        with everywhere("the first operator is looked for before anyone has a room"):
            if Role.objects.filter(organisation=common, kind=Role.Kind.OPERATOR).exists():
                raise CommandError("Det finns redan en driftansvarig. Be den personen om en inbjudan.")
        founder = Actor(
            0,
            None,
            "Driften",
            common.pk,
            common.uuid,
            common.name,
            common.kind,
            frozenset({"administer", "operate"}),
        )
        invite_person(founder, None, email=options["email"], name=options["name"], kind=Role.Kind.OPERATOR)
        page = settings.BASE_URL + reverse("account_login")
        self.stdout.write(
            f"Inbjudan till {options['email']} skickas så snart ./tillsammans work är igång. "
            f"Den som tagit emot den loggar in på {page}"
        )
