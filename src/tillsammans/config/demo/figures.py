"""Invented figures in the formats of those who publish real ones: crimes as in Brå's Databasfil, and population.

Every figure is drawn from a generator seeded by municipality, crime type and month, so a month has the same figure
in every file and on every day that the demo is filled.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

POPULATION_SOURCE = "Påhittade uppgifter"
SEED = 20230703
HEADER = "Region;Brott;År;Period;Antal;/100 000 inv"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "Maj", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dec")
BURGLARY = "därav inbrottsstöld i bostad"
DAMAGE = "12 kap. Skadegörelsebrott"
THEFT = "8 kap. Stöld, rån m.m."
# Code: the region's name as Brå writes it, and about how many live there.
MUNICIPALITIES: dict[str, tuple[str, int]] = {
    "0305": ("Håbo kommun", 22_500),
    "0319": ("Älvkarleby kommun", 9_500),
    "0330": ("Knivsta kommun", 20_500),
    "0331": ("Heby kommun", 14_500),
    "0360": ("Tierp kommun", 21_500),
    "0380": ("Uppsala kommun", 245_000),
    "0381": ("Enköping kommun", 48_500),
    "0382": ("Östhammar kommun", 22_000),
}


@dataclass(frozen=True, slots=True)
class Crime:
    """A crime type: crimes a year per 100 000 inhabitants, how much that swings over the year, and the peak's month."""

    label: str
    a_year: float
    swing: float
    peak: int


# The types inside chapter 8 that are shown; the chapter is their sum and some more.
THEFTS = (
    Crime("därav cykeltillgrepp", 420, 0.6, 8),
    Crime(BURGLARY, 220, 0.5, 12),
    Crime("därav rån, inkl. grovt", 25, 0.2, 10),
    Crime("därav stöld och snatteri i butik, varuhus o.d.", 520, 0.1, 12),
    Crime("därav stöld ur och från motordrivet fordon", 380, 0.3, 7),
)
OTHER_THEFT = Crime("", 700, 0.2, 7)
OTHERS = (
    Crime("därav misshandel inkl. grov", 720, 0.2, 7),
    Crime("4 kap. Brott mot frihet och frid", 1150, 0.1, 10),
    Crime("9 kap. Bedrägeri och annan oredlighet", 1600, 0.1, 11),
    Crime(DAMAGE, 1350, 0.25, 6),
    Crime("Brott mot narkotikastrafflagen", 650, 0.2, 6),
)


@dataclass(frozen=True, slots=True)
class Story:
    """What the figures shall tell of Östhammar: fewer burglaries from one month on, more damage from another."""

    fewer_burglaries: date
    more_damage: date

    def factor(self, code: str, crime: Crime, month: date) -> float:
        """How much more or less there is of a crime in a municipality and month than its size explains."""
        if code != "0382":
            return 1.0
        if crime.label == BURGLARY:
            return 0.6 if month >= self.fewer_burglaries else 1.8
        if crime.label == DAMAGE and month >= self.more_damage:
            return 2.2
        return 1.0


def population(code: str, year: int) -> int:
    """The inhabitants of a municipality on the last day of a year, in whole hundreds."""
    _name, size = MUNICIPALITIES[code]
    growth = (sum(map(int, code)) % 7 - 2) / 1000
    return round(size * (1 + growth * (year - 2023)) / 100) * 100


def population_file(years: Sequence[int]) -> bytes:
    """A row per municipality and a column per year, as UTF-8 with semicolons, and whose figures they are."""
    rows = [";".join(["kod", *map(str, years)])]
    rows += [";".join([code, *(str(population(code, year)) for year in years)]) for code in MUNICIPALITIES]
    rows.append(f"Källa: {POPULATION_SOURCE}")
    return ("\n".join(rows) + "\n").encode()


def databasfil(months: Sequence[date], preliminary: int, story: Story) -> bytes:
    """The file for those months, given by their first day; the last ``preliminary`` of them are marked "prel."."""
    first_preliminary = months[-preliminary] if preliminary else None
    rows = [HEADER]
    for place, (code, (region, _size)) in enumerate(MUNICIPALITIES.items()):
        table = {month: _counts(place, code, month, story) for month in months}
        for label in table[months[0]]:
            for month in months:
                late = first_preliminary is not None and month >= first_preliminary
                # A preliminary figure lacks what has not been registered yet.
                count = math.floor(table[month][label] * 0.95) if late else table[month][label]
                year = f"{month.year} prel." if late else str(month.year)
                rate = round(count * 100_000 / population(code, month.year - 1))
                rows.append(f"{region};{label};{year};{MONTHS[month.month - 1]};{count};{rate};")
    return ("\n".join(rows) + "\n\r\n").encode("iso-8859-1")


def _counts(place: int, code: str, month: date, story: Story) -> dict[str, int]:
    """The final counts of a municipality and month, by label."""
    drawn = {
        crime.label: _drawn(place, number, code, crime, month, story)
        for number, crime in enumerate((*THEFTS, OTHER_THEFT, *OTHERS))
    }
    rest = drawn.pop(OTHER_THEFT.label)
    return {THEFT: rest + sum(drawn[crime.label] for crime in THEFTS), **drawn}


def _drawn(place: int, number: int, code: str, crime: Crime, month: date, story: Story) -> int:
    season = 1 + crime.swing * math.cos(2 * math.pi * (month.month - crime.peak) / 12)
    a_month = crime.a_year / 12 * population(code, month.year - 1) / 100_000
    expected = a_month * season * story.factor(code, crime, month)
    generator = np.random.default_rng([SEED, place, number, month.year * 12 + month.month])
    return int(generator.poisson(expected))
