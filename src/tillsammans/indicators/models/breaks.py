"""Breaks in time series."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tillsammans.areas.models import common_or_own
from tillsammans.indicators.models.series import Indicator
from tillsammans.kernel.models import Owned
from tillsammans.kernel.scope import Scope


class SeriesBreak(Owned):
    """A break: a source counts otherwise from ``period`` on, so that values on the two sides are not compared.

    It concerns one indicator, or every indicator of the source if none is named.
    """

    source = models.CharField(_("källa"), max_length=200)
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("uppgift")
    )
    period = models.CharField(_("gäller från och med"), max_length=7)
    reason = models.CharField(_("vad som ändrades"), max_length=200)
    reference = models.CharField(_("var det står"), max_length=250)
    removed_at = models.DateTimeField(null=True, editable=False)
    PRIVACY = {"K1": "source period reason reference removed_at"}

    class Meta(Owned.Meta):
        ordering = ["period", "pk"]

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        return common_or_own(scope)
