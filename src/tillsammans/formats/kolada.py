"""Kolada's key figures: the interface's answers (JSON), flat CSV files, and lists of key figures that give the names.

A margin of error is a key figure of its own ("Osäkerhetstal - …"); where its title is that of another key figure in the
files, it becomes that one's interval. Files that are handed in together are read together, so that a list of key
figures names those in the others.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.formats.collecting import (
    MISSING,
    OTHER,
    SUPPRESSED,
    Collector,
    as_text,
    number_in,
    plain,
    refuse_number,
    unit_of,
)
from tillsammans.formats.kolada_files import Content, Figure, is_kolada, parse_answer, parse_file
from tillsammans.formats.observations import Observation, Table
from tillsammans.formats.workbooks import year_heading
from tillsammans.geo import reference
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.progress import Progress

KIND = "kolada"
NAME = gettext_lazy("Nyckeltal från Kolada")
SOURCE = "Kolada"

_SEXES = {"T": "", "K": "kön: kvinnor", "M": "kön: män"}
_STATUS = {"": "", "missing": MISSING, "private": SUPPRESSED}
_MARGIN = "osäkerhetstal"


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of key figures and places from all files, and the key figure of each margin of error."""

    titles: Mapping[str, str]
    places: Mapping[str, str]
    margin_of: Mapping[str, str]  # a margin's id: the key figure's id
    margins: Mapping[tuple[str, str, str, str], Figure]  # key figure, place, period, sex


def looks_like(head: bytes, name: str, path: Path) -> bool:
    """Whether the file holds key figures, or their names, as Kolada gives them."""
    return is_kolada(head)


def read(path: Path, name: str, progress: Progress | None = None) -> Table:
    """One file's key figures. Raises ``ImportProblem`` and nothing else."""
    return next(read_together([(name, path)], progress))


def read_together(files: Sequence[tuple[str, Path]], progress: Progress | None = None) -> Iterator[Table]:
    """A table for each of the files, in their order; a file with names only gives one without observations.

    Raises ``ImportProblem`` if a file cannot be read exactly, or if there are names but no figures.
    """
    contents = [parse_file(path, FileErrors(name)) for name, path in files]
    return iter(_tables(contents, [name for name, _path in files], progress))


def from_answers(pages: Sequence[bytes], name: str = SOURCE) -> Table:
    """The interface's answers as one table: pages with figures, and any with key figures' and municipalities' names.

    Raises ``ImportProblem`` and nothing else.
    """
    errors = FileErrors(name)
    whole = Content("UTF-8")
    for page in pages:
        whole.take(parse_answer(page, errors))
    return _tables([whole], [name], None)[0]


def _tables(contents: Sequence[Content], names: Sequence[str], progress: Progress | None) -> list[Table]:
    known = _known(contents)
    if not any(content.figures for content in contents):
        raise FileErrors(", ".join(names)).refuse(
            _("Det finns bara namn på nyckeltal eller kommuner här, och inga värden."),
            _("Lämna in listan tillsammans med filer med värden."),
        )
    return [
        _table(content, name, known, progress) if content.figures else _names_only(content, name)
        for content, name in zip(contents, names, strict=True)
    ]


def _names_only(content: Content, name: str) -> Table:
    return Table(
        kind=KIND,
        source=SOURCE,
        encoding=content.encoding,
        rows=0,
        measured={},
        places={},
        observations=(),
        understood=(_("{file} ger namn åt nyckeltal eller kommuner och har inga värden.").format(file=name),),
        first_rows=as_text(content.first_rows),
    )


def _known(contents: Sequence[Content]) -> _Names:
    titles: dict[str, str] = {}
    places: dict[str, str] = {}
    for content in contents:
        titles |= content.titles
        places |= content.places
    figures = [figure for content in contents for figure in content.figures]
    margin_of = _margins({figure.kpi for figure in figures}, titles)
    margins = {
        (margin_of[figure.kpi], figure.place, figure.period, figure.sex): figure
        for figure in figures
        if figure.kpi in margin_of
    }
    return _Names(titles, places, margin_of, margins)


def _margins(kpis: set[str], titles: Mapping[str, str]) -> dict[str, str]:
    """The margins among the key figures, each with the only key figure whose title, or the end of it, is the same."""
    ends: dict[str, set[str]] = {}  # over all known titles, so that an ambiguous name matches nothing
    for kpi, title in titles.items():
        parts = title.split(" - ")
        if parts[0].strip().casefold() != _MARGIN:
            for start in range(len(parts)):
                ends.setdefault(plain(" - ".join(parts[start:])), set()).add(kpi)
    result = {}
    for kpi in kpis:
        first, _dash, rest = titles.get(kpi, "").partition(" - ")
        owners = ends.get(plain(rest), set()) if first.strip().casefold() == _MARGIN and plain(rest) else set()
        if len(owners) == 1 and owners <= kpis:
            result[kpi] = next(iter(owners))
    return result


