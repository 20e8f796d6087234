"""Documents: frozen blocks typeset as PDF, Word and Excel. Knows no domain noun and needs no database."""

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
)
from tillsammans.kernel.documents.pdf import to_pdf
from tillsammans.kernel.documents.sheets import Sheet, to_xlsx
from tillsammans.kernel.documents.word import to_docx
from tillsammans.kernel.figures import csv_text
from tillsammans.kernel.typesetting import DocumentError

__all__ = [
    "Block",
    "Bullets",
    "Callout",
    "Document",
    "DocumentError",
    "Facts",
    "FigureBlock",
    "Heading",
    "Paragraph",
    "Quote",
    "Sheet",
    "Statement",
    "Table",
    "csv_text",
    "to_docx",
    "to_pdf",
    "to_xlsx",
]
