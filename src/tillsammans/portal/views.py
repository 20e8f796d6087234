"""Public views: no login, no JavaScript."""

from datetime import date
from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import override

from tillsammans.evaluation.documents import outcome_blocks
from tillsammans.evaluation.panels import outcome_html
from tillsammans.evaluation.queries import outcome_rows
from tillsammans.kernel import clock
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.content import freeze
from tillsammans.kernel.documents import to_pdf
from tillsammans.kernel.doors import PublicRequest, open_door
from tillsammans.kernel.terms import terms
from tillsammans.kernel.text import swedish_key
from tillsammans.portal import queries
from tillsammans.portal.rules import as_hash, in_groups
from tillsammans.promises.documents import promise_document

# When the accessibility statement was last reviewed.
STATEMENT_DATED = date(2026, 11, 25)
PROMISES_A_PAGE = 50


def _show(request: PublicRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    return _for_a_minute(request, response)


def _for_a_minute(request: PublicRequest, response: HttpResponse) -> HttpResponse:
    """Let shared caches keep the page for a minute, unless it shows a signed-in person's menu."""
    if request.actor is None:
        response.headers["Cache-Control"] = "public, max-age=60"
    return response


@open_door("GET")
def promises(request: PublicRequest) -> HttpResponse:
    """Every published promise, by organisation."""
    asked = request.GET.get("q", "").strip()[:100]
    page = Paginator(queries.published_packages(asked), PROMISES_A_PAGE).get_page(request.GET.get("sida"))
    today = clock.today()
    listed, unreadable = queries.with_outcomes(list(page))
    rows = [(promise, promise.status(today)) for promise in listed]
    return _show(
        request,
        "portal/promises.html",
        {
            "title": _("Löften till invånarna"),
            "rows": rows,
            "unreadable": unreadable,
            "asked": asked,
            "paginator_page": page,
        },
    )


@open_door("GET")
def promise(request: PublicRequest, slug: str) -> HttpResponse:
    """A promise with its outcome; 410 with date and reason if it was withdrawn."""
    public = queries.promise_at(slug)
    if public is None:
        withdrawal = queries.withdrawal_at(slug)
        if withdrawal is None:
            raise Http404
        title = _("Löftet är tillbakadraget")
        return _show(request, "portal/withdrawn.html", {"title": title, "withdrawal": withdrawal}, status=410)
    today = clock.today()
    return _show(
        request,
        "portal/promise.html",
        {
            "title": public.content.title,
            "found": public,
            "promise": public.content,
            "organisation": public.package.organisation,
            "rows": outcome_rows(public.content, public.outcome),
            "status": public.status(today),
            "overdue": public.overdue(today),
            "ended": today > public.content.end,
            "outcome_html": outcome_html(public.outcome, request) if public.outcome else "",
            "earlier": public.outcomes[1:],
            "signatures": queries.signatures_under(public.package),
        },
    )


@open_door("GET")
def promise_pdf(request: PublicRequest, slug: str) -> HttpResponse:
    """The promise and its outcome as PDF."""
    public = queries.promise_at(slug)
    if public is None:
        raise Http404
    if public.unreadable:
        raise public.unreadable[0]  # a document without the outcome would look as if none was published
    digest = content_hash(freeze(public.outcome))[:16] if public.outcome else ""
    key = f"promise-pdf-{public.package.pk}-{digest}"
    pdf = cache.get(key)
    if pdf is None:
        with override("sv"):  # the text that was signed is Swedish, so all of its document is
            pdf = _pdf(public)
        cache.set(key, pdf)
    name = content_disposition_header(False, f"{slug}.pdf") or "inline"
    response = HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": name})
    return _for_a_minute(request, response)


def _pdf(public: queries.PublicPromise) -> bytes:
    published = public.package.sent_at.astimezone(clock.STOCKHOLM).date()
    told = date.fromisoformat(public.outcome.followed_on) if public.outcome else None
    return to_pdf(
        promise_document(
            public.content,
            day=max(published, told) if told else published,
            status=_("Publicerat {day}").format(day=published.isoformat()),
            accent=public.package.organisation.accent,
            content_hash=public.package.hash,
            signatures=[
                (one.organisation, one.title, one.at.astimezone(clock.STOCKHOLM).strftime("%Y-%m-%d"))
                for one in queries.signatures_under(public.package)
            ],
            outcome=outcome_blocks(public.outcome) if public.outcome else (),
        )
    )


@open_door("GET")
def check(request: PublicRequest) -> HttpResponse:
    """Type the hash that stands in a document, to see whether a public text has it."""
    typed = request.GET.get("summa", "")
    if beginning := as_hash(typed):
        return HttpResponseRedirect(reverse("portal:verify", args=[beginning]))
    title = _("Kontrollera en text")
    return _show(
        request, "portal/check.html", {"title": title, "typed": typed[:80], "wrong": bool(typed)}, 422 if typed else 200
    )


@open_door("GET")
def verify(request: PublicRequest, hash: str) -> HttpResponse:
    """Whether a public text has the hash, computed anew, and who signed it."""
    beginning = as_hash(hash)
    if beginning is None:
        raise Http404
    result = [
        (
            package,
            in_groups(package.hash),
            content_hash(package.content) == package.hash,
            queries.signatures_under(package),
        )
        for package in queries.public_texts(beginning)
    ]
    title = _("Kontroll av en text")
    return _show(
        request,
        "portal/verify.html",
        {"title": title, "found": result, "beginning": beginning},
        status=200 if result else 404,
    )


@open_door("GET")
def about(request: PublicRequest) -> HttpResponse:
    """About the work, and contacts."""
    organisations = queries.publishing_organisations(queries.published_packages())
    return _show(request, "portal/about.html", {"title": _("Om arbetet"), "organisations": organisations})


@open_door("GET")
def accessibility(request: PublicRequest) -> HttpResponse:
    """The accessibility statement."""
    return _show(
        request, "portal/accessibility.html", {"title": _("Tillgänglighetsredogörelse"), "dated": STATEMENT_DATED}
    )


@open_door("GET")
def help_page(request: PublicRequest) -> HttpResponse:
    """The chain, the roles, the steps and the words."""
    known = sorted(((_(term), explained) for term, explained in terms().items()), key=lambda pair: swedish_key(pair[0]))
    return _show(request, "portal/help.html", {"title": _("Hjälp"), "terms": known})
