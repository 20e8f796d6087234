"""A link without account: one object, one deed, so many times, until it ends; whoever holds it, and nobody else."""

import io
import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kernel.processes import in_a_process_of_its_own
from tests.world import World, mailed
from tillsammans.config import wiring
from tillsammans.kernel import clock, jobs, links
from tillsammans.kernel.access import Actor, Refused, RuleBroken, can, holds_link
from tillsammans.kernel.actions import revoke_link
from tillsammans.kernel.deeds import DEEDS, deed
from tillsammans.kernel.logs import WithoutTokens
from tillsammans.kernel.models import AnsweredRequest, AuditEntry, Job, Link
from tillsammans.kernel.scope import current, everywhere
from tillsammans.kernel.verify import faults
from tillsammans.kernel.worker import remove_old, run
from tillsammans.parties.actions import accept_invitation, add_body, invite_person
from tillsammans.parties.models import Body, Invitation, Role

pytestmark = pytest.mark.both

MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def closing() -> Iterator[Callable[..., Any]]:
    """Makes deeds that a link may do with a body."""
    known = set(DEEDS)
    yield lambda function, **more: deed("Prövar", more.pop("policy", holds_link), **more)(function)
    for name in set(DEEDS) - known:
        del DEEDS[name]


def close(actor: Actor, body: Body) -> Body:
    body.name = f"{body.name} stängd"[:200]  # a property test closes it many times
    body.save(update_fields=["name"])
    return body


def made(
    world: World, verb: str, *, uses: int | None = 1, days: int = 14, role: str = "coordinator"
) -> tuple[Link, str]:
    """A link to the organisation's body for the deed."""
    with world.room("osthammar"):
        return links.make(world.actor(role), world.body, verb, expires_at=clock.now() + days * DAY, uses=uses)


def name_of(world: World) -> str:
    with world.room("osthammar"):
        return Body.objects.get(pk=world.body.pk).name


def verb_of(function: Any) -> str:
    return next(name for name in DEEDS if name.endswith(f".{function.__name__}"))


def entries(world: World) -> list[tuple[Any, str]]:
    found = AuditEntry.objects.filter(head__organisation=world.osthammar).order_by("number")
    return list(found.values_list("person", "outcome"))


def invited(world: World, email: str = "ny@exempel.se") -> str:
    """Invite somebody and return the path in the mail."""
    invite_person(world.actor("administrator"), None, email=email, name="Ny Person", kind="reader")
    return str(re.search(r"http://[^/]+(/organisation/inbjudan/\S+)", str(mailed()[-1].body))[1])  # type: ignore[index]


def token_in(path: str) -> str:
    return path.rstrip("/").rsplit("/", 1)[1]


# The deed.


@pytest.mark.django_db
def test_a_link_does_its_deed_as_often_as_it_says_and_the_log_names_the_link(
    world: World, closing: Callable[..., Any]
) -> None:
    act = closing(close)
    link, token = made(world, verb_of(close), uses=2)
    for _ in range(2):
        held = links.hold(token, link.verb)
        act(held.actor, held.subject)
    with pytest.raises(links.LinkClosed):
        links.hold(token, link.verb)
    with pytest.raises(links.LinkClosed):
        act(held.actor, held.subject)  # its page was open in another tab
    assert name_of(world) == "Kommunstyrelsen stängd stängd"
    assert entries(world) == [(link.uuid, "done"), (link.uuid, "done"), (link.uuid, "refused")]


@pytest.mark.django_db
def test_a_link_without_a_number_of_uses_is_good_until_it_expires(world: World, closing: Callable[..., Any]) -> None:
    act = closing(close)
    with clock.frozen(MOMENT):
        link, token = made(world, verb_of(close), uses=None, days=1)
        for _ in range(5):
            act(links.hold(token, link.verb).actor, world.body)
    with clock.frozen(MOMENT + DAY - timedelta(seconds=1)):
        held = links.hold(token, link.verb)
    with clock.frozen(MOMENT + DAY):
        with pytest.raises(links.LinkClosed):
            links.hold(token, link.verb)
        with pytest.raises(links.LinkClosed):
            act(held.actor, held.subject)


