"""Numbers, periods and axis ticks in the reader's language."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

Number = int | float | Decimal

# A no-break space; the fonts have no narrow one, and a fallback font in the middle of a number shows.
SPACE = "\N{NO-BREAK SPACE}"
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def level(share: float) -> str:
    """A confidence or limit level in words: 0.95 as "95 %", 0.998 as "99,8 %"."""
    percent = Decimal(str(share)) * 100
    return _("{number} %").format(number=number(percent, 0 if percent == percent.to_integral_value() else 1))


def number(value: Number | None, decimals: int = 0) -> str:
    """The value rounded half away from zero: Swedish "12 345,6", English "12,345.6", with a true minus sign.

    None gives an empty string.
    """
    if value is None:
        return ""
    # str() first: the shortest decimal that is the float, so that 0.125 rounds as it is read.
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(exact):,f}"
    if not (get_language() or "sv").startswith("en"):
        text = text.replace(",", SPACE).replace(".", ",")
    return f"\N{MINUS SIGN}{text}" if exact < 0 else text


def quantity(value: Number, unit: str, decimals: int = 0) -> str:
    """A value with its unit: "18 %", "3,2 brott per 1 000 invånare"."""
    return f"{number(value, decimals)}{SPACE}{unit}" if unit else number(value, decimals)


def interval(low: Number | None, high: Number | None, decimals: int = 0) -> str:
    """Both ends, "14–22"; "−3 till 4" where a sign would meet the dash; empty when an end is missing."""
    if low is None or high is None:
        return ""
    ends = number(low, decimals), number(high, decimals)
    if "\N{MINUS SIGN}" in "".join(ends):
        between = pgettext("mellan två tal", "till")
        return f"{ends[0]} {between} {ends[1]}"
    return "–".join(ends)


def month_names() -> tuple[str, ...]:
    """The twelve months, shortened as in running Swedish."""
    return _month_names(get_language() or "sv")


@cache
def _month_names(_language: str) -> tuple[str, ...]:
    # Looked up once a language: a table of months asks for one of them in every row.
    return (
        pgettext("månad", "jan"),
        pgettext("månad", "feb"),
        pgettext("månad", "mars"),
        pgettext("månad", "april"),
        pgettext("månad", "maj"),
        pgettext("månad", "juni"),
        pgettext("månad", "juli"),
        pgettext("månad", "aug"),
        pgettext("månad", "sep"),
        pgettext("månad", "okt"),
        pgettext("månad", "nov"),
        pgettext("månad", "dec"),
    )


def month(period: str) -> tuple[int, int] | None:
    """Year and month of "2024-01"; None for any other kind of period."""
    match = _MONTH.fullmatch(period)
    return (int(match[1]), int(match[2])) if match else None


def period_name(period: str) -> str:
    """A period as a reader says it: "2024-01" is "jan 2024"; other labels are left as they are."""
    year_month = month(period)
    return f"{month_names()[year_month[1] - 1]}{SPACE}{year_month[0]}" if year_month else period


def ticks(low: float, high: float, wanted: int, *, whole: bool = False) -> tuple[float, ...]:
    """Evenly spaced round numbers that cover low to high: steps of 1, 2 or 5 times a power of ten.

    wanted: about how many intervals. whole: never a step below one.
    """
    if high <= low:
        high = low + 1
    raw = (high - low) / max(wanted, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * (1 - 1e-9))
    if whole:
        step = max(1.0, step)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    # Multiplied, not summed, and rounded: 0.30000000000000004 never reaches a label.
    return tuple(round(index * step, 10) for index in range(first, last + 1))


def tick_decimals(values: tuple[float, ...]) -> int:
    """The fewest decimals that tell the ticks apart."""
    return next(d for d in range(11) if all(abs(value - round(value, d)) < 1e-9 for value in values))
