"""Bases of all nouns, and the kernel's own tables: audit log, jobs and answered requests."""

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tillsammans.kernel import clock
from tillsammans.kernel.scope import OutsideScope, Scope, current

M = TypeVar("M", bound="Owned")


class Entity(models.Model):
    """A row with a random address, the moment it was recorded, and a version that concurrent edits are held against.

    ``PRIVACY`` names every field's privacy class: K0 published, K1 internal to one organisation, K2 shared in a
    package, K3 near a person. A field without a class fails the build.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    PRIVACY: ClassVar[dict[str, str]] = {}

    class Meta:
        abstract = True


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset that writes only what the room allows."""

    def create(self, **values: Any) -> M:
        row = self.model(**values)
        self._for_write = True
        row.save(force_insert=True, using=self.db)
        return row

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        rows = list(objs)
        owners = {row.organisation_id for row in rows}
        for owner in owners:
            may_write(self.model, owner)
        return super().bulk_create(rows, *args, **kwargs)

    def update(self, **values: Any) -> int:
        if "organisation" in values or "organisation_id" in values:
            raise OutsideScope("a row never changes owner")
        scope = current(self.model)
        own = self if scope.everywhere else self.filter(organisation_id=scope.organisation_id)
        return super(ScopedQuerySet, own).update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        scope = current(self.model)
        own = self if scope.everywhere else self.filter(organisation_id=scope.organisation_id)
        return super(ScopedQuerySet, own).delete()


class ScopedManager(models.Manager[M]):
    """Reaches only rows that the current room may see."""

    def get_queryset(self) -> ScopedQuerySet[M]:
        scope = current(self.model)
        rows: ScopedQuerySet[M] = ScopedQuerySet(self.model, using=self._db, hints=self._hints)  # type: ignore[attr-defined]
        return rows if scope.everywhere else rows.filter(self.model.visible(scope))

    def create(self, **values: Any) -> M:
        rows: ScopedQuerySet[M] = ScopedQuerySet(self.model, using=self._db)
        return rows.create(**values)

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        rows: ScopedQuerySet[M] = ScopedQuerySet(self.model, using=self._db)
        return rows.bulk_create(objs, *args, **kwargs)


class Owned(Entity):
    """A row owned by one organisation. See ``scope``."""

    organisation = models.ForeignKey(settings.OWNER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)

    # Foreign keys that may point to another organisation's row, because a share was checked where the row is made.
    SHARED_KEYS: ClassVar[tuple[str, ...]] = ()

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    @classmethod
    def visible(cls, scope: Scope) -> Q:
        """The rows that ``scope`` may read: its own, unless the model says more."""
        if scope.public:
            return Q(pk__in=[])
        return Q(organisation_id=scope.organisation_id)

    def save(self, *args: Any, **kwargs: Any) -> None:
        may_write(type(self), self.organisation_id)
        self._refuse_foreign_keys()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        may_write(type(self), self.organisation_id)
        return super().delete(*args, **kwargs)

    def _refuse_foreign_keys(self) -> None:
        if current(type(self)).everywhere:
            return
        for field in self._meta.concrete_fields:
            target = field.related_model
            if field.name in self.SHARED_KEYS or not (isinstance(target, type) and issubclass(target, Owned)):
                continue
            key = getattr(self, field.attname)
            if key is None:
                continue
            known = self._state.fields_cache.get(field.name)
            seen = known is not None and known.organisation_id == self.organisation_id
            if not seen and not target.objects.filter(pk=key).exists():
                raise OutsideScope(f"{type(self).__name__}.{field.name} points outside the organisation's room")


def may_write(model: type[models.Model], owner_id: int | None) -> None:
    """Raise ``OutsideScope`` unless rows of that owner may be written from the current room."""
    scope = current(model)
    if not scope.everywhere and (scope.public or owner_id != scope.organisation_id):
        raise OutsideScope(f"{model.__name__} of another organisation cannot be written from here")


class AuditHead(models.Model):
    """The last link of one chain: how many entries there are and the hash of the last. One chain per organisation."""

    organisation = models.OneToOneField(
        settings.OWNER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    length = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)


class AuditEntry(models.Model):
    """One deed, or the refusal of one. Opaque identities, never content; written once and never changed."""

    head = models.ForeignKey(AuditHead, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    person = models.UUIDField(null=True)
    deed = models.CharField(max_length=100)
    kind = models.CharField(max_length=100, blank=True)
    subject = models.UUIDField(null=True)
    outcome = models.CharField(max_length=10, choices=[("done", "done"), ("refused", "refused")])
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["head", "number"], name="audit_number")]
        ordering = ["head", "number"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("an audit entry is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("an audit entry is never removed")


class AnsweredRequest(Owned):
    """A form that was already carried out, so that sending it twice gives the same object once.

    ``content`` is a hash of what was sent: another text under the same key has not been carried out.
    """

    key = models.CharField(max_length=64)
    content = models.CharField(max_length=64, blank=True)
    deed = models.CharField(max_length=100)
    kind = models.CharField(max_length=100)
    subject = models.UUIDField()
    PRIVACY = {"K1": "key content deed kind subject"}

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["organisation", "deed", "key"], name="request_answered_once")]


class Job(Owned):
    """Work in the background: where it stands, when it last gave a sign of life, and where the result is.

    ``person``: as whom it acts; nobody where it follows what was done through a link.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    kind = models.CharField(max_length=50)
    title = models.CharField(max_length=200)
    payload = models.TextField(default="{}")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    result_url = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    heartbeat = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    PRIVACY = {
        "K1": "kind title payload state done total message result_url attempts heartbeat finished_at",
    }

    class Meta(Owned.Meta):
        indexes = [models.Index(fields=["organisation", "state"])]


class OutgoingMail(Owned):
    """A mail that waits to be sent, was sent, or could not be sent. It belongs to the organisation of its receiver.

    ``key`` names the occasion: a second mail with the same key is not written. ``body`` may hold a link to a deed, so
    it is emptied when the mail has been sent.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        HELD = "held"  # until the receiver's weekly letter
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"

    receiver = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    key = models.CharField(max_length=200, unique=True, null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    PRIVACY = {"K3": "receiver", "K1": "subject body key state attempts next_try_at sent_at error"}

    class Meta(Owned.Meta):
        indexes = [models.Index(fields=["state", "next_try_at"])]

    def __str__(self) -> str:
        return self.subject


class Link(Owned):
    """A link without account: whoever has its token may do one deed with one object. See ``links``.

    ``kind`` and ``subject`` name the object, ``verb`` the deed. ``uses_left`` ``None``: any number until it expires.
    """

    kind = models.CharField(max_length=100)
    subject = models.UUIDField()
    verb = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    uses_left = models.PositiveIntegerField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    PRIVACY = {"K1": "kind subject verb token_hash expires_at uses_left revoked_at"}

    class Meta(Owned.Meta):
        indexes = [models.Index(fields=["organisation", "verb", "subject"])]


class Installation(models.Model):
    """What is true of the whole installation. One row at most."""

    demo = models.BooleanField(default=False)
