"""Views for a table of no known format: its position in the file, its column mapping, and remembered mappings."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.formats.cells import column_letters
from tillsammans.formats.columns import KIND, Columns, Opened, Sheet, headings
from tillsammans.formats.guards import cell_text
from tillsammans.formats.suggestions import suggest
from tillsammans.imports import actions, mappings
from tillsammans.imports.forms import columns as column_forms
from tillsammans.imports.models import Mapping
from tillsammans.imports.plan import name_of
from tillsammans.imports.views.imports import crumbs, preview_url
from tillsammans.indicators.models import Import
from tillsammans.kernel import intake, jobs, uploads
from tillsammans.kernel.content import thaw, thaw_each
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import act_and_return, confirm_page, form_page
from tillsammans.kernel.problems import ImportProblem

ROWS_SHOWN = 12
COLUMNS_SHOWN = 40
_HEAD = 256 * 1024


def _opened(imported: Import) -> Opened:
    """The first file, of which all others are read alike."""
    if imported.state != Import.State.STAGED:
        raise ImportProblem([])
    name, path = imported.stored_files()[0]
    return Opened(path, name, head=_HEAD)


@door(intake.may_import, "GET")
def table(request: Request, uuid: UUID) -> HttpResponse:
    """The position of the table: the file's first rows as they are read now, with the settings that can be changed."""
    imported: Import = find(Import, uuid)
    here = reverse("imports:preview", args=[imported.uuid])
    if imported.state != Import.State.STAGED or not uploads.paths(imported.uuid):
        return HttpResponseRedirect(here)
    problem, rows, form, offers = None, [], None, []
    try:
        opened = _opened(imported)
        form = column_forms.TableForm(request.GET, opened.sheets, opened.suggestion())
        if form.is_valid():
            rows = opened.rows(form.table())
            offers = mappings.offered(opened)
    except ImportProblem as error:
        problem = error
    shown = [
        (number, [cell_text(cell)[:80] for cell in row[:COLUMNS_SHOWN]])
        for number, row in enumerate(rows[:ROWS_SHOWN], start=1)
    ]
    return render(
        request,
        "imports/table.html",
        {
            "title": _("Visa var tabellen står"),
            "imported": imported,
            "known": name_of(imported.kind) if imported.kind not in ("", KIND) else "",
            "names": imported.names,
            "form": form,
            "rows": shown,
            "letters": [column_letters(number) for number in range(max((len(row) for _n, row in shown), default=0))],
            "problem": problem,
            "offers": offers,
            "crumbs": crumbs((_("Tabell"), "")),
            "back": reverse("imports:imports"),
            "onward": reverse("imports:columns", args=[imported.uuid]),
        },
        status=422 if problem or (form and form.errors) else 200,
    )


@door(intake.may_import)
def columns(request: Request, uuid: UUID) -> HttpResponse:
    """What the columns mean; then the files are checked."""
    imported: Import = find(Import, uuid)
    back = reverse("imports:table", args=[imported.uuid])
    try:
        opened = _opened(imported)
        where = column_forms.TableForm(request.GET, opened.sheets, opened.suggestion())
        rows = opened.rows(where.table()) if where.is_valid() else []
    except ImportProblem:
        return HttpResponseRedirect(f"{back}?{request.GET.urlencode()}")
    if not rows:
        return HttpResponseRedirect(f"{back}?{request.GET.urlencode()}")
    place: Sheet = where.table()
    heads = headings(rows, place)
    first = place.header - 1 + place.header_rows
    owner = mappings.owner_of(imported)

    def form(*args: Any, **kwargs: Any) -> column_forms.ColumnsForm:
        return column_forms.ColumnsForm(*args, heads=heads, **kwargs)

    def act(data: dict[str, Any]) -> Import:
        answered = form(request.POST)
        answered.is_valid()
        return actions.choose_columns(
            request.actor, imported, columns=answered.columns(place, owner), rows=rows, remember=data["remember"]
        )

    return form_page(
        request,
        form,
        act,
        title=_("Säg vad kolumnerna betyder"),
        template="imports/columns.html",
        then=lambda made: jobs.url(made.job) if made.job else preview_url(made),
        initial=column_forms.answers(_initial(request, imported, rows, place, owner)),
        context={
            "button": _("Kontrollera filerna"),
            "back": f"{back}?{urlencode(where.query())}",
            "names": imported.names,
            "crumbs": crumbs((_("Kolumner"), "")),
            "heads": [(column_letters(number), " ".join(head)) for number, head in enumerate(heads[:COLUMNS_SHOWN])],
            "rows": [[cell_text(cell)[:60] for cell in row[:COLUMNS_SHOWN]] for row in rows[first : first + 5]],
        },
    )


def _initial(request: Request, imported: Import, rows: Any, place: Sheet, owner: str) -> Columns:
    """The last mapping entered for these files, else the suggestion from the first rows."""
    if imported.columns:
        said = thaw(imported.columns, Columns, imported)
        if said.table == place:
            return said
    return suggest(rows, place, owner)


@door(intake.may_import, "POST")
def use(request: Request, uuid: UUID, mapping: UUID) -> HttpResponse:
    """Read the files as a remembered source's; they are checked first."""
    imported, chosen = find(Import, uuid), find(Mapping, mapping)
    return act_and_return(
        request,
        lambda: actions.use_mapping(request.actor, imported, mapping=chosen),
        reverse("imports:preview", args=[imported.uuid]),
        _("Filerna kontrolleras."),
    )


@door(intake.may_import, "GET")
def remembered(request: Request) -> HttpResponse:
    """The sources whose columns are remembered."""
    rows = list(Mapping.objects.select_related("person").order_by("name", "pk"))
    return render(
        request,
        "imports/mappings.html",
        {
            "title": _("Källor vi minns"),
            "rows": rows,
            "unreadable": thaw_each(rows, Columns, lambda row: row.columns).unreadable,
            "crumbs": crumbs((_("Källor"), "")),
            "kind": name_of(KIND),
        },
    )


@door(intake.may_import)
def mapping(request: Request, uuid: UUID) -> HttpResponse:
    """Give a remembered source another name."""
    source: Mapping = find(Mapping, uuid)
    return form_page(
        request,
        column_forms.MappingForm,
        lambda data: actions.rename_mapping(request.actor, source, name=data["name"]),
        title=_("Byt namn på källan"),
        then=reverse("imports:mappings"),
        receipt=_("Namnet är bytt."),
        editing=source,
        context={"back": reverse("imports:mappings"), "crumbs": crumbs((_("Källor"), ""))},
    )


@door(intake.may_import)
def forget(request: Request, uuid: UUID) -> HttpResponse:
    """Forget a source's columns."""
    source: Mapping = find(Mapping, uuid)
    here = reverse("imports:mappings")
    return confirm_page(
        request,
        lambda: actions.forget_mapping(request.actor, source),
        title=_("Glöm källan {name}").format(name=source.name),
        consequences=[
            _("Nästa fil från källan får du säga kolumnerna för på nytt."),
            _("Det som redan är inläst ändras inte."),
        ],
        button=_("Glöm källan"),
        then=here,
        back=here,
        receipt=_("Källan är glömd."),
        context={"crumbs": crumbs((_("Källor"), ""))},
    )
