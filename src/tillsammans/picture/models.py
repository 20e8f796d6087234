"""Situational pictures, problems and causes."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tillsammans.areas.models import Area
from tillsammans.collaboration.models import Collaboration
from tillsammans.indicators.models import Indicator
from tillsammans.kernel.models import Owned
from tillsammans.kernel.text import swedish_key
from tillsammans.meetings.models import Decision


class Picture(Owned):
    """One version of a situational picture (lägesbild). The next version starts from it and names it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("utkast")
        SHARED = "shared", _("delad med parterna")
        ADOPTED = "adopted", _("antagen")

    collaboration = models.ForeignKey(
        Collaboration, on_delete=models.PROTECT, related_name="+", verbose_name=_("samverkan")
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("område"))
    title = models.CharField(_("rubrik"), max_length=200)
    starts_on = models.DateField(_("perioden börjar"))
    ends_on = models.DateField(_("perioden slutar"))
    number = models.PositiveIntegerField(default=1, editable=False)
    previous = models.ForeignKey("self", on_delete=models.PROTECT, related_name="next_versions", null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    summary = models.TextField(_("sammanfattning"), blank=True)
    method = models.TextField(_("så har vi gjort"), blank=True)
    PRIVACY = {"K1": "title starts_on ends_on number state summary method"}

    def __str__(self) -> str:
        return self.title


class Section(Owned):
    """A section of a picture."""

    class Kind(models.TextChoices):
        MAPPING = "mapping", _("kartläggning")
        OTHER = "other", _("andra uppgifter")
        ANALYSIS = "analysis", _("analys")
        LOOKING_AHEAD = "looking_ahead", _("blick framåt")

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="sections")
    kind = models.CharField(_("slag"), max_length=20, choices=Kind.choices)
    heading = models.CharField(_("rubrik"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    # False: kept out of the public layer.
    public = models.BooleanField(_("får vara offentlig"), default=True)
    position = models.PositiveIntegerField(default=0)
    removed_on = models.DateField(null=True, blank=True, editable=False)
    PRIVACY = {"K1": "kind heading text public position removed_on"}

    class Meta(Owned.Meta):
        ordering = ["position", "pk"]


class PictureFigure(Owned):
    """A figure of a section: which numbers it draws. Its heading is computed from them, never typed."""

    class Kind(models.TextChoices):
        TIME_SERIES = "time_series", _("utveckling över tid")
        COMPARISON = "comparison", _("jämförelse mellan områden")

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="figures")
    kind = models.CharField(_("slag"), max_length=20, choices=Kind.choices)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+", verbose_name=_("indikator"))
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("område"))
    compared_with = models.ManyToManyField(Area, related_name="+", blank=True, verbose_name=_("jämför med"))
    first_period = models.CharField(_("från och med"), max_length=7, blank=True)
    last_period = models.CharField(_("till och med"), max_length=7, blank=True)
    comment = models.TextField(_("vad vi ser"), blank=True)
    position = models.PositiveIntegerField(default=0)
    removed_on = models.DateField(null=True, blank=True, editable=False)
    PRIVACY = {"K1": "kind compared_with first_period last_period comment position removed_on"}

    class Meta(Owned.Meta):
        ordering = ["position", "pk"]


class Statement(Owned):
    """A statement of a source, with its reliability. About places and situations, never persons."""

    class Source(models.TextChoices):
        POLICE = "police", _("polisens kunskap")
        STAFF = "staff", _("personal i kommunen")
        DIALOGUE = "dialogue", _("medborgardialog")
        SURVEY = "survey", _("trygghetsmätning")
        STATISTICS = "statistics", _("statistik")
        PARTNER = "partner", _("annan part")

    class Strength(models.TextChoices):
        GOOD = "good", _("god")
        UNEVEN = "uneven", _("ojämn täckning")
        SELF_SELECTED = "self_selected", _("självvalda svar")
        ASSUMPTION = "assumption", _("antagande")

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="statements", null=True, blank=True)
    problem = models.ForeignKey("Problem", on_delete=models.CASCADE, related_name="statements", null=True, blank=True)
    text = models.TextField(_("vad källan säger"))
    source_kind = models.CharField(_("slag av källa"), max_length=20, choices=Source.choices)
    source = models.CharField(_("källa"), max_length=200)
    source_date = models.DateField(_("källans datum"), null=True, blank=True)
    basis = models.CharField(_("underlag"), max_length=100, blank=True)  # "198 brott", "n = 412", "9 enheter"
    strength = models.CharField(_("styrka"), max_length=20, choices=Strength.choices)
    # Canonical: the finding in the figures that this says (``findings.KeptFinding``), as it was, with its data and its
    # hash; empty for other sources.
    finding = models.TextField(blank=True, editable=False)
    finding_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    removed_on = models.DateField(null=True, blank=True, editable=False)
    PRIVACY = {"K1": "text source_kind source source_date basis strength finding finding_sha256 removed_on"}

    class Meta(Owned.Meta):
        ordering = ["pk"]


