"""Canonical JSON: equal content gives equal bytes, so a hash identifies the content.

Text is NFC, numbers are decimals written as strings, moments are in UTC, keys are sorted, nothing is translated. The
bytes are stored as text and those bytes are hashed; content is never serialised a second time to check a hash.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any
from uuid import UUID


def canonical(content: Any) -> str:
    """``content`` as canonical text.

    Takes mappings, sequences, frozen dataclasses, text, integers, ``Decimal``, dates, UUIDs and ``None``. A float is
    refused with ``TypeError`` because its decimals depend on how it was computed; so are bytes and sets. ``ValueError``
    for a ``Decimal`` that is no number, and for two keys that are the same text.
    """
    return json.dumps(_plain(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_hash(text: str) -> str:
    """SHA-256 of canonical text, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def parsed(text: str) -> Any:
    """The content of canonical text: mappings, lists, strings, integers and ``None``."""
    return json.loads(text)


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case Enum():
            return _plain(value.value)
        case str():
            return unicodedata.normalize("NFC", value)
        case Decimal():
            return _number(value)
        case datetime():
            return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            plain = {_key(key): _plain(item) for key, item in value.items()}
            if len(plain) != len(value):
                raise ValueError("two keys are the same text")
            return plain
        case Sequence() if not isinstance(value, bytes | bytearray | memoryview):
            return [_plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _number(value: Decimal) -> str:
    """Every digit, without zeros at the end: ``Decimal.normalize`` would round to the precision in force."""
    if not value.is_finite():
        raise ValueError(f"{value} is no number")
    written = format(value, "f")
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return written if value else "0"


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError("canonical keys are text")
    return unicodedata.normalize("NFC", key)
