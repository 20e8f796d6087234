"""Pages of goals, action plans, measures and activities."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from tillsammans.collaboration.models import Package
from tillsammans.collaboration.queries import SHARED_SHOWN, newest_received
from tillsammans.kernel import clock
from tillsammans.kernel.access import can
from tillsammans.kernel.documents import to_docx, to_pdf
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.pages import act_and_return, form_page, page_of
from tillsammans.kernel.text import slug
from tillsammans.kernel.thread import thread_of
from tillsammans.kernel.wiring import functions
from tillsammans.parties.models import Organisation
from tillsammans.picture.models import Problem
from tillsammans.plans import actions, forms, policies, queries
from tillsammans.plans.documents import plan_document
from tillsammans.plans.models import ActionPlan, Activity, ActivityLog, Goal, Measure
from tillsammans.plans.panels import measure_statuses


def _url(row: Any) -> str:
    """The page where a row of this app is shown."""
    match row:
        case ActionPlan():
            return reverse("plans:plan", args=[row.uuid])
        case Measure():
            return reverse("plans:measure", args=[row.uuid])
        case Activity():
            return reverse("plans:activity", args=[row.uuid])
        case Goal():
            return _problem_url(row.problem) + "#mal"
    raise TypeError(type(row).__name__)


def _problem_url(problem: Problem) -> str:
    return reverse("picture:problem", args=[problem.uuid])


@door(can("read"), "GET")
def plans(request: Request) -> HttpResponse:
    """The organisation's action plans, newest first."""
    rows = (
        ActionPlan.objects.select_related("collaboration", "decision__body")
        .defer("content")
        .order_by("-starts_on", "-pk")
    )
    page = page_of(request, rows)
    may_start = "edit" in request.actor.abilities
    return render(
        request,
        "plans/plans.html",
        {
            "plans": page,
            "paginator_page": page,
            "start_url": reverse("plans:start_plan") if may_start else "",
            "shared": newest_received(request.actor, "plan").defer("content")[:SHARED_SHOWN],
        },
    )


@door(can("edit"))
def start_plan(request: Request) -> HttpResponse:
    """Start an action plan."""
    return form_page(
        request,
        partial(forms.PlanForm, about=request.actor),
        lambda data: actions.start_plan(request.actor, None, **data),
        title=_("Börja en åtgärdsplan"),
        then=_url,
        receipt=_("Planen är påbörjad. Välj åtgärder mot orsakerna."),
        initial={"title": _("Åtgärdsplan {year}").format(year=clock.today().year)},
        context={"lead": _("Planen samlar åtgärderna mot orsakerna i lägesbilden."), "back": reverse("plans:plans")},
    )


@door(can("edit"))
def edit_plan(request: Request, uuid: UUID) -> HttpResponse:
    """Change a draft's title or period."""
    plan = find(ActionPlan, uuid)
    return form_page(
        request,
        forms.EditPlanForm,
        lambda data: actions.edit_plan(request.actor, plan, **data),
        title=_("Ändra planen"),
        editing=plan,
        then=_url,
        receipt=_("Ändringen är sparad."),
        context={"back": _url(plan)},
    )


@door(can("read"), "GET")
def plan(request: Request, uuid: UUID) -> HttpResponse:
    """An action plan: goals and Brå's six columns per problem, from the same content as package and document."""
    plan = find(ActionPlan, uuid)
    content = queries.shown_content(plan)
    keys = dict(Measure.objects.filter(plan=plan).values_list("uuid", "pk"))
    statuses = measure_statuses(list(keys.values()))
    return render(
        request,
        "plans/plan.html",
        {
            "row": plan,
            "plan": content,
            "links": True,
            "may_edit": policies.may_edit_plan(request.actor, plan),
            "may_adopt": policies.may_adopt(request.actor, plan),
            "statuses": {str(uuid): statuses[key] for uuid, key in keys.items() if key in statuses},
            "problems": Problem.objects.filter(
                collaboration=plan.collaboration, closed_on=None, organisation_id=plan.organisation_id
            )
            .exclude(priority=Problem.Priority.DESELECTED)
            .order_by("pk"),
            "removed": Measure.objects.filter(plan=plan).exclude(removed_on=None),
        },
    )


@door(can("read"), "GET")
def document(request: Request, uuid: UUID, form: str) -> HttpResponse:
    """The plan as PDF or Word."""
    makers = {
        "pdf": (to_pdf, "application/pdf"),
        "docx": (to_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    }
    if form not in makers:
        raise Http404
    plan = find(ActionPlan, uuid)
    content = queries.shown_content(plan)
    owner = Organisation.objects.get(pk=plan.organisation_id)
    day = plan.decision.decided_on if plan.decision else clock.today()
    make, kind = makers[form]
    made = make(plan_document(content, day=day, accent=owner.accent or "#1d4f6e", content_hash=plan.hash))
    name = f"{slug(plan.title)}.{form}"
    return HttpResponse(
        made,
        content_type=kind,
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
        },
    )


