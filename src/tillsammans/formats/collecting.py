"""What all readers do with a file's figures: one observation per key, repeats counted, contradictions refused."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.formats.guards import Cell, cell_text, number_of
from tillsammans.formats.observations import LeftOut, Measured, Observation, Place, Table
from tillsammans.formats.units import COUNT, PER_100K, SHARE
from tillsammans.geo import reference
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.progress import Progress
from tillsammans.kernel.text import folded, normal, swedish_key

OTHER = "other"
NOT_APPLICABLE, MISSING, SUPPRESSED = "not_applicable", "missing", "suppressed"
FIRST_ROWS = 8
FIGURES_LIMIT = 1_500_000  # in one file: more would not fit in a small server's memory
_STEP = 2000
_LARGEST = Decimal(10) ** 12
_DECIMALS = Decimal("0.000001")
_RANGE = re.compile(r"(?<=\d) ?- ?(?=\d)")
_DESO = re.compile(r"(\d{4})[ABC]\d{4}(_DeSO\d{4})?")
_REGSO = re.compile(r"(\d{4})R\d{3}(_RegSO\d{4})?")
_PERCENT = re.compile(r"\b(?:andel|procent)\b|%", re.IGNORECASE)
_PER_100K = re.compile(r"(?:/|per) ?100 ?000\b(?: inv)?", re.IGNORECASE)
_COUNT = re.compile(r"\b(?:antal|folkmängd\w*|befolkning)\b(?!\s*/)", re.IGNORECASE)


class Collector:
    """Collects a file's observations for its ``Table``; what is wrong goes to ``errors``."""

    def __init__(self, errors: FileErrors, kind: str, source: str, progress: Progress | None = None):
        self.errors, self.kind, self.source = errors, kind, source
        self.measured: dict[str, Measured] = {}
        self.places: dict[str, Place] = {}
        self.rows = 0
        self._kept: dict[tuple[str, str, str, str], Observation] = {}
        self._left_out: Counter[str] = Counter()
        self._understood: dict[str, None] = {}
        self._progress = progress
        self._message = _("Läser {file}.").format(file=errors.file)

    def measure(self, code: str, name: str, unit: str, part_of: str | None = None) -> str:
        """Make a measured thing known; gives the key that observations name it by."""
        code = shortened(code, 120)
        self.measured.setdefault(code, Measured(code, shortened(normal(name), 250), unit, part_of))
        return code

    def place(self, name: str, code: str = "", kind: str = "") -> str:
        """Make a place known; gives the key that observations name it by."""
        name = normal(name)
        key = f"{kind}:{code}" if code else f"{kind}:{name}" if kind else name
        self.places.setdefault(key, Place(name or code, code, kind))
        return key

    def add(self, new: Observation) -> None:
        """Take an observation. The same again is a repeat; a figure replaces a mark, and a final one a preliminary.

        Raises ``ImportProblem`` where there are too many.
        """
        key = (new.measured, new.place, new.period, new.breakdown)
        old = self._kept.setdefault(key, new)
        if old is new:
            if len(self._kept) > FIGURES_LIMIT:
                raise self.errors.refuse(
                    _("Filen har fler än {limit} siffror.").format(limit=FIGURES_LIMIT),
                    _("Dela uttaget i flera filer."),
                    row=new.row,
                )
            return
        if old.value is None or new.value is None or old._replace(row=new.row, sheet=new.sheet) == new:
            self.leave(_("Rader eller rutor som upprepar en annan i filen."))
            if old.value is None and new.value is not None:
                self._kept[key] = new
        elif old.preliminary != new.preliminary:
            self.leave(_("Preliminära siffror som filen själv har slutliga för."))
            if old.preliminary:
                self._kept[key] = new
        else:
            self.errors.add(
                _(
                    "{what}, {where}, {period} har två olika värden: {old} på rad {old_row} och {new} på rad {new_row}."
                ).format(
                    what=" ".join(part for part in (self.measured[new.measured].name, new.breakdown) if part)[:120],
                    where=self.places[new.place].name,
                    period=new.period,
                    old=swedish(old.value),
                    new=swedish(new.value),
                    old_row=_sheet_row(old),
                    new_row=_sheet_row(new),
                ),
                _("Ta reda på vilket som gäller och hämta filen på nytt."),
                row=new.row,
            )

    def step(self, done: int, total: int) -> None:
        """Tell how far the reading has come, now and then."""
        if self._progress and (done % _STEP == 0 or done == total):
            self._progress(done, total, self._message)

    def leave(self, why: str, count: int = 1) -> None:
        """Count rows or cells that are not taken."""
        if count:
            self._left_out[why] += count

    def understand(self, *sentences: str) -> None:
        """Say what the reader made of the file."""
        self._understood |= dict.fromkeys(sentences)

    @property
    def understood(self) -> tuple[str, ...]:
        """What was said so far."""
        return tuple(self._understood)

    def table(self, encoding: str, first_rows: Sequence[Sequence[Cell]], advice: str) -> Table:
        """The result. Raises ``ImportProblem`` if anything was wrong or there is not one figure (``advice``)."""
        self.errors.stop_if_any()
        if not any(cell.value is not None for cell in self._kept.values()):
            raise self.errors.refuse(_("Filen har inga siffror som kan läsas."), advice)
        used_things = {cell.measured for cell in self._kept.values()}
        used_places = {cell.place for cell in self._kept.values()}
        return Table(
            kind=self.kind,
            source=shortened(self.source, 200),
            encoding=encoding,
            rows=self.rows,
            measured={code: thing for code, thing in self.measured.items() if code in used_things},
            places={key: place for key, place in self.places.items() if key in used_places},
            observations=tuple(self._kept.values()),
            understood=self.understood,
            left_out=tuple(LeftOut(why, count) for why, count in self._left_out.items()),
            first_rows=as_text(first_rows),
        )


