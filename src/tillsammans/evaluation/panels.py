"""What follow-ups show on other apps' pages."""

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
    """How the promise went, on its page; nothing before it is published."""
    rows = list(follow_ups_of(promise=promise))
    may = policies.may_follow_up_promise(request.actor, promise)
    if not rows and not may:
        return ""
    return _panel(request, rows, reverse("evaluation:of_promise", args=[promise.uuid]) if may else "")


def of_measure(request: Request, measure: Measure) -> str:
    """How the measure went, on its page."""
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
    """An outcome as the residents read it. ``with_activities`` where the promise itself does not stand beside it."""
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
