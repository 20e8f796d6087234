"""Outgoing mail: written in the deed's own transaction, sent later by the worker.

No mail server is called while a database transaction is open, and a mail that was written is not lost with a crash or
a server that is down. A mail whose sender process dies between the server's answer and the note of it is sent again
with the same Message-ID.
"""

import logging
import smtplib
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tillsammans.kernel import clock
from tillsammans.kernel.language import writing
from tillsammans.kernel.models import OutgoingMail
from tillsammans.kernel.scope import Scope, everywhere, within

logger = logging.getLogger("tillsammans.jobs")

# How long after each try that failed the next one comes; after the last the mail is given up.
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 960))
# How long a process may take to send one mail before another tries.
CLAIM = timedelta(minutes=10)
BATCH = 50
KEPT = timedelta(days=30)  # how long a mail that was sent or given up is kept
State = OutgoingMail.State


def post(
    organisation_id: int, receiver: str, subject: object, body: object, *, key: str | None = None, held: bool = False
) -> OutgoingMail | None:
    """Write a mail to be sent after the commit; ``None`` if one with the same ``key`` was written before.

    ``subject`` and ``body`` are texts, lazy ones too. The mail is kept among the rows of the receiver's organisation,
    so that its administrators see whether it went. ``held``: it waits for the receiver's weekly letter.
    """
    with within(Scope(organisation_id)):
        if key and OutgoingMail.objects.filter(key=key).exists():
            return None
        try:
            with transaction.atomic():
                return OutgoingMail.objects.create(
                    organisation_id=organisation_id,
                    receiver=receiver,
                    subject=" ".join(str(subject).split())[:200],
                    body=str(body),
                    key=key,
                    state=State.HELD if held else State.WAITING,
                    next_try_at=clock.now(),
                )
        except IntegrityError:
            if not key:
                raise
            return None  # written at the same moment by somebody else


def send_due() -> int:
    """Send the mails whose time has come, at most ``BATCH``; returns how many went."""
    if not settings.MAIL_TRANSPORT:
        return 0
    with everywhere("the worker sends every organisation's mail"), writing():
        due = OutgoingMail.objects.filter(state__in=(State.WAITING, State.SENDING), next_try_at__lte=clock.now())
        return sum(_send(mail) for mail in due.order_by("next_try_at", "pk")[:BATCH])


def _send(mail: OutgoingMail) -> bool:
    claimed = OutgoingMail.objects.filter(pk=mail.pk, state=mail.state, next_try_at=mail.next_try_at).update(
        state=State.SENDING, attempts=F("attempts") + 1, next_try_at=clock.now() + CLAIM
    )
    if not claimed:  # another worker was first
        return False
    try:
        _message(mail).send()
    except (OSError, smtplib.SMTPException) as error:
        _note_failure(mail, error)
        return False
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=State.SENT, sent_at=clock.now(), next_try_at=clock.now(), body="", error=""
    )
    return True


def _message(mail: OutgoingMail) -> EmailMessage:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return EmailMessage(
        mail.subject,
        mail.body,
        None,
        [mail.receiver],
        connection=get_connection(settings.MAIL_TRANSPORT),
        headers={"Message-ID": f"<{mail.uuid}@{domain}>", "Auto-Submitted": "auto-generated"},
    )


def _note_failure(mail: OutgoingMail, error: Exception) -> None:
    logger.warning("mail %s was not sent: %s", mail.uuid, type(error).__name__)
    again = mail.attempts < len(RETRIES) and not _refused_for_good(error)
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=State.WAITING if again else State.FAILED,
        next_try_at=clock.now() + (RETRIES[mail.attempts] if again else timedelta(0)),
        error=_reason(error),
    )


def _refused_for_good(error: Exception) -> bool:
    """Whether the server said that the address or the message will never be taken (a code of 500 or above)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _("E-postservern tar inte emot adressen.")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _("E-postservern godtar inte användarnamnet eller lösenordet i inställningarna.")
    if isinstance(error, smtplib.SMTPResponseException):
        return _("E-postservern svarade med kod {code}.").format(code=error.smtp_code)
    if isinstance(error, TimeoutError):
        return _("E-postservern svarade inte i tid.")
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return _("E-postservern svarade inte i tid, eller bröt förbindelsen.")
    return _("E-postservern gick inte att nå.")


def remove_old() -> int:
    """Remove mails that were sent or given up more than ``KEPT`` ago; returns how many."""
    with everywhere("old mails of every organisation are removed"):
        removed, _by_model = OutgoingMail.objects.filter(
            state__in=(State.SENT, State.FAILED), next_try_at__lt=clock.now() - KEPT
        ).delete()
    return removed
