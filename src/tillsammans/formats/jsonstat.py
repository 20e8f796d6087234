"""JSON-stat, as SCB's interfaces (v1 and v2) answer: dimensions with ``index`` and ``label``, and one flat ``value``.

The last dimension varies fastest. ``value`` is a list, or a sparse object by position; ``status`` marks missing
values. Codes may carry a version: ``0114A0010_DeSO2025``.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.formats.collecting import Collector
from tillsammans.formats.guards import Cell, open_json
from tillsammans.formats.observations import Table
from tillsammans.formats.pxweb import CONTENTS, PLACE, TIME, About, Dimension, role_of, what_and_names, write
from tillsammans.kernel.problems import FileErrors
from tillsammans.kernel.progress import Progress
from tillsammans.kernel.text import normal

KIND = "jsonstat"
NAME = gettext_lazy("JSON-stat från SCB eller annan statistikmyndighet")

CELLS_LIMIT = 1_000_000
_ROLES = {"time": TIME, "geo": PLACE, "metric": CONTENTS}


def looks_like(head: bytes, name: str, path: Path) -> bool:
    """Whether the file is JSON with dimensions of categories."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"category"' in head


def read(path: Path, name: str, progress: Progress | None = None) -> Table:
    """The data set's figures. Raises ``ImportProblem`` and nothing else."""
    errors = FileErrors(name)
    return read_parsed(open_json(path, errors), errors, progress)


def read_parsed(content: Any, errors: FileErrors, progress: Progress | None = None) -> Table:
    """The same for parsed JSON."""
    data = _dataset(content, errors)
    names, sizes = _shape(data, errors)
    dimensions = [_dimension(data, name, size, errors) for name, size in zip(names, sizes, strict=True)]
    values, status = _sparse(data.get("value")), _sparse(data.get("status"))
    count = prod(sizes)
    places = [int(place) for place in {**values, **status}]
    if max(places, default=-1) >= count or (isinstance(data["value"], list) and len(data["value"]) != count):
        raise errors.refuse(
            _("Filen har inte lika många värden som dess dimensioner kräver ({count}).").format(count=count), _advice()
        )
    px = _object(_object(data.get("extension")).get("px"))
    about = About(_text(data.get("label")), _text(px.get("tableid") or px.get("matrix")), _text(data.get("source")))
    what, _names = what_and_names(about.title)
    out = Collector(errors, KIND, ", ".join(part for part in (about.source or "JSON-stat", what) if part), progress)
    out.rows = len(places)

    def cells() -> Iterator[tuple[tuple[int, ...], Cell | None, int, str]]:
        for place, index in enumerate(product(*(range(size) for size in sizes))):
            key = str(place)
            value, mark = values.get(key), status.get(key)
            if value is None and mark is None and isinstance(data["value"], dict):
                continue  # absent from a sparse data set
            if value is None:
                yield index, mark if isinstance(mark, str) and mark.strip() else "..", place + 1, "value"
            else:
                yield index, _cell(value), place + 1, "value"

    out.understand(
        _("Tabell: {title} ({table}).").format(title=about.title[:150] or "–", table=about.table or "–"),
        _("Radnumret är värdets plats i filens lista, räknat från 1."),
    )
    if _text(data.get("updated")):
        out.understand(_("Uppdaterad av utgivaren {when}.").format(when=_text(data.get("updated"))[:25]))
    write(out, dimensions, cells(), about, _advice(), total=count)
    first = [
        [name, *(label or code for code, label in dimension.values[:8])]
        for name, dimension in zip(names, dimensions, strict=True)
    ]
    return out.table("UTF-8", first, _advice())


def _advice() -> str:
    return _("Gör om uttaget och spara svaret utan att ändra i det.")


def _dataset(content: Any, errors: FileErrors) -> dict[str, Any]:
    """The data set: version 2 is one, version 1 wraps it in an object."""
    for data in (content, *(content.values() if isinstance(content, dict) and len(content) < 10 else ())):
        if isinstance(data, dict) and isinstance(data.get("dimension"), dict):
            if isinstance(data.get("value"), list | dict):
                return data
            break
    else:
        if isinstance(content, dict) and any("category" in _object(part) for part in content.values()):
            raise errors.refuse(
                _("Filen beskriver en tabells dimensioner men har inga siffror."),
                _("Hämta själva uttaget (data), inte bara metadata."),
            )
    raise errors.refuse(_("Filen är ingen JSON-stat med dimensioner och värden."), _advice())


def _shape(data: Mapping[str, Any], errors: FileErrors) -> tuple[list[str], list[int]]:
    inner = data["dimension"]
    names, sizes = data.get("id", inner.get("id")), data.get("size", inner.get("size"))
    if not (
        isinstance(names, list)
        and isinstance(sizes, list)
        and len(names) == len(sizes)
        and 0 < len(names) <= 20
        and all(isinstance(name, str) for name in names)
        and len(set(names)) == len(names)
        and all(isinstance(size, int) and not isinstance(size, bool) and 0 < size <= CELLS_LIMIT for size in sizes)
    ):
        raise errors.refuse(_("Dimensionernas namn och storlek (id och size) saknas eller stämmer inte."), _advice())
    if prod(sizes) > CELLS_LIMIT:
        raise errors.refuse(
            _("Tabellen har fler än {limit} rutor.").format(limit=CELLS_LIMIT), _("Dela uttaget i flera.")
        )
    return names, sizes


def _dimension(data: Mapping[str, Any], name: str, size: int, errors: FileErrors) -> Dimension:
    """A dimension with its values in their order: by ``index``, else the only label."""
    dimension = _object(data["dimension"].get(name))
    category = _object(dimension.get("category"))
    labels, index = _object(category.get("label")), category.get("index", list(_object(category.get("label"))))
    if isinstance(index, dict):
        if sorted(map(repr, index.values())) != sorted(map(repr, range(len(index)))):
            index = None
        else:
            index = sorted(index, key=lambda code: int(index[code]))
    if not (
        isinstance(index, list)
        and len(index) == size
        and all(isinstance(code, str) for code in index)
        and len(set(index)) == size
    ):
        raise errors.refuse(
            _("Dimensionen {name} har inte så många värden som filen säger.").format(name=name[:60]), _advice()
        )
    values = tuple((normal(code), _text(labels.get(code)) or normal(code)) for code in index)
    label = _text(dimension.get("label")) or normal(name)
    roles = _object(data.get("role") or data["dimension"].get("role"))
    stated = next((role for key, role in _ROLES.items() if isinstance(roles.get(key), list) and name in roles[key]), "")
    units = _object(category.get("unit"))
    return Dimension(
        label,
        values,
        stated or role_of(label, values, name),
        tuple(_text(_object(units.get(code)).get("base")) for code in index) if units else (),
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return normal(value)[:300] if isinstance(value, str) else ""


def _cell(value: Any) -> Cell:
    """A value as a cell; anything but numbers and text is refused later."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value if isinstance(value, int | float | str) and not isinstance(value, bool) else "?"


def _sparse(values: Any) -> dict[str, Any]:
    """Values or status by position, from the dense or the sparse form; missing ones are left out."""
    if isinstance(values, list):
        return {str(place): value for place, value in enumerate(values) if value is not None}
    return {key: value for key, value in _object(values).items() if key.isascii() and key.isdigit() and len(key) < 10}
