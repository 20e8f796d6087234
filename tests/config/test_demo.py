"""The demo is filled once, whole and true; every role finds its way in, and each sees only its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from tillsammans.collaboration.models import Approval, Collaboration, Comment, Opening, Package, Party, PartyAnswer
from tillsammans.config.demo import fill, ways_in
from tillsammans.config.demo.evidence import SOURCE
from tillsammans.config.demo.figures import POPULATION_SOURCE
from tillsammans.config.testimony import all_routes
from tillsammans.evaluation.models import FollowUp
from tillsammans.formats.units import BRA
from tillsammans.imports import command as importing
from tillsammans.indicators.models import Import, Series, Value
from tillsammans.kernel.access import Refused
from tillsammans.kernel.models import AuditEntry, Installation
from tillsammans.kernel.scope import Scope, everywhere, within
from tillsammans.kernel.thread import threads_of
from tillsammans.kernel.verify import faults
from tillsammans.parties.models import Organisation, Person, Role
from tillsammans.patterns import runs
from tillsammans.patterns.models import Finding
from tillsammans.picture.models import Cause, Picture, Problem, Snapshot
from tillsammans.plans.models import ActionPlan, ActivityLog, Goal, Measure
from tillsammans.promises.models import Promise

pytestmark = pytest.mark.django_db  # each test inside the filled demo is rolled back by itself


@pytest.fixture(scope="module", autouse=True)
def shown(demo: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The program runs as a demo on the demo's database."""
    with override_settings(VAR=tmp_path_factory.mktemp("demo"), DEMO=True):
        yield


@pytest.fixture
def see_all() -> Iterator[None]:
    with everywhere("the test looks at what the demo laid"):
        yield


def room(slug: str) -> Any:
    return within(Scope(Organisation.objects.get(slug=slug).pk))


def signed_in(slug: str) -> Client:
    """A client that came in by the demo's own link for the role."""
    client = Client()
    page = client.get(f"/demo/{slug}/")
    assert page.status_code == 200
    with everywhere("the test signs in as a role"):
        organisation, kind = slug.rsplit("-", 1)
        person = Role.objects.get(organisation__slug=organisation, kind=kind, person__demo=True).person
    assert str(person.uuid) in page.content.decode()
    assert client.post("/demo/", {"person": person.uuid}).status_code == 302
    return client


def test_filling_again_changes_nothing(see_all: None) -> None:
    before = (Person.objects.count(), Package.objects.count(), AuditEntry.objects.count(), Value.objects.count())
    fill()
    after = (Person.objects.count(), Package.objects.count(), AuditEntry.objects.count(), Value.objects.count())
    assert before == after
    assert Installation.objects.get().demo


@pytest.mark.both
def test_everything_that_is_stored_holds() -> None:
    assert list(faults()) == []


def test_every_step_was_a_deed_that_was_allowed(see_all: None) -> None:
    assert not AuditEntry.objects.filter(outcome="refused").exists()
    done = set(AuditEntry.objects.values_list("deed", flat=True))
    assert {
        "picture.adopt_picture",
        "plans.adopt_plan",
        "promises.publish_promise",
        "evaluation.publish_outcome",
        "collaboration.answer_approval",
        "imports.activate",
    } <= done


def test_each_chain_of_the_log_goes_forward_in_time(see_all: None) -> None:
    for head in AuditEntry.objects.values_list("head", flat=True).distinct():
        moments = list(AuditEntry.objects.filter(head=head).order_by("number").values_list("at", flat=True))
        assert moments == sorted(moments)


def test_people_are_invented_and_marked(see_all: None) -> None:
    people = list(Person.objects.all())
    assert all(person.demo and person.email.endswith("@exempel.se") for person in people)
    assert not any(person.has_usable_password() for person in people)


def test_figures_are_labelled_as_invented_wherever_they_stand(see_all: None) -> None:
    assert set(Series.objects.values_list("source", flat=True)) == {SOURCE, POPULATION_SOURCE}
    assert set(Import.objects.values_list("source", flat=True)) == {SOURCE, POPULATION_SOURCE}
    for package in Package.objects.filter(kind="picture"):
        assert SOURCE in package.content
        assert "Brå, anmälda brott" not in package.content


