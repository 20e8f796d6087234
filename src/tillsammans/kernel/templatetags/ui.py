"""The parts of a page as template tags. A template builtin: nothing needs to be loaded."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tillsammans.kernel.components import DocumentCard, Event, PersonCard, StatusKind, Step, Thread
from tillsammans.kernel.figures import Figure, numbers, svg
from tillsammans.kernel.terms import terms
from tillsammans.kernel.text import slug
from tillsammans.kernel.wiring import page_url

register = template.Library()


@register.simple_tag(name="page_url")
def page_url_tag(name: str, *args: Any) -> str:
    """The address of a page of an app above; see ``config.wiring.PAGES``."""
    return page_url(name, *args)


@register.inclusion_tag("kernel/components/thread.html", name="thread")
def thread_tag(thread: Thread, mini: bool = False) -> dict[str, Any]:
    """The red thread. ``mini``: markers alone, for lists; the words remain for screen readers."""
    return {"thread": thread, "mini": mini}


@register.inclusion_tag("kernel/components/status.html")
def status(kind: StatusKind, text: str) -> dict[str, Any]:
    """A status as shape, word and colour. kind: ok, warn, bad or none; text: the word, which may not be empty."""
    if kind not in ("ok", "warn", "bad", "none"):
        raise ValueError(f"unknown kind of status: {kind!r}")
    if not str(text).strip():
        raise ValueError("a status needs a word: colour alone says nothing")
    return {"kind": kind, "text": text}


@register.inclusion_tag("kernel/components/finding.html")
def finding(
    figure: Figure,
    prefix: str = "figure",
    calculation: str = "",
    downloads: Iterable[tuple[str, str]] = (),
    level: int = 3,
    meta: str = "",
) -> dict[str, Any]:
    """A finding: the sentence, the figure in two widths, its source and its table twin.

    prefix: starts every id and must be unique on the page. calculation: address of the page that shows the working.
    downloads: (label, address). level: of the heading, 2 to 4. meta: the line under it; else unit and period.
    """
    if level not in (2, 3, 4):
        raise ValueError("the heading of a finding has level 2, 3 or 4")
    return {
        "figure": figure,
        # The renderer escapes every text of the figure.
        "wide": mark_safe(svg(figure, "wide", prefix=prefix)),
        "narrow": mark_safe(svg(figure, "narrow", prefix=prefix)),
        "prefix": prefix,
        "calculation": calculation,
        "downloads": tuple(downloads),
        "heading": f"h{level}",
        "meta": meta or capfirst(", ".join(part for part in (_unit_in_words(figure.unit), figure.period) if part)),
        "source": _source(figure),
        "table": figure.table(),
    }


def _source(figure: Figure) -> str:
    """Where the figure comes from, for which time and of how many, and what to bear in mind: one line."""
    parts = [_("Källa: %(source)s") % {"source": figure.source}, figure.period]
    if figure.n is not None and not figure.hidden:
        parts.append(f"n = {numbers.number(figure.n)}")
    line = ", ".join(part for part in parts if part)
    if figure.status:
        line += f". {capfirst(figure.status)}"
    return f"{line}. {figure.note}".rstrip()


def _unit_in_words(unit: str) -> str:
    return _("procent") if unit == "%" else unit


@register.inclusion_tag("kernel/components/step.html", takes_context=True)
def step(context: template.Context, step: Step) -> dict[str, Any]:
    """A step card: minutes, title, why, by when, links, and one button."""
    return {"step": step, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("kernel/components/facts.html")
def facts(pairs: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Terms with their values. An empty value is left out."""
    items = pairs.items() if isinstance(pairs, Mapping) else pairs
    return {"pairs": [(term, value) for term, value in items if value not in (None, "", [], ())]}


@register.inclusion_tag("kernel/components/timeline.html")
def timeline(items: Sequence[Event], level: int = 3) -> dict[str, Any]:
    """What happened and what is to come, in the order given."""
    return {"items": items, "heading": f"h{level}"}


@register.inclusion_tag("kernel/components/person_card.html")
def person_card(person: PersonCard) -> dict[str, Any]:
    """A person in a role."""
    return {"person": person}


@register.inclusion_tag("kernel/components/document_card.html")
def document_card(document: DocumentCard) -> dict[str, Any]:
    """A document and the forms in which it can be fetched."""
    return {"document": document}


