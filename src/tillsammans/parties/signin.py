"""Sign-in: e-mail, password and a second factor. Nobody signs up; people are invited."""

import base64
import time
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from tillsammans.kernel import outbox
from tillsammans.kernel.doors import PublicRequest, open_door
from tillsammans.kernel.models import Installation
from tillsammans.kernel.scope import everywhere
from tillsammans.parties.models import Person, Role
from tillsammans.parties.queries import common_organisation


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Adapter of django-allauth: no sign-up, and mail through the outbox."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        message = self.render_mail(template_prefix, email, context)
        # To whom a letter about signing in goes does not depend on an organisation; the common one keeps it.
        outbox.post(common_organisation().pk, email, message.subject, str(message.body))

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The address with the host of the settings, since the request's is what its sender says."""
        path = urlsplit(super().get_reset_password_from_key_url(key)).path
        return f"{settings.BASE_URL}{path}"

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_user_search_fields(self) -> list[str]:
        return ["email"]

    def is_reauthentication_required(self, *, app: str) -> bool:
        """The password once more before the second factor is changed.

        But not when the first one is chosen, nor within ``ACCOUNT_REAUTHENTICATION_TIMEOUT`` of signing in.
        """
        if app == "allauth.mfa" and not is_mfa_enabled(self.request.user):
            return False
        signed_in = [record["at"] for record in get_authentication_records(self.request, self.request.user)]
        return not signed_in or time.time() - max(signed_in) >= REAUTHENTICATION_TIMEOUT


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keys of second factors are stored encrypted, so that they cannot be read from a copy of the database."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> Fernet:
    key = sha256(b"second factor" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Require every user to have a second factor. The library asks for it; this page makes the user create one.

    Then on to ``next``, which is kept in the session while a first second factor is chosen.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    asked = own_path(request, request.GET.get("next", ""))
    if not is_mfa_enabled(request.user):
        request.session["next"] = asked
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
    request.session["second_factor"] = True
    kept = request.session.pop("next", "")
    return HttpResponseRedirect(asked or kept or "/")


def own_path(request: HttpRequest, path: str) -> str:
    """``path`` if it leads to this site, else nothing."""
    safe = url_has_allowed_host_and_scheme(path, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return path if safe else ""


def in_demo(request: HttpRequest) -> bool:
    """Whether this is a demo database, and the request comes from this machine (loopback)."""
    local = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
    return bool(settings.DEMO and local and Installation.objects.filter(demo=True).exists())


@open_door("GET", "POST")
def demo(request: PublicRequest, role: str = "") -> HttpResponse:
    """One-click sign-in per role, in a demo on loopback only."""
    if not in_demo(request):
        raise Http404
    if request.method == "POST":
        person = get_object_or_404(Person, uuid=request.POST.get("person"), demo=True)
        login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
        request.session["second_factor"] = True
        return HttpResponseRedirect(own_path(request, request.POST.get("next", "")) or "/")
    with everywhere("the demo's front page lists all its roles"):
        roles = list(Role.objects.filter(person__demo=True).select_related("person", "organisation").order_by("pk"))
    return render(request, "parties/demo.html", {"roles": roles, "chosen": role, "next": request.GET.get("next", "")})