def test_later_figures_replace_preliminary_ones(see_all: None) -> None:
    first, second, third = Import.objects.filter(kind="databasfil").order_by("in_force_at")
    assert first.replaced == 0
    assert second.replaced > 0
    assert third.replaced > 0
    assert {row.state for row in (first, second, third)} == {"in_force"}


def test_the_thread_of_burglaries_is_whole_and_the_others_break_where_the_story_says(see_all: None) -> None:
    with room("osthammar"):
        problems = {problem.title: problem for problem in Problem.objects.all()}
        threads = threads_of([problem.pk for problem in problems.values()])
        gaps = {
            title.split()[0]: thread.first_gap.label if thread.first_gap else ""
            for title, thread in ((title, threads[problem.pk]) for title, problem in problems.items())
        }
    assert gaps["Inbrott"] == ""
    assert gaps["Otrygghet"] == "Löfte"
    assert gaps["Båtmotorstölder"] == "Orsak"
    priorities = sorted(problem.priority for problem in problems.values())
    assert priorities == ["chosen", "chosen", "chosen", "deselected", "watched"]


def test_the_damage_that_the_story_tells_of_sticks_out_in_the_municipality(see_all: None) -> None:
    run = runs.run(Organisation.objects.get(common=True).pk)
    found = {
        (one.area.code, one.indicator.name, one.kind)
        for one in Finding.objects.filter(run=run).select_related("area", "indicator")
    }
    assert ("0382", "12 kap. Skadegörelsebrott", "unusual") in found


def test_pictures_stand_at_every_stage(see_all: None) -> None:
    own = Picture.objects.filter(organisation__slug="osthammar").order_by("pk")
    assert [(picture.number, picture.state) for picture in own] == [(1, "adopted"), (2, "adopted"), (3, "shared")]
    assert Comment.objects.filter(package__subject=own[2].uuid, organisation__slug="norduppland").count() == 1
    assert Snapshot.objects.filter(adopted__picture=own[1]).count() == 5
    assert Measure.objects.exclude(snapshot=None).count() == Measure.objects.count() > 0


def test_promises_stand_at_every_stage(see_all: None) -> None:
    first, second, third = Promise.objects.order_by("pk")
    assert (first.state, second.state, third.state) == ("published", "offered", "draft")
    assert FollowUp.objects.get(promise=first).kept == "partly"
    signed = Approval.objects.filter(package=second.offered).values_list("organisation__slug", flat=True)
    assert list(signed) == ["norduppland"]
    logged = set(ActivityLog.objects.values_list("organisation__slug", flat=True))
    assert logged == {"osthammar", "norduppland"}


def test_one_party_has_not_answered_and_one_answered_in_its_own_words(see_all: None) -> None:
    silent = Party.objects.filter(answers=None).values_list("member__slug", flat=True)
    assert list(silent) == ["norrskars-batklubb"]
    assert PartyAnswer.objects.get(answer="adapted").words


@pytest.mark.both
def test_every_role_opens_its_week() -> None:
    ways = ways_in()
    assert len(ways) == len(set(ways)) >= 12
    with everywhere("the test compares with all kinds of roles"):
        assert set(Role.objects.values_list("kind", flat=True)) == set(Role.Kind.values)
    for label, path in ways:
        page = signed_in(path.split("/")[2]).get("/")
        assert page.status_code == 200, label


def test_labels_say_who_it_is() -> None:
    assert ways_in()[0] == ("Karin Ek, trygghetssamordnare, Östhammars kommun", "/demo/osthammar-coordinator/")


def test_the_county_sees_packages_and_nothing_else() -> None:
    client = signed_in("uppsala-lan-county_coordinator")
    with room("uppsala-lan"):
        for model in (Picture, Problem, Cause, Goal, ActionPlan, Measure, Promise, FollowUp, Collaboration):
            assert not model.objects.exists(), model
        received = list(Package.objects.filter(receivers__receiver__slug="uppsala-lan"))
        opened = Opening.objects.count()
    assert {package.kind for package in received} == {"picture", "plan", "promise"}
    assert 0 < opened < len(received)
    for package in received:
        assert client.get(f"/samverkan/paket/{package.uuid}/").status_code == 200
    with everywhere("the addresses of what the county may not open"):
        closed = [
            *(f"/lagesbild/{picture.uuid}/" for picture in Picture.objects.all()),
            *(f"/lagesbild/problem/{problem.uuid}/" for problem in Problem.objects.all()),
            *(f"/plan/{plan.uuid}/" for plan in ActionPlan.objects.all()),
            *(f"/loften/{promise.uuid}/" for promise in Promise.objects.all()),
            *(f"/samverkan/{collaboration.uuid}/" for collaboration in Collaboration.objects.all()),
        ]
    assert [path for path in closed if client.get(path).status_code != 404] == []


