"""What stands out in the nation, and the pages that show it. Run: ./tillsammans bench patterns

290 municipalities, 41 crime types and 120 months of invented counts (season, trend, over-dispersion, planted months):
1.4 million values, 11 890 series, on SQLite and on PostgreSQL. Measured: the whole look (load, compute, keep) with its
memory, and the server time of each page afterwards, with Django's test client, median of seven. The alternative in the
same run is to compute on each view: the look at one county alone, its values at hand already, which is the least that a
page for the county would then need; compared by processor time, since other work on the machine makes both wait. Exit
code 1 if the look or a page reaches its limit (--seconds, --milliseconds).
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

CRIMES, MONTHS, FIRST_YEAR = 41, 120, 2016
COUNTY = "14"  # Västra Götaland, with the most municipalities
VIEWS = 7


def counts(municipalities: int, people: np.ndarray) -> np.ndarray:
    """Invented counts (municipalities, crimes, months)."""
    rng = np.random.default_rng(20)
    rate = np.exp(rng.normal(-9.2, 1.6, CRIMES))  # events a month and inhabitant
    local = np.exp(rng.normal(0, 0.25, (municipalities, CRIMES)))
    month = np.arange(MONTHS)
    season = 1 + rng.uniform(0, 0.4, CRIMES)[:, None] * np.cos(2 * np.pi * (month - 6) / 12)
    trend = np.exp(rng.normal(0, 0.08, (municipalities, CRIMES))[:, :, None] * month / 12)
    mean = people[:, None, None] * rate[:, None] * local[:, :, None] * season * trend
    mean[rng.random(mean.shape) < 0.01] *= 3  # months that something happened in
    return rng.negative_binomial(15, 15 / (15 + mean))


def lay() -> tuple[int, float]:
    """Areas, people and values; gives how many values there are and the seconds to write them."""
    from django.core.management import call_command

    from tillsammans.areas.loading import load_areas
    from tillsammans.areas.models import Area
    from tillsammans.formats.population import MEASURED
    from tillsammans.indicators.models import Import, Indicator, Series, Value
    from tillsammans.kernel import bulk
    from tillsammans.kernel.scope import everywhere
    from tillsammans.parties.models import Organisation, Person, Role
    from tillsammans.parties.queries import common_organisation

    call_command("migrate", verbosity=0)
    common = common_organisation()
    load_areas(common.pk)
    with everywhere("the benchmark lays its world"):
        areas = list(Area.objects.filter(kind="municipality", valid_to=None).defer("geometry").order_by("code"))
        people = np.exp(np.random.default_rng(1).normal(9.8, 1, len(areas))).astype(int) + 2_500
        person = Person.objects.create_user("drift@exempel.se", name="Driftansvarig")
        now = datetime(2026, 2, 1, tzinfo=UTC)
        source = Import.objects.create(
            organisation=common,
            kind="folkmangd",
            source="påhittad",
            files=f"{'0' * 64} folk.csv",
            state="in_force",
            person=person,
            in_force_at=now,
        )
        inhabitants = Indicator.objects.create(code=MEASURED.code, name=MEASURED.name, unit=MEASURED.unit)
        lived = Series.objects.bulk_create(
            [
                Series(organisation=common, indicator=inhabitants, area=area, period_kind="year", source=source.source)
                for area in areas
            ]
        )
        Value.objects.bulk_create(
            [
                Value(organisation=common, series=one, period=str(year), imported=source, value=int(size))
                for one, size in zip(lived, people, strict=True)
                for year in range(FIRST_YEAR, FIRST_YEAR + 10)
            ]
        )
        imported = Import.objects.create(
            organisation=common,
            kind="databasfil",
            source="Brå, anmälda brott",
            files=f"{'0' * 64} riket.txt",
            state="in_force",
            person=person,
            in_force_at=now,
        )
        crimes = Indicator.objects.bulk_create(
            [
                Indicator(code=f"bra.manad.typ-{number:02}", name=f"Brottstyp {number:02}", unit="count").prepare()
                for number in range(CRIMES)
            ]
        )
        series = Series.objects.bulk_create(
            [
                Series(
                    organisation=common, indicator=crime, area=area, period_kind="month", source="Brå, anmälda brott"
                )
                for area in areas
                for crime in crimes
            ],
            batch_size=2_000,
        )
        began = time.perf_counter()
        written = write(series, imported, counts(len(areas), people).reshape(len(series), MONTHS))
        bulk.analyze(Series, Value)  # as an import of this size does
        seconds = time.perf_counter() - began
        for short, kind, area in (("kommunen", "municipality", "1480"), ("lanet", "county_board", COUNTY)):
            own = Organisation.objects.create(name=short, kind=kind, slug=short)
            level = "county" if kind == "county_board" else "municipality"
            own.areas.add(Area.objects.get(code=area, valid_to=None, kind=level))
            who = Person.objects.create_user(f"{short}@exempel.se", name=short)
            Role.objects.create(organisation=own, person=who, kind="coordinator", valid_from=date(2020, 1, 1))
    return written, seconds


def write(series: list[Any], imported: Any, table: np.ndarray) -> int:
    """The values, past Django's objects: what is measured is reading them."""
    from uuid import uuid4

    from django.db import connection, transaction
    from django.utils import timezone

    from tillsammans.indicators.models import Value

    months = [f"{FIRST_YEAR + at // 12}-{at % 12 + 1:02}" for at in range(MONTHS)]
    fields = [field for field in Value._meta.concrete_fields if not field.primary_key]
    names = [field.column for field in fields]
    plain = {field.column: field.get_default() for field in fields}
    plain |= {"organisation_id": imported.organisation_id, "imported_id": imported.pk, "recorded_at": timezone.now()}
    postgres = connection.vendor == "postgresql"

    def rows() -> Any:
        for one, own in zip(series, table.tolist(), strict=True):
            for at, value in enumerate(own):
                made = plain | {
                    "uuid": uuid4() if postgres else uuid4().hex,
                    "series_id": one.pk,
                    "period": months[at],
                    "value": value,
                    "preliminary": at >= MONTHS - 2,
                }
                yield tuple(made[name] for name in names)

    with transaction.atomic(), connection.cursor() as cursor:
        columns = ", ".join(f'"{name}"' for name in names)
        if postgres:
            with cursor.cursor.copy(f"COPY indicators_value ({columns}) FROM STDIN") as copy:
                for row in rows():
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(names))
            cursor.cursor.connection.executemany(f"INSERT INTO indicators_value ({columns}) VALUES ({marks})", rows())
    return table.size


