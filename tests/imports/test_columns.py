"""Tables that no reader knows: a person says where they stand and what their columns mean, once for each source."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.formats.hostile import workbook
from tests.world import World

from tillsammans.formats import columns
from tillsammans.formats.columns import Columns, Opened, Sheet, fingerprint
from tillsammans.formats.observations import Table
from tillsammans.formats.suggestions import suggest
from tillsammans.imports.models import Mapping
from tillsammans.indicators.models import Import, Value
from tillsammans.kernel.content import thaw
from tillsammans.kernel.jobs import run_job
from tillsammans.kernel.models import Job
from tillsammans.kernel.problems import ImportProblem
from tillsammans.kernel.scope import everywhere

LONG = "Plats;Datum;Vad;Antal\nÖsthammar;2024-01;Anlagda bränder;3\nTierp;2024-01;Anlagda bränder;..\n"
WIDE: list[list[Any]] = [
    ["Bränder i kommunerna"],
    [],
    ["Kod", "Kommun", 2022, 2023],
    ["0382", "Östhammar", 3, 4.5],
    ["0360", "Tierp", 1, 2],
]


def read(tmp_path: Path, content: bytes | str, meaning: Columns) -> Table:
    path = tmp_path / "fil"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return columns.read(path, "fil.csv", meaning)


def figures(table: Table) -> list[tuple[str, str, str, Any]]:
    return [
        (table.measured[one.measured].name, table.places[one.place].name, one.period, one.mark or one.value)
        for one in table.observations
    ]


LONG_COLUMNS = Columns(
    source="Räddningstjänsten",
    owner="osthammar",
    table=Sheet("utf-8", ";"),
    place=0,
    period=1,
    indicator=2,
    values=(3,),
    marks={"..": "missing"},
)


def test_a_row_for_each_area_and_period(tmp_path: Path) -> None:
    table = read(tmp_path, LONG, LONG_COLUMNS)
    assert figures(table) == [
        ("Anlagda bränder", "Östhammar", "2024-01", Decimal(3)),
        ("Anlagda bränder", "Tierp", "2024-01", "missing"),
    ]
    (measured,) = table.measured.values()
    assert measured.code == "egen.osthammar.raddningstjansten.anlagda-brander"
    assert [one.row for one in table.observations] == [2, 3]
    assert "”..” är läst som: uppgift saknas." in table.understood


def test_a_column_for_each_period_in_a_workbook(tmp_path: Path) -> None:
    meaning = Columns(
        source="R",
        owner="o",
        table=Sheet(sheet="Blad1", header=3),
        wide=True,
        place=0,
        place_by="code",
        values=(2, 3),
        indicator_text="Bränder",
    )
    assert figures(read(tmp_path, workbook(WIDE), meaning)) == [
        ("Bränder", "0382", "2022", Decimal(3)),
        ("Bränder", "0382", "2023", Decimal("4.5")),
        ("Bränder", "0360", "2022", Decimal(1)),
        ("Bränder", "0360", "2023", Decimal(2)),
    ]


def test_headings_in_two_rows_reach_to_the_right_and_name_what_is_measured(tmp_path: Path) -> None:
    content = "Kommun;Bränder;;Olyckor;\n;2022;2023;2022;2023\n0382 Östhammar;1;2;3;4\n"
    meaning = Columns(
        source="R",
        owner="o",
        table=Sheet("utf-8", ";", header_rows=2),
        wide=True,
        place=0,
        place_by="both",
        values=(1, 2, 3, 4),
    )
    table = read(tmp_path, content, meaning)
    assert [(name, period, value) for name, _place, period, value in figures(table)] == [
        ("Bränder", "2022", 1),
        ("Bränder", "2023", 2),
        ("Olyckor", "2022", 3),
        ("Olyckor", "2023", 4),
    ]
    (place,) = table.places.values()
    assert (place.code, place.name) == ("0382", "Östhammar")


def test_year_and_month_in_columns_of_their_own_a_breakdown_and_one_place_for_all(tmp_path: Path) -> None:
    content = 'år,månad,kön,trygg,otrygg\n2024,mars,kvinnor,"1,234.5",2\n2024,april,män,3,4\n'
    meaning = Columns(
        source="R",
        owner="o",
        table=Sheet("utf-8", ","),
        place_text="0382",
        place_by="code",
        period=0,
        month=1,
        breakdown=2,
        breakdown_text="Kön",
        values=(3, 4),
        comma=False,
    )
    table = read(tmp_path, content, meaning)
    assert [(one.period, one.breakdown, one.value) for one in table.observations] == [
        ("2024-03", "kön: kvinnor", Decimal("1234.5")),
        ("2024-03", "kön: kvinnor", 2),
        ("2024-04", "kön: män", 3),
        ("2024-04", "kön: män", 4),
    ]
    assert [one.name for one in table.measured.values()] == ["trygg", "otrygg"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (LONG.replace(";3\n", ";tre\n"), "rad 2.*Antal.*”tre” är inget tal"),
        (LONG.replace("2024-01;Anlagda bränder;3", "våren;Anlagda bränder;3"), "rad 2.*”våren” är ingen period"),
        (LONG.replace("Östhammar;2024-01;Anlagda bränder;3", ";2024-01;Anlagda bränder;3"), "rad 2.*Området saknas"),
        (LONG + "Östhammar;2024-01;Anlagda bränder;4\n", "två olika värden: 3 på rad 2 och 4 på rad 4"),
        ("Plats;Datum\nÖsthammar;2024\n", "färre kolumner"),
        (LONG.split("\n")[0], "inga siffror"),
        (LONG.replace("..", "NaN"), "”NaN” är inget tal"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_row(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(ImportProblem, match=words):
        read(tmp_path, content, LONG_COLUMNS)


def test_a_dash_is_what_the_person_says(tmp_path: Path) -> None:
    content = LONG.replace("..", "-")
    with pytest.raises(ImportProblem, match="”-” är inget tal"):
        read(tmp_path, content, LONG_COLUMNS)
    assert figures(read(tmp_path, content, replace(LONG_COLUMNS, marks={"-": "zero"})))[1][3] == 0


def test_what_is_said_is_stored_and_comes_back() -> None:
    assert thaw(LONG_COLUMNS.text(), Columns) == LONG_COLUMNS


def test_the_first_rows_speak_for_what_columns_mean(tmp_path: Path) -> None:
    path = tmp_path / "fil"
    path.write_bytes(workbook(WIDE))
    opened = Opened(path, "fil.xlsx")
    table = opened.suggestion()
    assert (table.sheet, table.header) == ("Blad1", 3)
    said = suggest(opened.rows(table), table, "o")
    assert (said.wide, said.place, said.place_by, said.values) == (True, 0, "code", (2, 3))
    path.write_text(LONG.replace(";3", ";1 234,5"), encoding="cp1252")
    opened = Opened(path, "fil.csv")
    table = opened.suggestion()
    assert (table.encoding, table.delimiter) == ("cp1252", ";")
    said = suggest(opened.rows(table), table, "o")
    assert (said.wide, said.place, said.place_by, said.period, said.values) == (False, 0, "name", 1, (3,))
    assert (dict(said.marks), said.comma) == ({"..": "missing"}, True)


def test_files_of_one_source_have_one_fingerprint_whatever_the_years() -> None:
    table = Sheet(header=3)
    later: list[list[Any]] = [[*row[:2], *row[2:], 5] if len(row) > 2 else row for row in WIDE]
    later[2] = ["Kod", "Kommun", 2023, 2024, 2025]
    assert fingerprint(WIDE, table) == fingerprint(later, table)
    later[2] = ["Kod", "Station", 2023, 2024, 2025]
    assert fingerprint(WIDE, table) != fingerprint(later, table)


# The pages.

STATIONS = "Station;Datum;Larm\nÖsthammar;2024-01;3\nTierp;2024-01;x\n"


@pytest.fixture
def client(world: World, settings: Any, tmp_path: Path) -> Client:
    settings.VAR = tmp_path
    return world.client("coordinator")


def work() -> None:
    with everywhere("a test plays the worker"):
        queued = list(Job.objects.filter(state=Job.State.QUEUED).values_list("uuid", flat=True))
    for address in queued:
        run_job.func(str(address))


def store_upload(client: Client, content: str = STATIONS, encoding: str = "utf-8") -> Import:
    client.post("/underlag/inlasning/ny/", {"chosen": SimpleUploadedFile("larm.csv", content.encode(encoding))})
    work()
    with everywhere("a test looks"):
        return Import.objects.latest("pk")


def answers(**changed: Any) -> dict[str, Any]:
    return {
        "source": "Räddningstjänsten",
        "layout": "long",
        "place": "0",
        "place_by": "name",
        "period": "1",
        "values": ["2"],
        "unit": "count",
        "comma": "1",
        "indicator_text": "Larm",
        "marks_suppressed": "x",
        "remember": "on",
        **changed,
    }


@pytest.mark.both
def test_the_whole_way_from_an_unknown_table_to_figures(client: Client, world: World) -> None:
    upload = store_upload(client)
    with everywhere("a test looks"):
        assert Job.objects.latest("pk").result_url == f"/underlag/inlasning/filer/{upload.uuid}/tabell/"
    answer = client.get(f"/underlag/inlasning/filer/{upload.uuid}/", follow=True)
    page = answer.content.decode()
    assert "känns inte igen, men är en tabell" in page
    assert "<td>Östhammar</td>" in page

    form = f"/underlag/inlasning/filer/{upload.uuid}/kolumner/?header=1&header_rows=1&encoding=utf-8&delimiter=;"
    page = client.get(form).content.decode()
    assert "A: Station" in page
    assert '<option value="0" selected>A: Station' in page
    answer = client.post(form, answers())
    assert answer.status_code == 302, answer.content.decode()
    work()
    here = f"/underlag/inlasning/filer/{upload.uuid}/"
    page = client.get(here).content.decode()
    assert "”x” är läst som: skyddad uppgift." in page
    assert "Värdet är: Larm." in page
    client.post(here)
    work()
    with everywhere("a test looks"):
        imported = Import.objects.get()
        assert (imported.state, imported.source, imported.created) == ("in_force", "Räddningstjänsten", 2)
        assert {(value.value, value.mark) for value in Value.objects.all()} == {(3, ""), (None, "suppressed")}
    client.post(f"/underlag/inlasning/{imported.uuid}/angra/")
    with everywhere("a test looks"):
        assert Import.objects.get().state == "undone"


def test_the_next_file_with_the_same_header_is_offered_the_same_columns(client: Client) -> None:
    first = store_upload(client)
    client.post(
        f"/underlag/inlasning/filer/{first.uuid}/kolumner/?header=1&header_rows=1&encoding=utf-8&delimiter=;", answers()
    )
    second = store_upload(client, STATIONS.replace("2024", "2025"))
    page = client.get(f"/underlag/inlasning/filer/{second.uuid}/tabell/").content.decode()
    assert "Läs den som Räddningstjänsten" in page
    with everywhere("a test looks"):
        mapping = Mapping.objects.get()
    client.post(f"/underlag/inlasning/filer/{second.uuid}/som/{mapping.uuid}/")
    work()
    page = client.get(f"/underlag/inlasning/filer/{second.uuid}/").content.decode()
    assert "2025" in page
    assert "Läs in</button>" in page
    other = store_upload(client, STATIONS.replace("Station", "Brandstation"))
    assert "Läs den som" not in client.get(f"/underlag/inlasning/filer/{other.uuid}/tabell/").content.decode()


def test_what_was_typed_is_kept_when_something_is_missing(client: Client) -> None:
    upload = store_upload(client)
    form = f"/underlag/inlasning/filer/{upload.uuid}/kolumner/?header=1&header_rows=1&encoding=utf-8&delimiter=;"
    answer = client.post(form, answers(place="", period="", source="Min källa"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Min källa" in page
    assert "Välj en kolumn med område, eller skriv hela filens område." in page
    assert "Välj kolumnen med period eller år." in page
    answer = client.post(form, answers(layout="wide"))
    assert "Kolumnen Larm har ingen period i rubriken." in answer.content.decode()
    answer = client.post(form, answers(marks_zero="x"))
    assert "”x” kan bara betyda en sak." in answer.content.decode()


def test_a_wrong_encoding_is_seen_in_the_first_rows_before_anything_is_read(client: Client) -> None:
    upload = store_upload(client, encoding="cp1252")
    here = f"/underlag/inlasning/filer/{upload.uuid}/tabell/"
    assert "<td>Östhammar</td>" in client.get(here).content.decode()
    answer = client.get(here, {"encoding": "utf-8", "delimiter": ";", "header": "1", "header_rows": "1"})
    assert answer.status_code == 422
    assert "Filen är inte UTF-8" in answer.content.decode()


def test_a_known_file_may_be_explained_instead(client: Client) -> None:
    upload = store_upload(client, "kommun;2020;2021\nÖsthammar;1;2\nTierp;3;4\n")
    page = client.get(f"/underlag/inlasning/filer/{upload.uuid}/", follow=True).content.decode()
    assert "kolumnerna betyder" in page
    answer = client.post(
        f"/underlag/inlasning/filer/{upload.uuid}/kolumner/?header=1&header_rows=1&encoding=utf-8&delimiter=;",
        answers(layout="wide", values=["1", "2"]),
    )
    assert answer.status_code == 302
    work()
    with everywhere("a test looks"):
        upload.refresh_from_db()
    assert (upload.kind, bool(upload.preview)) == ("tabell", True)


def test_a_source_is_renamed_and_forgotten(client: Client, world: World) -> None:
    upload = store_upload(client)
    client.post(
        f"/underlag/inlasning/filer/{upload.uuid}/kolumner/?header=1&header_rows=1&encoding=utf-8&delimiter=;",
        answers(),
    )
    with everywhere("a test looks"):
        mapping = Mapping.objects.get()
    assert "Räddningstjänsten" in client.get("/underlag/inlasning/kallor/").content.decode()
    client.post(f"/underlag/inlasning/kallor/{mapping.uuid}/", {"name": "Brandkåren"})
    assert "Brandkåren" in client.get("/underlag/inlasning/kallor/").content.decode()
    stranger = world.client("stranger")
    assert stranger.get(f"/underlag/inlasning/kallor/{mapping.uuid}/").status_code == 404
    assert "Brandkåren" not in stranger.get("/underlag/inlasning/kallor/").content.decode()
    assert world.client("reader").get("/underlag/inlasning/kallor/").status_code == 403
    client.post(f"/underlag/inlasning/kallor/{mapping.uuid}/glom/")
    assert "Inga källor än" in client.get("/underlag/inlasning/kallor/").content.decode()


def test_the_list_of_sources_costs_the_same_for_one_and_for_three(client: Client, world: World) -> None:
    counts = []
    client.get("/underlag/inlasning/kallor/")
    for names in (["a"], ["b", "c"]):
        with world.room("osthammar"):
            for name in names:
                Mapping.objects.create(
                    organisation=world.osthammar,
                    name=name,
                    fingerprint="x",
                    columns="{}",
                    person=world.people["coordinator"][0],
                )
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/underlag/inlasning/kallor/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_columns_are_in_the_address_of_the_next_step(client: Client) -> None:
    upload = store_upload(client)
    page = client.get(f"/underlag/inlasning/filer/{upload.uuid}/tabell/").content.decode()
    assert f'formaction="/underlag/inlasning/filer/{upload.uuid}/kolumner/"' in page
    answer = client.get(f"/underlag/inlasning/filer/{upload.uuid}/kolumner/")
    assert answer.status_code == 200  # what was suggested
    answer = client.get(f"/underlag/inlasning/filer/{upload.uuid}/kolumner/?header=0")
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer["Location"]).query) == {"header": ["0"]}
