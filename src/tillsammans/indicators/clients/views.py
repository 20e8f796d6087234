"""Pages for fetching from the source: what can be fetched, and one page a source."""

import secrets
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.indicators import policies
from tillsammans.indicators.clients import actions, forms, kolada, polisen, scb
from tillsammans.indicators.events.queries import own_area
from tillsammans.kernel import jobs, outgoing
from tillsammans.kernel.doors import door
from tillsammans.kernel.models import Job


def _crumbs(last: str = "") -> list[tuple[str, str]]:
    return [
        (_("Underlag"), reverse("indicators:evidence")),
        (_("Inläsningar"), reverse("indicators:imports")),
        (_("Hämta från källan"), reverse("indicators:sources") if last else ""),
        *([(last, "")] if last else []),
    ]


@door(policies.may_import, "GET")
def sources(request: Any) -> HttpResponse:
    """The sources that answer over the network, and whether the operator lets calls out to them."""
    return render(
        request,
        "indicators/sources.html",
        {
            "title": _("Hämta från källan"),
            "crumbs": _crumbs(),
            "rows": [
                (
                    _("Nyckeltal från Kolada"),
                    _("Anmälda brott per invånare, trygghet och förtroende; år för år."),
                    reverse("indicators:fetch_kolada"),
                    kolada.HOST.name,
                    outgoing.allowed(kolada.HOST),
                ),
                (
                    _("Tabeller från SCB"),
                    _("Till exempel folkmängd, inkomster och boende."),
                    reverse("indicators:fetch_scb"),
                    scb.HOST_2.name,
                    outgoing.allowed(scb.HOST_2),
                ),
                (
                    _("Polisens händelser"),
                    _("De 500 senaste texterna på polisen.se. Sammanhang, ingen statistik."),
                    reverse("indicators:event_upload"),
                    polisen.HOST.name,
                    outgoing.allowed(polisen.HOST),
                ),
            ],
        },
    )


@door(policies.may_import)
def fetch_kolada(request: Any) -> HttpResponse:
    """Choose key figures, and let a job fetch them; where nothing may go out, say what to fetch by hand."""
    return _page(
        request,
        forms.KoladaForm,
        _("Hämta nyckeltal från Kolada"),
        lambda form: kolada.HOST,
        lambda form: actions.fetch_kolada(request.actor, None, kpis=form.kpis(), places=form.places()),
        lambda form: kolada.addresses(form.kpis(), form.places()),
    )


@door(policies.may_import)
def fetch_scb(request: Any) -> HttpResponse:
    """Choose a table, and let a job fetch it; where nothing may go out, say what to fetch by hand."""
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
    request: Any,
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
        return HttpResponseRedirect(jobs.url(start(form)))
    return render(
        request,
        "indicators/fetch.html",
        {
            "title": title,
            "form": form,
            "host": host.name,
            "open": outgoing.allowed(host),
            "addresses": by_hand(form) if good else [],
            "crumbs": _crumbs(title),
            "back": reverse("indicators:sources"),
            "button": _("Hämta och kontrollera") if outgoing.allowed(host) else _("Visa adresserna"),
            "idempotency_key": request.POST.get("idempotency_key") or secrets.token_hex(16),
        },
        status=422 if form.is_bound and not good else 200,
    )
