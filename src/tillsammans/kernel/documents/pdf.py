"""A document as PDF: its blocks as plain data for the Typst template."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from tillsammans.kernel.documents.model import (
    Block,
    Bullets,
    Callout,
    Document,
    Facts,
    FigureBlock,
    Heading,
    Paragraph,
    Quote,
    Statement,
    Table,
    callout_words,
    demo_words,
)
from tillsammans.kernel.figures import print_share, print_svg
from tillsammans.kernel.typesetting import typeset


def to_pdf(document: Document) -> bytes:
    """The document as PDF/UA-1 and PDF/A-2a with embedded fonts; equal documents give equal bytes.

    Raises DocumentError when it cannot be made within the limits of the child process.
    """
    with translation.override(document.language):
        data = _data(document)
        midnight = datetime(document.date.year, document.date.month, document.date.day, tzinfo=UTC)
        return typeset(data, int(midnight.timestamp()))


def _data(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "organisation": document.organisation,
        "language": document.language,
        "accent": document.accent,
        "year": document.date.year,
        "month": document.date.month,
        "day": document.date.day,
        "logo": document.logo_svg,
        "demo": demo_words() if document.demo else "",
        "foot": document.foot,
        "cover": [list(pair) for pair in document.cover_facts],
        "words": {"contents": _("Innehåll"), "source": _("Källa"), "figure": _("Figur"), "table": _("Tabell")},
        "blocks": [shape for block in document.blocks for shape in _shapes(block)],
    }


def _shapes(block: Block) -> list[dict[str, Any]]:
    match block:
        case Heading(level, text):
            return [{"shape": "heading", "level": level, "text": text}]
        case Paragraph(text):
            return [{"shape": "paragraph", "text": text}]
        case Bullets(items):
            return [{"shape": "bullets", "items": list(items)}] if items else []
        case Facts(pairs):
            return [{"shape": "facts", "pairs": [list(pair) for pair in pairs]}] if pairs else []
        case Statement(text, source):
            return [{"shape": "statement", "text": text, "source": source}]
        case Callout(text, kind):
            return [{"shape": "callout", "text": text, "kind": kind, "word": callout_words(kind)}]
        case Quote(text, source):
            return [{"shape": "quote", "text": text, "source": source}]
        case Table():
            return [_table(block)]
        case FigureBlock(figure, with_table):
            shapes: list[dict[str, Any]] = [
                {
                    "shape": "figure",
                    "caption": figure.title,
                    "alt": figure.description,
                    "svg": print_svg(figure),
                    "share": print_share(figure),
                    "facts": [list(pair) for pair in figure.facts()],
                }
            ]
            if with_table:
                twin = figure.print_table()
                shapes.append(_table(Table(figure.title, twin.headers, twin.rows, twin.numeric)))
            return shapes


def _table(table: Table) -> dict[str, Any]:
    return {
        "shape": "table",
        "caption": table.caption,
        "headers": list(table.headers),
        "rows": [list(row) for row in table.rows],
        "numeric": list(table.numeric),
        "widths": column_widths(table),
    }


def column_widths(table: Table) -> list[int]:
    """Shares of the width for text columns, by their longest cell within reason; 0 for numeric ones: as needed."""
    widths = []
    for index, header in enumerate(table.headers):
        longest = max([len(header), *(len(row[index]) for row in table.rows)])
        widths.append(0 if index in table.numeric else min(max(longest, 8), 40))
    return widths
