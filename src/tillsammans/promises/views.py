"""Pages of promises."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import override

from tillsammans.collaboration.queries import (
    SHARED_SHOWN,
    approvals_of,
    collaborations_of,
    comments_on,
    newest_received,
    parties_of,
)
from tillsammans.kernel import clock
from tillsammans.kernel.access import can
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.content import freeze
from tillsammans.kernel.documents import to_docx, to_pdf
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import act_and_return, confirm_page, form_page, page_of
from tillsammans.kernel.text import slug
from tillsammans.kernel.thread import thread_of
from tillsammans.kernel.wiring import functions
from tillsammans.parties.models import Organisation
from tillsammans.picture.models import Problem
from tillsammans.plans.queries import amounts
from tillsammans.promises import actions, forms, policies, queries
from tillsammans.promises.documents import promise_document
from tillsammans.promises.models import Promise
from tillsammans.promises.rules import failing, marked, missing_kinds, period_after

PROBLEMS_SHOWN = 10  # of those that wait for a promise; the list of problems has all
FILES = {
    "pdf": (to_pdf, "application/pdf"),
    "docx": (to_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


def _url(promise: Promise) -> str:
    return reverse("promises:promise", args=[promise.uuid])


def _crumbs(promise: Promise) -> list[tuple[str, str]]:
    return [(_("Löften"), reverse("promises:promises")), (promise.title, _url(promise))]


@door(can("read"), "GET")
def promises(request: Request) -> HttpResponse:
    """The organisation's promises, those that others have shared with it, and problems that wait for one."""
    page = page_of(request, queries.promises_of(request.actor))
    followed = {
        key: status
        for statuses in functions("PROMISE_STATUS")
        for key, status in statuses([promise.pk for promise in page]).items()
    }
    waiting = queries.problems_without_promise(request.actor)
    return render(
        request,
        "promises/promises.html",
        {
            "title": _("Löften till invånarna"),
            "promises": [(promise, followed.get(promise.pk)) for promise in page],
            "paginator_page": page,
            "shared": newest_received(request.actor, "promise").defer("content")[:SHARED_SHOWN],
            "problems": waiting[:PROBLEMS_SHOWN],
            "more_problems": max(waiting.count() - PROBLEMS_SHOWN, 0),
            "may_write": "edit" in request.actor.abilities,
            "collaborations": collaborations_of(request.actor),
        },
    )


@door(can("edit"))
def write(request: Request, problem: UUID) -> HttpResponse:
    """Write a promise against a problem; with ``?fran=`` it begins from an earlier one."""
    subject = find(Problem, problem)
    if not queries.possible_activities(subject).exists():
        return render(request, "promises/no_activity.html", {"problem": subject})
    wanted = _uuid(request.GET.get("fran"))
    earlier = Promise.objects.filter(problem=subject, uuid=wanted).first() if wanted else None
    return form_page(
        request,
        partial(forms.PromiseForm, about=subject),
        lambda data: actions.write_promise(request.actor, subject, previous=earlier, **data),
        title=_("Skriv ett medborgarlöfte"),
        then=_url,
        receipt=_("Löftet är ett utkast. Läs kvalitetskontrollen innan det läggs fram."),
        initial=_begin_from(earlier) if earlier else _begin(subject),
        context={
            "lead": subject.title,
            "back": reverse("picture:problem", args=[subject.uuid]),
            "button": _("Spara utkastet"),
        },
    )


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _begin(problem: Problem) -> dict[str, Any]:
    """A first promise: those who are needed and those who do something stand behind it."""
    doing = {activity.actor_id for activity in queries.possible_activities(problem)}
    return {
        "area": problem.area_id,
        "parties": [
            party.pk for party in parties_of(problem.collaboration) if party.pk in doing or not _unneeded(party)
        ],
    }


def _unneeded(party: Organisation) -> bool:
    return len(missing_kinds([party.kind])) == len(missing_kinds([]))


