"""What stands out: computed after an import, kept, shown in order of evidence, recomputed, put into the picture."""

import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.population import lay_population
from tests.world import World

from tillsammans.areas.models import Area, AreaLink
from tillsammans.imports import actions
from tillsammans.indicators import breaks
from tillsammans.indicators.models import Import, Indicator, Series, Value
from tillsammans.kernel import clock
from tillsammans.kernel.access import Refused
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.jobs import run_job
from tillsammans.kernel.models import Job
from tillsammans.kernel.scope import everywhere
from tillsammans.patterns import queries, runs
from tillsammans.patterns.command import recompute
from tillsammans.patterns.models import Finding, PatternArea, PatternRun
from tillsammans.picture.models import Picture, Section, Statement
from tillsammans.picture.queries import faults

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def files_of_its_own(settings: Any, tmp_path: Any) -> None:
    settings.VAR = tmp_path


def lay(
    world: World,
    counts: dict[tuple[str, str], list[int]],
    organisation: str = "osthammar",
    first: int = 2015,
    preliminary: int = 0,
) -> Import:
    """Monthly counts from January of ``first``, by area code and name of the crime type, in one import in force."""
    with everywhere("a test lays figures"):
        owner = world.organisations[organisation]
        person = world.people["coordinator"][0]
        imported = Import.objects.create(
            organisation=owner,
            kind="databasfil",
            source="Brå, anmälda brott",
            files=f"{'a' * 64} uttag.txt",
            state="in_force",
            person=person,
            in_force_at=clock.now(),
        )
        for (code, name), values in counts.items():
            indicator, _made = Indicator.objects.get_or_create(
                code=f"bra.manad.{name.lower()}", defaults={"name": name, "unit": "count"}
            )
            series, _made = Series.objects.get_or_create(
                organisation=owner,
                indicator=indicator,
                area=world.areas[code],
                period_kind="month",
                source="Brå, anmälda brott",
                breakdown="",
            )
            months = [f"{first + at // 12}-{at % 12 + 1:02}" for at in range(len(values))]
            Value.objects.bulk_create(
                [
                    Value(
                        organisation=owner,
                        series=series,
                        period=month,
                        imported=imported,
                        value=value,
                        preliminary=at >= len(values) - preliminary,
                        row=at + 2,
                    )
                    for at, (month, value) in enumerate(zip(months, values, strict=True))
                ]
            )
        return imported


def even(level: float, seed: int, years: int = 6) -> list[int]:
    return [int(n) for n in np.random.default_rng(seed).poisson(level, 12 * years)]


@pytest.fixture
def figures(world: World) -> Import:
    """Six years: one crime type with an odd last month, one that falls, one in summer, one too rare, one quiet."""
    months = np.arange(72)
    odd = [*even(20, 1)[:-1], 60]
    falling = [int(n) for n in np.random.default_rng(2).poisson(60 * 0.85 ** (months / 12))]
    wave = 1 + 0.7 * np.cos(2 * np.pi * (months - 6) / 12)
    summer = [int(n) for n in np.random.default_rng(3).poisson(30 * wave)]
    return lay(
        world,
        {
            ("0382", "Inbrott"): odd,
            ("0382", "Skadegörelse"): falling,
            ("0382", "Båtstöld"): summer,
            ("0382", "Förfalskning"): [0] * 60 + [1] + [0] * 11,
            ("0382", "Misshandel"): even(25, 4),
        },
    )


def detect(world: World, organisation: str = "osthammar") -> PatternRun:
    with world.room(organisation):
        return runs.run(world.organisations[organisation].pk)


