"""A situational picture straight from publishers' files: parsed files in, content out, no database.

What it says is computed from the figures. What figures alone cannot say is listed as not known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.formats.crime_types import lineage
from tillsammans.formats.databasfil import Databasfil, Value, merge
from tillsammans.formats.observations import Table
from tillsammans.formats.periods import ordinal, period_at, range_words, year_of
from tillsammans.formats.units import COUNT, PER_100K
from tillsammans.geo import reference
from tillsammans.indicators.estimates import Development, development, implied_inhabitants
from tillsammans.indicators.from_files import areas_in_files, series_from_files
from tillsammans.indicators.series import Inhabitants, SeriesData, SourceFile, spoken_name
from tillsammans.picture.content import FigureContent, GapContent, PictureContent, SectionContent
from tillsammans.picture.figures import finding_of, overview
from tillsammans.picture.season import season_table
from tillsammans_stats.rates import Change

# A comparison figure with more rows than this cannot be read; then only the own county's municipalities are shown.
MOST_COMPARED = 40
_SIDES = {Change.INCREASE, Change.DECREASE}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the files say: each area's counts and published rates, with its population where one is known."""

    municipality: str
    name: str
    series: tuple[SeriesData, ...]
    compared_county: bool

    @property
    def own(self) -> tuple[SeriesData, ...]:
        """The municipality's own series."""
        return tuple(one for one in self.series if one.area == self.municipality)

    @property
    def counts(self) -> tuple[SeriesData, ...]:
        """The municipality's own counts."""
        return tuple(one for one in self.own if one.unit == COUNT)

    def others(self, own: SeriesData) -> tuple[SeriesData, ...]:
        """The same counts of the other municipalities."""
        return tuple(
            one
            for one in self.series
            if one.area != own.area and (one.indicator, one.period_kind) == (own.indicator, own.period_kind)
        )


def evidence(
    files: Sequence[Databasfil],
    sources: Sequence[SourceFile],
    municipality: str,
    people: Table | None = None,
    people_name: str = "",
) -> Evidence | None:
    """What the files say of the municipality and those it is compared with; ``None`` if they have no figure for it.

    Population comes from ``people``; an area that it lacks gets the one that Brå's own counts and rates imply.
    """
    by_area = _by_area(merge(files))
    names = {code: name for code, (name, _files) in by_area.items()}
    if municipality not in names:
        return None
    compared = [code for code in by_area if len(code) == 4]
    own_county = len(compared) > MOST_COMPARED
    if own_county:
        compared = [code for code in compared if code[:2] == municipality[:2]]
    known = _known_people(people, people_name)
    collected: list[SeriesData] = []
    for code in sorted({municipality, *compared}):
        series = series_from_files(by_area[code][1], code, sources)
        counts = [one for one in series if one.unit == COUNT]
        rates = [one for one in series if one.unit == PER_100K]
        implied = implied_inhabitants(counts, rates, _("beräknad ur Brås antal och antal per 100 000 invånare"))
        lives = known.get(code, implied)
        collected += [replace(one, inhabitants=lives) if one.unit == COUNT else one for one in series]
    made = Evidence(municipality, names[municipality], tuple(collected), own_county)
    return made if made.counts else None


def _by_area(merged: Databasfil) -> dict[str, tuple[str, list[Databasfil]]]:
    """The figures cut up by area, so that each area is read once however many there are."""
    by_region: dict[str, list[Value]] = {}
    for value in merged:
        by_region.setdefault(value.region, []).append(value)
    pieces: dict[str, tuple[str, list[Databasfil]]] = {}
    for values in by_region.values():
        columns: dict[str, Any] = {
            field.name: tuple(getattr(value, field.name) for value in values) for field in fields(Value)
        }
        piece = Databasfil(**columns, summary=merged.summary)
        for code, name in areas_in_files([piece]).items():
            pieces.setdefault(code, (name, []))[1].append(piece)
    return pieces


def _known_people(people: Table | None, name: str) -> Mapping[str, tuple[Inhabitants, ...]]:
    """Everyone in each municipality by year, by the code that it has now."""
    known: dict[str, dict[int, Inhabitants]] = {}
    for one in people.observations if people else ():
        place = people.places[one.place] if people else None
        if place is None or place.kind != "municipality" or one.breakdown or one.value is None:
            continue
        year = year_of(one.period)
        code = reference.valid_code(place.code, year) or place.code
        known.setdefault(code, {})[year] = Inhabitants(year, int(one.value), name)
    return {code: tuple(years[year] for year in sorted(years)) for code, years in known.items()}


