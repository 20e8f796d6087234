"""Small files as Brå writes them, made for the tests: invented figures."""

from collections.abc import Iterable

HEADER = "Region;Brott;År;Period;Antal;/100 000 inv"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "Maj", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dec"]
ASSAULT = "därav misshandel inkl. grov"
LIFE = "3 kap. Brott mot liv och hälsa"
PERSON = "3-7 kap. Brott mot person"


def databasfil(*rows: str) -> bytes:
    """The bytes of a file with these rows."""
    return ("\n".join([HEADER, *rows]) + "\n\r\n").encode("iso-8859-1")


def year_rows(
    region: str, year: int | str, counts: Iterable[int], crime: str = ASSAULT, population: int = 20_000
) -> list[str]:
    """A row a month, with the rate per 100 000 rounded as Brå does."""
    return [
        f"{region};{crime};{year};{month};{count};{round(count * 100_000 / population)};"
        for month, count in zip(MONTHS, counts, strict=False)
    ]


def two_years(region: str = "Östhammar kommun", before: int = 20, after: int = 20) -> bytes:
    """2020 and 2021 with the same count every month."""
    return databasfil(*year_rows(region, 2020, [before] * 12), *year_rows(region, 2021, [after] * 12))
