"""Mail: written with the deed, sent by the worker once, tried again, given up with a reason."""

import smtplib
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.world import World
from tillsammans.kernel import clock, outbox
from tillsammans.kernel.models import AuditEntry, OutgoingMail
from tillsammans.kernel.scope import everywhere
from tillsammans.parties.actions import invite_person

pytestmark = pytest.mark.both
MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the clock."""

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_clock(MOMENT)
    return set_clock


class Refusing:
    """A mail server that fails in one way."""

    def __init__(self, error: Exception):
        self.error = error

    def send_messages(self, _messages: Any) -> int:
        raise self.error


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(outbox, "get_connection", lambda _transport: Refusing(error))


def written(world: World, **more: Any) -> OutgoingMail:
    row = outbox.post(world.osthammar.pk, "karin@exempel.se", "Hej\ndu", "Text", **more)
    assert row is not None
    return row


def again(row: OutgoingMail) -> OutgoingMail:
    with everywhere("a test looks"):
        return OutgoingMail.objects.get(pk=row.pk)


def test_a_mail_is_sent_once_and_its_text_is_not_kept(world: World, at: Any) -> None:
    row = written(world)
    assert mail.outbox == []  # type: ignore[attr-defined]
    assert outbox.send_due() == 1
    assert outbox.send_due() == 0
    (sent,) = mail.outbox  # type: ignore[attr-defined]
    assert (sent.subject, sent.body, sent.to) == ("Hej du", "Text", ["karin@exempel.se"])
    assert str(row.uuid) in sent.extra_headers["Message-ID"]
    after = again(row)
    assert (after.state, after.body, after.sent_at) == ("sent", "", MOMENT)


def test_the_same_occasion_is_written_once(world: World, at: Any) -> None:
    written(world, key="package-1-karin")
    assert outbox.post(world.osthammar.pk, "karin@exempel.se", "Hej", "Text", key="package-1-karin") is None
    assert outbox.send_due() == 1


def test_what_is_rolled_back_sends_nothing(world: World, at: Any) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        written(world)
        raise ZeroDivisionError
    assert outbox.send_due() == 0


def test_a_server_that_is_down_is_tried_again_and_given_up_in_the_end(
    world: World, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = written(world)
    failing(monkeypatch, ConnectionRefusedError())
    moment = MOMENT
    for wait in outbox.RETRIES:
        assert outbox.send_due() == 0
        after = again(row)
        assert (after.state, after.next_try_at) == ("waiting", moment + wait)
        assert after.error == "E-postservern gick inte att nå."
        at(moment := moment + wait - timedelta(seconds=1))
        assert outbox.send_due() == 0
        assert again(row).attempts == after.attempts  # not before its time
        at(moment := moment + timedelta(seconds=1))
    outbox.send_due()
    assert again(row).state == "failed"
    outbox.send_due()
    assert again(row).attempts == len(outbox.RETRIES) + 1


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (smtplib.SMTPRecipientsRefused({"x": (550, b"no")}), "failed", "tar inte emot adressen"),
        (smtplib.SMTPRecipientsRefused({"x": (450, b"later")}), "waiting", "tar inte emot adressen"),
        (smtplib.SMTPDataError(554, b"spam"), "failed", "kod 554"),
        (smtplib.SMTPAuthenticationError(535, b"no"), "waiting", "användarnamnet eller lösenordet"),
        (TimeoutError(), "waiting", "svarade inte i tid"),
    ],
)
def test_why_it_did_not_go_is_said(
    world: World, at: Any, monkeypatch: pytest.MonkeyPatch, error: Exception, state: str, words: str
) -> None:
    row = written(world)
    failing(monkeypatch, error)
    outbox.send_due()
    after = again(row)
    assert after.state == state
    assert words in after.error


def test_a_sender_that_died_is_followed_by_another_after_a_while(world: World, at: Any) -> None:
    row = written(world)
    with everywhere("a test plays a worker that died"):
        OutgoingMail.objects.filter(pk=row.pk).update(state="sending", next_try_at=MOMENT + outbox.CLAIM)
    assert outbox.send_due() == 0
    at(MOMENT + outbox.CLAIM)
    assert outbox.send_due() == 1


@pytest.fixture
def silent_server() -> Iterator[int]:
    """A mail server that takes connections and never answers; its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    held: list[Any] = []

    def accept() -> None:
        while True:
            try:
                held.append(listener.accept())
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def test_an_invitation_does_not_wait_for_a_server_that_never_answers(
    world: World, settings: Any, silent_server: int
) -> None:
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", silent_server, 0.2
    invite_person(world.actor("administrator"), None, email="ny@exempel.se", name="Ny", kind="reader")
    with everywhere("a test looks"):
        (row,) = OutgoingMail.objects.all()
    assert row.state == "waiting"
    outbox.send_due()
    assert again(row).error.startswith("E-postservern svarade inte i tid")


def test_an_administrator_sees_what_did_not_go_and_sends_it_again(
    world: World, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = written(world)
    with everywhere("a test gives up a mail"):
        OutgoingMail.objects.filter(pk=row.pk).update(state="failed", error="E-postservern gick inte att nå.")
    client = world.client("administrator")
    page = client.get("/brev/").content.decode()
    assert "kom inte fram" in page
    assert "E-postservern gick inte att nå." in page
    assert "Text" not in page.replace("textarea", "")
    assert client.post(f"/brev/{row.uuid}/skicka-igen/").status_code == 302
    assert outbox.send_due() == 1
    with everywhere("a test looks"):
        assert AuditEntry.objects.filter(deed="kernel.send_again", outcome="done").count() == 1
    assert world.client("coordinator").get("/brev/").status_code == 403
    assert world.client("operator").post(f"/brev/{row.uuid}/skicka-igen/").status_code == 404


def test_old_mail_is_removed(world: World, at: Any) -> None:
    written(world)
    outbox.send_due()
    at(MOMENT + outbox.KEPT + timedelta(seconds=1))
    assert outbox.remove_old() == 1


def test_a_reset_goes_by_the_outbox_with_the_host_of_the_settings(world: World, settings: Any) -> None:
    settings.BASE_URL = "https://tillsammans.exempel.se"
    client = Client(headers={"host": "localhost"})
    client.post("/konto/password/reset/", {"email": "coordinator@exempel.se"})
    outbox.send_due()
    (sent,) = mail.outbox  # type: ignore[attr-defined]
    assert sent.subject == "Välj ett nytt lösenord till Tillsammans"
    assert "https://tillsammans.exempel.se/konto/password/reset/key/" in sent.body
    client.post("/konto/password/reset/", {"email": "ingen@exempel.se"})
    assert outbox.send_due() == 0


def test_the_list_of_mail_asks_as_little_for_three_rows_as_for_one(world: World) -> None:
    client = world.client("administrator")
    written(world)
    client.get("/brev/")
    with CaptureQueriesContext(connection) as one:
        client.get("/brev/")
    written(world)
    written(world)
    with CaptureQueriesContext(connection) as three:
        client.get("/brev/")
    assert len(one) == len(three)
