"""Goals, action plans, measures, activities and the log of what was done."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tillsammans.collaboration.models import Collaboration
from tillsammans.indicators.models import Indicator
from tillsammans.kernel.models import Owned
from tillsammans.kernel.scope import Scope
from tillsammans.meetings.models import Decision
from tillsammans.parties.models import Organisation, Person
from tillsammans.picture.models import Cause, Problem, Snapshot


class Goal(Owned):
    """An effect goal (effektmål) under a problem: what shall change, by how much and when."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="+", verbose_name=_("problem"))
    text = models.CharField(_("målet"), max_length=250)
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("indikator")
    )
    baseline = models.CharField(_("utgångsläge"), max_length=120, blank=True)
    target = models.CharField(_("målnivå"), max_length=120, blank=True)
    due_on = models.DateField(_("senast"))
    removed_on = models.DateField(null=True, blank=True)
    PRIVACY = {"K1": "text baseline target due_on removed_on"}

    class Meta(Owned.Meta):
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.text


class ActionPlan(Owned):
    """An action plan (åtgärdsplan) of a collaboration over a period. Adopted by a decision, then frozen."""

    class State(models.TextChoices):
        DRAFT = "draft", _("utkast")
        ADOPTED = "adopted", _("antagen")

    collaboration = models.ForeignKey(
        Collaboration, on_delete=models.PROTECT, related_name="+", verbose_name=_("samverkan")
    )
    title = models.CharField(_("rubrik"), max_length=200)
    starts_on = models.DateField(_("börjar"))
    ends_on = models.DateField(_("slutar"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    content = models.TextField(blank=True, editable=False)
    hash = models.CharField(max_length=64, blank=True, editable=False)
    PRIVACY = {"K1": "title starts_on ends_on state content hash"}

    def __str__(self) -> str:
        return self.title


class Measure(Owned):
    """A measure (åtgärd) against one or more causes, with its operative goal, who does it and when."""

    class Kind(models.TextChoices):
        SITUATIONAL = "situational", _("situationell")
        SOCIAL = "social", _("social")

    class Reach(models.TextChoices):
        UNIVERSAL = "universal", _("universell")
        SELECTIVE = "selective", _("selektiv")
        INDICATED = "indicated", _("indikerad")

    plan = models.ForeignKey(
        ActionPlan, on_delete=models.PROTECT, related_name="measures", verbose_name=_("åtgärdsplan")
    )
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="+", verbose_name=_("problem"))
    # The adopted picture's view of the problem that this measure was chosen on; empty until a picture is adopted.
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    causes = models.ManyToManyField(Cause, related_name="+", verbose_name=_("orsaker som åtgärden påverkar"))
    goals = models.ManyToManyField(Goal, related_name="+", blank=True, verbose_name=_("mål"))
    title = models.CharField(_("åtgärden"), max_length=200)
    description = models.TextField(_("så går det till"), blank=True)
    operative_goal = models.CharField(_("operativt mål"), max_length=250)
    kind = models.CharField(_("slag"), max_length=20, choices=Kind.choices)
    reach = models.CharField(_("nivå"), max_length=20, choices=Reach.choices)
    responsible = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("ansvarig part")
    )
    responsible_role = models.CharField(_("ansvarig funktion"), max_length=150)
    starts_on = models.DateField(_("börjar"))
    ends_on = models.DateField(_("klart senast"))
    hours = models.PositiveIntegerField(_("timmar"), null=True, blank=True)
    cost = models.PositiveIntegerField(_("kostnad i kronor"), null=True, blank=True)
    follow_up = models.CharField(_("så följer vi upp"), max_length=250, blank=True)
    position = models.PositiveIntegerField(default=0)
    removed_on = models.DateField(null=True, blank=True)
    PRIVACY = {
        "K1": "title description operative_goal kind reach responsible_role starts_on ends_on hours cost follow_up "
        "position removed_on causes goals",
    }

    class Meta(Owned.Meta):
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Activity(Owned):
    """One concrete activity under a measure: who does what, where, how many and by when."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="activities")
    actor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("vem"))
    verb = models.CharField(_("gör vad"), max_length=200)  # "fotpatrullerar", "lagar belysningen på åtta gångvägar"
    place = models.CharField(_("var"), max_length=200, blank=True)
    number = models.PositiveIntegerField(_("hur många"), null=True, blank=True)
    unit = models.CharField(_("enhet"), max_length=60, blank=True)  # "kvällar", "gångvägar"
    due_on = models.DateField(_("senast"))
    removed_on = models.DateField(null=True, blank=True)
    PRIVACY = {"K1": "verb place number unit due_on removed_on"}

    class Meta(Owned.Meta):
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.verb


class ActivityLog(Owned):
    """What was done of an activity, by the organisation that did it. Never changed; a mistake is struck and redone."""

    SHARED_KEYS = ("activity",)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="logs")
    done_on = models.DateField(_("när"))
    amount = models.PositiveIntegerField(_("antal"), default=1)
    hours = models.DecimalField(_("timmar"), max_digits=7, decimal_places=1, null=True, blank=True)
    note = models.TextField(_("anteckning"), blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    struck_at = models.DateTimeField(null=True, editable=False)
    PRIVACY = {"K2": "done_on amount hours note struck_at"}

    class Meta(Owned.Meta):
        ordering = ["done_on", "pk"]

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        if scope.public:
            return Q(pk__in=[])
        return Q(organisation_id=scope.organisation_id) | Q(activity__organisation_id=scope.organisation_id)
