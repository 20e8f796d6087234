"""Population as a series: read in as other statistics, undone as they are, and asked for by everyone who needs it."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.population import lay_population, read_in_population
from tests.world import World

from tillsammans.areas.loading import load_areas
from tillsammans.formats.collecting import Collector
from tillsammans.formats.observations import Observation
from tillsammans.formats.population import Group, with_population
from tillsammans.imports import actions, jobs
from tillsammans.indicators import queries
from tillsammans.indicators.models import Import, Indicator, Series, Value
from tillsammans.indicators.population import population, population_margins
from tillsammans.kernel import uploads
from tillsammans.kernel.access import Refused
from tillsammans.kernel.jobs import run_job
from tillsammans.kernel.models import Job
from tillsammans.kernel.problems import FileErrors, ImportProblem
from tillsammans.kernel.scope import everywhere

CSV = "kod;år;folkmängd\n0382;2023;22250\n0360;2023;21100\nKälla: SCB\n"
PARTS = "kod;kön;ålder;2023\n" + "".join(
    f"0382;{sex};{age};{count}\n"
    for sex, counts in (("kvinnor", (3, 8)), ("män", (4, 9)))
    for age, count in zip(("0-64 år", "65+ år"), counts, strict=True)
)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


def work() -> None:
    """Do all queued work, as the worker would."""
    with everywhere("a test plays the worker"):
        queued = list(Job.objects.filter(state=Job.State.QUEUED).values_list("uuid", flat=True))
    for address in queued:
        run_job.func(str(address))


def years(world: World, code: str = "0382", organisation: str = "osthammar") -> dict[int, tuple[int, str]]:
    with world.room(organisation):
        found = population([world.areas[code].pk]).get(world.areas[code].pk, ())
    return {one.year: (one.count, one.source) for one in found}


def test_population_is_read_in_by_all_in_its_latest_vintage_and_undone(world: World) -> None:
    read_in_population(world, CSV)
    assert years(world) == {2023: (22250, "SCB")}
    second = read_in_population(world, CSV.replace("22250", "22260"))
    assert years(world) == {2023: (22260, "SCB")}
    with world.room("gemensamt"):
        actions.undo_import(world.actor("operator"), second)
    assert years(world) == {2023: (22250, "SCB")}
    with pytest.raises(Refused):
        actions.undo_import(world.actor("coordinator"), Import.objects.model(pk=second.pk))


def test_the_own_figures_go_before_the_common_ones_and_are_no_one_elses(world: World) -> None:
    read_in_population(world, CSV.replace("22250", "22300"), role="coordinator")
    read_in_population(world, CSV.replace("2023", "2024") + "")
    read_in_population(world, CSV.replace("Källa: SCB", "Källa: Annan"))
    assert years(world) == {2023: (22300, "SCB"), 2024: (22250, "SCB")}
    assert years(world, organisation="tierp") == {2023: (22250, "Annan"), 2024: (22250, "SCB")}


def test_a_refused_file_leaves_nothing(world: World) -> None:
    with pytest.raises(ImportProblem, match="två olika värden"):
        read_in_population(world, CSV.replace("Källa", "0360;2023;1\nKälla"))
    with pytest.raises(ImportProblem, match="saknar siffror för hela folkmängden"):
        read_in_population(world, "kod;kön;2023\n0382;kvinnor;11000\n")
    with everywhere("a test looks"):
        assert not Import.objects.exists()
        assert not Value.objects.exists()


def test_margins_are_the_parts_of_one_source_and_say_whether_they_are_everyone(world: World) -> None:
    read_in_population(world, PARTS + "Källa: SCB\n")
    read_in_population(world, "kod;år;folkmängd\n0382;2023;25\n0360;2023;21100\nKälla: Annan\n")
    areas = [world.areas["0382"].pk, world.areas["0360"].pk]
    with world.room("osthammar"):
        with CaptureQueriesContext(connection) as asked:
            found = population_margins(areas, 2023)
        assert population_margins(areas, 2022) == {}
    assert len(asked) == 1
    assert set(found) == {world.areas["0382"].pk}  # the other has no parts
    margins = found[world.areas["0382"].pk]
    assert (margins.source, margins.year, margins.complete, margins.total) == ("SCB", 2023, True, 24)
    assert margins.counts == {
        Group(0, 64, "women"): 3,
        Group(65, None, "women"): 8,
        Group(0, 64, "men"): 4,
        Group(65, None, "men"): 9,
    }
    read_in_population(world, "kod;ålder;2023\n0382;0-15 år;5\n0382;16-20 år;2\n0382;totalt;24\nKälla: Tredje\n")
    with world.room("osthammar"):
        margins = population_margins(areas, 2023)[areas[0]]
    assert (margins.source, margins.complete, margins.total) == ("Tredje", False, 24)
    assert margins.counts == {Group(0, 15): 5, Group(16, 20): 2}


def test_population_of_many_areas_is_one_query(world: World) -> None:
    read_in_population(world, CSV)
    with world.room("osthammar"), CaptureQueriesContext(connection) as asked:
        assert len(population(area.pk for area in world.areas.values())) == 2
    assert len(asked) == 1


def test_a_table_that_a_person_explained_is_population_if_it_is_called_so(world: World) -> None:
    """The general readers' observations are mapped after them, whatever the reader."""
    out = Collector(FileErrors("f"), "tabell", "Kommunen")
    code = out.measure("egen.osthammar.kommunen.folkmangd", "Folkmängd", "count")
    place = out.place("Östhammar", "0382", "municipality")
    for breakdown, count in (("kön: kvinnor", 3), ("kön: män", 4), ("civilstånd: gifta", 5)):
        out.add(Observation(code, place, "2023", count, 1, breakdown=breakdown))  # type: ignore[arg-type]
    out.add(Observation(code, place, "2023-01", 9, 1))  # type: ignore[arg-type]
    table = with_population(out.table("UTF-8", [], ""))
    assert {(one.measured, one.period, one.breakdown, one.value) for one in table.observations} == {
        ("population", "2023", "sex=women", 3),
        ("population", "2023", "sex=men", 4),
        ("population", "2023", "", 7),
        (code, "2023", "civilstånd: gifta", 5),
        (code, "2023-01", "", 9),
    }


