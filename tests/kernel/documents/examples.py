"""A document with every kind of block, used by several tests."""

from datetime import date

from tests.kernel.figures.examples import comparison, series
from tillsammans.kernel.documents import (
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

HASH = "4f2a9c1be77d" + "0" * 52
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2" width="80" height="40"><path d="M0 0h4v2z"/></svg>'
BLOCKS = (
    Heading(1, "Sammanfattning"),
    Statement("Inbrotten är färre än väntat.", "Påhittad källa"),
    Paragraph("Första raden.\nAndra raden."),
    Bullets(("Färre i Gimo.", "Lika många i Alunda.")),
    Facts((("Diarienummer", "KS 2026/114"), ("Upprättad av", "Anna Åkesson"))),
    Heading(2, "Anmälda brott"),
    FigureBlock(series()),
    Callout("November är preliminär.", "warning"),
    Heading(3, "Oro"),
    FigureBlock(comparison(), with_table=True),
    Quote("Det är mörkt på vägen hem.", "Deltagare i dialogen"),
    Heading(1, "Bilaga"),
    Table("Källor", ("Källa", "Antal"), (("Anmälningar", "198"), ("Svar", "412")), (1,)),
)


def document(**changes):
    given = {
        "title": "Lägesbild för Östhammar",
        "subtitle": "Inbrott och oro",
        "organisation": "Östhammars kommun",
        "date": date(2026, 11, 25),
        "version": "2026:3",
        "status": "Antagen 2026-02-10, kommunstyrelsen § 14",
        "content_hash": HASH,
        "logo_svg": LOGO,
        "blocks": BLOCKS,
        **changes,
    }
    return Document(**given)
