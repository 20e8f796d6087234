"""Queries of events and their versions, and of imports."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.kernel.content import UnreadableContent, thaw, thaw_each
from tillsammans.kernel.outgoing import Source
from tillsammans.kernel.scope import everywhere
from tillsammans.kernel.text import folded
from tillsammans.kernel.verify import Fault
from tillsammans.police_events import client
from tillsammans.police_events.importing import EventPreview, Span, gaps_between
from tillsammans.police_events.models import EventImport, PoliceEvent

# Of how many imports the gaps are looked for: a year and more of daily lists.
_IMPORTS_LOOKED_AT = 500


def _in_force() -> QuerySet[PoliceEvent]:
    # Asked of each event, not of each import: so a list in the order of days stops at the end of its page.
    return PoliceEvent.objects.filter(
        Exists(EventImport.objects.filter(pk=OuterRef("imported_id"), state=EventImport.State.IN_FORCE))
    )


def events(
    area: str = "", *, kind: str = "", text: str = "", until: date | None = None, with_county_only: bool = False
) -> QuerySet[PoliceEvent]:
    """The last version of each event, the latest day first.

    ``area``: code of a municipality or county; empty for all. ``with_county_only``: for a municipality, also the
    events of its county whose municipality is not known.
    """
    later = (
        _in_force()
        .filter(number=OuterRef("number"))
        .filter(Q(seen__gt=OuterRef("seen")) | Q(seen=OuterRef("seen"), pk__gt=OuterRef("pk")))
    )
    rows = _in_force().filter(_within(area, with_county_only)).filter(~Exists(later))
    if kind:
        rows = rows.filter(type=kind)
    if until:
        rows = rows.filter(day__lte=until)
    for word in folded(text).split():
        rows = rows.filter(folded__contains=word)
    return rows.order_by("-day", "-published", "-pk")


def _within(area: str, with_county_only: bool) -> Q:
    if len(area) != 4:
        return Q(county=area) if area else Q()
    inside = Q(municipality=area)
    return inside | Q(municipality="", county=area[:2]) if with_county_only else inside


def types(area: str) -> list[str]:
    """The types of the events of an area, by name."""
    return sorted(
        _in_force().filter(_within(area, True)).order_by().values_list("type", flat=True).distinct(), key=folded
    )


def versions(number: int) -> list[PoliceEvent]:
    """Every version of an event, the last first."""
    return list(_in_force().filter(number=number).order_by("-seen", "-pk"))


def changed(numbers: Iterable[int]) -> set[int]:
    """Those of the events that have more than one version. One query for all."""
    rows = (
        _in_force()
        .filter(number__in=list(numbers))
        .values("number")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
        .order_by()
    )
    return set(rows.values_list("number", flat=True))


def imports() -> QuerySet[EventImport]:
    """The imports that may be seen, the latest first."""
    return EventImport.objects.select_related("person", "organisation", "job").order_by("-recorded_at", "-pk")


@dataclass(frozen=True, slots=True)
class Reach:
    """How far what is in force reaches, which times its answers cover, and those in between that none covers.

    ``unreadable``: the imports that do not say what they cover.
    """

    last: datetime | None
    covered: tuple[Span, ...]
    gaps: tuple[Span, ...]
    unreadable: list[UnreadableContent]


def reach() -> Reach:
    """How far the events in force reach, by the latest imports."""
    rows = EventImport.objects.filter(state=EventImport.State.IN_FORCE).order_by("-in_force_at")
    rows = rows.only("uuid", "recorded_at", "preview")
    previews = thaw_each(rows[:_IMPORTS_LOOKED_AT], EventPreview, lambda row: row.preview)
    covered = tuple(span for _row, one in previews.rows for span in one.covered)
    last = max((one.last for _row, one in previews.rows if one.last), default=None)
    return Reach(last, covered, tuple(gaps_between(covered)), previews.unreadable)


def county_only(area: str) -> int:
    """How many events of a municipality's county say nothing of which municipality; 0 for other areas."""
    return events(area[:2]).filter(municipality="").count() if len(area) == 4 else 0


def faults() -> Iterator[Fault]:
    """Every import of events in force says what it holds, and holds it in its own organisation."""
    with everywhere("verify looks at every organisation's events"):
        rows = EventImport.objects.exclude(state=EventImport.State.STAGED).annotate(stored=Count("events"))
        for row in rows.select_related("organisation"):
            try:
                preview = thaw(row.preview, EventPreview) if row.preview else None
            except UnreadableContent as error:
                yield Fault("police_events.import", f"{row.organisation.name}, {row.uuid}", str(error))
                continue
            if preview is None or row.in_force_at is None or row.stored != preview.new + preview.changed:
                yield Fault(
                    "police_events.import",
                    f"{row.organisation.name}, {row.uuid}",
                    _("inläsningen av händelser har {stored} rader och säger något annat").format(stored=row.stored),
                )
        for event in PoliceEvent.objects.exclude(organisation_id=F("imported__organisation_id")):
            yield Fault(
                "police_events.event", str(event.uuid), _("händelsen tillhör en annan organisation än sin inläsning")
            )


def sources() -> list[Source]:
    """The police's list of events."""
    return [
        Source(
            _("Polisens händelser"),
            _("De 500 senaste texterna på polisen.se. Sammanhang, ingen statistik."),
            reverse("police_events:event_upload"),
            client.HOST,
        )
    ]
