"""Changes of the country's map that no file has yet."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tillsammans.geo import reference

CACHES = [value for value in vars(reference).values() if hasattr(value, "cache_clear") and value is not reference.data]


@pytest.fixture
def dated_codes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Replace tables of ``dated_codes``, and the list of municipalities, for one test."""
    read = reference.data

    def change(*, municipalities: list[dict[str, str]] | None = None, **tables: list[Any]) -> None:
        def data(name: str) -> Any:
            if name == "dated_codes":
                return {**read(name), **tables}
            if name == "areas" and municipalities is not None:
                return {**read(name), "municipalities": municipalities}
            return read(name)

        monkeypatch.setattr(reference, "data", data)
        clear()

    def clear() -> None:
        for cached in CACHES:
            cached.cache_clear()

    yield change
    monkeypatch.undo()
    clear()


@pytest.fixture
def merger(dated_codes: Callable[..., None]) -> None:
    """Älvkarleby and Tierp become one on the first of January 2031, under a code that nobody had."""
    dated_codes(
        merged=[
            {
                "date": "2031-01-01",
                "new": "0399",
                "name": "Nykommun",
                "county": "03",
                "from": [
                    {"code": "0319", "name": "Älvkarleby", "county": "03"},
                    {"code": "0360", "name": "Tierp", "county": "03"},
                ],
            }
        ]
    )
