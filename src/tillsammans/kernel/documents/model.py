"""The content model of a document: frozen blocks in order. The engines (Typst, Word) decide its layout."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from tillsammans.kernel.figures import Figure
from tillsammans.kernel.typesetting import DocumentError


@dataclass(frozen=True)
class Heading:
    """A heading of level 1, 2 or 3; a level may not be skipped on the way down."""

    level: Literal[1, 2, 3]
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text. A line break in it is kept."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """An unordered list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Labels with their values, such as "Diarienummer: KS 2026/14"."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Statement:
    """A finding in one or two sentences, with the source it rests on."""

    text: str
    source: str = ""


@dataclass(frozen=True)
class Callout:
    """Text set apart. kind: "note" (good to know), "warning" (mind this) or "finding" (what it comes to)."""

    text: str
    kind: Literal["note", "warning", "finding"] = "note"


@dataclass(frozen=True)
class Quote:
    """A quotation with its source."""

    text: str
    source: str = ""


@dataclass(frozen=True)
class FigureBlock:
    """A figure with its sentence as caption and its facts under it; with_table adds the table twin."""

    figure: Figure
    with_table: bool = False


@dataclass(frozen=True)
class Table:
    """A table with one header row. numeric: indexes of the columns that hold numbers (set to the right)."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


Block = Heading | Paragraph | Bullets | Facts | Statement | Callout | Quote | FigureBlock | Table


@dataclass(frozen=True, kw_only=True)
class Document:
    """A whole document.

    date: its own date, which is also the time stamp in the files, so equal documents give equal bytes.
    version: as people say it ("3", "2026:1"). status: "Utkast", "Antagen 2026-02-10, kommunstyrelsen § 14".
    content_hash: hexadecimal; the first twelve digits stand in the foot. logo_svg: drawn on the cover.
    accent: "#rrggbb", the organisation's colour. demo: the content is invented, and cover and foot say so.
    """

    title: str
    organisation: str
    date: date
    blocks: tuple[Block, ...]
    subtitle: str = ""
    language: Literal["sv", "en"] = "sv"
    version: str = ""
    status: str = ""
    content_hash: str = ""
    logo_svg: str = ""
    accent: str = "#1d4f6e"
    demo: bool = False

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise DocumentError(_("Dokumentet saknar titel. Ge det en titel och försök igen."))
        if not self.organisation.strip():
            raise DocumentError(_("Dokumentet saknar organisation. Ange vem dokumentet kommer från och försök igen."))
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", self.accent):
            raise DocumentError(
                _("Färgen ”%(accent)s” kan inte användas. Skriv den som # och sex tecken, till exempel #1d4f6e.")
                % {"accent": self.accent}
            )
        above = 0
        for block in self.blocks:
            match block:
                case Heading(level, text):
                    if not text.strip():
                        raise DocumentError(_("En rubrik är tom. Skriv rubriken eller ta bort den."))
                    if level not in (1, 2, 3) or level > above + 1:
                        raise DocumentError(
                            _("Rubriken ”%(text)s” hoppar över en nivå. Lägg den på nivå %(level)s eller högre upp.")
                            % {"text": text, "level": min(above + 1, 3)}
                        )
                    above = level
                case Table(caption, headers, rows):
                    if not headers or any(len(row) != len(headers) for row in rows):
                        raise DocumentError(
                            _("Tabellen ”%(caption)s” har rader som inte stämmer med kolumnrubrikerna.")
                            % {"caption": caption}
                        )
                case _unchecked:
                    pass

    @property
    def foot(self) -> str:
        """The page footer after the title: version and the start of the content hash."""
        version = _("version %(version)s") % {"version": self.version} if self.version else ""
        return " · ".join(part for part in (version, self.content_hash[:12]) if part)

    @property
    def cover_facts(self) -> tuple[tuple[str, str], ...]:
        """The facts under the title on the cover, without empty ones."""
        pairs = (
            (_("Status"), self.status),
            (_("Version"), self.version),
            (_("Datum"), self.date.isoformat()),
            (_("Kontrollsumma"), self.content_hash[:12]),
        )
        return tuple((label, value) for label, value in pairs if value)


def demo_words() -> str:
    """The notice of a document with invented content."""
    return _("Påhittade uppgifter: dokumentet är gjort för att visa systemet.")


def callout_words(kind: str) -> str:
    """The word that begins a callout, so its kind is not shown by colour alone."""
    return {"note": _("Att känna till"), "warning": _("Observera"), "finding": _("Slutsats")}[kind]


# What XML 1.0 cannot hold, even escaped: most control characters, lone surrogates, two noncharacters.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(text: str) -> str:
    """The text with every character that an Office file cannot hold replaced by a visible mark."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
