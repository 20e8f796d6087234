"""Pages about collaborations, and about what is shared, commented and approved."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.collaboration import actions, forms, policies, queries
from tillsammans.collaboration.kinds import kind_of, spoken_kinds, standing_kinds
from tillsammans.collaboration.models import (
    Approval,
    Collaboration,
    Group,
    Opening,
    Package,
    Party,
    PartyAnswer,
    Seat,
    StandingShare,
)
from tillsammans.kernel import clock
from tillsammans.kernel.access import can
from tillsammans.kernel.content import UnreadableContent
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import act_and_return, form_page, page_of


@door(can("read"), "GET")
def collaborations(request: Request) -> HttpResponse:
    """The collaborations that one hosts or has a part in."""
    rows = queries.collaborations_of(request.actor)
    start_url = reverse("collaboration:start") if "edit" in request.actor.abilities else ""
    return render(
        request,
        "collaboration/collaborations.html",
        {"collaborations": rows, "start_url": start_url, "kinds": spoken_kinds()},
    )


def _page_of(collaboration: Collaboration) -> str:
    return reverse("collaboration:collaboration", args=[collaboration.uuid])


@door(can("edit"))
def start(request: Request) -> HttpResponse:
    """Start a collaboration."""
    return form_page(
        request,
        forms.CollaborationForm,
        lambda data: actions.start_collaboration(request.actor, None, **data),
        title=_("Starta en samverkan"),
        initial={"started_on": clock.today()},
        then=_page_of,
        receipt=_("Samverkan är startad. Bjud in parterna."),
        context={
            "lead": _("Er organisation blir värd. Parterna bjuds in och svarar själva."),
            "back": reverse("collaboration:collaborations"),
        },
    )


@door(can("edit"))
def edit(request: Request, uuid: UUID) -> HttpResponse:
    """Change a collaboration."""
    collaboration = find(Collaboration, uuid)
    return form_page(
        request,
        forms.CollaborationForm,
        lambda data: actions.edit_collaboration(request.actor, collaboration, **data),
        title=_("Ändra samverkan"),
        editing=collaboration,
        then=_page_of,
        receipt=_("Ändringen är sparad."),
        context={"back": _page_of(collaboration)},
    )


@door(can("read"), "GET")
def collaboration(request: Request, uuid: UUID) -> HttpResponse:
    """A collaboration: what it is for, its parties and what they answered, its groups and who sits there."""
    collaboration = find(Collaboration, uuid)
    parties = list(
        Party.objects.filter(collaboration=collaboration).select_related("member").order_by("member__sort_key")
    )
    answers: dict[int, PartyAnswer] = {
        answer.party_id: answer for answer in PartyAnswer.objects.filter(party__in=parties)
    }
    groups = list(Group.objects.filter(collaboration=collaboration).order_by("closed_on", "name"))
    seats: dict[int, list[Seat]] = {}
    for seat in Seat.objects.filter(group__in=groups).select_related("member").order_by("-chairs", "name"):
        seats.setdefault(seat.group_id, []).append(seat)
    return render(
        request,
        "collaboration/collaboration.html",
        {
            "collaboration": collaboration,
            "hosting": collaboration.organisation_id == request.actor.organisation_id,
            "parties": [
                (party, answers.get(party.pk), policies.may_answer_invitation(request.actor, party))
                for party in parties
            ],
            "groups": [(group, seats.get(group.pk, [])) for group in groups],
            "today": clock.today(),
            "may_edit": policies.may_edit(request.actor, collaboration),
        },
    )


@door(can("edit"))
def invite(request: Request, uuid: UUID) -> HttpResponse:
    """Invite a party."""
    collaboration = find(Collaboration, uuid)
    return form_page(
        request,
        forms.PartyForm,
        lambda data: actions.invite_party(request.actor, collaboration, **data),
        title=_("Bjud in en part"),
        then=_page_of(collaboration),
        receipt=_("Inbjudan är skickad."),
        context={
            "lead": _(
                "Parten kan tacka ja, vara med på egna villkor eller avstå. Ett nej syns inte som en anmärkning."
            ),
            "back": _page_of(collaboration),
            "button": _("Bjud in"),
        },
    )


@door(can("decide"))
def answer(request: Request, uuid: UUID) -> HttpResponse:
    """Answer an invitation."""
    party = find(Party, uuid)
    host = party.organisation.name
    return form_page(
        request,
        forms.AnswerForm,
        lambda data: actions.answer_invitation(request.actor, party, **data),
        title=_("Svara på inbjudan till {name}").format(name=party.collaboration.name),
        then=_page_of(party.collaboration),
        receipt=_("Svaret är skickat till {host}.").format(host=host),
        context={
            "lead": party.message or _("{host} bjuder in er.").format(host=host),
            "button": _("Svara"),
            "back": _page_of(party.collaboration),
        },
    )


@door(can("edit"))
def open_group(request: Request, uuid: UUID) -> HttpResponse:
    """Open a group."""
    collaboration = find(Collaboration, uuid)
    return form_page(
        request,
        forms.GroupForm,
        lambda data: actions.open_group(request.actor, collaboration, **data),
        title=_("Öppna en grupp"),
        initial={"opened_on": clock.today()},
        then=_page_of(collaboration),
        receipt=_("Gruppen är öppnad."),
        context={"back": _page_of(collaboration)},
    )


@door(can("edit"))
def edit_group(request: Request, uuid: UUID) -> HttpResponse:
    """Change or close a group."""
    group = find(Group, uuid)
    return form_page(
        request,
        forms.EditGroupForm,
        lambda data: actions.edit_group(request.actor, group, **data),
        title=_("Ändra {group}").format(group=group.name),
        editing=group,
        then=_page_of(group.collaboration),
        receipt=_("Ändringen är sparad."),
        context={"back": _page_of(group.collaboration)},
    )


@door(can("edit"))
def give_seat(request: Request, uuid: UUID) -> HttpResponse:
    """Give somebody a seat in a group."""
    group = find(Group, uuid)
    return form_page(
        request,
        forms.SeatForm,
        lambda data: actions.give_seat(request.actor, group, **data),
        title=_("Ge någon en plats i {group}").format(group=group.name),
        initial={"valid_from": clock.today()},
        then=_page_of(group.collaboration),
        receipt=_("Platsen är tillsatt."),
        context={"back": _page_of(group.collaboration)},
    )


@door(can("edit"), "POST")
def end_seat(request: Request, uuid: UUID) -> HttpResponse:
    """End a seat today, or open it again."""
    seat = find(Seat, uuid)
    today = clock.today()
    ended = None if seat.valid_to and seat.valid_to <= today else today
    return act_and_return(
        request,
        lambda: actions.end_seat(request.actor, seat, valid_to=ended),
        _page_of(seat.group.collaboration),
        _("Platsen slutar i dag.") if ended else _("Platsen gäller igen."),
    )


@door(can("read"), "GET")
def received(request: Request) -> HttpResponse:
    """What other parties have shared with the organisation."""
    page = page_of(request, queries.received_by(request.actor).defer("content"))
    opened = set(
        Opening.objects.filter(organisation_id=request.actor.organisation_id, package__in=list(page)).values_list(
            "package_id", flat=True
        )
    )
    shown = [package.pk for package in page]
    waiting = set(queries.awaiting_approval(request.actor).filter(pk__in=shown).values_list("pk", flat=True))
    return render(
        request,
        "collaboration/received.html",
        {
            "rows": [(package, package.pk in opened, package.pk in waiting) for package in page],
            "paginator_page": page,
            "kinds": spoken_kinds(),
        },
    )


@door(can("read"), "GET")
def sent(request: Request) -> HttpResponse:
    """What the organisation has shared and published."""
    page = page_of(request, queries.sent_by(request.actor).defer("content"))
    return render(request, "collaboration/sent.html", {"paginator_page": page})


@door(can("read"), "GET")
def package(request: Request, uuid: UUID) -> HttpResponse:
    """A package as it was sent: its content, why it was shared, comments and approvals."""
    package = find(Package, uuid)
    own = package.organisation_id == request.actor.organisation_id
    if not own and policies.received(request.actor, package):
        actions.open_package(request.actor, package)
    try:
        html, readable = kind_of(package.kind).show(request, package), True
    except UnreadableContent as error:
        html, readable = render_to_string("kernel/unreadable.html", {"unreadable": [error]}, request), False
    approvals = queries.approvals_of(package) if package.asks_approval else []
    mine = next((line for line in approvals if line.organisation.pk == request.actor.organisation_id), None)
    return render(
        request,
        "collaboration/package.html",
        {
            "package": package,
            "signed": kind_of(package.kind).signed,
            "own": own,
            "content": html,
            "approvals": approvals,
            "mine": mine,
            "receivers": package.receivers.select_related("receiver").order_by("receiver__sort_key") if own else [],
            "openings": {opening.organisation_id: opening for opening in package.openings.all()} if own else {},
            "comments": queries.comments_on(package.kind, package.subject),
            "may_approve": readable and policies.may_approve(request.actor, package),
            "may_comment": policies.may_comment(request.actor, package),
            "may_recall": policies.may_recall(request.actor, package),
            "newer": queries.latest_package(package.kind, package.subject),
        },
    )


def _package_url(package: Package) -> str:
    return reverse("collaboration:package", args=[package.uuid])


@door(can("edit"))
def comment(request: Request, uuid: UUID) -> HttpResponse:
    """Say something of a received package."""
    package = find(Package, uuid)
    return form_page(
        request,
        forms.CommentForm,
        lambda data: actions.comment_package(request.actor, package, **data),
        title=_("Kommentera ”{title}”").format(title=package.title),
        then=_package_url(package),
        receipt=_("Kommentaren är skickad till {sender}.").format(sender=package.organisation.name),
        context={"back": _package_url(package), "button": _("Skicka")},
    )


@door(can("sign"))
def approve(request: Request, uuid: UUID) -> HttpResponse:
    """Approve or decline the text that is shown on the same page."""
    package = find(Package, uuid)
    title = _("Skriv under ”{title}”") if kind_of(package.kind).signed else _("Godkänn ”{title}”")
    return form_page(
        request,
        forms.ApprovalForm,
        lambda data: actions.answer_approval(request.actor, package, **data),
        title=title.format(title=package.title),
        initial={"hash": package.hash},
        then=_package_url(package),
        receipt=_("Ert svar är registrerat."),
        template="collaboration/approve.html",
        context={
            "content": kind_of(package.kind).show(request, package),
            "package": package,
            "back": _package_url(package),
            "button": _("Skicka svaret"),
        },
    )


@door(can("sign"), "POST")
def withdraw(request: Request, uuid: UUID) -> HttpResponse:
    """Withdraw an approval that was given."""
    package = find(Package, uuid)
    return act_and_return(
        request,
        lambda: actions.answer_approval(request.actor, package, answer=Approval.Answer.WITHDRAWN, hash=package.hash),
        _package_url(package),
        _("Svaret är taget tillbaka."),
    )


@door(can("share"))
def recall(request: Request, uuid: UUID) -> HttpResponse:
    """Recall a package."""
    package = find(Package, uuid)
    return form_page(
        request,
        forms.RecallForm,
        lambda data: actions.recall_package(request.actor, package, **data),
        title=_("Återkalla ”{title}”").format(title=package.title),
        then=reverse("collaboration:sent"),
        receipt=_("Paketet är återkallat."),
        context={
            "lead": _(
                "Mottagarna kommer inte längre åt paketet här. Det som de redan har tagit del av kan vara en "
                "allmän handling hos dem."
            ),
            "back": _package_url(package),
            "button": _("Återkalla"),
        },
    )


@door(can("share"), "GET")
def standing_shares(request: Request) -> HttpResponse:
    """The rules by which adopted pieces are shared by themselves."""
    shares = StandingShare.objects.filter(organisation_id=request.actor.organisation_id).select_related("receiver")
    kinds = dict(standing_kinds())
    return render(
        request,
        "collaboration/standing_shares.html",
        {
            "shares": [(share, kinds.get(share.kind, share.kind)) for share in shares.order_by("ended_on", "pk")],
        },
    )


@door(can("share"))
def set_standing_share(request: Request) -> HttpResponse:
    """Make a rule of sharing."""
    return form_page(
        request,
        forms.StandingShareForm,
        lambda data: actions.set_standing_share(request.actor, None, **data),
        title=_("Ny stående delning"),
        then=reverse("collaboration:standing_shares"),
        receipt=_("Den stående delningen gäller."),
        context={
            "lead": _("Varje gång något sådant antas eller publiceras skickas det till mottagaren som ett paket."),
            "back": reverse("collaboration:standing_shares"),
        },
    )


@door(can("share"), "POST")
def end_standing_share(request: Request, uuid: UUID) -> HttpResponse:
    """End a rule of sharing."""
    share = find(StandingShare, uuid)
    return act_and_return(
        request,
        lambda: actions.end_standing_share(request.actor, share),
        reverse("collaboration:standing_shares"),
        _("Den stående delningen är avslutad."),
    )
