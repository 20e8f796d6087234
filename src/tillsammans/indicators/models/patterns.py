"""What stands out in the figures, as it was last computed; and where series change their meaning."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tillsammans.areas.models import Area, common_or_own
from tillsammans.indicators.models.series import Indicator, Series
from tillsammans.kernel.models import Owned
from tillsammans.kernel.scope import Scope


class _Computed(Owned):
    """Rows computed from figures: read by those who may read the figures."""

    class Meta(Owned.Meta):
        abstract = True

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        return common_or_own(scope)


class PatternRun(_Computed):
    """One look at all of an organisation's figures. Readers see the run in force; the one before it goes when it comes.

    ``basis`` marks which figures, populations and breaks it saw, so that a page can tell when it is out of date.
    """

    basis = models.CharField(max_length=64)
    in_force = models.BooleanField(default=False)
    series = models.PositiveIntegerField(default=0)
    program = models.CharField(max_length=40)
    PRIVACY = {"K1": "basis in_force series program"}

    class Meta(_Computed.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(in_force=True), name="one_pattern_run_in_force"
            )
        ]


class PatternArea(_Computed):
    """What a run looked at in one area: how many series and tests, and of which series nothing can be said."""

    run = models.ForeignKey(PatternRun, on_delete=models.CASCADE, related_name="areas")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    series = models.PositiveIntegerField()
    tests = models.PositiveIntegerField()
    longest = models.PositiveSmallIntegerField()  # months that may be judged in the longest series
    last = models.CharField(max_length=7)
    too_few = models.TextField()  # canonical: ``patterns.look.TooFew``
    PRIVACY = {"K1": "series tests longest last too_few"}

    class Meta(_Computed.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation", "run", "area"], name="pattern_area_key")]


class Finding(_Computed):
    """Something that stands out in one series. ``content`` is ``patterns.results.Found``, canonical, with its hash."""

    class Kind(models.TextChoices):
        UNUSUAL = "unusual", _("ovanlig månad")
        TREND = "trend", _("utveckling")
        COMPARED = "compared", _("jämfört med andra")
        SEASON = "season", _("årstid")

    run = models.ForeignKey(PatternRun, on_delete=models.CASCADE, related_name="findings")
    series_row = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="+")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("slag"), max_length=10, choices=Kind.choices)
    # Strength of evidence: the chance of this or more if nothing were going on; ``q`` corrected for all tests in the
    # area, ``q_wide`` for all in its county.
    p = models.FloatField()
    q = models.FloatField()
    q_wide = models.FloatField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    PRIVACY = {"K1": "kind p q q_wide content sha256"}

    class Meta(_Computed.Meta):
        indexes = [models.Index(fields=["organisation", "run", "area", "p"], name="finding_by_area")]


class SeriesBreak(Owned):
    """That a source counts otherwise from ``period`` on, so that figures on the two sides are not compared.

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