@pytest.mark.django_db
def test_a_link_does_no_other_deed_and_nothing_with_another_object(world: World, closing: Callable[..., Any]) -> None:
    def other(actor: Actor, body: Body) -> None:
        raise AssertionError("never reached")

    act, act_otherwise, by_role = closing(close), closing(other), closing(lambda a, b: b, policy=can("edit"))
    link, token = made(world, verb_of(close), uses=None)
    held = links.hold(token, link.verb)
    with world.room("osthammar"):
        strange = Body.objects.create(organisation=world.osthammar, name="En annan", kind="committee")
    for refused in (
        lambda: act(held.actor, strange),
        lambda: act(held.actor, None),
        lambda: act_otherwise(held.actor, held.subject),
        lambda: by_role(held.actor, held.subject),
        lambda: add_body(held.actor, None, name="X", kind="committee"),
        lambda: links.hold(token, verb_of(other)),
        lambda: act(world.actor("coordinator"), held.subject),  # a person with every right, but without a link
    ):
        with pytest.raises(Refused):
            refused()
    act(held.actor, held.subject)
    assert name_of(world) == "Kommunstyrelsen stängd"


@pytest.mark.django_db
def test_a_deed_that_is_not_done_uses_nothing(world: World, closing: Callable[..., Any]) -> None:
    def fail(actor: Actor, body: Body) -> None:
        raise RuleBroken("Fyll i ett svar.")

    act = closing(fail)
    link, token = made(world, verb_of(fail))
    for _ in range(3):
        with pytest.raises(RuleBroken):
            act(links.hold(token, link.verb).actor, world.body)
    with world.room("osthammar"):
        assert Link.objects.get().uses_left == 1


@pytest.mark.django_db
def test_the_same_form_twice_is_one_use(world: World, closing: Callable[..., Any]) -> None:
    act = closing(close)
    link, token = made(world, verb_of(close), uses=5)
    for _ in range(3):
        held = links.hold(token, link.verb, "samma-formular")
        act(held.actor, held.subject)
    with world.room("osthammar"):
        assert (Link.objects.get().uses_left, AnsweredRequest.objects.count()) == (4, 1)
    assert name_of(world) == "Kommunstyrelsen stängd"


@pytest.mark.django_db
def test_a_deed_that_is_not_audited_leaves_no_trace_of_the_link_in_the_log(
    world: World, closing: Callable[..., Any]
) -> None:
    act = closing(close, audited=False)
    link, token = made(world, verb_of(close))
    held = links.hold(token, link.verb)
    act(held.actor, held.subject)
    assert entries(world) == []
    with pytest.raises(links.LinkClosed):
        act(held.actor, held.subject)
    assert entries(world) == [(None, "refused")]


@pytest.mark.django_db
def test_what_follows_a_links_deed_acts_as_nobody(
    world: World, closing: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Actor] = []
    follow = jobs.follow_up("Följer")(lambda actor, progress, subject: seen.append(actor) or "")  # type: ignore[arg-type, func-returns-value]
    act = closing(close)
    monkeypatch.setattr(jobs, "function", lambda name, kind: follow)
    monkeypatch.setitem(wiring.FOLLOW_UPS, verb_of(close), ["prov"])
    link, token = made(world, verb_of(close))
    act(links.hold(token, link.verb).actor, world.body)
    with everywhere("a test looks"):
        job = Job.objects.get()
    assert job.person is None
    jobs.run_job.func(str(job.uuid))
    assert [(actor.person, actor.organisation_id, actor.abilities) for actor in seen] == [
        (None, world.osthammar.pk, frozenset())
    ]


