"""Areas, how they lie in each other and what they are compared with; with the days between which it holds."""

from datetime import date
from typing import Any, ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tillsammans.kernel.intake import FileImport
from tillsammans.kernel.models import Owned
from tillsammans.kernel.scope import Scope
from tillsammans.kernel.text import folded, swedish_key


def common_or_own(scope: Scope) -> Q:
    """The rows of the common organisation, which all may read, and those of the own one.

    The owner is looked up beside the rows and not joined to them, so that a removal of many rows is one plain sweep:
    PostgreSQL took ten minutes to find 33 000 rows through a join that it then had to hold against itself.
    """
    common = Q(organisation_id__in=apps.get_model(settings.OWNER_MODEL).objects.filter(common=True).values("pk"))
    return common if scope.public else common | Q(organisation_id=scope.organisation_id)


def own_or_common_import(scope: Scope) -> Q:
    """The own imports, and those of the common organisation that somebody has activated."""
    activated = common_or_own(scope) & ~Q(state=FileImport.State.STAGED)
    return activated if scope.public else activated | Q(organisation_id=scope.organisation_id)


def in_force(on: date, prefix: str = "") -> Q:
    """The rows whose first and last day have ``on`` between them."""
    return Q(**{f"{prefix}valid_from__lte": on}) & (
        Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gte": on})
    )


class Area(Owned):
    """A piece of the country: the nation, a municipality, a local police district, an own neighbourhood …

    ``code`` is text: ``0382`` is Östhammar. The same code may stand for two areas after each other (county 12 was
    Malmöhus, then Skåne), so it is unique together with the first day.
    """

    class Kind(models.TextChoices):
        NATION = "nation", _("land")
        COUNTY = "county", _("län")
        MUNICIPALITY = "municipality", _("kommun")
        POLICE_REGION = "police_region", _("polisregion")
        POLICE_AREA = "police_area", _("polisområde")
        LOCAL_POLICE_DISTRICT = "local_police_district", _("lokalpolisområde")
        CITY_DISTRICT = "city_district", _("stadsdelsområde")
        VULNERABLE_AREA = "vulnerable_area", _("utsatt område")
        REGSO = "regso", _("RegSO")
        DESO = "deso", _("DeSO")
        OWN = "own", _("eget område")

    kind = models.CharField(_("slag"), max_length=30, choices=Kind.choices)
    code = models.CharField(_("kod"), max_length=80)
    name = models.CharField(_("namn"), max_length=120)
    folded_name = models.CharField(max_length=150, editable=False)
    sort_key = models.CharField(max_length=400, editable=False)
    valid_from = models.DateField(_("gäller från"))
    valid_to = models.DateField(_("gäller till"), null=True, blank=True)
    # A GeoJSON MultiPolygon in WGS84, simplified; empty where no shape is known.
    geometry = models.TextField(blank=True, editable=False)
    vintage = models.CharField(_("gränser enligt"), max_length=100, blank=True, editable=False)
    category = models.CharField(_("kategori"), max_length=60, blank=True, editable=False)  # "särskilt utsatt område"
    imported = models.ForeignKey(
        "AreaImport", on_delete=models.PROTECT, null=True, editable=False, related_name="areas"
    )

    PRIVACY = {"K0": "kind code name folded_name sort_key valid_from valid_to geometry vintage category"}

    class Meta(Owned.Meta):
        ordering = ["sort_key", "code"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "code", "valid_from"], name="area_key"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="area_ends_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "kind", "sort_key"]), models.Index(fields=["code"])]

    def __str__(self) -> str:
        return self.name

    def keyed(self) -> Self:
        """The row with its search form and sort key; ``save`` does it, bulk writing must ask for it."""
        self.folded_name, self.sort_key = folded(self.name), swedish_key(self.name)
        return self

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.keyed()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "folded_name", "sort_key"}
        super().save(*args, **kwargs)

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        return common_or_own(scope)


class AreaLink(Owned):
    """That one area lies in another, between two days. The administrative and the police tree stand side by side."""

    class Kind(models.TextChoices):
        ADMINISTRATIVE = "administrative", _("administrativ indelning")
        POLICE = "police", _("polisens indelning")
        SUCCESSION = "succession", _("tidigare kod")  # the parent replaced the child

    parent = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="links_down")
    child = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="links_up")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    imported = models.ForeignKey(
        "AreaImport", on_delete=models.PROTECT, null=True, editable=False, related_name="links"
    )
    PRIVACY = {"K0": "kind valid_from valid_to"}

    class Meta(Owned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "parent", "child", "kind", "valid_from"], name="area_link_key"
            ),
            models.CheckConstraint(condition=~Q(parent=F("child")), name="area_not_in_itself"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="area_link_ends_after_it_begins"
            ),
        ]

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        return common_or_own(scope)


class AreaImport(FileImport):
    """One file of areas, or of the police's division: what it holds, and what saving it ended and changed."""

    POLICE: ClassVar[str] = "police"

    kind = models.CharField(max_length=30)  # of area; ``POLICE``: the police's division
    content = models.TextField()  # canonical: ``own_areas.AreaFile``, or ``police_division.PoliceFile``
    effects = models.TextField(blank=True)  # canonical: ``content.PoliceEffects``; empty until it is in force
    parent = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    PRIVACY = {"K1": f"{FileImport.PRIVACY['K1']} kind content effects"}


class AreaGroupImport(FileImport):
    """One file that sorts municipalities into groups, as SKR or Kolada does."""

    source = models.CharField(_("källa"), max_length=200)
    notes = models.TextField(blank=True)  # what the reader did on its own, one line each
    PRIVACY = {"K1": f"{FileImport.PRIVACY['K1']} source notes"}

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        return own_or_common_import(scope)


class AreaGroup(Owned):
    """Municipalities that may fairly be compared: a group of SKR's or Kolada's division, or one of the own choice.

    Groups of an import count while it is in force; an own one until it is removed, which can be undone.
    """

    class Kind(models.TextChoices):
        SKR = "skr", _("SKR:s kommungrupp")
        KOLADA = "kolada", _("Koladas grupp")
        OWN = "own", _("egen jämförelsegrupp")

    kind = models.CharField(_("slag"), max_length=10, choices=Kind.choices)
    code = models.CharField(max_length=20, blank=True)  # the publisher's, for example Kolada's G37350
    name = models.CharField(_("namn"), max_length=120)
    year = models.PositiveSmallIntegerField(_("indelningens år"), null=True)
    source = models.CharField(_("källa"), max_length=200, blank=True)
    # "Liknande kommuner, Östhammar" has Östhammar as its subject and not among its members.
    subject = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    imported = models.ForeignKey(AreaGroupImport, on_delete=models.CASCADE, null=True, related_name="groups")
    removed_at = models.DateTimeField(null=True)
    PRIVACY = {"K0": "kind code year source", "K1": "name removed_at"}

    class Meta(Owned.Meta):
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind="own", imported=None) | ~Q(kind="own"), name="own_group_no_import")
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        return common_or_own(scope)


class AreaGroupMember(Owned):
    """That an area belongs to a group."""

    group = models.ForeignKey(AreaGroup, on_delete=models.CASCADE, related_name="members")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation", "group", "area"], name="area_group_member_key")]

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        return common_or_own(scope)
