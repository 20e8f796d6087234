"""Clients ask as the source wants to be asked, follow its pages, and hand in what it answered as a file."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.world import World

from tillsammans.imports import jobs as importing
from tillsammans.imports.actions import fetch as actions
from tillsammans.imports.clients import kolada, scb
from tillsammans.indicators.models import Import
from tillsammans.kernel import outgoing, uploads
from tillsammans.kernel.jobs import run_job
from tillsammans.kernel.models import Job
from tillsammans.kernel.outgoing import CannotReach
from tillsammans.kernel.progress import no_progress
from tillsammans.kernel.scope import everywhere

BASE = "https://api.kolada.se"


class Net:
    """Plays the servers: what each address answers, and what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[str] = []
        self.bodies: list[Any] = []

    def ask(self, host: outgoing.Host, url: str, body: bytes | None, limit: int) -> Any:
        self.asked.append(url)
        if body:
            self.bodies.append(json.loads(body))
        answer = self.answers.get(f"POST {url}" if body else url)
        if answer is None:
            return 404, {}, b""
        return 200, {}, answer if isinstance(answer, bytes) else json.dumps(answer).encode()


@pytest.fixture
def net(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Net:
    settings.VAR = tmp_path
    settings.OUTGOING_HOSTS = ("api.kolada.se", "api.scb.se", "statistikdatabasen.scb.se")
    made = Net()
    monkeypatch.setattr(outgoing, "_ask", made.ask)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return made


def figure(kpi: str = "N07540", place: str = "0382", period: int = 2024, **values: float | None) -> dict[str, Any]:
    shown = [
        {"gender": sex, "count": 1, "status": "" if value is not None else "Missing", "value": value}
        for sex, value in (values or {"T": 8765.4}).items()
    ]
    return {"kpi": kpi, "municipality": place, "period": period, "values": shown}


def answers_of_kolada(net: Net) -> None:
    """Two key figures, one of them with its margin; two pages."""
    places = "0000,0003,0382"
    ids = "N07540,N00610,U01610"
    name = "Trygg utomhus när det är mörkt, andel (%)"
    net.answers = {
        f"{BASE}/v3/kpi/{ids}": {
            "count": 3,
            "values": [
                {"id": "N07540", "title": "Anmälda brott totalt, antal/100 000 inv", "is_divided_by_gender": False},
                {"id": "N00610", "title": f"Medborgarundersökningen - {name}", "is_divided_by_gender": True},
                {"id": "U01610", "title": f"Osäkerhetstal - {name}", "is_divided_by_gender": True},
            ],
        },
        f"{BASE}/v3/municipality/{places}": {
            "count": 1,
            "values": [
                {"id": "0382", "title": "Östhammar", "type": "K"},
                {"id": "0000", "title": "Riket", "type": "L"},
                {"id": "0003", "title": "Region Uppsala", "type": "L"},
            ],
        },
        f"{BASE}/v3/data/kpi/{ids}/municipality/{places}": {
            "count": 1,
            "values": [figure(), figure(period=2023, T=None)],
            # The older version of the interface writes http here.
            "next_page": f"http://api.kolada.se/v3/data/kpi/{ids}/municipality/{places}?page=2",
        },
        f"{BASE}/v3/data/kpi/{ids}/municipality/{places}?page=2": {
            "count": 1,
            "values": [figure("N00610", K=61.2, M=80.0, T=70.5), figure("U01610", K=4.1, M=4.0, T=3.2)],
            "next_url": None,
        },
    }


def test_key_figures_are_asked_for_with_their_margins_names_and_every_page(net: Net) -> None:
    answers_of_kolada(net)
    content = kolada.answers(["N07540", "N00610"], ["0000", "0003", "0382"], no_progress)
    assert len(net.asked) == 4
    pages = json.loads(content)
    assert [len(page["values"]) for page in pages] == [3, 3, 2, 2]
    raw = json.dumps(net.answers[net.asked[0]]).encode()
    assert raw in content  # as it came


def test_long_lists_are_asked_for_in_parts() -> None:
    places = [f"{number:04}" for number in range(1, 61)]
    asked = kolada.paths(["N07540"], places)
    data = [path for path in asked if "/data/" in path]
    assert [path.rsplit("/", 1)[1].count(",") + 1 for path in data] == [25, 25, 10]
    assert kolada.addresses(["N07540"], ["0382"])[-1] == f"{BASE}/v3/data/kpi/N07540/municipality/0382"
    assert set(kolada.MARGINS) <= set(kolada.KEY_FIGURES)


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ({"values": [], "next_url": "https://ond.example/v3/x"}, "annan plats"),
        ({"values": [], "next_url": "https://api.kolada.se.ond.example/v3/x"}, "annan plats"),
        ({"values": [], "next_url": "file:///etc/passwd"}, "annan plats"),
        ({"values": [], "next_url": f"{BASE}/v3/kpi/N07540"}, "utan slut"),
        (b"<html>", "annat än statistik"),
        (b"[" * 100_000, "annat än statistik"),
    ],
)
def test_pages_that_lead_astray_are_not_followed(page: Any, says: str, net: Net) -> None:
    net.answers = {f"{BASE}/v3/kpi/N07540": page}
    with pytest.raises(CannotReach, match=says):
        kolada.answers(["N07540"], ["0382"], no_progress)