def test_each_pattern_is_found_and_nothing_in_the_quiet_series(world: World, figures: Import) -> None:
    detect(world)
    with world.room("osthammar"):
        found = {(row.indicator.name, row.kind): queries.content_of(row) for row in Finding.objects.all()}
        looked = PatternArea.objects.get()
    assert set(found) == {("Inbrott", "unusual"), ("Skadegörelse", "trend"), ("Båtstöld", "season")}
    odd = found["Inbrott", "unusual"].result
    assert (odd.month, odd.observed) == ("2020-12", 60)
    assert odd.lower <= 20 <= odd.upper < 60
    falling = found["Skadegörelse", "trend"].result
    assert falling.low < 0.85 < falling.high < 1
    assert 7 in found["Båtstöld", "season"].result.peaks
    assert looked.series == 5
    assert "Förfalskning" in looked.too_few
    assert looked.tests == 4 * (3 + 1 + 1)  # three months, a trend and a season in each series that can be judged


def test_the_page_says_it_in_sentences_with_the_strongest_evidence_first(world: World, figures: Import) -> None:
    detect(world)
    page = world.client("coordinator").get("/underlag/sticker-ut/").content.decode()
    assert "Inbrott i Östhammar: 60 i december 2020, fler än de " in page
    assert "som är vanligt i december" in page
    assert "Skadegörelse i Östhammar: minskar med" in page
    assert "Båtstöld i Östhammar: flest i" not in page  # the season stands for itself
    assert "av 20 bedömningar" in page
    assert "Brottstyper med för litet underlag för att tolkas" in page
    assert page.index("Inbrott i Östhammar: 60") < page.index("Förfalskning")
    with world.room("osthammar"):
        by_evidence = Finding.objects.exclude(kind="season").order_by("p").values_list("indicator__name", flat=True)
        first, second = (f"{name} i Östhammar:" for name in by_evidence)
    assert page.index(first) < page.index(second)
    summer = world.client("coordinator").get("/underlag/sticker-ut/?slag=season").content.decode()
    assert "Båtstöld i Östhammar: flest i" in summer


def test_an_empty_page_says_what_to_do(world: World) -> None:
    page = world.client("coordinator").get("/underlag/sticker-ut/").content.decode()
    assert "Inga siffror är genomgångna än" in page
    assert "Läs in statistik" in page


def test_the_page_shows_how_far_a_look_has_come_and_then_what_it_found(world: World, figures: Import) -> None:
    actor, client = world.actor("coordinator"), world.client("coordinator")
    actions.undo_import(actor, figures)
    actions.redo_import(actor, figures)
    with everywhere("a test plays the worker"):
        job, _merged = Job.objects.filter(kind=runs.JOB).order_by("pk")
    page = client.get("/underlag/sticker-ut/").content.decode()
    assert "Siffrorna gås igenom just nu" in page
    assert f'data-poll-url="/arbete/{job.uuid}/lage.json"' in page
    assert "<progress" in page
    assert "Läs in minst två års" not in page
    run_job.func(str(job.uuid))
    page = client.get("/underlag/sticker-ut/").content.decode()
    assert "<progress" not in page
    assert "Inbrott i Östhammar: 60 i december 2020" in page


def test_several_imports_are_followed_by_one_look_and_it_leads_to_the_page(world: World, figures: Import) -> None:
    actor = world.actor("coordinator")
    actions.undo_import(actor, figures)
    actions.redo_import(actor, figures)
    with everywhere("a test plays the worker"):
        first, second = Job.objects.filter(kind=runs.JOB).order_by("pk")
    assert (first.title, first.payload) == ("Letar efter det som sticker ut i siffrorna", "{}")
    for job in (first, second):
        run_job.func(str(job.uuid))
    with everywhere("a test looks"):
        first.refresh_from_db()
        second.refresh_from_db()
    assert (first.state, first.result_url, first.attempts) == ("done", "/underlag/sticker-ut/", 1)
    assert (second.state, second.attempts) == ("done", 0)
    with world.room("osthammar"):
        assert Finding.objects.count() == 3


def test_a_new_look_replaces_the_last_one_and_says_when_it_is_out_of_date(world: World, figures: Import) -> None:
    detect(world)
    client = world.client("coordinator")
    assert "Underlaget har ändrats" not in client.get("/underlag/sticker-ut/").content.decode()
    with everywhere("a test undoes an import"):
        Import.objects.filter(pk=figures.pk).update(state="undone")
    assert "Underlaget har ändrats" in client.get("/underlag/sticker-ut/").content.decode()
    detect(world)
    with world.room("osthammar"):
        assert (PatternRun.objects.count(), Finding.objects.count()) == (1, 0)


