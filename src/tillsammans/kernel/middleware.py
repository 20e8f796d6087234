"""Middleware of every request: actor, scope, security headers, and responses to refusals."""

import logging
import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.module_loading import import_string

from tillsammans.kernel import clock, drafts
from tillsammans.kernel.access import Refused
from tillsammans.kernel.content import UnreadableContent
from tillsammans.kernel.deeds import AlreadyAnswered
from tillsammans.kernel.scope import PUBLIC, Scope, within

logger = logging.getLogger("tillsammans")
Respond = Callable[[HttpRequest], HttpResponseBase]


class SecureHeaders:
    """Security headers of every response, beside those of Django and the content security policy."""

    def __init__(self, respond: Respond):
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.reference = secrets.token_hex(4)  # type: ignore[attr-defined]
        response = self.respond(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class Door:
    """Sets the actor of the request and enters the scope of the organisation that the actor acts for."""

    def __init__(self, respond: Respond):
        self.respond = respond
        self.actor_of = import_string(settings.ACTOR_OF_REQUEST)

    def __call__(self, request: Any) -> HttpResponseBase:
        self._end_old_session(request)
        request.actor = self.actor_of(request) if request.user.is_authenticated else None
        scope = Scope(request.actor.organisation_id) if request.actor else PUBLIC
        with within(scope):
            response = self.respond(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        if getattr(request, "by_link", False):
            # The address is the secret. "no-referrer" would make browsers send "Origin: null" with every form.
            response.headers["Cache-Control"] = "no-store"
            response.headers["Referrer-Policy"] = "same-origin"
            response.headers["X-Robots-Tag"] = "noindex"
        drafts.to_script(request, response)
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        name = request.resolver_match.view_name
        hung = getattr(view, "door", None)
        if hung is None:
            if name in settings.SIGN_IN_DOORS:
                return None
            raise Http404
        request.by_link = bool(hung.verb)
        if not hung.signed_in:
            return None
        if not request.user.is_authenticated:
            return drafts.signed_out(request, opens="GET" in hung.methods)
        if not request.session.get("second_factor"):
            return HttpResponseRedirect(f"{reverse('second_factor')}?{urlencode({'next': request.get_full_path()})}")
        if request.actor is None:
            return render(request, "parties/no_role.html", status=403)
        if refused := drafts.of_somebody_else(request, request.actor):
            return refused
        request.actor = request.actor.answering(
            request.POST.get("idempotency_key", "")[:64], drafts.content_of(request)
        )
        return None

    def process_exception(self, request: Any, exception: Exception) -> HttpResponseBase | None:
        if isinstance(exception, Refused):
            return render(request, "403.html", {"reasons": exception.reasons}, status=403)
        if isinstance(exception, ObjectDoesNotExist):
            return render(request, "404.html", status=404)
        if isinstance(exception, AlreadyAnswered):
            return render(request, "kernel/errors/already_saved.html", status=409)
        if isinstance(exception, UnreadableContent):
            # 410 until the stored content is repaired: neither a server error nor an empty page.
            uuid = getattr(exception.subject, "uuid", "")
            logger.error("%s %s, reference %s", uuid, exception, request.reference)
            response = render(request, "kernel/errors/unreadable.html", {"unreadable": [exception]}, status=410)
            response.headers["Cache-Control"] = "no-store"
            return response
        if isinstance(exception, OperationalError):
            logger.exception("database out of reach, reference %s", request.reference)
            response = render(request, "kernel/errors/503.html", status=503)
            response.headers["Retry-After"] = "10"
            return response
        return None

    @staticmethod
    def _end_old_session(request: Any) -> None:
        """End the session after ``IDLE_SECONDS`` without a request, and after ``SESSION_COOKIE_AGE`` in any case.

        The library alone would never end a session, because every save renews its expiry.
        """
        if not request.user.is_authenticated:
            return
        moment = int(clock.now().timestamp())
        began = request.session.setdefault("began", moment)
        last = request.session.get("last_seen", moment)
        if moment - last > settings.IDLE_SECONDS or moment - began > settings.SESSION_COOKIE_AGE:
            logout(request)
        elif moment - last >= 60 or "last_seen" not in request.session:
            request.session["last_seen"] = moment
