"""Views of the police's events: the list, one event, and imports."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.formats import police_events as reader
from tillsammans.kernel import import_pages, intake, jobs, outgoing, uploads
from tillsammans.kernel.access import can
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import act_and_return, page_of
from tillsammans.parties.queries import own_area
from tillsammans.police_events import actions, forms, queries
from tillsammans.police_events import client as polisen
from tillsammans.police_events.importing import EventPreview
from tillsammans.police_events.jobs import preview_of
from tillsammans.police_events.models import EventImport, PoliceEvent

PER_PAGE = 50
REACHED = 2000  # further back by day, so that no page has to count its way through years
GAPS = 5  # the latest ones; each import's page has its own


def _crumbs(*last: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Underlag"), reverse("indicators:evidence")),
        (_("Polisens händelser"), reverse("police_events:events") if last else ""),
        *last,
    ]


@door(can("read"), "GET")
def events(request: Request) -> HttpResponse:
    """The events published by the police, day by day: of the own municipality unless another place is asked."""
    asked = request.GET.copy()
    if "omrade" not in asked:
        asked["omrade"] = own_area(request.actor.organisation_id) or "hela"
    names = forms.places()
    area = asked["omrade"] if asked["omrade"] in names else ""
    form = forms.EventFilter(asked, queries.types(area))
    form.is_valid()
    chosen = form.cleaned_data
    county_too = bool(chosen.get("lan"))
    rows = queries.events(
        area,
        kind=chosen.get("typ", ""),
        text=chosen.get("q", ""),
        until=chosen.get("till"),
        with_county_only=county_too,
    )
    page = Paginator(rows[:REACHED], PER_PAGE).get_page(request.GET.get("sida"))
    shown = list(page)
    changed = queries.changed(row.number for row in shown)
    reach = queries.reach()
    return render(
        request,
        "police_events/events.html",
        {
            "title": _("Polisens händelser"),
            "form": form,
            "paginator_page": page,
            "reach": reach,
            "gaps": reach.gaps[-GAPS:][::-1],
            "place": names.get(area) or _("hela landet"),
            "is_municipality": len(area) == 4,
            "county": names.get(area[:2], ""),
            "county_only": 0 if county_too else queries.county_only(area),
            "rows": [_shown(row, row.number in changed) for row in shown],
            "narrowed": bool(chosen.get("typ") or chosen.get("q") or chosen.get("till")),
            "county_too": county_too,
            "more": page.paginator.count == REACHED,
            "may_import": intake.may_import(request.actor),
            "crumbs": _crumbs(),
        },
    )


def _shown(row: PoliceEvent, changed: bool = False) -> dict[str, Any]:
    """An event as the pages show it."""
    inside = forms.places().get(row.municipality or row.county, "")
    return {
        "event": row,
        "day": row.day,
        "changed": changed,
        "place": inside or row.place,
        "county_only": bool(row.county) and not row.municipality,
        "nowhere": not row.county,
        "by_title": bool(row.municipality) and row.place.casefold().endswith(" län"),
        "period": reader.is_period_summary(row.type),
    }


@door(can("read"), "GET")
def event(request: Request, number: int) -> HttpResponse:
    """One event with all its versions."""
    rows = queries.versions(number)
    if not rows:
        raise Http404
    return render(
        request,
        "police_events/event.html",
        {
            "title": rows[0].title,
            "shown": _shown(rows[0]),
            "versions": rows,
            "changed": len(rows) > 1,
            "source": outgoing.address(polisen.HOST, rows[0].path),
            "crumbs": _crumbs((rows[0].title, "")),
        },
    )


@door(can("read"), "GET")
def event_imports(request: Request) -> HttpResponse:
    """The list of imports with person, time and state."""
    page = page_of(request, queries.imports(), import_pages.PER_PAGE)
    return render(
        request,
        "kernel/imports/imports.html",
        {
            "title": _("Inlästa händelser"),
            "rows": import_pages.rows(page, _page_of),
            "counted": list(import_pages.counted().values()),
            "paginator_page": page,
            "may_import": intake.may_import(request.actor),
            "empty": (
                _("Inga händelser är inlästa än"),
                _("Här ser du vilka listor som har lästs in, av vem och när, och kan ångra det."),
                _("Då går det alltid att svara på varifrån en text kommer."),
                reverse("police_events:event_upload"),
                _("Läs in händelser"),
            ),
            "crumbs": _crumbs((_("Inläsningar"), "")),
        },
    )


@door(intake.may_import)
def event_upload(request: Request) -> HttpResponse:
    """Upload lists of events. Nothing is visible to others before the preview is confirmed."""
    return import_pages.upload_page(
        request,
        forms.EventUpload,
        lambda address, kept: actions.upload_events(request.actor, None, address=address, files=kept),
        title=_("Läs in polisens händelser"),
        template="police_events/event_upload.html",
        page=_page_of,
        context={
            "back": reverse("police_events:events"),
            "address": polisen.ADDRESS,
            "host": polisen.HOST.name,
            "open": outgoing.allowed(polisen.HOST),
            "crumbs": _crumbs((_("Läs in"), "")),
        },
    )


@door(intake.may_import, "POST")
def event_fetch(request: Request) -> HttpResponse:
    """Let a job fetch the latest events from the source."""
    return HttpResponseRedirect(jobs.url(actions.fetch_events(request.actor, None)))


@door(can("read"), "GET")
def event_import(request: Request, uuid: UUID) -> HttpResponse:
    """One import: its content, the preview of its effect, and the possible actions."""
    row: EventImport = find(EventImport, uuid)
    if row.working and row.job:
        return HttpResponseRedirect(jobs.url(row.job))
    return render(
        request,
        "police_events/event_import.html",
        {
            "title": _title(row),
            "found": (preview := preview_of(row)),
            "counts": _counts(preview) if preview else [],
            "problem": row.problem,
            "rows": [_shown(one) for one in row.events.order_by("-day", "-published", "-pk")[:10]],
            **import_pages.frame(request, row, _page_of(row), crumbs=_import_crumbs((_("Inläsning"), ""))),
        },
    )


def _counts(event_preview: EventPreview) -> list[tuple[str, int]]:
    rows = [
        (_("Nya"), event_preview.new),
        (_("Nya versioner av kända"), event_preview.changed),
        (_("Oförändrade, läses inte in"), event_preview.unchanged),
        (_("Av de nya: bara länet är känt"), event_preview.county_only),
        (_("Av de nya: sammanfattningar av en natt, ett dygn eller en vecka"), event_preview.summaries),
    ]
    nowhere = [(_("Av de nya: platsen är varken kommun eller län"), event_preview.nowhere)]
    return rows + (nowhere if event_preview.nowhere else [])


def _import_crumbs(*last: tuple[str, str]) -> list[tuple[str, str]]:
    return _crumbs((_("Inläsningar"), reverse("police_events:event_imports")), *last)


def _title(row: EventImport) -> str:
    if row.faults:
        return _("Filen kan inte läsas in")
    if row.state == EventImport.State.STAGED:
        return _("Det här händer om du läser in") if row.preview else _("Filerna är inte kontrollerade")
    return _("Inläsning")


def _page_of(row: Any) -> str:
    return reverse("police_events:event_import", args=[row.uuid])


@door(intake.may_import, "POST")
def event_force(request: Request, uuid: UUID) -> HttpResponse:
    """Activate an import."""
    row: EventImport = find(EventImport, uuid)

    def act() -> None:
        actions.activate_events(request.actor, row)
        uploads.remove(row.uuid)

    return act_and_return(request, act, _page_of(row), _("Händelserna är inlästa."))


@door(intake.may_import, "POST")
def event_check(request: Request, uuid: UUID) -> HttpResponse:
    """Validate the files again, against the events that are active now."""
    row: EventImport = find(EventImport, uuid)
    return import_pages.check_again(request, actions.check_events_again, row, _page_of(row))


@door(intake.may_import, "POST")
def event_discard(request: Request, uuid: UUID) -> HttpResponse:
    """Discard an upload that was never activated."""
    row: EventImport = find(EventImport, uuid)
    return import_pages.discard(request, actions.discard_events, row, reverse("police_events:event_imports"))


@door(intake.may_import)
def event_undo(request: Request, uuid: UUID) -> HttpResponse:
    """Undo an import."""
    row: EventImport = find(EventImport, uuid)
    return import_pages.undo_page(
        request,
        actions.undo_events,
        row,
        [
            _("Händelser som bara finns i den här inläsningen visas inte längre."),
            _("För händelser som ändrades av den gäller den tidigare versionen igen."),
        ],
        page=_page_of(row),
        crumbs=_import_crumbs((_("Ångra"), "")),
    )


@door(intake.may_import)
def event_redo(request: Request, uuid: UUID) -> HttpResponse:
    """Reactivate an undone import."""
    row: EventImport = find(EventImport, uuid)
    return import_pages.redo_page(
        request,
        actions.redo_events,
        row,
        _("Inläsningens händelser visas igen."),
        page=_page_of(row),
        crumbs=_import_crumbs((_("Gör om"), "")),
    )
