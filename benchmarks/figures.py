"""How long a figure takes to draw, from its specification to SVG. Run: ./tillsammans bench figures

Each kind of figure is drawn as on a wide page, with the made-up content of the page of figures; the country has 289
areas. The median of 15 drawings is held against matplotlib's SVG of the same marks (without names, keys or halos),
where matplotlib is installed beside the benchmark; it is no dependency of the product. Where it is not, the comparison
is with the naive redraw: the same drawing with nothing remembered between figures. Exit code 1 if a figure takes 20 ms
or more, or the country 60 ms.
"""

import argparse
import importlib.util
import io
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

RUNS = 15
LIMITS = {"country": 60.0}
LIMIT = 20.0


def median(call: Callable[[], object], runs: int = RUNS) -> float:
    """Milliseconds of the processor's time, after one drawing that is not counted."""
    call()
    found = []
    for _run in range(runs):
        started = time.process_time()
        call()
        found.append((time.process_time() - started) * 1000)
    return statistics.median(found)


def forgetful(figure: Any) -> float:
    """Milliseconds for a drawing with nothing remembered."""
    from tillsammans.kernel.figures import maps, parts, render

    def call() -> None:
        for remembered in (maps.projected, maps.inside, parts.hatching, render._outline):
            remembered.cache_clear()
        render.svg(figure)

    return median(call)


def in_matplotlib(figure: Any) -> float:
    """Milliseconds for matplotlib's SVG of the same marks."""
    import matplotlib as mpl  # type: ignore[import-not-found,unused-ignore]

    mpl.use("svg")
    from matplotlib import pyplot as plt
    from matplotlib.collections import PolyCollection  # type: ignore[import-not-found,unused-ignore]

    from tillsammans.kernel import figures as ours

    def lines(axes: Any, line: Any, band: Any) -> None:
        axes.plot([float("nan") if v is None else float(v) for v in line.values])
        if band:
            axes.fill_between(range(len(band.low)), band.low, band.high, alpha=0.2)

    def errors(axes: Any, rows: Any, vertical: bool) -> None:
        known = [row for row in rows if row.value is not None]
        ends = [
            [r.value - r.low if r.low is not None else 0 for r in known],
            [r.high - r.value if r.high is not None else 0 for r in known],
        ]
        at, values = range(len(known)), [row.value for row in known]
        axes.errorbar(at, values, yerr=ends, fmt="o") if vertical else axes.errorbar(values, at, xerr=ends, fmt="o")

    def call() -> None:
        match figure:
            case ours.SmallMultiples():
                sheet, grid = plt.subplots(-(-len(figure.panels) // 4), 4, sharex=True, sharey=True)
                for axes, panel in zip(grid.flat, figure.panels, strict=False):
                    axes.set_title(panel.title)
                    if panel.line.values:
                        lines(axes, panel.line, panel.band)
            case _:
                sheet, axes = plt.subplots(figsize=(7.2, 4))
                match figure:
                    case ours.TimeSeries():
                        for line in figure.lines:
                            lines(axes, line, None)
                        if figure.band:
                            axes.fill_between(range(len(figure.periods)), figure.band.low, figure.band.high, alpha=0.2)
                    case ours.Comparison():
                        errors(axes, figure.rows, vertical=False)
                    case ours.Profile():
                        errors(axes, figure.slots, vertical=True)
                    case ours.WeekGrid():
                        axes.pcolormesh([[0 if v is None else v for v in row] for row in figure.values], edgecolors="w")
                    case ours.Funnel():
                        known = [point for point in figure.points if point.value is not None]
                        axes.scatter([p.size for p in known], [p.value for p in known])
                        for limit in figure.limits:
                            axes.plot(limit.sizes, limit.low)
                            axes.plot(limit.sizes, limit.high)
                        axes.set_xscale("log")
                    case ours.Choropleth() | ours.Hexagons():
                        rings = [ring for place in figure.places() for ring in place.rings]
                        axes.add_collection(PolyCollection(rings, facecolors="steelblue", edgecolors="w"))
                        axes.autoscale()
        sheet.savefig(io.StringIO(), format="svg")
        plt.close(sheet)

    return median(call, 5)


def main() -> int:
    """Prints the table; 1 when a figure is too slow."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tillsammans.config.settings_test")
    os.environ.setdefault("TILLSAMMANS_OFFLINE", "1")
    import django

    django.setup()
    from tillsammans.kernel import gallery_examples
    from tillsammans.kernel.figures import svg
    from tillsammans.kernel.gallery import KINDS

    there = importlib.util.find_spec("matplotlib") is not None
    other = "matplotlib" if there else "naive redraw"
    if not there:
        print("matplotlib is not installed here: the comparison is with the same drawing, nothing remembered.")
    made = [(name, make()) for name, _heading, make in KINDS]
    made += [("country", gallery_examples.choropleth(17, 17)), ("290 points", gallery_examples.funnel(290))]
    made.append(("24 panels", gallery_examples.multiples(24)))
    print(f"{'figure':<12} {'ms':>7} {other + ', ms':>18} {'ratio':>7}   limit")
    slow = []
    for name, figure in made:
        ours = median(lambda figure=figure: svg(figure))  # type: ignore[misc]
        theirs = in_matplotlib(figure) if there else forgetful(figure)
        limit = LIMITS.get(name, LIMIT)
        slow += [name] * (ours >= limit)
        print(f"{name:<12} {ours:>7.2f} {theirs:>18.1f} {theirs / ours:>7.1f}   {limit:.0f} ms")
    if slow:
        print(f"Too slow: {', '.join(slow)}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
