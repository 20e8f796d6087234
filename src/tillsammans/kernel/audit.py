"""The audit log: one hash chain per organisation and one for the installation; ``faults`` detects tampering."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tillsammans.kernel import clock
from tillsammans.kernel.canonical import canonical, content_hash
from tillsammans.kernel.models import AuditEntry, AuditHead
from tillsammans.kernel.verify import Fault


def append(
    organisations: Iterable[int | None],
    *,
    person: UUID | None,
    deed: str,
    kind: str,
    subject: UUID | None,
    outcome: str = "done",
) -> None:
    """Add one entry to the chain of each organisation (``None``: the installation's).

    Runs inside the deed's transaction, or in one of its own for a refusal. The heads are locked in the order of their
    ids, so that two deeds that concern the same two organisations cannot deadlock.
    """
    with transaction.atomic():
        for organisation_id in sorted(set(organisations), key=lambda key: key or 0):
            _append(organisation_id, person, deed, kind, subject, outcome)


def _append(
    organisation_id: int | None, person: UUID | None, deed: str, kind: str, subject: UUID | None, outcome: str
) -> None:
    AuditHead.objects.get_or_create(organisation_id=organisation_id)  # type: ignore[misc]
    head = AuditHead.objects.select_for_update().get(organisation_id=organisation_id)  # type: ignore[misc]
    entry = AuditEntry(
        head=head,
        number=head.length + 1,
        at=clock.now(),
        person=person,
        deed=deed,
        kind=kind,
        subject=subject,
        outcome=outcome,
    )
    entry.hash = _link(head.hash, entry)
    entry.save(force_insert=True)
    AuditHead.objects.filter(pk=head.pk).update(length=entry.number, hash=entry.hash)


def _link(previous: str, entry: AuditEntry) -> str:
    return content_hash(
        previous
        + canonical(
            {
                "number": entry.number,
                "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
                "person": entry.person,
                "deed": entry.deed,
                "kind": entry.kind,
                "subject": entry.subject,
                "outcome": entry.outcome,
            }
        )
    )


def faults() -> Iterator[Fault]:
    """Verify every chain: yields a fault for each entry that was changed, removed or moved, and for truncation."""
    for head in AuditHead.objects.order_by("pk"):
        chain = _("organisation {id}").format(id=head.organisation_id) if head.organisation_id else _("installationen")
        previous, number = "", 0
        for entry in head.entries.order_by("number").iterator():
            number += 1
            named = f"{chain}, post {entry.number}, {entry.deed}, {_moment(entry.at)}"
            if entry.number != number:
                yield Fault("audit", named, _("post {number} saknas i loggen").format(number=number))
                number = entry.number
            if _link(previous, entry) != entry.hash:
                yield Fault("audit", named, _("posten har ändrats, eller en post före den"))
            previous = entry.hash
        if number != head.length or previous != head.hash:
            yield Fault(
                "audit",
                chain,
                _("loggen har {number} poster men ska ha {length}: slutet är borta eller ändrat").format(
                    number=number, length=head.length
                ),
            )


def _moment(at: datetime) -> str:
    return at.astimezone(clock.STOCKHOLM).strftime("%Y-%m-%d %H:%M")