def test_the_pages_lead_from_one_click_to_undo(world: World) -> None:
    client = world.client("operator")
    here = reverse("imports:upload_population")
    assert here in client.get(reverse("imports:upload")).content.decode()
    for old in ("/omraden/folkmangd/", "/omraden/folkmangd/ny/"):
        answer = client.get(old)
        assert (answer.status_code, answer["Location"]) == (302, here)
    form = client.get(here).content.decode()
    assert "Filer med folkmängd" in form
    assert "Filer med statistik" not in form
    assert world.client("reader").get(here).status_code == 403
    # Nothing in this file says that it counts people: the page does.
    bare = b"kommunkod;2023\n0382;22250\n0360;21100\n"
    answer = client.post(here, {"chosen": [SimpleUploadedFile("f.csv", bare)]})
    assert answer.status_code == 302
    work()
    with world.room("gemensamt"):
        upload = Import.objects.get()
    preview = client.get(reverse("imports:preview", args=[upload.uuid])).content.decode()
    assert "Folkmängd" in preview
    assert client.post(reverse("imports:preview", args=[upload.uuid]), {}).status_code == 302
    work()
    assert years(world) == {2023: (22250, "Folkmängd utan angiven källa")}
    page = client.get(reverse("areas:area", args=[world.areas["0382"].uuid])).content.decode()
    assert "22\xa0250" in page
    with world.room("gemensamt"):
        imported = Import.objects.get()
        series = Series.objects.get(area=world.areas["0382"])
    page = client.get(f"/underlag/serie/{series.uuid}/")
    assert page.status_code == 200
    assert "per 100\xa0000" not in page.content.decode()
    client.post(reverse("imports:undo", args=[imported.uuid]))
    assert years(world) == {}


def test_population_alone_is_no_crime_statistics(world: World) -> None:
    read_in_population(world, CSV)
    with world.room("osthammar"):
        assert queries.last_import() is None


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "year", "total", "groups"),
    [("000005FC_20240806-102837.xlsx", 2023, 10_551_707, 1), ("000005FF_20240813-152010.xlsx", 2022, 10_521_556, 6)],
)
def test_scbs_own_files_are_population_by_themselves(
    world: World, shared: Path, name: str, year: int, total: int, groups: int
) -> None:
    """Handed in as any statistics, with nobody saying what they are."""
    load_areas(world.gemensamt.pk)
    path = shared / "data" / "04_population" / "scb_xlsx" / name
    actor, address = world.actor("operator"), uuid4()
    with world.room("gemensamt"):
        kept = uploads.keep(address, [(path.name, [path.read_bytes()])])
        upload = jobs.check_files(actions.upload(actor, None, address=address, files=kept, background=False))
        jobs.run_import(actor, actions.start_import(actor, upload, consent=True, background=False))
        assert {one.indicator.code for one in Series.objects.select_related("indicator")} == {"population"}
        assert Series.objects.filter(area__kind="municipality").count() == 290 * groups
        ids = list(Series.objects.filter(area__kind="municipality").values_list("area_id", flat=True).distinct())
        found = population(ids, year)
        assert sum(years[0].count for years in found.values()) == total
        if groups > 1:
            margins = population_margins(ids, year)
            assert len(margins) == 290
            assert {tuple(one.counts) for one in margins.values()} == {
                tuple(Group(low, low + 4) for low in range(0, 25, 5))
            }
            assert not any(one.complete for one in margins.values())


def test_a_rate_names_the_source_and_year_of_its_population(world: World) -> None:
    with everywhere("a test lays a series and the population"):
        lay_population(world.gemensamt, world.people["operator"][0], {(world.areas["0382"], 2020): 20_000}, "SCB")
        crime = Indicator.objects.create(code="bra.manad.x", name="Misshandel", unit="count")
        series = Series.objects.create(
            organisation=world.gemensamt, indicator=crime, area=world.areas["0382"], period_kind="month", source="Brå"
        )
        imported = Import.objects.get()
        Import.objects.filter(pk=imported.pk).update(created=13)
        for month in range(1, 13):
            Value.objects.create(
                organisation=world.gemensamt,
                series=series,
                period=f"2020-{month:02}",
                imported=imported,
                value=10,
            )
    page = world.client("coordinator").get(f"/underlag/serie/{series.uuid}/").content.decode()
    assert "600 per 100\xa0000 invånare" in page or "600 per 100 000 invånare" in page
    assert "Folkmängd: SCB 2020" in page
