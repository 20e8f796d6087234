"""Citizen promises."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tillsammans.areas.models import Area
from tillsammans.collaboration.models import Collaboration, Package
from tillsammans.kernel.models import Owned
from tillsammans.parties.models import Organisation
from tillsammans.picture.models import Problem
from tillsammans.plans.models import Activity


class Promise(Owned):
    """A citizen promise (medborgarlöfte): chosen activities, in words that residents understand.

    The parties approve a package of it (``offered``); approvals do not apply to a changed text.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("utkast")
        OFFERED = "offered", _("väntar på underskrift")
        PUBLISHED = "published", _("publicerat")
        WITHDRAWN = "withdrawn", _("tillbakadraget")

    collaboration = models.ForeignKey(
        Collaboration, on_delete=models.PROTECT, related_name="+", verbose_name=_("samverkan")
    )
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="+", verbose_name=_("problem"))
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("område"))
    title = models.CharField(_("rubrik"), max_length=150)
    text = models.TextField(_("vad vi lovar"))
    benefit = models.TextField(_("vad du som bor här märker"), blank=True)
    basis = models.TextField(_("varför just det här"), blank=True)
    starts_on = models.DateField(_("börjar"))
    ends_on = models.DateField(_("slutar"))
    report_by = models.DateField(_("redovisas senast"))
    parties = models.ManyToManyField(Organisation, related_name="+", verbose_name=_("vilka som lovar"))
    activities = models.ManyToManyField(Activity, related_name="+", verbose_name=_("aktiviteter"))
    previous = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    offered = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    published = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    PRIVACY = {"K1": "title text benefit basis starts_on ends_on report_by state parties activities"}

    def __str__(self) -> str:
        return self.title
