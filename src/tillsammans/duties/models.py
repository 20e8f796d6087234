"""Postponed steps."""

from django.db import models

from tillsammans.kernel.models import Owned
from tillsammans.parties.models import Person


class Postponement(Owned):
    """A step of the week that a person has postponed until a day."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=120)
    until = models.DateField()
    PRIVACY = {"K1": "step until"}

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation", "person", "step"], name="postponed_once")]
