"""The door lock: every page says who may open it. A page that says nothing stays shut."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from tillsammans.kernel.access import Actor, Policy, Refused
from tillsammans.kernel.models import Owned

View = Callable[..., HttpResponseBase]


class Request(HttpRequest):
    """A request that has passed the door."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class Door:
    """Who may open a page: everyone (``policy`` is ``None``), or an actor for whom the policy holds."""

    policy: Policy | None
    methods: tuple[str, ...]

    @property
    def public(self) -> bool:
        return self.policy is None

    def words(self) -> str:
        """The rule in Swedish."""
        return str(_("öppen för alla")) if self.policy is None else self.policy.words()


def door(policy: Policy, *methods: str) -> Callable[[View], View]:
    """Open the page to actors for whom ``policy`` holds. Without ``methods``: GET and POST."""
    return _hang(Door(policy, methods or ("GET", "POST")))


def open_door(*methods: str) -> Callable[[View], View]:
    """Open the page to everyone. The list of such pages is held literally by a test."""
    return _hang(Door(None, methods or ("GET",)))


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
    """The row with that address in the present room. A stranger's row does not exist: 404."""
    row = model.objects.filter(uuid=uuid, **narrower).first()
    if row is None:
        raise Http404
    return row
