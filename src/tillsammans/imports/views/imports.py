"""Pages of the import: hand in, look, read in, undo."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.areas.models import Area
from tillsammans.areas.queries import area_with
from tillsammans.formats import population_reader
from tillsammans.formats.columns import KIND as TABLE
from tillsammans.formats.periods import range_words
from tillsammans.formats.readers import READERS
from tillsammans.imports import actions
from tillsammans.imports.forms import uploads as forms
from tillsammans.imports.jobs.imports import needs_columns, preview_of
from tillsammans.imports.plan import name_of
from tillsammans.imports.rules import Preview
from tillsammans.indicators import queries
from tillsammans.indicators.models import Import
from tillsammans.kernel import clock, import_pages, intake, jobs
from tillsammans.kernel.access import can
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.forms import FilesForm
from tillsammans.kernel.models import Job
from tillsammans.kernel.pages import form_page, page_of
from tillsammans.kernel.problems import ImportProblem
from tillsammans.parties.queries import own_area


def crumbs(*last: tuple[str, str]) -> list[tuple[str, str]]:
    """The breadcrumb of every page of the import; ``last``: title and address, which is empty for the page itself."""
    return [
        (_("Underlag"), reverse("indicators:evidence")),
        (_("Inläsningar"), reverse("imports:imports") if last else ""),
        *last,
    ]


@door(can("read"), "GET")
def imports(request: Request) -> HttpResponse:
    """What was handed in and read in, by whom and when, and whether it holds."""
    page = page_of(request, queries.imports(), import_pages.PER_PAGE)
    return render(
        request,
        "imports/imports.html",
        {
            "title": _("Inläst statistik"),
            "rows": import_pages.rows(page, _page_of, lambda row: row.source),
            "counted": list(import_pages.counted().values()),
            "paginator_page": page,
            "may_import": intake.may_import(request.actor),
            "empty": (
                _("Ingen statistik är inläst än"),
                _("Här ser du vad som har lästs in, av vem och när, och kan ångra det."),
                _("Då går det alltid att svara på varifrån en siffra kommer."),
                reverse("imports:upload"),
                _("Läs in statistik"),
            ),
            "crumbs": crumbs(),
        },
    )


def _page_of(imported: Any) -> str:
    return reverse("imports:import", args=[imported.uuid])


def preview_url(imported: Any) -> str:
    """Where a staged import is shown, and approved."""
    return reverse("imports:preview", args=[imported.uuid])


@door(intake.may_import)
def upload(request: Request) -> HttpResponse:
    """Hand in files. Nothing is read in before the person has seen what would happen."""
    return _upload(request, forms.UploadForm, _("Läs in statistik"), "imports/upload.html")


@door(intake.may_import)
def upload_population(request: Request) -> HttpResponse:
    """Hand in files of population, where their content need not say that it is what they count."""
    title, template = _("Läs in folkmängd"), "imports/upload_population.html"
    return _upload(request, forms.PopulationForm, title, template, population_reader.KIND)


def _upload(request: Request, form_class: type[FilesForm], title: str, template: str, kind: str = "") -> HttpResponse:
    return import_pages.upload_page(
        request,
        form_class,
        lambda address, kept: actions.upload(request.actor, None, address=address, files=kept, kind=kind),
        title=title,
        template=template,
        page=preview_url,
        context={
            "back": reverse("imports:imports"),
            "kinds": [reader.NAME for reader in READERS],
            "crumbs": crumbs((title if kind else _("Läs in"), "")),
        },
    )


@door(intake.may_import)
def preview(request: Request, uuid: UUID) -> HttpResponse:
    """What the files hold, and exactly what reading them in would do; a POST reads them in."""
    row: Import = find(Import, uuid)
    if row.state != Import.State.STAGED:
        return HttpResponseRedirect(_page_of(row))
    if row.working and row.job:
        return HttpResponseRedirect(jobs.url(row.job))
    seen, problem = preview_of(row), row.problem
    columns = reverse("imports:table", args=[row.uuid])
    try:
        row.stored_files()
    except ImportProblem as gone:  # they are kept for some days only
        seen, problem, columns = None, gone, ""
    if columns and needs_columns(row):
        return HttpResponseRedirect(columns)
    return form_page(
        request,
        forms.ConsentForm,
        lambda data: actions.start_import(request.actor, row, consent=data["consent"]),
        title=_("Filen kan inte läsas in") if problem else _title(row),
        template="imports/preview.html",
        then=lambda begun: jobs.url(begun.job) if begun.job else _page_of(begun),
        context={
            "names": row.names,
            "preview": seen,
            "missing": _missing(request.actor.organisation_id, seen) if seen else "",
            "counts": _counts(seen) if seen else [],
            "problem": problem,
            "stopped": row.job.message if seen and row.job and row.job.state == Job.State.FAILED else "",
            "crumbs": crumbs((_("Förhandsgranskning"), "")),
            "back": reverse("imports:imports"),
            "again": reverse("imports:check_again", args=[row.uuid]),
            "discard": reverse("imports:discard", args=[row.uuid]),
            "kind": name_of(row.kind) if row.kind else "",
            "button": _("Läs in"),
            "spans": [(range_words(first, last), count) for first, last, count in seen.spans] if seen else [],
            "columns": columns,
            "own_columns": row.kind == TABLE,
        },
    )


def _counts(seen: Preview) -> list[tuple[str, int]]:
    """What would happen to how many values. What is unusual is left out where it does not happen."""
    usual = [
        (_("Nya"), seen.created),
        (_("Preliminära som blir slutliga"), seen.final),
        (_("Preliminära som får ett nyare preliminärt värde"), seen.revised),
        (_("Slutliga som ändras"), seen.changed_total),
        (_("Oförändrade"), seen.unchanged),
    ]
    unusual = [
        (_("Samma värde med nytt osäkerhetsintervall"), seen.detailed),
        (_("Hoppas över: preliminära, men slutliga finns redan"), seen.older),
        (_("Hoppas över: inget tal, och antingen finns det redan ett tal eller så har hela serien inga"), seen.empty),
        (_("Hoppas över: området är okänt"), seen.unmatched_values),
    ]
    return usual + [(label, number) for label, number in unusual if number]


def _missing(organisation_id: int, seen: Preview) -> str:
    """The name of the organisation's own municipality, if the files have nothing about it."""
    code = own_area(organisation_id)
    own = area_with(Area.Kind.MUNICIPALITY, code, clock.today()) if len(code) == 4 else None
    return own.name if own and own.name not in seen.areas else ""


