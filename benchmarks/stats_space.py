"""How fast and how honest the methods for patterns in space are. Run: python benchmarks/stats_space.py [--large]

The alternatives run in the same run: esda (one thread) and R spdep on the same grid, R surveillance on the same events.
"""

import argparse
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import measure
import numpy as np

from tillsammans_stats.space import Neighbours, from_pairs, getis_ord, hot_spots, knox, local_moran

R_MORAN = """
suppressMessages(library(spdep)); set.seed(1); n <- as.integer(commandArgs(TRUE)[1])
w <- nb2listw(cell2nb(n, n)); x <- rnorm(n * n)
cat(sum(system.time(localmoran_perm(x, w, nsim = 999))[1:2]))
"""
R_KNOX = """
suppressMessages(library(surveillance)); set.seed(1); d <- read.csv(commandArgs(TRUE)[1], header = FALSE)
near <- dist(d[, 1:2]); soon <- dist(d[, 3])
work <- function() knox(dt = soon, ds = near, eps.t = 14, eps.s = 200, simulate.p.value = TRUE, B = 99)
invisible(capture.output(taken <- system.time(work())))
cat(sum(taken[1:2]))
"""


def grid(side: int, *, corners: bool = False) -> Neighbours:
    place = np.arange(side * side)
    row, column = place // side, place % side
    pairs = [
        np.column_stack([place, place + step])[(row + down < side) & (column + over >= 0) & (column + over < side)]
        for step, down, over in ((1, 0, 1), (side, 1, 0), (side + 1, 1, 1), (side - 1, 1, -1))[: 4 if corners else 2]
    ]
    return from_pairs(side * side, np.concatenate(pairs))


def against_peers(side: int, target: float, rng: np.random.Generator) -> None:
    values, own_weights, places = rng.normal(size=side * side), grid(side), side * side
    esda: dict[str, float | None] = dict.fromkeys(("moran", "star"))
    if measure.installed("esda", "libpysal"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from esda import G_Local, Moran_Local
            from libpysal.weights import lat2W

            weights, runs = lat2W(side, side), 1 if side > 100 else 3
            peers: dict[str, Callable[[], object]] = {
                "moran": lambda: Moran_Local(values, weights, permutations=999, n_jobs=1),
                "star": lambda: G_Local(values, weights, permutations=999, star=True, n_jobs=1),
            }
            esda = {name: measure.seconds(peer, runs) for name, peer in peers.items()}
    r = None if side > 100 else measure.r_seconds(R_MORAN, str(side))
    spdep = {} if side > 100 else {"R_spdep": r and r[0]}
    own = measure.seconds(lambda: local_moran(values, own_weights))
    measure.row(f"local Moran, 999 permutations, {places} areas", own, target, esda=esda["moran"], **spdep)
    own = measure.seconds(lambda: getis_ord(values, own_weights))
    measure.row(f"G*, 999 permutations, {places} areas", own, target, esda=esda["star"])


def speed(large: bool) -> None:
    rng = np.random.default_rng(1)
    measure.heading("clusters and near repeats")
    against_peers(78, 0.3, rng)
    if large:
        against_peers(316, 10, rng)
    x, y = rng.uniform(0, 5000, (2, 2000))
    day = rng.integers(0, 365, 2000)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "events.csv")
        np.savetxt(data, np.column_stack([x, y, day]), delimiter=",")
        r = measure.r_seconds(R_KNOX, str(data))
    measure.row(
        "Knox, 2000 events, 999 permutations, 9 bands",
        measure.seconds(lambda: knox(x, y, day), 3),
        1,
        R_surveillance_one_band_scaled_from_99=r and r[0] * 10,
    )


def honesty(maps: int) -> None:
    rng = np.random.default_rng(2)
    side, window = 20, grid(20, corners=True)
    even, uneven, raw, found, right = [], [], [], [], []
    planted = np.zeros((side, side), dtype=bool)
    planted[5:9, 5:9] = True
    around = planted.ravel() | (window.total(planted.ravel().astype(float)) > 0)
    row, column = np.divmod(np.arange(side * side), side)
    town = np.exp(-((row - 6) ** 2 + (column - 13) ** 2) / 18)
    for i in range(maps):
        people = np.full(side * side, 300.0)
        even.append(hot_spots(rng.multinomial(800, people / people.sum()), people, window).hot.any())
        people = rng.gamma(2, 50, side * side) * (1 + 20 * town) + 1
        counts = rng.multinomial(800, people / people.sum())
        uneven.append(hot_spots(counts, people, window).hot.any())
        raw.append((getis_ord(counts, window, permutations=9999, seed=i).cluster == 1).any())
        people = rng.uniform(200, 600, side * side)
        risk = people * np.where(planted.ravel(), 4.0, 1.0)
        hot = hot_spots(rng.multinomial(1200, risk / risk.sum()), people, window).hot
        found.append(hot[planted.ravel()].mean())
        right.append(around[hot].mean())
    print(f"\nHot spots on {maps} maps of each kind")
    print(f"  null maps with any hot spot: {np.mean(even):.1%}; with uneven population {np.mean(uneven):.1%}")
    print(f"  G* on raw counts (what not to do), uneven population and no extra risk: {np.mean(raw):.1%}")
    print(f"  planted area: recall {np.mean(found):.0%}; {np.mean(right):.0%} of the windows called reach into it")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also 99 856 areas, and ten times as many maps")
    large = parser.parse_args().large
    speed(large)
    honesty(400 if large else 40)
