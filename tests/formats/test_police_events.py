"""Lists of events are read as polisen.se writes them, with its traps; anything else is refused in words."""

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.formats.eventfiles import answer, archive, event, kept

from tillsammans.formats import police_events as reader
from tillsammans.kernel.problems import ImportProblem

pytestmark = pytest.mark.pure


def read(folder: Path, content: bytes) -> reader.Reading:
    return reader.read(kept(folder, content), "handelser.json")


def one(folder: Path, **changes: Any) -> reader.Event:
    return read(folder, answer(event(**changes))).events[0]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-01-12 9:58:49 +01:00", datetime(2026, 1, 12, 8, 58, 49, tzinfo=UTC)),  # no zero before the hour
        ("2023-06-01 0:05:00 +02:00", datetime(2023, 5, 31, 22, 5, tzinfo=UTC)),
        ("2023-10-29 02:30:00 +02:00", datetime(2023, 10, 29, 0, 30, tzinfo=UTC)),  # summer time's last hour
        ("2023-10-29 2:30:00 +01:00", datetime(2023, 10, 29, 1, 30, tzinfo=UTC)),  # and winter time's first
    ],
)
def test_the_time_of_publication(written: str, meant: datetime, tmp_path: Path) -> None:
    assert one(tmp_path, datetime=written).published == meant


@pytest.mark.parametrize(
    "written",
    [
        "2026-13-12 9:58:49 +01:00",
        "2026-01-12 25:00:00 +01:00",
        "2026-01-12 9:58:49",
        "2026-01-12T09:58:49+01:00x",
        "",
        "1026-01-12 9:58:49 +01:00",
    ],
)
def test_a_time_that_is_none_is_refused_with_its_place(written: str, tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match="rad 2, kolumnen datetime: Tiden går inte att läsa"):
        read(tmp_path, answer(event(1), event(2, datetime=written)))


@pytest.mark.parametrize(
    ("title", "kind", "published", "happened"),
    [
        (
            "26 september 14:21, Brand, Östhammar",
            "Brand",
            "2022-09-26 15:55:23 +02:00",
            "2022-09-26T12:21",
        ),  # to late 2023
        ("31 december 07.23, Brand, Östhammar", "Brand", "2023-12-31 7:30:00 +01:00", "2023-12-31T06:23"),  # after
        ("31 december 23.50, Brand, Östhammar", "Brand", "2024-01-01 7:30:00 +01:00", "2023-12-31T22:50"),  # last year
        ("01 januari 00.10, Brand, Östhammar", "Brand", "2023-12-31 23:55:00 +01:00", "2023-12-31T23:10"),
        ("29 februari 08.00, Brand, Östhammar", "Brand", "2024-03-01 9:00:00 +01:00", "2024-02-29T07:00"),
        (
            "05 maj 03.00, Brand, Östhammar",
            "Brand",
            "2024-05-01 9:00:00 +02:00",
            "2024-05-05T01:00",
        ),  # a slip, this year
        (
            "26 mars 01:16, Brand, Östhammar",
            "Brand",
            "2023-03-26 7:16:40 +02:00",
            "2023-03-26T00:16",
        ),  # before the shift
    ],
)
def test_when_it_happened_stands_in_the_title(
    title: str, kind: str, published: str, happened: str, tmp_path: Path
) -> None:
    found = one(tmp_path, name=title, type=kind, datetime=published)
    assert found.happened == datetime.fromisoformat(happened).replace(tzinfo=UTC)


def test_a_title_without_a_time_leaves_the_day_of_publication(tmp_path: Path) -> None:
    found = one(tmp_path, name="Brand, Östhammar", datetime="2026-01-12 0:20:00 +01:00")
    assert (found.happened, found.day) == (None, date(2026, 1, 12))
    assert one(tmp_path, name="31 februari 08.00, Brand, Östhammar").happened is None


