"""Stored results of pattern detection."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tillsammans.areas.models import Area, common_or_own
from tillsammans.indicators.models import Indicator, Series
from tillsammans.kernel.models import Owned
from tillsammans.kernel.scope import Scope


class _Computed(Owned):
    """Rows computed from series: readable by those who may read the series."""

    class Meta(Owned.Meta):
        abstract = True

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        return common_or_own(scope)


class PatternRun(_Computed):
    """One detection run over all of an organisation's series. Readers see the run in force; it replaces the one before.

    ``inputs_fingerprint`` identifies the imports, populations and breaks that it saw, so that a page can tell when the
    run is out of date.
    """

    inputs_fingerprint = models.CharField(max_length=64)
    in_force = models.BooleanField(default=False)
    series = models.PositiveIntegerField(default=0)
    program = models.CharField(max_length=40)
    PRIVACY = {"K1": "inputs_fingerprint in_force series program"}

    class Meta(_Computed.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(in_force=True), name="one_pattern_run_in_force"
            )
        ]


class PatternArea(_Computed):
    """A run's summary of one area: the number of series and tests, and the series with too little data."""

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

    def __str__(self) -> str:
        return str(self.area)


class Finding(_Computed):
    """A detected pattern in one series. ``content`` is a canonical ``results.FindingContent``, with its hash."""

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
    # Strength of evidence: ``p`` under the null hypothesis; ``q`` corrected for all tests in the area, ``q_wide`` for
    # all in its county.
    p = models.FloatField()
    q = models.FloatField()
    q_wide = models.FloatField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    PRIVACY = {"K1": "kind p q q_wide content sha256"}

    class Meta(_Computed.Meta):
        indexes = [models.Index(fields=["organisation", "run", "area", "p"], name="finding_by_area")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.indicator.name}, {self.area}"
