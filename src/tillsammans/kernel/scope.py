"""The room lock: a row that an organisation owns is out of reach until the code says in whose room it stands.

A request stands in the room of the organisation that the person acts for; a public page in the public room, where
only what was published is seen; a command that needs every room says why.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


class OutsideScope(RuntimeError):
    """Owned rows were asked for, or written, outside the room that they belong to."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows are in reach: one organisation's, the public ones, or everyone's for a stated reason."""

    organisation_id: int | None = None
    public: bool = False
    everywhere: str = ""


PUBLIC = Scope(public=True)
_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current(model: type | None = None) -> Scope:
    """The room that the code stands in; ``OutsideScope``, naming the ``model`` that was asked for, if in none."""
    scope = _current.get()
    if scope is None:
        rows = f"rows of {model.__name__}" if model else "owned rows"
        raise OutsideScope(f"{rows} need a scope: enter one with `within`, or say why with `everywhere`")
    return scope


@contextmanager
def within(scope: Scope) -> Iterator[Scope]:
    """Stand in ``scope`` for the length of the block."""
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


@contextmanager
def everywhere(reason: str) -> Iterator[Scope]:
    """See every organisation's rows; ``reason`` tells a reader why that is right."""
    if not reason:
        raise ValueError("seeing every organisation needs a reason")
    with within(Scope(everywhere=reason)) as scope:
        yield scope
