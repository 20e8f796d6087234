from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Collect the texts of the program into the English catalogue and compile it."""

    def handle(self, *args: Any, **options: Any) -> None:
        from tillsammans.config.translation import collect

        left = collect()
        self.stdout.write(f"{left} texter saknar engelsk översättning." if left else "Översättningen är fullständig.")
