"""Texts about a finding, computed from its result: the sentence, the strength of evidence, and the method."""

from collections.abc import Sequence

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.formats.periods import range_words
from tillsammans.indicators.series import spoken_name
from tillsammans.kernel.figures.numbers import interval, level, number
from tillsammans.patterns.detect import LEVEL
from tillsammans.patterns.methods import SAFE_SEASON, YEAR
from tillsammans.patterns.results import (
    COMPARED,
    SEASON,
    TREND,
    UNUSUAL,
    Compared,
    FindingContent,
    Result,
    Season,
    Trend,
    Unusual,
)
from tillsammans_stats.funnel import LEVELS

# The page that describes each method, in ``docs/methods``.
METHOD_PAGES = {
    UNUSUAL: ("unusual-counts", "false-discovery-rate"),
    TREND: ("seasonal-trend", "false-discovery-rate"),
    SEASON: ("time-profiles", "false-discovery-rate"),
    COMPARED: ("funnel-plot", "event-rates", "false-discovery-rate"),
}


def sentence(finding: FindingContent) -> str:
    """The finding as a heading: what, where, when, and against what."""
    named = {"name": spoken_name(finding.name), "area": finding.area_name}
    match finding.result:
        case Unusual():
            return unusual_words(finding.result, named)
        case Trend():
            return trend_words(finding.result, named)
        case Season():
            return season_words(finding.result, named)
        case Compared():
            return compared_words(finding.result, named)


def season_words(result: Season, named: dict[str, str]) -> str:
    """In which months there are most; or that no month clearly stands out."""
    if not result.peaks:
        return _("{name} i {area}: ingen månad har säkert fler än de andra").format(**named)
    return _("{name} i {area}: flest i {months}").format(**named, months=listed(_runs(result.peaks)))


def _runs(months: Sequence[int]) -> list[str]:
    """Months in running text, three or more in a row as "juni–augusti", also over the new year."""
    if len(months) == YEAR:
        return [f"{month_name(1)}–{month_name(YEAR)}"]
    starts = [month for month in months if (month - 2) % YEAR + 1 not in months]
    runs = []
    for start in sorted(starts):
        run = [start]
        while (following := run[-1] % YEAR + 1) in months:
            run.append(following)
        runs += [f"{month_name(run[0])}–{month_name(run[-1])}"] if len(run) > 2 else [month_name(one) for one in run]
    return runs


def unusual_words(result: Unusual, named: dict[str, str]) -> str:
    facts = named | {
        "count": number(result.observed),
        "month": month_name(int(result.month[5:])),
        "year": result.month[:4],
        "range": usual_words(result.lower, result.upper),
    }
    words = _("{name} i {area}: {count} i {month} {year}, fler än de {range} som är vanligt i {month}").format(**facts)
    return _("{sentence} (preliminärt)").format(sentence=words) if result.preliminary else words


def usual_words(lower: int, upper: int) -> str:
    """A usual range as text: "15–27", "högst 4"."""
    return _("högst {count}").format(count=number(upper)) if lower == 0 else interval(lower, upper)


def trend_words(result: Trend, named: dict[str, str]) -> str:
    """Whether the counts rise or fall, by how much a year, with the interval."""
    change, ends = 100 * (float(result.change) - 1), (100 * (float(result.low) - 1), 100 * (float(result.high) - 1))
    facts = named | {"time": range_words(result.first, result.last)}
    if ends[0] <= 0 <= ends[1]:
        return _("{name} i {area}: ingen säker ökning eller minskning {time}").format(**facts)
    low, high = sorted(abs(end) for end in ends)
    facts |= {"change": number(abs(change)), "interval": interval(low, high, 1 if low < 1 else 0)}
    if change > 0:
        return _("{name} i {area}: ökar med {change} % om året {time} (95 % intervall {interval} %)").format(**facts)
    return _("{name} i {area}: minskar med {change} % om året {time} (95 % intervall {interval} %)").format(**facts)


def compared_words(result: Compared, named: dict[str, str]) -> str:
    """How the place stands in its set, in words that rank nobody."""
    facts = named | {"set": set_words(result), "time": range_words(result.first, result.last)}
    if not result.readable:
        return _("{name} i {area}: underlaget är för litet för att jämföra {time}").format(**facts)
    if result.outside > 0:
        return _("{name} i {area}: fler per invånare än väntat bland {set}, {time}").format(**facts)
    if result.outside < 0:
        return _("{name} i {area}: färre per invånare än väntat bland {set}, {time}").format(**facts)
    return _("{name} i {area}: ingen säker skillnad per invånare mot {set}, {time}").format(**facts)


def set_words(result: Compared) -> str:
    """The set of places as text."""
    if result.set_key == "county":
        return _("kommunerna i {county}").format(county=result.set_name)
    if result.set_key == "counties":
        return _("länen")
    return result.set_name


