"""What was typed survives: whose it is, what a form holds, and the page that gives it back when it was not saved.

Text is kept by the browser (``static/kernel/drafts.js``). The server says when it holds a form, by its key, and nothing
else makes the browser let go of it. Script sends forms with ``FORM_OF`` and gets 204 with ``FORM_NEXT`` instead of a
redirect, 401 when the session has ended, and 412 when somebody else has signed in.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor
from tillsammans.kernel.models import AnsweredRequest

FORM_OF = "X-Form-Of"  # request, by script: whose drafts the page keeps, see ``owner_of``; a form has it in ``form_of``
FORM_NEXT = "X-Form-Next"  # response: the page that follows
FORM_STORED = "X-Form-Stored"  # response: the key of the form that was stored
FORM_STALE = "X-Form-Stale"  # response: the form's token is not the session's any more

# Never shown again nor hashed: what a page adds to the form by itself.
_NOT_TYPED = {"csrfmiddlewaretoken", "idempotency_key", "form_of"}
_KEYS_ASKED = 50
_SHOWN_FROM = 20  # characters; what is shorter is a choice or a word


def owner_of(actor: Actor) -> str:
    """Whose drafts a browser keeps: the person, and the organisation that the person acts for, as opaque words."""
    parts = (("person", actor.person), ("organisation", actor.organisation))
    return ".".join(salted_hmac(f"drafts of {kind}", str(uuid)).hexdigest()[:16] for kind, uuid in parts)


def content_of(request: HttpRequest) -> str:
    """A keyed hash of what a submitted form holds; of files, their names and sizes. Empty for a form without a key."""
    if not request.POST.get("idempotency_key"):
        return ""
    fields: list[Any] = [(name, values) for name, values in request.POST.lists() if name not in _NOT_TYPED]
    fields += [(name, [(file.name, file.size) for file in files]) for name, files in _files(request)]
    return salted_hmac("form", repr(sorted(fields)), algorithm="sha256").hexdigest()


def stored(actor: Actor, keys: Iterable[str]) -> list[str]:
    """Which of the forms with these keys have been carried out for the organisation that the actor acts for."""
    asked = [key[:64] for key in keys][:_KEYS_ASKED]
    answered = AnsweredRequest.objects.filter(organisation_id=actor.organisation_id, key__in=asked)
    return sorted(set(answered.values_list("key", flat=True)))


def seconds_left(request: Any) -> int:
    """In how many seconds the session ends if nothing more happens."""
    moment = int(clock.now().timestamp())
    last, began = (int(request.session.get(name, moment)) for name in ("last_seen", "began"))
    return max(0, min(last + settings.IDLE_SECONDS, began + settings.SESSION_COOKIE_AGE) - moment)


def signed_out(request: HttpRequest, *, opens: bool) -> HttpResponse:
    """Answer to a request that needs a session and has none: on to sign-in and back, with what was typed.

    ``opens``: whether the address can be opened, so that sign-in may lead back to it.
    """
    if FORM_OF in request.headers:
        return HttpResponse(status=401)
    back = request.get_full_path() if opens else _came_from(request) or "/"
    if request.method == "POST" and (page := _not_saved(request, back, 401)):
        return page
    return redirect_to_login(back)


def of_somebody_else(request: HttpRequest, actor: Actor) -> HttpResponse | None:
    """Answer to a form that was opened by another person, or for another organisation; nothing if it was not."""
    sent = request.headers.get(FORM_OF) or request.POST.get("form_of")
    if sent in (None, "", owner_of(actor)):
        return None
    if FORM_OF in request.headers:
        return HttpResponse(status=412)
    return _not_saved(request, "", 412, somebody_else=True) or render(request, "403_csrf.html", status=412)


def token_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer to a form whose token is not the session's, for instance after signing in again in another tab."""
    opened = getattr(request, "actor", None) is not None
    page = (_not_saved(request, "", 403) if opened else None) or render(request, "403_csrf.html", status=403)
    page.headers[FORM_STALE] = "token"
    return page


def holding(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response, saying that the server holds the form that was sent: the browser lets go of its draft."""
    response.headers[FORM_STORED] = request.POST.get("idempotency_key", "")[:64]
    return response


def to_script(request: HttpRequest, response: Any) -> None:
    """Make a redirect readable for the script that sent the form."""
    if FORM_OF in request.headers and isinstance(response, HttpResponseRedirect):
        response.status_code = 204
        response.headers[FORM_NEXT] = response.headers["Location"]
        del response.headers["Location"]


def _not_saved(request: HttpRequest, back: str, status: int, *, somebody_else: bool = False) -> HttpResponse | None:
    """The page that gives back what was typed, ready to be sent again, or nothing if there was no text.

    Only to a form of our own pages, which the browser vouches for with ``Origin``: otherwise another site could put
    its words here, one press from being saved.
    """
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return None
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]
    texts = [value for name, value in fields if name not in _NOT_TYPED and (len(value) > _SHOWN_FROM or " " in value)]
    if not texts:
        return None
    files = [file.name for _name, given in _files(request) for file in given]
    told = {"fields": fields, "texts": texts, "files": files, "back": back, "somebody_else": somebody_else}
    response = render(request, "kernel/errors/not_saved.html", told, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _files(request: HttpRequest) -> list[tuple[str, list[UploadedFile[bytes]]]]:
    return list(request.FILES.lists())


def _came_from(request: HttpRequest) -> str:
    """The page of this site that the form stood on."""
    came = urlsplit(request.headers.get("Referer", ""))
    return f"{came.path}?{came.query}".rstrip("?") if came.netloc == request.get_host() else ""
