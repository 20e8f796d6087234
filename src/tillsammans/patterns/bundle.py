"""A computation with everything it rests on, in a file that recomputes to the same bits on any machine.

A bundle is a ZIP: ``bundle.json`` (canonical content: data, choices, result, source files), ``sha256.txt`` with its
hash, and a text that says how to check it. Recomputing calls the same functions as the pages do.
"""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from tillsammans import VERSION
from tillsammans.formats.periods import ordinal
from tillsammans.indicators import estimates
from tillsammans.indicators.series import SeriesData, SourceFile, with_estimates
from tillsammans.kernel.canonical import canonical, content_hash, parsed
from tillsammans.kernel.content import UnreadableContent, content, freeze, structure, thaw, upgrade
from tillsammans.patterns import methods
from tillsammans.patterns.results import (
    COMPARED,
    SEASON,
    TREND,
    UNUSUAL,
    Compared,
    Counts,
    FindingContent,
    Place,
    Trend,
    exact,
)
from tillsammans.patterns.single_series import OneSeries
from tillsammans_stats.result import Estimate

DEVELOPMENT, RATES = "development", "rates"
PROGRAM = f"Tillsammans {VERSION}"
_CONTENT, _HASH, _README = "bundle.json", "sha256.txt", "README.txt"
_LARGEST = 50_000_000  # bytes of content; a county's series with their whole history are under one million
_MEMBERS = 10


class NotABundle(ValueError):
    """The file is no bundle, or is not whole; the message says what is wrong."""


@content("bundle", version=3)
@dataclass(frozen=True, slots=True)
class Bundle:
    """A computation: ``kind`` names the function, ``parameters`` its choices, ``data`` what it counts on."""

    kind: str
    program: str
    parameters: Mapping[str, Any]
    data: Mapping[str, Any]
    result: Mapping[str, Any]
    sources: tuple[SourceFile, ...]
    methods: tuple[str, ...]  # pages in ``docs/methods``


@upgrade("bundle", from_version=2)
def _values_become_estimates(plain: Any) -> Any:
    """Version 2 had a bare value at each point of a series, version 3 has an estimate."""
    series = plain["data"].get("series")
    if series is None:
        return plain
    upgraded = [with_estimates(one) for one in series] if isinstance(series, list) else with_estimates(series)
    return {**plain, "data": {**plain["data"], "series": upgraded}}


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the recomputed result is another: the place in the result, what the bundle says, and what came out."""

    where: str
    stated: str
    recomputed: str


def of_found(finding: FindingContent, sources: Sequence[SourceFile], pages: Sequence[str]) -> Bundle:
    """The computation of a finding."""
    about = {
        "indicator": finding.indicator,
        "name": finding.name,
        "area": finding.area,
        "area_name": finding.area_name,
        "source": finding.source,
    }
    match finding.result:
        case Compared() as result:
            data: dict[str, Any] = {"about": about, "places": [asdict(place) for place in result.places]}
            choices: dict[str, Any] = {
                name: getattr(result, name) for name in ("first", "last", "set_key", "set_name", "place", "population")
            }
        case _:
            data, choices = {"about": about, "counts": finding.counts}, _choices(finding)
    return _made(finding.kind, choices, data, sources, pages)


def _choices(finding: FindingContent) -> dict[str, Any]:
    match finding.result:
        case Trend() as result:
            return {"left_out": result.left_out}
        case _ if finding.kind == UNUSUAL:
            return {"month": finding.result.month}  # type: ignore[union-attr]
        case _:
            return {"left_out": methods.too_new(_arrays(finding.counts)[1])}


def of_one(kind: str, series: SeriesData, one: OneSeries, pages: Sequence[str]) -> Bundle:
    """The computation of a series' season or trend (``kind``), whether it stands out or not."""
    about = {
        "indicator": series.indicator,
        "name": series.name,
        "area": series.area,
        "area_name": series.area_name,
        "source": series.source,
    }
    return _made(kind, {"left_out": one.left_out}, {"about": about, "counts": one.counts}, series.files, pages)


def of_development(series: SeriesData, pages: Sequence[str]) -> Bundle:
    """The computation of a series' heading: the last year against the one before."""
    return _made(DEVELOPMENT, {}, {"series": series}, series.files, pages)


def of_rates(series: Sequence[SeriesData], area: str, first: str, last: str, pages: Sequence[str]) -> Bundle:
    """The computation of a comparison: each area's rate, and one area against the others together."""
    files = dict.fromkeys(file for one in series for file in one.files)
    return _made(RATES, {"area": area, "first": first, "last": last}, {"series": list(series)}, tuple(files), pages)


def _made(
    kind: str,
    parameters: Mapping[str, Any],
    data: Mapping[str, Any],
    sources: Sequence[SourceFile],
    pages: Sequence[str],
) -> Bundle:
    plain = parsed(canonical({"parameters": parameters, "data": data}))
    result = parsed(canonical(COMPUTED[kind](plain["data"], plain["parameters"])))
    return Bundle(kind, PROGRAM, plain["parameters"], plain["data"], result, tuple(sources), tuple(pages))


def packed(bundle: Bundle) -> bytes:
    """The bundle as a ZIP; the same bundle is always the same bytes."""
    text = freeze(bundle)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        line = f"{content_hash(text)}  {_CONTENT}\n"
        for name, said in ((_CONTENT, text), (_HASH, line), (_README, _readme())):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), said)
    return stream.getvalue()


def _readme() -> str:
    return (
        "Det här är en beräkning ur Tillsammans: siffrorna, valen och resultatet.\n"
        "Räkna om den: ./tillsammans recompute PAKET.zip\n"
        "sha256sum -c sha256.txt visar om bundle.json är ändrad.\n\n"
        "This is a computation made by Tillsammans: data, choices and result.\n"
        "Recompute it: ./tillsammans recompute BUNDLE.zip\n"
        "sha256sum -c sha256.txt shows whether bundle.json was changed.\n"
    )


