"""Decisions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tillsammans.kernel.models import Owned
from tillsammans.parties.models import Body, Person


class Decision(Owned):
    """A body's decision on a day, with its reference in the minutes. ``recorded_at``: when it was entered."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", verbose_name=_("vem som beslutade"))
    decided_on = models.DateField(_("beslutsdatum"))
    minutes_reference = models.CharField(_("paragraf eller diarienummer"), max_length=60)
    subject = models.CharField(_("vad som beslutades"), max_length=250)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    PRIVACY = {"K0": "decided_on minutes_reference subject"}

    def __str__(self) -> str:
        return f"{self.body} {self.decided_on} {self.minutes_reference}"
