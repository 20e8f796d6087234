"""How long a whole import takes, from a file to values in force. Run: ./tillsammans bench imports

A Databasfil of 6 396 rows with invented figures is handed in, checked, previewed, staged and put in force, on SQLite
and on PostgreSQL, three times with a new year each, so that every value is new. The median is held against the naive
way, measured in the same run on the same database: Python's csv module and one INSERT per row, in one transaction,
without any check, preview, vintage or undo. The ratio says what those cost. Exit code 1 if a median reaches the limit
(--limit SECONDS).
"""

import argparse
import csv
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

RUNS = 3
REGIONS = (
    "Östhammar kommun",
    "Tierp kommun",
    "Älvkarleby kommun",
    "Heby kommun",
    "Knivsta kommun",
    "Enköping kommun",
    "Uppsala kommun",
    "Håbo kommun",
    "Gävle kommun",
    "Sandviken kommun",
    "Sala kommun",
    "Norrtälje kommun",
    "Västerås kommun",
)
CRIMES = (
    "Totalt antal brott",
    "8 kap. Stöld, rån m.m.",
    "12 kap. Skadegörelsebrott",
    "därav misshandel inkl. grov",
    "därav inbrottsstöld i bostad",
    "därav cykeltillgrepp",
    "Brott mot narkotikastrafflagen",
    *(f"påhittad brottstyp {number}" for number in range(1, 35)),
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "Maj", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dec")


def databasfil(year: int) -> bytes:
    """13 municipalities, 41 crime types and 12 months: 6 396 rows."""
    counts = np.random.default_rng(year).poisson(20, (len(REGIONS), len(CRIMES), len(MONTHS)))
    rows = ["Region;Brott;År;Period;Antal;/100 000 inv"]
    rows += [
        f"{region};{crime};{year};{month};{counts[r, c, m]};{round(counts[r, c, m] * 100_000 / 22_000)};"
        for r, region in enumerate(REGIONS)
        for c, crime in enumerate(CRIMES)
        for m, month in enumerate(MONTHS)
    ]
    return ("\n".join(rows) + "\n\r\n").encode("iso-8859-1")


def whole_import(content: bytes) -> float:
    """Seconds from bytes to values in force."""
    from tillsammans.imports import jobs
    from tillsammans.kernel.scope import Scope, within
    from tillsammans.parties.models import Person
    from tillsammans.parties.queries import actor_of_job, common_organisation

    actor = actor_of_job(Person.objects.get().pk, common_organisation().pk)
    start = time.perf_counter()
    with within(Scope(actor.organisation_id)):
        imported = jobs.import_now(actor, [("databasfil.txt", [content])])
    seconds = time.perf_counter() - start
    if imported is None or imported.created != 2 * len(REGIONS) * len(CRIMES) * len(MONTHS):
        raise RuntimeError(f"{imported and imported.created} values were read in")
    return seconds


def naive(content: bytes) -> float:
    """Seconds for csv and one INSERT per row."""
    from django.db import connection, transaction

    start = time.perf_counter()
    rows = list(csv.reader(io.StringIO(content.decode("iso-8859-1")), delimiter=";"))[1:]
    with transaction.atomic(), connection.cursor() as cursor:
        for row in filter(None, rows):
            cursor.execute("INSERT INTO naive VALUES (%s, %s, %s, %s, %s, %s)", row[:6])
    return time.perf_counter() - start


def lay() -> None:
    """Tables, areas, an operator, and the table of the naive way."""
    from datetime import date

    from django.core.management import call_command
    from django.db import connection

    from tillsammans.areas.loading import load_areas
    from tillsammans.kernel.scope import everywhere
    from tillsammans.parties.models import Person, Role
    from tillsammans.parties.queries import common_organisation

    call_command("migrate", verbosity=0)
    common = common_organisation()
    load_areas(common.pk)
    with everywhere("the benchmark lays its world"):
        person = Person.objects.create_user("drift@exempel.se", name="Driftansvarig")
        Role.objects.create(organisation=common, person=person, kind="operator", valid_from=date(2020, 1, 1))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE naive (region TEXT, crime TEXT, year TEXT, period TEXT, count TEXT, rate TEXT)")


def measure(name: str, limit: float) -> int:
    """Measure on the database that the settings name."""
    import django

    django.setup()
    lay()
    files = [databasfil(2021 + run) for run in range(RUNS)]
    rows = len(REGIONS) * len(CRIMES) * len(MONTHS)
    own = statistics.median(whole_import(content) for content in files)
    other = statistics.median(naive(content) for content in files)
    print(f"{name:<12}{rows:>6} rows{own:>9.2f} s whole import{other:>9.2f} s naive{own / other:>8.1f} x", flush=True)
    return 1 if own >= limit else 0


def on(address: str, name: str, folder: str, limit: float) -> int:
    """Measure in a process of its own, since the settings are read once."""
    environment = {
        **os.environ,
        "TILLSAMMANS_DATABASE": address,
        "TILLSAMMANS_VAR": folder,
        "TILLSAMMANS_OFFLINE": "1",
        "DJANGO_SETTINGS_MODULE": "tillsammans.config.settings",
    }
    command = [sys.executable, __file__, "--measure", name, "--limit", str(limit)]
    return subprocess.call(command, env=environment)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=float, default=2, help="seconds that the median may not reach")
    parser.add_argument("--measure", metavar="NAME", help="measure here, on the database of the settings")
    chosen = parser.parse_args()
    if chosen.measure:
        return measure(chosen.measure, chosen.limit)
    from tillsammans.config.testing import postgresql

    with tempfile.TemporaryDirectory(prefix="tillsammans-imports-") as folder:
        slow = on(str(Path(folder) / "bench.sqlite3"), "SQLite", folder, chosen.limit)
        with postgresql() as address:
            return max(slow, on(address, "PostgreSQL", folder, chosen.limit))


if __name__ == "__main__":
    sys.exit(main())