def as_text(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[str, ...], ...]:
    """The first rows, to be looked at."""
    return tuple(tuple(cell_text(cell)[:80] for cell in row[:12]) for row in rows[:FIRST_ROWS])


def number_in(cell: Cell, *, comma: bool = True) -> Decimal | None:
    """The number that a cell holds, with at most six decimals; ``None`` if it holds none that a value may be."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    number = number_of(cell, comma=comma) if isinstance(cell, str) else Decimal(repr(cell))
    if number is None or not number.is_finite() or abs(number) >= _LARGEST:
        return None
    if number.as_tuple().exponent < -6:  # type: ignore[operator]
        number = number.quantize(_DECIMALS)
    return number.normalize() + 0 if number == number.to_integral() else number


def refuse_number(errors: FileErrors, cell: Any, row: int, column: str = "") -> None:
    """Note that a cell should be a number and is none."""
    text = cell.total_seconds().__str__() if isinstance(cell, timedelta) else cell_text(cell)
    message = _("”{value}” är inget tal.").format(value=text[:30]) if text else _("Siffran saknas.")
    errors.add(message, _("Hämta filen på nytt och ändra inte i den."), row=row, column=column, value=text)


def refuse_cut(text: str, errors: FileErrors) -> None:
    """Refuse a text whose last row does not end: its last figure may have lost digits."""
    if not text.endswith("\n"):
        raise errors.refuse(
            _("Sista raden slutar utan radbrytning, så filen kan vara avhuggen."),
            _("Hämta filen på nytt."),
            row=text.count("\n") + 1,
        )


def swedish(number: Decimal | None) -> str:
    """A number in a message."""
    return "–" if number is None else f"{number:f}".replace(".", ",")


def shortened(text: str, most: int) -> str:
    """The text, cut where it is longer than its field, with a mark of the whole so that two never become one."""
    if len(text) <= most:
        return text
    return f"{text[: most - 9]}…{sha256(text.encode()).hexdigest()[:8]}"


def breakdown_of(parts: dict[str, str]) -> str:
    """Which part of the whole, as text in one order whatever the file's: "kön: kvinnor, ålder: 0–24 år"."""
    words = (f"{name.casefold()}: {_RANGE.sub('–', value)}" for name, value in parts.items())
    return shortened(", ".join(sorted(words, key=swedish_key)), 120)


def unit_of(name: str) -> str:
    """The unit that a name states; ``other`` if it states another or none."""
    if _PER_100K.search(name):
        return PER_100K
    if _PERCENT.search(name):
        return SHARE
    return COUNT if _COUNT.search(name) and "/" not in name else OTHER


def coded_place(text: str) -> Place | None:
    """The place of "0114", "0114 Upplands Väsby", "01 Stockholms län", "00 Riket" or a DeSO or RegSO code.

    ``None`` if the text does not begin with such a code, or no county or municipality ever had it.
    """
    code, _blank, name = normal(text).partition(" ")
    for pattern, kind in ((_DESO, "deso"), (_REGSO, "regso")):
        if small := pattern.fullmatch(code):
            return Place(name or code, code, kind) if reference.code_of(small[1]) else None
    if not re.fullmatch(r"\d\d|\d{4}", code, re.ASCII) or name[:1].isdigit() or reference.code_of(code) is None:
        return None
    if code == reference.NATION:
        return Place(name or reference.NATION_NAME, code, "nation")
    return Place(name or code, code, "county" if len(code) == 2 else "municipality")


def sheet_words(sheet: str) -> str:
    """Which sheet, in a message."""
    return _("bladet {sheet}").format(sheet=sheet)


def dash_note() -> str:
    """What is said where a dash stands for nothing."""
    return _("Streck är läst som ”ej tillämpligt”, aldrig som 0: hos Brå betyder det noll eller att inget finns.")


def rows_words(count: int) -> str:
    """So many rows."""
    return ngettext("{number} rad", "{number} rader", count).format(number=count)


def plain(text: str) -> str:
    """A text as it is compared: folded, with letters and digits only."""
    return "".join(sign for sign in folded(text) if sign.isalnum())


def _sheet_row(observation: Observation) -> str:
    return f"{observation.row} ({sheet_words(observation.sheet)})" if observation.sheet else f"{observation.row}"
