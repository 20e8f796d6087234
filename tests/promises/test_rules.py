"""What makes a promise concrete, which periods there are, and how a promise moves."""

from datetime import date, timedelta
from uuid import NAMESPACE_DNS, uuid4, uuid5

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tillsammans.kernel.content import freeze, thaw
from tillsammans.plans.content import ActivityContent
from tillsammans.promises.content import PartyContent, PromiseContent
from tillsammans.promises.models import Promise
from tillsammans.promises.rules import (
    FOLLOWS,
    Check,
    coming_periods,
    failing,
    long_sentences,
    marked,
    missing_kinds,
    period_after,
    quality,
    vague_words,
)

pytestmark = pytest.mark.pure

PROMISE, TOWN, POLICE = (str(uuid5(NAMESPACE_DNS, name)) for name in ("promise", "town", "police"))
PATROL = ActivityContent(str(uuid4()), "Polisen", POLICE, "går fotpatrull", "Gimo", 34, "kvällar", "2026-04-30")
LIGHTS = ActivityContent(
    str(uuid4()), "Kommunen", TOWN, "lagar belysningen på åtta gångvägar", "Gimo", None, "", "2026-03-15"
)


def promise(**changes: object) -> PromiseContent:
    values: dict[str, object] = {
        "uuid": PROMISE,
        "organisation": "Kommunen",
        "title": "Färre inbrott",
        "text": "Ni ser oss när det är mörkt.",
        "benefit": "Du möter patrullen.",
        "basis": "61 av er svarade.",
        "area": "Gimo",
        "problem": "Inbrott",
        "starts_on": "2026-01-01",
        "ends_on": "2026-04-30",
        "report_by": "2026-05-31",
        "parties": (PartyContent(TOWN, "Kommunen", "municipality"), PartyContent(POLICE, "Polisen", "police")),
        "activities": (PATROL, LIGHTS),
    }
    return PromiseContent(**{**values, **changes})  # type: ignore[arg-type]


def check(name: str, prioritised: bool = True, causes: int = 1, **changes: object) -> Check:
    return next(one for one in quality(promise(**changes), prioritised=prioritised, causes=causes) if one.name == name)


def test_a_concrete_promise_gets_no_advice() -> None:
    assert failing(quality(promise(), prioritised=True, causes=1)) == 0


def test_a_party_that_does_nothing_is_named() -> None:
    found = check("Alla parter gör något", activities=(PATROL,))
    assert not found.holds
    assert found.where == ("Kommunen",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Vi ska arbeta för ökad trygghet.", ["arbeta för"]),
        ("Vi verkar för att det blir lugnt.", ["verkar för"]),
        ("Polisen fokuserar på centrum.", ["fokuserar på"]),
        ("Vi hjälper er i största möjliga mån.", ["i största möjliga mån"]),
        ("Patrullen kommer om möjligt, annars vid behov.", ["om möjligt", "vid behov"]),
        ("Vi arbetar\nför er.", ["arbetar\nför"]),
        ("Arbeta för och ARBETA FÖR", ["Arbeta för", "ARBETA FÖR"]),
        ("Vi går, lagar och besöker arbetarna för hand.", []),
        ("", []),
    ],
)
def test_vague_words_are_found_as_they_stand(text: str, words: list[str]) -> None:
    assert vague_words(text) == words


def test_vague_words_are_found_in_the_activities_too() -> None:
    vague = ActivityContent("a", "Polisen", "police", "arbetar mot narkotika", "Gimo", 3, "insatser", "2026-04-30")
    assert check("Inga vaga ord", activities=(PATROL, LIGHTS, vague)).where == ("arbetar mot",)


@given(st.lists(st.sampled_from(["arbeta för ", "vi går ", "om möjligt ", "åäö. ", "<b>", "\n"])).map("".join))
def test_the_marked_pieces_are_the_text(text: str) -> None:
    pieces = marked(text)
    assert "".join(piece for piece, _vague in pieces) == text
    assert all(vague_words(piece) == [piece] for piece, vague in pieces if vague)


def test_an_activity_without_number_is_pointed_at_unless_its_words_count() -> None:
    uncounted = ActivityContent("a", "Polisen", "police", "håller möten", "Gimo", None, "", "2026-04-30")
    assert check("Går att räkna", activities=(LIGHTS, uncounted)).where == ("håller möten",)


