"""Brå's Databasfil as a table: each row gives a count and, where Brå states one, the rate per 100 000 inhabitants."""

from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.formats import databasfil
from tillsammans.formats.crime_types import CrimeType, crime_type, tree_of
from tillsammans.formats.observations import LeftOut, Measured, Observation, Place, Table
from tillsammans.formats.units import BRA, COUNT, PER_100K, rate_code
from tillsammans.kernel.progress import Progress

KIND = "databasfil"
NAME = gettext_lazy("Brås Databasfil")


def looks_like(head: bytes, name: str, path: Path) -> bool:
    """Whether the first line is a Databasfil's."""
    return databasfil.looks_like(head)


def read(path: Path, name: str, progress: Progress | None = None) -> Table:
    """The file's counts and published rates. A count without a published rate gives no rate: Brå says nothing of it."""
    message = _("Läser {file}.").format(file=name)
    told = None if progress is None else lambda done, total: progress(done, total, message)
    file = databasfil.read(path, name, told)
    kinds: dict[tuple[str, str], CrimeType] = {}
    for crime, tree in dict.fromkeys(zip(file.crime, map(tree_of, file.period), strict=True)):
        kinds[crime, tree] = crime_type(crime, tree)
    measured = {}
    for kind in kinds.values():
        rate_parent = rate_code(kind.parent) if kind.parent else None
        measured[kind.code] = Measured(kind.code, kind.label, COUNT, kind.parent)
        measured[rate_code(kind.code)] = Measured(rate_code(kind.code), kind.label, PER_100K, rate_parent)
    codes = {key: (kind.code, rate_code(kind.code)) for key, kind in kinds.items()}
    numbers: dict[int | None, Decimal | None] = {None: None}
    observations = []
    for value in file:
        for code, number in zip(codes[value.crime, tree_of(value.period)], (value.count, value.rate), strict=True):
            if number is None and not value.mark:
                continue
            if number not in numbers:
                numbers[number] = Decimal(number)  # type: ignore[arg-type]
            observations.append(
                Observation(
                    code, value.region, value.period, numbers[number], value.row, value.mark or "", value.preliminary
                )
            )
    summary = file.summary
    repeats = summary.repeats_dropped + summary.echoes_dropped
    left_out = [LeftOut(_("Rader som upprepar en annan rad i filen."), repeats)] if repeats else []
    if summary.replaced:
        left_out.append(LeftOut(_("Preliminära rader som filen själv har slutliga för."), summary.replaced))
    return Table(
        kind=KIND,
        source=BRA,
        encoding=summary.encoding,
        rows=summary.rows,
        measured=measured,
        places={name: Place(name) for name in dict.fromkeys(file.region)},
        observations=tuple(observations),
        understood=(_("Varje rad ger två värden: antalet och antalet per 100 000 invånare."),),
        left_out=tuple(left_out),
        first_rows=tuple(tuple(row.removesuffix(";").split(";")) for row in summary.first_rows),
    )
