"""Client of SCB's statistical database (PxWebApi): version 2 by a table's id, version 1 by a table's path.

The table's metadata are requested first, then the places, all contents and the latest periods; a dimension that can be
eliminated gives its total, and any other is requested whole. Both versions answer as JSON-stat 2.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from django.utils.translation import gettext as _

from tillsammans.kernel import outgoing
from tillsammans.kernel.progress import Progress

# SCB allows 30 requests in ten seconds; this is well below.
HOST_1 = outgoing.Host("api.scb.se", pause=1, per_hour=600, per_day=5000)
HOST_2 = outgoing.Host("statistikdatabasen.scb.se", pause=1, per_hour=600, per_day=5000)
NATION = "00"
CELLS = 100_000  # in one response
TABLE = re.compile(r"TAB\d{1,6}|[A-Z]{2}(?:/\w{1,30}){1,5}", re.ASCII)
_TIME, _CONTENTS = {"tid", "time"}, {"contentscode"}


@dataclass(frozen=True, slots=True)
class Variable:
    """A dimension of a table: its codes, and whether it may be left out, which gives the total."""

    code: str
    values: tuple[str, ...]
    can_be_left_out: bool
    time: bool


def host_of(table: str) -> outgoing.Host:
    """The server that has the table: an id is of version 2, a path of version 1."""
    return HOST_2 if table.startswith("TAB") else HOST_1


def metadata_path(table: str) -> str:
    """The path of the table's metadata."""
    return f"/api/v2/tables/{table}/metadata" if host_of(table) is HOST_2 else f"/OV0104/v1/doris/sv/ssd/{table}"


def addresses(table: str, places: Sequence[str], periods: int) -> list[str]:
    """URLs for fetching by hand: the data of a table of version 2, the metadata of one of version 1."""
    if host_of(table) is HOST_1:
        return [outgoing.address(HOST_1, metadata_path(table))]
    chosen = {"Region": list(places), "ContentsCode": ["*"], "Tid": [f"top({periods})"]}
    return [outgoing.address(HOST_2, *_query_2(table, chosen))]


def answer(table: str, places: Sequence[str], periods: int, progress: Progress) -> bytes:
    """The table's figures for the places (codes as SCB has them) and the latest periods, as JSON-stat 2."""
    progress(0, 2, _("Frågar SCB vad tabellen innehåller."))
    dimensions = variables(outgoing.fetch(host_of(table), metadata_path(table), _language(table)).content)
    chosen = choose(dimensions, places, periods)
    progress(1, 2, _("Hämtar från SCB."))
    if host_of(table) is HOST_2:
        return outgoing.fetch(HOST_2, *_query_2(table, chosen)).content
    query = [{"code": code, "selection": {"filter": "item", "values": values}} for code, values in chosen.items()]
    body = json.dumps({"query": query, "response": {"format": "json-stat2"}}).encode()
    return outgoing.fetch(HOST_1, metadata_path(table), body=body).content


def _language(table: str) -> dict[str, str] | None:
    return {"lang": "sv"} if host_of(table) is HOST_2 else None


def _query_2(table: str, chosen: Mapping[str, Sequence[str]]) -> tuple[str, dict[str, str]]:
    values = {f"valueCodes[{code}]": ",".join(codes) for code, codes in chosen.items()}
    return f"/api/v2/tables/{table}/data", {"lang": "sv", "outputFormat": "json-stat2", **values}


def variables(page: bytes) -> list[Variable]:
    """The dimensions in a table's metadata, of either version."""
    try:
        content = json.loads(page)
        if "variables" in content:
            return [
                Variable(one["code"], tuple(one["values"]), bool(one.get("elimination")), bool(one.get("time")))
                for one in content["variables"]
            ]
        dimensions: dict[str, Any] = content.get("dimension", content)
        return [_variable(code, one) for code, one in dimensions.items()]
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise outgoing.CannotReach(_("SCB beskrev inte tabellen. Kontrollera dess id.")) from error


def _variable(code: str, one: Mapping[str, Any]) -> Variable:
    category = one["category"]
    index = category.get("index")
    in_order = sorted(index, key=index.__getitem__) if isinstance(index, dict) else index or category["label"]
    left_out = one.get("elimination") or one.get("extension", {}).get("elimination")
    return Variable(code, tuple(in_order), bool(left_out), code.casefold() in _TIME)


def choose(dimensions: Sequence[Variable], places: Sequence[str], periods: int) -> dict[str, list[str]]:
    """The codes to request in each dimension. Raises ``CannotReach`` if the table has none of the places."""
    chosen: dict[str, list[str]] = {}
    for variable in dimensions:
        here = [place for place in places if place in variable.values]
        if variable.time:
            chosen[variable.code] = list(variable.values[-periods:])
        elif variable.code.casefold() == "region" or (here and NATION in variable.values):
            if not here:
                raise outgoing.CannotReach(_("Tabellen har inga siffror för de valda kommunerna."))
            chosen[variable.code] = here
        elif variable.code.casefold() in _CONTENTS or not variable.can_be_left_out:
            chosen[variable.code] = list(variable.values)
    if (cells := prod(map(len, chosen.values()))) > CELLS:
        raise outgoing.CannotReach(
            _(
                "Uttaget är {cells} siffror och SCB ger högst {limit} åt gången. Välj färre kommuner eller perioder."
            ).format(cells=cells, limit=CELLS)
        )
    return chosen