def _begin_from(earlier: Promise) -> dict[str, Any]:
    """The next promise: the same words, over the period of the same length that follows."""
    starts_on, ends_on = period_after(earlier.starts_on, earlier.ends_on)
    return {
        **{name: getattr(earlier, name) for name in ("title", "text", "benefit", "basis")},
        "area": earlier.area_id,
        "period": forms.OWN_DAYS,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "parties": earlier.parties.all(),
    }


@door(can("edit"))
def edit(request: Request, uuid: UUID) -> HttpResponse:
    """Change a draft."""
    promise = find(Promise, uuid)
    return form_page(
        request,
        partial(forms.PromiseForm, about=promise.problem),
        lambda data: actions.edit_promise(request.actor, promise, **data),
        title=_("Ändra löftet"),
        editing=promise,
        then=_url,
        receipt=_("Ändringen är sparad."),
        initial={"period": forms.OWN_DAYS},
        context={"lead": promise.problem.title, "back": _url(promise)},
    )


@door(can("read"), "GET")
def promise(request: Request, uuid: UUID) -> HttpResponse:
    """A promise: its thread, its text, how far the activities have come, the quality check, who has signed."""
    promise = find(Promise, uuid)
    content, shown = queries.shown_content(promise)
    checks = queries.quality_of(promise, content)
    lines = approvals_of(promise.offered) if promise.offered else []
    done = amounts(promise.activities.values_list("pk", flat=True))
    by_identity = {str(key): done.get(pk, 0) for pk, key in promise.activities.values_list("pk", "uuid")}
    actor = request.actor
    return render(
        request,
        "promises/promise.html",
        {
            "row": promise,
            "promise": content,
            "content_hash": shown,
            "rows": queries.progress_rows(content, by_identity),
            "thread": thread_of(promise.problem_id, "promise"),
            "checks": checks,
            "failing": failing(checks),
            "marked": marked(content.text),
            "approvals": lines,
            "all_signed": bool(lines) and all(line.valid for line in lines),
            "comments": comments_on("promise", promise.uuid),
            "may": {
                "edit": policies.may_edit(actor, promise),
                "offer": policies.may_offer(actor, promise),
                "take_back": policies.may_take_back(actor, promise),
                "publish": policies.may_publish(actor, promise),
                "withdraw": policies.may_withdraw(actor, promise),
                "write": policies.may_write(actor, promise),
            },
            "panels": [panel(request, promise) for panel in functions("PANELS", "promise")],
        },
    )


@door(can("share"))
def offer(request: Request, uuid: UUID) -> HttpResponse:
    """Lay the promise before the parties for signature."""
    promise = find(Promise, uuid)
    content = queries.promise_content(promise)
    checks = queries.quality_of(promise, content)
    return form_page(
        request,
        forms.ShownForm,
        lambda data: actions.offer_promise(request.actor, promise, shown=request.POST.get("shown", "")),
        title=_("Lägg fram ”{title}” för underskrift").format(title=promise.title),
        then=_url,
        receipt=_("Löftet är framlagt. Parterna ser det under Mottaget."),
        template="promises/binding.html",
        context={
            "consequences": [
                _("Texten låses så som den står här nedanför."),
                _("Varje part får texten och ombeds skriva under just den."),
                _("Löftet blir offentligt först när alla har skrivit under och du publicerar det."),
                _("Vill ni ändra texten senare tar du tillbaka löftet. Då behövs nya underskrifter."),
            ],
            "receivers": [party.name for party in content.parties],
            "advice": [check for check in checks if not check.holds],
            "promise": content,
            "rows": [(activity, None) for activity in content.activities],
            "shown": content_hash(freeze(content)),
            "button": _("Lägg fram för underskrift"),
            "back": _url(promise),
        },
    )


