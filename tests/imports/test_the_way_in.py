"""Publishers' real files through the whole import: what is said before, and what is in force after."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.world import World

from tillsammans.areas.loading import load_areas
from tillsammans.imports import actions, jobs
from tillsammans.imports.rules import Preview
from tillsammans.indicators.models import Series, Value
from tillsammans.kernel import uploads

pytestmark = pytest.mark.shared


@pytest.fixture(autouse=True)
def whole_country(world: World, settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    with world.room("gemensamt"):
        load_areas(world.gemensamt.pk)


def run_import(world: World, *paths: Path) -> Preview:
    actor, address = world.actor("coordinator"), uuid4()
    kept = uploads.keep(address, [(path.name, [path.read_bytes()]) for path in paths])
    upload = jobs.check_files(actions.upload(actor, None, address=address, files=kept, background=False))
    preview = jobs.preview_of(upload)
    assert preview is not None
    jobs.run_import(actor, actions.start_import(actor, upload, consent=True, background=False))
    return preview


def test_the_result_page_of_counties_and_police_regions(world: World, shared: Path) -> None:
    with world.room("osthammar"):
        preview = run_import(world, shared / "data" / "05_bra" / "sol_resultatsida_lan_2011-2016.html")
        assert (preview.kind, preview.rows, preview.created, preview.unmatched) == ("sol_page", 29, 174, ())
        assert Series.objects.count() == 29
        assert Value.objects.filter(value=None).count() == 70  # counties after 2014, police regions before 2015
        whole = Value.objects.get(series__area__kind="nation", period="2016")
        assert (int(whole.value or 0), whole.preliminary) == (1502023, True)


def test_a_table_per_small_area_gives_municipalities(world: World, shared: Path) -> None:
    folder = shared / "data" / "04_population" / "scb_xlsx"
    with world.room("osthammar"):
        preview = run_import(world, folder / "000005LO_20240813-153750.xlsx")
        assert (preview.rows, preview.created) == (5984, 290 * 6)
        total = Value.objects.filter(series__breakdown="").values_list("value", flat=True)
        assert sum(int(value or 0) for value in total) == 10_521_556
        assert Series.objects.filter(breakdown="hustyp: småhus").count() == 290


def test_key_figures_with_their_names_have_a_page_each(world: World, shared: Path) -> None:
    folder = shared / "data" / "06_kolada"
    with world.room("osthammar"):
        preview = run_import(world, folder / "values_N00945_N03702.csv", folder / "kpi_all.csv.gz")
        assert (preview.rows, preview.created, preview.unmatched) == (111, 111, ())
        series = list(Series.objects.select_related("indicator"))
    assert {one.indicator.unit for one in series} == {"share", "other"}
    assert not any(one.indicator.name.startswith("N0") for one in series)
    client = world.client("coordinator")
    for one in series:
        assert client.get(f"/underlag/serie/{one.uuid}/").status_code == 200


@pytest.mark.slow("reads three large real files")
def test_three_extracts_together_keep_every_crime_with_a_municipality(world: World, shared: Path) -> None:
    folder = shared / "data" / "07_polisen_deso"
    with world.room("osthammar"):
        preview = run_import(world, *sorted(folder.glob("*.csv")))
        assert preview.rows == 10950 + 2155 + 6311
        assert not any(skipped.why != "koden finns inte bland områdena" for skipped in preview.unmatched)
        in_force = Value.objects.filter(series__area__kind="municipality").values_list("value", flat=True)
        assert sum(int(value or 0) for value in in_force) == preview.rows - (65 + 49 + 60)
    client = world.client("coordinator")
    with world.room("osthammar"):
        one = Series.objects.filter(area__code="1280", indicator__code="polisen.brottskod.1211").get()
    assert client.get(f"/underlag/serie/{one.uuid}/").status_code == 200
