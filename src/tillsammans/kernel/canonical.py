"""Canonical content: the same content is always the same bytes, so a hash can stand for it.

Text is NFC, numbers are decimals written as strings, keys are sorted, nothing is translated. The bytes are stored as
text and those bytes are hashed; content is never serialised a second time to check a hash.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any
from uuid import UUID


def canonical(content: Any) -> str:
    """``content`` as canonical text.

    Takes mappings, sequences, frozen dataclasses, text, integers, ``Decimal``, dates, UUIDs and ``None``; a float is
    refused with ``TypeError`` because its decimals depend on how it was computed.
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
            return format(value.normalize(), "f")
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            return {_key(key): _plain(item) for key, item in value.items()}
        case Sequence():
            return [_plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError("canonical keys are text")
    return unicodedata.normalize("NFC", key)