@door(can("share"))
def take_back(request: Request, uuid: UUID) -> HttpResponse:
    """Make an offered, withdrawn or put away promise a draft again, to change its text."""
    promise = find(Promise, uuid)
    consequences = [_("Löftet blir ett utkast igen.")]
    if promise.offered:
        consequences += [
            _("Den framlagda texten återkallas hos parterna."),
            _("Underskrifter som redan är gjorda gäller inte den nya texten. Alla får skriva under igen."),
        ]
    if promise.published:
        consequences.append(_("Den offentliga adressen säger att löftet är tillbakadraget tills det publiceras igen."))
    return confirm_page(
        request,
        lambda: actions.take_back_promise(request.actor, promise),
        title=_("Ändra texten i ”{title}”").format(title=promise.title),
        consequences=consequences,
        button=_("Gör om till utkast"),
        then=reverse("promises:edit", args=[promise.uuid]) if "edit" in request.actor.abilities else _url(promise),
        back=_url(promise),
        receipt=_("Löftet är ett utkast igen."),
    )


@door(can("publish"))
def publish(request: Request, uuid: UUID) -> HttpResponse:
    """Publish what every party has signed."""
    promise = find(Promise, uuid)
    content, _shown = queries.shown_content(promise)
    return form_page(
        request,
        forms.ShownForm,
        lambda data: actions.publish_promise(request.actor, promise),
        title=_("Publicera ”{title}”").format(title=promise.title),
        then=_url,
        receipt=_("Löftet är publicerat."),
        template="promises/binding.html",
        context={
            "consequences": [
                _("Texten här nedanför blir offentlig på en egen, varaktig adress som vem som helst kan läsa."),
                _(
                    "Ni lovar invånarna att redovisa senast {day}. Blir det sent syns det på sidan av sig självt."
                ).format(day=content.report_by),
                _("De som har en stående delning får det publicerade löftet."),
                _("Ett publicerat löfte kan dras tillbaka. Då säger adressen när och varför."),
            ],
            "receivers": [_("alla, på webben")],
            "promise": content,
            "rows": [(activity, None) for activity in content.activities],
            "button": _("Publicera"),
            "back": _url(promise),
        },
    )


@door(can("publish"))
def withdraw(request: Request, uuid: UUID) -> HttpResponse:
    """Withdraw a published promise."""
    promise = find(Promise, uuid)
    return form_page(
        request,
        forms.WithdrawForm,
        lambda data: actions.withdraw_promise(request.actor, promise, **data),
        title=_("Dra tillbaka ”{title}”").format(title=promise.title),
        then=_url,
        receipt=_("Löftet är tillbakadraget."),
        context={
            "lead": _(
                "Löftet och redovisningarna av det tas bort från de offentliga sidorna. Adressen finns kvar och säger "
                "när löftet drogs tillbaka och varför. Andra kan redan ha sparat det de läst."
            ),
            "button": _("Dra tillbaka"),
            "back": _url(promise),
        },
    )


@door(can("edit"), "POST")
def set_aside(request: Request, uuid: UUID) -> HttpResponse:
    """Put a draft away."""
    promise = find(Promise, uuid)
    return act_and_return(
        request,
        lambda: actions.set_aside_promise(request.actor, promise),
        _url(promise),
        _("Utkastet är undanlagt. Du kan ta fram det igen."),
    )


@door(can("read"), "GET")
def document(request: Request, uuid: UUID, form: str) -> HttpResponse:
    """The promise as PDF or Word, with the signatures given so far."""
    if form not in FILES:
        raise Http404
    promise = find(Promise, uuid)
    content, shown = queries.shown_content(promise)
    lines = approvals_of(promise.offered) if promise.offered else []
    make, kind = FILES[form]
    with override("sv"):  # the text that is signed is Swedish, so all of its document is
        made = make(
            promise_document(
                content,
                day=clock.today(),
                status=str(promise.get_state_display()).capitalize(),
                accent=Organisation.objects.only("accent").get(pk=promise.organisation_id).accent,
                content_hash=shown,
                signatures=[
                    (
                        line.organisation.name,
                        ", ".join(filter(None, (line.person, line.title))),
                        line.at.astimezone(clock.STOCKHOLM).strftime("%Y-%m-%d %H:%M"),
                    )
                    for line in lines
                    if line.valid and line.at
                ],
            )
        )
    name = content_disposition_header(True, f"{slug(promise.title)}.{form}") or "attachment"
    return HttpResponse(made, content_type=kind, headers={"Content-Disposition": name})
