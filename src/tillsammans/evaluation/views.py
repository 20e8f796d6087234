"""Pages of follow-up."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tillsammans.evaluation import actions, forms, policies, queries
from tillsammans.evaluation.models import FollowUp
from tillsammans.evaluation.panels import outcome_html
from tillsammans.evaluation.rules import colour_status, kept_status
from tillsammans.kernel import clock
from tillsammans.kernel.access import can
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.content import freeze
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import form_page, page_of
from tillsammans.kernel.thread import thread_of
from tillsammans.plans.models import Activity, Measure
from tillsammans.plans.queries import today_progress
from tillsammans.promises.forms import ShownForm
from tillsammans.promises.models import Promise


def _url(follow_up: FollowUp) -> str:
    return reverse("evaluation:follow_up", args=[follow_up.uuid])


def _rows(activities: Any) -> list[tuple[Activity, Any]]:
    ordered = list(activities.filter(removed_on=None).select_related("actor").order_by("due_on", "pk"))
    progress = today_progress(ordered)
    return [(activity, progress[activity.pk]) for activity in ordered]


@door(can("read"), "GET")
def follow_ups(request: Request) -> HttpResponse:
    """Every follow-up of the organisation, the latest first."""
    rows = queries.follow_ups_of(organisation_id=request.actor.organisation_id)
    page = page_of(request, rows)
    return render(
        request,
        "evaluation/follow_ups.html",
        {
            "title": _("Uppföljningar"),
            "rows": [(row, kept_status(row.kept) if row.kept else colour_status(row.colour)) for row in page],
            "paginator_page": page,
        },
    )


@door(can("edit"))
def of_promise(request: Request, uuid: UUID) -> HttpResponse:
    """Follow up a promise."""
    promise = find(Promise, uuid)
    return form_page(
        request,
        forms.PromiseFollowUpForm,
        lambda data: actions.follow_up_promise(request.actor, promise, **data),
        title=_("Följ upp löftet"),
        then=_url,
        receipt=_("Uppföljningen är sparad. Redovisa den för invånarna när du är nöjd."),
        template="evaluation/follow_up_form.html",
        initial={"followed_on": clock.today()},
        context={
            "lead": promise.title,
            "rows": _rows(promise.activities),
            "said": promise.text,
            "back": reverse("promises:promise", args=[promise.uuid]),
            "button": _("Spara uppföljningen"),
        },
    )


@door(can("edit"))
def of_measure(request: Request, uuid: UUID) -> HttpResponse:
    """Follow up a measure."""
    measure = find(Measure, uuid)
    return form_page(
        request,
        forms.MeasureFollowUpForm,
        lambda data: actions.follow_up_measure(request.actor, measure, **data),
        title=_("Följ upp åtgärden"),
        then=_url,
        receipt=_("Uppföljningen är sparad."),
        template="evaluation/follow_up_form.html",
        initial={"followed_on": clock.today()},
        context={
            "lead": measure.title,
            "rows": _rows(measure.activities),
            "said": measure.operative_goal,
            "back": reverse("plans:measure", args=[measure.uuid]),
            "button": _("Spara uppföljningen"),
        },
    )


@door(can("read"), "GET")
def follow_up(request: Request, uuid: UUID) -> HttpResponse:
    """One follow-up, with all that was said before and after it."""
    follow_up = find(FollowUp, uuid)
    of = {"promise": follow_up.promise} if follow_up.promise else {"measure": follow_up.measure}
    return render(
        request,
        "evaluation/follow_up.html",
        {
            "row": follow_up,
            "title": _("Uppföljning {day}").format(day=follow_up.followed_on.isoformat()),
            "status": kept_status(follow_up.kept) if follow_up.kept else colour_status(follow_up.colour),
            "colour": colour_status(follow_up.colour),
            "thread": thread_of(queries.problem_of(follow_up).pk, "effect"),
            "others": [other for other in queries.follow_ups_of(**of) if other.pk != follow_up.pk],
            "published": policies.is_published(request.actor, follow_up),
            "may_publish": policies.may_publish(request.actor, follow_up),
            "may_withdraw": policies.may_withdraw(request.actor, follow_up),
            "recorded_on": follow_up.recorded_at.astimezone(clock.STOCKHOLM).date(),
        },
    )


@door(can("publish"))
def publish(request: Request, uuid: UUID) -> HttpResponse:
    """Tell the residents how the promise went."""
    follow_up = find(FollowUp, uuid, measure=None)
    outcome = queries.outcome_content(follow_up)
    return form_page(
        request,
        ShownForm,
        lambda data: actions.publish_outcome(request.actor, follow_up, shown=request.POST.get("shown", "")),
        title=_("Redovisa ”{title}”").format(title=follow_up.promise.title),
        then=_url,
        receipt=_("Löftet är redovisat för invånarna."),
        template="evaluation/publish.html",
        context={
            "outcome_html": outcome_html(outcome, request, with_activities=True),
            "shown": content_hash(freeze(outcome)),
            "button": _("Redovisa"),
            "back": _url(follow_up),
        },
    )


@door(can("publish"))
def withdraw(request: Request, uuid: UUID) -> HttpResponse:
    """Take a published outcome back."""
    follow_up = find(FollowUp, uuid, measure=None)
    return form_page(
        request,
        forms.WithdrawForm,
        lambda data: actions.withdraw_outcome(request.actor, follow_up, **data),
        title=_("Dra tillbaka redovisningen"),
        then=_url,
        receipt=_("Redovisningen är tillbakadragen."),
        context={
            "lead": _("Redovisningen tas bort från löftets offentliga sida. Andra kan redan ha sparat det de läst."),
            "button": _("Dra tillbaka"),
            "back": _url(follow_up),
        },
    )