@pytest.mark.parametrize(
    ("place", "title", "kind", "codes"),
    [
        ("Östhammar", "12 januari 08.40, Brand, Östhammar", "Brand", ("0382", "03")),
        ("Dals-ed", "12 januari 08.40, Brand, Dals-Ed", "Brand", ("1438", "14")),  # the source's own spelling
        ("Upplands väsby", "12 januari 08.40, Brand, Upplands väsby", "Brand", ("0114", "01")),
        ("Håbo", "12 januari 08.40, Brand, Håbo", "Brand", ("0305", "03")),  # not Habo
        # The municipality in the title only, since January 2026; the type holds commas of its own.
        ("Uppsala län", "10 februari 01.35, Mord/dråp, försök, Östhammar", "Mord/dråp, försök", ("0382", "03")),
        ("Uppsala län", "10 februari 01.35, Sammanfattning natt, Uppsala län", "Sammanfattning natt", ("", "03")),
        # A title that names a municipality of another county is not believed.
        ("Uppsala län", "10 februari 01.35, Brand, Gävle", "Brand", ("", "03")),
        ("Gotlands län", "10 februari 01.35, Brand, Gotlands län", "Brand", ("0980", "09")),  # one municipality
        ("Utomlands", "10 februari 01.35, Brand, Utomlands", "Brand", ("", "")),
    ],
)
def test_where_it_was(place: str, title: str, kind: str, codes: tuple[str, str], tmp_path: Path) -> None:
    found = one(tmp_path, place=place, name=title, type=kind)
    assert (found.municipality, found.county) == codes


def test_blanks_at_the_end_of_a_type_are_none_and_summaries_are_known(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        type="Lagen om hundar och katter ",
        name="12 januari 08.40, Lagen om hundar och katter , Uppsala",
        place="Uppsala län",
    )
    assert (found.type, found.municipality) == ("Lagen om hundar och katter", "0380")
    assert reader.is_period_summary("Sammanfattning kväll och natt")
    assert not reader.is_period_summary("Brand")


def test_the_centre_of_the_municipality_is_not_kept(tmp_path: Path) -> None:
    assert "60.26" not in repr(one(tmp_path))
    assert one(tmp_path, gps="").municipality == "0382"


def test_an_empty_answer_holds_nothing(tmp_path: Path) -> None:
    for content in (b"", b" \n", b"[]", gzip.compress(b"")):
        assert read(tmp_path, content) == reader.Reading((), window=True)


def test_a_list_was_taken_when_its_newest_event_was_published(tmp_path: Path) -> None:
    content = answer(event(2, datetime="2026-01-12 11:00:00 +01:00"), event(1))
    reading = read(tmp_path, content)
    assert {found.seen for found in reading.events} == {datetime(2026, 1, 12, 10, tzinfo=UTC)} == {reading.last}
    assert reading.window
    assert read(tmp_path, gzip.compress(content)) == reading
    assert read(tmp_path, b"\xef\xbb\xbf" + content) == reading


def test_an_archive_of_versions_says_when_each_was_seen(tmp_path: Path) -> None:
    versions = [
        {"seen": "2026-01-12T10:00:00+00:00", "event": event(7)},
        {"seen": "2026-01-12T11:30:00+00:00", "event": event(7, summary="Branden är släckt.")},
    ]
    reading = read(tmp_path, archive({"id": 7, "versions": versions}, event(8)))
    assert not reading.window
    assert [(found.number, found.seen.hour) for found in reading.events] == [(7, 10), (7, 11), (8, 8)]
    with pytest.raises(ImportProblem, match="saknar när den sågs"):
        read(tmp_path, archive({"id": 7, "versions": [{"event": event(7)}]}))
    with pytest.raises(ImportProblem, match="ingen händelse"):
        read(tmp_path, archive({"id": 7, "versions": [5]}))


def test_the_same_event_twice_is_once_and_two_of_a_number_contradict_each_other(tmp_path: Path) -> None:
    assert len(read(tmp_path, answer(event(1), event(1))).events) == 1
    with pytest.raises(ImportProblem, match="Händelse 1 står två gånger med olika innehåll"):
        read(tmp_path, answer(event(1), event(1, summary="Något annat.")))


