"""Column mappings, remembered per source for the next file with the same header."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tillsammans.kernel.models import Owned
from tillsammans.parties.models import Person


class Mapping(Owned):
    """How an organisation reads one source's tables. Offered for files with the same header, used by choice."""

    name = models.CharField(_("källans namn"), max_length=120)
    fingerprint = models.CharField(max_length=64)  # of the header: ``readers.columns.fingerprint``
    columns = models.TextField()  # canonical: ``readers.columns.Columns``
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    used_at = models.DateTimeField(null=True)
    PRIVACY = {"K1": "name fingerprint columns used_at"}

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="mapping_name")]
        indexes = [models.Index(fields=["organisation", "fingerprint"], name="mapping_fingerprint")]

    def __str__(self) -> str:
        return self.name
