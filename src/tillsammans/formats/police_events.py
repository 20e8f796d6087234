"""Lists of events from polisen.se, as the API answers and as public archives keep them.

An answer is a JSON array of the latest 500 events. An archive has one event a line, as it was last seen, or one line
an event with all its versions and when each was seen. Any of them may be gzipped. What the source does not say in a
field stands in the title, "26 mars 01:16, Mord/dråp, försök, Stockholm": when it happened, and since January 2026 in
which municipality.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tillsammans.formats.guards import parse_json
from tillsammans.geo.reference import county_named, municipalities, municipality_named
from tillsammans.kernel import limits
from tillsammans.kernel.clock import STOCKHOLM
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.text import normal

KIND = "handelser"
WINDOW = 500  # an answer holds no more events

_FIELDS = {"id", "datetime", "name", "summary", "url", "type", "location"}
_MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
# The hour has no zero before it, and a blank stands before the offset.
_PUBLISHED = re.compile(r"(\d{4}-\d\d-\d\d) (\d{1,2})(:\d\d:\d\d) ([+-]\d\d:\d\d)")
# "14:21" until late 2023, "14.21" after.
_TITLE = re.compile(rf"(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{1,2}})[:.](\d\d), (.+)", re.IGNORECASE)
_PATH = re.compile(r"/[\w/.%~-]*")
_SUMMARY = "sammanfattning "


@dataclass(frozen=True, slots=True)
class Event:
    """One version of an event. ``seen``: when the list that holds it was taken, at the earliest.

    ``happened`` is empty where the title has no time. ``municipality`` and ``county`` are codes, empty where unknown.
    """

    number: int
    seen: datetime
    published: datetime
    happened: datetime | None
    title: str
    type: str
    summary: str
    path: str
    place: str
    municipality: str
    county: str

    @property
    def day(self) -> date:
        """The Swedish day on which it happened, else was published."""
        return (self.happened or self.published).astimezone(STOCKHOLM).date()

    @property
    def content(self) -> tuple[object, ...]:
        """The fields whose change makes a new version."""
        return (self.published, self.title, self.type, self.summary, self.path, self.place)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: every version of its events. ``window``: it is one answer, with at most ``WINDOW`` events."""

    events: tuple[Event, ...]
    window: bool

    @property
    def first(self) -> datetime | None:
        """When the oldest event in it was published."""
        return min((event.published for event in self.events), default=None)

    @property
    def last(self) -> datetime | None:
        """When the newest event in it was published."""
        return max((event.published for event in self.events), default=None)


def is_period_summary(kind: str) -> bool:
    """Whether a type is no event but a summary of a night, a day or a week."""
    return kind.casefold().startswith(_SUMMARY)


