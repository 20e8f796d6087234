"""Pages about the own organisation, its people and roles, and about all parties."""

import base64
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.kernel import clock
from tillsammans.kernel.access import can
from tillsammans.kernel.doors import PublicRequest, Request, door, find, link_door, open_door
from tillsammans.kernel.links import HeldLink
from tillsammans.kernel.pages import act_and_return, confirm_page, form_page, page_of
from tillsammans.kernel.text import folded
from tillsammans.parties import actions, forms, queries
from tillsammans.parties.models import Body, Invitation, Organisation, Person, Role
from tillsammans.parties.rules import ACCEPT_INVITATION, holds


def _own(request: Request) -> Organisation:
    return Organisation.objects.prefetch_related("areas").get(pk=request.actor.organisation_id)


@door(can("read"), "GET")
def organisation(request: Request) -> HttpResponse:
    """The own organisation: party card, bodies, look."""
    bodies = Body.objects.filter(organisation_id=request.actor.organisation_id).order_by("name")
    return render(request, "parties/organisation.html", {"organisation": _own(request), "bodies": bodies})


@door(can("read"), "POST")
def switch(request: Request) -> HttpResponse:
    """Act for another of the organisations where the person has a role."""
    for role in request.roles:
        if str(role.organisation.uuid) == request.POST.get("organisation"):
            request.session["organisation"] = role.organisation_id
            return HttpResponseRedirect("/")
    raise Http404


@door(can("edit") | can("administer"))
def edit_card(request: Request) -> HttpResponse:
    """Write the party card."""
    own = _own(request)
    return form_page(
        request,
        forms.CardForm,
        lambda data: actions.describe_organisation(request.actor, own, **data),
        title=_("Partskort för {name}").format(name=own.name),
        editing=own,
        then=reverse("parties:organisation"),
        receipt=_("Partskortet är sparat."),
        context={
            "lead": _("Partskortet berättar för andra vad ni kan bidra med och vad ni inte får dela."),
            "back": reverse("parties:organisation"),
        },
    )


@door(can("administer"))
def edit_look(request: Request) -> HttpResponse:
    """Set accent and logo."""
    own = _own(request)
    return form_page(
        request,
        forms.LookForm,
        lambda data: actions.set_look(request.actor, own, **data),
        title=_("Utseende för {name}").format(name=own.name),
        initial={"accent": own.accent},
        then=reverse("parties:organisation"),
        receipt=_("Utseendet är sparat."),
        context={"back": reverse("parties:organisation"), "multipart": True},
    )


@door(can("edit") | can("administer"))
def add_body(request: Request) -> HttpResponse:
    """Add a body that decides."""
    return form_page(
        request,
        forms.BodyForm,
        lambda data: actions.add_body(request.actor, None, **data),
        title=_("Lägg till ett organ"),
        then=reverse("parties:organisation"),
        receipt=_("Organet är tillagt."),
        context={
            "lead": _("Organ är de som fattar beslut hos er, till exempel kommunstyrelsen eller en styrgrupp."),
            "back": reverse("parties:organisation"),
        },
    )


@door(can("edit") | can("administer"), "POST")
def close_body(request: Request, uuid: UUID) -> HttpResponse:
    """The body no longer decides; or it does again."""
    body = find(Body, uuid, organisation_id=request.actor.organisation_id)
    closed = None if body.closed_on else clock.today()
    return act_and_return(
        request,
        lambda: actions.close_body(request.actor, body, closed_on=closed),
        reverse("parties:organisation"),
        _("Organet fattar inte längre beslut.") if closed else _("Organet fattar beslut igen."),
    )


@door(can("administer"), "GET")
def people(request: Request) -> HttpResponse:
    """People with roles in the organisation, invitations on their way, and roles that have ended."""
    own = request.actor.organisation_id
    roles = list(Role.objects.filter(organisation_id=own).select_related("person").order_by("person__name", "pk"))
    today = clock.today()
    return render(
        request,
        "parties/people.html",
        {
            "current": [role for role in roles if holds(role, today)],
            "ended": [role for role in roles if not holds(role, today)],
            "invitations": queries.open_invitations(own),
        },
    )


@door(can("administer"))
def invite(request: Request) -> HttpResponse:
    """Invite a person to a role."""
    return form_page(
        request,
        forms.InvitationForm,
        lambda data: actions.invite_person(request.actor, None, **data),
        title=_("Bjud in en person"),
        then=reverse("parties:people"),
        receipt=_("Inbjudan är skickad."),
        context={
            "lead": _("Personen får ett brev med en länk som gäller i 14 dagar, och väljer själv lösenord."),
            "back": reverse("parties:people"),
            "button": _("Skicka inbjudan"),
        },
    )


@door(can("administer"))
def edit_role(request: Request, uuid: UUID) -> HttpResponse:
    """Change a role's title, mandate or last day."""
    role = find(Role, uuid)
    return form_page(
        request,
        forms.RoleForm,
        lambda data: actions.change_role(request.actor, role, **data),
        title=_("Roll för {name}").format(name=role.person.name),
        editing=role,
        then=reverse("parties:people"),
        receipt=_("Rollen är ändrad."),
        context={"lead": role.get_kind_display(), "back": reverse("parties:people")},
    )


