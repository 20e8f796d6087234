"""A small Databasfil as Brå writes it, with invented figures."""

from collections.abc import Iterable

MONTHS = ("Jan", "Feb", "Mar", "Apr", "Maj", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dec")


def rows(region: str, crime: str, year: str, counts: Iterable[int], population: int = 20_000) -> list[str]:
    """One row per month, with the rate rounded as Brå rounds it."""
    return [
        f"{region};{crime};{year};{month};{count};{round(count * 100_000 / population)};"
        for month, count in zip(MONTHS, counts, strict=True)
    ]


def databasfil(*parts: list[str]) -> bytes:
    """The whole file: Latin-1, six names and seven fields, a last CRLF."""
    lines = ["Region;Brott;År;Period;Antal;/100 000 inv", *(row for part in parts for row in part)]
    return ("\n".join(lines) + "\r\n").encode("iso-8859-1")
