"""The tables of a saved web page as grids of cells, in time linear in the page's length.

The standard library's parser takes quadratic time for unterminated tags, so tags are matched by one pattern here.
"""

import html
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.text import normal

SIGNS_LIMIT = 20_000_000
CELLS_LIMIT = 500_000
SPAN_LIMIT = 1_000
COLUMNS_LIMIT = 1_000

# A comment or script goes to its end or the page's; a tag's attributes hold no "<". Possessive, so linear.
_TOKEN = re.compile(
    r"<!--(?:[^-]++|-(?!->))*+(?:-->|\Z)"
    r"|<(?P<quiet>script|style)\b[^<>]*+>(?:[^<]++|<(?!/(?P=quiet)\b))*+"
    r"""|<(?P<end>/?)(?P<tag>table|tr|td|th|br)\b(?P<attributes>(?:[^"'<>]++|"[^"<]*+"|'[^'<]*+')*+)>"""
    r"|<(?P<broken>/?(?:table|tr|td|th)\b)"
    r"|<[/!?a-z](?:[^<>]*+)>?",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""\b(axis|colspan|rowspan)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HtmlCell:
    """One position of the grid. ``axis`` is the page's own word for what a heading is about, where it has one.

    ``first`` is false at the repeated positions of a spanning cell.
    """

    text: str = ""
    axis: str = ""
    first: bool = True


Grid = list[list[HtmlCell]]
_Row = list[tuple[list[str], str, int, int]]  # words, axis, columns, rows


def tables_of(text: str, errors: FileErrors) -> list[Grid]:
    """Every table of the page, each as rows of equally many cells; a spanning cell is repeated at all its positions.

    A table inside a cell ends the outer one, so layout tables do no harm. Raises ``ImportProblem``.
    """
    if len(text) > SIGNS_LIMIT:
        raise _too_large(errors)
    tables: list[Grid] = []
    rows: list[_Row] | None = None
    words: list[str] | None = None
    cells = last = 0
    for token in _TOKEN.finditer(text):
        if words is not None:
            words.append(text[last : token.start()])
        last = token.end()
        if token["broken"]:
            raise errors.refuse(
                _("Sidan har en avhuggen eller trasig tagg."),
                _("Öppna resultatet hos Brå och spara sidan på nytt."),
                row=text.count("\n", 0, token.start()) + 1,
            )
        tag = (token["tag"] or "").lower()
        if not tag:
            continue
        if tag == "br":
            if words is not None:
                words.append(" ")
            continue
        words = None
        if tag == "table":
            tables += _laid_out(rows, errors)
            rows = None if token["end"] else []
        elif rows is not None and not token["end"]:
            if tag == "tr" or not rows:
                rows.append([])
            if tag != "tr":
                result = {
                    name.lower(): one or other or bare
                    for name, one, other, bare in _ATTRIBUTE.findall(token["attributes"])
                }
                words = []
                cells += 1
                if cells > CELLS_LIMIT:
                    raise _too_large(errors)
                rows[-1].append(
                    (
                        words,
                        normal(result.get("axis", "")).casefold()[:40],
                        _span(result.get("colspan", "")),
                        _span(result.get("rowspan", "")),
                    )
                )
    if rows is not None:
        raise errors.refuse(
            _("Sidan är avhuggen: tabellen tar inte slut."),
            _("Öppna resultatet hos Brå och spara sidan på nytt."),
            row=text.count("\n") + 1,
        )
    return tables


def _laid_out(rows: list[_Row] | None, errors: FileErrors) -> list[Grid]:
    """The table as a grid; nothing if it has no cell."""
    grid: list[dict[int, HtmlCell]] = [{} for _row in rows or ()]
    cells = 0
    for number, row in enumerate(rows or ()):
        column = 0
        for words, axis, width, height in row:
            while column in grid[number]:
                column += 1
            cell = HtmlCell(normal(html.unescape("".join(words))), axis)
            again = HtmlCell(cell.text, axis, first=False)
            below = range(number, min(number + height, len(grid)))
            cells += width * len(below)
            if column + width > COLUMNS_LIMIT or cells > CELLS_LIMIT:
                raise _too_large(errors)
            for line in below:
                for place in range(column, column + width):
                    grid[line].setdefault(place, cell if (line, place) == (number, column) else again)
            column += width
    wide = max((max(row, default=-1) + 1 for row in grid), default=0)
    if wide * len(grid) > CELLS_LIMIT:
        raise _too_large(errors)
    empty = HtmlCell()
    return [[[row.get(column, empty) for column in range(wide)] for row in grid]] if wide else []


def _too_large(errors: FileErrors) -> Exception:
    return errors.refuse(_("Sidan är större än en resultatsida."), _("Gör om uttaget med färre rader."))


def _span(text: str) -> int:
    return min(int(text), SPAN_LIMIT) or 1 if re.fullmatch(r"\d{1,6}", text.strip(), re.ASCII) else 1
