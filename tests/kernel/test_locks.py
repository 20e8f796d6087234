"""The three locks: door, room and deed."""

import pytest
from django.db import connection

from tests.world import World
from tillsammans.collaboration.models import Collaboration
from tillsammans.kernel import audit
from tillsammans.kernel.access import Refused, RuleBroken
from tillsammans.kernel.editing import EditConflict
from tillsammans.kernel.models import AuditEntry, AuditHead
from tillsammans.kernel.scope import OutsideScope, everywhere
from tillsammans.parties import actions
from tillsammans.parties.models import Body, Role

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_owned_rows_are_out_of_reach_outside_a_room(world: World) -> None:
    for ask in (
        lambda: Body.objects.all(),
        lambda: Body.objects.filter(pk=1),
        lambda: Body.objects.count(),
        lambda: Body.objects.create(organisation=world.osthammar, name="x", kind="committee"),
        lambda: Body.objects.bulk_create([Body(organisation=world.osthammar, name="x", kind="committee")]),
        lambda: Body(organisation=world.osthammar, name="x", kind="committee").save(),
    ):
        with pytest.raises(OutsideScope):
            ask()


def test_a_room_holds_its_own_rows_only(world: World) -> None:
    with world.room("tierp"):
        assert not Body.objects.exists()
        assert Body.objects.filter(pk=world.body.pk).update(name="kapad") == 0
        assert Body.objects.filter(pk=world.body.pk).delete()[0] == 0
    with world.room("osthammar"):
        assert Body.objects.get().name == "Kommunstyrelsen"


@pytest.mark.parametrize("write", ["create", "bulk_create", "save"])
def test_nobody_writes_into_a_strangers_room(world: World, write: str) -> None:
    row = Body(organisation=world.osthammar, name="x", kind="committee")
    with world.room("tierp"), pytest.raises(OutsideScope):
        if write == "create":
            Body.objects.create(organisation=world.osthammar, name="x", kind="committee")
        elif write == "bulk_create":
            Body.objects.bulk_create([row])
        else:
            row.save()


def test_a_foreign_key_never_points_into_a_strangers_room(world: World) -> None:
    from tillsammans.collaboration.models import Group

    with world.room("tierp"), pytest.raises(OutsideScope):
        Group.objects.create(
            organisation=world.tierp,
            collaboration_id=world.collaboration.pk,
            name="x",
            kind="working",
            opened_on="2025-01-01",
        )


def test_a_forward_key_into_a_strangers_room_finds_nothing(world: World) -> None:
    with everywhere("the row is made by hand, past the guard"):
        role = Role.objects.filter(organisation=world.osthammar).first()
    assert role is not None
    with world.room("tierp"), pytest.raises(Role.DoesNotExist):
        role.refresh_from_db()


def test_a_row_never_changes_owner(world: World) -> None:
    with world.room("osthammar"), pytest.raises(OutsideScope):
        Body.objects.update(organisation=world.tierp)


def test_a_done_deed_is_in_the_log_and_a_refused_one_too(world: World) -> None:
    actions.add_body(world.actor("coordinator"), None, name="Styrgruppen", kind="steering_group")
    with pytest.raises(Refused, match="skriva"):
        actions.add_body(world.actor("reader"), None, name="Styrgruppen", kind="steering_group")
    entries = AuditEntry.objects.filter(head__organisation=world.osthammar)
    assert [(entry.deed, entry.outcome) for entry in entries] == [
        ("parties.add_body", "done"),
        ("parties.add_body", "refused"),
    ]
    with world.room("osthammar"):
        assert Body.objects.filter(name="Styrgruppen").count() == 1


def test_a_broken_rule_leaves_no_trace_but_the_refusal(world: World) -> None:
    from tillsammans.collaboration.actions import invite_party

    with pytest.raises(RuleBroken, match="redan inbjuden"):
        invite_party(world.actor("coordinator"), world.collaboration, member=world.norduppland)
    assert list(AuditEntry.objects.values_list("outcome", flat=True)) == ["refused"]


def test_the_same_form_twice_gives_one_object(world: World) -> None:
    actor = world.actor("coordinator").answering("nyckel-1")
    first = actions.add_body(actor, None, name="Styrgruppen", kind="steering_group")
    second = actions.add_body(actor, None, name="Styrgruppen", kind="steering_group")
    assert first == second
    with world.room("osthammar"):
        assert Body.objects.filter(name="Styrgruppen").count() == 1


def test_nobody_overwrites_what_somebody_else_saved(world: World) -> None:
    actor = world.actor("coordinator")
    actions.describe_organisation(actor, world.osthammar, version=1, mandate="Först")
    with pytest.raises(EditConflict):
        actions.describe_organisation(actor, world.osthammar, version=1, mandate="Sedan")


def test_a_strangers_object_is_404_for_a_deed_too(world: World) -> None:
    with pytest.raises(Body.DoesNotExist):
        actions.close_body(world.actor("stranger"), world.body, closed_on=None)


def log_three(world: World) -> None:
    for number in range(3):
        actions.add_body(world.actor("coordinator"), None, name=f"Grupp {number}", kind="committee")


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        ("UPDATE kernel_auditentry SET deed='x' WHERE number=2", "post 2"),
        ("DELETE FROM kernel_auditentry WHERE number=2", "post 2 saknas"),
        ("DELETE FROM kernel_auditentry WHERE number=3", "slutet är borta"),
        ("UPDATE kernel_auditentry SET number=9 WHERE number=2", "post 2 saknas"),
    ],
)
def test_tampering_with_the_log_is_found_and_named(world: World, harm: str, named: str) -> None:
    log_three(world)
    assert list(audit.faults()) == []
    with connection.cursor() as cursor:
        cursor.execute(harm)
    assert any(named in f"{fault.subject} {fault.message}" for fault in audit.faults())


def test_the_log_keeps_no_content(world: World) -> None:
    actions.add_body(world.actor("coordinator"), None, name="Hemligt namn", kind="committee")
    entry = AuditEntry.objects.get()
    assert "Hemligt" not in "".join(str(getattr(entry, field.name)) for field in AuditEntry._meta.fields)
    assert AuditHead.objects.get().length == 1


def test_an_entry_is_never_changed_through_the_program(world: World) -> None:
    log_three(world)
    entry = AuditEntry.objects.first()
    assert entry is not None
    for harm in (entry.save, entry.delete):
        with pytest.raises(TypeError):
            harm()


def test_a_removed_role_bites_on_the_next_request(world: World) -> None:
    client = world.client("coordinator")
    assert client.get("/samverkan/").status_code == 200
    with everywhere("the administrator ends the role"):
        role = Role.objects.get(person=world.people["coordinator"][0])
    actions.end_role(world.actor("administrator"), role)
    assert client.get("/samverkan/").status_code == 403


def test_nobody_changes_a_role_of_their_own(world: World) -> None:
    with everywhere("a test looks"):
        own = Role.objects.get(person=world.people["administrator"][0])
    with pytest.raises(Refused, match="någon annans"):
        actions.end_role(world.actor("administrator"), own)


def test_without_second_factor_no_page_opens(world: World) -> None:
    client = world.client("coordinator")
    session = client.session
    del session["second_factor"]
    session.save()
    assert client.get("/samverkan/").headers["Location"].startswith("/konto/andra-steget")


def test_the_host_sees_its_collaboration_and_so_does_the_party_but_no_stranger(world: World) -> None:
    for organisation, sees in [("osthammar", 1), ("norduppland", 1), ("tierp", 0), ("uppsala_lan", 0)]:
        with world.room(organisation):
            assert Collaboration.objects.count() == sees