def test_strangers_see_nothing_of_each_other() -> None:
    with room("tierp"):
        assert [picture.title.split()[1] for picture in Picture.objects.all()] == ["Tierp"]
    with room("osthammar"):
        assert not any("Tierp" in picture.title for picture in Picture.objects.all())


def test_public_pages_open_without_sign_in() -> None:
    paths = [
        route["path"]
        for route in all_routes()
        if route["scope"] == "public" and "<" not in route["path"] and "GET" in route["methods"]
    ]
    with everywhere("the published promise has a public address"):
        published = Promise.objects.get(state="published").published
    assert published is not None
    paths.append(f"/offentligt/loften/{published.slug}/")
    client = Client()
    found = {path: client.get(path, follow=True).status_code for path in paths}  # the front page leads on
    assert found == dict.fromkeys(paths, 200)
    page = client.get(f"/offentligt/loften/{published.slug}/").content.decode()
    assert "Färre inbrott i Gimo och Alunda" in page
    assert "delvis hållet" in page.lower()


def test_without_a_demo_database_there_is_no_way_in() -> None:
    Installation.objects.update(demo=False)
    assert Client().get("/demo/").status_code == 404


def test_a_database_that_is_in_use_never_becomes_a_demo() -> None:
    Installation.objects.all().delete()
    with pytest.raises(Refused, match="används redan"):
        fill()
    assert not Installation.objects.filter(demo=True).exists()


@pytest.mark.shared
@pytest.mark.slow("imports two real files and opens every page of the numbers")
def test_bras_own_files_stand_beside_the_invented_ones(shared: Path) -> None:
    """Two sources of one indicator in one municipality: every page of the numbers says both and answers."""
    files = [shared / "data" / "05_bra" / f"Databasfil{year}.txt" for year in (2020, 2021)]
    with everywhere("the test acts as the coordinator"):
        role = Role.objects.get(organisation__slug="osthammar", kind="coordinator", person__demo=True)
    assert importing.run("databasfil", files, "osthammar", role.person.email, preview=False, as_json=True) == 0
    client = signed_in("osthammar-coordinator")
    with room("osthammar"):
        runs.run(Organisation.objects.get(slug="osthammar").pk)
        knivsta = list(
            Series.objects.filter(area__code="0330", period_kind="month").select_related("indicator", "area")
        )
        twice = {row.indicator_id for row in knivsta if row.source == BRA}
        both = [row for row in knivsta if row.indicator_id in twice]
        findings = list(Finding.objects.filter(series_row__in=both))
        pictures = [f"/lagesbild/{picture.uuid}/" for picture in Picture.objects.all()]
    assert {row.source for row in both} == {BRA, SOURCE}
    shown = client.get(f"/underlag/omrade/{knivsta[0].area.uuid}/").content.decode()
    assert f"({BRA})" in shown
    assert f"({SOURCE})" in shown
    paths = [
        *("/", "/underlag/", "/underlag/?omrade=0330&enhet=", "/underlag/sticker-ut/", "/lagesbild/"),
        *(f"/underlag/omrade/{knivsta[0].area.uuid}/?sida={page}" for page in (1, 2, 3)),
        *(f"/underlag/serie/{row.uuid}/" for row in both[:8]),
        *(f"/underlag/serie/{row.uuid}/berakning/" for row in both[:8]),
        *(f"/underlag/serie/{one.series_row.uuid}/fynd/{one.kind}/" for one in findings),
        *pictures,
    ]
    for row in both:
        if row.indicator.unit == "count":
            paths += [f"/underlag/serie/{row.uuid}/{page}" for page in ("jamforelse/", "berakning/?figur=jamforelse")]
            break
    assert {path: code for path in paths if (code := client.get(path).status_code) != 200} == {}
