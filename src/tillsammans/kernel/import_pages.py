"""The pages of an import in one frame: hand in, the list, one import, undo, redo, discard. Apps fill in the words."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tillsammans.kernel import intake, jobs, uploads
from tillsammans.kernel.access import Actor
from tillsammans.kernel.doors import Request
from tillsammans.kernel.forms import FilesForm, uploaded
from tillsammans.kernel.intake import CheckedImport, FileImport
from tillsammans.kernel.pages import act_and_return, confirm_page, form_page

PER_PAGE = 30
Crumbs = list[tuple[str, str]]


def upload_page(
    request: Request,
    form_class: type[FilesForm],
    keep: Callable[[UUID, list[tuple[str, str]]], CheckedImport],
    *,
    title: str,
    template: str,
    page: Callable[[CheckedImport], str],
    context: dict[str, Any],
) -> HttpResponse:
    """Hand in files: store them, let a job check them, and go on to the job. Nothing holds before it is approved.

    ``keep`` is the deed that notes the files (address, names and hashes); ``page`` is the address of the preview.
    """

    def act(data: dict[str, Any]) -> CheckedImport:
        return uploads.store_upload(uploaded(data["chosen"]), keep)

    return form_page(
        request,
        form_class,
        act,
        title=title,
        template=template,
        then=lambda made: jobs.url(made.job) if made.job else page(made),
        context={"button": _("Kontrollera filerna"), **context},
    )


def counted() -> dict[str, str]:
    """What an import's counts are called, by field."""
    return {"created": _("Nya"), "replaced": _("Ersatta"), "unchanged": _("Oförändrade")}


def rows(
    imports: Iterable[CheckedImport], page: Callable[[CheckedImport], str], note: Callable[[Any], str] = lambda row: ""
) -> list[tuple[CheckedImport, str, str, list[tuple[str, int | None]]]]:
    """The rows of ``kernel/imports/table.html``: import, address, note, and counts as far as they are known."""
    return [
        (
            row,
            page(row),
            note(row),
            [
                (label, getattr(row, name) if row.preview or row.in_force_at else None)
                for name, label in counted().items()
            ],
        )
        for row in imports
    ]


def frame(request: Request, imported: FileImport, page: str, *, crumbs: Crumbs) -> dict[str, Any]:
    """What ``kernel/imports/import.html`` shows of every import. ``page`` is its address, below which its acts lie."""
    return {
        "imported": imported,
        "page_of_import": page,
        "own": imported.organisation_id == request.actor.organisation_id,
        "may_decide": intake.may_put_in_force(request.actor, imported),
        "may_undo": intake.may_undo(request.actor, imported),
        "may_redo": intake.may_redo(request.actor, imported),
        "crumbs": crumbs,
    }


def undo_page(
    request: Request,
    undo: Callable[[Actor, Any], Any],
    imported: FileImport,
    consequences: Sequence[str],
    *,
    page: str,
    crumbs: Crumbs,
) -> HttpResponse:
    """Take an import out of force, after the consequences are shown."""
    return confirm_page(
        request,
        lambda: undo(request.actor, imported),
        title=_("Ångra inläsningen"),
        consequences=[*consequences, _("Du kan låta inläsningen gälla igen när du vill.")],
        button=_("Ångra inläsningen"),
        then=page,
        back=page,
        receipt=_("Inläsningen gäller inte längre."),
        context={"crumbs": crumbs, "danger": True},
    )


def redo_page(
    request: Request, redo: Callable[[Actor, Any], Any], imported: FileImport, what: str, *, page: str, crumbs: Crumbs
) -> HttpResponse:
    """Put an undone import back in force; ``what`` holds again, in a sentence."""
    return confirm_page(
        request,
        lambda: redo(request.actor, imported),
        title=_("Låt inläsningen gälla igen"),
        consequences=[what, _("Inläsningar som gjordes senare går fortfarande före.")],
        button=_("Låt den gälla igen"),
        then=page,
        back=page,
        receipt=_("Inläsningen gäller igen."),
        context={"crumbs": crumbs},
    )


def check_again(
    request: Request, check: Callable[[Actor, Any], Any], imported: CheckedImport, page: str
) -> HttpResponse:
    """Let a job hold the files against what is in force now."""
    return act_and_return(
        request, lambda: check(request.actor, imported), page, _("Filerna kontrolleras en gång till.")
    )


def discard(request: Request, deed: Callable[[Actor, Any], Any], imported: FileImport, then: str) -> HttpResponse:
    """Remove a staged import and its files."""
    address = imported.uuid

    def act() -> None:
        deed(request.actor, imported)
        uploads.remove(address)

    return act_and_return(request, act, then, _("Det inlämnade är borttaget."))