@door(can("decide"))
def adopt(request: Request, uuid: UUID) -> HttpResponse:
    """Adopt the plan by a decision."""
    plan = find(ActionPlan, uuid)
    return form_page(
        request,
        partial(forms.AdoptForm, about=request.actor),
        lambda data: actions.adopt_plan(request.actor, plan, **data),
        title=_("Anta ”{title}”").format(title=plan.title),
        versioned=plan,
        then=_url,
        receipt=_("Planen är antagen. Innehållet är låst."),
        context={
            "lead": _(
                "När planen är antagen går mål, åtgärder och orsaker inte längre att ändra. Aktiviteter kan du "
                "fortfarande planera och logga. Stående delning skickas."
            ),
            "back": _url(plan),
            "button": _("Anta planen"),
        },
    )


@door(can("edit"))
def set_goal(request: Request, problem: UUID) -> HttpResponse:
    """Set a goal under a problem."""
    subject = find(Problem, problem)
    return form_page(
        request,
        forms.GoalForm,
        lambda data: actions.set_goal(request.actor, subject, **data),
        title=_("Sätt ett mål"),
        then=_url,
        receipt=_("Målet är satt."),
        context={"lead": subject.title, "back": _problem_url(subject)},
    )


@door(can("edit"))
def edit_goal(request: Request, uuid: UUID) -> HttpResponse:
    """Change a goal."""
    goal = find(Goal, uuid)
    return form_page(
        request,
        forms.GoalForm,
        lambda data: actions.edit_goal(request.actor, goal, **data),
        title=_("Ändra målet"),
        editing=goal,
        then=_url,
        receipt=_("Målet är ändrat."),
        context={"lead": goal.problem.title, "back": _problem_url(goal.problem)},
    )


@door(can("edit"), "POST")
def remove_goal(request: Request, uuid: UUID) -> HttpResponse:
    """Remove a goal, or take it back."""
    goal = find(Goal, uuid)
    removed = request.POST.get("undo") != "1"
    return act_and_return(
        request,
        lambda: actions.remove_goal(request.actor, goal, removed=removed),
        _url(goal),
        _("Målet är borttaget.") if removed else _("Målet är tillbaka."),
    )


@door(can("edit"), "GET")
def choose_plan(request: Request, problem: UUID) -> HttpResponse:
    """Which draft plan a new measure goes into; straight on where there is only one."""
    subject = find(Problem, problem)
    drafts = list(
        ActionPlan.objects.filter(
            organisation_id=request.actor.organisation_id,
            collaboration=subject.collaboration,
            state=ActionPlan.State.DRAFT,
        ).order_by("-pk")
    )
    if len(drafts) == 1:
        return HttpResponseRedirect(reverse("plans:choose_measure", args=[drafts[0].uuid, subject.uuid]))
    return render(request, "plans/choose_plan.html", {"problem": subject, "plans": drafts})


@door(can("edit"))
def choose_measure(request: Request, uuid: UUID, problem: UUID) -> HttpResponse:
    """Choose a measure against the causes of a problem."""
    return _measure_form(request, find(ActionPlan, uuid), find(Problem, problem))


def _measure_form(request: Request, plan: ActionPlan, problem: Problem) -> HttpResponse:
    if not problem.causes.filter(removed_on=None).exists():
        return render(request, "plans/no_cause.html", {"problem": problem})
    return form_page(
        request,
        partial(forms.MeasureForm, about=problem),
        lambda data: actions.choose_measure(request.actor, plan, problem=problem, **data),
        title=_("Välj en åtgärd"),
        then=_url,
        receipt=_("Åtgärden är vald. Planera aktiviteter så att det blir av."),
        template="plans/measure_form.html",
        context={"lead": problem.title, "back": _url(plan), "problem": problem},
    )


@door(can("edit"))
def edit_measure(request: Request, uuid: UUID) -> HttpResponse:
    """Change a measure in a draft plan."""
    measure = find(Measure, uuid)
    return form_page(
        request,
        partial(forms.MeasureForm, about=measure.problem),
        lambda data: actions.edit_measure(request.actor, measure, **data),
        title=_("Ändra åtgärden"),
        editing=measure,
        then=_url,
        receipt=_("Åtgärden är ändrad."),
        context={"lead": measure.problem.title, "back": _url(measure)},
    )


@door(can("edit"), "POST")
def remove_measure(request: Request, uuid: UUID) -> HttpResponse:
    """Remove a measure, or take it back."""
    measure = find(Measure, uuid)
    removed = request.POST.get("undo") != "1"
    return act_and_return(
        request,
        lambda: actions.remove_measure(request.actor, measure, removed=removed),
        _url(measure.plan),
        _("Åtgärden är borttagen. Du kan ta tillbaka den längst ner.") if removed else _("Åtgärden är tillbaka."),
    )


@door(can("read"), "GET")
def measure(request: Request, uuid: UUID) -> HttpResponse:
    """A measure: why, how, who, its activities and how they go."""
    measure = find(Measure, uuid)
    rows = list(Activity.objects.filter(measure=measure, removed_on=None).select_related("actor"))
    progress = queries.today_progress(rows)
    return render(
        request,
        "plans/measure.html",
        {
            "measure": measure,
            "thread": thread_of(measure.problem_id, "measure"),
            "activities": [(row, progress[row.pk]) for row in rows],
            "may_edit": policies.may_edit_plan(request.actor, measure),
            "may_add": policies.may_add_activity(request.actor, measure),
            "panels": [panel(request, measure) for panel in functions("PANELS", "measure")],
        },
    )


