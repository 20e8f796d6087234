"""The action plan as a document."""

from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tillsammans.kernel.documents import Bullets, Callout, Document, Facts, Heading, Paragraph, Table
from tillsammans.plans.content import PlanContent
from tillsammans.plans.models import Measure


def plan_document(content: PlanContent, *, day: date, accent: str, content_hash: str = "") -> Document:
    """The plan: goals, Brå's six columns for each problem, and every measure with its activities."""
    with translation.override("sv"):  # the plan is Swedish, and so is all of its document
        return _document(content, day, accent, content_hash)


def _document(content: PlanContent, day: date, accent: str, content_hash: str) -> Document:
    blocks: list[object] = [
        Heading(1, _("Planen i korthet")),
        Facts(
            (
                (_("Samverkan"), content.collaboration),
                (_("Period"), f"{content.starts_on}–{content.ends_on}"),
                (_("Beslut"), content.decision or _("Inte antagen än")),
                (_("Åtgärder"), str(len(content.measures))),
            )
        ),
    ]
    if not content.measures:
        blocks.append(Callout(_("Planen har inga åtgärder än."), "warning"))
    for problem in dict.fromkeys(measure.problem for measure in content.measures):
        measures = [measure for measure in content.measures if measure.problem == problem]
        goals = [goal for goal in content.goals if goal.problem == problem]
        blocks.append(Heading(1, problem))
        blocks.append(Heading(2, _("Mål")))
        blocks.append(
            Bullets(
                tuple(
                    _("{goal} Senast {day}.").format(
                        goal=_sentence(goal.text, goal.baseline, goal.target), day=goal.due_on
                    )
                    for goal in goals
                )
            )
            if goals
            else Paragraph(_("Inget effektmål är satt."))
        )
        blocks.append(Heading(2, _("Åtgärder")))
        blocks.append(
            Table(
                _("Åtgärder mot {problem}").format(problem=problem),
                (_("Orsak"), _("Åtgärd"), _("Operativt mål"), _("När"), _("Vem"), _("Uppföljning")),
                tuple(
                    (
                        "; ".join(measure.causes),
                        measure.title,
                        measure.operative_goal,
                        f"{measure.starts_on}–{measure.ends_on}",
                        f"{measure.responsible}, {measure.responsible_role}",
                        measure.follow_up or "–",
                    )
                    for measure in measures
                ),
            )
        )
        for measure in measures:
            blocks.append(Heading(3, measure.title))
            if measure.description:
                blocks.append(Paragraph(measure.description))
            blocks.append(
                Facts(
                    tuple(
                        pair
                        for pair in (
                            (_("Slag"), str(Measure.Kind(measure.kind).label)),
                            (_("Nivå"), str(Measure.Reach(measure.reach).label)),
                            (_("Timmar"), str(measure.hours) if measure.hours is not None else ""),
                            (
                                _("Kostnad"),
                                _("{cost} kr").format(cost=measure.cost) if measure.cost is not None else "",
                            ),
                        )
                        if pair[1]
                    )
                )
            )
            if measure.activities:
                blocks.append(
                    Table(
                        _("Aktiviteter i {measure}").format(measure=measure.title),
                        (_("Vem"), _("Gör vad"), _("Var"), _("Hur många"), _("Senast")),
                        tuple(
                            (
                                activity.actor,
                                activity.verb,
                                activity.place or "–",
                                activity.amount or "–",
                                activity.due_on,
                            )
                            for activity in measure.activities
                        ),
                    )
                )
    return Document(
        title=content.title,
        subtitle=_("Åtgärdsplan"),
        organisation=content.organisation,
        date=day,
        status=_("Antagen {decision}").format(decision=content.decision) if content.decision else _("Utkast"),
        content_hash=content_hash,
        accent=accent,
        demo=settings.DEMO,
        blocks=tuple(blocks),  # type: ignore[arg-type]
    )


def _sentence(text: str, baseline: str, target: str) -> str:
    said = [text.rstrip(".")]
    if baseline:
        said.append(_("från {baseline}").format(baseline=baseline.rstrip(".")))
    if target:
        said.append(_("till {target}").format(target=target.rstrip(".")))
    return ", ".join(said) + "."