@door(can("administer"))
def end_role(request: Request, uuid: UUID) -> HttpResponse:
    """End a role at once."""
    role = find(Role, uuid)
    return confirm_page(
        request,
        lambda: actions.end_role(request.actor, role),
        title=_("Avsluta rollen för {name}").format(name=role.person.name),
        consequences=[
            _("{name} kommer inte längre in i {organisation} från och med nästa sida.").format(
                name=role.person.name, organisation=request.actor.organisation_name
            ),
            _("Det som personen har skrivit och skrivit under finns kvar."),
        ],
        button=_("Avsluta rollen"),
        then=reverse("parties:people"),
        back=reverse("parties:people"),
        receipt=_("Rollen är avslutad."),
    )


@door(can("read"))
def mail_choices(request: Request) -> HttpResponse:
    """Choose which letters one gets."""
    person = Person.objects.get(pk=request.actor.person_id)
    return form_page(
        request,
        forms.MailForm,
        lambda data: actions.choose_mail(request.actor, person, **data),
        title=_("Brev till dig"),
        initial={"mail_events": person.mail_events, "mail_weekly": person.mail_weekly},
        then=reverse("parties:mail_choices"),
        receipt=_("Ditt val är sparat."),
        context={
            "lead": _("Breven går till {address}. De säger vad som väntar, men aldrig vad som står i en text.").format(
                address=person.email
            ),
            "back": "/",
        },
    )


@link_door(ACCEPT_INVITATION)
def invitation(request: PublicRequest, held: HeldLink) -> HttpResponse:
    """Answer an invitation: choose a password, or take the role with the account that one already has."""
    invitation: Invitation = held.subject
    known = Person.objects.filter(email=invitation.email).exists()
    if known and (not request.user.is_authenticated or request.user.email != invitation.email):
        return render(request, "parties/invitation_sign_in.html", {"invitation": invitation, "path": request.path})
    return form_page(
        request,
        forms.NoForm if known else forms.PasswordForm,
        lambda data: actions.accept_invitation(held.actor, invitation, password=data.get("password")),
        title=_("Välkommen, {name}").format(name=invitation.name),
        then=reverse("account_login"),
        receipt=_("Klart. Logga in med din e-post och ditt lösenord. Första gången kopplar du också en app för koder."),
        context={
            "lead": _("Du är inbjuden till {organisation} som {role}.").format(
                organisation=held.actor.organisation_name, role=invitation.title or invitation.get_kind_display()
            ),
            "button": _("Ta emot rollen"),
        },
    )


@door(can("read"), "GET")
def organisations(request: Request) -> HttpResponse:
    """Everyone that one can work together with, by name; searched without regard to å, ä, ö."""
    asked = request.GET.get("q", "").strip()
    rows = Organisation.objects.exclude(kind=Organisation.Kind.COMMON)
    if asked:
        rows = rows.filter(folded_name__contains=folded(asked))
    page = page_of(request, rows)
    return render(request, "parties/organisations.html", {"asked": asked, "paginator_page": page})


@door(can("edit") | can("operate"))
def add_organisation(request: Request) -> HttpResponse:
    """Add a party that is missing."""
    return form_page(
        request,
        forms.OrganisationForm,
        lambda data: actions.add_organisation(request.actor, None, **{**data, "areas": list(data["areas"])}),
        title=_("Lägg till en organisation"),
        then=lambda made: reverse("parties:card", args=[made.slug]),
        receipt=_("Organisationen är tillagd."),
        context={
            "lead": _("Saknas en part, till exempel ett bostadsföretag eller en förening? Lägg till den här."),
            "back": reverse("parties:organisations"),
        },
    )


@door(can("read"), "GET")
def card(request: Request, slug: str) -> HttpResponse:
    """An organisation's party card."""
    organisation = get_object_or_404(Organisation.objects.prefetch_related("areas"), slug=slug)
    return render(request, "parties/card.html", {"organisation": organisation})


@open_door("GET")
def look(request: PublicRequest, slug: str) -> HttpResponse:
    """The organisation's accent, as a style sheet."""
    organisation = get_object_or_404(Organisation, slug=slug)
    accent = organisation.accent or "#1d4f6e"
    text = (
        f":root {{ --accent: {accent}; --accent-wash: color-mix(in srgb, {accent} 10%, white); }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{ "
        f"--accent: color-mix(in srgb, {accent} 40%, white); "
        f"--accent-wash: color-mix(in srgb, {accent} 25%, black); }} }}\n"
    )
    return HttpResponse(text, content_type="text/css; charset=utf-8", headers={"Cache-Control": "public, max-age=300"})


@open_door("GET")
def logo(request: PublicRequest, slug: str) -> HttpResponse:
    """The organisation's logo."""
    organisation = get_object_or_404(Organisation.objects.exclude(logo=""), slug=slug)
    return HttpResponse(
        base64.b64decode(organisation.logo), content_type="image/png", headers={"Cache-Control": "public, max-age=300"}
    )
