"""Pages that let a picture out of the house: share it with the parties, and adopt it. Both show exactly what."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tillsammans.collaboration.models import Package
from tillsammans.collaboration.queries import parties_of
from tillsammans.kernel.access import can
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import confirm_page, form_page
from tillsammans.meetings.forms import DecisionFields
from tillsammans.parties.models import Organisation
from tillsammans.picture import actions
from tillsammans.picture.forms import ShareForm
from tillsammans.picture.models import Picture
from tillsammans.picture.queries import picture_content, picture_text
from tillsammans.picture.rules import completeness
from tillsammans.picture.views.pictures import address, crumbs_of


@door(can("share"))
def share(request: Request, uuid: UUID) -> HttpResponse:
    """Share the draft with the parties as it is now; an adopted picture also with a county board."""
    found: Picture = find(Picture, uuid)
    content = picture_content(found)
    adopted = found.state == Picture.State.ADOPTED
    parties = [party for party in parties_of(found.collaboration) if party.pk != request.actor.organisation_id]
    boards = Organisation.objects.filter(kind=Organisation.Kind.COUNTY_BOARD) if adopted else ()
    organisations = list(dict.fromkeys([*parties, *boards]))

    def act(data: dict[str, Any]) -> Any:
        receivers = list(data["receivers"])
        return actions.share_picture(
            request.actor,
            found,
            shown=request.POST.get("shown", ""),
            purpose=data["purpose"],
            ground=data["ground"],
            receivers=receivers,
            approvers=receivers if data.get("asks_approval") else (),
        )

    return form_page(
        request,
        partial(ShareForm, about=organisations, adopted=adopted),
        act,
        title=_("Dela lägesbilden"),
        then=address(found),
        receipt=_("Lägesbilden är delad. Ni kan fortsätta att arbeta i utkastet."),
        template="picture/share.html",
        initial={
            "receivers": [party.pk for party in parties],
            "purpose": _("Gemensam lägesbild i {name}").format(name=found.collaboration.name),
            "ground": "agreement",
        },
        context={
            "content": content,
            "shown": content_hash(picture_text(found, content)),
            "picture": found,
            "adopted": adopted,
            "organisations": organisations,
            "button": _("Dela nu"),
            "cancel": address(found),
            "crumbs": crumbs_of(found, (_("Dela"), "")),
            "draft": "",
        },
    )


@door(can("edit"))
def take_in(request: Request, uuid: UUID, package: UUID) -> HttpResponse:
    """Copy a party's shared picture into the draft, after showing what will come."""
    found: Picture = find(Picture, uuid)
    sent: Package = find(Package, package, kind="picture", recalled_at=None)
    sender = sent.organisation.name
    return confirm_page(
        request,
        lambda: actions.take_in(request.actor, found, package=sent),
        title=_("Hämta in lägesbilden från {sender}").format(sender=sender),
        consequences=[
            _("Texterna blir egna avsnitt sist i er lägesbild, med {sender} i rubriken.").format(sender=sender),
            _("Uppgifter från källor och det parten inte vet följer med, med {sender} som källa.").format(
                sender=sender
            ),
            _("Figurer och problem följer inte med. Dem lägger ni till själva."),
            _("Avsnitten visas bara för parterna tills ni ändrar det. Allt går att ändra och ta bort."),
        ],
        button=_("Hämta in"),
        then=address(found),
        back=address(found),
        receipt=_("Lägesbilden från {sender} är inhämtad.").format(sender=sender),
        context={"crumbs": crumbs_of(found, (_("Hämta in"), ""))},
    )


@door(can("decide"))
def adopt(request: Request, uuid: UUID) -> HttpResponse:
    """Record the decision by which the picture is adopted; from then on nothing in it changes."""
    found: Picture = find(Picture, uuid)
    content = picture_content(found)
    return form_page(
        request,
        partial(DecisionFields, about=request.actor),
        lambda data: actions.adopt_picture(request.actor, found, **data, shown=request.POST.get("shown", "")),
        title=_("Anta lägesbilden"),
        then=address(found),
        receipt=_("Lägesbilden är antagen och låst."),
        template="picture/adopt.html",
        context={
            "content": content,
            "shown": content_hash(picture_text(found, content)),
            "picture": found,
            "missing": [check for check in completeness(content) if not check.done],
            "button": _("Anta lägesbilden"),
            "cancel": address(found),
            "crumbs": crumbs_of(found, (_("Anta"), "")),
            "draft": "",
        },
    )
