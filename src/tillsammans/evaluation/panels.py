"""Panels about follow-ups, shown on pages of other apps."""

from django.template.loader import render_to_string
from django.urls import reverse

from tillsammans.collaboration.models import Package
from tillsammans.evaluation import policies
from tillsammans.evaluation.content import OutcomeContent
from tillsammans.evaluation.models import FollowUp
from tillsammans.evaluation.queries import follow_ups_of, outcome_progress
from tillsammans.evaluation.rules import colour_status, kept_status, next_sentence
from tillsammans.kernel.content import thaw
from tillsammans.kernel.doors import PublicRequest, Request
from tillsammans.plans.models import Measure
from tillsammans.promises.models import Promise


def of_promise(request: Request, promise: Promise) -> str:
    """Follow-ups of the promise, on its page; empty before the promise is published."""
    rows = list(follow_ups_of(promise=promise))
    may = policies.may_follow_up_promise(request.actor, promise)
    if not rows and not may:
        return ""
    return _panel(request, rows, reverse("evaluation:of_promise", args=[promise.uuid]) if may else "")


def of_measure(request: Request, measure: Measure) -> str:
    """Follow-ups of the measure, on its page."""
    may = policies.may_follow_up_measure(request.actor, measure)
    rows = list(follow_ups_of(measure=measure))
    return _panel(request, rows, reverse("evaluation:of_measure", args=[measure.uuid]) if may else "")


def _panel(request: Request, rows: list[FollowUp], url: str) -> str:
    shown = [
        (
            row,
            kept_status(row.kept) if row.kept else colour_status(row.colour),
            policies.is_published(request.actor, row),
        )
        for row in rows
    ]
    return render_to_string("evaluation/panel.html", {"rows": shown, "url": url}, request)


def package(request: Request, package: Package) -> str:
    """A published outcome, with its activities."""
    return outcome_html(thaw(package.content, OutcomeContent, package), request, with_activities=True)


def outcome_html(outcome: OutcomeContent, request: PublicRequest, *, with_activities: bool = False) -> str:
    """An outcome as published. ``with_activities``: for pages that do not show the promise itself."""
    progress = outcome_progress(outcome)
    return render_to_string(
        "evaluation/outcome.html",
        {
            "outcome": outcome,
            "kept": kept_status(outcome.kept),
            "next": next_sentence(outcome.next),
            "rows": [(one, progress[one.uuid]) for one in outcome.activities] if with_activities else [],
        },
        request,
    )