def run(job: Job) -> Job:
    run_job.func(str(job.uuid))
    job.refresh_from_db()
    return job


def test_what_kolada_answered_is_kept_and_checked_like_a_file(world: World, net: Net) -> None:
    answers_of_kolada(net)
    with world.room("osthammar"):
        job = run(
            actions.fetch_kolada(
                world.actor("coordinator"), None, kpis=["N07540", "N00610"], places=["0000", "0003", "0382"]
            )
        )
        assert job.state == "done", job.message
        upload = Import.objects.get()
        assert job.result_url == f"/underlag/inlasning/filer/{upload.uuid}/"
        preview = importing.preview_of(upload)
        assert preview is not None, upload.faults
        assert preview.created > 3
        assert len(uploads.paths(upload.uuid)) == 1
        asked = len(net.asked)
        Job.objects.filter(pk=job.pk).update(state="queued")  # the worker was killed after its work
        assert run(job).state == "done"
        assert (len(net.asked), Import.objects.count()) == (asked, 1)
    page = world.client("coordinator").get(job.result_url).content.decode()
    assert "Anmälda brott totalt" in page


def test_a_source_that_does_not_answer_leaves_nothing(world: World, net: Net) -> None:
    with world.room("osthammar"):
        job = run(actions.fetch_kolada(world.actor("coordinator"), None, kpis=["N07540"], places=["0382"]))
        assert (job.state, "svar 404" in job.message) == ("failed", True)
        assert not Import.objects.exists()
        assert not list((Path(uploads.folder(job.uuid)).parent).glob("*"))


# --- SCB


def metadata(**more: Any) -> dict[str, Any]:
    """A table of version 2: places, sex (with a total), contents and years."""

    def dimension(label: str, codes: list[str], left_out: bool) -> dict[str, Any]:
        return {
            "label": label,
            "extension": {"elimination": left_out},
            "category": {
                "index": {code: place for place, code in enumerate(codes)},
                "label": {code: code for code in codes},
            },
        }

    return {
        "version": "2.0",
        "class": "dataset",
        "label": "Folkmängden efter region, kön och år",
        "source": "SCB",
        "id": ["Region", "Kon", "ContentsCode", "Tid"],
        "dimension": {
            "Region": dimension("region", ["00", "03", "0360", "0382"], False),
            "Kon": dimension("kön", ["1", "2"], True),
            "ContentsCode": dimension("tabellinnehåll", ["BE0101N1"], False),
            "Tid": dimension("år", ["2021", "2022", "2023", "2024"], False),
            **more,
        },
    }


def figures(places: list[str], years: list[str]) -> dict[str, Any]:
    """What the table answers for those places and years."""

    def dimension(label: str, codes: list[str], names: list[str] | None = None) -> dict[str, Any]:
        return {
            "label": label,
            "category": {
                "index": {code: place for place, code in enumerate(codes)},
                "label": dict(zip(codes, names or codes, strict=True)),
            },
        }

    return {
        "version": "2.0",
        "class": "dataset",
        "label": "Folkmängden efter region, tabellinnehåll och år",
        "source": "SCB",
        "id": ["Region", "ContentsCode", "Tid"],
        "size": [len(places), 1, len(years)],
        "role": {"time": ["Tid"], "metric": ["ContentsCode"], "geo": ["Region"]},
        "dimension": {
            "Region": dimension("region", places, [f"Ort {code}" for code in places]),
            "ContentsCode": dimension("tabellinnehåll", ["BE0101N1"], ["Folkmängd"]),
            "Tid": dimension("år", years),
        },
        "value": [20_000 + number for number in range(len(places) * len(years))],
        "extension": {"px": {"tableid": "TAB638"}},
    }


