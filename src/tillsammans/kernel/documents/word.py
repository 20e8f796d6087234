"""A document as Word, with real styles, so that it can be edited and put into a case system."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import docx
from django.utils import translation
from django.utils.translation import gettext as _
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import OpcError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from tillsammans.kernel.documents.model import (
    Block,
    Bullets,
    Callout,
    Document,
    Facts,
    FigureBlock,
    Heading,
    Paragraph,
    Quote,
    Statement,
    Table,
    callout_words,
    demo_words,
    writable,
)
from tillsammans.kernel.documents.pdf import column_widths
from tillsammans.kernel.figures import pngs, print_share
from tillsammans.kernel.typesetting import DocumentError

LANGUAGES = {"sv": "sv-SE", "en": "en-GB"}
TEXT_WIDTH = Cm(15)
THREAD = "A3182C"
SHORT_TABLE = 12  # rows that are kept on one page


def to_docx(document: Document, template: Path | None = None) -> bytes:
    """The document as Word. template: the organisation's own .docx, whose styles and page set-up are kept.

    Raises DocumentError when the template cannot be read or lacks a style.
    """
    with translation.override(document.language):
        return _Writer(document, template).write()


class _Writer:
    def __init__(self, document: Document, template: Path | None) -> None:
        self.document = document
        try:
            self.word = docx.Document(str(template) if template else None)
        except (OSError, ValueError, KeyError, BadZipFile, OpcError) as error:
            raise DocumentError(
                _("Wordmallen %(name)s går inte att läsa. Kontrollera att den är en .docx-fil.")
                % {"name": template.name if template else ""}
            ) from error
        if template:
            self._require_styles(template)
        else:
            _own_look(self.word, document.accent)
        figures = [block.figure for block in document.blocks if isinstance(block, FigureBlock)]
        self.pictures = iter(pngs(figures))
        self.numbers = {"figure": 0, "table": 0}

    def write(self) -> bytes:
        self._properties()
        self._cover()
        self._contents()
        for block in self.document.blocks:
            self._block(block)
        self._foot()
        out = io.BytesIO()
        self.word.save(out)
        return out.getvalue()

    def _require_styles(self, template: Path) -> None:
        known = {style.name for style in self.word.styles}
        needed = {"Title", "Subtitle", "Heading 1", "Heading 2", "Heading 3", "Caption", "List Bullet", "Quote"}
        if missing := sorted(needed - known):
            raise DocumentError(
                _("Wordmallen %(name)s saknar formatmallarna %(styles)s. Lägg till dem i mallen och försök igen.")
                % {"name": template.name, "styles": ", ".join(missing)}
            )

    def _properties(self) -> None:
        document, properties = self.document, self.word.core_properties
        day = datetime(document.date.year, document.date.month, document.date.day, tzinfo=UTC)
        properties.title, properties.author = writable(document.title)[:255], writable(document.organisation)[:255]
        properties.subject, properties.language = writable(document.subtitle)[:255], LANGUAGES[document.language]
        properties.version = writable(document.version)[:255]
        properties.content_status = writable(document.status)[:255]
        properties.identifier = document.content_hash[:255]
        properties.created = properties.modified = day
        properties.last_modified_by, properties.revision, properties.comments = "", 1, ""
        styles = self.word.styles.element
        for defaults in styles.iter(qn("w:rPrDefault")):
            run = defaults.get_or_add_rPr() if hasattr(defaults, "get_or_add_rPr") else defaults.find(qn("w:rPr"))
            language = run.find(qn("w:lang"))
            if language is None:
                language = OxmlElement("w:lang")
                run.append(language)
            language.set(qn("w:val"), LANGUAGES[document.language])

    def _cover(self) -> None:
        document = self.document
        self._paragraph(document.organisation)
        self._paragraph(document.title, "Title")
        if document.subtitle:
            self._paragraph(document.subtitle, "Subtitle")
        if document.demo:
            self._paragraph("").add_run(demo_words()).bold = True
        self._facts(document.cover_facts)

    def _contents(self) -> None:
        """A contents field, filled with the headings; Word adds page numbers when the reader updates it (F9)."""
        headings = [block for block in self.document.blocks if isinstance(block, Heading) and block.level < 3]
        if not headings:
            return
        # Not a heading style: the contents must not list itself.
        title = self._paragraph("")
        title.add_run(_("Innehåll")).bold = True
        title.paragraph_format.page_break_before = True
        title.paragraph_format.keep_with_next = True
        first = self._paragraph("")
        _field_start(first, r'TOC \o "1-2" \h \z \u')
        paragraph = first
        for index, heading in enumerate(headings):
            if index:
                paragraph = self._paragraph("")
            paragraph.paragraph_format.left_indent = Cm(0.75 * (heading.level - 1))
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.add_run(writable(heading.text))
        _field_mark(paragraph, "end")
        self.word.add_section(WD_SECTION.NEW_PAGE)

    def _block(self, block: Block) -> None:
        match block:
            case Heading(level, text):
                self._paragraph(text, f"Heading {level}")
            case Paragraph(text):
                self._paragraph(text)
            case Bullets(items):
                for item in items:
                    self._paragraph(item, "List Bullet")
            case Facts(pairs):
                self._facts(pairs)
            case Statement(text, source):
                paragraph = self._paragraph("")
                paragraph.add_run(writable(text)).bold = True
                _left_rule(paragraph, THREAD)
                if source:
                    self._small(_("Källa") + f": {source}")
            case Callout(text, kind):
                paragraph = self._paragraph("")
                paragraph.add_run(f"{callout_words(kind)}. ").bold = True
                paragraph.add_run(writable(text))
                _left_rule(paragraph, THREAD if kind == "warning" else self.document.accent.lstrip("#"))
            case Quote(text, source):
                self._paragraph(f"{text}\n— {source}" if source else text, "Quote")
            case Table():
                self._table(block)
            case FigureBlock(figure, with_table):
                self._caption("figure", figure.title)
                paragraph = self._paragraph("")
                paragraph.paragraph_format.keep_with_next = True
                width = int(self._room() * print_share(figure))
                picture = paragraph.add_run().add_picture(io.BytesIO(next(self.pictures)), width=width)
                picture._inline.docPr.set("descr", writable(figure.description))
                picture._inline.docPr.set("title", writable(figure.title))
                self._small(" ".join(f"{label}: {value.removesuffix('.')}." for label, value in figure.facts()))
                if with_table:
                    twin = figure.print_table()
                    self._table(Table(figure.title, twin.headers, twin.rows, twin.numeric))

    def _room(self) -> int:
        section = self.word.sections[-1]
        if section.page_width is None or section.left_margin is None or section.right_margin is None:
            return TEXT_WIDTH
        return min(section.page_width - section.left_margin - section.right_margin, TEXT_WIDTH)

    def _paragraph(self, text: str, style: str | None = None) -> Any:
        return self.word.add_paragraph(writable(text), style)

    def _small(self, text: str) -> None:
        self._paragraph("").add_run(writable(text)).font.size = Pt(9)

    def _caption(self, kind: str, text: str) -> None:
        self.numbers[kind] += 1
        # Word's own labels, so that its cross-references and lists of figures find them.
        label = {"figure": _("Figur"), "table": _("Tabell")}[kind]
        paragraph = self._paragraph(f"{label} ", "Caption")
        _field(paragraph, f"SEQ {label} \\* ARABIC", str(self.numbers[kind]))
        paragraph.add_run(f". {writable(text)}")
        paragraph.paragraph_format.keep_with_next = True

    def _facts(self, pairs: tuple[tuple[str, str], ...]) -> None:
        if not pairs:
            return
        table = self.word.add_table(rows=0, cols=2)
        # The first column holds the row headers, and the file says so.
        _table_look(table, first_row=False, first_column=True)
        for label, value in pairs:
            cells = table.add_row().cells
            cells[0].paragraphs[0].add_run(writable(label)).bold = True
            cells[1].text = writable(value)
            for cell in cells:
                cell.paragraphs[0].paragraph_format.space_after = Pt(3)
        _column_shares(table, self._room(), [30, 70])
        self.word.add_paragraph()

    def _table(self, item: Table) -> None:
        self._caption("table", item.caption)
        table = self.word.add_table(rows=1, cols=len(item.headers))
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        _horizontal_rules(table)
        _table_look(table, first_row=True, first_column=False)
        properties = table.rows[0]._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:tblHeader"))
        for row_index, row in enumerate((item.headers, *item.rows)):
            cells = table.rows[0].cells if row_index == 0 else table.add_row().cells
            for index, text in enumerate(row):
                cells[index].text = writable(text)
                paragraph = cells[index].paragraphs[0]
                paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
                paragraph.paragraph_format.keep_with_next = row_index < len(item.rows) <= SHORT_TABLE
                if index in item.numeric:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                for run in paragraph.runs:
                    run.font.size = Pt(10)
                    run.bold = row_index == 0 or None
        # A numeric column is as wide as its longest number, within reason.
        widths = column_widths(item)
        numbers = [max(len(cell) for cell in (item.headers[i], *(row[i] for row in item.rows))) for i in item.numeric]
        for index, longest in zip(item.numeric, numbers, strict=True):
            widths[index] = min(max(longest, 8), 24)
        # Room for the padding of a cell, and for "september 2026" in one line.
        _column_shares(table, self._room(), [max(width, 11) + 4 for width in widths])
        for row in table.rows:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        self.word.add_paragraph()

    def _foot(self) -> None:
        parts = (self.document.title, self.document.foot, demo_words() if self.document.demo else "")
        words = " · ".join(part for part in parts if part)
        footer = self.word.sections[0].footer
        footer.is_linked_to_previous = False
        paragraph = footer.add_paragraph() if footer.paragraphs[0].text else footer.paragraphs[0]
        page = _("sida")
        paragraph.add_run(f"{writable(words)} · {page} ")
        _field(paragraph, "PAGE", "1")
        paragraph.add_run(" (")
        _field(paragraph, "NUMPAGES", "1")
        paragraph.add_run(")")
        for run in paragraph.runs:
            run.font.size = Pt(8.5)


def _own_look(word: Any, accent: str) -> None:
    """The styles of a document without a template: serif headings, spacing, A4."""
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(3)
    section.top_margin, section.bottom_margin = Cm(2.8), Cm(2.6)
    ink = RGBColor(0x1C, 0x22, 0x26)
    looks = (
        ("Normal", "Calibri", 11, False, 0, 8),
        ("Title", "Georgia", 26, True, 60, 12),
        ("Subtitle", "Calibri", 14, False, 0, 24),
        ("Heading 1", "Georgia", 18, True, 24, 10),
        ("Heading 2", "Georgia", 14, True, 18, 8),
        ("Heading 3", "Calibri", 12, True, 14, 6),
        ("Caption", "Calibri", 11, True, 12, 6),
        ("Quote", "Georgia", 11, False, 6, 8),
    )
    for name, font, size, bold, before, after in looks:
        style = word.styles[name]
        style.font.name, style.font.size, style.font.bold, style.font.color.rgb = font, Pt(size), bold, ink
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[attribute]
        fonts.set(qn("w:eastAsia"), font)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    word.styles["Subtitle"].font.italic = False
    for border in word.styles["Title"].element.iter(qn("w:bottom")):
        border.set(qn("w:color"), accent.lstrip("#").upper())


def _left_rule(paragraph: Any, colour: str) -> None:
    borders, left = OxmlElement("w:pBdr"), OxmlElement("w:left")
    for key, value in (("val", "single"), ("sz", "18"), ("space", "8"), ("color", colour.upper())):
        left.set(qn(f"w:{key}"), value)
    borders.append(left)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr"
    )


def _horizontal_rules(table: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for edge in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{edge}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "8B9096")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    table._tbl.tblPr.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")


def _column_shares(table: Any, room: int, shares: list[int]) -> None:
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        width = int(room * share / sum(shares))
        column.width = width
        for cell in column.cells:
            cell.width = width


def _table_look(table: Any, *, first_row: bool, first_column: bool) -> None:
    properties = table._tbl.tblPr
    for old in properties.findall(qn("w:tblLook")):
        properties.remove(old)
    look = OxmlElement("w:tblLook")
    for key, value in (("firstRow", first_row), ("firstColumn", first_column), ("noHBand", True), ("noVBand", True)):
        look.set(qn(f"w:{key}"), "1" if value else "0")
    properties.append(look)


def _field_mark(paragraph: Any, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(mark)


def _field_start(paragraph: Any, instruction: str) -> None:
    _field_mark(paragraph, "begin")
    code = OxmlElement("w:instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = instruction
    paragraph.add_run()._r.append(code)
    _field_mark(paragraph, "separate")


def _field(paragraph: Any, instruction: str, shown: str) -> None:
    """A field Word computes, with the value shown until it does."""
    _field_start(paragraph, instruction)
    paragraph.add_run(shown)
    _field_mark(paragraph, "end")