def looks_like(head: bytes) -> bool:
    """Whether a file that begins with these bytes holds events of polisen.se."""
    if head.startswith(b"\x1f\x8b"):
        try:
            head = zlib.decompressobj(31).decompress(head, 4096)
        except zlib.error:
            return False
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n[")[:4096]
    return start.startswith(b"{") and b'"id"' in start and (b'"gps"' in start or b'"versions"' in start)


def read(path: Path, name: str) -> Reading:
    """Read one file, called ``name`` in messages. An empty file is an answer without events, as the API at times gives.

    Raises ``ImportProblem`` with what is wrong and in which row (of an archive) or element (of an answer), from 1;
    nothing else is raised for any content.
    """
    errors = FileErrors(name)
    text = _text(path, errors)
    if not text.strip():
        return Reading((), window=True)
    window = text.lstrip().startswith("[")
    places = _Places()
    drafts = [
        (seen, event)
        for number, seen, item in (_array if window else _lines)(text, errors)
        if (event := _event(item, number, places, errors)) is not None
    ]
    errors.stop_if_any()
    if not drafts:
        return Reading((), window)
    # A list without times of its own was taken when its newest event was published, or later.
    taken = max(event.published for _seen, event in drafts)
    events = [replace(event, seen=seen or taken) for seen, event in drafts]
    return Reading(tuple(_once(events, errors)), window)


def _text(path: Path, errors: FileErrors) -> str:
    too_large = _("Filen är större än någon lista över händelser."), _("Kontrollera att det är rätt fil.")
    if path.stat().st_size > limits.FILE:
        raise errors.refuse(*too_large)
    content = path.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        unpack = zlib.decompressobj(31)
        try:
            content = unpack.decompress(content, limits.EVENTS + 1)
        except zlib.error as error:
            raise errors.refuse(_("Filen går inte att packa upp."), _("Hämta den på nytt.")) from error
        if len(content) > limits.EVENTS:
            raise errors.refuse(*too_large)
        if not unpack.eof:
            raise errors.refuse(_("Filen är avhuggen."), _("Hämta den på nytt."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise errors.refuse(
            _("Filen är inte UTF-8."),
            _("Hämta den på nytt och öppna den inte i ett annat program."),
            row=content.count(b"\n", 0, error.start) + 1,
        ) from error


def _array(text: str, errors: FileErrors) -> Iterator[tuple[int, datetime | None, Any]]:
    items = parse_json(text, errors)
    if not isinstance(items, list):
        raise errors.refuse(_("Filen är ingen lista över händelser."), _("Hämta den på nytt."))
    for number, item in enumerate(items, start=1):
        yield number, None, item


def _lines(text: str, errors: FileErrors) -> Iterator[tuple[int, datetime | None, Any]]:
    for row, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        item = parse_json(line, errors)
        if isinstance(item, dict) and isinstance(item.get("versions"), list):
            for version in item["versions"]:
                if not isinstance(version, dict):
                    errors.add(_("Versionen är ingen händelse."), row=row)
                    continue
                seen = _moment(str(version.get("seen", "")))
                if seen is None:
                    errors.add(_("Versionen saknar när den sågs."), row=row, column="seen")
                yield row, seen, version.get("event")
        else:
            yield row, None, item


def _event(item: Any, row: int, places: "_Places", errors: FileErrors) -> Event | None:
    """The event, as if it were seen when it was published; ``None`` if it has faults, which are noted."""
    if not isinstance(item, dict) or not item.keys() >= _FIELDS:
        errors.add(
            _("Det är ingen händelse från polisen.se: fält saknas."),
            _("Lämna in svaret från polisens API precis som det kom."),
            row=row,
        )
        return None
    number, location = item["id"], item["location"]
    texts = [item[name] for name in ("datetime", "name", "summary", "url", "type")]
    texts.append(location.get("name") if isinstance(location, dict) else None)
    if type(number) is not int or not 0 < number < 2**62 or not all(isinstance(text, str) for text in texts):
        errors.add(_("Händelsen har ett fält med fel slags innehåll."), row=row)
        return None
    stamp, title, summary, path, kind, place = (normal(text) for text in texts)
    published = _published(stamp)
    if published is None:
        errors.add(_("Tiden går inte att läsa."), row=row, column="datetime", value=stamp)
        return None
    if not title or not kind or not _PATH.fullmatch(path) or path.startswith("//"):
        errors.add(_("Händelsen saknar rubrik, typ eller adress."), row=row, value=title)
        return None
    if len(title) > 250 or len(kind) > 120 or len(place) > 120 or len(path) > 300 or len(summary) > 5000:
        errors.add(_("Händelsen har en längre text än polisen skriver."), row=row, value=title)
        return None
    happened, said = _from_title(title, kind, published)
    municipality, county = places.codes(place, said, (happened or published).astimezone(STOCKHOLM).date())
    return Event(number, published, published, happened, title, kind, summary, path, place, municipality, county)


def _once(events: Sequence[Event], errors: FileErrors) -> Iterator[Event]:
    """Remove duplicate versions; two different versions of an event in one list are an error."""
    known: dict[tuple[int, datetime], Event] = {}
    for event in events:
        other = known.setdefault((event.number, event.seen), event)
        if other is event:
            yield event
        elif other.content != event.content:
            raise errors.refuse(
                _("Händelse {number} står två gånger med olika innehåll.").format(number=event.number),
                _("Hämta listan på nytt."),
            )


def _published(text: str) -> datetime | None:
    parts = _PUBLISHED.fullmatch(text)
    return _moment(f"{parts[1]}T{parts[2]:0>2}{parts[3]}{parts[4]}") if parts else None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None or not 2000 <= moment.year <= 2100:
        return None
    return moment.astimezone(UTC)


def _from_title(title: str, kind: str, published: datetime) -> tuple[datetime | None, str]:
    """Time and place from the title. The type may hold commas, so it is removed as a whole first."""
    parts = _TITLE.fullmatch(title)
    rest = parts[5] if parts else title
    start = f"{kind}, "
    place = rest[len(start) :] if rest.casefold().startswith(start.casefold()) else rest.rpartition(", ")[2]
    if not parts:
        return None, place
    day, month, hour, minute = int(parts[1]), _MONTHS.index(parts[2].lower()) + 1, int(parts[3]), int(parts[4])
    latest = published + timedelta(days=7)
    # The title has no year: the last in which the day is before the publishing, or so little after that it is a slip.
    for year in (published.year + 1, published.year, published.year - 1):
        try:
            moment = datetime(year, month, day, hour, minute, tzinfo=STOCKHOLM)
        except ValueError:
            continue
        if moment <= latest:
            return moment.astimezone(UTC), place
    return None, place


class _Places:
    """Municipality and county of names, looked up once each."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, int], tuple[str, str]] = {}

    def codes(self, place: str, said: str, on: date) -> tuple[str, str]:
        """Codes of municipality and county. ``place`` is what the field says, ``said`` what the title says.

        The field decides where it names a municipality; a county there leaves it to the title, if that names one of
        the same county. Gotland's county has one municipality, so the county is enough.
        """
        key = (place, said, on.year)
        if key not in self._known:
            self._known[key] = self._codes(place, said, on)
        return self._known[key]

    @staticmethod
    def _codes(place: str, said: str, on: date) -> tuple[str, str]:
        municipality = municipality_named(place, on)
        if municipality:
            return municipality.code, municipality.county
        county = county_named(place, on)
        if county is None:
            return "", ""
        inside = municipality_named(said, on)
        if inside and inside.county == county.code:
            return inside.code, county.code
        members = {row.code for row in municipalities() if row.county == county.code and row.holds(on)}
        return (members.pop() if len(members) == 1 else ""), county.code
