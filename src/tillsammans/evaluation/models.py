"""Follow-ups."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tillsammans.collaboration.models import Package
from tillsammans.kernel.models import Owned
from tillsammans.parties.models import Person
from tillsammans.plans.models import Measure
from tillsammans.promises.models import Promise


class FollowUp(Owned):
    """An assessment of a promise or a measure on a day. A later follow-up is a new row."""

    class Colour(models.TextChoices):
        GREEN = "green", _("gjort som planerat, med gott resultat")
        YELLOW = "yellow", _("delvis gjort eller oklart resultat")
        RED = "red", _("inte gjort eller dåligt resultat")

    class Next(models.TextChoices):
        CONTINUE = "continue", _("fortsätt")
        ADJUST = "adjust", _("ändra")
        SCALE = "scale", _("gör mer")
        STOP = "stop", _("sluta")

    class Kept(models.TextChoices):
        KEPT = "kept", _("hållet")
        PARTLY = "partly", _("delvis hållet")
        BROKEN = "broken", _("inte hållet")

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="follow_ups", null=True, blank=True)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="follow_ups", null=True, blank=True)
    followed_on = models.DateField(_("datum för uppföljningen"))
    colour = models.CharField(_("så gick det"), max_length=10, choices=Colour.choices)
    kept = models.CharField(_("är löftet hållet?"), max_length=10, choices=Kept.choices, blank=True)
    seen = models.TextField(_("vad vi såg"))
    lesson = models.TextField(_("vad vi lärde oss"), blank=True)
    next = models.CharField(_("vad gör vi nu?"), max_length=10, choices=Next.choices)
    next_words = models.TextField(_("hur"), blank=True)
    public_text = models.TextField(_("text till invånarna"), blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    published = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    PRIVACY = {"K1": "followed_on colour kept seen lesson next next_words public_text"}

    class Meta(Owned.Meta):
        ordering = ["followed_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(promise__isnull=False, measure__isnull=True)
                | models.Q(promise__isnull=True, measure__isnull=False),
                name="follow_up_of_one_thing",
            )
        ]
