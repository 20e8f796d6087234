"""Frozen content: its text begins with its schema, is read back strictly, and old versions are upgraded on the way."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillsammans.kernel.canonical import canonical, content_hash
from tillsammans.kernel.content import (
    Day,
    Identity,
    UnreadableContent,
    content,
    freeze,
    refreeze,
    renamed,
    schemas,
    thaw,
    thaw_each,
    upgrade,
)
from tillsammans.kernel.problems import Faults

pytestmark = pytest.mark.pure


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    on: Day
    share: Decimal | None = None


@content("example", version=3)
@dataclass(frozen=True, slots=True)
class Example:
    uuid: UUID
    by: Identity
    number: int | None
    public: bool
    begins: date
    at: datetime
    spans: tuple[tuple[date, date], ...]
    parts: tuple[Part, ...]
    extra: Mapping[str, str]


@upgrade("example", from_version=1)
def _numbered(plain: Any) -> Any:
    return {**plain, "number": None}


@upgrade("example", from_version=2)
def _public(plain: Any) -> Any:
    return {**{key: value for key, value in plain.items() if key != "secret"}, "public": not plain["secret"]}


def example() -> Example:
    moment = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    parts = (Part("a", "2026-01-01", Decimal("0.25")), Part("b", "2026-02-01"))
    day = date(2026, 1, 1)
    return Example(uuid4(), str(uuid4()), 3, True, day, moment, ((day, day),), parts, {"x": "y"})


def plain(**changes: Any) -> dict[str, Any]:
    """What the text of version 3 says, changed."""
    return {**json.loads(freeze(example())), **changes}


def unreadable(text: str) -> UnreadableContent:
    with pytest.raises(UnreadableContent) as caught:
        thaw(text, Example)
    return caught.value


def test_the_text_begins_with_its_schema_and_is_canonical() -> None:
    text = freeze(example())
    assert text.startswith('{"$schema":"example/3","at":"2026-01-02T03:04:00+00:00",')
    assert canonical(json.loads(text)) == text


def test_what_is_frozen_is_read_back_as_it_was() -> None:
    one = example()
    assert thaw(freeze(one), Example) == one


def test_text_without_a_mark_is_version_one_and_is_upgraded_step_by_step() -> None:
    one = example()
    first = {key: value for key, value in json.loads(freeze(one)).items() if key not in ("$schema", "number", "public")}
    made = thaw(canonical({**first, "secret": True}), Example)
    assert (made.number, made.public, made.parts) == (None, False, one.parts)
    second = canonical({**first, "secret": False, "number": 7, "$schema": "example/2"})
    assert (thaw(second, Example).number, thaw(second, Example).public) == (7, True)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"number": "3"}, "$.number"),
        ({"number": True}, "$.number"),
        ({"number": 3.5}, "$.number"),
        ({"public": 1}, "$.public"),
        ({"begins": "2026-02-30"}, "$.begins"),
        ({"by": "x"}, "$.by"),
        ({"parts": "ab"}, "$.parts"),
        ({"parts": [{"name": "a", "on": "2026-13-01", "share": None}]}, "$.parts[0].on"),
        ({"parts": [{"name": "a", "on": "2026-01-01"}]}, "fält saknas: share @ $.parts[0]"),
        ({"parts": [{"name": "a", "on": "2026-01-01", "share": "NaN"}]}, "$.parts[0].share"),
        ({"spans": [["2026-01-01"]]}, "$.spans[0]"),
        ({"extra": []}, "$.extra"),
        ({"extra": {"x": 1}}, "$.extra['x']"),
        ({"more": 1}, "fält är okända: more"),
        ({"$schema": "example/4"}, "nyare version"),
        ({"$schema": "promise/1"}, "slaget promise"),
        ({"$schema": "example"}, "ingen version"),
        ({"$schema": "example/-1"}, "ingen version"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(changes: dict[str, Any], reason: str) -> None:
    assert reason in unreadable(json.dumps(plain(**changes))).reason


def test_every_field_is_asked_for_also_those_with_a_default() -> None:
    for name in plain().keys() - {"$schema"}:
        said = {key: value for key, value in plain().items() if key != name}
        assert unreadable(json.dumps(said)).reason == f"fält saknas: {name}"


@pytest.mark.parametrize("text", ["", "null", "[]", '"x"', "{", '{"at":NaN}', "[" * 100_000, '{"$schema":["x"]}'])
def test_a_damaged_text_is_refused_and_nothing_else_is_raised(text: str) -> None:
    assert unreadable(text).schema == "example"


@given(st.integers(min_value=0, max_value=200), st.characters(codec="utf-8"))
def test_one_changed_character_is_read_or_refused(place: int, character: str) -> None:
    text = freeze(example())
    place %= len(text)
    with suppress(UnreadableContent):
        thaw(text[:place] + character + text[place + 1 :], Example)


def test_a_row_that_cannot_be_read_does_not_hide_the_others() -> None:
    texts = {"one": freeze(example()), "two": "{}", "three": freeze(example())}
    readable = thaw_each(texts, Example, lambda row: texts[row])
    assert [row for row, _content in readable.rows] == ["one", "three"]
    assert [error.subject for error in readable.unreadable] == ["two"]


def test_what_says_the_same_in_an_older_version_stays_the_text_that_it_was() -> None:
    one = example()
    old = canonical({**{k: v for k, v in json.loads(freeze(one)).items() if k != "public"}, "secret": False}).replace(
        "example/3", "example/2"
    )
    assert thaw(old, Example) == one
    assert content_hash(refreeze(one, old)) == content_hash(old)
    other = example()
    assert refreeze(other, old) == freeze(other)
    assert refreeze(one, "{}") == refreeze(one, "") == freeze(one)


def test_an_upgrade_gives_fields_other_names_and_a_damaged_text_is_still_refused() -> None:
    assert renamed(old="new")({"old": 1, "other": 2}) == {"new": 1, "other": 2}
    for text in ("[]", "null", '{"old":1}', '"old"'):
        with pytest.raises(UnreadableContent):
            thaw(text, Faults)


def test_two_kinds_have_two_names() -> None:
    with pytest.raises(TypeError, match="example is both"):
        content("example", version=1)(Part)


def test_the_kinds_of_all_apps_are_known_by_name() -> None:
    assert {"promise", "promise_outcome", "plan", "picture", "problem"} <= schemas().keys()