def _title(row: Import) -> str:
    return _("Det här händer om du läser in") if row.preview else _("Filerna är inte kontrollerade")


@door(intake.may_import, "POST")
def check_again(request: Request, uuid: UUID) -> HttpResponse:
    """Hold the files against what is in force now."""
    row: Import = find(Import, uuid)
    return import_pages.check_again(request, actions.check_again, row, preview_url(row))


@door(intake.may_import, "POST")
def discard(request: Request, uuid: UUID) -> HttpResponse:
    """Discard files that were never read in."""
    row: Import = find(Import, uuid)
    return import_pages.discard(request, actions.discard_import, row, reverse("imports:imports"))


@door(can("read"), "GET")
def imported(request: Request, uuid: UUID) -> HttpResponse:
    """One import: its files, what it did, and the way to undo it; one that waits for approval is shown as such."""
    row: Import = find(Import, uuid)
    if row.state == Import.State.STAGED and intake.may_begin(request.actor, row):
        return HttpResponseRedirect(preview_url(row))
    return render(
        request,
        "imports/import.html",
        {
            "title": ", ".join(row.names),
            "kind": name_of(row.kind) if row.kind else "",
            "counts": [(label, getattr(row, name)) for name, label in import_pages.counted().items()],
            **import_pages.frame(request, row, _page_of(row), crumbs=crumbs((_("Inläsning"), ""))),
        },
    )


@door(intake.may_import)
def undo(request: Request, uuid: UUID) -> HttpResponse:
    """Take an import out of force."""
    row: Import = find(Import, uuid)
    total = row.created + row.replaced + row.unchanged
    return import_pages.undo_page(
        request,
        actions.undo_import,
        row,
        [
            ngettext("{total} värde slutar gälla.", "{total} värden slutar gälla.", total).format(total=total),
            _("Där en tidigare inläsning har ett värde gäller det igen; annars blir det tomt."),
            _("Antagna lägesbilder ändras inte: de behåller siffrorna som de antogs med."),
        ],
        page=_page_of(row),
        crumbs=crumbs((_("Ångra"), "")),
    )


@door(intake.may_import)
def redo(request: Request, uuid: UUID) -> HttpResponse:
    """Put an undone import back in force."""
    row: Import = find(Import, uuid)
    return import_pages.redo_page(
        request,
        actions.redo_import,
        row,
        _("Inläsningens värden gäller igen, på sin gamla plats."),
        page=_page_of(row),
        crumbs=crumbs((_("Gör om"), "")),
    )
