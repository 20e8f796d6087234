"""Register extracts from the police, one row per crime: counts per crime code, municipality and month of the crime.

Where the rows have a DeSO there are counts for it too; a municipality's count holds also the rows without one. Months
are those of the crime: late reports make the newest too low, and those before a code came into use are not whole.
"""

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tillsammans.formats.collecting import Collector, coded_place
from tillsammans.formats.guards import head_of
from tillsammans.formats.observations import Observation, Table
from tillsammans.formats.periods import ordinal, period_at, span
from tillsammans.formats.police_rows import (
    CRIME_DAY,
    MUNICIPALITY,
    REGISTERED,
    Crime,
    crimes,
    is_extract,
    parts_of,
    shown,
)
from tillsammans.formats.units import COUNT
from tillsammans.geo import reference
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.progress import Progress

KIND = "police_extract"
NAME = gettext_lazy("Uttag ur polisens register")
SOURCE = "Polisen, uttag ur anmälningsregistret"

LATE_MONTHS = 3
_ENOUGH_ROWS = 200  # below this no month is known to be too low
_RUN = 3  # so many months in a row at a fifth of the usual level: the code is in use
_OLD_SHARE = Decimal("0.05")


def looks_like(head: bytes, name: str, path: Path) -> bool:
    """Whether the file has columns for crime code, date and place."""
    return is_extract(head, path)


def read(path: Path, name: str, progress: Progress | None = None) -> Table:
    """The extract's counts. Raises ``ImportProblem`` and nothing else."""
    out = Collector(FileErrors(name), KIND, SOURCE, progress)
    parts, encoding = parts_of(path, head_of(path), out)
    rows = [crime for part in parts for crime in crimes(part, out)]
    out.errors.stop_if_any()
    columns = {role for part in parts for role in part.columns}
    if CRIME_DAY not in columns:
        out.understand(_("Filen har inget brottsdatum: månaden är den då brottet skrevs in."))
    kind = "municipality" if MUNICIPALITY in columns else "local_police_district"
    _say(out, rows, REGISTERED in columns)
    names: dict[str, str] = {}
    for crime in rows:
        names.setdefault(crime.code, crime.text)
        names[crime.code] = names[crime.code] or crime.text
    for code in sorted(names):
        name_of = names[code] or f"Brottskod {code}"  # stored, so Swedish
        measured = out.measure(f"polisen.brottskod.{code}", name_of, COUNT)
        _count(
            out,
            measured,
            code,
            [crime for crime in rows if crime.code == code],
            kind,
            {crime.place for crime in rows if crime.place},
        )
    return out.table(encoding, shown(parts[0]), _("Be om ett uttag med brottskod, datum och kommun."))


def _say(out: Collector, rows: list[Crime], registered: bool) -> None:
    """Notes about the rows as a whole."""
    years = Counter(crime.day.year for crime in rows)
    out.understand(
        _("Varje rad är läst som ett eller flera brott; bara brottskod, datum, plats och antal är med."),
        _("Rader per år: {years}.").format(years=", ".join(f"{year} {years[year]}" for year in sorted(years))),
    )
    out.leave(_("Rader utan kommun eller lokalpolisområde."), sum(not crime.place for crime in rows))
    if any(crime.deso for crime in rows):
        out.leave(
            _("Rader utan DeSO: de räknas i kommunen men inte i något mindre område."),
            sum(not crime.deso for crime in rows),
        )
        out.understand(_("DeSO-koderna är lästa som de står; polisens uttag brukar ha 2018 års indelning."))
    after = sum(crime.registered is not None and crime.day > crime.registered for crime in rows)
    if registered and after:
        out.understand(
            ngettext(
                "{number} rad har brottsdatum efter inskrivningen; brottsdatumet gäller.",
                "{number} rader har brottsdatum efter inskrivningen; brottsdatumet gäller.",
                after,
            ).format(number=after)
        )
    pairs = Counter((crime.place, crime.deso[:4], crime.day.year) for crime in rows if crime.place and crime.deso)
    elsewhere = sum(count for pair, count in pairs.items() if _elsewhere(*pair))
    if elsewhere:
        out.understand(
            ngettext(
                "{number} rad har en DeSO i en annan kommun än den som står.",
                "{number} rader har en DeSO i en annan kommun än den som står.",
                elsewhere,
            ).format(number=elsewhere)
        )


