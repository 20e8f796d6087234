"""Imports of statistics: the vintage of a value."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tillsammans.areas.models import own_or_common_import
from tillsammans.kernel.intake import CheckedImport
from tillsammans.kernel.scope import Scope


class Import(CheckedImport):
    """One import of files with statistics. ``preview`` is a ``Preview`` of the intake.

    A later vintage wins: imports in the order of ``in_force_at`` and id (``queries.vintages``).
    """

    # The reader of the files; empty until it is detected from their content.
    kind = models.CharField(max_length=40, blank=True)
    source = models.CharField(_("källa"), max_length=200, blank=True)  # empty until the files are checked
    # Canonical: which columns mean what (``formats.columns.Columns``), where a person said so; else empty.
    columns = models.TextField(blank=True)
    PRIVACY = {"K1": f"{CheckedImport.PRIVACY['K1']} kind source columns"}

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        return own_or_common_import(scope)