class KnowledgeGap(Owned):
    """A stated lack of knowledge: missing data are not evidence that nothing happens."""

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="gaps", null=True, blank=True)
    problem = models.ForeignKey("Problem", on_delete=models.CASCADE, related_name="gaps", null=True, blank=True)
    text = models.TextField(_("vad vi inte vet"))
    remedy = models.TextField(_("så kan vi ta reda på det"), blank=True)
    removed_on = models.DateField(null=True, blank=True, editable=False)
    PRIVACY = {"K1": "text remedy removed_on"}

    class Meta(Owned.Meta):
        ordering = ["pk"]


class Problem(Owned):
    """A problem: a stable identity through all pictures. Each adopted picture keeps a snapshot of it."""

    class Priority(models.TextChoices):
        CHOSEN = "chosen", _("prioriterat")
        WATCHED = "watched", _("bevakas")
        DESELECTED = "deselected", _("bortvalt")
        OPEN = "open", _("inte bedömt än")

    collaboration = models.ForeignKey(
        Collaboration, on_delete=models.PROTECT, related_name="+", verbose_name=_("samverkan")
    )
    title = models.CharField(_("problemet"), max_length=200)
    sort_key = models.CharField(max_length=700, editable=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("område"))
    description = models.TextField(_("vad som händer"), blank=True)
    where = models.CharField(_("var"), max_length=200, blank=True)
    when = models.CharField(_("när"), max_length=200, blank=True)
    affected = models.CharField(_("vem drabbas"), max_length=200, blank=True)
    consequences = models.TextField(_("följder"), blank=True)
    disagreement = models.TextField(_("där källorna är oense"), blank=True)
    priority = models.CharField(_("prioritering"), max_length=20, choices=Priority.choices, default=Priority.OPEN)
    motivation = models.TextField(_("varför"), blank=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    indicators = models.ManyToManyField(Indicator, related_name="+", blank=True, verbose_name=_("indikatorer"))
    closed_on = models.DateField(null=True, blank=True)
    PRIVACY = {
        "K1": "title sort_key description where when affected consequences disagreement priority motivation "
        "closed_on indicators",
    }

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = swedish_key(self.title)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_key"}
        super().save(*args, **kwargs)


class PictureProblem(Owned):
    """A problem that a picture takes up, and in which order."""

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="problem_links")
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="picture_links")
    position = models.PositiveIntegerField(default=0)
    PRIVACY = {"K1": "position"}

    class Meta(Owned.Meta):
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "picture", "problem"], name="problem_once")]


class Cause(Owned):
    """A hypothesis of why a problem occurs, seen from situation, victim or offender; direct or indirect."""

    class Perspective(models.TextChoices):
        SITUATION = "situation", _("situationen eller platsen")
        VICTIM = "victim", _("den brottsutsatta")
        OFFENDER = "offender", _("gärningspersonen")

    class Level(models.TextChoices):
        DIRECT = "direct", _("direkt orsak")
        INDIRECT = "indirect", _("indirekt orsak")

    class Support(models.TextChoices):
        DATA = "data", _("stöds av data")
        RESEARCH = "research", _("stöds av forskning")
        STAFF = "staff", _("stöds av personalens erfarenhet")
        ASSUMPTION = "assumption", _("antagande")

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="causes")
    text = models.CharField(_("orsaken"), max_length=250)
    perspective = models.CharField(_("synvinkel"), max_length=20, choices=Perspective.choices)
    level = models.CharField(_("nivå"), max_length=20, choices=Level.choices)
    behind = models.ForeignKey("self", on_delete=models.PROTECT, related_name="behind_it", null=True, blank=True)
    support = models.CharField(_("stöd"), max_length=20, choices=Support.choices)
    evidence_for = models.TextField(_("talar för"), blank=True)
    evidence_against = models.TextField(_("talar emot"), blank=True)
    affectable = models.BooleanField(_("vi kan påverka den"), default=True)
    removed_on = models.DateField(null=True, blank=True)
    PRIVACY = {"K1": "text perspective level support evidence_for evidence_against affectable removed_on"}

    class Meta(Owned.Meta):
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Frozen(Owned):
    """Immutable rows: adopted content is never changed and never removed."""

    class Meta(Owned.Meta):
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("what was adopted is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("what was adopted is never removed")


class AdoptedPicture(Frozen):
    """A picture as it was adopted: its whole content with all numbers, frozen, with its hash."""

    picture = models.OneToOneField(Picture, on_delete=models.PROTECT, related_name="adopted")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    content = models.TextField()
    hash = models.CharField(max_length=64)
    PRIVACY = {"K1": "content hash"}


class Snapshot(Frozen):
    """One problem with its causes, as of an adopted picture. Measures refer to the version that they are based on."""

    adopted = models.ForeignKey(AdoptedPicture, on_delete=models.PROTECT, related_name="snapshots")
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="snapshots")
    content = models.TextField()
    hash = models.CharField(max_length=64)
    PRIVACY = {"K1": "content hash"}

    class Meta(Frozen.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation", "adopted", "problem"], name="snapshot_once")]
