"""Areas from a file of any kind, checked strictly before anything is stored: own ones, RegSO, DeSO, vulnerable areas.

What the areas are is seen in the file's columns. Only name, code and what the kind needs is taken from the properties;
shapes are simplified to what pages and counting need, together, so that neighbours keep their common border.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import PurePath

import numpy as np
import shapely
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray

from tillsammans.geo import land, layers, placing, reference
from tillsammans.geo.layers import Layer, Value
from tillsammans.geo.outline import Outline, overview
from tillsammans.geo.projections import in_degrees
from tillsammans.geo.simplifying import side_by_side, simplified
from tillsammans.kernel.content import content
from tillsammans.kernel.forms import holds_personal_number
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.text import folded, normal, slug

GRID = 0.00001  # degrees: about a metre
FINEST, COARSEST = 1.0, 10.0  # metres that a border may move
KEPT_LIMIT, KEPT_EACH = 60_000, 40  # corners of a file, or on average of an area; beyond it borders are simplified more
OWN, REGSO, DESO, VULNERABLE = "own", "regso", "deso", "vulnerable_area"
# SCB's divisions, and the days between which each holds. Their codes look alike and mean different areas.
DIVISIONS = {2018: (date(2018, 1, 1), date(2024, 12, 31)), 2025: (date(2025, 1, 1), None)}
_SMALL = {REGSO: ("RegSO", re.compile(r"\d{4}R\d{3}")), DESO: ("DeSO", re.compile(r"\d{4}[ABC]\d{4}"))}
_SUFFIX = re.compile(r"_(?:Reg|De)SO(20\d\d)$")
_CODE_COLUMNS = {REGSO: ("regsokod", "regso"), DESO: ("desokod", "deso", "deso_kod")}
_CATEGORIES = {
    "sarskilt": "särskilt utsatt område",
    "sarskild": "särskilt utsatt område",
    "risk": "riskområde",
    "utsatt": "utsatt område",
}
_NAMES, _CODES = ("namn", "name"), ("kod", "code")


@dataclass(frozen=True, slots=True)
class Shape:
    """One area. ``geometry`` is a GeoJSON MultiPolygon in WGS 84 as text; ``points`` the corners that were kept.

    ``municipality`` is the code of the one that it lies in, ``district`` that of its local police district if the file
    says it, ``category`` what kind of vulnerable area it is.
    """

    name: str
    code: str
    geometry: str
    km2: Decimal
    points: int
    municipality: str
    category: str = ""
    district: str = ""


@content("area_file", version=1)
@dataclass(frozen=True, slots=True)
class AreaFile:
    """The areas of a file: ``kind`` of area, boundary ``vintage``, coordinate ``system`` by name.

    ``guessed``: the file did not say its coordinate system, so a person must confirm it. ``valid_from`` and
    ``valid_to`` are those of SCB's division, where it is one. ``notes``: what the reader did and saw, as sentences.
    ``overview``: all shapes in one drawing.
    """

    kind: str
    vintage: str
    format: str
    system: str
    guessed: bool
    valid_from: date | None
    valid_to: date | None
    shapes: tuple[Shape, ...]
    notes: tuple[str, ...]
    overview: Outline | None


def read(files: Mapping[str, bytes], *, parent: str = "", epsg: int | None = None, year: int | None = None) -> AreaFile:
    """Read one layer from files by name. Raises ``ImportProblem`` and nothing else.

    ``parent``: code of the municipality that own areas lie in. ``epsg``: the person's word on the coordinate system,
    which goes before the file's. ``year``: of SCB's division (2018 or 2025), where the file does not say.
    """
    named = (name for name in files if name.lower().endswith((".zip", ".shp", ".gpkg", ".tab")))
    title = next(named, min(files, default=""))
    errors = FileErrors(title)
    layer = layers.read(files, errors)
    placed = placing.place(layer, errors, parent=parent, epsg=epsg)
    kind, rows, used = _recognised(layer, errors)
    division = _division(kind, layer, rows, title, year, errors) if kind in _SMALL else None
    _unlike(kind, rows, errors)
    errors.stop_if_any()
    where = [row.municipality for row in rows]
    nearest = land.nearest(placed.shapes)
    where = [stated or parent or near for stated, near in zip(where, nearest, strict=True)]
    kept, tolerance = _simplified(placed.shapes)
    degrees = shapely.set_precision(in_degrees(kept), GRID)
    kinds = shapely.get_type_id(degrees)
    if (shapely.is_empty(degrees) | ~np.isin(kinds, (3, 6))).any():
        number = int(np.argmax(shapely.is_empty(degrees) | ~np.isin(kinds, (3, 6)))) + 1
        raise errors.refuse(
            _("Område {number} är mindre än någon meter.").format(number=number),
            _("Kontrollera ytan i ett kartprogram."),
        )
    degrees = np.array([shapely.multipolygons(shapely.get_parts(shape)) for shape in degrees], dtype=object)
    corners = shapely.get_num_coordinates(degrees).tolist()
    sizes = (shapely.area(placed.shapes) / 1e6).round(2).tolist()
    suffix = f"_{_SMALL[kind][0]}{division}" if division and division >= 2025 else ""
    shapes = tuple(
        Shape(row.name, row.code + suffix, text, Decimal(str(size)), points, code, row.category, row.district)
        for row, text, size, points, code in zip(
            rows, shapely.to_geojson(degrees).tolist(), sizes, corners, where, strict=True
        )
    )
    first, last = DIVISIONS[division] if division else (None, None)
    notes = [
        *placed.notes,
        *_notes(layer, used, rows, tolerance, corners),
        *_place_notes(kind, placed.shapes, rows, nearest, parent),
    ]
    return AreaFile(
        kind,
        _vintage(kind, division, layer, title),
        layer.format,
        placed.system,
        placed.guessed,
        first,
        last,
        shapes,
        tuple(notes),
        overview([shape.geometry for shape in shapes]),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    code: str
    municipality: str = ""
    category: str = ""
    district: str = ""


def _recognised(layer: Layer, errors: FileErrors) -> tuple[str, list[_Row], set[str]]:
    """What kind of areas these are, their names and codes, and which columns were used."""
    columns = {folded(name): name for name in layer.records[0]}
    for kind in (DESO, REGSO):
        code = next((columns[name] for name in _CODE_COLUMNS[kind] if name in columns), None)
        if code and _SMALL[kind][1].fullmatch(_SUFFIX.sub("", _text(layer.records[0], code))):
            return kind, *_small(kind, layer, code, columns, errors)
    if {"namn", "kategori", "omradeskod"} <= columns.keys():
        return VULNERABLE, *_vulnerable(layer, columns, errors)
    return OWN, *_own(layer, columns, errors)


def _small(
    kind: str, layer: Layer, code: str, columns: Mapping[str, str], errors: FileErrors
) -> tuple[list[_Row], set[str]]:
    name = columns.get("regsonamn") if kind == REGSO else None
    rows = []
    for number, record in enumerate(layer.records, start=1):
        text = _SUFFIX.sub("", _text(record, code))
        if not _SMALL[kind][1].fullmatch(text) or reference.code_of(text[:4]) is None:
            errors.add(
                _("Område {number}: ”{code}” är ingen kod för {kind}.").format(
                    number=number, code=text[:30], kind=_SMALL[kind][0]
                ),
                _("Rätta koden."),
            )
            continue
        rows.append(_Row(_text(record, name) if name else text, text, text[:4]))
    return rows, {code, name or "", *(columns.get(key, "") for key in ("version", "referensdatum", "kommunkod"))}


def _division(kind: str, layer: Layer, rows: Sequence[_Row], title: str, year: int | None, errors: FileErrors) -> int:
    """Which of SCB's divisions, as codes, version or reference day say; else the person, else the file's name."""
    columns = {folded(name): name for name in layer.records[0]}
    code = next(columns[name] for name in _CODE_COLUMNS[kind] if name in columns)
    stated: set[int] = set()
    for record in layer.records:
        texts = [_SUFFIX.search(_text(record, code))]
        texts += [
            re.match(r"(20\d\d)", _text(record, columns[name]))
            for name in ("version", "referensdatum")
            if name in columns
        ]
        stated |= {2025 if int(match[1]) >= 2025 else 2018 for match in texts if match}
    if not stated and year:
        stated = {year}
    if not stated and (match := re.search(r"(20(?:18|20|25))", title)):
        stated = {2025 if match[1] == "2025" else 2018}
    if len(stated) != 1:
        what = _("Filen blandar två indelningar.") if stated else _("Filen säger inte vilken indelning den är.")
        raise errors.refuse(
            what,
            _(
                "{kind} från 2018 och 2025 har koder som liknar varandra men är olika områden. Välj indelning, "
                "eller ta filen från SCB."
            ).format(kind=_SMALL[kind][0]),
        )
    return stated.pop()


def _vulnerable(layer: Layer, columns: Mapping[str, str], errors: FileErrors) -> tuple[list[_Row], set[str]]:
    rows = []
    for number, record in enumerate(layer.records, start=1):
        name, given = _name(_text(record, columns["namn"])), folded(_text(record, columns["kategori"]))
        category = next((words for start, words in _CATEGORIES.items() if given.startswith(start)), "")
        district = _text(record, columns["omradeskod"])
        if not name or not category:
            errors.add(
                _("Område {number} saknar namn eller en kategori som går att förstå.").format(number=number),
                _("Kategorin ska vara utsatt område, särskilt utsatt område eller riskområde."),
            )
            continue
        # The police's code is that of the local police district, so several areas share it.
        rows.append(_Row(name, slug(f"{district}-{name}")[:80], "", category, district))
    return rows, {columns[key] for key in ("namn", "kategori", "omradeskod")}


def _own(layer: Layer, columns: Mapping[str, str], errors: FileErrors) -> tuple[list[_Row], set[str]]:
    code = _column(columns, _CODES, layer)
    name = _column(columns, _NAMES, layer)
    if name is None and code is not None:  # kommun_kod stands beside kommun
        name = columns.get(re.sub(r"_?(?:kod|code)$", "", folded(code)))
    name = name or code
    rows = []
    for number, record in enumerate(layer.records, start=1):
        label = _name(_text(record, name)) if name else ""
        if not label or len(label) > 120:
            errors.add(
                _("Område {number} saknar namn, eller namnet är längre än 120 tecken.").format(number=number),
                _("Ge det ett namn i egenskapen ”namn” eller ”name”."),
            )
        elif holds_personal_number(label):
            errors.add(
                _("Område {number}: namnet ser ut att innehålla ett personnummer.").format(number=number),
                _("Ge området ett annat namn."),
            )
        else:
            key = slug(_text(record, code) if code else "") or slug(label)
            if key and len(key) <= 80:
                rows.append(_Row(label, key))
            else:
                errors.add(
                    _("Område {number}: koden går inte att använda.").format(number=number),
                    _("Använd högst 80 bokstäver och siffror."),
                )
    return rows, {name or "", code or ""}


def _column(columns: Mapping[str, str], words: tuple[str, ...], layer: Layer) -> str | None:
    """The column called one of the words, else the only one with a word in it and text or numbers in the first row."""
    exact = next((columns[word] for word in words if word in columns), None)
    near = [
        name
        for key, name in columns.items()
        if any(re.search(rf"{word}(?:\d*$|_)", key) for word in words) and _text(layer.records[0], name)
    ]
    return exact or (near[0] if len(near) == 1 else None)


def _text(record: Mapping[str, Value], column: str) -> str:
    value = record.get(column)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else normal(str(value))


def _name(text: str) -> str:
    return normal("".join(sign if sign.isprintable() else " " for sign in text))[:121]


def _unlike(kind: str, rows: Sequence[_Row], errors: FileErrors) -> None:
    """Two areas with one code are a fault; so are two with one name, where names are all that people go by."""
    values = {_("kod"): [row.code for row in rows]}
    if kind == OWN:
        values[_("namn")] = [row.name.casefold() for row in rows]
    for word, given in values.items():
        seen: set[str] = set()
        for value in sorted({value for value in given if value in seen or seen.add(value)}):  # type: ignore[func-returns-value]
            errors.add(
                _("Två områden har samma {kind}: {value}.").format(kind=word, value=value),
                _("Ge varje område ett eget namn och en egen kod."),
            )


def _simplified(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], float]:
    """The shapes with borders moved at most so many metres; shared borders stay shared. And how many metres."""
    tolerance = float(np.clip(np.sqrt(np.median(shapely.area(shapes))) / 200, FINEST, COARSEST))
    simple = simplified(shapes, tolerance)
    most = max(KEPT_LIMIT, KEPT_EACH * len(shapes))  # thousands of small areas keep their form
    while shapely.get_num_coordinates(simple).sum() > most and tolerance < 500:
        tolerance *= 2
        simple = simplified(shapes, tolerance)
    return simple, tolerance


def _notes(layer: Layer, used: set[str], rows: Sequence[_Row], tolerance: float, corners: Sequence[int]) -> list[str]:
    notes = []
    left_out = sorted({str(key) for key in layer.records[0]} - used)
    if left_out:
        notes.append(
            ngettext(
                "{number} egenskap togs inte med: {names}.",
                "{number} egenskaper togs inte med: {names}.",
                len(left_out),
            ).format(number=len(left_out), names=", ".join(left_out[:10]))
        )
    if layer.flattened:
        notes.append(_("Höjder togs inte med."))
    if sum(layer.points) > 1.1 * sum(corners):
        notes.append(
            _("Gränserna är förenklade med högst {metres} meter: {kept} av {all} hörn är kvar.").format(
                metres=round(tolerance), kept=sum(corners), all=sum(layer.points)
            )
        )
    return notes


def _place_notes(
    kind: str, shapes: NDArray[np.object_], rows: Sequence[_Row], nearest: Sequence[str], parent: str
) -> list[str]:
    """What should be known about where the areas lie: in another municipality than was said, or out at sea."""
    notes = []
    names = {row["code"]: row["name"] for row in reference.data("areas")["municipalities"]}
    astray = [row.name for row, near in zip(rows, nearest, strict=True) if kind == OWN and parent and near != parent]
    if astray:
        notes.append(
            _("Ligger inte i {municipality} enligt kartan: {names}.").format(
                municipality=names.get(parent, parent), names=", ".join(astray[:10])
            )
        )
    sea = {REGSO: 0.97, DESO: 0.97, OWN: 0.8}.get(kind)  # the map's own coast is coarse, so a little is no sea
    if sea is None or not side_by_side(shapes):
        return notes
    inside = shapely.intersection(shapely.union_all(simplified(shapes, 20)), land.around(shapes)).area / 1e6
    total = shapely.area(shapes).sum() / 1e6
    if inside < sea * total:
        notes.append(
            _(
                "Områdena är {total} km², men bara {land} km² ligger på kommunernas land enligt kartan: de når ut i "
                "vatten. En plats till havs kan alltså räknas till ett område, och en karta med bara land visar inte "
                "hela "
                "det."
            ).format(total=round(total), land=round(inside))
        )
    return notes


def _vintage(kind: str, division: int | None, layer: Layer, title: str) -> str:
    file = PurePath(title).name
    if division:
        columns = {folded(name): name for name in layer.records[0]}
        version = _text(layer.records[0], columns["version"]) if "version" in columns else ""
        return f"SCB, {_SMALL[kind][0]} {division}" + (f" ({version[:20]})" if version else "")
    if kind == VULNERABLE:
        return _("Polismyndigheten, utsatta områden ({file})").format(file=file[:50])
    return file[:100]
