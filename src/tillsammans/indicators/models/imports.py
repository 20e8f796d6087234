"""Imports of statistics: the vintage of a value."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tillsammans.areas.models import common_or_own
from tillsammans.kernel.models import Owned
from tillsammans.kernel.scope import Scope
from tillsammans.parties.models import Person


class Import(Owned):
    """One import of one or more files. Only active imports are visible, so an import is atomic and can be undone."""

    class State(models.TextChoices):
        STAGED = "staged", _("läses in")
        IN_FORCE = "in_force", _("gäller")
        UNDONE = "undone", _("ångrad")
        STOPPED = "stopped", _("avbruten")  # never activated; has no values

    kind = models.CharField(max_length=40)
    source = models.CharField(_("källa"), max_length=200)
    files = models.TextField(_("filer"))  # one line a file: name and SHA-256
    state = models.CharField(max_length=10, choices=State.choices, default=State.STAGED)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # Order of activation; a later vintage wins. Empty until then.
    in_force_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    created = models.PositiveIntegerField(default=0)
    replaced = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    PRIVACY = {"K1": "kind source files state in_force_at undone_at created replaced unchanged"}

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        return common_or_own(scope)