@register.inclusion_tag("kernel/components/crumbs.html", name="crumbs")
def crumbs_tag(crumbs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Breadcrumbs: (label, URL) from the top; the last may have an empty URL."""
    return {"crumbs": tuple(crumbs)}


@register.inclusion_tag("kernel/components/strip.html")
def status_strip(items: Sequence[tuple[StatusKind, str]], label: str) -> dict[str, Any]:
    """A strip of small marks, one per requirement: (kind, name). ``label`` says the whole in words."""
    return {"items": items, "label": label}


@register.inclusion_tag("kernel/components/empty_page.html")
def empty_page(title: str, what: str, why: str, url: str = "", button: str = "", level: int = 2) -> dict[str, Any]:
    """In place of a blank table: what the page is for, why it matters, and the first step."""
    return {"title": title, "what": what, "why": why, "url": url, "button": button, "heading": f"h{level}"}


@register.inclusion_tag("kernel/components/bar.html")
def bar(done: float, total: float, unit: str = "", text: str = "") -> dict[str, Any]:
    """How much is done: a bar, and the same in words ("32 av 34 kvällar"; ``text`` replaces them)."""
    share = min(100.0, max(0.0, 100 * done / total)) if total else 0.0
    words = text or _("%(done)s av %(total)s %(unit)s") % {
        "done": numbers.number(done),
        "total": numbers.number(total),
        "unit": unit,
    }
    return {"share": f"{share:.1f}", "words": words.strip()}


@register.simple_tag(takes_context=True)
def term(context: template.Context, word: str, shown: str = "") -> SafeString:
    """A term of the trade; the first time on a page it opens its explanation. ``shown``: the word as it is bent here.

    Raises ``KeyError`` for a term without explanation.
    """
    explanation = terms()[word]
    explained = context.dicts[0].setdefault("explained_terms", set())
    if word in explained:
        return format_html("{}", shown or _(word))
    explained.add(word)
    ident = f"term-{slug(word)}"
    # Button and span may stand inside a paragraph; a details element may not. The popover needs no script.
    return format_html(
        '<button type="button" class="term" popovertarget="{}">{}</button>'
        '<span popover id="{}" class="explanation" role="note"><b>{}:</b> {}</span>',
        ident,
        shown or _(word),
        ident,
        _(word),
        explanation,
    )


@register.simple_tag
def number(value: numbers.Number | None, decimals: int = 0) -> SafeString | str:
    """A number in the reader's language: 12 345,6. A missing value is a dash with a text for screen readers."""
    if value is None:
        return format_html(
            '<span class="no-value"><span aria-hidden="true">–</span><span class="sr">{}</span></span>',
            _("uppgift saknas"),
        )
    return numbers.number(value, decimals)


@register.simple_tag
def period(start: date | None, end: date | None = None) -> str:
    """A span of days: whole months and years in words, "november 2025–februari 2026"; else 2026-01-05–2026-02-11."""
    if start is None or end is None:
        if start is None and end is None:
            return ""
        return _("från %(day)s") % {"day": start} if start else _("till %(day)s") % {"day": end}
    if start == end:
        return f"{start:%Y-%m-%d}"
    if start.day != 1 or (end + timedelta(days=1)).day != 1:
        return f"{start:%Y-%m-%d}–{end:%Y-%m-%d}"
    if (start.month, end.month) == (1, 12):
        return str(start.year) if start.year == end.year else f"{start.year}–{end.year}"
    first, last = (date_format(day, "F") for day in (start, end))
    if start.year != end.year:
        return f"{first} {start.year}–{last} {end.year}"
    return f"{first} {end.year}" if start.month == end.month else f"{first}–{last} {end.year}"


@register.filter
def swedish_date(value: date | None) -> str:
    """A day as 2026-03-31; nothing for nothing."""
    return f"{value:%Y-%m-%d}" if value else ""


@register.filter
def options(groups: Iterable[tuple[str | None, Sequence[Mapping[str, Any]], int]]) -> SafeString:
    """The options of a select, a line each. groups: a widget's ``optgroups``, those with a name as <optgroup>.

    Not a template: 300 municipalities would take half of a page's time.
    """
    lines: list[str] = []
    for name, members, _index in groups:
        if name:
            lines.append(format_html('<optgroup label="{}">', name))
        lines += [
            format_html('<option value="{}"{}>{}</option>', one["value"], flatatt(one["attrs"]), one["label"])
            for one in members
        ]
        if name:
            lines.append("</optgroup>")
    return mark_safe("\n".join(lines))


@register.filter
def per_100k(value: numbers.Number | None) -> str:
    """A rate that is already per 100 000 inhabitants, with its unit."""
    if value is None:
        return _("uppgift saknas")
    return _("%(rate)s per 100 000 invånare") % {"rate": numbers.number(value)}
