"""The pages: how many questions they ask, what they show, what they keep when something is wrong."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.world import World

from tillsammans.collaboration.actions import comment_package
from tillsammans.indicators.models import Import, Indicator, Series, Value
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.scope import everywhere
from tillsammans.picture import actions
from tillsammans.picture.models import Cause, Picture, PictureProblem, Problem, Section, Statement
from tillsammans.picture.queries import (
    cause_knot,
    evidence_knot,
    open_problems,
    picture_content,
    picture_text,
    problem_knot,
)

STATEMENT = {"text": "Okända bilar", "source_kind": "staff", "source": "Hemtjänsten", "strength": "uneven"}
CAUSE = {"text": "Tomma hus syns", "perspective": "situation", "level": "direct", "support": "staff"}


@pytest.fixture
def indicator(world: World) -> Indicator:
    """Two years of invented figures for three municipalities."""
    with everywhere("a test lays its figures"):
        common = world.gemensamt
        made = Indicator.objects.create(code="bra.manad.test", name="Inbrott i bostad", unit="count")
        imported = Import.objects.create(
            organisation=common,
            kind="databasfil",
            source="Brå, anmälda brott",
            files=f"fil.txt {'a' * 64}",
            state="in_force",
            in_force_at="2026-01-15T10:00:00Z",
            person=world.people["operator"][0],
        )
        for code in ("0382", "0360", "0380"):
            series = Series.objects.create(
                organisation=common,
                indicator=made,
                area=world.areas[code],
                period_kind="month",
                source="Brå, anmälda brott",
            )
            Value.objects.bulk_create(
                Value(
                    organisation=common,
                    series=series,
                    imported=imported,
                    period=f"{year}-{month:02}",
                    row=month,
                    value=12 if year == 2024 else 5,
                )
                for year in (2024, 2025)
                for month in range(1, 13)
            )
    return made


def draft(world: World, title: str = "Lägesbild 2025") -> Picture:
    return actions.create_picture(
        world.actor("coordinator"),
        None,
        collaboration=world.collaboration,
        area=world.areas["0382"],
        title=title,
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 12, 31),
    )


def describe(world: World, title: str = "Inbrott, Gimo", picture: Picture | None = None, **values: Any) -> Problem:
    return actions.create_problem(
        world.actor("coordinator"),
        None,
        collaboration=world.collaboration,
        area=world.areas["0382"],
        title=title,
        picture=picture,
        **values,
    )


def mapping(world: World, picture: Picture) -> Section:
    with world.room("osthammar"):
        return Section.objects.get(picture=picture, kind="mapping")


def questions(client: Any, url: str) -> int:
    client.get(url)  # warm what is kept between requests
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_the_list_of_pictures_asks_as_much_for_three_as_for_one(world: World) -> None:
    client = world.client("coordinator")
    draft(world)
    once = questions(client, "/lagesbild/")
    for title in ("En till", "Och en"):
        draft(world, title)
    assert questions(client, "/lagesbild/") == once


def fill(world: World, picture: Picture, indicator: Indicator, title: str) -> None:
    actor, part = world.actor("coordinator"), mapping(world, picture)
    actions.add_statement(actor, part, **STATEMENT)
    actions.add_gap(actor, picture, text=title)
    for kind, compared in (("time_series", []), ("comparison", [world.areas["0360"]])):
        actions.add_figure(
            actor,
            part,
            kind=kind,
            indicator=indicator,
            area=world.areas["0382"],
            compared_with=compared,
            first_period="",
            last_period="",
            comment="",
        )
    problem = describe(world, title, picture)
    actions.add_statement(actor, problem, **STATEMENT)
    actions.add_cause(actor, problem, **CAUSE)
    actions.add_gap(actor, problem, text=title)


def test_a_picture_asks_as_much_for_three_of_everything_as_for_one(world: World, indicator: Indicator) -> None:
    client, picture = world.client("coordinator"), draft(world)
    fill(world, picture, indicator, "Första")
    url = f"/lagesbild/{picture.uuid}/"
    once = questions(client, url)
    for title in ("Andra", "Tredje"):
        fill(world, picture, indicator, title)
    assert questions(client, url) == once


def test_the_overview_and_the_knots_ask_as_much_for_three_as_for_one(world: World) -> None:
    actor, client = world.actor("coordinator"), world.client("coordinator")

    def chosen(title: str) -> Problem:
        problem = actions.prioritise_problem(actor, describe(world, title), priority="chosen", motivation="Vanligt")
        actions.add_cause(actor, problem, **CAUSE)
        return problem

    rows = [chosen("Första")]
    once = questions(client, "/lagesbild/problem/")
    rows += [chosen("Andra"), chosen("Tredje")]
    assert questions(client, "/lagesbild/problem/") == once
    with world.room("osthammar"):
        for knot in (evidence_knot, problem_knot, cause_knot):
            with CaptureQueriesContext(connection) as asked:
                found = knot([row.pk for row in rows])
            assert len(asked) == 1
            assert found.keys() == {row.pk for row in rows}


def test_problems_are_listed_in_swedish_order_also_after_a_new_title(world: World) -> None:
    actor = world.actor("coordinator")
    for title in ("Östra hamnen", "Åkerby", "Zinkgruvan", "Ängen"):
        problem = describe(world, title)
    with world.room("osthammar"):
        assert [row.title for row in open_problems(actor)] == ["Zinkgruvan", "Åkerby", "Ängen", "Östra hamnen"]
        actions.edit_problem(actor, problem, version=problem.version, title="Alunda")
        assert [row.title for row in open_problems(actor)] == ["Alunda", "Zinkgruvan", "Åkerby", "Östra hamnen"]


def test_the_knots_count_what_stands_and_name_what_is_missing(world: World, indicator: Indicator) -> None:
    actor, problem = world.actor("coordinator"), describe(world, indicators=[indicator])
    cause = actions.add_cause(actor, problem, **CAUSE)
    for text in ("En", "Två"):
        actions.add_statement(actor, problem, **{**STATEMENT, "text": text})
    with world.room("osthammar"):
        actions_statement = Statement.objects.first()
    actions.remove_part(actor, actions_statement)
    with world.room("osthammar"):
        assert evidence_knot([problem.pk])[problem.pk].text == "2 källor"
        assert cause_knot([problem.pk])[problem.pk].text == "1 orsak"
        assert problem_knot([problem.pk])[problem.pk].state == "gap"
    actions.remove_cause(actor, cause)
    actions.prioritise_problem(actor, problem, priority="watched", motivation="Ovanligt")
    with world.room("osthammar"):
        knot = cause_knot([problem.pk])[problem.pk]
        assert (knot.state, knot.text) == ("gap", "lägg till en orsak")
        assert problem_knot([problem.pk])[problem.pk].text == "bevakas"


def test_the_problem_page_shows_finding_sources_causes_and_gaps(world: World, indicator: Indicator) -> None:
    actor = world.actor("coordinator")
    problem = describe(world, indicators=[indicator], disagreement="Om platsen")
    actions.add_statement(actor, problem, **STATEMENT)
    actions.add_cause(actor, problem, **{**CAUSE, "evidence_against": "Hälften sker dagtid"})
    actions.add_gap(actor, problem, text="Mörkertalet i Alunda")
    client = world.client("coordinator")
    page = client.get(f"/lagesbild/problem/{problem.uuid}/").content.decode()
    for words in (
        "Inbrott i bostad i Östhammar: färre 2025 än 2024",
        "Källorna bredvid varandra",
        "Hemtjänsten",
        "ojämn täckning",
        "Källorna är oense. Om platsen",
        "Talar emot: Hälften sker dagtid",
        "Mörkertalet i Alunda",
        "Visa beräkningen",
    ):
        assert words in page
    reader = world.client("reader").get(f"/lagesbild/problem/{problem.uuid}/").content.decode()
    assert "Tomma hus syns" in reader
    assert "Lägg till en orsak" not in reader
    assert world.client("stranger").get(f"/lagesbild/problem/{problem.uuid}/").status_code == 404


def test_a_removed_cause_is_offered_back(world: World) -> None:
    actor, client, problem = world.actor("coordinator"), world.client("coordinator"), describe(world)
    cause = actions.add_cause(actor, problem, **CAUSE)
    client.post(f"/lagesbild/orsak/{cause.uuid}/ta-bort/")
    page = client.get(f"/lagesbild/problem/{problem.uuid}/").content.decode()
    assert "Ingen orsak är skriven än" in page
    assert f"/lagesbild/orsak/{cause.uuid}/lagg-tillbaka/" in page
    client.post(f"/lagesbild/orsak/{cause.uuid}/lagg-tillbaka/")
    with world.room("osthammar"):
        assert Cause.objects.get().removed_on is None


def test_a_refused_form_keeps_what_was_typed_and_says_where(world: World) -> None:
    client = world.client("coordinator")
    answer = client.post(
        "/lagesbild/ny/",
        {
            "title": "Lägesbild kvar i fältet",
            "collaboration": world.collaboration.pk,
            "area": world.areas["0382"].pk,
            "starts_on": "2025-12-31",
            "ends_on": "2025-01-01",
        },
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Lägesbild kvar i fältet" in page
    assert "Perioden slutar innan den börjar" in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"priority": "chosen", "motivation": ""}, "Skriv varför"),
        ({"priority": "chosen", "motivation": "Vanligt", "decided_on": "2026-01-01"}, "Välj vem som beslutade"),
        ({"priority": "chosen", "motivation": "Vanligt", "body": "BODY"}, "Skriv vilken dag beslutet togs"),
        ({"priority": "chosen", "motivation": "Anna 811218-9876 bor där"}, "personnummer"),
    ],
)
def test_a_priority_that_lacks_something_is_refused_in_words(world: World, data: dict[str, Any], words: str) -> None:
    problem, client = describe(world), world.client("coordinator")
    data = {key: world.body.pk if value == "BODY" else value for key, value in data.items()}
    answer = client.post(f"/lagesbild/problem/{problem.uuid}/prioritera/", data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with world.room("osthammar"):
        assert Problem.objects.get().priority == "open"


def test_a_figure_says_which_choice_is_missing(world: World, indicator: Indicator) -> None:
    client, part = world.client("coordinator"), mapping(world, draft(world))
    data = {"indicator": indicator.pk, "area": world.areas["0382"].pk, "kind": "comparison"}
    url = f"/lagesbild/avsnitt/{part.uuid}/figur/ny/"
    assert "Välj minst ett område att jämföra med" in client.post(url, data).content.decode()
    wrong = client.post(url, {**data, "kind": "time_series", "first_period": "januari"})
    assert "Skriv perioden som 2024-01" in wrong.content.decode()
    assert client.post(url, {**data, "compared_with": [world.areas["0360"].pk]}).status_code == 302
    with world.room("osthammar"):
        [figure] = picture_content(part.picture).sections[0].figures
    assert figure.finding.startswith("Inbrott i bostad")
    assert [series.area_name for series in figure.series] == ["Östhammar", "Tierp"]


def test_the_files_of_a_picture_have_their_types_and_its_numbers(world: World, indicator: Indicator) -> None:
    client, picture = world.client("coordinator"), draft(world)
    fill(world, picture, indicator, "Inbrott, Gimo")
    url = f"/lagesbild/{picture.uuid}/"
    pdf = client.get(f"{url}lagesbild.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    word = client.get(f"{url}lagesbild.docx")
    assert word["Content-Type"] == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert word["Content-Disposition"] == 'attachment; filename="lagesbild-2025-v1.docx"'
    table = client.get(f"{url}data.csv").content.decode("utf-8-sig").splitlines()
    assert len(table) == 1 + 2 * 24
    with world.room("osthammar"):
        figure = picture_content(Picture.objects.get()).sections[0].figures[0]
    for form, start in (("csv", b"\xef\xbb\xbfperiod"), ("svg", b"<svg"), ("png", b"\x89PNG")):
        assert client.get(f"{url}figur/{figure.uuid}.{form}").content.startswith(start)
    assert client.get(f"{url}figur/{figure.uuid}.exe").status_code == 404
    data = client.get(f"{url}data.json").json()
    assert data["municipality"] == "0382"
    assert [row["value"] for row in data["indicators"]] == [12] * 12 + [5] * 12


def test_a_package_shows_what_was_sent_and_comments_come_back(world: World, indicator: Indicator) -> None:
    actor, picture = world.actor("coordinator"), draft(world)
    fill(world, picture, indicator, "Inbrott, Gimo")
    with world.room("osthammar"):
        shown = content_hash(picture_text(Picture.objects.get()))
    package = actions.share_picture(
        actor, picture, shown=shown, purpose="Gemensam bild", ground="agreement", receivers=[world.norduppland]
    )
    actions.edit_section(actor, mapping(world, picture), version=None, text="Skrivet efteråt")
    page = world.client("police").get(f"/samverkan/paket/{package.uuid}/").content.decode()
    for words in ("Inbrott i bostad i Östhammar: färre 2025 än 2024", "Hemtjänsten", "Tomma hus syns"):
        assert words in page
    assert "Skrivet efteråt" not in page
    assert "Ändra avsnittet" not in page
    comment_package(world.actor("police"), package, text="Stämmer med vår bild")
    own = world.client("coordinator").get(f"/lagesbild/{picture.uuid}/").content.decode()
    assert "Stämmer med vår bild" in own
    assert "ändrad sedan den delades" in own


def test_an_edit_of_what_somebody_else_saved_shows_both(world: World) -> None:
    client, picture = world.client("coordinator"), draft(world)
    part = mapping(world, picture)
    data = {"kind": "mapping", "heading": "Kartläggning", "public": "on"}
    assert client.post(f"/lagesbild/avsnitt/{part.uuid}/", {**data, "text": "Först", "version": "1"}).status_code == 302
    answer = client.post(f"/lagesbild/avsnitt/{part.uuid}/", {**data, "text": "Sedan", "version": "1"})
    assert answer.status_code == 409
    assert "Först" in answer.content.decode()
    assert "Sedan" in answer.content.decode()


def test_unknown_parts_and_strange_addresses_are_not_found(world: World) -> None:
    client, picture = world.client("coordinator"), draft(world)
    part = mapping(world, picture)
    assert client.post(f"/lagesbild/del/bild/{part.uuid}/ta-bort/").status_code == 404
    assert client.get(f"/lagesbild/del/avsnitt/{part.uuid}/ta-bort/").status_code == 405
    assert client.get("/lagesbild/ny/?fran=inte-en-adress").status_code == 200
    assert world.client("stranger").post(f"/lagesbild/del/avsnitt/{part.uuid}/ta-bort/").status_code == 404
    with world.room("osthammar"):
        assert Section.objects.get(pk=part.pk).removed_on is None
        assert not PictureProblem.objects.exists()


def test_the_polices_own_picture_is_taken_into_the_joint_one(world: World) -> None:
    police, picture = world.actor("police"), draft(world)
    theirs = actions.create_picture(
        police,
        None,
        collaboration=world.collaboration,
        area=world.areas["0382"],
        title="Polisens bild",
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 12, 31),
    )
    with world.room("norduppland"):
        part = Section.objects.get(picture=theirs, kind="mapping")
    actions.edit_section(police, part, version=None, text="Inbrotten sker på helger.")
    actions.add_statement(police, part, **{**STATEMENT, "source_kind": "police", "source": "Utredare"})
    actions.add_gap(police, theirs, text="Mörkertalet")
    with world.room("norduppland"):
        shown = content_hash(picture_text(Picture.objects.get()))
    package = actions.share_picture(
        police, theirs, shown=shown, purpose="Gemensam bild", ground="agreement", receivers=[world.osthammar]
    )
    client, url = world.client("coordinator"), f"/lagesbild/{picture.uuid}/hamta/{package.uuid}/"
    assert url in client.get(f"/lagesbild/{picture.uuid}/").content.decode()
    assert "Hämta in lägesbilden från Lokalpolisområde Norduppland" in client.get(url).content.decode()
    for _time in range(2):  # a double press takes it in once
        assert client.post(url, {"idempotency_key": "b" * 32}).status_code == 302
    with world.room("osthammar"):
        content = picture_content(Picture.objects.get())
    assert len(content.sections) == 5
    taken = content.sections[-1]
    assert taken.heading == "Kartläggning, Lokalpolisområde Norduppland"
    assert taken.text == "Inbrotten sker på helger."
    assert not taken.public
    assert taken.statements[0].source == "Utredare, Lokalpolisområde Norduppland"
    assert [gap.text for gap in content.gaps] == ["Mörkertalet (Lokalpolisområde Norduppland)"]
    assert world.client("stranger").get(url).status_code == 404
