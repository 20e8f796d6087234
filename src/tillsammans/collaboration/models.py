"""Collaborations and their parties and groups; packages, comments and approvals."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tillsammans.areas.models import Area
from tillsammans.kernel.models import Owned
from tillsammans.kernel.scope import Scope
from tillsammans.parties.models import Organisation, Person


class Collaboration(Owned):
    """A collaboration (samverkan) on one level in one area. Its owner is the host; parties reach it by invitation."""

    class Level(models.TextChoices):
        LOCAL = "local", _("lokal")
        COUNTY = "county", _("länet")
        POLICE_REGION = "police_region", _("polisregionen")

    name = models.CharField(_("namn"), max_length=200)
    level = models.CharField(_("nivå"), max_length=20, choices=Level.choices, default=Level.LOCAL)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("område"))
    purpose = models.TextField(_("vad samverkan är till för"), blank=True)
    started_on = models.DateField(_("började"))
    ended_on = models.DateField(_("slutade"), null=True, blank=True)
    PRIVACY = {"K2": "name level purpose started_on ended_on"}

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        if scope.public:
            return Q(pk__in=[])
        mine = Party.unscoped_of(scope.organisation_id).filter(collaboration=OuterRef("pk"))
        return Q(organisation_id=scope.organisation_id) | Q(Exists(mine))

    def __str__(self) -> str:
        return self.name


class Party(Owned):
    """The host invites an organisation. Its answer is a row of its own (``PartyAnswer``)."""

    collaboration = models.ForeignKey(Collaboration, on_delete=models.PROTECT, related_name="parties")
    member = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("part"))
    invited_on = models.DateField()
    message = models.TextField(_("vad du vill säga"), blank=True)
    left_on = models.DateField(null=True, blank=True)
    PRIVACY = {"K2": "invited_on message left_on"}

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation", "collaboration", "member"], name="party_once")]

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        if scope.public:
            return Q(pk__in=[])
        return Q(organisation_id=scope.organisation_id) | Q(member_id=scope.organisation_id)

    @classmethod
    def unscoped_of(cls, organisation_id: int | None) -> "models.QuerySet[Party]":
        """The standing invitations of one organisation; used by the implementation of the scope itself."""
        return models.QuerySet[Party](cls).filter(member_id=organisation_id, left_on=None)


class PartyAnswer(Owned):
    """An invited organisation's answer: accept, accept with its own words, or decline. The latest one holds."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("är med")
        ADAPTED = "adapted", _("är med, på egna villkor")
        DECLINED = "declined", _("avstår")

    SHARED_KEYS = ("party",)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="answers")
    answer = models.CharField(_("svar"), max_length=10, choices=Answer.choices)
    words = models.TextField(_("era egna ord"), blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    PRIVACY = {"K2": "answer words"}

    class Meta(Owned.Meta):
        ordering = ["pk"]

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        if scope.public:
            return Q(pk__in=[])
        return Q(organisation_id=scope.organisation_id) | Q(party__organisation_id=scope.organisation_id)


class Group(Owned):
    """A group in a collaboration: strategic council, steering group, operative group, working group or network."""

    class Kind(models.TextChoices):
        STRATEGIC_COUNCIL = "strategic_council", _("strategiskt råd")
        STEERING = "steering", _("styrgrupp")
        OPERATIVE = "operative", _("operativ grupp")
        WORKING = "working", _("arbetsgrupp")
        NETWORK = "network", _("nätverk")

    collaboration = models.ForeignKey(Collaboration, on_delete=models.PROTECT, related_name="groups")
    name = models.CharField(_("namn"), max_length=200)
    kind = models.CharField(_("slag"), max_length=20, choices=Kind.choices)
    task = models.TextField(pgettext_lazy("gruppens", "uppgift"), blank=True)
    opened_on = models.DateField(_("började"))
    closed_on = models.DateField(_("lades ner"), null=True, blank=True)
    PRIVACY = {"K2": "name kind task opened_on closed_on"}

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        if scope.public:
            return Q(pk__in=[])
        mine = Party.unscoped_of(scope.organisation_id).filter(collaboration=OuterRef("collaboration"))
        return Q(organisation_id=scope.organisation_id) | Q(Exists(mine))

    def __str__(self) -> str:
        return self.name


class Seat(Owned):
    """A seat in a group: who sits there, for which party, with which title, and for how long."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="seats")
    member = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("part"))
    name = models.CharField(_("namn"), max_length=150)
    title = models.CharField(_("titel"), max_length=150, blank=True)
    leading = models.BooleanField(_("ledande ställning"), default=False)
    chairs = models.BooleanField(_("ordförande"), default=False)
    valid_from = models.DateField(_("från och med"))
    valid_to = models.DateField(_("till och med"), null=True, blank=True)
    PRIVACY = {"K3": "name", "K2": "title leading chairs valid_from valid_to"}

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        if scope.public:
            return Q(pk__in=[])
        mine = Party.unscoped_of(scope.organisation_id).filter(collaboration=OuterRef("group__collaboration"))
        return Q(organisation_id=scope.organisation_id) | Q(Exists(mine))


class Package(Owned):
    """Frozen content that one organisation shares: with named receivers for a stated purpose, or with everyone.

    ``content`` is canonical text and ``hash`` its SHA-256. A package is immutable after it was sent; a recall ends
    access and is shown. ``slug`` is the permanent public address of a public package.
    """

    class Ground(models.TextChoices):
        OWN = "own", _("egna uppgifter utan sekretess")
        AGREEMENT = "agreement", _("överenskommelse mellan parterna")
        WEIGHED = "weighed", _("sekretessprövat enligt OSL 10 kap. 15 a §")
        DUTY = "duty", _("uppgiftsskyldighet enligt lag")
        PUBLIC = "public", _("offentliggörande efter beslut")

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=250)
    subject = models.UUIDField()
    content = models.TextField()
    hash = models.CharField(max_length=64)
    purpose = models.TextField(_("ändamål"))
    ground = models.CharField(_("grund"), max_length=20, choices=Ground.choices)
    asks_approval = models.BooleanField(default=False)
    collaboration = models.ForeignKey(
        Collaboration, on_delete=models.PROTECT, related_name="packages", null=True, blank=True
    )
    public = models.BooleanField(default=False)
    slug = models.CharField(max_length=120, blank=True)
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    recalled_at = models.DateTimeField(null=True)
    recall_reason = models.TextField(_("varför"), blank=True)
    PRIVACY = {
        "K2": "kind title subject content hash purpose ground asks_approval public slug sent_at recalled_at "
        "recall_reason",
    }

    class Meta(Owned.Meta):
        indexes = [
            models.Index(fields=["organisation", "kind", "subject"]),
            models.Index(fields=["public", "kind", "slug"]),
        ]

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        shown = Q(public=True, recalled_at=None)
        if scope.public:
            return shown
        receivers = models.QuerySet["Receiver"](Receiver)
        received = receivers.filter(package=OuterRef("pk"), receiver_id=scope.organisation_id)
        return Q(organisation_id=scope.organisation_id) | (Q(recalled_at=None) & Q(Exists(received))) | shown

    def __str__(self) -> str:
        return self.title


class Receiver(Owned):
    """One receiver of a package, and when it was first opened there."""

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="receivers")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    approves = models.BooleanField(default=False)  # whether this receiver's approval is asked for
    PRIVACY = {"K2": "approves"}

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation", "package", "receiver"], name="receiver_once")]

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        if scope.public:
            return Q(pk__in=[])
        return Q(organisation_id=scope.organisation_id) | Q(receiver_id=scope.organisation_id)


class Opening(Owned):
    """The first time that somebody at a receiver opened a package, as recorded for the receiver."""

    SHARED_KEYS = ("package",)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="openings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    PRIVACY = {"K2": ""}

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        if scope.public:
            return Q(pk__in=[])
        return Q(organisation_id=scope.organisation_id) | Q(package__organisation_id=scope.organisation_id)


class StandingShare(Owned):
    """A rule: every adopted item of one kind is sent to one receiver, as a package, until the rule ends."""

    kind = models.CharField(max_length=40)
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("mottagare"))
    purpose = models.TextField(_("ändamål"))
    ground = models.CharField(_("grund"), max_length=20, choices=Package.Ground.choices)
    ended_on = models.DateField(null=True, blank=True)
    PRIVACY = {"K1": "kind purpose ground ended_on"}


class Comment(Owned):
    """A receiver's comment on a package, readable by the sender."""

    SHARED_KEYS = ("package",)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(_("kommentar"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    PRIVACY = {"K2": "text"}

    class Meta(Owned.Meta):
        ordering = ["pk"]

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        if scope.public:
            return Q(pk__in=[])
        return Q(organisation_id=scope.organisation_id) | Q(package__organisation_id=scope.organisation_id)


class Approval(Owned):
    """A party's answer to a text: approved, declined, or an earlier approval withdrawn. The latest one holds.

    It is bound to the hash of the text that was shown, so it is no approval of a changed text.
    """

    class Answer(models.TextChoices):
        APPROVED = "approved", _("godkänd")
        DECLINED = "declined", _("avböjd")
        WITHDRAWN = "withdrawn", _("återtagen")

    SHARED_KEYS = ("package",)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="approvals")
    hash = models.CharField(max_length=64)
    answer = models.CharField(max_length=10, choices=Answer.choices)
    words = models.TextField(_("kommentar"), blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=150, blank=True)
    PRIVACY = {"K2": "hash answer words title"}

    class Meta(Owned.Meta):
        ordering = ["pk"]

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        if scope.public:
            return Q(pk__in=[])
        # Parties that are asked to approve the same text see each other's answers.
        receivers = models.QuerySet["Receiver"](Receiver)
        asked = receivers.filter(package=OuterRef("package"), receiver_id=scope.organisation_id, approves=True)
        own = Q(organisation_id=scope.organisation_id) | Q(package__organisation_id=scope.organisation_id)
        return own | Q(Exists(asked))