V2 = "https://statistikdatabasen.scb.se/api/v2/tables/TAB638"
WANTED = (
    f"{V2}/data?lang=sv&outputFormat=json-stat2&valueCodes%5BRegion%5D=00,0382"
    "&valueCodes%5BContentsCode%5D=BE0101N1&valueCodes%5BTid%5D=2023,2024"
)


def test_a_table_is_asked_what_it_holds_and_then_for_the_places_and_latest_periods(net: Net) -> None:
    net.answers = {f"{V2}/metadata?lang=sv": metadata(), WANTED: figures(["00", "0382"], ["2023", "2024"])}
    content = scb.answer("TAB638", ["00", "0382"], 2, no_progress)
    assert json.loads(content) == net.answers[WANTED]
    assert len(net.asked) == 2


def test_version_1_is_asked_by_post(net: Net) -> None:
    table = "BE/BE0101/BE0101A/BefolkningNy"
    address = f"https://api.scb.se/OV0104/v1/doris/sv/ssd/{table}"
    net.answers = {
        address: {
            "title": "x",
            "variables": [
                {
                    "code": "Region",
                    "text": "region",
                    "values": ["00", "0382"],
                    "valueTexts": ["Riket", "Östhammar"],
                    "elimination": True,
                },
                {
                    "code": "Kon",
                    "text": "kön",
                    "values": ["1", "2"],
                    "valueTexts": ["män", "kvinnor"],
                    "elimination": True,
                },
                {"code": "ContentsCode", "text": "tabellinnehåll", "values": ["BE0101N1"], "valueTexts": ["Folkmängd"]},
                {"code": "Tid", "text": "år", "values": ["2022", "2023", "2024"], "valueTexts": [], "time": True},
            ],
        },
        f"POST {address}": figures(["0382"], ["2024"]),
    }
    assert json.loads(scb.answer(table, ["0382"], 1, no_progress))["value"] == [20_000]
    assert net.bodies == [
        {
            "query": [
                {"code": "Region", "selection": {"filter": "item", "values": ["0382"]}},
                {"code": "ContentsCode", "selection": {"filter": "item", "values": ["BE0101N1"]}},
                {"code": "Tid", "selection": {"filter": "item", "values": ["2024"]}},
            ],
            "response": {"format": "json-stat2"},
        }
    ]


def test_a_dimension_without_a_total_is_taken_whole_and_too_much_is_refused() -> None:
    ages = {"label": "ålder", "category": {"label": {str(age): str(age) for age in range(101)}}}
    found = scb.variables(json.dumps(metadata(Alder=ages)).encode())
    chosen = scb.choose(found, ["0382"], 4)
    assert len(chosen["Alder"]) == 101
    assert "Kon" not in chosen
    ages["category"]["label"] = {str(age): str(age) for age in range(30_000)}  # type: ignore[index]
    with pytest.raises(CannotReach, match=r"120000 siffror"):
        scb.choose(scb.variables(json.dumps(metadata(Alder=ages)).encode()), ["0382"], 4)
    with pytest.raises(CannotReach, match="inga siffror för de valda kommunerna"):
        scb.choose(found, ["1480"], 4)


@pytest.mark.parametrize("page", [b"", b"<html>", b"[]", b"{}5", b'{"variables": [1]}', b'{"dimension": {"x": 1}}'])
def test_what_describes_no_table_is_said(page: bytes) -> None:
    with pytest.raises(CannotReach, match="beskrev inte tabellen"):
        scb.variables(page)


@pytest.mark.shared
def test_a_real_description_of_a_table_is_understood(shared: Path) -> None:
    content = (shared / "data" / "08_scb_pxweb" / "table_variables_TAB5444.json").read_bytes()
    chosen = scb.choose(scb.variables(content), ["00", "03", "0382"], 12)
    assert chosen["Region"] == ["00", "03", "0382"]
    assert chosen["ContentsCode"] == ["000003O5"]
    assert len(chosen["Tid"]) == 12
    assert set(chosen) == {"Region", "ContentsCode", "Tid"}  # age and sex have totals
    assert chosen["Tid"] == sorted(chosen["Tid"])


