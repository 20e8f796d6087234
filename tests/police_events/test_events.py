"""Events are looked at first, hold all or nothing, change nothing the second time, keep versions and can be undone."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.formats.eventfiles import answer, archive, event
from tests.world import World

from tillsammans.imports.plan import recognise
from tillsammans.kernel import outgoing, uploads
from tillsammans.kernel.access import Refused, RuleBroken
from tillsammans.kernel.content import freeze, thaw
from tillsammans.kernel.jobs import run_job
from tillsammans.kernel.models import AuditEntry, Job
from tillsammans.kernel.problems import ImportProblem
from tillsammans.kernel.scope import PUBLIC, everywhere, within
from tillsammans.parties.queries import own_area
from tillsammans.police_events import actions, command, jobs, queries
from tillsammans.police_events import client as polisen
from tillsammans.police_events.importing import EventPreview, gaps_between
from tillsammans.police_events.models import EventImport, PoliceEvent

pytestmark = pytest.mark.both

BringIn = Callable[..., EventImport]


@pytest.fixture(autouse=True)
def files_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@pytest.fixture
def check(world: World) -> BringIn:
    """Hand in and check files as the coordinator, or as somebody else."""

    def run(*contents: bytes, role: str = "coordinator") -> EventImport:
        actor, address = world.actor(role), uuid4()
        kept = uploads.keep(address, [(f"fil{number}.json", [data]) for number, data in enumerate(contents)])
        with world.room(_home(world, role)):
            return jobs.look(actions.upload_events(actor, None, address=address, files=kept, background=False))

    return run


def _home(world: World, role: str) -> str:
    organisation = world.people[role][1]
    return next(short for short, one in world.organisations.items() if one == organisation)


@pytest.fixture
def run_import(world: World, check: BringIn) -> BringIn:
    """Hand in, check and let hold."""

    def run(*contents: bytes, role: str = "coordinator") -> EventImport:
        row = check(*contents, role=role)
        with world.room(_home(world, role)):
            return actions.activate_events(world.actor(role), row)

    return run


def preview_of(row: EventImport) -> EventPreview:
    found = jobs.preview_of(row)
    assert found is not None
    return found


def shown(world: World, area: str = "0382", room: str = "osthammar", **narrower: Any) -> list[str]:
    with world.room(room):
        return [row.summary for row in queries.events(area, **narrower)]


CHANGED = event(1, summary="Branden är släckt.", datetime="2026-01-12 9:58:49 +01:00")
LATER = event(2, datetime="2026-01-12 12:00:00 +01:00", summary="Senare.")


def test_what_is_checked_is_not_shown_before_somebody_has_said_yes(world: World, check: BringIn) -> None:
    row = check(answer(event(1), event(2, place="Uppsala län", name="12 januari 08.40, Brand, Uppsala län")))
    found = preview_of(row)
    assert (found.new, found.changed, found.unchanged, found.county_only) == (2, 0, 0, 1)
    assert shown(world) == []
    with world.room("osthammar"):
        actions.activate_events(world.actor("coordinator"), row)
    assert len(shown(world)) == 1
    assert len(shown(world, with_county_only=True)) == 2
    assert len(shown(world, "03")) == 2
    with everywhere("a test looks"):
        deeds = set(AuditEntry.objects.values_list("deed", flat=True))
    assert {"police_events.upload_events", "police_events.activate_events"} <= deeds


def test_the_same_list_again_changes_nothing(world: World, run_import: BringIn, check: BringIn) -> None:
    run_import(answer(event(1), LATER))
    again = check(answer(event(1), LATER))
    assert (preview_of(again).changes_nothing, preview_of(again).unchanged) == (True, 2)
    with world.room("osthammar"), pytest.raises(RuleBroken, match="ändrar ingenting"):
        actions.activate_events(world.actor("coordinator"), again)


def test_a_changed_event_gets_a_new_version_and_the_old_one_is_kept(world: World, run_import: BringIn) -> None:
    run_import(answer(event(1)))
    row = run_import(answer(CHANGED, LATER))
    assert (preview_of(row).new, preview_of(row).changed) == (1, 1)
    assert shown(world) == ["Senare.", "Branden är släckt."]
    with world.room("osthammar"):
        assert [one.summary for one in queries.versions(1)] == [
            "Branden är släckt.",
            "Det brinner i en soptunna vid hamnen.",
        ]
        assert queries.changed([1, 2]) == {1}


def test_an_older_list_read_in_later_does_not_take_the_place_of_a_newer(world: World, run_import: BringIn) -> None:
    run_import(answer(CHANGED, LATER))
    run_import(answer(event(1)))
    assert shown(world) == ["Senare.", "Branden är släckt."]
    with world.room("osthammar"):
        assert len(queries.versions(1)) == 2


def test_a_version_that_comes_back_is_a_version(world: World, run_import: BringIn) -> None:
    run_import(answer(event(1)))
    run_import(answer(CHANGED, LATER))
    run_import(answer(event(1), event(3, datetime="2026-01-12 13:00:00 +01:00", place="Uppsala")))
    assert shown(world)[-1] == "Det brinner i en soptunna vid hamnen."
    with world.room("osthammar"):
        assert len(queries.versions(1)) == 3


def test_two_lists_with_the_same_newest_event_keep_their_order(world: World, run_import: BringIn) -> None:
    run_import(answer(event(1), LATER), answer(CHANGED, LATER))
    assert shown(world) == ["Senare.", "Branden är släckt."]


def test_versions_in_one_archive_are_kept_in_the_order_seen(world: World, run_import: BringIn, check: BringIn) -> None:
    versions = [
        {"seen": "2026-01-12T11:30:00+00:00", "event": CHANGED},
        {"seen": "2026-01-12T10:00:00+00:00", "event": event(1)},
    ]
    run_import(archive({"id": 1, "versions": versions}))
    assert shown(world) == ["Branden är släckt."]
    assert preview_of(check(archive({"id": 1, "versions": versions}))).changes_nothing


def test_undo_takes_events_and_versions_away_and_redo_brings_them_back(world: World, run_import: BringIn) -> None:
    run_import(answer(event(1)))
    row = run_import(answer(CHANGED, LATER))
    with world.room("osthammar"):
        actions.undo_events(world.actor("coordinator"), row)
    assert shown(world) == ["Det brinner i en soptunna vid hamnen."]
    with world.room("osthammar"):
        actions.redo_events(world.actor("coordinator"), row)
    assert shown(world) == ["Senare.", "Branden är släckt."]
    with world.room("osthammar"), pytest.raises(Refused):
        actions.redo_events(world.actor("coordinator"), row)


def test_one_faulty_file_stops_all_and_leaves_nothing(world: World, check: BringIn) -> None:
    row = check(answer(event(1)), answer(event(2, datetime="i går")))
    problem = row.problem
    assert problem is not None
    assert "fil1.json, rad 1, kolumnen datetime" in problem.lines()[0]
    with world.room("osthammar"):
        assert not PoliceEvent.objects.exists()
        with pytest.raises(RuleBroken, match="inte kontrollerade"):
            actions.activate_events(world.actor("coordinator"), row)


def test_what_was_checked_against_another_state_must_be_checked_again(
    world: World, check: BringIn, run_import: BringIn
) -> None:
    row = check(answer(event(1)))
    run_import(answer(CHANGED))
    with world.room("osthammar"), pytest.raises(RuleBroken, match="under tiden"):
        actions.activate_events(world.actor("coordinator"), row)
    with world.room("osthammar"):
        actions.discard_events(world.actor("coordinator"), row)
        assert not EventImport.objects.filter(state="staged").exists()
        assert PoliceEvent.objects.count() == 1


def test_an_empty_answer_is_said_and_loses_nothing(world: World, check: BringIn) -> None:
    found = preview_of(check(b"", answer(event(1))))
    assert (found.empty, found.new) == (("fil0.json",), 1)


def day(number: int, hour: int = 12) -> str:
    return f"2026-01-{number:02} {hour}:00:00 +01:00"


def test_a_time_that_no_list_covers_is_said(world: World, run_import: BringIn, check: BringIn) -> None:
    run_import(answer(event(1, datetime=day(1)), event(2, datetime=day(7))))
    found = preview_of(check(answer(event(3, datetime=day(9)), event(4, datetime=day(15)))))
    assert found.gaps == ((datetime(2026, 1, 7, 11, tzinfo=UTC), datetime(2026, 1, 9, 11, tzinfo=UTC)),)
    assert thaw(freeze(found), EventPreview) == found
    # A list that begins before the last one ended leaves no gap, and one between the two closes it.
    assert preview_of(check(answer(event(2, datetime=day(7)), event(4, datetime=day(15))))).gaps == ()
    run_import(answer(event(3, datetime=day(9)), event(4, datetime=day(15))))
    with world.room("osthammar"):
        assert len(queries.reach().gaps) == 1
    run_import(answer(event(2, datetime=day(7), summary="Ny text."), event(3, datetime=day(9))))
    with world.room("osthammar"):
        assert queries.reach().gaps == ()


def test_gaps_of_spans_in_any_order() -> None:
    at = [datetime(2026, 1, number, tzinfo=UTC) for number in range(1, 9)]
    assert gaps_between([]) == []
    assert gaps_between([(at[4], at[5]), (at[0], at[3]), (at[1], at[2]), (at[5], at[6])]) == [(at[3], at[4])]


def test_the_common_events_are_seen_by_all_and_an_organisations_own_by_itself(
    world: World, run_import: BringIn
) -> None:
    run_import(answer(event(1)), role="operator")
    run_import(answer(CHANGED, LATER))
    assert shown(world) == ["Senare.", "Branden är släckt."]  # each event once, the newest version of all
    assert shown(world, room="tierp") == ["Det brinner i en soptunna vid hamnen."]
    with within(PUBLIC):
        assert not queries.events().exists()
        assert not EventImport.objects.exists()


def test_who_may_not_write_may_not_read_in(world: World, check: BringIn, run_import: BringIn) -> None:
    with pytest.raises(Refused):
        check(answer(event(1)), role="reader")
    row = run_import(answer(event(1)))
    with world.room("tierp"), pytest.raises(EventImport.DoesNotExist):
        actions.undo_events(world.actor("stranger"), row)


def test_verify_finds_an_import_that_does_not_hold_what_it_says(world: World, run_import: BringIn) -> None:
    row = run_import(answer(event(1), LATER))
    assert list(queries.faults()) == []
    with everywhere("a test damages rows"):
        PoliceEvent.objects.filter(number=2).delete()
    assert [fault.invariant for fault in queries.faults()] == ["police_events.import"]
    with everywhere("a test damages rows"):
        EventImport.objects.filter(pk=row.pk).update(preview="")
    assert len(list(queries.faults())) == 1


def test_search_and_type(world: World, run_import: BringIn) -> None:
    theft = event(2, type="Stöld", name="12 januari 09.10, Stöld, Östhammar", summary="En båtmotor.")
    run_import(answer(event(1), theft))
    assert shown(world, text="BATMOTOR") == ["En båtmotor."]  # whatever case and marks
    assert shown(world, text="hamnen båtmotor") == []
    assert shown(world, kind="Stöld") == ["En båtmotor."]
    with world.room("osthammar"):
        assert queries.types("0382") == ["Brand", "Stöld"]
        assert own_area(world.osthammar.pk) == "0382"


def test_events_handed_in_as_statistics_are_shown_the_way(tmp_path: Path) -> None:
    path = tmp_path / "lista.json"
    for content in (answer(event(1)), archive(event(1))):
        path.write_bytes(content)
        with pytest.raises(ImportProblem, match="sammanhang och ingen statistik"):
            recognise([("lista.json", path)])


# --- from the network


def test_a_fetched_list_is_kept_and_checked_like_a_file(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OUTGOING_HOSTS = ("polisen.se",)
    content = answer(event(1), LATER)
    asked: list[str] = []

    def ask(host: outgoing.Host, url: str, body: Any, limit: int) -> Any:
        asked.append(url)
        return 200, {"content-type": "application/json"}, content

    monkeypatch.setattr(outgoing, "_ask", ask)
    with world.room("osthammar"):
        job = actions.fetch_events(world.actor("coordinator"), None)
    for _twice in range(2):  # a worker that was killed after its work does it again
        with everywhere("a test plays the worker"):
            Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
        run_job.func(str(job.uuid))
    assert asked == [polisen.ADDRESS] == ["https://polisen.se/api/events"]
    with world.room("osthammar"):
        row = EventImport.objects.get()
        job.refresh_from_db()
        assert (job.state, job.result_url) == ("done", f"/underlag/polisen/inlasning/{row.uuid}/")
        assert uploads.paths(row.uuid)[0].read_bytes() == content
    assert preview_of(row).new == 2
    assert shown(world) == []


@pytest.mark.shared
def test_a_real_answer_comes_in_through_the_client(
    world: World, shared: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OUTGOING_HOSTS = ("polisen.se",)
    raw = shared / "data" / "09_polisen_events" / "raw"
    content = gzip.decompress((raw / "events_20260210T0645Z.json.gz").read_bytes())
    for body, wanted in ((b"", 0), (content, 500)):  # the empty answer that the API gives at times, and a whole one
        monkeypatch.setattr(outgoing, "_ask", lambda *args, body=body: (200, {}, body))
        monkeypatch.setattr("time.sleep", lambda seconds: None)
        with world.room("osthammar"):
            job = actions.fetch_events(world.actor("coordinator"), None)
            run_job.func(str(job.uuid))
            job.refresh_from_db()
            assert job.state == "done", job.message
            row = EventImport.objects.latest("pk")
        assert preview_of(row).new == wanted
        assert len(preview_of(row).empty) == (wanted == 0)


def test_the_police_are_asked_as_seldom_as_they_wish() -> None:
    assert (polisen.HOST.pause, polisen.HOST.per_hour, polisen.HOST.per_day) == (10, 60, 1440)


def test_where_nothing_may_go_out_the_job_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "_ask", lambda *args: pytest.fail("a call was made"))
    with world.room("osthammar"):
        job = actions.fetch_events(world.actor("coordinator"), None)
    run_job.func(str(job.uuid))
    with world.room("osthammar"):
        job.refresh_from_db()
        assert job.state == "failed"
        assert "TILLSAMMANS_OUTGOING=polisen.se" in job.message
        assert not EventImport.objects.exists()


# --- from the command line


def run(capsys: Any, *paths: Path, preview: bool = False, as_json: bool = True) -> tuple[int, Any]:
    code = command.run("handelser", list(paths), "osthammar", "coordinator@exempel.se", preview, as_json)
    out = capsys.readouterr().out
    return code, json.loads(out) if as_json else out


def test_the_command_line_has_the_same_import(world: World, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "lista.json"
    path.write_bytes(answer(event(1)))
    code, said = run(capsys, path, preview=True)
    assert (code, said["new"], shown(world)) == (0, 1, [])
    code, said = run(capsys, path)
    assert (code, said["state"], said["created"]) == (0, "in_force", 1)
    assert len(shown(world)) == 1
    assert run(capsys, path)[1]["state"] == "unchanged"
    with world.room("osthammar"):
        assert EventImport.objects.count() == 1  # what changes nothing leaves nothing
    assert command.undo(said["import"], "coordinator@exempel.se") == 0
    assert shown(world) == []
    assert not list((tmp_path / "uploads").iterdir())
    code, words = run(capsys, path, as_json=False)
    assert "Nya händelser: 1." in words


def test_the_command_line_says_what_is_wrong(world: World, tmp_path: Path, capsys: Any) -> None:
    assert run(capsys, tmp_path / "saknas.json", as_json=False)[0] == 2
    path = tmp_path / "fel.json"
    path.write_bytes(b"{}")
    assert run(capsys, path) == (
        1,
        {
            "state": "refused",
            "reasons": [
                "fel.json, rad 1: Det är ingen händelse från polisen.se: fält saknas. "
                "Lämna in svaret från polisens API precis som det kom."
            ],
        },
    )
    with world.room("osthammar"):
        assert not EventImport.objects.exists()
    for who, code in (("reader@exempel.se", 1), ("ingen@exempel.se", 1)):
        assert command.run("handelser", [path], "osthammar", who, False, False) == code
    assert command.run("handelser", [path], "okand", None, False, False) == 2
    assert command.undo("nonsense") == command.undo(str(uuid4())) == 2


@pytest.mark.slow("reads a year of real events with all their revisions")
@pytest.mark.shared
def test_the_real_archive_with_its_revisions_goes_in(world: World, shared: Path, capsys: Any) -> None:
    folder = shared / "data" / "09_polisen_events"
    files = [*sorted((folder / "raw").iterdir()), *sorted(folder.glob("*.gz"))]
    code, said = run(capsys, *files)
    assert code == 0
    with world.room("osthammar"):
        numbers = set(PoliceEvent.objects.values_list("number", flat=True))
        events = queries.events().count()
        assert len(numbers) == events == said["created"]
        assert PoliceEvent.objects.count() == said["created"] + said["replaced"]
        assert events >= 33726
        assert said["replaced"] > 600
        # As it was last seen, so the archive decides what holds.
        with gzip.open(folder / "events_2022-09_2024-06.jsonl.gz") as lines:
            line = json.loads(lines.readline())
        assert queries.versions(line["id"])[0].title == line["name"]
    assert run(capsys, *files)[1]["state"] == "unchanged"


# --- pages


PAGES = "/underlag/polisen/"


def work() -> None:
    with everywhere("a test plays the worker"):
        queued = list(Job.objects.filter(state=Job.State.QUEUED).values_list("uuid", flat=True))
    for address in queued:
        run_job.func(str(address))


def test_the_whole_way_through_the_pages(world: World) -> None:
    client = world.client("coordinator")
    page = client.get(PAGES).content.decode()
    assert "Inga händelser är inlästa än" in page
    assert "ingen statistik" in page
    listed = [
        event(1),
        event(
            2,
            place="Uppsala län",
            type="Sammanfattning natt",
            name="12 januari 07.00, Sammanfattning natt, Uppsala län",
            summary="Ett urval.",
        ),
    ]
    sent = client.post(PAGES + "inlasning/ny/", {"chosen": [SimpleUploadedFile("lista.json", answer(*listed))]})
    assert sent.status_code == 302
    work()
    with world.room("osthammar"):
        row = EventImport.objects.get()
    here = f"{PAGES}inlasning/{row.uuid}/"
    page = client.get(here).content.decode()
    assert "Det här händer om du läser in" in page
    assert "Det brinner i en soptunna" in page
    assert "soptunna" not in client.get(PAGES).content.decode()
    assert client.post(here + "galla/").url == here
    page = client.get(PAGES).content.decode()
    assert "Det brinner i en soptunna" in page
    assert "Måndag 12 januari 2026" in page
    assert "Ett urval." not in page
    assert "där polisen bara anger Uppsala län" in page
    page = client.get(PAGES + "?omrade=0382&lan=on").content.decode()
    assert "sammanfattning, ingen enskild händelse" in page
    assert "bara länet är känt" in page
    assert "60.26" not in page
    assert "gäller" in client.get(PAGES + "inlasning/").content.decode()
    assert "https://polisen.se/aktuellt/" in client.get(PAGES + "1/").content.decode()
    assert client.get(here + "angra/").status_code == 200
    assert client.post(here + "angra/").url == here
    assert client.get(PAGES + "1/").status_code == 404
    client.post(here + "gor-om/")
    assert client.get(PAGES + "1/").status_code == 200
    assert client.get(PAGES + "999/").status_code == 404


def test_a_changed_event_shows_its_versions(world: World, run_import: BringIn) -> None:
    run_import(answer(event(1)))
    run_import(answer(CHANGED, LATER))
    client = world.client("reader")
    assert "ändrad av polisen" in client.get(PAGES).content.decode()
    page = client.get(PAGES + "1/").content.decode()
    assert page.index("Branden är släckt.") < page.rindex("Det brinner i en soptunna")


def test_a_faulty_file_is_explained_and_can_be_thrown_away(world: World, check: BringIn) -> None:
    row = check(b'{"message": "fel"}')
    client, here = world.client("coordinator"), f"{PAGES}inlasning/{row.uuid}/"
    page = client.get(here).content.decode()
    assert "fält saknas" in page
    assert f"{here}galla/" not in page
    assert client.post(here + "kontrollera/").url == here
    work()
    assert client.post(here + "slang/").url == PAGES + "inlasning/"
    assert client.get(here).status_code == 404


def test_where_nothing_may_go_out_the_page_says_how_to_do_it_by_hand(world: World, settings: Any) -> None:
    client = world.client("coordinator")
    page = client.get(PAGES + "inlasning/ny/").content.decode()
    assert "TILLSAMMANS_OUTGOING=polisen.se" in page
    assert "https://polisen.se/api/events" in page
    assert "Hämta de senaste händelserna" not in page
    settings.OUTGOING_HOSTS = ("polisen.se",)
    assert "Hämta de senaste händelserna" in client.get(PAGES + "inlasning/ny/").content.decode()
    assert client.post(PAGES + "inlasning/hamta/").url.startswith("/arbete/")


def test_a_stranger_and_a_reader_at_the_doors(world: World, run_import: BringIn) -> None:
    row = run_import(answer(event(1)))
    here = f"{PAGES}inlasning/{row.uuid}/"
    stranger, reader = world.client("stranger"), world.client("reader")
    assert stranger.get(here).status_code == stranger.get(PAGES + "1/").status_code == 404
    assert "soptunna" not in stranger.get(PAGES + "?omrade=hela").content.decode()
    assert reader.get(here).status_code == 200
    assert reader.get(PAGES + "inlasning/ny/").status_code == reader.post(here + "angra/").status_code == 403


def test_a_search_that_finds_nothing_says_so(world: World, run_import: BringIn) -> None:
    run_import(answer(event(1)))
    client = world.client("coordinator")
    for query in ("?q=gruva", "?omrade=0360", "?typ=Brand&q=x", "?omrade=nonsens&typ=nonsens&sida=99&q=x"):
        answered = client.get(PAGES + query)
        assert answered.status_code == 200
        assert "soptunna" not in answered.content.decode()
        assert "Inget passar" in answered.content.decode()


def test_the_list_asks_as_often_for_three_rows_as_for_one(world: World, run_import: BringIn) -> None:
    client = world.client("coordinator")
    counts = []
    for number in (1, 2):
        run_import(
            answer(*[event(number * 10 + extra, datetime=day(12 + number, 9 + extra)) for extra in range(number)])
        )
        for page in (PAGES, PAGES + "inlasning/", PAGES + f"{number * 10}/"):
            client.get(page)
            with CaptureQueriesContext(connection) as caught:
                assert client.get(page).status_code == 200
            counts.append((page.rstrip("0123456789/"), len(caught.captured_queries)))
    assert counts[:3] == counts[3:]
