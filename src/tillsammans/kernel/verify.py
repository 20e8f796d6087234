"""Invariants that can be checked at any time, over everything that is stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tillsammans.kernel.content import UnreadableContent, thaw
from tillsammans.kernel.wiring import functions


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken invariant: which rule, the object by name, and what is wrong with it."""

    invariant: str
    subject: str
    message: str


def unreadable(invariant: str, subject: str, text: str, kind: type[Any]) -> Iterator[Fault]:
    """The fault of a stored content that cannot be read as ``kind``; none if it can."""
    try:
        thaw(text, kind)
    except UnreadableContent as error:
        yield Fault(invariant, subject, str(error))


def faults() -> Iterator[Fault]:
    """Run every app's invariants, as wired in ``config``."""
    for check in functions("VERIFY"):
        yield from check()
