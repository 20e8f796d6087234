"""Every number, whatever its source: what it is about, where, when, and which import brought it."""

from collections.abc import Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tillsammans.areas.models import Area, common_or_own
from tillsammans.formats.observations import EstimateDetail
from tillsammans.indicators.models.imports import Import
from tillsammans.kernel.models import Entity, Owned
from tillsammans.kernel.scope import Scope
from tillsammans.kernel.text import folded, swedish_key


class Indicator(Entity):
    """What a number is about, e.g. reported assaults. Known to all; its direction of "good" has a reason."""

    class Unit(models.TextChoices):
        COUNT = "count", _("antal")
        PER_100K = "per_100k", _("per 100 000 invånare")
        SHARE = "share", _("andel")
        OTHER = "other", _("annat mått")  # the name says which: "…, kr/inv"

    class Good(models.TextChoices):
        LOWER = "lower", _("lägre är bättre")
        HIGHER = "higher", _("högre är bättre")
        OPEN = "open", _("beror på")

    code = models.CharField(max_length=120, unique=True)
    name = models.CharField(_("namn"), max_length=250)
    folded_name = models.CharField(max_length=300, editable=False)
    sort_key = models.CharField(max_length=600, editable=False)
    unit = models.CharField(_("enhet"), max_length=10, choices=Unit.choices)
    # The broader indicator that this one is a part of: the two are never summed.
    part_of = models.ForeignKey("self", on_delete=models.PROTECT, related_name="parts", null=True, blank=True)
    good = models.CharField(_("riktning"), max_length=10, choices=Good.choices, default=Good.OPEN)
    good_reason = models.CharField(_("varför"), max_length=250, blank=True)
    PRIVACY = {"K0": "code name folded_name sort_key unit good good_reason"}

    def __str__(self) -> str:
        return self.name

    def prepare(self) -> "Indicator":
        """The same, with the forms of its name that are searched and sorted by."""
        self.folded_name, self.sort_key = folded(self.name), swedish_key(self.name)
        return self

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.prepare()
        super().save(*args, **kwargs)


class Series(Owned):
    """One indicator for one area, breakdown and source, over periods of one kind."""

    class PeriodKind(models.TextChoices):
        MONTH = "month", _("månad")
        QUARTER = "quarter", _("kvartal")
        YEAR = "year", _("år")
        TWO_YEARS = "two_years", _("två år")  # surveys that put two years together

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="series")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    # Empty: the total. Else in the publisher's words; of population in the form of ``formats.population``.
    breakdown = models.CharField(max_length=120, blank=True)
    period_kind = models.CharField(max_length=10, choices=PeriodKind.choices)
    source = models.CharField(max_length=200)
    PRIVACY = {"K1": "breakdown period_kind source"}

    class Meta(Owned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "indicator", "area", "breakdown", "period_kind", "source"], name="series_key"
            )
        ]

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        return common_or_own(scope)


DETAIL = tuple(field.name for field in fields(EstimateDetail))


def detail_of(stated: Sequence[Any]) -> EstimateDetail | None:
    """What is stated in the fields of ``DETAIL``; ``None`` where nothing is."""
    if all(value is None for value in stated):
        return None
    known: dict[str, Any] = {
        name: value.normalize() + 0 if isinstance(value, Decimal) else value
        for name, value in zip(DETAIL, stated, strict=True)
        if value is not None
    }
    return EstimateDetail(**known)


class Value(Owned):
    """One number of a series in one period, in the vintage that an import brought. Never changed, never summed blindly.

    ``period`` is ``2020``, ``2020-Q1``, ``2020-01`` or ``2022/23``. A value that is not there has a ``mark`` instead.
    ``low`` and ``high`` are the interval that the publisher states, and ``n`` how many answered. What else a publisher
    states is in the fields of ``DETAIL``; see ``formats.observations.EstimateDetail``.
    """

    class Mark(models.TextChoices):
        NONE = "", ""
        NOT_APPLICABLE = "not_applicable", _("ej tillämpligt")
        MISSING = "missing", _("saknas")
        SUPPRESSED = "suppressed", _("skyddad")

    # Millions of rows: the owner has no index of its own, and the series is found by the key below.
    organisation = models.ForeignKey(
        settings.OWNER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="values", db_index=False)
    period = models.CharField(max_length=7)
    imported = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="values")
    value = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    low = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    high = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    n = models.PositiveIntegerField(null=True)
    # What few sources state. No table of its own: a value is written, compared and undone in one row. NULL and not
    # inserted where nothing is stated, so that registered counts by the million cost what they did.
    method = models.CharField(max_length=60, null=True)
    level = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    standard_error = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    degrees_of_freedom = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    effective_n = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    design_effect = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    status = models.CharField(max_length=20, null=True)
    reason = models.CharField(max_length=250, null=True)
    mark = models.CharField(max_length=20, choices=Mark.choices, blank=True)
    preliminary = models.BooleanField(default=False)
    # Where it stood: the number of the import's file, from 0, the sheet if it has several, and the row, from 1.
    file = models.PositiveSmallIntegerField(default=0)
    sheet = models.CharField(max_length=40, blank=True)
    row = models.PositiveIntegerField(null=True)
    PRIVACY = {
        "K1": "period value low high n method level standard_error degrees_of_freedom effective_n design_effect "
        "status reason mark preliminary file sheet row"
    }

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["series", "period", "imported"], name="value_key")]

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        return common_or_own(scope)
