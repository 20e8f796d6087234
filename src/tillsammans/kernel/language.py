"""What a deed or a job writes is Swedish; what the person is told is in the language that the person reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.utils.translation import get_language, override

_reader: ContextVar[str | None] = ContextVar("reader", default=None)


@contextmanager
def writing(*, reader: str | None = None) -> Iterator[None]:
    """Texts made in the block are stored, so they are made in Swedish whatever language is active around it.

    ``reader``: the language of ``telling`` in the block, if it is not that of the person who waits.
    """
    token = _reader.set(reader or _reader.get() or get_language())
    try:
        with override(settings.LANGUAGE_CODE):
            yield
    finally:
        _reader.reset(token)


@contextmanager
def telling() -> Iterator[None]:
    """Texts made in the block, also inside ``writing``, are for the person who waits for the answer."""
    with override(_reader.get() or get_language()):
        yield
