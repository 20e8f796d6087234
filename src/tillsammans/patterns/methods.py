"""The four methods for monthly counts: unusual months, trend, season, and places in a funnel plot.

The statistics are computed by ``tillsammans_stats``; this module sets their parameters: the number of years, which
months are too new, and the least data needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from tillsammans.formats.periods import period_at
from tillsammans.patterns.results import Compared, Place, Season, Trend, Unusual, exact
from tillsammans.patterns.series_matrix import Bools, Floats
from tillsammans_stats import rates
from tillsammans_stats.funnel import Funnel, funnel
from tillsammans_stats.time.alarms import Alarms, farrington
from tillsammans_stats.time.profiles import months as month_profile
from tillsammans_stats.time.trend import seasonal_trends

YEAR = 12
HISTORY = 72  # months used: five years of baseline and the year that is tested
TREND_MONTHS = 60
LEAST_FOR_TREND = 36
LEAST_FOR_SEASON = 24
LEAST_FOR_ALARM = 24
SAFE_SEASON = 36  # months; with fewer, one unusual year looks like a season
RECENT = 3  # the newest months, each tested
TOO_NEW = 2  # preliminary months that late reports still lift: not part of trend, season and comparison
LEAST_PLACES = 5
ALPHA = 0.01
LEAST_EVENTS_FOR_TREND = 30


def too_new(preliminary: Bools) -> int:
    """How many of the newest months are left out of trend, season and comparison: the preliminary ones, at most two.

    ``preliminary`` (months,), oldest first.
    """
    return sum(bool(flag) for flag in np.cumprod(preliminary[::-1][:TOO_NEW]))


def alarms(counts: Floats, columns: Sequence[int]) -> Alarms:
    """The improved Farrington method for the months ``columns`` of ``counts`` (series, months)."""
    return farrington(counts, list(columns), alpha=ALPHA)


def unusual(counts: Floats, preliminary: Bools, first: int) -> tuple[list[list[Unusual | None]], Floats]:
    """Judge the newest months of each row; ``None`` where it is not an alarm.

    Also the p values (series, months judged), NaN where there was too little to judge. ``first`` is the ordinal of the
    first column.
    """
    width = counts.shape[1]
    columns = range(max(LEAST_FOR_ALARM, width - RECENT), width)
    if not columns:
        return [[] for _row in counts], np.empty((len(counts), 0))
    judged = alarms(counts, columns)
    alarming = np.flatnonzero(judged.alarm.any(axis=1))
    results: list[list[Unusual | None]] = [[None] * len(columns) for _row in counts]
    if alarming.size:
        year = alarms(counts[alarming], usual_columns(width))
        for at, row in enumerate(alarming):
            band = usual_range(year, at, width)
            for place in np.flatnonzero(judged.alarm[row]):
                results[row][place] = _alarm(judged, int(row), int(place), preliminary[row], first, band)
    return results, judged.p_value


def usual_columns(width: int) -> list[int]:
    """The months whose usual range is shown: the last year, as far as there is a history."""
    return list(range(max(LEAST_FOR_ALARM, width - YEAR), width))


Band = tuple[tuple[int | None, ...], tuple[int | None, ...]]


def usual_range(judgements: Alarms, row: int, width: int) -> Band:
    """The lowest and the highest usual count of each of the last twelve months; ``None`` where nothing is known."""
    place = {int(column): at for at, column in enumerate(judgements.periods)}
    columns = range(max(0, width - YEAR), width)
    known = [place[column] if column in place and judgements.judged[row, place[column]] else None for column in columns]
    return (
        tuple(None if at is None else int(judgements.lower[row, at]) for at in known),
        tuple(None if at is None else int(judgements.upper[row, at]) for at in known),
    )


def _alarm(alarms: Alarms, row: int, at: int, preliminary: Bools, first: int, band: Band) -> Unusual:
    column = int(alarms.periods[at])
    return Unusual(
        month=period_at("month", first + column),
        observed=int(alarms.observed[row, at]),
        expected=exact(alarms.expected[row, at]),
        lower=int(alarms.lower[row, at]),
        upper=int(alarms.upper[row, at]),
        alpha=exact(alarms.alpha),
        p=exact(alarms.p_value[row, at]),
        exceedance=exact(alarms.exceedance[row, at]),
        spread=exact(alarms.spread[row, at]),
        trend_kept=bool(alarms.trend_kept[row, at]),
        months=column,
        preliminary=bool(preliminary[column]),
        band_lower=band[0],
        band_upper=band[1],
    )


def trends(counts: Floats, first: int, left_out: int) -> list[Trend | None]:
    """The trend of each row over the last five years; ``None`` for too short a time or too few events.

    The newest ``left_out`` months are not used. Months count by their days.
    """
    kept = counts[:, : counts.shape[1] - left_out]
    begin = max(0, kept.shape[1] - TREND_MONTHS)
    kept = kept[:, begin:]
    width = kept.shape[1]
    results: list[Trend | None] = [None] * len(counts)
    enough = np.flatnonzero(kept.sum(axis=1) >= LEAST_EVENTS_FOR_TREND)
    if width < LEAST_FOR_TREND or not enough.size:
        return results
    start = first + begin
    fitted = seasonal_trends(kept[enough], exposure=days(start, width))
    for row, one in zip(enough, fitted, strict=True):
        change = one.yearly_change
        if not change.readable or change.value is None or change.low is None or change.high is None:
            continue
        results[row] = Trend(
            first=period_at("month", start),
            last=period_at("month", start + width - 1),
            change=exact(change.value),
            low=exact(change.low),
            high=exact(change.high),
            p=exact(one.p_trend),
            n=change.n or 0,
            dispersion=exact(one.dispersion),
            serial_correlation=exact(one.serial_correlation),
            left_out=left_out,
        )
    return results


def days(first: int, months: int) -> Floats:
    """The days of each month from the ordinal ``first`` on."""
    edges = np.datetime64("0000-01", "M") + np.arange(first, first + months + 1)
    return np.asarray(np.diff(edges.astype("datetime64[D]")).astype(float))


def season(counts: Floats, first: int, left_out: int) -> Season | None:
    """The season of one row over whole years, at most five; ``None`` for too short a time or too few events."""
    kept = counts[: counts.size - left_out]
    whole = min(kept.size, TREND_MONTHS) // YEAR * YEAR
    kept = kept[kept.size - whole :]
    if whole < LEAST_FOR_SEASON or kept.sum() < LEAST_EVENTS_FOR_TREND:
        return None
    start = first + counts.size - left_out - whole
    profile = month_profile(kept, period_at("month", start))
    return Season(
        first=period_at("month", start),
        last=period_at("month", start + whole - 1),
        index=tuple(exact(float(one)) for one in profile.index),
        low=tuple(exact(float(one)) for one in profile.low),
        high=tuple(exact(float(one)) for one in profile.high),
        peaks=tuple(int(month) + 1 for month in np.flatnonzero(profile.peak)),
        p=exact(float(profile.p_adjusted.min())),
        n=profile.total,
        years=exact(whole / YEAR),
    )


@dataclass(frozen=True, slots=True)
class Placed:
    """A set of places with their funnel; ``compared`` (same order as ``places``) has the result of each."""

    places: tuple[Place, ...]
    funnel: Funnel
    compared: tuple[Compared, ...]


def compare(
    places: Sequence[Place],
    populations: Sequence[str],
    first: str,
    last: str,
    set_key: str,
    set_name: str,
    *,
    only: str = "",
) -> Placed | None:
    """Each place in the funnel of all; ``None`` for fewer than five places or no event.

    ``places`` hold the counts from ``first`` to ``last`` and person-years in the same time; ``populations`` say whose
    figures these are. ``only``: describe this place alone, by its code.
    """
    if len(places) < LEAST_PLACES or not any(place.count for place in places):
        return None
    counts = [place.count for place in places]
    people = [float(place.person_years) for place in places]
    drawn = funnel(counts, people)
    per = rates.rates(counts, people)
    compared = tuple(
        Compared(
            first=first,
            last=last,
            set_key=set_key,
            set_name=set_name,
            place=place.code,
            count=place.count,
            person_years=place.person_years,
            population=populations[i],
            rate=exact(per[i].value or 0.0),
            rate_low=exact(per[i].low or 0.0),
            rate_high=exact(per[i].high or 0.0),
            expected=exact(drawn.expected[i]),
            ratio=exact(drawn.ratio[i]),
            lower=exact(drawn.low[-1, i]),
            upper=exact(drawn.high[-1, i]),
            z=exact(drawn.z[i]),
            p=exact(2 * special.ndtr(-abs(drawn.z[i]))),
            outside=int(drawn.outside[i]),
            readable=bool(drawn.readable[i]),
            dispersion=exact(drawn.dispersion),
            between_variance=exact(drawn.between_variance),
            places=tuple(places),
        )
        for i, place in enumerate(places)
        if not only or place.code == only
    )
    return Placed(tuple(places), drawn, compared)