def client(email: str) -> Any:
    """A signed-in browser without JavaScript."""
    from django.test import Client

    from tillsammans.kernel.scope import everywhere
    from tillsammans.parties.models import Person, Role

    with everywhere("the benchmark signs in"):
        person = Person.objects.get(email=email)
        organisation = Role.objects.get(person=person).organisation_id
    made = Client()
    made.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = made.session
    session["second_factor"], session["organisation"] = True, organisation
    session.save()
    return made


def milliseconds(browser: Any, address: str) -> tuple[float, float]:
    """The median server time of a page, and how much of it this process computed (the rest is waiting)."""
    times, busy = [], []
    for _view in range(VIEWS + 1):
        began, worked = time.perf_counter(), time.process_time()
        answer = browser.get(address)
        times.append(1000 * (time.perf_counter() - began))
        busy.append(1000 * (time.process_time() - worked))
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
    return statistics.median(times[1:]), statistics.median(busy[1:])  # the first one loads templates


def addresses() -> dict[str, tuple[str, str]]:
    """Each page that is measured: its name, who asks, and where."""
    from tillsammans.areas.models import Area
    from tillsammans.indicators.models import Series
    from tillsammans.kernel.scope import everywhere
    from tillsammans.patterns.models import Finding

    with everywhere("the benchmark looks for addresses"):
        place = Area.objects.get(code="1480", valid_to=None)
        series = Series.objects.filter(area=place).order_by("pk").first()
        found = Finding.objects.order_by("p").select_related("series_row").first()
        county = Area.objects.get(code=COUNTY, kind="county", valid_to=None)
    if series is None or found is None:
        raise RuntimeError("nothing was found")
    return {
        "sticker ut, kommun": ("kommunen", "/underlag/sticker-ut/"),
        "sticker ut, årstid": ("kommunen", "/underlag/sticker-ut/?slag=season"),
        "sticker ut, jämfört": ("kommunen", f"/underlag/sticker-ut/?omrade={county.uuid}&slag=compared"),
        "sticker ut, län": ("lanet", "/underlag/sticker-ut/"),
        "fynd": ("lanet", f"/underlag/serie/{found.series_row.uuid}/fynd/{found.kind}/"),
        "serie": ("kommunen", f"/underlag/serie/{series.uuid}/"),
        "jämförelse": ("kommunen", f"/underlag/serie/{series.uuid}/jamforelse/"),
        "alla brottstyper": ("kommunen", f"/underlag/omrade/{place.uuid}/"),
    }


