"""Pages that belong to no app: a job's progress, the audit log, and whether the service is ready."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tillsammans.kernel import actions, drafts, links
from tillsammans.kernel.access import can
from tillsammans.kernel.deeds import DEEDS
from tillsammans.kernel.doors import PublicRequest, Request, door, find, open_door
from tillsammans.kernel.models import AuditEntry, Job, Link, OutgoingMail
from tillsammans.kernel.pages import act_and_return, page_of


@door(can("read"), "GET")
def job(request: Request, uuid: UUID) -> HttpResponse:
    """How far a job has come; its result when it is done."""
    job: Job = find(Job, uuid)
    return render(request, "kernel/job.html", {"job": job, "title": job.title})


@door(can("read"), "GET")
def job_state(request: Request, uuid: UUID) -> JsonResponse:
    """The same, for the page's own script."""
    job: Job = find(Job, uuid)
    return JsonResponse(
        {
            "done": job.done,
            "total": job.total,
            "message": job.message,
            "state": job.state,
            "next_url": job.result_url,
        }
    )


@door(can("administer"), "GET")
def audit_log(request: Request) -> HttpResponse:
    """What has been done in the organisation: who, when, which deed. Never content."""
    entries = AuditEntry.objects.filter(head__organisation_id=request.actor.organisation_id).order_by("-number")
    page = page_of(request, entries)
    names = dict(get_user_model().objects.filter(uuid__in=[entry.person for entry in page]).values_list("uuid", "name"))
    rows = [
        {
            "entry": entry,
            # People are never removed, so who is no person is a link.
            "name": names.get(entry.person, _("genom en länk")) if entry.person else "",
            "words": DEEDS[entry.deed].words if entry.deed in DEEDS else entry.deed,
        }
        for entry in page
    ]
    return render(request, "kernel/audit_log.html", {"title": _("Logg"), "rows": rows, "paginator_page": page})


@door(can("read"), "GET")
def open_links(request: Request) -> HttpResponse:
    """The links without account that can still be used: what they are for, and a button that ends each."""
    page = page_of(request, links.open_links(request.actor))
    known = links.subjects(page)
    rows = [
        {
            "link": link,
            "words": DEEDS[link.verb].words if link.verb in DEEDS else link.verb,
            "subject": known.get(link.subject),
        }
        for link in page
    ]
    return render(request, "kernel/links.html", {"title": _("Öppna länkar"), "rows": rows, "paginator_page": page})


@door(can("read"), "POST")
def revoke_link(request: Request, uuid: UUID) -> HttpResponse:
    """End a link, and go back to the page of this site that asked (``next``)."""
    link = find(Link, uuid)
    back = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return act_and_return(
        request,
        lambda: actions.revoke_link(request.actor, link),
        back if own and back else reverse("links"),
        _("Länken är återtagen."),
    )


@door(can("administer"), "GET")
def outgoing_mail(request: Request) -> HttpResponse:
    """Mail to the organisation's people: what went, what waits and what could not be sent. Never its content."""
    context = {
        "title": _("Utgående brev"),
        "paginator_page": page_of(request, OutgoingMail.objects.defer("body").order_by("-pk")),
        "sends": bool(settings.MAIL_TRANSPORT),
    }
    return render(request, "kernel/outgoing_mail.html", context)


@door(can("administer"), "POST")
def send_again(request: Request, uuid: UUID) -> HttpResponse:
    """Try a mail again that could not be sent."""
    mail = find(OutgoingMail, uuid)
    return act_and_return(
        request,
        lambda: actions.send_again(request.actor, mail),
        reverse("outgoing_mail"),
        _("Brevet skickas igen."),
    )


@door(can("read"), "GET")
def presence(request: Request) -> JsonResponse:
    """A sign of life, which prolongs the session: seconds left, the forms' token, and which forms are stored."""
    return JsonResponse(
        {
            "left": drafts.seconds_left(request),
            "token": get_token(request),
            "stored": drafts.stored(request.actor, request.GET.getlist("nyckel")),
        }
    )


@open_door("GET")
def ready(request: PublicRequest) -> HttpResponse:
    """Whether the service can answer: the database is reached."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")