@pytest.mark.parametrize(("day", "holds"), [("2025-12-31", False), ("2026-01-01", True), ("2026-05-01", False)])
def test_a_day_outside_the_period_is_pointed_at(day: str, holds: bool) -> None:
    activity = ActivityContent("a", "Polisen", "police", "går", "Gimo", 1, "kväll", day)
    assert check("Datum inom perioden", activities=(activity,)).holds is holds


def test_a_missing_place_is_pointed_at() -> None:
    nowhere = ActivityContent("a", "Polisen", "police", "går", "", 1, "kväll", "2026-01-02")
    assert check("Plats", activities=(nowhere,)).where == ("går",)


@pytest.mark.parametrize(("prioritised", "causes", "holds"), [(True, 1, True), (False, 1, False), (True, 0, False)])
def test_a_promise_builds_on_a_prioritised_problem_and_its_cause(prioritised: bool, causes: int, holds: bool) -> None:
    assert check("Problem och orsak", prioritised, causes).holds is holds


def test_benefit_and_basis_are_asked_for() -> None:
    assert not check("Nyttan för den som bor här", benefit=" ").holds
    assert not check("Varför just det här", basis="").holds


@pytest.mark.parametrize(("report_by", "holds"), [("2026-06-29", True), ("2026-06-30", False)])
def test_the_report_comes_within_sixty_days(report_by: str, holds: bool) -> None:
    assert check("Redovisning i tid", report_by=report_by).holds is holds


def test_long_sentences_are_pointed_at() -> None:
    twenty, more = " ".join(["ord"] * 20), " ".join(["ord"] * 21)
    assert long_sentences(f"{twenty}. {more}! {twenty}") == [more]
    assert check("Kort och lätt text", text=more).where == (more,)
    assert not check("Kort och lätt text", text="Ord. " * 200).holds


def test_a_promise_needs_a_municipality_and_the_police() -> None:
    assert missing_kinds(["municipality", "police", "housing"]) == []
    assert missing_kinds(["municipality"]) == ["polis"]
    assert missing_kinds(["police"]) == ["kommun"]


def test_the_content_survives_its_canonical_text() -> None:
    content = promise()
    assert thaw(freeze(content), PromiseContent) == content
    assert content.promisers == "Kommunen och Polisen"
    with translation.override("en"):
        assert content.promisers == "Kommunen and Polisen"


def test_the_coming_periods_are_whole_tertials_quarters_and_years() -> None:
    found = {period.name: (period.starts_on, period.ends_on) for period in coming_periods(date(2026, 11, 25))}
    assert found == {
        "Tertial 3 2026": (date(2026, 9, 1), date(2026, 12, 31)),
        "Tertial 1 2027": (date(2027, 1, 1), date(2027, 4, 30)),
        "Kvartal 4 2026": (date(2026, 10, 1), date(2026, 12, 31)),
        "Kvartal 1 2027": (date(2027, 1, 1), date(2027, 3, 31)),
        "År 2026": (date(2026, 1, 1), date(2026, 12, 31)),
        "År 2027": (date(2027, 1, 1), date(2027, 12, 31)),
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("2026-01-01", "2026-04-30"), ("2026-05-01", "2026-08-31")),
        (("2026-01-01", "2026-12-31"), ("2027-01-01", "2027-12-31")),
        (("2025-11-01", "2026-02-28"), ("2026-03-01", "2026-06-30")),
        (("2026-01-05", "2026-01-11"), ("2026-01-12", "2026-01-18")),
    ],
)
def test_the_next_period_is_as_long_and_follows_at_once(first: tuple[str, str], second: tuple[str, str]) -> None:
    start, end = (date.fromisoformat(day) for day in first)
    assert tuple(day.isoformat() for day in period_after(start, end)) == second


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 800))
def test_periods_never_overlap(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    following, last = period_after(start, end)
    assert following == end + timedelta(days=1)
    assert last >= following


def test_every_state_can_be_left_and_only_signed_promises_are_published() -> None:
    assert set(FOLLOWS) == set(Promise.State)
    assert all(FOLLOWS.values())
    assert [state for state, following in FOLLOWS.items() if "published" in following] == ["offered"]
