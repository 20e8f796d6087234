"""A promise as a document."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from tillsammans.kernel.documents import Block, Document, Facts, Heading, Paragraph, Quote, Table
from tillsammans.promises.content import PromiseContent


def promise_document(
    content: PromiseContent,
    *,
    day: date,
    status: str,
    accent: str,
    content_hash: str = "",
    signatures: Iterable[tuple[str, str, str]] = (),
    outcome: Iterable[Block] = (),
) -> Document:
    """The promise: what is promised, by whom, what shall be done, and why.

    ``signatures``: organisation, who signed, and when. ``outcome``: what the follow-up adds.
    """
    blocks: list[Block] = [
        Heading(1, _("Det här lovar vi")),
        Quote(content.text, content.promisers),
        Facts(
            (
                (_("Vilka som lovar"), content.promisers),
                (_("Område"), content.area),
                (_("Period"), f"{content.starts_on}–{content.ends_on}"),
                (_("Redovisas senast"), content.report_by),
            )
        ),
    ]
    if content.benefit:
        blocks += [Heading(2, _("Vad du som bor här märker")), Paragraph(content.benefit)]
    blocks += [
        Heading(2, _("Det här ska göras")),
        Table(
            _("Aktiviteter i löftet"),
            (_("Vem"), _("Gör vad och var"), _("Hur många"), _("Senast")),
            tuple(
                (a.actor, ", ".join(filter(None, (a.verb, a.place))), a.amount or "–", a.due_on)
                for a in content.activities
            ),
        ),
    ]
    blocks += outcome
    blocks.append(Heading(1, _("Varför just det här")))
    if content.basis:
        blocks.append(Paragraph(content.basis))
    blocks.append(Paragraph(_("Problemet som löftet gäller: {problem}.").format(problem=content.problem)))
    if lines := tuple(signatures):
        blocks += [
            Heading(1, _("Underskrifter")),
            Paragraph(
                _("Parterna har godkänt samma text i systemet. Det är inte en avancerad elektronisk underskrift.")
            ),
            Table(_("Parternas underskrifter"), (_("Part"), _("Vem"), _("När")), lines),
        ]
    return Document(
        title=content.title,
        subtitle=_("Medborgarlöfte"),
        organisation=content.organisation,
        date=day,
        status=status,
        content_hash=content_hash,
        accent=accent or "#1d4f6e",
        demo=settings.DEMO,
        blocks=tuple(blocks),
    )