@pytest.mark.django_db
def test_a_link_leads_to_ones_own_object_only(world: World) -> None:
    with everywhere("a test"):
        strange = Body.objects.create(organisation=world.tierp, name="Nämnden", kind="committee")
        with pytest.raises(ValueError, match="own organisation"):
            links.make(world.actor("coordinator"), strange, "x", expires_at=clock.now() + DAY)


STEP = st.one_of(st.just("use"), st.just("revoke"), st.just("refused"), st.integers(1, 40))


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(uses=st.one_of(st.none(), st.integers(1, 3)), days=st.integers(1, 60), steps=st.lists(STEP, max_size=8))
def test_whatever_happens_a_link_is_good_exactly_while_it_should_be(
    world: World, uses: int | None, days: int, steps: list[Any]
) -> None:
    known = set(DEEDS)
    act = deed("Prövar", holds_link)(close)
    try:
        with clock.frozen(MOMENT):
            link, token = made(world, verb_of(close), uses=uses, days=days)
        passed, used, revoked = 0, 0, False
        for step in steps:
            if isinstance(step, int):
                passed += step
            with clock.frozen(MOMENT + passed * DAY):
                if step == "revoke":
                    revoke_link(world.actor("administrator"), link)
                    revoked = True
                good = not revoked and passed < days and (uses is None or used < uses)
                try:
                    held = links.hold(token, link.verb)
                    assert good
                    if step == "use":
                        act(held.actor, held.subject)
                        used += 1
                except links.LinkClosed:
                    assert not good
        with world.room("osthammar"):
            left = Link.objects.get(pk=link.pk).uses_left
        assert left == (None if uses is None else uses - used)
    finally:
        for name in set(DEEDS) - known:
            del DEEDS[name]


@pytest.mark.django_db(transaction=True)
def test_of_several_uses_at_once_of_a_link_for_one_use_one_wins(world: World, tmp_path: Path) -> None:
    token = token_in(invited(world, "reader@exempel.se"))
    left = in_a_process_of_its_own("tests.kernel.racing", token, folder=tmp_path)
    assert left == {
        "fared": [0, 3, 3, 3],
        "uses_left": 0,
        "roles": 2,  # the one that the person had, and the one of the invitation
        "outcomes": ["done", "refused", "refused", "refused"],
    }


# The page.


@pytest.mark.django_db
def test_every_link_that_cannot_be_used_gets_the_same_answer(world: World) -> None:
    used, revoked, expired = (invited(world, f"{name}@exempel.se") for name in ("a", "b", "c"))
    assert Client().post(used, {"password": "en lång mening att minnas"}).status_code == 302
    with everywhere("a test"):
        for_b = Invitation.objects.get(email="b@exempel.se")
        revoke_link(world.actor("administrator"), Link.objects.get(subject=for_b.uuid))
        for_c = Invitation.objects.get(email="c@exempel.se")
        Link.objects.filter(subject=for_c.uuid).update(expires_at=clock.now())
    with world.room("osthammar"):
        _link, other_deed = links.make(world.actor("coordinator"), world.body, "x", expires_at=clock.now() + DAY)
    shown = set()
    for path in (used, revoked, expired, "/organisation/inbjudan/x/", f"/organisation/inbjudan/{other_deed}/"):
        for answer in (Client().get(path), Client().post(path, {"password": "en lång mening att minnas"})):
            assert answer.status_code == 404
            # But for the address itself, the form's key and the minute for paper, every page is the same.
            page = answer.content.decode().replace(path, "")
            shown.add(re.sub(r'value="[A-Za-z0-9]{64}"|· [0-9-]{10} [0-9:]{5}', "", page))
    assert len(shown) == 1
    assert "Be den som skickade länken om en ny" in shown.pop()


