"""Organisations, bodies that decide, people and roles."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from tillsammans.areas.models import Area
from tillsammans.kernel import clock
from tillsammans.kernel.models import Entity, Owned
from tillsammans.kernel.text import folded, swedish_key


class Organisation(Entity):
    """A party: a municipality, a police area, a county board, an association … Everyone may know that it exists.

    The fields from ``mandate`` on are its party card (partskort), which it writes itself.
    """

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("kommun")
        POLICE = "police", _("polis")
        COUNTY_BOARD = "county_board", _("länsstyrelse")
        REGION = "region", _("region")
        PRISON_AND_PROBATION = "prison_and_probation", _("kriminalvården")
        RESCUE_SERVICE = "rescue_service", _("räddningstjänst")
        UNIVERSITY = "university", _("universitet eller högskola")
        HOUSING = "housing", _("bostadsföretag")
        BUSINESS = "business", _("företag")
        ASSOCIATION = "association", _("förening")
        NATIONAL_COUNCIL = "national_council", _("Brottsförebyggande rådet")
        COMMON = "common", _("gemensamma uppgifter")

    name = models.CharField(_("namn"), max_length=200)
    kind = models.CharField(_("slag"), max_length=30, choices=Kind.choices)
    slug = models.SlugField(max_length=60, unique=True)
    # An operator runs this organisation; its series and areas can be read by all.
    common = models.BooleanField(default=False, editable=False)
    areas = models.ManyToManyField(Area, related_name="+", blank=True, verbose_name=_("område"))
    folded_name = models.CharField(max_length=200, editable=False)
    sort_key = models.CharField(max_length=300, editable=False)
    mandate = models.TextField(_("vårt uppdrag"), blank=True)
    brings = models.TextField(_("det här bidrar vi med"), blank=True)
    cannot_share = models.TextField(_("det här får vi inte dela"), blank=True)
    contact = models.TextField(_("så når du oss"), blank=True)
    accent = models.CharField(_("profilfärg"), max_length=7, blank=True)
    logo = models.TextField(_("logotyp"), blank=True, editable=False)  # PNG, re-encoded by us, base64

    PRIVACY = {"K0": "name kind slug common folded_name sort_key mandate brings cannot_share contact accent logo areas"}

    class Meta:
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded_name, self.sort_key = folded(self.name), swedish_key(self.name)
        super().save(*args, **kwargs)


class Body(Owned):
    """A body that decides: the municipal executive board, the assembly, the steering group of an authority."""

    class Kind(models.TextChoices):
        EXECUTIVE_BOARD = "executive_board", _("kommunstyrelse")
        ASSEMBLY = "assembly", _("kommunfullmäktige")
        COMMITTEE = "committee", _("nämnd")
        STEERING_GROUP = "steering_group", _("styrgrupp")
        LEADERSHIP = "leadership", _("ledningsgrupp")
        OFFICIAL = "official", _("tjänsteman med delegation")

    name = models.CharField(_("namn"), max_length=200)
    kind = models.CharField(_("slag"), max_length=30, choices=Kind.choices)
    closed_on = models.DateField(_("upphörde"), null=True, blank=True)
    PRIVACY = {"K0": "name kind closed_on"}

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["Person"]):
    """Manager that creates people; there is no default account."""

    def create_user(self, email: str, password: str | None = None, **values: Any) -> "Person":
        person = self.model(email=self.normalize_email(email).lower(), **values)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser):
    """Someone who signs in. The same person may hold roles in several organisations."""

    class MailChoice(models.TextChoices):
        AT_ONCE = "at_once", _("på en gång")
        WEEKLY = "weekly", _("samlade i veckobrevet")
        NEVER = "never", _("inte alls")

    uuid = Entity._meta.get_field("uuid").clone()
    email = models.EmailField(_("e-post"), unique=True)
    name = models.CharField(_("namn"), max_length=150)
    phone = models.CharField(_("telefon"), max_length=40, blank=True)
    is_active = models.BooleanField(default=True, editable=False)
    # Made by the demo: may be signed in by a link, on loopback, in a database marked as demo.
    demo = models.BooleanField(default=False, editable=False)
    mail_events = models.CharField(
        _("när något väntar på dig"), max_length=10, choices=MailChoice.choices, default=MailChoice.AT_ONCE
    )
    mail_weekly = models.BooleanField(_("ett brev varje måndag om din vecka"), default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    PRIVACY = {"K3": "email name phone", "K1": "is_active demo password last_login mail_events mail_weekly"}
    objects = People()

    def __str__(self) -> str:
        return self.name


class Role(Owned):
    """A person's role in an organisation, valid from one day through its last day."""

    class Kind(models.TextChoices):
        COORDINATOR = "coordinator", _("samordnare")
        MUNICIPALITY_POLICE = "municipality_police", _("kommunpolis")
        SIGNATORY = "signatory", _("undertecknare")
        MEMBER = "member", _("medarbetare")
        READER = "reader", _("läsare")
        COUNTY_COORDINATOR = "county_coordinator", _("regional samordnare")
        ADMINISTRATOR = "administrator", _("administratör")
        OPERATOR = "operator", _("driftansvarig")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    kind = models.CharField(_("roll"), max_length=30, choices=Kind.choices)
    title = models.CharField(_("titel"), max_length=150, blank=True)
    leading = models.BooleanField(_("ledande ställning"), default=False)
    signs = models.BooleanField(_("får skriva under för organisationen"), default=False)
    contact = models.BooleanField(_("visas som kontaktperson"), default=False)
    valid_from = models.DateField(_("från och med"), default=clock.today)
    valid_to = models.DateField(_("till och med"), null=True, blank=True)
    PRIVACY = {"K1": "kind title leading signs contact valid_from valid_to"}

    class Meta(Owned.Meta):
        indexes = [models.Index(fields=["person", "valid_to"])]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()


class Invitation(Owned):
    """An invitation by mail link to a role. It is open as long as its link can be used."""

    email = models.EmailField(_("e-post"))
    name = models.CharField(_("namn"), max_length=150)
    kind = models.CharField(_("roll"), max_length=30, choices=Role.Kind.choices)
    title = models.CharField(_("titel"), max_length=150, blank=True)
    signs = models.BooleanField(_("får skriva under för organisationen"), default=False)
    leading = models.BooleanField(_("ledande ställning"), default=False)
    valid_to = models.DateField(_("rollen gäller till och med"), null=True, blank=True)
    PRIVACY = {"K3": "email name", "K1": "kind title signs leading valid_to"}

    def __str__(self) -> str:
        return f"{self.name}, {self.title or self.get_kind_display()}"
