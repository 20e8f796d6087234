"""Import of events: read all files, compute the preview, write rows in batches.

Rows are invisible to readers until their import is activated.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from django.utils.translation import gettext as _

from tillsammans.formats import police_events as reader
from tillsammans.formats.police_events import Event, Reading
from tillsammans.kernel.content import content, renamed, upgrade
from tillsammans.kernel.progress import Progress, no_progress
from tillsammans.kernel.text import folded
from tillsammans.police_events.models import EventImport, PoliceEvent

Span = tuple[datetime, datetime]
_BATCH = 1000


@content("events", version=2)
@dataclass(frozen=True, slots=True)
class EventPreview:
    """Preview of an import of events: its content and its effect; stored in ``EventImport.preview``.

    ``covered``: from the oldest to the newest event of each answer, since an answer is a whole list of that time.
    ``gaps``: the time between answers, of these files and those in force, that no answer covers.
    """

    new: int
    changed: int
    unchanged: int
    county_only: int
    nowhere: int
    summaries: int
    empty: tuple[str, ...]
    first: datetime | None
    last: datetime | None
    covered: tuple[Span, ...]
    gaps: tuple[Span, ...]
    inputs_fingerprint: str

    @property
    def changes_nothing(self) -> bool:
        """Whether everything in the files is known already."""
        return not (self.new or self.changed)


upgrade("events", from_version=1)(renamed(basis="inputs_fingerprint"))


def prepare(
    files: Sequence[tuple[str, Path]], organisation_id: int, covered: Sequence[Span], progress: Progress = no_progress
) -> tuple[EventPreview, list[Event]]:
    """Read files given as name and path: what importing them would do, and the versions that it would add.

    ``covered`` is what the answers in force cover. Writes nothing; raises ``ImportProblem`` if a file cannot be read.
    """
    readings = []
    for number, (name, path) in enumerate(files):
        progress(
            number,
            len(files),
            _("Läser {file} ({number} av {count}).").format(file=name, number=number + 1, count=len(files)),
        )
        readings.append((name, reader.read(path, name)))
    events = sorted((event for _name, reading in readings for event in reading.events), key=lambda event: event.seen)
    added, new = _added(events, _known(events, organisation_id))
    own = _covered(reading for _name, reading in readings)
    published = [event.published for event in events]
    return EventPreview(
        new=new,
        changed=len(added) - new,
        unchanged=len(events) - len(added),
        county_only=sum(bool(event.county) and not event.municipality for event in added),
        nowhere=sum(not event.county for event in added),
        summaries=sum(reader.is_period_summary(event.type) for event in added),
        empty=tuple(name for name, reading in readings if not reading.events),
        first=min(published, default=None),
        last=max(published, default=None),
        covered=own,
        gaps=tuple(gap for gap in gaps_between([*covered, *own]) if _beside(gap, own)),
        inputs_fingerprint=inputs_fingerprint(organisation_id),
    ), added


def inputs_fingerprint(organisation_id: int) -> str:
    """A fingerprint of the organisation's active imports of events."""
    rows = EventImport.objects.filter(organisation_id=organisation_id, state=EventImport.State.IN_FORCE)
    return sha256(repr(sorted(rows.values_list("pk", flat=True))).encode()).hexdigest()


def _known(events: Sequence[Event], organisation_id: int) -> dict[int, list[tuple[datetime, tuple[object, ...]]]]:
    """The versions in force of the events, in the order in which they were seen."""
    if not events:
        return {}
    wanted = {event.number for event in events}
    rows = (
        PoliceEvent.objects.filter(
            organisation_id=organisation_id,
            imported__state=EventImport.State.IN_FORCE,
            number__gte=min(wanted),
            number__lte=max(wanted),
        )
        .order_by("seen", "pk")
        .values_list("number", "seen", "published", "title", "type", "summary", "path", "place")
    )
    known: dict[int, list[tuple[datetime, tuple[object, ...]]]] = {}
    for number, seen, *said in rows.iterator():
        if number in wanted:
            known.setdefault(number, []).append((seen, tuple(said)))
    return known


def _added(
    events: Sequence[Event], known: dict[int, list[tuple[datetime, tuple[object, ...]]]]
) -> tuple[list[Event], int]:
    """The versions that are not known, and how many of them are the first of their event.

    A version is known if the one seen before it, or the one seen after it, says the same.
    """
    added, new = [], 0
    for event in events:
        versions = known.setdefault(event.number, [])
        place = bisect_right(versions, event.seen, key=lambda version: version[0])
        if any(content == event.content for _seen, content in versions[max(place - 1, 0) : place + 1]):
            continue
        if place and versions[place - 1][0] == event.seen:
            # Two lists with the same newest event: the one handed in later is the newer.
            event = replace(event, seen=event.seen + timedelta(microseconds=1))
        new += not versions
        versions.insert(place, (event.seen, event.content))
        added.append(event)
    return added, new


def _covered(readings: Iterable[Reading]) -> tuple[Span, ...]:
    return tuple(
        (reading.first, reading.last) for reading in readings if reading.window and reading.first and reading.last
    )


def gaps_between(covered: Iterable[Span]) -> list[Span]:
    """The time between the first and the last of the spans that none of them covers."""
    gaps: list[Span] = []
    until: datetime | None = None
    for first, last in sorted(covered):
        if until is not None and first > until:
            gaps.append((until, first))
        until = last if until is None else max(until, last)
    return gaps


def _beside(gap: Span, own: Sequence[Span]) -> bool:
    """Whether the gap begins or ends with one of the spans."""
    return any(gap[0] == last or gap[1] == first for first, last in own)


def stage(imported: EventImport, events: Sequence[Event], progress: Progress = no_progress) -> None:
    """Write the versions, tagged by the import. May be run again: what an earlier try left is removed first."""
    PoliceEvent.objects.filter(imported=imported).delete()
    for start in range(0, len(events), _BATCH):
        PoliceEvent.objects.bulk_create(
            [
                PoliceEvent(
                    organisation_id=imported.organisation_id,
                    imported_id=imported.pk,
                    number=event.number,
                    seen=event.seen,
                    published=event.published,
                    happened=event.happened,
                    day=event.day,
                    title=event.title,
                    type=event.type,
                    summary=event.summary,
                    folded=folded(f"{event.title} {event.summary}"),
                    path=event.path,
                    place=event.place,
                    municipality=event.municipality,
                    county=event.county,
                )
                for event in events[start : start + _BATCH]
            ]
        )
        progress(min(start + _BATCH, len(events)), len(events), _("Läser in händelser."))