def content_from(evidence: Evidence, sources: Sequence[SourceFile]) -> PictureContent:
    """The picture that the evidence gives: findings first, then figures, comparison, season, and what is not known."""
    identity = "|".join((evidence.municipality, *(source.sha256 for source in sources)))
    picture = uuid5(NAMESPACE_URL, f"tillsammans:lagesbild:{identity}")
    counts = evidence.counts
    changes = [(one, change) for one in counts if (change := development(one)) is not None]
    return PictureContent(
        uuid=picture,
        title=_("Lägesbild {name}").format(name=evidence.name),
        number=1,
        organisation=_("{name} kommun").format(name=evidence.name),
        area_code=evidence.municipality,
        area=evidence.name,
        starts_on=_first_day(min(one.points[0].period for one in evidence.own)),
        ends_on=_last_day(max((one.last_period or one.points[-1].period for one in evidence.own), key=_last_day)),
        summary=_summary(changes),
        method=_method(evidence, len(changes)),
        sections=tuple(
            section
            for section in (
                _mapping(picture, counts),
                _comparison(picture, evidence),
                _season(picture, counts),
            )
            if section is not None
        ),
        gaps=_gaps(picture, counts),
    )


def _mapping(picture: UUID, counts: Sequence[SeriesData]) -> SectionContent:
    table = overview(counts)
    return SectionContent(
        uuid5(picture, "mapping"),
        "mapping",
        _("Kartläggning: så har anmälda brott utvecklats"),
        _overlap(counts),
        tables=(table,) if table else (),
        figures=tuple(
            _figure(
                FigureContent(uuid5(picture, f"time {one.indicator} {one.period_kind}"), "time_series", "", "", (one,))
            )
            for one in counts
        ),
    )


def _comparison(picture: UUID, evidence: Evidence) -> SectionContent | None:
    figures = tuple(
        _figure(
            FigureContent(
                uuid5(picture, f"comparison {one.indicator} {one.period_kind}"),
                "comparison",
                "",
                "",
                (one, *evidence.others(one)),
            )
        )
        for one in evidence.counts
        if evidence.others(one)
    )
    if not figures:
        return None
    which = _("länets kommuner") if evidence.compared_county else _("kommunerna i filerna")
    text = _(
        "Här står {name} bredvid {which}, per 100 000 invånare och år och i bokstavsordning. Intervallen visar hur "
        "mycket slumpen kan betyda. Kommuner är olika: ett centrum, en hamn eller en stor arbetsplats ger fler brott "
        "per invånare utan att platsen behöver vara otryggare."
    ).format(name=evidence.name, which=which)
    return SectionContent(
        uuid5(picture, "comparison"), "mapping", _("Jämförelse mellan kommuner"), text, figures=figures
    )


def _season(picture: UUID, counts: Sequence[SeriesData]) -> SectionContent | None:
    made = season_table(counts)
    if made is None:
        return None
    text, table = made
    return SectionContent(uuid5(picture, "season"), "analysis", _("Sommar och vinter"), text, tables=(table,))


def _figure(content: FigureContent) -> FigureContent:
    return replace(content, finding=finding_of(content))


def _summary(changes: Sequence[tuple[SeriesData, Development]]) -> str:
    said: dict[Change, list[str]] = {}
    for one, change in changes:
        if change.comparison is not None:
            said.setdefault(change.comparison.change, []).append(spoken_name(one.name))
    if not said:
        return _("Filerna räcker inte för att jämföra ett år med året före.")
    lines = [
        _("Fler anmälda brott än året före: {names}.").format(names=", ".join(said[Change.INCREASE]))
        if Change.INCREASE in said
        else "",
        _("Färre anmälda brott än året före: {names}.").format(names=", ".join(said[Change.DECREASE]))
        if Change.DECREASE in said
        else "",
        _("Ingen säker förändring: {names}.").format(names=", ".join(said[Change.NO_CLEAR_CHANGE]))
        if Change.NO_CLEAR_CHANGE in said
        else "",
        _("Underlaget är för litet för att tolkas: {names}.").format(names=", ".join(said[Change.TOO_FEW]))
        if Change.TOO_FEW in said
        else "",
    ]
    periods = {(change.before, change.after) for _one, change in changes}
    if len(periods) == 1:
        before, after = next(iter(periods))
        lines.insert(
            0, _("Vi jämför {after} med {before}.").format(after=range_words(*after), before=range_words(*before))
        )
    return "\n\n".join(line for line in lines if line)


