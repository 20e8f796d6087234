"""The English translation, collected from code and templates without any system tool.

Swedish is the source language, so a Swedish catalogue is not needed; a test holds the English one complete.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tillsammans.config.catalogue import CATALOGUE, compile_if_stale

PACKAGE = Path(__file__).resolve().parents[1]
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


class Text(NamedTuple):
    """A text that a person can meet, or a pair for singular and plural; ``context`` tells like words apart."""

    id: Any
    context: str | None
    path: str

    @property
    def first(self) -> str:
        """What the catalogue finds the text by."""
        return self.id if isinstance(self.id, str) else self.id[0]


def texts() -> Iterator[Text]:
    """Every text that a person can meet, with the file where it stands."""
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            source = path.read_bytes()
        elif path.suffix in (".html", ".txt") and "templates" in path.parts:
            lines = templatize(path.read_text(), origin=str(path)).splitlines()
            source = "\n".join(line.lstrip() for line in lines).encode()  # read as Python, where indentation counts
        else:
            continue
        for _line, function, message, _comments in extract_python(BytesIO(source), KEYWORDS, [], {}):
            context, *words = _words(function, message)
            if all(words):
                yield Text(words[0] if len(words) == 1 else tuple(words), context, str(path.relative_to(PACKAGE)))


def _words(function: Any, message: Any) -> list[Any]:
    """The context of a call, if any, and its text or pair."""
    given = message if isinstance(message, tuple) else (message,)
    context = given[:1] if "pgettext" in function else (None,)
    start = 1 if "pgettext" in function else 0
    return [*context, *given[start : start + (2 if function.startswith("n") else 1)]]


def catalogue() -> Catalog:
    """The English catalogue as it is stored."""
    if not CATALOGUE.exists():
        return Catalog(locale="en", domain="django")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en", domain="django")


def missing(stored: Catalog) -> list[Any]:
    """Texts without an English translation."""
    result = []
    for text in texts():
        message = stored.get(text.first, text.context)
        string = None if message is None else message.string
        strings = () if string is None else (string if isinstance(string, tuple) else (string,))
        if (
            not strings
            or not all(strings)
            or (message is not None and message.fuzzy)
            or (isinstance(text.id, tuple) and len(strings) != 2)
        ):
            result.append(text.id)
    return list(dict.fromkeys(result))


def collect() -> int:
    """Bring the catalogue in step with the texts: new ones empty, old ones gone. Returns how many are missing."""
    stored = catalogue()
    fresh = Catalog(
        locale="en",
        domain="django",
        header_comment="# English translations for Tillsammans.",
        project="Tillsammans",
        charset="utf-8",
        fuzzy=False,
        # Kept: a time that changes at each run is a conflict at each merge.
        creation_date=stored.creation_date,
    )
    for text in texts():
        known = stored.get(text.first, text.context)
        same = known is not None and isinstance(known.string, tuple) is isinstance(text.id, tuple)
        string = known.string if known is not None and same else None
        empty: Any = "" if isinstance(text.id, str) else ("", "")
        fresh.add(text.id, string or empty, locations=[(text.path, None)], context=text.context)  # type: ignore[list-item]
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, fresh, width=0, omit_header=False, sort_output=True, include_lineno=False)
    compile_if_stale()
    return len(missing(catalogue()))
