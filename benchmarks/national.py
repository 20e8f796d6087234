"""How long the whole country takes: ten years of monthly counts for 290 municipalities and 41 crime types, in Brå's
format. Run: ./tillsammans bench national

Ten Databasfil files with invented figures, 1.4 million rows with a count and a rate each, are handed in, checked,
previewed, staged and put in force, on SQLite and on PostgreSQL, each in a process of its own. Printed are seconds for
the check, the staging and the whole, the process's own CPU (on a busy machine that is the steadier number; the
database's is not in it on PostgreSQL), and its largest memory. The ratio holds the whole against the naive way
on a sample, scaled up by rows: one object a value, saved with Django's bulk_create, without check, vintage or undo.
Exit code 1 if the whole takes longer than --limit seconds, or memory passes --memory MB.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from imports import CRIMES, MONTHS, lay

YEARS = range(2015, 2025)
SAMPLE_ROWS = 20_000


def databasfil(year: int, names: list[str], crimes: tuple[str, ...]) -> bytes:
    """Every municipality, crime type and month of a year; large municipalities have more of everything."""
    random = np.random.default_rng(year)
    people = np.random.default_rng(1).lognormal(9.8, 0.9, len(names))
    level = np.random.default_rng(2).lognormal(2.5, 1, len(crimes)) / 20_000
    season = 1 + 0.2 * np.sin(np.arange(len(MONTHS)) * np.pi / 6)
    counts = random.poisson(people[:, None, None] * level[None, :, None] * season[None, None, :])
    rates = np.rint(counts * 100_000 / people[:, None, None]).astype(int)
    rows = ["Region;Brott;År;Period;Antal;/100 000 inv"]
    rows += [
        f"{name} kommun;{crime};{year};{month};{counts[r, c, m]};{rates[r, c, m]};"
        for r, name in enumerate(names)
        for c, crime in enumerate(crimes)
        for m, month in enumerate(MONTHS)
    ]
    return ("\n".join(rows) + "\n\r\n").encode("iso-8859-1")


def whole(contents: list[bytes]) -> tuple[float, float, float, int]:
    """Seconds for the check, for the staging and for everything, and how many values came into force."""
    from tillsammans.imports import actions, jobs
    from tillsammans.kernel import uploads
    from tillsammans.kernel.scope import Scope, within
    from tillsammans.parties.models import Person
    from tillsammans.parties.queries import actor_of_job, common_organisation

    actor = actor_of_job(Person.objects.get().pk, common_organisation().pk)
    start = time.perf_counter()
    address = uuid4()
    kept = uploads.keep(address, ((f"databasfil-{number}.txt", [one]) for number, one in enumerate(contents)))
    with within(Scope(actor.organisation_id)):
        upload = jobs.check_files(actions.upload(actor, None, address=address, files=kept, background=False))
        if problem := upload.problem:
            raise problem
        checked = time.perf_counter()
        imported = jobs.run_import(actor, actions.start_import(actor, upload, background=False))
    end = time.perf_counter()
    return checked - start, end - checked, end - start, imported.created


def naive(rows: int) -> float:
    """Seconds for one object a value, for so many rows of a count and a rate."""
    from datetime import date

    from tillsammans.areas.models import Area
    from tillsammans.indicators.models import Import, Indicator, Series, Value
    from tillsammans.kernel.scope import Scope, within
    from tillsammans.parties.models import Person
    from tillsammans.parties.queries import common_organisation

    owner = common_organisation()
    with within(Scope(owner.pk)):
        person = Person.objects.get()
        imported = Import.objects.create(organisation=owner, kind="x", source="x", files="", person=person)
        indicator = Indicator.objects.create(code="naive", name="naive", unit="count")
        area = Area.objects.create(organisation=owner, kind="own", code="naive", name="n", valid_from=date(2000, 1, 1))
        series = [
            Series.objects.create(
                organisation=owner,
                indicator=indicator,
                area=area,
                breakdown=str(number),
                period_kind="month",
                source="x",
            )
            for number in range(2 * rows // 120 + 1)
        ]
        start = time.perf_counter()
        Value.objects.bulk_create(
            [
                Value(
                    organisation=owner,
                    series=series[number // 120],
                    imported=imported,
                    value=number % 50,
                    period=f"{2010 + number % 120 // 12}-{number % 12 + 1:02}",
                )
                for number in range(2 * rows)
            ],
            batch_size=2000,
        )
        seconds = time.perf_counter() - start
        imported.values.all().delete()
    return seconds


def measure(name: str, limit: float, memory: float, years: int) -> int:
    """Measure on the database that the settings name."""
    import django

    django.setup()
    lay()
    from tillsammans.geo.reference import municipalities

    names = [place.name for place in municipalities() if place.valid_to is None]
    contents = [databasfil(year, names, CRIMES) for year in list(YEARS)[:years]]
    rows = len(names) * len(CRIMES) * len(MONTHS) * years
    other = naive(SAMPLE_ROWS) * rows / SAMPLE_ROWS
    busy = time.process_time()
    check, stage, seconds, created = whole(contents)
    busy = time.process_time() - busy
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name:<12}{rows:>9} rows{created:>9} values{check:>8.1f} s check{stage:>8.1f} s staging{seconds:>8.1f} s "
        f"in all{busy:>8.1f} s own CPU{largest:>7.0f} MB{other:>8.1f} s naive{seconds / other:>6.2f} x",
        flush=True,
    )
    return 1 if seconds >= limit or largest >= memory or not created else 0


def on(address: str, name: str, folder: str, chosen: argparse.Namespace) -> int:
    """Measure in a process of its own, since the settings are read once."""
    environment = {
        **os.environ,
        "TILLSAMMANS_DATABASE": address,
        "TILLSAMMANS_VAR": folder,
        "TILLSAMMANS_OFFLINE": "1",
        "DJANGO_SETTINGS_MODULE": "tillsammans.config.settings",
    }
    command = [
        sys.executable,
        __file__,
        "--measure",
        name,
        "--limit",
        str(chosen.limit),
        "--memory",
        str(chosen.memory),
        "--years",
        str(chosen.years),
    ]
    return subprocess.call(command, env=environment)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=float, default=300, help="seconds that the whole may not reach")
    parser.add_argument("--memory", type=float, default=2000, help="MB that the process may not reach")
    parser.add_argument("--years", type=int, default=len(YEARS), help="fewer years, for a quick look")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only one of the two")
    parser.add_argument("--measure", metavar="NAME", help="measure here, on the database of the settings")
    chosen = parser.parse_args()
    if chosen.measure:
        return measure(chosen.measure, chosen.limit, chosen.memory, chosen.years)
    from tillsammans.config.testing import postgresql

    code = 0
    with tempfile.TemporaryDirectory(prefix="tillsammans-national-") as folder:
        if chosen.database != "postgresql":
            code = on(str(Path(folder) / "bench.sqlite3"), "SQLite", folder, chosen)
        if chosen.database != "sqlite":
            with postgresql() as address:
                code = max(code, on(address, "PostgreSQL", folder, chosen))
    return code


if __name__ == "__main__":
    sys.exit(main())
