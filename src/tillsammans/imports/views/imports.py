"""Pages of the import: hand in, look, read in, undo."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.formats import population_reader
from tillsammans.formats.columns import KIND as TABLE
from tillsammans.formats.periods import range_words
from tillsammans.formats.readers import READERS
from tillsammans.imports import actions
from tillsammans.imports.forms import uploads as forms
from tillsammans.imports.jobs.imports import needs_columns, preview_of, problem_of
from tillsammans.imports.models import Upload
from tillsammans.imports.plan import name_of
from tillsammans.indicators import policies, queries
from tillsammans.indicators.models import Import
from tillsammans.indicators.rules import files_in
from tillsammans.kernel import jobs, uploads
from tillsammans.kernel.access import can
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.forms import uploaded
from tillsammans.kernel.models import Job
from tillsammans.kernel.pages import act_and_return, confirm_page, form_page

PER_PAGE = 30


def crumbs(*last: tuple[str, str]) -> list[tuple[str, str]]:
    """The breadcrumb of every page of the import; ``last``: title and address, which is empty for the page itself."""
    return [
        (_("Underlag"), reverse("indicators:evidence")),
        (_("Inläsningar"), reverse("imports:imports") if last else ""),
        *last,
    ]


@door(can("read"), "GET")
def imports(request: Request) -> HttpResponse:
    """What was read in, by whom and when, and whether it holds."""
    page = Paginator(queries.imports(), PER_PAGE).get_page(request.GET.get("sida"))
    rows = [(row, [name for name, _sha256 in files_in(row.files)]) for row in page]
    return render(
        request,
        "imports/imports.html",
        {
            "title": _("Inläst statistik"),
            "rows": rows,
            "paginator_page": page,
            "may_import": policies.may_import(request.actor),
            "crumbs": crumbs(),
        },
    )


@door(policies.may_import)
def upload(request: Request) -> HttpResponse:
    """Hand in files. Nothing is read in before the person has seen what would happen."""
    return _upload(request, forms.UploadForm, _("Läs in statistik"), "imports/upload.html")


@door(policies.may_import)
def upload_population(request: Request) -> HttpResponse:
    """Hand in files of population, where their content need not say that it is what they count."""
    title, template = _("Läs in folkmängd"), "imports/upload_population.html"
    return _upload(request, forms.PopulationForm, title, template, population_reader.KIND)


def _upload(
    request: Request, form_class: type[forms.UploadForm], title: str, template: str, kind: str = ""
) -> HttpResponse:
    def act(data: dict[str, Any]) -> Upload:
        return uploads.store_upload(
            uploaded(data["chosen"]),
            lambda address, kept: actions.upload(request.actor, None, address=address, files=kept, kind=kind),
        )

    return form_page(
        request,
        form_class,
        act,
        title=title,
        template=template,
        then=lambda made: jobs.url(made.job) if made.job else reverse("imports:preview", args=[made.uuid]),
        context={
            "button": _("Kontrollera filerna"),
            "back": reverse("imports:imports"),
            "kinds": [reader.NAME for reader in READERS],
            "crumbs": crumbs((title if kind else _("Läs in"), "")),
        },
    )


@door(policies.may_import)
def preview(request: Request, uuid: UUID) -> HttpResponse:
    """What the files hold, and exactly what reading them in would do; a POST reads them in."""
    found: Upload = find(Upload, uuid)
    if found.imported is not None:
        return HttpResponseRedirect(reverse("imports:import", args=[found.imported.uuid]))
    if not (found.preview or found.faults) and found.job and found.job.state in (Job.State.QUEUED, Job.State.RUNNING):
        return HttpResponseRedirect(jobs.url(found.job))
    if needs_columns(found):
        return HttpResponseRedirect(reverse("imports:table", args=[found.uuid]))
    seen = preview_of(found)
    names = [name for name, _sha256 in files_in(found.files)]
    context = {
        "upload": found,
        "names": names,
        "preview": seen,
        "problem": problem_of(found),
        "crumbs": crumbs((_("Förhandsgranskning"), "")),
        "back": reverse("imports:imports"),
        "again": reverse("imports:check_again", args=[found.uuid]),
        "kind": name_of(found.kind) if found.kind else "",
        "button": _("Läs in"),
        "spans": [(range_words(first, last), count) for first, last, count in seen.spans] if seen else [],
        "columns": reverse("imports:table", args=[found.uuid]),
        "own_columns": found.kind == TABLE,
    }
    return form_page(
        request,
        forms.ConsentForm,
        lambda data: actions.start_import(request.actor, found, consent=data["consent"]),
        title=_title(found),
        template="imports/preview.html",
        then=_progress_of,
        context=context,
    )


def _title(found: Upload) -> str:
    if found.faults:
        return _("Filen kan inte läsas in")
    return _("Det här händer om du läser in") if found.preview else _("Filerna är inte kontrollerade")


def _progress_of(imported: Import) -> str:
    job = imported.uploads.select_related("job").get().job
    return jobs.url(job) if job else reverse("imports:import", args=[imported.uuid])


@door(policies.may_import, "POST")
def check_again(request: Request, uuid: UUID) -> HttpResponse:
    """Hold the files against what is in force now."""
    found = find(Upload, uuid)
    return act_and_return(
        request,
        lambda: actions.check_again(request.actor, found),
        reverse("imports:preview", args=[found.uuid]),
        _("Filerna kontrolleras en gång till."),
    )


@door(can("read"), "GET")
def imported(request: Request, uuid: UUID) -> HttpResponse:
    """One import: its files, what it did, and the way to undo it."""
    found: Import = find(Import, uuid)
    job = _job_of(found)
    return render(
        request,
        "imports/import.html",
        {
            "title": _("Inläsning"),
            "imported": found,
            "kind": name_of(found.kind),
            "files": files_in(found.files),
            "job": job,
            "own": found.organisation_id == request.actor.organisation_id,
            "may_undo": policies.may_undo(request.actor, found),
            "may_redo": policies.may_redo(request.actor, found),
            "may_try_again": job is not None
            and job.state == Job.State.FAILED
            and policies.may_put_in_force(request.actor, found),
            "job_url": jobs.url(job) if job else "",
            "crumbs": crumbs((_("Inläsning"), "")),
        },
    )


def _job_of(found: Import) -> Job | None:
    store_upload = found.uploads.select_related("job").first()
    return store_upload.job if store_upload and found.state == Import.State.STAGED else None


@door(policies.may_import, "POST")
def try_again(request: Request, uuid: UUID) -> HttpResponse:
    """Start an import again whose work was cut off."""
    found = find(Import, uuid)
    return act_and_return(
        request,
        lambda: actions.try_again(request.actor, found),
        reverse("imports:import", args=[found.uuid]),
        _("Arbetet har startats igen."),
    )


@door(policies.may_import)
def undo(request: Request, uuid: UUID) -> HttpResponse:
    """Take an import out of force."""
    found: Import = find(Import, uuid)
    here = reverse("imports:import", args=[found.uuid])
    total = found.created + found.replaced + found.unchanged
    return confirm_page(
        request,
        lambda: actions.undo_import(request.actor, found),
        title=_("Ångra inläsningen"),
        consequences=[
            ngettext("{total} värde slutar gälla.", "{total} värden slutar gälla.", total).format(total=total),
            _("Där en tidigare inläsning har ett värde gäller det igen; annars blir det tomt."),
            _("Antagna lägesbilder ändras inte: de behåller siffrorna som de antogs med."),
            _("Du kan låta inläsningen gälla igen när du vill."),
        ],
        button=_("Ångra inläsningen"),
        then=here,
        back=here,
        receipt=_("Inläsningen gäller inte längre."),
        context={"crumbs": crumbs((_("Ångra"), "")), "danger": True},
    )


@door(policies.may_import)
def redo(request: Request, uuid: UUID) -> HttpResponse:
    """Put an undone import back in force."""
    found: Import = find(Import, uuid)
    here = reverse("imports:import", args=[found.uuid])
    return confirm_page(
        request,
        lambda: actions.redo_import(request.actor, found),
        title=_("Låt inläsningen gälla igen"),
        consequences=[
            _("Inläsningens värden gäller igen, på sin gamla plats."),
            _("Inläsningar som gjordes senare går fortfarande före."),
        ],
        button=_("Låt den gälla igen"),
        then=here,
        back=here,
        receipt=_("Inläsningen gäller igen."),
        context={"crumbs": crumbs((_("Gör om"), ""))},
    )