@pytest.mark.django_db
def test_a_link_to_something_removed_says_so(world: World) -> None:
    path = invited(world)
    with everywhere("a test"):
        Invitation.objects.all().delete()
    answer = Client().get(path)
    assert answer.status_code == 410
    assert "borttaget" in answer.content.decode()


@pytest.mark.django_db
def test_whoever_comes_second_with_an_open_page_is_told_that_the_link_is_closed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, held = invited(world), []
    hold = links.hold
    monkeypatch.setattr(links, "hold", lambda *words: held[0] if held else hold(*words))
    held.append(hold(token_in(path), "parties.accept_invitation"))
    assert Client().post(path, {"password": "en lång mening att minnas"}).status_code == 302
    with everywhere("the first one had no account yet"):
        Role.objects.filter(person__email="ny@exempel.se").delete()
    monkeypatch.setattr("tillsammans.parties.views.Person", NobodyKnown)
    answer = Client().post(path, {"password": "en lång mening att minnas"})
    assert answer.status_code == 404
    assert "Länken går inte att använda" in answer.content.decode()


class NobodyKnown:
    """Looks as ``Person`` did when the second one's page was opened."""

    class objects:  # noqa: N801
        @staticmethod
        def filter(**_values: Any) -> Any:
            return Body.objects.none()


