"""Views for fetching: the list of sources, and one page per source."""

import secrets
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.imports.actions import fetch as actions
from tillsammans.imports.clients import kolada, scb
from tillsammans.imports.forms import fetch as forms
from tillsammans.imports.views.imports import crumbs
from tillsammans.kernel import intake, jobs, outgoing
from tillsammans.kernel.doors import Request, door
from tillsammans.kernel.drafts import holding
from tillsammans.kernel.models import Job
from tillsammans.kernel.wiring import functions
from tillsammans.parties.queries import own_area


@door(intake.may_import, "GET")
def sources(request: Request) -> HttpResponse:
    """The sources with an API, and whether the operator allows requests to them."""
    return render(
        request,
        "imports/sources.html",
        {
            "title": _("Hämta från källan"),
            "crumbs": crumbs((_("Hämta från källan"), "")),
            "rows": [(one, outgoing.allowed(one.host)) for sources in functions("SOURCES") for one in sources()],
        },
    )


@door(intake.may_import)
def fetch_kolada(request: Request) -> HttpResponse:
    """Choose key figures and start a job that fetches them; if requests are not allowed, list URLs to fetch by hand."""
    return _page(
        request,
        forms.KoladaForm,
        _("Hämta nyckeltal från Kolada"),
        lambda form: kolada.HOST,
        lambda form: actions.fetch_kolada(request.actor, None, kpis=form.kpis(), places=form.places()),
        lambda form: kolada.addresses(form.kpis(), form.places()),
    )


@door(intake.may_import)
def fetch_scb(request: Request) -> HttpResponse:
    """Choose a table and start a job that fetches it; if requests are not allowed, list URLs to fetch by hand."""
    return _page(
        request,
        forms.ScbForm,
        _("Hämta en tabell från SCB"),
        lambda form: scb.host_of(form.cleaned_data.get("tabell", "TAB") if form.is_bound else "TAB"),
        lambda form: actions.fetch_scb(
            request.actor,
            None,
            table=form.cleaned_data["tabell"],
            places=form.places(),
            periods=form.cleaned_data["perioder"],
        ),
        lambda form: scb.addresses(form.cleaned_data["tabell"], form.places(), form.cleaned_data["perioder"]),
    )


def _page(
    request: Request,
    form_class: Callable[..., Any],
    title: str,
    host_of: Callable[[Any], outgoing.Host],
    start: Callable[[Any], Job],
    by_hand: Callable[[Any], list[str]],
) -> HttpResponse:
    own = own_area(request.actor.organisation_id)
    form = form_class(request.POST or None, initial={"kommun": own if len(own) == 4 else ""})
    good = form.is_valid()
    host = host_of(form)
    if good and outgoing.allowed(host):
        return holding(request, HttpResponseRedirect(jobs.url(start(form))))
    return render(
        request,
        "imports/fetch.html",
        {
            "title": title,
            "form": form,
            "host": host.name,
            "open": outgoing.allowed(host),
            "addresses": by_hand(form) if good else [],
            "crumbs": crumbs((_("Hämta från källan"), reverse("imports:sources")), (title, "")),
            "back": reverse("imports:sources"),
            "button": _("Hämta och kontrollera") if outgoing.allowed(host) else _("Visa adresserna"),
            "idempotency_key": request.POST.get("idempotency_key") or secrets.token_hex(16),
        },
        status=422 if form.is_bound and not good else 200,
    )