def measure(name: str, seconds: float, limit: float) -> int:
    """Measure on the database that the settings name."""
    import django

    django.setup()
    from dataclasses import replace

    from django.conf import settings

    from tillsammans.kernel.scope import Scope, within
    from tillsammans.parties.queries import common_organisation
    from tillsammans.patterns import runs
    from tillsammans.patterns.detect import detect
    from tillsammans.patterns.models import Finding

    settings.ALLOWED_HOSTS = ["*"]
    written, writing = lay()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    common = common_organisation()
    with within(Scope(common.pk)):
        began, worked = time.perf_counter(), time.process_time()
        done = runs.run(common.pk)
        took, busy = time.perf_counter() - began, time.process_time() - worked
        found = Finding.objects.count()
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        matrix = runs.load(common.pk)
        people, sets = runs.people_of(matrix), runs.sets_of(matrix)
        rows = [at for at, subject in enumerate(matrix.subjects) if subject.area[:2] == COUNTY]
        part = replace(
            matrix,
            subjects=tuple(matrix.subjects[at] for at in rows),
            counts=matrix.counts[rows],
            preliminary=matrix.preliminary[rows],
            begins=matrix.begins[rows],
        )
        worked = time.process_time()
        detect(part, people, sets)
        alone = 1000 * (time.process_time() - worked)
    print(
        f"{name}: {written} values written in {writing:.0f} s; {done.series} series looked at in {took:.1f} s "
        f"({busy:.1f} s computing), {found} findings, "
        f"peak memory {after / 1024:.0f} MB ({(after - before) / 1024:.0f} MB more than before)",
        flush=True,
    )
    slow = took >= seconds
    browsers = {short: client(f"{short}@exempel.se") for short in ("kommunen", "lanet")}
    for label, (who, address) in addresses().items():
        own, busy = milliseconds(browsers[who], address)
        if own >= limit:  # something else on the machine may have been the cause
            own, busy = min((own, busy), milliseconds(browsers[who], address))
        slow |= own >= limit
        print(
            f"  {label:<22}{own:>7.0f} ms ({busy:.0f} ms computing), the county on each view: {alone / busy:>6.0f} x",
            flush=True,
        )
    return int(slow)


def on(address: str, name: str, folder: str, seconds: float, limit: float) -> int:
    """Measure in a process of its own, since the settings are read once."""
    environment = {
        **os.environ,
        "TILLSAMMANS_DATABASE": address,
        "TILLSAMMANS_VAR": folder,
        "TILLSAMMANS_OFFLINE": "1",
        "DJANGO_SETTINGS_MODULE": "tillsammans.config.settings",
    }
    command = [sys.executable, __file__, "--measure", name, "--seconds", str(seconds), "--milliseconds", str(limit)]
    return subprocess.call(command, env=environment)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="that the look may not reach")
    parser.add_argument("--milliseconds", type=float, default=100, help="that no page may reach")
    parser.add_argument("--measure", metavar="NAME", help="measure here, on the database of the settings")
    chosen = parser.parse_args()
    if chosen.measure:
        return measure(chosen.measure, chosen.seconds, chosen.milliseconds)
    from tillsammans.config.testing import postgresql

    with tempfile.TemporaryDirectory(prefix="tillsammans-patterns-") as folder:
        slow = on(str(Path(folder) / "bench.sqlite3"), "SQLite", folder, chosen.seconds, chosen.milliseconds)
        with postgresql() as address:
            return max(slow, on(address, "PostgreSQL", folder, chosen.seconds, chosen.milliseconds))


if __name__ == "__main__":
    sys.exit(main())