def _elsewhere(place: str, code: str, year: int) -> bool:
    """Whether the municipality of that name is another than that of the DeSO's code; false if no such name is known."""
    day = date(year, 12, 31)
    named = reference.municipality_named(place, day)
    return named is not None and reference.present_code(named.code, day) != reference.present_code(code, day)


def _count(out: Collector, measured: str, code: str, rows: list[Crime], kind: str, places: set[str]) -> None:
    """The counts of one code, with zeros for the months between the first and the last that are covered."""
    first, last = _covered(out, code, rows)
    late = {period_at("month", ordinal(last) - back) for back in range(LATE_MONTHS)}
    months = span(first, last)
    sums: dict[tuple[str, str], int] = defaultdict(int)
    where: dict[tuple[str, str], Crime] = {}
    keys: dict[tuple[str, str], list[str]] = {}
    for crime in rows:
        pair = (crime.place, crime.deso)
        if pair not in keys:
            keys[pair] = _places(out, crime, kind)
        for key in keys[pair]:
            sums[key, crime.month] += crime.count
            where.setdefault((key, crime.month), crime)
    for key in sorted(out.place(place, kind=_kind(place, kind)) for place in places):
        for month in months:
            sums.setdefault((key, month), 0)
    start = rows[0]
    for (key, month), count in sums.items():
        crime = where.get((key, month), start)
        out.add(
            Observation(
                measured,
                key,
                month,
                Decimal(count),
                crime.row,
                preliminary=month in late or month > last,
                sheet=crime.sheet,
            )
        )
    out.understand(
        _("Månader utan brott mellan {first} och {last} är 0 för de kommuner eller områden som finns i filen.").format(
            first=first, last=last
        ),
        _("De {number} senaste månaderna är märkta preliminära, eftersom anmälningar kommer in i efterhand.").format(
            number=LATE_MONTHS
        ),
    )


def _kind(place: str, kind: str) -> str:
    """The kind of the place, unless its name begins with the word for it ("LPO Enköping")."""
    return "" if place.casefold().startswith(("lpo ", "lokalpolisområde ")) else kind


def _places(out: Collector, crime: Crime, kind: str) -> list[str]:
    """The keys of the places that the crime counts for."""
    keys = [out.place(crime.place, kind=_kind(crime.place, kind))] if crime.place else []
    if crime.deso:
        small = coded_place(crime.deso)
        if small is None or small.kind != "deso":
            out.errors.add(
                _("”{code}” är ingen DeSO-kod.").format(code=crime.deso[:30]),
                _("Rätta raden eller be om uttaget på nytt."),
                row=crime.row,
                value=crime.deso,
            )
        else:
            keys.append(out.place(small.name, small.code, small.kind))
    return keys


def _covered(out: Collector, code: str, rows: list[Crime]) -> tuple[str, str]:
    """The first and the last month whose crimes the extract holds in full, so that no crime there means none.

    The first is that of the first registration, or later if the code came into use later; the last that of the last
    registration. Without registrations they are the first and last crime's.
    """
    registered = [f"{crime.registered:%Y-%m}" for crime in rows if crime.registered]
    months = sorted({crime.month for crime in rows})
    first = max(min(registered), months[0]) if registered else months[0]
    last = max(registered) if registered else months[-1]
    counts: Counter[str] = Counter()
    for crime in rows:
        counts[crime.month] += crime.count
    if len(rows) >= _ENOUGH_ROWS:
        # Half of the last three years' months have at least so many.
        usual = sorted(counts[month] for month in months[-36:])[len(months[-36:]) // 2]
        every = span(months[0], max(last, months[-1]))
        used = next(
            (
                month
                for place, month in enumerate(every)
                if all(counts[later] * 5 >= usual for later in every[place : place + _RUN])
            ),
            first,
        )
        if sum(counts[month] for month in months if month < used) <= _OLD_SHARE * sum(counts.values()):
            first = max(first, used)
    first = min(first, last)
    if older := sum(counts[month] for month in months if month < first):
        out.understand(
            _("Kod {code} är hel från {month}: {number} brott är äldre, och deras månader är inte hela.").format(
                code=code, month=first, number=older
            )
        )
    return first, last
