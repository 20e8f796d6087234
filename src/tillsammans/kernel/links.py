"""Links without account: whoever holds one may do one deed with one object, until it expires, is used up or revoked.

The token is given out once, when the link is made, and only its hash is stored. The page that a link opens has a
``link_door``; the deed takes one use from the link in its own transaction, so two uses of a link that is good for one
cannot both succeed. The audit log names the link and not its holder; a deed that is not audited leaves no mention of
the link in the log. Which rows were written in one transaction can still be inferred from a database: truly anonymous
answers need more separation from the link than this.
"""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from importlib import import_module
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor, Grant, Refused
from tillsammans.kernel.models import Link, Owned
from tillsammans.kernel.scope import Scope, everywhere, within
from tillsammans.kernel.verify import Fault

TOKEN_BYTES = 32
KEPT = timedelta(days=30)  # how long a link that can no longer be used is kept
# Deeds that have a page for links. Filled by ``doors.link_door``.
VERBS: set[str] = set()


class LinkClosed(Refused):
    """The link is unknown, expired, revoked or used up; which one is not said."""

    def __init__(self) -> None:
        super().__init__([_("Länken går inte att använda. Be den som skickade den om en ny.")])


@dataclass(frozen=True, slots=True)
class HeldLink:
    """A valid link: actor and object of the deed. ``subject`` is ``None`` if the object has been removed."""

    link: Link
    subject: Any
    actor: Actor


def make(actor: Actor, subject: Owned, verb: str, *, expires_at: datetime, uses: int | None = 1) -> tuple[Link, str]:
    """A new link to ``subject`` for the deed ``verb``, and its token, which is shown now and never again.

    Runs inside a deed.
    """
    if subject.organisation_id != actor.organisation_id:
        raise ValueError("a link leads to an object of the own organisation")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = Link.objects.create(
        organisation_id=actor.organisation_id,
        kind=subject._meta.label,
        subject=subject.uuid,
        verb=verb,
        token_hash=hashed(token),
        expires_at=expires_at,
        uses_left=uses,
        created_by_id=actor.person_id or None,
    )
    return link, token


def hashed(token: str) -> str:
    """The hash of a token, which is what is stored."""
    return sha256(token.encode()).hexdigest()


def usable() -> Q:
    """The links that can be used now."""
    return Q(revoked_at=None, expires_at__gt=clock.now()) & (Q(uses_left=None) | Q(uses_left__gt=0))


def hold(token: str, verb: str, request_key: str = "", request_content: str = "") -> HeldLink:
    """Look up the link of a token for the deed ``verb``; ``LinkClosed`` if there is none that can be used."""
    with everywhere("who comes by a link has no organisation yet; the token says which one it opens"):
        link = Link.objects.filter(usable(), token_hash=hashed(token), verb=verb).select_related("organisation").first()
    if link is None:
        raise LinkClosed
    owner: Any = link.organisation
    with within(Scope(owner.pk)):
        subject = _model(link.kind).objects.filter(uuid=link.subject).first()
    actor = Actor(
        0,
        link.uuid,
        "",
        owner.pk,
        owner.uuid,
        owner.name,
        owner.kind,
        request_key=request_key,
        request_content=request_content,
        link=Grant(link.pk, link.verb, link.subject),
    )
    return HeldLink(link, subject, actor)


def spend(grant: Grant, verb: str, subject: Any) -> None:
    """Take one use from the link, under lock; ``LinkClosed`` if it is for another deed or object, or not valid.

    Runs in the deed's transaction, so a deed that is rolled back uses nothing.
    """
    link = Link.objects.select_for_update(of=("self",)).filter(usable(), pk=grant.link_id).first()
    if link is None or (link.verb, link.subject) != (verb, getattr(subject, "uuid", None)):
        raise LinkClosed
    if link.uses_left is not None:
        Link.objects.filter(pk=link.pk).update(uses_left=F("uses_left") - 1)


def open_links(actor: Actor) -> QuerySet[Link]:
    """The organisation's links that can still be used, the newest first: an administrator's all, anyone else's own."""
    links = Link.objects.filter(usable(), organisation_id=actor.organisation_id).select_related("created_by")
    if "administer" not in actor.abilities:
        links = links.filter(created_by_id=actor.person_id)
    return links.order_by("-pk")


def subjects(links: Iterable[Link]) -> dict[UUID, Owned]:
    """The objects of the links, by uuid. One query per model."""
    wanted: dict[str, set[UUID]] = {}
    for link in links:
        wanted.setdefault(link.kind, set()).add(link.subject)
    return {row.uuid: row for kind, uuids in wanted.items() for row in _model(kind).objects.filter(uuid__in=uuids)}


def remove_old() -> int:
    """Remove links that have not been usable for ``KEPT``; returns how many."""
    moment = clock.now() - KEPT
    with everywhere("old links of every organisation are removed"):
        # When the last use was taken is not stored, so a link that is used up stays until it would have expired.
        removed, _by_model = Link.objects.filter(Q(expires_at__lt=moment) | Q(revoked_at__lt=moment)).delete()
    return removed


def faults() -> Iterator[Fault]:
    """Every link is for a deed that has a page for links, has a hash for a token, and stays in its organisation."""
    import_module(settings.ROOT_URLCONF)  # where the pages are that links open
    with everywhere("verify looks at every organisation's links"):
        for link in Link.objects.order_by("pk").iterator():
            if link.verb not in VERBS:
                yield Fault("kernel.link", str(link.uuid), _("gäller något som ingen länk kan göra"))
            if len(link.token_hash) != 64 or not set(link.token_hash) <= set("0123456789abcdef"):
                yield Fault("kernel.link", str(link.uuid), _("har en nyckel som inte är en hash"))
            if link.expires_at <= link.recorded_at:
                yield Fault("kernel.link", str(link.uuid), _("slutade gälla innan den gjordes"))
            try:
                subject = _model(link.kind).objects.filter(uuid=link.subject).first()
            except LookupError:
                yield Fault("kernel.link", str(link.uuid), _("leder till ett slags objekt som inte finns"))
                continue
            if subject is not None and subject.organisation_id != link.organisation_id:
                yield Fault("kernel.link", str(link.uuid), _("leder till en annan organisations objekt"))


def _model(kind: str) -> type[Owned]:
    model: type[models.Model] = apps.get_model(kind)
    if not issubclass(model, Owned):
        raise LookupError(kind)
    return model
