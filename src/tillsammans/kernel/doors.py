"""Doors: view decorators with an access policy. The middleware answers 404 for views without one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from tillsammans.kernel import links
from tillsammans.kernel.access import Actor, Policy, Refused, holds_link
from tillsammans.kernel.drafts import content_of
from tillsammans.kernel.models import Owned
from tillsammans.kernel.scope import Scope, within

View = Callable[..., HttpResponseBase]


class PublicRequest(HttpRequest):
    """A request to a page that is open to everyone; ``actor`` is ``None`` for whoever has not signed in."""

    actor: Actor | None
    roles: Sequence[Any]  # of the person who has signed in, in every organisation; see ``ACTOR_OF_REQUEST``


class Request(PublicRequest):
    """A request that has been authorised by its view's door."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class Door:
    """The access rule of a view: everyone (``policy`` is ``None``), or actors for whom the policy holds.

    ``verb``: access is by a link for that deed, without signing in.
    """

    policy: Policy | None
    methods: tuple[str, ...]
    verb: str = ""

    @property
    def public(self) -> bool:
        return self.policy is None and not self.verb

    @property
    def signed_in(self) -> bool:
        """Whether only people who have signed in may open it."""
        return self.policy is not None

    def words(self) -> str:
        """The rule in Swedish."""
        if self.verb:
            return holds_link.words()
        return str(_("öppen för alla")) if self.policy is None else self.policy.words()


def door(policy: Policy, *methods: str) -> Callable[[View], View]:
    """Decorator: let actors for whom ``policy`` holds call the view; others get ``Refused``. Default: GET and POST."""
    return _hang(Door(policy, methods or ("GET", "POST")))


def open_door(*methods: str) -> Callable[[View], View]:
    """Decorator: a public view (default: GET). A test lists all such views literally."""
    return _hang(Door(None, methods or ("GET",)))


def link_door(verb: str, *methods: str) -> Callable[[View], View]:
    """Decorator: a view, at a URL with ``<str:token>``, for whoever holds a link for the deed ``verb``.

    The view is called with the request and the ``HeldLink``, in the scope of the link's organisation. Every link that
    cannot be used gets the same response, 404; a link whose object has been removed gets 410.
    """
    links.VERBS.add(verb)

    def wrap(view: View) -> View:
        @wraps(view)
        def held(request: Any, token: str) -> HttpResponseBase:
            try:
                link = links.hold(token, verb, request.POST.get("idempotency_key", "")[:64], content_of(request))
                if link.subject is None:
                    return render(request, "kernel/link_removed.html", status=410)
                with within(Scope(link.actor.organisation_id)):
                    return view(request, link)
            except links.LinkClosed:
                return render(request, "kernel/link_closed.html", status=404)

        return _hang(Door(None, methods or ("GET", "POST"), verb))(held)

    return wrap


def _hang(hung: Door) -> Callable[[View], View]:
    allowed = (*hung.methods, "HEAD") if "GET" in hung.methods else hung.methods

    def wrap(view: View) -> View:
        @wraps(view)
        def opened(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in allowed:
                # Also OPTIONS, and HEAD where there is no GET: neither carries a token, so neither may reach a view
                # that acts.
                response = HttpResponse(status=200 if request.method == "OPTIONS" else 405)
                response["Allow"] = ", ".join(allowed)
                return response
            if hung.policy is not None and not hung.policy(request.actor):
                raise Refused(hung.policy.missing(request.actor))
            return view(request, *args, **kwargs)

        opened.door = hung  # type: ignore[attr-defined]
        return opened

    return wrap


def find(model: type[Owned], uuid: UUID, **narrower: Any) -> Any:
    """The row with that uuid in the present scope; ``Http404`` if there is none or another organisation owns it."""
    row = model.objects.filter(uuid=uuid, **narrower).first()
    if row is None:
        raise Http404
    return row
