"""Events published on the police's web site: context for a picture, never statistics and never points on a map."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tillsammans.areas.models import common_or_own
from tillsammans.kernel.models import Job, Owned
from tillsammans.kernel.scope import Scope
from tillsammans.parties.models import Person


def seen_inside(scope: Scope) -> Q:
    """The common rows and the own ones; nothing for the public, since a summary can point to a person."""
    return Q(pk__in=[]) if scope.public else common_or_own(scope)


class EventImport(Owned):
    """An import of files with events. Only active imports are visible, so an import is atomic and can be undone."""

    class State(models.TextChoices):
        STAGED = "staged", _("väntar på att du godkänner")
        IN_FORCE = "in_force", _("gäller")
        UNDONE = "undone", _("ångrad")

    files = models.TextField(_("filer"))  # one line a file: name and SHA-256
    state = models.CharField(max_length=10, choices=State.choices, default=State.STAGED)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, related_name="+", null=True)
    # Canonical: what reading the files in would do (``importing.EventPreview``), or what is wrong; empty until checked.
    found = models.TextField(blank=True)
    faults = models.TextField(blank=True)
    in_force_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    PRIVACY = {"K1": "files state found faults in_force_at undone_at"}

    def __str__(self) -> str:
        return self.recorded_at.isoformat(" ", "minutes")

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        return seen_inside(scope)


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
