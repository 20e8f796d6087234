"""Deeds about organisations, people and roles."""

import base64
import io
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from tillsammans.areas.models import Area
from tillsammans.kernel import clock, links, outbox
from tillsammans.kernel.access import Actor, RuleBroken, holds_link
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.editing import save_edit
from tillsammans.kernel.text import slug
from tillsammans.parties import policies
from tillsammans.parties.models import Body, Invitation, Organisation, Person, Role
from tillsammans.parties.rules import ACCEPT_INVITATION

INVITATION_DAYS = 14
LOGO_SIZE = (480, 160)  # pixels at most
LOGO_BYTES = 2_000_000


@deed(_("Lägger till en organisation"), policies.may_add_organisation)
def add_organisation(actor: Actor, _none: None, *, name: str, kind: str, areas: list[Area]) -> Organisation:
    """Register an organisation that has no account yet. It has no people until one accepts an invitation."""
    address = slug(name)[:50]
    if Organisation.objects.filter(slug=address).exists():
        raise RuleBroken(_("Det finns redan en organisation som heter så."), "name")
    made = Organisation.objects.create(name=name, kind=kind, slug=address)
    made.areas.set(areas)
    return made


@deed(_("Skriver sitt partskort"), policies.may_describe)
def describe_organisation(
    actor: Actor, organisation: Organisation, *, version: int | None, **card: str
) -> Organisation:
    """Edit the party card: mandate, what we bring, what we may not share, how to reach us."""
    return save_edit(organisation, version, card)


@deed(_("Ändrar organisationens utseende"), policies.may_set_look)
def set_look(
    actor: Actor, organisation: Organisation, *, accent: str, logo: Any = None, remove_logo: bool = False
) -> Organisation:
    """Set the accent colour and the logo. The image is re-encoded as PNG, which removes hidden content."""
    if accent and contrast_with_white(accent) < 4.5:
        raise RuleBroken(_("Färgen är för ljus: vit text på den går inte att läsa. Välj en mörkare."), "accent")
    changes: dict[str, Any] = {"accent": accent}
    if logo:
        changes["logo"] = _redrawn(logo)
    elif remove_logo:
        changes["logo"] = ""
    return save_edit(organisation, None, changes)


def contrast_with_white(colour: str) -> float:
    """WCAG contrast ratio of ``#rrggbb`` against white."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def _redrawn(upload: Any) -> str:
    if upload.size > LOGO_BYTES:
        raise RuleBroken(_("Bilden är större än 2 MB. Spara den i mindre format och försök igen."), "logo")
    try:
        with Image.open(upload, formats=["PNG", "JPEG"]) as image:
            if image.width * image.height > 20_000_000:
                raise RuleBroken(_("Bilden har för många bildpunkter. Spara den i mindre format."), "logo")
            drawn = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        raise RuleBroken(_("Filen går inte att läsa som bild. Använd PNG eller JPEG."), "logo") from None
    drawn.thumbnail(LOGO_SIZE)
    clean = Image.new("RGBA", drawn.size)
    clean.paste(drawn)
    out = io.BytesIO()
    clean.save(out, "PNG", optimize=True)
    return base64.b64encode(out.getvalue()).decode()


@deed(_("Lägger till ett organ som fattar beslut"), policies.may_add_body)
def add_body(actor: Actor, _none: None, *, name: str, kind: str) -> Body:
    """Add a body of the own organisation that decides."""
    return Body.objects.create(organisation_id=actor.organisation_id, name=name, kind=kind)


@deed(_("Avslutar eller öppnar ett organ"), policies.may_close_body)
def close_body(actor: Actor, body: Body, *, closed_on: date | None) -> Body:
    """Close a body from that day; ``None`` reopens it."""
    return save_edit(body, None, {"closed_on": closed_on})


@deed(_("Bjuder in en person till en roll"), policies.may_invite)
def invite_person(actor: Actor, _none: None, *, email: str, name: str, kind: str, **values: Any) -> Invitation:
    """Invite a person by mail. The link works once, for fourteen days."""
    if kind == Role.Kind.OPERATOR and "operate" not in actor.abilities:
        raise RuleBroken(_("Bara driften kan ge den rollen."), "kind")
    email = email.lower()
    person = Person.objects.filter(email=email).first()
    if person is not None and person.pk == actor.person_id:
        raise RuleBroken(_("Du kan inte ge dig själv en roll. Be en annan administratör."), "email")
    invitation = Invitation.objects.create(
        organisation_id=actor.organisation_id, email=email, name=name, kind=kind, **values
    )
    _link, token = links.make(
        actor, invitation, ACCEPT_INVITATION, expires_at=clock.now() + timedelta(days=INVITATION_DAYS)
    )
    outbox.post(
        actor.organisation_id,
        email,
        _("Inbjudan till Tillsammans"),
        _(
            "Hej {name},\n\n{inviter} på {organisation} bjuder in dig till Tillsammans, där kommun, polis och andra "
            "förebygger brott ihop.\n\nÖppna länken och välj ett lösenord. Den gäller i {days} dagar:\n{link}\n\n"
            "Om du inte väntade dig det här kan du bortse från brevet."
        ).format(
            name=name,
            inviter=actor.name,
            organisation=actor.organisation_name,
            days=INVITATION_DAYS,
            link=settings.BASE_URL + reverse("parties:invitation", args=[token]),
        ),
    )
    return invitation


@deed(_("Tar emot en inbjudan"), holds_link)
def accept_invitation(actor: Actor, invitation: Invitation, *, password: str | None) -> Role:
    """Take the role. A new person sets a password; one who has an account keeps it (``password`` is ``None``)."""
    person = Person.objects.filter(email=invitation.email).first()
    if person is None:
        person = Person.objects.create_user(invitation.email, password, name=invitation.name)
    return Role.objects.create(
        organisation_id=invitation.organisation_id,
        person=person,
        kind=invitation.kind,
        title=invitation.title,
        signs=invitation.signs,
        leading=invitation.leading,
        valid_from=clock.today(),
        valid_to=invitation.valid_to,
    )


@deed(_("Ändrar en roll"), policies.may_change_role)
def change_role(actor: Actor, role: Role, *, version: int | None, **changes: Any) -> Role:
    """Change title, mandate or last day. Nobody changes a role of their own."""
    ends = changes.get("valid_to")
    if ends and ends < role.valid_from:
        raise RuleBroken(_("Sista dagen kan inte ligga före den första, {day}."), "valid_to", day=role.valid_from)
    return save_edit(role, version, changes)


@deed(_("Avslutar en roll"), policies.may_change_role)
def end_role(actor: Actor, role: Role) -> Role:
    """End a role now: yesterday was its last day, so the person's next page is refused."""
    others = (
        Role.objects.filter(organisation_id=actor.organisation_id, kind=Role.Kind.ADMINISTRATOR)
        .filter(Q(valid_to=None) | Q(valid_to__gte=clock.today()))
        .exclude(pk=role.pk)
    )
    if role.kind == Role.Kind.ADMINISTRATOR and not others.exists():
        raise RuleBroken(_("Organisationen måste ha minst en administratör."))
    return save_edit(role, None, {"valid_to": clock.today() - timedelta(days=1)})


@deed(_("Väljer vilka brev man vill ha"), policies.may_choose_mail)
def choose_mail(actor: Actor, person: Person, *, mail_events: str, mail_weekly: bool) -> Person:
    """Choose when letters about what waits are sent, and whether a weekly one is."""
    person.mail_events, person.mail_weekly = mail_events, mail_weekly
    person.save(update_fields=["mail_events", "mail_weekly"])
    return person