def test_others_do_not_see_what_stands_out_in_own_figures(world: World, figures: Import) -> None:
    detect(world)
    page = world.client("stranger").get("/underlag/sticker-ut/").content.decode()
    assert "Inga siffror är genomgångna än" in page
    with everywhere("a test looks"):
        series = Finding.objects.first().series_row
    assert world.client("stranger").get(f"/underlag/serie/{series.uuid}/fynd/unusual/").status_code == 404


def test_nothing_is_computed_over_a_break_and_the_break_is_shown(world: World, figures: Import) -> None:
    actor = world.actor("coordinator")
    with world.room("osthammar"):
        falling = Indicator.objects.get(name="Skadegörelse")
    made = breaks.add_break(
        actor,
        None,
        source="Brå, anmälda brott",
        indicator=falling,
        period="2019-01",
        reason="Ny brottskod",
        reference="Brå, Kvalitetsdeklaration",
    )
    detect(world)
    with world.room("osthammar"):
        assert not Finding.objects.filter(indicator=falling).exists()  # two years are too few for a trend
        series = Series.objects.get(indicator=falling)
    page = world.client("coordinator").get(f"/underlag/serie/{series.uuid}/").content.decode()
    assert "Serien bryts: Ny brottskod" in page
    assert "Det finns 24 månader som går att räkna på tillsammans" in page
    breaks.remove_break(actor, made)
    detect(world)
    with world.room("osthammar"):
        assert Finding.objects.filter(indicator=falling, kind="trend").exists()
    with pytest.raises(Refused):
        breaks.restore_break(world.actor("reader"), made)


def test_the_break_pages_add_and_take_away(world: World, figures: Import) -> None:
    client = world.client("coordinator")
    assert "Inga brott är noterade" in client.get("/underlag/brott-i-serier/").content.decode()
    form = {"source": "Brå, anmälda brott", "period": "2019-1", "reason": "Ny lag", "reference": "SFS 2018:1"}
    assert "till exempel 2019-01" in client.post("/underlag/brott-i-serier/nytt/", form).content.decode()
    client.post("/underlag/brott-i-serier/nytt/", form | {"period": "2019-01"})
    page = client.get("/underlag/brott-i-serier/").content.decode()
    assert "Ny lag" in page
    assert "alla uppgifter från källan" in page
    client.post(next(part for part in page.split('"') if part.endswith("/ta-bort/")))
    assert "Lägg tillbaka" in client.get("/underlag/brott-i-serier/").content.decode()
    assert world.client("reader").get("/underlag/brott-i-serier/nytt/").status_code == 403


def test_preliminary_newest_months_are_left_out_of_the_trend_and_said_to_be(world: World) -> None:
    falling = [int(n) for n in np.random.default_rng(2).poisson(60 * 0.85 ** (np.arange(72) / 12))]
    lay(world, {("0382", "Skadegörelse"): falling}, preliminary=3)
    detect(world)
    with world.room("osthammar"):
        found = queries.content_of(Finding.objects.get(kind="trend"))
    assert (found.result.last, found.result.left_out) == ("2020-10", 2)
    page = world.client("coordinator").get("/underlag/sticker-ut/").content.decode()
    assert "De 2 nyaste månaderna är preliminära och räknas inte med" in page