def evidence(finding: FindingContent) -> str:
    """The numbers behind the sentence, with their uncertainty."""
    match finding.result:
        case Unusual() as result:
            return _(
                "Väntat {expected}. 98 av 100 sådana månader ligger i spannet {low}–{high}, om inget särskilt händer."
            ).format(
                expected=number(result.expected, 0 if result.expected >= 10 else 1),
                low=number(result.lower),
                high=number(result.upper),
            )
        case Trend() as result:
            words = _("{count} anmälda brott {time}, med hänsyn till årstid och månadernas längd.").format(
                count=number(result.n), time=range_words(result.first, result.last)
            )
            return f"{words} {left_out_words(result.left_out)}".strip()
        case Season() as result:
            return season_evidence(result)
        case Compared() as result:
            return _(
                "{count} anmälda, {rate} per 100 000 invånare och år (95 % intervall {interval}). Med alla områdens "
                "gemensamma nivå hade det blivit {expected}. Folkmängd: {population}."
            ).format(
                count=number(result.count),
                rate=number(result.rate),
                population=result.population,
                interval=interval(result.rate_low, result.rate_high),
                expected=number(result.expected),
            )


def season_evidence(result: Season) -> str:
    """The highest month with its interval, and a caution where few years lie behind."""
    top = max(range(1, YEAR + 1), key=result.index_of)
    words = _(
        "{month} har {index} gånger så många per dag som en genomsnittsmånad (95 % intervall {interval})."
    ).format(
        month=month_name(top).capitalize(),
        index=number(result.index_of(top), 1),
        interval=interval(result.low[top - 1], result.high[top - 1], 1),
    )
    if result.years * YEAR < SAFE_SEASON:
        words += " " + _("Bara {years} år ligger bakom, så ett ovanligt år kan se ut som en årstid.").format(
            years=number(result.years)
        )
    return words


def left_out_words(months: int) -> str:
    """That the newest months are not part of it, and why; empty if they are."""
    if not months:
        return ""
    return ngettext(
        "Den nyaste månaden är preliminär och räknas inte med: anmälningar kommer in sent.",
        "De {number} nyaste månaderna är preliminära och räknas inte med: anmälningar kommer in sent.",
        months,
    ).format(number=months)


def strength(finding: FindingContent, *, wide: bool = False) -> str:
    """How strong the evidence is, after the correction for multiple testing."""
    q, tests = (finding.q_wide, finding.tests_wide) if wide else (finding.q, finding.tests)
    word = _("mycket stark") if q <= LEVEL / 50 else _("stark") if q <= LEVEL / 5 else _("ganska stark")
    return _("Styrka: {word} (q {q}, av {tests} bedömningar)").format(word=word, q=small(float(q)), tests=number(tests))


def small(value: float) -> str:
    """A probability as text: "0,003", "under 0,001"."""
    if value < 0.001:
        return _("under {limit}").format(limit=number(0.001, 3))
    return number(value, 3 if value < 0.1 else 2)


def kind_words(kind: str) -> str:
    """The name of a kind of finding."""
    return {
        UNUSUAL: _("ovanlig månad"),
        TREND: _("utveckling"),
        SEASON: _("årstid"),
        COMPARED: _("jämfört med andra"),
    }[kind]


def method_words(result: Result) -> str:
    """The method, in one or two sentences."""
    match result:
        case Unusual():
            return _(
                "Månaden jämförs med samma tid på året under upp till fem år, med hänsyn till trend och tidigare "
                "toppar (Farringtons metod, förbättrad av Noufaily m.fl. 2013)."
            )
        case Trend():
            return _(
                "Kvasi-Poissonregression med årstid, rak trend och månadernas längd; intervallet är det bredare av två "
                "sätt att räkna med att månader liknar sina grannar."
            )
        case Season():
            return _(
                "Varje månads antal per dag mot alla månaders, med intervall som vidgas av hur olika åren är. En topp "
                "ska stå kvar även utan sitt högsta år."
            )
        case Compared():
            return _(
                "Tratt enligt Spiegelhalter (2005): gränserna rymmer slumpen och hur mycket områdena brukar skilja "
                "sig. Utanför betyder utanför gränserna på {level}."
            ).format(level=level(LEVELS[-1]))


def month_name(month: int) -> str:
    """A month (1-12) in full, as in running text."""
    return str(MONTHS[month])


def listed(parts: Sequence[str]) -> str:
    """ "juni", "juni och juli", "juni, juli och augusti"."""
    if len(parts) < 2:
        return "".join(parts)
    return _("{first} och {last}").format(first=", ".join(parts[:-1]), last=parts[-1])
