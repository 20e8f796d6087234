"""Public data: promises, outcomes and signatures, read from frozen packages and never from live rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from tillsammans.collaboration.models import Approval, Package
from tillsammans.evaluation.content import OutcomeContent
from tillsammans.evaluation.rules import is_overdue, kept_status
from tillsammans.kernel.components import StatusKind
from tillsammans.kernel.content import UnreadableContent, thaw_each
from tillsammans.kernel.scope import everywhere
from tillsammans.kernel.text import folded
from tillsammans.parties.models import Organisation
from tillsammans.promises.content import PromiseContent


@dataclass(frozen=True, slots=True)
class PublicPromise:
    """A published promise with its outcomes, the latest first, and stored outcomes that cannot be read."""

    package: Package
    content: PromiseContent
    outcomes: tuple[OutcomeContent, ...]
    unreadable: tuple[UnreadableContent, ...] = ()

    @property
    def outcome(self) -> OutcomeContent | None:
        """The latest published outcome."""
        return self.outcomes[0] if self.outcomes else None

    def overdue(self, today: date) -> bool:
        """Whether the final outcome should have been published by now."""
        if self.unreadable:
            return False  # one that cannot be read may be the final report
        reported = any(outcome.followed_on >= self.content.ends_on for outcome in self.outcomes)
        return is_overdue(self.content.report_day, reported, today)

    def status(self, today: date) -> tuple[StatusKind, str]:
        """The status of the promise: kind and words."""
        if self.unreadable:
            return "warn", _("Redovisningen går inte att läsa")
        if self.overdue(today):
            return "bad", _("Redovisningen är försenad")
        if self.outcome and today > self.content.end:
            kind, words = kept_status(self.outcome.kept)
            return kind, words.capitalize()
        if today > self.content.end:
            return "none", _("Redovisas senast {day}").format(day=self.content.report_by)
        if today < self.content.start:
            return "none", _("Börjar {day}").format(day=self.content.starts_on)
        return "none", _("Pågår")


def published_packages(search: str = "") -> list[Package]:
    """The published promises without their content, by organisation; ``search`` looks in title and organisation."""
    packages = (
        Package.objects.filter(kind="promise", public=True, recalled_at=None)
        .select_related("organisation")
        .defer("content", "organisation__logo")
        .order_by("organisation__sort_key", "-pk")
    )
    newest: dict[object, Package] = {}
    for package in packages:
        newest.setdefault(package.subject, package)
    words = folded(search).split()
    return [
        package
        for package in newest.values()
        if all(word in folded(f"{package.title} {package.organisation.name}") for word in words)
    ]


def with_outcomes(packages: Sequence[Package]) -> tuple[list[PublicPromise], list[UnreadableContent]]:
    """The promises of ``packages`` with their outcomes, in two queries; beside them those that cannot be read."""
    contents = dict(Package.objects.filter(pk__in=[package.pk for package in packages]).values_list("pk", "content"))
    promises = thaw_each(packages, PromiseContent, lambda package: contents[package.pk])
    published = Package.objects.filter(
        kind="promise_outcome", public=True, recalled_at=None, subject__in=[package.subject for package in packages]
    )
    told = thaw_each(
        published.only("uuid", "title", "subject", "content").order_by("-pk"), OutcomeContent, lambda row: row.content
    )
    outcomes: dict[object, list[OutcomeContent]] = defaultdict(list)
    for row, outcome in told.rows:
        outcomes[row.subject].append(outcome)
    unreadable: dict[object, list[UnreadableContent]] = defaultdict(list)
    for error in told.unreadable:
        unreadable[error.subject.subject].append(error)
    return [
        PublicPromise(
            package,
            content,
            # The latest day first; of two on one day the one published last, which is first already.
            tuple(sorted(outcomes[package.subject], key=lambda outcome: outcome.followed_on, reverse=True)),
            tuple(unreadable[package.subject]),
        )
        for package, content in promises.rows
    ], promises.unreadable


def promise_at(slug: str) -> PublicPromise | None:
    """The promise published at the slug, unless withdrawn. Raises ``UnreadableContent``."""
    package = (
        Package.objects.filter(kind="promise", public=True, recalled_at=None, slug=slug)
        .select_related("organisation")
        .order_by("-pk")
        .first()
    )
    if package is None:
        return None
    promises, unreadable = with_outcomes([package])
    if unreadable:
        raise unreadable[0]
    return promises[0]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """When and why a published promise was withdrawn, without its content."""

    at: datetime
    reason: str
    organisation: str


def withdrawal_at(slug: str) -> Withdrawal | None:
    """The withdrawal of the promise that was published at the slug, if there is one."""
    with everywhere("a permanent public address says that what stood there was withdrawn"):
        package = (
            Package.objects.filter(kind="promise", public=True, slug=slug)
            .exclude(recalled_at=None)
            .select_related("organisation")
            .defer("content")
            .order_by("-pk")
            .first()
        )
    if package is None or package.recalled_at is None:
        return None
    return Withdrawal(package.recalled_at, package.recall_reason, package.organisation.name)


@dataclass(frozen=True, slots=True)
class Signature:
    """The signature of an organisation: the office of the signatory and the time, without names."""

    organisation: str
    title: str
    at: datetime


def public_texts(beginning: str) -> list[Package]:
    """The public texts whose hash begins so, of any kind; at least twelve hexadecimal digits are asked for."""
    return list(
        Package.objects.filter(public=True, recalled_at=None, hash__startswith=beginning)
        .select_related("organisation")
        .order_by("-pk")[:10]
    )


def signatures_under(package: Package) -> list[Signature]:
    """The parties that have approved the text of the public package, by when they signed."""
    with everywhere("who signed a public promise is public; only organisation, office and time are shown"):
        answers = (
            Approval.objects.filter(package__kind=package.kind, package__subject=package.subject)
            .select_related("organisation")
            .order_by("pk")
        )
        latest = {answer.organisation_id: answer for answer in answers}
    return [
        Signature(answer.organisation.name, answer.title, answer.recorded_at)
        for answer in sorted(latest.values(), key=lambda answer: answer.recorded_at)
        if answer.hash == package.hash and answer.answer == Approval.Answer.APPROVED
    ]


def publishing_organisations(packages: Iterable[Package]) -> list[Organisation]:
    """Those that have published something, by name, each once."""
    return list({package.organisation_id: package.organisation for package in packages}.values())
