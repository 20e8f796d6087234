"""The processor time of pretalx's dashboard, for ``bench growth``. Run by a Python that has pretalx, from PyPI.

    python -m venv PRETALX && PRETALX/bin/pip install pretalx
    TILLSAMMANS_PRETALX="PRETALX/bin/python benchmarks/peers/pretalx_dashboard.py" ./tillsammans bench growth

Makes a temporary SQLite database with one event that has talks with their log, speakers and reviews (as many of each as
--talks), signs in its organiser and fetches the event's dashboard through Django's test client, as ``bench growth``
does with ours. Prints the median of nine requests in milliseconds of the processor's time, as its last word.
"""

import argparse
import logging
import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

RUNS = 9


def fill(talks: int) -> tuple[object, str]:
    """Write the event; gives its organiser and the dashboard's address."""
    from django.utils.timezone import now
    from django_scopes import scopes_disabled
    from pretalx.event.models import Event, Organiser, Team
    from pretalx.person.models import SpeakerProfile, User
    from pretalx.submission.models import Review, Submission

    with scopes_disabled():
        organiser = Organiser.objects.create(name="Peer", slug="peer")
        today = now().date()
        event = Event.objects.create(
            name="Peer",
            slug="peer",
            email="peer@example.org",
            organiser=organiser,
            date_from=today + timedelta(days=30),
            date_to=today + timedelta(days=32),
        )
        person = User.objects.create_user(email="orga@example.org", password="peer", name="Orga")
        team = Team.objects.create(
            organiser=organiser,
            name="Orga",
            all_events=True,
            can_create_events=True,
            can_change_teams=True,
            can_change_organiser_settings=True,
            can_change_event_settings=True,
            can_change_submissions=True,
            is_reviewer=True,
        )
        team.members.add(person)
        for number in range(talks):
            speaker = User.objects.create_user(email=f"{number}@example.org", password="peer", name=f"Speaker {number}")
            SpeakerProfile.objects.create(user=speaker, event=event, biography="Speaks.")
            talk = Submission.objects.create(
                event=event,
                title=f"Talk {number}",
                submission_type=event.cfp.default_type,
                abstract="About something.",
                state=("submitted", "accepted", "confirmed")[number % 3],
            )
            talk.speakers.add(speaker)
            talk.log_action("pretalx.submission.create", person=speaker)
            talk.log_action("pretalx.submission.update", person=person, orga=True)
            Review.objects.create(submission=talk, user=person, text="Good.")
        return person, str(event.orga_urls.base)


def main() -> int:
    """Make, fetch, print; 1 if the dashboard cannot be had."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--talks", type=int, default=500)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            PRETALX_DATA_DIR=folder,
            PRETALX_DB_NAME=str(Path(folder) / "db.sqlite3"),
            PRETALX_DEBUG="false",
            DJANGO_SETTINGS_MODULE="pretalx.settings",
        )
        import django
        from django.conf import settings
        from django.core.management import call_command
        from django.test import Client

        logging.disable(logging.CRITICAL)
        django.setup()
        settings.ALLOWED_HOSTS = ["*"]
        # Without the built front end, whose addresses of files it would look up: that is in its favour.
        settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        call_command("migrate", verbosity=0, interactive=False)
        person, address = fill(chosen.talks)
        client = Client(headers={"host": "localhost"})
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get(address)
        if answer.status_code != 200:
            print(f"{address} answers {answer.status_code}", file=sys.stderr)
            return 1
        taken = []
        for _run in range(RUNS):
            start = time.process_time()
            client.get(address)
            taken.append(time.process_time() - start)
    print(f"pretalx dashboard, {chosen.talks} talks, ms: {1000 * statistics.median(taken):.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
