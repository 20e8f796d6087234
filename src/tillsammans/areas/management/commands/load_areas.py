"""``load_areas``: load the country's areas into the common space. Idempotent."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tillsammans.areas.loading import load_areas


class Command(BaseCommand):
    """Load areas."""

    help = "Läser in kommuner, län och polisens områden i det gemensamma utrymmet."

    def handle(self, *args: Any, **options: Any) -> None:
        common = apps.get_model(settings.OWNER_MODEL)._default_manager.filter(common=True).first()
        if common is None:
            raise CommandError(
                _(
                    "Den gemensamma organisationen finns inte än. Kör först: "
                    "./tillsammans manage first_operator NAMN E-POST"
                )
            )
        loaded = load_areas(common.pk)
        self.stdout.write(
            _("{areas} områden och {links} samband tillagda, {changed} ändrade.").format(
                areas=loaded.areas, links=loaded.links, changed=loaded.changed
            )
        )
