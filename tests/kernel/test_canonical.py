"""The same content is always the same bytes, and nothing of it is lost."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillsammans.kernel.canonical import canonical, content_hash, parsed

pytestmark = pytest.mark.pure

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(
    lambda text: unicodedata.normalize("NFC", text)
)
contents = st.recursive(
    st.none() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def retold(content: Any, form: Any) -> Any:
    """The same content with the keys in the opposite order, lists as tuples and text in another Unicode form."""
    if isinstance(content, dict):
        return {unicodedata.normalize(form, key): retold(content[key], form) for key in reversed(list(content))}
    if isinstance(content, list):
        return tuple(retold(item, form) for item in content)
    return unicodedata.normalize(form, content) if isinstance(content, str) else content


@given(contents, st.sampled_from(["NFC", "NFD"]))
def test_the_same_content_is_the_same_bytes_in_any_order_and_form(content: Any, form: str) -> None:
    assert canonical(retold(content, form)).encode() == canonical(content).encode()


@given(contents)
def test_nothing_is_lost_on_the_way_back(content: Any) -> None:
    assert parsed(canonical(content)) == content
    assert canonical(parsed(canonical(content))) == canonical(content)


@given(contents, contents)
def test_other_content_is_other_bytes(one: Any, other: Any) -> None:
    assert (canonical(one) == canonical(other)) == (one == other)


def test_yes_is_not_one_and_text_is_not_a_number() -> None:
    assert len({canonical(value) for value in (True, 1, "1", "true", None, "null", [], {})}) == 8


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40, places=12))
def test_a_decimal_keeps_every_digit_and_no_zero_at_the_end(value: Decimal) -> None:
    written = parsed(canonical(value))
    assert Decimal(written) == value
    assert "E" not in written
    assert "." not in written or not written.endswith("0")


def test_equal_decimals_are_equal_bytes() -> None:
    assert {canonical(Decimal(text)) for text in ("12.50", "12.5", "1.25E+1")} == {'"12.5"'}
    assert {canonical(Decimal(text)) for text in ("0", "-0", "0.00", "0E+3")} == {'"0"'}
    assert canonical(Decimal("1E+3")) == '"1000"'


def test_the_same_moment_is_the_same_bytes_in_any_time_zone() -> None:
    moment = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)
    assert (
        canonical(moment) == canonical(moment.astimezone(timezone(timedelta(hours=1)))) == '"2026-01-12T09:30:00+00:00"'
    )


@pytest.mark.parametrize(
    "content", [1.5, float("nan"), {"a": [1.0]}, b"abc", bytearray(b"a"), {1, 2}, object(), {1: "a"}]
)
def test_what_has_no_canonical_form_is_refused(content: Any) -> None:
    with pytest.raises(TypeError):
        canonical(content)


@pytest.mark.parametrize(
    "content", [Decimal("NaN"), Decimal("Infinity"), {"å": 1, unicodedata.normalize("NFD", "å"): 2}]
)
def test_what_would_lose_content_is_refused(content: Any) -> None:
    with pytest.raises(ValueError, match=r"no number|same text"):
        canonical(content)


class Level(StrEnum):
    HIGH = "high"


@dataclass(frozen=True)
class Part:
    name: str
    share: Decimal


@dataclass(frozen=True)
class Whole:
    title: str
    day: date
    address: UUID
    level: Level
    parts: tuple[Part, ...]
    note: str | None = None


GOLDEN = (
    '{"address":"00000000-0000-0000-0000-000000000001","day":"2026-01-12","level":"high","note":null,'
    '"parts":[{"name":"Kajen\\n\\"norra\\"","share":"0.25"}],"title":"Lägesbild för Östhammar"}'
)


def test_bytes_and_hash_of_a_known_content_never_change() -> None:
    whole = Whole(
        "Lägesbild för Östhammar",
        date(2026, 1, 12),
        UUID(int=1),
        Level.HIGH,
        (Part('Kajen\n"norra"', Decimal("0.250")),),
    )
    assert canonical(whole) == GOLDEN
    assert content_hash(GOLDEN) == "53a38f83d75d75a8b05e066ea551d2de016052115f80a0a8f5068c9d44c5ec4f"