def test_what_scb_answered_is_kept_and_checked_like_a_file(world: World, net: Net) -> None:
    net.answers = {f"{V2}/metadata?lang=sv": metadata(), WANTED: figures(["00", "0382"], ["2023", "2024"])}
    with world.room("osthammar"):
        job = run(actions.fetch_scb(world.actor("coordinator"), None, table="TAB638", places=["00", "0382"], periods=2))
        assert job.state == "done", job.message
        upload = Import.objects.get()
        preview = importing.preview_of(upload)
        assert preview is not None, upload.faults
        assert preview.created >= 2


# --- pages

PAGES = "/underlag/hamta/"
CHOSEN = {"nyckeltal": ["N07540"], "andra": "n07542", "kommun": "0382", "omfattning": "lan"}


def test_where_nothing_may_go_out_the_page_gives_the_exact_addresses(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(outgoing, "_ask", lambda *args: pytest.fail("a call was made"))
    client = world.client("coordinator")
    assert client.get(PAGES).content.decode().count("avstängd, hämta för hand") == 3
    page = client.get(PAGES + "kolada/").content.decode()
    assert "TILLSAMMANS_OUTGOING=api.kolada.se" in page
    assert 'value="Östhammar"' in page.split("<datalist")[0]  # the own municipality
    page = client.post(PAGES + "kolada/", CHOSEN).content.decode()
    assert f'href="{BASE}/v3/kpi/N07540,N07542"' in page
    assert f"{BASE}/v3/data/kpi/N07540,N07542/municipality/0000,0003,0305," in page
    page = client.post(PAGES + "scb/", {**CHOSEN, "tabell": "TAB638", "perioder": "3"}).content.decode()
    assert "statistikdatabasen.scb.se/api/v2/tables/TAB638/data?lang=sv" in page
    assert "top%283%29" in page
    with everywhere("a test looks"):
        assert not Job.objects.exists()


def test_where_it_may_the_page_starts_the_job(world: World, settings: Any) -> None:
    settings.OUTGOING_HOSTS = ("api.kolada.se", "api.scb.se")
    client = world.client("coordinator")
    assert client.get(PAGES).content.decode().count("kan hämtas") == 1
    key = {"idempotency_key": "k" * 32}
    first = client.post(PAGES + "kolada/", {**CHOSEN, **key})
    assert first.status_code == 302
    assert client.post(PAGES + "kolada/", {**CHOSEN, **key}).url == first.url  # sent twice is once
    with everywhere("a test looks"):
        payload = json.loads(Job.objects.get().payload)
    assert payload["kpis"] == ["N07540", "N07542"]
    assert payload["places"][:2] == ["0000", "0003"]
    assert {"0382", "0331", "0380"} <= set(payload["places"])
    assert (
        client.post(PAGES + "scb/", {**CHOSEN, "tabell": "BE/BE0101/BE0101A/BefolkningNy", "perioder": "3"}).status_code
        == 302
    )


@pytest.mark.parametrize(
    ("page", "wrong", "says"),
    [
        ("kolada/", {"nyckeltal": [], "andra": ""}, "Välj minst ett nyckeltal"),
        ("kolada/", {"andra": "N1 ../../x"}, "är inget nyckeltal"),
        ("kolada/", {"kommun": "9999"}, "Kommun:"),
        ("kolada/", {"andra": " ".join(f"N{number:05}" for number in range(60))}, "högst 50 nyckeltal"),
        ("scb/", {"tabell": "../../etc"}, "inget id för en tabell"),
        ("scb/", {"tabell": "TAB1?x=1"}, "inget id för en tabell"),
        ("scb/", {"perioder": "0"}, "Antal perioder:"),
    ],
)
def test_what_cannot_be_asked_for_is_said(page: str, wrong: dict[str, Any], says: str, world: World) -> None:
    sent = {**CHOSEN, "tabell": "TAB638", "perioder": "3", **wrong}
    answered = world.client("coordinator").post(PAGES + page, sent)
    assert answered.status_code == 422
    assert says in answered.content.decode()


def test_who_may_not_import_may_not_fetch(world: World) -> None:
    reader = world.client("reader")
    assert {reader.get(PAGES + page).status_code for page in ("", "kolada/", "scb/")} == {403}
