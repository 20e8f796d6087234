"""Views to share a picture with the parties and to adopt it. Both show exactly the content concerned."""

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
    picture: Picture = find(Picture, uuid)
    content = picture_content(picture)
    adopted = picture.state == Picture.State.ADOPTED
    parties = [party for party in parties_of(picture.collaboration) if party.pk != request.actor.organisation_id]
    boards = Organisation.objects.filter(kind=Organisation.Kind.COUNTY_BOARD) if adopted else ()
    organisations = list(dict.fromkeys([*parties, *boards]))

    def act(data: dict[str, Any]) -> Any:
        receivers = list(data["receivers"])
        return actions.share_picture(
            request.actor,
            picture,
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
        then=address(picture),
        receipt=_("Lägesbilden är delad. Ni kan fortsätta att arbeta i utkastet."),
        template="picture/share.html",
        initial={
            "receivers": [party.pk for party in parties],
            "purpose": _("Gemensam lägesbild i {name}").format(name=picture.collaboration.name),
            "ground": "agreement",
        },
        context={
            "content": content,
            "shown": content_hash(picture_text(picture, content)),
            "picture": picture,
            "adopted": adopted,
            "organisations": organisations,
            "button": _("Dela nu"),
            "cancel": address(picture),
            "crumbs": crumbs_of(picture, (_("Dela"), "")),
            "draft": "",
        },
    )


@door(can("edit"))
def take_in(request: Request, uuid: UUID, package: UUID) -> HttpResponse:
    """Copy a party's shared picture into the draft, after showing what will come."""
    picture: Picture = find(Picture, uuid)
    sent: Package = find(Package, package, kind="picture", recalled_at=None)
    sender = sent.organisation.name
    return confirm_page(
        request,
        lambda: actions.take_in(request.actor, picture, package=sent),
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
        then=address(picture),
        back=address(picture),
        receipt=_("Lägesbilden från {sender} är inhämtad.").format(sender=sender),
        context={"crumbs": crumbs_of(picture, (_("Hämta in"), ""))},
    )


@door(can("decide"))
def adopt(request: Request, uuid: UUID) -> HttpResponse:
    """Record the decision by which the picture is adopted; from then on nothing in it changes."""
    picture: Picture = find(Picture, uuid)
    content = picture_content(picture)
    return form_page(
        request,
        partial(DecisionFields, about=request.actor),
        lambda data: actions.adopt_picture(request.actor, picture, **data, shown=request.POST.get("shown", "")),
        title=_("Anta lägesbilden"),
        then=address(picture),
        receipt=_("Lägesbilden är antagen och låst."),
        template="picture/adopt.html",
        context={
            "content": content,
            "shown": content_hash(picture_text(picture, content)),
            "picture": picture,
            "missing": [check for check in completeness(content) if not check.done],
            "button": _("Anta lägesbilden"),
            "cancel": address(picture),
            "crumbs": crumbs_of(picture, (_("Anta"), "")),
            "draft": "",
        },
    )