@pytest.fixture
def county(world: World) -> World:
    """Twelve municipalities of one county with the same rate of crimes, but one with four times as many."""
    with everywhere("a test lays a county"):
        common = world.gemensamt
        people = {}
        for number in range(12):
            code = f"03{number + 90}"
            world.areas[code] = Area.objects.create(
                organisation=common,
                code=code,
                name=f"{'ÖABCDEFGHIJK'[number]}by",
                kind="municipality",
                valid_from="1971-01-01",
            )
            east = number / 10
            world.areas[code].geometry = json.dumps(
                {
                    "type": "MultiPolygon",
                    "coordinates": [
                        [[[17 + east, 60], [17.1 + east, 60], [17.1 + east, 60.1], [17 + east, 60.1], [17 + east, 60]]]
                    ],
                }
            )
            world.areas[code].save()
            AreaLink.objects.create(
                organisation=common,
                parent=world.areas["03"],
                child=world.areas[code],
                kind="administrative",
                valid_from="1971-01-01",
            )
            for year in range(2015, 2021):
                people[world.areas[code], year] = 10_000 + 1_000 * number
        lay_population(common, world.people["operator"][0], people)
    lay(
        world,
        {
            (f"03{number + 90}", "Misshandel"): even((4 if number == 0 else 1) * (10 + number), number)
            for number in range(12)
        },
        organisation="gemensamt",
    )
    with world.room("gemensamt"):
        runs.run(world.gemensamt.pk)
    return world


def test_a_place_that_differs_from_its_county_is_found_without_ranking_anyone(county: World) -> None:
    with county.room("osthammar"):
        found = [queries.content_of(row) for row in Finding.objects.filter(kind="compared")]
    assert [one.area_name for one in found] == ["Öby"]
    result = found[0].result
    assert (result.outside, len(result.places), result.population) == (1, 12, "SCB, påhittad")
    assert [place.code for place in result.places] == sorted(place.code for place in result.places)
    with county.room("osthammar"):
        uppsala = county.areas["03"]
    page = county.client("county").get(f"/underlag/sticker-ut/?omrade={county.areas['0390'].uuid}").content.decode()
    assert "Misshandel i Öby: fler per invånare än väntat bland kommunerna i Uppsala län, 2020" in page
    assert "SCB, påhittad" in page
    assert uppsala.uuid


def test_a_county_is_read_municipality_by_municipality_in_swedish_order(county: World) -> None:
    with everywhere("a test lays odd months"):
        for code in ("0391", "0390", "0395"):
            series = Series.objects.get(area=county.areas[code], period_kind="month")
            Value.objects.filter(series=series, period="2020-12").update(value=200)
    with county.room("gemensamt"):
        runs.run(county.gemensamt.pk)
    address = f"/underlag/sticker-ut/?omrade={county.areas['03'].uuid}"
    page = county.client("county").get(address).content.decode()
    places = [page.index(f"<h2>{name}</h2>") for name in ("Aby", "Eby", "Öby")]
    assert places == sorted(places)
    assert "Ingen kommun rangordnas" in page
    by_crime = county.client("county").get(f"{address}&gruppera=brott").content.decode()
    assert "<h2>Misshandel</h2>" in by_crime
    assert "<h2>Aby</h2>" not in by_crime


