"""Document blocks of an outcome, appended to the document of its promise."""

from django.utils.translation import gettext as _

from tillsammans.evaluation.content import OutcomeContent
from tillsammans.evaluation.queries import outcome_progress
from tillsammans.evaluation.rules import kept_status, next_sentence
from tillsammans.kernel.documents import Block, Callout, Heading, Paragraph, Table


def outcome_blocks(outcome: OutcomeContent) -> tuple[Block, ...]:
    """The outcome as blocks: kept or not, each activity, observations, and what next."""
    progress = outcome_progress(outcome)
    blocks: list[Block] = [
        Heading(1, _("Så gick det")),
        Callout(
            _("Löftet är {kept}. Redovisat {day}.").format(kept=kept_status(outcome.kept)[1], day=outcome.followed_on),
            "finding",
        ),
        Table(
            _("Det här blev gjort"),
            (_("Vem"), _("Gör vad"), _("Gjort")),
            tuple((one.actor, one.verb, progress[one.uuid].words) for one in outcome.activities),
        ),
        Paragraph(outcome.public_text),
    ]
    if outcome.lesson:
        blocks += [Heading(2, _("Det här lärde vi oss")), Paragraph(outcome.lesson)]
    blocks += [Heading(2, _("Vad vi gör nu")), Paragraph(f"{next_sentence(outcome.next)} {outcome.next_words}".strip())]
    return tuple(blocks)
