"""Events published on the police's web site: context for a picture, never statistics and never points on a map."""

from django.db import models
from django.db.models import Q

from tillsammans.areas.models import common_or_own, own_or_common_import
from tillsammans.kernel.intake import CheckedImport
from tillsammans.kernel.models import Owned
from tillsammans.kernel.scope import Scope


def seen_inside(scope: Scope) -> Q:
    """The common rows and the own ones; nothing for the public, since a summary can point to a person."""
    return Q(pk__in=[]) if scope.public else common_or_own(scope)


class EventImport(CheckedImport):
    """An import of files with events. ``preview`` is an ``importing.EventPreview``."""

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        return Q(pk__in=[]) if scope.public else own_or_common_import(scope)


class PoliceEvent(Owned):
    """One version of an event as polisen.se had it. An event that was changed has several, with the same ``number``.

    The place is the municipality if it is known, else the county; the source has nothing nearer, and its coordinates
    are the centre of that area, so they are not kept.
    """

    imported = models.ForeignKey(EventImport, on_delete=models.CASCADE, related_name="events")
    number = models.PositiveBigIntegerField()  # the police's own id
    seen = models.DateTimeField()  # when the list that holds this version was taken, at the earliest
    published = models.DateTimeField()
    happened = models.DateTimeField(null=True)  # from the title; empty where it has none
    day = models.DateField()  # the Swedish day of ``happened``, else of ``published``
    title = models.CharField(max_length=250)
    type = models.CharField(max_length=120)
    summary = models.TextField(blank=True)
    folded = models.TextField()  # title and summary as they are searched
    path = models.CharField(max_length=300)  # the address of the police's page, without the host
    place = models.CharField(max_length=120)  # in the source's words
    municipality = models.CharField(max_length=4, blank=True)
    county = models.CharField(max_length=2, blank=True)
    PRIVACY = {
        "K1": "number seen published happened day type path place municipality county",
        "K3": "title summary folded",
    }

    class Meta(Owned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number", "seen", "imported"], name="police_event_key")
        ]
        indexes = [
            models.Index(fields=["number", "seen"], name="police_event_number"),
            models.Index(fields=["municipality", "-day"], name="police_event_municipality"),
            models.Index(fields=["county", "-day"], name="police_event_county"),
            models.Index(fields=["-day", "-published"], name="police_event_day"),
        ]

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        return seen_inside(scope)