def _table(content: Content, name: str, known: _Names, progress: Progress | None) -> Table:
    errors = FileErrors(name)
    out = Collector(errors, KIND, SOURCE, progress)
    out.rows = len(content.figures)
    _say(out, content, known)
    for done, figure in enumerate(content.figures, start=1):
        out.step(done, out.rows)
        place, period = _place(out, figure, known), year_heading(figure.period)
        if figure.sex not in _SEXES:
            errors.add(
                _("”{value}” är inget kön i Kolada: T, K eller M.").format(value=figure.sex[:20]),
                _advice(),
                row=figure.row,
                value=figure.sex,
            )
        if period is None or "/" in period[0]:
            errors.add(
                _("”{value}” är inget år.").format(value=figure.period[:20]),
                _advice(),
                row=figure.row,
                value=figure.period,
            )
        if not place or period is None or figure.sex not in _SEXES:
            continue
        value = _number(figure)
        if value is None and not _empty(figure):
            refuse_number(errors, figure.value, figure.row, figure.kpi)
            continue
        if value is not None and len(str(figure.value).replace(",", ".").partition(".")[2]) > 6:
            out.understand(_("Värden med fler än sex decimaler är avrundade till sex."))
        if figure.kpi in known.margin_of:
            continue  # it stands beside its key figure
        mark = "" if value is not None else _STATUS.get(figure.status.casefold()) or MISSING
        if figure.status.casefold() not in _STATUS:
            out.understand(_("Kolada skriver status ”{status}” vid några värden.").format(status=figure.status[:30]))
        title = known.titles.get(figure.kpi, "")
        measured = out.measure(f"kolada.{figure.kpi.lower()}", title or figure.kpi, unit_of(title) if title else OTHER)
        one = Observation(measured, place, period[0], value, figure.row, mark, False, _SEXES[figure.sex])
        margin = known.margins.get((figure.kpi, figure.place, figure.period, figure.sex))
        width = _number(margin) if margin else None
        if value is not None and width is not None and width >= 0:
            one = one._replace(low=value - width, high=value + width)
        out.add(one)
    errors.stop_if_any()
    if all(figure.kpi in known.margin_of for figure in content.figures):
        return replace(_names_only(content, name), understood=out.understood, rows=out.rows)
    return out.table(content.encoding, content.first_rows, _advice())


def _empty(figure: Figure) -> bool:
    return figure.value is None or figure.value == ""


def _number(figure: Figure) -> Decimal | None:
    return None if figure.value is None or figure.value == "" else number_in(figure.value)


def _advice() -> str:
    return _("Hämta filen på nytt från Kolada och ändra inte i den.")


def _say(out: Collector, content: Content, known: _Names) -> None:
    kpis = dict.fromkeys(figure.kpi for figure in content.figures)
    for kpi in kpis:
        title = known.titles.get(kpi, "")
        if kpi in known.margin_of:
            owner = known.margin_of[kpi]
            out.understand(
                _("{margin} är osäkerhetstal för {kpi}, med samma namn ({title}), och ger dess intervall.").format(
                    margin=kpi, kpi=owner, title=known.titles[owner][:100]
                )
            )
        elif title.casefold().startswith(_MARGIN):
            out.understand(
                _("{margin} är ett osäkerhetstal utan sitt nyckeltal i filerna och läses för sig.").format(margin=kpi)
            )
    unnamed = [kpi for kpi in kpis if kpi not in known.titles]
    if unnamed:
        out.understand(
            _("Namn saknas för {kpis}. Lämna in Koladas lista över nyckeltal tillsammans med filen.").format(
                kpis=", ".join(unnamed[:10]) + (" …" if len(unnamed) > 10 else "")
            )
        )
    if any(known.titles.get(kpi, "").startswith("NTU") for kpi in kpis):
        out.understand(_("NTU-värden gäller två år tillsammans, men Kolada skriver dem på det senare året."))
    out.leave(_("Värden för grupper av kommuner."), content.groups)
    out.leave(_("Värden som Kolada har tagit bort."), content.deleted)
    if content.next_page:
        out.understand(
            _("Svaret fortsätter på en sida som inte är med: {address}.").format(address=content.next_page[:120])
        )


def _place(out: Collector, figure: Figure, known: _Names) -> str:
    """The place's key; empty with a finding if the id is no municipality's or region's."""
    identity = figure.place
    name = known.places.get(identity) or figure.place_name
    if identity.isascii() and identity.isdigit() and len(identity) == 3:
        identity = identity.zfill(4)
        out.understand(
            _("Kommunkoder utan inledande nolla är kompletterade, till exempel {code}.").format(code=identity)
        )
    if identity == "0000":
        return out.place(name or reference.NATION_NAME, reference.NATION, "nation")
    if len(identity) == 4 and identity.startswith("00"):
        county = reference.code_of(identity[2:])
        if county and county != reference.NATION:
            out.understand(_("Regioner (0001–0025) är lästa som länet med samma nummer."))
            return out.place(name or county, county, "county")
    elif len(identity) == 4 and reference.code_of(identity):
        return out.place(name or identity, identity, "municipality")
    out.errors.add(
        _("”{value}” är ingen kommun eller region i Kolada.").format(value=figure.place[:20]),
        _advice(),
        row=figure.row,
        value=figure.place,
    )
    return ""
