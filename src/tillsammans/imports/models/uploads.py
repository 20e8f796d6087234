"""Uploads."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tillsammans.indicators.models import Import
from tillsammans.kernel.models import Job, Owned
from tillsammans.parties.models import Person


class Upload(Owned):
    """Uploaded files, validated and previewed before they are imported. Their content is stored in a folder on disk."""

    # The reader of the files; empty until it is detected from their content.
    kind = models.CharField(max_length=40, blank=True)
    files = models.TextField(_("filer"))  # one line a file: name and SHA-256
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # Canonical: which columns mean what (``formats.columns.Columns``), where a person said so; else empty.
    columns = models.TextField(blank=True)
    # Canonical: what an import would do (``rules.Preview``), or what is wrong (``rules.Fault``); empty until checked.
    preview = models.TextField(blank=True)
    faults = models.TextField(blank=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, related_name="+", null=True)
    imported = models.ForeignKey(Import, on_delete=models.SET_NULL, related_name="uploads", null=True)
    PRIVACY = {"K1": "kind files columns preview faults"}
