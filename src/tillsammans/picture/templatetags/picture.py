"""How a picture's content is shown: its figures drawn, its keys as words."""

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from tillsammans.kernel.components import StatusKind
from tillsammans.kernel.content import UnreadableContent, thaw
from tillsammans.kernel.figures import Figure
from tillsammans.kernel.templatetags import ui
from tillsammans.picture import figures, words
from tillsammans.picture.content import DecisionContent, FigureContent, PictureContent, TableContent
from tillsammans.picture.findings import KeptFinding

register = template.Library()

_TABLES = {
    "section": words.SECTION,
    "priority": words.PRIORITY,
    "source": words.SOURCE,
    "strength": words.STRENGTH,
    "perspective": words.PERSPECTIVE,
    "level": words.LEVEL,
    "support": words.SUPPORT,
}


@register.filter
def drawn(figure: FigureContent) -> Figure:
    """The figure of a content, ready for ``finding``."""
    return figures.drawn(figure)


@register.filter
def kept(finding: str) -> Figure | UnreadableContent:
    """The figure of a finding that a statement keeps, or why it cannot be read."""
    try:
        return thaw(finding, KeptFinding).figure()
    except UnreadableContent as error:
        return error


@register.filter
def finding_prefix(uuid: object) -> str:
    """What the ids of a kept finding's figure begin with."""
    return f"uppgift-{uuid}"


@register.filter
def said(key: str, table: str) -> str:
    """A key of the content as words: ``{{ cause.level|said:"level" }}``."""
    return str(_TABLES[table][key])


@register.filter
def decision(content: DecisionContent) -> str:
    """A decision as words."""
    return words.decision_words(content)


@register.filter
def overview(content: PictureContent) -> TableContent | None:
    """The table over everything that the picture's figures count."""
    return figures.overview_of(content)


@register.simple_tag
def figure_files(content: PictureContent, figure: FigureContent, own: bool) -> list[tuple[str, str]]:
    """In which forms a figure of one's own picture can be fetched; a package has no files of its own."""
    forms = ("csv", "svg", "png") if own and any(series.points for series in figure.series) else ()
    return [(form.upper(), reverse("picture:figure_file", args=[content.uuid, figure.uuid, form])) for form in forms]


@register.simple_tag
def strength(key: str) -> SafeString:
    """How well a source can be relied on, as a status."""
    return _status(words.STRENGTH_STATUS[key], words.STRENGTH[key])


@register.simple_tag
def priority(key: str) -> SafeString:
    """A problem's priority as a status."""
    return _status(words.PRIORITY_STATUS[key], words.PRIORITY[key])


@register.simple_tag
def state(key: str, shown: object) -> SafeString:
    """A picture's state as a status."""
    return _status(words.STATE_STATUS[key], shown)


def _status(kind: StatusKind, shown: object) -> SafeString:
    return render_to_string("kernel/components/status.html", ui.status(kind, str(shown)))


@register.filter
def at(mapping: dict[object, object] | None, key: object) -> object:
    """The value at a key that is a variable; nothing where there is none."""
    return (mapping or {}).get(key)