@door(can("edit"))
def plan_activity(request: Request, uuid: UUID) -> HttpResponse:
    """Plan an activity under a measure."""
    measure = find(Measure, uuid)
    return form_page(
        request,
        partial(forms.ActivityForm, about=measure.plan.collaboration),
        lambda data: actions.plan_activity(request.actor, measure, **data),
        title=_("Planera en aktivitet"),
        then=_url(measure),
        receipt=_("Aktiviteten är planerad."),
        initial={"actor": measure.responsible_id, "due_on": measure.ends_on},
        context={"lead": measure.title, "back": _url(measure)},
    )


@door(can("edit"))
def edit_activity(request: Request, uuid: UUID) -> HttpResponse:
    """Change an activity that nobody has logged anything on."""
    row = find(Activity, uuid)
    return form_page(
        request,
        partial(forms.ActivityForm, about=row.measure.plan.collaboration),
        lambda data: actions.edit_activity(request.actor, row, **data),
        title=_("Ändra aktiviteten"),
        editing=row,
        then=_url,
        receipt=_("Aktiviteten är ändrad."),
        context={"lead": row.measure.title, "back": _url(row)},
    )


@door(can("edit"), "POST")
def remove_activity(request: Request, uuid: UUID) -> HttpResponse:
    """Remove an activity, or take it back."""
    row = find(Activity, uuid)
    removed = request.POST.get("undo") != "1"
    return act_and_return(
        request,
        lambda: actions.remove_activity(request.actor, row, removed=removed),
        _url(row) if removed else _url(row.measure),
        _("Aktiviteten är borttagen.") if removed else _("Aktiviteten är tillbaka."),
    )


@door(can("read"), "GET")
def activities(request: Request) -> HttpResponse:
    """What the own organisation has to do, also in promises that others have shared with it."""
    today = clock.today()
    page = page_of(request, queries.own_activities(request.actor))
    asked, unreadable = queries.asked_activities(request.actor, today) if page.number == 1 else ([], [])
    return render(
        request,
        "plans/activities.html",
        {
            "own": queries.activity_lines(page, today),
            "asked": asked,
            "unreadable": unreadable,
            "paginator_page": page,
        },
    )


@door(can("read"), "GET")
def activity(request: Request, uuid: UUID) -> HttpResponse:
    """An activity and everything that was logged on it."""
    row = find(Activity, uuid)
    logs = ActivityLog.objects.filter(activity=row).select_related("organisation", "person").order_by("-done_on", "-pk")
    return render(
        request,
        "plans/activity.html",
        {
            "activity": row,
            "progress": queries.today_progress([row])[row.pk],
            "logs": logs,
            "may_log": policies.may_log(request.actor, row),
            "may_edit": policies.may_edit(request.actor, row),
        },
    )


@door(can("edit"))
def log(request: Request, uuid: UUID) -> HttpResponse:
    """Log what was done."""
    row = find(Activity, uuid)
    return form_page(
        request,
        forms.LogForm,
        lambda data: actions.log_activity(request.actor, row, **data),
        title=_("Berätta vad ni gjorde"),
        then=_url(row),
        receipt=_("Loggat. Tack!"),
        initial={"done_on": clock.today(), "amount": 1},
        context={"lead": _log_lead(row.verb, row.unit), "back": _url(row), "button": _("Logga")},
    )


@door(can("edit"))
def log_shared(request: Request, package: UUID, uuid: UUID) -> HttpResponse:
    """Log what was done of an activity in a promise that was shared with the organisation."""
    shared = find(Package, package)
    asked = queries.asked_in(request.actor, shared).get(str(uuid))
    if asked is None:
        raise Http404
    return form_page(
        request,
        forms.LogForm,
        lambda data: actions.log_shared_activity(request.actor, shared, activity=uuid, **data),
        title=_("Berätta vad ni gjorde"),
        then=reverse("plans:activities"),
        receipt=_("Loggat. Tack!"),
        initial={"done_on": clock.today(), "amount": 1},
        context={"lead": _log_lead(asked.verb, asked.unit), "back": reverse("plans:activities"), "button": _("Logga")},
    )


def _log_lead(verb: str, unit: str) -> str:
    return _("{verb}. Antalet räknas i {unit}.").format(verb=verb, unit=unit) if unit else verb


@door(can("edit"), "POST")
def strike(request: Request, uuid: UUID) -> HttpResponse:
    """Strike a logged line, or take it back."""
    row = find(ActivityLog, uuid)
    struck = row.struck_at is None
    own = row.activity_id and Activity.objects.filter(pk=row.activity_id).first()
    return act_and_return(
        request,
        lambda: actions.strike_log(request.actor, row, struck=struck),
        _url(own) if own else reverse("plans:activities"),
        _("Raden är struken.") if struck else _("Raden gäller igen."),
    )