def unpacked(path: Path) -> tuple[Bundle, bool]:
    """The bundle in a file, and whether its content is what its hash says. Raises :class:`NotABundle`."""
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > _MEMBERS or archive.getinfo(_CONTENT).file_size > _LARGEST:
                raise NotABundle(_("Paketet är större än någon beräkning härifrån."))
            text = archive.read(_CONTENT).decode()
            stated = archive.read(_HASH)[:64].decode()
        return thaw(text, Bundle), content_hash(text) == stated
    except NotABundle:
        raise
    except KeyError as missing:
        raise NotABundle(_("Filen är inget beräkningspaket: {what} saknas.").format(what=missing.args[0])) from missing
    except (OSError, zipfile.BadZipFile, ValueError, UnreadableContent) as error:
        raise NotABundle(_("Filen är inget helt beräkningspaket.")) from error


def differences(bundle: Bundle) -> list[Difference]:
    """Compute again and name every number that comes out otherwise; empty if all are the same to the last bit."""
    compute = COMPUTED.get(bundle.kind)
    if compute is None:
        raise NotABundle(_("Paketet är av ett slag som programmet inte känner: {kind}.").format(kind=bundle.kind))
    try:
        again = parsed(canonical(compute(bundle.data, bundle.parameters)))
    except (KeyError, TypeError, ValueError, ArithmeticError, IndexError) as error:
        raise NotABundle(_("Siffrorna i paketet går inte att räkna på: {why}").format(why=error)) from error
    return list(_unlike("result", bundle.result, again))


def _unlike(where: str, stated: Any, again: Any) -> list[Difference]:
    if isinstance(stated, Mapping) and isinstance(again, Mapping):
        return [
            one
            for key in sorted({*stated, *again})
            for one in _unlike(f"{where}.{key}", stated.get(key), again.get(key))
        ]
    if isinstance(stated, list) and isinstance(again, list) and len(stated) == len(again):
        return [
            one for at, pair in enumerate(zip(stated, again, strict=True)) for one in _unlike(f"{where}[{at}]", *pair)
        ]
    return [] if stated == again else [Difference(where, str(stated), str(again))]


def _arrays(counts: Counts) -> tuple[np.ndarray, np.ndarray, int]:
    """The counts as floats, which months are preliminary, and the ordinal of the first."""
    first = ordinal(counts.first)
    values = np.array([np.nan if value is None else value for value in counts.values], dtype=float)
    late = {ordinal(period) - first for period in counts.preliminary}
    return values, np.array([at in late for at in range(values.size)]), first


def _unusual(data: Mapping[str, Any], parameters: Mapping[str, Any]) -> Any:
    values, preliminary, first = _arrays(structure(data["counts"], Counts))
    months, _p = methods.unusual(values[None], preliminary[None], first)
    return next((one for one in months[0] if one is not None and one.month == parameters["month"]), {})


def _trend(data: Mapping[str, Any], parameters: Mapping[str, Any]) -> Any:
    values, _preliminary, first = _arrays(structure(data["counts"], Counts))
    return methods.trends(values[None], first, parameters["left_out"])[0] or {}


def _season(data: Mapping[str, Any], parameters: Mapping[str, Any]) -> Any:
    values, _preliminary, first = _arrays(structure(data["counts"], Counts))
    return methods.season(values, first, parameters["left_out"]) or {}


def _compared(data: Mapping[str, Any], parameters: Mapping[str, Any]) -> Any:
    places = structure(data["places"], tuple[Place, ...])
    done = methods.compare(
        places,
        [parameters["population"]] * len(places),
        parameters["first"],
        parameters["last"],
        parameters["set_key"],
        parameters["set_name"],
        only=parameters["place"],
    )
    return done.compared[0] if done and done.compared else {}


def _development(data: Mapping[str, Any], _parameters: Mapping[str, Any]) -> Any:
    change = estimates.development(structure(data["series"], SeriesData))
    if change is None:
        return {}
    plain = {
        "before": change.before,
        "after": change.after,
        "before_count": change.before_count,
        "after_count": change.after_count,
        "missing": change.missing,
        "preliminary": change.preliminary,
    }
    return plain | _ratio(change.comparison)


def _rates(data: Mapping[str, Any], parameters: Mapping[str, Any]) -> Any:
    series = structure(data["series"], tuple[SeriesData, ...])
    areas = estimates.area_rates(series, parameters["first"], parameters["last"])
    return {
        "areas": [
            {
                "area": area.area,
                "count": area.count,
                "person_years": _number(area.person_years),
            }
            | _ends(area.rate)
            for area in areas
        ],
    } | _ratio(estimates.against_the_others(areas, parameters["area"]))


def _ends(rate: Estimate | None) -> dict[str, Any]:
    if rate is None:
        return {"rate": None}
    return {"rate": _number(rate.value), "low": _number(rate.low), "high": _number(rate.high)}


def _ratio(comparison: Any) -> dict[str, Any]:
    if comparison is None:
        return {"ratio": None}
    return {
        "ratio": _number(comparison.ratio.value),
        "low": _number(comparison.ratio.low),
        "high": _number(comparison.ratio.high),
        "p": _number(comparison.p_value),
        "dispersion": _number(comparison.dispersion),
        "change": comparison.change,
    }


def _number(value: float | None) -> Decimal | None:
    return None if value is None else exact(value)


COMPUTED: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Any]] = {
    UNUSUAL: _unusual,
    TREND: _trend,
    SEASON: _season,
    COMPARED: _compared,
    DEVELOPMENT: _development,
    RATES: _rates,
}