def test_the_page_asks_as_often_for_one_finding_as_for_many(world: World, figures: Import) -> None:
    client = world.client("coordinator")
    detect(world)

    def asked(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    few = asked("/underlag/sticker-ut/?slag=trend")
    with everywhere("a test makes more"):
        row = Finding.objects.get(kind="trend")
        for _number in range(5):
            row.pk, row.uuid = None, type(row)._meta.get_field("uuid").get_default()
            row.save(force_insert=True)
    assert asked("/underlag/sticker-ut/?slag=trend") == few
    assert few <= 25


def test_areas_that_ended_are_not_looked_at(world: World, figures: Import) -> None:
    with everywhere("a test ends an area"):
        ended = Area.objects.create(
            organisation=world.gemensamt,
            code="0382-gamla",
            name="Gamla",
            kind="city_district",
            valid_from="1971-01-01",
            valid_to="2007-01-01",
        )
        world.areas["0382-gamla"] = ended
    lay(world, {("0382-gamla", "Inbrott"): [*even(20, 1)[:-1], 60]})
    detect(world)
    with world.room("osthammar"):
        assert not PatternArea.objects.filter(area=ended).exists()


def test_a_finding_recomputes_to_the_same_bits_and_a_changed_number_is_named(
    world: World, figures: Import, tmp_path: Path, capsys: Any
) -> None:
    detect(world)
    client = world.client("coordinator")
    with world.room("osthammar"):
        rows = list(Finding.objects.select_related("series_row"))
    for row in rows:
        address = f"/underlag/serie/{row.series_row.uuid}/fynd/{row.kind}"
        page = client.get(f"{address}/").content.decode()
        assert f"{address}.zip" in page
        assert "a" * 64 in page  # the source file's hash
        path = tmp_path / f"{row.kind}.zip"
        path.write_bytes(client.get(f"{address}.zip").content)
        assert path.read_bytes() == client.get(f"{address}.zip").content
        assert recompute(path, as_json=False) == 0
        assert "bit för bit" in capsys.readouterr().out
        content = json.loads(zipfile.ZipFile(path).read("bundle.json"))
        with world.room("osthammar"):
            assert content["result"] == json.loads(row.content)["result"]
    path = tmp_path / "unusual.zip"
    content = json.loads(zipfile.ZipFile(path).read("bundle.json"))
    content["data"]["counts"]["values"][-1] = 70
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(changed, "w") as archive:
        archive.writestr("bundle.json", text)
        archive.writestr("sha256.txt", f"{content_hash(text)}  bundle.json\n")  # the forger thinks of the hash too
    assert recompute(changed, as_json=False) == 1
    told = capsys.readouterr().out
    assert "result.observed: paketet säger 60, omräkningen ger 70." in told
    with zipfile.ZipFile(changed, "w") as archive:
        archive.writestr("bundle.json", text)
        archive.writestr("sha256.txt", zipfile.ZipFile(path).read("sha256.txt"))
    assert recompute(changed, as_json=True) == 1
    assert json.loads(capsys.readouterr().out)["whole"] is False


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip", None])
def test_what_is_no_bundle_is_refused_in_words(tmp_path: Path, capsys: Any, content: bytes | None) -> None:
    path = tmp_path / "odd.zip"
    if content is None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("bundle.json", "[" * 100_000)
            archive.writestr("sha256.txt", "0" * 64)
    else:
        path.write_bytes(content)
    assert recompute(path, as_json=False) == 1
    assert "beräkningspaket" in capsys.readouterr().err


def test_series_and_comparisons_recompute_too(county: World, tmp_path: Path) -> None:
    with everywhere("a test looks"):
        series = Series.objects.get(area=county.areas["0390"], period_kind="month")
    client = county.client("county")
    for query in ("", "?figur=jamforelse", "?figur=arstid", "?figur=utveckling"):
        answer = client.get(f"/underlag/serie/{series.uuid}/berakning.zip{query}")
        path = tmp_path / "bundle.zip"
        path.write_bytes(answer.content)
        assert recompute(path, as_json=False) == 0
    page = client.get(f"/underlag/serie/{series.uuid}/").content.decode()
    with everywhere("a test looks"):
        last_year = sum(
            int(value)
            for value in Value.objects.filter(series=series, period__startswith="2020").values_list("value", flat=True)
        )
    rate = f"{round(last_year * 10):,}".replace(",", "\xa0")  # 10 000 inhabitants
    assert f"{rate} per 100 000 invånare och år (95 % intervall" in page
    assert "Folkmängd: SCB, påhittad 2020." in page
    page = client.get(f"/underlag/serie/{series.uuid}/jamforelse/").content.decode()
    assert "andra områdena tillsammans" not in page  # the funnel alone says who differs
    assert "område för område" in page
    assert "Misshandel i Öby: fler per invånare än väntat bland" in page
    assert "Så läses en tratt" in page
    assert "Misshandel per invånare, 2020, på karta" in page
    assert "fler än väntat" in page
    everyone = client.get(f"/underlag/serie/{series.uuid}/jamforelse/?alla=1").content.decode()
    assert "Visa alla områden att välja bland" in page
    assert "Visa alla områden att välja bland" not in everyone


def test_a_finding_goes_into_the_picture_with_its_data_and_out_again(world: World, figures: Import) -> None:
    detect(world)
    client = world.client("coordinator")
    with world.room("osthammar"):
        row = Finding.objects.select_related("series_row").get(kind="unusual")
    add = f"/lagesbild/fynd/{row.series_row.uuid}/unusual/lagg-till/"
    assert add in client.get("/underlag/sticker-ut/").content.decode()
    assert client.post(add).url == "/lagesbild/ny/"  # there is no draft yet
    with world.room("osthammar"):
        host = world.osthammar
        picture = Picture.objects.create(
            organisation=host,
            collaboration=world.collaboration,
            title="Lägesbild",
            area=world.areas["0382"],
            starts_on="2020-01-01",
            ends_on="2020-12-31",
        )
        Section.objects.create(organisation=host, picture=picture, kind="mapping", heading="Kartläggning", position=1)
    client.post(add)
    client.post(add)  # twice is once
    with everywhere("a test undoes the figures"):
        Import.objects.filter(pk=figures.pk).update(state="undone")
    detect(world)
    with world.room("osthammar"):
        kept = Statement.objects.get()
    assert kept.finding_sha256 == content_hash(kept.finding)
    assert "60 i december 2020, fler än de" in kept.text
    page = client.get(f"/lagesbild/{picture.uuid}/").content.decode()
    assert page.count("Inbrott i Östhammar: 60 i december 2020") >= 2  # the statement and its figure
    assert client.get(f"/lagesbild/{picture.uuid}/lagesbild.pdf").status_code == 200
    assert not [fault for fault in faults() if fault.invariant == "statement"]
    with everywhere("a test tampers"):
        Statement.objects.filter(pk=kept.pk).update(finding=kept.finding.replace("Inbrott", "Rån"))
    assert [fault.subject for fault in faults() if fault.invariant == "statement"] == [str(kept.uuid)]
    client.post(f"/lagesbild/del/uppgift/{kept.uuid}/ta-bort/")
    assert "Visa fyndet" not in client.get(f"/lagesbild/{picture.uuid}/").content.decode()
    assert world.client("reader").post(add).status_code == 403


def test_verify_names_a_finding_that_was_tampered_with(world: World, figures: Import) -> None:
    detect(world)
    assert list(queries.faults()) == []
    with everywhere("a test tampers"):
        row = Finding.objects.first()
        Finding.objects.filter(pk=row.pk).update(content=row.content.replace("Östhammar", "Tierp"))
    assert [(fault.invariant, fault.subject) for fault in queries.faults()] == [("patterns.finding", str(row.uuid))]


def test_the_method_pages_open_in_the_program(world: World) -> None:
    client = world.client("reader")
    page = client.get("/underlag/metod/unusual-counts/").content.decode()
    assert "Noufaily et al. 2013" in page
    assert client.get("/underlag/metod/finns-inte/").status_code == 404


def test_all_crime_types_of_an_area_stand_beside_each_other(world: World, figures: Import) -> None:
    page = world.client("reader").get(f"/underlag/omrade/{world.areas['0382'].uuid}/").content.decode()
    assert "1 av 5 brottstyper över det vanliga någon av de tre senaste månaderna" in page
    for name in ("Inbrott", "Skadegörelse", "Båtstöld", "Förfalskning", "Misshandel"):
        assert name in page


def test_the_week_leads_to_an_unusual_month_while_it_is_new(world: World, figures: Import) -> None:
    detect(world)
    actor = world.actor("coordinator")
    with world.room("osthammar"):
        steps = queries.due(actor, clock.today())
        assert [step.url for step in steps] == ["/underlag/sticker-ut/"]
        assert "60 i december 2020, fler än de" in steps[0].why
        assert queries.due(actor, clock.today() + timedelta(days=15)) == []
        assert queries.due(world.actor("reader"), clock.today()) == []


def test_own_populations_do_not_make_the_common_look_seem_old(county: World) -> None:
    with county.room("osthammar"):
        lay_population(
            county.osthammar, county.people["coordinator"][0], {(county.areas["0390"], 2020): 12_345}, "egen"
        )
    address = f"/underlag/sticker-ut/?omrade={county.areas['0390'].uuid}"
    page = county.client("coordinator").get(address).content.decode()
    assert "Underlaget har ändrats" not in page
