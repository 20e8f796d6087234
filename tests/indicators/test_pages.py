"""The pages of the evidence: hand in, look, read in, see the figure and how it was computed, undo."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.formats.brafiles import ASSAULT, LIFE, databasfil, two_years, year_rows
from tests.markup import one_line
from tests.world import World

from tillsammans.indicators.models import Import, Series
from tillsammans.kernel import uploads
from tillsammans.kernel.jobs import run_job
from tillsammans.kernel.models import Job
from tillsammans.kernel.scope import everywhere

Run = Callable[[], None]


@pytest.fixture(autouse=True)
def files_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@pytest.fixture
def work() -> Run:
    """Do all queued work, as the worker would."""

    def run() -> None:
        with everywhere("a test plays the worker"):
            queued = list(Job.objects.filter(state=Job.State.QUEUED).values_list("uuid", flat=True))
        for address in queued:
            run_job.func(str(address))

    return run


def upload_file(client: Client, *contents: bytes, key: str = "") -> Any:
    files = [SimpleUploadedFile(f"uttag{number}.txt", data) for number, data in enumerate(contents)]
    return client.post("/underlag/inlasning/ny/", {"chosen": files, "idempotency_key": key})


def read_in(client: Client, work: Run, *contents: bytes, **fields: str) -> Import:
    """Hand in, look and read in, through the pages."""
    assert upload_file(client, *contents).status_code == 302
    work()
    with everywhere("a test looks"):
        upload = Import.objects.latest("pk")
    answer = client.post(f"/underlag/inlasning/filer/{upload.uuid}/", fields)
    assert answer.status_code == 302, answer.content.decode()
    work()
    with everywhere("a test looks"):
        return Import.objects.latest("pk")


def series_of(area: str = "0382", unit: str = "count") -> Series:
    with everywhere("a test looks"):
        return Series.objects.get(area__code=area, indicator__unit=unit)


@pytest.mark.both
def test_the_whole_way_from_a_file_to_a_figure_and_back(world: World, work: Run) -> None:
    client = world.client("coordinator")
    assert "Inga siffror är inlästa än" in client.get("/underlag/").content.decode()
    answer = upload_file(client, two_years(before=20, after=40))
    assert client.get(answer.url).status_code == 200  # the job's page
    work()
    with everywhere("a test looks"):
        job, upload = Job.objects.latest("pk"), Import.objects.latest("pk")
    assert (job.state, job.result_url) == ("done", f"/underlag/inlasning/filer/{upload.uuid}/")

    page = client.get(job.result_url).content.decode()
    assert "Östhammar" in page
    assert "därav misshandel inkl. grov" in page
    assert "48" in page  # 24 rows, two values each
    answer = client.post(job.result_url)
    work()
    with everywhere("a test looks"):
        imported = Import.objects.get()
        done = Job.objects.get(kind="imports.import")
    assert (imported.state, imported.created, done.result_url) == (
        "in_force",
        48,
        f"/underlag/inlasning/{imported.uuid}/",
    )

    series = series_of()
    page = client.get("/underlag/").content.decode()
    assert f"/underlag/serie/{series.uuid}/" in page
    page = client.get(f"/underlag/serie/{series.uuid}/").content.decode()
    assert "Misshandel inkl. grov i Östhammar: fler 2021 än 2020" in page
    assert "Visa beräkningen" in page
    assert client.get("/underlag/inlasning/").content.decode().count("uttag0.txt") == 1

    undo = f"/underlag/inlasning/{imported.uuid}/angra/"
    assert "48 värden slutar gälla" in client.get(undo).content.decode()
    client.post(undo)
    assert client.get(f"/underlag/serie/{series.uuid}/").status_code == 404
    client.post(f"/underlag/inlasning/{imported.uuid}/gor-om/")
    assert client.get(f"/underlag/serie/{series.uuid}/").status_code == 200


def test_a_broken_file_is_answered_with_file_row_column_and_what_to_do(world: World, work: Run) -> None:
    client = world.client("coordinator")
    upload_file(client, databasfil(f"Östhammar kommun;{ASSAULT};2020;Jan;tolv;55;"))
    work()
    with everywhere("a test looks"):
        upload = Import.objects.get()
    page = client.get(f"/underlag/inlasning/filer/{upload.uuid}/").content.decode()
    for word in ("uttag0.txt", ">2<", "Antal", "”tolv” är inget heltal.", "Brå skriver heltal eller ”..”"):
        assert word in page
    assert 'class="btn">Läs in' not in page


def test_the_same_file_again_says_so_and_offers_no_import(world: World, work: Run) -> None:
    client = world.client("coordinator")
    read_in(client, work, two_years())
    upload_file(client, two_years())
    work()
    with everywhere("a test looks"):
        upload = Import.objects.latest("pk")
    page = client.get(f"/underlag/inlasning/filer/{upload.uuid}/").content.decode()
    assert "Filen ändrar ingenting" in page
    assert 'class="btn">Läs in' not in page
    assert "ändrar ingenting" in client.get("/underlag/inlasning/").content.decode()


def test_changed_final_values_need_the_checkbox(world: World, work: Run) -> None:
    client = world.client("coordinator")
    row = f"Östhammar kommun;{ASSAULT};2020;Jan;12;60;"
    read_in(client, work, databasfil(row))
    upload_file(client, databasfil(row.replace(";12;60", ";13;65")))
    work()
    with everywhere("a test looks"):
        upload = Import.objects.latest("pk")
    here = f"/underlag/inlasning/filer/{upload.uuid}/"
    assert "Ja, ersätt 2 slutliga värden" in client.get(here).content.decode()
    refused = client.post(here)
    assert refused.status_code == 422
    assert "Kryssa i att slutliga värden ska ersättas" in refused.content.decode()
    assert client.post(here, {"consent": "1"}).status_code == 302


@pytest.mark.both
def test_the_same_form_twice_is_one_upload(world: World) -> None:
    client = world.client("coordinator")
    assert upload_file(client, two_years(), key="samma").url == upload_file(client, two_years(), key="samma").url
    with everywhere("a test looks"):
        assert Import.objects.count() == 1


def test_no_file_keeps_the_form_and_says_what_is_missing(world: World) -> None:
    answer = world.client("coordinator").post("/underlag/inlasning/ny/", {})
    assert answer.status_code == 422
    assert "Välj minst en fil." in answer.content.decode()


def test_an_interrupted_import_says_so_and_can_be_read_in_again(world: World, work: Run) -> None:
    client = world.client("coordinator")
    upload_file(client, two_years())
    work()
    with everywhere("a test looks"):
        imported = Import.objects.get()
    here = f"/underlag/inlasning/filer/{imported.uuid}/"
    client.post(here)
    with everywhere("a test plays a worker that was killed three times"):
        Job.objects.filter(state=Job.State.QUEUED).update(state=Job.State.FAILED, message="Arbetet avbröts.")
    page = client.get(client.get(f"/underlag/inlasning/{imported.uuid}/").url).content.decode()
    assert "Arbetet avbröts." in page
    assert "inget av den gäller" in page
    client.post(here)
    work()
    with everywhere("a test looks"):
        assert Import.objects.get().state == "in_force"


def test_checked_files_wait_in_the_list_and_can_be_discarded(world: World, work: Run) -> None:
    client = world.client("coordinator")
    upload_file(client, two_years())
    assert "kontrolleras" in client.get("/underlag/inlasning/").content.decode()
    work()
    with everywhere("a test looks"):
        imported = Import.objects.get()
    page = client.get("/underlag/inlasning/").content.decode()
    assert "uttag0.txt" in page
    assert "väntar på att du godkänner" in page
    assert client.get(f"/underlag/inlasning/{imported.uuid}/").url == f"/underlag/inlasning/filer/{imported.uuid}/"
    reader = world.client("reader")
    page = reader.get(f"/underlag/inlasning/{imported.uuid}/").content.decode()
    assert "Det här skulle hända" in page
    assert "Släng" not in page
    assert reader.post(f"/underlag/inlasning/{imported.uuid}/slang/").status_code == 403
    client.post(f"/underlag/inlasning/{imported.uuid}/slang/")
    assert "uttag0.txt" not in client.get("/underlag/inlasning/").content.decode()
    assert not uploads.folder(imported.uuid).exists()


def test_files_that_are_no_longer_kept_are_asked_for_again(world: World, work: Run) -> None:
    client = world.client("coordinator")
    upload_file(client, two_years())
    work()
    with everywhere("a test looks"):
        imported = Import.objects.get()
    uploads.remove(imported.uuid)
    page = client.get(f"/underlag/inlasning/filer/{imported.uuid}/").content.decode()
    assert "Filerna finns inte kvar." in page
    assert 'class="btn">Läs in' not in page


def test_an_import_that_holds_is_not_discarded(world: World, work: Run) -> None:
    client = world.client("coordinator")
    imported = read_in(client, work, two_years())
    assert client.post(f"/underlag/inlasning/{imported.uuid}/slang/").status_code == 403
    with everywhere("a test looks"):
        assert imported.values.count() == 48


def test_a_file_without_the_own_municipality_says_so(world: World, work: Run) -> None:
    client = world.client("coordinator")
    for place, missing in (("Tierp kommun", True), ("Östhammar kommun", False)):
        upload_file(client, two_years(place))
        work()
        with everywhere("a test looks"):
            imported = Import.objects.latest("pk")
        page = one_line(client.get(f"/underlag/inlasning/filer/{imported.uuid}/").content.decode())
        assert ("Östhammar finns inte bland områdena i filen" in page) is missing


def test_a_stranger_finds_nothing_of_it(world: World, work: Run) -> None:
    imported = read_in(world.client("coordinator"), work, two_years())
    series = series_of()
    stranger = world.client("stranger")
    with everywhere("a test looks"):
        upload = Import.objects.get()
    for path in (
        f"inlasning/{imported.uuid}/",
        f"inlasning/{imported.uuid}/angra/",
        f"inlasning/filer/{upload.uuid}/",
        f"serie/{series.uuid}/",
        f"serie/{series.uuid}/berakning/",
        f"serie/{series.uuid}/jamforelse/",
        f"serie/{series.uuid}/figur.csv",
    ):
        assert stranger.get(f"/underlag/{path}").status_code == 404, path
    assert "Östhammar" not in stranger.get("/underlag/").content.decode()


def test_a_reader_may_look_but_not_read_in(world: World, work: Run) -> None:
    read_in(world.client("coordinator"), work, two_years())
    reader = world.client("reader")
    assert reader.get(f"/underlag/serie/{series_of().uuid}/").status_code == 200
    assert reader.get("/underlag/inlasning/ny/").status_code == 403
    assert "/underlag/inlasning/ny/" not in reader.get("/underlag/").content.decode()


def test_the_calculation_names_file_row_hash_formula_and_recomputes(world: World, work: Run) -> None:
    client = world.client("coordinator")
    imported = read_in(client, work, two_years(before=20, after=40))
    here = f"/underlag/serie/{series_of().uuid}/berakning/"
    page = one_line(client.get(here).content.decode())
    for word in ("uttag0.txt", imported.files[:64], "compare_periods(240, 480", "Clopper och Pearson"):
        assert word in page
    again = client.get(f"{here}?fran=2021-01&till=2021-12").content.decode()
    assert "inget tidigare år att jämföra med" in again
    assert "compare_periods" not in again


def test_areas_are_compared_by_name_with_the_population_named(world: World, work: Run) -> None:
    client = world.client("coordinator")
    read_in(client, work, two_years(), two_years("Uppsala kommun", 200, 200))
    series = series_of()
    page = client.get(f"/underlag/serie/{series.uuid}/jamforelse/").content.decode()
    assert "härledd ur Brås tal" in page
    table = page[page.index("<table") : page.index("</table>")]
    assert table.index(">Uppsala<") < table.index(">Östhammar<")
    shown = client.get(f"/underlag/serie/{series.uuid}/berakning/?figur=jamforelse").content.decode()
    assert "Garwood" in shown
    # 240 in a year among the 20 000 that the published rates imply
    assert "1\xa0200,0" in shown


@pytest.mark.parametrize(("form", "content_type"), [("csv", "text/csv"), ("svg", "image/svg+xml")])
def test_a_figure_is_downloaded(world: World, work: Run, form: str, content_type: str) -> None:
    client = world.client("coordinator")
    read_in(client, work, two_years())
    for figure in ("figur", "jamforelse"):
        answer = client.get(f"/underlag/serie/{series_of().uuid}/{figure}.{form}")
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith(content_type)
        assert "attachment" in answer["Content-Disposition"]


def test_a_figure_is_downloaded_as_a_picture(world: World, work: Run) -> None:
    client = world.client("coordinator")
    read_in(client, work, two_years())
    answer = client.get(f"/underlag/serie/{series_of().uuid}/figur.png")
    assert answer.content.startswith(b"\x89PNG")


def test_the_ground_of_a_figure_is_downloaded_as_canonical_json(world: World, work: Run) -> None:
    client = world.client("coordinator")
    read_in(client, work, two_years())
    content = json.loads(client.get(f"/underlag/serie/{series_of().uuid}/underlag.json").content)
    assert content["points"][0] == {
        "estimate": {"detail": None, "high": None, "low": None, "n": None, "value": "20"},
        "mark": "",
        "period": "2020-01",
        "preliminary": False,
    }
    assert content["files"][0]["name"] == "uttag0.txt"


@pytest.mark.both
def test_search_finds_without_dots_and_narrows_by_area(world: World, work: Run) -> None:
    client = world.client("coordinator")
    read_in(client, work, two_years(), two_years("Tierp kommun"))
    page = client.get("/underlag/?q=osthammar").content.decode()
    assert ">Östhammar</td>" in page
    assert ">Tierp</td>" not in page
    assert ">Tierp</td>" in client.get("/underlag/?omrade=0360").content.decode()
    assert "Inget passar det du sökte" in client.get("/underlag/?q=xyzzy").content.decode()


@pytest.mark.both
def test_lists_cost_the_same_for_one_and_for_three_rows(
    world: World, work: Run, django_assert_max_num_queries: Any
) -> None:
    client = world.client("coordinator")
    row = f"Östhammar kommun;{LIFE};2020;Jan;12;60;"
    read_in(client, work, databasfil(*year_rows("Östhammar kommun", 2020, [5] * 12)))

    def cost(path: str) -> int:
        client.get(path)
        with django_assert_max_num_queries(30) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    paths = ("/underlag/", "/underlag/inlasning/", f"/underlag/serie/{series_of().uuid}/jamforelse/")
    one = [cost(path) for path in paths]
    read_in(client, work, databasfil(*year_rows("Tierp kommun", 2020, [5] * 12)))
    read_in(client, work, databasfil(*year_rows("Uppsala kommun", 2020, [5] * 12), row))
    assert [cost(path) for path in paths] == one