def _overlap(counts: Sequence[SeriesData]) -> str:
    """Which crime types lie inside which, so that nobody adds the rows up."""
    names = {one.indicator: spoken_name(one.name) for one in counts}
    inside = [
        _("{part} ingår i {whole}").format(part=names[code], whole=names[parent])
        for code in names
        if (parent := next((above for above in lineage(code) if above in names), None))
    ]
    if not inside:
        return ""
    return _("Lägg inte ihop raderna: brottstyperna överlappar. {inside}.").format(inside="; ".join(inside))


def _method(evidence: Evidence, compared: int) -> str:
    parts = [
        _(
            "Siffrorna är anmälda brott så som Brå publicerar dem, utan ändring. Antalet gäller brott som anmäldes i "
            "perioden och som skedde i kommunen; när de skedde kan skilja sig."
        ),
        _(
            "En förändring är antalet de senaste tolv månaderna delat med antalet de tolv månaderna före, med exakt 95-"
            "procentigt intervall (Clopper-Pearson). Antalen delas först med spridningen i historiken, så att "
            "intervallet inte blir för smalt. Med färre än fem väntade brott på någon sida säger vi att underlaget är "
            "för litet."
        ),
    ]
    if compared > 1:
        parts.append(
            ngettext(
                "Lägesbilden jämför {number} brottstyp. Ungefär en jämförelse av tjugo ser ut som en förändring "
                "av bara slump.",
                "Lägesbilden jämför {number} brottstyper. Ungefär en jämförelse av tjugo ser ut som en förändring "
                "av bara slump, så läs enstaka förändringar med försiktighet.",
                compared,
            ).format(number=compared)
        )
    preliminary = sorted(
        {point.period for one in evidence.own for point in one.points if point.preliminary}, key=ordinal
    )
    if preliminary:
        parts.append(
            _("Siffrorna för {first}–{last} är preliminära och kan ändras.").format(
                first=preliminary[0], last=preliminary[-1]
            )
            if len(preliminary) > 1
            else _("Siffran för {period} är preliminär och kan ändras.").format(period=preliminary[0])
        )
    else:
        parts.append(_("Inga siffror i filerna är märkta som preliminära."))
    return "\n\n".join(parts)


def _gaps(picture: UUID, counts: Sequence[SeriesData]) -> tuple[GapContent, ...]:
    known = [
        (
            _(
                "Hur många brott som aldrig anmäldes. Fler anmälningar kan bero på fler brott eller på att fler "
                "anmäler."
            ),
            _("Jämför med en trygghetsmätning."),
        ),
        (
            _("Var i kommunen och när på dygnet brotten sker. Filerna gäller hela kommunen och hela månader eller år."),
            _("Fråga polisen om platser och tider."),
        ),
        (
            _("Hur invånarna upplever tryggheten, och vad personalen ser."),
            _("Ta med trygghetsmätning, medborgardialog och personalens kunskap."),
        ),
        (
            _("Varför något har ökat eller minskat. Siffrorna visar en förändring men inte dess orsak."),
            _("Gör en orsaksanalys för varje problem som ni prioriterar."),
        ),
    ]
    if any(one for one in counts if (change := development(one)) is not None and change.missing):
        known.append((_("Hur de månader var som saknas i filerna."), _("Hämta dem från Brå och gör om lägesbilden.")))
    return tuple(
        GapContent(uuid5(picture, f"gap {number}"), text, remedy)
        for number, (text, remedy) in enumerate(known, start=1)
    )


def _first_day(period: str) -> date:
    return date(int(period[:4]), _first_month(period), 1)


def _last_day(period: str) -> date:
    kind = {4: "year", 7: "month"}[len(period)] if "Q" not in period else "quarter"
    return date.fromordinal(_first_day(period_at(kind, ordinal(period) + 1)).toordinal() - 1)


def _first_month(period: str) -> int:
    if len(period) == 4:
        return 1
    return (int(period[-1]) - 1) * 3 + 1 if "Q" in period else int(period[5:])