@pytest.mark.django_db
def test_a_links_page_is_not_kept_not_indexed_and_tells_no_other_site(world: World) -> None:
    path = invited(world)
    for answer in (
        Client().get(path),
        Client().post(path, {"password": "kort"}),
        Client().get("/organisation/inbjudan/x/"),
        world.client("reader").get(path),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.django_db
def test_a_links_page_stands_in_the_room_of_the_links_organisation(world: World, monkeypatch: Any) -> None:
    path, seen = invited(world), []
    monkeypatch.setattr(
        "tillsammans.parties.views.form_page",
        lambda *args, **kwargs: seen.append(current().organisation_id) or Client().get("/halsa/"),
    )
    world.client("stranger").get(path)
    assert seen == [world.osthammar.pk]


@pytest.mark.django_db
def test_the_token_stands_in_the_mail_and_nowhere_else(world: World) -> None:
    handler = next(one for one in logging.getLogger().handlers if isinstance(one.formatter, WithoutTokens))
    written, logger = io.StringIO(), logging.getLogger("django.request")
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(written)
    try:
        path = invited(world)
        token = token_in(path)
        assert len(token) == 43
        Client().get(path)
        assert Client().post(path, {"password": "kort"}).status_code == 422
        logger.error("Internal Server Error: %s", path, exc_info=ValueError(path))
        Client().post(path, {"password": "en lång mening att minnas"})
        assert Client().get(path).status_code == 404
    finally:
        handler.setStream(before or io.StringIO())
    assert "Unprocessable" in written.getvalue()
    assert "Not Found: /organisation/inbjudan/***/" in written.getvalue()
    assert token not in written.getvalue()
    with everywhere("a test looks in every table"):
        stored = "".join(
            repr(row) for model in apps.get_models() if model._meta.managed for row in model._base_manager.values_list()
        )
    assert token not in stored


@pytest.mark.django_db
def test_the_log_page_says_that_it_was_done_through_a_link(world: World) -> None:
    Client().post(invited(world), {"password": "en lång mening att minnas"})
    page = world.client("administrator").get("/logg/").content.decode()
    assert "Tar emot en inbjudan" in page
    assert "genom en länk" in page


# List and end.


@pytest.mark.django_db
def test_an_administrator_sees_all_open_links_and_anyone_else_their_own(world: World) -> None:
    invited(world)
    made(world, "parties.close_body", role="coordinator", uses=None)
    shown = {
        role: world.client(role).get("/lankar/").content.decode()
        for role in ("administrator", "coordinator", "reader", "stranger")
    }
    for role, expected in {
        "administrator": (True, True),
        "coordinator": (False, True),
        "reader": (False, False),
        "stranger": (False, False),
    }.items():
        assert ("Ny Person" in shown[role], "Kommunstyrelsen" in shown[role]) == expected, role
    assert "obegränsat" in shown["coordinator"]
    assert "Det finns inga öppna länkar" in shown["reader"]


@pytest.mark.django_db
def test_who_made_a_link_or_administers_may_end_it_and_nobody_else(world: World) -> None:
    def end(link: Link, role: str, **form: str) -> Any:
        return world.client(role).post(f"/lankar/{link.uuid}/ta-tillbaka/", form)

    link, token = made(world, "parties.close_body")
    assert end(link, "reader").status_code == 403
    assert end(link, "stranger").status_code == 404
    assert links.hold(token, link.verb)
    assert end(link, "coordinator", next="https://ond.example/").headers["Location"] == "/lankar/"
    with pytest.raises(links.LinkClosed):
        links.hold(token, link.verb)
    link, token = made(world, "parties.close_body")
    assert end(link, "administrator", next="/organisation/personer/").headers["Location"] == "/organisation/personer/"
    with pytest.raises(links.LinkClosed):
        links.hold(token, link.verb)


@pytest.mark.django_db
def test_the_list_asks_no_more_for_three_links_than_for_one(world: World, django_assert_max_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = world.client("administrator")

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/lankar/")
        return len(captured)

    made(world, "parties.close_body")
    asked()
    before = asked()
    made(world, "parties.close_body")
    made(world, "parties.close_body")
    assert asked() == before


# Keep and check.


@pytest.mark.django_db
def test_links_and_their_invitations_are_removed_when_their_time_is_up(world: World) -> None:
    with clock.frozen(MOMENT):
        path = invited(world)
        _link, token = made(world, "parties.close_body", days=365)
        Client().post(path, {"password": "en lång mening att minnas"})
    for days, left in ((14 + 29, 2), (14 + 31, 1)):
        with clock.frozen(MOMENT + days * DAY):
            remove_old()
        with everywhere("a test looks"):
            assert (Link.objects.count(), Invitation.objects.count()) == (left, left - 1)
    with clock.frozen(MOMENT + 60 * DAY):
        assert links.hold(token, "parties.close_body").subject == world.body
    with everywhere("a test looks"):
        assert Role.objects.filter(person__email="ny@exempel.se").exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_removes_what_is_old(world: World) -> None:
    with clock.frozen(MOMENT - 100 * DAY):
        invited(world)
    run(once=True)
    with everywhere("a test looks"):
        assert (Link.objects.count(), Invitation.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_verify_names_a_link_that_is_not_what_it_should_be(world: World) -> None:
    path = invited(world)
    assert list(faults()) == []
    with everywhere("a test"):
        sound = Link.objects.get()
        strange = Body.objects.create(organisation=world.tierp, name="Nämnden", kind="committee")
        for damage in (
            {"verb": "parties.add_body"},
            {"token_hash": token_in(path)},
            {"expires_at": sound.recorded_at},
            {"kind": "parties.Person"},
            {"kind": "parties.Inget"},
            {"kind": "parties.Body", "subject": strange.uuid},
        ):
            Link.objects.filter(pk=sound.pk).update(**damage)
            (fault,) = faults()
            assert (fault.invariant, fault.subject) == ("kernel.link", str(sound.uuid)), damage
            Link.objects.filter(pk=sound.pk).update(**{name: getattr(sound, name) for name in damage})
        Invitation.objects.all().delete()  # a link to something removed is no fault
    assert list(faults()) == []


@pytest.mark.django_db
def test_an_invitation_by_link_does_what_it_says(world: World) -> None:
    held = links.hold(token_in(invited(world)), "parties.accept_invitation")
    role = accept_invitation(held.actor, held.subject, password="en lång mening att minnas")
    assert (role.organisation, role.kind, role.person.email) == (world.osthammar, "reader", "ny@exempel.se")