WITHOUT_TYPE = {name: value for name, value in event().items() if name != "type"}
HOSTILE = {
    "no list": (b'{"message": "Too many requests"}', "fält saknas"),
    "a number": (b"5", "fält saknas"),
    "cut": (answer(event())[:-40], "JSON"),
    "cut and packed": (gzip.compress(answer(event()))[:-20], "avhuggen"),
    "not packed": (b"\x1f\x8bnonsense", "packa upp"),
    "bomb": (gzip.compress(b"[" + b" " * (210 * 2**20)), "större"),
    "brackets": (b"[" * 100_000, "nästlad"),
    "NaN": (answer(event()).replace(b"900001", b"NaN"), "JSON"),
    "Latin-1": (answer(event()).decode().encode("iso-8859-1"), "UTF-8"),
    "no type": (json.dumps([WITHOUT_TYPE]).encode(), "fält saknas"),
    "text for a number": (answer(event(id="9")), "fel slags"),
    "truth for a number": (answer(event(id=True)), "fel slags"),
    "huge number": (answer(event(id=2**70)), "fel slags"),
    "list for a text": (answer(event(name=["x"])), "fel slags"),
    "place without name": (answer({**event(), "location": {"gps": ""}}), "fel slags"),
    "foreign address": (answer(event(url="https://ond.example/")), "adress"),
    "address of a foreign host": (answer(event(url="//ond.example/")), "adress"),
    "script": (answer(event(url="javascript:alert(1)")), "adress"),
    "no title": (answer(event(name=" ")), "rubrik"),
    "long title": (answer(event(name="x" * 300)), "längre"),
    "web page": (b"<!doctype html><html></html>", "JSON"),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_list_of_events_is_refused(content: tuple[bytes, str], tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match=content[1]):
        read(tmp_path, content[0])


def test_a_list_of_events_is_known_by_its_content() -> None:
    assert reader.looks_like(answer(event()))
    assert reader.looks_like(gzip.compress(answer(event())))
    assert reader.looks_like(archive({"id": 7, "versions": []}))
    assert not reader.looks_like(b'{"count": 1, "values": []}')
    assert not reader.looks_like(b"Region;Brott;")
    assert not reader.looks_like(b"\x1f\x8bnonsense")
    assert not reader.looks_like(b"")


@pytest.mark.shared
def test_the_real_lists_hold_what_they_are_known_to_hold(shared: Path) -> None:
    folder = shared / "data" / "09_polisen_events"
    name = "events_2022-09_2024-06.jsonl.gz"
    known = json.loads((shared / "data" / "expected_counts.json").read_text())[f"09_polisen_events/{name}"]
    events = reader.read(folder / name, name).events
    years: dict[str, int] = {}
    for found in events:
        year = str(found.published.astimezone(reader.STOCKHOLM).year)
        years[year] = years.get(year, 0) + 1
    single = [found for found in events if found.published.astimezone(reader.STOCKHOLM).hour < 10]
    assert {
        "events": len(events),
        "types": len({found.type for found in events}),
        "by_year": years,
        "county_location": sum(found.place.endswith(" län") for found in events),
        "night_or_period_summary": sum(reader.is_period_summary(found.type) for found in events),
        "min_id": min(found.number for found in events),
        "max_id": max(found.number for found in events),
        "single_digit_hour": len(single),
    } == known
    assert all(found.county and found.happened for found in events)
    # All 2026 events after 21 January name the county only; most titles give the municipality.
    late = [found for found in events if found.published >= datetime(2026, 1, 22, tzinfo=UTC)]
    assert len(late) == 500
    assert all(found.place.endswith(" län") for found in late)
    assert sum(bool(found.municipality) for found in late) > 300


@pytest.mark.shared
def test_every_real_answer_can_be_read_and_the_empty_one_too(shared: Path) -> None:
    folder = shared / "data" / "09_polisen_events"
    sizes = [len(reader.read(path, path.name).events) for path in sorted((folder / "raw").iterdir())]
    assert sorted(sizes) == [0] + [reader.WINDOW] * 8
    revisions = reader.read(next(folder.glob("event_revisions*")), "x").events
    assert len({found.number for found in revisions}) == 650
    assert len(revisions) > 1300
