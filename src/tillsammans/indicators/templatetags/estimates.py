"""The one filter that prints a number of a series."""

from django import template
from django.utils.safestring import SafeString

from tillsammans.indicators.series import Point
from tillsammans.indicators.words import estimate_words
from tillsammans.kernel.templatetags.ui import number

register = template.Library()


@register.filter
def estimate(point: Point | None, unit: str) -> SafeString | str:
    """A point's estimate in its series' unit, with interval and n. Raises ``BareEstimate`` for a bare share."""
    if point is None or (point.value is None and not point.estimate.status):
        return number(None)
    return estimate_words(point.estimate, unit)
