"""Periods as text: ``2020-01`` a month, ``2020-Q1`` a quarter, ``2020`` a year, ``2022/23`` two years together.

Those of one kind sort as they follow each other. Two years together may come every year, and then overlap.
"""

import re

from django.utils.translation import gettext as _

from tillsammans.kernel.figures.numbers import month_names, period_name
from tillsammans.kernel.text import normal

PER_YEAR = {"month": 12, "quarter": 4, "year": 1, "two_years": 1}
_PERIOD = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])|-Q[1-4]|/\d\d)?", re.ASCII)


def is_period(text: str) -> bool:
    """Whether the text is a period in one of the four forms; two years must be consecutive."""
    if not _PERIOD.fullmatch(text):
        return False
    return "/" not in text or (int(text[:4]) + 1) % 100 == int(text[5:])


def kind_of(period: str) -> str:
    """``month``, ``quarter``, ``year`` or ``two_years``."""
    if len(period) == 4:
        return "year"
    if period[4] == "/":
        return "two_years"
    return "quarter" if period[5] == "Q" else "month"


def year_of(period: str) -> int:
    """The year that the period lies in, or the first of its two."""
    return int(period[:4])


def ordinal(period: str) -> int:
    """The period's integer index among periods of its kind; consecutive periods differ by one."""
    kind = kind_of(period)
    within = 1 if PER_YEAR[kind] == 1 else int(period[5:].removeprefix("Q"))
    return year_of(period) * PER_YEAR[kind] + within - 1


def period_at(kind: str, place: int) -> str:
    """The inverse of ``ordinal``."""
    year, within = divmod(place, PER_YEAR[kind])
    return {
        "year": f"{year}",
        "two_years": f"{year}/{(year + 1) % 100:02}",
        "quarter": f"{year}-Q{within + 1}",
        "month": f"{year}-{within + 1:02}",
    }[kind]


def span(first: str, last: str) -> tuple[str, ...]:
    """Every period from ``first`` to ``last``, both included; empty if they come in the wrong order."""
    kind = kind_of(first)
    return tuple(period_at(kind, place) for place in range(ordinal(first), ordinal(last) + 1))


def words(period: str) -> str:
    """A period for display: "jan 2020", "kvartal 1 2020", "2020", "2022/23"."""
    if kind_of(period) == "quarter":
        return _("kvartal {number} {year}").format(number=period[-1], year=period[:4])
    return period_name(period)


def range_words(first: str, last: str) -> str:
    """The periods from ``first`` to ``last``: "2020" for a whole year, "2020–2021", "okt–dec 2020"."""
    kind = kind_of(first)
    if kind == "two_years":
        return first if first == last else f"{first}–{last}"
    whole_years = ordinal(first) % PER_YEAR[kind] == 0 and (ordinal(last) + 1) % PER_YEAR[kind] == 0
    if whole_years:
        return first[:4] if first[:4] == last[:4] else f"{first[:4]}–{last[:4]}"
    if first == last:
        return words(first)
    if kind == "month" and first[:4] == last[:4]:
        return f"{month_names()[int(first[5:]) - 1]}–{words(last)}"
    return f"{words(first)}–{words(last)}"


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb februari february",
            "mar mars march",
            "apr april",
            "maj may",
            "jun juni june",
            "jul juli july",
            "aug augusti august",
            "sep sept september",
            "okt oktober oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_YEARS = re.compile(r"((?:19|20)\d\d) ?[/–-] ?((?:19|20)?\d\d)")
_YEAR_PART = re.compile(r"((?:19|20)\d\d)(.*)|(.*\D)((?:19|20)\d\d)")
_QUARTER = re.compile(r"(?:kvartal|kvart|kv|k|q)\.? ?([1-4])|([1-4])(?::[ae])?\.? ?(?:kvartalet|kvartal|kv)\.?")


def read_period(text: str, month: str = "") -> str | None:
    """The period that a text is, as people and publishers write it; ``None`` if it is none.

    Takes "2020", "2020-01", "202001", "2020M01", "jan 2020", "2020 kv 1", "2020K1", "2022/2023" and "2020-01-01" (the
    first day of a month stands for the month). ``month``: the month or quarter, where it stands in a cell of its own.
    """
    text = normal(text).casefold().removeprefix("år ")
    if month:
        text = f"{text} {normal(month).casefold()}"
    if years := _YEARS.fullmatch(text):
        second = int(years[2]) if len(years[2]) == 4 else int(years[1][:2] + years[2])
        if len(years[2]) == 4 or int(years[2]) > 12 or "/" in text:
            first = int(years[1])
            return f"{first}/{(first + 1) % 100:02}" if (first + 1) % 100 == second % 100 else None
    match = _YEAR_PART.fullmatch(text)
    if not match or re.fullmatch(r"\d|\d{3,}", match[2] or ""):
        return None
    year = match[1] or match[4]
    rest = (match[2] if match[1] else match[3]).strip(" -–.,:")
    if not rest or rest in ("år", "helår", "hela året"):
        return year
    if quarter := _QUARTER.fullmatch(rest):
        return f"{year}-Q{quarter[1] or quarter[2]}"
    rest = re.sub(r"(\d\d?)-01", r"\1", re.sub(r"m(\d\d)", r"\1", rest))
    number = _MONTHS.get(rest) or (int(rest) if re.fullmatch(r"\d\d?", rest, re.ASCII) else 0)
    return f"{year}-{number:02}" if 1 <= number <= 12 else None
