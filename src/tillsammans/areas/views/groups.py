"""Pages about what a municipality can be compared with: own choices, and groups read from SKR's and Kolada's files."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.areas import actions, policies, queries
from tillsammans.areas.forms import GroupsForm, OwnGroupForm
from tillsammans.areas.models import AreaGroup, AreaGroupImport
from tillsammans.kernel import import_pages, intake
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import act_and_return, confirm_page, form_page


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Områden"), reverse("areas:areas")), (_("Jämförelsegrupper"), reverse("areas:groups")), *more]


@door(policies.may_read, "GET")
def groups(request: Request) -> HttpResponse:
    """The own choices of municipalities, and the files of groups that were read in."""
    may_import = intake.may_import(request.actor)
    return render(
        request,
        "areas/groups.html",
        {
            "title": _("Jämförelsegrupper"),
            "own": queries.own_groups_with_names(),
            "removed": queries.own_groups(removed=True).filter(organisation_id=request.actor.organisation_id),
            "organisation_id": request.actor.organisation_id,
            "rows": [
                (row, _page_of(row) if may_import else "", row.source, ())
                for row in AreaGroupImport.objects.select_related("organisation", "person")
            ],
            "may_add": policies.may_add_own(request.actor),
            "may_import": may_import,
            "crumbs": [(_("Områden"), reverse("areas:areas")), (_("Jämförelsegrupper"), "")],
        },
    )


@door(policies.may_add_own)
def add_group(request: Request) -> HttpResponse:
    """Choose municipalities to compare with."""
    return _group_form(
        request,
        lambda data: actions.add_own_group(request.actor, None, **data),
        title=_("Skapa en egen jämförelsegrupp"),
        receipt=_("Gruppen är sparad."),
    )


@door(policies.may_add_own)
def edit_group(request: Request, uuid: UUID) -> HttpResponse:
    """Change an own choice."""
    group = find(AreaGroup, uuid, organisation_id=request.actor.organisation_id, kind=AreaGroup.Kind.OWN)
    inside = list(group.members.values_list("area_id", flat=True))
    return _group_form(
        request,
        lambda data: actions.change_own_group(request.actor, group, **data),
        title=_("Ändra {name}").format(name=group.name),
        receipt=_("Ändringen är sparad."),
        editing=group,
        initial={"municipalities": inside},
    )


def _group_form(request: Request, act: Any, **rest: Any) -> HttpResponse:
    return form_page(
        request,
        OwnGroupForm,
        lambda data: act({**data, "municipalities": list(data["municipalities"])}),
        then=reverse("areas:groups"),
        context={"cancel": reverse("areas:groups")},
        **rest,
    )


@door(policies.may_add_own)
def remove_group(request: Request, uuid: UUID) -> HttpResponse:
    """Take an own choice away."""
    group = find(AreaGroup, uuid, organisation_id=request.actor.organisation_id, kind=AreaGroup.Kind.OWN)
    return confirm_page(
        request,
        lambda: actions.remove_own_group(request.actor, group),
        title=_("Ta bort {name}").format(name=group.name),
        button=_("Ta bort gruppen"),
        consequences=[
            _("Gruppen går inte längre att välja när ni jämför. Det som redan är skrivet ändras inte."),
            _("Du kan ta tillbaka den längst ner på sidan Jämförelsegrupper."),
        ],
        then=reverse("areas:groups"),
        back=reverse("areas:groups"),
        receipt=_("Gruppen är borttagen."),
    )


@door(policies.may_add_own, "POST")
def restore_group(request: Request, uuid: UUID) -> HttpResponse:
    """Bring back an own choice."""
    group = find(AreaGroup, uuid, organisation_id=request.actor.organisation_id, kind=AreaGroup.Kind.OWN)
    return act_and_return(
        request,
        lambda: actions.restore_own_group(request.actor, group),
        reverse("areas:groups"),
        _("Gruppen är tillbaka."),
    )


@door(intake.may_import)
def add_groups(request: Request) -> HttpResponse:
    """Upload a file of groups; it is looked at before it holds."""

    def act(data: dict[str, Any]) -> AreaGroupImport:
        (file,) = data["chosen"]
        return actions.stage_groups(
            request.actor, None, content=file.read(), name=file.name, source=data["source"], year=data["year"]
        )

    return form_page(
        request,
        GroupsForm,
        act,
        title=_("Läs in kommungrupper"),
        then=_page_of,
        context={
            "button": _("Läs in och granska"),
            "cancel": reverse("areas:groups"),
            "lead": _(
                "Med kommungrupper kan ni jämföra er med kommuner som liknar er. "
                "Inget gäller förrän du har granskat det."
            ),
        },
    )


def _page_of(imported: AreaGroupImport) -> str:
    return reverse("areas:groups_import", args=[imported.uuid])


@door(intake.may_import, "GET")
def groups_import(request: Request, uuid: UUID) -> HttpResponse:
    """What one import holds and what it changes."""
    imported = find(AreaGroupImport, uuid)
    staged = imported.state == AreaGroupImport.State.STAGED
    return render(
        request,
        "areas/groups_import.html",
        {
            "title": _("Det här händer om du läser in") if staged else _("Inläsning"),
            "notes": imported.notes.splitlines(),
            "change": queries.group_change(imported) if staged else None,
            "groups": queries.groups_of(imported)[:50],
            "count": imported.groups.count(),
            **import_pages.frame(request, imported, _page_of(imported), crumbs=_crumbs((_("Inläsning"), ""))),
        },
    )


@door(intake.may_import)
def force_groups(request: Request, uuid: UUID) -> HttpResponse:
    """Let an import hold, after a look at what that changes."""
    imported = find(AreaGroupImport, uuid, organisation_id=request.actor.organisation_id)
    change = queries.group_change(imported)
    return confirm_page(
        request,
        lambda: actions.activate_groups(request.actor, imported),
        title=_("Låt kommungrupperna gälla"),
        button=_("Låt grupperna gälla"),
        consequences=[
            _("{new} nya grupper, {changed} med andra kommuner än förut och {same} som är lika.").format(
                new=change.new, changed=len(change.changed), same=change.same
            ),
            _("Du kan ångra: då gäller det som gällde förut."),
        ],
        then=reverse("areas:groups"),
        back=_page_of(imported),
        receipt=_("Grupperna gäller nu."),
    )


@door(intake.may_import, "POST")
def discard_groups(request: Request, uuid: UUID) -> HttpResponse:
    """Discard a file of groups that was never activated."""
    imported = find(AreaGroupImport, uuid, organisation_id=request.actor.organisation_id)
    return import_pages.discard(request, actions.discard_groups, imported, reverse("areas:groups"))


@door(intake.may_import)
def undo_groups(request: Request, uuid: UUID) -> HttpResponse:
    """Take an import out of force."""
    imported = find(AreaGroupImport, uuid, organisation_id=request.actor.organisation_id)
    return import_pages.undo_page(
        request,
        actions.undo_groups,
        imported,
        [_("Grupperna i {file} slutar gälla. Det som gällde före gäller igen.").format(file=", ".join(imported.names))],
        page=_page_of(imported),
        crumbs=_crumbs((_("Ångra"), "")),
    )


@door(intake.may_import)
def redo_groups(request: Request, uuid: UUID) -> HttpResponse:
    """Put an undone import back in force."""
    imported = find(AreaGroupImport, uuid, organisation_id=request.actor.organisation_id)
    return import_pages.redo_page(
        request,
        actions.redo_groups,
        imported,
        _("Grupperna i {file} gäller igen.").format(file=", ".join(imported.names)),
        page=_page_of(imported),
        crumbs=_crumbs((_("Gör om"), "")),
    )
