"""Deeds of pictures and problems: who may, what they leave behind, and that an adopted picture never changes."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation
from tests.world import World

from tillsammans.collaboration.actions import answer_approval, set_standing_share
from tillsammans.collaboration.models import Approval, Package
from tillsammans.kernel import clock
from tillsammans.kernel.access import Refused, RuleBroken
from tillsammans.kernel.canonical import canonical, content_hash, parsed
from tillsammans.kernel.content import MARK, thaw
from tillsammans.kernel.editing import EditConflict
from tillsammans.kernel.models import AuditEntry
from tillsammans.kernel.scope import everywhere
from tillsammans.meetings.models import Decision
from tillsammans.parties.models import Body
from tillsammans.picture import actions
from tillsammans.picture.content import PictureContent
from tillsammans.picture.documents import picture_document
from tillsammans.picture.models import (
    AdoptedPicture,
    Cause,
    KnowledgeGap,
    Picture,
    PictureProblem,
    Problem,
    Section,
    Snapshot,
    Statement,
)
from tillsammans.picture.queries import due, faults, latest_adopted, picture_content, picture_text, picture_view

pytestmark = pytest.mark.both

STATEMENT = {"text": "Okända bilar", "source_kind": "staff", "source": "Hemtjänsten", "strength": "uneven"}
CAUSE = {"text": "Tomma hus syns", "perspective": "situation", "level": "direct", "support": "staff"}


@pytest.fixture
def picture(world: World) -> Picture:
    return start(world)


@pytest.fixture
def problem(world: World, picture: Picture) -> Problem:
    return actions.create_problem(
        world.actor("coordinator"),
        None,
        collaboration=world.collaboration,
        area=world.areas["0382"],
        title="Inbrott, Gimo",
        picture=picture,
    )


def start(world: World, **values: Any) -> Picture:
    return actions.create_picture(
        world.actor("coordinator"),
        None,
        **{
            "collaboration": world.collaboration,
            "area": world.areas["0382"],
            "title": "Lägesbild 2025",
            "starts_on": date(2025, 1, 1),
            "ends_on": date(2025, 12, 31),
            **values,
        },
    )


def section(world: World, picture: Picture, kind: str = "mapping") -> Section:
    with world.room("osthammar"):
        return Section.objects.get(picture=picture, kind=kind)


def shown(world: World, picture: Picture) -> str:
    with world.room("osthammar"):
        return content_hash(picture_text(Picture.objects.get(pk=picture.pk)))


def adopt(world: World, picture: Picture, day: date = date(2026, 2, 10)) -> AdoptedPicture:
    return actions.adopt_picture(
        world.actor("coordinator"),
        picture,
        shown=shown(world, picture),
        body=world.body,
        decided_on=day,
        minutes_reference="§ 14",
    )


def deeds_done(deed: str, outcome: str = "done") -> int:
    return AuditEntry.objects.filter(deed=deed, outcome=outcome).count()


def test_a_new_picture_has_the_four_usual_sections_and_is_logged(world: World, picture: Picture) -> None:
    with world.room("osthammar"):
        kinds = list(Section.objects.filter(picture=picture).values_list("kind", flat=True))
    assert kinds == ["mapping", "other", "analysis", "looking_ahead"]
    assert picture.state == "draft"
    assert deeds_done("picture.create_picture") == 1


def test_a_period_that_ends_before_it_begins_is_refused(world: World) -> None:
    with pytest.raises(RuleBroken) as broken:
        start(world, ends_on=date(2024, 12, 31))
    assert broken.value.field == "ends_on"


@pytest.mark.parametrize("role", ["reader", "chair", "administrator"])
def test_who_may_only_read_cannot_write(world: World, picture: Picture, role: str) -> None:
    with pytest.raises(Refused):
        actions.edit_picture(world.actor(role), picture, version=1, title="Nytt")
    assert deeds_done("picture.edit_picture", "refused") == 1
    with world.room("osthammar"):
        assert Picture.objects.get().title == "Lägesbild 2025"


def test_a_stranger_reaches_nothing(world: World, picture: Picture) -> None:
    for role in ("stranger", "police"):
        with pytest.raises(Picture.DoesNotExist):
            actions.edit_picture(world.actor(role), picture, version=1, title="Nytt")


def test_a_member_writes_but_neither_shares_nor_adopts(world: World, picture: Picture) -> None:
    member = world.actor("coordinator")
    member = type(member)(
        **{
            **{name: getattr(member, name) for name in member.__slots__},
            "abilities": frozenset({"read", "edit"}),
        }
    )
    actions.edit_picture(member, picture, version=None, title="Ny rubrik")
    with pytest.raises(Refused, match="föra in beslut"):
        actions.adopt_picture(
            member, picture, shown="", body=world.body, decided_on=date(2026, 1, 1), minutes_reference="§ 1"
        )
    with pytest.raises(Refused, match="dela med andra"):
        actions.share_picture(member, picture, shown="", purpose="", ground="own", receivers=[])


def test_two_who_edit_the_same_text_are_told(world: World, picture: Picture) -> None:
    actor = world.actor("coordinator")
    actions.edit_picture(actor, picture, version=1, summary="Karins text")
    with pytest.raises(EditConflict) as conflict:
        actions.edit_picture(actor, picture, version=1, summary="Johans text")
    assert conflict.value.current.summary == "Karins text"  # type: ignore[attr-defined]


def test_sections_move_and_come_back_after_removal(world: World, picture: Picture) -> None:
    actor = world.actor("coordinator")
    last = section(world, picture, "looking_ahead")
    actions.move_section(actor, last, up=True)
    actions.remove_part(actor, section(world, picture, "other"))
    with world.room("osthammar"):
        assert [part.kind for part in picture_content(picture).sections] == ["mapping", "looking_ahead", "analysis"]
        assert [part.words for part in picture_view(picture).removed] == ["Avsnitt: Andra uppgifter"]
    actions.restore_part(actor, section(world, picture, "other"))
    with world.room("osthammar"):
        assert [part.kind for part in picture_content(picture).sections] == [
            "mapping",
            "other",
            "looking_ahead",
            "analysis",
        ]


def test_moving_past_the_end_changes_nothing(world: World, picture: Picture) -> None:
    first = section(world, picture, "mapping")
    actions.move_section(world.actor("coordinator"), first, up=True)
    with world.room("osthammar"):
        assert picture_content(picture).sections[0].kind == "mapping"


def test_a_problem_is_taken_up_once_and_can_be_left_out(world: World, picture: Picture, problem: Problem) -> None:
    actor = world.actor("coordinator")
    again = actions.take_up_problem(actor, picture, problem=problem)
    other = actions.create_problem(
        actor, None, collaboration=world.collaboration, area=world.areas["0382"], title="Skadegörelse", picture=picture
    )
    with world.room("osthammar"):
        assert PictureProblem.objects.filter(picture=picture).count() == 2
        link = PictureProblem.objects.get(problem=other)
    actions.move_problem(actor, link, up=True)
    with world.room("osthammar"):
        assert [row.title for row in picture_content(picture).problems] == ["Skadegörelse", "Inbrott, Gimo"]
    actions.leave_out_problem(actor, again)
    with world.room("osthammar"):
        assert [row.title for row in picture_content(picture).problems] == ["Skadegörelse"]
        assert Problem.objects.filter(pk=problem.pk).exists()


def test_a_choice_needs_a_reason_and_keeps_the_decision(world: World, problem: Problem) -> None:
    actor = world.actor("coordinator")
    with pytest.raises(RuleBroken) as broken:
        actions.prioritise_problem(actor, problem, priority="deselected", motivation=" ")
    assert broken.value.field == "motivation"
    chosen = actions.prioritise_problem(
        actor,
        problem,
        priority="chosen",
        motivation="Vanligt",
        body=world.body,
        decided_on=date(2026, 2, 1),
        minutes_reference="§ 4",
    )
    assert chosen.decision is not None
    assert chosen.decision.subject == "Prioritering: Inbrott, Gimo"


def test_causes_lie_behind_each_other_without_circles(world: World, problem: Problem) -> None:
    actor = world.actor("coordinator")
    first = actions.add_cause(actor, problem, **CAUSE)
    second = actions.add_cause(actor, problem, **{**CAUSE, "text": "Mörkt", "behind": first})
    with pytest.raises(RuleBroken, match="bakom sig själv"):
        actions.edit_cause(actor, first, version=None, behind=second)
    other = actions.create_problem(
        actor, None, collaboration=world.collaboration, area=world.areas["0382"], title="Annat"
    )
    with pytest.raises(RuleBroken, match="samma problem"):
        actions.add_cause(actor, other, **{**CAUSE, "behind": first})
    actions.remove_cause(actor, second)
    with world.room("osthammar"):
        assert Cause.objects.get(pk=second.pk).removed_on == clock.today()
    assert actions.restore_cause(actor, second).removed_on is None


def test_sharing_freezes_the_content_and_an_edit_leaves_it_behind(world: World, picture: Picture) -> None:
    actor = world.actor("coordinator")
    package = actions.share_picture(
        actor,
        picture,
        shown=shown(world, picture),
        purpose="Gemensam bild",
        ground="agreement",
        receivers=[world.norduppland],
        approvers=[world.norduppland],
    )
    with world.room("osthammar"):
        view = picture_view(Picture.objects.get())
        assert view.picture.state == "shared"
        assert not view.changed_since_shared
        assert [line.organisation for line in view.approvals] == [world.norduppland]
    with world.room("norduppland"):
        assert thaw(Package.objects.get().content, PictureContent).title == "Lägesbild 2025"
        assert not Picture.objects.exists()
    actions.edit_section(actor, section(world, picture), version=None, text="Ändrad efteråt")
    with world.room("osthammar"):
        view = picture_view(Picture.objects.get())
        assert view.changed_since_shared
        assert "Ändrad efteråt" not in Package.objects.get().content
        assert view.package == package


def test_an_approval_of_an_earlier_text_is_outdated(world: World, picture: Picture) -> None:
    actor = world.actor("coordinator")

    def share() -> Package:
        return actions.share_picture(
            actor,
            picture,
            shown=shown(world, picture),
            purpose="Gemensam bild",
            ground="agreement",
            receivers=[world.norduppland],
            approvers=[world.norduppland],
        )

    package = share()
    answer_approval(world.actor("chief"), package, answer=Approval.Answer.APPROVED, hash=package.hash)
    with world.room("osthammar"):
        assert [line.valid for line in picture_view(Picture.objects.get()).approvals] == [True]
    actions.edit_section(actor, section(world, picture), version=None, text="Ändrad efteråt")
    share()
    with world.room("osthammar"):
        assert [line.answer for line in picture_view(Picture.objects.get()).approvals] == ["outdated"]


def test_an_approval_stands_when_only_the_schema_has_moved(world: World, picture: Picture) -> None:
    actor = world.actor("coordinator")

    def share() -> Package:
        return actions.share_picture(
            actor,
            picture,
            shown=shown(world, picture),
            purpose="Gemensam bild",
            ground="agreement",
            receivers=[world.norduppland],
            approvers=[world.norduppland],
        )

    package = share()
    text = canonical({key: value for key, value in parsed(package.content).items() if key != MARK})
    with everywhere("the package was sent by 0.1.0"):
        Package.objects.filter(pk=package.pk).update(content=text, hash=content_hash(text))
        package.refresh_from_db()
    answer_approval(world.actor("chief"), package, answer=Approval.Answer.APPROVED, hash=package.hash)
    with world.room("osthammar"):
        view = picture_view(Picture.objects.get())
    assert not view.changed_since_shared
    assert [line.valid for line in view.approvals] == [True]
    again = share()
    assert (again.content, again.hash) == (package.content, package.hash)
    with world.room("osthammar"):
        assert [line.valid for line in picture_view(Picture.objects.get()).approvals] == [True]
    actions.edit_section(actor, section(world, picture), version=None, text="Ändrad efteråt")
    assert share().content.startswith('{"$schema":"picture/3"')
    with world.room("osthammar"):
        assert [line.answer for line in picture_view(Picture.objects.get()).approvals] == ["outdated"]


def test_what_was_not_shown_is_neither_shared_nor_adopted(world: World, picture: Picture) -> None:
    actor = world.actor("coordinator")
    seen = shown(world, picture)
    actions.edit_section(actor, section(world, picture), version=None, text="Nytt sedan sidan visades")
    with pytest.raises(RuleBroken, match="ändrats sedan du öppnade"):
        actions.share_picture(actor, picture, shown=seen, purpose="x", ground="own", receivers=[world.norduppland])
    with pytest.raises(RuleBroken, match="ändrats sedan du öppnade"):
        actions.adopt_picture(
            actor, picture, shown=seen, body=world.body, decided_on=date(2026, 1, 1), minutes_reference="§ 1"
        )
    with world.room("osthammar"):
        assert not Package.objects.exists()
        assert not Decision.objects.exists()


def test_adoption_freezes_the_content_and_each_problem(world: World, picture: Picture, problem: Problem) -> None:
    actor = world.actor("coordinator")
    actions.add_cause(actor, problem, **CAUSE)
    adopted = adopt(world, picture)
    actions.edit_problem(actor, problem, version=None, title="Omdöpt efteråt")
    with world.room("osthammar"):
        content = picture_content(Picture.objects.get())
        assert content.problems[0].title == "Inbrott, Gimo"
        assert content.problems[0].causes[0].text == "Tomma hus syns"
        assert content.decision is not None
        assert content.decision.minutes_reference == "§ 14"
        assert latest_adopted(world.collaboration) == adopted
        snapshot = Snapshot.objects.get()
        assert "Inbrott, Gimo" in snapshot.content
    assert list(faults()) == []


@pytest.mark.parametrize(
    "deed",
    [
        lambda actor, parts: actions.edit_picture(actor, parts["picture"], version=None, title="Nytt"),
        lambda actor, parts: actions.add_section(actor, parts["picture"], kind="other", heading="Nytt"),
        lambda actor, parts: actions.edit_section(actor, parts["section"], version=None, text="Nytt"),
        lambda actor, parts: actions.move_section(actor, parts["section"], up=False),
        lambda actor, parts: actions.remove_part(actor, parts["section"]),
        lambda actor, parts: actions.restore_part(actor, parts["section"]),
        lambda actor, parts: actions.add_statement(actor, parts["section"], **STATEMENT),
        lambda actor, parts: actions.edit_statement(actor, parts["statement"], version=None, text="Nytt"),
        lambda actor, parts: actions.remove_part(actor, parts["statement"]),
        lambda actor, parts: actions.add_gap(actor, parts["picture"], text="Nytt"),
        lambda actor, parts: actions.edit_gap(actor, parts["gap"], version=None, text="Nytt"),
        lambda actor, parts: actions.remove_part(actor, parts["gap"]),
        lambda actor, parts: actions.add_figure(actor, parts["section"], kind="time_series"),
        lambda actor, parts: actions.take_up_problem(actor, parts["picture"], problem=parts["problem"]),
        lambda actor, parts: actions.take_in(actor, parts["picture"], package=None),
        lambda actor, parts: actions.leave_out_problem(actor, parts["link"]),
        lambda actor, parts: actions.move_problem(actor, parts["link"], up=True),
        lambda actor, parts: actions.adopt_picture(
            actor, parts["picture"], shown="", body=parts["body"], decided_on=date(2026, 1, 1), minutes_reference="§"
        ),
    ],
)
def test_nothing_of_an_adopted_picture_can_be_changed(
    world: World, picture: Picture, problem: Problem, deed: Any
) -> None:
    actor = world.actor("coordinator")
    part = section(world, picture)
    parts = {
        "picture": picture,
        "section": part,
        "problem": problem,
        "body": world.body,
        "statement": actions.add_statement(actor, part, **STATEMENT),
        "gap": actions.add_gap(actor, picture, text="Mörkertalet"),
    }
    with world.room("osthammar"):
        parts["link"] = PictureProblem.objects.get()
    adopt(world, picture)
    with everywhere("the whole picture is compared before and after"):
        before = [list(model.objects.values()) for model in (Picture, Section, Statement, KnowledgeGap, PictureProblem)]
    with pytest.raises(Refused, match="antagen"):
        deed(actor, parts)
    with everywhere("the whole picture is compared before and after"):
        after = [list(model.objects.values()) for model in (Picture, Section, Statement, KnowledgeGap, PictureProblem)]
    assert after == before


def test_an_adopted_picture_is_shared_as_it_was_adopted_and_stays_adopted(world: World, picture: Picture) -> None:
    adopted = adopt(world, picture)
    package = actions.share_picture(
        world.actor("coordinator"),
        picture,
        shown=adopted.hash,
        purpose="Länets bild",
        ground="own",
        receivers=[world.uppsala_lan],
    )
    assert package.content == adopted.content
    with world.room("osthammar"):
        assert Picture.objects.get().state == "adopted"
    with world.room("uppsala_lan"):
        assert Package.objects.get() == package


def test_a_standing_share_sends_the_picture_when_it_is_adopted_and_both_logs_say_so(
    world: World, picture: Picture
) -> None:
    set_standing_share(
        world.actor("coordinator"),
        None,
        kind="picture",
        receiver=world.uppsala_lan,
        purpose="Länets bild",
        ground="own",
    )
    adopted = adopt(world, picture)
    with world.room("uppsala_lan"):
        assert Package.objects.get().hash == adopted.hash
    heads = AuditEntry.objects.filter(deed="picture.adopt_picture").values_list("head__organisation__slug", flat=True)
    assert set(heads) == {"osthammar", "uppsala-lan"}


def test_the_frozen_rows_refuse_to_be_saved_or_removed(world: World, picture: Picture, problem: Problem) -> None:
    adopt(world, picture)
    with world.room("osthammar"):
        for row in (AdoptedPicture.objects.get(), Snapshot.objects.get()):
            with pytest.raises(TypeError):
                row.save()
            with pytest.raises(TypeError):
                row.delete()


def test_the_next_version_starts_from_the_adopted_one(world: World, picture: Picture, problem: Problem) -> None:
    actor = world.actor("coordinator")
    part = section(world, picture)
    actions.edit_section(actor, part, version=None, text="Så var det", public=False)
    actions.add_statement(actor, part, **STATEMENT)
    actions.add_gap(actor, picture, text="Mörkertalet")
    closed = actions.create_problem(
        actor, None, collaboration=world.collaboration, area=world.areas["0382"], title="Löst", picture=picture
    )
    with pytest.raises(RuleBroken, match="antagen"):
        start(world, previous=picture)
    adopt(world, picture)
    actions.close_problem(actor, closed)
    with world.room("osthammar"):
        picture = Picture.objects.get()
    following = start(world, title="Lägesbild 2026", ends_on=date(2026, 12, 31), previous=picture)
    with world.room("osthammar"):
        content = picture_content(following)
    assert following.number == 2
    assert content.previous == "Lägesbild 2025"
    assert (content.sections[0].text, content.sections[0].public) == ("Så var det", False)
    assert content.sections[0].statements == ()
    assert [gap.text for gap in content.gaps] == ["Mörkertalet"]
    assert [row.title for row in content.problems] == ["Inbrott, Gimo"]


def test_verify_names_a_picture_that_was_tampered_with(world: World, picture: Picture, problem: Problem) -> None:
    adopted = adopt(world, picture)
    with everywhere("somebody with the database at hand changes a row"):
        AdoptedPicture.objects.filter(pk=adopted.pk).update(content=adopted.content.replace("Gimo", "Alunda"))
    found = list(faults())
    assert [fault.subject for fault in found] == [f"Lägesbild 2025 ({picture.uuid})"]
    with everywhere("somebody with the database at hand changes a row"):
        AdoptedPicture.objects.filter(pk=adopted.pk).update(content=adopted.content)
        Snapshot.objects.update(content="{}")
        Picture.objects.update(state="draft")
    assert {fault.invariant for fault in faults()} == {"snapshot", "picture"}


def test_what_is_due_follows_the_work(world: World, picture: Picture, problem: Problem) -> None:
    actor = world.actor("coordinator")

    def keys(today: date) -> list[str]:
        with world.room("osthammar"):
            return [step.key.rsplit("-", 5)[0] for step in due(actor, today)]  # without the uuid

    assert keys(date(2026, 3, 1)) == []
    actions.prioritise_problem(actor, problem, priority="chosen", motivation="Vanligt")
    assert keys(date(2026, 3, 1)) == ["cause"]
    actions.add_cause(actor, problem, **CAUSE)
    actions.share_picture(
        actor,
        picture,
        shown=shown(world, picture),
        purpose="x",
        ground="own",
        receivers=[world.norduppland],
        approvers=[world.norduppland],
    )
    assert keys(date(2026, 3, 1)) == ["picture-approval"]
    with clock.frozen(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        adopt(world, picture)
    assert keys(date(2027, 9, 1)) == []
    assert keys(date(2027, 12, 1)) == ["picture-update"]
    with world.room("osthammar"):
        [step] = due(actor, date(2028, 5, 1))
    assert step.deadline == date(2028, 2, 10)
    with world.room("osthammar"):
        assert due(world.actor("reader"), date(2028, 5, 1)) == []


def test_the_same_form_sent_twice_makes_one_picture(world: World) -> None:
    client = world.client("coordinator")
    data = {
        "title": "Lägesbild",
        "collaboration": world.collaboration.pk,
        "area": world.areas["0382"].pk,
        "starts_on": "2025-01-01",
        "ends_on": "2025-12-31",
        "idempotency_key": "a" * 32,
    }
    first, second = (client.post("/lagesbild/ny/", data) for _time in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    with world.room("osthammar"):
        assert Picture.objects.count() == 1


def test_a_body_of_another_organisation_cannot_adopt(world: World, picture: Picture) -> None:
    with everywhere("a test lays a body"):
        other = Body.objects.create(organisation=world.tierp, name="KS Tierp", kind="executive_board")
    with pytest.raises(RuleBroken, match="din egen organisation"):
        actions.adopt_picture(
            world.actor("coordinator"),
            picture,
            shown=shown(world, picture),
            body=other,
            decided_on=date(2026, 1, 1),
            minutes_reference="§ 1",
        )


def test_a_picture_is_swedish_whatever_language_its_writer_reads(world: World, picture: Picture) -> None:
    with translation.override("en"):
        started = start(world, title="Second")
        with world.room("osthammar"):
            content = picture_content(started)
            document = picture_document(content, on=date(2026, 1, 1))
    assert [part.heading for part in content.sections] == ["Kartläggning", "Andra uppgifter", "Analys", "Blick framåt"]
    assert document.status == "Utkast"
    assert document.language == "sv"
